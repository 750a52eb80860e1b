//! What the published form can say, and what it cannot (provisioning-engine.md 3.3 and 3.4).

use model::{
    Clause, Condition, Filter, Group, Name, Operator,
    condition::{Comparison, Count, Test},
};

use super::Scoping;

/// The tree as a filter if the published form can say it, else as a condition.
pub(super) fn divide(tree: Condition) -> Scoping {
    match groups(&tree) {
        Some(groups) => Scoping { filter: Filter { groups }, condition: None },
        None => Scoping { filter: Filter::default(), condition: Some(tree) },
    }
}

/// A filter as a tree: what [`divide`] was given.
pub(super) fn tree(filter: &Filter) -> Condition {
    let test = |clause: &Clause| {
        let Clause { attribute, operator, operand } = clause.clone();
        Condition::Test(Test::Compare(Comparison {
            attribute,
            count: Count::One,
            operator,
            operand,
            any_case: false,
            missing: false,
        }))
    };
    let group = |group: &Group| Condition::And(group.clauses.iter().map(test).collect());
    match filter.groups.is_empty() {
        true => Condition::And(Vec::new()),
        false => Condition::Or(filter.groups.iter().map(group).collect()),
    }
}

/// The filter that nobody passes, said by clauses: there is no word for it.
pub(crate) fn nobody() -> Filter {
    let clause = |operator| Clause {
        attribute: Name::DISPLAY_NAME.to_string(),
        operator,
        operand: String::new(),
    };
    let clauses = vec![clause(Operator::IsNull), clause(Operator::IsNotNull)];
    Filter { groups: vec![Group { name: String::new(), clauses }] }
}

/// An OR of ANDs of plain clauses, whatever parentheses stand around its parts.
fn groups(tree: &Condition) -> Option<Vec<Group>> {
    match tree {
        Condition::Or(parts) => {
            let parts: Option<Vec<_>> = parts.iter().map(groups).collect();
            parts.map(|parts| parts.concat())
        }
        tree => clauses(tree).map(|clauses| vec![Group { name: String::new(), clauses }]),
    }
}

fn clauses(tree: &Condition) -> Option<Vec<Clause>> {
    match tree {
        Condition::And(parts) => {
            let parts: Option<Vec<_>> = parts.iter().map(clauses).collect();
            parts.map(|parts| parts.concat())
        }
        Condition::Test(Test::Compare(comparison)) => clause(comparison).map(|clause| vec![clause]),
        Condition::Or(_) | Condition::Not(_) | Condition::Test(_) => None,
    }
}

fn clause(comparison: &Comparison) -> Option<Clause> {
    let Comparison { attribute, count, operator, operand, any_case, missing } = comparison;
    let is_plain = *count == Count::One
        && !any_case
        && !missing
        && !attribute.eq_ignore_ascii_case(Name::USER_TYPE.as_str());
    is_plain.then(|| Clause {
        attribute: attribute.clone(),
        operator: *operator,
        operand: operand.clone(),
    })
}
