//! `syncline job schedule` and `syncline job restart`: when a job runs by itself, and what it forgets.

use model::{Diagnostic, Job, JobState, Schedule};
use serde_json::json;
use sync::Reset;

use super::{Call, describe, jobs, mappings::drawn};
use crate::{
    args::ResetScope,
    failure::Failure,
    output::{Output, Reply, Watch},
};

/// The schedule that the options say, if any does.
pub fn parse(
    on_change: bool,
    every: Option<&str>,
    cron: Option<&str>,
) -> Result<Option<Schedule>, Failure> {
    let shown = |text: &str, found: Diagnostic| {
        let (code, title) = match found.code {
            "cron-invalid" => ("cron-invalid", "the times of the calendar have a mistake"),
            _ => ("duration-invalid", "the length of time has a mistake"),
        };
        Failure { exit: 2, ..drawn(code, title, text, &[found]) }
    };
    match (every, cron) {
        (Some(text), _) => Schedule::every(text).map(Some).map_err(|found| shown(text, found)),
        (_, Some(text)) => Schedule::cron(text).map(Some).map_err(|found| shown(text, found)),
        _ => Ok(on_change.then_some(Schedule::OnChange)),
    }
}

/// Seconds of a length of time.
pub fn seconds(text: Option<&str>) -> Result<Option<i64>, Failure> {
    let Some(text) = text else { return Ok(None) };
    model::parse_duration(text).map(Some).map_err(|found| {
        let title = "the length of time has a mistake";
        Failure { exit: 2, ..drawn("duration-invalid", title, text, &[found]) }
    })
}

/// Sets the schedule where one is given, and shows it.
pub fn run(call: &Call<'_>, job: &Job, schedule: Option<Schedule>) -> Result<Reply, Failure> {
    let job = match schedule {
        None => job.clone(),
        Some(schedule) => call.app.directory.update_job(call.actor, job, |job| {
            job.schedule.clone_from(&schedule);
        })?,
    };
    let text = format!("{} runs {}", job.name, line(call, &job)?);
    let next = call.app.sync.next_run(call.actor, &job)?;
    let document = json!({ "job": job.id, "schedule": job.schedule, "nextRun": next });
    Ok(Reply::new(document, text))
}

/// The schedule with the next run, as one line.
pub fn line(call: &Call<'_>, job: &Job) -> Result<String, Failure> {
    let next = call.app.sync.next_run(call.actor, job)?;
    let next = match (job.state, next) {
        (JobState::Paused, _) => "none while the job is paused".to_owned(),
        (JobState::Disabled, _) => "none; the job is disabled".to_owned(),
        (JobState::Active, Some(next)) if job.schedule.is_on_change() => {
            format!("when something changes, at the latest {next}")
        }
        (JobState::Active, Some(next)) => next.to_string(),
        (JobState::Active, None) => "when something changes".to_owned(),
    };
    Ok(format!("{}; next run: {next}", job.schedule))
}

/// Has a job forget.
pub fn restart(
    call: &Call<'_>,
    job: &Job,
    scopes: &[ResetScope],
    output: &mut dyn Output,
) -> Result<Reply, Failure> {
    let mut reset = if scopes.is_empty() { Reset::USUAL } else { Reset::NOTHING };
    for scope in scopes {
        match scope {
            ResetScope::Watermark => reset.watermark = true,
            ResetScope::Escrows => reset.escrows = true,
            ResetScope::Quarantine => reset.quarantine = true,
            ResetScope::Links => reset.links = true,
            ResetScope::Full => {
                reset = Reset { force_deletes: reset.force_deletes, ..Reset::FULL };
            }
            ResetScope::ForceDeletes => reset.force_deletes = true,
        }
    }
    let watch = Watch::new("restart", output);
    let done = call.app.sync.restart(call.actor, job, reset, &watch)?;
    let mut text = match reset.watermark || reset.links {
        true => format!("the next cycle of {} looks at everybody again", job.name),
        false => format!("{} was restarted", job.name),
    };
    for (count, what) in [(done.escrows, "people in escrow"), (done.links, "links")] {
        if count > 0 {
            text.push_str(&format!("; {what} forgotten: {count}"));
        }
    }
    let mut document = json!({ "restarted": job.id, "escrows": done.escrows, "links": done.links });
    let mut exit = 0;
    if let Some(run) = &done.released {
        let released = jobs::of_run(run);
        text.push_str(&format!("\nheld removals: {}", describe::run(run)));
        document["released"] = describe::run_document(run);
        exit = released.exit;
    }
    Ok(Reply::new(document, text).exit(exit))
}
