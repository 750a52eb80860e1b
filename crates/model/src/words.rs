//! How a name is cut into words for searching, as Graph's `$search` does (graph-api.md 1.3).
//!
//! Words end at blanks, at symbols, between letters and digits, and where a small letter stands
//! before a capital one. A word that is looked for is found where a word of the name begins with it,
//! in any order. What only symbols or capitals divide is found joined as well: `hello.world` and
//! `HelloWorld` by `helloworld`.

use crate::fold;

/// The words of a text, without their case and without symbols.
pub fn split(text: &str) -> Vec<String> {
    chunks(text).into_iter().flatten().map(|word| fold(&word)).collect()
}

/// Whether each of these words, as [`split`] gives them, begins a word of the text.
pub fn holds(text: &str, wanted: &[String]) -> bool {
    let mut found = vec![false; wanted.len()];
    for chunk in chunks(text) {
        let chunk: Vec<String> = chunk.iter().map(|word| fold(word)).collect();
        for start in 0..chunk.len() {
            let joined = chunk[start..].concat();
            for (wanted, found) in wanted.iter().zip(&mut found) {
                *found |= joined.starts_with(wanted.as_str());
            }
        }
    }
    found.into_iter().all(|found| found)
}

/// The words of each part between blanks.
fn chunks(text: &str) -> Vec<Vec<String>> {
    text.split_whitespace().map(words).collect()
}

fn words(chunk: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = Class::Symbol;
    for character in chunk.chars() {
        let class = Class::of(character);
        match class {
            Class::Symbol => {}
            class if class.goes_on(before) => {
                if let Some(word) = words.last_mut() {
                    word.push(character);
                }
            }
            _ => words.push(character.to_string()),
        }
        before = class;
    }
    words
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    Capital,
    Letter,
    Digit,
    Symbol,
}

impl Class {
    fn of(character: char) -> Self {
        match character {
            one if one.is_uppercase() => Self::Capital,
            one if one.is_numeric() => Self::Digit,
            one if one.is_alphanumeric() => Self::Letter,
            _ => Self::Symbol,
        }
    }

    fn goes_on(self, before: Self) -> bool {
        matches!(
            (before, self),
            (Self::Digit, Self::Digit)
                | (Self::Capital | Self::Letter, Self::Letter)
                | (Self::Capital, Self::Capital)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(split(text).join(" "), expected, "{text}");
    }

    #[test]
    fn words_end_where_the_reference_says() {
        check("hello world", "hello world");
        check(
            "HelloWorld helloWORLD HELLOworld HelloWORld",
            "hello world hello world helloworld hello world",
        );
        check("hello.world", "hello world");
        check("hello123world", "hello 123 world");
        check("李四(David Li)", "李四 david li");
        check("...", "");
    }

    #[test]
    fn words_are_found_at_their_beginnings_and_joined() {
        let holds = |text: &str, wanted: &str| super::holds(text, &split(wanted));
        for wanted in ["wa", "Va Wash", "wash va", "VANCE"] {
            assert!(holds("Adele Vance (Washington)", wanted), "{wanted}");
        }
        for text in ["hello.world", "hello-world", "HelloWorld", "say hello.world"] {
            assert!(holds(text, "helloworld"), "{text}");
            assert!(holds(text, "world"), "{text}");
        }
        assert!(holds("foo-bar-baz", "barbaz"));
        assert!(!holds("hello world", "helloworld"));
        assert!(!holds("Washington", "ton"));
        assert!(!holds("Adele Vance", "adele smith"));
    }
}
