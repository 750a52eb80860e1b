//! An entry of the log, with the names and the nesting that Graph's `provisioningObjectSummary` has
//! (graph-api.md 7.1), and what an entry of the journal becomes in that shape. Three members are
//! Syncline's own: `action`, `state` and `reason` say in its own words what the others say in Graph's.

use std::collections::BTreeMap;

use model::{
    Action, ChangeId, Entry, EntryState, Job, JobId, Kind, Name, ObjectId, Reason, RunId, Severity,
    Tenant, TenantId, Timestamp, Value,
};
use serde::Serialize;

use super::{
    LogStatus,
    steps::{LogStep, steps},
};
use crate::{Error, Sync};

/// An entry of the log.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogEntry {
    /// The entry's id.
    pub id: ChangeId,
    /// When it was decided.
    pub activity_date_time: Timestamp,
    /// The job.
    pub job_id: JobId,
    /// The run.
    pub cycle_id: RunId,
    /// The change, which the target's object carries as its receipt: the entry's id again.
    pub change_id: ChangeId,
    /// What was done, in Graph's words.
    pub provisioning_action: &'static str,
    /// What was done.
    pub action: Action,
    /// Where it stands.
    pub state: EntryState,
    /// How it went.
    pub provisioning_status_info: StatusInfo,
    /// Why, with its code.
    pub reason: Option<Reason>,
    /// The person.
    pub source_identity: Identity,
    /// The object of the target.
    pub target_identity: Identity,
    /// The tenant that the person comes from.
    pub source_system: System,
    /// The tenant that the person goes to.
    pub target_system: System,
    /// The job, where Graph has its application.
    pub service_principal: System,
    /// What changed, with the values before.
    pub modified_properties: Vec<ModifiedProperty>,
    /// The steps of the line.
    pub provisioning_steps: Vec<LogStep>,
}

impl LogEntry {
    /// How it went.
    pub fn status(&self) -> LogStatus {
        LogStatus::of(self.state)
    }
}

/// How an entry went.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusInfo {
    /// `success`, `failure`, `skipped`, or `warning` for what waits.
    pub status: &'static str,
    /// What went wrong, where something did.
    pub error_information: Option<ErrorInformation>,
}

/// What went wrong.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorInformation {
    /// The code.
    pub error_code: &'static str,
    /// The sentence about this person.
    pub reason: String,
    /// Nothing so far.
    pub additional_details: Option<String>,
    /// `failure`, or `nonServiceFailure` where somebody has to change something.
    pub error_category: &'static str,
    /// What to do about it.
    pub recommended_action: &'static str,
}

/// One end of a change.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// The object's id; none where there is no object.
    pub id: Option<ObjectId>,
    /// What it is called, where the entry tells.
    pub display_name: String,
    /// `User` or `Group`.
    pub identity_type: &'static str,
    /// More about it.
    pub details: BTreeMap<&'static str, String>,
}

/// A tenant, or the job between two.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct System {
    /// Its id.
    pub id: String,
    /// Its name.
    pub display_name: String,
    /// More about it.
    pub details: BTreeMap<&'static str, String>,
}

/// One attribute of the target, before and after. Lists are JSON, as in Graph.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ModifiedProperty {
    /// The attribute.
    pub display_name: Name,
    /// What it held.
    pub old_value: Option<String>,
    /// What it is to hold.
    pub new_value: Option<String>,
}

/// What all entries of a job have in common when they are told.
pub(super) struct Telling {
    job: JobId,
    source: System,
    target: System,
    principal: System,
}

impl Telling {
    pub fn read(sync: &Sync, job: &Job) -> Result<Self, Error> {
        let system = |id: TenantId| -> Result<System, Error> {
            Ok(System::of(&sync.directory().tenant(id)?))
        };
        Ok(Self {
            job: job.id,
            source: system(job.source)?,
            target: System::of(&sync.directory().target_of(job)?),
            principal: System {
                id: job.id.to_string(),
                display_name: job.name.clone(),
                details: BTreeMap::new(),
            },
        })
    }

    /// The entry, which holds only what may be shown, as the log has it.
    pub fn tell(&self, entry: Entry) -> LogEntry {
        let told = |name: &Name| {
            let one = entry.modifications.iter().find(|one| one.name == *name);
            one.and_then(|one| one.new.as_ref().or(one.old.as_ref())).map(ToString::to_string)
        };
        let kind = if entry.kind == Kind::Group { "Group" } else { "User" };
        let identity = |id: ObjectId, display_name| Identity {
            id: (id != ObjectId::NIL).then_some(id),
            display_name,
            identity_type: kind,
            details: BTreeMap::from([("odatatype", kind.to_owned())]),
        };
        // A change that leaves the name alone says who it was about as the source calls them: what else
        // the target holds is not in the log.
        let is_there = entry.target != ObjectId::NIL;
        let named = told(&Name::DISPLAY_NAME).or_else(|| is_there.then(|| entry.name.clone()));
        let mut target_identity = identity(entry.target, named.unwrap_or_default());
        let mut source_identity = identity(entry.source, entry.name.clone());
        if let Some(member) = entry.member {
            // The entry's name is that of the group with that of the member behind it.
            let name = entry.name.as_str();
            let (group, who) = name.rsplit_once(": ").unwrap_or((name, ""));
            target_identity.display_name = group.to_owned();
            for identity in [&mut source_identity, &mut target_identity] {
                identity.details.insert("MemberDisplayName", who.to_owned());
            }
            source_identity.details.insert("MemberId", member.to_string());
            if let Some(member) = told(&Name::members()) {
                target_identity.details.insert("MemberId", member);
            }
        }
        if let Some(name) = told(&Name::USER_PRINCIPAL_NAME) {
            target_identity.details.insert("UserPrincipalName", name);
        }
        LogEntry {
            id: entry.id,
            activity_date_time: entry.at,
            job_id: self.job,
            cycle_id: entry.run,
            change_id: entry.id,
            provisioning_action: graph_action(entry.action),
            action: entry.action,
            state: entry.state,
            provisioning_status_info: StatusInfo::of(&entry),
            source_identity,
            target_identity,
            source_system: self.source.clone(),
            target_system: self.target.clone(),
            service_principal: self.principal.clone(),
            provisioning_steps: steps(&entry),
            reason: entry.reason,
            modified_properties: entry
                .modifications
                .into_iter()
                .map(|one| ModifiedProperty {
                    display_name: one.name,
                    old_value: one.old.map(text),
                    new_value: one.new.map(text),
                })
                .collect(),
        }
    }
}

impl System {
    fn of(tenant: &Tenant) -> Self {
        Self {
            id: tenant.id.to_string(),
            display_name: tenant.name.clone(),
            details: BTreeMap::from([("domain", tenant.initial_domain().to_string())]),
        }
    }
}

impl StatusInfo {
    fn of(entry: &Entry) -> Self {
        let status = graph_status(LogStatus::of(entry.state));
        let reason = entry.reason.as_ref().filter(|_| status == "failure" || status == "warning");
        let error_information = reason.map(|reason| ErrorInformation {
            error_code: reason.code.as_str(),
            reason: reason.sentence.clone(),
            additional_details: None,
            error_category: match reason.code.severity() {
                Severity::Stop => "failure",
                Severity::Skip | Severity::Failure | Severity::Hold => "nonServiceFailure",
            },
            recommended_action: reason.code.remedy(),
        });
        Self { status, error_information }
    }
}

/// How it went, in Graph's words: what waits is none of them, and a warning comes closest.
pub(super) fn graph_status(status: LogStatus) -> &'static str {
    match status {
        LogStatus::Success => "success",
        LogStatus::Failure => "failure",
        LogStatus::Skipped => "skipped",
        LogStatus::Held | LogStatus::Pending => "warning",
    }
}

/// What was done, in Graph's words. A removal leaves the person among the deleted objects.
fn graph_action(action: Action) -> &'static str {
    match action {
        Action::Create => "create",
        // Members are an attribute of the group there.
        Action::Adopt
        | Action::Update
        | Action::Restore
        | Action::AddMember
        | Action::RemoveMember => "update",
        Action::Disable => "disable",
        Action::Remove => "stagedDelete",
        Action::Unlink | Action::Fail => "other",
    }
}

/// A value as a text, from which it can be told apart from others.
fn text(value: Value) -> String {
    match value {
        Value::Text(text) => text,
        other => serde_json::to_string(&other).unwrap_or_else(|_| other.to_string()),
    }
}
