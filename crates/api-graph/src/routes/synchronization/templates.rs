//! Templates of a configuration's job: there is one, `Azure2Azure` (graph-api.md 6.1 and 6.4).

use access::Permission::ReadJobs;
use directory::Configuration;
use model::{Job, Mapping};
use serde_json::{Map, Value, json};

use super::{AZURE2AZURE, schema};
use crate::{
    answer::Answer, call::Call, error::Error, principals::Principal, request::Method::Get,
    route::Route, small::object,
};

pub const ROUTES: &[Route] = &[
    Route::new(
        Get,
        "/servicePrincipals/{id}/synchronization/templates",
        "List synchronization templates",
        &[ReadJobs],
        list,
    ),
    Route::new(
        Get,
        "/servicePrincipals/{id}/synchronization/templates/{templateId}",
        "Get template",
        &[ReadJobs],
        get,
    ),
    Route::new(
        Get,
        "/servicePrincipals/{id}/synchronization/templates/{templateId}/schema",
        "Get template schema",
        &[ReadJobs],
        get_schema,
    ),
    Route::new(
        Get,
        "/applications/{id}/synchronization/templates",
        "List templates of an application",
        &[ReadJobs],
        list,
    ),
    Route::new(
        Get,
        "/applications/{id}/synchronization/templates/{templateId}",
        "Get template of an application",
        &[ReadJobs],
        get,
    ),
    Route::new(
        Get,
        "/applications/{id}/synchronization/templates/{templateId}/schema",
        "Get template schema of an application",
        &[ReadJobs],
        get_schema,
    ),
];

/// The configuration, named by its principal or by its application.
fn configuration(call: &Call<'_>) -> Result<Configuration, Error> {
    let key = call.key(0);
    let path = call.request.path.trim_start_matches('/').to_ascii_lowercase();
    let found = match path.starts_with("applications") {
        true => Principal::find_application(call, key)?,
        false => Principal::find(call, key)?,
    };
    match found {
        Principal::Configuration(configuration) => Ok(*configuration),
        _ => Err(Error::not_found(&key.value)),
    }
}

fn root(call: &Call<'_>) -> &'static str {
    let path = call.request.path.trim_start_matches('/').to_ascii_lowercase();
    if path.starts_with("applications") { "applications" } else { "servicePrincipals" }
}

fn document(configuration: &Configuration) -> Map<String, Value> {
    object(json!({
        "id": AZURE2AZURE,
        "applicationId": configuration.application,
        "default": true,
        "description": null,
        "discoverable": false,
        "factoryTag": AZURE2AZURE,
        "metadata": [
            { "key": "SynchronizationLearnMoreIbizaFwLink", "value": "" },
            {
                "key": "ConfigurationFields",
                "value": "[{\"name\":\"CompanyId\",\"displayName\":\"Tenant Id\",\"type\":\"text\",\"required\":true}]",
            },
            { "key": "GalleryApplicationIdentifier", "value": crate::principals::TEMPLATE },
        ],
    }))
}

fn list(call: &Call<'_>) -> Result<Answer, Error> {
    let configuration = configuration(call)?;
    let context = format!("{}('{}')/synchronization/templates", root(call), call.key(0).value);
    call.answer_list(&context, vec![document(&configuration)])
}

fn check(call: &Call<'_>) -> Result<Configuration, Error> {
    let configuration = configuration(call)?;
    let wanted = &call.key(1).value;
    match wanted.eq_ignore_ascii_case(AZURE2AZURE) {
        true => Ok(configuration),
        false => Err(Error::not_found(wanted)),
    }
}

fn get(call: &Call<'_>) -> Result<Answer, Error> {
    let configuration = check(call)?;
    let context =
        format!("{}('{}')/synchronization/templates/$entity", root(call), call.key(0).value);
    call.answer_entity(&context, document(&configuration))
}

/// What a new job has: the usual mappings and no filter.
fn get_schema(call: &Call<'_>) -> Result<Answer, Error> {
    let configuration = check(call)?;
    let Job { id, name, source, target, created, .. } = configuration.job.clone();
    let blank =
        Job { mappings: Mapping::defaults(), ..Job::new(id, &name, (source, target), created) };
    let document = call.services.directory.template_schema(call.actor, &blank)?;
    let context = format!(
        "{}('{}')/synchronization/templates('{AZURE2AZURE}')/schema/$entity",
        root(call),
        call.key(0).value
    );
    schema::answer(call, &context, &document, AZURE2AZURE)
}
