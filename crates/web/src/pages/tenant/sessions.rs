//! Where the reader is signed in, the way to other people's sign-ins, and who vouches for people.

use access::Permission as P;
use askama::Template;
use directory::{Provider, Session};

use super::{Part, Place, own_id, part};
use crate::{answer::Answer, error::Error, filters, frame::Frame, visit::Visit};

#[derive(Template)]
#[template(path = "tenant_sessions.html")]
struct Page {
    frame: Frame,
    base: String,
    domain: String,
    /// None for a reader who is no person of the tenant.
    sessions: Option<Vec<Session>>,
    is_operator: bool,
    why_not_others: Option<String>,
    provider: Part<Option<Provider>>,
}

/// The page.
pub fn show(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit, "sessions")?;
    let (directory, actor, tenant) = (&visit.center.directory, visit.actor(), place.tenant.id);
    let own = own_id(visit, tenant);
    Answer::page(&Page {
        frame: place.frame(visit, text!("nav-sessions")),
        domain: place.tenant.initial_domain().to_string(),
        sessions: own.map(|id| directory.list_sessions(actor, tenant, id)).transpose()?,
        is_operator: visit.who.as_ref().is_some_and(|who| who.is_operator()),
        why_not_others: visit.why_not(P::RevokeSessions, tenant),
        provider: part(directory.sign_in_provider(actor, tenant))?,
        base: place.base,
    })
}

/// Signs the reader out everywhere, here as well.
pub fn end(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit, "sessions")?;
    let id = own_id(visit, place.tenant.id).ok_or_else(Error::missing)?;
    visit.center.directory.revoke_sessions(visit.actor(), place.tenant.id, id)?;
    Ok(Answer::go("/center/sign-in"))
}
