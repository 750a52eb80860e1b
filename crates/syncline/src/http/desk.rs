//! What the server answers for itself, beside the ways in: commands, signing in as an operator, whether
//! it lives and is ready, and its figures.

use std::{
    collections::HashMap,
    io::Write,
    net::IpAddr,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderValue, Response, StatusCode, header, request::Parts},
    routing::post,
};
use identity::{Identity, OperatorError, Operators};
use model::Actor;
use serde::Deserialize;
use serde_json::json;
use store::Store;
use tokio::{sync::Semaphore, task::spawn_blocking};

use super::{reply::Refusal, shell::Caller};
use crate::{app::App, commands::metrics, logging::Logger};

/// How many commands of other machines run at once.
pub const COMMANDS: usize = 64;

/// The state behind those answers.
pub struct Desk {
    pub app: Arc<App>,
    pub operators: Operators,
    pub identity: Identity,
    pub log: Logger,
    pub slots: Arc<Semaphore>,
    running: Mutex<HashMap<String, Running>>,
    ending: Arc<AtomicBool>,
}

/// A command that runs.
struct Running {
    actor: Actor,
    stop: Arc<AtomicBool>,
}

impl Desk {
    /// A desk before the services.
    pub fn new(app: &Arc<App>, identity: Identity, log: &Logger) -> Self {
        // What a process that was killed has left.
        drop(std::fs::remove_dir_all(spool(app)));
        Self {
            app: app.clone(),
            operators: Operators::new(app.directory.clone()),
            identity,
            log: log.clone(),
            slots: Arc::new(Semaphore::new(COMMANDS)),
            running: Mutex::default(),
            ending: Arc::default(),
        }
    }

    /// Tells commands without an end of their own that the process is about to end.
    pub fn end(&self) {
        self.ending.store(true, Ordering::SeqCst);
    }

    /// Set when the process is about to end.
    pub fn ending(&self) -> Arc<AtomicBool> {
        self.ending.clone()
    }

    /// Whether the process is about to end.
    pub fn is_ending(&self) -> bool {
        self.ending.load(Ordering::SeqCst) || crate::signal::is_asked()
    }

    /// Who shows a token: an operator, or a person or an application of a tenant. It blocks.
    pub fn authenticate(&self, token: Option<&str>) -> Result<Actor, Refusal> {
        if let Some(token) = token.filter(|token| token.starts_with(identity::TOKEN)) {
            return match self.operators.authenticate(token) {
                Ok(actor) => actor.ok_or(UNKNOWN_TOKEN),
                Err(_) => Err(UNREADY),
            };
        }
        self.identity.authenticate(token).map_err(|_| UNKNOWN_TOKEN)
    }

    /// Notes that a command runs, under the id of its request.
    pub fn begin(&self, id: &str, actor: &Actor) -> Arc<AtomicBool> {
        let stop = Arc::new(AtomicBool::new(false));
        let running = Running { actor: actor.clone(), stop: stop.clone() };
        self.running().insert(id.to_owned(), running);
        stop
    }

    /// Notes that it has ended.
    pub fn ended(&self, id: &str) {
        self.running().remove(id);
    }

    fn running(&self) -> std::sync::MutexGuard<'_, HashMap<String, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why the server is not ready; nothing when it is. It blocks.
    fn find_reasons(&self) -> Vec<&'static str> {
        let mut reasons = Vec::new();
        if self.is_ending() {
            reasons.push("the server is about to end");
        }
        if self.app.store.system_documents("operator").is_err() {
            reasons.push("the store does not answer");
        }
        // A name of its own for each look: several may look at once.
        let probe = tempfile::Builder::new().prefix("ready-").tempfile_in(&self.app.path);
        if probe.and_then(|mut probe| probe.write_all(b"ready")).is_err() {
            reasons.push("the disk cannot be written");
        }
        reasons
    }

    /// `GET /readyz`.
    pub async fn ready(self: Arc<Self>) -> Response<Body> {
        let reasons = spawn_blocking(move || self.find_reasons()).await;
        let reasons = reasons.unwrap_or_else(|_| vec!["the check itself failed"]);
        let status = match reasons.is_empty() {
            true => StatusCode::OK,
            false => StatusCode::SERVICE_UNAVAILABLE,
        };
        json_answer(status, &json!({ "ready": reasons.is_empty(), "reasons": reasons }))
    }

    /// `GET /metrics`, for this machine's own callers and for operators.
    pub async fn metrics(
        self: Arc<Self>,
        parts: &Parts,
        caller: Caller,
        own: String,
    ) -> Result<Response<Body>, Refusal> {
        let (token, is_local) = (bearer(&parts.headers), is_local(parts, caller));
        let told = spawn_blocking(move || {
            if !is_local {
                match self.authenticate(token.as_deref())? {
                    Actor::Operator { .. } => {}
                    _ => return Err(FORBIDDEN),
                }
            }
            metrics::page(&self.app).map_err(|_| UNREADY)
        });
        let mut text = told.await.map_err(|_| UNREADY)??;
        text.push_str(&own);
        let mut answer = Response::new(Body::from(text));
        let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
        answer.headers_mut().insert(header::CONTENT_TYPE, kind);
        Ok(answer)
    }
}

/// Where files of commands stand meanwhile.
pub fn spool(app: &App) -> PathBuf {
    app.path.join("spool")
}

/// Whether a caller sits at this machine: from loopback, to a name of loopback, and not handed on by a
/// proxy, which sits here as well.
fn is_local(parts: &Parts, caller: Caller) -> bool {
    let host = parts.uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let names_loopback =
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let is_handed_on = ["forwarded", "x-forwarded-for", "via", "x-real-ip"]
        .iter()
        .any(|name| parts.headers.contains_key(*name));
    caller.peer.ip().is_loopback() && names_loopback && !is_handed_on
}

/// The token of a request.
pub fn bearer(headers: &HeaderMap) -> Option<String> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// Addresses that take a whole small body.
pub fn routes(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/syncline/v1/login", post(login))
        .route("/syncline/v1/stop", post(stop))
        .with_state(desk)
}

#[derive(Deserialize)]
struct Login {
    code: String,
    name: String,
}

/// Makes an operator of somebody with a one-time code.
async fn login(State(desk): State<Arc<Desk>>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let refuse = |refusal: Refusal| refuse(refusal, &headers);
    let Ok(Login { code, name }) = serde_json::from_slice(&body) else { return refuse(NO_LOGIN) };
    let request = headers.get("request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    let operators = Operators::new(desk.app.directory.for_request(request));
    let done = spawn_blocking(move || operators.redeem(&code, &name)).await;
    match done {
        Ok(Ok((operator, token))) => json_answer(
            StatusCode::OK,
            &json!({ "token": token, "name": operator.name, "expires": operator.expires }),
        ),
        Ok(Err(OperatorError::Code)) => refuse(BAD_CODE),
        Ok(Err(OperatorError::Taken(_))) => refuse(TAKEN),
        Ok(Err(OperatorError::Name(_))) => refuse(BAD_NAME),
        Ok(Err(OperatorError::Many)) => refuse(MANY),
        _ => refuse(UNREADY),
    }
}

#[derive(Deserialize)]
struct Stop {
    request: String,
}

/// Asks a command of the same caller to stop, as Ctrl-C does.
async fn stop(State(desk): State<Arc<Desk>>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let refuse = |refusal: Refusal| refuse(refusal, &headers);
    let Ok(Stop { request }) = serde_json::from_slice(&body) else { return refuse(NO_LOGIN) };
    let (token, asked) = (bearer(&headers), desk.clone());
    let actor = spawn_blocking(move || asked.authenticate(token.as_deref())).await;
    let actor = match actor {
        Ok(Ok(actor)) => actor,
        Ok(Err(refusal)) => return refuse(refusal),
        Err(_) => return refuse(UNREADY),
    };
    if let Some(running) = desk.running().get(&request).filter(|one| one.actor == actor) {
        running.stop.store(true, Ordering::Relaxed);
    }
    // The same answer whether there was one: it may just have ended, or be another's.
    json_answer(StatusCode::ACCEPTED, &json!({}))
}

fn refuse(refusal: Refusal, headers: &HeaderMap) -> Response<Body> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    refusal.answer(text("request-id").unwrap_or_default(), text("client-request-id"))
}

/// An answer with a document that nobody keeps.
pub fn json_answer(status: StatusCode, document: &serde_json::Value) -> Response<Body> {
    let mut answer = Response::new(Body::from(document.to_string()));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

const UNKNOWN_TOKEN: Refusal = Refusal::new(
    StatusCode::UNAUTHORIZED,
    "InvalidAuthenticationToken",
    "There is no token, or it is not good, or not any more.",
);
const FORBIDDEN: Refusal =
    Refusal::new(StatusCode::FORBIDDEN, "Authorization_RequestDenied", "Only an operator may.");
const UNREADY: Refusal = Refusal::new(
    StatusCode::SERVICE_UNAVAILABLE,
    "serviceNotAvailable",
    "The server cannot answer now; try again.",
)
.again(5);
const NO_LOGIN: Refusal =
    Refusal::new(StatusCode::BAD_REQUEST, "BadRequest", "The body is not what this address takes.");
const BAD_CODE: Refusal =
    Refusal::new(StatusCode::FORBIDDEN, "code-invalid", "the code is not good, or not any more");
const TAKEN: Refusal =
    Refusal::new(StatusCode::CONFLICT, "exists", "there is an operator of that name already");
const BAD_NAME: Refusal =
    Refusal::new(StatusCode::BAD_REQUEST, "invalid-value", "that is no name of an operator");
const MANY: Refusal =
    Refusal::new(StatusCode::CONFLICT, "not-allowed", "there are too many operators already");
