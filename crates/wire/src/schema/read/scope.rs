//! The document's filter in our words.

use model::{
    Clause, Condition, Group,
    condition::{Named, Test},
};

use super::Notes;
use crate::{
    filter_text,
    schema::{
        Filter, FilterClause, FilterGroup, Json, ObjectMapping, Rest, SynchronizationRule,
        names::{graph_name, is_plain},
    },
};

/// What a group of the document means here.
pub(in crate::schema) enum Meaning {
    /// Only that people are internal, which holds for everybody whom the line looks at.
    Own,
    Group(Group),
    /// It cannot be taken over.
    Unsupported,
}

/// The filter that people leave when they drop out of it.
pub(in crate::schema) fn read(scope: Option<&Filter>, notes: &mut Notes) -> model::Filter {
    scope.map_or_else(model::Filter::default, |scope| read_groups("groups", &scope.groups, notes))
}

/// What a rule says of the people whom it reads: the groups that they must be in, and containers,
/// which tenants do not have.
pub(in crate::schema) fn read_rule(
    rule: &SynchronizationRule,
    notes: &mut Notes,
) -> Vec<Condition> {
    let is_filter = |name: &str| name.to_ascii_lowercase().contains("filter");
    let mut parts = read_unknown(&rule.rest, is_filter, notes);
    let containers = rule.container_filter.as_ref().map(|filter| &filter.included_containers);
    if containers.is_some_and(|containers| !containers.is_empty()) {
        let why =
            "tenants have no containers, and nobody is in scope: correct it before the next cycle";
        notes.add("/containerFilter", "filter by container", why);
        parts.push(filter_text::condition(&filter_text::nobody()));
    }
    let groups = rule.group_filter.as_ref().map_or(&[][..], |filter| &filter.included_groups);
    if !groups.is_empty() {
        let why = "it is a condition here: who is in none of the groups is out of scope";
        notes.add("/groupFilter", "filter by group", why);
        let member = |name: &String| {
            let group = Named { name: name.clone(), id: None };
            Condition::Test(Test::Member { group, nested: false })
        };
        let mut members: Vec<_> = groups.iter().map(member).collect();
        parts.push(match members.len() {
            1 => members.remove(0),
            _ => Condition::Or(members),
        });
    }
    parts
}

/// What the other groups say, as conditions: the service reads nobody who fails them, and never
/// takes them in. None where there are no such groups, or none that keep anybody out.
pub(in crate::schema) fn read_others(scope: Option<&Filter>, notes: &mut Notes) -> Vec<Condition> {
    let Some(scope) = scope else { return Vec::new() };
    let others = [
        ("inputFilterGroups", &scope.input_filter_groups),
        ("categoryFilterGroups", &scope.category_filter_groups),
    ];
    let mut parts = read_unknown(&scope.rest, |name| !name.starts_with('@'), notes);
    for (member, groups) in others {
        let filter = read_groups(member, groups, notes);
        if !filter.groups.is_empty() {
            let why = "it is a condition here: who fails it is out of scope, and leaves the target";
            notes.add(&format!("/{member}"), "filter at reading", why);
            parts.push(filter_text::condition(&filter));
        }
    }
    parts
}

/// A scope whose name is spelt in another way.
pub(in crate::schema) fn read_misspelt(
    mapping: &ObjectMapping,
    notes: &mut Notes,
) -> Vec<Condition> {
    read_unknown(&mapping.rest, |name| name.eq_ignore_ascii_case("scope"), notes)
}

/// What may say whom a rule takes and is not understood keeps everybody out: reading over it would
/// take people in.
fn read_unknown(rest: &Rest, is_meant: impl Fn(&str) -> bool, notes: &mut Notes) -> Vec<Condition> {
    let holds = |value: &Json| match value {
        Json::Null => false,
        Json::List(members) => !members.is_empty(),
        Json::Object(members) => !members.is_empty(),
        _ => true,
    };
    let unknown = rest.iter().filter(|(name, value)| is_meant(name) && holds(value));
    let mut parts = Vec::new();
    for (name, _) in unknown {
        let why = "it is not understood, and nobody is in scope: correct it before the next cycle";
        notes.add(&format!("/{name}"), format!("member '{name}'"), why);
        parts.push(filter_text::condition(&filter_text::nobody()));
    }
    parts
}

/// The condition that holds when all of them do.
pub(in crate::schema) fn all_of(mut parts: Vec<Condition>) -> Option<Condition> {
    match parts.len() {
        0 | 1 => parts.pop(),
        _ => Some(Condition::And(parts)),
    }
}

fn read_groups(member: &str, all: &[FilterGroup], notes: &mut Notes) -> model::Filter {
    let mut groups = Vec::new();
    let mut own = Vec::new();
    for (index, group) in all.iter().enumerate() {
        let place = format!("/{member}/{index}");
        match notes.inside(&place, |notes| read_group(group, notes)) {
            Meaning::Group(group) => groups.push(group),
            Meaning::Own => own.push((place, group)),
            Meaning::Unsupported => {}
        }
    }
    if own.len() < all.len() {
        for (place, group) in own {
            let why = "with it everybody would be in scope; the other groups decide alone";
            notes.add(&place, title(group), why);
        }
        // Without groups everybody would pass. A group that nobody passes is the narrow reading of
        // groups that are not understood.
        if groups.is_empty() {
            let why = "no group is left, and nobody is in scope: correct it before the next cycle";
            notes.add(&format!("/{member}"), "filter of which nothing is left", why);
            return filter_text::nobody();
        }
    }
    model::Filter { groups }
}

/// A group of which one clause cannot be taken over is none: without the clause more people would
/// pass than were meant.
pub(in crate::schema) fn read_group(group: &FilterGroup, notes: &mut Notes) -> Meaning {
    if group.clauses.is_empty() {
        let why = "it has no clauses, and everybody would be in scope; it is left out";
        notes.add("", title(group), why);
        return Meaning::Unsupported;
    }
    let mut clauses = Vec::new();
    let mut all_read = true;
    for (index, clause) in group.clauses.iter().enumerate() {
        if is_own(clause) {
            continue;
        }
        let place = format!("/clauses/{index}");
        match notes.inside(&place, |notes| read_clause(clause, notes)) {
            Some(clause) => clauses.push(clause),
            None => all_read = false,
        }
    }
    if !all_read {
        return Meaning::Unsupported;
    }
    if clauses.is_empty() {
        return Meaning::Own;
    }
    Meaning::Group(Group { name: group.name.clone().unwrap_or_default(), clauses })
}

/// That people are internal, as the service says it (cross-tenant-sync.md 2.8).
pub(in crate::schema) fn is_own(clause: &FilterClause) -> bool {
    let values = clause.target_operand.iter().flat_map(|operand| operand.values.iter().flatten());
    clause.source_operand_name.eq_ignore_ascii_case("alternativeSecurityIds")
        && clause.operator_name.trim().eq_ignore_ascii_case("EQUALS")
        && values.eq(["None"])
}

pub(in crate::schema) fn read_clause(clause: &FilterClause, notes: &mut Notes) -> Option<Clause> {
    const WHY: &str = "the whole group is left out, so that nobody more is in scope than was meant";
    let name = clause.source_operand_name.trim();
    if !is_plain(name) || name.eq_ignore_ascii_case("alternativeSecurityIds") {
        notes.add("/sourceOperandName", format!("attribute '{name}'"), WHY);
        return None;
    }
    let Some(operator) = filter_text::find_operator(&clause.operator_name) else {
        let what = format!("operator '{}'", clause.operator_name);
        notes.add("/operatorName", what, WHY);
        return None;
    };
    let values = clause.target_operand.as_ref().map_or(&[][..], |operand| &operand.values);
    let operand = match values {
        _ if !operator.is_binary() => String::new(),
        [] | [None] => String::new(),
        [Some(value)] => value.clone(),
        _ => {
            notes.add("/targetOperand/values", "operand of several values", WHY);
            return None;
        }
    };
    Some(Clause { attribute: graph_name(name).to_owned(), operator, operand })
}

fn title(group: &FilterGroup) -> String {
    format!("group '{}'", group.name.as_deref().unwrap_or_default())
}
