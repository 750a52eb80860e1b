//! A date from text.

use crate::Value;
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example, required};
use crate::length::Length;

pub(super) static FUNCTION: Function = Function {
    name: "CDate",
    parameters: &[required("expression", Type::Text)],
    result: Type::DateTime,
    summary: "reads a date and converts it to UTC",
    doc: "Reads ISO 8601 and the US forms. Text without an offset counts as UTC, a date without a time as midnight.",
    examples: &[
        example(r#"CDate("2020-03-16-07:00")"#, "3/16/2020 7:00:00 AM"),
        example(r#"CDate("2021-01-01T00:30:00+01:00")"#, "12/31/2020 11:30:00 PM"),
        example(r#"CDate("8/25/2021 5:41 PM")"#, "8/25/2021 5:41:00 PM"),
        example(r#"CDate("2023-02-29")"#, "error expr-not-a-date"),
    ],
    length: Length::AtMost(22),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    call.date(0).map(Value::DateTime)
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"CDate("2024-02-29T12:00:00+00:00")"#, "2/29/2024 12:00:00 PM"),
            (r#"CDate(CDate("8/25/2021 5:41:18 PM"))"#, "8/25/2021 5:41:18 PM"),
            (r#"CDate("2023-02-29")"#, "error expr-not-a-date"),
            (r#"CDate([a])"#, "error expr-not-a-date"),
        ]);
    }
}
