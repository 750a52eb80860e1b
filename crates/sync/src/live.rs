//! What is under way in this process: for every run, and every plan that is being made, how far it has
//! come, whoever began it. Kept in memory only, since it ends with the process as the run does. Nothing
//! of it decides anything; it passes on what the line tells its observer, and the wish to stop.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{RecvTimeoutError, sync_channel},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use access::Permission;
use model::{Actor, Code, Job, JobId, Reason, RunId, RunKind, RunSummary, Timestamp};
use serde::Serialize;
use store::StoreError;

use crate::{Error, Observer, Sync, session::Context};

/// So long whoever begins a run in the background waits for its end: most runs end within it, and a
/// refusal is told to who asked.
const MOMENT: Duration = Duration::from_millis(300);

/// A run under way, or a plan that is being made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Live {
    /// The run.
    pub run: RunId,
    /// Whether something is found under that id afterwards; not so of a plan that is only shown.
    pub is_kept: bool,
    /// What it is.
    pub kind: RunKind,
    /// When it began.
    pub began: Timestamp,
    /// So many people, groups and changes were looked at.
    pub read: u64,
    /// Of how many, as far as that is known; 0 before the first page. Never less than `read`.
    pub of: u64,
    /// So many changes were done, or planned.
    pub changed: u64,
    /// Seconds since it began.
    pub seconds: u64,
    /// Seconds until its end if it goes on as before; none before it can be said.
    pub seconds_left: Option<u64>,
    /// Whether it was asked to stop, and does so at its next page.
    pub stopping: bool,
}

/// All that is under way, in the order in which it began.
#[derive(Default)]
pub(crate) struct Lives {
    doings: Mutex<BTreeMap<u64, Arc<Doing>>>,
    next: AtomicU64,
    /// Threads of runs that were begun in the background.
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// Whether these are to end, because the process does.
    closing: AtomicBool,
}

struct Doing {
    job: JobId,
    run: RunId,
    is_kept: bool,
    kind: RunKind,
    began: Timestamp,
    read: AtomicU64,
    of: AtomicU64,
    changed: AtomicU64,
    stop: AtomicBool,
}

impl Doing {
    fn tell(&self, now: Timestamp) -> Live {
        let read = self.read.load(Ordering::Relaxed);
        let of = self.of.load(Ordering::Relaxed).max(read);
        let elapsed = u64::try_from(now.0 - self.began.0).unwrap_or_default();
        let left = u128::from(elapsed) * u128::from(of - read) / u128::from(read.max(1)) / 1_000;
        Live {
            run: self.run,
            is_kept: self.is_kept,
            kind: self.kind,
            began: self.began,
            read,
            of,
            changed: self.changed.load(Ordering::Relaxed),
            seconds: elapsed / 1_000,
            seconds_left: (read > 0).then(|| u64::try_from(left).unwrap_or(u64::MAX)),
            stopping: self.stop.load(Ordering::Relaxed),
        }
    }
}

impl Lives {
    fn doings(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Doing>>> {
        self.doings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn threads(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is under way for a job.
    fn of(&self, job: JobId) -> Vec<Arc<Doing>> {
        self.doings().values().filter(|doing| doing.job == job).cloned().collect()
    }
}

/// Stands between a run and its observer for as long as the run is under way.
pub(crate) struct Watched<'o> {
    lives: Arc<Lives>,
    ticket: u64,
    doing: Arc<Doing>,
    observer: &'o dyn Observer,
}

impl<'o> Watched<'o> {
    /// From now on everybody can see how far it has come.
    pub(crate) fn begin(ctx: &Context, kind: RunKind, observer: &'o dyn Observer) -> Self {
        Self::new(ctx, (kind, true), observer)
    }

    /// The same for what nobody keeps.
    pub(crate) fn begin_unkept(ctx: &Context, kind: RunKind, observer: &'o dyn Observer) -> Self {
        Self::new(ctx, (kind, false), observer)
    }

    fn new(ctx: &Context, (kind, is_kept): (RunKind, bool), observer: &'o dyn Observer) -> Self {
        let lives = ctx.sync.lives.clone();
        let doing = Arc::new(Doing {
            job: ctx.job.id,
            run: ctx.run,
            is_kept,
            kind,
            began: ctx.began,
            read: AtomicU64::new(0),
            of: AtomicU64::new(0),
            changed: AtomicU64::new(0),
            stop: AtomicBool::new(false),
        });
        let ticket = lives.next.fetch_add(1, Ordering::Relaxed);
        lives.doings().insert(ticket, doing.clone());
        Self { lives, ticket, doing, observer }
    }
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        self.lives.doings().remove(&self.ticket);
    }
}

impl Observer for Watched<'_> {
    fn advanced(&self, read: u64, of: u64, changed: u64) {
        self.doing.read.store(read, Ordering::Relaxed);
        // Each part of a run names its own end; what was known before stays.
        self.doing.of.fetch_max(of, Ordering::Relaxed);
        self.doing.changed.store(changed, Ordering::Relaxed);
        self.observer.advanced(read, of, changed);
    }

    fn is_interrupted(&self) -> bool {
        self.doing.stop.load(Ordering::Relaxed) || self.observer.is_interrupted()
    }

    fn why(&self) -> Reason {
        if self.doing.stop.load(Ordering::Relaxed) {
            return Reason::new(Code::INTERRUPTED, "somebody asked the run to stop");
        }
        self.observer.why()
    }
}

impl Sync {
    /// The run of a job that is under way in this process; while there is none, the newest plan that is
    /// being made and not kept.
    pub fn live(&self, actor: &Actor, job: &Job) -> Result<Option<Live>, Error> {
        let all = self.list_live(actor, job)?;
        let run = all.iter().find(|live| live.kind != RunKind::Plan);
        Ok(run.or(all.last()).cloned())
    }

    /// All that is under way for a job in this process, in the order in which it began. Plans may be
    /// made beside a run and beside one another. For whoever may read the job or its log.
    pub fn list_live(&self, actor: &Actor, job: &Job) -> Result<Vec<Live>, Error> {
        let may_read = access::check(actor, Permission::ReadJobs, job.source);
        may_read.map_err(directory::Error::from).map_err(Error::from).or_else(|error| {
            // Whoever may see neither is told what would let them read the job.
            self.check_logs(actor, job).map_err(|_| error)
        })?;
        let now = self.clock().now();
        Ok(self.lives.of(job.id).iter().map(|doing| doing.tell(now)).collect())
    }

    /// Asks whatever is under way for a job to stop at its next page, as an interrupted command does:
    /// what was done stays done, and the next cycle goes on from there. Says whether anything was.
    pub fn stop(&self, actor: &Actor, job: &Job) -> Result<bool, Error> {
        self.check_run(actor, job)?;
        let doings = self.lives.of(job.id);
        doings.iter().for_each(|doing| doing.stop.store(true, Ordering::Relaxed));
        Ok(!doings.is_empty())
    }

    /// Begins a cycle in the background, whether the job runs by itself or not. What came of it if it
    /// came to its end, or was refused, within a moment; none while it is under way, which
    /// [`Sync::live`] shows and [`Sync::stop`] ends.
    pub fn begin_cycle(&self, actor: &Actor, job: &Job) -> Result<Option<RunSummary>, Error> {
        self.check_run(actor, job)?;
        let (sync, who, what) = (self.clone(), actor.clone(), job.clone());
        self.in_background(job, move |observer| sync.run_cycle(&who, &what, observer))
    }

    /// Does something in a thread of its own. Its answer, if there is one within a moment.
    pub(crate) fn in_background<T: Send + 'static>(
        &self,
        job: &Job,
        act: impl FnOnce(&dyn Observer) -> Result<T, Error> + Send + 'static,
    ) -> Result<Option<T>, Error> {
        let (tell, told) = sync_channel(1);
        let background = Background(self.lives.clone());
        // Whoever began it may have stopped listening.
        let handle = thread::spawn(move || drop(tell.send(act(&background))));
        let mut threads = self.lives.threads();
        threads.retain(|thread| !thread.is_finished());
        threads.push(handle);
        drop(threads);
        match told.recv_timeout(MOMENT) {
            Ok(answer) => answer.map(Some),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => {
                let fault =
                    format!("a run of job {} broke off by a fault of the program", job.name);
                Err(Error::Store(StoreError::Failed(fault)))
            }
        }
    }

    /// Asks everything that was begun in the background to stop and waits for its end: the process
    /// ends. What is killed instead is settled by the next run.
    pub(crate) fn end_background(&self) {
        self.lives.closing.store(true, Ordering::Relaxed);
        let threads = std::mem::take(&mut *self.lives.threads());
        // A panic in one of them has been printed already.
        threads.into_iter().for_each(|thread| drop(thread.join()));
        self.lives.closing.store(false, Ordering::Relaxed);
    }
}

/// Watches a run in the background: it ends with the server.
struct Background(Arc<Lives>);

impl Observer for Background {
    fn is_interrupted(&self) -> bool {
        self.0.closing.load(Ordering::Relaxed)
    }

    fn why(&self) -> Reason {
        Reason::new(Code::INTERRUPTED, "the server is stopping")
    }
}
