//! The tenants that an actor may see, and the configurations between them, in one answer for a page or
//! a picture. It reads counters only: what it costs depends on the number of configurations and not on
//! that of people, and what has to be counted one by one is counted up to a thousand.

use std::collections::{BTreeMap, BTreeSet};

use access::{Permission as P, check};
use engine::consent::{Check, Side, check_consent};
use model::{
    AccessPolicy, Actor, EntryState, Job, JobId, JobState, Kind, Partner, Quarantine, RunSummary,
    Schedule, Stage, Tenant, TenantId, Timestamp,
};
use serde::Serialize;
use store::{Deleted, EntryQuery, WaitQuery};

use crate::{Error, Freshness, Live, Sync};

/// So many are counted one by one.
const COUNTED: usize = 1_000;
/// So many runs are looked through for the newest that ended.
const RUNS: usize = 20;

/// What an actor may see of tenants and of what goes on between them.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Map {
    /// The tenants: those that the actor may read, and those that these have to do with.
    pub tenants: Vec<MapTenant>,
    /// The configurations, those of one source together.
    pub arrows: Vec<Arrow>,
    /// What the tenants whose policies the actor may read have set for others.
    pub partners: Vec<MapPartner>,
}

/// A tenant on the map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MapTenant {
    /// Its id.
    pub id: TenantId,
    /// Its name.
    pub name: String,
    /// Its initial domain.
    pub domain: String,
    /// How many users it has, for readers of its users.
    pub users: Option<u64>,
    /// How many groups it has, for readers of its groups.
    pub groups: Option<u64>,
    /// Whether the actor may read it; others are partners of such a one.
    pub is_own: bool,
}

/// What one tenant has set for another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MapPartner {
    /// Whose setting it is.
    pub tenant: TenantId,
    /// For whom.
    pub partner: TenantId,
    /// The partner may synchronize users into the tenant.
    pub sync_inbound: bool,
    /// The partner may synchronize groups into the tenant.
    pub group_sync_inbound: bool,
    /// Invitations of the partner's people are redeemed by themselves.
    pub redeem_inbound: bool,
    /// The partner's invitations of the tenant's people are redeemed by themselves.
    pub redeem_outbound: bool,
}

/// A number that was counted one by one and not to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counted {
    /// So many.
    pub count: u64,
    /// Whether there may be more.
    pub more: bool,
}

/// A configuration on the map.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Arrow {
    /// Its id.
    pub id: JobId,
    /// Its name.
    pub name: String,
    /// The tenant that pushes.
    pub source: TenantId,
    /// The tenant that receives, once it was chosen.
    pub target: Option<TenantId>,
    /// What the source's readers see of it.
    pub settings: Option<ArrowSettings>,
    /// What the readers of either tenant's logs see of it.
    pub figures: Option<ArrowFigures>,
    /// What has to be allowed for it, as far as the actor may know: of both sides for the source's
    /// readers, as the connection test tells them; of its own side for the target's.
    pub checks: Vec<Check>,
}

/// How a configuration is set and how far behind it is: the source's matter.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ArrowSettings {
    /// Whether it runs by itself.
    pub state: JobState,
    /// How far it has been made.
    pub stage: Stage,
    /// When it runs by itself.
    pub schedule: Schedule,
    /// Whether groups go along.
    pub groups: bool,
    /// How far it is behind, for readers of the log.
    pub freshness: Option<Freshness>,
    /// When it runs next by the clock, for readers of the log.
    pub next_run: Option<Timestamp>,
    /// How many people and groups could not go on, for readers of the log.
    pub escrow: Option<Counted>,
}

/// What a configuration came to.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ArrowFigures {
    /// People linked and not removed.
    pub linked: u64,
    /// Groups linked and not removed.
    pub linked_groups: u64,
    /// How many changes wait for approval.
    pub held: Counted,
    /// Since when and why it is in quarantine, if it is.
    pub quarantine: Option<Quarantine>,
    /// The newest run that ended.
    pub last_run: Option<RunSummary>,
    /// The run under way in this process.
    pub live: Option<Live>,
}

impl Sync {
    /// The tenants that an actor may see and the configurations between them. An operator sees all;
    /// whoever belongs to a tenant sees that one, what begins and ends there, and of other tenants what
    /// they are called.
    pub fn read_map(&self, actor: &Actor) -> Result<Map, Error> {
        let all = self.store().tenants()?;
        if let Actor::User { tenant, .. } | Actor::Application { tenant, .. } = actor {
            let wishes = [P::ReadTenant, P::ReadJobs, P::ReadProvisioning];
            access::check_any(actor, &wishes, *tenant).map_err(directory::Error::from)?;
        }
        let mut read = Reading { sync: self, actor, all: &all, policies: BTreeMap::new() };
        let mut map = Map::default();
        for tenant in &all {
            for job in self.directory().read_jobs(tenant.id)? {
                map.arrows.extend(read.arrow(&job)?);
            }
            if check(actor, P::ReadPolicies, tenant.id).is_ok() {
                let policy = read.policy(tenant.id)?;
                let partners = policy.partners.iter();
                map.partners.extend(partners.map(|(id, one)| MapPartner::of(tenant.id, *id, one)));
            }
        }
        let ends = map.arrows.iter().flat_map(|one| [Some(one.source), one.target]).flatten();
        let partners = map.partners.iter().flat_map(|one| [one.tenant, one.partner]);
        let mentioned: BTreeSet<TenantId> = ends.chain(partners).collect();
        for tenant in &all {
            let own = [P::ReadTenant, P::ReadProvisioning];
            let is_own = access::check_any(actor, &own, tenant.id).is_ok();
            if is_own || mentioned.contains(&tenant.id) {
                map.tenants.push(read.tenant(tenant, is_own)?);
            }
        }
        Ok(map)
    }
}

impl Sync {
    /// One configuration as the map has it; none where the actor may not know of it.
    pub fn read_arrow(&self, actor: &Actor, job: &Job) -> Result<Option<Arrow>, Error> {
        let ends = [Some(job.source), job.chosen_target()].into_iter().flatten();
        let found = ends.map(|id| self.directory().tenant(id)).collect::<Result<Vec<_>, _>>()?;
        Reading { sync: self, actor, all: &found, policies: BTreeMap::new() }.arrow(job)
    }
}

/// One reading of the map; a policy is read once, however many arrows begin or end at its tenant.
struct Reading<'a> {
    sync: &'a Sync,
    actor: &'a Actor,
    all: &'a [Tenant],
    policies: BTreeMap<TenantId, AccessPolicy>,
}

impl Reading<'_> {
    fn may(&self, permission: P, tenant: TenantId) -> bool {
        check(self.actor, permission, tenant).is_ok()
    }

    fn policy(&mut self, tenant: TenantId) -> Result<AccessPolicy, Error> {
        if let Some(policy) = self.policies.get(&tenant) {
            return Ok(policy.clone());
        }
        let (policy, _) = self.sync.directory().read_policy(tenant)?;
        self.policies.insert(tenant, policy.clone());
        Ok(policy)
    }

    fn tenant(&self, tenant: &Tenant, is_own: bool) -> Result<MapTenant, Error> {
        let count = |kind, wish| -> Result<Option<u64>, Error> {
            if !self.may(wish, tenant.id) {
                return Ok(None);
            }
            Ok(Some(self.sync.store().count(tenant.id, kind, Deleted::Without)?))
        };
        Ok(MapTenant {
            id: tenant.id,
            name: tenant.name.clone(),
            domain: tenant.initial_domain().to_string(),
            users: count(Kind::User, P::ReadUsers)?,
            groups: count(Kind::Group, P::ReadGroups)?,
            is_own,
        })
    }

    /// A configuration, where the actor may know of it.
    fn arrow(&mut self, job: &Job) -> Result<Option<Arrow>, Error> {
        let sees_settings = self.may(P::ReadJobs, job.source);
        let sees_figures = self.sync.check_logs(self.actor, job).is_ok();
        if !sees_settings && !sees_figures {
            return Ok(None);
        }
        let sees_target = self.may(P::ReadPolicies, job.target);
        let checks = match (sees_settings, sees_target) {
            (true, _) => self.checks(job)?,
            (false, true) => {
                let checks = self.checks(job)?.into_iter();
                checks.filter(|check| check.side == Side::Target).collect()
            }
            (false, false) => Vec::new(),
        };
        Ok(Some(Arrow {
            id: job.id,
            name: job.name.clone(),
            source: job.source,
            target: job.chosen_target(),
            settings: sees_settings.then(|| self.settings(job, sees_figures)).transpose()?,
            figures: sees_figures.then(|| self.figures(job)).transpose()?,
            checks,
        }))
    }

    fn settings(&self, job: &Job, sees_figures: bool) -> Result<ArrowSettings, Error> {
        let mut settings = ArrowSettings {
            state: job.state,
            stage: job.stage,
            schedule: job.schedule.clone(),
            groups: job.groups.enabled,
            freshness: None,
            next_run: None,
            escrow: None,
        };
        if sees_figures {
            settings.freshness = Some(self.sync.read_freshness(self.actor, job)?);
            settings.next_run = self.sync.next_run(self.actor, job)?;
            settings.escrow = Some(self.escrow(job)?);
        }
        Ok(settings)
    }

    fn figures(&self, job: &Job) -> Result<ArrowFigures, Error> {
        let progress = self.sync.progress(self.actor, job)?;
        let runs = self.sync.list_runs(self.actor, job, RUNS)?;
        Ok(ArrowFigures {
            linked: progress.linked_people(),
            linked_groups: progress.linked_groups,
            held: self.held(job)?,
            quarantine: progress.quarantine,
            last_run: runs.into_iter().find(|run| run.ended.is_some()),
            live: self.sync.live(self.actor, job)?,
        })
    }

    fn held(&self, job: &Job) -> Result<Counted, Error> {
        let query = EntryQuery {
            states: vec![EntryState::Held],
            bare: true,
            limit: COUNTED + 1,
            ..EntryQuery::default()
        };
        let found = self.sync.store().entries(job.source, job.id, &query)?.len();
        Ok(Counted { count: found.min(COUNTED) as u64, more: found > COUNTED })
    }

    /// Those who are only looked at again have records among the others, and are not counted.
    fn escrow(&self, job: &Job) -> Result<Counted, Error> {
        let query = WaitQuery::After(None, COUNTED + 1);
        let found = self.sync.store().waiting(job.source, job.id, &query)?;
        let escrow = found.iter().take(COUNTED).filter(|one| one.wait.is_escrow()).count();
        Ok(Counted { count: escrow as u64, more: found.len() > COUNTED })
    }

    fn checks(&mut self, job: &Job) -> Result<Vec<Check>, Error> {
        let find = |id| self.all.iter().find(|tenant| tenant.id == id).cloned();
        let (Some(source), Some(target)) = (find(job.source), find(job.target)) else {
            return Ok(Vec::new());
        };
        let (here, there) = (self.policy(source.id)?, self.policy(target.id)?);
        Ok(check_consent((&source, &here), (&target, &there), job.groups.enabled))
    }
}

impl MapPartner {
    fn of(tenant: TenantId, partner: TenantId, set: &Partner) -> Self {
        let is_on = |value: Option<bool>| value == Some(true);
        Self {
            tenant,
            partner,
            sync_inbound: is_on(set.sync_inbound),
            group_sync_inbound: is_on(set.group_sync_inbound),
            redeem_inbound: is_on(set.redeem_inbound),
            redeem_outbound: is_on(set.redeem_outbound),
        }
    }
}
