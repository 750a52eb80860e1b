//! `syncline user export` and `syncline group export`: the people or groups of a tenant in a form
//! that import takes. Read a page at a time; a file stands under its name only when it is whole.

use std::{
    cell::RefCell,
    collections::HashMap,
    io::{self, BufWriter, Write},
    path::Path,
    rc::Rc,
    time::{Duration, Instant},
};

use model::{EdgeKind, Kind, Object, ObjectId, Tenant};
use serde_json::json;
use store::{Deleted, End, Scan};
use wire::{ExtensionColumn, Format, Record, WriteOptions, Writer};

use super::{
    Call,
    import::{OwnFile, parse_format},
};
use crate::{
    args::ExportArgs,
    failure::Failure,
    output::{Output, Progress, Reply},
};

/// A page of people. Groups bring their members with them, so of those there are fewer.
const USERS: usize = 1_000;
const GROUPS: usize = 100;

/// What ends within a second needs no progress bar.
const PATIENCE: Duration = Duration::from_secs(1);

pub fn run(
    call: &Call<'_>,
    args: &ExportArgs,
    kind: Kind,
    output: &mut dyn Output,
) -> Result<Reply, Failure> {
    let directory = &call.app.directory;
    let tenant = directory.get_tenant(call.actor, &args.tenant)?;
    let format = find_format(args)?;
    let extensions = directory.list_extensions(call.actor, tenant.id)?;
    let own = extensions.iter().filter(|extension| extension.targets.contains(&kind));
    let options = WriteOptions {
        extensions: own.map(ExtensionColumn::from).collect(),
        ..WriteOptions::new(kind)
    };
    let deleted = if args.deleted { Deleted::Only } else { Deleted::Without };
    let walk = Walk { call, tenant: &tenant, kind, deleted };
    if args.file.as_os_str() == "-" {
        to_output(&walk, format, options, output)
    } else {
        to_file(&walk, format, options, &args.file, output)
    }
}

fn find_format(args: &ExportArgs) -> Result<Format, Failure> {
    if let Some(format) = &args.format {
        return parse_format(format);
    }
    Format::of_path(&args.file.to_string_lossy()).ok_or_else(|| {
        Failure::usage("the form of the export is not known")
            .hint("say it with --format csv, jsonl, graph or ldif, or by the file's ending")
    })
}

fn to_file(
    walk: &Walk<'_>,
    format: Format,
    options: WriteOptions,
    path: &Path,
    output: &mut dyn Output,
) -> Result<Reply, Failure> {
    let file = OwnFile::begin(walk.call.request.path(path))
        .map_err(|error| Failure::new("not-writable", format!("{}: {error}", path.display())))?;
    let mut writer = Writer::new(format, options, BufWriter::new(file));
    let count = walk.run(&mut writer, output, |_| {})?;
    let left_out = writer.left_out();
    let file = writer.finish()?.into_inner().map_err(|error| error.into_error())?;
    file.keep()?;
    let mut text = format!("{count} {}s written to {}", walk.kind, path.display());
    for (name, count) in &left_out {
        text.push_str(&format!(
            "\nleft out: {name} ({count}), which is no attribute of the tenant"
        ));
    }
    let document = json!({
        "file": path,
        "format": format.extension(),
        "written": count,
        "leftOut": left_out,
    });
    Ok(Reply::new(document, text))
}

fn to_output(
    walk: &Walk<'_>,
    format: Format,
    options: WriteOptions,
    output: &mut dyn Output,
) -> Result<Reply, Failure> {
    if output.view().json {
        return to_document(walk, format, options, output);
    }
    let text = Shared::default();
    let mut writer = Writer::new(format, options, text.clone());
    walk.run(&mut writer, output, |output| text.pass_on(output))?;
    let left_out = writer.left_out();
    writer.finish()?;
    text.pass_on(output);
    for (name, count) in left_out {
        output.talk(&format!("left out: {name} ({count}), which is no attribute of the tenant"));
    }
    Ok(Reply::default())
}

/// One document on standard output: the list, whichever of the two JSON forms was asked for.
fn to_document(
    walk: &Walk<'_>,
    format: Format,
    options: WriteOptions,
    output: &mut dyn Output,
) -> Result<Reply, Failure> {
    if !matches!(format, Format::Graph | Format::JsonLines) {
        return Err(Failure::usage(format!("{format} on standard output is no JSON document"))
            .hint("export to a file, or leave --json out"));
    }
    let mut writer = Writer::new(Format::Graph, options, Vec::new());
    walk.run(&mut writer, output, |_| {})?;
    let document: serde_json::Value = serde_json::from_slice(&writer.finish()?)
        .map_err(|error| Failure::new("internal", format!("the export is no JSON: {error}")))?;
    Ok(Reply::new(document, ""))
}

/// Whose objects are exported.
struct Walk<'a> {
    call: &'a Call<'a>,
    tenant: &'a Tenant,
    kind: Kind,
    deleted: Deleted,
}

impl Walk<'_> {
    /// Writes all objects; `paged` comes behind each page, when whole records are written.
    fn run<W: Write>(
        &self,
        writer: &mut Writer<W>,
        output: &mut dyn Output,
        mut paged: impl FnMut(&mut dyn Output),
    ) -> Result<u64, Failure> {
        let directory = &self.call.app.directory;
        let begun = Instant::now();
        let of = directory.store().count(self.tenant.id, self.kind, self.deleted)?;
        let limit = if self.kind == Kind::User { USERS } else { GROUPS };
        let mut scan = Scan { kind: self.kind, deleted: self.deleted, after: 0, limit };
        let mut done = 0;
        loop {
            let page = directory.list(self.call.actor, self.tenant.id, &scan)?;
            let objects: Vec<Object> = page.items.into_iter().map(|(_, object)| object).collect();
            self.write_page(&objects, writer)?;
            done += objects.len() as u64;
            paged(output);
            if begun.elapsed() >= PATIENCE {
                let what = format!("exporting {}s", self.kind);
                output.progress(&Progress { what, done, of, changed: 0 });
            }
            match page.next {
                Some(next) => scan.after = next,
                None => return Ok(done),
            }
            if output.is_interrupted() {
                return Err(Failure::new("interrupted", "the export was stopped"));
            }
        }
    }

    fn write_page<W: Write>(
        &self,
        objects: &[Object],
        writer: &mut Writer<W>,
    ) -> Result<(), Failure> {
        let ids: Vec<ObjectId> = objects.iter().map(|object| object.id).collect();
        let kind = match self.kind {
            Kind::User => EdgeKind::Manager,
            Kind::Group => EdgeKind::Member,
        };
        let mut others: HashMap<ObjectId, Vec<ObjectId>> = HashMap::new();
        let store = self.call.app.directory.store();
        for edge in store.edges(self.tenant.id, kind, End::From, &ids)? {
            others.entry(edge.from).or_default().push(edge.to);
        }
        for object in objects {
            let others = others.get(&object.id).map_or(&[][..], Vec::as_slice);
            let record = match self.kind {
                Kind::User => Record { object, manager: others.first().copied(), members: &[] },
                Kind::Group => Record { object, manager: None, members: others },
            };
            writer.write(&record)?;
        }
        Ok(())
    }
}

/// Text that is written at one end and passed on at the other.
#[derive(Clone, Default)]
struct Shared(Rc<RefCell<Vec<u8>>>);

impl Shared {
    /// Passes on what was written, which is whole records and so whole characters.
    fn pass_on(&self, output: &mut dyn Output) {
        let bytes = std::mem::take(&mut *self.0.borrow_mut());
        if !bytes.is_empty() {
            output.out(&String::from_utf8_lossy(&bytes));
        }
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
