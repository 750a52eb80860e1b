//! The token endpoint: a form in, a document out. What goes wrong is told in the shape that clients know
//! (graph-api.md 10.1).

use axum::{
    http::{HeaderValue, header},
    response::Response,
};
use identity::{Form, Refusal, Tokens};
use serde_json::{Map, Value, json};

use crate::ask::{Ask, document};

/// `POST /{tenant}/oauth2/v2.0/token`
pub fn token(ask: &Ask) -> Response {
    let Some(form) = &ask.form else { return refuse(ask, &malformed()) };
    match ask.identity.token(&ask.place, form) {
        Ok(tokens) => document(200, &shown(tokens)),
        Err(refusal) => refuse(ask, &refusal),
    }
}

/// A body that is no form.
pub fn malformed() -> Refusal {
    Refusal {
        status: 400,
        error: "invalid_request",
        number: 9002313,
        text: "Invalid request. Request is malformed or invalid: the body must be a form (application/x-www-form-urlencoded) in which every field comes once.".to_owned(),
    }
}

fn shown(tokens: Tokens) -> Value {
    let mut shown = Map::new();
    shown.insert("token_type".to_owned(), json!("Bearer"));
    shown.insert("expires_in".to_owned(), json!(tokens.expires_in));
    shown.insert("ext_expires_in".to_owned(), json!(tokens.expires_in));
    shown.insert("access_token".to_owned(), json!(tokens.access_token));
    let more = [
        ("scope", tokens.scope),
        ("refresh_token", tokens.refresh_token),
        ("id_token", tokens.id_token),
        ("client_info", tokens.client_info),
    ];
    for (name, value) in more {
        if let Some(value) = value {
            shown.insert(name.to_owned(), json!(value));
        }
    }
    shown.into()
}

/// A refusal as a document.
pub fn refuse(ask: &Ask, refusal: &Refusal) -> Response {
    let instant = ask.identity.directory().clock().now().to_string();
    let timestamp = format!("{}Z", instant.get(..19).unwrap_or(&instant).replace('T', " "));
    let correlation = correlation(ask);
    let text = format!(
        "AADSTS{}: {}\r\nTrace ID: {}\r\nCorrelation ID: {correlation}\r\nTimestamp: {timestamp}",
        refusal.number, refusal.text, ask.id
    );
    let shown = json!({
        "error": refusal.error,
        "error_description": text,
        "error_codes": [refusal.number],
        "timestamp": timestamp,
        "trace_id": ask.id,
        "correlation_id": correlation,
        "error_uri": format!("{}/error?code={}", ask.place.origin, refusal.number),
    });
    let mut response = document(refusal.status, &shown);
    if refusal.status == 401 {
        let challenge = HeaderValue::from_static("Basic realm=\"token\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// The id that the caller gave the request, where it is one.
fn correlation(ask: &Ask) -> String {
    let given = ask.header("client-request-id").map(str::to_owned);
    let asked = |form: &Option<Form>| {
        form.as_ref().and_then(|form| form.get("client-request-id").map(str::to_owned))
    };
    let given = given.or_else(|| asked(&ask.query));
    given.filter(|id| id.parse::<model::ObjectId>().is_ok()).unwrap_or_else(|| ask.id.clone())
}
