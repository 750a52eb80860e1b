//! Objects looked up for an answer: one by its key, many by their ids, and what they are bound to.
//! Deleted ones are not there, unless a service says so.

use std::collections::{HashMap, HashSet};

use access::Permission;
use model::{Actor, Domain, EdgeKind, Key, Kind, Object, ObjectId, TenantId};
use store::{Deleted, End};

use crate::{
    Directory, Error,
    objects::{ByKind, READING},
};

/// So many ids are asked about in one question.
const PAGE: usize = 1_000;

/// So many objects are walked over at most to answer who belongs to what through other groups.
const LONGEST_WALK: usize = 500_000;

/// Who manages whom.
#[derive(Clone, Debug, Default)]
pub struct Managers {
    edges: HashMap<ObjectId, ObjectId>,
    objects: HashMap<ObjectId, Object>,
}

impl Managers {
    /// The manager of a user.
    pub fn of(&self, user: ObjectId) -> Option<&Object> {
        self.objects.get(self.edges.get(&user)?)
    }
}

impl Directory {
    /// The object of the kind with this id or user principal name, for whoever may do one of the
    /// things that it is looked up for.
    pub fn get_by_key(
        &self,
        actor: &Actor,
        tenant: TenantId,
        kind: Kind,
        key: &str,
        wishes: &[Permission],
    ) -> Result<Object, Error> {
        // Nothing that it is for is no reason to show it.
        match wishes {
            [] => access::check(actor, READING.of(kind), tenant)?,
            wishes => access::check_any(actor, wishes, tenant)?,
        }
        let name = if kind == Kind::User { "user" } else { "group" };
        let id = match key.parse::<ObjectId>() {
            Ok(id) => Some(id),
            Err(_) if kind == Kind::User => {
                let found = self.store.resolve(tenant, &[Key::user_principal_name(key)])?;
                found.into_iter().flatten().next()
            }
            Err(_) => None,
        };
        let found = match id {
            Some(id) => self.store.get(tenant, &[id])?.into_iter().flatten().next(),
            None => None,
        };
        found
            .filter(|object| object.kind == kind && object.deleted.is_none())
            .ok_or_else(|| Error::not_found(name, key))
    }

    /// The objects with these ids that are not deleted, in the order of the ids; what does not exist
    /// is left out.
    pub fn get_objects(
        &self,
        actor: &Actor,
        tenant: TenantId,
        ids: &[ObjectId],
    ) -> Result<Vec<Object>, Error> {
        access::check(actor, Permission::ReadObjects, tenant)?;
        self.read_objects(tenant, ids, Deleted::Without)
    }

    /// A deleted object.
    pub fn get_deleted(
        &self,
        actor: &Actor,
        tenant: TenantId,
        id: ObjectId,
        wish: &ByKind,
    ) -> Result<Object, Error> {
        wish.check_some(actor, tenant)?;
        let found = self.read_objects(tenant, &[id], Deleted::Only)?.pop();
        let found = found.ok_or_else(|| Error::not_found("deleted object", id))?;
        access::check(actor, wish.of(found.kind), tenant)?;
        Ok(found)
    }

    /// The deleted groups that somebody owns.
    pub fn deleted_groups_of(
        &self,
        actor: &Actor,
        tenant: TenantId,
        owner: ObjectId,
    ) -> Result<Vec<Object>, Error> {
        access::check(actor, Permission::ReadGroups, tenant)?;
        let edges = self.store.edges(tenant, EdgeKind::Owner, End::To, &[owner])?;
        let ids: Vec<ObjectId> = edges.iter().map(|edge| edge.from).collect();
        self.read_objects(tenant, &ids, Deleted::Only)
    }

    fn read_objects(
        &self,
        tenant: TenantId,
        ids: &[ObjectId],
        deleted: Deleted,
    ) -> Result<Vec<Object>, Error> {
        let mut objects = Vec::with_capacity(ids.len());
        for page in ids.chunks(PAGE) {
            let found = self.store.get(tenant, page)?.into_iter().flatten();
            objects.extend(found.filter(|object| deleted.admits(object.deleted.is_some())));
        }
        Ok(objects)
    }

    /// The person who asks.
    pub fn get_self(&self, actor: &Actor) -> Result<Object, Error> {
        let Actor::User { tenant, id, .. } = actor else {
            return Err(Error::not_found("user", actor));
        };
        access::check(actor, Permission::ReadSelf, *tenant)?;
        let found = self.read_objects(*tenant, &[*id], Deleted::Without)?.pop();
        found.ok_or_else(|| Error::not_found("user", id))
    }

    /// The verified domains of a tenant, the initial one first.
    pub fn list_domains(&self, actor: &Actor, tenant: TenantId) -> Result<Vec<Domain>, Error> {
        access::check(actor, Permission::ReadDomains, tenant)?;
        Ok(self.tenant(tenant)?.domains)
    }

    /// How many objects of the kind there are.
    pub fn count(
        &self,
        actor: &Actor,
        tenant: TenantId,
        kind: Kind,
        deleted: Deleted,
    ) -> Result<u64, Error> {
        access::check(actor, READING.of(kind), tenant)?;
        Ok(self.store.count(tenant, kind, deleted)?)
    }

    /// A user's manager, unless there is none or the manager is deleted.
    pub fn manager_of(
        &self,
        actor: &Actor,
        tenant: TenantId,
        user: ObjectId,
    ) -> Result<Option<Object>, Error> {
        access::check(actor, Permission::ReadUsers, tenant)?;
        let Some(manager) = self.find_manager(tenant, user)? else { return Ok(None) };
        Ok(self.read_objects(tenant, &[manager], Deleted::Without)?.pop())
    }

    /// The managers of many users, the managers of these, and so on for so many levels: who manages
    /// whom, and the managers themselves. Deleted managers manage nobody.
    pub fn managers_of(
        &self,
        actor: &Actor,
        tenant: TenantId,
        users: &[ObjectId],
        levels: usize,
    ) -> Result<Managers, Error> {
        access::check(actor, Permission::ReadUsers, tenant)?;
        let mut found = Managers::default();
        let mut level = users.to_vec();
        for _ in 0..levels {
            level.retain(|user| !found.edges.contains_key(user));
            if level.is_empty() {
                break;
            }
            let edges = self.store.edges(tenant, EdgeKind::Manager, End::From, &level)?;
            let mut managers: Vec<ObjectId> = edges.iter().map(|edge| edge.to).collect();
            managers.sort_unstable();
            managers.dedup();
            let objects = self.read_objects(tenant, &managers, Deleted::Without)?;
            found.objects.extend(objects.into_iter().map(|object| (object.id, object)));
            let live = edges.iter().filter(|edge| found.objects.contains_key(&edge.to));
            found.edges.extend(live.map(|edge| (edge.from, edge.to)));
            level = managers;
        }
        Ok(found)
    }

    /// A page of what stands at the other end of an object's edges, sorted by id, from behind one:
    /// members and owners of a group, reports of a manager, groups of a member. Deleted ones are
    /// left out, so that a page may be short; the id to go on behind comes with it.
    pub fn list_bound(
        &self,
        actor: &Actor,
        tenant: TenantId,
        (kind, end): (EdgeKind, End),
        id: ObjectId,
        after: Option<ObjectId>,
        limit: usize,
    ) -> Result<(Vec<Object>, Option<ObjectId>), Error> {
        access::check(actor, reading_of((kind, end)), tenant)?;
        let edges =
            self.store.edges_after(tenant, kind, end, id, after, limit.saturating_add(1))?;
        let more = edges.len() > limit;
        let there = |edge: &model::Edge| match end {
            End::From => edge.to,
            End::To => edge.from,
        };
        let ids: Vec<ObjectId> = edges.iter().take(limit).map(there).collect();
        let next = if more { ids.last().copied() } else { None };
        Ok((self.read_objects(tenant, &ids, Deleted::Without)?, next))
    }

    /// A page of all that a group holds, or of all groups that somebody is in, through other groups as
    /// well; sorted by id, each once, from behind one. A ring of groups is walked once; what is deleted leads nowhere.
    pub fn walk(
        &self,
        actor: &Actor,
        tenant: TenantId,
        end: End,
        from: &Object,
        after: Option<ObjectId>,
        limit: usize,
    ) -> Result<(Vec<Object>, Option<ObjectId>), Error> {
        let wish = match (end, from.kind) {
            (End::From, _) => Permission::ReadMembers,
            (End::To, Kind::Group) => Permission::ReadMemberships,
            (End::To, Kind::User) => Permission::ReadNestedMemberships,
        };
        access::check(actor, wish, tenant)?;
        let ids = self.reach(tenant, end, from.id)?;
        let first = after.map_or(0, |after| ids.partition_point(|id| *id <= after));
        let rest = &ids[first..];
        let page = &rest[..rest.len().min(limit)];
        let next = if rest.len() > limit { page.last().copied() } else { None };
        Ok((self.read_objects(tenant, page, Deleted::Without)?, next))
    }

    fn reach(&self, tenant: TenantId, end: End, from: ObjectId) -> Result<Vec<ObjectId>, Error> {
        let mut seen = HashSet::new();
        let mut level = vec![from];
        while !level.is_empty() {
            let mut next = Vec::new();
            for page in level.chunks(PAGE) {
                for edge in self.store.edges(tenant, EdgeKind::Member, end, page)? {
                    let id = match end {
                        End::From => edge.to,
                        End::To => edge.from,
                    };
                    if id != from && seen.insert(id) {
                        next.push(id);
                    }
                }
            }
            if seen.len() > LONGEST_WALK {
                let message = format!("leads to more than {LONGEST_WALK} objects");
                return Err(Error::invalid("membership", message));
            }
            level = self.without_deleted_groups(tenant, end, next)?;
        }
        let mut ids: Vec<ObjectId> = seen.into_iter().collect();
        ids.sort_unstable();
        Ok(ids)
    }

    /// Those through whom a walk goes on. Downwards the ends are mostly people, which have no edges
    /// of that kind; asking for their edges costs less than reading them.
    fn without_deleted_groups(
        &self,
        tenant: TenantId,
        end: End,
        ids: Vec<ObjectId>,
    ) -> Result<Vec<ObjectId>, Error> {
        let mut open = Vec::with_capacity(ids.len());
        for page in ids.chunks(PAGE) {
            let holders: HashSet<ObjectId> = self
                .store
                .edges(tenant, EdgeKind::Member, end, page)?
                .into_iter()
                .map(|edge| if end == End::From { edge.from } else { edge.to })
                .collect();
            let holders: Vec<ObjectId> =
                page.iter().copied().filter(|id| holders.contains(id)).collect();
            let found = self.store.get(tenant, &holders)?.into_iter().flatten();
            open.extend(found.filter(|one| one.deleted.is_none()).map(|one| one.id));
        }
        Ok(open)
    }

    /// Every group that an object is in, through other groups as well; only those that take part in
    /// decisions about access, where that is asked for.
    pub fn groups_of(
        &self,
        actor: &Actor,
        tenant: TenantId,
        id: ObjectId,
        security_only: bool,
    ) -> Result<Vec<Object>, Error> {
        access::check(actor, Permission::CheckMemberships, tenant)?;
        let ids = self.reach(tenant, End::To, id)?;
        let mut groups = self.read_objects(tenant, &ids, Deleted::Without)?;
        let is_security = |group: &Object| {
            let flag = group.attributes.get(&model::Name::SECURITY_ENABLED);
            flag.and_then(model::Value::as_boolean) == Some(true)
        };
        groups.retain(|group| !security_only || is_security(group));
        Ok(groups)
    }
}

/// What it takes to read a relation.
fn reading_of(relation: (EdgeKind, End)) -> Permission {
    match relation {
        (EdgeKind::Member, End::From) => Permission::ReadMembers,
        (EdgeKind::Member, End::To) => Permission::ReadMemberships,
        (EdgeKind::Owner, End::From) => Permission::ReadOwners,
        (EdgeKind::Owner, End::To) => Permission::ReadGroups,
        (EdgeKind::Manager | EdgeKind::Sponsor, _) => Permission::ReadUsers,
        (EdgeKind::Assignment, _) => Permission::ReadAssignments,
        (EdgeKind::Origin, _) => Permission::ReadJobs,
    }
}
