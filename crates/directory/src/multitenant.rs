//! Multitenant organizations (graph-api.md 8): tenants of this server that have agreed to be one
//! organization. A tenant is in one when it says so itself and the organization says so too. How one
//! gets there is in `joining`, what is kept where in `stored`.

mod joining;
mod stored;

use std::collections::BTreeMap;

use access::{Denied, Permission};
use model::{Actor, TenantId};
use serde_json::json;
use uuid::Uuid;

pub use stored::{Organization, OrganizationRole, OrganizationState, OrganizationTenant};

use crate::{
    Directory, Error,
    write::{ATTEMPTS, audit},
};
use joining::{KIND, WHAT};

/// What an organization is called, and what it is for.
#[derive(Clone, Debug, Default)]
pub struct NewOrganization {
    /// Its name; none leaves the one that it has.
    pub name: Option<String>,
    /// What it is for; none leaves it.
    pub description: Option<String>,
}

impl Directory {
    /// The organization that the tenant is in. Who may not see what is under way sees those that have
    /// joined.
    pub fn organization(&self, actor: &Actor, tenant: TenantId) -> Result<Organization, Error> {
        access::check(actor, Permission::ReadOrganization, tenant)?;
        let (mut found, _) = self.locate_organization(tenant)?.ok_or_else(none)?;
        if access::check(actor, Permission::ReadOrganizationChanges, tenant).is_err() {
            found.tenants.retain(|_, one| one.state == OrganizationState::Active);
        }
        Ok(found)
    }

    /// Whether another tenant is in the tenant's organization; for services that have checked what
    /// the caller may.
    pub fn shares_organization(&self, tenant: TenantId, other: TenantId) -> Result<bool, Error> {
        Ok(self.locate_organization(tenant)?.is_some_and(|(one, _)| one.has(other)))
    }

    /// Makes an organization with the tenant as its owner. A tenant is in one at most.
    pub fn create_organization(
        &self,
        actor: &Actor,
        tenant: TenantId,
        new: NewOrganization,
    ) -> Result<Organization, Error> {
        access::check(actor, Permission::WriteOrganization, tenant)?;
        // Read before the organization is looked for: who joins in between changes the version.
        let (claim, claimed) = self.read_claim(tenant)?;
        self.check_not_joining(tenant, claim.as_ref())?;
        if self.locate_organization(tenant)?.is_some() {
            return Err(Error::Exists { what: WHAT.to_owned() });
        }
        let now = self.clock.now();
        let owner = OrganizationTenant {
            name: Some(self.tenant(tenant)?.name),
            role: OrganizationRole::Owner,
            state: OrganizationState::Active,
            added_by: tenant,
            added: now,
            joined: Some(now),
            settling: false,
        };
        let made = Organization {
            id: self.ids.next(),
            home: tenant,
            created: now,
            name: new.name,
            description: new.description,
            tenants: BTreeMap::from([(tenant, owner)]),
        };
        let detail = json!({ "name": made.name, "description": made.description });
        let entry = audit("Create multitenant organization", KIND, made.id, detail.to_string());
        self.keep_new_organization(actor, &made, claimed, entry)?;
        Ok(made)
    }

    /// Changes what the organization is called.
    pub fn update_organization(
        &self,
        actor: &Actor,
        tenant: TenantId,
        change: &NewOrganization,
    ) -> Result<(), Error> {
        let activity = "Update multitenant organization";
        self.change_organization(actor, tenant, (activity, None), |one| {
            one.name = change.name.clone().or(one.name.take());
            one.description = change.description.clone().or(one.description.take());
            Ok(())
        })
    }

    /// Adds a tenant, which is in the organization when it has joined.
    pub fn add_organization_tenant(
        &self,
        actor: &Actor,
        tenant: TenantId,
        added: (TenantId, Option<String>),
        role: OrganizationRole,
    ) -> Result<OrganizationTenant, Error> {
        let (other, name) = added;
        let made = OrganizationTenant {
            name,
            role,
            state: OrganizationState::Pending,
            added_by: tenant,
            added: self.clock.now(),
            joined: None,
            settling: false,
        };
        let activity = "Add tenant to multitenant organization";
        self.change_organization(actor, tenant, (activity, Some(other)), |one| {
            if self.tenant(other).is_err() {
                return Err(Error::invalid("tenantId", format!("{other} is no tenant")));
            }
            let held = one.tenants.get(&other).map(|held| held.state);
            if held.is_some_and(|state| state != OrganizationState::Removed) {
                return Err(Error::invalid("tenantId", format!("{other} is added already")));
            }
            one.tenants.insert(other, made.clone());
            Ok(())
        })?;
        Ok(made)
    }

    /// Makes a tenant an owner, or an owner a member. One owner stays.
    pub fn set_organization_role(
        &self,
        actor: &Actor,
        tenant: TenantId,
        other: TenantId,
        role: OrganizationRole,
    ) -> Result<(), Error> {
        let activity = "Update tenant of multitenant organization";
        self.change_organization(actor, tenant, (activity, Some(other)), |one| {
            find(one, other)?.role = role;
            check_owners(one)
        })
    }

    /// Takes a tenant out. Owners take out whomever they want, every tenant itself; when the last one
    /// goes, the organization ends.
    pub fn remove_organization_tenant(
        &self,
        actor: &Actor,
        tenant: TenantId,
        other: TenantId,
    ) -> Result<(), Error> {
        let activity = "Remove tenant from multitenant organization";
        self.change_organization(actor, tenant, (activity, Some(other)), |one| {
            find(one, other)?.state = OrganizationState::Removed;
            check_owners(one)
        })
    }

    /// The organization that a tenant is in, with its version. Tenants that have joined and are not
    /// settled yet are settled on the way.
    fn locate_organization(&self, tenant: TenantId) -> Result<Option<(Organization, u64)>, Error> {
        let Some(claim) = self.read_claim(tenant)?.0 else { return Ok(None) };
        let found = self.read_claimed(&claim)?.filter(|(one, _)| one.has(tenant));
        found.map(|found| self.settle(found)).transpose()
    }

    /// Changes the tenant's organization where it is kept. The audit entry there names whoever it was,
    /// of whichever of its tenants.
    fn change_organization(
        &self,
        actor: &Actor,
        tenant: TenantId,
        (activity, about): (&str, Option<TenantId>),
        edit: impl Fn(&mut Organization) -> Result<(), Error>,
    ) -> Result<(), Error> {
        access::check(actor, Permission::WriteOrganization, tenant)?;
        for _ in 0..ATTEMPTS {
            let (before, version) = self.locate_organization(tenant)?.ok_or_else(none)?;
            let (is_owner, is_about_itself) = (before.is_owner(tenant), about == Some(tenant));
            if !is_owner && !is_about_itself {
                return Err(no_owner(actor));
            }
            let mut after = before.clone();
            edit(&mut after)?;
            // Of itself a tenant that is no owner can say one thing: that it leaves.
            if !is_owner && after.has(tenant) {
                return Err(no_owner(actor));
            }
            if after == before {
                return Ok(());
            }
            let target = about.map_or(before.id, |tenant| tenant.0);
            let entry = audit(activity, KIND, target, difference(&before, &after, about));
            match self.keep_organization(actor, (&after, version), entry) {
                Err(Error::Busy { .. }) => {}
                done => return done,
            }
        }
        Err(Error::Busy { what: WHAT.to_owned() })
    }
}

fn no_owner(actor: &Actor) -> Error {
    let roles = "an owner of the multitenant organization".to_owned();
    Denied::Missing { actor: actor.to_string(), roles }.into()
}

fn none() -> Error {
    Error::not_found(WHAT, Uuid::nil())
}

/// A tenant of the organization that is not gone.
fn find(
    organization: &mut Organization,
    tenant: TenantId,
) -> Result<&mut OrganizationTenant, Error> {
    let held = organization.tenants.get_mut(&tenant);
    held.filter(|one| one.state != OrganizationState::Removed)
        .ok_or_else(|| Error::not_found("tenant of the organization", tenant))
}

/// Refuses an organization that nobody could look after any more.
fn check_owners(organization: &Organization) -> Result<(), Error> {
    let mut active = organization.active().peekable();
    let is_over = active.peek().is_none();
    if is_over || active.any(|(_, one)| one.role == OrganizationRole::Owner) {
        return Ok(());
    }
    Err(Error::invalid("role", "the last owner stays as long as others are in the organization"))
}

fn difference(before: &Organization, after: &Organization, about: Option<TenantId>) -> String {
    match about {
        Some(tenant) => {
            json!({ "old": before.tenants.get(&tenant), "new": after.tenants.get(&tenant) })
        }
        None => json!({
            "old": { "name": before.name, "description": before.description },
            "new": { "name": after.name, "description": after.description },
        }),
    }
    .to_string()
}
