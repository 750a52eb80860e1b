//! What an editor of expressions asks: is it right, what could stand here, which functions are there,
//! and what comes out for a person. The answers are the documents of `syncline expr … --json`.

use engine::Schema;
use expr::Expression;
use model::{Job, Kind, Mapping, Source, diagnostic::Located};
use serde_json::{Value as Json, json};

use super::place::{Place, mappings_of};
use crate::{answer::Answer, error::Error, visit::Visit};

/// Checks a text. With `job` and `target` in the query the attributes of both tenants are known.
pub fn check(visit: &Visit) -> Result<Answer, Error> {
    let asked = asked(visit)?;
    let text = asked["text"].as_str().unwrap_or_default();
    let Some((job, kind)) = find_job(visit)? else { return Ok(Answer::Json(check_alone(text))) };
    let Some(target) = visit.query().get("target") else {
        return Ok(Answer::Json(check_alone(text)));
    };
    let mapping = Mapping::new(target, Source::Expression(text.to_owned()));
    let directory = &visit.center.directory;
    let findings = directory.check_mapping(visit.actor(), &job, kind, &mapping)?;
    let doubts = directory.list_doubts(visit.actor(), &job, kind, &[mapping])?;
    let all: Vec<_> = findings.iter().chain(&doubts).collect();
    Ok(Answer::Json(json!({ "valid": findings.is_empty(), "diagnostics": all })))
}

fn check_alone(text: &str) -> Json {
    let (diagnostics, valid) = match Expression::parse(text) {
        Ok(expression) => (expression.warnings().to_vec(), true),
        Err(found) => (found, false),
    };
    let located = diagnostics.into_iter().map(|one| Located::new(one, text));
    json!({ "valid": valid, "diagnostics": located.collect::<Vec<_>>() })
}

/// What could stand at a place in bytes.
pub fn complete(visit: &Visit) -> Result<Answer, Error> {
    let asked = asked(visit)?;
    let text = asked["text"].as_str().unwrap_or_default();
    let at = asked["offset"].as_u64().and_then(|at| usize::try_from(at).ok());
    let readable = match find_job(visit)? {
        None => engine::list_readable(&Schema::default(), &[]),
        Some((job, kind)) => {
            let schema = visit.center.directory.read_schema(job.source)?.0.of_kind(kind);
            engine::list_readable(&schema, mappings_of(&job, kind))
        }
    };
    Ok(Answer::Json(complete_at(text, at.unwrap_or(text.len()), &readable)))
}

fn complete_at(text: &str, at: usize, readable: &[(String, &str)]) -> Json {
    let attributes: Vec<(&str, &str)> =
        readable.iter().map(|(name, what)| (name.as_str(), *what)).collect();
    let offered = expr::complete(text, at, &attributes);
    let argument = expr::signature_at(text, at).map(|(function, index)| {
        json!({
            "function": function.name,
            "signature": function.signature(),
            "argument": index,
            "parameter": function.parameter(index),
        })
    });
    json!({ "completions": offered, "signature": argument })
}

/// All functions.
pub fn functions(_: &Visit) -> Result<Answer, Error> {
    Ok(Answer::Json(json!(expr::functions())))
}

/// What a text gives for a person of the source.
pub fn attempt(visit: &Visit) -> Result<Answer, Error> {
    let asked = asked(visit)?;
    let place = Place::find(visit)?;
    let text = asked["text"].as_str().unwrap_or_default();
    let person = asked["person"].as_str().unwrap_or_default();
    Ok(Answer::Json(super::effect::attempt(visit, &place, text, person)))
}

fn asked(visit: &Visit) -> Result<Json, Error> {
    serde_json::from_slice(&visit.request.json).map_err(|error| Error::invalid(error.to_string()))
}

/// The configuration that the query names, and whether its groups are meant.
fn find_job(visit: &Visit) -> Result<Option<(Job, Kind)>, Error> {
    let Some(name) = visit.query().get("job") else { return Ok(None) };
    let job = visit.center.directory.find_job(visit.actor(), name)?;
    let kind = match visit.query().get("for") {
        Some("groups") => Kind::Group,
        _ => Kind::User,
    };
    Ok(Some((job, kind)))
}
