//! What a run that broke off has left: intents whose outcome nobody recorded. The target knows what
//! became of them, by its receipts.

use std::collections::BTreeMap;

use model::{Entry, EntryState, Link, ObjectId};
use store::EntryQuery;

use crate::{
    Error,
    journal::{Journal, Memory},
    references,
    session::Session,
};

/// Compares open and staged entries with the target: done, or never done; people of the latter are
/// evaluated again. Removals that still wait are remembered for the run.
pub(crate) fn recover(session: &mut Session, memory: &mut Memory) -> Result<(), Error> {
    let (source, job) = (session.ctx.job.source, session.ctx.job.id);
    let query = EntryQuery {
        states: vec![EntryState::Open, EntryState::Staged, EntryState::Held],
        ..EntryQuery::default()
    };
    let entries = session.ctx.store().entries(source, job, &query)?;
    for chunk in entries.chunks(crate::read::PAGE) {
        let applied = session.ctx.target().find_applied(chunk)?;
        let people: Vec<ObjectId> = chunk.iter().map(|entry| entry.source).collect();
        let links = session.ctx.store().links(source, job, &people)?;
        let links: BTreeMap<ObjectId, Link> =
            people.into_iter().zip(links).filter_map(|(id, link)| Some((id, link?))).collect();
        let removed: Vec<Entry> = chunk
            .iter()
            .zip(&applied)
            .filter(|(_, applied)| **applied)
            .map(|(entry, _)| entry.clone())
            .collect();
        let left_behind = references::left_behind(&session.ctx, &removed)?;
        let mut journal = Journal::of(session, memory);
        journal.look_again(left_behind);
        for (entry, applied) in chunk.iter().zip(applied) {
            if applied {
                journal.done(entry, links.get(&entry.source).copied());
            } else if entry.state == EntryState::Open {
                journal.give_up(entry);
            } else {
                journal.keep_pending(entry);
            }
        }
        journal.flush(true)?;
    }
    Ok(())
}
