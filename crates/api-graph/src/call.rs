//! What a handler is given: who asks, in which tenant, for what, and the services to ask.

use access::Permission;
use model::{Actor, TenantId};
use serde::de::DeserializeOwned;
use wire::odata;

use crate::{
    Services,
    error::Error,
    path::Key,
    request::{Method, Request},
};

/// A request on its way to its handler.
pub struct Call<'a> {
    /// The services.
    pub services: &'a Services,
    /// Who asks.
    pub actor: &'a Actor,
    /// The tenant that the token is for; every path below means this one.
    pub tenant: TenantId,
    /// The request.
    pub request: &'a Request,
    /// What the row says that it takes.
    pub needs: &'static [Permission],
    /// The keys of the path, in their order.
    pub keys: Vec<Key>,
}

impl Call<'_> {
    /// Whether the caller may ask for this at all, and for an answer of the kind that there is. It is
    /// asked before anything of the body or the path is read, so that a call that is not allowed tells
    /// nothing of what else is wrong with it.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if !self.needs.is_empty() {
            self.services.directory.check_may(self.actor, self.tenant, self.needs)?;
        }
        check_format(self.request)
    }

    /// The key at a place of the path, counted from 0. The route's template says how many there are.
    pub fn key(&self, place: usize) -> &Key {
        &self.keys[place]
    }

    /// The body as a value of a type.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Error> {
        parse(self.request)
    }

    /// The body as a JSON object.
    pub fn object(&self) -> Result<serde_json::Map<String, serde_json::Value>, Error> {
        self.body()
    }
}

/// Answers are JSON: another `$format` is refused, and not answered in one that nobody asked for.
fn check_format(request: &Request) -> Result<(), Error> {
    let query = request.query.as_deref().unwrap_or_default();
    let Some(format) = odata::find_format(query).filter(|format| !is_format_json(format)) else {
        return Ok(());
    };
    Err(Error::bad_gateway_request(format!(
        "The value '{format}' of the query option '$format' is not supported; answers are JSON."
    )))
}

fn parse<T: DeserializeOwned>(request: &Request) -> Result<T, Error> {
    let kind = request.headers.content_type.as_deref().unwrap_or_default();
    let unsupported = |message: &str| Error::new(415, "Request_BadRequest", message);
    if !is_json(kind) {
        return Err(unsupported("A body has to come with Content-Type: application/json."));
    }
    if charset(kind).is_some_and(|charset| !charset.eq_ignore_ascii_case("utf-8")) {
        return Err(unsupported("A body has to be in UTF-8; no other charset is read."));
    }
    serde_json::from_slice(&request.body)
        .map_err(|error| Error::bad_request(format!("The body cannot be read: {error}")))
}

fn is_format_json(format: &str) -> bool {
    format.trim().eq_ignore_ascii_case("json") || is_json(format)
}

fn is_json(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json") || kind.to_ascii_lowercase().ends_with("+json")
}

/// What a media type says about how its text is written.
fn charset(kind: &str) -> Option<&str> {
    kind.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
    })
}

/// The tenant of an actor with a token.
pub(crate) fn tenant_of(actor: &Actor) -> Option<TenantId> {
    match actor {
        Actor::User { tenant, .. } | Actor::Application { tenant, .. } => Some(*tenant),
        _ => None,
    }
}

/// The request for what `/me` stands for; none when it is not about the caller. The caller's own
/// object has a row of its own, because people may read themselves and nobody else.
pub(crate) fn own_path(actor: &Actor, request: &Request) -> Result<Option<Request>, Error> {
    let path = request.path.trim_matches('/');
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    let is_self = rest.is_empty() && request.method == Method::Get;
    if !first.eq_ignore_ascii_case("me") || is_self {
        return Ok(None);
    }
    let Actor::User { id, .. } = actor else { return Err(Error::nobody()) };
    Ok(Some(Request { path: format!("/users/{id}/{rest}"), ..request.clone() }))
}
