//! Mirrors that run by themselves: a watched file when it has changed and stands still, the others as
//! their schedules say. They take turns on one thread, so that none of them starves the jobs.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicBool, Ordering},
};

use model::{Actor, Code, Mirror, MirrorId, MirrorState, Reason, TenantId, Timestamp};

use super::{Ending, Mirrors, Reading, open};
use crate::{Error, Observer};

/// A mirror that failed is not tried again before this.
const PAUSE_SECONDS: i64 = 60;
/// No source is left alone for longer than this, whatever it asks for.
const LONGEST_SECONDS: u64 = 86_400;
/// A listing of which something was not taken is taken again after this: a name may be free by then.
const AGAIN_SECONDS: i64 = 3_600;

/// The mirrors of a store, and what each of them waits for.
pub struct MirrorWatch {
    mirrors: Mirrors,
    tick: u64,
    /// The time at the last look.
    at: Option<Timestamp>,
    known: HashMap<MirrorId, Known>,
}

struct Known {
    mirror: Mirror,
    /// What the source showed when it was last looked at.
    shown: Option<String>,
    /// What it showed when the mirror last ran.
    acted: Option<String>,
    /// When it runs by the clock.
    due: Option<Timestamp>,
    /// When a listing that is in is taken again.
    again: Option<Timestamp>,
    not_before: Timestamp,
    /// What was told last; the same is told once.
    told: Option<String>,
}

/// Stops a run when the server stops.
struct Stop<'a>(&'a AtomicBool);

impl Observer for Stop<'_> {
    fn is_interrupted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn why(&self) -> Reason {
        Reason::new(Code::INTERRUPTED, "the server is stopping")
    }
}

impl MirrorWatch {
    /// The mirrors of a service's store.
    pub fn new(mirrors: Mirrors) -> Self {
        Self { mirrors, tick: 0, at: None, known: HashMap::new() }
    }

    /// Looks once at everything, and runs what is due. Gives what there is to tell, if it is news.
    pub fn look(&mut self, stop: &AtomicBool) -> Vec<String> {
        self.refresh();
        let now = self.mirrors.directory.clock().now();
        if self.at.replace(now).is_some_and(|before| now < before) {
            self.known.values_mut().for_each(|known| known.set_back(now));
        }
        let mut news = Vec::new();
        let mut ids: Vec<MirrorId> = self.known.keys().copied().collect();
        ids.sort_unstable();
        for id in ids {
            let Some(known) = self.known.get_mut(&id) else { continue };
            if stop.load(Ordering::Relaxed) {
                break;
            }
            if let Some(reading) = known.is_due(&self.mirrors, now) {
                let mirror = known.mirror.clone();
                let ended = self.mirrors.run(&Actor::System, &mirror, reading, &Stop(stop));
                news.extend(known.ended(&ended, now));
            }
        }
        news
    }

    /// Takes in which mirrors there are, where that may have changed.
    fn refresh(&mut self) {
        let store = self.mirrors.directory.store();
        let tick = store.wait(self.tick, std::time::Duration::ZERO);
        if tick == self.tick {
            return;
        }
        let tenants: Vec<TenantId> = match self.tick {
            0 => store.tenants().unwrap_or_default().iter().map(|tenant| tenant.id).collect(),
            tick => store.stirred(tick),
        };
        self.tick = tick;
        let now = self.mirrors.directory.clock().now();
        for tenant in tenants {
            // A tenant that is gone has no mirrors.
            let mirrors = self.mirrors.directory.read_mirrors(tenant).unwrap_or_default();
            let stands = |known: &Known| mirrors.contains(&known.mirror);
            self.known.retain(|_, known| known.mirror.tenant != tenant || stands(known));
            for mirror in mirrors.into_iter().filter(|one| one.state == MirrorState::Active) {
                self.known.entry(mirror.id).or_insert_with(|| Known::new(mirror, now));
            }
        }
    }
}

impl Known {
    fn new(mirror: Mirror, now: Timestamp) -> Self {
        let due = mirror.schedule.next_after(mirror.created, now);
        Self { mirror, shown: None, acted: None, due, again: None, not_before: now, told: None }
    }

    /// The clock was set back: what was reckoned from the later time is reckoned anew.
    fn set_back(&mut self, now: Timestamp) {
        self.not_before = self.not_before.min(now);
        self.again = self.again.map(|again| again.min(now.plus_seconds(AGAIN_SECONDS)));
        self.due = self.mirror.schedule.next_after(self.mirror.created, now);
    }

    /// Whether the mirror is to run, and how it reads then.
    fn is_due(&mut self, mirrors: &Mirrors, now: Timestamp) -> Option<Reading> {
        if now < self.not_before {
            return None;
        }
        if self.again.take_if(|again| *again <= now).is_some() {
            return Some(Reading::Again);
        }
        if !self.mirror.schedule.is_on_change() {
            let is_due = self.due.is_some_and(|due| due <= now);
            if is_due {
                self.due = self.mirror.schedule.next_after(self.mirror.created, now);
            }
            return is_due.then_some(Reading::IfChanged);
        }
        let source = open::open(mirrors, &self.mirror).ok();
        // A file that is not there is a state as well.
        let shown = source.and_then(|source| source.hint().ok()).unwrap_or_default();
        let stands_still = self.shown.as_ref() == Some(&shown);
        let is_due = stands_still && self.acted.as_ref() != Some(&shown);
        if is_due {
            self.acted = Some(shown.clone());
        }
        self.shown = Some(shown);
        is_due.then_some(Reading::IfChanged)
    }

    fn ended(&mut self, ended: &Result<Ending, Error>, now: Timestamp) -> Option<String> {
        let name = &self.mirror.name;
        let text = match ended {
            Ok(Ending::Nothing) => return None,
            Ok(Ending::Done(run)) => {
                let counts = &run.counts;
                let is_partial = counts.rejected + counts.unresolved > 0;
                self.again = is_partial.then(|| now.plus_seconds(AGAIN_SECONDS));
                self.told = None;
                return None;
            }
            Ok(Ending::Held(run)) => {
                let reasons: Vec<String> = run.reasons.iter().map(Reason::to_string).collect();
                format!("mirror {name} holds its listing: {}", reasons.join("; "))
            }
            Err(error) => {
                (self.acted, self.shown) = (None, None);
                // Both pass by themselves.
                let passes = [Code::LISTING_MOVED, Code::MIRROR_BUSY];
                if matches!(error, Error::Stopped(reason) if passes.contains(&reason.code)) {
                    return None;
                }
                let pause = match error {
                    Error::Throttled { seconds, .. } => (*seconds).min(LONGEST_SECONDS) as i64,
                    _ => 0,
                };
                self.not_before = now.plus_seconds(pause.max(PAUSE_SECONDS));
                format!("mirror {name}: {error}")
            }
        };
        let is_news = self.told.as_ref() != Some(&text);
        self.told = Some(text.clone());
        is_news.then_some(text)
    }
}
