//! `/auditLogs/directoryAudits`: what was written in the tenant, by whom, with the values before and
//! after (graph-api.md 7.2).

use access::Permission::ReadAudit;
use directory::{AuditRange, AuditRecord};
use model::{Actor, ChangeNumber, TenantId};
use serde_json::{Map, Value, json};
use store::AuditEntry;
use wire::odata::{
    Page,
    filter::{self, Case},
};

use super::{SEARCHED_PAGES, answer, bounds::Bounds, newest_first};
use crate::{
    answer::Answer,
    call::Call,
    error::Error,
    request::Method::Get,
    route::Route,
    small::{expired, object},
};

pub const ROUTES: &[Route] = &[
    Route::new(Get, "/auditLogs/directoryAudits", "List directory audits", &[ReadAudit], list),
    Route::new(Get, "/auditLogs/directoryAudits/{id}", "Get directory audit", &[ReadAudit], get),
];

fn list(call: &Call<'_>) -> Result<Answer, Error> {
    let options = call.query()?;
    let size = options.page_size(Page::LOGS)?;
    let bounds = Bounds::of(options.filter.as_ref());
    let token = options.skip_token.as_ref();
    let behind: Option<ChangeNumber> =
        token.map(|token| token.parse().map_err(|_| expired())).transpose()?;
    let mut query = AuditRange {
        since: bounds.since,
        until: bounds.until,
        newest_first: newest_first(&options)?,
        behind,
    };
    let mut items = Vec::new();
    let mut next = None;
    for _ in 0..SEARCHED_PAGES {
        let page = call.services.directory.read_audit_records(call.actor, call.tenant, &query)?;
        next = page.next;
        let count = page.records.len();
        for (index, record) in page.records.iter().enumerate() {
            let document = document(call.tenant, record);
            let filter = options.filter.as_ref();
            if filter.is_none_or(|filter| filter::matches(filter, &document, Case::Ignored)) {
                items.push(object(document));
            }
            if items.len() == size && index + 1 < count {
                let next = record.audited.number.to_string();
                return Ok(answer(call, CONTEXT, &options, items, Some(next)));
            }
        }
        query.behind = next;
        if next.is_none() || items.len() == size {
            break;
        }
    }
    let next = next.map(|number| number.to_string());
    Ok(answer(call, CONTEXT, &options, items, next))
}

const CONTEXT: &str = "auditLogs/directoryAudits";

fn get(call: &Call<'_>) -> Result<Answer, Error> {
    let key = &call.key(0).value;
    let missing = || Error::not_found(key);
    let number = key.strip_prefix(&prefix(call.tenant)).and_then(|text| text.parse().ok());
    let number: ChangeNumber = number.ok_or_else(missing)?;
    let found = call.services.directory.find_audit_record(call.actor, call.tenant, number)?;
    let document = document(call.tenant, &found.ok_or_else(missing)?);
    call.answer_entity("auditLogs/directoryAudits/$entity", object(document))
}

fn prefix(tenant: TenantId) -> String {
    format!("Directory_{}_", tenant.0.simple())
}

/// `directoryAudit`.
fn document(tenant: TenantId, record: &AuditRecord) -> Value {
    let audited = &record.audited;
    let erased = AuditEntry {
        activity: "(erased)".to_owned(),
        target_kind: String::new(),
        target: String::new(),
        detail: String::new(),
        request: None,
    };
    let entry = audited.entry.as_ref().unwrap_or(&erased);
    let is_sync = matches!(audited.actor, Actor::Job { .. });
    json!({
        "id": format!("{}{}", prefix(tenant), audited.number),
        "activityDateTime": audited.at,
        "activityDisplayName": entry.activity,
        "category": category(&entry.target_kind),
        "correlationId": entry.request,
        "operationType": operation(&entry.activity),
        "loggedByService": if is_sync { "Account Provisioning" } else { "Core Directory" },
        "result": "success",
        "resultReason": "",
        "initiatedBy": initiator(&audited.actor),
        "targetResources": [resource(record, entry)],
        "additionalDetails": [],
    })
}

fn category(kind: &str) -> &'static str {
    match kind {
        "user" => "UserManagement",
        "group" => "GroupManagement",
        "application" | "extension" => "ApplicationManagement",
        "policy" => "CrossTenantAccessSettings",
        "job" | "mirror" | "notify" => "ProvisioningManagement",
        _ => "DirectoryManagement",
    }
}

fn operation(activity: &str) -> &'static str {
    match activity.split(' ').next().unwrap_or_default() {
        "Add" | "Create" | "Invite" => "Add",
        "Delete" | "Remove" | "Hard" => "Delete",
        "Assign" => "Assign",
        "Unassign" => "Unassign",
        "(erased)" => "",
        _ => "Update",
    }
}

fn initiator(actor: &Actor) -> Value {
    let app = |id: Value, name: &str| {
        json!({
            "app": {
                "appId": id,
                "displayName": name,
                "servicePrincipalId": null,
                "servicePrincipalName": null,
            },
            "user": null,
        })
    };
    let user = |id: Value, name: &str, principal: Value| {
        json!({
            "app": null,
            "user": {
                "id": id,
                "displayName": name,
                "userPrincipalName": principal,
                "ipAddress": null,
            },
        })
    };
    match actor {
        Actor::User { id, name, .. } => user(json!(id), name, json!(name)),
        Actor::Operator { name } => user(Value::Null, &format!("operator {name}"), Value::Null),
        Actor::Application { id, name, .. } => app(json!(id), name),
        Actor::Job { job, .. } => app(json!(job), "Azure AD Provisioning Service"),
        Actor::Mirror { mirror, .. } => app(json!(mirror), "mirror"),
        Actor::System => app(Value::Null, "system"),
    }
}

fn resource(record: &AuditRecord, entry: &AuditEntry) -> Value {
    let detail: Value = serde_json::from_str(&entry.detail).unwrap_or(Value::Null);
    let named = detail.get("name").and_then(Value::as_str);
    json!({
        "id": entry.target,
        "displayName": record.name.as_deref().or(named),
        "type": match entry.target_kind.as_str() {
            "user" => "User",
            "group" => "Group",
            "application" => "Application",
            "job" => "ServicePrincipal",
            "policy" => "Policy",
            _ => "Other",
        },
        "userPrincipalName": record.user_principal_name,
        "groupType": (entry.target_kind == "group").then_some("azureAD"),
        "modifiedProperties": modified(&detail),
    })
}

/// What changed, each with its values as JSON texts. A detail that is a pair of old and new as a whole
/// is told member by member.
fn modified(detail: &Value) -> Vec<Map<String, Value>> {
    let Value::Object(members) = detail else { return Vec::new() };
    let property = |name: &str, old: Option<&Value>, new: Option<&Value>| {
        let text = |value: Option<&Value>| value.filter(|one| !one.is_null()).map(Value::to_string);
        object(json!({ "displayName": name, "oldValue": text(old), "newValue": text(new) }))
    };
    if let (Some(Value::Object(old)), Some(Value::Object(new))) =
        (members.get("old"), members.get("new"))
    {
        let names = old.keys().chain(new.keys().filter(|name| !old.contains_key(*name)));
        let changed = names.filter(|name| old.get(*name) != new.get(*name));
        return changed.map(|name| property(name, old.get(name), new.get(name))).collect();
    }
    let pair = |value: &Value| value.get("old").is_some() || value.get("new").is_some();
    let told = |(name, value): (&String, &Value)| match pair(value) {
        true => property(name, value.get("old"), value.get("new")),
        false => property(name, None, Some(value)),
    };
    members.iter().map(told).collect()
}
