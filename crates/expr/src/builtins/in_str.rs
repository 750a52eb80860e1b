//! Where a text stands in another.

use crate::Problem;
use crate::Value;
use crate::call::{Answer, Call};
use crate::casing::{self, Culture};
use crate::function::{Function, Type, example, optional, required};
use crate::length::Length;
use crate::utf16;

pub(super) static FUNCTION: Function = Function {
    name: "InStr",
    parameters: &[
        required("value1", Type::Text),
        required("value2", Type::Text),
        optional("start", Type::Number),
        optional("compareType", Type::Number),
    ],
    result: Type::Number,
    summary: "gives the position of a text in another",
    doc: "Counted from 1 in the whole text, 0 when absent. vbBinaryCompare respects case and is the default, vbTextCompare does not.",
    examples: &[
        example(r#"InStr("The quick brown fox", "quick")"#, "5"),
        example(r#"InStr("repEated", "e", 3, vbTextCompare)"#, "4"),
        example(r#"InStr("repEated", "e", 3, vbBinaryCompare)"#, "7"),
        example(r#"InStr("abc", "z")"#, "0"),
    ],
    length: Length::AtMost(20),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let (Some(text), Some(wanted)) = (call.text(0)?, call.text(1)?) else {
        return Ok(Value::Null);
    };
    let start = match call.number(2)? {
        Some(number) => number.truncated(),
        None => 1,
    };
    let Some(skipped) = start.checked_sub(1).and_then(|start| usize::try_from(start).ok()) else {
        return Err(call.fail(2, Problem::Argument("start is less than 1".to_owned())));
    };
    let fold = match call.number(3)?.map(|number| number.as_i64()) {
        None | Some(Some(0)) => false,
        Some(Some(1)) => true,
        Some(_) => {
            let message = "compareType is vbBinaryCompare or vbTextCompare".to_owned();
            return Err(call.fail(3, Problem::Argument(message)));
        }
    };
    let position = match fold {
        false => find(&text, &wanted, skipped),
        // One character stays one character of the same length, so the positions agree.
        true => {
            call.spend(text.len() + wanted.len())?;
            find(&folded(&text), &folded(&wanted), skipped)
        }
    };
    Ok(Value::from(i64::try_from(position).unwrap_or(i64::MAX)))
}

/// The position from 1, or 0. Positions count code units of UTF-16.
fn find(text: &str, wanted: &str, skipped: usize) -> usize {
    let rest = utf16::slice(text, skipped, usize::MAX);
    if rest.is_empty() {
        return 0;
    }
    let start = text.len() - rest.len();
    rest.find(wanted).map_or(0, |at| utf16::len(&text[..start + at]) + 1)
}

fn folded(text: &str) -> String {
    casing::to_upper(text, Culture::Common)
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"InStr("repEated", "e", 3, vbBinaryCompare)"#, "7"),
            (r#"InStr("repEated", "e", 3, vbTextCompare)"#, "4"),
            (r#"InStr("repEated", "E", , vbTextCompare)"#, "2"),
            (r#"InStr("abc", "z")"#, "0"),
            (r#"InStr("abc", "", 2)"#, "2"),
            (r#"InStr("abc", "a", 9)"#, "0"),
            (r#"InStr("a", "abc")"#, "0"),
            (r#"InStr([a], "b")"#, "null"),
            (r#"InStr("abc", "a", 0)"#, "error expr-argument"),
            (r#"InStr("abc", "a", 1, 7)"#, "error expr-argument"),
            (r#"InStr("abc", "")"#, "1"),
            (r#"InStr("", "")"#, "0"),
            (r#"InStr("", "a")"#, "0"),
            (r#"InStr("abcabc", "abc", 2)"#, "4"),
            (r#"InStr("abc", "c", 3)"#, "3"),
            (r#"InStr("abc", "c", 4)"#, "0"),
            (r#"InStr("abc", "", 4)"#, "0"),
            (r#"InStr("a😀b", "b")"#, "4"),
            (r#"InStr("a😀b", "b", 3)"#, "4"),
            (r#"InStr("ABC", "b", 1, vbTextCompare)"#, "2"),
            (r#"InStr("ABC", "b", 1, 0)"#, "0"),
            (r#"InStr("straße", "E", , vbTextCompare)"#, "6"),
            (r#"InStr(1234, 3)"#, "3"),
            (r#"InStr("abc", "b", "2")"#, "2"),
            (r#"InStr("abc", NULL)"#, "null"),
            (r#"InStr("abc", "b", -1)"#, "error expr-argument"),
            (r#"InStr("abc", "b", 1.9)"#, "2"),
            (r#"InStr("abc", "b", "x")"#, "error expr-not-a-number"),
            (r#"InStr("abc")"#, "error expr-missing-argument"),
        ]);
    }
}
