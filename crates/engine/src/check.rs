//! What is wrong with a configuration, found when it is saved, all of it at once.

use model::Diagnostic;
use serde::Serialize;

/// One thing that is wrong, with its place and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The machine code.
    pub code: &'static str,
    /// Where: a mapping's target, a filter's clause.
    pub place: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The text that it is about, with the bytes that are meant, where it is about a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diagnostic: Option<Box<InText>>,
}

/// A finding about a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InText {
    /// The text.
    pub text: String,
    /// What is wrong with it, and where.
    #[serde(flatten)]
    pub diagnostic: Diagnostic,
}

impl Finding {
    /// A finding about a place.
    pub(crate) fn at(
        code: &'static str,
        place: String,
        message: String,
        hint: Option<String>,
    ) -> Self {
        Self { code, place, message, hint, diagnostic: None }
    }

    /// A finding about a text that stands at a place.
    pub(crate) fn in_text(place: String, text: &str, diagnostic: Diagnostic) -> Self {
        Self {
            code: diagnostic.code,
            place,
            message: diagnostic.message.clone(),
            hint: diagnostic.hint.clone(),
            diagnostic: Some(Box::new(InText { text: text.to_owned(), diagnostic })),
        }
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(found) = &self.diagnostic {
            let drawn = found.diagnostic.render(&found.text);
            return write!(f, "{}: {}", self.place, drawn.trim_end());
        }
        write!(f, "{}: {} ({})", self.place, self.message, self.code)?;
        match &self.hint {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}
