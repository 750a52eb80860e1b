//! `syncline plan` and `syncline apply`.

use std::{
    fs::{self, File, OpenOptions},
    io::{BufRead, BufReader, Read, Seek, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use model::Reason;
use serde_json::json;
use sync::{Example, Extent, Header, PlanCounts};

use super::{Call, describe, jobs};
use crate::{
    args::{ApplyArgs, PlanArgs},
    failure::Failure,
    output::{Output, Reply, Watch},
};

pub fn plan(call: &Call<'_>, args: &PlanArgs, output: &mut dyn Output) -> Result<Reply, Failure> {
    let job = call.app.directory.find_job(call.actor, &args.job)?;
    let extent = if args.full { Extent::Everybody } else { Extent::NextCycle };
    if let Some(out) = &args.out {
        return save(call, &job, extent, &call.request.path(out), output);
    }
    let (mut shown, mut seen) = (Vec::new(), 0);
    let mut text = String::new();
    let (as_json, color) = (output.view().json, output.view().color);
    let watch = Watch::new(&format!("plan of {}", job.name), output);
    let counts = call.app.sync.plan(call.actor, &job, extent, &watch, &mut |entry| {
        seen += 1;
        if shown.len() < args.limit {
            shown.push(entry.clone());
            if !as_json {
                text.push_str(&describe::entry(entry, color));
            }
        }
        Ok(())
    })?;
    let rest = seen - shown.len();
    if rest > 0 {
        text.push_str(&format!("… and {rest} more; --limit shows more of them\n"));
    }
    text.push_str(&summary(&counts));
    let (warnings, warned) = jobs::gone(call, &job)?;
    text.push_str(&warned);
    let document = json!({
        "job": job.id,
        "people": counts.people,
        "counts": counts.changes,
        "reasons": counts.reasons,
        "examples": counts.examples,
        "total": counts.total(),
        "held": counts.held(),
        "heldCounts": counts.held,
        "warnings": warnings,
        "changes": shown,
    });
    Ok(Reply::new(document, text).exit(exit(&counts)))
}

/// 3 when changes of the job wait for approval already, as for a run.
fn exit(counts: &PlanCounts) -> u8 {
    if counts.held() > 0 { 3 } else { 0 }
}

fn summary(counts: &PlanCounts) -> String {
    let list = |counts: &std::collections::BTreeMap<String, u64>| {
        let texts: Vec<String> =
            counts.iter().map(|(name, count)| format!("{count} {name}")).collect();
        texts.join(", ")
    };
    let mut text = match counts.total() {
        0 => "Nothing to do".to_owned(),
        _ => format!("To do: {}", list(&counts.changes)),
    };
    text.push_str(&format!("; {} people looked at.", counts.people));
    if !counts.reasons.is_empty() {
        text.push_str(&format!("\nLeft: {}.", list(&counts.reasons)));
    }
    text.push_str(" Nothing was written.\n");
    if counts.held() > 0 {
        let held = list(&counts.held);
        text.push_str(&format!(
            "Held already, and not among that: {held}; look with `syncline hold JOB list`.\n"
        ));
    }
    for Example { person, reason } in &counts.examples {
        let Reason { code, sentence } = reason;
        text.push_str(&format!("{code}, for example {person}: {sentence}\n"));
    }
    if counts.reasons.contains_key(model::Code::KEY_TAKEN.as_str()) {
        text.push_str(
            "Whose address or name is another's now is tried again in the cycle, behind the changes \
             that may free it.\n",
        );
    }
    text
}

/// The changes go into a part file first: their header is known only behind them.
fn save(
    call: &Call<'_>,
    job: &model::Job,
    extent: Extent,
    path: &Path,
    output: &mut dyn Output,
) -> Result<Reply, Failure> {
    let part = path.with_extension("part");
    let mut lines = private(&part)?;
    let watch = Watch::new(&format!("plan of {}", job.name), output);
    let mut writer = std::io::BufWriter::new(&mut lines);
    let saved = call.app.sync.save_plan(call.actor, job, extent, &watch, &mut writer);
    let saved = saved.and_then(|saved| {
        writer.flush().map_err(|error| sync_error(&error))?;
        Ok(saved)
    });
    drop(writer);
    let saved = match saved {
        Ok(saved) => saved,
        Err(error) => {
            drop(fs::remove_file(&part));
            return Err(error.into());
        }
    };
    let whole = path.with_extension("whole");
    let mut file = private(&whole)?;
    let header = serde_json::to_string(&saved.header).expect("a header has a JSON text");
    file.write_all(header.as_bytes())?;
    file.write_all(b"\n")?;
    lines.rewind()?;
    std::io::copy(&mut lines, &mut file)?;
    file.sync_all()?;
    fs::rename(&whole, path)?;
    fs::remove_file(&part)?;
    let (warnings, warned) = jobs::gone(call, job)?;
    let text = format!(
        "{}{warned}Saved as {}; apply it with `syncline apply {}`.",
        summary(&saved.counts),
        path.display(),
        path.display()
    );
    let document = json!({
        "plan": saved.header.plan,
        "file": path,
        "people": saved.counts.people,
        "counts": saved.counts.changes,
        "reasons": saved.counts.reasons,
        "examples": saved.counts.examples,
        "total": saved.counts.total(),
        "held": saved.counts.held(),
        "heldCounts": saved.counts.held,
        "warnings": warnings,
    });
    Ok(Reply::new(document, text).exit(exit(&saved.counts)))
}

fn sync_error(error: &std::io::Error) -> sync::Error {
    sync::Error::Plan(error.to_string())
}

/// A new file that only its owner reads: plans hold personal data.
fn private(path: &Path) -> Result<File, Failure> {
    OpenOptions::new()
        .create(true)
        .truncate(true)
        .read(true)
        .write(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| Failure::new("input-output", format!("{}: {error}", path.display())))
}

pub fn apply(call: &Call<'_>, args: &ApplyArgs, output: &mut dyn Output) -> Result<Reply, Failure> {
    let path = call.request.path(&args.file);
    let file = File::open(&path)
        .map_err(|error| Failure::new("input-output", format!("{}: {error}", path.display())))?;
    let mut reader = BufReader::new(file);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let header: Header = serde_json::from_str(&first).map_err(|error| {
        Failure::new("plan-invalid", format!("{}:1: no plan header: {error}", path.display()))
            .hint("make one with `syncline plan JOB --out FILE`")
    })?;
    let mut digest = sync::LineDigest::default();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match reader.read(&mut buffer)? {
            0 => break,
            count => digest.add(&buffer[..count]),
        }
    }
    let watch = Watch::new("apply", output);
    let run = call.app.sync.apply_plan(call.actor, &header, &digest.finish(), &watch)?;
    Ok(jobs::of_run(&run))
}
