//! A date from Active Directory ticks.

use crate::Value;
use crate::call::{Answer, Call};
use crate::dates;
use crate::function::{Function, Type, example, required};
use crate::length::Length;

pub(super) static FUNCTION: Function = Function {
    name: "DateFromNum",
    parameters: &[required("value", Type::Number)],
    result: Type::DateTime,
    summary: "gives the date of Active Directory ticks",
    doc: "Ticks are units of 100 ns since 1601. Null stays null.",
    examples: &[
        example(r#"DateFromNum(129699324000000000)"#, "1/1/2012 11:00:00 PM"),
        example(r#"DateFromNum("116444736000000000")"#, "1/1/1970 12:00:00 AM"),
        example(r#"DateFromNum(9223372036854775807)"#, "error expr-date-out-of-range"),
    ],
    length: Length::AtMost(22),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let Some(number) = call.number(0)? else {
        return Ok(Value::Null);
    };
    dates::from_ticks(number.truncated())
        .map(Value::DateTime)
        .map_err(|problem| call.fail(0, problem))
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"DateFromNum("116444736000000000")"#, "1/1/1970 12:00:00 AM"),
            (r#"DateFromNum([a])"#, "null"),
            (r#"DateFromNum(9223372036854775807)"#, "error expr-date-out-of-range"),
            (r#"DateFromNum(-1)"#, "error expr-date-out-of-range"),
            (r#"DateFromNum(0)"#, "1/1/1601 12:00:00 AM"),
            (r#"DateFromNum(9999999)"#, "1/1/1601 12:00:00 AM"),
            (r#"DateFromNum(10000000)"#, "1/1/1601 12:00:01 AM"),
            (r#"DateFromNum("x")"#, "error expr-not-a-number"),
            (r#"DateFromNum("")"#, "error expr-not-a-number"),
        ]);
    }
}
