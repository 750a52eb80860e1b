//! Turns: what happened in the store becomes turns of jobs, and a turn becomes a cycle. Threads are
//! the worker's; a test takes the turns itself.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use model::{Actor, Code, Job, JobId, JobState, Reason, TenantId, Timestamp, WaitFor};
use store::{StoreError, WaitQuery};

use crate::{
    Error, Observer, Sync,
    quarantine::Called,
    roster::{Ended, Roster, Turn},
};

/// How long nothing is looked at when nothing is committed; what is due by the clock, or was asked
/// for by a command, waits no longer than this.
const NAP: Duration = Duration::from_secs(1);
/// The same while somebody waits for a thread.
const SHORT_NAP: Duration = Duration::from_millis(100);

/// Where more people than this wait, one of them is taken to wait for something in the target.
const FEW: usize = 16;

/// The versions of a target's facts and of its extension definitions.
type Facts = (u64, u64);

/// The turns of all active jobs of a store.
pub struct Turns {
    sync: Sync,
    roster: Mutex<Roster>,
    ready: Condvar,
    seen: Mutex<Seen>,
    threads: usize,
}

#[derive(Default)]
struct Seen {
    tick: u64,
    /// The time at the last look.
    at: Option<Timestamp>,
    facts: HashMap<TenantId, Facts>,
}

/// Stops a cycle when the worker stops, or when it should make room.
struct Watcher<'a> {
    stop: &'a AtomicBool,
    give_way: &'a AtomicBool,
}

impl Observer for Watcher<'_> {
    fn is_interrupted(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.give_way.load(Ordering::Relaxed)
    }

    fn why(&self) -> Reason {
        if self.stop.load(Ordering::Relaxed) {
            return Reason::new(Code::INTERRUPTED, "the server is stopping");
        }
        Reason::new(Code::GAVE_WAY, "other jobs were waiting for their turn")
    }
}

impl Turns {
    /// The turns of a store's jobs, for so many threads.
    pub fn new(sync: Sync, threads: usize) -> Self {
        Self {
            sync,
            roster: Mutex::default(),
            ready: Condvar::new(),
            seen: Mutex::default(),
            threads: threads.max(1),
        }
    }

    fn roster(&self) -> MutexGuard<'_, Roster> {
        // A panic in a cycle happens outside of the lock.
        self.roster.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what has happened; waits for something to happen, at most until something is due.
    pub fn look(&self) {
        let now = self.sync.clock().now();
        let nap = {
            let roster = self.roster();
            let until = |due: Timestamp| Duration::from_millis((due.0 - now.0).max(0) as u64);
            let longest = if roster.is_crowded() { SHORT_NAP } else { NAP };
            roster.next_due().map_or(longest, |due| until(due).min(longest))
        };
        self.look_within(nap);
    }

    /// The same, without waiting.
    pub fn look_now(&self) {
        self.look_within(Duration::ZERO);
    }

    fn look_within(&self, at_most: Duration) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let tick = self.sync.store().wait(seen.tick, at_most);
        let is_first = seen.tick == 0;
        let stirred: BTreeSet<TenantId> = match tick == seen.tick {
            true => BTreeSet::new(),
            false => self.tenants_since(seen.tick).into_iter().collect(),
        };
        let now = self.sync.clock().now();
        for tenant in &stirred {
            // A tenant that is gone has no jobs.
            let jobs = self.sync.directory.read_jobs(*tenant).unwrap_or_default();
            for job in jobs.iter().filter(|job| job.state == JobState::Active) {
                // As they stand before the job's first turn.
                if !seen.facts.contains_key(&job.target) {
                    self.facts_changed(&mut seen, job.target);
                }
            }
            let mut roster = self.roster();
            roster.keep(*tenant, jobs, now);
            if is_first {
                continue;
            }
            roster.stirred(*tenant, now);
            let is_target = roster.is_target(*tenant);
            drop(roster);
            if is_target && self.facts_changed(&mut seen, *tenant) {
                self.roster().target_changed(*tenant, now);
            }
        }
        seen.tick = tick;
        let was_set_back = seen.at.is_some_and(|before| now < before);
        seen.at = Some(now);
        drop(seen);
        let mut roster = self.roster();
        if was_set_back {
            roster.set_back(now);
        }
        for job in self.sync.take_nudges() {
            roster.nudged(job, now);
        }
        roster.tick(now);
        roster.make_room(self.threads, now);
        if roster.is_crowded() {
            self.ready.notify_all();
        }
    }

    /// The tenants to look at; at first all of them.
    fn tenants_since(&self, tick: u64) -> Vec<TenantId> {
        if tick > 0 {
            return self.sync.store().stirred(tick);
        }
        let tenants = self.sync.store().tenants().unwrap_or_default();
        tenants.into_iter().map(|tenant| tenant.id).collect()
    }

    /// Whether what decisions about a target rest on is other than when it was looked at before.
    fn facts_changed(&self, seen: &mut Seen, target: TenantId) -> bool {
        let directory = &self.sync.directory;
        let (Ok(tenant), Ok((_, extensions))) =
            (directory.tenant(target), directory.read_schema(target))
        else {
            return false;
        };
        let facts = (tenant.version, extensions);
        seen.facts.insert(target, facts) != Some(facts)
    }

    /// The next turn, if somebody is in line.
    pub fn take(&self) -> Option<Turn> {
        self.roster().take(self.sync.clock().now())
    }

    /// Waits for a turn; none when the worker stops.
    pub(crate) fn wait(&self, stop: &AtomicBool) -> Option<Turn> {
        let mut roster = self.roster();
        loop {
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            if let Some(turn) = roster.take(self.sync.clock().now()) {
                return Some(turn);
            }
            let waited = self.ready.wait_timeout(roster, NAP);
            roster = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Wakes everybody who waits for a turn.
    pub(crate) fn wake(&self) {
        self.ready.notify_all();
    }

    /// Runs a turn's cycle. Gives what there is to tell about it, if it is news.
    pub fn run(&self, turn: &Turn, stop: &AtomicBool) -> Option<String> {
        let watcher = Watcher { stop, give_way: &turn.give_way };
        let job = &turn.job;
        let result = self.sync.cycle(&Actor::System, job, Called::ByItself, &watcher);
        let ended = match result {
            Ok(_) => match self.what_waits(job) {
                Ok((due, waits)) => Ended::Done { due, waits },
                Err(error) => Ended::Failed(format!("job {}: {error}", job.name)),
            },
            Err(Error::Store(StoreError::Busy { .. })) => Ended::Busy,
            Err(Error::Stopped(reason)) if reason.code == Code::GAVE_WAY => Ended::GaveWay,
            Err(Error::Stopped(reason)) if reason.code == Code::QUARANTINED => {
                Ended::Rests(self.next_attempt(job))
            }
            Err(Error::Stopped(reason))
                if [Code::PAUSED, Code::INTERRUPTED].contains(&reason.code) =>
            {
                Ended::Stopped
            }
            Err(Error::Throttled { seconds, .. }) => Ended::Throttled(seconds),
            Err(error) => Ended::Failed(format!("job {}: {error}", job.name)),
        };
        let mut roster = self.roster();
        let news = roster.ended(job.id, ended, self.sync.clock().now());
        if roster.is_crowded() {
            self.ready.notify_all();
        }
        news
    }

    /// When a job in quarantine is tried again.
    fn next_attempt(&self, job: &Job) -> Option<Timestamp> {
        let progress = self.sync.store().progress(job.source, job.id).ok()?;
        progress.quarantine.map(|quarantine| quarantine.next_attempt)
    }

    /// When somebody of the job is due, and whether anybody waits for something in the target.
    fn what_waits(&self, job: &Job) -> Result<(Option<Timestamp>, bool), Error> {
        let due = self.sync.earliest_due(job)?;
        let query = WaitQuery::After(None, FEW);
        let page = self.sync.store().waiting(job.source, job.id, &query)?;
        let in_target = WaitFor::is_in_target;
        let waits = page.len() == FEW || page.iter().any(|one| in_target(&one.wait));
        Ok((due, waits))
    }
}

impl Sync {
    /// When the next person of the job is due, or the next held change is rejected by itself.
    pub(crate) fn earliest_due(&self, job: &Job) -> Result<Option<Timestamp>, Error> {
        let query = WaitQuery::Due(Timestamp(Timestamp::FAR.0 - 1), 1);
        let first = self.store().waiting(job.source, job.id, &query)?;
        let person = first.first().map(|waiting| waiting.due);
        Ok(person.into_iter().chain(self.hold_ends(job)?).min())
    }

    /// When the job runs next by the clock: by its schedule, or, where it follows its source, for
    /// somebody who is due. None when only a change or a command begins its next cycle.
    pub fn next_run(&self, actor: &Actor, job: &Job) -> Result<Option<Timestamp>, Error> {
        self.check_logs(actor, job)?;
        if job.state != JobState::Active {
            return Ok(None);
        }
        if let Some(quarantine) = self.progress(actor, job)?.quarantine {
            // A job with times of its own keeps them, and passes over those that come before.
            let before = Timestamp(quarantine.next_attempt.0 - 1);
            let at = job.schedule.next_after(job.created, before);
            return Ok(Some(at.unwrap_or(quarantine.next_attempt)));
        }
        match job.schedule.next_after(job.created, self.clock().now()) {
            Some(next) => Ok(Some(next)),
            None => Ok(self.earliest_due(job)?.map(|due| due.max(self.clock().now()))),
        }
    }

    /// Tells the worker that somebody ran a job, or changed how far it has come.
    pub(crate) fn nudge(&self, job: JobId) {
        self.nudges.lock().unwrap_or_else(PoisonError::into_inner).insert(job);
    }

    fn take_nudges(&self) -> BTreeSet<JobId> {
        std::mem::take(&mut *self.nudges.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
