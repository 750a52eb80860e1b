//! `/policies/crossTenantAccessPolicy`: what a tenant allows its partners (graph-api.md 5). The tenant's
//! own part and its defaults; partners and templates have files of their own.

mod document;
mod partners;
mod templates;

use access::Permission::{ReadPolicies, WritePolicies};
use model::AccessPolicy;
use serde_json::{Map, Value, json};

pub use partners::ROUTES as PARTNERS;
pub use templates::ROUTES as TEMPLATES;

use crate::{
    answer::Answer,
    call::Call,
    error::Error,
    request::Method::{Get, Patch, Post},
    route::Route,
};

const PATH: &str = "policies/crossTenantAccessPolicy";

pub const ROUTES: &[Route] = &[
    Route::new(
        Get,
        "/policies/crossTenantAccessPolicy",
        "Get cross-tenant access policy",
        &[ReadPolicies],
        get,
    ),
    Route::new(
        Patch,
        "/policies/crossTenantAccessPolicy",
        "Update allowedCloudEndpoints",
        &[WritePolicies],
        patch,
    ),
    Route::new(
        Get,
        "/policies/crossTenantAccessPolicy/default",
        "Get default configuration",
        &[ReadPolicies],
        get_default,
    ),
    Route::new(
        Patch,
        "/policies/crossTenantAccessPolicy/default",
        "Update default configuration",
        &[WritePolicies],
        patch_default,
    ),
    Route::new(
        Post,
        "/policies/crossTenantAccessPolicy/default/resetToSystemDefault",
        "Reset default configuration",
        &[WritePolicies],
        reset_default,
    ),
];

fn read(call: &Call<'_>) -> Result<AccessPolicy, Error> {
    Ok(call.services.directory.policy(call.actor, call.tenant)?)
}

fn get(call: &Call<'_>) -> Result<Answer, Error> {
    let policy = read(call)?;
    let mut document = Map::new();
    document.insert("id".to_owned(), json!(call.tenant));
    document.insert("displayName".to_owned(), "CrossTenantAccessPolicy".into());
    document.insert("allowedCloudEndpoints".to_owned(), json!(policy.allowed_clouds));
    if call.expands("default") {
        document.insert("default".to_owned(), document::defaults(call, &policy).into());
    }
    if call.expands("partners") {
        let partners = policy.partners.iter();
        let partners =
            partners.map(|(id, one)| Ok(Value::Object(document::partner(call, *id, one)?)));
        document.insert("partners".to_owned(), partners.collect::<Result<_, Error>>()?);
    }
    call.answer_entity("policies/crossTenantAccessPolicy/$entity", document)
}

fn patch(call: &Call<'_>) -> Result<Answer, Error> {
    let mut clouds = None;
    for (name, value) in call.members()? {
        match (name.as_str(), value) {
            ("allowedCloudEndpoints", Value::Array(named)) => {
                let texts: Option<Vec<String>> =
                    named.iter().map(|one| one.as_str().map(str::to_owned)).collect();
                let wrong = || Error::bad_request("allowedCloudEndpoints holds more than texts.");
                clouds = Some(texts.ok_or_else(wrong)?);
            }
            ("displayName", Value::String(_)) => {}
            _ => return Err(Error::not_settable(&name)),
        }
    }
    call.services.directory.set_clouds(call.actor, call.tenant, clouds.as_deref())?;
    Ok(Answer::done())
}

fn get_default(call: &Call<'_>) -> Result<Answer, Error> {
    let policy = read(call)?;
    call.answer_entity(&format!("{PATH}/default/$entity"), document::defaults(call, &policy))
}

fn patch_default(call: &Call<'_>) -> Result<Answer, Error> {
    let mut settings = call.members()?;
    // What a client read and sends back unchanged is no attempt to change it.
    for name in ["id", "isServiceDefault"] {
        settings.remove(name);
    }
    call.services.directory.change_defaults(call.actor, call.tenant, &settings)?;
    Ok(Answer::done())
}

fn reset_default(call: &Call<'_>) -> Result<Answer, Error> {
    call.services.directory.reset_defaults(call.actor, call.tenant)?;
    Ok(Answer::done())
}
