//! What flows: the table of mappings of people or of groups, with what is wrong or doubtful about them,
//! and the order in which they match.

use askama::Template;
use engine::Finding;
use model::{Job, JobPart, Kind, Mapping, diagnostic::Severity};

use super::{
    mapping_form::{apply_word, empty_word, kind_word},
    place::{Place, mappings_of_mut},
};
use crate::{
    answer::Answer,
    error::Error,
    filters,
    form::coded,
    frame::{Frame, Link},
    visit::Visit,
};

#[derive(Template)]
#[template(path = "rules_mappings.html")]
struct Page {
    frame: Frame,
    tabs: Vec<Link>,
    place: Place,
    rows: Vec<Row>,
    matching: Vec<String>,
    findings: Vec<Told>,
    seen: String,
}

/// A mapping.
struct Row {
    target: String,
    href: String,
    kind: String,
    rule: String,
    apply: String,
    empty: String,
    default: String,
    matching: String,
}

/// A finding for people.
pub struct Told {
    /// Where.
    pub place: String,
    /// What.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// Whether it stands in the way.
    pub is_error: bool,
    /// The text, with the place marked.
    pub drawn: Option<String>,
}

impl Told {
    /// Of a finding.
    pub fn of(finding: &Finding) -> Self {
        let drawn = finding.located.as_ref().map(|one| excerpt(&one.diagnostic.render(&one.text)));
        Self {
            place: finding.place.clone(),
            message: finding.message.clone(),
            hint: finding.hint.clone(),
            is_error: finding.severity == Severity::Error,
            drawn,
        }
    }
}

/// The lines of a drawn diagnostic that show the place; what is wrong stands beside it.
fn excerpt(drawn: &str) -> String {
    let is_place = |line: &&str| {
        line.trim_start()
            .split_once('|')
            .is_some_and(|(number, _)| number.trim().chars().all(|one| one.is_ascii_digit()))
    };
    drawn.lines().filter(is_place).collect::<Vec<_>>().join("\n")
}

/// The part of a configuration that holds these mappings.
pub fn part_of(kind: Kind) -> JobPart {
    match kind {
        Kind::User => JobPart::Mappings,
        Kind::Group => JobPart::Groups,
    }
}

/// The table.
pub fn show(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::find(visit)?;
    let rows = place.mappings().iter().map(|mapping| row(&place, mapping)).collect();
    let tab = if place.is_groups() { "/mappings?for=groups" } else { "/mappings" };
    Answer::page(&Page {
        frame: place.frame(visit, text!("rules-mappings-title"), "mappings"),
        tabs: place.mapping_tabs(tab),
        rows,
        matching: in_order(place.mappings()),
        findings: findings(visit, &place)?.iter().map(Told::of).collect(),
        seen: place.job.digest_of(part_of(place.kind)),
        place,
    })
}

fn row(place: &Place, mapping: &Mapping) -> Row {
    Row {
        target: mapping.target.clone(),
        href: format!("{}/mappings/{}{}", place.base, coded(&mapping.target), place.query()),
        kind: kind_word(mapping),
        rule: mapping.rule(),
        apply: apply_word(mapping.apply),
        empty: empty_word(mapping.empty),
        default: mapping.default.clone().unwrap_or_default(),
        matching: mapping.matching.map(|number| number.to_string()).unwrap_or_default(),
    }
}

/// What is wrong or doubtful about the mappings as they stand.
fn findings(visit: &Visit, place: &Place) -> Result<Vec<Finding>, Error> {
    let (directory, actor) = (&visit.center.directory, visit.actor());
    let (job, kind, mappings) = (&place.job, place.kind, place.mappings());
    let wrong = directory.check_each_mapping(actor, job, kind, mappings)?;
    let doubts = directory.list_doubts(actor, job, kind, mappings)?;
    Ok(wrong.into_iter().flatten().chain(doubts).collect())
}

/// The targets by which people are matched, the first first.
fn in_order(mappings: &[Mapping]) -> Vec<String> {
    let mut matching: Vec<&Mapping> =
        mappings.iter().filter(|one| one.matching.is_some()).collect();
    matching.sort_by_key(|one| one.matching);
    matching.iter().map(|one| one.target.clone()).collect()
}

/// Puts one of the matching mappings a place earlier, unless somebody else changed them.
pub fn order(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::find(visit)?;
    let kind = place.kind;
    let target = visit.form().text("earlier").to_owned();
    let seen = [(part_of(kind), visit.form().text("seen"))];
    let change = |job: &mut Job| {
        let mappings = mappings_of_mut(job, kind);
        let mut order = in_order(mappings);
        let at = order.iter().position(|one| *one == target).filter(|at| *at > 0);
        if let Some(at) = at {
            order.swap(at - 1, at);
        }
        for (number, target) in (1..).zip(&order) {
            let found = mappings.iter_mut().find(|one| one.target == *target);
            found.into_iter().for_each(|one| one.matching = Some(number));
        }
    };
    visit.center.directory.update_job_seen(visit.actor(), &place.job, &seen, change)?;
    let to = format!("{}/mappings{}", place.base, place.query());
    Ok(Answer::said(&to, "said-order-saved"))
}
