//! References: whose manager came to the target, or left it, is looked at again, and so are the
//! memberships of whoever came, person or group. The target's references follow whatever the order in
//! which people come.
//!
//! Nothing waits for that in a list of its own. The journal says who came and who left, the edges of
//! the source say whom they manage and where they are members, and the job remembers up to which
//! entry that was seen to.

use std::collections::{BTreeSet, HashMap};

use model::{
    Action, ChangeId, EdgeKind, Entry, EntryState, Kind, Nested, ObjectId, Reason, WaitFor, Waiting,
};
use store::{End, EntryQuery};

use crate::{
    Error, Observer,
    journal::Memory,
    pipeline,
    read::{Chosen, PAGE, Pair},
    records::read_groups_above,
    session::{Context, Session},
    walk::Walk,
};

/// Whether anything refers to whoever comes.
fn is_wanted(ctx: &Context) -> bool {
    ctx.rules.maps_manager || ctx.group_rules.is_some()
}

/// Looks at the people again whose manager came to the target since the last cycle, and at the
/// memberships of those who came. Whoever is looked at so comes and goes nowhere, so that one walk is
/// enough.
pub(crate) fn follow(
    session: &mut Session,
    memory: &mut Memory,
    observer: &dyn Observer,
) -> Result<(), Error> {
    if !is_wanted(&session.ctx) {
        return Ok(());
    }
    loop {
        let entries = newcomers(&session.ctx, session.progress.followed, PAGE)?;
        let Some(last) = entries.last().map(|entry| entry.id) else { break };
        for mut pages in read_followers(&session.ctx, &entries)? {
            let count = pages.count();
            if count > 0 {
                pipeline::run(session, memory, &mut pages, count, observer)?;
            }
        }
        session.progress.followed = Some(last);
    }
    // Entries of other kinds need not be read again either.
    session.progress.followed = last_entry(&session.ctx)?.or(session.progress.followed);
    Ok(())
}

/// Whom the next cycle looks at because somebody came to the target.
pub(crate) fn read_due(
    ctx: &Context,
    mut followed: Option<ChangeId>,
) -> Result<Vec<Chosen>, Error> {
    let mut due = Vec::new();
    while is_wanted(ctx) {
        let entries = newcomers(ctx, followed, PAGE)?;
        let Some(last) = entries.last() else { break };
        followed = Some(last.id);
        due.extend(read_followers(ctx, &entries)?);
    }
    Ok(due)
}

/// Whom those who came, as these entries say, bring along: the people whom they manage, and their
/// memberships.
fn read_followers(ctx: &Context, newcomers: &[Entry]) -> Result<Vec<Chosen>, Error> {
    let of = |kind: Kind| newcomers.iter().filter(move |entry| entry.kind == kind);
    let mut followers = Vec::new();
    if ctx.rules.maps_manager {
        let people: Vec<ObjectId> = of(Kind::User).map(|entry| entry.source).collect();
        followers.push(Chosen::new(read_reports(ctx, &people)?));
    }
    if ctx.group_rules.is_some() {
        let came = newcomers.iter().filter(|entry| entry.action != Action::Unlink);
        let pairs = read_pairs(ctx, came.map(|entry| (entry.source, entry.target)))?;
        let groups = of(Kind::Group).filter(|entry| entry.action != Action::Unlink);
        followers.push(Chosen::memberships(pairs, Walk::each(groups.map(|entry| entry.source))));
    }
    Ok(followers)
}

/// Where people are members at home, and where those are who stand for them.
pub(crate) fn read_memberships(ctx: &Context, people: &[ObjectId]) -> Result<Vec<Pair>, Error> {
    let links = ctx.store().links(ctx.job.source, ctx.job.id, people)?;
    read_pairs(ctx, links.into_iter().flatten().map(|link| (link.source, link.target)))
}

/// Where those who came are members at home, and where they are in the target.
pub(crate) fn read_pairs(
    ctx: &Context,
    came: impl Iterator<Item = (ObjectId, ObjectId)>,
) -> Result<Vec<Pair>, Error> {
    let (people, there): (Vec<ObjectId>, Vec<ObjectId>) = came.unzip();
    let edges = ctx.store().edges(ctx.job.source, EdgeKind::Member, End::To, &people)?;
    let mut pairs: BTreeSet<Pair> = edges.iter().map(|edge| (edge.from, edge.to)).collect();
    if ctx.job.groups.nested == Nested::Flatten {
        let above = read_groups_above(ctx, edges.iter().map(|edge| edge.from).collect())?;
        pairs.extend(edges.iter().flat_map(|edge| {
            let groups = above.get(&edge.from).into_iter().flatten();
            groups.map(|group| (*group, edge.to))
        }));
    }
    let held = ctx.target().memberships(&there)?;
    let groups: Vec<ObjectId> = held.iter().map(|edge| edge.from).collect();
    let links = ctx.store().links_to(ctx.job.source, ctx.job.id, &groups)?;
    let sources: HashMap<ObjectId, ObjectId> = there.into_iter().zip(people).collect();
    pairs.extend(
        held.iter()
            .zip(links)
            .filter_map(|(edge, link)| Some((link?.source, *sources.get(&edge.to)?))),
    );
    Ok(pairs.into_iter().collect())
}

/// Whether somebody came to the target and those whom that brings along were not looked at.
pub(crate) fn is_due(ctx: &Context, followed: Option<ChangeId>) -> Result<bool, Error> {
    Ok(is_wanted(ctx) && !newcomers(ctx, followed, 1)?.is_empty())
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
            due: model::Timestamp::AT_ONCE,
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
