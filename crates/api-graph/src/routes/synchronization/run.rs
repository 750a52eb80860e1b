//! Starting, pausing and restarting a job (graph-api.md 6.1 and 6.2).

use access::Permission::WriteJobs;
use serde_json::Value;
use sync::{Reset, Silent, patiently};

use super::find;
use crate::{answer::Answer, call::Call, error::Error, request::Method::Post, route::Route};

pub const ROUTES: &[Route] = &[
    Route::new(
        Post,
        "/servicePrincipals/{id}/synchronization/jobs/{jobId}/start",
        "Start or resume job",
        &[WriteJobs],
        start,
    ),
    Route::new(
        Post,
        "/servicePrincipals/{id}/synchronization/jobs/{jobId}/pause",
        "Pause job",
        &[WriteJobs],
        pause,
    ),
    Route::new(
        Post,
        "/servicePrincipals/{id}/synchronization/jobs/{jobId}/restart",
        "Restart job with reset scope",
        &[WriteJobs],
        restart,
    ),
];

fn start(call: &Call<'_>) -> Result<Answer, Error> {
    call.services.sync.start(call.actor, &find(call)?.job)?;
    Ok(Answer::done())
}

fn pause(call: &Call<'_>) -> Result<Answer, Error> {
    call.services.sync.pause(call.actor, &find(call)?.job)?;
    Ok(Answer::done())
}

/// Forgets what the scope names, and has the job run by itself.
fn restart(call: &Call<'_>) -> Result<Answer, Error> {
    let job = find(call)?.job;
    let reset = scope(call)?;
    let sync = &call.services.sync;
    patiently(|| sync.restart(call.actor, &job, reset, &Silent))?;
    sync.start(call.actor, &job)?;
    Ok(Answer::done())
}

fn scope(call: &Call<'_>) -> Result<Reset, Error> {
    let body = call.members_if_any()?;
    if let Some(other) = body.keys().find(|name| *name != "criteria") {
        return Err(Error::not_settable(other));
    }
    match body.get("criteria").and_then(|criteria| criteria.get("resetScope")) {
        None | Some(Value::Null) => Ok(Reset::USUAL),
        Some(Value::String(text)) => parse(text).map_err(Error::bad_request),
        Some(_) => Err(Error::bad_request("resetScope is a text of names joined by commas.")),
    }
}

/// Names joined by commas, with or without blanks. Everything but deletions that are held stands
/// behind `Full`: nobody's deletion is to be released by the way.
fn parse(text: &str) -> Result<Reset, String> {
    if text.trim().is_empty() {
        return Ok(Reset::USUAL);
    }
    let mut reset = Reset::NOTHING;
    for name in text.split(',').map(str::trim) {
        match name.to_ascii_lowercase().as_str() {
            "none" => {}
            "connectordatastore" => reset.links = true,
            "escrows" => reset.escrows = true,
            "watermark" => reset.watermark = true,
            "quarantinestate" => reset.quarantine = true,
            "full" => reset = Reset { force_deletes: reset.force_deletes, ..Reset::FULL },
            "forcedeletes" => reset.force_deletes = true,
            _ => return Err(format!("There is no resetScope '{name}'.")),
        }
    }
    Ok(reset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_names_joined_by_commas() {
        let only = |change: fn(&mut Reset)| {
            let mut reset = Reset::NOTHING;
            change(&mut reset);
            Ok(reset)
        };
        assert_eq!(parse(""), Ok(Reset::USUAL));
        assert_eq!(parse("Watermark, Escrows,QuarantineState"), Ok(Reset::USUAL));
        assert_eq!(parse("None"), Ok(Reset::NOTHING));
        assert_eq!(parse("Full"), Ok(Reset::FULL));
        assert_eq!(parse("connectorDataStore"), only(|reset| reset.links = true));
        assert_eq!(parse("ForceDeletes"), only(|reset| reset.force_deletes = true));
        assert_eq!(parse("ForceDeletes, Full"), Ok(Reset { force_deletes: true, ..Reset::FULL }));
        assert_eq!(parse("Everything"), Err("There is no resetScope 'Everything'.".to_owned()));
    }
}
