//! The scope of people: by assignment or all, the filter as clauses or as a text, and the condition.

use askama::Template;
use engine::Finding;
use model::{Condition, Filter, Job, JobPart, ScopeMode};
use sync::ScopeDraft;
use wire::filter_text::{self, Scoping};

use super::{
    choices::Choices,
    conflict::{self, Difference},
    draft::{Draft, Problem},
    mappings::Told,
    place::Place,
    preview,
};
use crate::{
    answer::Answer,
    error::Error,
    filters,
    frame::{Frame, Link},
    visit::Visit,
};

#[derive(Template)]
#[template(path = "rules_scope.html")]
struct Page {
    frame: Frame,
    tabs: Vec<Link>,
    place: Place,
    /// Who was deleted and is still named by the condition.
    gone: Vec<Told>,
    builder: Builder,
    seen: String,
    /// Whether it was not saved for what stands beside the fields.
    is_refused: bool,
    /// What the draft comes to, where scripts do not ask.
    preview: Option<preview::Part>,
    /// So many would leave the target: the reader has to say that this is meant, of this draft alone.
    leaving: Option<(u64, String)>,
    differences: Vec<Difference>,
    refused: Option<Error>,
}

/// The part of the form that is drawn anew at each step.
#[derive(Template)]
#[template(path = "rules_draft.html")]
pub struct Builder {
    pub draft: Draft,
    pub choices: Choices,
    /// The address of the page.
    pub address: String,
    pub is_open: bool,
}

impl Builder {
    /// What is wrong in one of the fields.
    fn problems<'p>(&'p self, at: &'p str) -> impl Iterator<Item = &'p Problem> {
        self.draft.problems.iter().filter(move |one| one.at == at)
    }

    /// What is wrong elsewhere.
    fn others(&self) -> impl Iterator<Item = &Problem> {
        let is_field = |one: &&Problem| one.at == "text" || one.at == "condition";
        self.draft.problems.iter().filter(move |one| !is_field(one))
    }
}

/// The scope as it is saved.
pub fn show(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::find(visit)?;
    let draft = saved(visit, &place)?;
    let seen = place.job.digest_of(JobPart::Scope);
    page(visit, place, draft, Shown { seen, ..Shown::default() })
}

/// A step of the builder: the draft is drawn anew, and nothing is saved.
pub fn redraw(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::find(visit)?;
    let step = visit.form().text("do");
    let choices = Choices::of(visit, &place.job, model::Kind::User)?;
    let draft = choices.fit(Draft::read(visit.form()).step(step));
    let draft = checked(visit, &place, draft);
    let seen = visit.form().text("seen").to_owned();
    page(visit, place, draft, Shown { seen, counts: step == "count", ..Shown::default() })
}

/// Saves the draft, unless somebody else changed the scope since it was read.
pub fn save(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::find(visit)?;
    let draft = Draft::read(visit.form());
    let seen = visit.form().text("seen").to_owned();
    let wanted = match scope_draft(visit, &place, &draft) {
        Ok(wanted) => wanted,
        Err(problems) => {
            let shown = Shown { seen, status: 422, ..Shown::default() };
            return page(visit, place, Draft { problems, ..draft }, shown);
        }
    };
    if let Some(leaving) = who_leaves(visit, &place, &wanted) {
        let shown = Shown { seen, leaving: Some(leaving), counts: true, ..Shown::default() };
        return page(visit, place, draft, shown);
    }
    let seen_parts = [(JobPart::Scope, seen.as_str())];
    let directory = &visit.center.directory;
    let saved = directory.update_job_seen(visit.actor(), &place.job, &seen_parts, |job| {
        job.scope = wanted.scope;
        job.filter.clone_from(&wanted.filter);
        job.condition.clone_from(&wanted.condition);
    });
    match saved {
        Ok(_) => Ok(Answer::said(&format!("{}/scope", place.base), "said-scope-saved")),
        Err(directory::Error::Moved { present }) => {
            let shown = Shown {
                seen: present.digest_of(JobPart::Scope),
                differences: conflict::scopes(visit, &present, &wanted)?,
                status: 409,
                ..Shown::default()
            };
            page(visit, place, draft, shown)
        }
        Err(directory::Error::Findings(found)) => {
            let shown = Shown { seen, status: 422, ..Shown::default() };
            page(visit, place, draft.with_findings(&found), shown)
        }
        Err(error) => {
            let error = Error::from(error);
            if !error.is_mendable() {
                return Err(error);
            }
            let status = error.status;
            page(
                visit,
                place,
                draft,
                Shown { seen, status, refused: Some(error), ..Shown::default() },
            )
        }
    }
}

/// What a page shows besides the draft.
#[derive(Default)]
struct Shown {
    seen: String,
    status: u16,
    counts: bool,
    leaving: Option<(u64, String)>,
    differences: Vec<Difference>,
    refused: Option<Error>,
}

fn page(visit: &Visit, place: Place, draft: Draft, shown: Shown) -> Result<Answer, Error> {
    let choices = Choices::of(visit, &place.job, model::Kind::User)?;
    let preview = match shown.counts && !visit.request.partial {
        true => Some(preview::part(visit, &place, &draft, false)?),
        false => None,
    };
    let address = format!("{}/scope", place.base);
    let builder = Builder { draft, choices, address, is_open: place.why_not.is_none() };
    if visit.request.partial {
        return Answer::page(&builder);
    }
    let gone = visit.center.directory.list_gone(visit.actor(), &place.job)?;
    let page = Page {
        frame: place.frame(visit, text!("rules-scope-title"), "scope"),
        tabs: place.scope_tabs("/scope"),
        gone: gone.iter().map(Told::of).collect(),
        builder,
        place,
        seen: shown.seen,
        is_refused: shown.status == 422 && shown.refused.is_none(),
        preview,
        leaving: shown.leaving,
        differences: shown.differences,
        refused: shown.refused,
    };
    Answer::page_with(shown.status.max(200), &page)
}

/// The scope as it is saved, with those whom the condition names by their present names.
fn saved(visit: &Visit, place: &Place) -> Result<Draft, Error> {
    let condition = visit.center.directory.name_readable(&place.job)?;
    Ok(Draft::of(place.job.scope, &place.job.filter, condition.as_ref()))
}

/// What a draft means, or what cannot be read in it. A condition that nobody touched stays as it was
/// saved, with those whom it names.
pub fn scope_draft(
    visit: &Visit,
    place: &Place,
    draft: &Draft,
) -> Result<ScopeDraft, Vec<Problem>> {
    let Scoping { filter, condition } = draft.scoping()?;
    let is_same = saved(visit, place).is_ok_and(|saved| saved.condition == draft.condition);
    let is_alone = !draft.as_text
        || filter_text::parse(&draft.text, |_| Some(String::new()))
            .is_ok_and(|written| written.condition.is_none());
    let condition = match is_same && is_alone {
        true => place.job.condition.clone(),
        false => condition,
    };
    Ok(ScopeDraft { scope: draft.scope, filter, condition })
}

/// The draft with what is wrong with it, as far as that can be told before it is saved.
fn checked(visit: &Visit, place: &Place, draft: Draft) -> Draft {
    let scope = match scope_draft(visit, place, &draft) {
        Ok(scope) => scope,
        Err(problems) => return Draft { problems, ..draft },
    };
    let change = |job: &mut Job| {
        job.scope = scope.scope;
        job.filter.clone_from(&scope.filter);
        job.condition.clone_from(&scope.condition);
    };
    match visit.center.directory.draft_job(visit.actor(), &place.job, change) {
        Err(directory::Error::Findings(found)) => draft.with_findings(&about_scope(found)),
        _ => draft,
    }
}

/// What is wrong with the mappings is told on their pages.
fn about_scope(found: Vec<Finding>) -> Vec<Finding> {
    found.into_iter().filter(|one| one.clause().is_some()).collect()
}

/// How many would leave the target, where the reader was not asked about this draft yet, and what
/// stands for the draft when they say that it is meant.
fn who_leaves(visit: &Visit, place: &Place, wanted: &ScopeDraft) -> Option<(u64, String)> {
    let is_same = (wanted.scope, &wanted.filter, &wanted.condition)
        == (place.job.scope, &place.job.filter, &place.job.condition);
    let mut job = place.job.clone();
    let ScopeDraft { scope, filter, condition } = wanted.clone();
    (job.scope, job.filter, job.condition) = (scope, filter, condition);
    let digest = job.digest_of(JobPart::Scope);
    if is_same || visit.form().text("sure") == digest {
        return None;
    }
    // Whatever is wrong is told when it is saved.
    let found = preview::look(visit, place, wanted, Some(1_000)).ok()?;
    (found.leaving > 0).then_some((found.leaving, digest))
}

/// The words for a scope, for a difference.
pub fn told(
    scope: ScopeMode,
    filter: &Filter,
    condition: Option<&Condition>,
) -> [(String, String); 3] {
    let mode = match scope {
        ScopeMode::Assigned => text!("rules-assigned"),
        ScopeMode::All => text!("rules-all"),
    };
    let condition = condition.cloned().map(|condition| {
        let condition = Some(condition);
        filter_text::print_scoping(&Scoping { condition, ..Scoping::default() })
    });
    [
        (text!("rules-mode"), mode),
        (text!("rules-filter"), filter_text::print(filter)),
        (text!("rules-condition"), condition.unwrap_or_default()),
    ]
}
