//! The way to a tenant's provider outside and back.

use axum::response::Response;
use identity::OutsideError;

use crate::{
    ask::Ask,
    authorize::{keep, refused},
    page,
};

const COOKIE: &str = "syncline-outside";

/// `GET /{tenant}/oauth2/outside?back=…`
pub fn begin(ask: &Ask) -> Response {
    let back = ask.query.as_ref().and_then(|query| query.get("back")).unwrap_or_default();
    if !is_local(back) {
        return page::say(ask, 400, "Sign-in is not possible", "The way back is none of ours.");
    }
    let tenant = match ask.identity.find_tenant(&ask.place.tenant) {
        Ok(tenant) => tenant,
        Err(refusal) => return refused(ask, &refusal),
    };
    match ask.identity.begin_outside(&ask.place, &tenant, back) {
        Ok(redirect) => {
            let mut response = page::go(&redirect.uri);
            page::set_cookie(&mut response, &ask.set_cookie(COOKIE, &redirect.cookie));
            response
        }
        Err(error) => failed(ask, &error),
    }
}

/// `GET /{tenant}/oauth2/callback`
pub fn end(ask: &Ask) -> Response {
    let Some(query) = &ask.query else { return failed(ask, &OutsideError::Unexpected) };
    match ask.identity.end_outside(&ask.place, query, ask.cookie(COOKIE)) {
        Ok((person, back)) => {
            let mut response = page::go(&back);
            page::set_cookie(&mut response, &ask.end_cookie(COOKIE));
            keep(ask, &person, "outside", &mut response);
            response
        }
        Err(error) => failed(ask, &error),
    }
}

fn failed(ask: &Ask, error: &OutsideError) -> Response {
    let (status, text) = match error {
        OutsideError::None => (404, error.to_string()),
        OutsideError::Unavailable => (503, error.to_string()),
        // What the provider said may hold more than a stranger should read.
        OutsideError::Refused(_) => (502, "The provider did not vouch for anybody.".to_owned()),
        OutsideError::Unexpected | OutsideError::Nobody => (400, error.to_string()),
    };
    page::say(ask, status, "Sign-in is not possible", &text)
}

/// A path on this server, and no way to write another server's address.
fn is_local(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && path.bytes().all(|one| one.is_ascii_graphic() && one != b'\\')
}
