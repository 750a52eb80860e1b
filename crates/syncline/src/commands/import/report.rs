//! What an import says at its end.

use std::{collections::BTreeMap, path::PathBuf};

use serde_json::{Value, json};

use super::{Outcome, Plan, notices::Notice};
use crate::{
    failure::Failure,
    output::{Output, Reply},
};

/// The document and the text; status 1 when rows were rejected or somebody stopped it.
pub fn reply(plan: &Plan<'_>, outcome: &Outcome, rejected: Option<PathBuf>) -> Reply {
    let count = outcome.rejects.notices.count();
    let mut lines = vec![format!(
        "{}s: {} read, {} created, {} updated, {} unchanged, {count} rejected",
        plan.kind, outcome.read, outcome.created, outcome.updated, outcome.unchanged
    )];
    if outcome.managers > 0 {
        lines.push(format!("managers set: {}", outcome.managers));
    }
    if outcome.members > 0 {
        lines.push(format!("members added: {}", outcome.members));
    }
    if outcome.left.count() > 0 {
        lines.push(format!("references left out: {}", outcome.left.count()));
    }
    if !outcome.ignored.is_empty() {
        lines.push(format!("ignored: {}", list(&outcome.ignored)));
    }
    if !outcome.passed_over.is_empty() {
        lines.push(format!("passed over: {}", list(&outcome.passed_over)));
    }
    if let Some(path) = &rejected {
        lines.push(format!("rejected rows: correct and import {}", path.display()));
    }
    if outcome.interrupted {
        lines.push("stopped; what is in is in, and importing the file again goes on".to_owned());
    }
    let exit = u8::from(count > 0 || outcome.interrupted);
    Reply::new(document(outcome, rejected), lines.join("\n")).exit(exit)
}

/// The refusal of a whole file.
pub fn refused(
    plan: &Plan<'_>,
    outcome: &Outcome,
    output: &mut dyn Output,
) -> Result<Reply, Failure> {
    outcome.rejects.notices.end(output);
    outcome.left.end(output);
    let mut reasons = Vec::new();
    let count = |count: u64, what: &str| (count > 0).then(|| format!("{count} {what}"));
    reasons.extend(count(outcome.rejects.notices.count(), "rejected"));
    reasons.extend(count(outcome.left.count(), "with a reference that leads nowhere"));
    if !outcome.ignored.is_empty() {
        reasons.push(format!("attributes that are not taken over: {}", list(&outcome.ignored)));
    }
    let failure = Failure::new(
        "strict",
        format!(
            "nothing was written: {} holds {} rows, {}",
            plan.source.name,
            outcome.read,
            reasons.join("; ")
        ),
    )
    .hint(
        "correct the file, name columns to leave out with --column FROM=, or go without --strict",
    );
    if !output.view().json {
        return Err(failure);
    }
    output.talk(&format!("error: {} ({})", failure.message, failure.code));
    let mut document = document(outcome, None);
    document["error"] = json!(failure);
    Ok(Reply::new(document, "").exit(failure.exit))
}

fn document(outcome: &Outcome, rejected: Option<PathBuf>) -> Value {
    let unresolved: &[Notice] = outcome.left.list();
    json!({
        "read": outcome.read,
        "created": outcome.created,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "rejected": outcome.rejects.notices.list(),
        "rejectedFile": rejected,
        "ignored": outcome.ignored,
        "passedOver": outcome.passed_over,
        "unresolved": unresolved,
        "managers": outcome.managers,
        "members": outcome.members,
        "interrupted": outcome.interrupted,
    })
}

/// Names with counts, the most frequent first.
fn list(counts: &BTreeMap<String, u64>) -> String {
    let mut counts: Vec<_> = counts.iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let texts: Vec<String> =
        counts.iter().map(|(name, count)| format!("{name} ({count})")).collect();
    texts.join(", ")
}
