//! Pages that move: they end with the session and the roles of their reader.

use model::Role;

use crate::support::{Center, Watched};

/// Reads to the end, which has to come before the stream's own time is over.
fn must_end(mut stream: Watched<'_>) {
    let began = std::time::Instant::now();
    while stream.next().is_some() {}
    assert!(began.elapsed().as_secs() < 15, "it ended with its time only");
}

#[test]
fn a_stream_ends_when_its_reader_signs_out() {
    let center = Center::new();
    let browser = center.signed_in(center.world.source, "ada", &[Role::GlobalReader]);
    let mut stream = browser.watch("/center/live");
    assert!(stream.next().is_some_and(|first| first.contains("event: picture")));
    assert_eq!(browser.post("/center/sign-out", &[]).status, 303);
    must_end(stream);
}

#[test]
fn a_stream_ends_when_its_reader_loses_a_role() {
    let center = Center::new();
    let (world, job) = (&center.world, center.world.job);
    let browser = center.signed_in(world.source, "ada", &[Role::GlobalReader]);
    let mut stream = browser.watch(&format!("/center/tenants/contoso.example/jobs/{job}/live"));
    assert!(stream.next().is_some_and(|first| first.contains("event: standing")));
    let (users, name) = (model::Kind::User, "ada@contoso.example");
    let ada = world.directory.find(&world.operator, world.source, users, name);
    let ada = ada.expect("she is there").id;
    world.directory.set_roles(&world.operator, world.source, ada, &[]).expect("an operator may");
    must_end(stream);
    let page = browser.get(&format!("/center/tenants/contoso.example/jobs/{job}/live"));
    assert_eq!(page.status, 403, "whoever may not see it is told so before a stream begins");
}

#[test]
fn one_reader_has_so_many_streams_and_no_more() {
    let center = Center::new();
    let browser = center.signed_in(center.world.source, "ada", &[Role::GlobalReader]);
    let other = center.signed_in(center.world.source, "bo", &[Role::GlobalReader]);
    let mut open: Vec<Watched<'_>> = (0..24).map(|_| browser.watch("/center/live")).collect();
    let mut one_more = browser.watch("/center/live");
    assert_eq!(one_more.next().as_deref(), Some("retry: 5000\n\n"));
    assert_eq!(one_more.next(), None);
    let is_told = |mut stream: Watched<'_>| {
        stream.next().is_some_and(|first| first.contains("event: picture"))
    };
    assert!(is_told(other.watch("/center/live")), "others are not in the way");
    open.pop();
    assert!(is_told(browser.watch("/center/live")), "a place is free again");
}
