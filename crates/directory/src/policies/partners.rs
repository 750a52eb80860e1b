//! Partners one by one, as Graph has them: made once, changed while they are there, and removed when
//! nobody of theirs may synchronize any more (graph-api.md 5.1 and 5.4).

use access::Permission;
use model::{AccessPolicy, Actor, Partner, TenantId};
use serde_json::{Map, Value};

use super::{
    settings::{change_defaults, change_partner},
    templates::check_template,
};
use crate::{Directory, Error};

/// The clouds whose tenants may be partners, by their sign-in hosts.
const CLOUDS: [&str; 3] =
    ["microsoftonline.com", "microsoftonline.us", "partner.microsoftonline.cn"];

/// What is said about synchronizing into a tenant; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct SyncConsent {
    /// What it is called.
    pub name: Option<String>,
    /// Whether users may come.
    pub users: Option<bool>,
    /// Whether groups may come.
    pub groups: Option<bool>,
}

impl SyncConsent {
    fn take_into(&self, partner: &mut Partner) {
        partner.sync_name = self.name.clone().or(partner.sync_name.take());
        partner.sync_inbound = self.users.or(partner.sync_inbound);
        partner.group_sync_inbound = self.groups.or(partner.group_sync_inbound);
    }
}

impl Directory {
    /// Makes a tenant a partner, with settings by Graph's names. It must be hosted here, and no
    /// partner yet.
    pub fn create_partner(
        &self,
        actor: &Actor,
        tenant: TenantId,
        partner: TenantId,
        settings: &Map<String, Value>,
    ) -> Result<Partner, Error> {
        if partner == tenant {
            return Err(Error::invalid("tenantId", "a tenant is no partner of its own"));
        }
        let activity = "Add a partner to cross-tenant access setting";
        let policy = self.write_policy(actor, tenant, activity, |policy| {
            if policy.partners.contains_key(&partner) {
                return Err(Error::Exists { what: format!("partner {partner}") });
            }
            if self.tenant(partner).is_err() {
                return Err(Error::invalid("tenantId", format!("{partner} is no tenant")));
            }
            let mut made = Partner::default();
            change_partner(&mut made, settings)?;
            policy.partners.insert(partner, made);
            Ok(())
        })?;
        Ok(policy.partners.get(&partner).cloned().unwrap_or_default())
    }

    /// Changes a partner's settings, given by Graph's names.
    pub fn change_partner(
        &self,
        actor: &Actor,
        tenant: TenantId,
        partner: TenantId,
        settings: &Map<String, Value>,
    ) -> Result<AccessPolicy, Error> {
        let activity = "Update a partner cross-tenant access setting";
        self.write_policy(actor, tenant, activity, |policy| {
            change_partner(find(policy, partner)?, settings)
        })
    }

    /// Puts a partner back on the defaults. One that says something about synchronizing stays until
    /// that is taken away, so that nobody ends a synchronization unawares.
    pub fn delete_partner(
        &self,
        actor: &Actor,
        tenant: TenantId,
        partner: TenantId,
    ) -> Result<AccessPolicy, Error> {
        let activity = "Delete partner cross-tenant access setting";
        self.write_policy(actor, tenant, activity, |policy| {
            let held = find(policy, partner)?;
            if held.has_sync() {
                let message = "the partner has an identitySynchronization; delete that first";
                return Err(Error::invalid("identitySynchronization", message));
            }
            if held.is_service_provider == Some(true) {
                return Err(Error::invalid("isServiceProvider", "a service provider stays"));
            }
            policy.partners.remove(&partner);
            Ok(())
        })
    }

    /// Says for the first time whether a partner may synchronize into the tenant.
    pub fn create_sync_consent(
        &self,
        actor: &Actor,
        tenant: TenantId,
        partner: TenantId,
        consent: &SyncConsent,
    ) -> Result<AccessPolicy, Error> {
        let activity = "Create a partner cross-tenant identity sync setting";
        self.write_policy(actor, tenant, activity, |policy| {
            let held = find(policy, partner)?;
            if held.has_sync() {
                let what = format!("identitySynchronization of partner {partner}");
                return Err(Error::Exists { what });
            }
            consent.take_into(held);
            // Saying nothing about users is saying no.
            held.sync_inbound.get_or_insert(false);
            Ok(())
        })
    }

    /// Changes whether a partner may synchronize into the tenant.
    pub fn change_sync_consent(
        &self,
        actor: &Actor,
        tenant: TenantId,
        partner: TenantId,
        consent: &SyncConsent,
    ) -> Result<AccessPolicy, Error> {
        let activity = "Update a partner cross-tenant identity sync setting";
        self.write_policy(actor, tenant, activity, |policy| {
            consent.take_into(find_consenting(policy, partner)?);
            Ok(())
        })
    }

    /// Takes away what was said about synchronizing; then nobody may.
    pub fn delete_sync_consent(
        &self,
        actor: &Actor,
        tenant: TenantId,
        partner: TenantId,
    ) -> Result<AccessPolicy, Error> {
        let activity = "Delete a partner cross-tenant identity sync setting";
        self.write_policy(actor, tenant, activity, |policy| {
            let held = find_consenting(policy, partner)?;
            (held.sync_inbound, held.group_sync_inbound, held.sync_name) = (None, None, None);
            Ok(())
        })
    }

    /// Changes the tenant's defaults, given by Graph's names.
    pub fn change_defaults(
        &self,
        actor: &Actor,
        tenant: TenantId,
        settings: &Map<String, Value>,
    ) -> Result<AccessPolicy, Error> {
        let activity = "Update the default cross-tenant access setting";
        self.write_policy(actor, tenant, activity, |policy| {
            policy.defaults_set = true;
            change_defaults(&mut policy.defaults, settings)
        })
    }

    /// Goes back to the service's defaults.
    pub fn reset_defaults(&self, actor: &Actor, tenant: TenantId) -> Result<AccessPolicy, Error> {
        let activity = "Reset the cross-tenant access default setting";
        self.write_policy(actor, tenant, activity, |policy| {
            (policy.defaults, policy.defaults_set) = Default::default();
            Ok(())
        })
    }

    /// Says of which other clouds tenants may be partners.
    pub fn set_clouds(
        &self,
        actor: &Actor,
        tenant: TenantId,
        clouds: Option<&[String]>,
    ) -> Result<(), Error> {
        access::check(actor, Permission::WritePolicies, tenant)?;
        let Some(clouds) = clouds else { return Ok(()) };
        if let Some(other) = clouds.iter().find(|one| !CLOUDS.contains(&one.as_str())) {
            let message = format!("'{other}' is none of {}", CLOUDS.join(", "));
            return Err(Error::invalid("allowedCloudEndpoints", message));
        }
        self.write_policy(actor, tenant, "Update Microsoft cloud settings", |policy| {
            policy.allowed_clouds = clouds.to_vec();
            Ok(())
        })
        .map(drop)
    }

    /// Keeps what tenants of a multitenant organization are to be given, as it came; none goes back
    /// to what the template was.
    pub fn set_template(
        &self,
        actor: &Actor,
        tenant: TenantId,
        name: &str,
        template: Option<&Value>,
    ) -> Result<AccessPolicy, Error> {
        let activity = "Update a template of cross-tenant access settings";
        let wishes = [Permission::WritePolicies, Permission::WriteOrganization];
        access::check_any(actor, &wishes, tenant)?;
        if let Some(template) = template {
            check_template(template)?;
        }
        self.rewrite_policy(actor, tenant, activity, |policy| {
            match template {
                Some(template) => policy.templates.insert(name.to_owned(), template.clone()),
                None => policy.templates.remove(name),
            };
            Ok(())
        })
    }
}

fn find(policy: &mut AccessPolicy, partner: TenantId) -> Result<&mut Partner, Error> {
    policy.partners.get_mut(&partner).ok_or_else(|| Error::not_found("partner", partner))
}

fn find_consenting(policy: &mut AccessPolicy, partner: TenantId) -> Result<&mut Partner, Error> {
    let held = find(policy, partner)?;
    match held.has_sync() {
        true => Ok(held),
        false => Err(Error::not_found("identitySynchronization", partner)),
    }
}
