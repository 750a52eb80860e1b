//! An import of bytes that are at hand, with all that there is to tell about it: what a page shows before
//! somebody says yes, and afterwards.

use std::io;

use model::{Actor, Kind, Tenant};
use serde::Serialize;
use wire::{ColumnMap, Format};

use super::{FileImport, ImportError, ImportTotals, ImportWatch, ImportWay, Notice, RowChange};
use crate::{Directory, Imported};

/// What an import comes to, with the first of each kind.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// The numbers.
    pub totals: ImportTotals,
    /// The first rows of somebody new, with what they would hold; none where they were written.
    pub created: Vec<RowChange>,
    /// The first rows that would change somebody, with the differences; none where they were written.
    pub updated: Vec<RowChange>,
    /// The first rows that are refused.
    pub rejected: Vec<Notice>,
    /// The first references that are left out.
    pub left: Vec<Notice>,
    /// The refused rows as a file of their own, to be corrected and brought in again.
    #[serde(skip)]
    pub rejected_text: String,
}

/// Keeps the first of each kind.
struct Keep<'a> {
    report: ImportReport,
    samples: usize,
    is_interrupted: &'a dyn Fn() -> bool,
}

impl ImportWatch for Keep<'_> {
    fn is_interrupted(&self) -> bool {
        (self.is_interrupted)()
    }

    fn rejected(&mut self, notice: Notice, header: &str, text: &str) -> io::Result<()> {
        if self.report.rejected.len() < self.samples {
            self.report.rejected.push(notice);
        }
        if !text.is_empty() {
            let into = &mut self.report.rejected_text;
            if into.is_empty() {
                into.push_str(header);
            }
            into.push_str(text);
            into.push('\n');
        }
        Ok(())
    }

    fn left_out(&mut self, notice: Notice) {
        if self.report.left.len() < self.samples {
            self.report.left.push(notice);
        }
    }

    fn would(&mut self, change: RowChange) {
        let list = match change.imported {
            Imported::Created(_) => &mut self.report.created,
            Imported::Updated(_) => &mut self.report.updated,
            Imported::Unchanged(_) => return,
        };
        if list.len() < self.samples {
            list.push(change);
        }
    }
}

impl Directory {
    /// Brings the rows of a text in, or shows what they would do, with so many of each kind. Without a
    /// format the first bytes tell it. Stops behind the page when it is asked to.
    pub fn import_bytes(
        &self,
        actor: &Actor,
        (tenant, kind, way): (&Tenant, Kind, ImportWay),
        (bytes, format, columns): (&[u8], Option<Format>, ColumnMap),
        samples: usize,
        is_interrupted: &dyn Fn() -> bool,
    ) -> Result<ImportReport, ImportError> {
        let options = self.read_import_options(actor, tenant, kind, columns)?;
        let format = format.unwrap_or_else(|| Format::sniff(&bytes[..bytes.len().min(8_192)]));
        let plan = FileImport { tenant, kind, format, options, is_lossy: false, way };
        let mut keep = Keep { report: ImportReport::default(), samples, is_interrupted };
        let totals = self.import_file(actor, &plan, bytes, &mut keep)?;
        Ok(ImportReport { totals, ..keep.report })
    }
}
