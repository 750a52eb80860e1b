//! Commands that go on: `syncline job watch`, `syncline serve`.

use std::{sync::mpsc, thread, time::Duration};

use config::Level;
use identity::Operators;
use model::{Job, RunId};
use sync::Worker;

use super::{Call, Origin, describe, operators::Link};
use crate::{
    args::{Command, JobCommand, ServeArgs},
    failure::Failure,
    http::{self, Addresses},
    logging::Logger,
    notifier::Notifier,
    output::{Output, Reply},
};

/// How often something that is followed is looked at.
pub(super) const BEAT: Duration = Duration::from_millis(200);

pub fn runs(
    call: &Call<'_>,
    job: &Job,
    after: Option<RunId>,
    output: &mut dyn Output,
) -> Result<Reply, Failure> {
    // One job never runs twice at once, so the order of ids is the order in which runs end.
    let mut last = after;
    // Whoever goes on under another owner of the data was told already.
    if after.is_none() {
        output.talk(&format!("watching {}; press Ctrl-C to stop", job.name));
    }
    loop {
        let mut runs = call.app.sync.list_runs(call.actor, job, 20)?;
        runs.reverse();
        for run in runs.iter().filter(|run| run.ended.is_some()) {
            if Some(run.id) <= last {
                continue;
            }
            last = Some(run.id);
            if output.view().json {
                output.out(&format!("{}\n", describe::run_document(run)));
            } else {
                output.out(&format!("{}  {}\n", run.began, describe::run(run)));
            }
        }
        if output.is_ending() {
            let job = job.id.to_string();
            return Ok(Reply::go_on(Command::Job(JobCommand::Watch { job, after: last })));
        }
        if output.is_interrupted() {
            return Ok(Reply::default());
        }
        thread::sleep(BEAT);
    }
}

/// Owns the data directory until it is stopped: others' commands come through the control socket and
/// over HTTP, active jobs run as their schedules say.
///
/// A process that comes while another one owns the data has its jobs run there, and listens when it
/// owns them itself.
pub fn serve(call: &Call<'_>, args: ServeArgs, output: &mut dyn Output) -> Result<Reply, Failure> {
    serve_as(call, args, Occasion::Server, output)
}

/// Why it is served.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// Somebody wants a server; with `--json` its addresses are the document.
    Server,
    /// The demo is over and can be looked at; its own document was printed already.
    Demo,
}

/// The same, on an occasion.
pub fn serve_as(
    call: &Call<'_>,
    args: ServeArgs,
    occasion: Occasion,
    output: &mut dyn Output,
) -> Result<Reply, Failure> {
    if output.is_ending() {
        return Ok(Reply::go_on(Command::Serve(args)));
    }
    let (log, writer) = Logger::start(call.app.settings.log.clone());
    let server = match call.request.origin {
        Origin::Here => Some(http::Server::start(call.app, &log)?),
        Origin::Beside | Origin::Afar(_) => None,
    };
    let (report, reports) = mpsc::channel::<(&str, String)>();
    let tell = report.clone();
    let settings = &call.app.settings;
    let (threads, log_days) = (settings.threads, settings.log_days);
    let worker = Worker::start_keeping(call.app.sync.clone(), threads, log_days, move |line| {
        // Nobody listens any more only while the program is ending.
        drop(report.send(("sync", line.to_owned())));
    });
    let notifier =
        Notifier::start(call.app, move |line| drop(tell.send(("notify", line.to_owned()))));
    let addresses = server.as_ref().map(http::Server::addresses);
    // A link leads nowhere while nothing listens.
    let listens = addresses.is_some_and(|one| one.http.is_some() || one.https.is_some());
    let link = if listens { first_link(call, occasion)? } else { None };
    welcome(call, addresses, link.as_ref(), output)?;
    if listens
        && link.is_none()
        && Operators::new(call.app.directory.clone()).list(call.actor)?.is_empty()
    {
        output.talk(
            "no operator can sign in from elsewhere yet; `syncline operator reset` makes a link",
        );
    }
    if let Some(addresses) = addresses.filter(|_| occasion == Occasion::Server) {
        show_addresses(addresses, link.as_ref(), output);
    }
    while !output.is_interrupted() && !output.is_ending() {
        match reports.recv_timeout(BEAT) {
            Ok((part, line)) if server.is_some() => log.log(part, Level::Info, &line, &[]),
            Ok((_, line)) => output.talk(&line),
            Err(_) => {}
        }
    }
    if let Some(server) = server {
        server.stop();
    }
    drop(worker);
    drop(notifier);
    drop(log);
    writer.end();
    if output.is_ending() {
        return Ok(Reply::go_on(Command::Serve(args)));
    }
    output.talk("stopped");
    Ok(Reply::default())
}

/// Says what is served, and where.
fn welcome(
    call: &Call<'_>,
    addresses: Option<&Addresses>,
    link: Option<&Link>,
    output: &mut dyn Output,
) -> Result<(), Failure> {
    let jobs = call.app.directory.list_all_jobs(call.actor)?;
    let active = jobs.iter().filter(|job| job.state == model::JobState::Active);
    let active: Vec<&str> = active.map(|job| job.name.as_str()).collect();
    let active = if active.is_empty() { "none".to_owned() } else { active.join(", ") };
    output.talk(&format!("serving {}; press Ctrl-C to stop", call.app.path.display()));
    output.talk(&format!("active jobs: {active}"));
    let Some(addresses) = addresses else { return Ok(()) };
    for address in [&addresses.http, &addresses.https].into_iter().flatten() {
        output.talk(&format!("listening on {address}"));
    }
    if let Some(ca) = &addresses.ca {
        output.talk(&format!("clients trust the certificates of {}", ca.display()));
    }
    if let Some(link) = link {
        output.talk(&link.text());
    }
    Ok(())
}

fn show_addresses(addresses: &Addresses, link: Option<&Link>, output: &mut dyn Output) {
    if !output.view().json {
        return;
    }
    let mut document = serde_json::json!(addresses);
    if let Some(link) = link {
        document["operator"] = link.document();
    }
    output.out(&format!("{document}\n"));
}

/// The way in for the first operator of a server that nobody has begun to use, or of a demo.
fn first_link(call: &Call<'_>, occasion: Occasion) -> Result<Option<Link>, Failure> {
    let operators = Operators::new(call.app.directory.clone());
    if occasion == Occasion::Server && !operators.is_untouched()? {
        return Ok(None);
    }
    let code = operators.make_code(call.actor, None)?;
    Ok(Some(Link::new(call.app, code)))
}
