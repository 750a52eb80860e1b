//! Who sits at the browser: a person of a tenant, or an operator, each by a cookie of its own; and the
//! token that only our own pages can put into a form.

use model::{Actor, TenantId};
use sha2::{Digest, Sha256};

use crate::{Center, error::Error, request::Request};

/// The cookie of a person who is signed in.
pub use identity::SESSION_COOKIE as PERSON;
/// The cookie of an operator: the same token as on the command line.
pub const OPERATOR: &str = "syncline-operator";
/// The cookie of a browser in which nobody is signed in, for the forms that it has.
const STRANGER: &str = "syncline-csrf";

/// Who asks.
#[derive(Clone, Debug)]
pub struct Who {
    /// As the services know it.
    pub actor: Actor,
    /// What to call it on a page.
    pub name: String,
    /// The session of a person.
    pub session: Option<uuid::Uuid>,
}

impl Who {
    /// Who asks; nobody where no cookie is good, or not any more.
    pub fn find(center: &Center, request: &Request) -> Result<Option<Self>, Error> {
        if let Some(token) = request.cookie(OPERATOR)
            && let Some(actor) = center.operators.authenticate(token)?
        {
            let name = match &actor {
                Actor::Operator { name } => name.clone(),
                other => other.to_string(),
            };
            return Ok(Some(Self { actor, name, session: None }));
        }
        let Some(cookie) = request.cookie(PERSON) else { return Ok(None) };
        let Some(session) = center.identity.find_browser(cookie)? else { return Ok(None) };
        let actor = center.identity.actor_of(&session)?;
        Ok(Some(Self { actor, name: session.person.name.clone(), session: Some(session.id) }))
    }

    /// Whether it is an operator, who sees every tenant.
    pub fn is_operator(&self) -> bool {
        matches!(self.actor, Actor::Operator { .. })
    }

    /// The tenant of a person.
    pub fn tenant(&self) -> Option<TenantId> {
        match &self.actor {
            Actor::User { tenant, .. } => Some(*tenant),
            _ => None,
        }
    }
}

/// The token for the forms of this browser, and the cookie that it needs first where nobody is signed in.
pub fn csrf(request: &Request) -> (String, Option<String>) {
    if let Some(secret) = secret(request) {
        return (token_of(secret), None);
    }
    let fresh = identity::unguessable();
    (token_of(&fresh), Some(cookie(request, STRANGER, &fresh, "Lax")))
}

/// Whether it does not come from a page of another site. Programs that are no browsers do not say.
pub fn is_near(request: &Request) -> bool {
    request.origin.as_ref().is_none_or(|origin| *origin == request.own_origin)
}

/// Whether a form was sent by a page of ours.
pub fn is_ours(request: &Request) -> bool {
    let sent = request.csrf.as_deref().or(request.form.get("csrf"));
    let wanted = secret(request).map(token_of);
    is_near(request) && sent.is_some() && sent == wanted.as_deref()
}

/// The secret of this browser that stands behind its token.
fn secret(request: &Request) -> Option<&str> {
    [OPERATOR, PERSON, STRANGER].into_iter().find_map(|name| request.cookie(name))
}

/// A cookie's secret is not on the page: what is there cannot be made into it.
pub fn token_of(secret: &str) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("syncline form token\n{secret}")))
}

/// The header text of a cookie that scripts do not see.
pub fn cookie(request: &Request, name: &str, value: &str, same_site: &str) -> String {
    let secure = if request.is_secure() { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; HttpOnly; SameSite={same_site}{secure}")
}

/// The header text that ends a cookie.
pub fn end_cookie(request: &Request, name: &str) -> String {
    format!("{}; Max-Age=0", cookie(request, name, "", "Lax"))
}
