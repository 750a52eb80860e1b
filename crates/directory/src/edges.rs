//! Members of groups and managers of users. Each edge that is written gives a change that names both
//! ends.

mod batch;

use access::Permission;
use model::{Actor, Edge, EdgeKind, Kind, Object, ObjectId, TenantId};
use store::{Durability, End, Group, Store, Write};

use crate::{Directory, Error, write::audit};

/// How many steps up a chain of managers is looked for a loop.
pub(crate) const LONGEST_CHAIN: usize = 1_000;

impl Directory {
    /// Adds members to a group; each result stands in its member's place.
    pub fn add_members(
        &self,
        actor: &Actor,
        tenant: TenantId,
        group: ObjectId,
        members: &[ObjectId],
    ) -> Result<Vec<Result<(), Error>>, Error> {
        let group = self.group_for_members(actor, tenant, group)?;
        let found = self.store.get(tenant, members)?;
        let mut results: Vec<Result<(), Error>> = Vec::with_capacity(members.len());
        let mut groups = Vec::new();
        for (member, object) in members.iter().zip(&found) {
            if object.is_none() {
                results.push(Err(Error::not_found("object", member)));
            } else if *member == group.id {
                results.push(Err(Error::invalid("member", "a group is no member of itself")));
            } else {
                results.push(Ok(()));
                groups.push(member_group(&group, *member, true));
            }
        }
        if !groups.is_empty() {
            self.commit(tenant, actor, Vec::new(), groups, Durability::Durable)?;
        }
        Ok(results)
    }

    /// Removes members from a group.
    pub fn remove_members(
        &self,
        actor: &Actor,
        tenant: TenantId,
        group: ObjectId,
        members: &[ObjectId],
    ) -> Result<(), Error> {
        let group = self.group_for_members(actor, tenant, group)?;
        let groups: Vec<Group> =
            members.iter().map(|member| member_group(&group, *member, false)).collect();
        if !groups.is_empty() {
            self.commit(tenant, actor, Vec::new(), groups, Durability::Durable)?;
        }
        Ok(())
    }

    /// A page of a group's members, sorted by id, from behind one.
    pub fn list_members(
        &self,
        actor: &Actor,
        tenant: TenantId,
        group: ObjectId,
        after: Option<ObjectId>,
        limit: usize,
    ) -> Result<Vec<ObjectId>, Error> {
        access::check(actor, Permission::ReadMembers, tenant)?;
        let edges =
            self.store.edges_after(tenant, EdgeKind::Member, End::From, group, after, limit)?;
        Ok(edges.into_iter().map(|edge| edge.to).collect())
    }

    /// Sets a user's manager, or takes it away. A chain of managers that would close to a loop is
    /// refused.
    pub fn set_manager(
        &self,
        actor: &Actor,
        tenant: TenantId,
        user: ObjectId,
        manager: Option<ObjectId>,
    ) -> Result<(), Error> {
        access::check(actor, Permission::WriteUsers, tenant)?;
        let user = self.get_object(tenant, user)?;
        let old = self.find_manager(tenant, user.id)?;
        if old == manager {
            return Ok(());
        }
        if let Some(manager) = manager {
            let found = self.get_object(tenant, manager)?;
            if found.kind != Kind::User {
                return Err(Error::invalid("manager", "a group manages nobody"));
            }
            if found.deleted.is_some() {
                return Err(Error::not_found("user", manager));
            }
            self.check_chain(tenant, &user, manager)?;
        }
        let mut writes = Vec::new();
        writes.extend(old.map(|old| Write::RemoveEdge(Edge::manager(user.id, old))));
        writes.extend(manager.map(|new| Write::PutEdge(Edge::manager(user.id, new))));
        let detail = serde_json::json!({ "manager": { "old": old, "new": manager } });
        let group = Group {
            expects: Vec::new(),
            writes,
            audit: audit("Update user", "user", user.id, detail.to_string()),
        };
        self.commit_one(tenant, actor, group).map(|_| ())
    }

    /// A user's manager.
    pub fn find_manager(
        &self,
        tenant: TenantId,
        user: ObjectId,
    ) -> Result<Option<ObjectId>, Error> {
        let edges = self.store.edges(tenant, EdgeKind::Manager, End::From, &[user])?;
        Ok(edges.first().map(|edge| edge.to))
    }

    fn check_chain(&self, tenant: TenantId, user: &Object, manager: ObjectId) -> Result<(), Error> {
        let mut at = manager;
        for _ in 0..LONGEST_CHAIN {
            if at == user.id {
                return Err(Error::invalid(
                    "manager",
                    format!("{} would manage themselves through the chain", user.label()),
                ));
            }
            match self.find_manager(tenant, at)? {
                Some(next) => at = next,
                None => return Ok(()),
            }
        }
        Err(Error::invalid("manager", format!("the chain is longer than {LONGEST_CHAIN}")))
    }

    fn group_for_members(
        &self,
        actor: &Actor,
        tenant: TenantId,
        group: ObjectId,
    ) -> Result<Object, Error> {
        access::check(actor, Permission::WriteMembers, tenant)?;
        let object = self.get_object(tenant, group)?;
        if object.kind == Kind::Group && object.deleted.is_none() {
            Ok(object)
        } else {
            Err(Error::not_found("group", group))
        }
    }
}

pub(crate) fn member_group(group: &Object, member: ObjectId, present: bool) -> Group {
    let edge = Edge::member(group.id, member);
    let (write, activity) = if present {
        (Write::PutEdge(edge), "Add member to group")
    } else {
        (Write::RemoveEdge(edge), "Remove member from group")
    };
    let detail = serde_json::json!({ "member": member });
    Group {
        expects: Vec::new(),
        writes: vec![write],
        audit: audit(activity, "group", group.id, detail.to_string()),
    }
}

/// All edges that an object takes part in, whichever end it stands at.
pub(crate) fn all_edges(
    store: &dyn Store,
    tenant: TenantId,
    id: ObjectId,
) -> Result<Vec<Edge>, Error> {
    let mut edges = Vec::new();
    for kind in [EdgeKind::Member, EdgeKind::Manager, EdgeKind::Owner, EdgeKind::Sponsor] {
        edges.extend(store.edges(tenant, kind, End::From, &[id])?);
        edges.extend(store.edges(tenant, kind, End::To, &[id])?);
    }
    for kind in [EdgeKind::Assignment, EdgeKind::Origin] {
        edges.extend(store.edges(tenant, kind, End::To, &[id])?);
    }
    edges.sort_unstable();
    edges.dedup();
    Ok(edges)
}
