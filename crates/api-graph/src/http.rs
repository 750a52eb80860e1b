//! From HTTP to a request and from an answer to HTTP. The services block, so they are asked on a
//! thread of their own; nothing else in this crate knows a runtime.

use std::sync::Arc;

use crate::{
    Services,
    answer::{Answer, Body},
    error::Error,
    request::{Headers, Method, Request, Version},
    route,
};
use axum::{
    Router,
    body::{Body as HttpBody, HttpBody as _, to_bytes},
    extract::{Request as HttpRequest, State},
    http::{HeaderMap, HeaderValue, Method as HttpMethod, Response, StatusCode, Uri, header},
};

/// The longest body that is taken, in bytes (graph-api.md is silent; Graph's own limit is 4 MB).
const LONGEST_BODY: usize = 4 << 20;

const JSON: &str = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";

/// Everything below `/v1.0` and `/beta`.
pub fn router(services: Arc<Services>) -> Router {
    let spellings = Version::ALL.into_iter().flat_map(|version| spellings(version.as_str()));
    let add = |router: Router<_>, spelling| {
        router.route(&format!("/{spelling}/{{*path}}"), axum::routing::any(handle))
    };
    spellings.fold(Router::new(), add).with_state(services)
}

/// A segment in every mix of small and capital letters: Graph does not tell them apart, and a router
/// does.
fn spellings(segment: &str) -> Vec<String> {
    segment.chars().fold(vec![String::new()], |begun, letter| {
        let mut letters = vec![letter];
        letters.extend(Some(letter.to_ascii_uppercase()).filter(|capital| *capital != letter));
        let with = |one: &String, letter: &char| format!("{one}{letter}");
        begun.iter().flat_map(|one| letters.iter().map(move |letter| with(one, letter))).collect()
    })
}

async fn handle(State(services): State<Arc<Services>>, http: HttpRequest) -> Response<HttpBody> {
    let (parts, body) = http.into_parts();
    let request_id = request_id(&services, &parts.headers);
    let (version, path) = split(parts.uri.path());
    let mut request = Request {
        method: Method::Get,
        version,
        path: path.to_owned(),
        query: parts.uri.query().map(str::to_owned),
        headers: headers(&parts.headers),
        body: Vec::new(),
        origin: origin(&parts.uri, &parts.headers),
        request_id,
        at: services.directory.clock().now(),
    };
    let is_head = parts.method == HttpMethod::HEAD;
    if parts.method == HttpMethod::OPTIONS {
        return respond(&request, options(&request));
    }
    match Method::find(parts.method.as_str()) {
        Some(method) => request.method = method,
        None if is_head => request.method = Method::Get,
        None => return respond(&request, not_allowed(&request)),
    }
    match to_bytes(body, LONGEST_BODY).await {
        Ok(body) => request.body = body.into(),
        Err(_) => {
            let message = format!("The body is longer than {LONGEST_BODY} bytes, or was cut.");
            let refused = Error::new(413, "RequestEntityTooLarge", message).answer(&request);
            return respond(&request, refused);
        }
    }
    let asked = tokio::task::spawn_blocking(move || {
        let answer = services.answer(&request);
        let response = respond(&request, answer);
        if is_head { without_body(response) } else { response }
    });
    asked.await.unwrap_or_else(|_| {
        let mut response = Response::new(HttpBody::empty());
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    })
}

/// Which methods an address takes, for whoever asks: no permission is needed to read the manual.
fn options(request: &Request) -> Answer {
    match route::allowed(request) {
        Ok(methods) => Answer::done().with("allow", methods),
        Err(error) => error.answer(request),
    }
}

/// The answer to a method that nothing here takes.
fn not_allowed(request: &Request) -> Answer {
    route::allowed(request).map_or_else(|error| error, Error::not_allowed).answer(request)
}

/// The head of an answer alone. It still says how long the body would be.
fn without_body(response: Response<HttpBody>) -> Response<HttpBody> {
    let (mut parts, body) = response.into_parts();
    if let Some(length) = body.size_hint().exact() {
        parts.headers.insert(header::CONTENT_LENGTH, length.into());
    }
    Response::from_parts(parts, HttpBody::empty())
}

fn split(path: &str) -> (Version, &str) {
    let path = path.trim_start_matches('/');
    let (version, rest) = path.split_once('/').unwrap_or((path, ""));
    (Version::find(version).unwrap_or(Version::V1), rest)
}

fn headers(headers: &HeaderMap) -> Headers {
    let text = |name: &str| {
        let values: Vec<&str> =
            headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
        (!values.is_empty()).then(|| values.join(","))
    };
    let bearer = text("authorization").and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
    });
    Headers {
        bearer,
        content_type: text("content-type"),
        consistency_level: text("consistencylevel"),
        prefer: text("prefer"),
        client_request_id: text("client-request-id"),
        if_match: text("if-match"),
        if_none_match: text("if-none-match"),
    }
}

/// The id that the listener gave the request; it lets none from outside through.
fn request_id(services: &Services, headers: &HeaderMap) -> String {
    match headers.get("request-id").and_then(|id| id.to_str().ok()) {
        Some(id) => id.to_owned(),
        None => services.directory.ids().next().to_string(),
    }
}

/// Where the caller thinks we are: links in answers have to lead back the same way. The listener puts
/// scheme and host into the address.
fn origin(uri: &Uri, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = uri.authority().map(|host| host.as_str()).or(host).unwrap_or("localhost");
    format!("{}://{host}", uri.scheme_str().unwrap_or("http"))
}

fn respond(request: &Request, answer: Answer) -> Response<HttpBody> {
    let (kind, body) = match answer.body {
        Body::Empty => (None, HttpBody::empty()),
        Body::Json(document) => (Some(JSON), HttpBody::from(document.to_string())),
        Body::Written(text) => (Some(JSON), HttpBody::from(text)),
        Body::Text(text) => (Some("text/plain"), HttpBody::from(text)),
    };
    let mut response = Response::new(body);
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let client = request.headers.client_request_id.as_deref().unwrap_or(&request.request_id);
    let usual = [("request-id", request.request_id.as_str()), ("client-request-id", client)];
    let own = answer.headers.iter().map(|(name, value)| (*name, value.as_str()));
    let headers = response.headers_mut();
    for (name, value) in usual.into_iter().chain(own) {
        // A value that is no header text is left out: it came from outside, and the answer matters more.
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert("odata-version", HeaderValue::from_static("4.0"));
    if let Some(kind) = kind {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    response
}
