//! Where an object of a tenant is synchronized to, and where it comes from: the links of every
//! configuration that begins or ends there. It costs one question for each of these, however many people
//! there are.

use access::{Permission as P, check};
use engine::consent::Side;
use model::{Actor, Job, Kind, Link, LinkState, ObjectId, TenantId};
use serde::Serialize;

use crate::{Error, Sync};

/// What a configuration made of one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectTie {
    /// The configuration.
    pub job: Job,
    /// The end at which the object asked about stands.
    pub side: Side,
    /// The tenant at the other end.
    pub other: TenantId,
    /// What that tenant is called.
    pub other_name: String,
    /// The object at the other end.
    pub partner: ObjectId,
    /// What that object is called, for whoever may read it there.
    pub partner_name: Option<String>,
    /// Whether the link is in use.
    pub state: LinkState,
    /// Whether the actor may read how the configuration is set.
    pub sees_settings: bool,
}

impl Sync {
    /// What the configurations of a tenant, and those into it, made of one of its objects. For readers of
    /// the object; of a configuration is told what its readers and those of either end's logs may know.
    pub fn read_ties(
        &self,
        actor: &Actor,
        tenant: TenantId,
        (kind, object): (Kind, ObjectId),
    ) -> Result<Vec<ObjectTie>, Error> {
        check(actor, reading(kind), tenant).map_err(directory::Error::from)?;
        let mut ties = Vec::new();
        for owner in self.store().tenants()? {
            for job in self.directory().read_jobs(owner.id)? {
                ties.extend(self.tie(actor, tenant, (kind, object), job)?);
            }
        }
        Ok(ties)
    }

    fn tie(
        &self,
        actor: &Actor,
        tenant: TenantId,
        (kind, object): (Kind, ObjectId),
        job: Job,
    ) -> Result<Option<ObjectTie>, Error> {
        let (side, other) = match tenant {
            tenant if tenant == job.source => (Side::Source, job.target),
            tenant if tenant == job.target => (Side::Target, job.source),
            _ => return Ok(None),
        };
        let sees_settings = check(actor, P::ReadJobs, job.source).is_ok();
        if !sees_settings && self.check_logs(actor, &job).is_err() {
            return Ok(None);
        }
        let found = match side {
            Side::Source => self.store().links(job.source, job.id, &[object])?,
            Side::Target => self.store().links_to(job.source, job.id, &[object])?,
        };
        let Some(Link { source, target, state }) = found.into_iter().flatten().next() else {
            return Ok(None);
        };
        let partner = if side == Side::Source { target } else { source };
        let partner_name = match check(actor, reading(kind), other) {
            Ok(()) => self.name_of(other, partner)?,
            Err(_) => None,
        };
        let other_name = self.directory().tenant(other)?.name;
        Ok(Some(ObjectTie {
            job,
            side,
            other,
            other_name,
            partner,
            partner_name,
            state,
            sees_settings,
        }))
    }

    fn name_of(&self, tenant: TenantId, object: ObjectId) -> Result<Option<String>, Error> {
        let found = self.store().get(tenant, &[object])?.into_iter().flatten().next();
        Ok(found.map(|object| object.label()))
    }
}

fn reading(kind: Kind) -> P {
    match kind {
        Kind::User => P::ReadUsers,
        Kind::Group => P::ReadGroups,
    }
}
