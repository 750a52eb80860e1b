//! Plan: a decided change becomes a journal entry, with an id of its own and, for a creation, the id
//! that the target's object will have.

use model::{Action, ChangeId, Entry, EntryState, Kind, Name, ObjectId, RunId, Timestamp};

use crate::{Record, evaluate::Change};

/// The ids that an entry needs.
#[derive(Clone, Copy, Debug)]
pub struct Ids {
    /// The run.
    pub run: RunId,
    /// The entry.
    pub change: ChangeId,
    /// The target's object, should one be made.
    pub target: ObjectId,
}

/// The journal entry of a change of a user or a group. Removals and disables are staged: the brake has to know how many
/// there are before the first one is done.
pub fn to_entry(record: &Record, kind: Kind, change: Change, ids: Ids, at: Timestamp) -> Entry {
    let state = if change.action.waits() { EntryState::Staged } else { EntryState::Open };
    Entry {
        id: ids.change,
        run: ids.run,
        at,
        action: change.action,
        state,
        kind,
        source: record.id,
        member: None,
        name: name(record, &change),
        target: change.target.unwrap_or(ids.target),
        version: change.version,
        modifications: change.modifications,
        reason: change.reason,
    }
}

/// What the person is called in the log: by the source, or by what the target gets.
fn name(record: &Record, change: &Change) -> String {
    let named = change.modifications.iter().find(|one| one.name == Name::DISPLAY_NAME);
    match (&record.object, named.and_then(|one| one.new.as_ref())) {
        (Some(person), _) => person.label(),
        (None, Some(value)) if change.action == Action::Create => value.to_string(),
        _ => record.id.to_string(),
    }
}
