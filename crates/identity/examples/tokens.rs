//! How many tokens are given for a secret, and how many requests are told who calls, in a second:
//! `cargo run --release -p identity --example tokens`. The directory is in memory, so what is measured
//! is sign-in alone; the last two rows are with a commit into the tenant before every look. Beside the
//! rate stands what one processor would do that had nothing else to do.

use std::{
    hint::black_box,
    thread,
    time::{Duration, Instant},
};

use directory::{ApplicationChange, NewApplication};
use identity::{Form, Identity, Place};
use testkit::World;

const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const TIME: Duration = Duration::from_secs(3);

fn main() {
    let world = World::new();
    let identity = Identity::new(world.directory.clone());
    let new = NewApplication {
        name: "load".to_owned(),
        grants: vec!["User.Read.All".to_owned()],
        secret: Some(SECRET.to_owned()),
    };
    let made = world.directory.create_application(&world.operator, world.source, new);
    let app = made.expect("the name is free");
    let place = Place {
        origin: "https://localhost:8443".to_owned(),
        tenant: "contoso.example".to_owned(),
        address: None,
    };
    let id = app.id.to_string();
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", &id),
        ("client_secret", SECRET),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let form = Form::new(fields.collect()).expect("it is a form");
    let give = || identity.token(&place, &form).expect("the secret is right").access_token;
    let token = give();
    let look = || identity.authenticate(Some(&token)).expect("the token is good");

    for threads in [1, 2] {
        show("tokens for a secret", threads, || drop(black_box(give())));
    }
    for threads in [1, 2] {
        show("looks at a token, nothing written", threads, || drop(black_box(look())));
    }
    let change = ApplicationChange { enabled: Some(true), ..ApplicationChange::default() };
    for threads in [1, 2] {
        show("looks at a token, each after a commit", threads, || {
            let changed =
                world.directory.update_application(&world.operator, world.source, &id, &change);
            drop(black_box((changed.is_ok(), look())));
        });
    }
}

fn show(what: &str, threads: usize, run: impl Fn() + Sync) {
    let begin = Instant::now();
    let (done, busy) = thread::scope(|scope| {
        let count = || {
            let (mut done, before) = (0_u64, busy());
            while begin.elapsed() < TIME {
                run();
                done += 1;
            }
            (done, busy() - before)
        };
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(count)).collect();
        running
            .into_iter()
            .map(|one| one.join().expect("it ran to its end"))
            .fold((0, 0.0), |(done, busy), (more, longer)| (done + more, busy + longer))
    });
    let rate = done as f64 / begin.elapsed().as_secs_f64();
    let alone = done as f64 / busy;
    println!("{what:40} {threads} thread(s) {rate:>10.0}/s {alone:>10.0}/s of a processor");
}

/// For how many seconds this thread has run.
fn busy() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|one| one.parse::<f64>().ok());
    nanoseconds.unwrap_or_default() / 1e9
}
