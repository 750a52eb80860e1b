//! From HTTP to a request and from an answer to HTTP. The services block, so they are asked on a
//! thread of their own; nothing else in this crate knows a runtime.

use std::{convert::Infallible, net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{ConnectInfo, Request as HttpRequest, State},
    http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header, request::Parts},
    routing::any,
};

use crate::{
    Center,
    answer::{Answer, Portions},
    assets, dispatch,
    form::Fields,
    request::{File, Method, Request},
    stream,
    watch::Streams,
};

/// The longest body that is taken, in bytes. The listener has a limit of its own, which is smaller
/// unless it was set.
const LONGEST_BODY: usize = 64 << 20;

/// Everything below `/center`, and the ways into it.
pub fn router(center: Center) -> Router {
    let center = Arc::new(Served { center, streams: Streams::default() });
    let (assets, pages) = ("/center/assets/{name}", any(page));
    Router::new()
        .route(assets, axum::routing::get(asset))
        .route("/", pages.clone())
        .route("/favicon.ico", axum::routing::get(mark))
        .route("/syncline/operator", pages.clone())
        .route("/center", pages.clone())
        .route("/center/{*path}", pages)
        .with_state(center)
}

/// What all requests share.
struct Served {
    center: Center,
    streams: Streams,
}

async fn page(State(served): State<Arc<Served>>, http: HttpRequest) -> Response<Body> {
    let (parts, body) = http.into_parts();
    let request = match read(&served.center, &parts, body).await {
        Ok(request) => request,
        Err(status) => return plain(status),
    };
    let state = served.clone();
    let answered =
        tokio::task::spawn_blocking(move || dispatch::answer(&state.center, request)).await;
    let Ok(reply) = answered else { return plain(StatusCode::INTERNAL_SERVER_ERROR) };
    let nonce = reply.nonce;
    let mut response = match reply.answer {
        Answer::Page { status, html } => {
            with_status(status, with_kind(html.into(), "text/html; charset=utf-8"))
        }
        Answer::PageWith { html, cookies } => {
            let mut response = with_kind(html.into(), "text/html; charset=utf-8");
            cookies.iter().for_each(|cookie| add_cookie(&mut response, cookie));
            response
        }
        Answer::Json(document) => with_kind(document.to_string().into(), "application/json"),
        Answer::Refused { status, document } => {
            with_status(status, with_kind(document.to_string().into(), "application/json"))
        }
        Answer::Go(address) => {
            let mut response = plain(StatusCode::SEE_OTHER);
            set(response.headers_mut(), header::LOCATION, &address.to);
            for cookie in &address.cookies {
                add_cookie(&mut response, cookie);
            }
            response
        }
        Answer::File { name, kind, bytes } => attachment(&name, kind, bytes.into()),
        Answer::Sent { name, kind, parts } => attachment(&name, kind, send(parts)),
        Answer::Live(pieces) => match served.streams.take(&reply.reader) {
            Some(seat) => stream::send(served.center.ending.clone(), pieces, seat),
            None => stream::ask_later(),
        },
    };
    for cookie in &reply.cookies {
        add_cookie(&mut response, cookie);
    }
    guard(response.headers_mut(), &nonce);
    response
}

/// A request as a value, or the status that refuses it.
async fn read(center: &Center, parts: &Parts, body: Body) -> Result<Request, StatusCode> {
    let method = match parts.method.as_str() {
        "GET" | "HEAD" => Method::Get,
        "POST" => Method::Post,
        _ => return Err(StatusCode::METHOD_NOT_ALLOWED),
    };
    let body = to_bytes(body, LONGEST_BODY).await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    let text = |name: &HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let kind = text(&header::CONTENT_TYPE).unwrap_or_default().to_owned();
    let (mut form, mut files, mut json) = (Fields::default(), Vec::new(), Vec::new());
    if kind.starts_with("application/x-www-form-urlencoded") {
        form = Fields::read(&body);
    } else if kind.starts_with("application/json") {
        json = body.to_vec();
    } else if let Ok(boundary) = multer::parse_boundary(&kind) {
        (form, files) = parts_of(body, boundary).await.ok_or(StatusCode::BAD_REQUEST)?;
    } else if !body.is_empty() {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let named = |name: &'static str| text(&HeaderName::from_static(name)).map(str::to_owned);
    let host = text(&header::HOST).map(str::to_owned);
    let host = parts.uri.authority().map(|host| host.to_string()).or(host);
    let scheme = parts.uri.scheme_str().unwrap_or("http");
    let id = named("request-id").unwrap_or_else(|| center.directory.ids().next().to_string());
    Ok(Request {
        method,
        path: segments(parts.uri.path()),
        target: parts.uri.path_and_query().map_or_else(String::new, ToString::to_string),
        query: Fields::read(parts.uri.query().unwrap_or_default().as_bytes()),
        form,
        files,
        json,
        cookies: cookies(&parts.headers),
        csrf: named("x-csrf"),
        origin: text(&header::ORIGIN).map(str::to_owned),
        from_elsewhere: named("sec-fetch-site").is_some_and(|site| site != "same-origin"),
        partial: parts.headers.contains_key("hx-request"),
        own_origin: format!("{scheme}://{}", host.as_deref().unwrap_or("localhost")),
        address: parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|ConnectInfo(address)| address.ip()),
        id,
        at: center.directory.clock().now(),
    })
}

/// The fields and files of a form that holds files.
async fn parts_of(body: Bytes, boundary: String) -> Option<(Fields, Vec<File>)> {
    let whole = futures_util::stream::once(async move { Ok::<_, Infallible>(body) });
    let mut parts = multer::Multipart::new(whole, boundary);
    let (mut fields, mut files) = (Vec::new(), Vec::new());
    while let Some(part) = parts.next_field().await.ok()? {
        let name = part.name()?.to_owned();
        match part.file_name().map(str::to_owned) {
            Some(file) => {
                let bytes = part.bytes().await.ok()?.to_vec();
                files.push(File { field: name, name: file, bytes });
            }
            None => fields.push((name, part.text().await.ok()?)),
        }
    }
    Some((Fields(fields), files))
}

/// The parts of a path, with percent-coding undone.
fn segments(path: &str) -> Vec<String> {
    let decode = |part: &str| {
        let coded = format!("v={}", part.replace('+', "%2B").replace('&', "%26"));
        Fields::read(coded.as_bytes()).raw("v").unwrap_or_default().to_owned()
    };
    path.split('/').filter(|part| !part.is_empty()).map(decode).collect()
}

fn cookies(headers: &HeaderMap) -> Vec<(String, String)> {
    let texts = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs =
        texts.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Something that the browser keeps as a file.
fn attachment(name: &str, kind: &str, body: Body) -> Response<Body> {
    let mut response = with_kind(body, kind);
    let name: String = name.chars().map(|one| if is_plain(one) { one } else { '-' }).collect();
    let text = format!("attachment; filename=\"{name}\"");
    set(response.headers_mut(), header::CONTENT_DISPOSITION, &text);
    response
}

/// A body that is made part by part, each when the one before was taken.
fn send(parts: Portions) -> Body {
    Body::from_stream(futures_util::stream::unfold(Some(parts), |parts| async move {
        let mut parts = parts?;
        let made = tokio::task::spawn_blocking(move || (parts(), parts)).await;
        match made {
            Ok((Some(Ok(part)), parts)) => Some((Ok(Bytes::from(part)), Some(parts))),
            Ok((None, _)) => None,
            Ok((Some(Err(error)), _)) => Some((Err(std::io::Error::other(error.message)), None)),
            Err(fault) => Some((Err(std::io::Error::other(fault)), None)),
        }
    }))
}

async fn asset(
    axum::extract::Path(name): axum::extract::Path<String>,
    asked: HeaderMap,
) -> Response<Body> {
    let Some(asset) = assets::find(&name) else { return plain(StatusCode::NOT_FOUND) };
    let packed = asset.packed().filter(|_| takes_gzip(&asked));
    let mut response = with_kind(packed.unwrap_or(asset.bytes).into(), asset.kind);
    let headers = response.headers_mut();
    if packed.is_some() {
        set(headers, header::CONTENT_ENCODING, "gzip");
    }
    set(headers, header::VARY, "accept-encoding");
    set(headers, header::CACHE_CONTROL, "public, max-age=31536000, immutable");
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    response
}

/// Whether gzip is among what is taken; one that is taken with weight 0 is refused.
fn takes_gzip(asked: &HeaderMap) -> bool {
    let texts = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|text| text.to_str().ok());
    texts.flat_map(|text| text.split(',')).any(|one| {
        let (name, weight) = one.split_once(';').unwrap_or((one, ""));
        let weight = weight.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse::<f32>);
        name.trim().eq_ignore_ascii_case("gzip") && weight.is_ok_and(|weight| weight > 0.0)
    })
}

async fn mark(asked: HeaderMap) -> Response<Body> {
    asset(axum::extract::Path("mark.svg".to_owned()), asked).await
}

fn guard(headers: &mut HeaderMap, nonce: &str) {
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    let usual: [(HeaderName, &str); 6] = [
        // Going back has to show what was filled in; it is asked for again, so it is never another's.
        (header::CACHE_CONTROL, "private, no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CONTENT_SECURITY_POLICY, &policy),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in usual {
        set(headers, name, value);
    }
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn add_cookie(response: &mut Response<Body>, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

pub(crate) fn with_kind(body: Body, kind: &str) -> Response<Body> {
    let mut response = Response::new(body);
    set(response.headers_mut(), header::CONTENT_TYPE, kind);
    response
}

fn with_status(status: u16, mut response: Response<Body>) -> Response<Body> {
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    response
}

fn plain(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

fn is_plain(one: char) -> bool {
    one.is_ascii_alphanumeric() || "-_.".contains(one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_to_whoever_takes_it() {
        let takes = |text: &str| {
            let mut headers = HeaderMap::new();
            set(&mut headers, header::ACCEPT_ENCODING, text);
            takes_gzip(&headers)
        };
        for text in ["gzip", "gzip, deflate, br, zstd", "br;q=1.0, GZIP;q=0.5"] {
            assert!(takes(text), "{text}");
        }
        for text in ["", "br", "identity", "gzip;q=0", "gzip;q=0.0, br", "gzip;q=x", "xgzip"] {
            assert!(!takes(text), "{text}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
