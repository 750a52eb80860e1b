//! What a reader gives: a row that could be read, or a place that could not and why.

use model::{Attributes, HomeIdentity, Name, ObjectId};

/// One result of reading.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A user or a group.
    Row(Box<Row>),
    /// Text that was left out.
    Rejected(Box<Rejected>),
}

/// One user or group as it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The text as it stood, without the last line end. After [`crate::Reader::header`], and with a
    /// line feed behind each, such texts can be read again in [`crate::Format::of_rejects`].
    pub text: String,
    /// Its id, where the text gives one.
    pub id: Option<ObjectId>,
    /// What it holds; each value has the shape of its attribute.
    pub attributes: Attributes,
    /// Where the person comes from, where the text gives it.
    pub home: Option<HomeIdentity>,
    /// The person's manager.
    pub manager: Option<Reference>,
    /// The group's members, in order.
    pub members: Vec<Reference>,
    /// By which names a [`Reference::Handle`] of another row may mean this one: its distinguished
    /// name and, for an LDAP account, `uid=` with its uid.
    pub handles: Vec<String>,
    /// Attributes that the text names with an empty value: an empty cell, or `null`.
    pub emptied: Vec<Name>,
    /// Whether the text names a manager, or members, and gives none.
    pub emptied_references: bool,
    /// The texts of [`crate::Options::verbatim`], each in its place.
    pub verbatim: Vec<Option<String>>,
}

/// How one row names another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reference {
    /// By id.
    Id(ObjectId),
    /// By user principal name or mail address.
    Name(String),
    /// By distinguished name, normalised, or by `uid=` and a uid: [`crate::dn`] reads both.
    Handle(String),
}

/// Text that could not be taken, with the place and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The line of what is wrong, from 1.
    pub line: u64,
    /// The character of that line, from 1.
    pub column: u64,
    /// One of [`crate::code::ALL`].
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What may help.
    pub hint: Option<String>,
    /// The whole record as it stood, or its start when it was too long to keep; bytes that are no
    /// UTF-8 are shown by the replacement character.
    pub text: String,
    /// The texts of [`crate::Options::verbatim`] as far as they can be told, each in its place.
    pub verbatim: Vec<Option<String>>,
}
