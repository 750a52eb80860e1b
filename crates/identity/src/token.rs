//! From the token of a request to the actor behind it.

use directory::Directory;
use model::Actor;

/// The services of sign-in over one directory.
#[derive(Clone)]
pub struct Identity {
    directory: Directory,
}

/// Why a token does not say who the caller is (graph-api.md 0.5, `InvalidAuthenticationToken`).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unauthenticated {
    /// There is none.
    #[error("Access token is empty.")]
    Missing,
    /// It is no token.
    #[error("CompactToken parsing failed with error code: 80049217")]
    Unparsable,
    /// Its time is over, or has not come.
    #[error("Lifetime validation failed, the token is expired.")]
    Expired,
    /// It is signed by others, is meant for others, or speaks of somebody who is no longer there.
    #[error("Access token validation failure.")]
    Invalid,
}

impl Identity {
    /// Sign-in for the tenants of a directory.
    pub fn new(directory: Directory) -> Self {
        Self { directory }
    }

    /// The actor behind the token of a request, with the grants or roles that hold now.
    pub fn authenticate(&self, token: Option<&str>) -> Result<Actor, Unauthenticated> {
        let _ = (&self.directory, token);
        Err(Unauthenticated::Missing)
    }
}
