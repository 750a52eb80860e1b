//! Readers of one file: a few connections, opened when first needed, each lent for one question.

use std::{
    path::PathBuf,
    sync::{Condvar, Mutex, PoisonError},
};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::{
    fault::{Fault, lock},
    files,
};

/// So many questions to one file are answered at once.
pub(crate) const READERS: usize = 4;

pub(crate) struct Pool {
    path: PathBuf,
    state: Mutex<State>,
    returned: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Connection>,
    lent: usize,
}

impl Pool {
    pub fn new(path: PathBuf) -> Self {
        Self { path, state: Mutex::default(), returned: Condvar::new() }
    }

    /// Asks one question of one statement.
    pub fn ask<T>(&self, ask: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, Fault> {
        let conn = Lent { conn: Some(self.take()?), pool: self };
        ask(conn.conn.as_ref().expect("it is given back only when this value is dropped"))
    }

    /// Asks a question of several statements, all of which see the same state of the file.
    pub fn ask_at_once<T>(
        &self,
        ask: impl FnOnce(&Connection) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.ask(|conn| {
            let snapshot = Transaction::new_unchecked(conn, TransactionBehavior::Deferred)?;
            let answer = ask(&snapshot)?;
            snapshot.commit()?;
            Ok(answer)
        })
    }

    fn take(&self) -> Result<Connection, Fault> {
        let mut state = lock(&self.state);
        loop {
            if let Some(conn) = state.idle.pop() {
                state.lent += 1;
                return Ok(conn);
            }
            if state.lent < READERS {
                state.lent += 1;
                drop(state);
                return files::connect_reader(&self.path).map_err(|error| {
                    lock(&self.state).lent -= 1;
                    self.returned.notify_one();
                    error.into()
                });
            }
            state = self.returned.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// A connection that goes back when it is dropped, whatever became of the question.
struct Lent<'a> {
    conn: Option<Connection>,
    pool: &'a Pool,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.pool.state);
        state.lent -= 1;
        state.idle.extend(self.conn.take());
        self.pool.returned.notify_one();
    }
}
