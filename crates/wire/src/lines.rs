//! Lines of bytes with their numbers, read in bounded memory and given back when taken too early.

use std::{
    collections::VecDeque,
    io::{self, BufRead},
};

/// One line with its line end.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) number: u64,
    pub(crate) bytes: Vec<u8>,
    /// Whether it was longer than what is kept of it.
    pub(crate) cut: bool,
}

impl Line {
    /// The line without its end.
    pub(crate) fn content(&self) -> &[u8] {
        let bytes = self.bytes.strip_suffix(b"\n").unwrap_or(&self.bytes);
        bytes.strip_suffix(b"\r").unwrap_or(bytes)
    }

    /// The same, taken over.
    pub(crate) fn into_content(mut self) -> Vec<u8> {
        self.bytes.truncate(self.content().len());
        self.bytes
    }

    /// The line without its end as text for people.
    pub(crate) fn shown(&self) -> String {
        String::from_utf8_lossy(self.content()).into_owned()
    }
}

/// A source of lines.
pub(crate) struct Lines<R> {
    reader: R,
    number: u64,
    limit: usize,
    given_back: VecDeque<Line>,
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(reader: R, limit: usize) -> Self {
        Self { reader, number: 0, limit, given_back: VecDeque::new() }
    }

    /// The next line; none at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Line>> {
        if let Some(line) = self.given_back.pop_front() {
            return Ok(Some(line));
        }
        let Some((mut bytes, cut)) = self.read()? else { return Ok(None) };
        if self.number == 0 {
            check_encoding(&bytes)?;
            if bytes.starts_with(b"\xEF\xBB\xBF") {
                bytes.drain(..3);
            }
        }
        self.number += 1;
        Ok(Some(Line { number: self.number, bytes, cut }))
    }

    /// How many lines were read.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Puts lines back, to be read again in their order.
    pub(crate) fn give_back(&mut self, lines: impl DoubleEndedIterator<Item = Line>) {
        for line in lines.rev() {
            self.given_back.push_front(line);
        }
    }

    fn read(&mut self) -> io::Result<Option<(Vec<u8>, bool)>> {
        let mut bytes = Vec::new();
        let mut cut = false;
        loop {
            let chunk = match self.reader.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if chunk.is_empty() {
                return Ok((!bytes.is_empty()).then_some((bytes, cut)));
            }
            let end = chunk.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
            let taken = end.unwrap_or(chunk.len());
            let kept = taken.min(self.limit - bytes.len());
            bytes.extend_from_slice(&chunk[..kept]);
            cut |= kept < taken;
            self.reader.consume(taken);
            if end.is_some() {
                return Ok(Some((bytes, cut)));
            }
        }
    }
}

/// UTF-16, as spreadsheets save "Unicode text", would be rejected line by line otherwise.
fn check_encoding(start: &[u8]) -> io::Result<()> {
    if start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF") {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the file is UTF-16, not UTF-8"));
    }
    Ok(())
}

/// Line and column, both from 1, of a byte in a text that begins on a given line.
pub(crate) fn place(text: &str, offset: usize, first_line: u64) -> (u64, u64) {
    let before = text.get(..offset).unwrap_or(text);
    let breaks = before.bytes().filter(|byte| *byte == b'\n').count();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (first_line + breaks as u64, before[start..].chars().count() as u64 + 1)
}
