//! The single write path: an object before and after becomes one group of a commit, with its keys,
//! its preconditions and its audit entry.

use model::{Actor, Object, TenantId};
use serde_json::{Map, json};
use store::{AuditEntry, Committed, Condition, Durability, Expect, Group, ObjectCommit, Write};

use crate::{Directory, Error, keys};

/// What the audit log says about the groups of one call.
pub(crate) fn audit(
    activity: &str,
    kind: &str,
    target: impl ToString,
    detail: String,
) -> AuditEntry {
    AuditEntry {
        activity: activity.to_owned(),
        target_kind: kind.to_owned(),
        target: target.to_string(),
        detail,
        request: None,
    }
}

/// The group that brings an object from one state to another. The version read is the precondition.
pub(crate) fn put(before: Option<&Object>, after: Object, activity: &str) -> Group {
    let held = before.map(keys::keys).unwrap_or_default();
    let (claim, release) = keys::difference(&held, &keys::keys(&after));
    let expect = match before {
        Some(object) => Expect::Version { object: object.id, version: object.version },
        None => Expect::Absent { object: after.id },
    };
    let entry = audit(activity, &after.kind.to_string(), after.id, describe(before, &after));
    Group {
        expects: vec![expect],
        writes: vec![Write::Put { object: after, claim, release }],
        audit: entry,
    }
}

/// The attributes that differ, with old and new values, as JSON text. For a new object only what it
/// is called: all its values stand in the object, and every later change tells the one before.
fn describe(before: Option<&Object>, after: &Object) -> String {
    let Some(before) = before else { return json!({ "name": after.label() }).to_string() };
    let mut changed = Map::new();
    for (name, old) in before.attributes.iter() {
        let new = after.attributes.get(name);
        if new != Some(old) {
            changed.insert(name.to_string(), json!({ "old": old, "new": new }));
        }
    }
    for (name, new) in after.attributes.iter() {
        if before.attributes.get(name).is_none() {
            changed.insert(name.to_string(), json!({ "new": new }));
        }
    }
    serde_json::Value::Object(changed).to_string()
}

impl Directory {
    /// Commits groups into a tenant, durably.
    pub(crate) fn commit(
        &self,
        tenant: TenantId,
        actor: &Actor,
        conditions: Vec<Condition>,
        groups: Vec<Group>,
        durability: Durability,
    ) -> Result<Committed, Error> {
        let commit = ObjectCommit {
            tenant,
            actor: actor.clone(),
            at: self.clock.now(),
            conditions,
            groups: self.made_for_request(groups),
            durability,
        };
        Ok(self.store.commit(commit)?)
    }

    /// The same groups, with the request that is being answered in their audit entries.
    pub(crate) fn made_for_request(&self, mut groups: Vec<Group>) -> Vec<Group> {
        if let Some(request) = &self.request {
            for group in &mut groups {
                group.audit.request = Some(request.to_string());
            }
        }
        groups
    }

    /// Commits one group and gives the number of its change.
    pub(crate) fn commit_one(
        &self,
        tenant: TenantId,
        actor: &Actor,
        group: Group,
    ) -> Result<u64, Error> {
        let committed = self.commit(tenant, actor, Vec::new(), vec![group], Durability::Durable)?;
        match committed.results.into_iter().next() {
            Some(Ok(number)) => Ok(number),
            Some(Err(refused)) => Err(refused.into()),
            None => Err(Error::Busy { what: "the store".to_owned() }),
        }
    }
}

/// How often a read, a change and a write are tried when others write in between.
pub(crate) const ATTEMPTS: usize = 5;
