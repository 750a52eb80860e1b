//! Operators of a filter's text: the longest spelling wins, case does not count, and `_` and blanks
//! stand for each other.

use model::{Operator, suggest};

use super::{is_joint, word};

/// What people write who know other languages, and how it is said here.
const FOREIGN: &[(&str, &str)] = &[
    ("=", "write EQUALS"),
    ("==", "write EQUALS"),
    ("eq", "write EQUALS"),
    ("is", "write EQUALS, IS NULL, IS NOT NULL, IS TRUE or IS FALSE"),
    ("!=", "write NOT EQUALS"),
    ("<>", "write NOT EQUALS"),
    ("ne", "write NOT EQUALS"),
    (">", "write Greater_Than"),
    ("gt", "write Greater_Than"),
    (">=", "write Greater_Than_OR_EQUALS"),
    ("ge", "write Greater_Than_OR_EQUALS"),
    ("contains", "write Includes"),
    ("like", "write Includes or REGEX MATCH"),
    ("matches", "write REGEX MATCH"),
    ("~", "write REGEX MATCH"),
    ("startswith", "write REGEX MATCH with '^' before the text"),
    ("starts_with", "write REGEX MATCH with '^' before the text"),
    ("in", "write & with the list as operand"),
];

/// The operator with which the text begins, and its length there.
pub(super) fn read(text: &str) -> Option<(Operator, usize)> {
    Operator::ALL.iter().find_map(|(operator, spelling)| Some((*operator, length(text, spelling)?)))
}

/// How much of the text is this spelling; a word does not end inside another.
fn length(text: &str, spelling: &str) -> Option<usize> {
    let mut rest = text;
    for letter in spelling.chars() {
        if letter == ' ' || letter == '_' {
            let after = rest.strip_prefix('_').unwrap_or_else(|| rest.trim_start());
            if after.len() == rest.len() {
                return None;
            }
            rest = after;
        } else {
            let first = rest.chars().next().filter(|first| first.eq_ignore_ascii_case(&letter))?;
            rest = &rest[first.len_utf8()..];
        }
    }
    let ends = rest.chars().next().is_none_or(|next| next.is_whitespace() || "'\"".contains(next));
    ends.then_some(text.len() - rest.len())
}

/// Length, message and hint for a text that begins with no operator.
pub(super) fn complain(text: &str) -> (usize, String, Option<String>) {
    let first = word(text);
    if first.is_empty() || is_joint(first) {
        let hint = "put an operand that holds AND or OR into quotes".to_owned();
        return (first.len(), "expected an operator".to_owned(), Some(hint));
    }
    let message = format!("'{first}' is no operator");
    let foreign = FOREIGN.iter().find(|(known, _)| known.eq_ignore_ascii_case(first));
    if let Some((_, hint)) = foreign {
        return (first.len(), message, Some((*hint).to_owned()));
    }
    let words: Vec<_> = text.split_whitespace().take(4).collect();
    let spellings = || Operator::ALL.iter().map(|(_, spelling)| *spelling);
    let near = (1..=words.len()).find_map(|count| suggest(&words[..count].join(" "), spellings()));
    let hint = near.map_or_else(
        || "put an operand that holds AND or OR into quotes".to_owned(),
        |near| format!("did you mean {near}?"),
    );
    (first.len(), message, Some(hint))
}
