//! Managers and members by the batch, as imports bring them: a constant number of store questions
//! for each page.

use std::collections::{HashMap, HashSet};

use access::Permission;
use model::{Actor, Edge, EdgeKind, Kind, Object, ObjectId, TenantId};
use store::{Durability, End, Group, Write};

use super::member_group;
use crate::{Directory, Error, write::audit};

const PAGE: usize = 1_000;

/// A user, and the manager that the user gets; none takes the manager away.
type Wanted = (ObjectId, Option<ObjectId>);

/// What became of a batch of managers.
pub struct ManagersSet {
    /// Each in its pair's place: whether anything was changed.
    pub results: Vec<Result<bool, Error>>,
    /// The places of the pairs that were refused because they would have closed a loop.
    pub loops: HashSet<usize>,
}

impl Directory {
    /// Sets many users' managers. Loops are looked for in what would be true once all of it were
    /// written; of each loop the pair that stands last is refused, and the other pairs are not.
    ///
    /// `advanced` hears after each page how many pairs are done and says whether to go on; when it
    /// does not, the results end there.
    pub fn set_managers(
        &self,
        actor: &Actor,
        tenant: TenantId,
        wanted: &[Wanted],
        advanced: &mut dyn FnMut(usize) -> bool,
    ) -> Result<ManagersSet, Error> {
        access::check(actor, Permission::WriteUsers, tenant)?;
        let stored = self.stored_managers(tenant, wanted)?;
        let loops = find_loops(&stored, wanted);
        let last = last_places(wanted);
        let mut results = Vec::with_capacity(wanted.len());
        for (number, page) in wanted.chunks(PAGE).enumerate() {
            let found =
                self.find_objects(tenant, page.iter().flat_map(|(user, to)| [Some(*user), *to]))?;
            let mut groups = Vec::new();
            for (at, (user, manager)) in page.iter().enumerate() {
                let place = number * PAGE + at;
                let old = stored.get(user).copied();
                let result = if loops.contains(&place) {
                    Err(loop_error(found.get(user), *user))
                } else {
                    check_manager(&found, *user, *manager).map(|()| {
                        // Of two wishes for one user the later one counts.
                        let counts = last.get(user) == Some(&place) && old != *manager;
                        if counts {
                            groups.push(manager_group(*user, old, *manager));
                        }
                        counts
                    })
                };
                results.push(result);
            }
            if !groups.is_empty() {
                self.commit(tenant, actor, Vec::new(), groups, Durability::Durable)?;
            }
            if !advanced(results.len()) {
                break;
            }
        }
        Ok(ManagersSet { results, loops })
    }

    /// Which pairs, by place, would close a loop of managers if all of them were written.
    pub fn find_manager_loops(
        &self,
        actor: &Actor,
        tenant: TenantId,
        wanted: &[Wanted],
    ) -> Result<HashSet<usize>, Error> {
        access::check(actor, Permission::ReadUsers, tenant)?;
        Ok(find_loops(&self.stored_managers(tenant, wanted)?, wanted))
    }

    /// Adds a page of members to their groups: pairs of group and member. Each result stands in its
    /// pair's place and says whether the member is new to the group.
    pub fn add_memberships(
        &self,
        actor: &Actor,
        tenant: TenantId,
        pairs: &[(ObjectId, ObjectId)],
    ) -> Result<Vec<Result<bool, Error>>, Error> {
        access::check(actor, Permission::WriteMembers, tenant)?;
        let found = self
            .find_objects(tenant, pairs.iter().flat_map(|(group, to)| [Some(*group), Some(*to)]))?;
        let members: Vec<ObjectId> = pairs.iter().map(|(_, member)| *member).collect();
        // Asked from the member's end: a group may have more members than fit into memory.
        let edges = self.store.edges(tenant, EdgeKind::Member, End::To, &members)?;
        let mut standing: HashSet<(ObjectId, ObjectId)> =
            edges.into_iter().map(|edge| (edge.from, edge.to)).collect();
        let mut results = Vec::with_capacity(pairs.len());
        let mut groups = Vec::new();
        for &(group, member) in pairs {
            results.push(check_member(&found, group, member).map(|group| {
                let new = standing.insert((group.id, member));
                if new {
                    groups.push(member_group(group, member, true));
                }
                new
            }));
        }
        if !groups.is_empty() {
            self.commit(tenant, actor, Vec::new(), groups, Durability::Durable)?;
        }
        Ok(results)
    }

    /// Takes a page of members out of their groups: pairs of group and member that stand.
    pub fn remove_memberships(
        &self,
        actor: &Actor,
        tenant: TenantId,
        pairs: &[(ObjectId, ObjectId)],
    ) -> Result<(), Error> {
        access::check(actor, Permission::WriteMembers, tenant)?;
        let found = self.find_objects(tenant, pairs.iter().map(|(group, _)| Some(*group)))?;
        let removals = pairs
            .iter()
            .filter_map(|(group, member)| Some(member_group(found.get(group)?, *member, false)));
        let groups: Vec<Group> = removals.collect();
        if !groups.is_empty() {
            self.commit(tenant, actor, Vec::new(), groups, Durability::Durable)?;
        }
        Ok(())
    }

    /// The present managers of the users, of their managers to be, and so on up to the top.
    fn stored_managers(
        &self,
        tenant: TenantId,
        wanted: &[Wanted],
    ) -> Result<HashMap<ObjectId, ObjectId>, Error> {
        let mut managers = HashMap::new();
        let mut seen: HashSet<ObjectId> =
            wanted.iter().flat_map(|(user, manager)| [Some(*user), *manager]).flatten().collect();
        let mut level: Vec<ObjectId> = seen.iter().copied().collect();
        while !level.is_empty() {
            let mut above = Vec::new();
            for page in level.chunks(PAGE) {
                for edge in self.store.edges(tenant, EdgeKind::Manager, End::From, page)? {
                    managers.insert(edge.from, edge.to);
                    if seen.insert(edge.to) {
                        above.push(edge.to);
                    }
                }
            }
            level = above;
        }
        Ok(managers)
    }

    fn find_objects(
        &self,
        tenant: TenantId,
        ids: impl Iterator<Item = Option<ObjectId>>,
    ) -> Result<HashMap<ObjectId, Object>, Error> {
        let mut ids: Vec<ObjectId> = ids.flatten().collect();
        ids.sort_unstable();
        ids.dedup();
        let found = self.store.get(tenant, &ids)?.into_iter().flatten();
        Ok(found.map(|object| (object.id, object)).collect())
    }
}

fn last_places(wanted: &[Wanted]) -> HashMap<ObjectId, usize> {
    wanted.iter().enumerate().map(|(place, (user, _))| (*user, place)).collect()
}

/// Walks up from every user through what would be true. A loop loses the pair that stands last in
/// it: that user keeps the present manager, which may close another loop, so the walk begins anew.
/// Users from whom no loop can be reached are walked over once only. A user who was settled leads
/// to settled ones alone, so giving up a pair later does not unsettle anybody.
fn find_loops(stored: &HashMap<ObjectId, ObjectId>, wanted: &[Wanted]) -> HashSet<usize> {
    let places = last_places(wanted);
    let mut refused = HashSet::new();
    let mut settled: HashSet<ObjectId> = HashSet::new();
    for (start, _) in wanted {
        loop {
            let walk = walk(
                *start,
                |user| match places.get(&user) {
                    Some(place) if !refused.contains(place) => wanted[*place].1,
                    _ => stored.get(&user).copied(),
                },
                &settled,
            );
            let in_loop = walk.loop_begins.map_or(&[][..], |at| &walk.path[at..]);
            let last = in_loop
                .iter()
                .filter_map(|user| places.get(user))
                .filter(|place| !refused.contains(*place))
                .max();
            match last {
                Some(place) => {
                    refused.insert(*place);
                }
                // No loop, or one that stands in the store already and is not of this batch.
                None => {
                    settled.extend(walk.path);
                    break;
                }
            }
        }
    }
    refused
}

struct Walk {
    path: Vec<ObjectId>,
    loop_begins: Option<usize>,
}

fn walk(
    start: ObjectId,
    next: impl Fn(ObjectId) -> Option<ObjectId>,
    settled: &HashSet<ObjectId>,
) -> Walk {
    let mut path = Vec::new();
    let mut places: HashMap<ObjectId, usize> = HashMap::new();
    let mut at = Some(start);
    while let Some(user) = at.filter(|user| !settled.contains(user)) {
        if let Some(place) = places.insert(user, path.len()) {
            return Walk { path, loop_begins: Some(place) };
        }
        path.push(user);
        at = next(user);
    }
    Walk { path, loop_begins: None }
}

fn check_manager(
    found: &HashMap<ObjectId, Object>,
    user: ObjectId,
    manager: Option<ObjectId>,
) -> Result<(), Error> {
    let is_user = |id: &ObjectId| found.get(id).map(|object| object.kind == Kind::User);
    if is_user(&user) != Some(true) {
        return Err(Error::not_found("user", user));
    }
    match manager.map(|id| (id, is_user(&id))) {
        Some((id, None)) => Err(Error::not_found("user", id)),
        Some((_, Some(false))) => Err(Error::invalid("manager", "a group manages nobody")),
        _ => Ok(()),
    }
}

fn check_member(
    found: &HashMap<ObjectId, Object>,
    group: ObjectId,
    member: ObjectId,
) -> Result<&Object, Error> {
    let holder = found
        .get(&group)
        .filter(|object| object.kind == Kind::Group && object.deleted.is_none())
        .ok_or_else(|| Error::not_found("group", group))?;
    if member == group {
        return Err(Error::invalid("member", "a group is no member of itself"));
    }
    if !found.contains_key(&member) {
        return Err(Error::not_found("object", member));
    }
    Ok(holder)
}

fn loop_error(user: Option<&Object>, id: ObjectId) -> Error {
    let label = user.map_or_else(|| id.to_string(), Object::label);
    Error::invalid("manager", format!("{label} would manage themselves through the chain"))
}

fn manager_group(user: ObjectId, old: Option<ObjectId>, new: Option<ObjectId>) -> Group {
    let mut writes = Vec::new();
    writes.extend(old.map(|old| Write::RemoveEdge(Edge::manager(user, old))));
    writes.extend(new.map(|new| Write::PutEdge(Edge::manager(user, new))));
    let detail = serde_json::json!({ "manager": { "old": old, "new": new } });
    Group {
        expects: Vec::new(),
        writes,
        audit: audit("Update user", "user", user, detail.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Users are letters: `A>B` means that B manages A.
    fn pairs(text: &str) -> Vec<(ObjectId, ObjectId)> {
        let id = |letter: &str| {
            let number = letter.bytes().next().map_or(0, u128::from);
            format!("{number:032x}").parse().expect("32 digits are an id")
        };
        let pair = |word: &str| word.split_once('>').map(|(user, to)| (id(user), id(to)));
        text.split_whitespace().filter_map(pair).collect()
    }

    #[track_caller]
    fn check(stored: &str, wanted: &str, expected: &[usize]) {
        let wanted: Vec<Wanted> =
            pairs(wanted).into_iter().map(|(user, manager)| (user, Some(manager))).collect();
        let stored = pairs(stored).into_iter().collect();
        let mut found: Vec<usize> = find_loops(&stored, &wanted).into_iter().collect();
        found.sort_unstable();
        assert_eq!(found, expected);
    }

    #[test]
    fn of_a_loop_the_last_pair_is_refused() {
        check("", "A>B B>C C>D", &[]);
        check("", "A>B B>C C>A D>A", &[2]);
        check("", "A>A B>A", &[0]);
        check("", "A>B B>A C>D D>C", &[1, 3]);
        check("B>C", "C>A A>B", &[1]);
    }

    #[test]
    fn two_who_change_places_are_no_loop() {
        check("A>B", "B>A A>C", &[]);
        check("A>B", "A>C B>A", &[]);
    }

    #[test]
    fn a_refused_pair_gives_way_to_what_stands() {
        // B>A closes nothing while A>C stands for A>B; C>A closes a loop, and without it nothing does.
        check("A>B", "A>C B>A C>A", &[2]);
        // Here A>C is the last of its loop, and then A>B of the store closes one with B>A.
        check("A>B", "C>A B>A A>C", &[1, 2]);
    }
}
