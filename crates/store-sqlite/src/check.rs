//! What `doctor` asks: whether the files are whole, and how large they are.

use std::{fs, path::Path};

use rusqlite::Connection;
use store::StoreError;

use crate::{SqliteStore, fault::Fault, registry};

/// Something that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file.
    pub file: String,
    /// What SQLite says about it.
    pub what: String,
}

/// How large a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileStatistics {
    /// The file.
    pub file: String,
    /// Its bytes.
    pub bytes: u64,
    /// The bytes of the log beside it.
    pub wal_bytes: u64,
}

impl SqliteStore {
    /// Reads all files through and tells what is wrong with them; nothing when all are whole.
    pub fn check(&self) -> Result<Vec<Finding>, StoreError> {
        let mut findings = self
            .registry
            .with_connection(|conn| quick_check(conn, registry::FILE))
            .map_err(|fault| fault.into_store(registry::FILE))?;
        for shard in &self.shards {
            findings.extend(shard.ask(|conn| quick_check(conn, &shard.file))?);
        }
        Ok(findings)
    }

    /// The sizes of all files.
    pub fn statistics(&self) -> Vec<FileStatistics> {
        let system = self.directory.file(registry::FILE);
        let shards = self.shards.iter().map(|shard| statistics(&shard.file, &shard.path));
        std::iter::once(statistics(registry::FILE, &system)).chain(shards).collect()
    }
}

pub(crate) fn quick_check(conn: &Connection, file: &str) -> Result<Vec<Finding>, Fault> {
    let finding = |what| Finding { file: file.to_owned(), what };
    let answers = conn.prepare("PRAGMA quick_check").and_then(|mut statement| {
        statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()
    });
    match answers.map_err(Fault::from) {
        Ok(answers) => {
            Ok(answers.into_iter().filter(|answer| answer != "ok").map(finding).collect())
        }
        Err(fault) => match fault.into_store(file) {
            // A file so broken that the check itself ends is what the check is for.
            StoreError::Damaged(what) => Ok(vec![finding(what)]),
            error => Err(error.into()),
        },
    }
}

fn statistics(file: &str, path: &Path) -> FileStatistics {
    // A log that is not there has no bytes.
    let bytes = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.len());
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    FileStatistics { file: file.to_owned(), bytes: bytes(path), wal_bytes: bytes(Path::new(&wal)) }
}
