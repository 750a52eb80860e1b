//! The provisioning log: journal entries as people and programs read them, in the shape of
//! provisioning-engine.md 8.1. Steps are rendered when read, not stored.

use access::Permission;
use model::{
    Action, Actor, ChangeId, Code, Entry, EntryState, Job, Name, ObjectId, RunId, RunSummary, Value,
};
use serde::Serialize;
use store::EntryQuery;

use crate::{Error, Sync};

/// What stands in place of a value that a mapping hides (`Redact`, expressions.md 5).
pub(crate) const REDACTED: &str = "[Redact]";

/// Which entries are asked for.
#[derive(Clone, Debug, Default)]
pub struct LogQuery {
    /// Only entries about this person.
    pub source: Option<ObjectId>,
    /// Only entries made after this one.
    pub after: Option<ChangeId>,
    /// Newest first.
    pub newest_first: bool,
    /// How many at most; 0 means all.
    pub limit: usize,
}

/// An entry of the log.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogEntry {
    /// The entry's id.
    pub id: ChangeId,
    /// When it was decided.
    pub activity_date_time: model::Timestamp,
    /// The job.
    pub job_id: model::JobId,
    /// The run.
    pub cycle_id: RunId,
    /// What was done.
    pub provisioning_action: &'static str,
    /// `success`, `failure`, `skipped`, `held` or `pending`.
    pub status: &'static str,
    /// Why, with its code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<model::Reason>,
    /// The person.
    pub source_id: ObjectId,
    /// What the person was called.
    pub source_name: String,
    /// The object of the target.
    pub target_id: ObjectId,
    /// What changed, with the values before.
    pub modified_properties: Vec<model::Modification>,
    /// The steps of the line.
    pub provisioning_steps: Vec<LogStep>,
}

/// One step, told.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogStep {
    /// Its name.
    pub name: &'static str,
    /// How it went.
    pub status: &'static str,
    /// A sentence about it.
    pub description: String,
}

impl Sync {
    /// Entries of a job's log. The target tenant sees them too: they are about itself.
    pub fn read_log(
        &self,
        actor: &Actor,
        job: &Job,
        query: &LogQuery,
    ) -> Result<Vec<LogEntry>, Error> {
        self.check_logs(actor, job)?;
        let query = EntryQuery {
            source: query.source,
            after: query.after,
            newest_first: query.newest_first,
            limit: query.limit,
            ..EntryQuery::default()
        };
        let entries = self.store().entries(job.source, job.id, &query)?;
        let shown = entries.into_iter().filter(|entry| entry.state != EntryState::Planned);
        let hidden = engine::hidden_targets(job);
        Ok(shown.map(|entry| render(job, hide(entry, &hidden))).collect())
    }

    /// The newest runs of a job.
    pub fn list_runs(
        &self,
        actor: &Actor,
        job: &Job,
        limit: usize,
    ) -> Result<Vec<RunSummary>, Error> {
        self.check_logs(actor, job)?;
        Ok(self.store().runs(job.source, job.id, limit)?)
    }

    /// Runs are asked for in the source.
    pub(crate) fn check_run(&self, actor: &Actor, job: &Job) -> Result<(), Error> {
        let checked = access::check(actor, Permission::WriteJobs, job.source);
        Ok(checked.map_err(directory::Error::from)?)
    }

    /// Logs are read in the source and in the target.
    pub(crate) fn check_logs(&self, actor: &Actor, job: &Job) -> Result<(), Error> {
        let here = access::check(actor, Permission::ReadLogs, job.source);
        let there = access::check(actor, Permission::ReadLogs, job.target);
        Ok(here.or(there).map_err(directory::Error::from)?)
    }
}

fn render(job: &Job, entry: Entry) -> LogEntry {
    let status = match entry.state {
        EntryState::Done => "success",
        EntryState::Refused => "failure",
        EntryState::Held => "held",
        EntryState::Cancelled | EntryState::Rejected => "skipped",
        EntryState::Open | EntryState::Staged | EntryState::Planned => "pending",
    };
    LogEntry {
        id: entry.id,
        activity_date_time: entry.at,
        job_id: job.id,
        cycle_id: entry.run,
        provisioning_action: entry.action.as_str(),
        status,
        provisioning_steps: steps(&entry, status),
        reason: entry.reason,
        source_id: entry.source,
        source_name: entry.name,
        target_id: entry.target,
        modified_properties: entry.modifications,
    }
}

fn steps(entry: &Entry, status: &'static str) -> Vec<LogStep> {
    let step = |name, status, description| LogStep { name, status, description };
    let name = &entry.name;
    let mut steps = vec![step("import", "success", format!("{name} was read from the source"))];
    let out = entry.action == Action::Remove;
    steps.push(match (&entry.reason, out) {
        (Some(reason), true) => {
            step("scoping", "success", format!("{name} is out of scope: {}", reason.sentence))
        }
        _ => step("scoping", "success", format!("{name} is in scope")),
    });
    steps.push(match entry.action {
        Action::Create => {
            step("matching", "success", "nobody in the target stands for the person".to_owned())
        }
        Action::Fail => {
            let sentence = entry.reason.as_ref().map_or("", |reason| reason.sentence.as_str());
            step("matching", "failure", sentence.to_owned())
        }
        _ => step("matching", "success", format!("{} stands for the person", entry.target)),
    });
    if entry.action != Action::Fail {
        let mut text = format!("{} in the target", entry.action.as_str());
        if entry.reason.as_ref().is_some_and(|one| one.code != Code::MATCHED && status == "failure")
            && let Some(reason) = &entry.reason
        {
            text = format!("{text}: {}", reason.sentence);
        }
        steps.push(step("export", status, text));
    }
    steps
}

/// The entry as it may be shown.
pub(crate) fn hide(mut entry: Entry, hidden: &[Name]) -> Entry {
    let concerned = entry.modifications.iter_mut().filter(|one| hidden.contains(&one.name));
    for modification in concerned {
        for value in [&mut modification.old, &mut modification.new].into_iter().flatten() {
            *value = Value::text(REDACTED);
        }
    }
    entry
}
