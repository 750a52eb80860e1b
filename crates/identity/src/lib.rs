//! Who the caller is: the credentials of applications and people, the tokens that they get for them,
//! and the keys that sign these. What the caller may do is a matter of `access`, asked by every
//! service itself; how a request looks is a matter of the front doors.
//!
//! `grant` is the token endpoint as a function; `token` goes the other way, from a token to the actor.
//! Both ask the directory at every request, so that what was taken away is gone with the next one.

mod assertion;
mod authorize;
mod client;
mod code;
mod device;
mod grant;
mod jws;
mod keys;
mod lockout;
mod mint;
mod operator;
mod outside;
mod passwords;
mod people;
mod refusal;
mod session;
mod state;
mod token;

pub use authorize::{Asked, Refused, Sent, coded};
pub use client::is_anywhere;
pub use device::{DeviceAnswer, Pending};
pub use grant::{Form, Tokens};
pub use keys::Keys;
pub use operator::{CODE, Operator, OperatorError, Operators, TOKEN};
pub use outside::{OutsideError, Redirect};
pub use people::{PasswordError, Person, SignInError, SignedIn};
pub use refusal::Refusal;
pub use session::{BrowserSession, SESSION_COOKIE};
pub use token::{Identity, Unauthenticated};

use std::net::IpAddr;

/// Where a request came in: what links and issuers are made of, and who is counted against.
#[derive(Clone, Debug)]
pub struct Place {
    /// Scheme, host and port, as the caller sees us: `https://localhost:8443`.
    pub origin: String,
    /// The tenant in the path: an id, a verified domain, `common` or `organizations`.
    pub tenant: String,
    /// The address of the caller, where it is known.
    pub address: Option<IpAddr>,
}

/// 256 random bits as text, for what a browser has to bring back.
pub fn unguessable() -> String {
    mint::unguessable(32)
}

/// Why sign-in as a whole cannot work.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder with the keys cannot be read or written.
    #[error("{file}: {error}")]
    File {
        /// Which file.
        file: String,
        /// Why.
        error: std::io::Error,
    },
    /// The keys cannot be opened, or cannot be sealed.
    #[error(transparent)]
    Seal(#[from] directory::SealError),
    /// A key could not be made or read.
    #[error("the signing keys are damaged")]
    Key,
    /// The directory did not answer.
    #[error(transparent)]
    Directory(#[from] directory::Error),
}
