//! `syncline user import` and `syncline group import`: a file becomes people or groups of a tenant.
//!
//! What becomes of the rows is the directory's to say (`Directory::import_file`); here is where they
//! come from and who is told. With `--strict` the file is read twice: the first time everything is
//! checked and nothing written.

mod desk;
mod file;
mod notices;
mod report;

use std::path::PathBuf;

use directory::{FileImport, ImportError, ImportTotals, ImportWay};
use model::{Kind, Tenant};
use wire::{ColumnMap, Options, OptionsError};

use self::{
    desk::Desk,
    file::Source,
    notices::{Notices, Rejects},
};
use super::Call;
use crate::{
    args::ImportArgs,
    failure::Failure,
    output::{Output, Reply},
};

pub use file::{OwnFile, parse_format};

pub fn run(
    call: &Call<'_>,
    args: &ImportArgs,
    kind: Kind,
    output: &mut dyn Output,
) -> Result<Reply, Failure> {
    let tenant = call.app.directory.get_tenant(call.actor, &args.tenant)?;
    let options = read_options(call, args, kind, &tenant)?;
    let source = Source::find(call.request, args)?;
    let plan = Plan { call, tenant: &tenant, kind, source: &source, options: &options };
    if args.strict {
        let checked = read(&plan, ImportWay::Check, None, output)?;
        if checked.totals.interrupted {
            return Ok(report::reply(&plan, &checked, None));
        }
        if checked.is_refused_by_strict() {
            return report::refused(&plan, &checked, output);
        }
    }
    let path = source.rejected_path(call.request, args);
    let mut done = read(&plan, ImportWay::Write, Some(path), output)?;
    let rejected = done.rejects.end(output)?;
    done.left.end(output);
    Ok(report::reply(&plan, &done, rejected))
}

/// What is imported, and where to.
struct Plan<'a> {
    call: &'a Call<'a>,
    tenant: &'a Tenant,
    kind: Kind,
    source: &'a Source,
    options: &'a Options,
}

/// Reads the file once.
fn read(
    plan: &Plan<'_>,
    way: ImportWay,
    rejected: Option<PathBuf>,
    output: &mut dyn Output,
) -> Result<Outcome, Failure> {
    let text = plan.source.open()?;
    let file = FileImport {
        tenant: plan.tenant,
        kind: plan.kind,
        format: plan.source.format,
        options: plan.options.clone(),
        is_lossy: plan.source.is_lossy,
        way,
    };
    let mut desk = Desk::new((plan, way), text.position(), rejected, output);
    let directory = &plan.call.app.directory;
    let done = directory.import_file(plan.call.actor, &file, text, &mut desk);
    let mut totals = done.map_err(|error| broken_off(plan, error))?;
    if way == ImportWay::Check {
        // Nothing of it was done.
        (totals.created, totals.updated, totals.unchanged) = (0, 0, 0);
    }
    let (rejects, left) = desk.end();
    Ok(Outcome { totals, rejects, left })
}

fn broken_off(plan: &Plan<'_>, error: ImportError) -> Failure {
    match error {
        ImportError::Header(notice) => {
            let (line, column) = (notice.line, notice.column);
            let place = format!("{}:{line}:{column}", plan.source.name);
            let failure = Failure::new(notice.code, format!("{place}: {}", notice.message));
            Failure { hint: notice.hint, ..failure }
        }
        ImportError::Columns(error) => wrong_column(error),
        ImportError::Output(error) => error.into(),
        ImportError::Directory(error) => error.into(),
    }
}

fn read_options(
    call: &Call<'_>,
    args: &ImportArgs,
    kind: Kind,
    tenant: &Tenant,
) -> Result<Options, Failure> {
    let mut columns = ColumnMap::default();
    if let Some(path) = &args.column_file {
        let text = std::fs::read_to_string(call.request.path(path))
            .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
        columns.add_lines(&text).map_err(wrong_column)?;
    }
    args.columns.iter().try_for_each(|pair| columns.add(pair)).map_err(wrong_column)?;
    let read = call.app.directory.read_import_options(call.actor, tenant, kind, columns);
    read.map_err(|error| match error {
        ImportError::Directory(error) => error.into(),
        ImportError::Columns(error) => wrong_column(error),
        other => Failure::new(other.code(), other.to_string()),
    })
}

fn wrong_column(error: OptionsError) -> Failure {
    Failure { hint: error.hint(), ..Failure::usage(error.to_string()) }
}

/// What an import has come to.
struct Outcome {
    totals: ImportTotals,
    rejects: Rejects,
    /// References that were left out of rows that are in.
    left: Notices,
}

impl Outcome {
    fn is_refused_by_strict(&self) -> bool {
        self.rejects.notices.count() + self.left.count() > 0 || !self.totals.ignored.is_empty()
    }
}
