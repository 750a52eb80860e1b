//! One shard: a file with its writer and its readers.

use std::path::PathBuf;

use rusqlite::Connection;
use store::StoreError;

use crate::{
    checkpoint::Pause,
    fault::Fault,
    files::{Directory, OpenError},
    pool::Pool,
    schema,
    writer::{Done, Shared, Work, Writer},
};

pub(crate) struct Shard {
    pub file: String,
    pub path: PathBuf,
    writer: Writer,
    readers: Pool,
}

/// The file of a shard.
pub(crate) fn file_name(number: usize) -> String {
    format!("shard-{number}.db")
}

impl Shard {
    pub fn open(directory: &Directory, number: usize, shared: Shared) -> Result<Self, OpenError> {
        let file = file_name(number);
        let path = directory.file(&file);
        let conn = directory.open(&file, schema::SHARD)?;
        let writer = Writer::start(conn, &path, &file, shared)
            .map_err(|source| OpenError::Io { path: path.clone(), source })?;
        let readers = Pool::new(path.clone());
        Ok(Self { file, path, writer, readers })
    }

    /// Has the writer do something.
    pub fn write(&self, work: Work) -> Result<Done, StoreError> {
        self.writer.ask(work)
    }

    /// Keeps the log as it is, for a reader that stays for longer than a page.
    pub fn pause_checkpoints(&self) -> Pause {
        self.writer.pause_checkpoints()
    }

    /// Asks a question of one statement.
    pub fn ask<T>(
        &self,
        ask: impl FnOnce(&Connection) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        self.readers.ask(ask).map_err(|fault| fault.into_store(&self.file))
    }

    /// Asks a question of several statements, all of which see the same state of the file.
    pub fn ask_at_once<T>(
        &self,
        ask: impl FnOnce(&Connection) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        self.readers.ask_at_once(ask).map_err(|fault| fault.into_store(&self.file))
    }
}
