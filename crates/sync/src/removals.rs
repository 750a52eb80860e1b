//! Guard: removals and disables have waited for the end of the read. Now that their number is known
//! the brake lets them go, or holds them for somebody to look at.

use engine::guard::{Counts, Verdict, check_partings, check_removals};
use model::{Action, Entry, EntryState, Link, ObjectId, RunState};
use store::EntryQuery;

use crate::{
    Error, Observer,
    journal::{Journal, Memory, Pending},
    pipeline,
    read::PAGE,
    references,
    session::Session,
};

/// Applies the staged removals, or holds them all. Members leave their groups first: somebody who is
/// removed would not be found there any more.
pub(crate) fn finish(
    session: &mut Session,
    memory: &mut Memory,
    observer: &dyn Observer,
) -> Result<(), Error> {
    for actions in [&[Action::RemoveMember][..], &[Action::Disable, Action::Remove]] {
        let waits =
            |one: &&Pending| one.state == EntryState::Staged && actions.contains(&one.action);
        let staged = memory.pending.values().filter(waits).count() as u64;
        if staged > 0 {
            settle(session, memory, (actions, staged), observer)?;
        }
    }
    Ok(())
}

fn settle(
    session: &mut Session,
    memory: &mut Memory,
    (actions, staged): (&[Action], u64),
    observer: &dyn Observer,
) -> Result<(), Error> {
    match verdict(session, memory, actions, staged)? {
        Verdict::Proceed => each_page(session, actions, |session, entries| {
            if observer.is_interrupted() {
                return Err(Error::Stopped(observer.why()));
            }
            let links = links(session, &entries)?;
            let left_behind = references::left_behind(&session.ctx, &entries)?;
            let outcomes =
                pipeline::apply(&session.ctx, &session.actor(), session.lease.token, &entries)?;
            let mut journal = Journal::of(session, memory);
            let page = crate::journal::InFlight::new(links);
            journal.settle(&entries, outcomes, &page);
            journal.look_again(left_behind);
            journal.flush(true)?;
            let (read, changed) = (session.summary.read, session.summary.changed());
            observer.advanced(read, read, changed);
            Ok(())
        }),
        Verdict::Hold(reason) => {
            each_page(session, actions, |session, entries| {
                let mut journal = Journal::of(session, memory);
                for entry in &entries {
                    journal.hold(entry, &reason);
                }
                journal.flush(true)
            })?;
            session.summary.state = RunState::Held;
            Ok(())
        }
    }
}

fn verdict(
    session: &Session,
    memory: &Memory,
    actions: &[Action],
    staged: u64,
) -> Result<Verdict, Error> {
    if memory.approved {
        return Ok(Verdict::Proceed);
    }
    let ctx = &session.ctx;
    let (limits, linked) = (&ctx.job.limits, session.progress.linked);
    if actions.contains(&Action::RemoveMember) {
        let recent = session.progress.recent.count(ctx.now(), limits.window_hours);
        return Ok(check_partings(staged, recent.partings, linked, limits));
    }
    let since = ctx.now().plus_seconds(-(limits.window_hours as i64) * 3_600);
    let recent = ctx.store().removals_since(ctx.job.source, ctx.job.id, since)?;
    Ok(check_removals(Counts { staged, recent, linked: linked + recent }, limits))
}

/// Hands over the staged entries by the page until there are none; each page leaves that state.
fn each_page(
    session: &mut Session,
    actions: &[Action],
    mut each: impl FnMut(&mut Session, Vec<Entry>) -> Result<(), Error>,
) -> Result<(), Error> {
    loop {
        let query = EntryQuery {
            states: vec![EntryState::Staged],
            actions: actions.to_vec(),
            limit: PAGE,
            ..EntryQuery::default()
        };
        let job = &session.ctx.job;
        let entries = session.ctx.store().entries(job.source, job.id, &query)?;
        if entries.is_empty() {
            return Ok(());
        }
        each(session, entries)?;
    }
}

fn links(
    session: &Session,
    entries: &[Entry],
) -> Result<std::collections::BTreeMap<ObjectId, Link>, Error> {
    let people: Vec<ObjectId> = entries.iter().map(|entry| entry.source).collect();
    let job = &session.ctx.job;
    let links = session.ctx.store().links(job.source, job.id, &people)?;
    Ok(people.into_iter().zip(links).filter_map(|(id, link)| Some((id, link?))).collect())
}
