//! `$search`: clauses `"property:text"` in double quotes, joined by `AND` and `OR` (graph-api.md 1.3).
//!
//! The joining words stand in capitals, two clauses side by side must both hold, brackets group, and
//! inside quotes a backslash stands before a quote or a backslash. Which properties are cut into
//! words ([`model::words`]) and which are compared from their beginning is not known here.

use std::{fmt, ops::Range};

use super::{Fault, MAX_DEPTH, filter::check_length};

/// What is looked for, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// What is looked for.
    pub node: Node,
    /// The bytes of the text that say it.
    pub span: Range<usize>,
}

/// What is looked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// All of these, at least two.
    And(Vec<Search>),
    /// One of these, at least two.
    Or(Vec<Search>),
    /// A property that holds this text.
    Clause {
        /// The property's name, as it is written.
        property: String,
        /// What is looked for in it.
        text: String,
    },
}

/// What is looked for, from its text.
pub fn parse(text: &str) -> Result<Search, Fault> {
    read(text).map_err(|fault| fault.of("$search"))
}

fn read(text: &str) -> Result<Search, Fault> {
    check_length(text)?;
    let mut parser = Parser { text, at: 0, depth: 0 };
    let search = parser.alternatives()?;
    parser.skip_blanks();
    match parser.rest() {
        "" => Ok(search),
        rest => {
            let word = rest.split_whitespace().next().unwrap_or(rest);
            Err(parser.wrong(word.len(), format!("expected AND or OR, found '{word}'")))
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn alternatives(&mut self) -> Result<Search, Fault> {
        self.chain(Node::Or, Self::conjunction, |parser| parser.take("OR"))
    }

    fn conjunction(&mut self) -> Result<Search, Fault> {
        self.chain(Node::And, Self::part, |parser| {
            parser.take("AND") || parser.rest().starts_with(['"', '('])
        })
    }

    fn chain(
        &mut self,
        join: fn(Vec<Search>) -> Node,
        read: fn(&mut Self) -> Result<Search, Fault>,
        goes_on: fn(&mut Self) -> bool,
    ) -> Result<Search, Fault> {
        let first = read(self)?;
        let start = first.span.start;
        let mut parts = vec![first];
        while goes_on(self) {
            parts.push(read(self)?);
        }
        Ok(match parts.len() {
            1 => parts.remove(0),
            _ => Search {
                span: start..parts.last().map_or(start, |last| last.span.end),
                node: join(parts),
            },
        })
    }

    fn part(&mut self) -> Result<Search, Fault> {
        self.skip_blanks();
        let start = self.at;
        match self.rest().chars().next() {
            Some('"') => self.clause(),
            Some('(') => {
                if self.depth == MAX_DEPTH {
                    let message = format!("the text is nested deeper than {MAX_DEPTH} levels");
                    return Err(Fault::request(start..start + 1, message));
                }
                self.at += 1;
                self.depth += 1;
                let inner = self.alternatives()?;
                self.depth -= 1;
                self.skip_blanks();
                if !self.rest().starts_with(')') {
                    let message = "the bracket that opens here does not close";
                    return Err(Fault::bad(start..start + 1, message));
                }
                self.at += 1;
                Ok(Search { span: start..self.at, ..inner })
            }
            Some(_) if self.take("NOT") => {
                Err(Fault::unsupported(start..self.at, "NOT is not supported"))
            }
            Some(_) => {
                let word = self.rest().split_whitespace().next().unwrap_or_default();
                let message = "a clause stands in double quotes, like \"displayName:wa\"";
                Err(self.wrong(word.len(), message))
            }
            None => Err(self.wrong(0, "expected a clause like \"displayName:wa\", found the end")),
        }
    }

    fn clause(&mut self) -> Result<Search, Fault> {
        let start = self.at;
        let mut inner = String::new();
        let mut characters = self.text[start + 1..].char_indices();
        loop {
            let Some((at, character)) = characters.next() else {
                return Err(Fault::bad(
                    start..self.text.len(),
                    "the quote that opens here does not close",
                ));
            };
            match character {
                '"' => {
                    self.at = start + 1 + at + 1;
                    break;
                }
                '\\' => match characters.next() {
                    Some((_, escaped @ ('"' | '\\'))) => inner.push(escaped),
                    _ => {
                        let at = start + 1 + at;
                        let message = "a backslash stands before a quote or a backslash";
                        return Err(Fault::bad(at..at + 1, message));
                    }
                },
                character => inner.push(character),
            }
        }
        let span = start..self.at;
        let Some((property, text)) = inner.split_once(':') else {
            let message = "a clause names its property, like \"displayName:wa\"";
            return Err(Fault::bad(span, message));
        };
        let (property, text) = (property.trim(), text.trim());
        if property.is_empty() || text.is_empty() {
            return Err(Fault::bad(
                span,
                "a clause has a property, a colon and what is looked for",
            ));
        }
        let node = Node::Clause { property: property.to_owned(), text: text.to_owned() };
        Ok(Search { node, span })
    }

    /// Takes a joining word, in capitals.
    fn take(&mut self, word: &str) -> bool {
        self.skip_blanks();
        let behind = self.rest().strip_prefix(word);
        let is_there = behind.is_some_and(|rest| {
            rest.chars().next().is_none_or(|next| next.is_whitespace() || "(\")".contains(next))
        });
        self.at += if is_there { word.len() } else { 0 };
        is_there
    }

    fn skip_blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn wrong(&self, length: usize, message: impl Into<String>) -> Fault {
        Fault::bad(self.at..self.at + length, message)
    }
}

impl fmt::Display for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |f: &mut fmt::Formatter<'_>, parts: &[Search], word: &str| {
            for (index, part) in parts.iter().enumerate() {
                if index > 0 {
                    write!(f, " {word} ")?;
                }
                match part.node {
                    Node::Clause { .. } => part.fmt(f)?,
                    _ => write!(f, "({part})")?,
                }
            }
            Ok(())
        };
        match &self.node {
            Node::And(parts) => joined(f, parts, "AND"),
            Node::Or(parts) => joined(f, parts, "OR"),
            Node::Clause { property, text } => {
                let escaped = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
                write!(f, "\"{}:{}\"", escaped(property), escaped(text))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = match parse(text) {
            Ok(search) => search.to_string(),
            Err(fault) => format!("{}: {fault}", fault.code.as_str()),
        };
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn clauses_are_joined() {
        check("\"displayName:wa\"", "\"displayName:wa\"");
        check(
            " \"displayName:wa\" OR \"mail:wa\" AND \"description:x:y\"",
            "\"displayName:wa\" OR (\"mail:wa\" AND \"description:x:y\")",
        );
        check("(\"a:1\" OR \"b:2\")\"c:3\"", "(\"a:1\" OR \"b:2\") AND \"c:3\"");
        check(r#""displayName:say \"hi\" \\ (x) OR y""#, r#""displayName:say \"hi\" \\ (x) OR y""#);
    }

    #[test]
    fn what_is_wrong_is_said() {
        check(
            "",
            "BadRequest: Invalid $search: expected a clause like \"displayName:wa\", found the end, at position 0.",
        );
        check(
            "displayName:wa",
            "BadRequest: Invalid $search: a clause stands in double quotes, like \"displayName:wa\", at position 0.",
        );
        check(
            "\"wa\"",
            "BadRequest: Invalid $search: a clause names its property, like \"displayName:wa\", at position 0.",
        );
        check(
            "\"a:b\" or \"c:d\"",
            "BadRequest: Invalid $search: expected AND or OR, found 'or', at position 6.",
        );
        check(
            "\"a:b",
            "BadRequest: Invalid $search: the quote that opens here does not close, at position 0.",
        );
        check(
            "(\"a:b\"",
            "BadRequest: Invalid $search: the bracket that opens here does not close, at position 0.",
        );
        check(
            r#""a:b\n""#,
            "BadRequest: Invalid $search: a backslash stands before a quote or a backslash, at position 4.",
        );
        check(
            "NOT \"a:b\"",
            "Request_UnsupportedQuery: Invalid $search: NOT is not supported, at position 0.",
        );
    }
}
