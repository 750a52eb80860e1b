//! Read: the people of a page as the source holds them, with all that the rules want to know of them:
//! assignments, managers, and the groups that a condition names. A fixed number of questions, and one
//! more for each level of groups within groups where the condition asks for nested members.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use engine::{Assignment, Record};
use model::{Edge, EdgeKind, Kind, Object, ObjectId, ScopeMode};
use store::End;

use crate::{Error, session::Context};

/// How many levels of groups within groups are looked at; rings end before that.
const DEEPEST: usize = 50;

/// The people of a page, which come with what the source holds where that `is_read`.
pub(crate) fn read_records(
    ctx: &Context,
    people: Vec<(ObjectId, Option<Object>)>,
    is_read: bool,
) -> Result<Vec<Record>, Error> {
    let people = read_objects(ctx, Kind::User, people, is_read)?;
    let ids: Vec<ObjectId> = people.iter().map(|(id, _)| *id).collect();
    let reads = &ctx.rules.reads;
    let by_assignment = ctx.job.scope == ScopeMode::Assigned;
    let memberships = match by_assignment || !reads.groups.is_empty() {
        true => ctx.store().edges(ctx.job.source, EdgeKind::Member, End::To, &ids)?,
        false => Vec::new(),
    };
    let mut assignments = match by_assignment {
        true => read_assignments(ctx, &ids, &memberships)?,
        false => HashMap::new(),
    };
    let mut member_of = match reads.groups.is_empty() {
        true => HashMap::new(),
        false => read_groups(ctx, &memberships)?,
    };
    let managers: HashMap<ObjectId, ObjectId> = match reads.managers {
        true => {
            let edges = ctx.store().edges(ctx.job.source, EdgeKind::Manager, End::From, &ids)?;
            edges.into_iter().map(|edge| (edge.from, edge.to)).collect()
        }
        false => HashMap::new(),
    };
    Ok(people
        .into_iter()
        .map(|(id, object)| Record {
            assignment: assignments.remove(&id).unwrap_or_default(),
            manager: managers.get(&id).copied(),
            member_of: member_of.remove(&id).unwrap_or_default(),
            ..Record::of(id, object)
        })
        .collect())
}

/// The groups of a page. A group that is a member of an assigned group is not assigned by that.
pub(crate) fn read_group_records(
    ctx: &Context,
    groups: Vec<(ObjectId, Option<Object>)>,
    is_read: bool,
) -> Result<Vec<Record>, Error> {
    let groups = read_objects(ctx, Kind::Group, groups, is_read)?;
    let ids: Vec<ObjectId> = groups.iter().map(|(id, _)| *id).collect();
    let mut assignments = match ctx.job.scope == ScopeMode::Assigned {
        true => read_assignments(ctx, &ids, &[])?,
        false => HashMap::new(),
    };
    Ok(groups
        .into_iter()
        .map(|(id, object)| Record {
            assignment: assignments.remove(&id).unwrap_or_default(),
            ..Record::of(id, object)
        })
        .collect())
}

fn read_objects(
    ctx: &Context,
    kind: Kind,
    objects: Vec<(ObjectId, Option<Object>)>,
    is_read: bool,
) -> Result<Vec<(ObjectId, Option<Object>)>, Error> {
    if is_read {
        return Ok(objects);
    }
    let ids: Vec<ObjectId> = objects.into_iter().map(|(id, _)| id).collect();
    let found = ctx.store().get(ctx.job.source, &ids)?;
    Ok(ids
        .into_iter()
        .zip(found)
        // The id of a group may stand among members and assignments; it is no person.
        .filter(|(_, object)| object.as_ref().is_none_or(|one| one.kind == kind))
        .collect())
}

fn read_assignments(
    ctx: &Context,
    ids: &[ObjectId],
    memberships: &[Edge],
) -> Result<HashMap<ObjectId, Assignment>, Error> {
    let (store, source) = (ctx.store(), ctx.job.source);
    let direct: BTreeSet<ObjectId> = memberships.iter().map(|edge| edge.from).collect();
    let levels = if ctx.job.groups.nested_assignment { DEEPEST } else { 0 };
    let above = read_above(ctx, direct, levels)?;
    let groups: BTreeSet<ObjectId> = above.values().flatten().copied().collect();
    let asked: Vec<ObjectId> = ids.iter().chain(&groups).copied().collect();
    let assigned: HashSet<ObjectId> = store
        .edges(source, EdgeKind::Assignment, End::To, &asked)?
        .into_iter()
        .filter(|edge| edge.from.0 == ctx.job.id.0)
        .map(|edge| edge.to)
        .collect();
    let mut assignments: HashMap<ObjectId, Assignment> = HashMap::new();
    for id in ids.iter().filter(|id| assigned.contains(id)) {
        assignments.entry(*id).or_default().direct = true;
    }
    for edge in memberships {
        let around = above.get(&edge.from).into_iter().flatten();
        for group in around.filter(|group| assigned.contains(group)) {
            let by = &mut assignments.entry(edge.to).or_default().groups;
            if !by.contains(group) {
                by.push(*group);
            }
        }
    }
    Ok(assignments)
}

/// Which of the condition's groups each person is a member of, sorted.
fn read_groups(
    ctx: &Context,
    memberships: &[Edge],
) -> Result<HashMap<ObjectId, Vec<ObjectId>>, Error> {
    let direct: BTreeSet<ObjectId> = memberships.iter().map(|edge| edge.from).collect();
    let levels = if ctx.rules.reads.nested() { DEEPEST } else { 0 };
    let above = read_above(ctx, direct, levels)?;
    let mut member_of: HashMap<ObjectId, BTreeSet<ObjectId>> = HashMap::new();
    for edge in memberships {
        for (group, nested) in &ctx.rules.reads.groups {
            let is_member = match nested {
                true => above.get(&edge.from).is_some_and(|groups| groups.contains(group)),
                false => edge.from == *group && above.contains_key(group),
            };
            if is_member {
                member_of.entry(edge.to).or_default().insert(*group);
            }
        }
    }
    Ok(member_of.into_iter().map(|(id, groups)| (id, groups.into_iter().collect())).collect())
}

/// For each group that is not deleted the groups that it lies in, however deep, itself included; the
/// way up goes through groups that are not deleted.
fn read_above(
    ctx: &Context,
    groups: BTreeSet<ObjectId>,
    levels: usize,
) -> Result<BTreeMap<ObjectId, BTreeSet<ObjectId>>, Error> {
    let mut parents: BTreeMap<ObjectId, Vec<ObjectId>> = BTreeMap::new();
    let mut level: Vec<ObjectId> = groups.iter().copied().collect();
    let mut alive: HashSet<ObjectId> = read_alive(ctx, &level)?;
    for _ in 0..levels {
        level.retain(|group| alive.contains(group) && !parents.contains_key(group));
        if level.is_empty() {
            break;
        }
        for group in &level {
            parents.insert(*group, Vec::new());
        }
        let edges = ctx.store().edges(ctx.job.source, EdgeKind::Member, End::To, &level)?;
        level = edges.iter().map(|edge| edge.from).collect::<BTreeSet<_>>().into_iter().collect();
        alive.extend(read_alive(ctx, &level)?);
        for edge in edges.iter().filter(|edge| alive.contains(&edge.from)) {
            parents.entry(edge.to).or_default().push(edge.from);
        }
    }
    let alive = groups.into_iter().filter(|group| alive.contains(group));
    Ok(alive.map(|group| (group, closure(group, &parents))).collect())
}

/// For each group that is not deleted the groups that it lies in, however deep, itself included.
pub(crate) fn read_groups_above(
    ctx: &Context,
    groups: BTreeSet<ObjectId>,
) -> Result<BTreeMap<ObjectId, BTreeSet<ObjectId>>, Error> {
    read_above(ctx, groups, DEEPEST)
}

fn closure(start: ObjectId, parents: &BTreeMap<ObjectId, Vec<ObjectId>>) -> BTreeSet<ObjectId> {
    let mut found = BTreeSet::new();
    let mut open = vec![start];
    while let Some(group) = open.pop() {
        if found.insert(group) {
            open.extend(parents.get(&group).into_iter().flatten());
        }
    }
    found
}

/// A deleted group keeps its members and its assignment, and chooses nobody until it is restored.
fn read_alive(ctx: &Context, groups: &[ObjectId]) -> Result<HashSet<ObjectId>, Error> {
    if groups.is_empty() {
        return Ok(HashSet::new());
    }
    let found = ctx.store().get(ctx.job.source, groups)?;
    let alive = found.into_iter().flatten().filter(|group| group.deleted.is_none());
    Ok(alive.map(|group| group.id).collect())
}
