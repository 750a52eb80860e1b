//! One shard: a file with its writer and its readers.

use std::{path::PathBuf, sync::Arc};

use rusqlite::Connection;
use store::StoreError;

use crate::{
    fault::Fault,
    files::{Directory, OpenError},
    pool::Pool,
    registry::Registry,
    schema,
    writer::{Budget, Done, Work, Writer},
};

pub(crate) struct Shard {
    pub file: String,
    pub path: PathBuf,
    writer: Writer,
    readers: Pool,
}

impl Shard {
    pub fn open(
        directory: &Directory,
        number: usize,
        registry: &Arc<Registry>,
        budget: &Arc<Budget>,
    ) -> Result<Self, OpenError> {
        let file = format!("shard-{number}.db");
        let path = directory.file(&file);
        let conn = directory.open(&file, schema::SHARD)?;
        let writer = Writer::start(conn, &path, &file, Arc::clone(registry), Arc::clone(budget))
            .map_err(|source| OpenError::Io { path: path.clone(), source })?;
        let readers = Pool::new(path.clone());
        Ok(Self { file, path, writer, readers })
    }

    /// Has the writer do something.
    pub fn write(&self, work: Work) -> Result<Done, StoreError> {
        self.writer.ask(work)
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
