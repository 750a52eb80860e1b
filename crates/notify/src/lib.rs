//! Notices on their way out: a signed webhook and mail, and an outbox that is delivered with growing
//! pauses.
//!
//! It does not know what a job is, when something is news, or who may set how a tenant is told.

mod mail;
mod post;
mod trust;
mod webhook;

pub use directory::seal::{Sealer, new_secret};
pub use post::{Channel, Post, check, deliver};
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
    /// A secret cannot be read.
    #[error(transparent)]
    Seal(#[from] directory::SealError),
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
            Self::Seal(_) => "secret-sealed",
            Self::Directory(error) => error.code(),
        }
    }
}
