//! A later or earlier date.

use crate::Value;
use crate::builtins::date_diff::{Interval, check_interval as check};
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example, required};
use crate::length::Length;
use crate::{Number, Problem, dates};
use jiff::Span;

pub(super) static FUNCTION: Function = Function {
    name: "DateAdd",
    parameters: &[
        required("interval", Type::Text),
        required("value", Type::Number),
        required("dateTime", Type::DateTime),
    ],
    result: Type::DateTime,
    summary: "adds units of time to a date",
    doc: "Intervals: yyyy year, m month, d day, ww week, h hour, n minute, s second. Years and months keep the day where they can, and take the last day of the month otherwise.",
    examples: &[
        example(r#"DateAdd("m", 1, "2024-01-31")"#, "2/29/2024 12:00:00 AM"),
        example(r#"DateAdd("d", -10, CDate("2012-03-16"))"#, "3/6/2012 12:00:00 AM"),
        example(r#"DateAdd("n", "90", "2021-08-24")"#, "8/24/2021 1:30:00 AM"),
        example(r#"DateAdd("fortnight", 1, Now())"#, "error expr-date-interval"),
    ],
    length: Length::AtMost(22),
    outermost: false,
    run,
    check: Some(check),
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let interval = call.text_or_empty(0)?;
    let Some(interval) = Interval::find(&interval) else {
        return Err(call.fail(0, Problem::UnknownInterval(interval.into_owned())));
    };
    let Some(number) = call.number(1)? else {
        return Err(call.fail(1, Problem::NotANumber(String::new())));
    };
    let date = call.date(2)?;
    let sum = span(interval, number).and_then(|span| dates::add(date, span));
    sum.map(Value::DateTime).map_err(|problem| call.fail_call(problem))
}

/// A fraction of a year or a month has no fixed length and is cut off.
fn span(interval: Interval, number: Number) -> Result<Span, Problem> {
    let span = match interval {
        Interval::Year => Span::new().try_years(number.truncated()),
        Interval::Month => Span::new().try_months(number.truncated()),
        Interval::Seconds(seconds) => {
            return dates::seconds(number.as_f64() * seconds as f64);
        }
        Interval::Week => return dates::seconds(number.as_f64() * 604_800.0),
    };
    span.map_err(|_| Problem::DateOutOfRange)
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"DateAdd("d", "10", Now())"#, "8/9/2025 3:04:05 PM"),
            (r#"DateAdd("yyyy", 1.9, "2024-02-29")"#, "2/28/2025 12:00:00 AM"),
            (r#"DateAdd("h", 1.5, "2024-02-29")"#, "2/29/2024 1:30:00 AM"),
            (r#"DateAdd("ww", -2, "2024-03-14")"#, "2/29/2024 12:00:00 AM"),
            (r#"DateAdd("m", -13, "2024-03-15")"#, "2/15/2023 12:00:00 AM"),
            (r#"DateAdd("fortnight", 1, Now())"#, "error expr-date-interval"),
            (r#"DateAdd("D", 1, Now())"#, "error expr-date-interval"),
            (r#"DateAdd("yyyy", 9000, Now())"#, "error expr-date-out-of-range"),
            (r#"DateAdd("s", 99999999999999999, Now())"#, "error expr-date-out-of-range"),
            (r#"DateAdd("d", 1, [a])"#, "error expr-not-a-date"),
            (r#"DateAdd("d", 1.5, "2024-02-28")"#, "2/29/2024 12:00:00 PM"),
            (r#"DateAdd("m", 1, "2023-01-31")"#, "2/28/2023 12:00:00 AM"),
            (r#"DateAdd("m", -1, "2024-03-31")"#, "2/29/2024 12:00:00 AM"),
            (r#"DateAdd("m", 12, "2024-02-29")"#, "2/28/2025 12:00:00 AM"),
            (r#"DateAdd("yyyy", 4, "2024-02-29")"#, "2/29/2028 12:00:00 AM"),
            (r#"DateAdd("yyyy", -1, "2024-02-29")"#, "2/28/2023 12:00:00 AM"),
            (r#"DateAdd("s", -1, "2021-01-01")"#, "12/31/2020 11:59:59 PM"),
            (r#"DateAdd("n", -90, "2021-01-01")"#, "12/31/2020 10:30:00 PM"),
            (r#"DateAdd("h", 25, "2021-12-31")"#, "1/1/2022 1:00:00 AM"),
            (r#"DateAdd("ww", 1.5, "2024-01-01")"#, "1/11/2024 12:00:00 PM"),
            (r#"DateAdd("d", 0, "2024-01-01")"#, "1/1/2024 12:00:00 AM"),
            (r#"DateAdd("d", 1, "9999-12-31")"#, "error expr-date-out-of-range"),
            (r#"DateAdd("d", -1, "0001-01-01")"#, "error expr-date-out-of-range"),
            (r#"DateAdd("d", "x", Now())"#, "error expr-not-a-number"),
            (r#"DateAdd("d", NULL, Now())"#, "error expr-not-a-number"),
            (r#"DateAdd(, 1, Now())"#, "error expr-missing-argument"),
            (r#"DateAdd("q", 1, Now())"#, "error expr-date-interval"),
            (r#"DateAdd("", 1, Now())"#, "error expr-date-interval"),
        ]);
    }
}
