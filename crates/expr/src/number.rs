//! A number as the directories hold it: 64-bit integers of either sign, and decimals.
//!
//! The form is canonical (an integer that fits `i64` is never kept as `u64` or as a decimal), so equal
//! numbers are equal values. Arithmetic is left to the functions that need it.

use std::cmp::Ordering;
use std::fmt;

/// A number that keeps every `i64` and `u64` exactly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number(Form);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    Integer(i64),
    /// Only above `i64::MAX`.
    Unsigned(u64),
    /// Finite, and never a whole number that an integer form could hold.
    Decimal(f64),
}

/// Below this every whole `f64` is exact, so turning it into an integer loses nothing.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Number {
    /// The number of a floating-point value; `None` for infinities and for "not a number".
    pub fn from_f64(value: f64) -> Option<Number> {
        if !value.is_finite() {
            return None;
        }
        if value.fract() == 0.0 && value.abs() <= EXACT {
            return Some(Number(Form::Integer(value as i64)));
        }
        Some(Number(Form::Decimal(value)))
    }

    /// The number that a text holds: an optional sign, digits, and digits after a point. Integers
    /// beyond 64 bits are not taken, because rounding an identifier would make two of them equal.
    pub fn from_text(text: &str) -> Option<Number> {
        let text = text.trim();
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, fraction) = match digits.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (digits, None),
        };
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) {
            return None;
        }
        match fraction {
            Some("") => None,
            Some(fraction) if all_digits(fraction) => Number::from_f64(text.parse().ok()?),
            Some(_) => None,
            None => match text.parse::<i64>() {
                Ok(value) => Some(Number::from(value)),
                Err(_) => text.parse::<u64>().ok().map(Number::from),
            },
        }
    }

    /// The value as `i64`, when it is a whole number in that range.
    pub fn as_i64(self) -> Option<i64> {
        match self.0 {
            Form::Integer(value) => Some(value),
            _ => None,
        }
    }

    /// The value as `u64`, when it is a whole number in that range.
    pub fn as_u64(self) -> Option<u64> {
        match self.0 {
            Form::Integer(value) => u64::try_from(value).ok(),
            Form::Unsigned(value) => Some(value),
            Form::Decimal(_) => None,
        }
    }

    /// The nearest `f64`.
    pub fn as_f64(self) -> f64 {
        match self.0 {
            Form::Integer(value) => value as f64,
            Form::Unsigned(value) => value as f64,
            Form::Decimal(value) => value,
        }
    }

    /// The whole part, cut toward zero and held inside `i64`: positions and counts are taken so.
    pub fn truncated(self) -> i64 {
        match self.0 {
            Form::Integer(value) => value,
            Form::Unsigned(_) => i64::MAX,
            // A cast from `f64` saturates, which is what "held inside" asks for.
            Form::Decimal(value) => value as i64,
        }
    }

    /// Whether it is 0.
    pub fn is_zero(self) -> bool {
        self.0 == Form::Integer(0)
    }

    fn whole(self) -> Option<i128> {
        match self.0 {
            Form::Integer(value) => Some(i128::from(value)),
            Form::Unsigned(value) => Some(i128::from(value)),
            Form::Decimal(_) => None,
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        match (self.whole(), other.whole()) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            (Some(left), None) => Some(compare_whole(left, other.as_f64())),
            (None, Some(right)) => Some(compare_whole(right, self.as_f64()).reverse()),
            (None, None) => self.as_f64().partial_cmp(&other.as_f64()),
        }
    }
}

/// Compares exactly: turning the integer into `f64` instead would make 2^53 + 1 equal to 2^53.
fn compare_whole(whole: i128, decimal: f64) -> Ordering {
    // A cast saturates, and every 64-bit integer lies far inside `i128`.
    whole
        .cmp(&(decimal.trunc() as i128))
        .then_with(|| 0.0_f64.partial_cmp(&decimal.fract()).unwrap_or(Ordering::Equal))
}

impl From<i64> for Number {
    fn from(value: i64) -> Number {
        Number(Form::Integer(value))
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Number {
        match i64::try_from(value) {
            Ok(value) => Number(Form::Integer(value)),
            Err(_) => Number(Form::Unsigned(value)),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Form::Integer(value) => value.fmt(f),
            Form::Unsigned(value) => value.fmt(f),
            Form::Decimal(value) => value.fmt(f),
        }
    }
}

impl serde::Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Form::Integer(value) => serializer.serialize_i64(value),
            Form::Unsigned(value) => serializer.serialize_u64(value),
            Form::Decimal(value) => serializer.serialize_f64(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::from_text(text).unwrap()
    }

    #[test]
    fn text_goes_both_ways() {
        for text in ["0", "-7", "9223372036854775807", "18446744073709551615", "42568.75", "-0.5"] {
            assert_eq!(number(text).to_string(), text);
        }
        assert_eq!(number("5.0").to_string(), "5");
        assert_eq!(number(" +3 ").to_string(), "3");
    }

    #[test]
    fn what_is_no_number() {
        for text in
            ["", "-", ".5", "5.", "1e3", "1,000", "0x10", "18446744073709551616", "--1", "NaN"]
        {
            assert_eq!(Number::from_text(text), None, "{text}");
        }
        assert_eq!(Number::from_f64(f64::NAN), None);
    }

    #[test]
    fn order_is_exact_across_forms() {
        assert!(number("9007199254740993") > Number::from_f64(9007199254740992.0).unwrap());
        assert!(number("18446744073709551615") > number("9223372036854775807"));
        assert!(number("-1.5") < number("-1"));
        assert!(number("1.5") > number("1"));
        assert!(number("12") > number("9"));
    }
}
