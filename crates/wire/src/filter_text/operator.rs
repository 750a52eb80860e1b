//! Operators of a filter's text: the longest spelling wins, case does not count, and `_` and blanks
//! stand for each other.

use model::{Operator, condition::When, suggest};

use super::cursor::{chunk, joint, word};

/// What people write who know other languages, and how it is said here.
const FOREIGN: &[(&str, &str)] = &[
    ("=", "write EQUALS"),
    ("==", "write EQUALS"),
    ("eq", "write EQUALS"),
    ("is", "write EQUALS, IS NULL, IS NOT NULL, IS TRUE or IS FALSE"),
    ("!=", "write NOT EQUALS"),
    ("<>", "write NOT EQUALS"),
    ("ne", "write NOT EQUALS"),
    (">", "write Greater_Than, or AFTER for a moment"),
    ("gt", "write Greater_Than, or AFTER for a moment"),
    (">=", "write Greater_Than_OR_EQUALS, or AFTER for a moment"),
    ("ge", "write Greater_Than_OR_EQUALS, or AFTER for a moment"),
    ("<", "write NOT before the clause and Greater_Than_OR_EQUALS, or BEFORE for a moment"),
    ("lt", "write NOT before the clause and Greater_Than_OR_EQUALS, or BEFORE for a moment"),
    ("<=", "write NOT before the clause and Greater_Than, or BEFORE for a moment"),
    ("le", "write NOT before the clause and Greater_Than, or BEFORE for a moment"),
    ("contains", "write Includes"),
    ("like", "write Includes or REGEX MATCH"),
    ("matches", "write REGEX MATCH"),
    ("~", "write REGEX MATCH"),
    ("startswith", "write REGEX MATCH with '^' before the text"),
    ("starts_with", "write REGEX MATCH with '^' before the text"),
    ("in", "write & with the list as operand"),
    ("ismember", "write MEMBER OF and the group, without an attribute"),
    ("ismemberof", "write MEMBER OF and the group, without an attribute"),
];

/// Two words that begin no operator of ours.
const FOREIGN_PAIRS: &[(&str, &str)] = &[
    ("starts with", "write REGEX MATCH with '^' before the text"),
    ("begins with", "write REGEX MATCH with '^' before the text"),
    ("not in", "write !& with the list as operand"),
    ("not contains", "write NOT before the clause and Includes"),
    ("is empty", "write IS NULL"),
    ("is blank", "write IS NULL"),
    ("is member", "write MEMBER OF and the group, without an attribute"),
];

pub(super) const IN_QUOTES: &str = "put an operand that holds AND or OR into quotes";
const FORM: &str =
    "write an operator behind the attribute, such as EQUALS, Includes or IS NOT NULL";

/// The operator with which the text begins, and its length there.
pub(super) fn read(text: &str) -> Option<(Operator, usize)> {
    Operator::ALL.iter().find_map(|(operator, spelling)| {
        let length = length(text, spelling)?;
        let next = text[length..].chars().next();
        // Options may touch an operator without operand; elsewhere a bracket is part of the word.
        let fits = next != Some('[') || !operator.is_binary();
        fits.then_some((*operator, length))
    })
}

/// The operator that the whole text is.
pub(crate) fn find(text: &str) -> Option<Operator> {
    let text = text.trim();
    read(text).filter(|(_, length)| *length == text.len()).map(|(operator, _)| operator)
}

/// The operator of a moment with which the text begins, and its length there.
pub(super) fn read_when(text: &str) -> Option<(When, usize)> {
    [(When::Before, "BEFORE"), (When::After, "AFTER")]
        .into_iter()
        .find_map(|(when, spelling)| Some((when, length(text, spelling)?)))
}

/// How much of the text is this spelling; a word does not end inside another.
pub(super) fn length(text: &str, spelling: &str) -> Option<usize> {
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
    let ends =
        rest.chars().next().is_none_or(|next| next.is_whitespace() || "'\")[".contains(next));
    ends.then_some(text.len() - rest.len())
}

/// What is wrong with a text that begins with no operator.
pub(super) struct Complaint {
    pub(super) code: &'static str,
    pub(super) length: usize,
    pub(super) message: String,
    pub(super) hint: String,
}

/// `in_operand` says that the attribute may have been meant as the rest of an operand.
pub(super) fn complain(text: &str, in_operand: bool) -> Complaint {
    let otherwise = if in_operand { IN_QUOTES } else { FORM };
    if word(text).is_empty() && !text.starts_with('(') || joint(text).is_some() {
        return Complaint {
            code: "filter-missing-operator",
            length: word(text).len(),
            message: "expected an operator".to_owned(),
            hint: otherwise.to_owned(),
        };
    }
    let first = chunk(text);
    let words: Vec<&str> = text.split_whitespace().take(4).collect();
    let is_pair = |(known, _): &&(&str, &str)| {
        words[..words.len().min(2)].join(" ").eq_ignore_ascii_case(known)
    };
    if let Some((known, hint)) = FOREIGN_PAIRS.iter().find(is_pair) {
        let length = length(text, known).unwrap_or(first.len());
        return unknown(&text[..length], (*hint).to_owned());
    }
    unknown(first, hint(&words, first, otherwise))
}

fn unknown(operator: &str, hint: String) -> Complaint {
    Complaint {
        code: "filter-unknown-operator",
        length: operator.len(),
        message: format!("'{operator}' is no operator"),
        hint,
    }
}

fn hint(words: &[&str], first: &str, otherwise: &str) -> String {
    if let Some((_, hint)) = FOREIGN.iter().find(|(known, _)| known.eq_ignore_ascii_case(first)) {
        return (*hint).to_owned();
    }
    let spellings =
        || Operator::ALL.iter().map(|(_, spelling)| *spelling).chain(["BEFORE", "AFTER"]);
    (1..=words.len())
        .find_map(|count| suggest(&words[..count].join(" "), spellings()))
        .map_or_else(|| otherwise.to_owned(), |near| format!("did you mean {near}?"))
}
