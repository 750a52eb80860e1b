//! What a remote source must be able to do: another system whose people or groups fill a tenant.
//!
//! The importer in `sync` asks whether anything changed, reads the pages of a listing and, on its
//! last page, hears what the listing proves. It removes nobody without that proof. What a record
//! means for an object is the directory's to say.

mod file;
mod lines;
mod text;

pub use file::FileListing;

use std::ops::Range;

use model::{Attributes, Name, Reason, SourceMark, Timestamp};
use wire::Reference;

/// Why a source did not answer.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// It cannot be read, now or at all.
    #[error("{0}")]
    Unreadable(String),
    /// It is asked too much, and says how long it wants to be left alone.
    #[error("the source is asked too much and wants to be left alone for {seconds} s")]
    Throttled {
        /// For how long, from now on.
        seconds: u64,
    },
    /// It is not described well enough.
    #[error("{0}")]
    Misconfigured(String),
}

/// What a source is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Whether an attribute that a record lacks is empty there. Where it is not, only an attribute
    /// that the record names without a value is.
    pub absent_is_empty: bool,
}

/// A listing that is there to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Which it is.
    pub mark: SourceMark,
    /// The digest of its text alone.
    text: String,
    /// What speaks against its being whole, as far as that shows without reading its records.
    fault: Option<Reason>,
    /// How many records it says that it has.
    expected: Option<u64>,
    /// Lines of it that are no records.
    control: Vec<Range<u64>>,
}

/// What has happened since a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changes {
    /// Nothing; the content may have moved to another file.
    Nothing(SourceMark),
    /// The source cannot say what: all of it has to be read.
    Expired(Listing),
}

/// What a page proves beyond what it lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// Nothing, and why; nothing may be inferred.
    Unknown(Reason),
    /// Every change is listed, removals too: whoever is not named has not changed.
    Listed,
    /// Whoever was not named by this read is gone. Where the source knows how many records it gave, in
    /// all pages, it says so: whoever read fewer has lost some on the way.
    AllOthers(Option<u64>),
}

/// A page of a listing.
#[derive(Debug)]
pub struct Page {
    /// What was read.
    pub items: Vec<Item>,
    /// What it proves; on the last page only.
    pub end: Option<Completeness>,
}

/// One result of reading.
#[derive(Clone, Debug)]
pub enum Item {
    /// A user or group.
    Record(Box<Record>),
    /// Text that cannot be taken; somebody may be meant by it.
    Doubt(Box<Doubt>),
}

/// A user or group as the source has it.
#[derive(Clone, Debug)]
pub struct Record {
    /// Where it stands.
    pub line: u64,
    /// Who it is, whatever becomes of names and addresses.
    pub anchor: String,
    /// Whether the source says that it is gone.
    pub is_gone: bool,
    /// What it holds.
    pub attributes: Attributes,
    /// Attributes that it names without a value.
    pub emptied: Vec<Name>,
    /// The person's manager.
    pub manager: Option<Reference>,
    /// The group's members.
    pub members: Vec<Reference>,
    /// Whether it names a manager, or members, and gives none.
    pub emptied_references: bool,
    /// By which names others may mean it.
    pub handles: Vec<String>,
}

/// Text that cannot be taken.
#[derive(Clone, Debug)]
pub struct Doubt {
    /// The line, from 1.
    pub line: u64,
    /// The character of that line, from 1.
    pub column: u64,
    /// The machine code.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// Who is meant, where that can be told.
    pub anchor: Option<String>,
}

/// The pages of one read.
pub trait Pages {
    /// The next page; none behind the last one, which is the one with an end. Pages that stop without
    /// one, or go on behind it, are no whole read.
    fn next(&mut self) -> Result<Option<Page>, SourceError>;
}

/// Another system whose people or groups fill a tenant.
pub trait Source: Send + Sync {
    /// What it is like.
    fn capabilities(&self) -> Capabilities;

    /// What it shows of its state at the least cost. It tells when to look, and is never the truth.
    fn hint(&self) -> Result<String, SourceError>;

    /// When its state changed last, as far as it shows that.
    fn changed_at(&self) -> Result<Option<Timestamp>, SourceError> {
        Ok(None)
    }

    /// What has happened since a mark.
    fn changes(&self, since: Option<&SourceMark>) -> Result<Changes, SourceError>;

    /// The listing as it stands, whether or not it is the one of the mark.
    fn measure(&self, since: Option<&SourceMark>) -> Result<Listing, SourceError>;

    /// Reads a listing from its beginning.
    fn scan(&self, listing: &Listing) -> Result<Box<dyn Pages>, SourceError>;
}
