//! What a draft gives for a real person: one expression as somebody types, and all attributes with the
//! mapping that is on the page.

use askama::Template;
use model::{Job, ObjectId, diagnostic::Severity};
use serde_json::{Value as Json, json};
use sync::{Tried, TriedRow};

use super::{
    mapping::{self, Shown, put_into},
    mappings::Told,
    place::Place,
};
use crate::{answer::Answer, error::Error, filters, visit::Visit};

/// What the draft comes to for a person.
#[derive(Template)]
#[template(path = "rules_effect.html")]
pub struct Effect {
    tried: Option<Tried>,
    /// The target of the mapping that is on the page.
    target: String,
    refused: Option<Error>,
}

impl Effect {
    /// What the target holds and would hold, in words.
    fn action(&self) -> String {
        let action = self.tried.as_ref().and_then(|tried| tried.action);
        action.map_or_else(String::new, |action| match action {
            "create" => text!("rules-action-create"),
            "update" => text!("rules-action-update"),
            "nothing" => text!("rules-action-nothing"),
            "skip" => text!("rules-action-skip"),
            "fail" => text!("rules-action-fail"),
            other => text!("rules-action-other", action = other),
        })
    }

    /// Whether anything could be tried; of a mapping that is wrong nothing can be said but that.
    fn is_told(&self) -> bool {
        let is_wrong = |row: &TriedRow| row.target == self.target && !row.findings.is_empty();
        let is_given =
            |row: &TriedRow| row.new.is_some() || row.old.is_some() || row.reason.is_some();
        self.tried.as_ref().is_some_and(|tried| {
            !tried.rows.iter().any(is_wrong)
                && (tried.action.is_some() || tried.rows.iter().any(is_given))
        })
    }

    /// The mapping on the page and all that would change, or all else.
    fn rows(&self, moved: bool) -> Vec<&TriedRow> {
        let rows = self.tried.iter().flat_map(|tried| &tried.rows);
        let is_moved =
            |row: &TriedRow| row.changes || row.reason.is_some() || row.target == self.target;
        let mut rows: Vec<&TriedRow> = rows.filter(|row| is_moved(row) == moved).collect();
        rows.sort_by_key(|row| row.target != self.target);
        rows
    }

    fn findings(&self) -> Vec<Told> {
        let Some(tried) = &self.tried else { return Vec::new() };
        let of_rows = tried.rows.iter().flat_map(|row| &row.findings);
        of_rows.chain(&tried.findings).map(Told::of).collect()
    }
}

/// The effect of the form: a part of the page, or the page with it.
pub fn show(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::find(visit)?;
    let form = mapping::read(visit);
    let effect = match form.mapping() {
        Err(error) => Effect { tried: None, target: form.target.clone(), refused: Some(error) },
        Ok(wanted) => {
            let mut job: Job = place.job.clone();
            let mappings = super::place::mappings_of_mut(&mut job, place.kind);
            put_into(mappings, &wanted);
            let tried = find(visit, &place, visit.form().text("person")).and_then(|person| {
                let sync = &visit.center.sync;
                Ok(sync.try_mappings(visit.actor(), &place.job, mappings, person)?)
            });
            match tried {
                Ok(tried) => Effect { tried: Some(tried), target: wanted.target, refused: None },
                Err(error) if error.is_mendable() || error.status == 404 => {
                    Effect { tried: None, target: wanted.target, refused: Some(error) }
                }
                Err(error) => return Err(error),
            }
        }
    };
    if visit.request.partial {
        return Answer::page(&effect);
    }
    let (seen, was) = mapping::told(visit);
    let shown = Shown { seen, was, effect: Some(effect), ..Shown::default() };
    mapping::page(visit, place, form, shown)
}

fn find(visit: &Visit, place: &Place, name: &str) -> Result<ObjectId, Error> {
    if name.is_empty() {
        return Err(Error::invalid(text!("rules-person-missing")));
    }
    let directory = &visit.center.directory;
    Ok(directory.find(visit.actor(), place.tenant.id, place.kind, name)?.id)
}

/// What an expression gives for a person, in the words of `expr eval --json`: its value, or what is wrong.
pub fn attempt(visit: &Visit, place: &Place, text: &str, person: &str) -> Json {
    let refused =
        |error: Error| json!({ "diagnostics": [{ "message": error.message, "code": error.code }] });
    let person = match find(visit, place, person) {
        Ok(person) => person,
        Err(error) => return refused(error),
    };
    let trial = match visit.center.sync.try_expression(visit.actor(), &place.job, text, person) {
        Ok(trial) => trial,
        Err(error) => return refused(error.into()),
    };
    match (trial.leaves_out, trial.values) {
        (Some("attribute"), _) => json!({ "flow": "dropAttribute" }),
        (Some(_), _) => json!({ "flow": "dropObject" }),
        (None, Some(values)) => {
            let value = match values.as_slice() {
                [] => Json::Null,
                [one] => json!(one),
                several => json!(several),
            };
            json!({ "flow": "value", "value": value, "areCandidates": trial.are_candidates })
        }
        (None, None) => {
            let is_error =
                |one: &&model::diagnostic::Located| one.diagnostic.severity == Severity::Error;
            let errors: Vec<_> = trial.diagnostics.iter().filter(is_error).collect();
            json!({ "diagnostics": errors })
        }
    }
}
