//! Regular expressions in the dialect of .NET, run on fancy-regex.
//!
//! The pattern is translated (`translate`, `class`), because escapes, anchors and the numbering of
//! groups differ; replacing is our own (`replacement`), because empty matches count differently.
//! Patterns come from configuration, so the steps of a match are limited. Balancing groups and
//! conditions other than a group are refused.

mod class;
mod groups;
mod replacement;
mod translate;

use fancy_regex::{Captures, Regex, RegexBuilder};

use crate::error::Problem;
use groups::Groups;
use replacement::{Part, Replacement};

/// How many steps back one search may take.
const STEPS: usize = 200_000;

/// The longest text that is searched, in bytes. Each match starts a new search, so the time may grow
/// with the square of it.
const LONGEST: usize = 32 << 10;

/// How many bytes a compiled part may take.
const SIZE: usize = 4 << 20;

/// A compiled pattern.
#[derive(Debug, Clone)]
pub struct Pattern {
    source: String,
    regex: Regex,
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
        let (translated, groups) = translate::translate(source).map_err(Problem::Pattern)?;
        let regex = RegexBuilder::new(&translated)
            .backtrack_limit(STEPS)
            .delegate_size_limit(SIZE)
            .build()
            .map_err(|error| Problem::Pattern(error.to_string()))?;
        Ok(Pattern { source: source.to_owned(), regex, groups })
    }

    /// Whether the pattern is found in a text.
    ///
    /// # Errors
    /// The text is too long to be searched, or the search takes too many steps.
    pub fn is_match(&self, text: &str) -> Result<bool, Problem> {
        if text.len() > LONGEST {
            return Err(Problem::PatternLimit);
        }
        self.regex.is_match(text).map_err(|_| Problem::PatternLimit)
    }

    /// Whether the pattern has a group of that name or number.
    pub(crate) fn has_group(&self, name: &str) -> bool {
        self.groups.find(name).is_some()
    }

    /// The text with every match replaced; in the replacement `$1`, `${name}` and so on stand for
    /// what was matched. The result is at most `limit` bytes long.
    pub(crate) fn replace(
        &self,
        text: &str,
        replacement: &str,
        limit: usize,
    ) -> Result<String, Problem> {
        let replacement = Replacement::new(replacement, &self.groups);
        let mut out = String::new();
        let mut copied = 0;
        self.each_match(text, |found, start, end| {
            out.push_str(&text[copied..start]);
            for part in &replacement.parts {
                out.push_str(match part {
                    Part::Literal(literal) => literal,
                    Part::Group(indices) => captured(found, indices).unwrap_or(""),
                    Part::Whole => &text[start..end],
                    Part::Before => &text[..start],
                    Part::After => &text[end..],
                    Part::Input => text,
                });
                // Inside the loop, because a replacement can hold the input many times.
                if out.len() > limit {
                    return Err(Problem::TooLong(limit));
                }
            }
            copied = end;
            Ok(true)
        })?;
        out.push_str(&text[copied..]);
        Ok(out)
    }

    /// The text where in every match the named group's text is replaced, literally.
    pub(crate) fn replace_group(
        &self,
        text: &str,
        group: &str,
        replacement: &str,
        limit: usize,
    ) -> Result<String, Problem> {
        let indices = self.groups.find(group).unwrap_or_default();
        let mut out = String::new();
        let mut copied = 0;
        self.each_match(text, |found, _, _| {
            let place = last_captured(found, indices);
            // A group inside a lookaround may lie where the text was copied already.
            if let Some((start, end)) = place.filter(|(start, _)| *start >= copied) {
                out.push_str(&text[copied..start]);
                out.push_str(replacement);
                copied = end;
            }
            match out.len() > limit {
                true => Err(Problem::TooLong(limit)),
                false => Ok(true),
            }
        })?;
        out.push_str(&text[copied..]);
        Ok(out)
    }

    /// The text of the named group in the first match; empty when the group took no part, `None`
    /// without a match.
    pub(crate) fn find_group(&self, text: &str, group: &str) -> Result<Option<String>, Problem> {
        let indices = self.groups.find(group).unwrap_or_default();
        let mut found_text = None;
        self.each_match(text, |found, _, _| {
            found_text = Some(captured(found, indices).unwrap_or("").to_owned());
            Ok(false)
        })?;
        Ok(found_text)
    }

    /// Calls `visit` with every match until it answers no. Unlike Rust's own iterators, .NET counts
    /// the empty match right behind a match that is not empty.
    fn each_match<'t>(
        &self,
        text: &'t str,
        mut visit: impl FnMut(&Captures<'t, str>, usize, usize) -> Result<bool, Problem>,
    ) -> Result<(), Problem> {
        if text.len() > LONGEST {
            return Err(Problem::PatternLimit);
        }
        let mut from = 0;
        while from <= text.len() {
            let found = self.regex.captures_from_pos(text, from);
            let Some(found) = found.map_err(|_| Problem::PatternLimit)? else {
                return Ok(());
            };
            let Some(whole) = found.get(0) else {
                return Ok(());
            };
            let (start, end) = (whole.start(), whole.end());
            if !visit(&found, start, end)? {
                return Ok(());
            }
            from = match start == end {
                true => end + text[end..].chars().next().map_or(1, char::len_utf8),
                false => end,
            };
        }
        Ok(())
    }
}

/// The text of a group that may stand in several places: the last one that took part.
fn captured<'t>(found: &Captures<'t, str>, indices: &[usize]) -> Option<&'t str> {
    let taken = indices.iter().rev().find_map(|index| found.get(*index))?;
    Some(taken.as_str())
}

fn last_captured(found: &Captures<'_, str>, indices: &[usize]) -> Option<(usize, usize)> {
    let taken = indices.iter().rev().find_map(|index| found.get(*index))?;
    Some((taken.start(), taken.end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(pattern: &str, text: &str, replacement: &str) -> String {
        match Pattern::new(pattern) {
            Ok(pattern) => pattern
                .replace(text, replacement, 10_000)
                .unwrap_or_else(|problem| problem.to_string()),
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
            "a{1001}",
        ] {
            let result = replaced(pattern, "x", "");
            assert!(result.starts_with("invalid pattern"), "{pattern}: {result}");
        }
    }

    #[test]
    fn endless_matching_is_stopped() {
        let text = "a".repeat(40);
        let pattern = r"^(?=(a|aa)+$)(a|aa)+\1b";
        assert_eq!(replaced(pattern, &text, ""), Problem::PatternLimit.to_string());
        let long = "a".repeat(LONGEST + 1);
        assert_eq!(replaced("a", &long, ""), Problem::PatternLimit.to_string());
    }
}
