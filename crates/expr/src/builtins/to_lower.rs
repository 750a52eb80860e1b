//! A text in lower case.

use crate::Problem;
use crate::Value;
use crate::call::{Answer, Call, Outcome};
use crate::casing::{self, Culture};
use crate::check::Site;
use crate::function::{Function, Type, example, optional, required};
use crate::length::{Length, first};

pub(super) static FUNCTION: Function = Function {
    name: "ToLower",
    parameters: &[required("source", Type::Text), optional("culture", Type::Text)],
    result: Type::Text,
    summary: "puts a text in lower case",
    doc: "The culture is named as in en-US or tr-TR; left out, it is the invariant one. One character stays one character.",
    examples: &[
        example(r#"ToLower("ADA")"#, "ada"),
        example(r#"ToLower("TITLE", "tr-TR")"#, "tıtle"),
        example(r#"ToLower("ΟΔΟΣ")"#, "οδοσ"),
    ],
    length: Length::By(first),
    outermost: false,
    run,
    check: Some(check),
};

/// Refuses a literal that is no culture.
pub(super) fn check(site: &mut Site<'_>) {
    if let Some(name) = site.literal_text(1)
        && Culture::find(name).is_none()
    {
        let problem = Problem::UnknownCulture(name.to_owned());
        site.refuse(1, &problem);
    }
}

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let culture = culture(call)?;
    Ok(match call.letters(0)? {
        Some(text) => Value::from(casing::to_lower(&text, culture)),
        None => Value::Null,
    })
}

/// The culture that the second argument names.
pub(super) fn culture(call: &Call<'_, '_>) -> Outcome<Culture> {
    let name = call.text_or_empty(1)?;
    Culture::find(&name).ok_or_else(|| call.fail(1, Problem::UnknownCulture(name.into_owned())))
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"ToLower("ΟΔΟΣ")"#, "οδοσ"),
            (r#"ToLower("TITLE", "tr-TR")"#, "tıtle"),
            (r#"ToLower("TITLE", )"#, "title"),
            (r#"ToLower([a])"#, "null"),
            (r#"ToLower("x", "nonsense-XX")"#, "error expr-culture"),
            (r#"ToLower("ÀÉÎ")"#, "àéî"),
            (r#"ToLower("I", "az-Latn-AZ")"#, "ı"),
            (r#"ToLower("İ", "en-US")"#, "i"),
            (r#"ToLower("ẞ")"#, "ß"),
            (r#"ToLower("ABC", "")"#, "abc"),
            (r#"ToLower("ABC", NULL)"#, "abc"),
            (r#"ToLower(True)"#, "true"),
            (r#"ToLower("ABC", "en")"#, "abc"),
            (r#"ToLower("x", "english")"#, "error expr-culture"),
            (r#"ToLower("Ǆ")"#, "ǆ"),
        ]);
    }
}
