//! Sign-in with an OpenID Connect provider outside. It says who somebody is; who may sign in is said by
//! the directory: nobody is made here, and only one internal user who is found by the claim gets in.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use aws_lc_rs::digest::{SHA256, digest};
use directory::Provider;
use model::{Key, Kind, Name, Object, Tenant, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use ureq::{
    Agent,
    tls::{RootCerts, TlsConfig},
};

use crate::{
    Form, Identity, Place,
    authorize::coded,
    code::name_of,
    jws::{self, PublicKey, decode, encode},
    mint::unguessable,
    people::Person,
    state::{Passing, lock},
    token::SKEW,
};

/// How long the provider may take for an answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long somebody may take to sign in there, in seconds.
const LIFETIME: i64 = 900;
/// How long what the provider says about itself is believed, in seconds.
const FRESH: i64 = 3_600;
/// The longest document that is read from it.
const LONGEST: u64 = 1 << 20;

/// What is under way with providers.
pub(crate) struct Outside {
    known: Mutex<HashMap<String, (Arc<Known>, Timestamp)>>,
    waiting: Passing<[u8; 32], Waiting>,
    agent: Agent,
}

/// What a provider says about itself.
struct Known {
    metadata: Metadata,
    keys: Vec<(Option<String>, PublicKey)>,
}

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
}

#[derive(Deserialize)]
struct Answer {
    id_token: String,
}

struct Waiting {
    tenant: Tenant,
    provider: Provider,
    nonce: String,
    verifier: String,
    /// What the browser was given, which must come back with it.
    browser: [u8; 32],
    back: String,
}

/// Where a browser is sent, and what it has to bring back.
#[derive(Clone, Debug)]
pub struct Redirect {
    /// Where to.
    pub uri: String,
    /// A cookie for the way back.
    pub cookie: String,
}

/// Why nobody signed in by a provider. What exactly is wrong is for the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutsideError {
    /// The tenant has none.
    #[error("This tenant has no other way to sign in.")]
    None,
    /// The way back is not the one that began here, or took too long.
    #[error("The sign-in was not begun here, or took too long. Begin again.")]
    Unexpected,
    /// The provider said no, or something that cannot be believed.
    #[error("The provider did not vouch for anybody: {0}")]
    Refused(String),
    /// The provider vouches for somebody who is not here, or may not sign in.
    #[error("Nobody here may sign in by that name.")]
    Nobody,
    /// The directory did not answer.
    #[error("The service is not available; try again.")]
    Unavailable,
}

impl From<directory::Error> for OutsideError {
    fn from(_: directory::Error) -> Self {
        Self::Unavailable
    }
}

impl Outside {
    pub fn new() -> Self {
        let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::PlatformVerifier)
            .unversioned_rustls_crypto_provider(crypto)
            .build();
        let agent = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .max_redirects(0)
            .http_status_as_error(false)
            .tls_config(tls)
            .build()
            .into();
        Self { known: Mutex::default(), waiting: Passing::new(10_000), agent }
    }

    /// What a provider says about itself. `afresh` asks again, for a key that it did not have before.
    fn know(&self, issuer: &str, afresh: bool, now: Timestamp) -> Result<Arc<Known>, OutsideError> {
        if let Some((known, end)) = lock(&self.known).get(issuer)
            && !afresh
            && *end > now
        {
            return Ok(known.clone());
        }
        let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let metadata: Metadata = self.get(&address)?;
        if metadata.issuer != issuer {
            return Err(refused("it calls itself by another name"));
        }
        let document: Value = self.get(&metadata.jwks_uri)?;
        let keys = document["keys"].as_array().map(Vec::as_slice).unwrap_or_default();
        let keys = keys.iter().filter_map(key).collect();
        let known = Arc::new(Known { metadata, keys });
        lock(&self.known).insert(issuer.to_owned(), (known.clone(), now.plus_seconds(FRESH)));
        Ok(known)
    }

    fn get<T: for<'de> Deserialize<'de>>(&self, address: &str) -> Result<T, OutsideError> {
        let answered = self.agent.get(address).header("Accept", "application/json").call();
        read(answered)
    }
}

fn read<T: for<'de> Deserialize<'de>>(
    answered: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> Result<T, OutsideError> {
    let mut answer = answered.map_err(|error| refused(&error.to_string()))?;
    if !answer.status().is_success() {
        return Err(refused(&format!("it answered {}", answer.status())));
    }
    let text = answer.body_mut().with_config().limit(LONGEST).read_to_string();
    let text = text.map_err(|error| refused(&error.to_string()))?;
    serde_json::from_str(&text).map_err(|_| refused("its answer cannot be read"))
}

fn refused(why: &str) -> OutsideError {
    OutsideError::Refused(why.to_owned())
}

impl Identity {
    /// Whether people of the tenant can sign in by a provider.
    pub fn has_provider(&self, tenant: &Tenant) -> Result<bool, directory::Error> {
        Ok(self.directory().read_sign_in_provider(tenant.id)?.is_some())
    }

    /// Seals our secret at a provider, as the directory keeps it.
    pub fn seal_provider_secret(
        &self,
        tenant: model::TenantId,
        secret: &str,
    ) -> Result<String, crate::Error> {
        Ok(self.sealer().seal(tenant, Provider::SECRET, secret)?)
    }

    /// Sends a browser to the tenant's provider; `back` is where of ours it goes on afterwards.
    pub fn begin_outside(
        &self,
        place: &Place,
        tenant: &Tenant,
        back: &str,
    ) -> Result<Redirect, OutsideError> {
        let provider =
            self.directory().read_sign_in_provider(tenant.id)?.ok_or(OutsideError::None)?;
        let now = self.now();
        let known = self.outside().know(&provider.issuer, false, now)?;
        let (state, nonce) = (unguessable(32), unguessable(32));
        let (verifier, browser) = (unguessable(32), unguessable(32));
        let challenge = encode(digest(&SHA256, verifier.as_bytes()));
        let fields = [
            ("response_type", "code"),
            ("client_id", &provider.client_id),
            ("redirect_uri", &callback(place, tenant)),
            ("scope", "openid profile email"),
            ("state", &state),
            ("nonce", &nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let endpoint = &known.metadata.authorization_endpoint;
        let mark = if endpoint.contains('?') { '&' } else { '?' };
        let uri = format!("{endpoint}{mark}{}", form(&fields));
        let waiting = Waiting {
            tenant: tenant.clone(),
            provider,
            nonce,
            verifier,
            browser: name_of(&browser),
            back: back.to_owned(),
        };
        let end = now.plus_seconds(LIFETIME);
        match self.outside().waiting.insert(name_of(&state), waiting, end, now) {
            true => Ok(Redirect { uri, cookie: browser }),
            false => Err(OutsideError::Unavailable),
        }
    }

    /// Takes a browser back from the provider: who it is, and where it goes on.
    pub fn end_outside(
        &self,
        place: &Place,
        answer: &Form,
        cookie: Option<&str>,
    ) -> Result<(Person, String), OutsideError> {
        let now = self.now();
        let state = answer.get("state").ok_or(OutsideError::Unexpected)?;
        let waiting = self.outside().waiting.take(&name_of(state), now);
        let waiting = waiting.ok_or(OutsideError::Unexpected)?;
        if cookie.map(name_of) != Some(waiting.browser) {
            return Err(OutsideError::Unexpected);
        }
        let code = answer
            .get("code")
            .ok_or_else(|| refused(answer.get("error").unwrap_or("it gave no code")))?;
        let text = self.exchange(place, &waiting, code)?;
        let claims = self.check_answer(&waiting, &text, now)?;
        let name = claims.get(&waiting.provider.claim).and_then(Value::as_str);
        let is_unproved = waiting.provider.claim == "email"
            && claims.get("email_verified").and_then(Value::as_bool) == Some(false);
        let name = name.filter(|name| !name.trim().is_empty() && !is_unproved);
        let object = match name {
            Some(name) => self.find_vouched(&waiting, name.trim())?,
            None => None,
        };
        let person = object
            .filter(|object| !object.is_external())
            .and_then(|object| self.person_of(waiting.tenant.id, &object));
        Ok((person.ok_or(OutsideError::Nobody)?, waiting.back))
    }

    /// The provider's token for a code.
    fn exchange(
        &self,
        place: &Place,
        waiting: &Waiting,
        code: &str,
    ) -> Result<String, OutsideError> {
        let (tenant, provider) = (&waiting.tenant, &waiting.provider);
        let known = self.outside().know(&provider.issuer, false, self.now())?;
        let sealed = self.directory().read_sealed(tenant.id, Provider::SECRET)?;
        let secret = sealed
            .map(|sealed| self.sealer().unseal(tenant.id, Provider::SECRET, &sealed))
            .transpose()
            .map_err(|_| OutsideError::Unavailable)?;
        let back = callback(place, tenant);
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &back),
            ("client_id", &provider.client_id),
            ("code_verifier", &waiting.verifier),
        ];
        fields.extend(secret.as_deref().map(|secret| ("client_secret", secret)));
        let answered = self
            .outside()
            .agent
            .post(&known.metadata.token_endpoint)
            .header("Accept", "application/json")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .send(form(&fields));
        read::<Answer>(answered).map(|answer| answer.id_token)
    }

    /// The claims of the provider's token, if it is the provider's, for us, of now, and for this sign-in.
    fn check_answer(
        &self,
        waiting: &Waiting,
        text: &str,
        now: Timestamp,
    ) -> Result<serde_json::Map<String, Value>, OutsideError> {
        let provider = &waiting.provider;
        let token = jws::parse(text).ok_or_else(|| refused("its token cannot be read"))?;
        let is_signed = |known: &Known| {
            let named = known.keys.iter().filter(|(id, _)| {
                token.header.kid.is_none() || id.is_none() || *id == token.header.kid
            });
            named.into_iter().any(|(_, key)| token.verify(key))
        };
        let known = self.outside().know(&provider.issuer, false, now)?;
        // It may have new keys since we asked.
        if !is_signed(&known) && !is_signed(&*self.outside().know(&provider.issuer, true, now)?) {
            return Err(refused("its token is not signed by it"));
        }
        let seconds = now.0 / 1000;
        let is_current = token.seconds("exp").is_some_and(|end| seconds < end + SKEW)
            && token.seconds("nbf").is_none_or(|begin| begin <= seconds + SKEW)
            && token.seconds("iat").is_none_or(|begin| begin <= seconds + SKEW);
        let is_several = token.claims.get("aud").is_some_and(Value::is_array);
        let is_ours = token.is_for(|audience| audience == provider.client_id)
            && token.text("azp").is_none_or(|one| one == provider.client_id || !is_several);
        if token.text("iss") != Some(&provider.issuer) || !is_ours {
            return Err(refused("its token is for somebody else"));
        }
        if !is_current {
            return Err(refused("its token is not of now"));
        }
        if token.text("nonce") != Some(&waiting.nonce) {
            return Err(refused("its token is for another sign-in"));
        }
        Ok(token.claims)
    }

    /// The one user whom the provider's name means.
    fn find_vouched(
        &self,
        waiting: &Waiting,
        name: &str,
    ) -> Result<Option<Object>, directory::Error> {
        let tenant = waiting.tenant.id;
        match waiting.provider.attribute.as_str() {
            "userPrincipalName" => self.find_by_key(tenant, Key::user_principal_name(name)),
            "mail" => self.find_by_key(tenant, Key::address(name)),
            attribute => {
                let texts = [name.to_owned()];
                let attribute = Name::new(attribute);
                let store = self.directory().store();
                let found = store.holders(tenant, Kind::User, &attribute, &texts, 2)?;
                let ids = found.into_iter().next().unwrap_or_default();
                // A name that two people have says nothing.
                let [id] = ids.as_slice() else { return Ok(None) };
                let object = store.get(tenant, &[*id])?.into_iter().flatten().next();
                Ok(object.filter(|object| object.deleted.is_none()))
            }
        }
    }
}

/// Where the provider sends people back to.
fn callback(place: &Place, tenant: &Tenant) -> String {
    format!("{}/{}/oauth2/callback", place.origin, tenant.id)
}

fn form(fields: &[(&str, &str)]) -> String {
    let parts: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}={}", coded(value))).collect();
    parts.join("&")
}

/// A key of a provider's document, of the kinds that exist here.
fn key(value: &Value) -> Option<(Option<String>, PublicKey)> {
    let text = |name: &str| value[name].as_str();
    if text("use").is_some_and(|one| one != "sig") {
        return None;
    }
    let bytes = |name: &str| text(name).and_then(decode);
    let key = match text("kty")? {
        "RSA" => PublicKey::RsaNumbers { n: bytes("n")?, e: bytes("e")? },
        "EC" if text("crv") == Some("P-256") => {
            PublicKey::P256([vec![4], bytes("x")?, bytes("y")?].concat())
        }
        _ => return None,
    };
    Some((text("kid").map(str::to_owned), key))
}
