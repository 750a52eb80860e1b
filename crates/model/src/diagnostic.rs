//! What is wrong, or doubtful, in a text that somebody wrote, and where: an expression, a filter.
//!
//! One value serves all who show it: it is drawn on a terminal by [`Diagnostic::render`] and goes to
//! an editor as JSON. Diagnostics come from parsers and checkers, before any record is read; what
//! goes wrong with the values of one record is an error of the evaluation.

use std::ops::Range;

use serde::Serialize;

/// One finding about a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Names the kind of finding for machines and for the page that explains it.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The bytes of the text that it is about.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// A finding with the text that it is about, as an editor takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Located {
    /// The finding.
    #[serde(flatten)]
    pub diagnostic: Diagnostic,
    /// The line of its beginning, from 1.
    pub line: usize,
    /// The column of its beginning, from 1, in characters.
    pub column: usize,
    /// The text.
    pub text: String,
}

impl Located {
    /// The finding in its text.
    pub fn new(diagnostic: Diagnostic, text: &str) -> Self {
        let (line, column) = diagnostic.position(text);
        Self { diagnostic, line, column, text: text.to_owned() }
    }
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The text works, though perhaps not as meant.
    Warning,
    /// The text cannot be used.
    Error,
}

impl Diagnostic {
    /// A finding that stands in the way.
    pub fn error(code: &'static str, span: Range<usize>, message: impl Into<String>) -> Diagnostic {
        Diagnostic { code, severity: Severity::Error, span, message: message.into(), hint: None }
    }

    /// A finding that does not stand in the way.
    pub fn warning(
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, span, message) }
    }

    /// With what to do about it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Diagnostic {
        self.hint = Some(hint.into());
        self
    }

    /// Line and column of the beginning, both from 1, the column in characters.
    pub fn position(&self, text: &str) -> (usize, usize) {
        let start = floor(text, self.span.start);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line = text[..start].matches('\n').count() + 1;
        (line, text[line_start..start].chars().count() + 1)
    }

    /// The finding for a terminal: message, the line it is about with carets below, and the hint.
    pub fn render(&self, text: &str) -> String {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let mut out = format!("{severity}[{}]: {}\n", self.code, self.message);
        let start = floor(text, self.span.start);
        let end = floor(text, self.span.end).max(start);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let number = text[..start].matches('\n').count() + 1;
        let line =
            Excerpt::of(text[line_start..line_end].trim_end_matches('\r'), start - line_start);
        let width = text[start..end.min(line_end).max(start)].chars().count().max(1);
        let margin = " ".repeat(number.to_string().len());
        out.push_str(&format!("{number} | {}\n", line.shown));
        let carets = "^".repeat(width.min(line.room));
        out.push_str(&format!("{margin} | {}{carets}\n", line.indent));
        if let Some(hint) = &self.hint {
            out.push_str(&format!("{margin} = hint: {hint}\n"));
        }
        out
    }
}

/// How many characters of a long line are shown before the place, and how many from there on.
const BEFORE: usize = 60;
const BEHIND: usize = 100;

/// The part of a line that is shown.
struct Excerpt {
    shown: String,
    /// What stands below the part before the place, so that carets begin at it.
    indent: String,
    /// How many carets have room.
    room: usize,
}

impl Excerpt {
    /// The part of a line around the byte `at`; all of it unless it is a long one.
    fn of(line: &str, at: usize) -> Self {
        let at = floor(line, at);
        let before: Vec<char> = line[..at].chars().collect();
        let left_out = before.len().saturating_sub(BEFORE);
        let mut shown: String = if left_out > 0 { "…" } else { "" }.to_owned();
        shown.extend(&before[left_out..]);
        // Tabs stay tabs before the carets, so that the columns agree whatever a tab's width is.
        let indent = shown.chars().map(|one| if one == '\t' { '\t' } else { ' ' }).collect();
        let behind = line[at..].chars().count();
        let room = behind.clamp(1, BEHIND);
        shown.extend(line[at..].chars().take(BEHIND));
        if behind > BEHIND {
            shown.push('…');
        }
        Self { shown, indent, room }
    }
}

/// The nearest place at or before `at` where the text can be cut.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_the_line_with_carets() {
        let text = "Join(\"-\",\n\tZürich)";
        let finding = Diagnostic::error("expr-unknown-word", 11..18, "unknown word Zürich")
            .with_hint("write \"Zürich\" for a text");
        assert_eq!(
            finding.render(text),
            "error[expr-unknown-word]: unknown word Zürich\n\
             2 | \tZürich)\n  \
               | \t^^^^^^\n  \
               = hint: write \"Zürich\" for a text\n"
        );
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!("{}XYZ{}", "a".repeat(500), "b".repeat(500));
        let drawn = Diagnostic::error("x", 500..503, "here").render(&text);
        let expected = format!(
            "error[x]: here\n1 | …{}XYZ{}…\n  | {}^^^\n",
            "a".repeat(BEFORE),
            "b".repeat(BEHIND - 3),
            " ".repeat(BEFORE + 1)
        );
        assert_eq!(drawn, expected);
        let whole = Diagnostic::error("x", 0..1_003, "all").render(&text);
        assert_eq!(whole.matches('^').count(), BEHIND);
    }

    #[test]
    fn positions_count_characters_from_one() {
        let at = |start: usize| Diagnostic::error("x", start..start, "").position("aü\nb");
        assert_eq!([at(0), at(3), at(4), at(99)], [(1, 1), (1, 3), (2, 1), (2, 2)]);
    }

    #[test]
    fn any_span_can_be_drawn() {
        for span in [(0, 0), (2, 2), (3, 1), (9, 99)] {
            let span = Range { start: span.0, end: span.1 };
            Diagnostic::error("expr-syntax", span, "x").render("aü\n");
        }
    }
}
