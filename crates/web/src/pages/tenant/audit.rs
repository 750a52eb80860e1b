//! The audit log of a tenant: who did what to what, with what changed; and whether its chain holds.

use access::Permission as P;
use askama::Template;
use directory::{AuditChain, AuditFound, AuditQuery, AuditRecord};
use model::{Actor, Timestamp};
use serde_json::Value;
use std::collections::HashMap;

use super::{Place, part, with_query};
use crate::{answer::Answer, error::Error, filters, form::Fields, frame::Frame, visit::Visit};

/// So many entries stand on a page, and so many in a file.
const SHOWN: usize = 50;
const WRITTEN: usize = 5_000;

/// More text than this is folded.
const LONG: usize = 600;

/// The fields of the search.
const FIELDS: [&str; 5] = ["actor", "activity", "target", "since", "until"];

#[derive(Template)]
#[template(path = "tenant_audit.html")]
struct Page {
    frame: Frame,
    path: String,
    query: Fields,
    found: Found,
    export: String,
}

/// The part of the page that follows what is typed.
#[derive(Template)]
#[template(path = "tenant_audit_found.html")]
struct Found {
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "tenant_audit_chain.html")]
struct Chain {
    frame: Frame,
    back: String,
    chain: AuditChain,
}

#[derive(Template)]
#[template(path = "tenant_audit_chain_part.html")]
struct ChainPart {
    chain: AuditChain,
}

/// An entry.
struct Row {
    number: u64,
    at: Timestamp,
    actor: Doer,
    activity: Option<String>,
    target: String,
    href: Option<String>,
    details: Vec<Detail>,
    /// Whether there is so much to tell that it is folded.
    is_long: bool,
    request: Option<String>,
}

/// Who did it.
struct Doer {
    kind: String,
    name: String,
}

/// Something that an entry says.
struct Detail {
    name: String,
    old: Option<String>,
    new: Option<String>,
    is_change: bool,
}

/// The page, or the list on it alone.
pub fn list(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit, "audit")?;
    if let Some(closed) = place.closed(visit, P::ReadAudit, text!("nav-audit"))? {
        return Ok(closed);
    }
    let found = search(visit, &place, SHOWN)?;
    let (query, path) = (visit.query(), place.path("/audit"));
    let names = Names::read(visit, &place)?;
    let next = found.next.map(|number| number.to_string());
    let list = Found {
        rows: found.records.iter().map(|one| names.row(visit, &place, one)).collect(),
        first: query.get("before").map(|_| address(&path, query, "")),
        next: next.map(|next| address(&path, query, &next)),
    };
    if visit.request.partial {
        return Answer::page(&list);
    }
    Answer::page(&Page {
        frame: place.frame(visit, text!("nav-audit")),
        export: address(&format!("{path}/export"), query, query.text("before")),
        query: query.clone(),
        found: list,
        path,
    })
}

fn address(path: &str, query: &Fields, before: &str) -> String {
    let kept = FIELDS.map(|name| (name, query.text(name)));
    let fields: Vec<(&str, &str)> = kept.into_iter().chain([("before", before)]).collect();
    with_query(path, &fields)
}

fn search(visit: &Visit, place: &Place, limit: usize) -> Result<AuditFound, Error> {
    let query = visit.query();
    let text = |name| query.get(name).map(str::to_owned);
    let wanted = AuditQuery {
        since: day(query, "since")?,
        // The day that is named belongs to the span.
        until: day(query, "until")?.map(|day| day.plus_days(1)),
        actor: text("actor"),
        activity: text("activity"),
        target: text("target"),
        before: query.get("before").and_then(|text| text.parse().ok()),
    };
    Ok(visit.center.directory.search_audit(visit.actor(), place.tenant.id, &wanted, limit)?)
}

fn day(query: &Fields, name: &str) -> Result<Option<Timestamp>, Error> {
    let Some(text) = query.get(name) else { return Ok(None) };
    let wrong = |_| Error::invalid(text!("audit-day", text = text));
    format!("{text}T00:00:00Z").parse().map(Some).map_err(wrong)
}

/// What applications and configurations of the tenant are called, as far as the reader may know.
struct Names(HashMap<String, (String, &'static str)>);

impl Names {
    fn read(visit: &Visit, place: &Place) -> Result<Self, Error> {
        let (directory, actor, tenant) = (&visit.center.directory, visit.actor(), place.tenant.id);
        let mut names = HashMap::new();
        for app in part(directory.list_applications(actor, tenant))?.unwrap_or_default() {
            names.insert(app.id.to_string(), (app.name, "applications"));
        }
        for job in part(directory.list_all_jobs(actor))?.unwrap_or_default() {
            if job.source == tenant {
                names.insert(job.id.to_string(), (job.name, "jobs"));
            }
        }
        Ok(Self(names))
    }

    fn row(&self, visit: &Visit, place: &Place, record: &AuditRecord) -> Row {
        let (one, entry) = (&record.audited, record.audited.entry.as_ref());
        let (target, below) = match entry {
            Some(entry) => self.target(record, &entry.target_kind, &entry.target),
            None => (String::new(), None),
        };
        let details = entry.map(|entry| details(&entry.detail)).unwrap_or_default();
        Row {
            number: one.number,
            at: one.at,
            actor: Doer::of(visit, &one.actor),
            activity: entry.map(|entry| entry.activity.clone()),
            target,
            href: below.map(|below| place.path(&below)),
            is_long: entry.is_some_and(|entry| entry.detail.len() > LONG),
            details,
            request: entry.and_then(|entry| entry.request.clone()),
        }
    }

    /// What it was done to, and its page where there is one.
    fn target(&self, record: &AuditRecord, kind: &str, id: &str) -> (String, Option<String>) {
        if let Some((name, folder)) = self.0.get(id) {
            return (name.clone(), Some(format!("/{folder}/{id}")));
        }
        match (&record.name, kind, record.is_deleted) {
            (Some(name), "group", true) => (name.clone(), Some("/deleted?kind=group".to_owned())),
            (Some(name), _, true) => (name.clone(), Some("/deleted".to_owned())),
            (Some(name), kind, false) => (name.clone(), Some(format!("/{kind}s/{id}"))),
            (None, kind, _) => (format!("{kind} {id}"), None),
        }
    }
}

impl Doer {
    fn of(visit: &Visit, actor: &Actor) -> Self {
        let (kind, name) = match actor {
            Actor::Operator { name } => (text!("audit-operator"), name.clone()),
            Actor::User { name, through: None, .. } => (text!("audit-user"), name.clone()),
            Actor::User { name, .. } => (text!("audit-user-through"), name.clone()),
            Actor::Application { name, .. } => (text!("audit-app"), name.clone()),
            Actor::Job { tenant, job, .. } => {
                let found = visit.center.directory.job(*tenant, *job);
                (text!("audit-job"), found.map_or_else(|_| job.to_string(), |job| job.name))
            }
            Actor::Mirror { mirror, .. } => (text!("audit-mirror"), mirror.to_string()),
            Actor::System => (text!("audit-system"), String::new()),
        };
        Self { kind, name }
    }
}

/// What an entry says beside its activity: old and new values where it tells them.
fn details(text: &str) -> Vec<Detail> {
    let Ok(Value::Object(members)) = serde_json::from_str::<Value>(text) else {
        return Vec::new();
    };
    let detail = |(name, value): (String, Value)| match value {
        Value::Object(parts) if parts.keys().all(|key| ["old", "new"].contains(&key.as_str())) => {
            let part = |name| parts.get(name).and_then(plain);
            Detail { name, old: part("old"), new: part("new"), is_change: true }
        }
        value => Detail { name, old: None, new: plain(&value), is_change: false },
    };
    members.into_iter().map(detail).collect()
}

/// A value as people read it; none for one that is empty.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(members) => {
            Some(members.iter().filter_map(plain).collect::<Vec<_>>().join("; "))
        }
        other => Some(other.to_string()),
    }
}

/// The entries that are looked for, a line of JSON for each, newest first.
pub fn export(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit, "audit")?;
    let found = search(visit, &place, WRITTEN)?;
    let mut bytes = Vec::new();
    for record in &found.records {
        serde_json::to_writer(&mut bytes, &record.audited).expect("an entry has a JSON text");
        bytes.push(b'\n');
    }
    let name = format!("audit-of-{}.jsonl", place.tenant.initial_domain());
    Ok(Answer::File { name, kind: "application/x-ndjson", bytes })
}

/// Whether the chain holds. It reads the whole log, so it is asked for by itself.
pub fn chain(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit, "audit")?;
    let chain = visit.center.directory.verify_audit(visit.actor(), place.tenant.id)?;
    if visit.request.partial {
        return Answer::page(&ChainPart { chain });
    }
    let back = place.path("/audit");
    let frame = place.frame(visit, text!("audit-chain")).below(text!("nav-audit"), back.clone());
    Answer::page(&Chain { frame, back, chain })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_told_with_what_was() {
        let told = details(r#"{"department":{"old":"Sales","new":null},"name":"Ada","n":[1,2]}"#);
        let mut told: Vec<_> = told
            .iter()
            .map(|one| (one.name.as_str(), one.old.as_deref(), one.new.as_deref(), one.is_change))
            .collect();
        told.sort_unstable();
        let expected = [
            ("department", Some("Sales"), None, true),
            ("n", None, Some("1; 2"), false),
            ("name", None, Some("Ada"), false),
        ];
        assert_eq!(told, expected);
        assert!(details("").is_empty() && details("[]").is_empty());
    }
}
