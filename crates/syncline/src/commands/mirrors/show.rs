//! How mirrors, their plans and their runs look.

use model::{
    Mirror, MirrorCounts, MirrorProgress, MirrorState, Proof, Reason, RejectedLine, Schedule,
};
use serde_json::{Value, json};
use sync::{Ending, MirrorPlan, Planned};

use crate::{
    commands::{Call, table},
    failure::Failure,
    output::Reply,
};

/// A mirror as a document.
pub fn document(mirror: &Mirror) -> Value {
    json!(mirror)
}

/// When a mirror runs by itself.
pub fn schedule(mirror: &Mirror) -> String {
    match &mirror.schedule {
        Schedule::OnChange => "when the file has changed".to_owned(),
        other => other.to_string(),
    }
}

pub fn list(call: &Call<'_>, mirrors: &[Mirror]) -> Result<Reply, Failure> {
    let mut rows = Vec::new();
    let mut documents = Vec::new();
    for mirror in mirrors {
        let progress = call.app.directory.mirror_progress(mirror)?;
        rows.push(vec![
            mirror.name.clone(),
            mirror.kind.to_string(),
            state(mirror, &progress),
            progress.last.as_ref().map_or("never".to_owned(), |run| run.ended.to_string()),
            mirror.file.clone(),
        ]);
        documents.push(whole(mirror, &progress));
    }
    let text = table(&["name", "kind", "state", "last run", "file"], rows);
    Ok(Reply::new(documents, text))
}

pub fn one(call: &Call<'_>, mirror: &Mirror) -> Result<Reply, Failure> {
    let progress = call.app.directory.mirror_progress(mirror)?;
    let brake = &mirror.brake;
    let mut lines = vec![
        format!("{} ({})", mirror.name, mirror.id),
        format!("lists      {}s in {}", mirror.kind, mirror.file),
        format!("whole      {}", proof(mirror)),
        format!(
            "limit      {} always, {} percent, {} at most; held when {} percent are missing",
            brake.at_least, brake.percent, brake.at_most, mirror.smaller_percent
        ),
        format!("runs       {}", schedule(mirror)),
        format!("state      {}", state(mirror, &progress)),
    ];
    if let Some(taken) = &progress.taken {
        lines.push(format!("taken in   {} records, {}", taken.records, taken.at));
    }
    if let Some(run) = &progress.last {
        lines.push(format!("last run   {}: {}", run.ended, counts(&run.counts)));
    }
    if let Some(held) = &progress.held {
        lines.push(format!("held since {}", held.since));
        lines.extend(because(&held.reasons));
    }
    if let Some(failing) = &progress.failing {
        lines.push(format!("cannot run since {}", failing.since));
        lines.extend(because(std::slice::from_ref(&failing.reason)));
    }
    if let Some(run) = &progress.last {
        lines.extend(rejected(mirror, &run.rejected));
    }
    Ok(Reply::new(whole(mirror, &progress), lines.join("\n")))
}

pub fn plan(mirror: &Mirror, plan: &MirrorPlan) -> Reply {
    let mut lines = vec![format!("{} would: {}", mirror.name, counts(&plan.counts))];
    let mut name = |verb: &str, list: &[Planned], of: u64| {
        for one in list {
            let place = one.line.map(|line| format!("  line {line}")).unwrap_or_default();
            lines.push(format!("  {verb} {}{place}", one.name));
        }
        if of > list.len() as u64 {
            lines.push(format!("  {verb} … and {} more", of - list.len() as u64));
        }
    };
    let MirrorCounts { created, updated, restored, removed, .. } = plan.counts;
    name("create", &plan.created, created);
    name("update", &plan.updated, updated + restored);
    name("remove", &plan.removed, removed);
    lines.extend(because(&plan.reasons));
    lines.extend(rejected(mirror, &plan.rejected));
    let document = json!({
        "mirror": mirror.id,
        "counts": plan.counts,
        "create": plan.created,
        "update": plan.updated,
        "remove": plan.removed,
        "reasons": plan.reasons,
        "rejected": plan.rejected,
    });
    Reply::new(document, lines.join("\n"))
}

pub fn ending(mirror: &Mirror, ending: &Ending) -> Reply {
    let (word, run, exit) = match ending {
        Ending::Nothing => {
            let text = format!("{}: the listing is known; nothing to do", mirror.name);
            return Reply::new(json!({ "mirror": mirror.id, "state": "nothing" }), text);
        }
        Ending::Held(run) => ("held", run, 3),
        Ending::Done(run) => ("done", run, u8::from(run.counts.rejected > 0)),
    };
    let mut lines = vec![format!("{} {word}: {}", mirror.name, counts(&run.counts))];
    lines.extend(because(&run.reasons));
    lines.extend(rejected(mirror, &run.rejected));
    let mut document = json!(run);
    document["mirror"] = json!(mirror.id);
    document["state"] = json!(word);
    Reply::new(document, lines.join("\n")).exit(exit)
}

fn whole(mirror: &Mirror, progress: &MirrorProgress) -> Value {
    let mut document = document(mirror);
    document["progress"] = json!(progress);
    document
}

fn state(mirror: &Mirror, progress: &MirrorProgress) -> String {
    let paused = if mirror.state == MirrorState::Paused { "paused" } else { "active" };
    if let Some(failing) = &progress.failing {
        return format!("{paused}, cannot run: {}", failing.reason.code);
    }
    match &progress.held {
        Some(held) => {
            let codes: Vec<&str> = held.reasons.iter().map(|one| one.code.as_str()).collect();
            format!("{paused}, held: {}", codes.join(" "))
        }
        None => paused.to_owned(),
    }
}

fn proof(mirror: &Mirror) -> String {
    match &mirror.proof {
        Proof::EndMark(line) => format!("when its last line is '{line}'"),
        Proof::CountLine(text) => {
            format!("when it holds as many records as its line '{text}' says")
        }
        Proof::CountFile(file) => format!("when it holds as many records as {file} says"),
        Proof::Renamed => "when it is renamed into place".to_owned(),
        Proof::Tombstones => "never; only records that say so are removed".to_owned(),
    }
}

fn counts(counts: &MirrorCounts) -> String {
    let mut text = format!(
        "{} read, {} created, {} updated, {} removed, {} unchanged, {} rejected",
        counts.read,
        counts.created,
        counts.updated,
        counts.removed,
        counts.unchanged,
        counts.rejected
    );
    for (count, what) in [
        (counts.restored, "brought back"),
        (counts.kept, "not listed and kept"),
        (counts.managers, "managers set"),
        (counts.members_added, "members added"),
        (counts.members_removed, "members removed"),
        (counts.unresolved, "references left out"),
    ] {
        if count > 0 {
            text.push_str(&format!(", {count} {what}"));
        }
    }
    text
}

fn because(reasons: &[Reason]) -> Vec<String> {
    reasons
        .iter()
        .flat_map(|reason| [format!("held: {reason}"), format!("  hint: {}", reason.code.remedy())])
        .collect()
}

fn rejected(mirror: &Mirror, lines: &[RejectedLine]) -> Vec<String> {
    let file = std::path::Path::new(&mirror.file).file_name().unwrap_or_default();
    let file = file.to_string_lossy();
    lines
        .iter()
        .map(|one| format!("{file}:{}:{}: {} ({})", one.line, one.column, one.message, one.code))
        .collect()
}
