//! People of a tenant whom no synchronization touches: those on the tenant's never-touch list, and, unless
//! the tenant says otherwise, those who hold a directory role in it. The line asks beforehand; the door
//! for synchronizations (`inbound`) asks again inside its commit, so that nobody slips by who was
//! protected meanwhile.

use std::collections::BTreeSet;

use access::Permission;
use model::{Actor, Kind, ObjectId, Role, Subject, TenantId};
use serde::{Deserialize, Serialize};
use store::{Condition, Expect, Group, StoreError, Write};

use crate::{
    Directory, Error,
    roles::COLLECTION as ROLES,
    write::{ATTEMPTS, audit},
};

const COLLECTION: &str = "protected";
/// The document that every change of what protects somebody writes along.
const MARK: &str = "mark";

/// What is settled for the whole tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mark {
    /// Whether holders of roles are protected.
    privileged: bool,
}

impl Default for Mark {
    fn default() -> Self {
        Self { privileged: true }
    }
}

/// Whom no synchronization touches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Protection {
    /// Those on the never-touch list.
    pub listed: BTreeSet<ObjectId>,
    /// Those who hold a role, where they are protected.
    pub privileged: BTreeSet<ObjectId>,
    /// Whether holders of roles are protected.
    pub covers_privileged: bool,
    /// The version of the mark; see [`Protection::condition`].
    version: u64,
}

impl Protection {
    /// Whether a synchronization must leave the user alone.
    pub fn covers(&self, user: ObjectId) -> bool {
        self.listed.contains(&user) || self.privileged.contains(&user)
    }

    /// The condition that nobody's protection changed since this was read.
    pub(crate) fn condition(&self) -> Condition {
        Condition::Document {
            collection: COLLECTION.to_owned(),
            key: MARK.to_owned(),
            version: self.version,
        }
    }
}

impl Directory {
    /// Whom no synchronization touches.
    pub fn protection(&self, actor: &Actor, tenant: TenantId) -> Result<Protection, Error> {
        access::check(actor, Permission::ReadPolicies, tenant)?;
        self.read_protection(tenant)
    }

    /// The same, for the line. Two questions, whatever the tenant's size.
    pub fn read_protection(&self, tenant: TenantId) -> Result<Protection, Error> {
        // The mark comes first: whoever gets a role in between raises it.
        let documents = self.store.documents(tenant, COLLECTION)?;
        let mut found = Protection { covers_privileged: true, ..Protection::default() };
        for document in documents {
            if document.key == MARK {
                let mark: Mark = serde_json::from_str(&document.body)
                    .map_err(|error| StoreError::Damaged(error.to_string()))?;
                (found.covers_privileged, found.version) = (mark.privileged, document.version);
            } else if let Ok(user) = document.key.parse() {
                found.listed.insert(user);
            }
        }
        if found.covers_privileged {
            let roles = self.store.documents(tenant, ROLES)?;
            found.privileged = roles.iter().filter_map(|one| one.key.parse().ok()).collect();
        }
        Ok(found)
    }

    /// Puts users on the never-touch list, or takes them off it.
    pub fn protect(
        &self,
        actor: &Actor,
        tenant: TenantId,
        users: &[ObjectId],
        protected: bool,
    ) -> Result<(), Error> {
        access::check(actor, Permission::WritePolicies, tenant)?;
        for user in users {
            if self.get_object(tenant, *user)?.kind != Kind::User {
                return Err(Error::invalid("user", "only users are protected"));
            }
        }
        for user in users {
            let key = user.to_string();
            let write = Write::PutDocument {
                collection: COLLECTION.to_owned(),
                key: key.clone(),
                body: protected.then(|| "{}".to_owned()),
            };
            let activity = match protected {
                true => "Protect user from synchronization",
                false => "End protection from synchronization",
            };
            let entry = audit(activity, "user", key, "{}".to_owned());
            self.commit_protection(
                tenant,
                actor,
                |mark| mark,
                |writes| {
                    writes.push(write.clone());
                    entry.clone()
                },
            )?;
        }
        Ok(())
    }

    /// Says whether people who hold a role are protected.
    pub fn protect_privileged(
        &self,
        actor: &Actor,
        tenant: TenantId,
        protected: bool,
    ) -> Result<(), Error> {
        access::check(actor, Permission::WritePolicies, tenant)?;
        let old = self.read_protection(tenant)?.covers_privileged;
        let detail = serde_json::json!({ "privileged": { "old": old, "new": protected } });
        let entry =
            audit("Update protection from synchronization", "policy", MARK, detail.to_string());
        self.commit_protection(tenant, actor, |_| Mark { privileged: protected }, |_| entry.clone())
    }

    /// Writes the roles of a person, which may protect that person.
    pub(crate) fn put_roles(
        &self,
        tenant: TenantId,
        actor: &Actor,
        user: ObjectId,
        (old, new): (&[Role], &[Role]),
    ) -> Result<(), Error> {
        let body = serde_json::to_string(new).expect("roles have a JSON text");
        let detail = serde_json::json!({ "roles": { "old": old, "new": new } });
        let key = user.to_string();
        let entry = audit("Update role assignments", "user", key.clone(), detail.to_string());
        self.commit_protection(
            tenant,
            actor,
            |mark| mark,
            |writes| {
                writes.push(Write::PutDocument {
                    collection: ROLES.to_owned(),
                    key: key.clone(),
                    body: (!new.is_empty()).then(|| body.clone()),
                });
                entry.clone()
            },
        )
    }

    /// Commits a change of what protects somebody together with the mark.
    fn commit_protection(
        &self,
        tenant: TenantId,
        actor: &Actor,
        edit: impl Fn(Mark) -> Mark,
        write: impl Fn(&mut Vec<Write>) -> store::AuditEntry,
    ) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            let held = self.read_protection(tenant)?;
            let mark = edit(Mark { privileged: held.covers_privileged });
            let mut writes = Vec::new();
            let entry = write(&mut writes);
            writes.push(Write::PutDocument {
                collection: COLLECTION.to_owned(),
                key: MARK.to_owned(),
                body: Some(serde_json::to_string(&mark).expect("a mark has a JSON text")),
            });
            let expect = Expect::Document {
                collection: COLLECTION.to_owned(),
                key: MARK.to_owned(),
                version: held.version,
            };
            let group = Group { expects: vec![expect], writes, audit: entry };
            match self.commit_one(tenant, actor, group) {
                Err(Error::Busy { .. }) => {}
                result => return result.map(drop),
            }
        }
        Err(Error::Busy { what: "the protection of the tenant's people".to_owned() })
    }

    /// Whether a change may have ended somebody's protection.
    pub fn is_protection(subject: &Subject) -> bool {
        let Subject::Document { collection, .. } = subject else { return false };
        collection == COLLECTION
    }
}
