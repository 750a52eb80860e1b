//! Notices on their way out: a signed webhook and mail, an outbox that is delivered with growing pauses,
//! and the seal on the secrets that this takes.
//!
//! It does not know what a job is, when something is news, or who may set how a tenant is told.

mod mail;
mod post;
mod seal;
mod trust;
mod webhook;

pub use post::{Channel, Post, check, deliver};
pub use seal::{Sealer, new_secret};
pub use trust::Trust;
pub use webhook::{SIGNATURE, sign, verify};

/// Why a notice could not be delivered, or a secret not be read. It never holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What is set cannot be used.
    #[error("{0}")]
    Settings(String),
    /// The other end did not take it.
    #[error("{0}")]
    Refused(String),
    /// A secret was sealed with another key, or was changed.
    #[error("the secret cannot be read; it was sealed with another key")]
    Sealed,
    /// The key's file could not be read or written.
    #[error("{file}: {error}")]
    Key {
        /// Which file.
        file: String,
        /// Why.
        error: std::io::Error,
    },
    /// The directory did not answer.
    #[error(transparent)]
    Directory(#[from] directory::Error),
}

impl Error {
    /// The machine code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Settings(_) => "notify-invalid",
            Self::Refused(_) => "notify-failed",
            Self::Sealed | Self::Key { .. } => "secret-sealed",
            Self::Directory(error) => error.code(),
        }
    }
}
