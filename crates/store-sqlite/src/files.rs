//! The data directory: who owns it, its files, and how each of them is opened.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};
use store::StoreError;

use crate::{
    fault::Fault,
    schema::{self, Migration, SchemaError},
};

/// Why a data directory was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it.
    #[error("{} is in use by another process", dir.display())]
    InUse {
        /// The directory.
        dir: PathBuf,
    },
    /// The directory or a file in it cannot be made or read.
    #[error("cannot open {}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A newer program wrote it.
    #[error("{file} has schema {found}, and this program knows up to {known}: use a newer one")]
    Newer {
        /// The file.
        file: String,
        /// Its schema.
        found: u32,
        /// The newest that is known here.
        known: u32,
    },
    /// A migration is not the one that was applied under its number.
    #[error("{file} was made with another text of migration {migration}")]
    Changed {
        /// The file.
        file: String,
        /// The migration.
        migration: &'static str,
    },
    /// A file is no database or is broken.
    #[error("{file} is damaged: {detail}")]
    Damaged {
        /// The file.
        file: String,
        /// What SQLite says.
        detail: String,
    },
    /// SQLite failed in another way.
    #[error("cannot open {file}: {detail}")]
    Failed {
        /// The file.
        file: String,
        /// What SQLite says.
        detail: String,
    },
}

impl OpenError {
    /// What a fault in a file means for opening it.
    pub(crate) fn from_fault(file: &str, fault: Fault) -> Self {
        let file = file.to_owned();
        match fault.into_store(&file) {
            StoreError::Damaged(detail) => Self::Damaged { file, detail },
            error => Self::Failed { file, detail: error.to_string() },
        }
    }
}

/// The size of a page of every file.
pub(crate) const PAGE_BYTES: u64 = 8192;

/// The directory, owned by this process as long as this value lives.
pub(crate) struct Directory {
    path: PathBuf,
    _lock: File,
}

impl Directory {
    /// Makes the directory if need be and takes it.
    pub fn take(path: &Path) -> Result<Self, OpenError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| OpenError::Io { path, source }
        };
        make(path).map_err(failed(path))?;
        let lock_path = path.join("syncline.lock");
        let lock = private(&lock_path).map_err(failed(&lock_path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse { dir: path.to_owned() }),
            Err(TryLockError::Error(source)) => Err(OpenError::Io { path: lock_path, source }),
        }
    }

    /// Opens a file of the directory and brings it to the newest schema.
    pub fn open(
        &self,
        name: &str,
        migrations: &'static [Migration],
    ) -> Result<Connection, OpenError> {
        let path = self.path.join(name);
        // SQLite gives the files beside it the mode of the database.
        private(&path).map_err(|source| OpenError::Io { path: path.clone(), source })?;
        let opened = connect(&path).map_err(SchemaError::from).and_then(|mut conn| {
            // The page size counts only before the first page is written.
            conn.execute_batch(&format!(
                "PRAGMA page_size = {PAGE_BYTES};
                 PRAGMA journal_mode = WAL;
                 PRAGMA synchronous = FULL;"
            ))?;
            schema::migrate(&mut conn, migrations)?;
            Ok(conn)
        });
        let file = name.to_owned();
        opened.map_err(|error| match error {
            SchemaError::Newer { found, known } => OpenError::Newer { file, found, known },
            SchemaError::Changed { name: migration } => OpenError::Changed { file, migration },
            SchemaError::Sqlite(error) => OpenError::from_fault(&file, error.into()),
        })
    }

    /// The path of a file of the directory.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

/// A connection with what is the same for all of them.
pub(crate) fn connect(path: &Path) -> rusqlite::Result<Connection> {
    // A connection is used by one thread at a time, so it needs no mutex of its own.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(Duration::from_secs(5))?;
    conn.set_prepared_statement_cache_capacity(128);
    conn.execute_batch(
        "PRAGMA mmap_size = 0;
         PRAGMA temp_store = MEMORY;
         PRAGMA foreign_keys = OFF;
         PRAGMA trusted_schema = OFF;
         PRAGMA wal_autocheckpoint = 0;
         PRAGMA journal_size_limit = 67108864;",
    )?;
    Ok(conn)
}

/// A connection that cannot write, with the small cache of a reader.
pub(crate) fn connect_reader(path: &Path) -> rusqlite::Result<Connection> {
    let conn = connect(path)?;
    set_cache(&conn, READER_CACHE_MB)?;
    conn.pragma_update(None, "query_only", true)?;
    Ok(conn)
}

/// The cache of one reader, in megabytes.
pub(crate) const READER_CACHE_MB: usize = 2;

/// Sets the connection's cache, in megabytes.
pub(crate) fn set_cache(conn: &Connection, megabytes: usize) -> rusqlite::Result<()> {
    let kibibytes = i64::try_from(megabytes * 1024).unwrap_or(i64::MAX);
    conn.pragma_update(None, "cache_size", -kibibytes)
}

fn make(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Opens a file that only its owner may read, made if need be.
pub(crate) fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
