//! Entries of the log and of plans as rows of a table.

use model::{Entry, Reason, Timestamp, Value};
use sync::{LogEntry, LogStatus};

use super::words::{self, Badge};
use crate::form::coded;

/// So many attributes are shown in a row.
const SHOWN: usize = 4;
/// A longer value is cut in a row; its own page shows all of it.
const LENGTH: usize = 80;

/// An entry as a row.
pub struct Line {
    /// Its own page, where it has one.
    pub href: Option<String>,
    /// The page of the person, where there is one.
    pub person: Option<String>,
    /// When it was decided.
    pub at: Timestamp,
    /// Whom it is about.
    pub name: String,
    /// What is done.
    pub action: String,
    /// How it went.
    pub status: Badge,
    /// What changes.
    pub shifts: Vec<Shift>,
    /// How many more attributes change, in words; nothing where there are none.
    pub more: String,
    /// Why.
    pub reason: Option<Reason>,
    /// The entry's id.
    pub id: String,
}

/// An attribute before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// The attribute.
    pub name: String,
    /// What it held.
    pub old: Option<String>,
    /// What it is to hold.
    pub new: Option<String>,
}

impl Line {
    /// An entry of the log, below a configuration.
    pub fn of_log(entry: &LogEntry, base: &str, has_people: bool) -> Self {
        let all = shifts_of_log(entry);
        let (shifts, more) = few(all, entry.action.is_membership());
        let person = entry.source_identity.id.filter(|_| has_people);
        Self {
            href: Some(format!("{base}/runs/{}/entries/{}", entry.cycle_id, entry.id)),
            person: person.map(|id| format!("{base}/people/{id}")),
            at: entry.activity_date_time,
            name: entry.source_identity.display_name.clone(),
            action: words::action(entry.action),
            status: words::status(entry.status()),
            shifts,
            more,
            reason: entry.reason.clone(),
            id: entry.id.to_string(),
        }
    }

    /// A change of a plan; once it is applied it is an entry like any other.
    pub fn of_plan(entry: &Entry, base: &str) -> Self {
        let (shifts, more) = few(shifts(entry), entry.action.is_membership());
        let is_planned = entry.state == model::EntryState::Planned;
        let own = || format!("{base}/runs/{}/entries/{}", entry.run, entry.id);
        Self {
            href: (!is_planned).then(own),
            person: Some(format!("{base}/people/{}", coded(&entry.source.to_string()))),
            at: entry.at,
            name: entry.name.clone(),
            action: words::action(entry.action),
            status: match is_planned {
                true => Badge::new("info", text!("word-planned")),
                false => words::status(LogStatus::of(entry.state)),
            },
            shifts,
            more,
            reason: entry.reason.clone(),
            id: entry.id.to_string(),
        }
    }
}

/// All attributes of an entry.
pub fn shifts_of_log(entry: &LogEntry) -> Vec<Shift> {
    let each = entry.modified_properties.iter().map(|one| Shift {
        name: one.display_name.to_string(),
        old: one.old_value.clone(),
        new: one.new_value.clone(),
    });
    each.collect()
}

fn shifts(entry: &Entry) -> Vec<Shift> {
    let text = |value: &Option<Value>| value.as_ref().map(ToString::to_string);
    let each = entry.modifications.iter().map(|one| Shift {
        name: one.name.to_string(),
        old: text(&one.old),
        new: text(&one.new),
    });
    each.collect()
}

/// The first of them, cut to what a row takes. A membership's name says it all; its value is an id.
fn few(mut all: Vec<Shift>, is_membership: bool) -> (Vec<Shift>, String) {
    if is_membership {
        return (Vec::new(), String::new());
    }
    let more = all.len().saturating_sub(SHOWN);
    all.truncate(SHOWN);
    for shift in &mut all {
        for value in [&mut shift.old, &mut shift.new].into_iter().flatten() {
            if value.chars().count() > LENGTH {
                *value = value.chars().take(LENGTH).chain(['…']).collect();
            }
        }
    }
    let more = match more {
        0 => String::new(),
        count => text!("word-more-attributes", count = count),
    };
    (all, more)
}
