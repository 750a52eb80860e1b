//! Why there is no page: a status, a code, a sentence and what to do about it.

use access::Denied;

/// An error as a reader meets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The status of HTTP.
    pub status: u16,
    /// The code, which `docs/codes` explains.
    pub code: String,
    /// What went wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Error {
    /// Nothing is at the address, or nothing that the reader may know of.
    pub fn missing() -> Self {
        Self::new(404, "not-found", text!("error-missing"))
    }

    /// Something in a form cannot be taken.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(422, "invalid-value", message)
    }

    /// With a status of its own.
    pub fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), message: message.into(), hint: None }
    }

    /// Whether a form can be shown again with it, since its reader can mend it.
    pub fn is_mendable(&self) -> bool {
        matches!(self.status, 400..=402 | 405..=499) || self.status == 409
    }

    fn of(code: &str, message: String, hint: Option<String>) -> Self {
        let status = match code {
            "not-found" => 404,
            "not-allowed" => 403,
            "value-taken" | "exists" | "changed" | "busy" | "job-busy" | "job-moved"
            | "ambiguous-name" | "tenant-in-use" => 409,
            "storage-damaged" | "storage-failed" | "target-failed" => 500,
            "throttled" | "target-throttled" => 503,
            _ => 422,
        };
        // What the list of the command line is for, the pages before and the search are for here.
        let hint = hint.filter(|hint| !hint.starts_with("see `syncline"));
        Self { status, code: code.to_owned(), message, hint }
    }
}

/// Why somebody may not do something, said to themselves.
pub fn denied(denied: &Denied) -> String {
    match denied {
        Denied::NotFound => text!("error-missing"),
        Denied::Missing { roles, .. } => text!("error-denied", roles = roles.as_str()),
    }
}

impl From<directory::Error> for Error {
    fn from(error: directory::Error) -> Self {
        let message = match &error {
            directory::Error::Denied(why) => denied(why),
            _ => chain(&error),
        };
        Self::of(error.code(), message, error.hint())
    }
}

impl From<sync::Error> for Error {
    fn from(error: sync::Error) -> Self {
        let message = match &error {
            sync::Error::Directory(directory::Error::Denied(why)) => denied(why),
            _ => chain(&error),
        };
        Self::of(error.code(), message, error.hint())
    }
}

impl From<Denied> for Error {
    fn from(denied: Denied) -> Self {
        directory::Error::from(denied).into()
    }
}

impl From<identity::OperatorError> for Error {
    fn from(error: identity::OperatorError) -> Self {
        use identity::OperatorError as E;
        let message = error.to_string();
        match error {
            E::Denied(denied) => denied.into(),
            E::Store(error) => directory::Error::from(error).into(),
            E::Code => Self::new(422, "code-invalid", message),
            E::Taken(_) | E::Many => Self::new(409, "exists", message),
            E::Unknown(_) => Self::new(404, "not-found", message),
            E::Name(_) => Self::new(422, "invalid-value", message),
        }
    }
}

impl From<identity::PasswordError> for Error {
    fn from(error: identity::PasswordError) -> Self {
        match error {
            identity::PasswordError::Unfit(text) => Self::invalid(text),
            identity::PasswordError::Directory(error) => error.into(),
        }
    }
}

impl From<askama::Error> for Error {
    fn from(error: askama::Error) -> Self {
        Self::new(500, "page-failed", error.to_string())
    }
}

/// An error with what caused it.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        // Transparent errors say the same as their cause.
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}
