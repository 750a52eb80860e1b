//! Scope to plan for memberships: a page of pairs of a group and a member, each decided by itself.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use engine::{Facts, MemberDecision, Membership, decide_member};
use model::{
    Action, Attributes, ChangeId, EdgeKind, Entry, EntryState, Kind, Link, LinkState, Nested,
    Object, ObjectId, Timestamp,
};
use store::End;

use crate::{
    Error,
    evaluate::Decided,
    read::{Page, Pair, Who},
    records::read_groups_above,
    session::Context,
};

/// Objects that will stand in the target for people and groups of the source, once what is planned is
/// done.
#[derive(Default)]
pub(crate) struct Coming(BTreeMap<ObjectId, (ObjectId, Kind)>);

impl Coming {
    /// Takes in a change that is planned.
    pub(crate) fn add(&mut self, entry: &Entry) {
        if matches!(entry.action, Action::Create | Action::Adopt | Action::Restore) {
            self.0.insert(entry.source, (entry.target, entry.kind));
        }
    }

    /// Who comes, with the ids of the objects: groups as well as people.
    pub(crate) fn ids(&self) -> Vec<(ObjectId, ObjectId)> {
        self.0.iter().map(|(source, (target, _))| (*source, *target)).collect()
    }

    /// The groups that come.
    pub(crate) fn groups(&self) -> Vec<ObjectId> {
        let groups = self.0.iter().filter(|(_, (_, kind))| *kind == Kind::Group);
        groups.map(|(source, _)| *source).collect()
    }

    /// The facts as they will be.
    fn add_to(&self, facts: &mut Facts, ids: &[ObjectId], now: Timestamp) {
        let coming = ids.iter().filter_map(|id| Some((*id, *self.0.get(id)?)));
        for (source, (target, kind)) in coming {
            facts.links.insert(source, Link { source, target, state: LinkState::Active });
            // Only that it stands there counts for a membership, and what it is.
            let object = Object {
                id: target,
                kind,
                attributes: Attributes::new(),
                home: None,
                created: now,
                deleted: None,
                receipt: None,
                version: 0,
            };
            facts.live.insert(target, object);
        }
    }
}

/// Takes a page of memberships down the line to its plan.
pub(crate) fn evaluate(ctx: &Context, page: Page, pairs: Vec<Pair>) -> Result<Decided, Error> {
    evaluate_with(ctx, page, pairs, &Coming::default())
}

/// The same as it will be once others have come.
pub(crate) fn evaluate_with(
    ctx: &Context,
    page: Page,
    pairs: Vec<Pair>,
    coming: &Coming,
) -> Result<Decided, Error> {
    if !ctx.maps_members() {
        return Ok(Decided::about(Who::Members(pairs), page));
    }
    let ids: BTreeSet<ObjectId> =
        pairs.iter().flat_map(|(group, member)| [*group, *member]).collect();
    let ids: Vec<ObjectId> = ids.into_iter().collect();
    let found = ctx.store().get(ctx.job.source, &ids)?.into_iter().flatten();
    let alive = found.filter(|object| object.deleted.is_none());
    let objects: HashMap<ObjectId, Object> = alive.map(|object| (object.id, object)).collect();
    let members = read_members(ctx, &pairs)?;
    let mut facts = look_up(ctx, &ids)?;
    coming.add_to(&mut facts, &ids, ctx.began);
    let held = read_held(ctx, &facts, &pairs)?;

    let mut decided = Decided::about(Who::Members(pairs.clone()), page);
    for (group, member) in pairs {
        let membership = Membership {
            group: objects.get(&group),
            member: objects.get(&member),
            ids: (group, member),
            is_member: members.contains(&(group, member)),
        };
        let is_held = held.contains(&(group, member));
        match decide_member(ctx.job.groups.nested, &membership, &facts, is_held) {
            MemberDecision::Nothing => {}
            MemberDecision::Skip(reason) => {
                decided.left.push(((group, Some(member)), reason.code));
            }
            MemberDecision::Change { action, group: target, modification, reason } => {
                let name =
                    |id: &ObjectId| objects.get(id).map_or_else(|| id.to_string(), Object::label);
                decided.entries.push(Entry {
                    id: ChangeId(ctx.sync.directory().ids().next()),
                    run: ctx.run,
                    at: ctx.began,
                    action,
                    state: if action.waits() { EntryState::Staged } else { EntryState::Open },
                    kind: Kind::Group,
                    source: group,
                    member: Some(member),
                    name: format!("{}: {}", name(&group), name(&member)),
                    target,
                    version: 0,
                    modifications: vec![modification],
                    reason,
                });
            }
        }
    }
    Ok(decided)
}

/// Which of the pairs are members in the source.
fn read_members(ctx: &Context, pairs: &[Pair]) -> Result<HashSet<Pair>, Error> {
    let members: BTreeSet<ObjectId> = pairs.iter().map(|(_, member)| *member).collect();
    let members: Vec<ObjectId> = members.into_iter().collect();
    let edges = ctx.store().edges(ctx.job.source, EdgeKind::Member, End::To, &members)?;
    if ctx.job.groups.nested != Nested::Flatten {
        return Ok(edges.into_iter().map(|edge| (edge.from, edge.to)).collect());
    }
    let direct: BTreeSet<ObjectId> = edges.iter().map(|edge| edge.from).collect();
    let above = read_groups_above(ctx, direct)?;
    let all = edges.iter().flat_map(|edge| {
        let groups = above.get(&edge.from).into_iter().flatten();
        groups.map(|group| (*group, edge.to))
    });
    Ok(all.collect())
}

/// The links of groups and members, and the objects that they name.
fn look_up(ctx: &Context, ids: &[ObjectId]) -> Result<Facts, Error> {
    let links = ctx.store().links(ctx.job.source, ctx.job.id, ids)?;
    let links: HashMap<_, _> =
        ids.iter().zip(links).filter_map(|(id, link)| Some((*id, link?))).collect();
    let targets: Vec<ObjectId> = links.values().map(|link: &model::Link| link.target).collect();
    let live = match targets.is_empty() {
        true => Vec::new(),
        false => ctx.target().get(&targets)?,
    };
    let live = live.into_iter().flatten().map(|object| (object.id, object)).collect();
    Ok(Facts { links, live, ..Facts::default() })
}

/// Which of the pairs are members in the target.
fn read_held(ctx: &Context, facts: &Facts, pairs: &[Pair]) -> Result<HashSet<Pair>, Error> {
    let there = |id: &ObjectId| facts.find_link(*id).map(|link| link.target);
    let pairs: BTreeMap<(ObjectId, ObjectId), Pair> = pairs
        .iter()
        .filter_map(|(group, member)| Some(((there(group)?, there(member)?), (*group, *member))))
        .collect();
    if pairs.is_empty() {
        return Ok(HashSet::new());
    }
    let members: BTreeSet<ObjectId> = pairs.keys().map(|(_, member)| *member).collect();
    let members: Vec<ObjectId> = members.into_iter().collect();
    let edges = ctx.target().memberships(&members)?;
    Ok(edges.iter().filter_map(|edge| pairs.get(&(edge.from, edge.to)).copied()).collect())
}
