//! Files that travel with a command to another machine and back. On the server they stand in a folder
//! of their own, under the paths that they have on the caller's machine, so that a command finds and
//! names them as if it ran there.

use std::{
    collections::HashMap,
    fs,
    io::{self, Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Component, Path, PathBuf},
    time::SystemTime,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use crate::args::Files;

/// How much of a file one line holds.
const PIECE: usize = 256 << 10;

/// What the caller's machine has of the files that a command names.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Parcel {
    /// Files that are read, with their sizes; their bytes follow in this order.
    pub files: Vec<(PathBuf, u64)>,
    /// Folders that files may be written into.
    pub folders: Vec<PathBuf>,
    /// Files that are there and may be written over.
    pub present: Vec<PathBuf>,
}

/// A piece of a file that a command wrote.
#[derive(Debug, Serialize, Deserialize)]
pub struct Piece {
    /// The whole path on the caller's machine.
    pub path: PathBuf,
    /// The permission bits.
    pub mode: u32,
    /// The bytes, as base64.
    pub bytes: String,
    /// Whether it is the last one.
    pub last: bool,
}

/// A whole path without `.` and `..`, which are taken by their letters alone.
pub fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::from("/");
    for component in path.components() {
        match component {
            Component::Normal(name) => plain.push(name),
            Component::ParentDir => {
                plain.pop();
            }
            _ => {}
        }
    }
    plain
}

/// Where a file of the caller's machine stands below a folder. Nothing leads out of the folder.
pub fn inside(root: &Path, path: &Path) -> PathBuf {
    root.join(plain(path).strip_prefix("/").unwrap_or(Path::new("")))
}

impl Parcel {
    /// What there is on this machine of the files of a command.
    pub fn pack(files: &Files, folder: &Path) -> Self {
        let mut parcel = Self::default();
        for file in files.reads.iter().filter(|file| file.as_os_str() != "-") {
            let path = plain(&folder.join(file));
            // What cannot be read is missed where the command looks for it.
            if let Ok(data) = fs::metadata(&path)
                && data.is_file()
            {
                parcel.files.push((path, data.len()));
            }
        }
        for file in &files.writes {
            let path = plain(&folder.join(file));
            match fs::metadata(&path) {
                Ok(data) if data.is_dir() => parcel.folders.push(path.clone()),
                Ok(_) => parcel.present.push(path.clone()),
                Err(_) => {}
            }
            let above = path.parent().filter(|folder| folder.is_dir());
            parcel.folders.extend(above.map(Path::to_owned));
        }
        parcel
    }

    /// Puts it up below a folder; the bytes of the files come from `bytes`.
    pub fn unpack(&self, root: &Path, bytes: &mut dyn Read) -> io::Result<Unpacked> {
        for folder in &self.folders {
            fs::create_dir_all(inside(root, folder))?;
        }
        let mut known = HashMap::new();
        for (path, size) in &self.files {
            let path = inside(root, path);
            fs::create_dir_all(path.parent().unwrap_or(root))?;
            let mut file = fs::OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(&path)?;
            let copied = io::copy(&mut (&mut *bytes).take(*size), &mut file)?;
            if copied < *size {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            known.insert(path.clone(), stamp(&path)?);
        }
        for path in &self.present {
            let path = inside(root, path);
            fs::create_dir_all(path.parent().unwrap_or(root))?;
            if !path.exists() {
                fs::write(&path, "")?;
            }
            known.insert(path.clone(), stamp(&path)?);
        }
        Ok(Unpacked { root: root.to_owned(), known })
    }
}

type Stamp = (SystemTime, u64, u64);

fn stamp(path: &Path) -> io::Result<Stamp> {
    use std::os::unix::fs::MetadataExt;
    let data = fs::metadata(path)?;
    Ok((data.modified()?, data.len(), data.ino()))
}

/// A parcel that is put up.
pub struct Unpacked {
    root: PathBuf,
    known: HashMap<PathBuf, Stamp>,
}

impl Unpacked {
    /// Hands over, piece by piece, each file that is new or other than it came.
    pub fn pack_new(&self, send: &mut dyn FnMut(Piece)) -> io::Result<()> {
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder)? {
                let entry = entry?;
                let (path, kind) = (entry.path(), entry.file_type()?);
                if kind.is_dir() {
                    folders.push(path);
                } else if kind.is_file() && self.known.get(&path) != Some(&stamp(&path)?) {
                    self.pack_file(&path, send)?;
                }
            }
        }
        Ok(())
    }

    fn pack_file(&self, path: &Path, send: &mut dyn FnMut(Piece)) -> io::Result<()> {
        let named = Path::new("/").join(path.strip_prefix(&self.root).unwrap_or(path));
        let mut file = fs::File::open(path)?;
        let mode = file.metadata()?.permissions().mode() & 0o777;
        let mut buffer = vec![0; PIECE];
        loop {
            let size = fill(&mut file, &mut buffer)?;
            let (path, last) = (named.clone(), size < PIECE);
            send(Piece { path, mode, bytes: STANDARD.encode(&buffer[..size]), last });
            if last {
                return Ok(());
            }
        }
    }
}

fn fill(file: &mut fs::File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut size = 0;
    while size < buffer.len() {
        match file.read(&mut buffer[size..])? {
            0 => break,
            count => size += count,
        }
    }
    Ok(size)
}

/// Takes pieces on the caller's machine, and only for files that the command named: a server that is
/// not what it seems writes nowhere else.
pub struct Taker {
    allowed: Vec<PathBuf>,
    open: Option<tempfile::NamedTempFile>,
}

impl Taker {
    /// A taker for the files that a command writes.
    pub fn new(files: &Files, folder: &Path) -> Self {
        let allowed = files.writes.iter().map(|file| plain(&folder.join(file)));
        Self { allowed: allowed.collect(), open: None }
    }

    /// Takes a piece; a file stands under its name when its last piece is there.
    pub fn take(&mut self, piece: &Piece) -> io::Result<()> {
        let refused = || io::Error::other(format!("{} was not asked for", piece.path.display()));
        let path = plain(&piece.path);
        let folder = path.parent().ok_or_else(refused)?;
        let is_meant = |one: &PathBuf| *one == path || one == folder && one.is_dir();
        if !self.allowed.iter().any(is_meant) {
            return Err(refused());
        }
        let mut file = match self.open.take() {
            Some(file) => file,
            None => tempfile::Builder::new().suffix(".part").tempfile_in(folder)?,
        };
        let bytes = STANDARD.decode(&piece.bytes).map_err(io::Error::other)?;
        file.write_all(&bytes)?;
        if !piece.last {
            self.open = Some(file);
            return Ok(());
        }
        // Who may read it was decided where it was made; nobody else gets more.
        let mode = piece.mode & 0o666;
        file.as_file().set_permissions(fs::Permissions::from_mode(mode))?;
        if path.metadata().is_ok_and(|data| !data.is_file()) {
            // A pipe or `/dev/null` is written to, never replaced.
            let mut from = file.reopen()?;
            io::copy(&mut from, &mut fs::OpenOptions::new().write(true).open(&path)?)?;
            return Ok(());
        }
        file.persist(&path).map(drop).map_err(|error| error.error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leads_out_of_the_folder() {
        let root = Path::new("/spool/1");
        assert_eq!(
            inside(root, Path::new("/u/ada/./x/../people.csv")),
            root.join("u/ada/people.csv")
        );
        assert_eq!(inside(root, Path::new("/../../etc/passwd")), root.join("etc/passwd"));
    }

    #[test]
    fn files_go_there_and_back_and_only_where_they_were_asked_for() {
        let (here, there) =
            (tempfile::tempdir().expect("room"), tempfile::tempdir().expect("room"));
        let (read, wanted) = (here.path().join("in.csv"), here.path().join("out.csv"));
        fs::write(&read, "abc").expect("written");
        let files = Files { reads: vec![read.clone()], writes: vec!["out.csv".into()] };
        let parcel = Parcel::pack(&files, here.path());
        let unpacked = parcel.unpack(there.path(), &mut "abc".as_bytes()).expect("it fits");
        let root = there.path();
        assert_eq!(fs::read_to_string(inside(root, &read)).expect("there"), "abc");
        fs::write(inside(root, &wanted), vec![7; PIECE + 1]).expect("written");
        fs::write(root.join("stray"), "x").expect("written");
        let mut taker = Taker::new(&files, here.path());
        let mut refused = 0;
        let mut take = |piece: Piece| refused += usize::from(taker.take(&piece).is_err());
        unpacked.pack_new(&mut take).expect("packed");
        assert_eq!(refused, 1, "what was not asked for is not taken");
        assert_eq!(fs::read(&wanted).expect("it is back").len(), PIECE + 1);
        assert!(!Path::new("/stray").exists());
    }
}
