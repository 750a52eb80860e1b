//! The document's filter in our words.

use model::{Clause, Group};

use super::Notes;
use crate::{
    filter_text,
    schema::{
        Filter, FilterClause, FilterGroup,
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

pub(in crate::schema) fn read(scope: Option<&Filter>, notes: &mut Notes) -> model::Filter {
    let Some(scope) = scope else { return model::Filter::default() };
    note_other_groups(scope, notes);
    let mut groups = Vec::new();
    let mut own = Vec::new();
    for (index, group) in scope.groups.iter().enumerate() {
        let place = format!("/groups/{index}");
        match notes.inside(&place, |notes| read_group(group, notes)) {
            Meaning::Group(group) => groups.push(group),
            Meaning::Own => own.push((place, group)),
            Meaning::Unsupported => {}
        }
    }
    if own.len() < scope.groups.len() {
        for (place, group) in own {
            let why = "with it everybody would be in scope; the other groups decide alone";
            notes.add(&place, title(group), why);
        }
        // Without groups everybody would pass. A group that nobody passes is the narrow reading of
        // groups that are not understood.
        if groups.is_empty() {
            return filter_text::nobody();
        }
    }
    model::Filter { groups }
}

/// A group of which one clause cannot be taken over is none: without the clause more people would
/// pass than were meant.
pub(in crate::schema) fn read_group(group: &FilterGroup, notes: &mut Notes) -> Meaning {
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
    if clauses.is_empty() && !group.clauses.is_empty() {
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

fn note_other_groups(scope: &Filter, notes: &mut Notes) {
    let others = [
        ("inputFilterGroups", &scope.input_filter_groups, "a person who fails it is never read"),
        (
            "categoryFilterGroups",
            &scope.category_filter_groups,
            "a person who fails it is not meant by the mapping",
        ),
    ];
    for (member, groups, meaning) in others {
        for (index, group) in groups.iter().enumerate() {
            let is_own = !group.clauses.is_empty() && group.clauses.iter().all(is_own);
            if !is_own {
                let why = format!("{meaning}; write the clauses into the filter's groups");
                notes.add(&format!("/{member}/{index}"), title(group), &why);
            }
        }
    }
}

fn title(group: &FilterGroup) -> String {
    format!("group '{}'", group.name.as_deref().unwrap_or_default())
}
