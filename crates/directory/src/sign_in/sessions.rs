//! Sessions of people: what a sign-in began and what ends when it is revoked. A token that a person
//! got names its session and is worth nothing without it.

use access::Permission;
use model::{Actor, ApplicationId, ObjectId, TenantId, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Expect, Group, Write};
use uuid::Uuid;

use super::{check_person, gone, parse, put};
use crate::{Directory, Error, write::audit};

/// One session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub person: ObjectId,
    /// The application that it is for; none for the browser's own with our pages.
    pub application: Option<ApplicationId>,
    /// What the application may do in the person's name.
    pub scopes: Vec<String>,
    /// SHA-256 of the secret that goes on with it, in hexadecimal.
    pub digest: String,
    /// How the person proved who it is: `pwd`, or `outside` for another provider.
    pub proof: String,
    /// When the person signed in.
    pub began: Timestamp,
    /// When it was last gone on with.
    pub used: Timestamp,
    /// When it ends by itself.
    pub end: Timestamp,
}

/// A person's sessions lie together, so that ending them reads nobody else's.
fn collection(person: ObjectId) -> String {
    format!("session-{person}")
}

impl Directory {
    /// A person's sessions that have not ended: for the person, and for who may end
    /// them.
    pub fn list_sessions(
        &self,
        actor: &Actor,
        tenant: TenantId,
        person: ObjectId,
    ) -> Result<Vec<Session>, Error> {
        check_person(actor, Permission::RevokeSessions, tenant, person)?;
        let now = self.clock.now();
        let all = self.read_sessions(tenant, person)?;
        Ok(all.into_iter().filter(|session| session.end > now).collect())
    }

    /// Ends all sessions of a person, and says how many there were. Tokens of theirs are refused from
    /// now on.
    pub fn revoke_sessions(
        &self,
        actor: &Actor,
        tenant: TenantId,
        person: ObjectId,
    ) -> Result<usize, Error> {
        check_person(actor, Permission::RevokeSessions, tenant, person)?;
        self.get_object(tenant, person)?;
        let writes = self.end_all(tenant, person)?;
        let count = writes.len();
        if count > 0 {
            let detail = serde_json::json!({ "sessions": count }).to_string();
            let entry = audit("Revoke sign-in sessions", "user", person, detail);
            let group = Group { expects: Vec::new(), writes, audit: entry };
            self.commit_one(tenant, actor, group)?;
        }
        Ok(count)
    }

    /// A session, with the version to go on from, for who checks a token. None when it was ended, or
    /// ended by itself.
    pub fn read_session(
        &self,
        tenant: TenantId,
        person: ObjectId,
        id: Uuid,
    ) -> Result<Option<(Session, u64)>, Error> {
        let found = self.store.document(tenant, &collection(person), &id.to_string())?;
        let Some(document) = found else { return Ok(None) };
        let session: Session = parse(&document)?;
        let stands = session.end > self.clock.now();
        Ok(stands.then_some((session, document.version)))
    }

    /// Begins a session. Those of the person that ended by themselves are forgotten with it.
    pub fn begin_session(
        &self,
        actor: &Actor,
        tenant: TenantId,
        session: &Session,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let place = collection(session.person);
        let over = self.read_sessions(tenant, session.person)?;
        let mut writes: Vec<Write> =
            over.iter().filter(|one| one.end <= now).map(|one| gone(&place, one.id)).collect();
        writes.push(put(&place, session.id, Some(session)));
        let detail = serde_json::json!({
            "session": session.id,
            "app": session.application,
            "proof": session.proof,
        });
        let entry = audit("Sign in", "user", session.person, detail.to_string());
        let group = Group { expects: Vec::new(), writes, audit: entry };
        self.commit_one(tenant, actor, group).map(drop)
    }

    /// Goes on with a session under a new secret, if it still stands at the version that was read.
    pub fn renew_session(
        &self,
        actor: &Actor,
        tenant: TenantId,
        session: &Session,
        version: u64,
    ) -> Result<(), Error> {
        let place = collection(session.person);
        let (writes, key) = (vec![put(&place, session.id, Some(session))], session.id.to_string());
        let detail = serde_json::json!({ "session": session.id, "app": session.application });
        let entry = audit("Renew session", "user", session.person, detail.to_string());
        let expects = vec![Expect::Document { collection: place, key, version }];
        self.commit_one(tenant, actor, Group { expects, writes, audit: entry }).map(drop)
    }

    /// Ends one session: its person signed out, or its secret came twice.
    pub fn end_session(
        &self,
        actor: &Actor,
        tenant: TenantId,
        person: ObjectId,
        id: Uuid,
        why: &str,
    ) -> Result<(), Error> {
        let detail = serde_json::json!({ "session": id, "why": why }).to_string();
        let group = Group {
            expects: Vec::new(),
            writes: vec![gone(&collection(person), id)],
            audit: audit("End session", "user", person, detail),
        };
        self.commit_one(tenant, actor, group).map(drop)
    }

    fn read_sessions(&self, tenant: TenantId, person: ObjectId) -> Result<Vec<Session>, Error> {
        self.store.documents(tenant, &collection(person))?.iter().map(parse).collect()
    }

    /// The writes that end all sessions of a person.
    pub(super) fn end_all(&self, tenant: TenantId, person: ObjectId) -> Result<Vec<Write>, Error> {
        let place = collection(person);
        let sessions = self.store.documents(tenant, &place)?;
        Ok(sessions.iter().map(|document| gone(&place, &document.key)).collect())
    }
}
