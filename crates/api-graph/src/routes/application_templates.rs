//! `/applicationTemplates`: the gallery, of which there is one template here: a configuration between
//! tenants (graph-api.md 6.9).

use access::Permission::{ReadApplications, WriteApplications};
use serde_json::{Map, Value, json};

use crate::{
    answer::Answer,
    call::Call,
    error::Error,
    principals::{Principal, TEMPLATE},
    request::Method::{Get, Post},
    route::Route,
    small::object,
};

pub const ROUTES: &[Route] = &[
    Route::new(Get, "/applicationTemplates", "List gallery templates", &[ReadApplications], list),
    Route::new(Get, "/applicationTemplates/{id}", "Get gallery template", &[ReadApplications], get),
    Route::new(
        Post,
        "/applicationTemplates/{id}/instantiate",
        "Create application and service principal from a template",
        &[WriteApplications],
        instantiate,
    ),
];

fn template() -> Map<String, Value> {
    object(json!({
        "id": TEMPLATE,
        "displayName": "Azure Active Directory Cross-Tenant Synchronization",
        "homePageUrl": "http://www.microsoft.com/",
        "supportedSingleSignOnModes": ["external"],
        "supportedProvisioningTypes": ["sync"],
        "logoUrl": null,
        "categories": [],
        "publisher": "Microsoft Corporation",
        "description": "Synchronizes users of this tenant into another one.",
    }))
}

fn list(call: &Call<'_>) -> Result<Answer, Error> {
    Principal::list(call)?;
    call.answer_list("applicationTemplates", vec![template()])
}

fn check(call: &Call<'_>) -> Result<(), Error> {
    let key = &call.key(0).value;
    if key.eq_ignore_ascii_case(TEMPLATE) { Ok(()) } else { Err(Error::not_found(key)) }
}

fn get(call: &Call<'_>) -> Result<Answer, Error> {
    Principal::list(call)?;
    check(call)?;
    call.answer_entity("applicationTemplates/$entity", template())
}

fn instantiate(call: &Call<'_>) -> Result<Answer, Error> {
    check(call)?;
    let mut name = None;
    for (member, value) in call.members()? {
        match (member.as_str(), value) {
            ("displayName", Value::String(text)) => name = Some(text),
            ("serviceManagementReference", Value::String(_) | Value::Null) => {}
            _ => return Err(Error::not_settable(&member)),
        }
    }
    let name = name.ok_or_else(|| Error::bad_request("The property 'displayName' is required."))?;
    let made = call.services.directory.instantiate(call.actor, call.tenant, &name)?;
    let principal = Principal::Configuration(Box::new(made));
    let context = "microsoft.graph.applicationServicePrincipal";
    let mut document = Map::new();
    document.insert("application".to_owned(), json!(principal.application()));
    document.insert("servicePrincipal".to_owned(), principal.document(call.tenant).into());
    Ok(Answer::created(Answer::entity(call, context, document)))
}
