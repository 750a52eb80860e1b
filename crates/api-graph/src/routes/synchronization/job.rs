//! `synchronizationJob`: a job with its schedule and status (graph-api.md 6.3).

use directory::Configuration;
use model::{Code, JobState, Quarantine, Reason, RunState, RunSummary, Schedule, Stage, Timestamp};
use serde_json::{Map, Value, json};
use sync::Standing;

use super::{AZURE2AZURE, FOLLOWS, job_id};
use crate::{call::Call, error::Error, small::object};

/// What Graph shows where something never happened.
const NEVER: &str = "0001-01-01T00:00:00Z";
/// The interval of a job that follows its source: the one that a new job has there. Whoever sets it
/// has the job follow its source again.
const USUAL_INTERVAL: &str = "PT40M";
/// The interval of a job that has none, as Graph writes it.
const UNSCHEDULED: &str = "P10675199DT2H48M5.4775807S";

/// The job as it stands.
pub fn document(
    call: &Call<'_>,
    configuration: &Configuration,
) -> Result<Map<String, Value>, Error> {
    let job = &configuration.job;
    let standing = call.services.sync.read_standing(call.actor, job)?;
    Ok(object(json!({
        "id": job_id(configuration),
        "templateId": AZURE2AZURE,
        "schedule": {
            "expiration": null,
            "interval": interval(&job.schedule),
            "state": match (job.state, job.stage) {
                (JobState::Active, _) => "Active",
                (JobState::Paused, Stage::Started) => "Paused",
                (JobState::Paused | JobState::Disabled, _) => "Disabled",
            },
        },
        "status": status(job.state, job.stage, &standing),
        "synchronizationJobSettings": [
            { "name": "AzureIngestionAttributeOptimization", "value": "False" },
            { "name": "LookaheadQueryEnabled", "value": "False" },
        ],
    })))
}

fn interval(schedule: &Schedule) -> String {
    match schedule {
        Schedule::OnChange => USUAL_INTERVAL.to_owned(),
        Schedule::Cron(_) => UNSCHEDULED.to_owned(),
        Schedule::Every(seconds) => {
            let (days, rest) = (seconds / 86_400, seconds % 86_400);
            let part = |number: i64, letter: &str| match number {
                0 => String::new(),
                number => format!("{number}{letter}"),
            };
            let time = part(rest / 3_600, "H") + &part(rest / 60 % 60, "M") + &part(rest % 60, "S");
            let time = if time.is_empty() { time } else { format!("T{time}") };
            format!("P{}{time}", part(days, "D"))
        }
    }
}

/// The schedule that an interval stands for.
pub fn read_interval(text: &str) -> Result<Schedule, Error> {
    let seconds = seconds(text)
        .ok_or_else(|| Error::bad_request(format!("The interval '{text}' is no duration.")))?;
    if text.eq_ignore_ascii_case(USUAL_INTERVAL) {
        return Ok(FOLLOWS);
    }
    match (Schedule::SHORTEST..=Schedule::LONGEST).contains(&seconds) {
        true => Ok(Schedule::Every(seconds)),
        false => Err(Error::bad_request(format!(
            "The interval '{text}' is not between {} seconds and a year.",
            Schedule::SHORTEST
        ))),
    }
}

/// Seconds of a duration of days, hours, minutes and whole seconds.
fn seconds(text: &str) -> Option<i64> {
    let rest = text.strip_prefix(['P', 'p'])?;
    let (days, time) = rest.split_once(['T', 't']).unwrap_or((rest, ""));
    let mut total = 0_i64;
    for (part, units) in [(days, "D"), (time, "HMS")] {
        let mut digits = String::new();
        for letter in part.chars() {
            if letter.is_ascii_digit() {
                digits.push(letter);
                continue;
            }
            let letter = letter.to_ascii_uppercase();
            let factor = match letter {
                'D' => 86_400,
                'H' => 3_600,
                'M' => 60,
                'S' => 1,
                _ => return None,
            };
            let number: i64 = digits.parse().ok().filter(|_| units.contains(letter))?;
            total = total.checked_add(number.checked_mul(factor)?)?;
            digits.clear();
        }
        if !digits.is_empty() {
            return None;
        }
    }
    Some(total)
}

fn status(state: JobState, stage: Stage, standing: &Standing) -> Value {
    let ended: Vec<&RunSummary> =
        standing.cycles.iter().filter(|run| run.ended.is_some()).collect();
    let came_through = |run: &&&RunSummary| matches!(run.state, RunState::Done | RunState::Held);
    let execution = |run: Option<&RunSummary>| run.map(|run| execution(run, standing));
    let quarantine = standing.progress.quarantine.as_ref();
    let is_waiting = state == JobState::Active && ended.is_empty();
    let steady = |run: Option<&&RunSummary>| match run.and_then(|run| run.ended) {
        Some(at) => json!(at),
        None => json!(NEVER),
    };
    json!({
        "code": match (state, quarantine) {
            (_, Some(_)) | (JobState::Disabled, _) => "Quarantine",
            (JobState::Paused, None) => "Paused",
            (JobState::Active, None) if is_waiting => "NotRun",
            (JobState::Active, None) => "Active",
        },
        "countSuccessiveCompleteFailures":
            ended.iter().take_while(|run| run.state == RunState::Stopped).count(),
        "escrowsPruned": false,
        "lastExecution": match is_waiting {
            true => Some(not_yet()),
            false => execution(ended.first().copied()),
        },
        "lastSuccessfulExecution": execution(ended.iter().find(came_through).copied()),
        "lastSuccessfulExecutionWithExports": execution(
            ended.iter().filter(came_through).find(|run| run.changed() > 0).copied(),
        ),
        "progress": progress(standing),
        "quarantine": quarantine.map(|one| quarantined(one, &ended)),
        "steadyStateFirstAchievedTime": steady(ended.iter().rev().find(came_through)),
        "steadyStateLastAchievedTime": steady(ended.iter().find(came_through)),
        "synchronizedEntryCountByType": match standing.progress.linked {
            0 => json!([]),
            linked => json!([{ "key": "User", "value": linked }]),
        },
        "troubleshootingUrl": match stage { Stage::Started => Some(""), _ => None },
    })
}

/// A walk over all people that is under way.
fn progress(standing: &Standing) -> Value {
    let running = standing.cycles.iter().find(|run| run.ended.is_none());
    match (standing.progress.sweep, running) {
        (Some(_), Some(run)) => json!([{
            "completedUnits": run.read,
            "totalUnits": run.read.max(standing.progress.linked),
            "units": "users",
            "progressObservationDateTime": run.began,
        }]),
        _ => json!([]),
    }
}

/// What Graph shows of a job that was started and has not run yet.
fn not_yet() -> Value {
    let mut execution = counts(0, 0, 0, 0);
    execution["activityIdentifier"] = Value::Null;
    execution["state"] = "Failed".into();
    execution["error"] = json!({ "code": "None", "message": "", "tenantActionable": false });
    execution["timeBegan"] = NEVER.into();
    execution["timeEnded"] = NEVER.into();
    execution
}

fn counts(read: u64, entitled: u64, escrowed: u64, exported: u64) -> Value {
    json!({
        "countEntitled": entitled,
        "countEntitledForProvisioning": entitled,
        "countEscrowed": escrowed,
        "countEscrowedRaw": escrowed,
        "countExported": exported,
        "countExports": exported,
        "countImported": read,
        "countImportedDeltas": read,
        "countImportedReferenceDeltas": 0,
    })
}

fn execution(run: &RunSummary, standing: &Standing) -> Value {
    let escrowed: u64 =
        run.reasons.iter().filter(|(code, _)| is_failure(code)).map(|(_, count)| count).sum();
    let mut told = counts(run.read, standing.progress.linked, escrowed, run.changed());
    told["activityIdentifier"] = json!(run.id);
    told["state"] = match run.state {
        RunState::Stopped => "Failed",
        _ if escrowed > 0 => "EntryLevelErrors",
        _ => "Succeeded",
    }
    .into();
    told["error"] = run.stopped.as_ref().map_or(Value::Null, error);
    told["timeBegan"] = json!(run.began);
    told["timeEnded"] = json!(run.ended.unwrap_or(Timestamp(0)));
    told
}

fn is_failure(code: &str) -> bool {
    Code::ALL.iter().any(|(known, severity, ..)| {
        known.as_str() == code && *severity == model::Severity::Failure
    })
}

fn error(reason: &Reason) -> Value {
    json!({
        "code": crate::error::run_code(reason.code),
        "message": reason.sentence,
        "tenantActionable": true,
    })
}

fn quarantined(quarantine: &Quarantine, ended: &[&RunSummary]) -> Value {
    let stopped = ended.iter().find_map(|run| run.stopped.as_ref());
    json!({
        "reason": quarantine.reason,
        "error": stopped.map(error),
        "currentBegan": quarantine.tried,
        "nextAttempt": quarantine.next_attempt,
        "seriesBegan": quarantine.began,
        "seriesCount": quarantine.attempts,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_read_and_written_alike() {
        for (text, wanted) in [
            ("PT40M", Some(Schedule::OnChange)),
            ("PT20M", Some(Schedule::Every(1_200))),
            ("P1DT1H30S", Some(Schedule::Every(90_030))),
            ("PT5S", None),
            ("P400D", None),
            ("40 minutes", None),
            ("PT", None),
            ("P1H", None),
            ("PT12", None),
        ] {
            let read = read_interval(text).ok();
            assert_eq!(read, wanted, "{text}");
            if let Some(schedule) = read {
                assert_eq!(interval(&schedule), text);
            }
        }
    }
}
