//! A text without accents.

mod letters;

use crate::Value;
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example, required};
use crate::length::{Length, Sizes};
use letters::DECOMPOSED;
use std::sync::LazyLock;

pub(super) static FUNCTION: Function = Function {
    name: "NormalizeDiacritics",
    parameters: &[required("source", Type::Text)],
    result: Type::Text,
    summary: "takes the accents off a text",
    doc: "Latin letters lose their marks; ß becomes ss, æ becomes ae, ø and œ become oe. ä, ö and ü become one letter, and å becomes a. Other letters and scripts stay.",
    examples: &[
        example(r#"NormalizeDiacritics("Łukasz Żółć")"#, "Lukasz Zolc"),
        example(r#"NormalizeDiacritics("Øyvind Æ")"#, "OEyvind AE"),
        example(r#"NormalizeDiacritics("Straße")"#, "Strasse"),
    ],
    length: Length::By(length),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let Some(text) = call.text(0)? else {
        return Ok(Value::Null);
    };
    if text.is_ascii() {
        return Ok(Value::Text(text));
    }
    let mut out = String::new();
    let mut after_latin = false;
    for character in text.chars() {
        // Marks that follow a Latin letter belong to its decomposed spelling.
        if after_latin && is_mark(character) {
            continue;
        }
        after_latin = is_latin(character);
        let letter = undecorated(character);
        match spelt_out(letter) {
            Some(spelling) => out.push_str(spelling),
            None => out.push(letter),
        }
    }
    Ok(Value::from(out))
}

fn undecorated(character: char) -> char {
    if character.is_ascii() {
        return character;
    }
    match LETTERS.binary_search_by_key(&character, |(decorated, _)| *decorated) {
        Ok(found) => LETTERS[found].1,
        Err(_) => character,
    }
}

/// The table by the letter that is looked up.
static LETTERS: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
    let mut letters: Vec<(char, char)> = DECOMPOSED
        .iter()
        .flat_map(|(letter, decorated)| decorated.chars().map(|one| (one, *letter)))
        .collect();
    letters.sort_unstable();
    letters
});

/// The letters of the documented table that do not decompose. œ is listed with a macron only.
fn spelt_out(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' => "ss",
        'æ' => "ae",
        'Æ' => "AE",
        'ø' | 'œ' => "oe",
        'Ø' | 'Œ' => "OE",
        'ł' => "l",
        'Ł' => "L",
        'ı' => "i",
        _ => return None,
    })
}

fn is_latin(character: char) -> bool {
    character.is_ascii_alphabetic()
        || matches!(character, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{212a}' | '\u{212b}')
}

fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}')
}

/// Some letters are spelt out with two.
fn length(sizes: &Sizes<'_>) -> Option<usize> {
    Some(sizes.of(0)? * 2)
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"NormalizeDiacritics("Zoë Straße Øyvind Œuvre")"#, "Zoe Strasse OEyvind OEuvre"),
            (
                "NormalizeDiacritics(\"e\u{301} a\u{331} \u{f8}\u{304} \u{153}\u{304} \u{101}\u{301}\")",
                "e a oe oe a",
            ),
            (r#"NormalizeDiacritics("ǭ ǣ ơ ţ ĺ ŕ ŵ İ ı")"#, "o ae o t l r w I i"),
            (r#"NormalizeDiacritics("đ ð þ ħ й が Ω")"#, "đ ð þ ħ й が Ω"),
            ("NormalizeDiacritics(\"и\u{306}\")", "и\u{306}"),
            ("NormalizeDiacritics([a])", "null"),
        ]);
    }
}
