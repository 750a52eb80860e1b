//! The worker: runs active jobs on a few threads, each as its schedule says; those that follow their
//! source begin within milliseconds of its commit.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

use model::{Actor, Timestamp};

use crate::{Sync, turns::Turns};

/// How often deleted objects whose 30 days are over are removed for good.
const PURGE_SECONDS: i64 = 3_600;

/// Threads that run active jobs.
pub struct Worker {
    stop: Arc<AtomicBool>,
    turns: Arc<Turns>,
    threads: Vec<JoinHandle<()>>,
}

impl Worker {
    /// Starts so many threads that run cycles, and one that looks at what has happened. What a cycle
    /// comes to is in its run; `report` is told what did not begin or broke off.
    pub fn start(sync: Sync, count: usize, report: impl Fn(&str) + Send + Clone + 'static) -> Self {
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
        let (watched, stopped) = (turns.clone(), stop.clone());
        threads.push(thread::spawn(move || watch(&sync, &watched, &stopped, &report)));
        Self { stop, turns, threads }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.turns.wake();
        for thread in self.threads.drain(..) {
            // A panic in a cycle has been printed already; there is nothing to add to it here.
            drop(thread.join());
        }
    }
}

fn watch(sync: &Sync, turns: &Turns, stop: &AtomicBool, report: &dyn Fn(&str)) {
    let mut purge_due = Timestamp(i64::MIN);
    while !stop.load(Ordering::Relaxed) {
        turns.look();
        let now = sync.clock().now();
        if now >= purge_due {
            purge_due = now.plus_seconds(PURGE_SECONDS);
            purge(sync, report);
        }
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
