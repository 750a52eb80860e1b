//! `/tenantRelationships`: what anybody may know of another tenant (graph-api.md 8). That a tenant is
//! here is no secret to who knows its id or one of its domains.

use access::Permission::FindTenants;
use serde_json::{Value, json};

use crate::{
    answer::Answer, call::Call, error::Error, request::Method::Get, route::Route, small::object,
};

pub const ROUTES: &[Route] = &[
    Route::new(
        Get,
        "/tenantRelationships/findTenantInformationByTenantId/{tenantId}",
        "Tenant facts by id",
        &[FindTenants],
        |call| find(call, "tenantId"),
    ),
    Route::new(
        Get,
        "/tenantRelationships/findTenantInformationByDomainName/{domainName}",
        "Tenant facts by domain",
        &[FindTenants],
        |call| find(call, "domainName"),
    ),
];

fn find(call: &Call<'_>, parameter: &str) -> Result<Answer, Error> {
    let key = call.key(0);
    if key.property.as_deref() != Some(parameter) {
        let message = format!("The function takes the parameter '{parameter}'.");
        return Err(Error::bad_gateway_request(message));
    }
    let directory = &call.services.directory;
    let found = match parameter {
        "tenantId" => match key.value.parse() {
            Ok(id) => directory.find_tenant(call.actor, call.tenant, Some(id), None)?,
            Err(_) => return Err(Error::bad_request("The tenantId has to be a GUID.")),
        },
        _ => directory.find_tenant(call.actor, call.tenant, None, Some(&key.value))?,
    };
    let Some(tenant) = found else {
        let message = format!("There is no tenant '{}'.", key.value);
        return Err(Error::new(404, "Directory_ObjectNotFound", message));
    };
    let information = object(json!({
        "tenantId": tenant.id,
        "federationBrandName": Value::Null,
        "displayName": tenant.name,
        "defaultDomainName": tenant.initial_domain(),
    }));
    call.answer_entity("microsoft.graph.tenantInformation", information)
}
