//! Sign-in of programs without a browser: what the program asks for, and the page on which a person
//! enters the code that it shows.

use axum::{http::StatusCode, response::Response};
use identity::{Pending, Person, SignInError, SignedIn};
use serde_json::json;

use crate::{
    ask::{Ask, document},
    authorize::{keep, session},
    page::{self, Page, alert, csrf, escape, field, hidden},
    token::{malformed, refuse},
};

const TITLE: &str = "Sign in on a device";

/// `POST /{tenant}/oauth2/v2.0/devicecode`
pub fn begin(ask: &Ask) -> Response {
    let Some(form) = &ask.form else { return refuse(ask, &malformed()) };
    match ask.identity.begin_device(&ask.place, form) {
        Err(refusal) => refuse(ask, &refusal),
        Ok(answer) => {
            let address = format!("{}/devicelogin", ask.place.origin);
            let message = format!(
                "To sign in, use a web browser to open the page {address} and enter the code {} to authenticate.",
                answer.user_code
            );
            let shown = json!({
                "user_code": answer.user_code,
                "device_code": answer.device_code,
                "verification_uri": address,
                "expires_in": answer.expires_in,
                "interval": answer.interval,
                "message": message,
            });
            document(200, &shown)
        }
    }
}

/// `GET /devicelogin`
pub fn show(ask: &Ask) -> Response {
    let code = ask.query.as_ref().and_then(|query| query.get("otc")).unwrap_or_default();
    code_page(ask, code, "")
}

/// `POST /devicelogin`: the code, and then the answer.
pub fn take(ask: &Ask) -> Response {
    let Some(form) = ask.form.as_ref().filter(|_| page::is_ours(ask)) else {
        return code_page(ask, "", "The page was open for too long. Try again.");
    };
    let code = form.get("code").unwrap_or_default();
    let Some(pending) = ask.identity.find_device(code) else {
        return code_page(ask, "", "No program waits under that code, or no longer.");
    };
    match form.get("action") {
        Some("refuse") => {
            ask.identity.answer_device(code, None);
            page::say(ask, 200, TITLE, "The program was refused. You can close this page.")
        }
        Some("allow") => allow(ask, code, &pending),
        _ => ask_page(ask, code, &pending, "", ""),
    }
}

fn allow(ask: &Ask, code: &str, pending: &Pending) -> Response {
    let here = session(ask).filter(|session| session.person.tenant == pending.tenant.id);
    let name = ask.form.as_ref().and_then(|form| form.get("username")).unwrap_or_default();
    let (person, proof, is_new) = match here {
        Some(session) => (session.person, session.proof, false),
        None => match sign_in(ask, pending, name) {
            Ok(person) => (person, "pwd".to_owned(), true),
            Err(error) => return ask_page(ask, code, pending, name, &error),
        },
    };
    if !ask.identity.answer_device(code, Some((&person, &proof))) {
        return code_page(ask, "", "No program waits under that code, or no longer.");
    }
    let mut response =
        page::say(ask, 200, TITLE, "The program is signed in. You can close this page.");
    if is_new {
        keep(ask, &person, &proof, &mut response);
    }
    response
}

fn sign_in(ask: &Ask, pending: &Pending, name: &str) -> Result<Person, String> {
    let password = ask.form.as_ref().and_then(|form| form.get("password")).unwrap_or_default();
    match ask.identity.sign_in(&pending.tenant, name, password, ask.place.address) {
        Ok(SignedIn::Done(person)) => Ok(person),
        Ok(SignedIn::MustChange(_)) => {
            Err("Your password has to be changed first: sign in to an application.".to_owned())
        }
        Err(error @ SignInError::Unfit(_)) => Err(error.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

fn code_page(ask: &Ask, code: &str, error: &str) -> Response {
    let token = csrf(ask);
    let inside = field("code", "Code that the program shows", "text", code, "one-time-code");
    let form = page::form(&token, "/devicelogin", &inside, &[("next", "Next")]);
    answer(ask, &token, format!("{}{form}", alert(error)), error)
}

fn ask_page(ask: &Ask, code: &str, pending: &Pending, name: &str, error: &str) -> Response {
    let token = csrf(ask);
    let scopes: String =
        pending.scopes.iter().map(|scope| format!("<li>{}</li>\n", escape(scope))).collect();
    let here = session(ask).filter(|session| session.person.tenant == pending.tenant.id);
    let who = match here {
        Some(session) => format!("<p>You are {}.</p>\n", escape(&session.person.name)),
        None => [
            field("username", "Name", "text", name, "username"),
            field("password", "Password", "password", "", "current-password"),
        ]
        .concat(),
    };
    let inside = format!("{}{who}", hidden("code", code));
    let buttons = [("allow", "Allow"), ("refuse", "Refuse")];
    let body = format!(
        "<p>{} wants to act in your name in {}. Go on only if you began this yourself.</p>\n<ul>\n{scopes}</ul>\n{}{}",
        escape(&pending.application),
        escape(&pending.tenant.name),
        alert(error),
        page::form(&token, "/devicelogin", &inside, &buttons)
    );
    answer(ask, &token, body, error)
}

fn answer(ask: &Ask, token: &str, body: String, error: &str) -> Response {
    let status = if error.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    page::show(ask, status, token, &Page { title: TITLE, body, destination: String::new() })
}
