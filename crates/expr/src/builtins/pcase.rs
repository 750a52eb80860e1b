//! Words with a capital at the start.

use crate::Value;
use crate::call::{Answer, Call};
use crate::casing::{self, Culture};
use crate::dotnet::Set;
use crate::function::{Function, Type, example, optional, required};
use crate::length::{Length, first};
use std::sync::LazyLock;

pub(super) static FUNCTION: Function = Function {
    name: "PCase",
    parameters: &[required("source", Type::Text), optional("wordSeparators", Type::Text)],
    result: Type::Text,
    summary: "puts words in proper case",
    doc: "Without separators as the title case of .NET, after lowering everything: an apostrophe inside a word starts no new one. With separators only these end a word; an empty text means none at all.",
    examples: &[
        example(r#"PCase("PABLO (SECOND)")"#, "Pablo (Second)"),
        example(r#"PCase("anna-maria lópez")"#, "Anna-Maria López"),
        example(r#"PCase("PINTO-DE'SILVA", " '-")"#, "Pinto-De'Silva"),
        example(r#"PCase("john.doe", " ")"#, "John.doe"),
    ],
    length: Length::By(first),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let Some(text) = call.letters(0)? else {
        return Ok(Value::Null);
    };
    Ok(Value::from(match call.given(1) {
        true => by_separators(&text, &call.letters(1)?.unwrap_or_default()),
        false => by_words(&text),
    }))
}

fn by_separators(text: &str, separators: &str) -> String {
    let mut separators: Vec<char> = separators.chars().collect();
    separators.sort_unstable();
    let mut starts = true;
    text.chars()
        .map(|character| {
            let cased = match starts {
                true => casing::upper(character, Culture::Invariant),
                false => casing::lower(character, Culture::Invariant),
            };
            starts = separators.binary_search(&character).is_ok();
            cased
        })
        .collect()
}

/// A word starts at a letter, so also behind digits, and goes on through digits and marks.
fn by_words(text: &str) -> String {
    let mut inside = false;
    text.chars()
        .map(|character| {
            let lowered = casing::lower(character, Culture::Invariant);
            if inside {
                inside = character == '\'' || !SEPARATOR.contains(character);
                return lowered;
            }
            inside = LETTER.contains(character);
            if inside { casing::title(lowered) } else { lowered }
        })
        .collect()
}

/// The categories at which .NET ends a word.
static SEPARATOR: LazyLock<Set> = LazyLock::new(|| Set::of(r"[\p{Z}\p{Cc}\p{Cf}\p{P}\p{S}]"));
static LETTER: LazyLock<Set> = LazyLock::new(|| Set::of(r"\p{L}"));

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"PCase("PINTO-DE'SILVA", " '-")"#, "Pinto-De'Silva"),
            (r#"PCase("O'NEIL")"#, "O'neil"),
            (r#"PCase("anna-maria lópez_garcia")"#, "Anna-Maria López_Garcia"),
            (r#"PCase("anna-maria lópez", " ")"#, "Anna-maria López"),
            (r#"PCase("a1b2 3rd x,y;z+w")"#, "A1b2 3Rd X,Y;Z+W"),
            (r#"PCase("TEsT tEST", "")"#, "Test test"),
            (r#"PCase("ǆ")"#, "ǅ"),
            (r#"PCase([a])"#, "null"),
            (r#"PCase("JOHN.DOE", ".")"#, "John.Doe"),
            (r#"PCase("john.doe")"#, "John.Doe"),
            (r#"PCase("x,y;z+w")"#, "X,Y;Z+W"),
            (r#"PCase("TEsT")"#, "Test"),
            (r#"PCase("")"#, ""),
            (r#"PCase("o'neil-smith")"#, "O'neil-Smith"),
            (r#"PCase("éric ÉRIC")"#, "Éric Éric"),
            (r#"PCase("a  b")"#, "A  B"),
            (r#"PCase("mary ann", "")"#, "Mary ann"),
            (r#"PCase("mary ann", NULL)"#, "Mary ann"),
            (r#"PCase("mary ann", )"#, "Mary Ann"),
            (r#"PCase("l’été")"#, "L’Été"),
            (r#"PCase("x_y z", "_")"#, "X_Y z"),
            (r#"PCase(TRUE)"#, "True"),
        ]);
    }
}
