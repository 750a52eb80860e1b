//! Joining, in steps that each stand in one tenant: the tenant says to which organization it wants,
//! the organization counts it in, and the templates of both sides are applied. Whoever asks next goes
//! on where a crash has left it.

use access::Permission;
use model::{Actor, TenantId};
use serde_json::json;

use super::{Organization, OrganizationState, OrganizationTenant, stored::Claim};
use crate::{
    Directory, Error,
    write::{ATTEMPTS, audit},
};

const JOINING: &str = "Join multitenant organization";

impl Directory {
    /// The tenant's own joining: what it is in the organization that it has asked for, if in any.
    pub fn join_request(
        &self,
        actor: &Actor,
        tenant: TenantId,
    ) -> Result<Option<OrganizationTenant>, Error> {
        access::check(actor, Permission::ReadOrganizationChanges, tenant)?;
        self.locate_organization(tenant)?;
        let Some(claim) = self.read_claim(tenant)?.0 else { return Ok(None) };
        let found = self.read_claimed(&claim)?;
        Ok(found.and_then(|(one, _)| one.tenants.get(&tenant).cloned()))
    }

    /// Joins the organization to which another tenant has added this one. It goes on with a joining
    /// that was broken off, and has nothing to do where the tenant has joined.
    pub fn join_organization(
        &self,
        actor: &Actor,
        tenant: TenantId,
        added_by: TenantId,
    ) -> Result<(), Error> {
        access::check(actor, Permission::WriteOrganization, tenant)?;
        if let Some((present, _)) = self.locate_organization(tenant)? {
            let is_meant = present.tenants.get(&tenant).is_some_and(|own| own.added_by == added_by);
            return if is_meant { Ok(()) } else { Err(Error::Exists { what: WHAT.to_owned() }) };
        }
        let wanted = self.find_invitation(tenant, added_by)?;
        self.claim_organization(actor, tenant, &wanted)?;
        self.count_in(actor, tenant, &wanted.claim())?;
        self.locate_organization(tenant).map(drop)
    }

    /// Takes back a joining that has not come to its end.
    pub fn reset_joining(&self, actor: &Actor, tenant: TenantId) -> Result<(), Error> {
        access::check(actor, Permission::WriteOrganization, tenant)?;
        if self.locate_organization(tenant)?.is_some() {
            return Err(Error::Exists { what: WHAT.to_owned() });
        }
        let (claim, version) = self.read_claim(tenant)?;
        let Some(claim) = claim else { return Ok(()) };
        let id = claim.organization;
        let entry = audit("Reset joining of multitenant organization", KIND, id, String::new());
        self.keep_claim(actor, tenant, (None, version), entry)
    }

    /// The organization to which a tenant was added by another one. Whether the other one has none,
    /// has not added this one or is not there makes no difference.
    fn find_invitation(&self, tenant: TenantId, added_by: TenantId) -> Result<Organization, Error> {
        let found = match self.tenant(added_by) {
            Ok(_) => self.locate_organization(added_by)?,
            Err(Error::NotFound { .. }) => None,
            Err(error) => return Err(error),
        };
        let is_added = |one: &Organization| {
            one.tenants.get(&tenant).is_some_and(|own| {
                own.added_by == added_by && own.state != OrganizationState::Removed
            })
        };
        found.map(|(one, _)| one).filter(is_added).ok_or_else(|| {
            Error::invalid("addedByTenantId", format!("{added_by} has not added this tenant"))
        })
    }

    /// The first step: the tenant says where it wants to be. That alone makes it no member.
    fn claim_organization(
        &self,
        actor: &Actor,
        tenant: TenantId,
        wanted: &Organization,
    ) -> Result<(), Error> {
        let (held, version) = self.read_claim(tenant)?;
        if held == Some(wanted.claim()) {
            return Ok(());
        }
        self.check_not_joining(tenant, held.as_ref())?;
        let detail = json!({ "organization": wanted.id, "home": wanted.home });
        let entry = audit(JOINING, KIND, wanted.id, detail.to_string());
        self.keep_claim(actor, tenant, (Some(&wanted.claim()), version), entry)
    }

    /// Refuses to begin something else while a joining is not at its end: the steps of both could
    /// meet, and the tenant would be counted in where it no longer wants to be.
    pub(super) fn check_not_joining(
        &self,
        tenant: TenantId,
        claim: Option<&Claim>,
    ) -> Result<(), Error> {
        let found = claim.map(|claim| self.read_claimed(claim)).transpose()?.flatten();
        let own = found.as_ref().and_then(|(one, _)| one.tenants.get(&tenant));
        if own.is_some_and(|own| own.state == OrganizationState::Pending) {
            let message = "another organization is being joined; reset that first";
            return Err(Error::invalid("joinRequest", message));
        }
        Ok(())
    }

    /// The second step: the organization counts the tenant in.
    fn count_in(&self, actor: &Actor, tenant: TenantId, claim: &Claim) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            let found = self.read_claimed(claim)?;
            let gone = || Error::not_found("invitation", claim.organization);
            let (mut organization, version) = found.ok_or_else(gone)?;
            let own = organization.tenants.get_mut(&tenant).ok_or_else(gone)?;
            match own.state {
                OrganizationState::Active => return Ok(()),
                OrganizationState::Removed => return Err(gone()),
                OrganizationState::Pending => {}
            }
            own.state = OrganizationState::Active;
            own.joined = Some(self.clock.now());
            own.settling = true;
            let entry = audit(JOINING, KIND, tenant, json!({ "joined": tenant }).to_string());
            match self.keep_organization(actor, (&organization, version), entry) {
                Err(Error::Busy { .. }) => {}
                done => return done,
            }
        }
        Err(Error::Busy { what: WHAT.to_owned() })
    }

    /// The last step: what the tenants have said beforehand about one another is set. It is written
    /// as the server, by whoever comes by.
    pub(super) fn settle(
        &self,
        (mut organization, version): (Organization, u64),
    ) -> Result<(Organization, u64), Error> {
        let here: Vec<TenantId> = self.store.tenants()?.into_iter().map(|one| one.id).collect();
        let active = || organization.active().filter(|(id, _)| here.contains(id));
        let (mut joined, mut pairs) = (Vec::new(), Vec::new());
        for (one, _) in active().filter(|(_, one)| one.settling) {
            joined.push(one);
            pairs
                .extend(active().filter(|(other, _)| *other != one).map(|(other, _)| (one, other)));
        }
        if joined.is_empty() {
            return Ok((organization, version));
        }
        for (one, other) in pairs {
            self.apply_templates(one, other)?;
            self.apply_templates(other, one)?;
        }
        for one in &joined {
            if let Some(own) = organization.tenants.get_mut(one) {
                own.settling = false;
            }
        }
        let detail = json!({ "settled": joined }).to_string();
        let entry =
            audit("Settle tenants of multitenant organization", KIND, organization.id, detail);
        match self.keep_organization(&Actor::System, (&organization, version), entry) {
            // Somebody else has written; the next one who comes by looks again.
            Ok(()) | Err(Error::Busy { .. }) => {}
            Err(error) => return Err(error),
        }
        let found = self.read_claimed(&organization.claim())?;
        found.ok_or_else(|| Error::not_found(WHAT, organization.id))
    }
}

pub(super) const KIND: &str = "multitenantOrganization";
pub(super) const WHAT: &str = "multitenant organization";
