//! `syncline log`: what was done, newest first, by the page; followed, or handed to the export.

use std::thread;

use model::{Action, ChangeId, Code, Job, Kind, ObjectId, Timestamp};
use serde_json::json;
use sync::{LogEntry, LogQuery, LogStatus, ModifiedProperty};

use super::{Call, log_export, watch::BEAT};
use crate::{
    args::{Command, LogArgs},
    failure::Failure,
    output::{Output, Reply},
    visible,
};

/// How many entries are shown when nobody says how many.
const SHOWN: usize = 50;

pub fn run(call: &Call<'_>, args: &LogArgs, output: &mut dyn Output) -> Result<Reply, Failure> {
    let job = call.app.directory.find_job(call.actor, &args.job)?;
    let query = query(call, &job, args)?;
    if let Some(file) = &args.export {
        return log_export::run(call, &job, &query, (file, args), output);
    }
    if args.follow {
        return follow(call, &job, &query, args, output);
    }
    let (entries, next) = read(call, &job, &query, args.limit.unwrap_or(SHOWN), output)?;
    let mut text = match entries.is_empty() {
        true if next.is_none() => "nothing was done, or nothing that was asked for\n".to_owned(),
        _ => entries.iter().map(|entry| tell(entry, args.steps)).collect(),
    };
    if let Some(next) = next {
        text.push_str(&format!("more: add --after {next}\n"));
    }
    Ok(Reply::new(json!({ "value": entries, "next": next }), text))
}

/// So many entries, by the page, and where the log goes on.
fn read(
    call: &Call<'_>,
    job: &Job,
    query: &LogQuery,
    limit: usize,
    output: &dyn Output,
) -> Result<(Vec<LogEntry>, Option<ChangeId>), Failure> {
    let mut query = query.clone();
    let mut entries = Vec::new();
    loop {
        query.limit = (limit - entries.len()).min(1_000);
        if query.limit == 0 {
            return Ok((entries, query.behind));
        }
        let page = call.app.sync.read_log(call.actor, job, &query)?;
        entries.extend(page.entries);
        if page.next.is_none() || output.is_interrupted() {
            return Ok((entries, page.next));
        }
        query.behind = page.next;
    }
}

fn follow(
    call: &Call<'_>,
    job: &Job,
    query: &LogQuery,
    args: &LogArgs,
    output: &mut dyn Output,
) -> Result<Reply, Failure> {
    let mut behind = query.behind;
    if behind.is_none() {
        behind = begin(call, job, query, args, output)?;
    }
    loop {
        let query = LogQuery { behind, ..query.clone() };
        let page = call.app.sync.follow_log(call.actor, job, &query)?;
        for entry in &page.entries {
            show(entry, args.steps, output);
        }
        let still = page.next == behind;
        behind = page.next;
        if output.is_ending() {
            let after = behind.map(|id| id.to_string());
            return Ok(Reply::go_on(Command::Log(LogArgs { after, ..args.clone() })));
        }
        if output.is_interrupted() {
            return Ok(Reply::default());
        }
        if still {
            thread::sleep(BEAT);
        }
    }
}

/// Shows what there is already, and gives the entry behind which it goes on.
fn begin(
    call: &Call<'_>,
    job: &Job,
    query: &LogQuery,
    args: &LogArgs,
    output: &mut dyn Output,
) -> Result<Option<ChangeId>, Failure> {
    let (mut entries, _) = read(call, job, query, args.limit.unwrap_or(SHOWN), output)?;
    entries.reverse();
    // What is not settled yet is told when it is.
    let pending = entries.iter().position(|entry| entry.status() == LogStatus::Pending);
    let first_pending = pending.map(|index| entries[index].id);
    entries.truncate(pending.unwrap_or(entries.len()));
    let mut behind = entries.last().map(|entry| entry.id);
    if behind.is_none() && first_pending.is_some() {
        let before =
            LogQuery { behind: first_pending, newest_first: true, limit: 1, ..LogQuery::default() };
        let page = call.app.sync.read_log(call.actor, job, &before)?;
        behind = page.entries.first().map(|entry| entry.id);
    }
    for entry in &entries {
        show(entry, args.steps, output);
    }
    Ok(behind)
}

/// One entry a line; for programs one JSON document a line, since the whole never ends.
fn show(entry: &LogEntry, steps: bool, output: &mut dyn Output) {
    if output.view().json {
        let text = serde_json::to_string(entry).unwrap_or_default();
        output.out(&format!("{text}\n"));
    } else {
        output.out(&tell(entry, steps));
    }
}

fn query(call: &Call<'_>, job: &Job, args: &LogArgs) -> Result<LogQuery, Failure> {
    let now = call.app.directory.clock().now();
    let instant = |text: &Option<String>| text.as_deref().map(|text| time(text, now)).transpose();
    Ok(LogQuery {
        ids: Vec::new(),
        source: person(call, job, args.user.as_deref())?,
        run: args.run.as_deref().map(|id| parse_id(id, "--run")).transpose()?,
        since: instant(&args.since)?,
        until: instant(&args.until)?,
        actions: words(&args.action, "action", &Action::ALL.map(|one| (one.as_str(), one)))?,
        statuses: words(&args.status, "status", &STATUSES.map(|one| (one.as_str(), one)))?,
        codes: words(&args.code, "code", &codes())?,
        text: args.text.clone().unwrap_or_default(),
        behind: args.after.as_deref().map(|id| parse_id(id, "--after")).transpose()?,
        newest_first: true,
        limit: 0,
    })
}

/// The person of the source, or the group, that a name or an id means.
pub fn person(call: &Call<'_>, job: &Job, name: Option<&str>) -> Result<Option<ObjectId>, Failure> {
    let directory = &call.app.directory;
    Ok(match name.map(|name| (name, name.parse())) {
        None => None,
        // Somebody who is gone for good has an id still.
        Some((_, Ok(id))) => Some(id),
        Some((name, Err(_))) => {
            let find = |kind| directory.find(call.actor, job.source, kind, name);
            match find(Kind::User) {
                Ok(person) => Some(person.id),
                // What nobody is called may be a group's name; if it is not, a person was meant.
                Err(error) => Some(find(Kind::Group).map_err(|_| error)?.id),
            }
        }
    })
}

const STATUSES: [LogStatus; 5] = [
    LogStatus::Success,
    LogStatus::Failure,
    LogStatus::Skipped,
    LogStatus::Held,
    LogStatus::Pending,
];

pub fn codes() -> Vec<(&'static str, Code)> {
    Code::ALL.iter().map(|(code, ..)| (code.as_str(), *code)).collect()
}

fn parse_id<T: std::str::FromStr>(text: &str, option: &str) -> Result<T, Failure> {
    text.parse().map_err(|_| Failure::usage(format!("{option} takes an id, not '{text}'")))
}

/// What stands for these words; one that is not known is refused with those that are.
pub fn words<T: Copy>(
    given: &[String],
    what: &str,
    known: &[(&str, T)],
) -> Result<Vec<T>, Failure> {
    let find = |word: &String| {
        let found = known.iter().find(|(name, _)| *name == word.trim());
        found.map(|(_, value)| *value).ok_or_else(|| {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            Failure::usage(format!("there is no {what} '{word}'"))
                .hint(format!("one of {}", names.join(", ")))
        })
    };
    given.iter().map(find).collect()
}

/// An instant as it may be written: in full, as a day, or as how long ago.
pub fn time(text: &str, now: Timestamp) -> Result<Timestamp, Failure> {
    let ago = |text: &str| {
        let unit = text.chars().next_back()?;
        let seconds = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return None,
        };
        let count: u32 = text.strip_suffix(unit)?.parse().ok()?;
        Some(now.plus_seconds(-i64::from(count) * seconds))
    };
    let day = || format!("{text}T00:00:00Z").parse().ok();
    text.parse().ok().or_else(|| ago(text)).or_else(day).ok_or_else(|| {
        Failure::usage(format!("'{text}' is no time"))
            .hint("2026-01-31, 2026-01-31T08:00:00Z, or how long ago: 45m, 3h, 2d, 1w")
    })
}

/// An entry in one line, or with its steps and every value.
fn tell(entry: &LogEntry, steps: bool) -> String {
    let mut text = format!(
        "{}  {:<8} {:<8} {}",
        entry.activity_date_time,
        entry.status().as_str(),
        entry.action.as_str(),
        visible::line(&entry.source_identity.display_name)
    );
    let properties = &entry.modified_properties;
    if steps || properties.is_empty() || entry.action.is_membership() {
    } else if matches!(entry.action, Action::Update | Action::Disable) {
        let changes: Vec<String> = properties.iter().map(change).collect();
        text.push_str(&format!("  {}", visible::line(&changes.join("; "))));
    } else {
        text.push_str(&format!("  {} attributes", properties.len()));
    }
    if let Some(reason) = &entry.reason {
        text.push_str(&format!("  {}", visible::line(&reason.to_string())));
    }
    text.push('\n');
    if steps {
        text.push_str(&format!("    entry {}, run {}\n", entry.id, entry.cycle_id));
        for step in &entry.provisioning_steps {
            text.push_str(&format!(
                "    {:<19} {:<8} {}\n",
                step.provisioning_step_type,
                step.status,
                visible::line(&step.description)
            ));
            for (name, value) in &step.details {
                text.push_str(&format!("        {name}: {}\n", visible::line(value)));
            }
        }
        for property in properties {
            text.push_str(&format!("      {}\n", visible::line(&change(property))));
        }
    }
    text
}

fn change(property: &ModifiedProperty) -> String {
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "(empty)".to_owned());
    let (old, new) = (value(&property.old_value), value(&property.new_value));
    format!("{}: {old} -> {new}", property.display_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_instants_days_or_how_long_ago() {
        let now: Timestamp = "2026-02-03T08:00:00Z".parse().expect("it is an instant");
        for (text, expected) in [
            ("2026-01-31", "2026-01-31T00:00:00Z"),
            ("2026-01-31T08:00:00+02:00", "2026-01-31T06:00:00Z"),
            ("45m", "2026-02-03T07:15:00Z"),
            ("3h", "2026-02-03T05:00:00Z"),
            ("2d", "2026-02-01T08:00:00Z"),
            ("1w", "2026-01-27T08:00:00Z"),
        ] {
            let found = time(text, now).map(|at| at.to_string());
            assert_eq!(found.as_deref(), Ok(expected), "{text}");
        }
        for text in ["", "d", "-1d", "2y", "yesterday", "2026-13-01", "3é"] {
            assert!(time(text, now).is_err(), "{text}");
        }
    }
}
