//! Active Directory ticks of a date.

use crate::Value;
use crate::call::{Answer, Call};
use crate::dates;
use crate::function::{Function, Type, example, required};
use crate::length::Length;

pub(super) static FUNCTION: Function = Function {
    name: "NumFromDate",
    parameters: &[required("value", Type::DateTime)],
    result: Type::Number,
    summary: "gives a date in Active Directory ticks",
    doc: "Ticks are units of 100 ns since 1601. The value is a date, or its text in ISO 8601.",
    examples: &[
        example(r#"NumFromDate("1970-01-01T00:00:00Z")"#, "116444736000000000"),
        example(r#"NumFromDate(CDate("2012-01-01 23:00:00"))"#, "129699324000000000"),
        example(r#"NumFromDate("1600-01-01")"#, "error expr-date-out-of-range"),
    ],
    length: Length::AtMost(20),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    dates::to_ticks(call.date(0)?).map(Value::from).map_err(|problem| call.fail(0, problem))
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"NumFromDate("2020-12-31 23:59:59-08:00")"#, "132539615990000000"),
            (r#"NumFromDate(DateFromNum(129699324000000000))"#, "129699324000000000"),
            (r#"NumFromDate("1600-01-01")"#, "error expr-date-out-of-range"),
            (r#"NumFromDate([a])"#, "error expr-not-a-date"),
            (r#"NumFromDate("1601-01-01T00:00:00Z")"#, "0"),
            (r#"NumFromDate("1601-01-01T00:00:00.0000001Z")"#, "1"),
            (r#"NumFromDate("2024-02-29T12:34:56+02:00")"#, "133536764960000000"),
            (r#"NumFromDate("9999-12-31T23:59:59Z")"#, "2650467743990000000"),
            (r#"NumFromDate(Now())"#, "133983614450000000"),
            (r#"NumFromDate("")"#, "error expr-not-a-date"),
            (r#"NumFromDate(5)"#, "error expr-not-a-date"),
        ]);
    }
}
