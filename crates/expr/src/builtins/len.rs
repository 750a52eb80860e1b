//! The length of a text.

use crate::Value;
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example, required};
use crate::length::Length;
use crate::utf16;

pub(super) static FUNCTION: Function = Function {
    name: "Len",
    parameters: &[required("string", Type::Text)],
    result: Type::Number,
    summary: "gives the length of a text",
    doc: "Null has length 0. Counted in UTF-16 code units.",
    examples: &[
        example(r#"Len("John Doe")"#, "8"),
        example(r#"Len(42568.75)"#, "8"),
        example(r#"Len([nothing])"#, "0"),
    ],
    length: Length::AtMost(20),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let length = utf16::len(&call.text_or_empty(0)?);
    Ok(Value::from(i64::try_from(length).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"Len("John Doe")"#, "8"),
            (r#"Len([a])"#, "0"),
            (r#"Len("")"#, "0"),
            (r#"Len("😀")"#, "2"),
            (r#"Len(-7)"#, "2"),
            (r#"Len(True)"#, "4"),
            (r#"Len(" a ")"#, "3"),
            (r#"Len("Zoë")"#, "3"),
            (r#"Len(CDate("2020-01-02"))"#, "20"),
            (r#"Len()"#, "error expr-missing-argument"),
        ]);
    }
}
