//! One word of a text.

use std::borrow::Cow;

use crate::Value;
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example, required};
use crate::length::{Length, first};

pub(super) static FUNCTION: Function = Function {
    name: "Word",
    parameters: &[
        required("string", Type::Text),
        required("wordNumber", Type::Number),
        required("delimiters", Type::Text),
    ],
    result: Type::Text,
    summary: "gives one word of a text",
    doc: "Counted from 1. Any one of the delimiters ends a word, several in a row count as one. Too few words give the empty text.",
    examples: &[
        example(r#"Word("The quick brown fox", 3, " ")"#, "brown"),
        example(r#"Word("This,string!has&many separators", 3, ",!&#")"#, "has"),
        example(r#"Word("a b", 5, " ")"#, ""),
    ],
    length: Length::By(first),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let text = call.letters(0)?.unwrap_or_default();
    let number = call.integer(1)?;
    let mut delimiters: Vec<char> = call.letters(2)?.unwrap_or_default().chars().collect();
    delimiters.sort_unstable();
    let Some(position) = number.checked_sub(1).and_then(|at| usize::try_from(at).ok()) else {
        return Ok(Value::from(""));
    };
    Ok(Value::Text(match text {
        Cow::Borrowed(text) => Cow::Borrowed(word(text, position, &delimiters)),
        Cow::Owned(text) => Cow::Owned(word(&text, position, &delimiters).to_owned()),
    }))
}

fn word<'t>(text: &'t str, position: usize, delimiters: &[char]) -> &'t str {
    text.split(|character| delimiters.binary_search(&character).is_ok())
        .filter(|word| !word.is_empty())
        .nth(position)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"Word("This,string!has&many separators", 3, ",!&#")"#, "has"),
            (r#"Word("a  b", 2, " ")"#, "b"),
            (r#"Word("a b", 0, " ")"#, ""),
            (r#"Word("a b", 5, " ")"#, ""),
            (r#"Word("ab", 1, "")"#, "ab"),
            (r#"Word([a], 1, " ")"#, ""),
            (r#"Word("The quick brown fox", -1, " ")"#, ""),
            (r#"Word("a,b;c", 2, ",;")"#, "b"),
            (r#"Word(",a", 1, ",")"#, "a"),
            (r#"Word("a b", "2", " ")"#, "b"),
            (r#"Word("a b", 1.9, " ")"#, "a"),
            (r#"Word("", 1, " ")"#, ""),
            (r#"Word("a b", 1, NULL)"#, "a b"),
            (r#"Word("john.doe@contoso.com", 2, "@.")"#, "doe"),
            (r#"Word("a b", "x", " ")"#, "error expr-not-a-number"),
            (r#"Word("a b", NULL, " ")"#, "error expr-not-a-number"),
            (r#"Word("a b", 1)"#, "error expr-missing-argument"),
        ]);
    }
}
