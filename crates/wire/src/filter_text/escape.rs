//! Reading operands with characters that nobody sees: `$'…'`, in which a backslash writes them, as
//! [`model::hidden`] does.
//!
//! `\n`, `\r`, `\t`, `\\`, `\'` and `\u{…}` with the character's number; before anything else a backslash
//! is a mistake: whoever writes so means something that nobody sees.

/// What stands in `$'…'`.
pub(super) enum Escaped {
    /// The operand, and its length in the text.
    Found(String, usize),
    /// It does not close.
    Open,
    /// The backslash at this place stands before nothing that it can write.
    Wrong(usize),
}

/// The operand with which the text begins; none where it begins in another way.
pub(super) fn read(text: &str) -> Option<Escaped> {
    let inner = text.strip_prefix("$'")?;
    let mut operand = String::new();
    let mut rest = inner;
    loop {
        let Some(next) = rest.chars().next() else { return Some(Escaped::Open) };
        let at = text.len() - rest.len();
        rest = &rest[next.len_utf8()..];
        match next {
            '\'' => return Some(Escaped::Found(operand, text.len() - rest.len())),
            '\\' => match escaped(rest) {
                Some((character, length)) => {
                    operand.push(character);
                    rest = &rest[length..];
                }
                None => return Some(Escaped::Wrong(at)),
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
