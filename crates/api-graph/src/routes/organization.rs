//! `/organization`: the tenant itself (graph-api.md 9.1).

use access::Permission::ReadTenant;
use model::Tenant;
use serde_json::{Map, Value, json};

use crate::{answer::Answer, call::Call, error::Error, request::Method::Get, route::Route};

pub const ROUTES: &[Route] = &[
    Route::new(Get, "/organization", "List organization (one element)", &[ReadTenant], list),
    Route::new(Get, "/organization/{id}", "Get organization", &[ReadTenant], get),
];

fn list(call: &Call<'_>) -> Result<Answer, Error> {
    let tenant = read(call)?;
    Ok(Answer::collection(call, "organization", vec![Value::Object(document(&tenant))]))
}

fn get(call: &Call<'_>) -> Result<Answer, Error> {
    let tenant = read(call)?;
    if call.key(0).value != tenant.id.to_string() {
        return Err(Error::not_found(&call.key(0).value));
    }
    Ok(Answer::ok(Answer::entity(call, "organization/$entity", document(&tenant))))
}

fn read(call: &Call<'_>) -> Result<Tenant, Error> {
    Ok(call.services.directory.get_tenant(call.actor, &call.tenant.to_string())?)
}

fn document(tenant: &Tenant) -> Map<String, Value> {
    let domains = tenant.domains.iter().enumerate().map(|(place, domain)| {
        json!({
            "name": domain,
            "isDefault": place == 0,
            "isInitial": place == 0,
            "capabilities": "Email, OfficeCommunicationsOnline",
            "type": "Managed",
        })
    });
    let document = json!({
        "id": tenant.id,
        "displayName": tenant.name,
        "tenantType": "AAD",
        "verifiedDomains": domains.collect::<Vec<_>>(),
        "assignedPlans": [],
        "provisionedPlans": [],
        "businessPhones": [],
        "countryLetterCode": null,
        "preferredLanguage": null,
        "onPremisesSyncEnabled": null,
    });
    let Value::Object(document) = document else { unreachable!("it was written as an object") };
    document
}
