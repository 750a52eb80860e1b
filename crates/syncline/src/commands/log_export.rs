//! `syncline log --export`: the log as a table or as JSON Lines, a page at a time. A file stands
//! under its name only when it is whole.

use std::{
    io::{BufWriter, Write},
    path::Path,
};

use model::Job;
use serde_json::json;
use sync::{LogForm, LogQuery};

use super::{Call, import::OwnFile};
use crate::{
    args::LogArgs,
    failure::Failure,
    output::{Output, Reply},
};

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

fn form(file: &Path, format: Option<&str>) -> Result<LogForm, Failure> {
    let ending = file.extension().and_then(|ending| ending.to_str());
    format.or(ending).and_then(LogForm::of_ending).ok_or_else(|| {
        Failure::usage("the form of the export is not known")
            .hint("say it with --format csv or jsonl, or by the file's ending")
    })
}

/// Hands over the text of page after page, and says how many entries there were.
fn each_page(
    call: &Call<'_>,
    job: &Job,
    (query, limit): (&LogQuery, usize),
    form: LogForm,
    output: &mut dyn Output,
    mut write: impl FnMut(&mut dyn Output, &str) -> Result<(), Failure>,
) -> Result<u64, Failure> {
    let mut query = query.clone();
    let mut count = 0;
    write(output, &form.head())?;
    loop {
        query.limit = (limit - count).min(1_000);
        if query.limit == 0 {
            return Ok(count as u64);
        }
        let page = call.app.sync.read_log(call.actor, job, &query)?;
        count += page.entries.len();
        let text: String = page.entries.iter().map(|entry| form.line(entry)).collect();
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
