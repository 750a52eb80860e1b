//! Cross-tenant access settings: what a tenant allows its partners (cross-tenant-sync.md section 3).

use access::Permission;
use model::{AccessPolicy, Actor, Partner, TenantId};
use store::{Expect, Group, Write};

use crate::{
    Directory, Error,
    write::{ATTEMPTS, audit},
};

const COLLECTION: &str = "policy";
const KEY: &str = "crossTenantAccess";

/// What is to be set for a partner; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct PolicyChange {
    /// Whether the partner may synchronize users into this tenant.
    pub sync_inbound: Option<bool>,
    /// Whether the partner may synchronize groups into this tenant.
    pub group_sync_inbound: Option<bool>,
    /// Whether invitations of the partner's people are redeemed automatically.
    pub redeem_inbound: Option<bool>,
    /// Whether the partner's invitations of this tenant's people are redeemed automatically.
    pub redeem_outbound: Option<bool>,
}

impl Directory {
    /// A tenant's policy.
    pub fn policy(&self, actor: &Actor, tenant: TenantId) -> Result<AccessPolicy, Error> {
        access::check(actor, Permission::Read, tenant)?;
        Ok(self.read_policy(tenant)?.0)
    }

    /// The policy with the version of its document, which commits that rest on it name as their
    /// condition.
    pub fn read_policy(&self, tenant: TenantId) -> Result<(AccessPolicy, u64), Error> {
        match self.store.document(tenant, COLLECTION, KEY)? {
            None => Ok((AccessPolicy::default(), 0)),
            Some(document) => {
                let mut policy: AccessPolicy = serde_json::from_str(&document.body)
                    .map_err(|error| store::StoreError::Damaged(error.to_string()))?;
                policy.version = document.version;
                Ok((policy, document.version))
            }
        }
    }

    /// The condition that the policy stands at a version.
    pub fn policy_condition(version: u64) -> store::Condition {
        store::Condition::Document {
            collection: COLLECTION.to_owned(),
            key: KEY.to_owned(),
            version,
        }
    }

    /// Sets what is allowed to a partner, and makes the partner known if it was not.
    pub fn set_partner(
        &self,
        actor: &Actor,
        tenant: TenantId,
        partner: TenantId,
        change: &PolicyChange,
    ) -> Result<AccessPolicy, Error> {
        let edit = |policy: &mut AccessPolicy| {
            let entry = policy.partners.entry(partner).or_default();
            let Partner {
                redeem_inbound, redeem_outbound, sync_inbound, group_sync_inbound, ..
            } = entry;
            let set = |held: &mut Option<bool>, new: Option<bool>| *held = new.or(*held);
            set(sync_inbound, change.sync_inbound);
            set(group_sync_inbound, change.group_sync_inbound);
            set(redeem_inbound, change.redeem_inbound);
            set(redeem_outbound, change.redeem_outbound);
        };
        if partner == tenant {
            return Err(Error::invalid("partner", "a tenant is no partner of its own"));
        }
        self.write_policy(actor, tenant, "Update a partner cross-tenant access setting", edit)
    }

    /// Puts a partner back on the defaults, which ends its permission to synchronize.
    pub fn remove_partner(
        &self,
        actor: &Actor,
        tenant: TenantId,
        partner: TenantId,
    ) -> Result<AccessPolicy, Error> {
        self.write_policy(actor, tenant, "Delete partner cross-tenant access setting", |policy| {
            policy.partners.remove(&partner);
        })
    }

    fn write_policy(
        &self,
        actor: &Actor,
        tenant: TenantId,
        activity: &str,
        edit: impl Fn(&mut AccessPolicy),
    ) -> Result<AccessPolicy, Error> {
        access::check(actor, Permission::WritePolicies, tenant)?;
        for _ in 0..ATTEMPTS {
            let (before, version) = self.read_policy(tenant)?;
            let mut after = before.clone();
            edit(&mut after);
            if after == before {
                return Ok(before);
            }
            let body = serde_json::to_string(&after).expect("a policy has a JSON text");
            let detail = serde_json::json!({ "old": before.partners, "new": after.partners });
            let group = Group {
                expects: vec![Expect::Document {
                    collection: COLLECTION.to_owned(),
                    key: KEY.to_owned(),
                    version,
                }],
                writes: vec![Write::PutDocument {
                    collection: COLLECTION.to_owned(),
                    key: KEY.to_owned(),
                    body: Some(body),
                }],
                audit: audit(activity, "policy", KEY, detail.to_string()),
            };
            match self.commit_one(tenant, actor, group) {
                Ok(number) => return Ok(AccessPolicy { version: number, ..after }),
                Err(Error::Busy { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Busy { what: "the policy".to_owned() })
    }
}
