//! Codes that an application redeems after somebody signed in. Each is good once and for ten minutes, for
//! the application that asked, with the verifier that fits its challenge. One that comes again ends the
//! session that it began: somebody else has it.

use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    digest::{SHA256, digest},
};
use model::{Actor, ApplicationId};
use uuid::Uuid;

use crate::{
    Form, Identity, Place, Refusal,
    grant::{Given, Tokens, Wish},
    jws::encode,
    mint::unguessable,
    people::Person,
};

const LIFETIME: i64 = 600;

/// What a code stands for.
#[derive(Clone)]
pub(crate) struct Code {
    pub person: Person,
    pub application: ApplicationId,
    pub redirect_uri: String,
    pub wish: Wish,
    pub challenge: String,
    pub nonce: Option<String>,
    pub proof: String,
    /// Set when it was redeemed: with the session that began, if one did.
    pub redeemed: Option<Option<Uuid>>,
}

/// The name under which something secret is kept.
pub(crate) fn name_of(secret: &str) -> [u8; 32] {
    let digest = digest(&SHA256, secret.as_bytes());
    digest.as_ref().try_into().expect("a digest of SHA-256 has 32 bytes")
}

impl Identity {
    /// Keeps what a new code stands for. None when there is no room.
    pub(crate) fn keep_code(&self, code: Code) -> Option<String> {
        let (text, now) = (unguessable(32), self.now());
        let is_kept = self.codes().insert(name_of(&text), code, now.plus_seconds(LIFETIME), now);
        is_kept.then_some(text)
    }

    /// Redeems a code.
    pub(crate) fn for_code(&self, place: &Place, form: &Form) -> Result<Tokens, Refusal> {
        let client = form.require("client_id")?;
        let tenant = self.find_tenant_of(&place.tenant, client)?;
        let text = form.require("code")?;
        let redirect_uri = form.require("redirect_uri")?;
        let verifier = form.require("code_verifier")?;
        let grant = ("authorization_code", None);
        let (application, proof) = self.check_client(place, &tenant, form, grant)?;
        let (name, now) = (name_of(text), self.now());
        let found = self.codes().with(&name, now, |code| {
            let is_own = code.application == application.id && code.person.tenant == tenant.id;
            is_own.then(|| {
                let found = code.clone();
                // From here on it is redeemed, whatever becomes of it.
                code.redeemed = Some(code.redeemed.flatten());
                found
            })
        });
        let code = found.flatten().ok_or_else(Refusal::expired_code)?;
        if let Some(session) = code.redeemed {
            if let Some(session) = session {
                let why = "a code came twice";
                let person = code.person.id;
                self.directory().end_session(&Actor::System, tenant.id, person, session, why)?;
            }
            return Err(Refusal::used_code());
        }
        if code.redirect_uri != redirect_uri {
            return Err(Refusal::wrong_redirect(client));
        }
        if !is_verifier(verifier, &code.challenge) {
            return Err(Refusal::wrong_verifier());
        }
        // The person may have been disabled since.
        let person =
            self.read_person(tenant.id, code.person.id)?.ok_or_else(Refusal::disabled_person)?;
        let (session, secret) =
            self.begin(&person, Some(application.id), Some(&code.wish), &code.proof)?;
        self.codes().with(&name, now, |kept| kept.redeemed = Some(Some(session)));
        let given = Given {
            wish: &code.wish,
            session,
            nonce: code.nonce.as_deref(),
            refresh: code.wish.offline.then_some(secret),
        };
        self.tokens_for(place, form, (&application, proof), &person, &given)
    }
}

fn is_verifier(verifier: &str, challenge: &str) -> bool {
    let is_one = (43..=128).contains(&verifier.len());
    let found = encode(digest(&SHA256, verifier.as_bytes()));
    is_one && verify_slices_are_equal(found.as_bytes(), challenge.as_bytes()).is_ok()
}
