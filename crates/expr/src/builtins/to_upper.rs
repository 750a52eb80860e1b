//! A text in upper case.

use super::to_lower::{check, culture};
use crate::Value;
use crate::call::{Answer, Call};
use crate::casing;
use crate::function::{Function, Type, example, optional, required};
use crate::length::{Length, first};

pub(super) static FUNCTION: Function = Function {
    name: "ToUpper",
    parameters: &[required("source", Type::Text), optional("culture", Type::Text)],
    result: Type::Text,
    summary: "puts a text in upper case",
    doc: "The culture is named as in en-US or tr-TR; left out, it is the invariant one. One character stays one character.",
    examples: &[
        example(r#"ToUpper("ada")"#, "ADA"),
        example(r#"ToUpper("istanbul", "tr-TR")"#, "İSTANBUL"),
        example(r#"ToUpper("straße")"#, "STRAßE"),
    ],
    length: Length::By(first),
    outermost: false,
    run,
    check: Some(check),
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let culture = culture(call)?;
    Ok(match call.letters(0)? {
        Some(text) => Value::from(casing::to_upper(&text, culture)),
        None => Value::Null,
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"ToUpper("straße")"#, "STRAßE"),
            (r#"ToUpper("istanbul", "tr-TR")"#, "İSTANBUL"),
            (r#"ToUpper("title", "ja-JP")"#, "TITLE"),
            (r#"ToUpper([a])"#, "null"),
            (r#"ToUpper("x", 7)"#, "error expr-culture"),
            (r#"ToUpper("i", "tr")"#, "İ"),
            (r#"ToUpper("ı", "tr-TR")"#, "I"),
            (r#"ToUpper("ﬁ")"#, "ﬁ"),
            (r#"ToUpper("éà")"#, "ÉÀ"),
            (r#"ToUpper("ǆ")"#, "Ǆ"),
            (r#"ToUpper("ŉ")"#, "ŉ"),
            (r#"ToUpper(1 = 1)"#, "TRUE"),
            (r#"ToUpper("x", "de-DE")"#, "X"),
        ]);
    }
}
