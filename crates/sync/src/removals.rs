//! Guard: removals and disables have waited for the end of the read. Now that their number is known
//! the brake lets them go, or holds them for somebody to look at.

use engine::guard::{Counts, Verdict, check_removals};
use model::{Entry, EntryState, Link, ObjectId, RunState};
use store::EntryQuery;

use crate::{
    Error, Observer,
    journal::{Journal, Memory},
    pipeline,
    read::PAGE,
    references,
    session::Session,
};

/// Applies the staged removals, or holds them all.
pub(crate) fn finish(
    session: &mut Session,
    memory: &mut Memory,
    observer: &dyn Observer,
) -> Result<(), Error> {
    let staged =
        memory.pending.values().filter(|one| one.state == EntryState::Staged).count() as u64;
    if staged == 0 {
        return Ok(());
    }
    match verdict(session, memory, staged)? {
        Verdict::Proceed => each_page(session, |session, entries| {
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
            journal.flush(true)
        }),
        Verdict::Hold(reason) => {
            each_page(session, |session, entries| {
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

fn verdict(session: &Session, memory: &Memory, staged: u64) -> Result<Verdict, Error> {
    if memory.approved {
        return Ok(Verdict::Proceed);
    }
    let ctx = &session.ctx;
    let limits = &ctx.job.limits;
    let since = ctx.now().plus_seconds(-(limits.window_hours as i64) * 3_600);
    let recent = ctx.store().removals_since(ctx.job.source, ctx.job.id, since)?;
    let counts = Counts { staged, recent, linked: session.progress.linked + recent };
    Ok(check_removals(counts, limits))
}

/// Hands over the staged entries by the page until there are none; each page leaves that state.
fn each_page(
    session: &mut Session,
    mut each: impl FnMut(&mut Session, Vec<Entry>) -> Result<(), Error>,
) -> Result<(), Error> {
    loop {
        let query =
            EntryQuery { states: vec![EntryState::Staged], limit: PAGE, ..EntryQuery::default() };
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
