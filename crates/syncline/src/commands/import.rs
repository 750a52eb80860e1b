//! `syncline user import` and `syncline group import`: a file becomes people or groups of a tenant.
//!
//! The rows come from `wire`, a page at a time, and go through `directory`. When all of them are
//! in, managers and members are looked up and set. With `--strict` the file is read twice: the
//! first time everything is checked and nothing written. What a row means is `wire`'s to say, and
//! whether it may be written is the directory's.

mod file;
mod notices;
mod references;
mod report;
mod rows;
mod work;

use std::collections::BTreeMap;

use model::{Kind, Tenant};
use wire::{ColumnMap, ExtensionColumn, Options, OptionsError};

use self::{
    file::Source,
    notices::{Notices, Rejects},
    work::Import,
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
        let checked = Import::new(&plan, Way::Check, None, output).run()?;
        if checked.interrupted {
            return Ok(report::reply(&plan, &checked, None));
        }
        if checked.is_refused_by_strict() {
            return report::refused(&plan, &checked, output);
        }
    }
    let path = source.rejected_path(call.request, args);
    let mut done = Import::new(&plan, Way::Write, Some(path), output).run()?;
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

/// Whether rows are written or only checked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Check,
    Write,
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
    let extensions = call.app.directory.list_extensions(call.actor, tenant.id)?;
    let own = extensions.iter().filter(|extension| extension.targets.contains(&kind));
    let options = Options {
        columns,
        extensions: own.map(ExtensionColumn::from).collect(),
        default_domain: Some(tenant.initial_domain().to_string()),
        ..Options::new(kind)
    };
    options.check().map_err(wrong_column)?;
    Ok(options)
}

fn wrong_column(error: OptionsError) -> Failure {
    Failure { hint: error.hint(), ..Failure::usage(error.to_string()) }
}

/// What an import has come to.
struct Outcome {
    read: u64,
    created: u64,
    updated: u64,
    unchanged: u64,
    managers: u64,
    members: u64,
    rejects: Rejects,
    /// References that were left out of rows that are in.
    left: Notices,
    ignored: BTreeMap<String, u64>,
    passed_over: BTreeMap<String, u64>,
    interrupted: bool,
}

impl Outcome {
    fn is_refused_by_strict(&self) -> bool {
        self.rejects.notices.count() + self.left.count() > 0 || !self.ignored.is_empty()
    }
}
