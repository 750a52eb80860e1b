//! `/domains`: the verified domains of the tenant (graph-api.md 9.1).

use access::Permission::ReadDomains;
use model::Domain;
use serde_json::{Map, Value, json};

use crate::{answer::Answer, call::Call, error::Error, request::Method::Get, route::Route};

pub const ROUTES: &[Route] = &[
    Route::new(Get, "/domains", "List domains", &[ReadDomains], list),
    Route::new(Get, "/domains/{id}", "Get domain", &[ReadDomains], get),
];

fn list(call: &Call<'_>) -> Result<Answer, Error> {
    let domains = read(call)?;
    let all = (0..domains.len()).map(|place| Value::Object(document(&domains, place)));
    Ok(Answer::collection(call, "domains", all.collect()))
}

fn get(call: &Call<'_>) -> Result<Answer, Error> {
    let domains = read(call)?;
    let name = &call.key(0).value;
    let place = domains.iter().position(|own| own.as_str().eq_ignore_ascii_case(name));
    let place = place.ok_or_else(|| Error::not_found(name))?;
    Ok(Answer::ok(Answer::entity(call, "domains/$entity", document(&domains, place))))
}

fn read(call: &Call<'_>) -> Result<Vec<Domain>, Error> {
    Ok(call.services.directory.list_domains(call.actor, call.tenant)?)
}

fn document(domains: &[Domain], place: usize) -> Map<String, Value> {
    let name = &domains[place];
    let is_below = |other: &Domain| name.as_str().ends_with(&format!(".{other}"));
    let document = json!({
        "id": name,
        "authenticationType": "Managed",
        "availabilityStatus": null,
        "isAdminManaged": true,
        "isDefault": place == 0,
        "isInitial": place == 0,
        "isRoot": !domains.iter().any(is_below),
        "isVerified": true,
        "manufacturer": null,
        "model": null,
        "passwordNotificationWindowInDays": 14,
        "passwordValidityPeriodInDays": 2_147_483_647,
        "supportedServices": ["Email", "OfficeCommunicationsOnline"],
        "state": null,
    });
    let Value::Object(document) = document else { unreachable!("it was written as an object") };
    document
}
