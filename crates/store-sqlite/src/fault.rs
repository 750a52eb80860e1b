//! What goes wrong inside the backend, and what the caller is told about it.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use rusqlite::ErrorCode;
use store::StoreError;

/// What went wrong, before it is known in which file.
#[derive(Debug)]
pub(crate) enum Fault {
    /// SQLite says so.
    Sqlite(rusqlite::Error),
    /// A row cannot be what was written.
    Row(String),
    /// It is said already.
    Store(StoreError),
}

impl Fault {
    /// A row that cannot be what was written.
    pub fn row(what: impl fmt::Display) -> Self {
        Self::Row(what.to_string())
    }

    /// What the caller is told, who does not know the files otherwise.
    pub fn into_store(self, file: &str) -> StoreError {
        match self {
            Self::Store(error) => error,
            Self::Row(what) => StoreError::Damaged(format!("{file}: {what}")),
            Self::Sqlite(error) => match error.sqlite_error_code() {
                Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                    StoreError::Damaged(format!("{file}: {error}"))
                }
                Some(ErrorCode::DiskFull) => {
                    StoreError::Failed(format!("the disk is full, {file} cannot grow"))
                }
                _ => StoreError::Failed(format!("{file}: {error}")),
            },
        }
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            // A column that does not hold what the schema says it holds.
            rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..) => Self::row(error),
            error => Self::Sqlite(error),
        }
    }
}

impl From<rusqlite::types::FromSqlError> for Fault {
    fn from(error: rusqlite::types::FromSqlError) -> Self {
        Self::row(error)
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self::row(error)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// The lock. What these mutexes guard is whole between any two statements, so a thread that
/// panicked while it held one leaves nothing behind that others could not use.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
