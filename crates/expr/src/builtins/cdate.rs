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
            (r#"CDate("2025-01-15")"#, "1/15/2025 12:00:00 AM"),
            (r#"CDate("2020-12-31T23:59:59.9999999Z")"#, "12/31/2020 11:59:59 PM"),
            (r#"CDate("2021-06-30T00:00:00+08:00")"#, "6/29/2021 4:00:00 PM"),
            (r#"CDate("12/31/9999 11:59:59 PM")"#, "12/31/9999 11:59:59 PM"),
            (r#"CDate("1/2/0099")"#, "1/2/0099 12:00:00 AM"),
            (r#"CDate("")"#, "error expr-not-a-date"),
            (r#"CDate(5)"#, "error expr-not-a-date"),
            (r#"CDate(True)"#, "error expr-not-a-date"),
            (r#"CDate(Split("2020-01-01,x", ","))"#, "1/1/2020 12:00:00 AM"),
            (r#"CDate()"#, "error expr-missing-argument"),
        ]);
    }
}
