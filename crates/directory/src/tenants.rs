//! Tenants: made, found, changed and removed by the operator.

use access::{Denied, Permission};
use model::{Actor, Domain, Tenant, TenantId};

use crate::{Directory, Error, Hanging, write::ATTEMPTS};

/// What a new tenant is made of.
#[derive(Clone, Debug)]
pub struct NewTenant {
    /// Its id, where it must be a given one.
    pub id: Option<TenantId>,
    /// Its display name.
    pub name: String,
    /// Its domains, the initial one first.
    pub domains: Vec<Domain>,
}

impl Directory {
    /// Makes a tenant. Its domains must be free on this server.
    pub fn create_tenant(&self, actor: &Actor, new: NewTenant) -> Result<Tenant, Error> {
        access::check(actor, Permission::ManageTenants, TenantId::NIL)?;
        if new.name.trim().is_empty() {
            return Err(Error::invalid("name", "is empty"));
        }
        if new.domains.is_empty() {
            return Err(Error::invalid("domain", "a tenant needs at least one"));
        }
        let tenant = Tenant {
            id: new.id.unwrap_or_else(|| TenantId(self.ids.next())),
            name: new.name,
            domains: new.domains,
            created: self.clock.now(),
            version: 1,
        };
        self.store.create_tenant(&tenant, actor, tenant.created)?;
        Ok(tenant)
    }

    /// All tenants that the actor may see.
    pub fn list_tenants(&self, actor: &Actor) -> Result<Vec<Tenant>, Error> {
        let mut tenants = self.store.tenants()?;
        tenants.retain(|tenant| access::check(actor, Permission::ReadTenant, tenant.id).is_ok());
        Ok(tenants)
    }

    /// The tenant with this id or domain. One that is none of the actor's is not told from one that
    /// is not there.
    pub fn get_tenant(&self, actor: &Actor, name: &str) -> Result<Tenant, Error> {
        let wanted = name.trim();
        let is_meant = |tenant: &Tenant| {
            tenant.id.to_string().eq_ignore_ascii_case(wanted)
                || tenant.domains.iter().any(|domain| domain.as_str().eq_ignore_ascii_case(wanted))
        };
        let missing = || Error::not_found("tenant", name);
        let tenant = self.store.tenants()?.into_iter().find(is_meant).ok_or_else(missing)?;
        match access::check(actor, Permission::ReadTenant, tenant.id) {
            Ok(()) => Ok(tenant),
            Err(Denied::NotFound) => Err(missing()),
            Err(denied) => Err(denied.into()),
        }
    }

    /// The tenant that somebody belongs to, for whom it takes no role to know what it is called. None
    /// for an operator, who belongs to none.
    pub fn own_tenant(&self, actor: &Actor) -> Result<Option<Tenant>, Error> {
        match actor {
            Actor::User { tenant, .. } | Actor::Application { tenant, .. } => {
                self.tenant(*tenant).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// The tenant with this id or domain, for somebody who asks in the own tenant: who knows the name
    /// of another may learn what it is called.
    pub fn find_tenant(
        &self,
        actor: &Actor,
        own: TenantId,
        id: Option<TenantId>,
        domain: Option<&str>,
    ) -> Result<Option<Tenant>, Error> {
        access::check(actor, Permission::FindTenants, own)?;
        let has = |tenant: &Tenant, name: &str| {
            tenant.domains.iter().any(|one| one.as_str().eq_ignore_ascii_case(name))
        };
        let is_meant = |tenant: &Tenant| {
            id == Some(tenant.id) || domain.is_some_and(|domain| has(tenant, domain))
        };
        Ok(self.store.tenants()?.into_iter().find(is_meant))
    }

    /// The tenant with this id, for services that were given one and check permissions themselves.
    pub fn tenant(&self, id: TenantId) -> Result<Tenant, Error> {
        let tenants = self.store.tenants()?;
        tenants
            .into_iter()
            .find(|tenant| tenant.id == id)
            .ok_or_else(|| Error::not_found("tenant", id))
    }

    /// Changes a tenant's name and domains through a function of the present facts.
    pub fn update_tenant(
        &self,
        actor: &Actor,
        id: TenantId,
        change: impl Fn(&mut Tenant),
    ) -> Result<Tenant, Error> {
        access::check(actor, Permission::ManageTenants, id)?;
        for _ in 0..ATTEMPTS {
            let mut tenant = self.tenant(id)?;
            change(&mut tenant);
            if tenant.name.trim().is_empty() {
                return Err(Error::invalid("name", "is empty"));
            }
            if tenant.domains.is_empty() {
                return Err(Error::invalid("domain", "a tenant needs at least one"));
            }
            match self.store.update_tenant(&tenant, actor, self.clock.now()) {
                Ok(()) => return self.tenant(id),
                Err(store::StoreError::Condition(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::Busy { what: format!("tenant {id}") })
    }

    /// Removes a tenant with everything in it. Where something hangs on it, its initial domain has to
    /// be spelled out; the jobs that push into it or out of it then go with it, and external users
    /// elsewhere stay as they are. Gives what hung on it.
    pub fn delete_tenant(
        &self,
        actor: &Actor,
        id: TenantId,
        confirmed: Option<&str>,
    ) -> Result<Hanging, Error> {
        access::check(actor, Permission::ManageTenants, id)?;
        let tenant = self.tenant(id)?;
        let domain = tenant.initial_domain();
        let is_confirmed =
            confirmed.is_some_and(|text| text.trim().eq_ignore_ascii_case(domain.as_str()));
        if confirmed.is_some() && !is_confirmed {
            let message = format!("is not the tenant's initial domain, {domain}");
            return Err(Error::invalid("confirm", message));
        }
        let hanging = match is_confirmed {
            true => self.find_hanging(actor, id)?,
            false => {
                self.check_unused(actor, id)?;
                Hanging::default()
            }
        };
        self.delete_jobs_of(actor, id)?;
        self.store.delete_tenant(id, actor, self.clock.now())?;
        // Somebody may have made one meanwhile.
        self.delete_jobs_of(actor, id)?;
        Ok(hanging)
    }

    /// Refuses a tenant on which something hangs, and says what.
    pub fn check_unused(&self, actor: &Actor, id: TenantId) -> Result<(), Error> {
        let hanging = Box::new(self.find_hanging(actor, id)?);
        if hanging.is_empty() {
            return Ok(());
        }
        let tenant = self.tenant(id)?;
        let domain = tenant.initial_domain().to_string();
        Err(Error::TenantInUse { tenant: tenant.name, domain, hanging })
    }

    fn delete_jobs_of(&self, actor: &Actor, id: TenantId) -> Result<(), Error> {
        let jobs = self.list_all_jobs(actor)?;
        let concerned = jobs.iter().filter(|job| job.source == id || job.target == id);
        concerned.into_iter().try_for_each(|job| self.delete_job(actor, job))
    }
}
