//! How tests here look: an expression, the attributes as JSON, and the result as text.

use std::cell::Cell;

use jiff::Timestamp;

use crate::{Expression, Flow, Input, Value};

/// A record with everything a function may ask for.
pub(crate) struct Record {
    pub(crate) attributes: serde_json::Map<String, serde_json::Value>,
    pub(crate) taken: Vec<String>,
    bits: Cell<u64>,
}

impl Record {
    pub(crate) fn new(attributes: &str) -> Record {
        Record {
            attributes: serde_json::from_str(attributes).unwrap(),
            taken: Vec::new(),
            bits: Cell::new(0),
        }
    }
}

impl Input for Record {
    fn attribute(&self, name: &str) -> Value<'_> {
        self.attributes.get(name).map_or(Value::Null, Value::from)
    }

    fn now(&self) -> Option<Timestamp> {
        "2025-07-30T15:04:05Z".parse().ok()
    }

    fn default_domain(&self) -> Option<&str> {
        Some("contoso.example")
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        (name == "DomainFQDN").then_some("ad.contoso.example")
    }

    fn is_taken(&self, value: &str) -> bool {
        self.taken.iter().any(|taken| taken.eq_ignore_ascii_case(value))
    }

    fn random(&self) -> Option<u64> {
        self.bits.set(self.bits.get().wrapping_add(0x9e37_79b9_7f4a_7c15));
        let mixed = self.bits.get().wrapping_mul(0xbf58_476d_1ce4_e5b9);
        Some(mixed ^ (mixed >> 31))
    }
}

/// What the expression gives, as text: a value, `drop attribute`, `drop object`, or `error` and
/// the code.
pub(crate) fn eval(expression: &str, record: &Record) -> String {
    let expression = match Expression::parse(expression) {
        Ok(expression) => expression,
        Err(found) => {
            let error = found.iter().find(|finding| finding.severity == crate::Severity::Error);
            return format!("error {}", error.unwrap().code);
        }
    };
    match expression.evaluate(record) {
        Ok(Flow::Value(Value::Null)) => "null".to_owned(),
        Ok(Flow::Value(value)) => value.into_text(),
        Ok(Flow::DropAttribute) => "drop attribute".to_owned(),
        Ok(Flow::DropObject) => "drop object".to_owned(),
        Err(error) => format!("error {}", error.code()),
    }
}

#[track_caller]
pub(crate) fn check(expression: &str, attributes: &str, expected: &str) {
    assert_eq!(eval(expression, &Record::new(attributes)), expected, "{expression}");
}

/// Expressions without attributes.
#[track_caller]
pub(crate) fn check_all(cases: &[(&str, &str)]) {
    for (expression, expected) in cases {
        check(expression, "{}", expected);
    }
}
