//! A text without spaces.

use crate::Value;
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example, required};
use crate::length::{Length, first};

pub(super) static FUNCTION: Function = Function {
    name: "StripSpaces",
    parameters: &[required("source", Type::Text)],
    result: Type::Text,
    summary: "takes all spaces out of a text",
    doc: "Only the space itself; tabs and other white space stay.",
    examples: &[
        example(r#"StripSpaces(" a  b ")"#, "ab"),
        example(r#"StripSpaces("Anna Maria")"#, "AnnaMaria"),
    ],
    length: Length::By(first),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    Ok(match call.text(0)? {
        Some(text) if text.contains(' ') => Value::from(text.replace(' ', "")),
        Some(text) => Value::Text(text),
        None => Value::Null,
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"StripSpaces("")"#, ""),
            (r#"StripSpaces("a	b c")"#, "a	bc"),
            (r#"StripSpaces([a])"#, "null"),
            (r#"StripSpaces("   ")"#, ""),
            (r#"StripSpaces("a b")"#, "a b"),
            (r#"StripSpaces("abc")"#, "abc"),
            (r#"StripSpaces(5)"#, "5"),
        ]);
    }
}
