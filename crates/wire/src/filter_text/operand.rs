//! Operands of a filter's text.
//!
//! A quoted operand ends at a quote behind which the text ends or `AND` or `OR` follows. Quotes and
//! backslashes before that are text: patterns and names are full of them, and so the `Display` of a
//! filter needs no escapes.

use super::{is_joint, operator, word};

pub(super) enum Operand {
    Found { text: String, length: usize },
    Wrong { offset: usize, length: usize, message: String, hint: String },
}

/// Reads the operand with which the text begins.
pub(super) fn read(text: &str) -> Operand {
    match text.chars().next() {
        Some(quote @ ('\'' | '"')) => read_quoted(text, quote),
        _ => read_bare(text),
    }
}

fn read_quoted(text: &str, quote: char) -> Operand {
    match closing(&text[1..], quote) {
        Some(end) => Operand::Found { text: text[1..1 + end].to_owned(), length: end + 2 },
        None => Operand::Wrong {
            offset: 0,
            length: text.len(),
            message: "the quote that opens here does not close".to_owned(),
            hint: format!("close it with {quote}; behind it stands AND, OR or nothing"),
        },
    }
}

/// Where the closing quote stands.
fn closing(text: &str, quote: char) -> Option<usize> {
    text.match_indices(quote).map(|(at, _)| at).find(|at| {
        let rest = &text[at + 1..];
        let next = rest.trim_start();
        next.is_empty() || (next.len() < rest.len() && is_joint(word(next)))
    })
}

fn read_bare(text: &str) -> Operand {
    let mut end = 0;
    while let Some((start, word)) = next_word(text, end) {
        if is_joint(word) {
            break;
        }
        let is_small_joint = word.eq_ignore_ascii_case("and") || word.eq_ignore_ascii_case("or");
        // "Research and Development" is an operand; what looks like a clause behind the word is not.
        if is_small_joint && end > 0 && begins_clause(&text[start + word.len()..]) {
            let capitals = word.to_uppercase();
            return Operand::Wrong {
                offset: start,
                length: word.len(),
                message: format!("'{word}' stands inside an operand, but a clause follows it"),
                hint: format!("write {capitals} in capitals, or put the operand into quotes"),
            };
        }
        end = start + word.len();
    }
    if end == 0 {
        return Operand::Wrong {
            offset: 0,
            length: 0,
            message: "expected an operand".to_owned(),
            hint: "write '' for an empty one".to_owned(),
        };
    }
    Operand::Found { text: text[..end].to_owned(), length: end }
}

fn begins_clause(text: &str) -> bool {
    let text = text.trim_start();
    let attribute = word(text);
    !attribute.is_empty() && operator::read(text[attribute.len()..].trim_start()).is_some()
}

fn next_word(text: &str, from: usize) -> Option<(usize, &str)> {
    let rest = &text[from..];
    let start = from + (rest.len() - rest.trim_start().len());
    let word = word(&text[start..]);
    (!word.is_empty()).then_some((start, word))
}

/// The quote in which an operand comes back as it was.
pub(super) fn quote_for(operand: &str) -> char {
    let comes_back =
        |quote: char| closing(&format!("{operand}{quote}"), quote) == Some(operand.len());
    if comes_back('\'') || !comes_back('"') { '\'' } else { '"' }
}
