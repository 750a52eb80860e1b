//! Temporary folders that go when their owner does.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// A folder of our own under the system's temporary one, gone when dropped.
pub struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    pub fn new(purpose: &str) -> Result<Self> {
        let name = format!("syncline-xtask-{purpose}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        if path.exists() {
            fs::remove_dir_all(&path).with_context(|| format!("empty {}", path.display()))?;
        }
        fs::create_dir_all(&path).with_context(|| format!("make {}", path.display()))?;
        Ok(Self(path))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        // Left over, it costs a little disk and harms no later run.
        let _ = fs::remove_dir_all(&self.0);
    }
}
