//! A file of people or groups that is brought into a tenant, or only looked at first: what its rows would
//! make and change, which of them are refused and where, and which references lead nowhere.
//!
//! The rows come from `wire`, a page at a time, and go through [`Directory::import`] or
//! [`Directory::check_import`]. When all of them are in, managers and members are looked up and set.
//! What a row means is `wire`'s to say; where the text comes from and who is told is the caller's.

mod references;
mod report;
mod rows;
mod work;

use std::{
    collections::BTreeMap,
    io::{self, BufRead},
};

use model::{Actor, Kind, Modification, Tenant};
use serde::Serialize;
use wire::{ColumnMap, ExtensionColumn, Format, Options, OptionsError, Row};

pub use report::ImportReport;

use crate::{Directory, Error, Imported};

/// What is imported, and where to.
pub struct FileImport<'a> {
    /// The tenant.
    pub tenant: &'a Tenant,
    /// People or groups.
    pub kind: Kind,
    /// The form of the text.
    pub format: Format,
    /// How its columns are read: [`Directory::read_import_options`].
    pub options: Options,
    /// Whether bytes that are no text were replaced on the way here, which can be seen only by what
    /// they were replaced with.
    pub is_lossy: bool,
    /// Whether rows are written.
    pub way: ImportWay,
}

/// Whether rows are written or only checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportWay {
    /// Everything is checked and nothing written. What rows do to one another is not seen.
    Check,
    /// Rows are written by the page.
    Write,
}

/// What an import is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportStep {
    /// Rows are read.
    Rows,
    /// Managers are set.
    Managers,
    /// Members are added.
    Members,
}

/// One place of the file, and what is wrong with it.
#[derive(Clone, Debug, Serialize)]
pub struct Notice {
    /// The line, from 1.
    pub line: u64,
    /// The character of that line, from 1.
    pub column: u64,
    /// The machine code.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What may help.
    pub hint: Option<String>,
}

/// What a row would do.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RowChange {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Whether somebody would be made or changed, and who; the id of somebody new is another one in
    /// the end.
    #[serde(skip)]
    pub imported: Imported,
    /// What would change, with the values before.
    pub modifications: Vec<Modification>,
}

/// Who watches an import.
pub trait ImportWatch {
    /// So many are done of so many, where that is known, and so many changed.
    fn advanced(&mut self, _step: ImportStep, _done: (u64, Option<u64>), _changed: u64) {}

    /// Whether to stop behind the page.
    fn is_interrupted(&self) -> bool {
        false
    }

    /// A row is refused. `header` stands before the first of the rows' texts in a file of them.
    fn rejected(&mut self, notice: Notice, header: &str, text: &str) -> io::Result<()>;

    /// A reference is left out of a row that is in.
    fn left_out(&mut self, notice: Notice);

    /// A row would do this; only where rows are checked.
    fn would(&mut self, _change: RowChange) {}
}

/// What an import has come to, or would come to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportTotals {
    /// Rows that were read.
    pub read: u64,
    /// Rows of somebody new.
    pub created: u64,
    /// Rows that changed somebody.
    pub updated: u64,
    /// Rows of which all stood there already.
    pub unchanged: u64,
    /// Rows that were refused.
    pub rejected: u64,
    /// References that were left out of rows that are in.
    pub left: u64,
    /// Managers that were set; none where rows are only checked.
    pub managers: u64,
    /// Members that were added; none where rows are only checked.
    pub members: u64,
    /// Attributes that are not taken over, with how many rows had them.
    pub ignored: BTreeMap<String, u64>,
    /// Records of other kinds that the file holds as well.
    pub passed_over: BTreeMap<String, u64>,
    /// Whether it was stopped before its end.
    pub interrupted: bool,
}

/// Why an import broke off. What was written before stays.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file's head makes no sense, so that no row does.
    #[error("{}", .0.message)]
    Header(Notice),
    /// What is to be said of columns makes no sense.
    #[error(transparent)]
    Columns(#[from] OptionsError),
    /// A refused row could not be told.
    #[error(transparent)]
    Output(io::Error),
    /// The directory refused the import as a whole.
    #[error(transparent)]
    Directory(#[from] Error),
}

impl ImportError {
    /// The machine code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Header(notice) => notice.code,
            Self::Columns(_) => "usage",
            Self::Output(_) => "input-output",
            Self::Directory(error) => error.code(),
        }
    }

    /// What to do about it, where that can be said.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Header(notice) => notice.hint.clone(),
            Self::Columns(error) => error.hint(),
            Self::Output(_) => None,
            Self::Directory(error) => error.hint(),
        }
    }
}

impl Directory {
    /// How columns of a tenant's people or groups are read, its extensions among them.
    pub fn read_import_options(
        &self,
        actor: &Actor,
        tenant: &Tenant,
        kind: Kind,
        columns: ColumnMap,
    ) -> Result<Options, ImportError> {
        let extensions = self.list_extensions(actor, tenant.id)?;
        let own = extensions.iter().filter(|extension| extension.targets.contains(&kind));
        let options = Options {
            columns,
            extensions: own.map(ExtensionColumn::from).collect(),
            default_domain: Some(tenant.initial_domain().to_string()),
            ..Options::new(kind)
        };
        options.check()?;
        Ok(options)
    }

    /// Brings a text's rows in, or checks them.
    pub fn import_file(
        &self,
        actor: &Actor,
        plan: &FileImport<'_>,
        text: impl BufRead,
        watch: &mut dyn ImportWatch,
    ) -> Result<ImportTotals, ImportError> {
        work::Import::new((self, actor), plan, watch).run(text)
    }
}

/// Line and column of a value in a row's text, where it stands there once and as it is; else those
/// of the row.
pub fn place_of(row: &Row, value: &str) -> (u64, u64) {
    // Keys are folded, and letters of ASCII keep their length when they are.
    let (text, value) = (row.text.to_ascii_lowercase(), value.to_ascii_lowercase());
    let mut found = text.match_indices(&value).map(|(at, _)| at);
    let (Some(at), None) = (found.next(), found.next()) else { return (row.line, 1) };
    let before = &row.text[..at];
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let breaks = before.bytes().filter(|byte| *byte == b'\n').count() as u64;
    (row.line + breaks, before[start..].chars().count() as u64 + 1)
}

#[cfg(test)]
mod tests {
    use model::Attributes;

    use super::*;

    #[track_caller]
    fn check(text: &str, value: &str, expected: (u64, u64)) {
        let row = Row {
            line: 7,
            text: text.to_owned(),
            id: None,
            attributes: Attributes::new(),
            home: None,
            manager: None,
            members: Vec::new(),
            handles: Vec::new(),
            emptied: Vec::new(),
            emptied_references: false,
            verbatim: Vec::new(),
        };
        assert_eq!(place_of(&row, value), expected, "{value} in {text}");
    }

    #[test]
    fn a_value_is_found_where_it_stands_once() {
        check("Jürgen,Ada@x.example,Sales", "ada@x.example", (7, 8));
        check("dn: uid=ada\nmail: ada@x.example\n", "ada@x.example", (8, 7));
        check("ada,ada", "ada", (7, 1));
        check("ada", "bob", (7, 1));
    }
}
