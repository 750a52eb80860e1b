//! A request on its way to its page: who asks, which services answer, which keys the address holds.

use access::Permission;
use model::{Actor, Job, ObjectId, Tenant, TenantId};

use crate::{Center, error::Error, form::Fields, request::Request, session::Who};

/// What a page is made from.
pub struct Visit {
    /// The services; what they write names this request.
    pub center: Center,
    /// Who asks.
    pub who: Option<Who>,
    /// What is asked.
    pub request: Request,
    /// The keys of the address.
    pub keys: Vec<(&'static str, String)>,
    /// The token for forms.
    pub csrf: String,
    /// What scripts of this page show to add styles.
    pub nonce: String,
}

impl Visit {
    /// Who asks, where an entry guards the page.
    pub fn actor(&self) -> &Actor {
        match &self.who {
            Some(who) => &who.actor,
            // Pages for anybody ask no service that could take this for more than it is.
            None => &NOBODY,
        }
    }

    /// A key of the address.
    pub fn key(&self, name: &str) -> &str {
        self.keys.iter().find(|(own, _)| *own == name).map_or("", |(_, value)| value)
    }

    /// The fields of the form.
    pub fn form(&self) -> &Fields {
        &self.request.form
    }

    /// The fields of the query.
    pub fn query(&self) -> &Fields {
        &self.request.query
    }

    /// The tenant of the address, by id or domain. Its own people need no role to be in it; what they
    /// may see there is asked for each thing.
    pub fn tenant(&self) -> Result<Tenant, Error> {
        let (directory, name) = (&self.center.directory, self.key("tenant"));
        let is_meant = |tenant: &Tenant| {
            tenant.id.to_string().eq_ignore_ascii_case(name)
                || tenant.domains.iter().any(|one| one.as_str().eq_ignore_ascii_case(name))
        };
        match directory.own_tenant(self.actor())?.filter(is_meant) {
            Some(own) => Ok(own),
            None => Ok(directory.get_tenant(self.actor(), name)?),
        }
    }

    /// The configuration of the address, which belongs to the tenant of the address.
    pub fn job(&self, tenant: &Tenant) -> Result<Job, Error> {
        let job = self.center.directory.find_job(self.actor(), self.key("job"));
        let job = job.map_err(|error| match Error::from(error) {
            // Who reads logs alone knows that it is there, and sees why its rules are not shown.
            missing
                if missing.status == 404 && self.may(Permission::ReadProvisioning, tenant.id) =>
            {
                access::check(self.actor(), Permission::ReadJobs, tenant.id)
                    .map_or_else(Error::from, |()| missing)
            }
            error => error,
        })?;
        if job.source == tenant.id { Ok(job) } else { Err(Error::missing()) }
    }

    /// An object's id from the address.
    pub fn object(&self, key: &str) -> Result<ObjectId, Error> {
        self.key(key).parse().map_err(|_| Error::missing())
    }

    /// Why the reader may not do this, as a sentence; nothing where they may. A page shows it beside
    /// what it does not offer. It decides nothing: the service asks again.
    pub fn why_not(&self, permission: Permission, tenant: TenantId) -> Option<String> {
        access::check(self.actor(), permission, tenant).err().map(|why| crate::error::denied(&why))
    }

    /// Whether the reader may do this.
    pub fn may(&self, permission: Permission, tenant: TenantId) -> bool {
        self.why_not(permission, tenant).is_none()
    }
}

/// Somebody with no tenant and no role.
static NOBODY: Actor = Actor::User {
    tenant: TenantId::NIL,
    id: ObjectId::NIL,
    name: String::new(),
    roles: Vec::new(),
    through: None,
};
