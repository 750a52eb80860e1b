//! Settings of cross-tenant access as they are sent, by Graph's names: what a change merges into, and
//! what values are taken (graph-api.md 5.2 and 5.4).

use model::{AccessSettings, Partner};
use serde_json::{Map, Value, json};

use crate::Error;

/// Settings of two sides, `usersAndGroups` and `applications`.
const SIDES: [&str; 5] = [
    "b2bCollaborationInbound",
    "b2bCollaborationOutbound",
    "b2bDirectConnectInbound",
    "b2bDirectConnectOutbound",
    "tenantRestrictions",
];
const TRUST: &str = "inboundTrust";
const CLAIMS: [&str; 4] = [
    "isMfaAccepted",
    "isCompliantDeviceAccepted",
    "isHybridAzureADJoinedDeviceAccepted",
    "isCompliantNetworkAccepted",
];
const CONSENT: &str = "automaticUserConsentSettings";
/// Settings of the defaults and of partners that came later, which are kept as they come.
const LATER: [&str; 5] = [
    "m365CollaborationInbound",
    "m365CollaborationOutbound",
    "appServiceConnectInbound",
    "crossCloudMeetingConfiguration",
    "protectedContentSharing",
];
/// In which order people may redeem; the defaults alone have it.
pub const REDEMPTION: &str = "invitationRedemptionIdentityProviderConfiguration";

/// Takes a change into a partner's settings. What is not named stays; null goes back to the
/// defaults; of a setting with members those that are not named stay.
pub fn change_partner(partner: &mut Partner, change: &Map<String, Value>) -> Result<(), Error> {
    for (name, value) in change {
        match name.as_str() {
            CONSENT => change_consent(partner, value)?,
            "isServiceProvider" => partner.is_service_provider = boolean(name, value)?,
            _ => change_setting(&mut partner.settings, name, value)?,
        }
    }
    check(&partner.settings)
}

/// Takes a change into a tenant's defaults.
pub fn change_defaults(
    defaults: &mut AccessSettings,
    change: &Map<String, Value>,
) -> Result<(), Error> {
    let service = AccessSettings::service_defaults();
    for (name, value) in change {
        match name.as_str() {
            CONSENT if is_off(value) => {}
            CONSENT => return Err(Error::invalid(name, "cannot be changed in the defaults")),
            REDEMPTION => {
                check_redemption(value)?;
                keep(defaults, name, value);
            }
            _ => {
                // The defaults inherit from nobody: a member that is not named stays as it is in
                // force, and null goes back to what the service has.
                let mut after = defaults.or(&service);
                change_setting(&mut after, name, value)?;
                if LATER.contains(&name.as_str()) {
                    defaults.more = after.more;
                } else {
                    *place(defaults, name) = place(&mut after, name).take();
                }
            }
        }
    }
    check(defaults)
}

fn change_consent(partner: &mut Partner, value: &Value) -> Result<(), Error> {
    let Value::Object(members) = value else {
        if value.is_null() {
            (partner.redeem_inbound, partner.redeem_outbound) = (None, None);
            return Ok(());
        }
        return Err(Error::invalid(CONSENT, "is no object"));
    };
    for (name, value) in named(members) {
        match name.as_str() {
            "inboundAllowed" => partner.redeem_inbound = boolean(name, value)?,
            "outboundAllowed" => partner.redeem_outbound = boolean(name, value)?,
            _ => return Err(unknown(&format!("{CONSENT}/{name}"))),
        }
    }
    Ok(())
}

fn change_setting(settings: &mut AccessSettings, name: &str, value: &Value) -> Result<(), Error> {
    if LATER.contains(&name) {
        let merged =
            settings.more.get(name).map_or_else(|| value.clone(), |held| merge(held, value));
        keep(settings, name, &merged);
        return Ok(());
    }
    let blank = if SIDES.contains(&name) {
        json!({ "usersAndGroups": null, "applications": null })
    } else if name == TRUST {
        json!({
            "isMfaAccepted": false,
            "isCompliantDeviceAccepted": false,
            "isHybridAzureADJoinedDeviceAccepted": false,
        })
    } else {
        return Err(unknown(name));
    };
    let place = place(settings, name);
    *place = match value {
        Value::Null => None,
        Value::Object(_) => Some(merge(place.as_ref().unwrap_or(&blank), value)),
        _ => return Err(Error::invalid(name, "is no object")),
    };
    Ok(())
}

/// Where a setting with a member of its own is held; for others a place that nobody looks at.
fn place<'s>(settings: &'s mut AccessSettings, name: &str) -> &'s mut Option<Value> {
    match name {
        "b2bCollaborationInbound" => &mut settings.b2b_collaboration_inbound,
        "b2bCollaborationOutbound" => &mut settings.b2b_collaboration_outbound,
        "b2bDirectConnectInbound" => &mut settings.b2b_direct_connect_inbound,
        "b2bDirectConnectOutbound" => &mut settings.b2b_direct_connect_outbound,
        TRUST => &mut settings.inbound_trust,
        _ => &mut settings.tenant_restrictions,
    }
}

fn keep(settings: &mut AccessSettings, name: &str, value: &Value) {
    if value.is_null() {
        settings.more.remove(name);
    } else {
        settings.more.insert(name.to_owned(), value.clone());
    }
}

/// Objects are merged member by member; anything else, lists included, takes the place of what was.
fn merge(held: &Value, change: &Value) -> Value {
    let (Value::Object(held), Value::Object(change)) = (held, change) else {
        return change.clone();
    };
    let mut merged = held.clone();
    for (name, value) in named(change) {
        let value = merged.get(name).map_or_else(|| value.clone(), |held| merge(held, value));
        merged.insert(name.clone(), value);
    }
    Value::Object(merged)
}

/// Members without the annotations that clients send along.
fn named(members: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    members.iter().filter(|(name, _)| !name.contains('@'))
}

fn check(settings: &AccessSettings) -> Result<(), Error> {
    let sides = [
        (SIDES[0], &settings.b2b_collaboration_inbound),
        (SIDES[1], &settings.b2b_collaboration_outbound),
        (SIDES[2], &settings.b2b_direct_connect_inbound),
        (SIDES[3], &settings.b2b_direct_connect_outbound),
        (SIDES[4], &settings.tenant_restrictions),
    ];
    for (name, setting) in sides {
        let Some(Value::Object(setting)) = setting else { continue };
        for (side, value) in setting {
            match side.as_str() {
                "usersAndGroups" | "applications" => check_side(&format!("{name}/{side}"), value)?,
                "devices" if name == "tenantRestrictions" => {}
                _ => return Err(unknown(&format!("{name}/{side}"))),
            }
        }
    }
    let Some(Value::Object(trust)) = &settings.inbound_trust else { return Ok(()) };
    for (claim, value) in trust {
        if !CLAIMS.contains(&claim.as_str()) {
            return Err(unknown(&format!("{TRUST}/{claim}")));
        }
        boolean(claim, value)?;
    }
    Ok(())
}

fn check_side(name: &str, value: &Value) -> Result<(), Error> {
    let Value::Object(members) = value else {
        let fits = value.is_null();
        return if fits { Ok(()) } else { Err(Error::invalid(name, "is no object")) };
    };
    if let Some(other) = members.keys().find(|key| *key != "accessType" && *key != "targets") {
        return Err(unknown(&format!("{name}/{other}")));
    }
    let access = members.get("accessType").and_then(Value::as_str);
    if !matches!(access, Some("allowed" | "blocked")) {
        return Err(Error::invalid(format!("{name}/accessType"), "is neither allowed nor blocked"));
    }
    let targets = members.get("targets").and_then(Value::as_array);
    let Some(targets) = targets.filter(|targets| !targets.is_empty()) else {
        return Err(Error::invalid(format!("{name}/targets"), "is no list with a target"));
    };
    for target in targets {
        let kind = target.get("targetType").and_then(Value::as_str);
        if !matches!(kind, Some("user" | "group" | "application"))
            || target.get("target").and_then(Value::as_str).is_none()
        {
            let message = "holds something without a target and a targetType of user, group or \
                           application";
            return Err(Error::invalid(format!("{name}/targets"), message));
        }
    }
    Ok(())
}

fn check_redemption(value: &Value) -> Result<(), Error> {
    let order = value.get("primaryIdentityProviderPrecedenceOrder").and_then(Value::as_array);
    let known = ["azureActiveDirectory", "externalFederation", "socialIdentityProviders"];
    let is_known = |one: &Value| one.as_str().is_some_and(|one| known.contains(&one));
    let fallback = value.get("fallbackIdentityProvider").and_then(Value::as_str);
    let fallbacks = ["defaultConfiguredIdp", "emailOneTimePasscode", "microsoftAccount"];
    let fits = order.is_none_or(|order| order.iter().all(is_known))
        && fallback.is_none_or(|one| fallbacks.contains(&one));
    match value {
        Value::Null => Ok(()),
        Value::Object(_) if fits => Ok(()),
        _ => Err(Error::invalid(REDEMPTION, "names a provider that is none")),
    }
}

/// Whether automatic redemption is left as the defaults have it.
fn is_off(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Object(members) => named(members).all(|(_, value)| is_off(value)),
        _ => false,
    }
}

fn boolean(name: &str, value: &Value) -> Result<Option<bool>, Error> {
    match value {
        Value::Null => Ok(None),
        Value::Bool(value) => Ok(Some(*value)),
        _ => Err(Error::invalid(name, "is neither true nor false")),
    }
}

fn unknown(name: &str) -> Error {
    Error::invalid(name, "is no property that can be set here")
}
