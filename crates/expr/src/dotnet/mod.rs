//! Regular expressions in the dialect of .NET.
//!
//! A pattern goes from text to a tree (`parse`, `class`), from there to steps (`compile`), and `run`
//! takes the steps on a text. Replacing (`replacement`) counts empty matches as .NET does. It is an
//! own matcher, because what a mapping may rely on (the numbering of groups, lookbehind of any
//! length, conditions, subtracted classes, groups inside loops) differs from what the `regex` crates
//! do, and because patterns come from configuration: every step is paid for from the allowance of the
//! evaluation, so that none runs away. The tables of Unicode are those of `regex-syntax`. Balancing
//! groups and matching from right to left are refused.

mod blocks;
mod class;
mod compile;
mod groups;
mod node;
mod parse;
mod replacement;
mod run;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::error::Problem;
use crate::work::{Exhausted, Work};
use compile::Program;
pub(crate) use compile::Set;
use groups::Groups;
use replacement::Part;
pub(crate) use replacement::Replacement;
use run::Search;

/// The longest pattern, in characters. No mapping comes near, and some characters become large sets.
const LONGEST: usize = 4_000;

/// A regular expression in the dialect of .NET, compiled. Matching is bounded: a pattern that takes
/// too many steps on a text is an error and does not run on.
#[derive(Debug, Clone)]
pub struct Pattern {
    source: String,
    program: Arc<Program>,
    groups: Groups,
}

/// The same pattern has the same source.
impl PartialEq for Pattern {
    fn eq(&self, other: &Pattern) -> bool {
        self.source == other.source
    }
}

impl Pattern {
    /// Compiles a pattern.
    pub fn new(source: &str) -> Result<Pattern, Problem> {
        if source.chars().count() > LONGEST {
            return Err(Problem::Pattern(format!("it is longer than {LONGEST} characters")));
        }
        let (tree, groups) = parse::parse(source).map_err(Problem::Pattern)?;
        let program = Arc::new(compile::compile(&tree, groups.count()));
        Ok(Pattern { source: source.to_owned(), program, groups })
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// Whether the pattern matches somewhere in the text.
    pub fn is_match(&self, text: &str) -> Result<bool, Problem> {
        Search::new(&self.program, text, &Work::new()).find(0, 0).map_err(limit)
    }

    /// Whether the pattern has a group of that name or number.
    pub(crate) fn has_group(&self, name: &str) -> bool {
        self.groups.find(name).is_some()
    }

    /// A replacement text for this pattern: `$1`, `${name}` and so on stand for what was matched.
    pub(crate) fn replacement(&self, text: &str) -> Replacement {
        Replacement::new(text, &self.groups)
    }

    /// The text with every match replaced; `None` without a match. The result is at most `limit`
    /// bytes long.
    pub(crate) fn replace(
        &self,
        text: &str,
        replacement: &Replacement,
        limit: usize,
        work: &Work,
    ) -> Result<Option<String>, Problem> {
        let mut out = String::new();
        let mut copied = None;
        self.each_match(text, work, |found, start, end| {
            out.push_str(&text[copied.unwrap_or(0)..start]);
            for part in &replacement.parts {
                out.push_str(match part {
                    Part::Literal(literal) => literal,
                    Part::Group(0) => &text[start..end],
                    Part::Group(slot) => {
                        found.place(*slot).map_or("", |(from, to)| &text[from..to])
                    }
                    Part::Before => &text[..start],
                    Part::After => &text[end..],
                    Part::Input => text,
                });
                // Inside the loop, because a replacement can hold the input many times.
                if out.len() > limit {
                    return Err(Problem::TooLong(limit));
                }
            }
            copied = Some(end);
            Ok(true)
        })?;
        Ok(copied.map(|copied| {
            out.push_str(&text[copied..]);
            out
        }))
    }

    /// The text where in every match the named group's text is replaced, literally; `None` when
    /// nothing was.
    pub(crate) fn replace_group(
        &self,
        text: &str,
        group: &str,
        replacement: &str,
        limit: usize,
        work: &Work,
    ) -> Result<Option<String>, Problem> {
        let Some(slot) = self.groups.find(group) else {
            return Ok(None);
        };
        let mut out = String::new();
        let mut copied = None;
        self.each_match(text, work, |found, _, _| {
            // A group inside a lookaround may lie where the text was copied already.
            let before = copied.unwrap_or(0);
            if let Some((start, end)) = found.place(slot).filter(|(start, _)| *start >= before) {
                out.push_str(&text[before..start]);
                out.push_str(replacement);
                copied = Some(end);
            }
            match out.len() > limit {
                true => Err(Problem::TooLong(limit)),
                false => Ok(true),
            }
        })?;
        Ok(copied.map(|copied| {
            out.push_str(&text[copied..]);
            out
        }))
    }

    /// The text of the named group in the first match; empty when the group took no part, `None`
    /// without a match.
    pub(crate) fn find_group<'t>(
        &self,
        text: &'t str,
        group: &str,
        work: &Work,
    ) -> Result<Option<&'t str>, Problem> {
        let Some(slot) = self.groups.find(group) else {
            return Ok(None);
        };
        let mut found_text = None;
        self.each_match(text, work, |found, _, _| {
            found_text = Some(found.place(slot).map_or("", |(start, end)| &text[start..end]));
            Ok(false)
        })?;
        Ok(found_text)
    }

    /// Calls `visit` with every match until it answers no. Unlike Rust's own iterators, .NET counts
    /// the empty match right behind a match that is not empty.
    fn each_match<'t>(
        &'t self,
        text: &'t str,
        work: &'t Work,
        mut visit: impl FnMut(&Search<'t>, usize, usize) -> Result<bool, Problem>,
    ) -> Result<(), Problem> {
        let mut search = Search::new(&self.program, text, work);
        let mut origin = 0;
        let mut from = 0;
        while search.find(origin, from).map_err(limit)? {
            let Some((start, end)) = search.place(0) else {
                return Ok(());
            };
            if !visit(&search, start, end)? {
                return Ok(());
            }
            origin = end;
            from = end;
            if start == end {
                match text[end..].chars().next() {
                    Some(next) => from += next.len_utf8(),
                    None => return Ok(()),
                }
            }
        }
        Ok(())
    }
}

fn limit(Exhausted: Exhausted) -> Problem {
    Problem::PatternLimit
}
