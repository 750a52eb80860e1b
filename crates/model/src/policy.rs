//! Cross-tenant access: what a tenant allows its partners, with defaults and inheritance
//! (cross-tenant-sync.md section 3).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::TenantId;

/// Settings that a partner may have of its own or take from the defaults, one by one. What Syncline
/// does not act on (direct connect, trust, tenant restrictions) is kept and shown as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AccessSettings {
    /// Who may be invited here, to which applications.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub b2b_collaboration_inbound: Option<serde_json::Value>,
    /// Who may be invited elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub b2b_collaboration_outbound: Option<serde_json::Value>,
    /// Mutual trust without user objects, inbound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub b2b_direct_connect_inbound: Option<serde_json::Value>,
    /// The same, outbound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub b2b_direct_connect_outbound: Option<serde_json::Value>,
    /// Which claims of the home tenant count here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inbound_trust: Option<serde_json::Value>,
    /// Which foreign accounts may be used from this tenant's devices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_restrictions: Option<serde_json::Value>,
    /// Settings that came later, by Graph's names, as they came.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub more: BTreeMap<String, serde_json::Value>,
}

impl AccessSettings {
    /// What holds where nobody has set anything (cross-tenant-sync.md 3.2): collaboration with
    /// everybody, direct connect with nobody, no foreign claim trusted.
    pub fn service_defaults() -> Self {
        let side = |access: &str| {
            let target = |name: &str, kind: &str| {
                serde_json::json!({
                    "accessType": access,
                    "targets": [{ "target": name, "targetType": kind }],
                })
            };
            Some(serde_json::json!({
                "usersAndGroups": target("AllUsers", "user"),
                "applications": target("AllApplications", "application"),
            }))
        };
        Self {
            b2b_collaboration_inbound: side("allowed"),
            b2b_collaboration_outbound: side("allowed"),
            b2b_direct_connect_inbound: side("blocked"),
            b2b_direct_connect_outbound: side("blocked"),
            inbound_trust: Some(serde_json::json!({
                "isMfaAccepted": false,
                "isCompliantDeviceAccepted": false,
                "isHybridAzureADJoinedDeviceAccepted": false,
            })),
            tenant_restrictions: None,
            more: BTreeMap::new(),
        }
    }

    /// These settings where they are set, the others' elsewhere, property by property.
    pub fn or(&self, others: &Self) -> Self {
        let pick = |get: fn(&Self) -> &Option<serde_json::Value>| {
            get(self).clone().or_else(|| get(others).clone())
        };
        Self {
            b2b_collaboration_inbound: pick(|s| &s.b2b_collaboration_inbound),
            b2b_collaboration_outbound: pick(|s| &s.b2b_collaboration_outbound),
            b2b_direct_connect_inbound: pick(|s| &s.b2b_direct_connect_inbound),
            b2b_direct_connect_outbound: pick(|s| &s.b2b_direct_connect_outbound),
            inbound_trust: pick(|s| &s.inbound_trust),
            tenant_restrictions: pick(|s| &s.tenant_restrictions),
            more: others.more.clone().into_iter().chain(self.more.clone()).collect(),
        }
    }
}

/// What a tenant has set for one partner.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Partner {
    /// The partner's own settings; what is absent comes from the defaults.
    #[serde(flatten)]
    pub settings: AccessSettings,
    /// Automatic redemption of invitations from the partner; absent means the default, which is no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redeem_inbound: Option<bool>,
    /// Automatic redemption of the partner's invitations for people of this tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redeem_outbound: Option<bool>,
    /// Whether the partner looks after this tenant as its service provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_service_provider: Option<bool>,
    /// Whether the partner may synchronize users into this tenant. It has no default: absent is no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sync_inbound: Option<bool>,
    /// Whether the partner may synchronize groups into this tenant. Absent is no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_sync_inbound: Option<bool>,
    /// What the permission to synchronize is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sync_name: Option<String>,
}

impl Partner {
    /// Whether anything is said about synchronizing into this tenant, be it that nobody may.
    pub fn has_sync(&self) -> bool {
        self.sync_inbound.is_some() || self.group_sync_inbound.is_some()
    }
}

/// A tenant's whole policy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AccessPolicy {
    /// What holds for every partner that says nothing else.
    pub defaults: AccessSettings,
    /// Whether somebody has set the defaults since they were the service's.
    #[serde(skip_serializing_if = "is_false")]
    pub defaults_set: bool,
    /// What was set for single partners.
    pub partners: BTreeMap<TenantId, Partner>,
    /// The other clouds whose tenants may be partners, by their sign-in hosts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed_clouds: Vec<String>,
    /// What tenants of a multitenant organization are given, by the name of the template.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub templates: BTreeMap<String, serde_json::Value>,
    /// Raised at every write; a condition in commits that rest on the policy.
    pub version: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// What two tenants agree on for one direction (cross-tenant-sync.md 3.8 and Appendix A 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The target lets the source synchronize users into it.
    pub target_sync_inbound: bool,
    /// The target redeems the source's invitations by itself.
    pub target_redeem_inbound: bool,
    /// The source lets its people's invitations to the target be redeemed by themselves.
    pub source_redeem_outbound: bool,
    /// The target lets the source synchronize groups into it. People go without it.
    pub target_group_sync_inbound: bool,
}

impl Consent {
    /// What the two policies say together about synchronizing users from source to target.
    pub fn of(source: (TenantId, &AccessPolicy), target: (TenantId, &AccessPolicy)) -> Self {
        let at_source = source.1.partners.get(&target.0);
        let at_target = target.1.partners.get(&source.0);
        Self {
            target_sync_inbound: at_target.and_then(|partner| partner.sync_inbound) == Some(true),
            target_redeem_inbound: at_target.and_then(|partner| partner.redeem_inbound)
                == Some(true),
            source_redeem_outbound: at_source.and_then(|partner| partner.redeem_outbound)
                == Some(true),
            target_group_sync_inbound: at_target.and_then(|partner| partner.group_sync_inbound)
                == Some(true),
        }
    }

    /// Whether everything is agreed.
    pub fn is_given(self) -> bool {
        self.target_sync_inbound && self.target_redeem_inbound && self.source_redeem_outbound
    }
}

impl AccessPolicy {
    /// The settings in force for a partner: its own where set, else the tenant's defaults, else the
    /// service's, property by property (cross-tenant-sync.md 3.3).
    pub fn effective(&self, partner: TenantId) -> AccessSettings {
        let own = self.partners.get(&partner).map(|partner| partner.settings.clone());
        own.unwrap_or_default().or(&self.effective_defaults())
    }

    /// The defaults in force: the tenant's own where set, else the service's.
    pub fn effective_defaults(&self) -> AccessSettings {
        self.defaults.or(&AccessSettings::service_defaults())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partner_takes_from_the_defaults_what_it_does_not_set_itself() {
        let partner = TenantId::from_slice(&[7; 16]).expect("sixteen bytes");
        let trust = serde_json::json!({ "isMfaAccepted": true });
        let blocked = serde_json::json!({ "usersAndGroups": { "accessType": "blocked" } });
        let mut policy = AccessPolicy::default();
        policy.defaults.inbound_trust = Some(trust.clone());
        policy.partners.entry(partner).or_default().settings.b2b_collaboration_inbound =
            Some(blocked.clone());
        let effective = policy.effective(partner);
        assert_eq!(effective.b2b_collaboration_inbound, Some(blocked));
        assert_eq!(effective.inbound_trust, Some(trust));
        let service = AccessSettings::service_defaults();
        assert_eq!(effective.b2b_direct_connect_inbound, service.b2b_direct_connect_inbound);
    }
}
