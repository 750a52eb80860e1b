//! Which configuration a page is about, and from which of its two ends it is looked at.

use access::Permission;
use model::{Job, Tenant, TenantId};

use crate::{
    error::Error,
    form::coded,
    frame::{Frame, job_path, tenant_path},
    visit::Visit,
};

/// A configuration as the address names it.
pub struct Place {
    /// The tenant of the address: the source, or the target.
    pub tenant: Tenant,
    /// The configuration.
    pub job: Job,
    /// Where its pages begin.
    pub base: String,
    /// Whether it is looked at from its target.
    pub is_incoming: bool,
}

impl Place {
    /// The configuration of the address, below its source or below its target.
    pub fn of(visit: &Visit) -> Result<Self, Error> {
        match visit.request.path.iter().any(|part| part == "incoming") {
            true => Self::incoming(visit),
            false => Self::outgoing(visit),
        }
    }

    /// Below its source. Whoever reads only logs there reads these.
    fn outgoing(visit: &Visit) -> Result<Self, Error> {
        let tenant = visit.tenant()?;
        let job = match visit.job(&tenant) {
            Ok(job) => job,
            Err(error) => match visit.may(Permission::ReadJobs, tenant.id) {
                true => return Err(error),
                false => logged(visit, &tenant, |job| job.source)?,
            },
        };
        let base = job_path(&tenant, &job);
        Ok(Self { tenant, job, base, is_incoming: false })
    }

    fn incoming(visit: &Visit) -> Result<Self, Error> {
        let tenant = visit.tenant()?;
        let job = logged(visit, &tenant, |job| job.target)?;
        let base = format!("{}/incoming/{}", tenant_path(&tenant), job.id);
        Ok(Self { tenant, job, base, is_incoming: true })
    }

    /// The frame of one of its pages.
    pub fn frame(&self, visit: &Visit, title: impl Into<String>, place: &str) -> Frame {
        let frame = Frame::new(visit, title);
        match self.is_incoming {
            false => frame.in_job(&self.tenant, &self.job, place),
            true => {
                let list = format!("{}/incoming", tenant_path(&self.tenant));
                frame
                    .in_tenant(&self.tenant, "incoming")
                    .below(text!("nav-incoming"), list)
                    .below(self.job.name.clone(), self.base.clone())
            }
        }
    }

    /// Why the reader may not run it; nothing where they may.
    pub fn why_not_run(&self, visit: &Visit) -> Option<String> {
        visit.why_not(Permission::WriteJobs, self.job.source)
    }

    /// What its other end is called, and its address where it is the reader's to see.
    pub fn other_end(&self, visit: &Visit) -> End {
        let id = if self.is_incoming { Some(self.job.source) } else { self.job.chosen_target() };
        End::of(visit, id)
    }
}

/// A tenant at an end of a configuration.
#[derive(Clone, Debug)]
pub struct End {
    /// Its name.
    pub name: String,
    /// Its domain, as it stands in addresses.
    pub domain: String,
    /// Its address, for whoever may see it.
    pub href: Option<String>,
}

impl End {
    /// A tenant by its id; what it is called is no secret of it at the other end.
    pub fn of(visit: &Visit, id: Option<TenantId>) -> Self {
        let found = id.and_then(|id| visit.center.directory.tenant(id).ok());
        match found {
            None => Self { name: text!("word-no-target"), domain: String::new(), href: None },
            Some(tenant) => Self {
                name: tenant.name.clone(),
                domain: coded(tenant.initial_domain().as_str()),
                href: visit.may(Permission::ReadTenant, tenant.id).then(|| tenant_path(&tenant)),
            },
        }
    }
}

/// A configuration whose log the reader may read, with one end in the tenant of the address.
fn logged(visit: &Visit, tenant: &Tenant, end: impl Fn(&Job) -> TenantId) -> Result<Job, Error> {
    let jobs = visit.center.directory.list_jobs_at(visit.actor(), tenant.id)?;
    let key = visit.key("job");
    let is_meant = |job: &Job| end(job) == tenant.id && job.id.to_string() == key;
    jobs.into_iter().find(is_meant).ok_or_else(Error::missing)
}
