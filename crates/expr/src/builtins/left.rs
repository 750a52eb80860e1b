//! The start of a text.

use crate::Value;
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example, required};
use crate::length::{Length, Sizes, least};
use crate::utf16;

pub(super) static FUNCTION: Function = Function {
    name: "Left",
    parameters: &[required("string", Type::Text), required("numChars", Type::Number)],
    result: Type::Text,
    summary: "gives the first characters of a text",
    doc: "0 gives the empty text, a negative number the whole text. Counted in UTF-16 code units.",
    examples: &[
        example(r#"Left("John Doe", 3)"#, "Joh"),
        example(r#"Left("John", 99)"#, "John"),
        example(r#"Left("John", -1)"#, "John"),
        example(r#"Left([nothing], 3)"#, ""),
    ],
    length: Length::By(length),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let text = call.text_or_empty(0)?;
    let count = call.integer(1)?;
    Ok(Value::Text(match usize::try_from(count) {
        Ok(count) => utf16::part(text, 0, count),
        Err(_) => text,
    }))
}

/// A negative number takes the whole text.
fn length(sizes: &Sizes<'_>) -> Option<usize> {
    let count = sizes.literal_integer(1).and_then(|count| usize::try_from(count).ok());
    least(count, sizes.of(0))
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"Left("John", 99)"#, "John"),
            (r#"Left("John", 0)"#, ""),
            (r#"Left("John", -1)"#, "John"),
            (r#"Left([a], 3)"#, ""),
            (r#"Left("a😀", 2)"#, "a"),
            (r#"Left("a", "x")"#, "error expr-not-a-number"),
            (r#"Left("John", "2")"#, "Jo"),
            (r#"Left("John", 2.9)"#, "Jo"),
            (r#"Left("", 5)"#, ""),
            (r#"Left("John", 4)"#, "John"),
            (r#"Left("a😀", 3)"#, "a😀"),
            (r#"Left(12345, 2)"#, "12"),
            (r#"Left("John", NULL)"#, "error expr-not-a-number"),
            (r#"Left("Zoë Ål", 4)"#, "Zoë "),
            (r#"Left("John")"#, "error expr-missing-argument"),
            (r#"Left(NULL, -1)"#, ""),
        ]);
    }
}
