//! Checkpoints: moving what was committed from the write-ahead log into the file.
//!
//! A thread per file does the long part in the background, without standing in the writer's way.
//! It cannot finish while commits keep coming, so the writer does the short rest between two
//! transactions; done whole by the writer, a checkpoint would stall commits for most of a second.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
};

use rusqlite::Connection;

use crate::{
    fault::lock,
    files::{self, PAGE_BYTES},
};

/// A sixteenth of it in unit tests, which then meet every size of the log.
const MB: u64 = if cfg!(test) { 1 << 16 } else { 1 << 20 };
/// The log is worth a background pass when so much of it is not in the file.
const BACKGROUND: u64 = 16 * MB;
/// The writer finishes a log of this size when little is left to be done ...
const FINISH: u64 = 64 * MB;
/// ... which means so much ...
const REST: u64 = 8 * MB;
/// ... and at this size whatever is left, so that the log does not grow without end.
const BOUND: u64 = 256 * MB;

/// The checkpoint thread of one file.
pub(crate) struct Checkpointer {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    wanted: Mutex<Wanted>,
    changed: Condvar,
    /// Held while one of the two threads does a checkpoint.
    gate: Mutex<()>,
    /// How many readers want the log to stay as it is.
    pauses: AtomicUsize,
}

/// No checkpoint is done as long as this lives. A reader that stays for longer than a page keeps
/// what is behind it in the log; a writer that wanted to begin the log anew would wait for it.
pub(crate) struct Pause {
    shared: Arc<Shared>,
}

/// So often what gathered in the log during a pause is gone through before the writer has it back.
const CATCHING_UP: usize = 4;

impl Pause {
    /// Ends the pause of a reader that has let go of the file. What gathered in the log is moved by
    /// this thread, so that the writer has only the rest to do.
    pub fn end(self, conn: &Connection) -> rusqlite::Result<()> {
        conn.pragma_update(None, "query_only", false)?;
        for _ in 0..CATCHING_UP {
            let _gate = lock(&self.shared.gate);
            if checkpoint(conn, "PASSIVE")?.left <= REST {
                break;
            }
        }
        Ok(())
    }
}

impl Drop for Pause {
    fn drop(&mut self) {
        self.shared.pauses.fetch_sub(1, Ordering::SeqCst);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Nothing,
    Pass,
    Stop,
}

/// How long the log is, and how much of it is in the file already.
struct Log {
    bytes: u64,
    left: u64,
}

impl Checkpointer {
    pub fn start(path: PathBuf, name: &str) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            wanted: Mutex::new(Wanted::Nothing),
            changed: Condvar::new(),
            gate: Mutex::new(()),
            pauses: AtomicUsize::new(0),
        });
        let own = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name(format!("checkpoint {name}"))
            .spawn(move || own.run(&path))?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Does no checkpoint until the pause ends; one that is under way is waited for.
    pub fn pause(&self) -> Pause {
        self.shared.pauses.fetch_add(1, Ordering::SeqCst);
        drop(lock(&self.shared.gate));
        Pause { shared: Arc::clone(&self.shared) }
    }

    /// Called by the writer between two transactions.
    pub fn after_commit(&self, conn: &Connection) -> rusqlite::Result<()> {
        if self.shared.is_paused() {
            return Ok(());
        }
        let log = checkpoint(conn, "NOOP")?;
        if log.bytes >= BOUND {
            // The thread may be in the middle of a pass, whose work is not to be done twice.
            self.restart(conn, lock(&self.shared.gate))?;
        } else if log.bytes >= FINISH && log.left <= REST {
            if let Ok(gate) = self.shared.gate.try_lock() {
                self.restart(conn, gate)?;
            }
        } else if log.left >= BACKGROUND {
            self.shared.want(Wanted::Pass);
        }
        Ok(())
    }

    /// Finishes the log, unless a pause began meanwhile.
    fn restart(&self, conn: &Connection, _gate: MutexGuard<'_, ()>) -> rusqlite::Result<()> {
        if !self.shared.is_paused() {
            checkpoint(conn, "RESTART")?;
        }
        Ok(())
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.shared.want(Wanted::Stop);
        if let Some(thread) = self.thread.take() {
            // A panic there has been printed, and there is nothing left to be done about it.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn is_paused(&self) -> bool {
        self.pauses.load(Ordering::SeqCst) > 0
    }

    fn want(&self, wanted: Wanted) {
        let mut current = lock(&self.wanted);
        if *current != Wanted::Stop {
            *current = wanted;
        }
        drop(current);
        self.changed.notify_one();
    }

    fn run(&self, path: &Path) {
        // Without this thread the writer finishes each log at its bound by itself, only slower.
        let Ok(conn) = files::connect_reader(path) else { return };
        if conn.pragma_update(None, "query_only", false).is_err() {
            return;
        }
        loop {
            let mut wanted = self
                .changed
                .wait_while(lock(&self.wanted), |wanted| *wanted == Wanted::Nothing)
                .unwrap_or_else(PoisonError::into_inner);
            if *wanted == Wanted::Stop {
                return;
            }
            *wanted = Wanted::Nothing;
            drop(wanted);
            let _gate = lock(&self.gate);
            if !self.is_paused() {
                // Nothing is lost when it fails: what was committed stays in the log, and the next
                // pass finds it there.
                let _ = checkpoint(&conn, "PASSIVE");
            }
        }
    }
}

fn checkpoint(conn: &Connection, mode: &str) -> rusqlite::Result<Log> {
    let mut statement = conn.prepare_cached(&format!("PRAGMA wal_checkpoint({mode})"))?;
    statement.query_row([], |row| {
        // Both are -1 when there is no log yet.
        let pages = |index| row.get::<_, i64>(index).map(|pages| pages.max(0) as u64);
        let (all, moved) = (pages(1)?, pages(2)?);
        Ok(Log { bytes: all * PAGE_BYTES, left: all.saturating_sub(moved) * PAGE_BYTES })
    })
}
