//! Commands that go on: `syncline log --follow`, `syncline job watch`, `syncline serve`.

use std::{sync::mpsc, thread, time::Duration};

use model::{Job, Kind};
use serde_json::json;
use sync::{LogEntry, LogQuery, Worker};

use super::{Call, describe, table};
use crate::{
    args::LogArgs,
    failure::Failure,
    output::{Output, Reply},
};

/// How often something that is followed is looked at.
const BEAT: Duration = Duration::from_millis(200);

pub fn log(call: &Call<'_>, args: &LogArgs, output: &mut dyn Output) -> Result<Reply, Failure> {
    let job = call.app.directory.find_job(call.actor, &args.job)?;
    let source = match &args.user {
        None => None,
        Some(name) => match name.parse() {
            Ok(id) => Some(id),
            Err(_) => {
                let directory = &call.app.directory;
                Some(directory.find(call.actor, job.source, Kind::User, name)?.id)
            }
        },
    };
    let query = LogQuery { source, after: None, newest_first: true, limit: args.limit };
    let mut entries = call.app.sync.read_log(call.actor, &job, &query)?;
    entries.reverse();
    if !args.follow {
        let text = match entries.is_empty() {
            true => "nothing was done yet\n".to_owned(),
            false => entries.iter().map(line).collect(),
        };
        return Ok(Reply::new(json!({ "value": entries }), text));
    }
    let mut after = entries.last().map(|entry| entry.id);
    for entry in &entries {
        follow(entry, output);
    }
    while !output.is_interrupted() {
        let query = LogQuery { source, after, newest_first: false, limit: 1_000 };
        let entries = call.app.sync.read_log(call.actor, &job, &query)?;
        for entry in &entries {
            // What is not settled yet is told when it is.
            if entry.status == "pending" {
                break;
            }
            follow(entry, output);
            after = Some(entry.id);
        }
        thread::sleep(BEAT);
    }
    Ok(Reply::default())
}

/// One entry a line; for programs one JSON document a line, since the whole never ends.
fn follow(entry: &LogEntry, output: &mut dyn Output) {
    if output.view().json {
        let text = serde_json::to_string(entry).unwrap_or_default();
        output.out(&format!("{text}\n"));
    } else {
        output.out(&line(entry));
    }
}

fn line(entry: &LogEntry) -> String {
    let names: Vec<&str> = entry.modified_properties.iter().map(|one| one.name.as_str()).collect();
    let mut text = format!(
        "{}  {:<8} {:<8} {}",
        entry.activity_date_time, entry.status, entry.provisioning_action, entry.source_name
    );
    if entry.provisioning_action == "update" || entry.provisioning_action == "disable" {
        let changes = entry.modified_properties.iter().map(|one| {
            let show = |value: &Option<model::Value>| {
                value.as_ref().map_or("(empty)".to_owned(), ToString::to_string)
            };
            format!("{}: {} -> {}", one.name, show(&one.old), show(&one.new))
        });
        text.push_str(&format!("  {}", changes.collect::<Vec<_>>().join("; ")));
    } else if !names.is_empty() {
        text.push_str(&format!("  {} attributes", names.len()));
    }
    if let Some(reason) = &entry.reason {
        text.push_str(&format!("  {reason}"));
    }
    text.push('\n');
    text
}

pub fn runs(call: &Call<'_>, job: &Job, output: &mut dyn Output) -> Result<Reply, Failure> {
    let mut told = Vec::new();
    output.talk(&format!("watching {}; press Ctrl-C to stop", job.name));
    while !output.is_interrupted() {
        let mut runs = call.app.sync.list_runs(call.actor, job, 20)?;
        runs.reverse();
        for run in runs.iter().filter(|run| run.ended.is_some()) {
            if told.contains(&run.id) {
                continue;
            }
            told.push(run.id);
            if output.view().json {
                output.out(&format!("{}\n", describe::run_document(run)));
            } else {
                output.out(&format!("{}  {}\n", run.began, describe::run(run)));
            }
        }
        thread::sleep(BEAT);
    }
    Ok(Reply::default())
}

/// Owns the data directory until it is stopped: others' commands come through the control socket,
/// active jobs run as their schedules say.
pub fn serve(call: &Call<'_>, output: &mut dyn Output) -> Result<Reply, Failure> {
    let (report, reports) = mpsc::channel::<String>();
    let worker = Worker::start(call.app.sync.clone(), call.app.threads, move |line| {
        // Nobody listens any more only while the program is ending.
        drop(report.send(line.to_owned()));
    });
    let jobs = call.app.directory.list_all_jobs(call.actor)?;
    let active: Vec<Vec<String>> = jobs
        .iter()
        .filter(|job| job.state == model::JobState::Active)
        .map(|job| vec![job.name.clone()])
        .collect();
    output.talk(&format!("serving {}; press Ctrl-C to stop", call.app.path.display()));
    output.talk(&format!("active jobs: {}", table(&["name"], active).replace('\n', " ")));
    while !output.is_interrupted() {
        if let Ok(line) = reports.recv_timeout(BEAT) {
            output.talk(&line);
        }
    }
    drop(worker);
    output.talk("stopped");
    Ok(Reply::default())
}
