//! The writer of one file: one thread, one connection, a bounded queue.
//!
//! Requests that wait are joined into one transaction, so that they share one wait for the disk;
//! each is answered after the commit. Work that SQLite itself cannot do (a full disk, a broken
//! page) takes the whole transaction back, and the requests are then tried one by one.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError, SyncSender, TrySendError},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use model::{JobId, Timestamp};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use store::{Committed, JournalCommit, Oblivion, StoreError};

use crate::{
    checkpoint::{Checkpointer, Pause},
    commit,
    conditions::Owner,
    fault::Fault,
    files,
    gate::Gate,
    prepare::Prepared,
    purge, record,
    registry::Registry,
    values::{self, Batch, Form},
};

/// So many requests may wait; whoever comes later waits to be let in.
const QUEUE: usize = 64;
/// Requests are joined up to about so many bytes, which also bounds what a rollback costs.
const JOINED_BYTES: usize = 16 << 20;
/// A writer that had nothing to do for so long gives its cache to the others.
const IDLE: Duration = Duration::from_secs(10);

/// What a writer is asked to do.
pub(crate) enum Work {
    Commit(Box<Prepared>),
    Record(Owner, Box<JournalCommit>),
    Forget(Owner, JobId),
    ForgetEntries(Owner, JobId, Oblivion),
    ForgetRuns(Owner, JobId, Timestamp, usize),
    /// Begin a list.
    BeginList {
        owner: Owner,
        form: Form,
    },
    /// Put more into a list.
    Fill {
        owner: Owner,
        batch: Batch,
    },
    /// Remove some rows of a tenant that is no longer registered.
    Purge(i64),
    /// Make bulk commits durable.
    Flush,
    /// Nothing: the answer says that all transactions that ran when it was asked are over.
    Pass,
    /// Let the file grow to so many pages at most, as if the disk were full behind them.
    #[cfg(test)]
    LimitPages(u32),
}

/// What a writer did.
pub(crate) enum Done {
    Committed(Committed),
    Purged { more: bool },
    Forgotten(u64),
    Nothing,
}

type Answer = Result<Done, StoreError>;

struct Request {
    work: Work,
    answer: SyncSender<Answer>,
}

/// The cache of all writers together, shared by those that are at work.
pub(crate) struct Budget {
    megabytes: usize,
    at_work: AtomicUsize,
}

impl Budget {
    pub fn new(megabytes: usize) -> Self {
        Self { megabytes, at_work: AtomicUsize::new(0) }
    }

    fn share(&self) -> usize {
        (self.megabytes / self.at_work.load(Ordering::Relaxed).max(1)).max(1)
    }
}

/// The way to a writer. Dropping it lets the writer finish its queue and end.
pub(crate) struct Writer {
    file: String,
    checkpointer: Arc<Checkpointer>,
    queue: Option<SyncSender<Request>>,
    thread: Option<JoinHandle<()>>,
}

/// What the writers of all files share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub registry: Arc<Registry>,
    pub budget: Arc<Budget>,
    pub gate: Arc<Gate>,
}

impl Writer {
    pub fn start(
        conn: Connection,
        path: &Path,
        file: &str,
        shared: Shared,
    ) -> std::io::Result<Self> {
        let (queue, requests) = mpsc::sync_channel(QUEUE);
        let checkpointer = Arc::new(Checkpointer::start(path.to_owned(), file)?);
        let writing = Writing {
            conn,
            file: file.to_owned(),
            shared,
            checkpointer: Arc::clone(&checkpointer),
            requests,
            cache: 0,
            durable: true,
            // A process before this one may have left some.
            unsynced: true,
        };
        let thread =
            thread::Builder::new().name(format!("writer {file}")).spawn(move || writing.run())?;
        let (queue, thread) = (Some(queue), Some(thread));
        Ok(Self { file: file.to_owned(), checkpointer, queue, thread })
    }

    /// Keeps the log as it is, for a reader that stays for longer than a page.
    pub fn pause_checkpoints(&self) -> Pause {
        self.checkpointer.pause()
    }

    /// Has work done and waits for it.
    pub fn ask(&self, work: Work) -> Answer {
        let gone = || StoreError::Failed(format!("the writer of {} has ended", self.file));
        let (answer, answered) = mpsc::sync_channel(1);
        let queue = self.queue.as_ref().ok_or_else(gone)?;
        match queue.try_send(Request { work, answer }) {
            Ok(()) => {}
            Err(TrySendError::Full(request)) => queue.send(request).map_err(|_| gone())?,
            Err(TrySendError::Disconnected(_)) => return Err(gone()),
        }
        answered.recv().map_err(|_| gone())?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // A panic there has been printed, and whoever waited was told that the writer ended.
            let _ = thread.join();
        }
    }
}

/// The thread's side.
struct Writing {
    conn: Connection,
    file: String,
    shared: Shared,
    checkpointer: Arc<Checkpointer>,
    requests: Receiver<Request>,
    /// The cache that is set now, in megabytes; 0 while the writer is idle.
    cache: usize,
    /// Whether a commit waits for the disk as things are set now.
    durable: bool,
    /// Whether there are bulk commits that no later commit has made durable.
    unsynced: bool,
}

impl Writing {
    fn run(mut self) {
        loop {
            match self.requests.recv_timeout(IDLE) {
                Ok(first) => self.serve(first),
                Err(RecvTimeoutError::Timeout) => self.rest(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn serve(&mut self, first: Request) {
        self.take_cache();
        let joined = self.join(first);
        let (works, answers): (Vec<_>, Vec<_>) =
            joined.into_iter().map(|request| (request.work, request.answer)).unzip();
        match self.transaction(&works) {
            Ok(done) => {
                for (answer, done) in answers.iter().zip(done) {
                    // Whoever asked may be gone; the work is done all the same.
                    let _ = answer.send(done);
                }
            }
            Err(fault) if works.len() == 1 => {
                let _ = answers[0].send(Err(fault.into_store(&self.file)));
            }
            Err(_) => {
                for (answer, work) in answers.iter().zip(&works) {
                    let done = self.transaction(std::slice::from_ref(work));
                    let done = done.map(|mut one| one.pop().unwrap_or(Ok(Done::Nothing)));
                    let _ =
                        answer.send(done.unwrap_or_else(|fault| Err(fault.into_store(&self.file))));
                }
            }
        }
        // What was committed is durable in the log. If the disk has no room for a checkpoint the
        // next one finds it there.
        let _ = self.checkpointer.after_commit(&self.conn);
    }

    /// The request with those that wait behind it.
    fn join(&self, first: Request) -> Vec<Request> {
        let mut bytes = weight(&first.work);
        let mut joined = vec![first];
        while bytes < JOINED_BYTES
            && let Ok(next) = self.requests.try_recv()
        {
            bytes += weight(&next.work);
            joined.push(next);
        }
        joined
    }

    /// Does the works in one transaction. A fault means that none was done.
    fn transaction(&mut self, works: &[Work]) -> Result<Vec<Answer>, Fault> {
        let bulk = |work: &Work| match work {
            Work::Commit(prepared) => prepared.bulk,
            // What a power cut takes away is filled again at the next question.
            Work::BeginList { .. } | Work::Fill { .. } => true,
            _ => false,
        };
        self.set_durable(!works.iter().all(bulk))?;
        let unsynced = self.unsynced;
        let _pass = self.shared.gate.pass();
        let tx = Transaction::new_unchecked(&self.conn, TransactionBehavior::Immediate)?;
        let answers = works
            .iter()
            .map(|work| match apply(&tx, &self.shared.registry, work, unsynced) {
                // Such an answer is given before the work has written anything.
                Err(Fault::Store(refusal)) => Ok(Err(refusal)),
                done => done.map(Ok),
            })
            .collect::<Result<Vec<_>, Fault>>()?;
        tx.commit()?;
        // A commit that waits for the disk takes everything with it that stands before it in the
        // log. One that wrote nothing does not wait, but flush sees to that it writes.
        if !self.durable {
            self.unsynced = true;
        } else if works.iter().any(|work| matches!(work, Work::Flush)) {
            self.unsynced = false;
        }
        Ok(answers)
    }

    fn set_durable(&mut self, durable: bool) -> Result<(), Fault> {
        if durable != self.durable {
            let level = if durable { "FULL" } else { "NORMAL" };
            self.conn.pragma_update(None, "synchronous", level)?;
            self.durable = durable;
        }
        Ok(())
    }

    /// Takes the writer's share of the cache, which is smaller the more writers are at work.
    fn take_cache(&mut self) {
        if self.cache == 0 {
            self.shared.budget.at_work.fetch_add(1, Ordering::Relaxed);
        }
        let share = self.shared.budget.share();
        if share != self.cache && files::set_cache(&self.conn, share).is_ok() {
            self.cache = share;
        }
    }

    fn rest(&mut self) {
        if self.cache > 0 {
            self.cache = 0;
            self.shared.budget.at_work.fetch_sub(1, Ordering::Relaxed);
            // If this fails the memory is only kept for longer.
            let _ = files::set_cache(&self.conn, 1);
            let _ = self.conn.execute_batch("PRAGMA shrink_memory");
        }
    }
}

/// About how many bytes the work writes.
fn weight(work: &Work) -> usize {
    match work {
        Work::Commit(prepared) => prepared.weight,
        Work::Record(_, commit) => {
            commit.entries.len() * 600 + (commit.settled.len() + commit.links.len()) * 200
        }
        _ => 0,
    }
}

fn apply(
    conn: &Connection,
    registry: &Registry,
    work: &Work,
    unsynced: bool,
) -> Result<Done, Fault> {
    match work {
        Work::Commit(prepared) => {
            registry.find(prepared.owner.id)?;
            commit::commit(conn, registry, prepared).map(Done::Committed)
        }
        Work::Record(owner, commit) => {
            registry.find(owner.id)?;
            record::record(conn, registry, *owner, commit)?;
            Ok(Done::Nothing)
        }
        Work::Forget(owner, job) => {
            registry.find(owner.id)?;
            record::forget(conn, *owner, *job)?;
            Ok(Done::Nothing)
        }
        Work::ForgetEntries(owner, job, which) => {
            registry.find(owner.id)?;
            record::forget_entries(conn, *owner, *job, which).map(Done::Forgotten)
        }
        Work::ForgetRuns(owner, job, before, limit) => {
            registry.find(owner.id)?;
            record::forget_runs(conn, *owner, *job, *before, *limit).map(Done::Forgotten)
        }
        Work::BeginList { owner, form } => {
            registry.find(owner.id)?;
            values::begin(conn, owner.no, form).map(|()| Done::Nothing)
        }
        Work::Fill { owner, batch } => {
            registry.find(owner.id)?;
            values::put_in(conn, owner.no, batch).map(|()| Done::Nothing)
        }
        Work::Purge(tenant) => purge::purge(conn, *tenant).map(|more| Done::Purged { more }),
        Work::Flush => {
            if unsynced {
                conn.execute("UPDATE flushed SET times = times + 1", [])?;
            }
            Ok(Done::Nothing)
        }
        Work::Pass => Ok(Done::Nothing),
        #[cfg(test)]
        Work::LimitPages(pages) => {
            conn.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?;
            Ok(Done::Nothing)
        }
    }
}
