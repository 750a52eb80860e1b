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
        let line = text[line_start..line_end].trim_end_matches('\r');
        let number = text[..start].matches('\n').count() + 1;
        // Tabs stay tabs before the carets, so that the columns agree whatever a tab's width is.
        let indent: String = text[line_start..start]
            .chars()
            .map(|character| if character == '\t' { '\t' } else { ' ' })
            .collect();
        let width = text[start..end.min(line_end)].chars().count().max(1);
        let margin = " ".repeat(number.to_string().len());
        out.push_str(&format!("{number} | {line}\n"));
        out.push_str(&format!("{margin} | {indent}{}\n", "^".repeat(width)));
        if let Some(hint) = &self.hint {
            out.push_str(&format!("{margin} = hint: {hint}\n"));
        }
        out
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
