//! `/applications`: programs that sign in, and configurations as the applications that they are there
//! (graph-api.md 9.1).

use access::Permission::{
    CreateApplications, DeleteApplications, ReadApplications, WriteApplications,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use directory::{Application, ApplicationChange, NewApplication, NewCredential};
use model::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::service_principals::{remove, update};
use crate::{
    answer::Answer,
    call::Call,
    error::Error,
    principals::{Principal, password},
    request::Method::{Delete, Get, Patch, Post},
    route::Route,
    small::object,
};

const ONE: &str = "/applications/{id}";

pub const ROUTES: &[Route] = &[
    Route::new(Get, "/applications", "List applications", &[ReadApplications], list),
    Route::new(Post, "/applications", "Create application", &[CreateApplications], create),
    Route::new(Get, ONE, "Get application", &[ReadApplications], get),
    Route::new(Patch, ONE, "Update application", &[WriteApplications], patch),
    Route::new(Delete, ONE, "Delete application", &[DeleteApplications], delete),
    Route::new(
        Post,
        "/applications/{id}/addPassword",
        "Create client secret",
        &[WriteApplications],
        add_password,
    ),
    Route::new(
        Post,
        "/applications/{id}/removePassword",
        "Remove client secret",
        &[WriteApplications],
        remove_password,
    ),
];

fn list(call: &Call<'_>) -> Result<Answer, Error> {
    let all = Principal::list(call)?;
    call.answer_list("applications", all.iter().filter_map(Principal::application).collect())
}

fn get(call: &Call<'_>) -> Result<Answer, Error> {
    let found = Principal::find_application(call, call.key(0))?;
    call.answer_entity("applications/$entity", found.application().unwrap_or_default())
}

fn create(call: &Call<'_>) -> Result<Answer, Error> {
    let mut name = None;
    for (member, value) in call.members()? {
        match (member.as_str(), value) {
            ("displayName", Value::String(text)) => name = Some(text),
            ("signInAudience", Value::String(audience)) if audience == "AzureADMyOrg" => {}
            ("tags" | "notes" | "description", _) => {}
            _ => return Err(Error::not_settable(&member)),
        }
    }
    let name = name.ok_or_else(|| Error::bad_request("The property 'displayName' is required."))?;
    let new = NewApplication { name, grants: Vec::new(), secret: None };
    let made = call.services.directory.create_application(call.actor, call.tenant, new)?;
    let place = call.request.url(&format!("applications/{}", made.object_id));
    let document = Principal::Program(Box::new(made)).application().unwrap_or_default();
    let document = Answer::entity(call, "applications/$entity", document);
    Ok(Answer::created(document).with("location", place))
}

fn patch(call: &Call<'_>) -> Result<Answer, Error> {
    let found = Principal::find_application(call, call.key(0))?;
    let mut change = ApplicationChange::default();
    for (name, value) in call.members()? {
        match (name.as_str(), &value) {
            ("displayName", Value::String(text)) => change.name = Some(text.clone()),
            ("isFallbackPublicClient", Value::Bool(public)) => change.public_client = Some(*public),
            ("web", Value::Object(web)) => {
                let uris = web.get("redirectUris").map(|uris| serde_json::from_value(uris.clone()));
                let wrong = |_| Error::bad_request("redirectUris is no list of texts.");
                change.redirect_uris = uris.transpose().map_err(wrong)?;
            }
            (name, value) if found.application().unwrap_or_default().get(name) == Some(value) => {}
            _ => return Err(Error::not_settable(&name)),
        }
    }
    update(call, &found, &change)
}

fn delete(call: &Call<'_>) -> Result<Answer, Error> {
    remove(call, &Principal::find_application(call, call.key(0))?)
}

/// The program behind a key; a configuration never signs in.
fn program(call: &Call<'_>) -> Result<Application, Error> {
    match Principal::find_application(call, call.key(0))? {
        Principal::Program(program) => Ok(*program),
        _ => Err(Error::bad_request("A configuration does not sign in and has no secret.")),
    }
}

fn add_password(call: &Call<'_>) -> Result<Answer, Error> {
    let program = program(call)?;
    let body = call.members_if_any()?;
    let said = body.get("passwordCredential").cloned().unwrap_or_else(|| json!({}));
    let instant = |name: &str| -> Result<Option<Timestamp>, Error> {
        let wrong = |_| Error::bad_request(format!("The property '{name}' is no date and time."));
        said.get(name).and_then(Value::as_str).map(|text| text.parse().map_err(wrong)).transpose()
    };
    let new = NewCredential {
        name: said.get("displayName").and_then(Value::as_str).map(str::to_owned),
        start: instant("startDateTime")?,
        end: instant("endDateTime")?,
    };
    let secret = new_secret(call);
    let directory = &call.services.directory;
    let id = program.id.to_string();
    let made = directory.add_application_secret(call.actor, call.tenant, &id, new, &secret)?;
    let mut document = password(&made);
    document["secretText"] = json!(secret);
    let context = "microsoft.graph.passwordCredential";
    Ok(Answer::ok(Answer::entity(call, context, object(document))))
}

/// 256 random bits as text, out of ids of version 7, which carry 74 each.
fn new_secret(call: &Call<'_>) -> String {
    let ids = call.services.directory.ids();
    let bytes: Vec<u8> = (0..4).flat_map(|_| ids.next().into_bytes()).collect();
    URL_SAFE_NO_PAD.encode(Sha256::digest(bytes))
}

fn remove_password(call: &Call<'_>) -> Result<Answer, Error> {
    let program = program(call)?;
    let body = call.members()?;
    let key: Option<Uuid> =
        body.get("keyId").and_then(Value::as_str).and_then(|text| text.parse().ok());
    let key = key.ok_or_else(|| Error::bad_request("The property 'keyId' has to be a GUID."))?;
    let id = program.id.to_string();
    let directory = &call.services.directory;
    directory.remove_application_secret(call.actor, call.tenant, &id, key)?;
    Ok(Answer::done())
}
