//! One run of one job: the lease, the compiled rules, the consent, and how far the job has come.
//! Everything that a decision rests on besides the people is read here, once, and named as the
//! condition of every commit that follows.

use connector::Target;
use engine::{Finding, Rules, Schema, run_tests};
use model::{
    Actor, Code, Consent, Day, Job, Kind, Progress, RunId, RunKind, RunSummary, Stage, Timestamp,
    Versions,
};
use store::{Condition, JournalCommit, Lease, Store};

use crate::{Error, Sync, patience::Patient};

/// What stays the same while a run is under way; shared with the thread that evaluates ahead.
pub(crate) struct Context {
    pub(crate) sync: Sync,
    pub(crate) job: Job,
    pub(crate) rules: Rules,
    /// The rules for groups, where the job takes them along and the target lets them in.
    pub(crate) group_rules: Option<Rules>,
    pub(crate) versions: Versions,
    pub(crate) target: Patient,
    pub(crate) run: RunId,
    pub(crate) began: Timestamp,
    /// The conditions of commits into the journal: the configuration and the source's consent.
    pub(crate) conditions: Vec<Condition>,
}

impl Context {
    /// Reads a job with everything that it rests on.
    pub(crate) fn read(sync: &Sync, job: &Job) -> Result<Self, Error> {
        // What was asked for may be older than what stands.
        Self::of(sync, sync.directory.job(job.source, job.id)?)
    }

    /// The same for a configuration that may be no more than a draft. Nothing is to be committed by
    /// such a one.
    pub(crate) fn of(sync: &Sync, mut job: Job) -> Result<Self, Error> {
        let directory = &sync.directory;
        if job.chosen_target().is_none() {
            let sentence = format!("job {} has no target yet", job.name);
            return Err(Error::stopped(Code::TARGET_NOT_CHOSEN, sentence));
        }
        if job.stage == Stage::Application {
            let sentence = format!("the configuration {} has no job", job.name);
            return Err(Error::stopped(Code::JOB_NOT_MADE, sentence));
        }
        let patient = sync.target(&job);
        patient.check()?;
        let version = job.decision_version();
        job.condition = directory.name_present(&job)?;
        let source = directory.tenant(job.source)?;
        let target = directory.tenant(job.target)?;
        let (source_schema, _): (Schema, u64) = directory.read_schema(job.source)?;
        let (_, extensions) = directory.read_extensions(job.target)?;
        let ends = (job.source, job.target);
        let target_schema = directory.read_told(ends, &job.all_mappings())?;
        let invalid = |findings: Vec<Finding>| {
            let texts: Vec<String> = findings.iter().map(ToString::to_string).collect();
            Error::stopped(Code::CONFIGURATION_INVALID, texts.join("; "))
        };
        let (here, there) = ((&source, &source_schema), (&target, &target_schema));
        let rules = Rules::compile(&job, here, there).map_err(invalid)?;
        let (at_source, policy) = directory.read_policy(job.source)?;
        let (at_target, _) = directory.read_policy(job.target)?;
        let consent = Consent::of((job.source, &at_source), (job.target, &at_target));
        let group_rules = match consent.target_group_sync_inbound {
            true => Rules::compile_groups(&job, here, there).map_err(invalid)?,
            false => None,
        };
        Ok(Self {
            sync: sync.clone(),
            versions: Versions {
                job: version,
                source: source.version,
                target: target.version,
                extensions,
                groups: group_rules.as_ref().map_or(0, |_| job.group_version()),
            },
            target: patient,
            run: RunId(directory.ids().next()),
            began: sync.clock().now(),
            conditions: vec![
                directory::Directory::job_condition(&job),
                directory::Directory::policy_condition(policy),
            ],
            rules,
            group_rules,
            job,
        })
    }

    /// Whether groups within groups choose people.
    pub(crate) fn nests(&self) -> bool {
        self.rules.reads.nested() || self.job.groups.nested_assignment
    }

    /// The rules for people, or for groups where these go along.
    pub(crate) fn rules_of(&self, kind: Kind) -> Option<&Rules> {
        match kind {
            Kind::User => Some(&self.rules),
            Kind::Group => self.group_rules.as_ref(),
        }
    }

    /// Whether the members of groups flow.
    pub(crate) fn maps_members(&self) -> bool {
        self.group_rules.as_ref().is_some_and(|rules| rules.maps_members)
    }

    /// Why groups stay at home although the job would take them along.
    pub(crate) fn why_no_groups(&self) -> Option<Code> {
        let held_back = self.job.groups.enabled && self.group_rules.is_none();
        held_back.then_some(Code::GROUPS_NOT_ALLOWED)
    }

    pub(crate) fn store(&self) -> &dyn Store {
        self.sync.store()
    }

    pub(crate) fn target(&self) -> &dyn Target {
        &self.target
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.sync.clock().now()
    }

    /// The mapping tests that are kept with the job.
    pub(crate) fn check_tests(&self) -> Result<(), Error> {
        let results = run_tests(&self.rules, &self.job, self.now());
        let failed: Vec<String> = results
            .iter()
            .filter(|result| !result.passed)
            .map(|result| {
                let told = result.differences.iter().map(|one| {
                    format!("{}: expected {}, got {}", one.about, one.expected, one.actual)
                });
                format!("'{}' ({})", result.name, told.collect::<Vec<_>>().join("; "))
            })
            .collect();
        if failed.is_empty() {
            return Ok(());
        }
        let sentence = format!("mapping tests fail: {}", failed.join(", "));
        Err(Error::stopped(Code::MAPPING_TEST_FAILED, sentence))
    }

    /// Both consents, as they stand (cross-tenant-sync.md Appendix A 1).
    pub(crate) fn check_consent(&self) -> Result<(), Error> {
        let directory = &self.sync.directory;
        let source = directory.read_policy(self.job.source)?.0;
        let target = directory.read_policy(self.job.target)?.0;
        let consent = Consent::of((self.job.source, &source), (self.job.target, &target));
        if consent.is_given() {
            return Ok(());
        }
        let missing: Vec<&str> = [
            (consent.target_sync_inbound, "the target does not allow synchronizing users into it"),
            (consent.target_redeem_inbound, "the target does not redeem invitations automatically"),
            (
                consent.source_redeem_outbound,
                "the source does not redeem invitations automatically",
            ),
        ]
        .into_iter()
        .filter_map(|(given, text)| (!given).then_some(text))
        .collect();
        Err(Error::stopped(Code::CONSENT_MISSING, missing.join("; ")))
    }
}

/// A run that may write.
pub(crate) struct Session {
    pub(crate) ctx: Context,
    pub(crate) lease: Lease,
    pub(crate) progress: Progress,
    pub(crate) summary: RunSummary,
    /// What was done since the last commit, for the day's figures.
    pub(crate) day: Day,
    /// When the oldest change was made that it is to look at, where that is known.
    pub(crate) behind: Option<Timestamp>,
}

impl Session {
    /// Takes the job for a run.
    pub(crate) fn open(sync: &Sync, job: &Job, kind: RunKind) -> Result<Self, Error> {
        let holder = format!("process {}", std::process::id());
        let lease = sync.store().lease(job.source, job.id, &holder)?;
        let opened = Context::read(sync, job).and_then(|ctx| {
            let progress = sync.store().progress(job.source, job.id)?;
            Ok((ctx, progress))
        });
        match opened {
            Ok((ctx, mut progress)) => {
                progress.evaluated = progress.evaluated.under(ctx.versions);
                let summary = RunSummary::begin(ctx.run, kind, ctx.began);
                Ok(Self { ctx, lease, progress, summary, day: Day::default(), behind: None })
            }
            Err(error) => {
                sync.store().release(&lease);
                Err(error)
            }
        }
    }

    pub(crate) fn actor(&self) -> Actor {
        let job = &self.ctx.job;
        Actor::Job { tenant: job.source, job: job.id, run: self.ctx.run }
    }

    /// A journal commit under the run's conditions.
    pub(crate) fn commit(&self) -> JournalCommit {
        let mut commit = JournalCommit::new(&self.lease);
        commit.conditions.clone_from(&self.ctx.conditions);
        commit
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.ctx.sync.store().release(&self.lease);
    }
}
