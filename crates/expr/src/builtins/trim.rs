//! A text without white space at its ends.

use std::borrow::Cow;

use crate::Value;
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example, required};
use crate::length::{Length, first};

pub(super) static FUNCTION: Function = Function {
    name: "Trim",
    parameters: &[required("source", Type::Text).lists()],
    result: Type::Text,
    summary: "takes white space off both ends of a text",
    doc: "Of any kind. Of a list, each member is trimmed.",
    examples: &[
        example(r#"Trim(" Test ")"#, "Test"),
        example(r#"Trim(Split("a,b", ","))"#, r#"["a","b"]"#),
        example(r#"Trim([nothing])"#, "null"),
    ],
    length: Length::By(first),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    Ok(trim(call.whole(0)?))
}

fn trim(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Null => Value::Null,
        Value::List(members) => Value::List(members.into_iter().map(trim).collect()),
        single => Value::Text(match single.into_cow() {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        }),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_all};

    #[test]
    fn results() {
        check_all(&[
            (
                r#"Trim("	 x y 
")"#,
                "x y",
            ),
            (r#"Trim([a])"#, "null"),
            (r#"Trim("  x　")"#, "x"),
            (r#"Trim("")"#, ""),
            (r#"Trim(5)"#, "5"),
            (r#"Trim("a b")"#, "a b"),
        ]);
    }

    #[test]
    fn results_of_attributes() {
        check(r#"Trim([a])"#, r#"{"a": [" x", "y "]}"#, r#"["x","y"]"#);
    }
}
