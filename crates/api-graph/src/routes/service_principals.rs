//! `/servicePrincipals`: programs, configurations and Microsoft Graph itself, and who is assigned to
//! them (graph-api.md 6.9 and 9.1).

mod assigned;

use access::Permission::{ReadApplications, WriteApplications};
use directory::ApplicationChange;
use serde_json::Value;

pub use assigned::ROUTES as ASSIGNED;

use crate::{
    answer::Answer,
    call::Call,
    error::Error,
    path::Key,
    principals::Principal,
    request::Method::{Delete, Get, Patch, Post},
    route::Route,
};

const ONE: &str = "/servicePrincipals/{id}";

pub const ROUTES: &[Route] = &[
    Route::new(Get, "/servicePrincipals", "List service principals", &[ReadApplications], list),
    Route::new(
        Post,
        "/servicePrincipals",
        "Create service principal",
        &[WriteApplications],
        create,
    ),
    Route::new(Get, ONE, "Get service principal", &[ReadApplications], get),
    Route::new(Patch, ONE, "Update service principal", &[WriteApplications], patch),
    Route::new(Delete, ONE, "Delete service principal", &[WriteApplications], delete),
];

fn list(call: &Call<'_>) -> Result<Answer, Error> {
    let all = Principal::list(call)?;
    let documents = all.iter().map(|one| one.document(call.tenant)).collect();
    call.answer_list("servicePrincipals", documents)
}

fn get(call: &Call<'_>) -> Result<Answer, Error> {
    let found = Principal::find(call, call.key(0))?;
    call.answer_entity("servicePrincipals/$entity", found.document(call.tenant))
}

/// A program has its principal from the beginning, so that there is nothing left to make.
fn create(call: &Call<'_>) -> Result<Answer, Error> {
    let body = call.members()?;
    let wanted = body.get("appId").and_then(Value::as_str);
    let wanted = wanted.ok_or_else(|| Error::bad_request("The property 'appId' is required."))?;
    let key = Key { property: Some("appId".to_owned()), value: wanted.to_owned() };
    let found = Principal::find(call, &key).map_err(|error| match error.status {
        404 => Error::bad_request(format!(
            "The appId '{wanted}' of the service principal does not reference a valid application."
        )),
        _ => error,
    })?;
    let document = found.document(call.tenant);
    Ok(Answer::created(Answer::entity(call, "servicePrincipals/$entity", document)))
}

fn patch(call: &Call<'_>) -> Result<Answer, Error> {
    let found = Principal::find(call, call.key(0))?;
    let mut change = ApplicationChange::default();
    for (name, value) in call.members()? {
        match (name.as_str(), value) {
            ("displayName", Value::String(text)) => change.name = Some(text),
            ("accountEnabled", Value::Bool(enabled)) => change.enabled = Some(enabled),
            (name, value) if found.document(call.tenant).get(name) == Some(&value) => {}
            _ => return Err(Error::not_settable(&name)),
        }
    }
    update(call, &found, &change)
}

/// Changes what stands behind a principal or an application.
pub fn update(
    call: &Call<'_>,
    found: &Principal,
    change: &ApplicationChange,
) -> Result<Answer, Error> {
    let directory = &call.services.directory;
    match found {
        Principal::Graph => return Err(denied()),
        Principal::Program(program) => {
            let id = program.id.to_string();
            directory.update_application(call.actor, call.tenant, &id, change)?;
        }
        Principal::Configuration(_) if change.enabled == Some(false) => {
            let message = "A configuration is not disabled; pause its synchronization job.";
            return Err(Error::bad_request(message));
        }
        Principal::Configuration(configuration) => {
            let name = change.name.as_deref().unwrap_or(&configuration.job.name);
            directory.rename_configuration(call.actor, &configuration.job, name)?;
        }
    }
    Ok(Answer::done())
}

fn delete(call: &Call<'_>) -> Result<Answer, Error> {
    remove(call, &Principal::find(call, call.key(0))?)
}

/// Removes what stands behind a principal or an application.
pub fn remove(call: &Call<'_>, found: &Principal) -> Result<Answer, Error> {
    let directory = &call.services.directory;
    match found {
        Principal::Graph => return Err(denied()),
        Principal::Program(program) => {
            let id = program.id.to_string();
            directory.delete_program(call.actor, call.tenant, &id, call.needs)?;
        }
        Principal::Configuration(configuration) => {
            directory.delete_configuration(call.actor, &configuration.job, call.needs)?;
        }
    }
    Ok(Answer::done())
}

fn denied() -> Error {
    let message = "Microsoft Graph belongs to every tenant and stays as it is.";
    Error::new(403, "Authorization_RequestDenied", message)
}
