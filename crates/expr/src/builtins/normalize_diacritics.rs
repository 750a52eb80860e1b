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
    let Some(text) = call.letters(0)? else {
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
    use crate::testing::{check, check_all};

    /// Every spelling that the documentation lists, by its result.
    #[test]
    fn listed_letters() {
        for (result, letters) in [
            (
                "a",
                "ä à â ã å á ą ă ā ā\u{301} ā\u{300} ā\u{302} ā\u{303} ǟ ā\u{308} ǡ a\u{331} å\u{304}",
            ),
            (
                "A",
                "Ä À Â Ã Å Á Ą Ă Ā Ā\u{301} Ā\u{300} Ā\u{302} Ā\u{303} Ǟ Ā\u{308} Ǡ A\u{331} Å\u{304}",
            ),
            ("ae", "æ ǣ"),
            ("AE", "Æ Ǣ"),
            ("c", "ç č ć c\u{304} c\u{331}"),
            ("C", "Ç Č Ć C\u{304} C\u{331}"),
            ("d", "ď d\u{304} ḏ"),
            ("D", "Ď D\u{304} Ḏ"),
            (
                "e",
                "ë è é ê ę ě ė ē ḗ ḕ ē\u{302} ē\u{303} ê\u{304} e\u{331} ë\u{304} e\u{30a}\u{304}",
            ),
            (
                "E",
                "Ë È É Ê Ę Ě Ė Ē Ḗ Ḕ Ē\u{302} Ē\u{303} Ê\u{304} E\u{331} Ë\u{304} E\u{30a}\u{304}",
            ),
            ("g", "ğ ḡ g\u{331}"),
            ("G", "Ğ Ḡ G\u{331}"),
            ("i", "ï î ì í ı ī ī\u{301} ī\u{300} ī\u{302} ī\u{303} i\u{331}"),
            ("I", "Ï Î Ì Í İ Ī Ī\u{301} Ī\u{300} Ī\u{302} Ī\u{303} I\u{331}"),
            ("l", "ľ ł l\u{304} ḹ ḻ"),
            ("L", "Ľ Ł L\u{304} Ḹ Ḻ"),
            ("n", "ñ ń ň n\u{304} ṉ"),
            ("N", "Ñ Ń Ň N\u{304} Ṉ"),
            ("o", "ö ò ő õ ô ó ō ṓ ṑ ō\u{302} ō\u{303} ȫ ō\u{308} ǭ ȭ ȱ o\u{331}"),
            ("O", "Ö Ò Ő Õ Ô Ó Ō Ṓ Ṑ Ō\u{302} Ō\u{303} Ȫ Ō\u{308} Ǭ Ȭ Ȱ O\u{331}"),
            ("oe", "ø ø\u{304} œ\u{304}"),
            ("OE", "Ø Ø\u{304} Œ\u{304}"),
            ("r", "ř r\u{304} ṟ ṝ"),
            ("R", "Ř R\u{304} Ṟ Ṝ"),
            ("ss", "ß"),
            ("s", "š ś ș ş s\u{304} s\u{331}"),
            ("S", "Š Ś Ș Ş S\u{304} S\u{331}"),
            ("t", "ť ț t\u{304} ṯ"),
            ("T", "Ť Ț T\u{304} Ṯ"),
            (
                "u",
                "ü ù û ú ů ű ū ū\u{301} ū\u{300} ū\u{302} ū\u{303} u\u{307}\u{304} ǖ ṻ ṳ\u{304} u\u{331}",
            ),
            (
                "U",
                "Ü Ù Û Ú Ů Ű Ū Ū\u{301} Ū\u{300} Ū\u{302} Ū\u{303} U\u{307}\u{304} Ǖ Ṻ Ṳ\u{304} U\u{331}",
            ),
            ("y", "ÿ ý ȳ ȳ\u{301} ȳ\u{300} ȳ\u{303} y\u{331}"),
            ("Y", "Ÿ Ý Ȳ Ȳ\u{301} Ȳ\u{300} Ȳ\u{303} Y\u{331}"),
            ("z", "ź ž ż z\u{304} ẕ"),
            ("Z", "Ź Ž Ż Z\u{304} Ẕ"),
        ] {
            for letter in letters.split(' ') {
                let expression = format!("NormalizeDiacritics(\"x{letter}y\")");
                check(&expression, "{}", &format!("x{result}y"));
            }
        }
    }

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
