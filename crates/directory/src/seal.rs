//! The seal on secrets that are kept in the store: AES-256-GCM-SIV with a key from a file of its own, so
//! that a copy of the store alone gives nothing away.

use std::{fmt, fs, io, io::Write, os::unix::fs::OpenOptionsExt, path::Path};

use aws_lc_rs::{
    aead::{AES_256_GCM_SIV, Aad, Nonce, RandomizedNonceKey},
    rand,
};
use model::TenantId;

/// Why a secret could not be sealed or read. It never holds one.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// A secret was sealed with another key, or was changed.
    #[error("the secret cannot be read; it was sealed with another key")]
    Sealed,
    /// The key's file could not be read or written.
    #[error("{file}: {error}")]
    Key {
        /// Which file.
        file: String,
        /// Why.
        error: io::Error,
    },
    /// The system gives no random numbers.
    #[error("there is no randomness")]
    NoRandomness,
}

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;

/// Seals and opens secrets.
pub struct Sealer(RandomizedNonceKey);

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer(…)")
    }
}

impl Sealer {
    /// The seal with the key of a file, which is made where there is none, for its owner only.
    pub fn open(file: &Path) -> Result<Self, SealError> {
        let failed = |error| SealError::Key { file: file.display().to_string(), error };
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                make(file).map_err(failed)?;
                // Whoever was first made the key that counts.
                fs::read_to_string(file).map_err(failed)?
            }
            Err(error) => return Err(failed(error)),
        };
        let wrong = || failed(io::Error::new(io::ErrorKind::InvalidData, "it holds no key"));
        let bytes = from_hex(text.trim()).ok_or_else(wrong)?;
        let key = RandomizedNonceKey::new(&AES_256_GCM_SIV, &bytes).map_err(|_| wrong())?;
        Ok(Self(key))
    }

    /// A seal that ends with this process, for what is kept nowhere.
    pub fn passing() -> Result<Self, SealError> {
        let mut bytes = [0; KEY_BYTES];
        rand::fill(&mut bytes).map_err(|_| SealError::NoRandomness)?;
        let key = RandomizedNonceKey::new(&AES_256_GCM_SIV, &bytes);
        key.map(Self).map_err(|_| SealError::NoRandomness)
    }

    /// Seals a secret of a tenant; it opens only under the same name.
    pub fn seal(&self, tenant: TenantId, name: &str, secret: &str) -> Result<String, SealError> {
        let mut bytes = secret.as_bytes().to_vec();
        let sealed = self.0.seal_in_place_append_tag(about(tenant, name), &mut bytes);
        let nonce = sealed.map_err(|_| SealError::Sealed)?;
        Ok(hex(nonce.as_ref()) + &hex(&bytes))
    }

    /// Opens a sealed secret.
    pub fn unseal(&self, tenant: TenantId, name: &str, sealed: &str) -> Result<String, SealError> {
        let bytes = from_hex(sealed).filter(|bytes| bytes.len() > NONCE_BYTES);
        let bytes = bytes.ok_or(SealError::Sealed)?;
        let (nonce, rest) = bytes.split_at(NONCE_BYTES);
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError::Sealed)?;
        let mut rest = rest.to_vec();
        let opened = self.0.open_in_place(nonce, about(tenant, name), &mut rest);
        let opened = opened.map_err(|_| SealError::Sealed)?;
        String::from_utf8(opened.to_vec()).map_err(|_| SealError::Sealed)
    }
}

/// A secret that nobody can guess: 256 random bits in hexadecimal.
pub fn new_secret() -> Result<String, SealError> {
    let mut bytes = [0; KEY_BYTES];
    rand::fill(&mut bytes).map_err(|_| SealError::NoRandomness)?;
    Ok(hex(&bytes))
}

fn make(file: &Path) -> io::Result<()> {
    let key = new_secret().map_err(|error| io::Error::other(error.to_string()))?;
    let options = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).clone();
    match options.open(file) {
        Ok(mut opened) => {
            opened.write_all(key.as_bytes())?;
            opened.sync_all()
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

fn about(tenant: TenantId, name: &str) -> Aad<Vec<u8>> {
    Aad::from([tenant.as_bytes().as_slice(), name.as_bytes()].concat())
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes behind hexadecimal text.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    let digits = |at| u8::from_str_radix(&text[at..at + 2], 16).ok();
    (0..text.len()).step_by(2).map(digits).collect()
}
