//! Configurations as applications: Graph has each as an application and a principal, to which people are
//! assigned before anybody says into which tenant it synchronizes, or that it does at all. The ids are
//! made from the configuration's own, so that every configuration has them, wherever it was made
//! (docs/decisions/graph-configurations.md).

mod settings;

use access::Permission;
use model::{
    Actor, ApplicationId, Edge, EdgeKind, Job, JobId, JobState, Key, Kind, Object, ObjectId, Stage,
    TenantId,
};
use sha2::{Digest, Sha256};
use store::End;
use uuid::Uuid;

pub use settings::{SETTINGS, SettingsChange};

use crate::{Application, Directory, Error, job_schema::keep, write::ATTEMPTS};

/// The longest name, in characters.
const LONGEST_NAME: usize = 120;

/// A configuration with the ids that Graph's callers know it by.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// The configuration.
    pub job: Job,
    /// The application's id, which is its client id.
    pub application: ApplicationId,
    /// The object id of the application.
    pub object_id: ObjectId,
    /// The object id of its principal: the configuration's own id, as the provisioning log has it.
    pub service_principal: ObjectId,
    /// The role that people are assigned in.
    pub role: Uuid,
}

impl From<Job> for Configuration {
    fn from(job: Job) -> Self {
        Self {
            application: ApplicationId(derive(job.id, "client")),
            object_id: ObjectId(derive(job.id, "application")),
            service_principal: ObjectId(job.id.0),
            role: derive(job.id, "role"),
            job,
        }
    }
}

fn derive(job: JobId, what: &str) -> Uuid {
    let digest = Sha256::new().chain_update(job.as_bytes()).chain_update(what).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    // Version 8 is for ids of one's own making (RFC 9562, 5.8).
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    Uuid::from_bytes(bytes)
}

impl Directory {
    /// A tenant's applications and configurations, for whoever may do one of the things that they are
    /// looked up for.
    pub fn list_principals(
        &self,
        actor: &Actor,
        tenant: TenantId,
        wishes: &[Permission],
    ) -> Result<(Vec<Application>, Vec<Configuration>), Error> {
        access::check_any(actor, wishes, tenant)?;
        let jobs = self.read_jobs(tenant)?.into_iter();
        Ok((self.read_applications(tenant)?, jobs.map(Configuration::from).collect()))
    }

    /// Makes a configuration of which there is only a name: it has no target, and no job as Graph
    /// means it. Names are not unique here, since Graph's are not.
    pub fn instantiate(
        &self,
        actor: &Actor,
        tenant: TenantId,
        name: &str,
    ) -> Result<Configuration, Error> {
        access::check(actor, Permission::WriteApplications, tenant)?;
        let name = check_name(name)?;
        let id = JobId(self.ids.next());
        let job = Job {
            stage: Stage::Application,
            seed: self.new_seed(),
            ..Job::new(id, name, (tenant, TenantId::NIL), self.clock.now())
        };
        let number = self.write_job(actor, &job, 0, Vec::new(), "Add service principal")?;
        Ok(Job { version: number, ..job }.into())
    }

    /// Renames a configuration.
    pub fn rename_configuration(&self, actor: &Actor, job: &Job, name: &str) -> Result<Job, Error> {
        access::check(actor, Permission::WriteApplications, job.source)?;
        let name = check_name(name)?;
        for _ in 0..ATTEMPTS {
            let before = self.job(job.source, job.id)?;
            let after = Job { name: name.to_owned(), ..before.clone() };
            let activity = "Update service principal";
            match self.write_job(actor, &after, before.version, Vec::new(), activity) {
                Ok(number) => return Ok(Job { version: number, ..after }),
                Err(Error::Busy { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Busy { what: format!("job {}", job.name) })
    }

    /// Deletes a configuration with its application, for whoever may delete the one or the other. Its
    /// people stay in the target as they are.
    pub fn delete_configuration(
        &self,
        actor: &Actor,
        job: &Job,
        wishes: &[Permission],
    ) -> Result<(), Error> {
        access::check_any(actor, wishes, job.source)?;
        self.drop_job(actor, job)
    }

    /// Has a configuration synchronize: it gets its job. It has at most one.
    pub fn make_job(&self, actor: &Actor, job: &Job) -> Result<Job, Error> {
        access::check(actor, Permission::WriteJobs, job.source)?;
        if self.job(job.source, job.id)?.stage != Stage::Application {
            return Err(Error::Exists { what: format!("the job of {}", job.name) });
        }
        self.update_job(actor, job, |job| job.stage = Stage::Made)
    }

    /// Takes a configuration's job away, with all that it has come to: mappings, filter, journal and
    /// links. What it is called, its target and who is assigned stay.
    pub fn unmake_job(&self, actor: &Actor, job: &Job) -> Result<Job, Error> {
        let blank = self.update_job_with(actor, job, vec![keep(job, None)], |job| {
            *job = Job {
                stage: Stage::Application,
                state: JobState::Paused,
                scope: job.scope,
                limits: job.limits,
                seed: job.seed.clone(),
                settings: job.settings.clone(),
                created: job.created,
                version: job.version,
                ..Job::new(job.id, &job.name, (job.source, job.target), job.created)
            };
        })?;
        self.store.forget_job(job.source, job.id)?;
        Ok(blank)
    }

    /// Says into which tenant a configuration synchronizes. Once it has brought people somewhere that
    /// stays: they would be left behind there, and nobody would look after them.
    pub fn choose_target(&self, actor: &Actor, job: &Job, target: TenantId) -> Result<Job, Error> {
        access::check(actor, Permission::WriteJobs, job.source)?;
        self.check_choice(job, target)?;
        self.update_job(actor, job, |job| job.target = target)
    }

    /// Whether a tenant can be a configuration's target.
    pub(crate) fn check_choice(&self, job: &Job, target: TenantId) -> Result<(), Error> {
        if job.chosen_target() == Some(target) {
            return Ok(());
        }
        if target == job.source {
            return Err(Error::invalid("target", "is the source itself"));
        }
        if self.tenant(target).is_err() {
            return Err(Error::invalid("target", format!("{target} is no tenant")));
        }
        let progress = self.store.progress(job.source, job.id)?;
        if job.chosen_target().is_some() && (progress.watermark.is_some() || progress.linked > 0) {
            let message = "it has run already; delete the job and make it anew for another target";
            return Err(Error::invalid("target", message));
        }
        for other in self.read_jobs(job.source)? {
            if other.id != job.id && other.target == target {
                return Err(Error::Exists {
                    what: format!("job {} between the same two tenants", other.name),
                });
            }
        }
        Ok(())
    }

    /// Assigns one user or group that is not assigned yet.
    pub fn assign_once(&self, actor: &Actor, job: &Job, principal: ObjectId) -> Result<(), Error> {
        access::check(actor, Permission::AssignJobs, job.source)?;
        if self.is_assigned(job, principal)? {
            return Err(Error::Exists { what: format!("the assignment of {principal}") });
        }
        self.assign(actor, job, &[principal], true)
    }

    /// Takes one user or group out that is assigned.
    pub fn unassign_once(
        &self,
        actor: &Actor,
        job: &Job,
        principal: ObjectId,
    ) -> Result<(), Error> {
        access::check(actor, Permission::AssignJobs, job.source)?;
        if !self.is_assigned(job, principal)? {
            return Err(Error::not_found("assignment", principal));
        }
        self.assign(actor, job, &[principal], false)
    }

    /// The user or group with this id or sign-in name, and to which configurations it is assigned
    /// directly.
    pub fn list_assignments_of(
        &self,
        actor: &Actor,
        tenant: TenantId,
        kind: Kind,
        name: &str,
    ) -> Result<(Object, Vec<Configuration>), Error> {
        access::check(actor, Permission::ReadAssignments, tenant)?;
        let id = match name.parse() {
            Ok(id) => Some(id),
            Err(_) => {
                self.store.resolve(tenant, &[Key::user_principal_name(name)])?.pop().flatten()
            }
        };
        let ids: Vec<ObjectId> = id.into_iter().collect();
        let found = self.store.get(tenant, &ids)?.into_iter().flatten().next();
        let object = found
            .filter(|object| object.kind == kind && object.deleted.is_none())
            .ok_or_else(|| Error::not_found("object", name))?;
        let edges = self.store.edges(tenant, EdgeKind::Assignment, End::To, &ids)?;
        let ids: Vec<JobId> = edges.iter().map(|edge| JobId(edge.from.0)).collect();
        let jobs = self.read_jobs(tenant)?.into_iter().filter(|job| ids.contains(&job.id));
        Ok((object, jobs.map(Configuration::from).collect()))
    }

    /// A page of those who are assigned directly and not deleted, from behind one. A page may hold
    /// fewer than there are edges; `next` says where it goes on.
    pub fn list_assigned_after(
        &self,
        actor: &Actor,
        job: &Job,
        after: Option<ObjectId>,
        limit: usize,
    ) -> Result<(Vec<Object>, Option<ObjectId>), Error> {
        access::check(actor, Permission::ReadAssignments, job.source)?;
        let (id, kind) = (ObjectId(job.id.0), EdgeKind::Assignment);
        let edges = self.store.edges_after(job.source, kind, End::From, id, after, limit)?;
        let ids: Vec<ObjectId> = edges.into_iter().map(|edge| edge.to).collect();
        let next = ids.last().copied().filter(|_| ids.len() == limit);
        let found = self.store.get(job.source, &ids)?.into_iter().flatten();
        Ok((found.filter(|object| object.deleted.is_none()).collect(), next))
    }

    /// One user or group that is assigned directly.
    pub fn find_assigned(
        &self,
        actor: &Actor,
        job: &Job,
        principal: ObjectId,
    ) -> Result<Object, Error> {
        access::check(actor, Permission::ReadAssignments, job.source)?;
        let missing = || Error::not_found("assignment", principal);
        if !self.is_assigned(job, principal)? {
            return Err(missing());
        }
        let found = self.store.get(job.source, &[principal])?.into_iter().flatten().next();
        found.filter(|object| object.deleted.is_none()).ok_or_else(missing)
    }

    fn is_assigned(&self, job: &Job, principal: ObjectId) -> Result<bool, Error> {
        let kind = EdgeKind::Assignment;
        let edges = self.store.edges(job.source, kind, End::To, &[principal])?;
        Ok(edges.contains(&Edge::assignment(job.id, principal)))
    }
}

fn check_name(name: &str) -> Result<&str, Error> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err(Error::invalid("displayName", "is empty")),
        count if count > LONGEST_NAME => {
            Err(Error::invalid("displayName", format!("is longer than {LONGEST_NAME} characters")))
        }
        _ => Ok(name),
    }
}
