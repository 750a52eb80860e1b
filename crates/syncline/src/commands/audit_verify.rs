//! `syncline audit verify`: every chain from its first entry to the end that is known of it.

use std::path::Path;

use model::{TenantId, Timestamp};
use serde_json::json;
use store::Store;
use store_sqlite::{AuditEnd, read_audit_ends};

use super::{Call, table};
use crate::{failure::Failure, output::Reply};

const PAGE: usize = 10_000;

/// What became of one chain.
struct Verified {
    entries: u64,
    end: AuditEnd,
    problem: Option<String>,
}

pub fn run(call: &Call<'_>, copy: Option<&Path>) -> Result<Reply, Failure> {
    access::check(call.actor, access::Permission::ManageTenants, TenantId::NIL)
        .map_err(directory::Error::from)?;
    let unread = |error: std::io::Error| Failure::new("file", format!("the noted ends: {error}"));
    let mut noted = vec![call.app.store.noted_audit_ends().map_err(unread)?];
    if let Some(copy) = copy {
        std::fs::metadata(copy).map_err(unread)?;
        noted.push(read_audit_ends(copy).map_err(unread)?);
    }
    let mut results = Vec::new();
    let own = (TenantId::NIL, "the server".to_owned(), Timestamp(0));
    let tenants = call.app.store.tenants()?.into_iter();
    let tenants = tenants.map(|tenant| (tenant.id, tenant.name, tenant.created));
    for (tenant, name, since) in std::iter::once(own).chain(tenants) {
        let noted = noted.iter().filter_map(|ends| ends.get(&tenant));
        let known = noted.filter(|end| end.since == since).cloned().collect();
        results.push((name, tenant, verify(call, (tenant, since), known)?));
    }
    let broken = results.iter().filter(|(_, _, one)| one.problem.is_some()).count();
    let rows = results.iter().map(|(name, _, one)| {
        let state = one.problem.clone().unwrap_or_else(|| "holds".to_owned());
        vec![name.clone(), one.entries.to_string(), state]
    });
    let text = table(&["log of", "entries", "chain"], rows);
    let chains: Vec<_> = results
        .iter()
        .map(|(_, tenant, one)| {
            json!({
                "tenant": tenant,
                "entries": one.entries,
                "end": one.end,
                "problem": one.problem,
            })
        })
        .collect();
    let reply = Reply::new(json!({ "holds": broken == 0, "chains": chains }), text);
    Ok(reply.exit(u8::from(broken > 0)))
}

/// Checks the log of one tenant, made at that instant, against the ends that are known of it.
fn verify(
    call: &Call<'_>,
    (tenant, since): (TenantId, Timestamp),
    mut known: Vec<AuditEnd>,
) -> Result<Verified, Failure> {
    let store = &call.app.store;
    // Asked first: what is written meanwhile only makes the log longer.
    known.extend(store.audit_end(tenant)?);
    let mut end = AuditEnd { number: 0, chain: String::new(), since };
    let mut entries = 0;
    let broken =
        |entries, end: AuditEnd, problem| Ok(Verified { entries, end, problem: Some(problem) });
    loop {
        let page = store.audit(tenant, end.number, PAGE)?;
        let Some(last) = page.last() else { break };
        entries += page.len() as u64;
        if let Err(error) = store::verify(&end.chain, &page) {
            return broken(entries, end, error.to_string());
        }
        for one in &page {
            let other = |known: &AuditEnd| known.number == one.number && known.chain != one.chain;
            if known.iter().any(other) {
                let problem =
                    format!("the log up to entry {} is not the one of before", one.number);
                return broken(entries, end, problem);
            }
        }
        known.retain(|known| page.iter().all(|one| one.number != known.number));
        end = AuditEnd { number: last.number, chain: last.chain.clone(), since };
    }
    let missing = known.iter().max_by_key(|known| known.number).map(|known| {
        let (has, had) = (end.number, known.number);
        match has < had {
            true => format!(
                "entries are missing at the end: it had come to entry {had} and ends at {has}"
            ),
            false => format!("entry {had} is missing"),
        }
    });
    Ok(Verified { entries, end, problem: missing })
}
