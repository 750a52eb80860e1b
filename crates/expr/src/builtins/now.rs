//! The current time.

use crate::Problem;
use crate::Value;
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example};
use crate::length::Length;
use jiff::tz::Offset;

pub(super) static FUNCTION: Function = Function {
    name: "Now",
    parameters: &[],
    result: Type::DateTime,
    summary: "gives the current time in UTC",
    doc: "Its text is as that of CDate.",
    examples: &[
        example(r#"Now()"#, "7/30/2025 3:04:05 PM"),
        example(r#"DateAdd("d", 1, Now())"#, "7/31/2025 3:04:05 PM"),
    ],
    length: Length::AtMost(22),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    match call.input.now() {
        Some(now) => Ok(Value::DateTime(Offset::UTC.to_datetime(now))),
        None => Err(call.fail_call(Problem::NoClock)),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"Append(Now(), "")"#, "7/30/2025 3:04:05 PM"),
            (r#"Len(Now())"#, "20"),
            (r#"Now("x")"#, "error expr-too-many-arguments"),
            (r#"DateDiff("d", Now(), Now())"#, "0"),
            (r#"FormatDateTime(Now(), , "M/d/yyyy h:mm:ss tt", "yyyy-MM-dd")"#, "2025-07-30"),
        ]);
    }
}
