//! Files of users and groups: first what a file would do, then, of the very same bytes, the import. The
//! bytes travel with the second form, so that nothing is kept of a file that nobody says yes to.

use access::Permission as P;
use askama::Template;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use directory::{ImportReport, ImportWay, Notice, RowChange};
use model::{Kind, Value};
use wire::{ColumnMap, Format};

use super::{Line, Place};
use crate::{answer::Answer, error::Error, filters, frame::Frame, visit::Visit};

/// The longest file, in bytes: its form has to pass the listener's usual limit once more.
const LONGEST: usize = 3_000_000;
/// So many rows of each kind are shown.
const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "tenant_import.html")]
struct Page {
    frame: Frame,
    path: String,
    domain: String,
    is_groups: bool,
    columns: String,
    why_not_users: Option<String>,
    why_not_groups: Option<String>,
    refused: Option<Error>,
}

#[derive(Template)]
#[template(path = "tenant_import_report.html")]
struct Report {
    frame: Frame,
    path: String,
    list: String,
    upload: Upload,
    is_done: bool,
    report: ImportReport,
    /// Refused rows, and references that were left out.
    notices: [Table<Notice>; 2],
    /// What rows would do.
    rows: [Table<Row>; 2],
}

/// The first of many.
struct Table<T> {
    key: &'static str,
    title: String,
    rows: Vec<T>,
    has_more: bool,
}

impl<T> Table<T> {
    fn new(key: &'static str, rows: Vec<T>, total: u64) -> Self {
        Self { key, title: text!(key), has_more: total > rows.len() as u64, rows }
    }
}

/// A row that would do something.
struct Row {
    line: u64,
    name: String,
    /// The page of somebody who is there already.
    href: Option<String>,
    changes: Vec<Change>,
}

/// A value that would change.
struct Change {
    name: String,
    old: Option<String>,
    new: Option<String>,
}

/// A file as it came.
struct Upload {
    kind: Kind,
    name: String,
    format: Format,
    columns: String,
    bytes: Vec<u8>,
}

impl Upload {
    /// The file of the first form, or the one that travels with the second.
    fn read(visit: &Visit) -> Result<Self, Error> {
        let form = visit.form();
        let (name, bytes) = match visit.request.file("file") {
            Some(file) => (file.name.clone(), file.bytes.clone()),
            None => {
                let kept = form.raw("kept").unwrap_or_default();
                let bytes = URL_SAFE_NO_PAD.decode(kept).unwrap_or_default();
                (form.text("name").to_owned(), bytes)
            }
        };
        if bytes.is_empty() {
            let is_empty = visit.request.file("file").is_some_and(|file| !file.name.is_empty());
            return Err(Error::invalid(match is_empty {
                true => text!("import-empty", name = name.as_str()),
                false => text!("import-no-file"),
            }));
        }
        if bytes.len() > LONGEST {
            return Err(Error::invalid(text!("import-long")));
        }
        let told = Format::of_path(&name);
        let sniffed = || Format::sniff(&bytes[..bytes.len().min(8_192)]);
        let kind = if form.text("kind") == "group" { Kind::Group } else { Kind::User };
        let format = told.unwrap_or_else(sniffed);
        Ok(Self {
            kind,
            name,
            format,
            columns: form.raw("columns").unwrap_or_default().to_owned(),
            bytes,
        })
    }

    /// The bytes as a field of a form, which changes no end of a line.
    fn kept(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.bytes)
    }

    fn run(&self, visit: &Visit, place: &Place, way: ImportWay) -> Result<ImportReport, Error> {
        let mut columns = ColumnMap::default();
        columns
            .add_lines(&self.columns)
            .map_err(|error| Error { hint: error.hint(), ..Error::invalid(error.to_string()) })?;
        let what = (&place.tenant, self.kind, way);
        let text = (&self.bytes[..], Some(self.format), columns);
        let (directory, actor) = (&visit.center.directory, visit.actor());
        Ok(directory.import_bytes(actor, what, text, SHOWN, &|| visit.center.is_ending())?)
    }
}

impl From<directory::ImportError> for Error {
    fn from(error: directory::ImportError) -> Self {
        match error {
            directory::ImportError::Directory(error) => error.into(),
            error => Self { hint: error.hint(), ..Self::new(422, error.code(), error.to_string()) },
        }
    }
}

/// The form.
pub fn show(visit: &Visit) -> Result<Answer, Error> {
    page(visit, None)
}

fn page(visit: &Visit, refused: Option<Error>) -> Result<Answer, Error> {
    let place = Place::of(visit, "import")?;
    let why_not = |permission| visit.why_not(permission, place.tenant.id);
    let (why_not_users, why_not_groups) = (why_not(P::WriteUsers), why_not(P::WriteGroups));
    if why_not_users.is_some() && why_not_groups.is_some() {
        let closed = place.closed(visit, P::WriteUsers, text!("nav-import"))?;
        return closed.ok_or_else(Error::missing);
    }
    let asked = [visit.form(), visit.query()].map(|fields| fields.text("kind"));
    let status = refused.as_ref().map_or(200, |error| error.status);
    let page = Page {
        frame: place.frame(visit, text!("nav-import")),
        path: place.path("/import"),
        domain: place.tenant.initial_domain().to_string(),
        is_groups: asked.contains(&"group"),
        columns: visit.form().raw("columns").unwrap_or_default().to_owned(),
        why_not_users,
        why_not_groups,
        refused,
    };
    Answer::page_with(status, &page)
}

/// What a file would do. Nothing is written.
pub fn check(visit: &Visit) -> Result<Answer, Error> {
    answer(visit, ImportWay::Check)
}

/// Brings the file in.
pub fn write(visit: &Visit) -> Result<Answer, Error> {
    answer(visit, ImportWay::Write)
}

fn answer(visit: &Visit, way: ImportWay) -> Result<Answer, Error> {
    let place = Place::of(visit, "import")?;
    let run = || {
        let upload = Upload::read(visit)?;
        let report = upload.run(visit, &place, way)?;
        Ok((upload, report))
    };
    let (upload, report) = match run() {
        Ok(done) => done,
        Err(error) => return refuse(visit, error),
    };
    let is_done = way == ImportWay::Write;
    let title = if is_done { text!("import-done") } else { text!("import-would") };
    let (path, folder) =
        (place.path("/import"), if upload.kind == Kind::User { "users" } else { "groups" });
    Answer::page(&Report {
        frame: place.frame(visit, title).below(text!("nav-import"), path.clone()),
        list: place.path(&format!("/{folder}")),
        path,
        notices: [
            Table::new("import-refused-rows", report.rejected.clone(), report.totals.rejected),
            Table::new("import-left", report.left.clone(), report.totals.left),
        ],
        rows: [
            Table::new(
                "import-new-rows",
                Row::all(visit, &place, &upload, &report.created),
                report.totals.created,
            ),
            Table::new(
                "import-changed-rows",
                Row::all(visit, &place, &upload, &report.updated),
                report.totals.updated,
            ),
        ],
        upload,
        is_done,
        report,
    })
}

fn refuse(visit: &Visit, error: Error) -> Result<Answer, Error> {
    match error.is_mendable() && error.status != 403 {
        true => page(visit, Some(error)),
        false => Err(error),
    }
}

/// The refused rows as a file of their own, to be mended and brought in again.
pub fn refused(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit, "import")?;
    let upload = Upload::read(visit)?;
    let report = upload.run(visit, &place, ImportWay::Check)?;
    let name = format!("refused.{}", upload.format.of_rejects().extension());
    Ok(Answer::File {
        name,
        kind: "text/plain; charset=utf-8",
        bytes: report.rejected_text.into_bytes(),
    })
}

impl Row {
    fn all(visit: &Visit, place: &Place, upload: &Upload, rows: &[RowChange]) -> Vec<Self> {
        rows.iter().map(|row| Self::of(visit, place, upload, row)).collect()
    }

    fn of(visit: &Visit, place: &Place, upload: &Upload, row: &RowChange) -> Self {
        let text = |value: &Option<Value>| value.as_ref().map(ToString::to_string);
        let changes: Vec<Change> = row
            .modifications
            .iter()
            .map(|one| Change {
                name: one.name.to_string(),
                old: text(&one.old),
                new: text(&one.new),
            })
            .collect();
        let named = |name: &str| changes.iter().find(|one| one.name == name)?.new.clone();
        let told = || named("displayName").or_else(|| named("userPrincipalName"));
        let id = row.imported.id().to_string();
        // Who is there already is told by the name that stands now.
        let (directory, actor) = (&visit.center.directory, visit.actor());
        let found = directory.get_by_key(actor, place.tenant.id, upload.kind, &id, &[]).ok();
        let line = found.map(|object| Line::of(place, &object));
        Self {
            line: row.line,
            name: line.as_ref().map(|line| line.name.clone()).or_else(told).unwrap_or(id),
            href: line.map(|line| line.href),
            changes,
        }
    }
}
