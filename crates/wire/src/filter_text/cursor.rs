//! Words, joining words and brackets at the beginning of a text.

/// A word that joins two parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joint {
    And,
    Or,
}

impl Joint {
    pub(super) fn length(self) -> usize {
        match self {
            Self::And => "AND".len(),
            Self::Or => "OR".len(),
        }
    }
}

/// The joining word with which the text begins. A parenthesis may follow it at once.
pub(super) fn joint(text: &str) -> Option<Joint> {
    [(Joint::And, "AND"), (Joint::Or, "OR")]
        .into_iter()
        .find(|(_, word)| begins_with(text, word))
        .map(|(joint, _)| joint)
}

/// Whether the text begins with this word, in these letters.
pub(super) fn begins_with(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| {
        rest.chars().next().is_none_or(|next| next.is_whitespace() || "()".contains(next))
    })
}

/// The text up to the next blank or parenthesis.
pub(super) fn word(text: &str) -> &str {
    let ends = |character: char| character.is_whitespace() || "()".contains(character);
    &text[..text.find(ends).unwrap_or(text.len())]
}

/// The text up to the next blank.
pub(super) fn chunk(text: &str) -> &str {
    text.split(char::is_whitespace).next().unwrap_or(text)
}

/// What stands between the square brackets with which the text begins. Quotes and further brackets
/// stand in no options, so a pattern or a quoted operand is not taken for some.
pub(super) fn bracket(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('[')?;
    let end = inner.find(['[', ']', '\'', '"'])?;
    inner[end..].starts_with(']').then(|| &inner[..end])
}

/// Whether an operand may end before this text: nothing follows but options and closing
/// parentheses, at most so many, up to the end or a joining word.
pub(super) fn is_end_of_operand(text: &str, parentheses: usize) -> bool {
    let mut rest = text.trim_start();
    // A joining word needs a blank or a bracket before it, or it is part of a longer word.
    let mut apart = rest.len() < text.len();
    while let Some(inner) = bracket(rest) {
        rest = rest[inner.len() + 2..].trim_start();
        apart = true;
    }
    for _ in 0..parentheses {
        let Some(after) = rest.strip_prefix(')') else { break };
        rest = after.trim_start();
        apart = true;
    }
    rest.is_empty() || apart && joint(rest).is_some()
}
