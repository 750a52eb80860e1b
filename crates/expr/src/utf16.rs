//! Positions in UTF-16 code units, the unit in which .NET counts text.

use std::borrow::Cow;

/// How many code units a text has.
pub(crate) fn len(text: &str) -> usize {
    match text.is_ascii() {
        true => text.len(),
        false => text.chars().map(char::len_utf16).sum(),
    }
}

/// At most `count` code units from the `start`-th on. A character that would be cut in half is left out.
pub(crate) fn slice(text: &str, start: usize, count: usize) -> &str {
    let end = start.saturating_add(count);
    if text.is_ascii() {
        return &text[start.min(text.len())..end.min(text.len())];
    }
    let mut unit = 0;
    let mut from = text.len();
    for (at, character) in text.char_indices() {
        if unit >= start && from == text.len() {
            from = at;
        }
        unit += character.len_utf16();
        if unit > end {
            return &text[from.min(at)..at];
        }
    }
    &text[from..]
}

/// The same of a text that may be borrowed, which then stays borrowed.
pub(crate) fn part(text: Cow<'_, str>, start: usize, count: usize) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(slice(text, start, count)),
        Cow::Owned(text) if start == 0 && count >= text.len() => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(slice(&text, start, count).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_between_characters_only() {
        assert_eq!(slice("John Doe", 2, 5), "hn Do");
        assert_eq!(slice("abc", 2, 9), "c");
        assert_eq!(slice("abc", 3, 9), "");
        assert_eq!(slice("abc", 0, 0), "");
        assert_eq!(slice("a😀b", 0, 2), "a");
        assert_eq!(slice("a😀b", 1, 2), "😀");
        assert_eq!(slice("a😀b", 2, 2), "b");
        assert_eq!(slice("a😀b", 2, 1), "");
        assert_eq!(len("a😀b"), 4);
    }
}
