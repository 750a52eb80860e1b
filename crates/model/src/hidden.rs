//! Operands with characters that nobody sees, as clauses are written: `$'…'`, with a backslash before
//! what stands for such a character.

/// The operand in quotes, on one line: `'…'`, or `$'…'` where it holds line breaks or other characters
/// that nobody sees. A quote inside of the first form stays as it is.
pub fn quote(operand: &str) -> String {
    match holds_hidden(operand) {
        true => escape(operand),
        false => format!("'{operand}'"),
    }
}

/// Whether the operand holds what would break the line or not be seen.
pub fn holds_hidden(operand: &str) -> bool {
    operand.chars().any(is_hidden)
}

fn is_hidden(character: char) -> bool {
    // Separators, blanks that look like another, and what only joins, parts or turns letters round
    // are no control characters.
    character.is_control()
        || (character.is_whitespace() && character != ' ')
        || matches!(
            character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

fn escape(operand: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_written_out() {
        assert_eq!(quote("O'Neil"), "'O'Neil'");
        assert_eq!(quote("a\nb\t'c\\d\u{1b}\u{2028}"), r"$'a\nb\t\'c\\d\u{1b}\u{2028}'");
        assert_eq!(quote("a\u{200b}b\u{a0}"), r"$'a\u{200b}b\u{a0}'");
    }
}
