//! From the token of a request to the actor behind it, with what that actor may do now.
//!
//! A signature is checked once for each token and remembered until the token ends. What the directory
//! says about who stands behind it is remembered with the store's tick: a commit raises the tick before
//! it returns, so whatever a commit took away is seen by every request that comes after it, and a
//! request that nothing came before reads nothing.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use aws_lc_rs::digest::{SHA256, digest};
use directory::{Directory, Sealer};
use model::{Actor, ApplicationId, ObjectId, TenantId, Through, Timestamp};
use uuid::Uuid;

use crate::{
    Error, Keys,
    code::Code,
    device::Devices,
    jws,
    lockout::Lockout,
    mint::is_own_audience,
    outside::Outside,
    passwords::Hasher,
    state::{Passing, lock},
};

/// How far the clocks of those who sign and of those who read may lie apart, in seconds.
pub(crate) const SKEW: i64 = 300;
/// How many verified tokens are remembered in each part of the memory.
const MOST: usize = 4_096;
const PARTS: usize = 16;

/// The services of sign-in over one directory.
#[derive(Clone)]
pub struct Identity {
    inner: Arc<Inner>,
    directory: Directory,
}

struct Inner {
    keys: Keys,
    sealer: Arc<Sealer>,
    verified: Vec<Mutex<HashMap<[u8; 32], Arc<Verified>>>>,
    assertions: Passing<[u8; 32], ()>,
    codes: Passing<[u8; 32], Code>,
    devices: Devices,
    lockout: Lockout,
    hasher: Hasher,
    outside: Outside,
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

/// A token whose signature was checked.
struct Verified {
    subject: Subject,
    begin: i64,
    end: i64,
    /// Who it was at a tick; none when it was nobody.
    seen: Mutex<(u64, Option<Actor>)>,
}

/// Whom a token speaks of.
enum Subject {
    Application { tenant: TenantId, id: ApplicationId, roles: Vec<String> },
    Person(PersonToken),
}

struct PersonToken {
    tenant: TenantId,
    person: ObjectId,
    session: Uuid,
    application: ApplicationId,
    scopes: Vec<String>,
}

impl Identity {
    /// Sign-in for the tenants of a directory, with keys that end with this process.
    pub fn new(directory: Directory) -> Self {
        let keys = Keys::passing().expect("the system has random numbers");
        let sealer = Sealer::passing().expect("the system has random numbers");
        Self::over(directory, keys, Arc::new(sealer))
    }

    /// Sign-in with the keys of a folder beside the data, which is made where there is none.
    pub fn open(
        directory: Directory,
        folder: &std::path::Path,
        sealer: Sealer,
    ) -> Result<Self, Error> {
        let mut builder = std::fs::DirBuilder::new();
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder
            .recursive(true)
            .create(folder)
            .map_err(|error| Error::File { file: folder.display().to_string(), error })?;
        let sealer = Arc::new(sealer);
        let keys = Keys::open(folder.join("signing-keys"), sealer.clone())?;
        Ok(Self::over(directory, keys, sealer))
    }

    fn over(directory: Directory, keys: Keys, sealer: Arc<Sealer>) -> Self {
        let verified = (0..PARTS).map(|_| Mutex::default()).collect();
        Self {
            directory,
            inner: Arc::new(Inner {
                keys,
                sealer,
                verified,
                assertions: Passing::new(100_000),
                codes: Passing::new(10_000),
                devices: Devices::new(),
                lockout: Lockout::new(),
                hasher: Hasher::new(),
                outside: Outside::new(),
            }),
        }
    }

    /// The actor behind the token of a request, with the grants or roles that hold now.
    pub fn authenticate(&self, token: Option<&str>) -> Result<Actor, Unauthenticated> {
        let token = token.filter(|token| !token.is_empty()).ok_or(Unauthenticated::Missing)?;
        let name: [u8; 32] = digest(&SHA256, token.as_bytes())
            .as_ref()
            .try_into()
            .expect("a digest of SHA-256 has 32 bytes");
        let part = &self.inner.verified[usize::from(name[0]) % PARTS];
        let remembered = lock(part).get(&name).cloned();
        let verified = match remembered {
            Some(verified) => verified,
            None => {
                let verified = Arc::new(self.verify(token)?);
                remember(part, name, verified.clone(), self.seconds());
                verified
            }
        };
        let now = self.seconds();
        if now >= verified.end + SKEW || now < verified.begin - SKEW {
            return Err(Unauthenticated::Expired);
        }
        self.present(&verified).ok_or(Unauthenticated::Invalid)
    }

    /// Checks all of a token that does not change: who signed it, for whom, and what it says.
    fn verify(&self, token: &str) -> Result<Verified, Unauthenticated> {
        let parsed = jws::parse(token).ok_or(Unauthenticated::Unparsable)?;
        if parsed.header.alg != "RS256" {
            return Err(Unauthenticated::Invalid);
        }
        let ring = self.keys().ring();
        let key = ring.iter().find(|key| parsed.header.kid.as_deref() == Some(&key.id));
        if !key.is_some_and(|key| parsed.verify(&key.public)) {
            return Err(Unauthenticated::Invalid);
        }
        let (Some(begin), Some(end)) = (parsed.seconds("nbf"), parsed.seconds("exp")) else {
            return Err(Unauthenticated::Invalid);
        };
        let subject = subject(&parsed).ok_or(Unauthenticated::Invalid)?;
        // Tick 0 is before all ticks: the first look is always a new one.
        Ok(Verified { subject, begin, end, seen: Mutex::new((0, None)) })
    }

    /// Who it is now.
    fn present(&self, verified: &Verified) -> Option<Actor> {
        let store = self.directory.store();
        let tick = store.wait(0, Duration::ZERO);
        let (seen, actor) = lock(&verified.seen).clone();
        if seen == tick {
            return actor;
        }
        let tenant = match &verified.subject {
            Subject::Application { tenant, .. } => *tenant,
            Subject::Person(token) => token.tenant,
        };
        let is_stirred = seen == 0 || store.stirred(seen).contains(&tenant);
        let actor = match is_stirred {
            // Where the store does not answer nobody is known, and nothing is remembered.
            true => self.resolve(&verified.subject).ok()?,
            false => actor,
        };
        // Sessions end by themselves as well, which stirs nothing; their tokens end before they do.
        *lock(&verified.seen) = (tick, actor.clone());
        actor
    }

    /// Who it is, as the directory says. None when it is nobody any more.
    fn resolve(&self, subject: &Subject) -> Result<Option<Actor>, directory::Error> {
        match subject {
            Subject::Application { tenant, id, roles } => {
                let found = self.directory.read_application(*tenant, *id);
                let Some(found) = gone_or(found)?.filter(|one| one.enabled) else {
                    return Ok(None);
                };
                let held = |role: &String| found.grants.iter().any(|one| one == role);
                Ok(Some(Actor::Application {
                    tenant: *tenant,
                    id: *id,
                    name: found.name.clone(),
                    grants: roles.iter().filter(|role| held(role)).cloned().collect(),
                }))
            }
            Subject::Person(token) => self.resolve_person(token),
        }
    }

    fn resolve_person(&self, token: &PersonToken) -> Result<Option<Actor>, directory::Error> {
        let directory = &self.directory;
        let Some(person) = self.read_person(token.tenant, token.person)? else { return Ok(None) };
        if directory.read_session(token.tenant, token.person, token.session)?.is_none() {
            return Ok(None);
        }
        let application = directory.read_application(token.tenant, token.application)?;
        let Some(application) = application.filter(|one| one.enabled) else { return Ok(None) };
        let consented = |scope: &String| application.delegated.iter().any(|one| one == scope);
        let scopes = token.scopes.iter().filter(|scope| consented(scope)).cloned().collect();
        Ok(Some(Actor::User {
            tenant: token.tenant,
            id: token.person,
            name: person.name,
            roles: directory.roles(token.tenant, token.person)?,
            through: Some(Through { application: token.application, scopes }),
        }))
    }

    /// The same services while they answer an HTTP request, as [`Directory::for_request`] does.
    #[must_use]
    pub fn for_request(&self, id: &str) -> Self {
        Self { inner: Arc::clone(&self.inner), directory: self.directory.for_request(id) }
    }

    /// The services of the tenants.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The keys that sign.
    pub fn keys(&self) -> &Keys {
        &self.inner.keys
    }

    pub(crate) fn sealer(&self) -> &Sealer {
        &self.inner.sealer
    }

    pub(crate) fn assertions(&self) -> &Passing<[u8; 32], ()> {
        &self.inner.assertions
    }

    pub(crate) fn codes(&self) -> &Passing<[u8; 32], Code> {
        &self.inner.codes
    }

    pub(crate) fn devices(&self) -> &Devices {
        &self.inner.devices
    }

    pub(crate) fn lockout(&self) -> &Lockout {
        &self.inner.lockout
    }

    pub(crate) fn hasher(&self) -> &Hasher {
        &self.inner.hasher
    }

    pub(crate) fn outside(&self) -> &Outside {
        &self.inner.outside
    }

    /// The present instant.
    pub(crate) fn now(&self) -> Timestamp {
        self.directory.clock().now()
    }

    fn seconds(&self) -> i64 {
        self.now().0 / 1000
    }
}

/// What is found, where a tenant that is gone has nothing.
pub(crate) fn gone_or<T>(
    found: Result<Option<T>, directory::Error>,
) -> Result<Option<T>, directory::Error> {
    match found {
        Err(directory::Error::NotFound { .. }) => Ok(None),
        found => found,
    }
}

fn remember(
    part: &Mutex<HashMap<[u8; 32], Arc<Verified>>>,
    name: [u8; 32],
    verified: Arc<Verified>,
    now: i64,
) {
    let mut part = lock(part);
    if part.len() >= MOST {
        part.retain(|_, one| one.end + SKEW > now);
        if part.len() >= MOST {
            // Whoever still has one is checked again; that costs time and nothing else.
            part.clear();
        }
    }
    part.insert(name, verified);
}

/// Whom the claims of a token speak of. None when they are not those of a token for us.
fn subject(token: &jws::Token<'_>) -> Option<Subject> {
    if !token.is_for(is_own_audience) {
        return None;
    }
    let tenant: TenantId = token.text("tid")?.parse().ok()?;
    if !token.text("iss")?.ends_with(&format!("/{tenant}/")) {
        return None;
    }
    let application: ApplicationId = token.text("appid")?.parse().ok()?;
    match token.text("idtyp")? {
        "app" => {
            let roles = token.claims.get("roles")?.as_array()?;
            let roles = roles.iter().filter_map(|role| role.as_str().map(str::to_owned)).collect();
            Some(Subject::Application { tenant, id: application, roles })
        }
        "user" => Some(Subject::Person(PersonToken {
            tenant,
            person: token.text("oid")?.parse().ok()?,
            session: token.text("sid")?.parse().ok()?,
            application,
            scopes: token.text("scp")?.split_whitespace().map(str::to_owned).collect(),
        })),
        _ => None,
    }
}
