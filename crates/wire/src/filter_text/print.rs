//! From filters and conditions to text that [`parse`](super::parse) reads again.

use model::{
    Clause, Condition, Filter, Group,
    condition::{Comparison, Count, Named, Test, When},
};

use super::{Scoping, operand, options, plain};

/// The text of a filter. Like its `Display`, but every operand stands in quotes in which it comes
/// back as it was. The names of groups are lost.
pub fn print(filter: &Filter) -> String {
    // A group without clauses admits everybody, and so does the filter that holds it.
    if filter.groups.iter().any(|group| group.clauses.is_empty()) {
        return String::new();
    }
    let group = |group: &Group| {
        let clauses: Vec<_> = group.clauses.iter().map(print_clause).collect();
        clauses.join(" AND ")
    };
    filter.groups.iter().map(group).collect::<Vec<_>>().join(" OR ")
}

/// The text of a filter and a condition. Where there are both, it says both, and is read again as
/// a condition that holds when both hold.
pub fn print_scoping(scoping: &Scoping) -> String {
    let Some(condition) = &scoping.condition else { return print(&scoping.filter) };
    let whole = match scoping.filter.groups.is_empty() {
        true => condition.clone(),
        false => Condition::And(vec![plain::tree(&scoping.filter), condition.clone()]),
    };
    match simplify(&whole) {
        Simple::Everybody => String::new(),
        Simple::Nobody => print(&plain::nobody()),
        Simple::Some(condition) => match plain::divide(condition) {
            Scoping { condition: Some(condition), .. } => print_condition(&condition),
            Scoping { filter, condition: None } => print(&filter),
        },
    }
}

/// A condition without parts that admit everybody or nobody, and without joints of fewer than two.
enum Simple {
    Everybody,
    Nobody,
    Some(Condition),
}

/// The condition without joints of fewer than two; one that admits everybody or nobody as it is.
pub(super) fn simple(condition: Condition) -> Condition {
    match simplify(&condition) {
        Simple::Some(condition) => condition,
        Simple::Everybody | Simple::Nobody => condition,
    }
}

fn simplify(condition: &Condition) -> Simple {
    match condition {
        Condition::Test(_) => Simple::Some(condition.clone()),
        Condition::Not(part) => match simplify(part) {
            Simple::Everybody => Simple::Nobody,
            Simple::Nobody => Simple::Everybody,
            Simple::Some(part) => Simple::Some(Condition::Not(Box::new(part))),
        },
        Condition::And(parts) => {
            let mut kept = Vec::new();
            for part in parts {
                match simplify(part) {
                    Simple::Everybody => {}
                    Simple::Nobody => return Simple::Nobody,
                    Simple::Some(part) => kept.push(part),
                }
            }
            join(kept, Condition::And, Simple::Everybody)
        }
        Condition::Or(parts) => {
            let mut kept = Vec::new();
            for part in parts {
                match simplify(part) {
                    Simple::Nobody => {}
                    Simple::Everybody => return Simple::Everybody,
                    Simple::Some(part) => kept.push(part),
                }
            }
            join(kept, Condition::Or, Simple::Nobody)
        }
    }
}

fn join(
    mut parts: Vec<Condition>,
    join: impl Fn(Vec<Condition>) -> Condition,
    none: Simple,
) -> Simple {
    match parts.len() {
        0 => none,
        1 => Simple::Some(parts.remove(0)),
        _ => Simple::Some(join(parts)),
    }
}

fn print_condition(condition: &Condition) -> String {
    match condition {
        Condition::And(parts) => print_parts(parts, " AND "),
        Condition::Or(parts) => print_parts(parts, " OR "),
        Condition::Not(part) => format!("NOT {}", print_part(part)),
        Condition::Test(test) => print_test(test),
    }
}

fn print_parts(parts: &[Condition], joint: &str) -> String {
    parts.iter().map(print_part).collect::<Vec<_>>().join(joint)
}

fn print_part(part: &Condition) -> String {
    match part {
        Condition::And(_) | Condition::Or(_) => format!("({})", print_condition(part)),
        Condition::Not(_) | Condition::Test(_) => print_condition(part),
    }
}

fn print_clause(clause: &Clause) -> String {
    let Clause { attribute, operator, operand } = clause;
    let operator_text = operator.as_str();
    match operator.is_binary() {
        true => format!("{attribute} {operator_text} {}", operand::print(operand)),
        false => format!("{attribute} {operator_text}"),
    }
}

fn print_test(test: &Test) -> String {
    let name = |named: &Named| operand::print(&named.name);
    match test {
        Test::Compare(comparison) => print_comparison(comparison),
        Test::Date { attribute, when, than, missing } => {
            let when = match when {
                When::Before => "BEFORE",
                When::After => "AFTER",
            };
            format!("{attribute} {when} {than}{}", print_options(false, *missing))
        }
        Test::Manager { operator, person: None } => format!("manager {}", operator.as_str()),
        Test::Manager { operator, person: Some(person) } => {
            format!("manager {} {}", operator.as_str(), name(person))
        }
        Test::Member { group, nested } => {
            format!("MEMBER OF {}{}", name(group), if *nested { " [nested]" } else { "" })
        }
    }
}

fn print_comparison(comparison: &Comparison) -> String {
    let Comparison { attribute, count, operator, operand, any_case, missing } = comparison;
    let count = match count {
        Count::One => "",
        Count::Any => "ANY ",
        Count::All => "ALL ",
    };
    let clause =
        Clause { attribute: attribute.clone(), operator: *operator, operand: operand.clone() };
    // Options that change nothing are refused by the parser.
    let any_case = *any_case && options::knows_case(*operator);
    let missing = *missing && options::knows_missing(*operator);
    format!("{count}{}{}", print_clause(&clause), print_options(any_case, missing))
}

fn print_options(any_case: bool, missing: bool) -> &'static str {
    match (any_case, missing) {
        (false, false) => "",
        (true, false) => " [any case]",
        (false, true) => " [missing is true]",
        (true, true) => " [any case, missing is true]",
    }
}
