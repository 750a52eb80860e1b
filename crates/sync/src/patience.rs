//! Between the line and a target: a target that wants to be left alone is left alone, by every job
//! that pushes into it, and an answer that does not fit its question is none.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use connector::{Batch, Outcome, Target, TargetError};
use model::{Clock, Edge, Entry, Key, Kind, Name, Object, ObjectId, TenantId, Timestamp};

/// No target is left alone for longer, whatever it says.
const LONGEST_SECONDS: u64 = 86_400;

/// Which targets want to be left alone, from when to when.
#[derive(Default)]
pub(crate) struct Pauses(Mutex<HashMap<TenantId, (Timestamp, Timestamp)>>);

impl Pauses {
    fn begin(&self, target: TenantId, now: Timestamp, seconds: u64) {
        let seconds = seconds.min(LONGEST_SECONDS) as i64;
        let mut pauses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pauses.insert(target, (now, now.plus_seconds(seconds)));
    }

    /// For how many seconds a target is still to be left alone. A clock that was set back below the
    /// beginning ends the pause: nobody knows how much of it is left.
    fn left(&self, target: TenantId, now: Timestamp) -> Option<u64> {
        let mut pauses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, until) = *pauses.get(&target)?;
        if now < since || now >= until {
            pauses.remove(&target);
            return None;
        }
        Some(((until.0 - now.0) as u64).div_ceil(1_000))
    }
}

/// A target, asked with patience.
pub(crate) struct Patient {
    inner: Arc<dyn Target>,
    tenant: TenantId,
    pauses: Arc<Pauses>,
    clock: Arc<dyn Clock>,
}

impl Patient {
    pub(crate) fn new(
        inner: Arc<dyn Target>,
        tenant: TenantId,
        pauses: Arc<Pauses>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { inner, tenant, pauses, clock }
    }

    /// For how many seconds the target is still to be left alone, if it is.
    pub(crate) fn check(&self) -> Result<(), TargetError> {
        match self.pauses.left(self.tenant, self.clock.now()) {
            Some(seconds) => Err(TargetError::Throttled { seconds }),
            None => Ok(()),
        }
    }

    fn ask<T>(
        &self,
        call: impl FnOnce(&dyn Target) -> Result<T, TargetError>,
    ) -> Result<T, TargetError> {
        self.check()?;
        let answer = call(self.inner.as_ref());
        if let Err(TargetError::Throttled { seconds }) = answer {
            self.pauses.begin(self.tenant, self.clock.now(), seconds);
        }
        answer
    }

    /// The same, where each question has its answer.
    fn ask_each<T>(
        &self,
        questions: usize,
        call: impl FnOnce(&dyn Target) -> Result<Vec<T>, TargetError>,
    ) -> Result<Vec<T>, TargetError> {
        let answers = self.ask(call)?;
        if answers.len() == questions {
            return Ok(answers);
        }
        let text = format!("the target gave {} answers to {questions} questions", answers.len());
        Err(TargetError::Failed(text))
    }
}

impl Target for Patient {
    fn find(&self, keys: &[Key]) -> Result<Vec<Option<ObjectId>>, TargetError> {
        self.ask_each(keys.len(), |target| target.find(keys))
    }

    fn find_values(
        &self,
        kind: Kind,
        attribute: &Name,
        texts: &[String],
    ) -> Result<Vec<Vec<ObjectId>>, TargetError> {
        self.ask_each(texts.len(), |target| target.find_values(kind, attribute, texts))
    }

    fn get(&self, ids: &[ObjectId]) -> Result<Vec<Option<Object>>, TargetError> {
        self.ask_each(ids.len(), |target| target.get(ids))
    }

    fn managers(&self, ids: &[ObjectId]) -> Result<Vec<Option<ObjectId>>, TargetError> {
        self.ask_each(ids.len(), |target| target.managers(ids))
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
        self.ask_each(ids.len(), |target| target.protected(ids))
    }

    fn apply(&self, batch: &Batch<'_>) -> Result<Vec<Outcome>, TargetError> {
        self.ask_each(batch.entries.len(), |target| target.apply(batch))
    }

    fn find_applied(&self, entries: &[Entry]) -> Result<Vec<bool>, TargetError> {
        self.ask_each(entries.len(), |target| target.find_applied(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_lasts_as_long_as_was_asked_for_and_no_clock_makes_it_longer() {
        let (pauses, target) = (Pauses::default(), TenantId::NIL);
        let at = |seconds: i64| Timestamp(1_000_000).plus_seconds(seconds);
        pauses.begin(target, at(0), 30);
        assert_eq!([0, 1, 29].map(|now| pauses.left(target, at(now))), [30, 29, 1].map(Some));
        assert_eq!(pauses.left(target, at(30)), None);
        pauses.begin(target, at(0), u64::MAX);
        assert_eq!(pauses.left(target, at(1)), Some(LONGEST_SECONDS - 1));
        assert_eq!(pauses.left(target, at(-1)), None, "the clock was set back");
    }
}
