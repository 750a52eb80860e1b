//! Where backups and restored directories are put: made out of sight beside their place, and moved
//! there when they are whole.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use model::Timestamp;
use tempfile::TempDir;

use super::BackupError;
use crate::{files::Directory, registry};

/// An instant in the name of a file: `20260131T080000Z`.
pub fn stamp(at: Timestamp) -> String {
    let second = Timestamp(at.0 - at.0.rem_euclid(1_000)).to_string();
    second.chars().filter(|one| !"-:".contains(*one)).collect()
}

/// The folder that a path lies in.
pub(super) fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => PathBuf::from("."),
        Some(parent) => parent.to_owned(),
        None => path.to_owned(),
    }
}

/// A folder to work in that nobody else may look into, and that goes with what is left in it.
pub(super) fn work_folder(within: &Path, prefix: &str) -> Result<TempDir, BackupError> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir_in(within).map_err(BackupError::io("make a folder in", within))
}

/// Makes a file, or what was done in a folder, durable.
pub(super) fn sync(path: &Path) -> Result<(), BackupError> {
    File::open(path)
        .and_then(|opened| opened.sync_all())
        .map_err(BackupError::io("write to the disk", path))
}

/// The place of a data directory that is to come.
pub(super) struct Target {
    dir: PathBuf,
    parent: PathBuf,
    /// What lies there now, owned by this process so that nobody works in it.
    old: Option<Directory>,
}

impl Target {
    /// A place where nothing is, or an empty directory, or, with `replace`, a data directory.
    pub fn take(dir: &Path, replace: bool) -> Result<Self, BackupError> {
        // What is beside a link is not beside the directory.
        let dir = fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned());
        let parent = parent(&dir);
        fs::create_dir_all(&parent).map_err(BackupError::io("make", &parent))?;
        let is_empty = match fs::read_dir(&dir) {
            Ok(mut entries) => entries.next().is_none(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => true,
            Err(error) => return Err(BackupError::io("read", &dir)(error)),
        };
        if is_empty {
            return Ok(Self { dir, parent, old: None });
        }
        let is_data = ["syncline.lock", registry::FILE].iter().any(|one| dir.join(one).exists());
        if !replace || !is_data {
            return Err(BackupError::NotEmpty { dir });
        }
        let old = Some(Directory::take(&dir)?);
        Ok(Self { dir, parent, old })
    }

    /// A folder beside the place.
    pub fn work_folder(&self) -> Result<TempDir, BackupError> {
        work_folder(&self.parent, ".syncline-restore-")
    }

    /// Moves a folder to the place; gives where that was moved to which lay there.
    pub fn put(self, folder: TempDir, at: Timestamp) -> Result<Option<PathBuf>, BackupError> {
        let aside = self.old.is_some().then(|| self.aside(at));
        if let Some(aside) = &aside {
            fs::rename(&self.dir, aside).map_err(BackupError::io("move", &self.dir))?;
        }
        if let Err(error) = fs::rename(folder.path(), &self.dir) {
            if let Some(aside) = &aside {
                fs::rename(aside, &self.dir).map_err(BackupError::io("move back", aside))?;
            }
            return Err(match error.kind() {
                // Somebody was quicker.
                io::ErrorKind::DirectoryNotEmpty => BackupError::NotEmpty { dir: self.dir },
                _ => BackupError::io("put the restored directory at", &self.dir)(error),
            });
        }
        // It is no folder of ours any more.
        let _ = folder.keep();
        sync(&self.parent)?;
        Ok(aside)
    }

    /// A free name for what lies here now.
    fn aside(&self, at: Timestamp) -> PathBuf {
        let stamp = stamp(at);
        let named = |end: String| {
            let mut name = self.dir.as_os_str().to_owned();
            name.push(format!(".before-restore-{stamp}{end}"));
            PathBuf::from(name)
        };
        let numbered = (2..).map(|number: u32| format!("-{number}"));
        let names = std::iter::once(String::new()).chain(numbered).map(named);
        names.into_iter().find(|path| !path.exists()).unwrap_or_else(|| named(String::new()))
    }
}
