//! Backups: one file with a copy of everything, made while the store is at work, and put in a data
//! directory's place later.
//!
//! The copies of all files show one moment, as a crash at that moment would have left them: see
//! `snapshot`. So what the line does after a crash is what it does after a restore, and nothing else
//! is needed to make the files agree. The file is a tar archive of the databases with a manifest at
//! its end; a restored store has another epoch, so that everybody is looked at again.

mod archive;
mod create;
mod manifest;
mod place;
mod restore;
mod snapshot;
#[cfg(test)]
mod tests;

use std::{
    io,
    path::{Path, PathBuf},
};

use store::StoreError;

pub use self::{
    create::{BackedUp, BackupRequest},
    manifest::{Contents, KeptFile, KeptTenant, Manifest},
    place::stamp,
    restore::{RestoreRequest, Restored, read_manifest, restore, verify_backup},
};
use crate::files::OpenError;

/// Told how many bytes of how many are done; says whether to go on.
pub type GoOn<'a> = dyn FnMut(u64, u64) -> bool + 'a;

/// Why there is no backup, or none was restored. What was there before is as it was.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The file exists already.
    #[error("{} exists already", path.display())]
    Exists {
        /// Which.
        path: PathBuf,
    },
    /// The file is no backup, or not the one that was made.
    #[error("{} is no whole backup: {what}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// A newer program made it.
    #[error("{} has format {found}, and this program knows up to {known}", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The newest that is known here.
        known: u32,
    },
    /// The directory that it should go to holds something.
    #[error("{} is not empty", dir.display())]
    NotEmpty {
        /// The directory.
        dir: PathBuf,
    },
    /// The caller did not want to go on.
    #[error("it was broken off")]
    Interrupted,
    /// A file or folder cannot be read or written.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The data directory could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
}

impl BackupError {
    fn damaged(path: &Path, what: impl ToString) -> Self {
        Self::Damaged { path: path.to_owned(), what: what.to_string() }
    }

    /// What failed with a path, as `map_err` takes it.
    fn io(action: &'static str, path: &Path) -> impl Fn(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| match source.kind() {
            io::ErrorKind::AlreadyExists => Self::Exists { path: path.clone() },
            // Nothing else breaks off: calls that a signal interrupts are repeated.
            io::ErrorKind::Interrupted => Self::Interrupted,
            _ => Self::Io { action, path: path.clone(), source },
        }
    }
}
