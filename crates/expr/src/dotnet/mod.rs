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

use std::sync::Arc;

use crate::error::Problem;
use crate::work::{Exhausted, Work};
pub(crate) use class::{class, contains};
use compile::Program;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(pattern: &str, text: &str, replacement: &str) -> String {
        match Pattern::new(pattern) {
            Ok(pattern) => pattern
                .replace(text, &pattern.replacement(replacement), 10_000, &Work::new())
                .map_or_else(|problem| problem.to_string(), |out| out.unwrap_or(text.to_owned())),
            Err(problem) => problem.to_string(),
        }
    }

    #[test]
    fn matches_as_dotnet() {
        for (pattern, text, replacement, expected) in [
            ("[a-z]*", "ab1", "-", "--1-"),
            (r"(.*?)(?<id>.{0,8})$", "0000000012345", "${id}", "00012345"),
            (r"[()\s-]+", "+1 (555) 123-4567", "", "+15551234567"),
            (r"(?<=@).*$", "jd@contoso.com", "x", "jd@x"),
            (r"(\w)\1", "aabbc", "<$1>", "<a><b>c"),
            (r"(?i)WORLD", "Hello World", "X", "Hello X"),
            (r"(?i:w)ORLD|d", "World WORLD", "X", "WorlX X"),
            (r"a$", "a\n", "b", "b\n"),
            (r"a\z", "a\n", "b", "a\n"),
            (r"(?m)^", "a\nb", "> ", "> a\n> b"),
            (r"(?m)$", "a\nb", ";", "a;\nb;"),
            (r".", "a\nb", "x", "x\nx"),
            (r"(?s).", "a\nb", "x", "xxx"),
            (r"(?x) a  b # both", "ab", "x", "x"),
            (r"(?n)(a)(?<x>b)", "ab", "$1", "b"),
            (r"[a-z-[aeiou]]", "abcde", "-", "a---e"),
            (r"[^a-z-[A]]", "aAB", "-", "aA-"),
            (r"\<\>\/\:\;\=\,", "<>/:;=,", "x", "x"),
            (r"[\<\>\/\:\;\=\,\]\[]", "[<,]", "x", "xxxx"),
            (r"[\w-.]+", "a-b.c d", "x", "x x"),
            (r"\p{IsGreek}+", "abΓδ", "x", "abx"),
            (r"\P{Lu}", "aB1", "x", "xBx"),
            (r"[\P{L}\D]", "a1-", "x", "xxx"),
            (r"(?>a+)b", "aab", "x", "x"),
            (r"(?'q'a)\k<q>", "aa", "${q}", "a"),
            (r"(a)?(?(1)b|c)", "abc", "x", "xx"),
            (r"(?#note)a{2}", "aaa", "x", "xa"),
            (r"a{,2}", "a{,2}", "x", "x"),
            (r"\x41\u0042\t", "AB\t", "x", "x"),
            (r"\bcat\b", "cat concat", "x", "x concat"),
            (r"x{2,3}?", "xxxx", "y", "yy"),
            (r"(?<a>x)|(?<a>y)", "xy", "[${a}]", "[x][y]"),
            (r"^(?!admin)", "user", "x-", "x-user"),
            ("é+", "éé", "e", "e"),
        ] {
            assert_eq!(replaced(pattern, text, replacement), expected, "{pattern}");
        }
    }

    #[test]
    fn groups_are_numbered_unnamed_first() {
        assert_eq!(replaced("(?<a>x)(y)", "xy", "$1$2"), "yx");
        assert_eq!(replaced(r"(?<a>x)(y)\1\2", "xyyx", "!"), "!");
        assert_eq!(replaced(r"(?<2>x)(y)", "xy", "$1,$2"), "y,x");
    }

    #[test]
    fn replacements() {
        for (replacement, expected) in [
            ("[$&]", "a[b]c"),
            ("$$1", "a$1c"),
            ("$`|$'", "aa|cc"),
            ("$_", "aabcc"),
            ("$+", "abc"),
            ("${nope}$9", "a${nope}$9c"),
            ("$", "a$c"),
            ("${", "a${c"),
            ("$0${0}", "abbc"),
        ] {
            assert_eq!(replaced("(b)", "abc", replacement), expected, "{replacement}");
        }
    }

    #[test]
    fn what_is_refused() {
        for pattern in [
            "(",
            ")",
            "[a",
            "a**",
            "a++",
            "*",
            r"\q",
            r"\1",
            r"[z-a]",
            r"(?<a-b>x)",
            r"\k<no>",
            "(?",
            r"a\",
            "a{2}{3}",
            r"\p{Nope}",
            "(?z)",
            "a{3,2}",
            "a{4294967295}",
        ] {
            let result = replaced(pattern, "x", "");
            assert!(result.starts_with("invalid pattern"), "{pattern}: {result}");
        }
    }

    #[test]
    fn endless_matching_is_stopped() {
        let text = format!("{}!", "a".repeat(30_000));
        for pattern in [
            r"(a+)+$",
            r"(a|aa)+$",
            r"(.*)*x",
            r"^(\w+\s?)*$",
            r"(a*)*b",
            r"(?:a?){500}a{500}b",
            r"(?=(a|aa)+$)[ab]+b",
            r"(a*?)*?b",
            r"(?>(a+)+)+$x",
            r"(.)(?<=\1+)(?=.*b)",
            r"(){2000000000}",
            r".*.*.*.*x",
        ] {
            let result = replaced(pattern, &text, "");
            assert!(result == Problem::PatternLimit.to_string(), "{pattern}");
        }
        assert_eq!(replaced("[a-z]+", &text, ""), "!");
    }
}
