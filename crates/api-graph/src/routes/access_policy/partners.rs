//! Partners, and whether they may synchronize into the tenant (graph-api.md 5.1 and 5.4).

use access::Permission::{ReadPolicies, WritePolicies};
use directory::SyncConsent;
use model::{Partner, TenantId};
use serde_json::Value;

use super::{PATH, document, read};
use crate::{
    answer::Answer,
    call::Call,
    error::Error,
    request::{
        Method::{Delete, Get, Patch, Post, Put},
        Version,
    },
    route::Route,
};

const LIST: &str = "/policies/crossTenantAccessPolicy/partners";
const ONE: &str = "/policies/crossTenantAccessPolicy/partners/{tenantId}";
const SYNC: &str = "/policies/crossTenantAccessPolicy/partners/{tenantId}/identitySynchronization";

pub const ROUTES: &[Route] = &[
    Route::new(Get, LIST, "List partner configurations", &[ReadPolicies], list),
    Route::new(Post, LIST, "Create partner configuration", &[WritePolicies], create),
    Route::new(Get, ONE, "Get partner configuration", &[ReadPolicies], get),
    Route::new(Patch, ONE, "Update partner configuration", &[WritePolicies], patch),
    Route::new(Delete, ONE, "Delete partner configuration", &[WritePolicies], delete),
    Route::new(Get, SYNC, "Get inbound user sync policy", &[ReadPolicies], get_sync),
    Route::new(Put, SYNC, "Create inbound user sync policy", &[WritePolicies], put_sync),
    Route::new(Patch, SYNC, "Update inbound user sync policy", &[WritePolicies], patch_sync),
    Route::new(Delete, SYNC, "Delete inbound user sync policy", &[WritePolicies], delete_sync),
];

fn list(call: &Call<'_>) -> Result<Answer, Error> {
    let policy = read(call)?;
    let partners = policy.partners.iter().map(|(id, one)| document::partner(call, *id, one));
    call.answer_list(&format!("{PATH}/partners"), partners.collect::<Result<_, _>>()?)
}

fn create(call: &Call<'_>) -> Result<Answer, Error> {
    let mut settings = call.members()?;
    let tenant = match settings.remove("tenantId") {
        Some(Value::String(id)) => id.parse().ok(),
        _ => None,
    };
    let tenant: TenantId =
        tenant.ok_or_else(|| Error::bad_request("The property 'tenantId' has to be a GUID."))?;
    let directory = &call.services.directory;
    let made = directory.create_partner(call.actor, call.tenant, tenant, &settings);
    let made = made.map_err(|error| conflict(error, "tenantId"))?;
    let context = format!("{PATH}/partners/$entity");
    let document = document::partner(call, tenant, &made)?;
    let place = call.request.url(&format!("{PATH}/partners/{tenant}"));
    Ok(Answer::created(Answer::entity(call, &context, document)).with("location", place))
}

fn get(call: &Call<'_>) -> Result<Answer, Error> {
    let (id, partner) = find(call)?;
    call.answer_entity(&format!("{PATH}/partners/$entity"), document::partner(call, id, &partner)?)
}

fn patch(call: &Call<'_>) -> Result<Answer, Error> {
    let id = partner_id(call)?;
    let mut settings = call.members()?;
    // What a client read and sends back unchanged is no attempt to change it.
    if settings.get("tenantId").and_then(Value::as_str) == Some(&id.to_string()) {
        settings.remove("tenantId");
    }
    call.services.directory.change_partner(call.actor, call.tenant, id, &settings)?;
    Ok(Answer::done())
}

fn delete(call: &Call<'_>) -> Result<Answer, Error> {
    call.services.directory.delete_partner(call.actor, call.tenant, partner_id(call)?)?;
    Ok(Answer::done())
}

fn get_sync(call: &Call<'_>) -> Result<Answer, Error> {
    let (id, partner) = find(call)?;
    if !partner.has_sync() {
        return Err(Error::not_found("identitySynchronization"));
    }
    let context = format!("{PATH}/partners('{id}')/identitySynchronization/$entity");
    call.answer_entity(&context, document::identity_sync(call, id, &partner))
}

fn put_sync(call: &Call<'_>) -> Result<Answer, Error> {
    let (id, consent) = (partner_id(call)?, consent(call)?);
    let directory = &call.services.directory;
    let done = directory.create_sync_consent(call.actor, call.tenant, id, &consent);
    done.map_err(|error| conflict(error, "tenantId"))?;
    Ok(Answer::done())
}

fn patch_sync(call: &Call<'_>) -> Result<Answer, Error> {
    let (id, consent) = (partner_id(call)?, consent(call)?);
    let directory = &call.services.directory;
    let done = directory.change_sync_consent(call.actor, call.tenant, id, &consent);
    done.map_err(|error| match error {
        directory::Error::NotFound { .. } => Error::new(
            404,
            "Directory_ObjectNotFound",
            "Unable to read the company information from the directory.",
        ),
        error => error.into(),
    })?;
    Ok(Answer::done())
}

fn delete_sync(call: &Call<'_>) -> Result<Answer, Error> {
    call.services.directory.delete_sync_consent(call.actor, call.tenant, partner_id(call)?)?;
    Ok(Answer::done())
}

fn partner_id(call: &Call<'_>) -> Result<TenantId, Error> {
    let key = call.key(0);
    key.value.parse().map_err(|_| Error::not_found(&key.value))
}

fn find(call: &Call<'_>) -> Result<(TenantId, Partner), Error> {
    let id = partner_id(call)?;
    let partner = read(call)?.partners.remove(&id);
    partner.map(|partner| (id, partner)).ok_or_else(|| Error::not_found(&id.to_string()))
}

/// The body of an identitySynchronization. Groups are a matter of beta.
fn consent(call: &Call<'_>) -> Result<SyncConsent, Error> {
    let mut consent = SyncConsent::default();
    for (name, value) in call.members()? {
        match (name.as_str(), value) {
            ("displayName", Value::String(name)) => consent.name = Some(name),
            ("displayName", Value::Null) => {}
            ("userSyncInbound", value) => consent.users = is_allowed(&name, &value)?,
            ("groupSyncInbound", value) if call.request.version == Version::Beta => {
                consent.groups = is_allowed(&name, &value)?;
            }
            ("tenantId", Value::String(id)) if id.eq_ignore_ascii_case(&call.key(0).value) => {}
            _ => return Err(Error::not_settable(&name)),
        }
    }
    Ok(consent)
}

fn is_allowed(name: &str, value: &Value) -> Result<Option<bool>, Error> {
    match (value, value.get("isSyncAllowed")) {
        (Value::Null, _) | (Value::Object(_), None | Some(Value::Null)) => Ok(None),
        (_, Some(Value::Bool(allowed))) => Ok(Some(*allowed)),
        _ => Err(Error::bad_request(format!("'{name}' has to hold isSyncAllowed: true or false."))),
    }
}

/// What exists already, as Graph says it of a key.
fn conflict(error: directory::Error, property: &'static str) -> Error {
    match error {
        directory::Error::Exists { .. } => Error::same_key(property),
        error => error.into(),
    }
}
