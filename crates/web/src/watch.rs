//! Answers that go on after they have begun, such as the pieces of a page that moves and long files: they
//! end with the session and the roles of their reader, and of streams there are only so many at a time.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use model::Actor;

use crate::{
    Center,
    answer::{Answer, Pieces, Portions},
    error::Error,
    request::Request,
    session::Who,
};

/// So often it is looked whether the reader is still the one who asked.
const PAUSE: Duration = Duration::from_secs(1);

/// So many streams one reader has at most, which is more pages than anybody looks at.
const OF_ONE: usize = 24;
/// So many there are of all readers. Each asks on one of the runtime's threads for whatever blocks, and
/// pages need some of these too.
const OF_ALL: usize = 256;

/// Whether the reader of an answer may still have the rest of it.
struct Watch {
    center: Center,
    request: Request,
    actor: Actor,
    looked: Instant,
}

impl Watch {
    /// Whether the same person is signed in with the same roles.
    fn holds(&mut self) -> bool {
        if self.looked.elapsed() < PAUSE {
            return true;
        }
        self.looked = Instant::now();
        let found = Who::find(&self.center, &self.request);
        found.is_ok_and(|who| who.is_some_and(|who| who.actor == self.actor))
    }
}

/// The answer, which ends when its reader is signed out or has other roles.
pub fn watched(answer: Answer, center: &Center, request: &Request, actor: &Actor) -> Answer {
    let watch = || Watch {
        center: center.clone(),
        request: request.clone(),
        actor: actor.clone(),
        looked: Instant::now(),
    };
    match answer {
        Answer::Live(pieces) => Answer::Live(watched_pieces(pieces, watch())),
        Answer::Sent { name, kind, parts } => {
            Answer::Sent { name, kind, parts: watched_parts(parts, watch()) }
        }
        whole => whole,
    }
}

fn watched_pieces(mut pieces: Pieces, mut watch: Watch) -> Pieces {
    Box::new(move || if watch.holds() { pieces() } else { None })
}

fn watched_parts(mut parts: Portions, mut watch: Watch) -> Portions {
    Box::new(move || match watch.holds() {
        true => parts(),
        false => Some(Err(Error::new(401, "not-signed-in", text!("entry-over")))),
    })
}

/// The streams that are open, by reader.
#[derive(Clone, Default)]
pub struct Streams(Arc<Mutex<HashMap<String, usize>>>);

/// A place among the streams; it is free again when this is dropped.
pub struct Seat {
    streams: Streams,
    reader: String,
}

impl Streams {
    fn counts(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for one more stream of this reader; none where there are too many.
    pub fn take(&self, reader: &str) -> Option<Seat> {
        let mut counts = self.counts();
        let own = counts.get(reader).copied().unwrap_or_default();
        if own >= OF_ONE || counts.values().sum::<usize>() >= OF_ALL {
            return None;
        }
        counts.insert(reader.to_owned(), own + 1);
        Some(Seat { streams: self.clone(), reader: reader.to_owned() })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut counts = self.streams.counts();
        match counts.get_mut(&self.reader) {
            Some(count) if *count > 1 => *count -= 1,
            _ => {
                counts.remove(&self.reader);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_reader_leaves_room_for_others_and_places_are_free_again() {
        let streams = Streams::default();
        let mut seats: Vec<Seat> = (0..OF_ONE).filter_map(|_| streams.take("ada")).collect();
        assert_eq!(seats.len(), OF_ONE);
        assert!(streams.take("ada").is_none());
        assert!(streams.take("bob").is_some());
        seats.pop();
        assert!(streams.take("ada").is_some());
        drop(seats);
        assert!(streams.counts().is_empty(), "nobody is remembered who has none");
    }

    #[test]
    fn all_readers_together_leave_threads_for_pages() {
        let streams = Streams::default();
        let seats: Vec<Seat> =
            (0..OF_ALL + 20).filter_map(|reader| streams.take(&reader.to_string())).collect();
        assert_eq!(seats.len(), OF_ALL);
    }
}
