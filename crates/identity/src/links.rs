//! What an operator signs in with: a link that is good once, and the token that it is exchanged for. The
//! digests of links lie in a file of the server's own; a reset ends all links and all tokens of operators.

use std::{
    fs, io,
    path::PathBuf,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use directory::{digest_secret, seal::new_secret};
use model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    Error, Identity,
    keys::write_whole,
    mint::{OPERATORS, unguessable},
    state::lock,
};

/// Links that were not used yet.
pub(crate) struct Links {
    file: Option<PathBuf>,
    held: Mutex<Held>,
    /// As in the file, for a look at every request.
    generation: AtomicU64,
}

#[derive(Default, Serialize, Deserialize)]
struct Held {
    /// Tokens of another one are worth nothing.
    generation: u64,
    links: Vec<Link>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Link {
    digest: String,
    end: Timestamp,
}

/// Why a link lets nobody in.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// There is none, it was used, or its time is over: the same answer for all.
    #[error("the link is not good, or no longer")]
    Wrong,
    /// Its use could not be written down.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl Links {
    /// Links that end with this process.
    pub fn passing() -> Self {
        Self { file: None, held: Mutex::default(), generation: AtomicU64::new(0) }
    }

    /// The links in a file; none yet where there is no file.
    pub fn open(file: PathBuf) -> Result<Self, Error> {
        let failed = |error| Error::File { file: file.display().to_string(), error };
        let held: Held = match fs::read_to_string(&file) {
            Ok(text) => serde_json::from_str(&text)
                .map_err(|error| failed(io::Error::new(io::ErrorKind::InvalidData, error)))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Held::default(),
            Err(error) => return Err(failed(error)),
        };
        let generation = AtomicU64::new(held.generation);
        Ok(Self { file: Some(file), held: Mutex::new(held), generation })
    }

    /// The generation whose tokens are believed.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Changes what is held, on the disk first.
    fn change<R>(&self, change: impl FnOnce(&mut Held) -> R) -> Result<R, Error> {
        let mut held = lock(&self.held);
        let mut new = Held { generation: held.generation, links: held.links.clone() };
        let result = change(&mut new);
        if let Some(file) = &self.file {
            let text = serde_json::to_string(&new).map_err(|_| Error::Key)?;
            write_whole(file, &text)?;
        }
        self.generation.store(new.generation, Ordering::Release);
        *held = new;
        Ok(result)
    }
}

impl Identity {
    /// Makes a link's secret, good once and for so many seconds.
    pub fn issue_link(&self, seconds: i64) -> Result<String, Error> {
        let (secret, now) = (new_secret()?, self.now());
        let link = Link { digest: digest_secret(&secret), end: now.plus_seconds(seconds) };
        self.links().change(|held| {
            held.links.retain(|link| link.end > now);
            held.links.push(link);
        })?;
        Ok(secret)
    }

    /// Uses a link up. It is good for whoever comes first.
    pub fn redeem_link(&self, secret: &str) -> Result<(), LinkError> {
        let (digest, now) = (digest_secret(secret), self.now());
        let is_good = |link: &Link| link.digest == digest && link.end > now;
        // Digests are compared, so that the time of a comparison tells nothing about the secret.
        if !lock(&self.links().held).links.iter().any(is_good) {
            return Err(LinkError::Wrong);
        }
        let found = self.links().change(|held| {
            let before = held.links.len();
            held.links.retain(|link| !is_good(link));
            held.links.len() < before
        })?;
        if found { Ok(()) } else { Err(LinkError::Wrong) }
    }

    /// A token with which an operator calls this server, for so many seconds. Graph's endpoints take
    /// none: an operator belongs to no tenant.
    pub fn issue_operator_token(&self, name: &str, seconds: i64) -> Result<String, Error> {
        let now = self.now();
        let claims = json!({
            "iss": OPERATORS,
            "aud": OPERATORS,
            "sub": name,
            "gen": self.links().generation(),
            "iat": now.0 / 1000,
            "nbf": now.0 / 1000,
            "exp": now.0 / 1000 + seconds,
            "uti": unguessable(16),
        });
        self.keys().sign(&claims, now)
    }

    /// Ends all links and all tokens of operators.
    pub fn reset_operators(&self) -> Result<(), Error> {
        self.links().change(|held| {
            held.generation += 1;
            held.links.clear();
        })
    }
}
