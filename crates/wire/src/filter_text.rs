//! The text form of scoping filters, as the command line and pages take it.
//!
//! Clauses `attribute OPERATOR operand` joined by `AND` make a group, groups are joined by `OR`;
//! there are no brackets, as there are none in the filters themselves (provisioning-engine.md 3.3).
//! An operand is bare words up to the next `AND` or `OR`, or stands in `'` or `"`. Whether an
//! attribute suits its operator, and what a clause answers, is the engine's to say.

mod operand;
mod operator;

use std::ops::Range;

use model::{Clause, Filter, Group, Kind, Name, suggest};

use crate::alias;
use operand::Operand;

/// What is wrong at one place of the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    /// The bytes of the text that are meant; empty at the end of the text.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What may help.
    pub hint: Option<String>,
}

/// The filter that a text stands for. Attributes are those of users, in any case of letters, and
/// directory extensions by their full names. An empty text is the filter that everybody passes.
pub fn parse(text: &str) -> Result<Filter, Vec<Problem>> {
    parse_with(text, |name| {
        Name::find_known(name)
            .filter(|name| name.definition().is_some_and(|known| known.kinds.contains(&Kind::User)))
            .map(|name| name.to_string())
            .or_else(|| name.starts_with("extension_").then(|| name.to_owned()))
    })
}

/// The same with other attributes: `resolve` gives the name that an attribute is known by, or none.
pub fn parse_with(
    text: &str,
    resolve: impl Fn(&str) -> Option<String>,
) -> Result<Filter, Vec<Problem>> {
    let mut parser = Parser { text, at: 0, resolve, problems: Vec::new() };
    let filter = parser.filter();
    if parser.problems.is_empty() { Ok(filter) } else { Err(parser.problems) }
}

/// The text of a filter. Like its `Display`, but an operand in which `'` and a joining word follow
/// each other stands in `"`.
pub fn print(filter: &Filter) -> String {
    let group = |group: &Group| {
        let clauses: Vec<_> = group.clauses.iter().map(print_clause).collect();
        clauses.join(" AND ")
    };
    filter.groups.iter().map(group).collect::<Vec<_>>().join(" OR ")
}

fn print_clause(clause: &Clause) -> String {
    let Clause { attribute, operator, operand } = clause;
    let operator_text = operator.as_str();
    if !operator.is_binary() {
        return format!("{attribute} {operator_text}");
    }
    let quote = operand::quote_for(operand);
    format!("{attribute} {operator_text} {quote}{operand}{quote}")
}

struct Parser<'a, F> {
    text: &'a str,
    at: usize,
    resolve: F,
    problems: Vec<Problem>,
}

#[derive(PartialEq)]
enum Joint {
    And,
    Or,
    End,
}

impl<F: Fn(&str) -> Option<String>> Parser<'_, F> {
    fn filter(&mut self) -> Filter {
        let mut filter = Filter::default();
        if self.text.trim().is_empty() {
            return filter;
        }
        let mut clauses = Vec::new();
        loop {
            match self.clause() {
                Ok(clause) => clauses.push(clause),
                Err(problem) => {
                    self.problems.push(problem);
                    self.skip_to_joint();
                }
            }
            let joint = self.joint();
            if joint != Joint::And {
                let clauses = std::mem::take(&mut clauses);
                filter.groups.push(Group { name: String::new(), clauses });
            }
            if joint == Joint::End {
                return filter;
            }
        }
    }

    fn clause(&mut self) -> Result<Clause, Problem> {
        let attribute = self.attribute()?;
        self.skip_blanks();
        let rest = &self.text[self.at..];
        let Some((operator, length)) = operator::read(rest) else {
            let (length, message, hint) = operator::complain(rest);
            return Err(self.problem(length, message, hint));
        };
        self.at += length;
        let operand = if operator.is_binary() { self.operand()? } else { String::new() };
        self.check_joint(operator.as_str(), operator.is_binary())?;
        Ok(Clause { attribute, operator, operand })
    }

    fn attribute(&mut self) -> Result<String, Problem> {
        self.skip_blanks();
        let word = word(&self.text[self.at..]);
        if word.is_empty() || is_joint(word) {
            let hint = "a clause is: attribute OPERATOR operand";
            return Err(self.problem(word.len(), "expected an attribute", Some(hint.to_owned())));
        }
        if word.starts_with('(') {
            let hint = "AND binds closer than OR; write each alternative out";
            return Err(self.problem(1, "a filter has no brackets", Some(hint.to_owned())));
        }
        let Some(name) = (self.resolve)(word) else {
            let message = format!("there is no attribute '{word}'");
            return Err(self.problem(word.len(), message, nearest_attribute(word)));
        };
        self.at += word.len();
        Ok(name)
    }

    fn operand(&mut self) -> Result<String, Problem> {
        self.skip_blanks();
        match operand::read(&self.text[self.at..]) {
            Operand::Found { text, length } => {
                self.at += length;
                Ok(text)
            }
            Operand::Wrong { offset, length, message, hint } => {
                self.at += offset;
                Err(self.problem(length, message, Some(hint)))
            }
        }
    }

    /// Behind a clause stands `AND`, `OR` or nothing.
    fn check_joint(&mut self, operator: &str, is_binary: bool) -> Result<(), Problem> {
        self.skip_blanks();
        let word = word(&self.text[self.at..]);
        if word.is_empty() || is_joint(word) {
            return Ok(());
        }
        let hint = if word.eq_ignore_ascii_case("and") || word.eq_ignore_ascii_case("or") {
            format!("write {} in capitals", word.to_uppercase())
        } else if is_binary {
            "join clauses by AND or OR".to_owned()
        } else {
            format!("{operator} takes no operand")
        };
        Err(self.problem(word.len(), format!("expected AND or OR, found '{word}'"), Some(hint)))
    }

    fn joint(&mut self) -> Joint {
        self.skip_blanks();
        let word = word(&self.text[self.at..]);
        self.at += word.len();
        match word {
            "AND" => Joint::And,
            "OR" => Joint::Or,
            _ => Joint::End,
        }
    }

    /// Goes on behind a clause that could not be read, so that one run shows all problems.
    fn skip_to_joint(&mut self) {
        loop {
            self.skip_blanks();
            let word = word(&self.text[self.at..]);
            if word.is_empty() || is_joint(word) {
                return;
            }
            self.at += word.len();
        }
    }

    fn skip_blanks(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn problem(&self, length: usize, message: impl Into<String>, hint: Option<String>) -> Problem {
        Problem { span: self.at..self.at + length, message: message.into(), hint }
    }
}

fn nearest_attribute(word: &str) -> Option<String> {
    let users = Name::known().filter(|(_, known)| known.kinds.contains(&Kind::User));
    alias::graph_name(word)
        .or_else(|| suggest(word, users.map(|(_, known)| known.name)))
        .map(|name| format!("did you mean '{name}'?"))
}

/// The text up to the next blank.
fn word(text: &str) -> &str {
    text.split(char::is_whitespace).next().unwrap_or(text)
}

fn is_joint(word: &str) -> bool {
    word == "AND" || word == "OR"
}

#[cfg(test)]
mod tests;
