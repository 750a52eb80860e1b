//! Programs for Node: their packages below the target folder, and copies of their sources beside these,
//! since Node looks for packages above the file that asks.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::process::program;

const LOCK: &str = "package-lock.json";

/// Installs the packages that the lock file of a folder names, anew when it has changed. Nothing of a
/// package runs while it is installed.
pub fn install(sources: &Path, place: &Path) -> Result<()> {
    let wanted =
        fs::read_to_string(sources.join(LOCK)).context("read the list of Node packages")?;
    // npm's own note, which it writes when it is done.
    let is_done = place.join("node_modules/.package-lock.json").is_file()
        && fs::read_to_string(place.join(LOCK)).is_ok_and(|found| found == wanted);
    if is_done {
        return Ok(());
    }
    fs::create_dir_all(place).context("make the folder of the Node packages")?;
    for name in ["package.json", LOCK] {
        fs::copy(sources.join(name), place.join(name)).context("copy a list of packages")?;
    }
    let folder = place.to_string_lossy();
    let words =
        ["ci", "--prefix", &folder, "--ignore-scripts", "--no-audit", "--no-fund", "--silent"];
    program("npm", words).run("")
}

/// Makes the copy of a folder equal to the folder; packages in the copy stay.
pub fn copy(sources: &Path, place: &Path) -> Result<()> {
    if place.is_dir() {
        for entry in fs::read_dir(place)? {
            let path = entry?.path();
            let is_kept =
                path.file_name().is_some_and(|name| name == "node_modules" || name == LOCK);
            if path.is_dir() && !is_kept {
                fs::remove_dir_all(&path).with_context(|| format!("empty {}", path.display()))?;
            } else if !is_kept {
                fs::remove_file(&path).with_context(|| format!("remove {}", path.display()))?;
            }
        }
    }
    copy_into(sources, place)
}

fn copy_into(sources: &Path, place: &Path) -> Result<()> {
    fs::create_dir_all(place).with_context(|| format!("make {}", place.display()))?;
    for entry in fs::read_dir(sources).with_context(|| format!("list {}", sources.display()))? {
        let entry = entry?;
        let (from, to) = (entry.path(), place.join(entry.file_name()));
        // The lock file in the copy tells which packages are there.
        if entry.file_name() == "node_modules" || entry.file_name() == LOCK {
            continue;
        }
        if from.is_dir() {
            copy_into(&from, &to)?;
        } else {
            fs::copy(&from, &to).with_context(|| format!("copy {}", from.display()))?;
        }
    }
    Ok(())
}

/// The test files of a folder whose names contain a text, in order.
pub fn list_tests(folder: &Path, wanted: &str) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("list {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".test.mjs") && name.contains(wanted) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::temporary::TemporaryFolder;

    #[test]
    fn a_copy_loses_what_its_sources_lost_and_keeps_packages() {
        let folder = TemporaryFolder::new("test-node").expect("a folder");
        let (sources, place) = (folder.path().join("sources"), folder.path().join("place"));
        let write = |path: PathBuf, text: &str| {
            fs::create_dir_all(path.parent().expect("a folder above")).expect("make it");
            fs::write(path, text).expect("write");
        };
        write(sources.join("tests/new.test.mjs"), "new");
        write(sources.join("tests/helper.mjs"), "");
        write(place.join("tests/old.test.mjs"), "old");
        write(place.join("node_modules/one/index.js"), "kept");
        copy(&sources, &place).expect("copied");
        let tests = list_tests(&place.join("tests"), "").expect("listed");
        assert_eq!(tests, [place.join("tests/new.test.mjs")]);
        assert!(list_tests(&place.join("tests"), "other").expect("listed").is_empty());
        assert!(place.join("node_modules/one/index.js").is_file());
    }
}
