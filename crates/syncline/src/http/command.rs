//! Commands of other machines: the protocol of the control socket over HTTP. The body is the line that
//! asks, then the files that it names; the answer is line by line what the command says, then the files
//! that it wrote, then how it ended. Who acts is found from the token.

use std::{
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    thread,
    time::{Duration, Instant},
};

use axum::{
    body::{Body, Bytes, HttpBody},
    http::{HeaderValue, Response, StatusCode, header, request::Parts},
};
use config::Level;
use hyper::body::{Frame, Incoming};
use model::Actor;
use tokio::{
    sync::{OwnedSemaphorePermit, mpsc},
    task::spawn_blocking,
    time::timeout,
};

use super::{
    desk::{self, Desk},
    reply::Refusal,
};
use crate::{
    commands::{self, Afar, Origin, Request},
    control::{Answer, Asked, Elsewhere},
    failure::Failure,
    output::{Reply, View},
    parcel::Piece,
};

/// Where commands are taken.
pub const PATH: &str = "/syncline/v1/command";

/// The longest line that asks; standard input travels in it.
const LINE: u64 = 256 << 20;

/// How long a caller who does not read holds up its command.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs a command; its words are the body of the answer.
pub async fn take(
    desk: Arc<Desk>,
    id: String,
    parts: &Parts,
    body: Incoming,
) -> Result<Response<Body>, Refusal> {
    match admit(&desk, parts).await {
        Ok(admitted) => Ok(begin(desk, id, admitted, body)),
        Err(refusal) => {
            super::shell::drain(body, parts.version).await;
            Err(refusal.closing())
        }
    }
}

/// Finds who asks, and a place among the commands that run.
async fn admit(desk: &Arc<Desk>, parts: &Parts) -> Result<(Actor, OwnedSemaphorePermit), Refusal> {
    if parts.method != axum::http::Method::POST {
        return Err(METHOD);
    }
    let slot = desk.slots.clone().try_acquire_owned().map_err(|_| BUSY)?;
    let (token, asked) = (desk::bearer(&parts.headers), desk.clone());
    let actor = spawn_blocking(move || asked.authenticate(token.as_deref())).await;
    Ok((actor.map_err(|_| BUSY)??, slot))
}

fn begin(
    desk: Arc<Desk>,
    id: String,
    (actor, slot): (Actor, OwnedSemaphorePermit),
    body: Incoming,
) -> Response<Body> {
    let (chunks, bytes) = mpsc::channel(4);
    let (lines, told) = mpsc::channel(64);
    let settings = &desk.app.settings.http;
    tokio::spawn(feed(body, chunks, settings.command, settings.body_time));
    spawn_blocking(move || {
        let stop = desk.begin(&id, &actor);
        let remote = Remote::new(desk.clone(), &id, lines, stop);
        run(&desk, &id, actor, BufReader::new(Chunks::new(bytes)), remote);
        desk.ended(&id);
        drop(slot);
    });
    let mut answer = Response::new(Body::new(Lines(told)));
    let kind = HeaderValue::from_static("application/x-ndjson");
    answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

fn run(desk: &Desk, id: &str, actor: Actor, bytes: impl BufRead, mut remote: Remote) {
    let values = [("request", id.into()), ("by", actor.to_string().into())];
    desk.log.log("http", Level::Info, "command", &values);
    let last = Answer::last(ask(desk, id, actor, bytes, &mut remote));
    // The caller may look as soon as it has the last word.
    remote.clear();
    remote.tell(&last);
}

fn ask(
    desk: &Desk,
    id: &str,
    actor: Actor,
    mut bytes: impl BufRead,
    remote: &mut Remote,
) -> Result<Reply, Failure> {
    let mut line = String::new();
    bytes.by_ref().take(LINE).read_line(&mut line)?;
    let asked = Asked::read(&line, "the server")?;
    drop(line);
    remote.view = asked.view;
    commands::refuse_local(&asked.command)?;
    std::fs::create_dir_all(&remote.root)?;
    let unpacked = asked.parcel.unpack(&remote.root, &mut bytes)?;
    // A client that sends more than it said is waited for no longer.
    drop(bytes);
    remote.tell(&Answer::Begun);
    let request = Request {
        options: asked.options,
        folder: asked.folder,
        stdin: asked.stdin,
        origin: Origin::Afar(Afar { actor, root: remote.root.clone() }),
    };
    let app = Arc::new(desk.app.for_request(id));
    let reply = commands::execute(&app, asked.command, &request, remote);
    // Files come along also where the command failed: rejected rows, for example.
    unpacked.pack_new(&mut |piece: Piece| remote.tell(&Answer::File(piece)))?;
    reply
}

/// Brings the body to the thread of the command, within its length and its pauses.
async fn feed(
    mut body: Incoming,
    chunks: mpsc::Sender<io::Result<Bytes>>,
    limit: usize,
    pause: Duration,
) {
    let mut size = 0;
    loop {
        let next = timeout(pause, super::shell::next_chunk(&mut body)).await;
        let next = match next {
            Err(_) => Err(io::Error::from(io::ErrorKind::TimedOut)),
            Ok(Err(_)) => Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
            Ok(Ok(None)) => return,
            Ok(Ok(Some(chunk))) => {
                size += chunk.len();
                match size > limit {
                    true => Err(io::Error::other("the command is longer than the server takes")),
                    false => Ok(chunk),
                }
            }
        };
        let is_over = next.is_err();
        if chunks.send(next).await.is_err() || is_over {
            return;
        }
    }
}

/// The body as something to read from.
struct Chunks {
    chunks: mpsc::Receiver<io::Result<Bytes>>,
    rest: Bytes,
}

impl Chunks {
    fn new(chunks: mpsc::Receiver<io::Result<Bytes>>) -> Self {
        Self { chunks, rest: Bytes::new() }
    }
}

impl Read for Chunks {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() {
            match self.chunks.blocking_recv() {
                Some(chunk) => self.rest = chunk?,
                None => return Ok(0),
            }
        }
        let size = buffer.len().min(self.rest.len());
        buffer[..size].copy_from_slice(&self.rest.split_to(size));
        Ok(size)
    }
}

/// The words of a command as a body.
struct Lines(mpsc::Receiver<Bytes>);

impl HttpBody for Lines {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        self.0.poll_recv(context).map(|line| line.map(|line| Ok(Frame::data(line))))
    }
}

/// The caller on the other machine. When it goes, the work is asked to stop.
struct Remote {
    desk: Arc<Desk>,
    lines: mpsc::Sender<Bytes>,
    stop: Arc<AtomicBool>,
    view: View,
    root: PathBuf,
    /// The root as it stands in JSON. It is taken out of every line, and what is left are paths of the
    /// caller's machine.
    written: String,
}

impl Remote {
    fn new(desk: Arc<Desk>, id: &str, lines: mpsc::Sender<Bytes>, stop: Arc<AtomicBool>) -> Self {
        let root = desk::spool(&desk.app).join(id);
        let root = std::path::absolute(&root).unwrap_or(root);
        let quoted = serde_json::to_string(&root.to_string_lossy()).unwrap_or_default();
        let written = quoted.trim_matches('"').to_owned();
        let view = View { json: false, color: false, width: 120 };
        Self { desk, lines, stop, view, root, written }
    }

    /// Takes away the files that came along.
    fn clear(&self) {
        drop(std::fs::remove_dir_all::<&Path>(&self.root));
    }
}

impl Elsewhere for Remote {
    fn view(&self) -> View {
        self.view
    }

    fn tell(&mut self, answer: &Answer) {
        let mut line = serde_json::to_string(answer).expect("an answer has a JSON text");
        if line.contains(&self.written) {
            line = line.replace(&self.written, "");
        }
        line.push('\n');
        let (mut line, begun) = (Bytes::from(line), Instant::now());
        while !self.lines.is_closed() && begun.elapsed() < PATIENCE {
            match self.lines.try_send(line) {
                Ok(()) => return,
                Err(mpsc::error::TrySendError::Closed(_)) => break,
                Err(mpsc::error::TrySendError::Full(back)) => line = back,
            }
            thread::sleep(Duration::from_millis(5));
        }
        self.stop.store(true, Ordering::Relaxed);
    }

    fn is_gone(&self) -> bool {
        self.lines.is_closed() || self.stop.load(Ordering::Relaxed)
    }

    fn is_leaving(&self) -> bool {
        self.desk.is_ending()
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        self.clear();
    }
}

const METHOD: Refusal =
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "BadRequest", "Commands are posted.")
        .allowing("POST");
const BUSY: Refusal = Refusal::new(
    StatusCode::SERVICE_UNAVAILABLE,
    "serviceNotAvailable",
    "The server runs as many commands as it takes; try again.",
)
.again(1);
