//! What tenants of a multitenant organization are given when they join (graph-api.md 5.5). The
//! templates are kept and shown here; `directory` applies them.

use std::collections::BTreeMap;

use access::Permission::{ReadOrganizationChanges, ReadPolicies, WriteOrganization, WritePolicies};
use serde_json::{Map, Value, json};

use super::PATH;
use crate::{
    answer::Answer,
    call::Call,
    error::Error,
    request::Method::{Get, Patch, Post},
    route::Route,
};

const SYNC: &str = "multiTenantOrganizationIdentitySynchronization";
const PARTNER: &str = "multiTenantOrganizationPartnerConfiguration";

pub const ROUTES: &[Route] = &[
    Route::new(
        Get,
        "/policies/crossTenantAccessPolicy/templates",
        "Get templates container",
        &[ReadPolicies, ReadOrganizationChanges],
        container,
    ),
    Route::new(
        Get,
        "/policies/crossTenantAccessPolicy/templates/multiTenantOrganizationIdentitySynchronization",
        "Get MTO sync template",
        &[ReadPolicies, ReadOrganizationChanges],
        |call| get(call, SYNC),
    ),
    Route::new(
        Patch,
        "/policies/crossTenantAccessPolicy/templates/multiTenantOrganizationIdentitySynchronization",
        "Update MTO sync template",
        &[WritePolicies, WriteOrganization],
        |call| patch(call, SYNC),
    ),
    Route::new(
        Post,
        "/policies/crossTenantAccessPolicy/templates/multiTenantOrganizationIdentitySynchronization/resetToDefaultSettings",
        "Reset MTO sync template",
        &[WritePolicies, WriteOrganization],
        |call| reset(call, SYNC),
    ),
    Route::new(
        Get,
        "/policies/crossTenantAccessPolicy/templates/multiTenantOrganizationPartnerConfiguration",
        "Get MTO partner template",
        &[ReadPolicies, ReadOrganizationChanges],
        |call| get(call, PARTNER),
    ),
    Route::new(
        Patch,
        "/policies/crossTenantAccessPolicy/templates/multiTenantOrganizationPartnerConfiguration",
        "Update MTO partner template",
        &[WritePolicies, WriteOrganization],
        |call| patch(call, PARTNER),
    ),
    Route::new(
        Post,
        "/policies/crossTenantAccessPolicy/templates/multiTenantOrganizationPartnerConfiguration/resetToDefaultSettings",
        "Reset MTO partner template",
        &[WritePolicies, WriteOrganization],
        |call| reset(call, PARTNER),
    ),
];

/// What a template says as long as nobody has set it.
fn usual(name: &str) -> Map<String, Value> {
    let mut template =
        json!({ "id": name, "templateApplicationLevel": "newPartners,existingPartners" });
    if name == SYNC {
        template["userSyncInbound"] = json!({ "isSyncAllowed": null });
    } else {
        for setting in [
            "inboundTrust",
            "b2bCollaborationOutbound",
            "b2bCollaborationInbound",
            "b2bDirectConnectOutbound",
            "b2bDirectConnectInbound",
            "automaticUserConsentSettings",
        ] {
            template[setting] = Value::Null;
        }
    }
    let Value::Object(template) = template else { unreachable!("it was written as an object") };
    template
}

fn read(call: &Call<'_>) -> Result<BTreeMap<String, Value>, Error> {
    Ok(call.services.directory.templates(call.actor, call.tenant)?)
}

fn held(call: &Call<'_>, name: &str) -> Result<Map<String, Value>, Error> {
    let mut template = usual(name);
    if let Some(Value::Object(set)) = read(call)?.get(name) {
        template.extend(set.clone());
    }
    Ok(template)
}

fn container(call: &Call<'_>) -> Result<Answer, Error> {
    let mut document = Map::new();
    document.insert("id".to_owned(), json!(call.tenant));
    for name in [SYNC, PARTNER].into_iter().filter(|name| call.expands(name)) {
        document.insert(name.to_owned(), Value::Object(held(call, name)?));
    }
    // Reading nothing of the policy is no reason to be let in.
    read(call)?;
    call.answer_entity(&format!("{PATH}/templates/$entity"), document)
}

fn get(call: &Call<'_>, name: &str) -> Result<Answer, Error> {
    let context = format!("{PATH}/templates/{name}/$entity");
    call.answer_entity(&context, held(call, name)?)
}

fn patch(call: &Call<'_>, name: &str) -> Result<Answer, Error> {
    let (usual, mut template) = (usual(name), held(call, name)?);
    for (member, value) in call.members()? {
        if !usual.contains_key(&member) || member == "id" {
            return Err(Error::not_settable(&member));
        }
        if member == "templateApplicationLevel" && !value.as_str().is_some_and(is_level) {
            let message =
                "templateApplicationLevel is none, newPartners, existingPartners or both.";
            return Err(Error::bad_request(message));
        }
        template.insert(member, value);
    }
    let template = Value::Object(template);
    call.services.directory.set_template(call.actor, call.tenant, name, Some(&template))?;
    Ok(Answer::done())
}

fn is_level(text: &str) -> bool {
    let parts = || text.split(',').map(str::trim);
    text == "none" || parts().all(|part| matches!(part, "newPartners" | "existingPartners"))
}

fn reset(call: &Call<'_>, name: &str) -> Result<Answer, Error> {
    call.services.directory.set_template(call.actor, call.tenant, name, None)?;
    Ok(Answer::done())
}
