//! `provisionOnDemand`: named people and groups go down the whole line now, and what became of each is
//! told step by step (graph-api.md 6.8, in the form that configurations between tenants have).

use access::Permission::WriteJobs;
use directory::Configuration;
use model::{ObjectId, Reason, Severity};
use serde_json::{Map, Value, json};
use sync::{Provisioned, Row, Silent, Step, patiently};
use wire::Names;

use super::find;
use crate::{
    answer::Answer, call::Call, error::Error, request::Method::Post, route::Route, small::object,
};

pub const ROUTES: &[Route] = &[Route::new(
    Post,
    "/servicePrincipals/{id}/synchronization/jobs/{jobId}/provisionOnDemand",
    "Provision named objects now",
    &[WriteJobs],
    provision,
)];

/// The name of the type that the value is a text of.
const KEY: &str = "Microsoft.Identity.Health.CPP.Common.DataContracts.SyncFabric.StatusInfo";

/// So many people may be named at once, as in the portal.
const MOST: usize = 5;

fn provision(call: &Call<'_>) -> Result<Answer, Error> {
    let configuration = find(call)?;
    let subjects = subjects(call, &rules(call, &configuration)?)?;
    let sync = &call.services.sync;
    let mut events = Vec::new();
    for (kind, id) in subjects {
        let told = patiently(|| sync.provision(call.actor, &configuration.job, id, &Silent))?;
        events.push(event(call, &configuration, kind, &told)?);
    }
    let value = Value::Array(events).to_string();
    let pair = object(json!({ "key": KEY, "value": value }));
    let context = "microsoft.graph.stringKeyStringValuePair";
    Ok(Answer::ok(Answer::entity(call, context, pair)))
}

/// The ids that the rules of the job's schema have.
fn rules(call: &Call<'_>, configuration: &Configuration) -> Result<Vec<String>, Error> {
    let directory = &call.services.directory;
    let document = directory.export_schema(call.actor, &configuration.job, Names::Older)?;
    let document = json!(document);
    let rules = document["synchronizationRules"].as_array().cloned().unwrap_or_default();
    Ok(rules.iter().filter_map(|rule| rule["id"].as_str().map(str::to_owned)).collect())
}

/// Whom the body names: people, and groups behind the members that are named with them. A group
/// comes with all of its members who are in the target, as in a cycle.
fn subjects(call: &Call<'_>, rules: &[String]) -> Result<Vec<(&'static str, ObjectId)>, Error> {
    let body = call.members()?;
    let mut named = Vec::new();
    for parameter in list(&Value::Object(body), "parameters")? {
        check_rule(parameter, rules)?;
        for subject in list(parameter, "subjects")? {
            let kind = match subject.get("objectTypeName").and_then(Value::as_str) {
                None => "User",
                Some(kind) if kind.eq_ignore_ascii_case("User") => "User",
                Some(kind) if kind.eq_ignore_ascii_case("Group") => "Group",
                Some(kind) => {
                    let message = format!("Objects of the type '{kind}' are not provisioned.");
                    return Err(Error::bad_request(message));
                }
            };
            if let Some(members) = subject.pointer("/links/members").and_then(Value::as_array) {
                for member in members {
                    named.push(("User", object_id(member)?));
                }
            }
            named.push((kind, object_id(subject)?));
        }
    }
    let people = named.iter().filter(|(kind, _)| *kind == "User").count();
    match named.len() {
        0 => Err(Error::bad_request("Nobody is named.")),
        count if people > MOST || count - people > MOST => {
            Err(Error::bad_request(format!("At most {MOST} are provisioned at once.")))
        }
        _ => Ok(named),
    }
}

/// Whoever names a rule means one of this job's.
fn check_rule(parameter: &Value, rules: &[String]) -> Result<(), Error> {
    let is_known = |id: &str| rules.iter().any(|rule| rule.eq_ignore_ascii_case(id));
    match parameter.get("ruleId") {
        None | Some(Value::Null) => Ok(()),
        Some(Value::String(id)) if is_known(id) => Ok(()),
        Some(id) => {
            let message = format!("The job's schema has no synchronization rule {id}.");
            Err(Error::bad_request(message))
        }
    }
}

fn list<'v>(value: &'v Value, name: &str) -> Result<&'v Vec<Value>, Error> {
    let list = value.get(name).and_then(Value::as_array);
    list.ok_or_else(|| Error::bad_request(format!("The property '{name}' is required.")))
}

fn object_id(subject: &Value) -> Result<ObjectId, Error> {
    let id = subject.get("objectId").and_then(Value::as_str).and_then(|id| id.parse().ok());
    id.ok_or_else(|| Error::bad_request("The property 'objectId' has to be a GUID."))
}

fn event(
    call: &Call<'_>,
    configuration: &Configuration,
    kind: &str,
    told: &Provisioned,
) -> Result<Value, Error> {
    let job = &configuration.job;
    let directory = &call.services.directory;
    let (source, target) = (directory.tenant(job.source)?, directory.target_of(job)?);
    let system =
        |tenant: &model::Tenant| json!({ "id": tenant.id, "name": tenant.name, "details": {} });
    let (began, ended) = match &told.run {
        Some(run) => (run.began, run.ended.unwrap_or(run.began)),
        None => (call.request.at, call.request.at),
    };
    let changed: Vec<&Row> = told.attributes.iter().filter(|row| row.changes).collect();
    let identity = |id: Option<ObjectId>, name: &str| json!({ "id": id, "type": kind, "displayName": name, "details": {} });
    Ok(json!({
        "action": action(told.action),
        "changeId": told.run.as_ref().map(|run| run.id),
        "startTime": began,
        "endTime": ended,
        "reportableIdentifier": told.name,
        "modifiedProperties": changed.iter().map(|row| json!({
            "displayName": row.target,
            "oldValue": row.old,
            "newValue": row.new,
        })).collect::<Vec<_>>(),
        "provisioningSteps":
            told.steps.iter().map(|one| step(one, told, ended)).collect::<Vec<_>>(),
        "statusInfo": status(told),
        "sourceIdentity": identity(Some(told.id), &told.name),
        "targetIdentity": identity(None, &told.name),
        "sourceSystem": system(&source),
        "targetSystem": system(&target),
    }))
}

fn action(action: &str) -> &'static str {
    match action {
        "create" => "Create",
        "update" | "adopt" | "restore" => "Update",
        "disable" => "Disable",
        "remove" => "StagedDelete",
        _ => "Other",
    }
}

fn step(step: &Step, told: &Provisioned, at: model::Timestamp) -> Value {
    let change = match told.action {
        "create" => "Add",
        "update" | "adopt" | "restore" => "Update",
        "disable" => "Disable",
        "remove" => "Delete",
        _ => "Skip",
    };
    let (name, kind) = match step.name {
        "import" => ("EntryImport".to_owned(), "Import"),
        "scope" => ("EntrySynchronizationScoping".to_owned(), "Scoping"),
        "match" => (format!("EntrySynchronization{change}"), "Matching"),
        _ if change == "Skip" => ("EntrySynchronizationSkip".to_owned(), "Processing"),
        _ => (format!("EntryExport{change}"), "Export"),
    };
    json!({
        "name": name,
        "type": kind,
        "status": match step.status {
            "success" => "Success",
            "skipped" => "Skipped",
            _ => "Failure",
        },
        "description": step.details.join("; "),
        "timestamp": at,
        "details": details(step, told),
    })
}

fn details(step: &Step, told: &Provisioned) -> Map<String, Value> {
    let mut details = Map::new();
    match step.name {
        "import" => {
            details.insert("objectId".to_owned(), json!(told.id));
            for row in &told.attributes {
                if let Some(value) = &row.source_value {
                    details.insert(row.expression.clone(), json!(value));
                }
            }
        }
        "scope" => {
            let passed = step.status == "success";
            let is_there = told.steps.iter().any(|one| {
                one.name == "import" && one.details.iter().any(|text| text == "active: true")
            });
            let text = if is_there { "True" } else { "False" };
            details.insert("IsActive".to_owned(), json!(text));
            let assigned = step.details.iter().find_map(|one| one.strip_prefix("assigned: "));
            if let Some(assigned) = assigned {
                let text = if assigned == "true" { "True" } else { "False" };
                details.insert("Assigned".to_owned(), json!(text));
                details.insert("IsEffectivelyEntitledForProvisioning".to_owned(), json!(text));
            }
            let text = if passed { "True" } else { "False" };
            details.insert("IsInProvisioningScopeDisplayName".to_owned(), json!(text));
            let clauses = step.details.iter().filter(|one| !one.starts_with("assigned: "));
            let clauses: Map<String, Value> =
                clauses.map(|one| (one.clone(), json!(passed))).collect();
            details.insert("ScopeEvaluationResult".to_owned(), json!(json!(clauses).to_string()));
        }
        "action" => {
            for row in told.attributes.iter().filter(|row| row.changes) {
                details.insert(row.target.clone(), json!(row.new));
            }
        }
        _ => {}
    }
    details
}

/// What it came to. Nothing to do because both sides agree already is a skip with a code of its own.
fn status(told: &Provisioned) -> Value {
    let reason = told.reason.as_ref();
    let held = told.run.as_ref().is_some_and(|run| run.held > 0) && is_removal(told.action);
    let failed = told.steps.iter().any(|step| step.status == "failure");
    let (status, code) = match (told.action, reason) {
        _ if failed => ("Failure", reason.map(|reason| reason.code.as_str())),
        _ if held => ("Warning", Some("AccidentalDeletionPrevention")),
        ("nothing", _) => ("Skipped", Some("RedundantExport")),
        ("skip", reason) => ("Skipped", reason.map(|reason| reason.code.as_str())),
        _ => ("Success", None),
    };
    json!({
        "status": status,
        "errorCode": code,
        "reason": reason.map(|reason| &reason.sentence),
        "additionalDetails": null,
        "errorCategory": (status == "Failure").then(|| category(reason)),
        "recommendedAction": reason.map(|reason| reason.code.remedy()),
    })
}

fn is_removal(action: &str) -> bool {
    matches!(action, "remove" | "disable")
}

fn category(reason: Option<&Reason>) -> &'static str {
    match reason.map(|reason| reason.code.severity()) {
        Some(Severity::Stop) | None => "Failure",
        Some(_) => "NonServiceFailure",
    }
}
