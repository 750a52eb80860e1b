//! The services over a data directory, owned by this process.

use std::{path::Path, sync::Arc};

use config::Settings;
use directory::Directory;
use store_sqlite::{OpenError, Options, SqliteStore};
use sync::Sync;

use crate::{
    clock::{OrderedIds, SystemClock},
    failure::Failure,
};

/// The services of one data directory.
pub struct App {
    /// The embedded store, for what only this backend has: its files and their check.
    pub store: Arc<SqliteStore>,
    /// Hosted tenants.
    pub directory: Directory,
    /// Running the line.
    pub sync: Sync,
    /// The settings in force.
    pub settings: Settings,
    /// Where it is reached over HTTP, once it listens.
    pub addresses: std::sync::OnceLock<crate::http::Addresses>,
    /// Sign-in, once somebody needed it: its keys are made where there are none.
    identity: std::sync::OnceLock<identity::Identity>,
    /// When this process opened the directory.
    pub opened: std::time::Instant,
    /// Where the data lies.
    pub path: std::path::PathBuf,
}

/// Why a data directory could not be opened.
pub enum Unopened {
    /// Another process owns it; it may be spoken to.
    InUse,
    /// It cannot be opened.
    Failed(Failure),
}

/// The settings of a data directory.
pub fn read_settings(path: &Path, options: &[String]) -> Result<Settings, Failure> {
    let file = match std::fs::read_to_string(path.join("syncline.toml")) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Failure::new("settings", format!("syncline.toml: {error}"))),
    };
    Settings::read(&file, |name| std::env::var(name).ok(), options)
        .map_err(|error| Failure { exit: 2, ..Failure::new("settings", error.to_string()) })
}

impl App {
    /// Opens a data directory, making it where there is none.
    pub fn open(path: &Path, settings: &[String]) -> Result<Self, Unopened> {
        let settings = read_settings(path, settings).map_err(Unopened::Failed)?;
        let options = Options { shards: settings.shards, cache_mb: settings.cache_mb };
        let store = SqliteStore::open(path, options).map_err(unopened)?;
        let store = Arc::new(store);
        let directory =
            Directory::new(store.clone(), Arc::new(SystemClock), Arc::new(OrderedIds::new()));
        let sync = Sync::new(directory.clone());
        Ok(Self {
            store,
            directory,
            sync,
            settings,
            addresses: std::sync::OnceLock::new(),
            identity: std::sync::OnceLock::new(),
            opened: std::time::Instant::now(),
            path: path.to_owned(),
        })
    }

    /// Sign-in, the same for all of this process: what was counted and remembered is in it.
    pub fn identity(&self) -> Result<&identity::Identity, Failure> {
        if let Some(identity) = self.identity.get() {
            return Ok(identity);
        }
        let sealer = crate::notifier::sealer(self)?;
        let folder = self.path.join("sign-in");
        let opened = identity::Identity::open(self.directory.clone(), &folder, sealer)?;
        // Whoever was first made the one that counts.
        Ok(self.identity.get_or_init(|| opened))
    }

    /// What is done before this process leaves the directory: how far the audit logs have come is
    /// noted. A process that is killed leaves an older note, which is right as well.
    pub fn leave(&self) {
        // A directory that cannot be written has said so already.
        let _ = self.store.note_audit_ends();
    }
}

impl App {
    /// The same services while they answer a request: what they write names it in the audit log.
    pub fn for_request(&self, id: &str) -> Self {
        Self {
            store: self.store.clone(),
            directory: self.directory.for_request(id),
            sync: self.sync.for_request(id),
            settings: self.settings.clone(),
            addresses: self.addresses.clone(),
            identity: self.identity.clone(),
            opened: self.opened,
            path: self.path.clone(),
        }
    }
}

fn unopened(error: OpenError) -> Unopened {
    match error {
        OpenError::InUse { .. } => Unopened::InUse,
        error => Unopened::Failed(failure(&error)),
    }
}

/// Why a data directory cannot be opened, with what to do about it.
pub fn failure(error: &OpenError) -> Failure {
    let (code, hint) = match error {
        OpenError::InUse { .. } => ("data-in-use", "end the process that owns it"),
        OpenError::Newer { .. } => {
            ("data-newer", "use the version of syncline that wrote it, or a later one")
        }
        OpenError::Changed { .. } => {
            ("data-other", "use the build that made the directory, or start a new one and import")
        }
        OpenError::Damaged { .. } => {
            ("storage-damaged", "keep a copy of the directory and restore a backup")
        }
        _ => ("storage-failed", "check that the directory can be written and has room"),
    };
    Failure::new(code, error.to_string()).hint(hint)
}
