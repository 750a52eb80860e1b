//! The worker: runs active jobs on a few threads, each as its schedule says; those that follow their
//! source begin within milliseconds of its commit.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle, Thread},
    time::Duration,
};

use model::{Actor, Timestamp};

use crate::{MirrorWatch, Mirrors, Sync, turns::Turns};

/// How often deleted objects whose 30 days are over are removed for good, and old entries of the log
/// are forgotten.
const PURGE_SECONDS: i64 = 3_600;

/// How often the files of mirrors are looked at.
const LOOK: Duration = Duration::from_secs(1);

/// Threads that run active jobs.
pub struct Worker {
    sync: Sync,
    stop: Arc<AtomicBool>,
    turns: Arc<Turns>,
    /// The thread of the mirrors, which sleeps between two looks.
    sleeper: Thread,
    threads: Vec<JoinHandle<()>>,
}

impl Worker {
    /// Starts so many threads that run cycles, and one that looks at what has happened. What a cycle
    /// comes to is in its run; `report` is told what did not begin or broke off.
    pub fn start(sync: Sync, count: usize, report: impl Fn(&str) + Send + Clone + 'static) -> Self {
        Self::start_keeping(sync, count, 0, report)
    }

    /// The same; the jobs' logs are kept for so many days, 0 meaning for ever.
    pub fn start_keeping(
        sync: Sync,
        count: usize,
        log_days: usize,
        report: impl Fn(&str) + Send + Clone + 'static,
    ) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let turns = Arc::new(Turns::new(sync.clone(), count));
        let mut threads = Vec::new();
        for _ in 0..count.max(1) {
            let (turns, stop, report) = (turns.clone(), stop.clone(), report.clone());
            threads.push(thread::spawn(move || {
                while let Some(turn) = turns.wait(&stop) {
                    if let Some(news) = turns.run(&turn, &stop) {
                        report(&news);
                    }
                }
            }));
        }
        let mirrors = MirrorWatch::new(Mirrors::new(sync.directory.clone()));
        let (stopped, told) = (stop.clone(), report.clone());
        let mirrors = thread::spawn(move || watch_mirrors(mirrors, &stopped, &told));
        let sleeper = mirrors.thread().clone();
        threads.push(mirrors);
        let (watched, stopped, watching) = (turns.clone(), stop.clone(), sync.clone());
        threads.push(thread::spawn(move || {
            watch(&watching, log_days, (&watched, &stopped), &report);
        }));
        Self { sync, stop, turns, sleeper, threads }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.turns.wake();
        self.sleeper.unpark();
        self.sync.end_background();
        for thread in self.threads.drain(..) {
            // A panic in a cycle has been printed already; there is nothing to add to it here.
            drop(thread.join());
        }
    }
}

fn watch(
    sync: &Sync,
    log_days: usize,
    (turns, stop): (&Turns, &AtomicBool),
    report: &dyn Fn(&str),
) {
    let mut purge_due = Timestamp(i64::MIN);
    let mut forget_due = purge_due;
    while !stop.load(Ordering::Relaxed) {
        turns.look();
        let now = sync.clock().now();
        if now >= purge_due {
            purge_due = now.plus_seconds(PURGE_SECONDS);
            purge(sync, report);
        }
        if now >= forget_due {
            let more = forget(sync, log_days, stop, report);
            forget_due = if more { now } else { now.plus_seconds(PURGE_SECONDS) };
        }
    }
}

fn watch_mirrors(mut mirrors: MirrorWatch, stop: &AtomicBool, report: &dyn Fn(&str)) {
    while !stop.load(Ordering::Relaxed) {
        mirrors.look(stop).iter().for_each(|news| report(news));
        thread::park_timeout(LOOK);
    }
}

fn purge(sync: &Sync, report: &dyn Fn(&str)) {
    let tenants = sync.directory.list_tenants(&Actor::System).unwrap_or_default();
    for tenant in tenants {
        if let Err(error) = sync.directory.purge_expired(&Actor::System, tenant.id) {
            report(&format!("removing deleted objects of {} for good: {error}", tenant.name));
        }
    }
}

/// Forgets some of what is too old in the jobs' logs; says whether there may be more.
fn forget(sync: &Sync, log_days: usize, stop: &AtomicBool, report: &dyn Fn(&str)) -> bool {
    let jobs = sync.directory.list_all_jobs(&Actor::System).unwrap_or_default();
    let mut more = false;
    for job in jobs {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        match sync.forget_log(&Actor::System, &job, log_days) {
            Ok(forgotten) => more |= forgotten.more,
            Err(error) => report(&format!("forgetting old entries of {}: {error}", job.name)),
        }
    }
    more
}
