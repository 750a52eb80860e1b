//! Sessions: begun by a sign-in, gone on with by a secret that changes every time, ended by whoever may.
//! A secret that comes twice was stolen from somebody: then the session ends for both.

use directory::{Session, digest_secret};
use model::{Actor, ApplicationId, ObjectId, TenantId};
use uuid::Uuid;

use crate::{
    Form, Identity, Place, Refusal,
    grant::{Given, Tokens, Wish},
    jws::{decode, encode},
    mint::unguessable,
    people::Person,
};

/// The cookie of a browser that is signed in to our own pages, whichever of them signed it in.
pub const SESSION_COOKIE: &str = "syncline-session";

/// How many days an application can stay away and still go on.
const OFFLINE_DAYS: i64 = 90;
/// How long a session without that lasts, in seconds: as long as its one token, and the skew.
const SHORT: i64 = 4_200;
/// How long a browser stays signed in, in seconds.
const BROWSER: i64 = 12 * 3600;

/// A browser that is signed in to our own pages.
#[derive(Clone, Debug)]
pub struct BrowserSession {
    /// Who.
    pub person: Person,
    /// The session.
    pub id: Uuid,
    /// How the person proved who it is.
    pub proof: String,
}

/// What names a session and goes on with it.
struct Ticket {
    tenant: TenantId,
    person: ObjectId,
    session: Uuid,
}

impl Ticket {
    fn new(tenant: TenantId, person: ObjectId, session: Uuid) -> Self {
        Self { tenant, person, session }
    }

    /// The ticket with a new secret, as text.
    fn text(&self) -> String {
        let ids =
            [*self.tenant.as_bytes(), *self.person.as_bytes(), *self.session.as_bytes()].concat();
        format!("1.{}.{}", encode(ids), unguessable(32))
    }

    fn read(text: &str) -> Option<Self> {
        let (ids, _) = text.strip_prefix("1.")?.split_once('.')?;
        let ids = decode(ids).filter(|ids| ids.len() == 48)?;
        Some(Self {
            tenant: TenantId::from_slice(&ids[..16])?,
            person: ObjectId::from_slice(&ids[16..32])?,
            session: Uuid::from_slice(&ids[32..]).ok()?,
        })
    }
}

impl Identity {
    /// Begins a session of a person, and gives its id and the secret with which it goes on.
    pub(crate) fn begin(
        &self,
        person: &Person,
        application: Option<ApplicationId>,
        wish: Option<&Wish>,
        proof: &str,
    ) -> Result<(Uuid, String), directory::Error> {
        let now = self.now();
        let id = self.directory().ids().next();
        let secret = Ticket::new(person.tenant, person.id, id).text();
        let end = match wish {
            None => now.plus_seconds(BROWSER),
            Some(wish) if wish.offline => now.plus_days(OFFLINE_DAYS),
            Some(_) => now.plus_seconds(SHORT),
        };
        let session = Session {
            id,
            person: person.id,
            application,
            scopes: wish.map(|wish| wish.scopes.clone()).unwrap_or_default(),
            digest: digest_secret(&secret),
            proof: proof.to_owned(),
            began: now,
            used: now,
            end,
        };
        self.directory().begin_session(&person.actor(), person.tenant, &session)?;
        Ok((id, secret))
    }

    /// Signs a browser in to our own pages; what is given is its cookie.
    pub fn begin_browser(&self, person: &Person, proof: &str) -> Result<String, directory::Error> {
        self.begin(person, None, None, proof).map(|(_, secret)| secret)
    }

    /// The session behind a browser's cookie.
    pub fn find_browser(&self, cookie: &str) -> Result<Option<BrowserSession>, directory::Error> {
        let Some(ticket) = Ticket::read(cookie) else { return Ok(None) };
        let found = self.directory().read_session(ticket.tenant, ticket.person, ticket.session);
        let Some((session, _)) = crate::token::gone_or(found)? else { return Ok(None) };
        if session.application.is_some() || !same(&session.digest, cookie) {
            return Ok(None);
        }
        let person = self.read_person(ticket.tenant, ticket.person)?;
        Ok(person.map(|person| BrowserSession { person, id: session.id, proof: session.proof }))
    }

    /// The person at a browser as an actor, with the roles that hold now.
    pub fn actor_of(&self, session: &BrowserSession) -> Result<Actor, directory::Error> {
        let person = &session.person;
        let roles = self.directory().roles(person.tenant, person.id)?;
        Ok(Actor::User {
            tenant: person.tenant,
            id: person.id,
            name: person.name.clone(),
            roles,
            through: None,
        })
    }

    /// Signs a browser out.
    pub fn end_browser(&self, cookie: &str) -> Result<(), directory::Error> {
        let Some(session) = self.find_browser(cookie)? else { return Ok(()) };
        let person = &session.person;
        let why = "signed out";
        self.directory().end_session(&person.actor(), person.tenant, person.id, session.id, why)
    }

    /// Goes on with a session: new tokens for the secret of the last ones.
    pub(crate) fn for_refresh(&self, place: &Place, form: &Form) -> Result<Tokens, Refusal> {
        let client = form.require("client_id")?;
        let tenant = self.find_tenant_of(&place.tenant, client)?;
        let text = form.require("refresh_token")?;
        let client = self.check_client(place, &tenant, form, ("refresh_token", None))?;
        let (application, proof) = (&client.0, client.1);
        let wrong = || Refusal::wrong_grant("The provided refresh token is not valid.");
        let ticket = Ticket::read(text).filter(|one| one.tenant == tenant.id).ok_or_else(wrong)?;
        let found = self.directory().read_session(tenant.id, ticket.person, ticket.session)?;
        let (mut session, version) = found.ok_or_else(Refusal::revoked)?;
        if session.application != Some(application.id) {
            return Err(wrong());
        }
        let person =
            self.read_person(tenant.id, ticket.person)?.ok_or_else(Refusal::disabled_person)?;
        if !same(&session.digest, text) {
            let why = "a secret came twice";
            let system = Actor::System;
            self.directory().end_session(&system, tenant.id, person.id, session.id, why)?;
            return Err(Refusal::revoked());
        }
        let mut wish = self.wish_again(place, form, application, &tenant, &session)?;
        wish.offline = true;
        let secret = ticket.text();
        session.digest = digest_secret(&secret);
        session.used = self.now();
        session.end = session.used.plus_days(OFFLINE_DAYS);
        match self.directory().renew_session(&person.actor(), tenant.id, &session, version) {
            Ok(()) => {}
            // Somebody else just went on with the same secret.
            Err(directory::Error::Busy { .. }) => return Err(wrong()),
            Err(error) => return Err(error.into()),
        }
        let given = Given { wish: &wish, session: session.id, nonce: None, refresh: Some(secret) };
        self.tokens_for(place, form, (application, proof), &person, &given)
    }

    /// What is wanted now, never more than was allowed when the session began and still is.
    fn wish_again(
        &self,
        place: &Place,
        form: &Form,
        application: &directory::Application,
        tenant: &model::Tenant,
        session: &Session,
    ) -> Result<Wish, Refusal> {
        let scope = form.get("scope").unwrap_or("openid .default");
        let mut wish = Wish::read(scope, application, tenant, &place.origin)?;
        wish.scopes.retain(|scope| session.scopes.contains(scope));
        Ok(wish)
    }
}

/// Whether the text is the secret with this digest.
fn same(kept: &str, text: &str) -> bool {
    let given = digest_secret(text);
    aws_lc_rs::constant_time::verify_slices_are_equal(kept.as_bytes(), given.as_bytes()).is_ok()
}
