//! What a template of the policy makes of a partner that is in the same multitenant organization
//! (graph-api.md 5.5).

use model::{AccessPolicy, Actor, Partner, TenantId};
use serde_json::{Map, Value};

use super::settings::change_partner;
use crate::{Directory, Error};

const SYNC: &str = "multiTenantOrganizationIdentitySynchronization";
const PARTNER: &str = "multiTenantOrganizationPartnerConfiguration";
/// To which partners a template is applied.
const LEVEL: &str = "templateApplicationLevel";

impl Directory {
    /// Applies a tenant's templates to a partner that is in the same organization now. Doing it twice
    /// is doing it once. It is the server that writes: the tenant has said beforehand what is to
    /// happen, and whoever joined is perhaps somebody of the other tenant.
    pub(crate) fn apply_templates(&self, tenant: TenantId, partner: TenantId) -> Result<(), Error> {
        let activity = "Apply a template of cross-tenant access settings";
        self.rewrite_policy(&Actor::System, tenant, activity, |policy| apply(policy, partner))
            .map(drop)
    }
}

/// Refuses a template that could not be applied.
pub(super) fn check_template(template: &Value) -> Result<(), Error> {
    fill(&mut Partner::default(), template)
}

fn apply(policy: &mut AccessPolicy, id: TenantId) -> Result<(), Error> {
    let held = policy.partners.get(&id);
    let is_wanted = |template: &&Value| reaches(template, held.is_some());
    let mut partner = held.cloned().unwrap_or_default();
    for name in [PARTNER, SYNC] {
        if let Some(template) = policy.templates.get(name).filter(is_wanted) {
            fill(&mut partner, template)?;
        }
    }
    // A template that says nothing makes nobody a partner.
    if partner != Partner::default() {
        policy.partners.insert(id, partner);
    }
    Ok(())
}

/// Whether a template is for partners that the tenant has, or has not, made its own settings for.
fn reaches(template: &Value, is_there: bool) -> bool {
    let wanted = if is_there { "existingPartners" } else { "newPartners" };
    let level = template.get(LEVEL).and_then(Value::as_str);
    level.is_none_or(|level| level.split(',').any(|one| one.trim() == wanted))
}

/// Takes over what the template says. What is null in it stays as it is.
fn fill(partner: &mut Partner, template: &Value) -> Result<(), Error> {
    let mut settings = said(template);
    settings.remove("id");
    settings.remove(LEVEL);
    if let Some(sync) = settings.remove("userSyncInbound") {
        match sync.get("isSyncAllowed") {
            Some(Value::Bool(allowed)) => partner.sync_inbound = Some(*allowed),
            None if sync.is_object() => {}
            _ => return Err(Error::invalid("userSyncInbound", "is no {isSyncAllowed}")),
        }
    }
    change_partner(partner, &settings)
}

/// The members that are not null, at every depth.
fn said(value: &Value) -> Map<String, Value> {
    let Value::Object(members) = value else { return Map::new() };
    let kept = members.iter().filter(|(_, value)| !value.is_null());
    kept.map(|(name, value)| {
        let value = if value.is_object() { Value::Object(said(value)) } else { value.clone() };
        (name.clone(), value)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FABRIKAM: TenantId = TenantId::NIL;

    fn with(level: &str) -> AccessPolicy {
        let mut policy = AccessPolicy::default();
        let sync = json!({ LEVEL: level, "userSyncInbound": { "isSyncAllowed": true } });
        let partner = json!({
            LEVEL: level, "inboundTrust": null,
            "automaticUserConsentSettings": { "inboundAllowed": true, "outboundAllowed": null },
        });
        policy.templates.insert(SYNC.to_owned(), sync);
        policy.templates.insert(PARTNER.to_owned(), partner);
        policy
    }

    #[test]
    fn a_template_reaches_the_partners_that_its_level_names() {
        for (level, existing, new) in [
            ("none", false, false),
            ("newPartners", false, true),
            ("existingPartners", true, false),
            ("newPartners, existingPartners", true, true),
        ] {
            let mut policy = with(level);
            apply(&mut policy, FABRIKAM).expect("it fits");
            assert_eq!(policy.partners.contains_key(&FABRIKAM), new, "{level}");
            let mut policy = with(level);
            let held = Partner { redeem_outbound: Some(true), ..Partner::default() };
            policy.partners.insert(FABRIKAM, held);
            apply(&mut policy, FABRIKAM).expect("it fits");
            let partner = &policy.partners[&FABRIKAM];
            assert_eq!(partner.sync_inbound, existing.then_some(true), "{level}");
            assert_eq!(partner.redeem_inbound, existing.then_some(true), "{level}");
            assert_eq!(partner.redeem_outbound, Some(true), "null leaves it: {level}");
        }
    }

    #[test]
    fn a_template_that_could_not_be_applied_is_refused() {
        assert!(check_template(&json!({ "inboundTrust": { "isMfaAccepted": 1 } })).is_err());
        assert!(check_template(&json!({ "userSyncInbound": true })).is_err());
        assert!(check_template(&json!({ "userSyncInbound": { "isSyncAllowed": null } })).is_ok());
    }
}
