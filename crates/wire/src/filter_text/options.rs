//! Options in square brackets behind a clause: `[any case]`, `[missing is true]`, `[nested]`, several
//! of them in one pair of brackets or each in its own.

use std::ops::Range;

use model::{Diagnostic, Operator, suggest};

use super::cursor::bracket;

const KNOWN: [&str; 4] = ["any case", "missing is true", "missing is false", "nested"];

/// What the brackets say; what they do not say is false.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) any_case: bool,
    pub(super) missing: bool,
    pub(super) nested: bool,
}

/// Behind what the options stand, which decides which of them are of use.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Comparison(Operator),
    Date,
    Manager,
    Member,
}

/// The options with which the text begins, and their length; without brackets none of them.
/// `at` is where the text stands in the whole one.
pub(super) fn read(text: &str, at: usize, place: Place) -> Result<(Options, usize), Diagnostic> {
    let mut options = Options::default();
    let mut length = 0;
    while text[length..].trim_start().starts_with('[') {
        length = text.len() - text[length..].trim_start().len();
        length += read_bracket(&text[length..], at + length, place, &mut options)?;
    }
    Ok((options, length))
}

/// One pair of brackets, with which the text begins; its length.
fn read_bracket(
    text: &str,
    at: usize,
    place: Place,
    options: &mut Options,
) -> Result<usize, Diagnostic> {
    let Some(inner) = bracket(text) else {
        let message = "the bracket that opens here does not close";
        let hint = "close it with ]; options are [any case] and [missing is true]";
        return Err(Diagnostic::error("filter-option", at..at + 1, message).with_hint(hint));
    };
    let mut start = at + 1;
    for item in inner.split(',') {
        let blanks = item.len() - item.trim_start().len();
        let span = start + blanks..start + blanks + item.trim().len();
        start += item.len() + 1;
        let name = fold(item);
        check(&name, place).map_err(|complaint| complaint.at(span, item.trim()))?;
        match name.as_str() {
            "any case" => options.any_case = true,
            "missing is true" => options.missing = true,
            "nested" => options.nested = true,
            _ => {}
        }
    }
    Ok(inner.len() + 2)
}

/// Whether all that stands between the brackets are options.
pub(super) fn is_known(inner: &str) -> bool {
    inner.split(',').all(|item| KNOWN.contains(&fold(item).as_str()))
}

/// The known options with which an operand ends that holds more before them.
pub(super) fn at_the_end(operand: &str) -> Option<&str> {
    let start = operand.rfind('[').filter(|start| *start > 0)?;
    let inner = bracket(&operand[start..])?;
    (operand.len() == start + inner.len() + 2 && is_known(inner)).then_some(&operand[start..])
}

/// Whether options seem to be meant: a set of letters in a pattern, such as `[A-Za-z]`, holds no word.
pub(super) fn holds_word(inner: &str) -> bool {
    inner.split(|character: char| !character.is_alphabetic()).any(|part| part.chars().count() >= 3)
}

/// Whether the operator compares texts, so that their case can matter.
pub(super) fn knows_case(operator: Operator) -> bool {
    operator.is_binary()
        && !matches!(operator, Operator::GreaterThan | Operator::GreaterThanOrEquals)
}

/// Whether the operator leaves open what an empty value answers.
pub(super) fn knows_missing(operator: Operator) -> bool {
    !matches!(operator, Operator::IsNull | Operator::IsNotNull)
}

struct Complaint {
    problem: &'static str,
    hint: String,
}

impl Complaint {
    fn at(self, span: Range<usize>, item: &str) -> Diagnostic {
        let message = format!("'{item}' {}", self.problem);
        Diagnostic::error("filter-option", span, message).with_hint(self.hint)
    }
}

fn check(name: &str, place: Place) -> Result<(), Complaint> {
    let refuse = |problem, hint: &str| Err(Complaint { problem, hint: hint.to_owned() });
    if !KNOWN.contains(&name) {
        let list = "options are [any case], [missing is true] and, behind MEMBER OF, [nested]; \
                    an operand that holds brackets stands in quotes";
        let near = suggest(name, KNOWN).map(|near| format!("did you mean '{near}'?"));
        let hint = near.unwrap_or_else(|| list.to_owned());
        return Err(Complaint { problem: "is no option", hint });
    }
    let suits = match (place, name) {
        (Place::Member, name) => name == "nested",
        (Place::Manager, _) | (_, "nested") => false,
        (Place::Comparison(operator), "any case") => knows_case(operator),
        (Place::Comparison(operator), _) => knows_missing(operator),
        (Place::Date, name) => name != "any case",
    };
    match (suits, name) {
        (true, _) => Ok(()),
        (false, "nested") => refuse("does not suit the clause", "it stands behind MEMBER OF"),
        (false, "any case") => refuse("does not suit the clause", "no texts are compared here"),
        (false, _) => refuse("does not suit the clause", "the clause answers for nothing itself"),
    }
}

/// One spelling: small letters, one blank between words.
fn fold(item: &str) -> String {
    let words = item.split(|character: char| character.is_whitespace() || character == '_');
    let words: Vec<_> = words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    words.join(" ")
}
