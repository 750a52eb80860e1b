//! Configurations: made, found, changed, assigned and deleted in the source tenant that owns them.
//! Running them is `sync`'s.

use access::Permission;
use engine::{
    Finding, Rules, Schema, TestResult, check_test,
    consent::{Check, Side, check_consent},
    run_tests,
};
use model::{
    AccessPolicy, Actor, Edge, EdgeKind, Expected, Filter, Groups, Job, JobId, JobPart, JobState,
    Kind, Mapping, MappingTest, Name, ObjectId, ScopeMode, Seed, Stage, Tenant, TenantId,
    diagnostic::Severity,
};
use store::{Condition, Durability, End, Expect, Group, Write};

use crate::{
    Directory, Error,
    job_schema::keep,
    write::{ATTEMPTS, audit},
};

const COLLECTION: &str = "job";

/// What a new configuration is made of.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Its name, unique in the source tenant.
    pub name: String,
    /// The tenant that pushes.
    pub source: TenantId,
    /// The tenant that receives.
    pub target: TenantId,
    /// Whom it takes.
    pub scope: ScopeMode,
    /// Whom of them.
    pub filter: Filter,
    /// Whom of them, by what a published filter cannot say.
    pub condition: Option<model::Condition>,
    /// What flows.
    pub mappings: Vec<Mapping>,
    /// Whether groups go along, and how.
    pub groups: Groups,
}

impl Directory {
    /// Makes a configuration. There is one per source and target.
    pub fn create_job(&self, actor: &Actor, new: NewJob) -> Result<Job, Error> {
        access::check(actor, Permission::WriteJobs, new.source)?;
        if new.source == new.target {
            return Err(Error::invalid("target", "is the source itself"));
        }
        if new.name.trim().is_empty() || new.name.contains('/') {
            return Err(Error::invalid("name", "is empty or holds a /"));
        }
        for job in self.read_jobs(new.source)? {
            if job.name.eq_ignore_ascii_case(&new.name) {
                return Err(Error::Exists { what: format!("job {}", job.name) });
            }
            // One configuration per pair, as the overview page has it (cross-tenant-sync.md 4.4).
            if job.target == new.target {
                return Err(Error::Exists {
                    what: format!("job {} between the same two tenants", job.name),
                });
            }
        }
        let id = JobId(self.ids.next());
        let mut job = Job {
            scope: new.scope,
            filter: new.filter,
            condition: new.condition,
            mappings: new.mappings,
            groups: new.groups,
            seed: self.new_seed(),
            ..Job::new(id, &new.name, (new.source, new.target), self.clock.now())
        };
        self.prepare(actor, None, &mut job)?;
        let number = self.write_job(actor, &job, 0, Vec::new(), "Add synchronization job")?;
        Ok(Job { version: number, ..job })
    }

    /// What a change would make of a configuration, ready to be kept, or everything that is wrong with
    /// it; nothing is changed.
    pub fn draft_job(
        &self,
        actor: &Actor,
        job: &Job,
        change: impl FnOnce(&mut Job),
    ) -> Result<Job, Error> {
        access::check(actor, Permission::WriteJobs, job.source)?;
        let before = self.job(job.source, job.id)?;
        let mut after = before.clone();
        change(&mut after);
        self.prepare(actor, Some(&before), &mut after)?;
        Ok(after)
    }

    /// Changes a configuration through a function of the present one.
    pub fn update_job(
        &self,
        actor: &Actor,
        job: &Job,
        change: impl Fn(&mut Job),
    ) -> Result<Job, Error> {
        self.update_job_with(actor, job, Vec::new(), change)
    }

    /// The same, as long as the parts that it is about stand as the caller has seen them: each with
    /// its [`Job::digest_of`]. Whoever asks for what stands already is not refused.
    pub fn update_job_seen(
        &self,
        actor: &Actor,
        job: &Job,
        seen: &[(JobPart, &str)],
        change: impl Fn(&mut Job),
    ) -> Result<Job, Error> {
        let check =
            |present: &Job| match seen.iter().all(|(part, one)| present.digest_of(*part) == *one) {
                true => Ok(()),
                false => Err(Error::Moved { present: Box::new(present.clone()) }),
            };
        self.rewrite_job(actor, job, Vec::new(), check, change)
    }

    /// Changes a configuration together with other writes into its tenant.
    pub(crate) fn update_job_with(
        &self,
        actor: &Actor,
        job: &Job,
        more: Vec<Write>,
        change: impl Fn(&mut Job),
    ) -> Result<Job, Error> {
        self.rewrite_job(actor, job, more, |_| Ok(()), change)
    }

    /// Changes a configuration where its present state passes a check. The commit names the state that
    /// was checked as its condition.
    fn rewrite_job(
        &self,
        actor: &Actor,
        job: &Job,
        more: Vec<Write>,
        check: impl Fn(&Job) -> Result<(), Error>,
        change: impl Fn(&mut Job),
    ) -> Result<Job, Error> {
        access::check(actor, Permission::WriteJobs, job.source)?;
        for _ in 0..ATTEMPTS {
            let before = self.job(job.source, job.id)?;
            let mut after = before.clone();
            change(&mut after);
            if after == before && more.is_empty() {
                return Ok(before);
            }
            check(&before)?;
            self.prepare(actor, Some(&before), &mut after)?;
            let activity = "Update synchronization job";
            match self.write_job(actor, &after, before.version, more.clone(), activity) {
                Ok(number) => return Ok(Job { version: number, ..after }),
                Err(Error::Busy { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Busy { what: format!("job {}", job.name) })
    }

    /// Deletes a configuration with its journal and links. The people stay in the target as they
    /// are (cross-tenant-sync.md 5.8).
    pub fn delete_job(&self, actor: &Actor, job: &Job) -> Result<(), Error> {
        access::check(actor, Permission::DeleteJobs, job.source)?;
        self.drop_job(actor, job)
    }

    /// The same, for who may already.
    pub(crate) fn drop_job(&self, actor: &Actor, job: &Job) -> Result<(), Error> {
        let assigned =
            self.store.edges(job.source, EdgeKind::Assignment, End::From, &[ObjectId(job.id.0)])?;
        let mut writes: Vec<Write> = assigned.into_iter().map(Write::RemoveEdge).collect();
        writes.push(document(job, None));
        writes.push(keep(job, None));
        let group = Group {
            expects: Vec::new(),
            writes,
            audit: audit("Delete synchronization job", "job", job.id, String::new()),
        };
        self.commit_one(job.source, actor, group)?;
        Ok(self.store.forget_job(job.source, job.id)?)
    }

    /// Assigns people and groups to a configuration, or takes them out.
    pub fn assign(
        &self,
        actor: &Actor,
        job: &Job,
        principals: &[ObjectId],
        present: bool,
    ) -> Result<(), Error> {
        access::check(actor, Permission::AssignJobs, job.source)?;
        let found = self.store.get(job.source, principals)?;
        let mut groups = Vec::new();
        for (principal, object) in principals.iter().zip(found) {
            if present && object.as_ref().is_none_or(|object| object.deleted.is_some()) {
                return Err(Error::not_found("object", principal));
            }
            let edge = Edge::assignment(job.id, *principal);
            let (write, activity) = if present {
                (Write::PutEdge(edge), "Add app role assignment")
            } else {
                (Write::RemoveEdge(edge), "Remove app role assignment")
            };
            let detail = serde_json::json!({ "principal": principal });
            groups.push(Group {
                expects: Vec::new(),
                writes: vec![write],
                audit: audit(activity, "job", job.id, detail.to_string()),
            });
        }
        if !groups.is_empty() {
            self.commit(job.source, actor, Vec::new(), groups, Durability::Durable)?;
        }
        Ok(())
    }

    /// Who is assigned directly, at most so many.
    pub fn list_assigned(
        &self,
        actor: &Actor,
        job: &Job,
        limit: usize,
    ) -> Result<Vec<ObjectId>, Error> {
        access::check(actor, Permission::ReadAssignments, job.source)?;
        let id = ObjectId(job.id.0);
        let kind = EdgeKind::Assignment;
        let edges = self.store.edges_after(job.source, kind, End::From, id, None, limit)?;
        Ok(edges.into_iter().map(|edge| edge.to).collect())
    }

    /// The configurations of all tenants in which the actor may read them.
    pub fn list_all_jobs(&self, actor: &Actor) -> Result<Vec<Job>, Error> {
        let mut jobs = Vec::new();
        for tenant in self.store.tenants()? {
            if access::check(actor, Permission::ReadJobs, tenant.id).is_ok() {
                jobs.extend(self.read_jobs(tenant.id)?);
            }
        }
        Ok(jobs)
    }

    /// The configuration with this id or name; `DOMAIN/name` where the name alone is not enough.
    pub fn find_job(&self, actor: &Actor, name: &str) -> Result<Job, Error> {
        let jobs = self.list_all_jobs(actor)?;
        let (tenant, short) = match name.split_once('/') {
            Some((tenant, short)) => (Some(self.get_tenant(actor, tenant)?.id), short),
            None => (None, name),
        };
        let mut found = jobs.into_iter().filter(|job| {
            tenant.is_none_or(|tenant| job.source == tenant)
                && (job.id.to_string().eq_ignore_ascii_case(short)
                    || job.name.eq_ignore_ascii_case(short))
        });
        let first = found.next().ok_or_else(|| Error::not_found("job", name))?;
        match found.next() {
            None => Ok(first),
            Some(second) => Err(Error::Ambiguous {
                kind: "job",
                name: name.to_owned(),
                candidates: format!("{}, {}", first.id, second.id),
            }),
        }
    }

    /// The configuration as it stands now.
    pub fn job(&self, source: TenantId, id: JobId) -> Result<Job, Error> {
        let document = self
            .store
            .document(source, COLLECTION, &id.to_string())?
            .ok_or_else(|| Error::not_found("job", id))?;
        read(&document)
    }

    /// The configurations that a tenant owns.
    pub fn read_jobs(&self, source: TenantId) -> Result<Vec<Job>, Error> {
        self.store.documents(source, COLLECTION)?.iter().map(read).collect()
    }

    /// The condition that a configuration stands as it was read.
    pub fn job_condition(job: &Job) -> Condition {
        Condition::Document {
            collection: COLLECTION.to_owned(),
            key: job.id.to_string(),
            version: job.version,
        }
    }

    /// The target's facts; those of nobody as long as no target was chosen.
    pub fn target_of(&self, job: &Job) -> Result<Tenant, Error> {
        match job.chosen_target() {
            Some(target) => self.tenant(target),
            None => Ok(Tenant {
                id: TenantId::NIL,
                name: "no target chosen yet".to_owned(),
                domains: vec!["target.invalid".parse().expect("it is a domain")],
                created: job.created,
                version: 0,
            }),
        }
    }

    /// The configuration compiled against both tenants, or everything that is wrong with it.
    pub fn compile_job(&self, job: &Job) -> Result<Result<Rules, Vec<Finding>>, Error> {
        let source = self.tenant(job.source)?;
        let target = self.target_of(job)?;
        let (source_schema, _) = self.read_schema(job.source)?;
        let target_schema = self.read_told((job.source, job.target), &job.all_mappings())?;
        Ok(Rules::compile(job, (&source, &source_schema), (&target, &target_schema)))
    }

    /// What would be wrong with a mapping of people, or of groups, in this configuration; nothing is
    /// changed.
    pub fn check_mapping(
        &self,
        actor: &Actor,
        job: &Job,
        kind: Kind,
        mapping: &Mapping,
    ) -> Result<Vec<Finding>, Error> {
        access::check(actor, Permission::ReadJobs, job.source)?;
        let (source, target) = self.read_ends(job)?;
        Ok(engine::check_mapping(mapping, &source.of_kind(kind), &target.of_kind(kind)))
    }

    /// The same for several, each in its place.
    pub fn check_each_mapping(
        &self,
        actor: &Actor,
        job: &Job,
        kind: Kind,
        mappings: &[Mapping],
    ) -> Result<Vec<Vec<Finding>>, Error> {
        access::check(actor, Permission::ReadJobs, job.source)?;
        let (source, target) = self.read_ends(job)?;
        let (source, target) = (source.of_kind(kind), target.of_kind(kind));
        let check = |mapping| engine::check_mapping(mapping, &source, &target);
        Ok(mappings.iter().map(check).collect())
    }

    /// What would be wrong with mappings of people, or of groups, between these two tenants, each by
    /// itself.
    pub fn check_mappings(
        &self,
        actor: &Actor,
        (source, target): (TenantId, TenantId),
        kind: Kind,
        mappings: &[Mapping],
    ) -> Result<Vec<Finding>, Error> {
        access::check(actor, Permission::WriteJobs, source)?;
        let job = self.read_jobs(source)?.into_iter().find(|job| job.target == target);
        let mapped = job.map(|job| job.all_mappings()).unwrap_or_default();
        let target = self.read_told((source, target), &mapped)?.of_kind(kind);
        let source = self.read_schema(source)?.0.of_kind(kind);
        let check = |mapping| engine::check_mapping(mapping, &source, &target);
        Ok(mappings.iter().flat_map(check).collect())
    }

    /// What is doubtful about these mappings of people, or of groups, in this configuration, though
    /// they can be used.
    pub fn list_doubts(
        &self,
        actor: &Actor,
        job: &Job,
        kind: Kind,
        mappings: &[Mapping],
    ) -> Result<Vec<Finding>, Error> {
        access::check(actor, Permission::ReadJobs, job.source)?;
        let (source, target) = self.read_ends(job)?;
        Ok(engine::doubts(mappings, &source.of_kind(kind), &target.of_kind(kind)))
    }

    /// The attributes of both ends, as far as the source is told of those of the target.
    pub fn read_ends(&self, job: &Job) -> Result<(Schema, Schema), Error> {
        let (source, _) = self.read_schema(job.source)?;
        Ok((source, self.read_told((job.source, job.target), &job.all_mappings())?))
    }

    /// What the job's mapping tests come to now.
    pub fn run_mapping_tests(&self, actor: &Actor, job: &Job) -> Result<Vec<TestResult>, Error> {
        access::check(actor, Permission::ReadJobs, job.source)?;
        let rules = self.compile_job(job)?.map_err(Error::Findings)?;
        Ok(run_tests(&rules, job, self.clock.now()))
    }

    /// Makes a configuration ready to be kept: objects that the condition and mapping tests name are
    /// found, names in mapping tests are spelt as the tenants spell them, and everything that is
    /// wrong is told. `before` is the configuration as it stands.
    fn prepare(&self, actor: &Actor, before: Option<&Job>, job: &mut Job) -> Result<(), Error> {
        // What was let in before is complained about only when somebody changes it.
        let is_new = |changed: fn(&Job, &Job) -> bool| before.is_none_or(|one| changed(one, job));
        if let Some(fault) =
            job.retries.find_fault().filter(|_| is_new(|a, b| a.retries != b.retries))
        {
            return Err(Error::Limit { limit: "retries", fault });
        }
        if let Some(fault) =
            job.quarantine.find_fault().filter(|_| is_new(|a, b| a.quarantine != b.quarantine))
        {
            return Err(Error::Limit { limit: "quarantine", fault });
        }
        if let Some((limit, fault)) =
            job.limits.find_fault().filter(|_| is_new(|a, b| a.limits != b.limits))
        {
            return Err(Error::Limit { limit, fault });
        }
        let asks_of_people = is_new(|a, b| a.mappings != b.mappings || a.actions != b.actions);
        let asks_of_groups = is_new(|a, b| a.groups != b.groups || a.actions != b.actions);
        if job.state == JobState::Active {
            check_target(job)?;
            job.stage = Stage::Started;
        }
        if let Some(condition) = &mut job.condition {
            self.find_named(actor, job.source, condition)?;
        }
        let (source_schema, _) = self.read_schema(job.source)?;
        let mapped = before.map(Job::all_mappings).unwrap_or_default();
        let target_schema = self.read_told((job.source, job.target), &mapped)?;
        let (source, target) = (self.tenant(job.source)?, self.target_of(job)?);
        let (here, there) = ((&source, &source_schema), (&target, &target_schema));
        // What is wrong with both is told at once, whether groups go along by now or not.
        let of_groups = match Rules::check_groups(job, here, there) {
            Ok(rules) if asks_of_groups => rules.find_unfilled(),
            Ok(_) => Vec::new(),
            Err(findings) => findings,
        };
        let compiled = Rules::compile(job, here, there);
        let mut findings = match &compiled {
            Ok(rules) if asks_of_people => rules.find_unfilled(),
            Ok(_) => Vec::new(),
            Err(findings) => self.name_nearest(job, findings.clone())?,
        };
        findings.extend(of_groups);
        if !findings.is_empty() {
            return Err(Error::Findings(findings));
        }
        let rules = compiled.map_err(Error::Findings)?;
        let held = before.map_or(&[][..], |before| &before.tests);
        for test in job.tests.iter_mut().filter(|test| !held.contains(test)) {
            spell(test, &source_schema, &target_schema);
            self.find_named_in(actor, job.source, test)?;
        }
        let mut findings = Vec::new();
        for (index, test) in job.tests.iter().enumerate() {
            findings.extend(check_test(test, &rules, &source_schema));
            if job.tests[..index].iter().any(|other| other.name == test.name) {
                return Err(Error::Exists { what: format!("mapping test '{}'", test.name) });
            }
        }
        if findings.is_empty() { Ok(()) } else { Err(Error::Findings(findings)) }
    }

    /// A secret from which nobody can tell the next value.
    pub(crate) fn new_seed(&self) -> Seed {
        // Ids of version 7 carry 74 random bits each.
        Seed((0..4).map(|_| self.ids.next().simple().to_string()).collect())
    }

    /// The connection test: every check, passed or failed.
    pub fn test_job(&self, actor: &Actor, job: &Job) -> Result<Vec<Check>, Error> {
        access::check(actor, Permission::ReadJobs, job.source)?;
        if job.chosen_target().is_none() {
            return Ok(vec![no_target()]);
        }
        let missing = (job.stage == Stage::Application).then(no_job);
        Ok(missing.into_iter().chain(self.checks(job)?).collect())
    }

    /// The same for a target that is not chosen yet. Of a tenant that is none nothing is told but
    /// that it has not consented.
    pub fn test_target(
        &self,
        actor: &Actor,
        job: &Job,
        target: TenantId,
    ) -> Result<Vec<Check>, Error> {
        access::check(actor, Permission::WriteJobs, job.source)?;
        let job = Job { target, ..job.clone() };
        match self.tenant(target) {
            Ok(_) => self.checks(&job),
            Err(Error::NotFound { .. }) => {
                let source = (self.tenant(job.source)?, AccessPolicy::default());
                let stranger = self.target_of(&Job { target: TenantId::NIL, ..job.clone() })?;
                let policy = AccessPolicy::default();
                Ok(check_consent((&source.0, &source.1), (&stranger, &policy), job.groups.enabled))
            }
            Err(error) => Err(error),
        }
    }

    fn checks(&self, job: &Job) -> Result<Vec<Check>, Error> {
        let source = (self.tenant(job.source)?, self.read_policy(job.source)?.0);
        let target = (self.tenant(job.target)?, self.read_policy(job.target)?.0);
        Ok(check_consent((&source.0, &source.1), (&target.0, &target.1), job.groups.enabled))
    }

    pub(crate) fn write_job(
        &self,
        actor: &Actor,
        job: &Job,
        version: u64,
        more: Vec<Write>,
        activity: &str,
    ) -> Result<u64, Error> {
        let body = serde_json::to_string(job).expect("a job has a JSON text");
        // The audit log is read by more people than the secret is meant for.
        let told = Job { seed: Seed::default(), ..job.clone() };
        let told = serde_json::to_string(&told).expect("a job has a JSON text");
        let group = Group {
            expects: vec![Expect::Document {
                collection: COLLECTION.to_owned(),
                key: job.id.to_string(),
                version,
            }],
            writes: [document(job, Some(body))].into_iter().chain(more).collect(),
            audit: audit(activity, "job", job.id, told),
        };
        self.commit_one(job.source, actor, group)
    }
}

/// A job that runs by itself has a target.
fn check_target(job: &Job) -> Result<(), Error> {
    if job.chosen_target().is_some() {
        return Ok(());
    }
    Err(Error::Findings(vec![Finding {
        code: "target-not-chosen",
        place: "target".to_owned(),
        message: "nobody has said yet into which tenant it synchronizes".to_owned(),
        hint: Some(format!("syncline job update {} --target TENANT", job.name)),
        severity: Severity::Error,
        about: None,
        located: None,
    }]))
}

fn no_job() -> Check {
    Check {
        code: "job-not-made",
        side: Side::Source,
        passed: false,
        message: "the configuration has a job: no".to_owned(),
        remedy: Some("syncline job start JOB, or create it in Graph".to_owned()),
    }
}

fn no_target() -> Check {
    Check {
        code: "target-not-chosen",
        side: Side::Source,
        passed: false,
        message: "a target was chosen: no".to_owned(),
        remedy: Some("syncline job update JOB --target TENANT".to_owned()),
    }
}

/// Spells the names of a test as the tenants do; a name that does not exist stays as it is.
fn spell(test: &mut MappingTest, source: &Schema, target: &Schema) {
    let known = |schema: &Schema, name: &str| {
        schema.find_attribute(name).map_or_else(|| Name::new(name), |(name, _)| name)
    };
    let person = std::mem::take(&mut test.person);
    test.person =
        person.into_iter().map(|(name, value)| (known(source, name.as_str()), value)).collect();
    if let Expected::Values(values) = &mut test.expect {
        let spelt = std::mem::take(values).into_iter();
        *values =
            spelt.map(|(name, value)| (known(target, &name).as_str().to_owned(), value)).collect();
    }
}

fn document(job: &Job, body: Option<String>) -> Write {
    Write::PutDocument { collection: COLLECTION.to_owned(), key: job.id.to_string(), body }
}

fn read(document: &store::Document) -> Result<Job, Error> {
    let job: Job = serde_json::from_str(&document.body)
        .map_err(|error| store::StoreError::Damaged(error.to_string()))?;
    Ok(Job { version: document.version, ..job })
}
