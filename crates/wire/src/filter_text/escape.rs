//! Operands with characters that nobody sees: `$'…'`, in which a backslash writes them.
//!
//! `\n`, `\r`, `\t`, `\\`, `\'` and `\u{…}` with the character's number; before anything else a backslash
//! is text, as in the mapping language.

/// The operand with which the text begins, and its length there; none where it begins in another
/// way or does not end.
pub(super) fn read(text: &str) -> Option<(String, usize)> {
    let inner = text.strip_prefix("$'")?;
    let mut operand = String::new();
    let mut rest = inner;
    loop {
        let next = rest.chars().next()?;
        rest = &rest[next.len_utf8()..];
        match next {
            '\'' => return Some((operand, text.len() - rest.len())),
            '\\' => match escaped(rest) {
                Some((character, length)) => {
                    operand.push(character);
                    rest = &rest[length..];
                }
                None => operand.push('\\'),
            },
            other => operand.push(other),
        }
    }
}

/// The character that is written behind a backslash, and the length of what writes it.
fn escaped(text: &str) -> Option<(char, usize)> {
    Some(match text.chars().next()? {
        'n' => ('\n', 1),
        'r' => ('\r', 1),
        't' => ('\t', 1),
        same @ ('\\' | '\'') => (same, 1),
        'u' => {
            let digits = text.strip_prefix("u{")?.split('}').next()?;
            let number = u32::from_str_radix(digits, 16).ok()?;
            let ends = text[2 + digits.len()..].starts_with('}');
            (char::from_u32(number).filter(|_| ends)?, digits.len() + 3)
        }
        _ => return None,
    })
}

/// Whether the operand holds what would break the line or not be seen.
pub(super) fn is_needed(operand: &str) -> bool {
    operand.chars().any(is_hidden)
}

fn is_hidden(character: char) -> bool {
    // Two separators of lines and paragraphs are no control characters.
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

/// The operand as [`read`] reads it again.
pub(super) fn print(operand: &str) -> String {
    let mut text = "$'".to_owned();
    for character in operand.chars() {
        match character {
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\\' | '\'' => text.extend(['\\', character]),
            hidden if is_hidden(hidden) => {
                text.push_str(&format!("\\u{{{:x}}}", u32::from(hidden)));
            }
            other => text.push(other),
        }
    }
    text.push('\'');
    text
}
