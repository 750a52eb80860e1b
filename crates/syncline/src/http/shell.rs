//! What every request passes first: it gets an id and an absolute address, its head and body are
//! held to their limits, it waits for its turn, and it leaves a line in the log and a figure.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::ConnectInfo,
    http::{
        HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, Version, header,
        request::Parts, uri,
    },
};
use config::{Level, Settings};
use hyper::{body::Incoming, service::Service};
use hyper_util::service::TowerToHyperService;
use model::IdSource;
use tokio::{sync::Semaphore, time::timeout};

use super::{
    command,
    desk::Desk,
    figures::Figures,
    listen::Count,
    reply::{self, Refusal},
    tokens::Tokens,
};
use crate::{clock::OrderedIds, logging::Logger};

/// The longest head of a request, as bytes of names and values.
const HEAD: usize = 32 << 10;

/// How much of bodies is held in memory at once, in bytes.
const HELD: usize = 256 << 20;

/// How much of a refused body is read, and how long it is waited for.
const DRAINED: usize = 4 << 20;
const LINGER: Duration = Duration::from_millis(200);

/// The same where the answer goes out beside the body.
const DRAINED_BESIDE: usize = 64 << 20;
const LINGER_BESIDE: Duration = Duration::from_secs(10);

/// The id that a request has in logs, audit and answer. It is set here whatever the caller sent.
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");

/// Who is at the other end of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    /// The address.
    pub peer: SocketAddr,
    /// `http` or `https`.
    pub scheme: &'static str,
}

/// The shell around the ways in.
pub struct Shell {
    inner: TowerToHyperService<Router>,
    desk: Arc<Desk>,
    figures: Figures,
    connections: Count,
    tokens: Tokens,
    ids: OrderedIds,
    log: Logger,
    limits: Limits,
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
    running: Arc<AtomicUsize>,
    held: AtomicUsize,
}

struct Limits {
    body: usize,
    body_time: Duration,
    request_time: Duration,
    queue: usize,
}

/// What is kept of a request for its answer and its line in the log.
struct About {
    id: String,
    client_id: Option<String>,
    method: Method,
    path: String,
    begun: Instant,
    caller: Caller,
}

impl Shell {
    /// A shell with the limits of the settings.
    pub fn new(settings: &Settings, router: Router, desk: Arc<Desk>, connections: Count) -> Self {
        let tokens = Tokens::new(settings.limits.tokens);
        let settings = &settings.http;
        Self {
            tokens,
            inner: TowerToHyperService::new(router),
            log: desk.log.clone(),
            desk,
            figures: Figures::new(),
            connections,
            ids: OrderedIds::new(),
            limits: Limits {
                body: settings.body,
                body_time: settings.body_time,
                request_time: settings.request_time,
                queue: settings.queue,
            },
            turns: Arc::new(Semaphore::new(settings.workers)),
            waiting: AtomicUsize::new(0),
            running: Arc::new(AtomicUsize::new(0)),
            held: AtomicUsize::new(0),
        }
    }

    /// Whether requests are being answered, also such whose callers have left.
    pub fn is_busy(&self) -> bool {
        self.running.load(Ordering::SeqCst) > 0
    }

    /// Answers a request.
    pub async fn handle(&self, request: Request<Incoming>, caller: Caller) -> Response<Body> {
        let client_id = request.headers().get(CLIENT_REQUEST_ID);
        let about = About {
            id: self.ids.next().to_string(),
            client_id: client_id.and_then(|value| value.to_str().ok()).map(str::to_owned),
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            begun: Instant::now(),
            caller,
        };
        let looks = reply::looks(request.headers());
        let mut answer = match self.take(request, &about).await {
            Ok(answer) => answer,
            Err(refusal) => refusal.answer_to(looks, &about.id, about.client_id.as_deref()),
        };
        finish(&mut answer, &about);
        self.note(&answer, &about);
        answer
    }

    async fn take(
        &self,
        request: Request<Incoming>,
        about: &About,
    ) -> Result<Response<Body>, Refusal> {
        let (mut parts, body) = request.into_parts();
        check_head(&parts)?;
        parts.uri = absolute(&parts, about.caller.scheme)?;
        // What has to answer when all turns are taken, and what has a body of its own kind.
        match parts.uri.path() {
            "/healthz" => return Ok(Response::new(Body::from("alive\n"))),
            "/readyz" => return Ok(self.desk.clone().ready().await),
            "/metrics" => {
                let waiting = self.waiting.load(Ordering::Relaxed);
                let own = self.figures.text(self.connections.get(), waiting);
                return self.desk.clone().metrics(&parts, about.caller, own).await;
            }
            command::PATH => {
                return command::take(self.desk.clone(), about.id.clone(), &parts, body).await;
            }
            _ => {}
        }
        // Sign-in counts failures against whoever speaks to us.
        parts.extensions.insert(ConnectInfo(about.caller.peer));
        // An id is ASCII.
        if let Ok(id) = HeaderValue::from_str(&about.id) {
            parts.headers.insert(REQUEST_ID, id);
        }
        // Counted as held until it is answered.
        let (body, _held) = self.read(body, &parts).await?;
        self.tokens.check(parts.uri.path(), &body, about.caller.peer.ip())?;
        self.answer(Request::from_parts(parts, Body::from(body))).await
    }

    /// The whole body, within its length and its time.
    async fn read(&self, mut body: Incoming, parts: &Parts) -> Result<(Bytes, Held<'_>), Refusal> {
        let declared =
            parts.headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
        let declared = declared.and_then(|text| text.parse::<usize>().ok()).unwrap_or_default();
        if declared > self.limits.body {
            drain(body, parts.version).await;
            return Err(TOO_LONG.closing());
        }
        let begun = Instant::now();
        let mut held = Held { counter: &self.held, size: 0 };
        let mut whole = Vec::new();
        loop {
            let Ok(next) = timeout(self.limits.body_time, next_chunk(&mut body)).await else {
                return Err(TOO_SLOW.closing());
            };
            let Some(chunk) = next? else { break };
            if whole.len() + chunk.len() > self.limits.body {
                drain(body, parts.version).await;
                return Err(TOO_LONG.closing());
            }
            held.add(chunk.len())?;
            whole.extend_from_slice(&chunk);
            let allowed = self.limits.body_time + Duration::from_millis(whole.len() as u64);
            if begun.elapsed() > allowed {
                return Err(TOO_SLOW.closing());
            }
        }
        Ok((whole.into(), held))
    }

    /// Has the ways in answer, when it is its turn. The work goes on when the caller leaves or the time
    /// is over, so that what was begun ends and keeps its turn until then.
    async fn answer(&self, request: Request<Body>) -> Result<Response<Body>, Refusal> {
        let deadline = self.limits.request_time;
        let turn = match self.turns.clone().try_acquire_owned() {
            Ok(turn) => turn,
            Err(_) => {
                let place = Place::take(&self.waiting, self.limits.queue)?;
                let turn = timeout(deadline, self.turns.clone().acquire_owned()).await;
                drop(place);
                turn.map_err(|_| TIME_OVER)?.map_err(|_| BUSY)?
            }
        };
        let work = self.inner.call(request);
        let running = Running::new(&self.running);
        let task = tokio::spawn(async move {
            let answer = work.await;
            drop((turn, running));
            answer
        });
        match timeout(deadline, task).await {
            Ok(Ok(Ok(answer))) => Ok(answer),
            Ok(_) => Err(FAILED),
            Err(_) => Err(TIME_OVER),
        }
    }

    fn note(&self, answer: &Response<Body>, about: &About) {
        let (status, took) = (answer.status().as_u16(), about.begun.elapsed());
        self.figures.count(&self.figures.kind(&about.path), about.method.as_str(), status, took);
        if !self.log.says("http", Level::Info) {
            return;
        }
        let milliseconds = (took.as_secs_f64() * 1e5).round() / 1e2;
        // The path alone: a query string may hold what is nobody's business.
        let values = [
            ("status", status.into()),
            ("ms", milliseconds.into()),
            ("request", about.id.clone().into()),
            ("from", about.caller.peer.ip().to_string().into()),
            ("method", about.method.as_str().into()),
            ("path", about.path.clone().into()),
        ];
        self.log.log("http", Level::Info, "answered", &values);
    }
}

/// The next bytes of a body; none at its end.
pub async fn next_chunk(body: &mut Incoming) -> Result<Option<Bytes>, Refusal> {
    use axum::body::HttpBody;
    loop {
        let frame =
            std::future::poll_fn(|context| std::pin::Pin::new(&mut *body).poll_frame(context));
        match frame.await {
            None => return Ok(None),
            Some(Err(_)) => return Err(CUT.closing()),
            Some(Ok(frame)) => {
                // Trailers say nothing to us.
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
        }
    }
}

/// Reads on for a moment after a refusal: a caller that is still sending when the connection closes
/// never sees the answer. In HTTP/2 the answer goes out beside the body, and a stream that is given up
/// while its body is still coming looks broken to callers; so it is read on beside the answer.
pub async fn drain(mut body: Incoming, version: Version) {
    if version == Version::HTTP_2 {
        tokio::spawn(timeout(LINGER_BESIDE, async move {
            read_on(&mut body, DRAINED_BESIDE, LINGER_BESIDE).await;
        }));
    } else {
        read_on(&mut body, DRAINED, LINGER).await;
    }
}

async fn read_on(body: &mut Incoming, most: usize, pause: Duration) {
    let mut left = most;
    while let Ok(Ok(Some(chunk))) = timeout(pause, next_chunk(body)).await {
        left = left.saturating_sub(chunk.len());
        if left == 0 {
            return;
        }
    }
}

fn finish(answer: &mut Response<Body>, about: &About) {
    let headers = answer.headers_mut();
    let client_id = about.client_id.as_deref().unwrap_or(&about.id);
    for (name, value) in [(REQUEST_ID, about.id.as_str()), (CLIENT_REQUEST_ID, client_id)] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.entry(name).or_insert(value);
        }
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

fn check_head(parts: &Parts) -> Result<(), Refusal> {
    let head = parts.headers.iter().map(|(name, value)| name.as_str().len() + value.len());
    if head.sum::<usize>() > HEAD {
        return Err(HEAD_TOO_LONG.closing());
    }
    if parts.uri.path_and_query().is_some_and(|path| path.as_str().len() > HEAD / 2) {
        return Err(ADDRESS_TOO_LONG.closing());
    }
    if parts.headers.contains_key(header::TRANSFER_ENCODING)
        && parts.headers.contains_key(header::CONTENT_LENGTH)
    {
        return Err(TWO_LENGTHS.closing());
    }
    if [Method::TRACE, Method::CONNECT].contains(&parts.method) {
        return Err(METHOD);
    }
    if is_trick(parts.uri.path()) {
        return Err(ADDRESS);
    }
    Ok(())
}

/// Whether a path climbs, or holds what no name holds, in plain or percent-coded.
fn is_trick(path: &str) -> bool {
    let folded = path.to_ascii_lowercase().replace("%2e", ".").replace("%5c", "\\");
    folded.split('/').any(|part| part == "." || part == "..")
        || folded.contains('\\')
        || (0..0x20).chain([0x7f]).any(|code: u8| folded.contains(&format!("%{code:02x}")))
}

/// The address with scheme and host, as the caller meant it: links in answers lead back the same way.
fn absolute(parts: &Parts, scheme: &str) -> Result<Uri, Refusal> {
    let mut hosts = parts.headers.get_all(header::HOST).iter();
    let named = match (hosts.next(), hosts.next()) {
        (_, Some(_)) => return Err(HOST),
        (host, None) => host.and_then(|host| host.to_str().ok()),
    };
    let authority = match (parts.uri.authority(), named) {
        (Some(authority), _) => authority.clone(),
        (None, Some(host)) => host.parse::<uri::Authority>().map_err(|_| HOST)?,
        (None, None) => return Err(HOST),
    };
    if authority.as_str().contains('@') || authority.host().is_empty() {
        return Err(HOST);
    }
    let path = parts.uri.path_and_query().cloned();
    Uri::builder()
        .scheme(scheme)
        .authority(authority)
        .path_and_query(path.unwrap_or_else(|| uri::PathAndQuery::from_static("/")))
        .build()
        .map_err(|_| ADDRESS)
}

/// Bytes of a body that are held.
struct Held<'a> {
    counter: &'a AtomicUsize,
    size: usize,
}

impl Held<'_> {
    fn add(&mut self, size: usize) -> Result<(), Refusal> {
        self.size += size;
        let before = self.counter.fetch_add(size, Ordering::Relaxed);
        if before + size > HELD { Err(BUSY.closing()) } else { Ok(()) }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.counter.fetch_sub(self.size, Ordering::Relaxed);
    }
}

/// A place in the queue.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize, limit: usize) -> Result<Self, Refusal> {
        let place = Self(waiting);
        if waiting.fetch_add(1, Ordering::Relaxed) < limit { Ok(place) } else { Err(BUSY) }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A request that is being answered.
struct Running(Arc<AtomicUsize>);

impl Running {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count.clone())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

const TOO_LONG: Refusal = Refusal::new(
    StatusCode::PAYLOAD_TOO_LARGE,
    "RequestEntityTooLarge",
    "The body is longer than this server takes.",
);
const TOO_SLOW: Refusal =
    Refusal::new(StatusCode::REQUEST_TIMEOUT, "RequestTimeout", "The body came too slowly.");
const CUT: Refusal = Refusal::new(StatusCode::BAD_REQUEST, "BadRequest", "The body was cut.");
const HEAD_TOO_LONG: Refusal = Refusal::new(
    StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
    "RequestHeaderFieldsTooLarge",
    "The head of the request is longer than this server takes.",
);
const ADDRESS_TOO_LONG: Refusal = Refusal::new(
    StatusCode::URI_TOO_LONG,
    "RequestUriTooLong",
    "The address is longer than this server takes.",
);
const TWO_LENGTHS: Refusal =
    Refusal::new(StatusCode::BAD_REQUEST, "BadRequest", "The request has two lengths.");
const METHOD: Refusal = Refusal::new(
    StatusCode::METHOD_NOT_ALLOWED,
    "Request_BadRequest",
    "Specified HTTP method is not allowed for the request target.",
)
.allowing("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
const ADDRESS: Refusal = Refusal::new(
    StatusCode::BAD_REQUEST,
    "Request_InvalidRequestUrl",
    "The address is none that this server knows.",
);
const HOST: Refusal =
    Refusal::new(StatusCode::BAD_REQUEST, "BadRequest", "The request names no host, or several.");
const BUSY: Refusal = Refusal::new(
    StatusCode::SERVICE_UNAVAILABLE,
    "serviceNotAvailable",
    "The server is busy; try again.",
)
.again(1);
const TIME_OVER: Refusal = Refusal::new(
    StatusCode::SERVICE_UNAVAILABLE,
    "serviceNotAvailable",
    "The answer took too long; what was begun may still be done.",
)
.again(5);
const FAILED: Refusal = Refusal::new(
    StatusCode::INTERNAL_SERVER_ERROR,
    "generalException",
    "The request failed for a reason of the server.",
);

#[cfg(test)]
mod tests {
    use super::is_trick;

    #[test]
    fn a_path_that_climbs_or_hides_something_is_none() {
        for path in [
            "/v1.0/../x",
            "/v1.0/%2e%2E/x",
            "/a/.%2e",
            "/a/%00",
            "/a\\..\\b",
            "/a/%5c",
            "/a%0d%0ab",
        ] {
            assert!(is_trick(path), "{path}");
        }
        for path in ["/v1.0/users/a.b@x.example", "/v1.0/users/...", "/a//b", "/a%20b%23"] {
            assert!(!is_trick(path), "{path}");
        }
    }
}
