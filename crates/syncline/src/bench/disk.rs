//! The disk under the benchmark, and the memory of the process.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    time::Instant,
};

use crate::failure::Failure;

/// File systems that keep nothing.
const IN_MEMORY: [&str; 2] = ["tmpfs", "ramfs"];
const FSYNCS: usize = 50;

/// The type of the file system that a directory lies on, when it is a real one. A figure from
/// memory would say nothing about durable commits.
pub fn check(dir: &Path) -> Result<String, Failure> {
    let dir = dir
        .canonicalize()
        .map_err(|error| Failure::new("input-output", format!("{}: {error}", dir.display())))?;
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    let kind = find_file_system(&mounts, &dir).unwrap_or_else(|| "unknown".to_owned());
    if IN_MEMORY.contains(&kind.as_str()) {
        let text = format!("{} lies on a memory file system ({kind})", dir.display());
        return Err(Failure { exit: 2, ..Failure::new("memory-file-system", text) }
            .hint("name a directory on a disk with --dir"));
    }
    Ok(kind)
}

/// The type at the longest mount point above a path; of several at one point the last one counts.
fn find_file_system(mounts: &str, path: &Path) -> Option<String> {
    mounts
        .lines()
        .filter_map(|line| {
            let mut fields = line.split_ascii_whitespace().skip(1);
            Some((PathBuf::from(unescape(fields.next()?)), fields.next()?))
        })
        .filter(|(point, _)| path.starts_with(point))
        .max_by_key(|(point, _)| point.components().count())
        .map(|(_, kind)| kind.to_owned())
}

/// Spaces and the like stand as octal numbers in the list of mounts.
fn unescape(text: &str) -> String {
    [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")]
        .iter()
        .fold(text.to_owned(), |text, (code, sign)| text.replace(code, sign))
}

/// How long one small durable write takes: the median of appends of 4 KB, each with its fsync.
pub fn fsync_ms(folder: &Path) -> Result<f64, Failure> {
    let mut file = File::create(folder.join("fsync"))?;
    let block = [0x5a; 4_096];
    let mut times = Vec::with_capacity(FSYNCS);
    for _ in 0..FSYNCS {
        let began = Instant::now();
        file.write_all(&block)?;
        file.sync_all()?;
        times.push(began.elapsed());
    }
    Ok(super::median_ms(times))
}

/// The most memory that the process had at once, where the system tells.
pub fn peak_memory_mb() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kilobytes| kilobytes >> 10)
}

/// Files under a directory with a name that ends so.
pub fn files(dir: &Path, end: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.to_str().is_some_and(|text| text.ends_with(end)))
        .collect();
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str) -> Option<String> {
        let mounts = "/dev/vda / ext4 rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n\
                      /dev/vdb /tmp/real\\040disk xfs rw 0 0\n";
        find_file_system(mounts, Path::new(path))
    }

    #[test]
    fn the_longest_mount_point_tells_the_file_system() {
        assert_eq!(check("/srv/data").as_deref(), Some("ext4"));
        assert_eq!(check("/tmp/x").as_deref(), Some("tmpfs"));
        assert_eq!(check("/tmp/real disk/x").as_deref(), Some("xfs"));
        assert_eq!(check("/tmpfoo").as_deref(), Some("ext4"));
    }
}
