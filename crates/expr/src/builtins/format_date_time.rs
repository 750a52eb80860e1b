//! A date text in another format.

use crate::Problem;
use crate::Value;
use crate::call::{Answer, Call};
use crate::check::Site;
use crate::dates::exact::{self, Styles};
use crate::dates::format::{self, Clock};
use crate::function::{Function, Type, example, optional, required};
use crate::length::{Length, Sizes};
use jiff::tz::Offset;

pub(super) static FUNCTION: Function = Function {
    name: "FormatDateTime",
    parameters: &[
        required("source", Type::Text),
        optional("dateTimeStyles", Type::Text),
        required("inputFormat", Type::Text),
        optional("outputFormat", Type::Text),
    ],
    result: Type::Text,
    summary: "writes a date in another format",
    doc: "The source must fit the input format. Both are .NET custom formats with English names. With three arguments the second and third are the formats. A date made inside the expression that does not fit is taken as it is.",
    examples: &[
        example(r#"FormatDateTime("2025-03-09", , "yyyy-MM-dd", "d MMM yy")"#, "9 Mar 25"),
        example(
            r#"FormatDateTime("20150123105347.1Z", "yyyyMMddHHmmss.fZ", "yyyy-MM-dd")"#,
            "2015-01-23",
        ),
        example(
            r#"FormatDateTime(Now(), , "M/d/yyyy h:mm:ss tt", "dddd, HH:mm")"#,
            "Wednesday, 15:04",
        ),
        example(r#"FormatDateTime("9.3.2025", , "yyyy-MM-dd", "yyyy")"#, "error expr-date-format"),
    ],
    length: Length::By(length),
    outermost: false,
    run,
    check: Some(check),
};

fn check(site: &mut Site<'_>) {
    let formats = match (site.argument(3), site.argument(1), site.arguments.len()) {
        (Some(_), _, _) => [2, 3],
        (None, Some(_), 3) => [1, 2],
        _ => {
            let message = "FormatDateTime has no argument for outputFormat".to_owned();
            let hint =
                "the call is FormatDateTime(source, [dateTimeStyles], inputFormat, outputFormat)";
            return site.refuse_call("expr-missing-argument", message, hint);
        }
    };
    for index in formats {
        if let Some(Err(problem)) = site.literal_text(index).map(format::check) {
            site.refuse(index, &problem);
        }
    }
    if formats == [2, 3]
        && let Some(Err(problem)) = site.literal_text(1).map(Styles::parse)
    {
        site.refuse(1, &problem);
    }
}

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let (styles, input, output) = match call.given(3) {
        true => (Some(1), 2, 3),
        false => (None, 1, 2),
    };
    let styles = match styles.filter(|index| call.given(*index)) {
        Some(index) => Styles::parse(&call.text_or_empty(index)?)
            .map_err(|problem| call.fail(index, problem))?,
        None => Styles::DEFAULT,
    };
    let source = call.single(0)?;
    let format = call.letters(input)?.unwrap_or_default();
    let today = call.input.now().map(|now| Offset::UTC.to_datetime(now).date());
    let read = exact::parse(&source.to_text(), &format, styles, today);
    let (moment, clock) = match (read, source) {
        (Ok(read), _) => read,
        (Err(Problem::DateFormat { .. }), Value::DateTime(moment)) => (moment, Clock::Utc),
        (Err(problem), _) => return Err(call.fail(0, problem)),
    };
    format::write(moment, clock, &call.letters(output)?.unwrap_or_default())
        .map(Value::from)
        .map_err(|problem| call.fail(output, problem))
}

fn length(sizes: &Sizes<'_>) -> Option<usize> {
    let output = if sizes.given(3) { 3 } else { 2 };
    format::longest_text(sizes.literal_text(output)?)
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (
                r#"FormatDateTime("20150123105347.1Z", "yyyyMMddHHmmss.fZ", "yyyy-MM-dd")"#,
                "2015-01-23",
            ),
            (
                r#"FormatDateTime("2020-12-31-08:00", ,"yyyy-MM-ddzzz", "yyyy-MM-dd HHK")"#,
                "2020-12-31 08+00:00",
            ),
            (r#"FormatDateTime(Now(), , "yyyy", "yyyyMMdd HH:mmK")"#, "20250730 15:04Z"),
            (r#"FormatDateTime("x", , "yyyy", "yyyy")"#, "error expr-date-format"),
            (r#"FormatDateTime([a], , "yyyy", "yyyy")"#, "error expr-date-format"),
            (r#"FormatDateTime("2025", "Sometimes", "yyyy", "yyyy")"#, "error expr-date-style"),
            (r#"FormatDateTime("2025", , "q", "yyyy")"#, "error expr-date-format"),
            (r#"FormatDateTime("2025", , "yyyy")"#, "error expr-missing-argument"),
            (r#"FormatDateTime("2025", , "yyyy", )"#, "error expr-missing-argument"),
            (r#"FormatDateTime(" 2024-05-06 ", , "yyyy-MM-dd", "dd.MM.yy")"#, "06.05.24"),
            (r#"FormatDateTime("2024-05-06", "None", "yyyy-MM-dd", "d")"#, "05/06/2024"),
            (
                r#"FormatDateTime(" 2024-05-06", "None", "yyyy-MM-dd", "d")"#,
                "error expr-date-format",
            ),
            (
                r#"FormatDateTime("2020-01-01T00:30:00+01:00", , "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-dd HH:mm")"#,
                "2019-12-31 23:30",
            ),
            (
                r#"FormatDateTime("2020-01-01T00:30:00Z", "None", "yyyy-MM-ddTHH:mm:ssK", "HH:mmK")"#,
                "00:30+00:00",
            ),
            (
                r#"FormatDateTime("2020-01-01", "AssumeUniversal, AdjustToUniversal", "yyyy-MM-dd", "yyyyK")"#,
                "2020Z",
            ),
            (
                r#"FormatDateTime("2020-01-01", "AssumeLocal, AssumeUniversal", "yyyy-MM-dd", "yyyy")"#,
                "error expr-date-style",
            ),
            (
                r#"FormatDateTime("2020-01-01", "RoundtripKind, AdjustToUniversal", "yyyy-MM-dd", "yyyy")"#,
                "error expr-date-style",
            ),
            (r#"FormatDateTime(CDate("2021-03-04 05:06:07"), , "yyyy", "HHmmss")"#, "050607"),
            (r#"FormatDateTime(20240506, , "yyyyMMdd", "yyyy")"#, "2024"),
            (r#"FormatDateTime("", , "yyyy", "yyyy")"#, "error expr-date-format"),
            (r#"FormatDateTime("2024", , "yyyy", "")"#, "error expr-date-format"),
            (r#"FormatDateTime("12 AM", , "h tt", "HH")"#, "00"),
            (r#"FormatDateTime("12 PM", , "h tt", "HH")"#, "12"),
            (r#"FormatDateTime("13 PM", , "h tt", "HH")"#, "error expr-date-format"),
            (r#"FormatDateTime("0 PM", , "h tt", "HH")"#, "12"),
            (
                r#"FormatDateTime("5/6/2024 1:02", , "M/d/yyyy hh:mm", "HH")"#,
                "error expr-date-format",
            ),
            (r#"FormatDateTime("Mon 6 May 2024", , "ddd d MMM yyyy", "dddd")"#, "Monday"),
            (
                r#"FormatDateTime("Tue 6 May 2024", , "ddd d MMM yyyy", "dddd")"#,
                "error expr-date-format",
            ),
            (r#"FormatDateTime("1.5", , "s.F", "ss.fff")"#, "01.500"),
            (r#"FormatDateTime("1", , "%s", "ss.FFF")"#, "01"),
        ]);
    }
}
