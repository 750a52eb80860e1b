//! The worker: runs active jobs when their source has changed, within milliseconds of the commit.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use model::{Actor, JobState};

use crate::{Observer, Sync};

/// How long the worker sleeps at most when nothing is committed; what is due by the clock waits no
/// longer than this.
const NAP: Duration = Duration::from_secs(1);

/// How often deleted objects whose 30 days are over are removed for good.
const PURGE_SECONDS: i64 = 3_600;

/// A thread that runs active jobs.
pub struct Worker {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

struct UntilStopped(Arc<AtomicBool>);

impl Observer for UntilStopped {
    fn is_interrupted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Worker {
    /// Starts the thread. What a cycle comes to is in its run; `report` is told what did not begin.
    pub fn start(sync: Sync, report: impl Fn(&str) + Send + 'static) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let observer = UntilStopped(stop.clone());
        let thread = thread::spawn(move || watch(&sync, &observer, &report));
        Self { stop, thread: Some(thread) }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A panic in a cycle has been printed already; there is nothing to add to it here.
            drop(thread.join());
        }
    }
}

fn watch(sync: &Sync, observer: &UntilStopped, report: &dyn Fn(&str)) {
    let mut tick = 0;
    let mut told: HashMap<model::JobId, String> = HashMap::new();
    let mut purge_due = sync.clock().now();
    while !observer.is_interrupted() {
        tick = sync.store().wait(tick, NAP);
        let now = sync.clock().now();
        if now >= purge_due {
            purge_due = now.plus_seconds(PURGE_SECONDS);
            purge(sync, report);
        }
        let jobs = sync.directory.list_all_jobs(&Actor::System).unwrap_or_default();
        for job in jobs.iter().filter(|job| job.state == JobState::Active) {
            if observer.is_interrupted() {
                return;
            }
            match sync.run_cycle(&Actor::System, job, observer) {
                Ok(_) => drop(told.remove(&job.id)),
                Err(error) => {
                    let text = format!("job {}: {error}", job.name);
                    // The same trouble is told once, not at every commit.
                    if told.insert(job.id, text.clone()).as_ref() != Some(&text) {
                        report(&text);
                    }
                }
            }
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
