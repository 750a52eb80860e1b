//! The keys that sign tokens: RSA, 2048 bits, one at work and those before it, until every token that
//! they signed has ended. They lie sealed in a file of the server's own, beside the data and not in
//! them, so that a backup of the data lets nobody make tokens.

use std::{
    fs, io,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::PathBuf,
    sync::{Arc, Mutex, RwLock},
};

use aws_lc_rs::{
    digest::{SHA256, digest},
    encoding::{AsDer, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_SHA256},
};
use directory::{
    Sealer,
    seal::{from_hex, hex},
};
use model::{TenantId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use x509_cert::der::{Decode, Reader, SliceReader, asn1::UintRef};

use crate::{
    Error,
    jws::{PublicKey, encode},
    state::lock,
};

/// After how many days a key is put out of work.
const WORKING_DAYS: i64 = 90;
/// For how many days a key is shown and believed after that: longer than any token lasts.
const KEPT_DAYS: i64 = 2;
/// The name under which the file is sealed.
const NAME: &str = "signing-keys";

/// The keys of a server.
pub struct Keys {
    file: Option<PathBuf>,
    sealer: Arc<Sealer>,
    ring: RwLock<Arc<Vec<Key>>>,
    /// Who makes a key holds this, so that two do not.
    making: Mutex<()>,
}

/// One key.
pub(crate) struct Key {
    pub id: String,
    pub made: Timestamp,
    pub public: PublicKey,
    pair: KeyPair,
    numbers: (String, String),
    pkcs8: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    made: Timestamp,
    pkcs8: String,
}

impl Keys {
    /// Keys that end with this process.
    pub fn passing() -> Result<Self, Error> {
        Ok(Self::over(None, Arc::new(Sealer::passing()?), Vec::new()))
    }

    /// The keys in a file; none yet where there is no file.
    pub fn open(file: PathBuf, sealer: Arc<Sealer>) -> Result<Self, Error> {
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self::over(Some(file), sealer, Vec::new()));
            }
            Err(error) => return Err(Error::File { file: file.display().to_string(), error }),
        };
        let text = sealer.unseal(TenantId::NIL, NAME, text.trim())?;
        let stored: Vec<Stored> = serde_json::from_str(&text).map_err(|_| Error::Key)?;
        let read = |one: &Stored| Key::read(&from_hex(&one.pkcs8)?, one.made);
        let ring: Option<Vec<Key>> = stored.iter().map(read).collect();
        Ok(Self::over(Some(file), sealer, ring.ok_or(Error::Key)?))
    }

    fn over(file: Option<PathBuf>, sealer: Arc<Sealer>, ring: Vec<Key>) -> Self {
        Self { file, sealer, ring: RwLock::new(Arc::new(ring)), making: Mutex::new(()) }
    }

    /// Signs claims with the key at work; one that has worked for long enough is put out of work first.
    pub(crate) fn sign(&self, claims: &Value, now: Timestamp) -> Result<String, Error> {
        let ring = match self.working(now) {
            Some(ring) => ring,
            None => self.rotate_if(|keys| keys.working(now).is_none(), now)?,
        };
        let key = ring.last().ok_or(Error::Key)?;
        let header = json!({ "typ": "JWT", "alg": "RS256", "kid": key.id, "x5t": key.id });
        crate::jws::seal(&header, claims, |text| key.sign(text)).ok_or(Error::Key)
    }

    /// Puts the key at work out of work and makes another. Tokens that it signed stay good.
    pub fn rotate(&self, now: Timestamp) -> Result<(), Error> {
        self.rotate_if(|_| true, now).map(drop)
    }

    fn rotate_if(
        &self,
        is_due: impl Fn(&Self) -> bool,
        now: Timestamp,
    ) -> Result<Arc<Vec<Key>>, Error> {
        let _making = lock(&self.making);
        if !is_due(self) {
            return Ok(self.ring());
        }
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| Error::Key)?;
        let pkcs8 = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).map_err(|_| Error::Key)?;
        let new = Key::read(pkcs8.as_ref(), now).ok_or(Error::Key)?;
        let old = self.ring();
        let mut ring = Vec::new();
        for (place, key) in old.iter().enumerate() {
            // When the next one began to work, this one ended.
            let ended = old.get(place + 1).map_or(now, |next| next.made);
            if ended.plus_days(KEPT_DAYS) > now {
                ring.push(Key::read(&key.pkcs8, key.made).ok_or(Error::Key)?);
            }
        }
        ring.push(new);
        self.save(&ring)?;
        let ring = Arc::new(ring);
        *self.ring.write().unwrap_or_else(std::sync::PoisonError::into_inner) = ring.clone();
        Ok(ring)
    }

    /// The keys whose tokens are believed, the one at work last.
    pub(crate) fn ring(&self) -> Arc<Vec<Key>> {
        self.ring.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    fn working(&self, now: Timestamp) -> Option<Arc<Vec<Key>>> {
        let ring = self.ring();
        ring.last().is_some_and(|key| key.made.plus_days(WORKING_DAYS) > now).then_some(ring)
    }

    /// The public keys as a document (graph-api.md 10.3). There is always one.
    pub fn document(&self, now: Timestamp) -> Result<Value, Error> {
        let ring = match self.working(now) {
            Some(ring) => ring,
            None => self.rotate_if(|keys| keys.working(now).is_none(), now)?,
        };
        let keys: Vec<Value> = ring.iter().map(Key::document).collect();
        Ok(json!({ "keys": keys }))
    }

    /// Writes the file anew beside its place and puts it there.
    fn save(&self, ring: &[Key]) -> Result<(), Error> {
        let Some(file) = &self.file else { return Ok(()) };
        let stored: Vec<Stored> =
            ring.iter().map(|key| Stored { made: key.made, pkcs8: hex(&key.pkcs8) }).collect();
        let text = serde_json::to_string(&stored).map_err(|_| Error::Key)?;
        let sealed = self.sealer.seal(TenantId::NIL, NAME, &text)?;
        write_whole(file, &sealed)
    }
}

/// Writes a file for its owner only: beside its place first, so that it is never half there.
fn write_whole(file: &std::path::Path, text: &str) -> Result<(), Error> {
    let failed = |error| Error::File { file: file.display().to_string(), error };
    let beside = file.with_extension("new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let mut opened = options.open(&beside).map_err(failed)?;
    opened.write_all(text.as_bytes()).and_then(|()| opened.sync_all()).map_err(failed)?;
    fs::rename(&beside, file).map_err(failed)
}

impl Key {
    fn read(pkcs8: &[u8], made: Timestamp) -> Option<Self> {
        let pair = KeyPair::from_pkcs8(pkcs8).ok()?;
        let public = pair.public_key().as_ref().to_vec();
        let (n, e) = numbers(&public)?;
        // As a thumbprint: the name follows from the key.
        let id = encode(&digest(&SHA256, &public).as_ref()[..20]);
        let numbers = (encode(n), encode(e));
        Some(Self {
            id,
            made,
            public: PublicKey::Rsa(public),
            pair,
            numbers,
            pkcs8: pkcs8.to_vec(),
        })
    }

    fn sign(&self, text: &[u8]) -> Option<Vec<u8>> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let random = SystemRandom::new();
        self.pair.sign(&RSA_PKCS1_SHA256, &random, text, &mut signature).ok()?;
        Some(signature)
    }

    fn document(&self) -> Value {
        let (n, e) = &self.numbers;
        json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.id, "x5t": self.id, "n": n, "e": e })
    }
}

/// Modulus and exponent of an RSA key as PKCS#1 has it.
fn numbers(key: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut reader = SliceReader::new(key).ok()?;
    reader
        .sequence(|inner| {
            let n = UintRef::decode(inner)?.as_bytes().to_vec();
            let e = UintRef::decode(inner)?.as_bytes().to_vec();
            Ok((n, e))
        })
        .ok()
}
