//! Directory extensions: attributes that a tenant defines for itself (graph-api.md 1.8).

use access::Permission::{ReadApplications, WriteApplications};
use directory::NewExtension;
use model::{ApplicationId, Extension, ExtensionType, Kind};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::{
    answer::Answer,
    call::Call,
    error::Error,
    path::Key,
    principals::Principal,
    request::Method::{Delete, Get, Post},
    route::Route,
};

pub const ROUTES: &[Route] = &[
    Route::new(
        Get,
        "/applications/{id}/extensionProperties",
        "List directory extension definitions",
        &[ReadApplications],
        list,
    ),
    Route::new(
        Post,
        "/applications/{id}/extensionProperties",
        "Define directory extension",
        &[WriteApplications],
        create,
    ),
    Route::new(
        Get,
        "/applications/{id}/extensionProperties/{id}",
        "Get definition",
        &[ReadApplications],
        get,
    ),
    Route::new(
        Delete,
        "/applications/{id}/extensionProperties/{id}",
        "Delete definition",
        &[WriteApplications],
        delete,
    ),
    Route::new(
        Post,
        "/directoryObjects/getAvailableExtensionProperties",
        "List directory extensions in the tenant",
        &[ReadApplications],
        list_available,
    ),
];

const CONTEXT: &str = "applications('{}')/extensionProperties";

/// The application of the path, by its object id or its client id.
fn application(call: &Call<'_>) -> Result<(ApplicationId, String), Error> {
    let key = call.key(0);
    let found = Principal::find_application(call, key).or_else(|error| match error.status {
        404 => {
            let property = Some("appId".to_owned());
            Principal::find_application(call, &Key { property, value: key.value.clone() })
        }
        _ => Err(error),
    })?;
    match found {
        Principal::Program(program) => Ok((program.id, program.name)),
        _ => Err(Error::not_found(&key.value)),
    }
}

fn own(call: &Call<'_>, application: ApplicationId) -> Result<Vec<Extension>, Error> {
    let mut all = call.services.directory.list_extensions(call.actor, call.tenant)?;
    all.retain(|extension| extension.application == application);
    Ok(all)
}

fn list(call: &Call<'_>) -> Result<Answer, Error> {
    let (id, name) = application(call)?;
    let all = own(call, id)?;
    let items = all.iter().map(|extension| Value::Object(document(extension, &name)));
    let context = CONTEXT.replace("{}", &id.to_string());
    Ok(Answer::collection(call, &context, items.collect()))
}

fn find(call: &Call<'_>) -> Result<(Extension, String), Error> {
    let (id, name) = application(call)?;
    let key = &call.key(1).value;
    let found = own(call, id)?.into_iter().find(|one| id_of(one).eq_ignore_ascii_case(key));
    Ok((found.ok_or_else(|| Error::not_found(key))?, name))
}

fn get(call: &Call<'_>) -> Result<Answer, Error> {
    let (extension, name) = find(call)?;
    let context = CONTEXT.replace("{}", &extension.application.to_string());
    Ok(Answer::ok(Answer::entity(call, &format!("{context}/$entity"), document(&extension, &name))))
}

fn delete(call: &Call<'_>) -> Result<Answer, Error> {
    let (extension, _) = find(call)?;
    let attribute = extension.attribute();
    call.services.directory.delete_extension(call.actor, call.tenant, attribute.as_str())?;
    Ok(Answer::done())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct New {
    name: String,
    data_type: String,
    #[serde(default)]
    is_multi_valued: bool,
    target_objects: Vec<String>,
}

fn create(call: &Call<'_>) -> Result<Answer, Error> {
    let (application, application_name) = application(call)?;
    let body: New = call.body()?;
    let data_type = data_type(&body.data_type).ok_or_else(|| {
        Error::bad_request(format!("'{}' is no dataType of an extension.", body.data_type))
    })?;
    let targets = body.target_objects.iter().map(|name| match name.as_str() {
        "User" => Ok(Kind::User),
        "Group" => Ok(Kind::Group),
        other => Err(Error::bad_request(format!(
            "Extensions of '{other}' are not offered, only those of User and Group."
        ))),
    });
    let new = NewExtension {
        name: body.name,
        application: Some(application),
        data_type,
        multi_valued: body.is_multi_valued,
        targets: targets.collect::<Result<_, _>>()?,
    };
    let extension = call.services.directory.create_extension(call.actor, call.tenant, new)?;
    let context = CONTEXT.replace("{}", &application.to_string());
    let entity = Answer::entity(
        call,
        &format!("{context}/$entity"),
        document(&extension, &application_name),
    );
    let path = format!("applications/{application}/extensionProperties/{}", id_of(&extension));
    Ok(Answer::created(entity).with("location", call.request.url(&path)))
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Available {
    #[serde(default)]
    is_synced_from_on_premises: Option<bool>,
}

fn list_available(call: &Call<'_>) -> Result<Answer, Error> {
    let body: Available =
        if call.request.body.is_empty() { Available::default() } else { call.body()? };
    let directory = &call.services.directory;
    let all = directory.list_extensions(call.actor, call.tenant)?;
    // None of ours comes from a directory on premises.
    let all = if body.is_synced_from_on_premises == Some(true) { Vec::new() } else { all };
    let items = all.iter().map(|extension| {
        let owner = extension.application.to_string();
        let owner = directory.find_application(call.actor, call.tenant, &owner);
        // The tenant's own extensions belong to no application that is registered.
        let name = owner.map(|owner| owner.name).unwrap_or_default();
        Value::Object(document(extension, &name))
    });
    Ok(Answer::collection(call, "directoryObjects", items.collect()))
}

fn data_type(name: &str) -> Option<ExtensionType> {
    serde_json::from_value(Value::String(name.to_owned())).ok()
}

/// A definition is known by its attribute's name; its id is made from that, so that it stays the same.
fn id_of(extension: &Extension) -> String {
    let digest = Sha256::digest(extension.attribute().as_str().as_bytes());
    let mut digits: Vec<u8> = digest[..16].to_vec();
    // Version 8 is for ids that are made in a way of their own (RFC 9562).
    digits[6] = 0x80 | (digits[6] & 0x0f);
    digits[8] = 0x80 | (digits[8] & 0x3f);
    ApplicationId::from_slice(&digits).expect("16 bytes").to_string()
}

fn document(extension: &Extension, application: &str) -> Map<String, Value> {
    let targets = extension.targets.iter().map(|kind| match kind {
        Kind::User => "User",
        Kind::Group => "Group",
    });
    let document = json!({
        "id": id_of(extension),
        "deletedDateTime": null,
        "appDisplayName": application,
        "dataType": extension.data_type,
        "isMultiValued": extension.multi_valued,
        "isSyncedFromOnPremises": false,
        "name": extension.attribute().as_str(),
        "targetObjects": targets.collect::<Vec<_>>(),
    });
    let Value::Object(document) = document else { unreachable!("it was written as an object") };
    document
}
