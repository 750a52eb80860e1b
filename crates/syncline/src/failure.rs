//! What went wrong, as the command line shows it: code, sentence, hint, exit status.

use serde::{Deserialize, Serialize};

/// A command's failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// The machine code.
    pub code: String,
    /// What went wrong.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Each single finding, where there are several or they have a place in a text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<serde_json::Value>,
    /// The exit status.
    pub exit: u8,
}

impl Failure {
    /// A failure of status 1.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            hint: None,
            details: Vec::new(),
            exit: 1,
        }
    }

    /// A wrong use of the command line: status 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { exit: 2, ..Self::new("usage", message) }
    }

    /// With what to do about it.
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

impl From<directory::Error> for Failure {
    fn from(error: directory::Error) -> Self {
        let details = match &error {
            directory::Error::Findings(findings) => details(findings),
            directory::Error::TenantInUse { hanging, .. } => details(&[hanging]),
            _ => Vec::new(),
        };
        Self { hint: error.hint(), details, ..Self::new(error.code(), error.to_string()) }
    }
}

/// Findings as they go into the JSON of a failure.
pub fn details<T: Serialize>(findings: &[T]) -> Vec<serde_json::Value> {
    findings.iter().filter_map(|one| serde_json::to_value(one).ok()).collect()
}

impl From<sync::Error> for Failure {
    fn from(error: sync::Error) -> Self {
        Self { hint: error.hint(), ..Self::new(error.code(), error.to_string()) }
    }
}

impl From<notify::Error> for Failure {
    fn from(error: notify::Error) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

impl From<directory::SealError> for Failure {
    fn from(error: directory::SealError) -> Self {
        notify::Error::from(error).into()
    }
}

impl From<identity::Error> for Failure {
    fn from(error: identity::Error) -> Self {
        match error {
            identity::Error::Directory(error) => error.into(),
            identity::Error::Seal(error) => error.into(),
            error => Self::new("sign-in-keys", error.to_string())
                .hint("look at the folder `sign-in` in the data directory"),
        }
    }
}

impl From<store::StoreError> for Failure {
    fn from(error: store::StoreError) -> Self {
        directory::Error::from(error).into()
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::new("input-output", error.to_string())
    }
}
