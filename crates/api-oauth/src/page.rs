//! Pages for people: plain, without scripts, in no frame, kept by nobody. A form of ours carries a token
//! that only our own page can know, and leads nowhere but where it was meant to.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};
use identity::Sent;

use crate::ask::Ask;

/// The cookie whose text must stand in a form.
pub const CSRF: &str = "syncline-csrf";
/// The cookie of a browser that is signed in.
pub use identity::SESSION_COOKIE as SESSION;

/// A page.
pub struct Page {
    /// What it is called.
    pub title: &'static str,
    /// What is on it.
    pub body: String,
    /// Where else its forms may lead: the application's address.
    pub destination: String,
}

/// Text as text in a page.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A field with its label.
pub fn field(name: &str, label: &str, kind: &str, value: &str, complete: &str) -> String {
    let (value, focus) = (escape(value), if value.is_empty() { " autofocus" } else { "" });
    format!(
        "<p><label for=\"{name}\">{label}</label>\n<input id=\"{name}\" name=\"{name}\" type=\"{kind}\" value=\"{value}\" autocomplete=\"{complete}\" required{focus}></p>\n"
    )
}

/// A field that nobody sees.
pub fn hidden(name: &str, value: &str) -> String {
    format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", escape(name), escape(value))
}

/// What went wrong, read aloud by what reads pages aloud.
pub fn alert(text: &str) -> String {
    match text.is_empty() {
        true => String::new(),
        false => format!("<p role=\"alert\">{}</p>\n", escape(text)),
    }
}

/// A form to an address of ours.
pub fn form(csrf: &str, action: &str, inside: &str, buttons: &[(&str, &str)]) -> String {
    let buttons: String = buttons
        .iter()
        .map(|(value, label)| {
            // Who refuses does not have to fill anything in.
            let free = if *value == "refuse" { " formnovalidate" } else { "" };
            format!("<button name=\"action\" value=\"{value}\"{free}>{}</button>\n", escape(label))
        })
        .collect();
    format!(
        "<form method=\"post\" action=\"{}\">\n{}{inside}<p>{buttons}</p>\n</form>\n",
        escape(action),
        hidden("csrf", csrf)
    )
}

/// The token for the forms of a page: the one that the browser has, or a new one.
pub fn csrf(ask: &Ask) -> String {
    ask.cookie(CSRF).filter(|text| is_token(text)).map_or_else(identity::unguessable, str::to_owned)
}

fn is_token(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|one| one.is_ascii_alphanumeric() || b"-_".contains(&one))
}

/// Whether a form came from a page of ours.
pub fn is_ours(ask: &Ask) -> bool {
    let field = ask.form.as_ref().and_then(|form| form.get("csrf"));
    matches!((ask.cookie(CSRF), field), (Some(one), Some(other)) if one == other && is_token(one))
}

/// A page as an answer.
pub fn show(ask: &Ask, status: StatusCode, csrf: &str, page: &Page) -> Response {
    let title = escape(page.title);
    let text = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<link rel=\"stylesheet\" href=\"/sign-in.css\">\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{}</main>\n</body>\n</html>\n",
        page.body
    );
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let policy = format!(
        "default-src 'none'; style-src 'self'; form-action 'self' {}; base-uri 'none'; frame-ancestors 'none'",
        page.destination
    );
    guard(&mut response, &policy);
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    set_cookie(&mut response, &ask.set_cookie(CSRF, csrf));
    response
}

/// A page that says one thing.
pub fn say(ask: &Ask, status: u16, title: &'static str, text: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let body = format!("<p>{}</p>\n", escape(text));
    show(ask, status, &csrf(ask), &Page { title, body, destination: String::new() })
}

/// Sends a browser on.
pub fn go(address: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    guard(&mut response, "default-src 'none'; frame-ancestors 'none'");
    match HeaderValue::from_str(address) {
        Ok(address) => {
            response.headers_mut().insert(header::LOCATION, address);
        }
        // What is no header text is sent nowhere.
        Err(_) => *response.status_mut() = StatusCode::BAD_REQUEST,
    }
    response
}

/// Sends an application its answer: in the address, or in a form that the person sends on.
pub fn send(ask: &Ask, sent: &Sent, destination: &str) -> Response {
    if !sent.by_form {
        return go(&sent.uri);
    }
    let fields: String = sent.fields.iter().map(|(name, value)| hidden(name, value)).collect();
    let body = format!(
        "<form method=\"post\" action=\"{}\">\n{fields}<p><button autofocus>Continue</button></p>\n</form>\n",
        escape(&sent.uri)
    );
    let page = Page { title: "Signed in", body, destination: destination.to_owned() };
    show(ask, StatusCode::OK, &csrf(ask), &page)
}

/// Adds a cookie to an answer.
pub fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

fn guard(response: &mut Response, policy: &str) {
    let usual: [(HeaderName, &str); 5] = [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    for (name, value) in usual {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
}

/// `GET /sign-in.css`
pub fn style(_: &Ask) -> Response {
    const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;margin:0;color:#1b1b1b;background:#f4f4f4}\
main{max-width:24rem;margin:10vh auto;padding:1.5rem 2rem;background:#fff;border:1px solid #ccc;border-radius:.5rem}\
h1{font-size:1.3rem}label{display:block;font-weight:600}\
input{box-sizing:border-box;width:100%;font:inherit;padding:.4rem;border:1px solid #767676;border-radius:.25rem}\
button{font:inherit;padding:.4rem 1rem;margin-right:.5rem;border:1px solid #0b5cad;border-radius:.25rem;background:#0b5cad;color:#fff}\
:focus-visible{outline:3px solid #ffbf47;outline-offset:2px}[role=alert]{padding:.5rem;border-left:4px solid #b00020;background:#fdecee}";
    let mut response = Response::new(Body::from(STYLE));
    let kind = HeaderValue::from_static("text/css; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    let kept = HeaderValue::from_static("public, max-age=3600");
    response.headers_mut().insert(header::CACHE_CONTROL, kept);
    response
}
