//! Cross-tenant access settings: what a tenant allows its partners (cross-tenant-sync.md section 3).

mod partners;
mod settings;
mod templates;

pub use partners::SyncConsent;

use std::collections::BTreeMap;

use access::Permission;
use model::{AccessPolicy, AccessSettings, Actor, Partner, TenantId};
use store::{Expect, Group, Write};

use crate::{
    Directory, Error,
    write::{ATTEMPTS, audit},
};

const COLLECTION: &str = "policy";
const KEY: &str = "crossTenantAccess";

/// Settings that are kept and shown, by Graph's names (graph-api.md 5.2).
const SETTINGS: [&str; 6] = [
    "b2bCollaborationInbound",
    "b2bCollaborationOutbound",
    "b2bDirectConnectInbound",
    "b2bDirectConnectOutbound",
    "inboundTrust",
    "tenantRestrictions",
];

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
        access::check(actor, Permission::ReadPolicies, tenant)?;
        Ok(self.read_policy(tenant)?.0)
    }

    /// What the tenant gives to tenants of its multitenant organization, by the name of the template;
    /// for who may read the policy or look after the organization.
    pub fn templates(
        &self,
        actor: &Actor,
        tenant: TenantId,
    ) -> Result<BTreeMap<String, serde_json::Value>, Error> {
        let wishes = [Permission::ReadPolicies, Permission::ReadOrganizationChanges];
        access::check_any(actor, &wishes, tenant)?;
        Ok(self.read_policy(tenant)?.0.templates)
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
            Ok(())
        };
        if partner == tenant {
            return Err(Error::invalid("partner", "a tenant is no partner of its own"));
        }
        self.write_policy(actor, tenant, "Update a partner cross-tenant access setting", edit)
    }

    /// Sets what Syncline keeps and shows but does not act on: for a partner, or as the tenant's
    /// defaults. `settings` holds what is to change; a setting that is JSON null goes back to what
    /// it inherits.
    pub fn set_settings(
        &self,
        actor: &Actor,
        tenant: TenantId,
        partner: Option<TenantId>,
        settings: &serde_json::Map<String, serde_json::Value>,
    ) -> Result<AccessPolicy, Error> {
        let before = self.policy(actor, tenant)?;
        let held = match partner {
            Some(partner) => {
                before.partners.get(&partner).map(|one| one.settings.clone()).unwrap_or_default()
            }
            None => before.defaults.clone(),
        };
        let mut merged = serde_json::to_value(&held).expect("settings have a JSON text");
        for (name, value) in settings {
            if !SETTINGS.contains(&name.as_str()) {
                let message = format!("is no setting; there are {}", SETTINGS.join(", "));
                return Err(Error::invalid(name, message));
            }
            merged[name] = value.clone();
        }
        let merged: AccessSettings = serde_json::from_value(merged)
            .map_err(|error| Error::invalid("settings", error.to_string()))?;
        self.write_policy(actor, tenant, "Update cross-tenant access setting", |policy| {
            match partner {
                Some(partner) => {
                    policy.partners.entry(partner).or_default().settings.clone_from(&merged);
                }
                None => {
                    policy.defaults_set = true;
                    policy.defaults.clone_from(&merged);
                }
            }
            Ok(())
        })
    }

    /// Puts a partner back on the defaults, which ends its permission to synchronize.
    pub fn remove_partner(
        &self,
        actor: &Actor,
        tenant: TenantId,
        partner: TenantId,
    ) -> Result<AccessPolicy, Error> {
        self.write_policy(actor, tenant, "Delete partner cross-tenant access setting", |policy| {
            let held = policy.partners.remove(&partner);
            if held.is_some_and(|one| one.is_service_provider == Some(true)) {
                return Err(Error::invalid("isServiceProvider", "a service provider stays"));
            }
            Ok(())
        })
    }

    fn write_policy(
        &self,
        actor: &Actor,
        tenant: TenantId,
        activity: &str,
        edit: impl Fn(&mut AccessPolicy) -> Result<(), Error>,
    ) -> Result<AccessPolicy, Error> {
        access::check(actor, Permission::WritePolicies, tenant)?;
        self.rewrite_policy(actor, tenant, activity, edit)
    }

    fn rewrite_policy(
        &self,
        actor: &Actor,
        tenant: TenantId,
        activity: &str,
        edit: impl Fn(&mut AccessPolicy) -> Result<(), Error>,
    ) -> Result<AccessPolicy, Error> {
        for _ in 0..ATTEMPTS {
            let (before, version) = self.read_policy(tenant)?;
            let mut after = before.clone();
            edit(&mut after)?;
            if after == before {
                return Ok(before);
            }
            let body = serde_json::to_string(&after).expect("a policy has a JSON text");
            let detail = serde_json::json!({
                "old": { "defaults": before.defaults, "partners": before.partners },
                "new": { "defaults": after.defaults, "partners": after.partners },
            });
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
