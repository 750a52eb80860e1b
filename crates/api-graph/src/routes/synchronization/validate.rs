//! `validateCredentials`: whether both tenants consent, asked before anything runs (graph-api.md 5.6).

use access::Permission::WriteJobs;
use directory::{Configuration, SettingsChange};
use serde_json::Value;

use super::{configuration, find, secrets};
use crate::{answer::Answer, call::Call, error::Error, request::Method::Post, route::Route};

pub const ROUTES: &[Route] = &[
    Route::new(
        Post,
        "/servicePrincipals/{id}/synchronization/jobs/validateCredentials",
        "Test credentials before a job exists",
        &[WriteJobs],
        before,
    ),
    Route::new(
        Post,
        "/servicePrincipals/{id}/synchronization/jobs/{jobId}/validateCredentials",
        "Test credentials of a job",
        &[WriteJobs],
        of_job,
    ),
];

/// What Graph says when one of the two tenants has not agreed.
pub const REFUSED: &str = "AzureDirectoryB2BManagementPolicyCheckFailure";

fn before(call: &Call<'_>) -> Result<Answer, Error> {
    validate(call, &configuration(call)?)
}

fn of_job(call: &Call<'_>) -> Result<Answer, Error> {
    validate(call, &find(call)?)
}

fn validate(call: &Call<'_>, configuration: &Configuration) -> Result<Answer, Error> {
    let body = call.members_if_any()?;
    let saved = body.get("useSavedCredentials").and_then(Value::as_bool) == Some(true);
    let sent = match body.get("credentials") {
        None | Some(Value::Null) => SettingsChange::default(),
        pairs => secrets::read(pairs)?,
    };
    let job = &configuration.job;
    let target = sent.target().or_else(|| job.chosen_target().filter(|_| saved));
    let target = target.ok_or_else(|| {
        Error::bad_request("The credentials do not say which tenant is meant (CompanyId).")
    })?;
    let checks = call.services.directory.test_target(call.actor, job, target)?;
    let failed: Vec<_> = checks.iter().filter(|check| !check.passed).collect();
    if failed.is_empty() {
        return Ok(Answer::done());
    }
    let message = "Policy permitting auto-redemption of invitations not configured.";
    let refused = Error::new(400, REFUSED, message);
    Err(failed
        .iter()
        .fold(refused, |refused, check| refused.detail(check.code, &check.message, "credentials")))
}
