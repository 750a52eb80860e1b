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
    /// Whether the partner may synchronize users into this tenant. It has no default: absent is no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sync_inbound: Option<bool>,
    /// Whether the partner may synchronize groups into this tenant. Absent is no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_sync_inbound: Option<bool>,
}

/// A tenant's whole policy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AccessPolicy {
    /// What holds for every partner that says nothing else.
    pub defaults: AccessSettings,
    /// What was set for single partners.
    pub partners: BTreeMap<TenantId, Partner>,
    /// Raised at every write; a condition in commits that rest on the policy.
    pub version: u64,
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
        }
    }

    /// Whether everything is agreed.
    pub fn is_given(self) -> bool {
        self.target_sync_inbound && self.target_redeem_inbound && self.source_redeem_outbound
    }
}

impl AccessPolicy {
    /// The settings in force for a partner: its own where set, else the defaults, property by
    /// property (cross-tenant-sync.md 3.3).
    pub fn effective(&self, partner: TenantId) -> AccessSettings {
        let own = self.partners.get(&partner).map(|partner| &partner.settings);
        let pick = |get: fn(&AccessSettings) -> &Option<serde_json::Value>| {
            own.and_then(|own| get(own).clone()).or_else(|| get(&self.defaults).clone())
        };
        AccessSettings {
            b2b_collaboration_inbound: pick(|s| &s.b2b_collaboration_inbound),
            b2b_collaboration_outbound: pick(|s| &s.b2b_collaboration_outbound),
            b2b_direct_connect_inbound: pick(|s| &s.b2b_direct_connect_inbound),
            b2b_direct_connect_outbound: pick(|s| &s.b2b_direct_connect_outbound),
            inbound_trust: pick(|s| &s.inbound_trust),
            tenant_restrictions: pick(|s| &s.tenant_restrictions),
        }
    }
}
