//! Answers of the shell itself, in the shape that Graph's clients parse (graph-api.md 0.5).

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
};
use model::Clock;
use serde_json::json;

use crate::clock::SystemClock;

/// A refusal: status, code and sentence.
#[derive(Clone, Copy, Debug)]
pub struct Refusal {
    /// The status.
    pub status: StatusCode,
    /// The code that programs go by.
    pub code: &'static str,
    /// The sentence.
    pub message: &'static str,
    /// When to try again, in seconds.
    pub again: Option<u64>,
    /// Which methods the address takes, where the method was refused.
    pub allow: Option<&'static str>,
    /// Whether the connection is of no further use: the rest of the request is still on it.
    pub closes: bool,
}

impl Refusal {
    /// A refusal that the caller has to mend.
    pub const fn new(status: StatusCode, code: &'static str, message: &'static str) -> Self {
        Self { status, code, message, again: None, allow: None, closes: false }
    }

    /// One that leaves bytes of the request unread.
    pub const fn closing(self) -> Self {
        Self { closes: true, ..self }
    }

    /// One that passes by itself.
    pub const fn again(self, seconds: u64) -> Self {
        Self { again: Some(seconds), ..self }
    }

    /// One of a method, with those that are taken.
    pub const fn allowing(self, methods: &'static str) -> Self {
        Self { allow: Some(methods), ..self }
    }

    /// The answer: a page where somebody looks, and a document for programs.
    pub fn answer_to(self, looks: bool, id: &str, client_id: Option<&str>) -> Response<Body> {
        let mut answer = self.answer(id, client_id);
        if looks {
            *answer.body_mut() = Body::from(web::unread(self.status.as_u16(), self.message));
            let html = HeaderValue::from_static("text/html; charset=utf-8");
            answer.headers_mut().insert(header::CONTENT_TYPE, html);
            let policy = HeaderValue::from_static("default-src 'none'; style-src 'self'");
            answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        answer
    }

    /// The answer to a program.
    pub fn answer(self, request_id: &str, client_request_id: Option<&str>) -> Response<Body> {
        let date = SystemClock.now().to_string();
        let document = json!({ "error": {
            "code": self.code,
            "message": self.message,
            "innerError": {
                "date": date.get(..19).unwrap_or(&date),
                "request-id": request_id,
                "client-request-id": client_request_id.unwrap_or(request_id),
            },
        }});
        let mut answer = Response::new(Body::from(document.to_string()));
        *answer.status_mut() = self.status;
        let headers = answer.headers_mut();
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        headers.insert(header::CONTENT_TYPE, json);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        if let Some(seconds) = self.again {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if let Some(methods) = self.allow {
            headers.insert(header::ALLOW, HeaderValue::from_static(methods));
        }
        if self.closes {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        answer
    }
}

/// Whether somebody looks: a browser that goes to an address names pages first among what it takes.
pub fn looks(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|kinds| kinds.starts_with("text/html"))
}

/// The answer to an address at which nothing is.
pub async fn unknown(request: Request) -> Response<Body> {
    let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let refusal =
        Refusal::new(StatusCode::NOT_FOUND, "NotFound", "There is nothing at this address.");
    let id = text("request-id").unwrap_or_default();
    refusal.answer_to(looks(request.headers()), id, text("client-request-id"))
}
