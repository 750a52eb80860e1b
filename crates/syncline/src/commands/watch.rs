//! Commands that go on: `syncline job watch`, `syncline serve`.

use std::{sync::mpsc, thread, time::Duration};

use model::{Job, RunId};
use sync::Worker;

use super::{Call, describe, table};
use crate::{
    args::{Command, JobCommand},
    failure::Failure,
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

/// Owns the data directory until it is stopped: others' commands come through the control socket,
/// active jobs run as their schedules say.
pub fn serve(call: &Call<'_>, output: &mut dyn Output) -> Result<Reply, Failure> {
    if output.is_ending() {
        return Ok(Reply::go_on(Command::Serve));
    }
    let (report, reports) = mpsc::channel::<String>();
    let tell = report.clone();
    let (threads, log_days) = (call.app.threads, call.app.log_days);
    let worker = Worker::start_keeping(call.app.sync.clone(), threads, log_days, move |line| {
        // Nobody listens any more only while the program is ending.
        drop(report.send(line.to_owned()));
    });
    let notifier = Notifier::start(call.app, move |line| drop(tell.send(line.to_owned())));
    let jobs = call.app.directory.list_all_jobs(call.actor)?;
    let active: Vec<Vec<String>> = jobs
        .iter()
        .filter(|job| job.state == model::JobState::Active)
        .map(|job| vec![job.name.clone()])
        .collect();
    output.talk(&format!("serving {}; press Ctrl-C to stop", call.app.path.display()));
    output.talk(&format!("active jobs: {}", table(&["name"], active).replace('\n', " ")));
    while !output.is_interrupted() && !output.is_ending() {
        if let Ok(line) = reports.recv_timeout(BEAT) {
            output.talk(&line);
        }
    }
    drop(worker);
    drop(notifier);
    if output.is_ending() {
        return Ok(Reply::go_on(Command::Serve));
    }
    output.talk("stopped");
    Ok(Reply::default())
}
