//! The six comparison operators.
//!
//! Numbers compare as numbers, also against numeric text, date-times by time, everything else as
//! text, ordinal and with regard to case. Null equals null and the empty string only.

use std::cmp::Ordering;
use std::fmt;

use crate::{Number, Value};

/// A comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
}

impl Operator {
    /// Whether the comparison holds between single values.
    pub(crate) fn holds(self, left: &Value<'_>, right: &Value<'_>) -> bool {
        let order = order(left, right);
        match self {
            Operator::Equal => order == Some(Ordering::Equal),
            Operator::NotEqual => order != Some(Ordering::Equal),
            Operator::Greater => order == Some(Ordering::Greater) && ordered(left, right),
            Operator::GreaterOrEqual => {
                matches!(order, Some(Ordering::Greater | Ordering::Equal)) && ordered(left, right)
            }
            Operator::Less => order == Some(Ordering::Less) && ordered(left, right),
            Operator::LessOrEqual => {
                matches!(order, Some(Ordering::Less | Ordering::Equal)) && ordered(left, right)
            }
        }
    }
}

/// Null has no place in an order, not even beside itself.
fn ordered(left: &Value<'_>, right: &Value<'_>) -> bool {
    !left.is_null() && !right.is_null()
}

/// The order of two values; `None` when they are different without an order.
fn order(left: &Value<'_>, right: &Value<'_>) -> Option<Ordering> {
    match (left, right) {
        (Value::Null, other) | (other, Value::Null) => {
            other.is_null_or_empty().then_some(Ordering::Equal)
        }
        (Value::Number(left), Value::Number(right)) => left.partial_cmp(right),
        (Value::Number(number), Value::Text(text)) if Number::from_text(text).is_some() => {
            number.partial_cmp(&Number::from_text(text)?)
        }
        (Value::Text(text), Value::Number(number)) if Number::from_text(text).is_some() => {
            Number::from_text(text)?.partial_cmp(number)
        }
        // Their texts would order 10 January before 2 January.
        (Value::DateTime(left), Value::DateTime(right)) => Some(left.cmp(right)),
        (left, right) => Some(ordinal(&left.to_text(), &right.to_text())),
    }
}

/// Ordinal means UTF-16 code units in .NET, which differs from our bytes beyond U+FFFF.
fn ordinal(left: &str, right: &str) -> Ordering {
    left.encode_utf16().cmp(right.encode_utf16())
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Operator::Equal => "=",
            Operator::NotEqual => "<>",
            Operator::Greater => ">",
            Operator::GreaterOrEqual => ">=",
            Operator::Less => "<",
            Operator::LessOrEqual => "<=",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Operator::*;

    fn holds<'a>(
        left: impl Into<Value<'a>>,
        operator: Operator,
        right: impl Into<Value<'a>>,
    ) -> bool {
        operator.holds(&left.into(), &right.into())
    }

    #[test]
    fn numbers_and_numeric_text() {
        assert!(holds("1", Equal, 1));
        assert!(holds(12, Greater, "9"));
        assert!(holds("12", Less, "9"), "two texts compare as text");
        assert!(holds("one", NotEqual, 1));
    }

    #[test]
    fn text_is_case_sensitive() {
        assert!(holds("a", NotEqual, "A"));
        assert!(holds(true, Equal, "True"));
        assert!(holds(true, NotEqual, "true"));
    }

    #[test]
    fn null_equals_nothing_but_null_and_empty() {
        assert!(holds(Value::Null, Equal, ""));
        assert!(holds(Value::Null, Equal, Value::Null));
        assert!(holds(Value::Null, NotEqual, 0));
        for operator in [Greater, GreaterOrEqual, Less, LessOrEqual] {
            assert!(!holds(Value::Null, operator, ""));
            assert!(!holds("a", operator, Value::Null));
        }
    }
}
