//! The pages on which people sign in so that an application gets a code, and the way out again.

use axum::{http::StatusCode, response::Response};
use identity::{Asked, BrowserSession, Person, Refusal, Refused, SignInError, SignedIn};

use crate::{
    ask::Ask,
    page::{self, Page, SESSION, alert, csrf, escape, field},
};

/// `GET /{tenant}/oauth2/v2.0/authorize`
pub fn show(ask: &Ask) -> Response {
    let asked = match check(ask) {
        Ok(asked) => asked,
        Err(refused) => return *refused,
    };
    let session = session(ask).filter(|session| session.person.tenant == asked.tenant.id);
    let is_expected = |session: &BrowserSession| {
        let hint = asked.hint.as_deref();
        !asked.afresh && hint.is_none_or(|hint| session.person.name.eq_ignore_ascii_case(hint))
    };
    match session.filter(is_expected) {
        Some(session) => {
            let sent = ask.identity.grant_code(&asked, &session.person, &session.proof);
            page::send(ask, &sent, &asked.destination())
        }
        None if asked.silent => {
            let sent = asked.refuse(
                "login_required",
                "AADSTS50058: A silent sign-in request was sent but no user is signed in.",
            );
            page::send(ask, &sent, &asked.destination())
        }
        None => password_page(ask, &asked, asked.hint.as_deref().unwrap_or_default(), ""),
    }
}

/// `POST /{tenant}/oauth2/v2.0/authorize`: the form of the page.
pub fn take(ask: &Ask) -> Response {
    let asked = match check(ask) {
        Ok(asked) => asked,
        Err(refused) => return *refused,
    };
    let Some(form) = ask.form.as_ref().filter(|_| page::is_ours(ask)) else {
        return password_page(ask, &asked, "", "The page was open for too long. Try again.");
    };
    let name = form.get("username").unwrap_or_default();
    let password = form.get("password").unwrap_or_default();
    let address = ask.place.address;
    let signed = match form.get("new_password") {
        None => ask.identity.sign_in(&asked.tenant, name, password, address),
        Some(new) if form.get("new_password_again") != Some(new) => {
            return change_page(ask, &asked, name, "The new passwords differ.");
        }
        Some(new) => ask
            .identity
            .change_password(&asked.tenant, name, (password, new), address)
            .map(SignedIn::Done),
    };
    match signed {
        Ok(SignedIn::Done(person)) => done(ask, &asked, &person),
        Ok(SignedIn::MustChange(_)) => {
            change_page(ask, &asked, name, "Choose a new password before you go on.")
        }
        Err(error @ SignInError::Unfit(_)) => change_page(ask, &asked, name, &error.to_string()),
        Err(error) => password_page(ask, &asked, name, &error.to_string()),
    }
}

/// `/{tenant}/oauth2/v2.0/logout`
pub fn sign_out(ask: &Ask) -> Response {
    if let Some(cookie) = ask.cookie(SESSION)
        && ask.identity.end_browser(cookie).is_err()
    {
        return page::say(ask, 503, "Not signed out", "The service is not available; try again.");
    }
    let asked = |name: &str| {
        let fields = [&ask.query, &ask.form];
        fields.into_iter().flatten().find_map(|form| form.get(name))
    };
    let mut response = match (asked("client_id"), asked("post_logout_redirect_uri")) {
        (Some(client), Some(uri)) if ask.identity.may_return(&ask.place, client, uri) => {
            page::go(uri)
        }
        _ => page::say(ask, 200, "Signed out", "You are signed out. You can close this page."),
    };
    page::set_cookie(&mut response, &ask.end_cookie(SESSION));
    response
}

/// The session of the browser that asks.
pub fn session(ask: &Ask) -> Option<BrowserSession> {
    ask.cookie(SESSION).and_then(|cookie| ask.identity.find_browser(cookie).ok().flatten())
}

/// Signs the browser in as well, where that can be written down.
pub fn keep(ask: &Ask, person: &Person, proof: &str, response: &mut Response) {
    if let Ok(secret) = ask.identity.begin_browser(person, proof) {
        page::set_cookie(response, &ask.set_cookie(SESSION, &secret));
    }
}

fn done(ask: &Ask, asked: &Asked, person: &Person) -> Response {
    let sent = ask.identity.grant_code(asked, person, "pwd");
    let mut response = page::send(ask, &sent, &asked.destination());
    keep(ask, person, "pwd", &mut response);
    response
}

fn check(ask: &Ask) -> Result<Asked, Box<Response>> {
    let Some(query) = &ask.query else {
        let refusal = crate::token::malformed();
        return Err(Box::new(refused(ask, &refusal)));
    };
    ask.identity.check_authorize(&ask.place, query).map_err(|error| {
        Box::new(match error {
            Refused::Here(refusal) => refused(ask, &refusal),
            Refused::Back(sent) => page::send(ask, &sent, ""),
        })
    })
}

/// A refusal as a page.
pub fn refused(ask: &Ask, refusal: &Refusal) -> Response {
    let text = format!("AADSTS{}: {}", refusal.number, refusal.text);
    page::say(ask, refusal.status, "Sign-in is not possible", &text)
}

fn password_page(ask: &Ask, asked: &Asked, name: &str, error: &str) -> Response {
    let inside = [
        field("username", "Name", "text", name, "username"),
        field("password", "Password", "password", "", "current-password"),
    ]
    .concat();
    let mut body = format!("{}{}", intro(asked), alert(error));
    let token = csrf(ask);
    body.push_str(&page::form(&token, &ask.target, &inside, &[("sign-in", "Sign in")]));
    if ask.identity.has_provider(&asked.tenant).unwrap_or(false) {
        body.push_str(&outside_link(asked, &ask.target));
    }
    answer(ask, &token, asked, "Sign in", body, error)
}

/// The link to the tenant's provider, with where of ours to go on afterwards.
fn outside_link(asked: &Asked, back: &str) -> String {
    // Who comes back has just signed in: the wish to do that afresh is fulfilled.
    let (path, query) = back.split_once('?').unwrap_or((back, ""));
    let kept: Vec<&str> = query.split('&').filter(|one| !one.starts_with("prompt=")).collect();
    let back = identity::coded(&format!("{path}?{}", kept.join("&")));
    let address = format!("/{}/oauth2/outside?back={back}", asked.tenant.id);
    format!("<p><a href=\"{}\">Sign in with your organization</a></p>\n", escape(&address))
}

fn change_page(ask: &Ask, asked: &Asked, name: &str, error: &str) -> Response {
    let inside = [
        field("username", "Name", "text", name, "username"),
        field("password", "Present password", "password", "", "current-password"),
        field("new_password", "New password", "password", "", "new-password"),
        field("new_password_again", "New password again", "password", "", "new-password"),
    ]
    .concat();
    let token = csrf(ask);
    let form = page::form(&token, &ask.target, &inside, &[("change", "Change and sign in")]);
    let body = format!("{}{}{form}", intro(asked), alert(error));
    answer(ask, &token, asked, "Change your password", body, error)
}

fn intro(asked: &Asked) -> String {
    let (app, tenant) = (escape(&asked.application.name), escape(&asked.tenant.name));
    format!("<p>Sign in to {tenant} to go on to {app}.</p>\n")
}

fn answer(
    ask: &Ask,
    token: &str,
    asked: &Asked,
    title: &'static str,
    body: String,
    error: &str,
) -> Response {
    let status = if error.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let page = Page { title, body, destination: asked.destination() };
    page::show(ask, status, token, &page)
}
