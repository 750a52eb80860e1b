//! Settings of cross-tenant access as Graph shows them (graph-api.md 5.2 to 5.4). What a partner does
//! not say itself is null: it comes from the defaults.

use model::{AccessPolicy, AccessSettings, Partner, TenantId};
use serde_json::{Map, Value, json};

use crate::{call::Call, error::Error, request::Version};

const REDEMPTION: &str = "invitationRedemptionIdentityProviderConfiguration";

/// The defaults in force.
pub fn defaults(call: &Call<'_>, policy: &AccessPolicy) -> Map<String, Value> {
    let settings = policy.effective_defaults();
    let more = |name: &str, usual: Value| settings.more.get(name).cloned().unwrap_or(usual);
    let mut document = Map::new();
    document.insert("id".to_owned(), json!(call.tenant));
    document.insert("isServiceDefault".to_owned(), json!(!policy.defaults_set));
    document.extend(shared(&settings));
    document.insert(
        "automaticUserConsentSettings".to_owned(),
        json!({ "inboundAllowed": false, "outboundAllowed": false }),
    );
    let later = [
        (
            "crossCloudMeetingConfiguration",
            json!({ "inboundAllowed": false, "outboundAllowed": false }),
        ),
        ("protectedContentSharing", json!({ "inboundAllowed": true, "outboundAllowed": true })),
        ("m365CollaborationInbound", json!({ "users": everybody("blocked") })),
        ("m365CollaborationOutbound", json!({ "usersAndGroups": everybody("allowed") })),
        ("appServiceConnectInbound", json!({ "applications": every_application("blocked") })),
        (
            REDEMPTION,
            json!({
                "primaryIdentityProviderPrecedenceOrder":
                    ["azureActiveDirectory", "externalFederation", "socialIdentityProviders"],
                "fallbackIdentityProvider": "defaultConfiguredIdp",
            }),
        ),
    ];
    for (name, usual) in later {
        document.insert(name.to_owned(), more(name, usual));
    }
    let restrictions = json!({
        "devices": null,
        "usersAndGroups": everybody("blocked"),
        "applications": every_application("blocked"),
    });
    if settings.tenant_restrictions.is_none() {
        document.insert("tenantRestrictions".to_owned(), restrictions);
    }
    document
}

/// What was set for one partner.
pub fn partner(
    call: &Call<'_>,
    id: TenantId,
    partner: &Partner,
) -> Result<Map<String, Value>, Error> {
    let is_ours = call.services.directory.shares_organization(call.tenant, id)?;
    let mut document = Map::new();
    document.insert("tenantId".to_owned(), json!(id));
    document.insert("isServiceProvider".to_owned(), json!(partner.is_service_provider));
    document.insert("isInMultiTenantOrganization".to_owned(), json!(is_ours));
    document.extend(shared(&partner.settings));
    let allowed = |inbound: Option<bool>, outbound: Option<bool>| json!({ "inboundAllowed": inbound, "outboundAllowed": outbound });
    document.insert(
        "automaticUserConsentSettings".to_owned(),
        allowed(partner.redeem_inbound, partner.redeem_outbound),
    );
    for name in ["crossCloudMeetingConfiguration", "protectedContentSharing"] {
        let usual = || allowed(None, None);
        let held = partner.settings.more.get(name).cloned().unwrap_or_else(usual);
        document.insert(name.to_owned(), held);
    }
    for (name, value) in &partner.settings.more {
        document.insert(name.clone(), value.clone());
    }
    if call.expands("identitySynchronization") {
        let sync = partner.has_sync().then(|| identity_sync(call, id, partner));
        document.insert("identitySynchronization".to_owned(), json!(sync));
    }
    Ok(document)
}

/// What was said about synchronizing into this tenant.
pub fn identity_sync(call: &Call<'_>, id: TenantId, partner: &Partner) -> Map<String, Value> {
    let allowed = |value: Option<bool>| json!({ "isSyncAllowed": value });
    let mut document = Map::new();
    document.insert("tenantId".to_owned(), json!(id));
    document.insert("displayName".to_owned(), json!(partner.sync_name));
    document.insert("userSyncInbound".to_owned(), allowed(partner.sync_inbound));
    if call.request.version == Version::Beta {
        let groups = allowed(Some(partner.group_sync_inbound.unwrap_or(false)));
        document.insert("groupSyncInbound".to_owned(), groups);
    }
    document
}

/// The settings that partners and defaults have alike.
fn shared(settings: &AccessSettings) -> Map<String, Value> {
    let named = [
        ("inboundTrust", &settings.inbound_trust),
        ("b2bCollaborationOutbound", &settings.b2b_collaboration_outbound),
        ("b2bCollaborationInbound", &settings.b2b_collaboration_inbound),
        ("b2bDirectConnectOutbound", &settings.b2b_direct_connect_outbound),
        ("b2bDirectConnectInbound", &settings.b2b_direct_connect_inbound),
        ("tenantRestrictions", &settings.tenant_restrictions),
    ];
    named.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect()
}

fn everybody(access: &str) -> Value {
    json!({ "accessType": access, "targets": [{ "target": "AllUsers", "targetType": "user" }] })
}

fn every_application(access: &str) -> Value {
    let target = json!({ "target": "AllApplications", "targetType": "application" });
    json!({ "accessType": access, "targets": [target] })
}
