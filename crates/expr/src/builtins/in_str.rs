//! Where a text stands in another.

use crate::Problem;
use crate::Value;
use crate::call::{Call, Outcome};
use crate::casing::{self, Culture};
use crate::function::{Function, Type, example, optional, required};

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
    example: example(r#"InStr("The quick brown fox", "quick")"#, "5"),
    outermost: false,
    run,
    check: None,
};

fn run(call: &Call<'_>) -> Outcome {
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
    let position = find(&units(&text, fold), &units(&wanted, fold), skipped);
    Ok(Value::from(i64::try_from(position).unwrap_or(i64::MAX)))
}

/// The position from 1, or 0.
fn find(text: &[u16], wanted: &[u16], skipped: usize) -> usize {
    let Some(rest) = text.get(skipped..).filter(|rest| !rest.is_empty()) else {
        return 0;
    };
    if wanted.is_empty() {
        return skipped + 1;
    }
    let found = rest.windows(wanted.len()).position(|window| window == wanted);
    found.map_or(0, |at| skipped + at + 1)
}

fn units(text: &str, fold: bool) -> Vec<u16> {
    match fold {
        true => casing::to_upper(text, Culture::Common).encode_utf16().collect(),
        false => text.encode_utf16().collect(),
    }
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
        ]);
    }
}
