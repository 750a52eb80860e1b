//! What an import says at its end.

use std::{collections::BTreeMap, path::PathBuf};

use directory::{ImportTotals, Notice};
use serde_json::{Value, json};

use super::{Outcome, Plan};
use crate::{
    failure::Failure,
    output::{Output, Reply},
};

/// The document and the text; status 1 when rows were rejected or somebody stopped it.
pub fn reply(plan: &Plan<'_>, outcome: &Outcome, rejected: Option<PathBuf>) -> Reply {
    let (count, totals) = (outcome.rejects.notices.count(), &outcome.totals);
    let mut lines = vec![format!(
        "{}s: {} read, {} created, {} updated, {} unchanged, {count} rejected",
        plan.kind, totals.read, totals.created, totals.updated, totals.unchanged
    )];
    if totals.managers > 0 {
        lines.push(format!("managers set: {}", totals.managers));
    }
    if totals.members > 0 {
        lines.push(format!("members added: {}", totals.members));
    }
    if outcome.left.count() > 0 {
        lines.push(format!("references left out: {}", outcome.left.count()));
    }
    if !totals.ignored.is_empty() {
        lines.push(format!("ignored: {}", list(&totals.ignored)));
    }
    if !totals.passed_over.is_empty() {
        lines.push(format!("passed over: {}", list(&totals.passed_over)));
    }
    if let Some(path) = &rejected {
        lines.push(format!("rejected rows: correct and import {}", path.display()));
    }
    if totals.interrupted {
        lines.push("stopped; what is in is in, and importing the file again goes on".to_owned());
    }
    let exit = u8::from(count > 0 || totals.interrupted);
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
    if !outcome.totals.ignored.is_empty() {
        reasons
            .push(format!("attributes that are not taken over: {}", list(&outcome.totals.ignored)));
    }
    let failure = Failure::new(
        "strict",
        format!(
            "nothing was written: {} holds {} rows, {}",
            plan.source.name,
            outcome.totals.read,
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
    let totals: &ImportTotals = &outcome.totals;
    json!({
        "read": totals.read,
        "created": totals.created,
        "updated": totals.updated,
        "unchanged": totals.unchanged,
        "rejected": outcome.rejects.notices.list(),
        "rejectedFile": rejected,
        "ignored": totals.ignored,
        "passedOver": totals.passed_over,
        "unresolved": unresolved,
        "managers": totals.managers,
        "members": totals.members,
        "interrupted": totals.interrupted,
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
