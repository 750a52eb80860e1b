//! The engine's bad days: what a target and a source do on one. They stand between the line and a
//! real target or source, and go wrong by a script, or by a seed at random. What they were asked in
//! a pause that they had asked for they keep, so that a test can say that it was nothing.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use connector::{Batch, Outcome, Target, TargetError};
use model::{Clock, Edge, Entry, Key, Kind, Name, Object, ObjectId, Timestamp};
use sync::TargetFront;

use crate::TestClock;

/// What goes wrong with one call of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// It is asked too much, and says for how long it wants to be left alone (429 with Retry-After).
    Throttled(u64),
    /// It answers that it failed, or not at all, and does nothing (5xx, a time-out before).
    Failed,
    /// It does what it is asked to do, and the answer is lost (a time-out after).
    Unanswered,
    /// It does the first half of it, and the answer is lost.
    Half,
    /// It does all of it, and answers about a part.
    Short,
    /// The clock goes on, or back, by so many seconds before it is done.
    Clock(i64),
}

/// Which calls are meant: writes are counted by themselves, since two threads ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Door {
    /// `apply`.
    Write,
    /// Everything else.
    Question,
}

enum Plan {
    Script(BTreeMap<(Door, u64), Fault>),
    Seed { rngs: [Mutex<fastrand::Rng>; 2], percent: u8 },
}

/// What goes wrong with a target, shared by everybody who stands in front of it.
pub struct Faults {
    clock: Arc<TestClock>,
    plan: Plan,
    stopped: AtomicBool,
    counts: [AtomicU64; 2],
    pause: Mutex<Option<(Timestamp, Timestamp)>>,
    /// Calls that came in a pause.
    hurried: AtomicU64,
    /// How often each fault occurred.
    told: Mutex<BTreeMap<&'static str, u64>>,
}

impl Faults {
    /// These faults at these calls, counted from 1.
    pub fn scripted(
        clock: &Arc<TestClock>,
        script: impl IntoIterator<Item = (Door, u64, Fault)>,
    ) -> Arc<Self> {
        let script = script.into_iter().map(|(door, at, fault)| ((door, at), fault)).collect();
        Self::of(clock, Plan::Script(script))
    }

    /// So many of a hundred writes go wrong, and a twentieth of that of the questions, in a way that the
    /// seed chooses.
    pub fn seeded(clock: &Arc<TestClock>, seed: u64, percent: u8) -> Arc<Self> {
        let rng = |part| Mutex::new(fastrand::Rng::with_seed(seed.wrapping_mul(2) + part));
        Self::of(clock, Plan::Seed { rngs: [rng(0), rng(1)], percent })
    }

    fn of(clock: &Arc<TestClock>, plan: Plan) -> Arc<Self> {
        Arc::new(Self {
            clock: clock.clone(),
            plan,
            stopped: AtomicBool::new(false),
            counts: Default::default(),
            pause: Mutex::default(),
            hurried: AtomicU64::new(0),
            told: Mutex::default(),
        })
    }

    /// What a synchronization is given to stand in front of its targets.
    pub fn front(self: &Arc<Self>) -> TargetFront {
        let faults = self.clone();
        Arc::new(move |inner| Arc::new(FaultyTarget { inner, faults: faults.clone() }))
    }

    /// From now on nothing goes wrong.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
    }

    /// How many calls came through a door.
    pub fn count(&self, door: Door) -> u64 {
        self.counts[door as usize].load(Ordering::SeqCst)
    }

    /// How many calls came in a pause that the target had asked for.
    pub fn hurried(&self) -> u64 {
        self.hurried.load(Ordering::SeqCst)
    }

    /// How often each fault occurred.
    pub fn told(&self) -> BTreeMap<&'static str, u64> {
        lock(&self.told).clone()
    }

    fn next(&self, door: Door) -> Option<Fault> {
        let number = self.counts[door as usize].fetch_add(1, Ordering::SeqCst) + 1;
        let now = self.clock.now();
        if lock(&self.pause).is_some_and(|(since, until)| since <= now && now < until) {
            self.hurried.fetch_add(1, Ordering::SeqCst);
        }
        if self.stopped.load(Ordering::SeqCst) {
            return None;
        }
        let fault = match &self.plan {
            Plan::Script(script) => script.get(&(door, number)).copied(),
            Plan::Seed { rngs, percent } => draw(&mut lock(&rngs[door as usize]), door, *percent),
        }?;
        *lock(&self.told).entry(fault.name()).or_default() += 1;
        match fault {
            Fault::Throttled(seconds) => {
                *lock(&self.pause) = Some((now, now.plus_seconds(seconds as i64)));
            }
            Fault::Clock(seconds) => self.clock.advance_seconds(seconds),
            _ => {}
        }
        Some(fault)
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

fn draw(rng: &mut fastrand::Rng, door: Door, percent: u8) -> Option<Fault> {
    // A cycle asks some twenty times for each write; without this hardly any write would be met.
    let percent = if door == Door::Question { percent.div_ceil(20) } else { percent };
    if rng.u8(0..100) >= percent {
        return None;
    }
    const HOUR: i64 = 3_600;
    Some(match (rng.u8(0..8), door) {
        (0 | 1, _) => Fault::Throttled(rng.u64(1..600)),
        (2, _) => Fault::Failed,
        (3, Door::Write) => Fault::Half,
        (4 | 5, _) => Fault::Unanswered,
        (6, _) => Fault::Short,
        // Only one of the two threads turns the clock, so that a seed tells one story.
        (_, Door::Write) => Fault::Clock(rng.i64(-40 * HOUR..40 * HOUR)),
        (_, Door::Question) => Fault::Failed,
    })
}

impl Fault {
    fn name(self) -> &'static str {
        match self {
            Self::Throttled(_) => "throttled",
            Self::Failed => "failed",
            Self::Unanswered => "unanswered",
            Self::Half => "half",
            Self::Short => "short",
            Self::Clock(seconds) if seconds < 0 => "clock back",
            Self::Clock(_) => "clock forward",
        }
    }
}

/// A target on a bad day.
struct FaultyTarget {
    inner: Arc<dyn Target>,
    faults: Arc<Faults>,
}

impl FaultyTarget {
    /// A question that has any number of answers.
    fn ask<T>(
        &self,
        call: impl FnOnce(&dyn Target) -> Result<Vec<T>, TargetError>,
    ) -> Result<Vec<T>, TargetError> {
        self.answer(self.faults.next(Door::Question), call)
    }

    /// Questions that have an answer each, of which one may be missing.
    fn ask_each<T>(
        &self,
        call: impl FnOnce(&dyn Target) -> Result<Vec<T>, TargetError>,
    ) -> Result<Vec<T>, TargetError> {
        let fault = self.faults.next(Door::Question);
        let mut answers = self.answer(fault, call)?;
        if fault == Some(Fault::Short) {
            answers.pop();
        }
        Ok(answers)
    }

    fn answer<T>(
        &self,
        fault: Option<Fault>,
        call: impl FnOnce(&dyn Target) -> Result<Vec<T>, TargetError>,
    ) -> Result<Vec<T>, TargetError> {
        match fault {
            Some(Fault::Throttled(seconds)) => Err(TargetError::Throttled { seconds }),
            Some(Fault::Failed | Fault::Unanswered | Fault::Half) => Err(lost()),
            Some(Fault::Short | Fault::Clock(_)) | None => call(self.inner.as_ref()),
        }
    }
}

impl Target for FaultyTarget {
    fn find(&self, keys: &[Key]) -> Result<Vec<Option<ObjectId>>, TargetError> {
        self.ask_each(|target| target.find(keys))
    }

    fn find_values(
        &self,
        kind: Kind,
        attribute: &Name,
        texts: &[String],
    ) -> Result<Vec<Vec<ObjectId>>, TargetError> {
        self.ask_each(|target| target.find_values(kind, attribute, texts))
    }

    fn get(&self, ids: &[ObjectId]) -> Result<Vec<Option<Object>>, TargetError> {
        self.ask_each(|target| target.get(ids))
    }

    fn managers(&self, ids: &[ObjectId]) -> Result<Vec<Option<ObjectId>>, TargetError> {
        self.ask_each(|target| target.managers(ids))
    }

    fn members(
        &self,
        group: ObjectId,
        after: Option<ObjectId>,
        limit: usize,
    ) -> Result<Vec<ObjectId>, TargetError> {
        self.ask(|target| target.members(group, after, limit))
    }

    fn memberships(&self, ids: &[ObjectId]) -> Result<Vec<Edge>, TargetError> {
        self.ask(|target| target.memberships(ids))
    }

    fn protected(&self, ids: &[ObjectId]) -> Result<Vec<bool>, TargetError> {
        self.ask_each(|target| target.protected(ids))
    }

    fn apply(&self, batch: &Batch<'_>) -> Result<Vec<Outcome>, TargetError> {
        let write = |count: usize| {
            let entries = &batch.entries[..count];
            self.inner.apply(&Batch { entries, actor: batch.actor.clone(), ..*batch })
        };
        let all = batch.entries.len();
        match self.faults.next(Door::Write) {
            Some(Fault::Throttled(seconds)) => Err(TargetError::Throttled { seconds }),
            Some(Fault::Failed) => Err(lost()),
            Some(Fault::Unanswered) => write(all).and_then(|_| Err(lost())),
            Some(Fault::Half) => write(all / 2).and_then(|_| Err(lost())),
            Some(Fault::Short) => write(all).map(|mut outcomes| {
                outcomes.pop();
                outcomes
            }),
            Some(Fault::Clock(_)) | None => write(all),
        }
    }

    fn find_applied(&self, entries: &[Entry]) -> Result<Vec<bool>, TargetError> {
        self.ask_each(|target| target.find_applied(entries))
    }
}

fn lost() -> TargetError {
    TargetError::Failed("the test wanted the answer to be lost".to_owned())
}
