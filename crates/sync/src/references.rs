//! References: whose manager came to the target, or left it, is looked at again, so that the target's
//! manager follows whatever the order in which people come.
//!
//! Nothing waits for that in a list of its own. The journal says who came and who left, the edges of
//! the source say whom they manage, and the job remembers up to which entry that was seen to.

use std::collections::BTreeSet;

use model::{Action, ChangeId, EdgeKind, Entry, EntryState, ObjectId, Reason, WaitFor, Waiting};
use store::{End, EntryQuery};

use crate::{
    Error, Observer,
    journal::Memory,
    pipeline,
    read::{Chosen, PAGE},
    session::{Context, Session},
};

/// Looks at the people again whose manager came to the target since the last cycle. Somebody who is
/// looked at so comes and goes nowhere, so that one walk is enough.
pub(crate) fn follow(
    session: &mut Session,
    memory: &mut Memory,
    observer: &dyn Observer,
) -> Result<(), Error> {
    if !session.ctx.rules.maps_manager {
        return Ok(());
    }
    loop {
        let entries = newcomers(&session.ctx, session.progress.followed, PAGE)?;
        let Some(last) = entries.last().map(|entry| entry.id) else { break };
        let people: Vec<ObjectId> = entries.iter().map(|entry| entry.source).collect();
        let reports = read_reports(&session.ctx, &people)?;
        let count = reports.len() as u64;
        if count > 0 {
            pipeline::run(session, memory, &mut Chosen::new(reports), count, observer)?;
        }
        session.progress.followed = Some(last);
    }
    // Entries of other kinds need not be read again either.
    session.progress.followed = last_entry(&session.ctx)?.or(session.progress.followed);
    Ok(())
}

/// Whom the next cycle looks at because their manager came to the target.
pub(crate) fn read_due(
    ctx: &Context,
    mut followed: Option<ChangeId>,
) -> Result<BTreeSet<ObjectId>, Error> {
    let mut people = BTreeSet::new();
    if !ctx.rules.maps_manager {
        return Ok(people);
    }
    loop {
        let entries = newcomers(ctx, followed, PAGE)?;
        let Some(last) = entries.last() else { break };
        followed = Some(last.id);
        let managers: Vec<ObjectId> = entries.iter().map(|entry| entry.source).collect();
        people.extend(read_reports(ctx, &managers)?);
    }
    Ok(people)
}

/// Whether somebody came to the target and those whom that person manages were not looked at.
pub(crate) fn is_due(ctx: &Context, followed: Option<ChangeId>) -> Result<bool, Error> {
    Ok(ctx.rules.maps_manager && !newcomers(ctx, followed, 1)?.is_empty())
}

/// People whose removal is being recorded take themselves away from those whom they manage. They are
/// put down to be looked at with the removal itself, since the entry may be older than what was
/// followed.
pub(crate) fn left_behind(ctx: &Context, removed: &[Entry]) -> Result<Vec<Waiting>, Error> {
    if !ctx.rules.maps_manager {
        return Ok(Vec::new());
    }
    let gone = removed.iter().filter(|entry| entry.action == Action::Remove);
    let gone: Vec<ObjectId> = gone.map(|entry| entry.source).collect();
    let now = ctx.now();
    let reports = read_reports(ctx, &gone)?.into_iter();
    Ok(reports
        .map(|source| Waiting {
            source,
            wait: WaitFor::Moment,
            reason: Reason::new(model::Code::MANAGER_LEFT, "the manager left the target"),
            attempts: 0,
            since: now,
            due: now,
            given_up: None,
        })
        .collect())
}

fn newcomers(ctx: &Context, after: Option<ChangeId>, limit: usize) -> Result<Vec<Entry>, Error> {
    let query = EntryQuery {
        states: vec![EntryState::Done],
        actions: vec![Action::Create, Action::Adopt, Action::Restore, Action::Unlink],
        after,
        limit,
        bare: true,
        ..EntryQuery::default()
    };
    Ok(ctx.store().entries(ctx.job.source, ctx.job.id, &query)?)
}

fn last_entry(ctx: &Context) -> Result<Option<ChangeId>, Error> {
    let query = EntryQuery { newest_first: true, limit: 1, bare: true, ..EntryQuery::default() };
    let newest = ctx.store().entries(ctx.job.source, ctx.job.id, &query)?;
    Ok(newest.first().map(|entry| entry.id))
}

/// Whom these people manage at home.
fn read_reports(ctx: &Context, managers: &[ObjectId]) -> Result<BTreeSet<ObjectId>, Error> {
    let edges = ctx.store().edges(ctx.job.source, EdgeKind::Manager, End::To, managers)?;
    Ok(edges.into_iter().map(|edge| edge.from).collect())
}
