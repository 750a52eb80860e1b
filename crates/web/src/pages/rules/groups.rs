//! Groups: whether they go along, what becomes of groups within them, and which of them.

use askama::Template;
use model::{Groups, Job, JobPart, Nested};
use wire::filter_text::Scoping;

use super::{
    choices::Choices,
    conflict::{self, Difference},
    draft::Draft,
    filter::{Builder, told},
    place::Place,
};
use crate::{
    answer::Answer,
    error::Error,
    filters,
    form::Fields,
    frame::{Frame, Link},
    visit::Visit,
};

#[derive(Template)]
#[template(path = "rules_groups.html")]
struct Page {
    frame: Frame,
    tabs: Vec<Link>,
    place: Place,
    builder: Builder,
    seen: String,
    options: Options,
    differences: Vec<Difference>,
    refused: Option<Error>,
}

/// What is chosen besides the filter.
#[derive(Clone, Copy)]
struct Options {
    enabled: bool,
    nested: Nested,
    nested_assignment: bool,
}

impl Options {
    fn of(groups: &Groups) -> Self {
        let Groups { enabled, nested, nested_assignment, .. } = *groups;
        Self { enabled, nested, nested_assignment }
    }

    fn read(form: &Fields) -> Self {
        Self {
            enabled: form.is_on("enabled"),
            nested: match form.text("nested") {
                "flatten" => Nested::Flatten,
                "keep" => Nested::Keep,
                _ => Nested::Ignore,
            },
            nested_assignment: form.is_on("nested-assignment"),
        }
    }

    /// What may become of groups within groups: the value, its text, and whether it is chosen.
    fn nestings(&self) -> [(&'static str, String, bool); 3] {
        [
            ("ignore", text!("rules-nested-ignore"), self.nested == Nested::Ignore),
            ("flatten", text!("rules-nested-flatten"), self.nested == Nested::Flatten),
            ("keep", text!("rules-nested-keep"), self.nested == Nested::Keep),
        ]
    }
}

/// Groups as they are configured.
pub fn show(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::find(visit)?;
    let draft = saved(&place.job);
    let options = Options::of(&place.job.groups);
    let seen = place.job.digest_of(JobPart::Groups);
    page(visit, place, (draft, options, seen), Shown::default())
}

/// A step of the builder.
pub fn redraw(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::find(visit)?;
    let choices = Choices::of(visit, &place.job, model::Kind::Group)?;
    let mut draft = choices.fit(Draft::read(visit.form()).step(visit.form().text("do")));
    let options = Options::read(visit.form());
    match draft.scoping() {
        Err(problems) => draft.problems = problems,
        Ok(scoping) => {
            let change = |job: &mut Job| put(job, options, &scoping);
            let checked = visit.center.directory.draft_job(visit.actor(), &place.job, change);
            if let Err(directory::Error::Findings(found)) = checked {
                draft = draft.with_findings(&of_groups(found));
            }
        }
    }
    let seen = visit.form().text("seen").to_owned();
    page(visit, place, (draft, options, seen), Shown::default())
}

/// Saves it, unless somebody else changed it since it was read.
pub fn save(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::find(visit)?;
    let (draft, options) = (Draft::read(visit.form()), Options::read(visit.form()));
    let seen = visit.form().text("seen").to_owned();
    let mut wanted = match draft.scoping() {
        Ok(wanted) => wanted,
        Err(problems) => {
            let shown = Shown { status: 422, ..Shown::default() };
            return page(visit, place, (Draft { problems, ..draft }, options, seen), shown);
        }
    };
    if saved(&place.job).condition == draft.condition && !draft.as_text {
        wanted.condition.clone_from(&place.job.groups.condition);
    }
    let parts = [(JobPart::Groups, seen.as_str())];
    let change = |job: &mut Job| put(job, options, &wanted);
    let directory = &visit.center.directory;
    match directory.update_job_seen(visit.actor(), &place.job, &parts, change) {
        Ok(_) => Ok(Answer::said(&format!("{}/scope/groups", place.base), "said-groups-saved")),
        Err(directory::Error::Moved { present }) => {
            let mut mine = (*present).clone();
            put(&mut mine, options, &wanted);
            let differences = conflict::beside(words(&present.groups), words(&mine.groups));
            let seen = present.digest_of(JobPart::Groups);
            let shown = Shown { status: 409, differences, ..Shown::default() };
            page(visit, place, (draft, options, seen), shown)
        }
        Err(directory::Error::Findings(found)) => {
            let shown = Shown { status: 422, ..Shown::default() };
            page(visit, place, (draft.with_findings(&found), options, seen), shown)
        }
        Err(error) => match Error::from(error) {
            error if error.is_mendable() => {
                let shown =
                    Shown { status: error.status, refused: Some(error), ..Shown::default() };
                page(visit, place, (draft, options, seen), shown)
            }
            error => Err(error),
        },
    }
}

fn of_groups(found: Vec<engine::Finding>) -> Vec<engine::Finding> {
    found.into_iter().filter(|one| one.is_of_groups() && one.clause().is_some()).collect()
}

fn saved(job: &Job) -> Draft {
    Draft::of(job.scope, &job.groups.filter, job.groups.condition.as_ref())
}

fn put(job: &mut Job, options: Options, wanted: &Scoping) {
    let Options { enabled, nested, nested_assignment } = options;
    job.groups.enabled = enabled;
    job.groups.nested = nested;
    job.groups.nested_assignment = nested_assignment;
    job.groups.filter.clone_from(&wanted.filter);
    job.groups.condition.clone_from(&wanted.condition);
}

/// Groups in words, for a difference.
fn words(groups: &Groups) -> [(String, String); 5] {
    let yes = |on: bool| if on { text!("rules-yes") } else { text!("rules-no") };
    let nested = Options::of(groups).nestings().into_iter().find(|(.., chosen)| *chosen);
    let [_, filter, condition] =
        told(model::ScopeMode::All, &groups.filter, groups.condition.as_ref());
    [
        (text!("rules-groups-enabled"), yes(groups.enabled)),
        (text!("rules-nested"), nested.map(|(_, text, _)| text).unwrap_or_default()),
        (text!("rules-nested-assignment"), yes(groups.nested_assignment)),
        filter,
        condition,
    ]
}

/// What a page shows besides the form.
#[derive(Default)]
struct Shown {
    status: u16,
    differences: Vec<Difference>,
    refused: Option<Error>,
}

fn page(
    visit: &Visit,
    place: Place,
    (draft, options, seen): (Draft, Options, String),
    shown: Shown,
) -> Result<Answer, Error> {
    let choices = Choices::of(visit, &place.job, model::Kind::Group)?;
    let address = format!("{}/scope/groups", place.base);
    let builder = Builder { draft, choices, address, is_open: place.why_not.is_none() };
    if visit.request.partial {
        return Answer::page(&builder);
    }
    let page = Page {
        frame: place.frame(visit, text!("rules-groups-title"), "scope"),
        tabs: place.scope_tabs("/scope/groups"),
        place,
        builder,
        seen,
        options,
        differences: shown.differences,
        refused: shown.refused,
    };
    Answer::page_with(shown.status.max(200), &page)
}
