//! What hangs on a tenant: jobs that push out of it or into it, and external users that it shares with
//! other tenants. Whoever removes the tenant is told first.

use std::{collections::BTreeMap, fmt};

use access::Permission;
use model::{Actor, JobId, TenantId};
use serde::Serialize;

use crate::{Directory, Error};

/// What hangs on a tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Hanging {
    /// Jobs whose source it is.
    pub jobs_out: Vec<HangingJob>,
    /// Jobs whose target it is.
    pub jobs_in: Vec<HangingJob>,
    /// External users in other tenants who are at home in it.
    pub people_elsewhere: Vec<Share>,
    /// External users in it, by where they are at home.
    pub external_users: Vec<Share>,
}

/// A job between the tenant and another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HangingJob {
    /// Its id.
    pub id: JobId,
    /// Its name.
    pub name: String,
    /// The other tenant: its initial domain, or its id where it is none of this server's.
    pub other: String,
    /// How many people it has linked.
    pub linked: u64,
}

/// External users that the tenant shares with another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Share {
    /// The other tenant: its initial domain, or its id where it is none of this server's.
    pub other: String,
    /// How many, deleted ones as well.
    pub users: u64,
}

impl Hanging {
    /// Whether nothing hangs on the tenant.
    pub fn is_empty(&self) -> bool {
        let Self { jobs_out, jobs_in, people_elsewhere, external_users } = self;
        jobs_out.is_empty()
            && jobs_in.is_empty()
            && people_elsewhere.is_empty()
            && external_users.is_empty()
    }
}

impl fmt::Display for Hanging {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let job = |HangingJob { name, other, linked, .. }: &HangingJob, way: &str| {
            let people = if *linked == 1 { "person" } else { "people" };
            format!("job {name} {way} {other} ({linked} {people} linked)")
        };
        let users = |share: &Share| match share.users {
            1 => "1 external user".to_owned(),
            users => format!("{users} external users"),
        };
        let comes = |share: &Share| if share.users == 1 { "comes" } else { "come" };
        let jobs_out = self.jobs_out.iter().map(|one| job(one, "pushes people to"));
        let jobs_in = self.jobs_in.iter().map(|one| job(one, "brings people from"));
        let elsewhere = self.people_elsewhere.iter();
        let elsewhere =
            elsewhere.map(|one| format!("{} of {} {} from it", users(one), one.other, comes(one)));
        let here = self.external_users.iter();
        let here =
            here.map(|one| format!("{} in it {} from {}", users(one), comes(one), one.other));
        let lines: Vec<String> = jobs_out.chain(jobs_in).chain(elsewhere).chain(here).collect();
        f.write_str(&lines.join("; "))
    }
}

impl Directory {
    /// What hangs on a tenant.
    pub fn find_hanging(&self, actor: &Actor, id: TenantId) -> Result<Hanging, Error> {
        access::check(actor, Permission::ManageTenants, id)?;
        let tenants = self.store.tenants()?;
        let domains: BTreeMap<TenantId, String> =
            tenants.iter().map(|one| (one.id, one.initial_domain().to_string())).collect();
        let other = |id: TenantId| match id == TenantId::NIL {
            true => "no target chosen yet".to_owned(),
            false => domains.get(&id).cloned().unwrap_or_else(|| id.to_string()),
        };
        let mut hanging = Hanging::default();
        for job in self.list_all_jobs(actor)? {
            let (list, end) = match (job.source == id, job.target == id) {
                (true, _) => (&mut hanging.jobs_out, job.target),
                (false, true) => (&mut hanging.jobs_in, job.source),
                (false, false) => continue,
            };
            let linked = self.store.progress(job.source, job.id)?.linked;
            list.push(HangingJob { id: job.id, name: job.name, other: other(end), linked });
        }
        for tenant in &tenants {
            for (home, users) in self.store.homes(tenant.id)? {
                if tenant.id == id {
                    hanging.external_users.push(Share { other: other(home), users });
                } else if home == id {
                    hanging.people_elsewhere.push(Share { other: other(tenant.id), users });
                }
            }
        }
        Ok(hanging)
    }
}
