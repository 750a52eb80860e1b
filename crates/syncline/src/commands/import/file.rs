//! The files of imports and exports: what is read, with its form found out, and what is written,
//! for its owner's eyes only and whole or not at all.

use std::{
    cell::Cell,
    fs::{self, File, OpenOptions},
    io::{self, BufRead, BufReader, Cursor, Read, Write},
    path::{Path, PathBuf},
    rc::Rc,
};

use tempfile::NamedTempFile;
use wire::Format;

use crate::{
    args::{ImportArgs, REJECTED},
    commands::Request,
    failure::Failure,
};

/// What an import reads, once or twice.
pub struct Source {
    /// What messages call it.
    pub name: String,
    /// Its form.
    pub format: Format,
    /// Whether bytes that are no text were replaced on the way here, which can be seen only by what
    /// they were replaced with.
    pub is_lossy: bool,
    content: Content,
}

enum Content {
    File(PathBuf, u64),
    /// Standard input, and what can be read only once.
    Held(Rc<[u8]>),
}

impl Source {
    /// Finds the file and its form: told, else by name, else by its first bytes.
    pub fn find(request: &Request, args: &ImportArgs) -> Result<Self, Failure> {
        let is_stdin = args.file.as_os_str() == "-";
        let name = if is_stdin { "-".to_owned() } else { args.file.display().to_string() };
        let content = if is_stdin {
            Content::Held(request.stdin.clone().unwrap_or_default().into_bytes().into())
        } else {
            open_content(&request.path(&args.file))
                .map_err(|error| Failure::new("not-readable", format!("{name}: {error}")))?
        };
        let is_lossy = is_stdin || name.ends_with(REJECTED);
        let mut source = Self { name, format: Format::Csv, is_lossy, content };
        source.format = match &args.format {
            Some(format) => parse_format(format)?,
            None => match of_name(&args.file) {
                Some(format) => format,
                None => source.sniff()?,
            },
        };
        Ok(source)
    }

    /// Opens it at its beginning.
    pub fn open(&self) -> io::Result<Counted> {
        let (inner, of): (Box<dyn BufRead>, u64) = match &self.content {
            Content::File(path, size) => {
                (Box::new(BufReader::with_capacity(1 << 17, File::open(path)?)), *size)
            }
            Content::Held(bytes) => (Box::new(Cursor::new(bytes.clone())), bytes.len() as u64),
        };
        Ok(Counted { inner, taken: Rc::default(), of })
    }

    /// Where rejected rows go when nobody says.
    pub fn rejected_path(&self, request: &Request, args: &ImportArgs) -> PathBuf {
        match &args.rejected {
            Some(path) => request.path(path),
            None if args.file.as_os_str() == "-" => request.path("import.rejected".as_ref()),
            None => {
                let mut path = request.path(&args.file).into_os_string();
                path.push(REJECTED);
                path.into()
            }
        }
    }

    fn sniff(&self) -> io::Result<Format> {
        let mut start = Vec::new();
        self.open()?.take(8192).read_to_end(&mut start)?;
        Ok(Format::sniff(&start))
    }
}

fn open_content(path: &Path) -> io::Result<Content> {
    let data = fs::metadata(path)?;
    if data.is_file() {
        return Ok(Content::File(path.to_owned(), data.len()));
    }
    let mut bytes = Vec::new();
    File::open(path)?.read_to_end(&mut bytes)?;
    Ok(Content::Held(bytes.into()))
}

/// The form that a name tells. Rejected rows are in the form that their file's reader gives them.
fn of_name(path: &Path) -> Option<Format> {
    let path = path.to_string_lossy();
    let bare = path.trim_end_matches(REJECTED);
    let format = Format::of_path(bare)?;
    Some(if bare.len() < path.len() { format.of_rejects() } else { format })
}

/// The form that an option names.
pub fn parse_format(text: &str) -> Result<Format, Failure> {
    Format::of_word(text).ok_or_else(|| {
        Failure::usage(format!("'{text}' is no format"))
            .hint("there are csv, jsonl, graph and ldif")
    })
}

/// A text that counts how far it was read.
pub struct Counted {
    inner: Box<dyn BufRead>,
    taken: Rc<Cell<u64>>,
    of: u64,
}

impl Counted {
    /// How far it was read, also while somebody else reads it.
    pub fn position(&self) -> Position {
        Position { taken: self.taken.clone(), of: self.of }
    }
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(into)?;
        self.taken.set(self.taken.get() + count as u64);
        Ok(count)
    }
}

impl BufRead for Counted {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.taken.set(self.taken.get() + count as u64);
        self.inner.consume(count);
    }
}

/// How far a text was read.
pub struct Position {
    taken: Rc<Cell<u64>>,
    of: u64,
}

impl Position {
    /// How many rows there will be in all, going by those that were read so far.
    pub fn estimate(&self, rows: u64) -> u64 {
        let taken = self.taken.get().max(1);
        rows.max((rows as f64 * self.of as f64 / taken as f64) as u64)
    }
}

/// A file for its owner alone that stands under its name only when it is whole.
pub struct OwnFile {
    path: PathBuf,
    place: Place,
}

enum Place {
    Beside(NamedTempFile),
    /// What is no plain file (a pipe, `/dev/null`) is written to, never replaced.
    Direct(File),
}

impl OwnFile {
    /// Begins a file.
    pub fn begin(path: PathBuf) -> io::Result<Self> {
        if path.metadata().is_ok_and(|data| !data.is_file()) {
            let file = OpenOptions::new().write(true).open(&path)?;
            return Ok(Self { path, place: Place::Direct(file) });
        }
        let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_owned();
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let mut part = name.clone();
        part.push(".part");
        // What a process that was killed left behind.
        drop(fs::remove_file(folder.join(part)));
        // Such files are made for their owner alone.
        let file = tempfile::Builder::new()
            .prefix(&name)
            .suffix(".part")
            .rand_bytes(0)
            .tempfile_in(folder)?;
        Ok(Self { path, place: Place::Beside(file) })
    }

    /// Puts it under its name.
    pub fn keep(self) -> io::Result<()> {
        match self.place {
            Place::Direct(mut file) => file.flush(),
            Place::Beside(file) => {
                file.as_file().sync_all()?;
                file.persist(&self.path).map(drop).map_err(|error| error.error)
            }
        }
    }

    /// Its name.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Write for OwnFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.place {
            Place::Beside(file) => file.write(bytes),
            Place::Direct(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.place {
            Place::Beside(file) => file.flush(),
            Place::Direct(file) => file.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn rejected_rows_are_in_the_form_of_their_file() {
        assert_eq!(of_name(Path::new("people.csv.rejected")), Some(Format::Csv));
        assert_eq!(of_name(Path::new("people.csv.rejected.rejected")), Some(Format::Csv));
        assert_eq!(of_name(Path::new("people.json.rejected")), Some(Format::JsonLines));
        assert_eq!(of_name(Path::new("people.json")), Some(Format::Graph));
        assert_eq!(of_name(Path::new("import.rejected")), None);
    }

    #[test]
    fn a_file_stands_only_when_it_is_whole_and_is_its_owners() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("people.csv");
        drop(OwnFile::begin(path.clone()).expect("begun"));
        assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 0);
        let mut file = OwnFile::begin(path.clone()).expect("begun");
        file.write_all(b"mail\n").expect("written");
        assert!(!path.exists());
        file.keep().expect("kept");
        let mode = fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
