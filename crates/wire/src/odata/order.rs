//! `$orderby`: properties, each with `asc` or `desc`, joined by commas.

use std::{cmp::Ordering, ops::Range};

use model::fold;
use serde_json::Value;

use super::{Fault, filter::check_length, select};

/// One property to order by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Names of members from the outside in, as they are written.
    pub path: Vec<String>,
    /// Whether the last comes first.
    pub descending: bool,
    /// The bytes of the text that say it.
    pub span: Range<usize>,
}

/// The properties from their text; at least one.
pub fn parse(text: &str) -> Result<Vec<Order>, Fault> {
    read(text).map_err(|fault| fault.of("$orderby"))
}

fn read(text: &str) -> Result<Vec<Order>, Fault> {
    check_length(text)?;
    select::pieces(text, ',')?.into_iter().map(|(piece, span)| one(piece, span)).collect()
}

fn one(piece: &str, span: Range<usize>) -> Result<Order, Fault> {
    let mut words = piece.split_whitespace();
    let path = select::path(words.next().unwrap_or_default(), &span)?;
    let descending = match words.next() {
        None => false,
        Some(word) if word.eq_ignore_ascii_case("asc") => false,
        Some(word) if word.eq_ignore_ascii_case("desc") => true,
        Some(word) => {
            let message =
                format!("expected 'asc', 'desc' or ',' behind the property, found '{word}'");
            return Err(Fault::bad(span, message));
        }
    };
    match words.next() {
        None => Ok(Order { path, descending, span }),
        Some(word) => Err(Fault::bad(span, format!("expected ',', found '{word}'"))),
    }
}

/// How two values in memory follow each other; what is absent stands before everything.
pub fn compare(orders: &[Order], left: &Value, right: &Value) -> Ordering {
    let find = |value: &Value, order: &Order| {
        order.path.iter().try_fold(value.clone(), |value, name| {
            let Value::Object(members) = value else { return None };
            let found = members.iter().find(|(held, _)| held.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.clone())
        })
    };
    orders
        .iter()
        .map(|order| {
            let ordering = simple(&find(left, order), &find(right, order));
            if order.descending { ordering.reverse() } else { ordering }
        })
        .find(|ordering| ordering.is_ne())
        .unwrap_or(Ordering::Equal)
}

fn simple(left: &Option<Value>, right: &Option<Value>) -> Ordering {
    let rank = |value: &Option<Value>| match value {
        None | Some(Value::Null) => 0,
        Some(Value::Bool(_)) => 1,
        Some(Value::Number(_)) => 2,
        Some(Value::String(_)) => 3,
        Some(_) => 4,
    };
    match (left, right) {
        (Some(Value::String(left)), Some(Value::String(right))) => fold(left).cmp(&fold(right)),
        (Some(Value::Bool(left)), Some(Value::Bool(right))) => left.cmp(right),
        (Some(Value::Number(left)), Some(Value::Number(right))) => {
            let (left, right) = (left.as_f64(), right.as_f64());
            left.partial_cmp(&right).unwrap_or(Ordering::Equal)
        }
        _ => rank(left).cmp(&rank(right)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let show = |order: &Order| {
            format!("{} {}", order.path.join("/"), if order.descending { "desc" } else { "asc" })
        };
        let found = match parse(text) {
            Ok(orders) => orders.iter().map(show).collect::<Vec<_>>().join(", "),
            Err(fault) => format!("{}: {fault}", fault.code.as_str()),
        };
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn properties_and_directions() {
        check("displayName", "displayName asc");
        check("displayName DESC,createdDateTime", "displayName desc, createdDateTime asc");
        check(" servicePrincipal/id  asc , id", "servicePrincipal/id asc, id asc");
        check("", "BadRequest: Invalid $orderby: a name is missing, at position 0.");
        check("a,,b", "BadRequest: Invalid $orderby: a name is missing, at position 2.");
        check(
            "a down",
            "BadRequest: Invalid $orderby: expected 'asc', 'desc' or ',' behind the property, found 'down', at position 0.",
        );
    }

    #[test]
    fn values_follow_each_other() {
        let mut values =
            [json!({"a": "b", "n": 1}), json!({"a": "A"}), json!({"A": "b", "n": 2}), json!({})];
        let orders = parse("a,n desc").expect("two properties");
        values.sort_by(|left, right| compare(&orders, left, right));
        assert_eq!(
            values,
            [json!({}), json!({"a": "A"}), json!({"A": "b", "n": 2}), json!({"a": "b", "n": 1})]
        );
    }
}
