//! How things look as text: tables and single objects.

use std::borrow::Cow;

use comfy_table::{ContentArrangement, Table, presets};
use model::{Action, Entry, EntryState, Object, RunSummary, Value};
use serde_json::{Map, json};
use sync::Freshness;

use crate::visible;

/// A table with a header, without frames.
pub fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(header.iter().map(|name| name.to_uppercase()));
    let mut any = false;
    for row in rows {
        any = true;
        table.add_row(row.iter().map(|cell| visible::line(cell)));
    }
    if !any {
        return "none".to_owned();
    }
    let text = table.to_string();
    text.lines()
        .map(|line| line.trim_end().strip_prefix(' ').unwrap_or(line).to_owned() + "\n")
        .collect()
}

/// A text of at most so many characters; one that is cut ends with an ellipsis.
pub fn shorten(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        None => Cow::Borrowed(text),
        Some(_) => {
            let kept: String = text.chars().take(most.saturating_sub(1)).collect();
            Cow::Owned(kept + "…")
        }
    }
}

/// An object as a document with Graph's names.
pub fn object(object: &Object) -> serde_json::Value {
    let mut members = Map::new();
    members.insert("id".to_owned(), json!(object.id));
    for (name, value) in object.attributes.iter() {
        members.insert(name.to_string(), json!(value));
    }
    members.insert("createdDateTime".to_owned(), json!(object.created));
    members.insert("deletedDateTime".to_owned(), json!(object.deleted));
    if let Some(home) = object.home {
        members.insert("homeTenantId".to_owned(), json!(home.tenant));
        members.insert("homeObjectId".to_owned(), json!(home.object));
    }
    for always in ["userType", "creationType", "externalUserState"] {
        if object.kind == model::Kind::User {
            members.entry(always).or_insert(serde_json::Value::Null);
        }
    }
    serde_json::Value::Object(members)
}

/// An object as lines of name and value.
pub fn object_text(object: &Object) -> String {
    let mut rows = vec![vec!["id".to_owned(), object.id.to_string()]];
    rows.extend(
        object.attributes.iter().map(|(name, value)| vec![name.to_string(), value.to_string()]),
    );
    rows.push(vec!["createdDateTime".to_owned(), object.created.to_string()]);
    if let Some(deleted) = object.deleted {
        rows.push(vec!["deletedDateTime".to_owned(), deleted.to_string()]);
    }
    if let Some(home) = object.home {
        rows.push(vec!["home".to_owned(), format!("{} in tenant {}", home.object, home.tenant)]);
    }
    table(&["attribute", "value"], rows)
}

/// A change as indented lines; its head in colour where the reader's terminal shows colours.
pub fn entry(entry: &Entry, color: bool) -> String {
    let (sign, paint) = match entry.action {
        Action::Create | Action::Restore | Action::AddMember => ("+", "32"),
        Action::Remove | Action::Disable | Action::RemoveMember => ("-", "31"),
        Action::Fail => ("!", "31"),
        _ => ("~", "33"),
    };
    let held = if entry.state == EntryState::Held { "  held already" } else { "" };
    let name = visible::line(&entry.name);
    let head = format!("{sign} {:<8} {name}{held}", entry.action.as_str());
    let mut text = if color { format!("\x1b[{paint}m{head}\x1b[0m") } else { head };
    if let Some(reason) = &entry.reason {
        text.push_str(&format!("  ({})", visible::line(&reason.sentence)));
    }
    text.push('\n');
    if entry.action.is_membership() {
        // Its name says it all; the value is an id.
        return text;
    }
    for one in &entry.modifications {
        let show = |value: &Option<Value>| match value {
            Some(Value::Text(text)) => format!("\"{text}\""),
            Some(value) => value.to_string(),
            None => "(empty)".to_owned(),
        };
        let change = match (&one.old, entry.action) {
            (None, Action::Create) => show(&one.new),
            _ => format!("{} -> {}", show(&one.old), show(&one.new)),
        };
        let change = visible::line(&change);
        text.push_str(&format!("      {:<28} {change}\n", one.name.as_str()));
    }
    text
}

/// Counts by name, as one list.
pub fn counts(counts: &std::collections::BTreeMap<String, u64>) -> String {
    let texts: Vec<String> = counts.iter().map(|(name, count)| format!("{count} {name}")).collect();
    texts.join(", ")
}

/// The word that programs read for it.
pub fn word<T: serde::Serialize>(value: &T) -> String {
    json!(value).as_str().unwrap_or_default().to_owned()
}

/// How long something took.
pub fn took(milliseconds: i64) -> String {
    match milliseconds {
        ..10_000 => format!("{milliseconds} ms"),
        _ => format!("{} s", milliseconds / 1_000),
    }
}

/// How far a job is behind its source.
pub fn freshness(freshness: &Freshness) -> String {
    let changes = match freshness.changes {
        1 => "1 change".to_owned(),
        count => format!("{count} changes"),
    };
    match freshness.seconds {
        _ if freshness.is_fresh => "fresh".to_owned(),
        None => "behind, nobody knows how far".to_owned(),
        Some(seconds @ ..120) => format!("behind {seconds} s ({changes})"),
        Some(seconds @ ..7_200) => format!("behind {} min ({changes})", seconds / 60),
        Some(seconds @ ..172_800) => format!("behind {} h ({changes})", seconds / 3_600),
        Some(seconds) => format!("behind {} days ({changes})", seconds / 86_400),
    }
}

/// A run in one line.
pub fn run(run: &RunSummary) -> String {
    let list = counts;
    let mut parts = vec![format!("{} read", run.read)];
    parts.push(if run.done.is_empty() { "nothing changed".to_owned() } else { list(&run.done) });
    if !run.reasons.is_empty() {
        parts.push(format!("left: {}", list(&run.reasons)));
    }
    match run.held {
        0 => {}
        1 => parts.push("1 change waits for approval".to_owned()),
        held => parts.push(format!("{held} changes wait for approval")),
    }
    if let Some(reason) = &run.stopped {
        parts.push(format!("stopped: {reason}"));
    }
    if let Some(reason) = run.quarantine {
        parts.push(format!("in quarantine: {}", reason.title()));
    }
    let state = format!("{:?}", run.state).to_lowercase();
    format!("{state}: {}", parts.join("; "))
}

/// A run with how long it took.
pub fn run_document(run: &RunSummary) -> serde_json::Value {
    let mut document = json!(run);
    let took = run.ended.map(|ended| ended.0 - run.began.0);
    document["milliseconds"] = json!(took);
    document["changed"] = json!(run.changed());
    document
}
