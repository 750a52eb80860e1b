//! Digests of passwords, and locks on accounts whose password was guessed at.

use access::Permission;
use model::{Actor, Attributes, Kind, Object, ObjectId, TenantId, Timestamp};
use serde::{Deserialize, Serialize};
use store::Group;

use super::{check_person, gone, put};
use crate::{Directory, Error, write::audit};

const PASSWORDS: &str = "password";
const LOCKS: &str = "sign-in-lock";

/// A person's password, as far as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Password {
    /// The slow hash with its salt and its cost, as text.
    pub digest: String,
    /// Whether the next sign-in has to change it.
    pub must_change: bool,
    /// When it was set.
    pub set: Timestamp,
}

/// A lock on an account after wrong passwords.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lock {
    /// How many wrong passwords came, one after the other.
    pub failures: u32,
    /// Until when the account is locked.
    pub until: Timestamp,
}

impl Directory {
    /// Sets a person's password, given as its slow hash. All sessions of the person end, and a lock
    /// with them. People whose home is elsewhere have no password here.
    pub fn set_password(
        &self,
        actor: &Actor,
        tenant: TenantId,
        person: ObjectId,
        digest: String,
        must_change: bool,
    ) -> Result<(), Error> {
        check_person(actor, Permission::WritePasswords, tenant, person)?;
        let object = self.get_object(tenant, person)?;
        if object.kind != Kind::User || object.deleted.is_some() {
            return Err(Error::not_found("user", person));
        }
        if object.is_external() {
            let message = format!("{} signs in at home and has none here", object.label());
            return Err(Error::invalid("password", message));
        }
        let password = Password { digest, must_change, set: self.clock.now() };
        let is_own = matches!(actor, Actor::User { id, .. } if *id == person);
        if !is_own && !self.roles(tenant, person)?.is_empty() {
            // Whoever sets the password of somebody with roles could take those roles.
            access::check(actor, Permission::AssignRoles, tenant)?;
        }
        let mut writes = vec![put(PASSWORDS, person, Some(&password))];
        writes.extend(self.end_all(tenant, person)?);
        if self.read_lock(tenant, person)?.is_some() {
            writes.push(gone(LOCKS, person));
        }
        let activity = if is_own { "Change user password" } else { "Reset user password" };
        let detail = serde_json::json!({ "mustChange": must_change }).to_string();
        let group =
            Group { expects: Vec::new(), writes, audit: audit(activity, "user", person, detail) };
        self.commit_one(tenant, actor, group).map(drop)
    }

    /// Makes a user who has a password from the beginning, given as its slow hash: both in one commit, so
    /// that nobody is ever there without it.
    pub fn create_with_password(
        &self,
        actor: &Actor,
        tenant: TenantId,
        attributes: Attributes,
        (digest, must_change): (String, bool),
    ) -> Result<Object, Error> {
        access::check(actor, Permission::WritePasswords, tenant)?;
        self.create_along(actor, tenant, (Kind::User, None), attributes, |user, at| {
            let password = Password { digest, must_change, set: at };
            vec![put(PASSWORDS, user, Some(&password))]
        })
    }

    /// A person's password, for who checks it.
    pub fn read_password(
        &self,
        tenant: TenantId,
        person: ObjectId,
    ) -> Result<Option<Password>, Error> {
        self.read_one(tenant, PASSWORDS, person)
    }

    /// The lock on a person's account, for who checks passwords.
    pub fn read_lock(&self, tenant: TenantId, person: ObjectId) -> Result<Option<Lock>, Error> {
        self.read_one(tenant, LOCKS, person)
    }

    /// Locks an account after wrong passwords, or takes the lock away.
    pub fn record_lock(
        &self,
        tenant: TenantId,
        person: ObjectId,
        lock: Option<Lock>,
    ) -> Result<(), Error> {
        let activity = if lock.is_some() { "Lock sign-in" } else { "Unlock sign-in" };
        let detail = serde_json::json!({ "lock": lock }).to_string();
        let group = Group {
            expects: Vec::new(),
            writes: vec![match &lock {
                Some(lock) => put(LOCKS, person, Some(lock)),
                None => gone(LOCKS, person),
            }],
            audit: audit(activity, "user", person, detail),
        };
        self.commit_one(tenant, &Actor::System, group).map(drop)
    }
}
