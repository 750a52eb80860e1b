//! Users and groups: made, found, changed, deleted, restored and purged.

use access::{Denied, Permission};
use model::{
    Actor, Attributes, Extension, HomeIdentity, Key, Kind, Name, Object, ObjectId, RETENTION_DAYS,
    Tenant, TenantId, Timestamp, Value,
};
use store::{Deleted, Durability, Expect, Group, Page, Scan, Write};

use crate::{
    Directory, Error,
    edges::all_edges,
    keys,
    validate::{self, Rules},
    write::{ATTEMPTS, audit, put},
};

/// What is to change about an object: values to set, and attributes to empty.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Values to set.
    pub set: Attributes,
    /// Attributes to empty.
    pub clear: Vec<Name>,
}

/// The tenant's facts that a check needs, read once for a whole call.
pub(crate) struct Facts {
    pub(crate) tenant: Tenant,
    pub(crate) extensions: Vec<Extension>,
}

/// What a wish takes for a user, and for a group.
pub struct ByKind(Permission, Permission);

/// Reading users or groups.
pub const READING: ByKind = ByKind(Permission::ReadUsers, Permission::ReadGroups);
pub(crate) const CREATING: ByKind = ByKind(Permission::WriteUsers, Permission::CreateGroups);
pub(crate) const WRITING: ByKind = ByKind(Permission::WriteUsers, Permission::WriteGroups);
/// Deleting them, restoring them, and removing them for good.
pub const DELETING: ByKind = ByKind(Permission::DeleteUsers, Permission::DeleteGroups);

impl ByKind {
    pub(crate) fn of(&self, kind: Kind) -> Permission {
        match kind {
            Kind::User => self.0,
            Kind::Group => self.1,
        }
    }

    /// Turns away who may do it to neither, before anything is looked up.
    pub(crate) fn check_some(&self, actor: &Actor, tenant: TenantId) -> Result<(), Denied> {
        access::check_any(actor, &[self.0, self.1], tenant)
    }
}

impl Facts {
    pub(crate) fn rules(&self) -> Rules<'_> {
        Rules { tenant: &self.tenant, extensions: &self.extensions }
    }
}

impl Directory {
    /// Makes a user or a group. What is usual and was left out is filled in: an enabled member
    /// whose nickname is the first part of the user principal name; a security group.
    pub fn create(
        &self,
        actor: &Actor,
        tenant: TenantId,
        kind: Kind,
        id: Option<ObjectId>,
        attributes: Attributes,
    ) -> Result<Object, Error> {
        self.create_along(actor, tenant, (kind, id), attributes, |_, _| Vec::new())
    }

    /// The same with what else is written about it in the same commit.
    pub(crate) fn create_along(
        &self,
        actor: &Actor,
        tenant: TenantId,
        (kind, id): (Kind, Option<ObjectId>),
        attributes: Attributes,
        more: impl FnOnce(ObjectId, Timestamp) -> Vec<Write>,
    ) -> Result<Object, Error> {
        access::check(actor, CREATING.of(kind), tenant)?;
        validate::check_writable(&attributes)?;
        let facts = self.facts(tenant)?;
        let object = self.new_object(&facts, kind, id, attributes)?;
        let mut group = put(None, object.clone(), activity("Add", kind));
        group.writes.extend(more(object.id, object.created));
        let number = self.commit_one(tenant, actor, group)?;
        Ok(Object { version: number, ..object })
    }

    /// Changes an object.
    pub fn update(
        &self,
        actor: &Actor,
        tenant: TenantId,
        id: ObjectId,
        change: &Change,
    ) -> Result<Object, Error> {
        self.update_if(actor, tenant, id, change, None)
    }

    /// Changes an object that stands at this version, where one is named.
    pub fn update_if(
        &self,
        actor: &Actor,
        tenant: TenantId,
        id: ObjectId,
        change: &Change,
        version: Option<u64>,
    ) -> Result<Object, Error> {
        access::check_any(actor, &WRITES, tenant)?;
        validate::check_writable(&change.set)?;
        let facts = self.facts(tenant)?;
        self.change_object(actor, tenant, id, "Update", |before| {
            check_change(actor, tenant, before.kind, change)?;
            check_version(before, version)?;
            let mut after = before.clone();
            apply(&mut after, change);
            validate::check(&facts.rules(), &after)?;
            check_name(&after)?;
            Ok(after)
        })
    }

    /// Moves an object to the deleted ones. It keeps its edges and can be restored for 30 days; its
    /// names and addresses are free for others meanwhile.
    pub fn delete(&self, actor: &Actor, tenant: TenantId, id: ObjectId) -> Result<Object, Error> {
        self.delete_if(actor, tenant, id, None)
    }

    /// Deletes an object that stands at this version, where one is named.
    pub fn delete_if(
        &self,
        actor: &Actor,
        tenant: TenantId,
        id: ObjectId,
        version: Option<u64>,
    ) -> Result<Object, Error> {
        DELETING.check_some(actor, tenant)?;
        let now = self.clock.now();
        self.change_object(actor, tenant, id, "Delete", |before| {
            access::check(actor, DELETING.of(before.kind), tenant)?;
            check_version(before, version)?;
            if before.deleted.is_some() {
                return Err(Error::not_found("object", format!("{id} (deleted already)")));
            }
            Ok(Object { deleted: Some(now), ..before.clone() })
        })
    }

    /// Brings a deleted object back, with its id, its edges, its names and addresses. A name that
    /// somebody else has taken meanwhile refuses it.
    pub fn restore(&self, actor: &Actor, tenant: TenantId, id: ObjectId) -> Result<Object, Error> {
        DELETING.check_some(actor, tenant)?;
        self.change_object(actor, tenant, id, "Restore", |before| {
            access::check(actor, DELETING.of(before.kind), tenant)?;
            if before.deleted.is_none() {
                return Err(Error::invalid("id", format!("{} is not deleted", before.label())));
            }
            Ok(Object { deleted: None, ..before.clone() })
        })
    }

    /// Says of a group that it is another tenant's group from now on; only one that is nobody's yet.
    pub fn give_home(
        &self,
        actor: &Actor,
        tenant: TenantId,
        group: ObjectId,
        home: HomeIdentity,
    ) -> Result<Object, Error> {
        access::check(actor, Permission::WriteGroups, tenant)?;
        self.change_object(actor, tenant, group, "Give a home to", |before| {
            if before.kind != Kind::Group || before.deleted.is_some() || before.home.is_some() {
                let why = "is no group, is deleted, or is another tenant's already";
                return Err(Error::invalid("group", why));
            }
            Ok(Object { home: Some(home), ..before.clone() })
        })
    }

    /// Removes a deleted object for good, before its 30 days are over.
    pub fn purge(&self, actor: &Actor, tenant: TenantId, id: ObjectId) -> Result<(), Error> {
        DELETING.check_some(actor, tenant)?;
        let object = self.get_object(tenant, id)?;
        access::check(actor, DELETING.of(object.kind), tenant)?;
        if object.deleted.is_none() {
            return Err(Error::invalid("id", format!("{} is not deleted", object.label())));
        }
        let group = self.purge_group(tenant, &object)?;
        self.commit_one(tenant, actor, group).map(|_| ())
    }

    /// Removes for good what was deleted more than 30 days before the clock's present instant, and
    /// says how many objects that were.
    pub fn purge_expired(&self, actor: &Actor, tenant: TenantId) -> Result<u64, Error> {
        access::check(actor, Permission::DeleteUsers, tenant)?;
        access::check(actor, Permission::DeleteGroups, tenant)?;
        let limit: Timestamp = self.clock.now().plus_days(-RETENTION_DAYS);
        let mut purged = 0;
        for kind in [Kind::User, Kind::Group] {
            let mut after = 0;
            loop {
                let scan = Scan { kind, deleted: Deleted::Only, after, limit: 500 };
                let page = self.store.scan(tenant, &scan)?;
                let expired = page
                    .items
                    .iter()
                    .filter(|(_, object)| object.deleted.is_some_and(|at| at <= limit));
                let groups = expired
                    .map(|(_, object)| self.purge_group(tenant, object))
                    .collect::<Result<Vec<_>, _>>()?;
                if !groups.is_empty() {
                    let done = self.commit(tenant, actor, vec![], groups, Durability::Durable)?;
                    purged += done.results.iter().filter(|result| result.is_ok()).count() as u64;
                }
                match page.next {
                    Some(next) => after = next,
                    None => break,
                }
            }
        }
        Ok(purged)
    }

    /// The object with this id, user principal name or mail address.
    pub fn find(
        &self,
        actor: &Actor,
        tenant: TenantId,
        kind: Kind,
        name: &str,
    ) -> Result<Object, Error> {
        access::check(actor, READING.of(kind), tenant)?;
        let missing = || Error::not_found(if kind == Kind::User { "user" } else { "group" }, name);
        let id = match name.parse::<ObjectId>() {
            Ok(id) => Some(id),
            Err(_) => {
                let keys = [Key::user_principal_name(name), Key::address(name)];
                self.store.resolve(tenant, &keys)?.into_iter().flatten().next()
            }
        };
        let found = match id {
            Some(id) => self.store.get(tenant, &[id])?.into_iter().flatten().next(),
            None => self.find_by_display_name(tenant, kind, name)?,
        };
        found.filter(|object| object.kind == kind).ok_or_else(missing)
    }

    /// A page of objects in the order of their making.
    pub fn list(
        &self,
        actor: &Actor,
        tenant: TenantId,
        scan: &Scan,
    ) -> Result<Page<Object>, Error> {
        access::check(actor, READING.of(scan.kind), tenant)?;
        Ok(self.store.scan(tenant, scan)?)
    }

    pub(crate) fn facts(&self, tenant: TenantId) -> Result<Facts, Error> {
        Ok(Facts { tenant: self.tenant(tenant)?, extensions: self.read_extensions(tenant)?.0 })
    }

    pub(crate) fn get_object(&self, tenant: TenantId, id: ObjectId) -> Result<Object, Error> {
        let found = self.store.get(tenant, &[id])?.into_iter().flatten().next();
        found.ok_or_else(|| Error::not_found("object", id))
    }

    /// A new object with what is usual filled in, checked.
    pub(crate) fn new_object(
        &self,
        facts: &Facts,
        kind: Kind,
        id: Option<ObjectId>,
        mut attributes: Attributes,
    ) -> Result<Object, Error> {
        fill(kind, &mut attributes);
        let object = Object {
            id: id.unwrap_or_else(|| ObjectId(self.ids.next())),
            kind,
            attributes,
            home: None,
            created: self.clock.now(),
            deleted: None,
            receipt: None,
            version: 0,
        };
        validate::check(&facts.rules(), &object)?;
        check_name(&object)?;
        Ok(object)
    }

    pub(crate) fn change_object(
        &self,
        actor: &Actor,
        tenant: TenantId,
        id: ObjectId,
        verb: &str,
        change: impl Fn(&Object) -> Result<Object, Error>,
    ) -> Result<Object, Error> {
        for _ in 0..ATTEMPTS {
            let before = self.get_object(tenant, id)?;
            let after = change(&before)?;
            if after == before {
                return Ok(before);
            }
            let group = put(Some(&before), after.clone(), activity(verb, before.kind));
            match self.commit_one(tenant, actor, group) {
                Ok(number) => return Ok(Object { version: number, ..after }),
                Err(Error::Busy { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Busy { what: id.to_string() })
    }

    fn purge_group(&self, tenant: TenantId, object: &Object) -> Result<Group, Error> {
        let edges = all_edges(self.store.as_ref(), tenant, object.id)?;
        let mut writes: Vec<Write> = edges.into_iter().map(Write::RemoveEdge).collect();
        writes.push(Write::Purge { id: object.id, kind: object.kind, release: keys::keys(object) });
        Ok(Group {
            expects: vec![Expect::Version { object: object.id, version: object.version }],
            writes,
            audit: audit(
                activity("Hard delete", object.kind),
                &object.kind.to_string(),
                object.id,
                String::new(),
            ),
        })
    }

    /// Groups have no unique name; a display name that only one of them has will do.
    fn find_by_display_name(
        &self,
        tenant: TenantId,
        kind: Kind,
        name: &str,
    ) -> Result<Option<Object>, Error> {
        if kind == Kind::User {
            return Ok(None);
        }
        let mut found: Option<Object> = None;
        let mut after = 0;
        loop {
            let scan = Scan { kind, deleted: Deleted::Without, after, limit: 1000 };
            let page = self.store.scan(tenant, &scan)?;
            for (_, object) in page.items {
                if object.text(&Name::DISPLAY_NAME) != Some(name) {
                    continue;
                }
                if let Some(first) = &found {
                    return Err(Error::Ambiguous {
                        kind: "group",
                        name: name.to_owned(),
                        candidates: format!("{}, {}", first.id, object.id),
                    });
                }
                found = Some(object);
            }
            match page.next {
                Some(next) => after = next,
                None => return Ok(found),
            }
        }
    }
}

/// What somebody may hold who changes something about an object.
const WRITES: [Permission; 6] = [
    Permission::WriteUsers,
    Permission::WriteGroups,
    Permission::EnableUsers,
    Permission::WritePhones,
    Permission::WriteMails,
    Permission::WritePasswords,
];

/// Some attributes can be changed by whoever may change only these (graph-api.md 1.6).
fn check_change(
    actor: &Actor,
    tenant: TenantId,
    kind: Kind,
    change: &Change,
) -> Result<(), Denied> {
    if kind == Kind::Group {
        return access::check(actor, Permission::WriteGroups, tenant);
    }
    let names = change.set.iter().map(|(name, _)| name).chain(&change.clear);
    for name in names {
        let wish = match name.as_str() {
            "accountEnabled" => Permission::EnableUsers,
            "businessPhones" | "mobilePhone" => Permission::WritePhones,
            "otherMails" => Permission::WriteMails,
            _ => Permission::WriteUsers,
        };
        access::check(actor, wish, tenant)?;
    }
    Ok(())
}

/// Refuses what has moved on since the caller read it.
fn check_version(object: &Object, version: Option<u64>) -> Result<(), Error> {
    match version {
        Some(version) if version != object.version => Err(Error::Changed { what: object.label() }),
        _ => Ok(()),
    }
}

pub(crate) fn activity(verb: &str, kind: Kind) -> &'static str {
    match (verb, kind) {
        ("Add", Kind::User) => "Add user",
        ("Add", Kind::Group) => "Add group",
        ("Delete", Kind::User) => "Delete user",
        ("Delete", Kind::Group) => "Delete group",
        ("Restore", Kind::User) => "Restore user",
        ("Restore", Kind::Group) => "Restore group",
        ("Hard delete", Kind::User) => "Hard delete user",
        ("Hard delete", Kind::Group) => "Hard delete group",
        (_, Kind::User) => "Update user",
        (_, Kind::Group) => "Update group",
    }
}

/// Applies a change, with what follows from it: the primary proxy address is the mail address
/// (graph-api.md 1.2, `mail`).
pub(crate) fn apply(object: &mut Object, change: &Change) {
    let old_mail = object.text(&Name::MAIL).map(str::to_owned);
    for name in &change.clear {
        object.attributes.remove(name);
    }
    for (name, value) in change.set.iter() {
        object.attributes.set(name.clone(), value.clone());
    }
    follow_mail(object, old_mail.as_deref());
}

/// Brings the proxy addresses in line with a mail address that was `old` before.
pub(crate) fn follow_mail(object: &mut Object, old: Option<&str>) {
    let mail = object.text(&Name::MAIL).map(str::to_owned);
    if mail.as_deref() == old {
        return;
    }
    let held = object.attributes.remove(&Name::PROXY_ADDRESSES);
    let keep = |address: &&Value| {
        address.as_text().is_some_and(|text| {
            !text.starts_with("SMTP:")
                && !mail.as_deref().is_some_and(|mail| {
                    text.len() > 5
                        && text.get(5..).is_some_and(|own| own.eq_ignore_ascii_case(mail))
                })
        })
    };
    let others = held.iter().flat_map(|value| value.members()).filter(keep).cloned();
    let primary = mail.as_ref().map(|mail| Value::Text(format!("SMTP:{mail}")));
    let addresses: Vec<Value> = primary.into_iter().chain(others).collect();
    object.attributes.set(Name::PROXY_ADDRESSES, Value::List(addresses));
}

/// Fills in what is usual and was left out.
pub(crate) fn fill(kind: Kind, attributes: &mut Attributes) {
    match kind {
        Kind::User => fill_user(attributes),
        Kind::Group => fill_group(attributes),
    }
}

fn fill_user(attributes: &mut Attributes) {
    let mut fill = |name: Name, value: Value| {
        if attributes.get(&name).is_none() {
            attributes.set(name, value);
        }
    };
    fill(Name::ACCOUNT_ENABLED, Value::Boolean(true));
    fill(Name::USER_TYPE, Value::text("Member"));
    let local = attributes
        .text(&Name::USER_PRINCIPAL_NAME)
        .and_then(|name| name.split('@').next())
        .map(|local| local.chars().take(64).collect::<String>());
    if let (Some(local), None) = (local, attributes.get(&Name::MAIL_NICKNAME)) {
        attributes.set(Name::MAIL_NICKNAME, Value::Text(local));
    }
    if let Some(mail) = attributes.text(&Name::MAIL) {
        let primary = Value::Text(format!("SMTP:{mail}"));
        let mut addresses = match attributes.remove(&Name::PROXY_ADDRESSES) {
            Some(Value::List(addresses)) => addresses,
            _ => Vec::new(),
        };
        if !addresses.iter().any(|one| one.as_text().is_some_and(|text| text.starts_with("SMTP:")))
        {
            addresses.insert(0, primary);
        }
        attributes.set(Name::PROXY_ADDRESSES, Value::List(addresses));
    }
}

pub(crate) fn fill_group(attributes: &mut Attributes) {
    for (name, value) in [(Name::SECURITY_ENABLED, true), (Name::MAIL_ENABLED, false)] {
        if attributes.get(&name).is_none() {
            attributes.set(name, Value::Boolean(value));
        }
    }
}

/// `#` stands in the names of external users only (cross-tenant-sync.md 4.3).
pub(crate) fn check_name(object: &Object) -> Result<(), Error> {
    match object.text(&Name::USER_PRINCIPAL_NAME) {
        Some(name) if name.contains('#') && !object.is_external() => Err(Error::invalid(
            "userPrincipalName",
            format!("'{name}' holds a #, which is kept for external users"),
        )),
        _ => Ok(()),
    }
}
