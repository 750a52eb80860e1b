//! Members and owners of a group, and sponsors of a user, as a caller names them one by one: what stands already and what is
//! not there is refused, and several are written together or not at all (graph-api.md 3.1).

use access::Permission;
use model::{
    Actor, Attributes, Edge, EdgeKind, Kind, Name, Object, ObjectId, Tenant, TenantId, Value,
};
use store::{Durability, End, Group, Write};

use crate::{
    Directory, Error,
    write::{audit, put},
};

/// What binds an object to a group or a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bond {
    /// It is a member.
    Member,
    /// It owns the group.
    Owner,
    /// It answers for the user.
    Sponsor,
}

impl Bond {
    /// The kind of edge that stands for it.
    pub fn edge_kind(self) -> EdgeKind {
        match self {
            Self::Member => EdgeKind::Member,
            Self::Owner => EdgeKind::Owner,
            Self::Sponsor => EdgeKind::Sponsor,
        }
    }

    /// The name of the collection that it is in.
    pub fn collection(self) -> &'static str {
        match self {
            Self::Member => "members",
            Self::Owner => "owners",
            Self::Sponsor => "sponsors",
        }
    }

    /// What it takes to write it.
    fn wish(self) -> Permission {
        match self {
            Self::Member => Permission::WriteMembers,
            Self::Owner => Permission::WriteGroups,
            Self::Sponsor => Permission::WriteUsers,
        }
    }

    /// What it is that others are bound to.
    pub fn holder(self) -> Kind {
        match self {
            Self::Member | Self::Owner => Kind::Group,
            Self::Sponsor => Kind::User,
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Owner => "owner",
            Self::Sponsor => "sponsor",
        }
    }

    fn activity(self, present: bool) -> &'static str {
        match (self, present) {
            (Self::Member, true) => "Add member to group",
            (Self::Member, false) => "Remove member from group",
            (Self::Owner, true) => "Add owner to group",
            (Self::Owner, false) => "Remove owner from group",
            (Self::Sponsor, true) => "Add sponsor",
            (Self::Sponsor, false) => "Remove sponsor",
        }
    }
}

/// What a new group is bound to from its beginning.
#[derive(Clone, Debug, Default)]
pub struct Bound {
    /// Its members.
    pub members: Vec<ObjectId>,
    /// Its owners.
    pub owners: Vec<ObjectId>,
}

impl Directory {
    /// Makes a group with members and owners, all or nothing.
    pub fn create_group(
        &self,
        actor: &Actor,
        tenant: TenantId,
        mut attributes: Attributes,
        bound: &Bound,
    ) -> Result<Object, Error> {
        access::check(actor, Permission::CreateGroups, tenant)?;
        crate::validate::check_writable(&attributes)?;
        let facts = self.facts(tenant)?;
        give_mailbox(&facts.tenant, &mut attributes);
        let object = self.new_object(&facts, Kind::Group, None, attributes)?;
        let mut edges = Vec::new();
        for (bond, ids) in [(Bond::Member, &bound.members), (Bond::Owner, &bound.owners)] {
            self.check_bound(tenant, &object, bond, ids)?;
            edges.extend(ids.iter().map(|id| edge(bond, object.id, *id)));
        }
        edges.sort_unstable();
        edges.dedup();
        let mut group = put(None, object.clone(), "Add group");
        // The group's own change comes first, so that its version is told from the edges behind it.
        let count = edges.len() as u64;
        group.writes.extend(edges.into_iter().map(Write::PutEdge));
        if count > 0 {
            let detail = serde_json::json!({
                "name": object.label(), "members": bound.members, "owners": bound.owners,
            });
            group.audit.detail = detail.to_string();
        }
        let number = self.commit_one(tenant, actor, group)?;
        Ok(Object { version: number - count, ..object })
    }

    /// Binds objects to a group or a user. One that is bound already, or is not there, refuses all of them.
    pub fn bind(
        &self,
        actor: &Actor,
        tenant: TenantId,
        group: ObjectId,
        bond: Bond,
        ids: &[ObjectId],
    ) -> Result<(), Error> {
        access::check(actor, bond.wish(), tenant)?;
        let group = self.holder_to_bind(tenant, bond, group)?;
        self.check_bound(tenant, &group, bond, ids)?;
        for id in ids {
            if self.is_bound(tenant, group.id, bond, *id)? {
                return Err(Error::Bound { collection: bond.collection() });
            }
        }
        self.write_bonds(actor, tenant, &group, bond, ids, true)
    }

    /// Takes an object out of a group's members or owners, or a user's sponsors.
    pub fn unbind(
        &self,
        actor: &Actor,
        tenant: TenantId,
        group: ObjectId,
        bond: Bond,
        id: ObjectId,
    ) -> Result<(), Error> {
        access::check(actor, bond.wish(), tenant)?;
        let group = self.holder_to_bind(tenant, bond, group)?;
        if !self.is_bound(tenant, group.id, bond, id)? {
            return Err(Error::not_found(bond.noun(), id));
        }
        if bond == Bond::Owner && is_unified(&group) {
            let owners =
                self.store.edges_after(tenant, EdgeKind::Owner, End::From, group.id, None, 2)?;
            if owners.len() == 1 {
                let message = "the last owner of a Microsoft 365 group stays";
                return Err(Error::invalid("owners", message));
            }
        }
        self.write_bonds(actor, tenant, &group, bond, &[id], false)
    }

    fn holder_to_bind(
        &self,
        tenant: TenantId,
        bond: Bond,
        holder: ObjectId,
    ) -> Result<Object, Error> {
        let found = self.get_object(tenant, holder)?;
        if found.kind == bond.holder() && found.deleted.is_none() {
            Ok(found)
        } else {
            let noun = if bond.holder() == Kind::User { "user" } else { "group" };
            Err(Error::not_found(noun, holder))
        }
    }

    pub(crate) fn write_bonds(
        &self,
        actor: &Actor,
        tenant: TenantId,
        group: &Object,
        bond: Bond,
        ids: &[ObjectId],
        present: bool,
    ) -> Result<(), Error> {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        // No group of writes has a condition that another one could fail, so that one commit writes
        // all of them; each has an entry of its own in the audit log.
        let groups = ids.into_iter().map(|id| {
            let edge = edge(bond, group.id, id);
            let detail = serde_json::json!({ bond.noun(): id });
            Group {
                expects: Vec::new(),
                writes: vec![if present { Write::PutEdge(edge) } else { Write::RemoveEdge(edge) }],
                audit: audit(
                    bond.activity(present),
                    &bond.holder().to_string(),
                    group.id,
                    detail.to_string(),
                ),
            }
        });
        let groups: Vec<Group> = groups.collect();
        if !groups.is_empty() {
            self.commit(tenant, actor, Vec::new(), groups, Durability::Durable)?;
        }
        Ok(())
    }

    /// Whether these may be bound to that group or user at all (graph-api.md 3.1).
    pub(crate) fn check_bound(
        &self,
        tenant: TenantId,
        group: &Object,
        bond: Bond,
        ids: &[ObjectId],
    ) -> Result<(), Error> {
        for (id, found) in ids.iter().zip(self.store.get(tenant, ids)?) {
            let Some(found) = found.filter(|object| object.deleted.is_none()) else {
                return Err(Error::not_found("object", id));
            };
            let why = match bond {
                Bond::Owner if found.kind == Kind::Group => "a group owns nothing",
                Bond::Sponsor if found.id == group.id => "nobody is their own sponsor",
                Bond::Member if found.id == group.id => "a group is no member of itself",
                Bond::Member if found.kind == Kind::Group && is_unified(&found) => {
                    "a Microsoft 365 group is a member of no group"
                }
                Bond::Member if found.kind == Kind::Group && is_unified(group) => {
                    "a Microsoft 365 group has no groups as members"
                }
                _ => continue,
            };
            return Err(Error::invalid(bond.collection(), why));
        }
        Ok(())
    }

    fn is_bound(
        &self,
        tenant: TenantId,
        group: ObjectId,
        bond: Bond,
        id: ObjectId,
    ) -> Result<bool, Error> {
        // Asked from the other end: a group may have more members than fit into memory.
        let edges = self.store.edges(tenant, bond.edge_kind(), End::To, &[id])?;
        Ok(edges.iter().any(|edge| edge.from == group))
    }
}

/// A Microsoft 365 group has an address in the initial domain from its beginning, made of its nickname.
fn give_mailbox(tenant: &Tenant, attributes: &mut Attributes) {
    let is_unified = attributes.get(&Name::GROUP_TYPES).is_some_and(holds_unified);
    let nickname = attributes.text(&Name::MAIL_NICKNAME).map(str::to_owned);
    let Some(nickname) = nickname.filter(|_| is_unified && attributes.get(&Name::MAIL).is_none())
    else {
        return;
    };
    let mail = format!("{nickname}@{}", tenant.initial_domain());
    let primary = Value::Text(format!("SMTP:{mail}"));
    attributes.set(Name::PROXY_ADDRESSES, Value::List(vec![primary]));
    attributes.set(Name::MAIL, Value::Text(mail));
}

fn edge(bond: Bond, group: ObjectId, id: ObjectId) -> Edge {
    Edge { kind: bond.edge_kind(), from: group, to: id }
}

fn is_unified(group: &Object) -> bool {
    group.attributes.get(&Name::GROUP_TYPES).is_some_and(holds_unified)
}

fn holds_unified(kinds: &Value) -> bool {
    kinds.members().iter().filter_map(Value::as_text).any(|kind| kind == "Unified")
}
