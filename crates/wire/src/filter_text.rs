//! The text of scoping, as the command line and pages take it.
//!
//! What a published filter can say (provisioning-engine.md 3.3) is written as clauses
//! `attribute OPERATOR operand`, joined by `AND` into groups that are joined by `OR`. A text that
//! says more is a condition: `NOT` and parentheses, `ANY` and `ALL` before the attribute of a list,
//! `BEFORE` and `AFTER` with a moment, `manager`, `MEMBER OF`, and options in square brackets behind
//! a clause. The two are kept apart, so that a filter leaves the product in the published form
//! whenever it can.
//!
//! An operand is bare words up to the next `AND` or `OR`, or stands in `'` or `"`. Inside a quoted
//! one quotes and backslashes are text as they are; a text that no plain quote can hold stands
//! between `#'` and `'#`, with as many `#` as it takes, and one with line breaks or other characters
//! that nobody sees between `$'` and `'`, where a backslash writes them. Whether an attribute suits its operator, and
//! what a clause answers, is the engine's to say.

mod clause;
mod codes;
mod cursor;
mod escape;
mod moment;
mod operand;
mod operator;
mod options;
mod parser;
mod plain;
mod print;

use model::{Condition, Diagnostic, Filter, Kind, Name, condition::Spans};

pub use codes::CODES;
pub(crate) use operator::find as find_operator;
pub(crate) use plain::nobody;
pub use print::{print, print_scoping};

/// So many characters may a text have.
pub const MAX_LENGTH: usize = 20_000;

/// So deep may parentheses and `NOT` be nested.
pub const MAX_DEPTH: usize = 50;

/// Whom a text admits: a filter of the published form, or a condition where that form cannot say it.
/// One of the two is empty when it comes from [`parse`]; both hold when it comes from elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scoping {
    /// What the published form can say.
    pub filter: Filter,
    /// The whole text, when it says more.
    pub condition: Option<Condition>,
}

/// What a text stands for; all that is wrong with it at once. `resolve` gives the name that an
/// attribute is known by, or none. An empty text is the filter that everybody passes.
pub fn parse(
    text: &str,
    resolve: impl Fn(&str) -> Option<String>,
) -> Result<Scoping, Vec<Diagnostic>> {
    parse_located(text, resolve).map(|(scoping, _)| scoping)
}

/// Like [`parse`], with where each clause stands, in the order of the filter's clauses or of the
/// condition's tests: of the two, the other is empty.
pub fn parse_located(
    text: &str,
    resolve: impl Fn(&str) -> Option<String>,
) -> Result<(Scoping, Vec<Spans>), Vec<Diagnostic>> {
    if text.trim().is_empty() {
        return Ok((Scoping::default(), Vec::new()));
    }
    if let Some((at, _)) = text.char_indices().nth(MAX_LENGTH) {
        let message = format!("the text is longer than {MAX_LENGTH} characters");
        let hint = "put the people into a group and write MEMBER OF";
        let span = at..text.len();
        return Err(vec![Diagnostic::error("filter-too-long", span, message).with_hint(hint)]);
    }
    let (tree, clauses) = parser::read(text, &resolve)?;
    Ok((plain::divide(tree), clauses))
}

/// What a filter says, as a condition; it must have groups.
pub fn condition(filter: &Filter) -> Condition {
    print::simple(plain::tree(filter))
}

/// The attributes of users, in any case of letters, and directory extensions by their full names:
/// what [`parse`] may take for `resolve` where there is no tenant to ask.
pub fn user_attribute(name: &str) -> Option<String> {
    Name::find_known(name)
        .filter(|name| name.definition().is_some_and(|known| known.kinds.contains(&Kind::User)))
        .map(|name| name.to_string())
        .or_else(|| name.starts_with("extension_").then(|| name.to_owned()))
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
