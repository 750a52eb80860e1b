//! `syncline doctor`: what is well and what is not, with what to do.

use serde_json::json;
use store::Store;

use super::Call;
use crate::{failure::Failure, output::Reply};

pub fn run(call: &Call<'_>) -> Result<Reply, Failure> {
    access::check(call.actor, access::Permission::ManageTenants, model::TenantId::NIL)
        .map_err(directory::Error::from)?;
    let mut checks: Vec<(String, bool, String)> = Vec::new();
    let findings = call.app.store.check().map_err(Failure::from)?;
    let damage: Vec<String> =
        findings.iter().map(|one| format!("{}: {}", one.file, one.what)).collect();
    checks.push((
        "files".to_owned(),
        damage.is_empty(),
        match damage.is_empty() {
            true => "every file is a sound database".to_owned(),
            false => damage.join("; "),
        },
    ));
    let tenants = call.app.store.tenants()?;
    checks.push(("tenants".to_owned(), true, format!("{} tenants", tenants.len())));
    for job in call.app.directory.list_all_jobs(call.actor)? {
        let missing: Vec<String> = call
            .app
            .directory
            .test_job(call.actor, &job)?
            .into_iter()
            .filter(|check| !check.passed)
            .map(|check| check.message)
            .collect();
        let text = if missing.is_empty() {
            "both sides consent".to_owned()
        } else {
            format!("{}; see `syncline job test {}`", missing.join("; "), job.name)
        };
        checks.push((format!("job {}", job.name), missing.is_empty(), text));
        if let Err(findings) = call.app.directory.compile_job(&job)? {
            let texts: Vec<String> = findings.iter().map(ToString::to_string).collect();
            checks.push((format!("job {}", job.name), false, texts.join("; ")));
        }
    }
    let well = checks.iter().all(|(_, passed, _)| *passed);
    let text: String = checks
        .iter()
        .map(|(what, passed, text)| {
            format!("{}  {what}: {text}\n", if *passed { "ok  " } else { "FAIL" })
        })
        .collect();
    let list: Vec<_> = checks
        .iter()
        .map(|(what, passed, text)| json!({ "check": what, "passed": passed, "message": text }))
        .collect();
    Ok(Reply::new(json!({ "passed": well, "checks": list }), text).exit(u8::from(!well)))
}
