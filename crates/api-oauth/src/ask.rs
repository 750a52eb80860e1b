//! A request as the handlers see it, and the way there: the body is read up to a limit, and the services,
//! which block, are asked on a thread of their own.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    body::{Body, to_bytes},
    extract::{ConnectInfo, Request},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts, uri::Scheme},
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use identity::{Form, Identity, Place};
use serde_json::Value;

use crate::Handler;

/// The longest form that is taken, in bytes.
const LONGEST_BODY: usize = 64 << 10;

/// A request.
pub struct Ask {
    /// The services.
    pub identity: Arc<Identity>,
    /// Where it came in.
    pub place: Place,
    /// The fields of the query. None when one comes twice.
    pub query: Option<Form>,
    /// The fields of the body, with those of the header of basic authentication. None when it is no
    /// form, or a field comes twice.
    pub form: Option<Form>,
    /// Path and query as they came.
    pub target: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The id of this request.
    pub id: String,
}

impl Ask {
    /// A cookie.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
            .filter(|value| !value.is_empty())
    }

    /// The text of a cookie that lives as long as the browser's window.
    pub fn set_cookie(&self, name: &str, value: &str) -> String {
        let secure = if self.is_secure() { "; Secure" } else { "" };
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}")
    }

    /// The text that ends a cookie.
    pub fn end_cookie(&self, name: &str) -> String {
        format!("{}; Max-Age=0", self.set_cookie(name, ""))
    }

    fn is_secure(&self) -> bool {
        self.place.origin.starts_with("https://")
    }

    /// The header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// Answers a request through a function.
pub async fn answer(
    identity: Arc<Identity>,
    tenant: String,
    request: Request,
    handler: Handler,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LONGEST_BODY).await else {
        return status(StatusCode::PAYLOAD_TOO_LARGE);
    };
    let ask = Ask {
        place: place(&parts, tenant),
        query: fields(parts.uri.query().unwrap_or_default().as_bytes()).and_then(Form::new),
        form: form(&parts.headers, &body),
        target: parts.uri.path_and_query().map_or_else(String::new, ToString::to_string),
        id: identity.directory().ids().next().to_string(),
        headers: parts.headers,
        identity,
    };
    let answered = tokio::task::spawn_blocking(move || handler(&ask)).await;
    answered.unwrap_or_else(|_| status(StatusCode::INTERNAL_SERVER_ERROR))
}

fn place(parts: &Parts, tenant: String) -> Place {
    let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| parts.uri.authority().map(|host| host.as_str()));
    // It stands in documents and pages: what is no host is none.
    let is_host = |host: &&str| {
        !host.is_empty()
            && host.bytes().all(|one| one.is_ascii_alphanumeric() || b".-_:[]".contains(&one))
    };
    let host = host.filter(is_host).unwrap_or("localhost");
    let scheme = parts.extensions.get::<Scheme>().or(parts.uri.scheme());
    let scheme = scheme.map_or("http", Scheme::as_str);
    let address = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    Place {
        origin: format!("{scheme}://{host}"),
        tenant,
        address: address.map(|ConnectInfo(address)| address.ip()),
    }
}

fn form(headers: &HeaderMap, body: &[u8]) -> Option<Form> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let is_form = kind.eq_ignore_ascii_case("application/x-www-form-urlencoded");
    if !is_form && !body.is_empty() {
        return None;
    }
    let mut all = fields(body)?;
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if let Some((id, secret)) = authorization.and_then(basic) {
        // The same id may stand in both places; another one makes it no form.
        all.retain(|(name, value)| name != "client_id" || *value != id);
        all.push(("client_id".to_owned(), id));
        all.push(("client_secret".to_owned(), secret));
    }
    Form::new(all)
}

fn fields(text: &[u8]) -> Option<Vec<(String, String)>> {
    Some(form_urlencoded::parse(text).into_owned().collect())
}

/// Id and secret of basic authentication, each written as in a form.
fn basic(value: &str) -> Option<(String, String)> {
    let (scheme, text) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decode = |text: &str| {
        let coded = format!("v={}", text.replace('&', "%26"));
        form_urlencoded::parse(coded.as_bytes()).next().map(|(_, value)| value.into_owned())
    };
    Some((decode(id)?, decode(secret)?))
}

/// A document that nobody keeps.
pub fn document(status: u16, document: &Value) -> Response {
    let mut response = Response::new(Body::from(document.to_string()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let headers = response.headers_mut();
    headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-cache"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// An answer without a body.
pub fn status(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
