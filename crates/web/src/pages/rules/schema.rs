//! The configuration as a document: taken along, and brought in. What a document comes to here is shown
//! before it is imported.

use askama::Template;
use directory::{Losses, SchemaReading};
use model::{Job, JobPart, Mapping};
use wire::{
    Names,
    filter_text::{self, Scoping},
    schema::SynchronizationSchema,
};

use super::place::Place;
use crate::{
    answer::Answer,
    error::Error,
    filters,
    frame::{Frame, Link},
    visit::Visit,
};

#[derive(Template)]
#[template(path = "rules_schema.html")]
struct Page {
    frame: Frame,
    tabs: Vec<Link>,
    place: Place,
    /// What the document that was chosen comes to.
    reading: Option<Reading>,
    document: String,
    seen: String,
    refused: Option<Error>,
}

/// What a document would change.
struct Reading {
    /// Mappings with the rule of now and the one that would be.
    rows: Vec<Change>,
    filter: Option<(String, String)>,
    /// What is left out of it and was not before.
    losses: Vec<wire::schema::Unsupported>,
    unsupported: Vec<wire::schema::Unsupported>,
    tests: Vec<String>,
}

/// A mapping that would be another one.
struct Change {
    target: String,
    old: Option<String>,
    new: Option<String>,
}

impl Reading {
    fn of(job: &Job, reading: &SchemaReading) -> Self {
        let mut rows = changes("", &job.mappings, &reading.mappings);
        if let Some(groups) = &reading.groups {
            rows.extend(changes("groups: ", &job.groups.mappings, &groups.mappings));
        }
        let text = |filter: &model::Filter, condition: &Option<model::Condition>| {
            let scoping = Scoping { filter: filter.clone(), condition: condition.clone() };
            filter_text::print_scoping(&scoping)
        };
        let filters =
            (text(&job.filter, &job.condition), text(&reading.filter, &reading.condition));
        // A test of a target that nobody writes any more goes along with its mapping.
        let is_lost = |test: &&model::MappingTest| match &test.expect {
            model::Expected::Values(values) => !values.keys().all(|name| {
                reading.mappings.iter().any(|one| one.target.eq_ignore_ascii_case(name))
            }),
            _ => false,
        };
        let tests = job.tests.iter().filter(is_lost).map(|test| test.name.clone()).collect();
        Self {
            rows,
            filter: (filters.0 != filters.1).then_some(filters),
            losses: reading.losses.clone(),
            unsupported: reading.unsupported.clone(),
            tests,
        }
    }
}

fn changes(of: &str, present: &[Mapping], wanted: &[Mapping]) -> Vec<Change> {
    let find = |all: &[Mapping], target: &str| {
        all.iter().find(|one| one.target.eq_ignore_ascii_case(target)).cloned()
    };
    let told = |mapping: &Mapping| {
        let words = super::mapping_form::told(mapping).map(|(_, text)| text);
        words.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
    };
    let gone = present.iter().filter(|one| find(wanted, &one.target).is_none()).map(|one| Change {
        target: format!("{of}{}", one.target),
        old: Some(told(one)),
        new: None,
    });
    let new = wanted.iter().filter_map(|one| {
        let old = find(present, &one.target);
        (old.as_ref() != Some(one)).then(|| Change {
            target: format!("{of}{}", one.target),
            old: old.as_ref().map(told),
            new: Some(told(one)),
        })
    });
    gone.chain(new).collect()
}

/// The page.
pub fn show(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::find(visit)?;
    page(visit, place, (None, String::new()), None)
}

/// The document, as a file.
pub fn export(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::find(visit)?;
    let names = match visit.query().get("names") {
        Some("graph") => Names::Graph,
        _ => Names::Older,
    };
    let document = visit.center.directory.export_schema(visit.actor(), &place.job, names)?;
    let text = serde_json::to_string_pretty(&document)
        .map_err(|error| Error::invalid(error.to_string()))?;
    Ok(Answer::File {
        name: format!("{}-schema.json", place.job.name),
        kind: "application/json",
        bytes: (text + "\n").into_bytes(),
    })
}

/// Shows what a document comes to, and imports it when the reader says so.
pub fn import(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::find(visit)?;
    let text = match visit.request.file("file") {
        Some(file) => String::from_utf8_lossy(&file.bytes).into_owned(),
        None => visit.form().text("document").to_owned(),
    };
    match take(visit, &place, &text) {
        Ok(None) => {
            let to = format!("{}/mappings", place.base);
            Ok(Answer::said(&to, "said-schema-imported"))
        }
        Ok(Some(reading)) => page(visit, place, (Some(reading), text), None),
        Err(error) if error.is_mendable() => page(visit, place, (None, text), Some(error)),
        Err(error) => Err(error),
    }
}

fn take(visit: &Visit, place: &Place, text: &str) -> Result<Option<Reading>, Error> {
    if text.trim().is_empty() {
        return Err(Error::invalid(text!("rules-schema-none")));
    }
    let document: SynchronizationSchema = serde_json::from_str(text).map_err(|error| Error {
        hint: Some(text!("rules-schema-form")),
        ..Error::invalid(error.to_string())
    })?;
    let directory = &visit.center.directory;
    if visit.form().get("do") == Some("import") {
        if visit.form().text("seen") != seen(&place.job) {
            return Err(directory::Error::Moved { present: Box::new(place.job.clone()) }.into());
        }
        // What would be left out was shown before.
        directory.import_schema(visit.actor(), &place.job, &document, Losses::Take)?;
        return Ok(None);
    }
    let reading = directory.preview_schema(visit.actor(), &place.job, &document)?;
    Ok(Some(Reading::of(&place.job, &reading)))
}

/// Goes back to the mappings that a new configuration has.
pub fn reset(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::find(visit)?;
    visit.center.directory.reset_schema(visit.actor(), &place.job)?;
    Ok(Answer::said(&format!("{}/mappings", place.base), "said-mappings-reset"))
}

/// Stands for all that a document may change.
fn seen(job: &Job) -> String {
    let parts =
        [JobPart::Scope, JobPart::Mappings, JobPart::Groups, JobPart::Actions, JobPart::Tests];
    parts.map(|part| job.digest_of(part)).concat()
}

fn page(
    visit: &Visit,
    place: Place,
    (reading, document): (Option<Reading>, String),
    refused: Option<Error>,
) -> Result<Answer, Error> {
    let status = refused.as_ref().map_or(200, |error| error.status);
    let page = Page {
        frame: place.frame(visit, text!("rules-schema-title"), "mappings"),
        tabs: place.mapping_tabs("/mappings/schema"),
        seen: seen(&place.job),
        place,
        reading,
        document,
        refused,
    };
    Answer::page_with(status, &page)
}
