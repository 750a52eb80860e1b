//! The container: a tar archive in the ustar form, so that common tools can look into a backup. Only
//! plain files in it, in the order of writing. What is read may have been made or changed by anybody.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use model::Timestamp;
use sha2::{Digest, Sha256};

use super::BackupError;
use crate::codec::hex;

const BLOCK: usize = 512;
/// How much is carried at once.
const CHUNK: usize = 1 << 20;
/// The largest size that the twelve bytes hold as digits; above it they hold a binary number.
const MOST_DIGITS: u64 = 0o777_7777_7777;

/// Where the fields of a header lie that we write and read.
const NAME: std::ops::Range<usize> = 0..100;
const SIZE: std::ops::Range<usize> = 124..136;
const CHECKSUM: std::ops::Range<usize> = 148..156;

/// Writes an archive.
pub(super) struct Packer<'a> {
    out: &'a mut File,
    at: Timestamp,
}

impl<'a> Packer<'a> {
    pub fn new(out: &'a mut File, at: Timestamp) -> Self {
        Self { out, at }
    }

    /// Adds a file of so many bytes; gives their digest. `go_on` is told of each chunk.
    pub fn add(
        &mut self,
        name: &str,
        bytes: u64,
        from: &mut dyn Read,
        go_on: &mut dyn FnMut(u64) -> bool,
    ) -> io::Result<String> {
        self.out.write_all(&header(name, bytes, self.at))?;
        let digest = carry(from, self.out, bytes, go_on)?;
        let rest = (BLOCK - (bytes % BLOCK as u64) as usize) % BLOCK;
        self.out.write_all(&[0; BLOCK][..rest])?;
        Ok(digest)
    }

    /// Ends the archive.
    pub fn end(self) -> io::Result<()> {
        self.out.write_all(&[0; 2 * BLOCK])
    }
}

pub(super) fn header(name: &str, bytes: u64, at: Timestamp) -> [u8; BLOCK] {
    let mut header = [0; BLOCK];
    let mut put =
        |at: usize, text: &str| header[at..at + text.len()].copy_from_slice(text.as_bytes());
    let seconds = u64::try_from(at.0 / 1_000).unwrap_or(0).min(MOST_DIGITS);
    put(NAME.start, name);
    put(100, "0000600\0");
    put(108, "0000000\0");
    put(116, "0000000\0");
    put(136, &format!("{seconds:011o}\0"));
    put(CHECKSUM.start, "        ");
    put(156, "0");
    put(257, "ustar\0");
    put(263, "00");
    if bytes <= MOST_DIGITS {
        put(SIZE.start, &format!("{bytes:011o}\0"));
    } else {
        header[SIZE.start] = 0x80;
        header[SIZE.end - 8..SIZE.end].copy_from_slice(&bytes.to_be_bytes());
    }
    let sum = checksum(&header);
    header[CHECKSUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

/// The sum of a header's bytes, its own place taken as blanks.
fn checksum(header: &[u8; BLOCK]) -> u32 {
    let byte =
        |(at, byte): (usize, &u8)| u32::from(if CHECKSUM.contains(&at) { b' ' } else { *byte });
    header.iter().enumerate().map(byte).sum()
}

/// Carries so many bytes over and gives their digest.
pub(super) fn carry(
    from: &mut dyn Read,
    to: &mut dyn Write,
    bytes: u64,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; CHUNK];
    let mut left = bytes;
    while left > 0 {
        let part = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
        from.read_exact(&mut buffer[..part])?;
        hash.update(&buffer[..part]);
        to.write_all(&buffer[..part])?;
        left -= part as u64;
        if !go_on(part as u64) {
            return Err(io::ErrorKind::Interrupted.into());
        }
    }
    Ok(hex(&hash.finalize()))
}

/// A file in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Packed {
    pub name: String,
    pub bytes: u64,
    start: u64,
}

/// Reads an archive.
pub(super) struct Unpacker {
    file: File,
    path: PathBuf,
    /// What is in it.
    pub files: Vec<Packed>,
}

impl Unpacker {
    /// Opens an archive and reads the headers, up to its end.
    pub fn open(path: &Path) -> Result<Self, BackupError> {
        let file = File::open(path).map_err(BackupError::io("open", path))?;
        let length = file.metadata().map_err(BackupError::io("open", path))?.len();
        let mut unpacker = Self { file, path: path.to_owned(), files: Vec::new() };
        let mut at = 0;
        loop {
            let Some(header) = unpacker.header(at, length)? else { return Ok(unpacker) };
            let (name, bytes) = header;
            let start = at + BLOCK as u64;
            let end = start.checked_add(bytes).filter(|end| *end <= length);
            let end = end.ok_or_else(|| {
                BackupError::damaged(path, format!("it ends in the middle of {name}"))
            })?;
            at = end.next_multiple_of(BLOCK as u64);
            unpacker.files.push(Packed { name, bytes, start });
        }
    }

    /// The name and the size in the header at a place; none at the end.
    fn header(&mut self, at: u64, length: u64) -> Result<Option<(String, u64)>, BackupError> {
        let damaged = |what: &str| BackupError::damaged(&self.path, what);
        if at + BLOCK as u64 > length {
            return Err(match at {
                0 => damaged("it is too short"),
                _ => damaged("its end is missing"),
            });
        }
        let mut header = [0; BLOCK];
        self.file
            .seek(SeekFrom::Start(at))
            .and_then(|_| self.file.read_exact(&mut header))
            .map_err(BackupError::io("read", &self.path))?;
        if header == [0; BLOCK] {
            return if at == 0 { Err(damaged("it is empty")) } else { Ok(None) };
        }
        let sum = digits(&header[CHECKSUM]);
        if sum != Some(u64::from(checksum(&header))) {
            let what = if at == 0 { "it is another kind of file" } else { "a header is broken" };
            return Err(damaged(what));
        }
        let name = header[NAME].split(|byte| *byte == 0).next().unwrap_or_default();
        let name = std::str::from_utf8(name).ok().filter(|name| is_plain(name));
        let name = name.ok_or_else(|| damaged("it holds a file of a strange name"))?;
        let bytes = size(&header[SIZE]).ok_or_else(|| damaged("a header is broken"))?;
        Ok(Some((name.to_owned(), bytes)))
    }

    /// Carries a file out; gives its digest.
    pub fn take_out(
        &mut self,
        packed: &Packed,
        to: &mut dyn Write,
        go_on: &mut dyn FnMut(u64) -> bool,
    ) -> io::Result<String> {
        self.file.seek(SeekFrom::Start(packed.start))?;
        carry(&mut self.file, to, packed.bytes, go_on)
    }
}

/// Whether a name stays in the folder that it is put into and hides nothing.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('.')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
}

pub(super) fn size(field: &[u8]) -> Option<u64> {
    match field {
        [0x80, 0, 0, 0, rest @ ..] => Some(u64::from_be_bytes(rest.try_into().ok()?)),
        digits_of => digits(digits_of),
    }
}

fn digits(field: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(field).ok()?;
    u64::from_str_radix(text.trim_matches(['\0', ' ']), 8).ok()
}
