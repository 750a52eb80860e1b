//! A file that another system replaces: CSV, JSON Lines, LDIF, or what a Graph list answers.
//!
//! It is read where it lies. A digest is taken when it is measured and again when its records are
//! read; only where the two are the same, and the file under the name is still that one, does the
//! last page prove anything.

use std::{
    cell::RefCell,
    fs::{self, File, Metadata},
    io::{self, BufReader, Read},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    rc::Rc,
    thread,
    time::{Duration, SystemTime},
};

use model::{Code, Proof, Reason, SourceMark, Timestamp};
use sha2::{Digest, Sha256};
use wire::{Format, Options, Reader, Rejected, Row};

use super::{
    Capabilities, Changes, Completeness, Doubt, Item, Listing, Page, Pages, Record, Source,
    SourceError,
    lines::{Line, Lines},
    text::{Text, hex},
};

/// So many records make a page, unless their text is long.
const PAGE: usize = 1_000;
const PAGE_BYTES: usize = 8 << 20;
const BUFFER: usize = 1 << 17;

/// A listing in a file.
#[derive(Clone, Debug)]
pub struct FileListing {
    /// Where it lies.
    pub path: PathBuf,
    /// Its form.
    pub format: Format,
    /// How it is read. The first verbatim column is the anchor, the second the tombstone.
    pub options: Options,
    /// What shows that it is whole.
    pub proof: Proof,
    /// How long a file must have stood still to count as finished, where it is renamed into place.
    pub settle: Duration,
}

impl FileListing {
    fn failed(&self, error: &io::Error) -> SourceError {
        SourceError::Unreadable(format!("{}: {error}", self.path.display()))
    }

    fn open(&self) -> Result<(File, Metadata), SourceError> {
        let opened = fs::metadata(&self.path).and_then(|data| {
            // Opening a pipe would wait for somebody who writes into it.
            let file = if data.is_file() { Some(File::open(&self.path)?) } else { None };
            Ok(file)
        });
        let file = opened.map_err(|error| self.failed(&error))?;
        let data = file.as_ref().map(File::metadata).transpose();
        match (file, data.map_err(|error| self.failed(&error))?) {
            (Some(file), Some(data)) if data.is_file() => Ok((file, data)),
            _ => {
                let text = format!("{}: is no plain file", self.path.display());
                Err(SourceError::Unreadable(text))
            }
        }
    }

    fn judge(
        &self,
        listing: &mut Listing,
        (first, last): (Option<Line>, Option<Line>),
        since: Option<&SourceMark>,
    ) {
        match &self.proof {
            Proof::EndMark(mark) => match last {
                Some(last) if last.text == mark.trim() => listing.control = vec![last.range],
                _ => {
                    let text = format!("the last line is not '{mark}'");
                    listing.fault = Some(Reason::new(Code::LISTING_CUT, text));
                }
            },
            Proof::CountLine(start) => {
                let counted = |line: Line| {
                    let rest = line.text.strip_prefix(start.trim())?;
                    Some((parse_count(rest)?, line.range))
                };
                match first.and_then(counted).or_else(|| last.and_then(counted)) {
                    Some((count, range)) => {
                        (listing.expected, listing.control) = (Some(count), vec![range]);
                    }
                    None => {
                        let text = format!(
                            "neither the first nor the last line is '{start}' and a number"
                        );
                        listing.fault = Some(Reason::new(Code::LISTING_COUNT, text));
                    }
                }
            }
            Proof::CountFile(name) => match self.read_count(name) {
                Ok(count) => {
                    // The same text with another number beside it is another listing.
                    listing.mark.digest.push_str(&format!("+{count}"));
                    listing.expected = Some(count);
                }
                Err(text) => listing.fault = Some(Reason::new(Code::LISTING_COUNT, text)),
            },
            Proof::Renamed => {
                let is_rewritten = |mark: &SourceMark| {
                    file_of(&mark.identity) == file_of(&listing.mark.identity)
                        && mark.digest != listing.mark.digest
                };
                if since.is_some_and(is_rewritten) {
                    let text = "it is the same file as before with another content".to_owned();
                    listing.fault = Some(Reason::new(Code::LISTING_NOT_REPLACED, text));
                }
            }
            Proof::Tombstones => {}
        }
    }

    fn beside(&self, name: &str) -> PathBuf {
        self.path.parent().unwrap_or(Path::new(".")).join(name)
    }

    /// Which file it is and how it stands, with what stands beside it.
    fn identity(&self, data: &Metadata) -> String {
        match &self.proof {
            Proof::CountFile(name) => match fs::metadata(self.beside(name)) {
                Ok(count) => format!("{}+{}", identity(data), identity(&count)),
                Err(_) => identity(data),
            },
            _ => identity(data),
        }
    }

    fn read_count(&self, name: &str) -> Result<u64, String> {
        let text =
            fs::read_to_string(self.beside(name)).map_err(|error| format!("{name}: {error}"))?;
        parse_count(&text).ok_or_else(|| format!("{name} holds no number"))
    }

    /// A file that was only just written may still be written.
    fn wait_until_settled(&self, data: &Metadata) {
        if self.proof != Proof::Renamed {
            return;
        }
        let age = data.modified().ok().and_then(|at| SystemTime::now().duration_since(at).ok());
        if let Some(rest) = self.settle.checked_sub(age.unwrap_or_default()) {
            thread::sleep(rest);
        }
    }
}

impl Source for FileListing {
    fn capabilities(&self) -> Capabilities {
        // LDAP has no empty values.
        Capabilities { absent_is_empty: self.format == Format::Ldif }
    }

    fn hint(&self) -> Result<String, SourceError> {
        let data = fs::metadata(&self.path).map_err(|error| self.failed(&error))?;
        Ok(self.identity(&data))
    }

    fn changed_at(&self) -> Result<Option<Timestamp>, SourceError> {
        let data = fs::metadata(&self.path).map_err(|error| self.failed(&error))?;
        let at = data.modified().ok().and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
        Ok(at.map(|at| Timestamp(at.as_millis() as i64)))
    }

    fn changes(&self, since: Option<&SourceMark>) -> Result<Changes, SourceError> {
        let Some(mark) = since else { return Ok(Changes::Expired(self.measure(None)?)) };
        if self.hint()? == mark.identity {
            return Ok(Changes::Nothing(mark.clone()));
        }
        let listing = self.measure(since)?;
        Ok(match listing.mark.digest == mark.digest {
            true => Changes::Nothing(listing.mark),
            false => Changes::Expired(listing),
        })
    }

    /// Reads the whole file once, for its digest and its first and last lines.
    fn measure(&self, since: Option<&SourceMark>) -> Result<Listing, SourceError> {
        let (mut file, data) = self.open()?;
        let mut digest = Sha256::new();
        let mut lines = Lines::default();
        let mut part = vec![0; BUFFER];
        loop {
            let count = file.read(&mut part).map_err(|error| self.failed(&error))?;
            if count == 0 {
                break;
            }
            digest.update(&part[..count]);
            lines.add(&part[..count]);
        }
        let identity = self.identity(&data);
        let text = hex(digest);
        let mark = SourceMark { identity: identity.clone(), digest: text.clone() };
        let mut listing = Listing { mark, text, fault: None, expected: None, control: Vec::new() };
        self.judge(&mut listing, lines.finish(), since);
        self.wait_until_settled(&data);
        if self.hint().ok() != Some(identity) {
            listing.fault = Some(moved());
        }
        Ok(listing)
    }

    fn scan(&self, listing: &Listing) -> Result<Box<dyn Pages>, SourceError> {
        let (file, _) = self.open()?;
        let (text, digest) = Text::new(file, listing.control.clone());
        let text = BufReader::with_capacity(BUFFER, text);
        let reader = wire::read(self.format, self.options.clone(), text);
        let listing = listing.clone();
        Ok(Box::new(FilePages {
            source: self.clone(),
            listing,
            reader,
            digest,
            records: 0,
            cut: None,
            is_over: false,
        }))
    }
}

fn parse_count(text: &str) -> Option<u64> {
    text.trim().trim_matches([':', '=', ';', ',', '"']).trim().parse().ok()
}

fn moved() -> Reason {
    Reason::new(Code::LISTING_MOVED, "the file is no longer the one that was measured")
}

/// Which file it is, then how it stands. Inodes are used again, so the time of making goes along.
fn identity(data: &Metadata) -> String {
    let made = data.created().ok().and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
    let made = made.unwrap_or_default().as_nanos();
    format!(
        "{}:{}:{made}/{}:{}.{:09}",
        data.dev(),
        data.ino(),
        data.size(),
        data.mtime(),
        data.mtime_nsec()
    )
}

/// The part of an identity that says which file it is.
fn file_of(identity: &str) -> &str {
    identity.split('/').next().unwrap_or(identity)
}

struct FilePages {
    source: FileListing,
    listing: Listing,
    reader: Reader<BufReader<Text>>,
    digest: Rc<RefCell<Sha256>>,
    records: u64,
    /// What the reader said of a listing that ends inside a record.
    cut: Option<String>,
    is_over: bool,
}

impl Pages for FilePages {
    fn next(&mut self) -> Result<Option<Page>, SourceError> {
        if self.is_over {
            return Ok(None);
        }
        let mut items = Vec::new();
        let mut bytes = 0;
        while items.len() < PAGE && bytes < PAGE_BYTES {
            let Some(item) = self.reader.next() else {
                self.is_over = true;
                return Ok(Some(Page { items, end: Some(self.end()) }));
            };
            self.records += 1;
            match item {
                wire::Item::Row(row) => {
                    bytes += row.text.len();
                    items.push(record(*row));
                }
                wire::Item::Rejected(rejected) => items.push(self.doubt(*rejected)?),
            }
        }
        Ok(Some(Page { items, end: None }))
    }
}

impl FilePages {
    fn doubt(&mut self, rejected: Rejected) -> Result<Item, SourceError> {
        let Rejected { line, column, code, message, mut verbatim, .. } = rejected;
        match code {
            wire::code::NOT_READABLE | wire::code::HEADER => {
                let place = format!("{}:{line}:{column}", self.source.path.display());
                return Err(SourceError::Unreadable(format!("{place}: {message}")));
            }
            wire::code::CUT_SHORT => self.cut = Some(message.clone()),
            _ => {}
        }
        let anchor = verbatim.first_mut().and_then(Option::take);
        Ok(Item::Doubt(Box::new(Doubt { line, column, code, message, anchor })))
    }

    fn end(&mut self) -> Completeness {
        let read = hex(std::mem::take(&mut *self.digest.borrow_mut()));
        if read != self.listing.text
            || self.source.hint().ok().as_ref() != Some(&self.listing.mark.identity)
        {
            return Completeness::Unknown(moved());
        }
        if let Some(reason) = &self.listing.fault {
            return Completeness::Unknown(reason.clone());
        }
        if let Some(message) = &self.cut {
            return Completeness::Unknown(Reason::new(Code::LISTING_CUT, message.clone()));
        }
        if let Some(expected) = self.listing.expected.filter(|count| *count != self.records) {
            let text = format!("{expected} records are announced and {} are there", self.records);
            return Completeness::Unknown(Reason::new(Code::LISTING_COUNT, text));
        }
        match self.source.proof {
            Proof::Tombstones => Completeness::Listed,
            _ => Completeness::AllOthers(Some(self.records)),
        }
    }
}

/// A row as a record, if it says who it is.
fn record(mut row: Row) -> Item {
    let mut verbatim = std::mem::take(&mut row.verbatim).into_iter();
    let (anchor, tombstone) = (verbatim.next().flatten(), verbatim.next().flatten());
    let doubt = |anchor, code, message: String| {
        Item::Doubt(Box::new(Doubt { line: row.line, column: 1, code, message, anchor }))
    };
    let Some(anchor) = anchor else {
        let message = "the record does not say who it is".to_owned();
        return doubt(None, "anchor-missing", message);
    };
    let is_gone = match tombstone.as_deref().map(str::to_lowercase).as_deref() {
        None | Some("false" | "no" | "n" | "0") => false,
        Some("true" | "yes" | "y" | "1" | "x" | "deleted") => true,
        Some(other) => {
            let message =
                format!("'{other}' says neither that the record is gone nor that it is not");
            return doubt(Some(anchor), "tombstone-unclear", message);
        }
    };
    Item::Record(Box::new(Record {
        line: row.line,
        anchor,
        is_gone,
        attributes: row.attributes,
        emptied: row.emptied,
        manager: row.manager,
        members: row.members,
        emptied_references: row.emptied_references,
        handles: row.handles,
    }))
}
