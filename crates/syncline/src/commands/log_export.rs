//! `syncline log --export`: the log as a table or as JSON Lines, a page at a time. A file stands
//! under its name only when it is whole.

use std::{
    io::{BufWriter, Write},
    path::Path,
};

use model::Job;
use serde_json::json;
use sync::{LogEntry, LogQuery};

use super::{Call, import::OwnFile};
use crate::{
    args::LogArgs,
    failure::Failure,
    output::{Output, Reply},
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Csv,
    JsonLines,
}

const COLUMNS: [&str; 15] = [
    "activityDateTime",
    "id",
    "cycleId",
    "action",
    "status",
    "errorCode",
    "reason",
    "sourceId",
    "sourceDisplayName",
    "targetId",
    "targetDisplayName",
    "sourceSystem",
    "targetSystem",
    "modifiedProperties",
    "provisioningSteps",
];

pub fn run(
    call: &Call<'_>,
    job: &Job,
    query: &LogQuery,
    (file, args): (&Path, &LogArgs),
    output: &mut dyn Output,
) -> Result<Reply, Failure> {
    let form = form(file, args.format.as_deref())?;
    let limit = args.limit.unwrap_or(usize::MAX);
    if file.as_os_str() == "-" {
        if output.view().json {
            return Err(Failure::usage("lines on standard output are no JSON document")
                .hint("leave --json out, --format jsonl gives a document a line; or name a file"));
        }
        each_page(call, job, (query, limit), form, output, |output, text| {
            output.out(text);
            Ok(())
        })?;
        return Ok(Reply::default());
    }
    let unwritable = |error: std::io::Error| {
        Failure::new("not-writable", format!("{}: {error}", file.display()))
    };
    let path = call.request.path(file);
    let mut writer = BufWriter::new(OwnFile::begin(path).map_err(unwritable)?);
    let count = each_page(call, job, (query, limit), form, output, |_, text| {
        writer.write_all(text.as_bytes()).map_err(unwritable)
    })?;
    let whole = writer.into_inner().map_err(|error| unwritable(error.into_error()))?;
    whole.keep().map_err(unwritable)?;
    let text = format!("{count} entries written to {}", file.display());
    Ok(Reply::new(json!({ "file": file, "written": count }), text))
}

fn form(file: &Path, format: Option<&str>) -> Result<Form, Failure> {
    let ending = file.extension().and_then(|ending| ending.to_str());
    match format.or(ending) {
        Some("csv") => Ok(Form::Csv),
        Some("jsonl") => Ok(Form::JsonLines),
        _ => Err(Failure::usage("the form of the export is not known")
            .hint("say it with --format csv or jsonl, or by the file's ending")),
    }
}

/// Hands over the text of page after page, and says how many entries there were.
fn each_page(
    call: &Call<'_>,
    job: &Job,
    (query, limit): (&LogQuery, usize),
    form: Form,
    output: &mut dyn Output,
    mut write: impl FnMut(&mut dyn Output, &str) -> Result<(), Failure>,
) -> Result<u64, Failure> {
    let mut query = query.clone();
    let mut count = 0;
    if form == Form::Csv {
        write(output, &(COLUMNS.join(",") + "\r\n"))?;
    }
    loop {
        query.limit = (limit - count).min(1_000);
        if query.limit == 0 {
            return Ok(count as u64);
        }
        let page = call.app.sync.read_log(call.actor, job, &query)?;
        count += page.entries.len();
        let text: String = page.entries.iter().map(|entry| line(entry, form)).collect();
        write(output, &text)?;
        if page.next.is_none() {
            return Ok(count as u64);
        }
        query.behind = page.next;
        if output.is_interrupted() {
            return Err(Failure::new("interrupted", "the export was stopped"));
        }
    }
}

fn line(entry: &LogEntry, form: Form) -> String {
    if form == Form::JsonLines {
        return json!(entry).to_string() + "\n";
    }
    let id = |id: Option<model::ObjectId>| id.map(|id| id.to_string()).unwrap_or_default();
    let reason = entry.reason.as_ref();
    let cells = [
        entry.activity_date_time.to_string(),
        entry.id.to_string(),
        entry.cycle_id.to_string(),
        entry.action.as_str().to_owned(),
        entry.status().as_str().to_owned(),
        reason.map(|reason| reason.code.to_string()).unwrap_or_default(),
        reason.map(|reason| reason.sentence.clone()).unwrap_or_default(),
        id(entry.source_identity.id),
        entry.source_identity.display_name.clone(),
        id(entry.target_identity.id),
        entry.target_identity.display_name.clone(),
        entry.source_system.display_name.clone(),
        entry.target_system.display_name.clone(),
        json!(entry.modified_properties).to_string(),
        json!(entry.provisioning_steps).to_string(),
    ];
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    cells.join(",") + "\r\n"
}

/// A cell of a table (RFC 4180). A table program takes a text that begins like a formula for one, so
/// such a text gets an apostrophe before it; the log is read there and never imported again.
fn cell(text: &str) -> String {
    let guarded = match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    };
    match guarded.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", guarded.replace('"', "\"\"")),
        false => guarded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_keep_commas_quotes_and_lines_and_are_never_formulas() {
        assert_eq!(cell("plain"), "plain");
        assert_eq!(cell("a, \"b\"\nc"), "\"a, \"\"b\"\"\nc\"");
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("@SUM(A1,A2)"), "\"'@SUM(A1,A2)\"");
    }
}
