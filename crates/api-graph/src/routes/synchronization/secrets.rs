//! The secrets of a configuration, none of which is one: its target, its scope, and how people are told
//! (graph-api.md 6.7).

use access::Permission::{ReadJobs, WriteJobs};
use directory::SettingsChange;
use serde_json::{Value, json};

use super::{configuration, context};
use crate::{
    answer::Answer,
    call::Call,
    error::Error,
    request::Method::{Get, Put},
    route::Route,
    small::object,
};

const PATH: &str = "/servicePrincipals/{id}/synchronization/secrets";

pub const ROUTES: &[Route] = &[
    Route::new(Get, PATH, "List secrets", &[ReadJobs], list),
    Route::new(Put, PATH, "Save secrets", &[WriteJobs], put),
];

fn list(call: &Call<'_>) -> Result<Answer, Error> {
    let configuration = configuration(call)?;
    let held = call.services.directory.list_settings(call.actor, &configuration.job)?;
    let pair = |(key, value)| object(json!({ "key": key, "value": value }));
    call.answer_list(&context(call, "secrets"), held.into_iter().map(pair).collect())
}

fn put(call: &Call<'_>) -> Result<Answer, Error> {
    let configuration = configuration(call)?;
    let body = call.members()?;
    let change = read(body.get("value"))?;
    call.services.directory.set_settings_of(call.actor, &configuration.job, &change)?;
    Ok(Answer::done())
}

/// A list of pairs as settings. An empty value is no setting: forms send along what nobody filled in.
pub fn read(pairs: Option<&Value>) -> Result<SettingsChange, Error> {
    let wrong = || Error::bad_request("A list of pairs of key and value is wanted.");
    let pairs = pairs.and_then(Value::as_array).ok_or_else(wrong)?;
    let mut change = SettingsChange::default();
    for pair in pairs {
        let text = |name: &str| pair.get(name).and_then(Value::as_str);
        let key = text("key").ok_or_else(wrong)?;
        match pair.get("value") {
            None | Some(Value::Null) => {}
            Some(Value::String(value)) if value.is_empty() => {}
            Some(Value::String(value)) => change.take(key, value)?,
            Some(_) => return Err(wrong()),
        }
    }
    Ok(change)
}
