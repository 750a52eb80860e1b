//! The text files of the checkout, without what `.gitignore` leaves out.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// A text file; its path is relative to the workspace, with slashes.
#[derive(Debug)]
pub struct File {
    pub path: String,
    pub text: String,
}

/// Read from the disk and not from git's index, so that new files count before they are added.
pub fn read_all(root: &Path) -> Result<Vec<File>> {
    let ignored = fs::read_to_string(root.join(".gitignore")).unwrap_or_default();
    let ignored: Vec<&str> = ignored.lines().filter_map(ignored_path).collect();
    let mut files = Vec::new();
    read_folder(root, "", &ignored, &mut files)?;
    Ok(files)
}

/// Our `.gitignore` holds only paths from the root, such as `/target`.
fn ignored_path(line: &str) -> Option<&str> {
    line.trim().strip_prefix('/').map(|path| path.trim_end_matches('/'))
}

fn read_folder(root: &Path, folder: &str, ignored: &[&str], files: &mut Vec<File>) -> Result<()> {
    let listed = fs::read_dir(root.join(folder)).with_context(|| format!("list {folder}"))?;
    let mut entries = listed.collect::<std::io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
        let kind = entry.file_type()?;
        if name == ".git" || name == "node_modules" || ignored.contains(&path.as_str()) {
            continue;
        }
        if kind.is_dir() {
            read_folder(root, &path, ignored, files)?;
        } else if kind.is_file() {
            let bytes = fs::read(entry.path()).with_context(|| format!("read {path}"))?;
            // What is not text holds no words.
            if let Ok(text) = String::from_utf8(bytes) {
                files.push(File { path, text });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::temporary::TemporaryFolder;

    #[test]
    fn leaves_out_what_git_ignores() {
        let folder = TemporaryFolder::new("test-files").expect("a folder");
        let root = folder.path();
        for path in ["target/a", "src/b", "src/target/c", ".git/d"] {
            let path = root.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("make it");
            fs::write(path, "text").expect("write it");
        }
        fs::write(root.join("picture"), [0xff, 0xfe]).expect("write it");
        fs::write(root.join(".gitignore"), "/target\n").expect("write it");
        let files = read_all(root).expect("read them");
        let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, [".gitignore", "src/b", "src/target/c"]);
    }
}
