//! What is wrong, or doubtful, in the text of an expression, and where.
//!
//! Diagnostics come from the parser and the checker, before any record is read. What goes wrong with
//! the values of one record is an [`EvaluateError`](crate::EvaluateError).

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
    /// The expression works, though perhaps not as meant.
    Warning,
    /// The expression cannot be used.
    Error,
}

impl Diagnostic {
    pub(crate) fn error(
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic { code, severity: Severity::Error, span, message: message.into(), hint: None }
    }

    pub(crate) fn warning(
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, span, message) }
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Diagnostic {
        self.hint = Some(hint.into());
        self
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
    fn any_span_can_be_drawn() {
        for span in [(0, 0), (2, 2), (3, 1), (9, 99)] {
            let span = Range { start: span.0, end: span.1 };
            Diagnostic::error("expr-syntax", span, "x").render("aü\n");
        }
    }
}
