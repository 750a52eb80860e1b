//! The time between two dates, by the rules of Visual Basic.

use crate::Problem;
use crate::Value;
use crate::call::{Answer, Call};
use crate::check::Site;
use crate::function::{Function, Type, example, required};
use crate::length::Length;
use jiff::Span;
use jiff::civil::DateTime;

pub(super) static FUNCTION: Function = Function {
    name: "DateDiff",
    parameters: &[
        required("interval", Type::Text),
        required("date1", Type::DateTime),
        required("date2", Type::DateTime),
    ],
    result: Type::Number,
    summary: "gives the time from one date to another",
    doc: "Positive when the second is later. Years and months are differences of the calendar numbers; days, hours, minutes and seconds are elapsed units without fractions; weeks lie between the Saturdays before each date, as in Visual Basic.",
    examples: &[
        example(r#"DateDiff("d", "2024-02-28", "2024-03-01")"#, "2"),
        example(r#"DateDiff("m", "2024-01-31", "2024-02-01")"#, "1"),
        example(r#"DateDiff("yyyy", "2025-01-01", "2024-12-31")"#, "-1"),
        example(r#"DateDiff("ww", "2021-08-24", "2021-09-07")"#, "2"),
    ],
    length: Length::AtMost(20),
    outermost: false,
    run,
    check: Some(check_interval),
};

/// Refuses a literal that is no interval.
pub(super) fn check_interval(site: &mut Site<'_>) {
    if let Some(name) = site.literal_text(0)
        && Interval::find(name).is_none()
    {
        let problem = Problem::UnknownInterval(name.to_owned());
        site.refuse(0, &problem);
    }
}

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let interval = call.text_or_empty(0)?;
    let Some(interval) = Interval::find(&interval) else {
        return Err(call.fail(0, Problem::UnknownInterval(interval.into_owned())));
    };
    let (from, to) = (call.date(1)?, call.date(2)?);
    let years = i64::from(to.year()) - i64::from(from.year());
    Ok(Value::from(match interval {
        Interval::Year => years,
        Interval::Month => years * 12 + i64::from(to.month()) - i64::from(from.month()),
        Interval::Week => elapsed_days(start_of_week(from), start_of_week(to)) / 7,
        Interval::Seconds(seconds) => to.duration_since(from).as_secs() / seconds,
    }))
}

/// Visual Basic counts weeks between the Saturdays before each date, times of day included.
fn start_of_week(moment: DateTime) -> DateTime {
    let days = i64::from(moment.weekday().to_sunday_one_offset());
    moment.saturating_sub(Span::new().days(days))
}

fn elapsed_days(from: DateTime, to: DateTime) -> i64 {
    to.duration_since(from).as_secs() / 86_400
}

/// A unit of `DateAdd` and `DateDiff`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Interval {
    Year,
    Month,
    Week,
    /// A unit of so many seconds.
    Seconds(i64),
}

impl Interval {
    /// The interval of a name; names are case-sensitive, because `m` and `M` are easily confused.
    pub(super) fn find(name: &str) -> Option<Interval> {
        Some(match name {
            "yyyy" => Interval::Year,
            "m" => Interval::Month,
            "ww" => Interval::Week,
            "d" => Interval::Seconds(86_400),
            "h" => Interval::Seconds(3_600),
            "n" => Interval::Seconds(60),
            "s" => Interval::Seconds(1),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"DateDiff("d", "8/25/2021 5:41:18 PM", "2012-03-16-07:00")"#, "-3449"),
            (r#"DateDiff("ww", "8/25/2021 5:41:18 PM", "2012-03-16-07:00")"#, "-493"),
            (r#"DateDiff("m", "8/25/2021 5:41:18 PM", "2012-03-16-07:00")"#, "-113"),
            (r#"DateDiff("yyyy", "8/25/2021 5:41:18 PM", "2012-03-16-07:00")"#, "-9"),
            (r#"DateDiff("h", "2021-08-24", "2021-08-25")"#, "24"),
            (r#"DateDiff("n", "2021-08-24", "2021-08-25")"#, "1440"),
            (r#"DateDiff("q", "2021-08-24", "2021-08-25")"#, "error expr-date-interval"),
            (r#"DateDiff("d", "2021-08-25T23:59:59Z", "2021-08-26")"#, "0"),
            (r#"DateDiff("d", "2021-08-26", "2021-08-25T00:00:01Z")"#, "0"),
            (r#"DateDiff("d", "2025-07-30", "2025-07-25")"#, "-5"),
            (r#"DateDiff("h", "2021-08-24T00:59:59Z", "2021-08-24T02:00:00Z")"#, "1"),
            (r#"DateDiff("h", "2021-08-24T02:00:00Z", "2021-08-24T00:00:01Z")"#, "-1"),
            (r#"DateDiff("n", "2021-08-24T00:00:59Z", "2021-08-24T00:02:00Z")"#, "1"),
            (r#"DateDiff("s", "2021-08-24T00:00:00.9Z", "2021-08-24T00:00:02Z")"#, "1"),
            (r#"DateDiff("s", "2021-08-25", "2021-08-24")"#, "-86400"),
            (r#"DateDiff("m", "2021-12-31", "2022-01-01")"#, "1"),
            (r#"DateDiff("m", "2022-01-01", "2021-12-31")"#, "-1"),
            (r#"DateDiff("m", "2021-01-31", "2021-01-01")"#, "0"),
            (r#"DateDiff("yyyy", "2021-12-31T23:59:59Z", "2022-01-01")"#, "1"),
            (r#"DateDiff("yyyy", "2021-01-01", "2021-12-31")"#, "0"),
            (r#"DateDiff("ww", "2021-08-21", "2021-08-22")"#, "1"),
            (r#"DateDiff("ww", "2021-08-22", "2021-08-28")"#, "0"),
            (r#"DateDiff("ww", "2021-08-28", "2021-08-22")"#, "0"),
            (r#"DateDiff("ww", "2021-08-22", "2021-08-21")"#, "-1"),
            (r#"DateDiff("ww", "2021-08-21T23:00:00Z", "2021-08-22T01:00:00Z")"#, "0"),
            (r#"DateDiff("d", NULL, Now())"#, "error expr-not-a-date"),
            (r#"DateDiff("d", Now(), "")"#, "error expr-not-a-date"),
            (r#"DateDiff("D", Now(), Now())"#, "error expr-date-interval"),
            (r#"DateDiff("d", Now())"#, "error expr-missing-argument"),
        ]);
    }
}
