//! Whose turn it is: which active jobs have something to look at, and in which order they get a
//! thread. Values only: what happened comes in, what to run comes out, and the time is an argument.
//!
//! Tenants take turns, and within a tenant its jobs do, so that neither a tenant with many jobs nor a
//! job with endless work keeps others waiting. A job has at most one turn at a time.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use model::{Job, JobId, JobState, TenantId, Timestamp};

/// How long a cycle may go on while others wait and no thread is free.
const SLICE_MILLISECONDS: i64 = 1_000;
/// A job that failed is not tried again before this, whatever happens.
const PAUSE_SECONDS: i64 = 1;
/// The longest time between two attempts of a job that fails again and again.
const LONGEST_SECONDS: i64 = 300;

/// How a turn ended.
pub(crate) enum Ended {
    /// The cycle came to its end, with the earliest instant at which somebody is due, and whether
    /// anybody waits for something in the target.
    Done {
        /// When somebody is due.
        due: Option<Timestamp>,
        /// Whether a change of the target may let somebody go on.
        waits: bool,
    },
    /// It made room for others and goes on later.
    GaveWay,
    /// Somebody else runs the job at present.
    Busy,
    /// It was stopped by whoever may.
    Stopped,
    /// The target wants to be left alone for so many seconds.
    Throttled(u64),
    /// It failed.
    Failed(String),
    /// It is in quarantine, and is tried again then.
    Rests(Option<Timestamp>),
}

/// A job's turn.
pub struct Turn {
    /// The job.
    pub job: Job,
    /// Raised when it should make room.
    pub(crate) give_way: Arc<AtomicBool>,
}

enum Phase {
    Resting,
    Ready,
    Running { since: Timestamp, again: bool, give_way: Arc<AtomicBool> },
}

struct Known {
    job: Job,
    phase: Phase,
    /// Paused or deleted while its cycle was under way.
    gone: bool,
    due: Option<Timestamp>,
    failures: u32,
    not_before: Timestamp,
    /// What was told about its last failure.
    told: Option<String>,
}

/// The active jobs, and what each of them waits for.
#[derive(Default)]
pub(crate) struct Roster {
    jobs: HashMap<JobId, Known>,
    by_source: HashMap<TenantId, BTreeSet<JobId>>,
    by_target: HashMap<TenantId, BTreeSet<JobId>>,
    /// Jobs that a change of their target may help.
    listeners: HashMap<TenantId, BTreeSet<JobId>>,
    due: BTreeSet<(Timestamp, JobId)>,
    tenants: VecDeque<TenantId>,
    ready: HashMap<TenantId, VecDeque<JobId>>,
    running: HashSet<JobId>,
}

impl Roster {
    /// The jobs of a source as they stand now. New and changed ones are looked at.
    pub fn keep(&mut self, source: TenantId, jobs: Vec<Job>, now: Timestamp) {
        let active: BTreeMap<JobId, Job> = jobs
            .into_iter()
            .filter(|job| job.state == JobState::Active)
            .map(|job| (job.id, job))
            .collect();
        let before = self.by_source.get(&source).cloned().unwrap_or_default();
        for id in before.iter().filter(|id| !active.contains_key(id)) {
            self.forget(*id);
        }
        for (id, job) in active {
            if self.jobs.get(&id).is_some_and(|known| known.job == job && !known.gone) {
                continue;
            }
            self.by_source.entry(source).or_default().insert(id);
            self.by_target.entry(job.target).or_default().insert(id);
            let known = self.jobs.entry(id).or_insert_with(|| Known {
                job: job.clone(),
                phase: Phase::Resting,
                gone: false,
                due: None,
                failures: 0,
                not_before: now,
                told: None,
            });
            let due = job.schedule.next_after(job.created, now);
            (known.job, known.gone, known.not_before) = (job, false, now);
            self.set_due(id, due);
            self.call(id, now);
        }
    }

    fn forget(&mut self, id: JobId) {
        self.set_due(id, None);
        let Some(known) = self.jobs.get_mut(&id) else { return };
        if matches!(known.phase, Phase::Running { .. }) {
            known.gone = true;
            return;
        }
        let (source, target) = (known.job.source, known.job.target);
        self.jobs.remove(&id);
        for (index, tenant) in [
            (&mut self.by_source, source),
            (&mut self.by_target, target),
            (&mut self.listeners, target),
        ] {
            if let Some(ids) = index.get_mut(&tenant) {
                ids.remove(&id);
                if ids.is_empty() {
                    index.remove(&tenant);
                }
            }
        }
    }

    /// Something was committed in a tenant: its own jobs have something to read, and those that push
    /// into it may be able to go on.
    pub fn stirred(&mut self, tenant: TenantId, now: Timestamp) {
        let jobs: Vec<JobId> = [&self.by_source, &self.listeners]
            .into_iter()
            .filter_map(|index| index.get(&tenant))
            .flatten()
            .copied()
            .collect();
        jobs.into_iter().for_each(|id| self.call(id, now));
    }

    /// What decisions about a target rest on has changed: its domains, its extensions.
    pub fn target_changed(&mut self, target: TenantId, now: Timestamp) {
        let jobs = self.by_target.get(&target).cloned().unwrap_or_default();
        jobs.into_iter().for_each(|id| self.call(id, now));
    }

    /// Whether any job pushes into the tenant.
    pub fn is_target(&self, tenant: TenantId) -> bool {
        self.by_target.contains_key(&tenant)
    }

    /// Somebody ran the job, or changed how far it has come: it starts with a clean slate.
    pub fn nudged(&mut self, id: JobId, now: Timestamp) {
        if let Some(known) = self.jobs.get_mut(&id) {
            (known.failures, known.not_before) = (0, now);
            self.call(id, now);
        }
    }

    /// The clock was set back: instants that were reckoned from the later time are reckoned anew.
    pub fn set_back(&mut self, now: Timestamp) {
        let ids: Vec<JobId> = self.jobs.keys().copied().collect();
        for id in ids {
            if let Some(known) = self.jobs.get_mut(&id) {
                known.not_before = known.not_before.min(now);
                let due = known.job.schedule.next_after(known.job.created, now);
                self.set_due(id, due);
                self.call(id, now);
            }
        }
    }

    /// Has the job looked at soon, where it follows what happens.
    fn call(&mut self, id: JobId, now: Timestamp) {
        let Some(known) = self.jobs.get_mut(&id) else { return };
        if !known.job.schedule.is_on_change() {
            return;
        }
        if let Phase::Running { again, .. } = &mut known.phase {
            *again = true;
        } else if now >= known.not_before {
            self.enqueue(id);
        } else {
            let due = known.due.map_or(known.not_before, |due| due.min(known.not_before));
            self.set_due(id, Some(due));
        }
    }

    fn enqueue(&mut self, id: JobId) {
        let Some(known) = self.jobs.get_mut(&id) else { return };
        if matches!(known.phase, Phase::Resting) {
            known.phase = Phase::Ready;
            let source = known.job.source;
            let line = self.ready.entry(source).or_default();
            if line.is_empty() {
                self.tenants.push_back(source);
            }
            line.push_back(id);
        }
    }

    fn set_due(&mut self, id: JobId, due: Option<Timestamp>) {
        let Some(known) = self.jobs.get_mut(&id) else { return };
        if let Some(before) = std::mem::replace(&mut known.due, due) {
            self.due.remove(&(before, id));
        }
        if let Some(due) = due {
            self.due.insert((due, id));
        }
    }

    /// Puts those in line whose time has come.
    pub fn tick(&mut self, now: Timestamp) {
        while let Some((due, id)) = self.due.first().copied().filter(|(due, _)| *due <= now) {
            self.due.remove(&(due, id));
            let Some(known) = self.jobs.get_mut(&id) else { continue };
            known.due = None;
            if let Phase::Running { again, .. } = &mut known.phase {
                *again = true;
            }
            self.enqueue(id);
        }
    }

    /// The next job in line.
    pub fn take(&mut self, now: Timestamp) -> Option<Turn> {
        self.tick(now);
        while let Some(tenant) = self.tenants.pop_front() {
            let Some(line) = self.ready.get_mut(&tenant) else { continue };
            let id = line.pop_front();
            if line.is_empty() {
                self.ready.remove(&tenant);
            } else {
                self.tenants.push_back(tenant);
            }
            // Those that were paused meanwhile are passed over.
            let Some((id, known)) = id.and_then(|id| Some((id, self.jobs.get_mut(&id)?))) else {
                continue;
            };
            if matches!(known.phase, Phase::Ready) {
                let give_way = Arc::new(AtomicBool::new(false));
                known.phase =
                    Phase::Running { since: now, again: false, give_way: give_way.clone() };
                self.running.insert(id);
                return Some(Turn { job: known.job.clone(), give_way });
            }
        }
        None
    }

    /// Takes a turn's end in. Gives what there is to tell, if it is news.
    pub fn ended(&mut self, id: JobId, ended: Ended, now: Timestamp) -> Option<String> {
        self.running.remove(&id);
        let known = self.jobs.get_mut(&id)?;
        let again = match std::mem::replace(&mut known.phase, Phase::Resting) {
            Phase::Running { again, .. } => again,
            Phase::Resting | Phase::Ready => false,
        };
        if known.gone {
            self.forget(id);
            return None;
        }
        let mut due = known.job.schedule.next_after(known.job.created, now);
        let follows = known.job.schedule.is_on_change();
        let (mut listens, mut news) = (false, None);
        match ended {
            Ended::Done { due: waiting, waits } => {
                (known.failures, known.told) = (0, None);
                listens = waits;
                due = due.or(waiting);
            }
            Ended::GaveWay => due = Some(now),
            Ended::Busy => due = Some(now.plus_seconds(PAUSE_SECONDS)),
            Ended::Stopped => {}
            Ended::Rests(next) => {
                listens = true;
                known.not_before = now.plus_seconds(PAUSE_SECONDS);
                if follows {
                    due = next;
                }
            }
            Ended::Throttled(seconds) => {
                // Neither an event nor a time of its own brings it back before.
                let until = now.plus_seconds(seconds.min(i64::MAX as u64 / 2_000) as i64);
                known.not_before = until;
                due = Some(until);
            }
            Ended::Failed(text) => {
                listens = true;
                known.failures += 1;
                known.not_before = now.plus_seconds(PAUSE_SECONDS);
                if follows {
                    let pause = LONGEST_SECONDS.min(1 << known.failures.min(20));
                    due = Some(now.plus_seconds(pause));
                }
                // The same trouble is told once, not at every attempt.
                if known.told.as_ref() != Some(&text) {
                    known.told = Some(text.clone());
                    news = Some(text);
                }
            }
        }
        let target = known.job.target;
        if listens {
            self.listeners.entry(target).or_default().insert(id);
        } else if let Some(ids) = self.listeners.get_mut(&target) {
            ids.remove(&id);
        }
        self.set_due(id, due);
        if again {
            self.call(id, now);
        }
        self.tick(now);
        news
    }

    /// Asks the cycle that has gone on longest to make room, where others wait and every one of so
    /// many threads is taken.
    pub fn make_room(&self, threads: usize, now: Timestamp) {
        if self.tenants.is_empty() || self.running.len() < threads {
            return;
        }
        let running = self.running.iter().filter_map(|id| match &self.jobs.get(id)?.phase {
            Phase::Running { since, give_way, .. } => Some((*since, give_way)),
            Phase::Resting | Phase::Ready => None,
        });
        if let Some((since, give_way)) = running.min_by_key(|(since, _)| *since)
            && now.0 - since.0 >= SLICE_MILLISECONDS
        {
            give_way.store(true, Ordering::Relaxed);
        }
    }

    /// Whether somebody waits for a thread.
    pub fn is_crowded(&self) -> bool {
        !self.tenants.is_empty()
    }

    /// The earliest instant at which a job is due.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.due.first().map(|(due, _)| *due)
    }
}
