//! Two texts in one.

use std::borrow::Cow;

use crate::Value;
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example, required};
use crate::length::{Length, sum};

pub(super) static FUNCTION: Function = Function {
    name: "Append",
    parameters: &[required("source", Type::Text), required("suffix", Type::Text)],
    result: Type::Text,
    summary: "joins two texts",
    doc: "Nothing is trimmed or inserted. Null counts as the empty text.",
    examples: &[
        example(r#"Append("Ada", ".test")"#, "Ada.test"),
        example(r#"Append([nothing], "b")"#, "b"),
        example(r#"Append("", "")"#, ""),
    ],
    length: Length::By(sum),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let (source, suffix) = (call.text_or_empty(0)?, call.text_or_empty(1)?);
    Ok(Value::Text(match (source.is_empty(), suffix.is_empty()) {
        (_, true) => source,
        (true, _) => suffix,
        _ => Cow::Owned([source, suffix].concat()),
    }))
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"Append("a", "")"#, "a"),
            (r#"Append([a], "b")"#, "b"),
            (r#"Append(1, True)"#, "1True"),
            (r#"Append("a")"#, "error expr-missing-argument"),
            (r#"Append("a", )"#, "error expr-missing-argument"),
            (r#"Append("a", NULL)"#, "a"),
            (r#"Append(NULL, NULL)"#, ""),
            (r#"Append(" a ", " b ")"#, " a  b "),
            (r#"Append(1.50, -2)"#, "1.5-2"),
            (r#"Append(CDate("2020-01-02"), "")"#, "1/2/2020 12:00:00 AM"),
            (r#"Append(Split("a,b", ","), "c")"#, "ac"),
            (r#"Append("a", "b", "c")"#, "error expr-too-many-arguments"),
            (r#"Append(, "b")"#, "error expr-missing-argument"),
            (r#"append("a", "b")"#, "ab"),
        ]);
    }
}
