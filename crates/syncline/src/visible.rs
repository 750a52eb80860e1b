//! What a terminal would take for a command, or what would turn a line round, written out: names and
//! values come from whoever wrote them. Texts for people pass through here; JSON escapes by itself.

use std::borrow::Cow;

/// The colours that our own lines have.
const COLOURS: [&str; 4] = ["\u{1b}[0m", "\u{1b}[31m", "\u{1b}[32m", "\u{1b}[33m"];

/// A value or a name on one line.
pub fn line(text: &str) -> Cow<'_, str> {
    write_out(text, |_| 0)
}

/// A whole text: its line breaks stay, and so do our colours where the reader sees colours. Values in
/// coloured lines have been through [`line`].
pub fn text(text: &str, color: bool) -> Cow<'_, str> {
    write_out(text, |rest| match rest.as_bytes().first() {
        Some(b'\n') => 1,
        Some(b'\x1b') if color => {
            COLOURS.iter().find(|colour| rest.starts_with(**colour)).map_or(0, |one| one.len())
        }
        _ => 0,
    })
}

/// The text with all characters written out that nobody sees, but for as many bytes as `stays` says.
fn write_out(text: &str, stays: impl Fn(&str) -> usize) -> Cow<'_, str> {
    if !text.chars().any(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let kept = stays(rest);
        let length = kept.max(character.len_utf8());
        match character {
            _ if kept > 0 || !is_unseen(character) => shown.push_str(&rest[..length]),
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            other => shown.push_str(&format!("\\u{{{:x}}}", u32::from(other))),
        }
        rest = &rest[length..];
    }
    Cow::Owned(shown)
}

/// Control characters, line separators, and what turns the direction of letters round.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_written_out() {
        assert_eq!(line("Zoë 日本 O'Neil"), "Zoë 日本 O'Neil");
        assert_eq!(
            line("a\u{1b}[2Jb\r\n\tc\u{9b}31m\u{202e}"),
            r"a\u{1b}[2Jb\r\n\tc\u{9b}31m\u{202e}"
        );
    }

    #[test]
    fn a_whole_text_keeps_its_lines_and_our_colours() {
        let told = "\u{1b}[32m+ create ada\u{1b}[0m\n  \u{1b}[2J\u{7}";
        assert_eq!(text(told, true), "\u{1b}[32m+ create ada\u{1b}[0m\n  \\u{1b}[2J\\u{7}");
        assert_eq!(text("\u{1b}[32mx", false), r"\u{1b}[32mx");
    }
}
