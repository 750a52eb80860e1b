//! `/servicePrincipals/{id}/synchronization`: a configuration's job, as Graph has it (graph-api.md 6).

mod job;
mod on_demand;
mod run;
mod schema;
mod secrets;
mod templates;
mod validate;

use access::Permission::{ReadJobs, WriteJobs};
use directory::Configuration;
use model::{Schedule, Stage};
use serde_json::Value;

pub use on_demand::ROUTES as ON_DEMAND;
pub use run::ROUTES as RUN;
pub use schema::ROUTES as SCHEMA;
pub use secrets::ROUTES as SECRETS;
pub use templates::ROUTES as TEMPLATES;
pub use validate::ROUTES as VALIDATE;

use crate::{
    answer::Answer,
    call::Call,
    error::Error,
    principals::Principal,
    request::Method::{Delete, Get, Patch, Post},
    route::Route,
};

/// The one template, and with it the first part of the id of every job.
const AZURE2AZURE: &str = "Azure2Azure";
const LIST: &str = "/servicePrincipals/{id}/synchronization/jobs";
const ONE: &str = "/servicePrincipals/{id}/synchronization/jobs/{jobId}";

pub const ROUTES: &[Route] = &[
    Route::new(Get, LIST, "List jobs", &[ReadJobs], list),
    Route::new(Post, LIST, "Create job from a template", &[WriteJobs], create),
    Route::new(Get, ONE, "Get job with status", &[ReadJobs], get),
    Route::new(Patch, ONE, "Update job", &[WriteJobs], patch),
    Route::new(Delete, ONE, "Stop and delete job with its state", &[WriteJobs], delete),
];

/// The id that a job has here: `Azure2Azure.{tenant}.{job}`.
pub fn job_id(configuration: &Configuration) -> String {
    let job = &configuration.job;
    format!("{AZURE2AZURE}.{}.{}", job.source.0.simple(), job.id)
}

/// The configuration that the first key names, whether it has a job or not.
fn configuration(call: &Call<'_>) -> Result<Configuration, Error> {
    Principal::find_configuration(call, call.key(0))
}

/// The configuration whose job the first two keys name.
fn find(call: &Call<'_>) -> Result<Configuration, Error> {
    let configuration = configuration(call)?;
    let wanted = &call.key(1).value;
    let is_meant = wanted.eq_ignore_ascii_case(&job_id(&configuration))
        || wanted.eq_ignore_ascii_case(&configuration.job.id.to_string());
    match is_meant && configuration.job.stage != Stage::Application {
        true => Ok(configuration),
        false => Err(Error::not_found(wanted)),
    }
}

fn context(call: &Call<'_>, rest: &str) -> String {
    format!("servicePrincipals('{}')/synchronization/{rest}", call.key(0).value)
}

fn list(call: &Call<'_>) -> Result<Answer, Error> {
    let configuration = configuration(call)?;
    let jobs = match configuration.job.stage {
        Stage::Application => Vec::new(),
        Stage::Made | Stage::Started => vec![job::document(call, &configuration)?],
    };
    call.answer_list(&context(call, "jobs"), jobs)
}

fn create(call: &Call<'_>) -> Result<Answer, Error> {
    let configuration = configuration(call)?;
    let body = call.members()?;
    if let Some(other) = body.keys().find(|name| *name != "templateId") {
        return Err(Error::not_settable(other));
    }
    let template = body.get("templateId").and_then(Value::as_str);
    let template = template.ok_or_else(|| Error::required("templateId"))?;
    if !template.eq_ignore_ascii_case(AZURE2AZURE) {
        let message = format!("There is no template '{template}' for this application.");
        return Err(Error::bad_request(message));
    }
    let made = call.services.directory.make_job(call.actor, &configuration.job);
    let made = made.map_err(|error| match error {
        directory::Error::Exists { .. } => Error::same_key("templateId"),
        error => error.into(),
    })?;
    let configuration = Configuration::from(made);
    let document = job::document(call, &configuration)?;
    let id = &call.key(0).value;
    let place = format!("servicePrincipals/{id}/synchronization/jobs/{}", job_id(&configuration));
    let document = Answer::entity(call, &context(call, "jobs/$entity"), document);
    Ok(Answer::created(document).with("location", call.request.url(&place)))
}

fn get(call: &Call<'_>) -> Result<Answer, Error> {
    let configuration = find(call)?;
    let document = job::document(call, &configuration)?;
    call.answer_entity(&context(call, "jobs/$entity"), document)
}

/// The interval alone can be changed; starting and pausing have calls of their own.
fn patch(call: &Call<'_>) -> Result<Answer, Error> {
    let configuration = find(call)?;
    let shown = job::document(call, &configuration)?;
    let mut schedule = None;
    for (name, value) in call.members()? {
        match (name.as_str(), &value) {
            ("schedule", Value::Object(members)) => {
                for (name, value) in members.iter().filter(|(name, _)| !name.contains('@')) {
                    match (name.as_str(), value) {
                        ("interval", Value::String(text)) => {
                            schedule = Some(job::read_interval(text)?);
                        }
                        (name, value) if shown["schedule"].get(name) == Some(value) => {}
                        _ => return Err(Error::not_settable(&format!("schedule/{name}"))),
                    }
                }
            }
            // What was read and is sent back unchanged is no attempt to change it.
            (name, value) if shown.get(name) == Some(value) => {}
            ("status", _) => {}
            _ => return Err(Error::not_settable(&name)),
        }
    }
    if let Some(schedule) = schedule.filter(|new| *new != configuration.job.schedule) {
        let change = |job: &mut model::Job| job.schedule = schedule.clone();
        call.services.directory.update_job(call.actor, &configuration.job, change)?;
    }
    Ok(Answer::done())
}

fn delete(call: &Call<'_>) -> Result<Answer, Error> {
    let configuration = find(call)?;
    call.services.directory.unmake_job(call.actor, &configuration.job)?;
    Ok(Answer::done())
}

/// The schedule of a job that was made here: it follows its source.
const FOLLOWS: Schedule = Schedule::OnChange;
