//! The pieces of a page that moves, as server-sent events.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    body::{Body, Bytes},
    http::Response,
};

use crate::{answer::Pieces, http::with_kind, watch::Seat};

/// How often a live page is looked at, and how long one stream of it lasts where looking takes no time; the
/// browser then asks again.
const BEAT: Duration = Duration::from_millis(150);
const LIFE: Duration = Duration::from_secs(60);

/// Sends the pieces of a page that have changed, as server-sent events.
pub fn send(ending: Arc<AtomicBool>, pieces: Pieces, seat: Seat) -> Response<Body> {
    struct State {
        _seat: Seat,
        pieces: Option<Pieces>,
        pause: Duration,
        sent: Vec<(&'static str, String)>,
        left: u32,
        first: bool,
    }
    let left = u32::try_from(LIFE.as_millis() / BEAT.as_millis()).unwrap_or(u32::MAX);
    let state = State {
        _seat: seat,
        pieces: Some(pieces),
        pause: BEAT,
        sent: Vec::new(),
        left,
        first: true,
    };
    let events = futures_util::stream::unfold(state, move |mut state| {
        let ending = ending.clone();
        async move {
            loop {
                let mut pieces = state.pieces.take()?;
                if state.left == 0 || ending.load(Ordering::Relaxed) {
                    return None;
                }
                if !state.first {
                    tokio::time::sleep(state.pause).await;
                }
                state.left -= 1;
                let looked = tokio::task::spawn_blocking(move || {
                    let began = Instant::now();
                    let now = pieces();
                    (pieces, now, began.elapsed())
                });
                let (pieces, now, took) = looked.await.ok()?;
                // What takes long is looked at less often: no stream keeps a thread all the time.
                state.pause = BEAT.max(took);
                let mut text = String::new();
                if std::mem::take(&mut state.first) {
                    text.push_str("retry: 500\n\n");
                }
                match now {
                    Some(now) => {
                        for piece in now.iter().filter(|piece| !state.sent.contains(piece)) {
                            text.push_str(&event(piece.0, &piece.1));
                        }
                        state.sent = now;
                        state.pieces = Some(pieces);
                    }
                    None => text.push_str(&event("end", "")),
                }
                // A comment now and then tells whether anybody listens.
                if text.is_empty() && state.left.is_multiple_of(100) {
                    text.push_str(": \n\n");
                }
                if !text.is_empty() {
                    return Some((Ok::<_, Infallible>(Bytes::from(text)), state));
                }
            }
        }
    });
    with_kind(Body::from_stream(events), EVENTS)
}

/// A stream that ends at once, for a browser that has enough of them: it asks again in a while.
pub fn ask_later() -> Response<Body> {
    with_kind("retry: 5000\n\n".into(), EVENTS)
}

const EVENTS: &str = "text/event-stream; charset=utf-8";

fn event(name: &str, html: &str) -> String {
    let lines: String = html.lines().map(|line| format!("data: {line}\n")).collect();
    let lines = if lines.is_empty() { "data: \n".to_owned() } else { lines };
    format!("event: {name}\n{lines}\n")
}
