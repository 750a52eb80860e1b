//! `syncline audit`.

use model::TenantId;
use serde_json::json;
use store::Store;

use super::{Call, table};
use crate::{args::AuditCommand, failure::Failure, output::Reply};

const PAGE: usize = 10_000;

pub fn run(call: &Call<'_>, command: AuditCommand) -> Result<Reply, Failure> {
    match command {
        AuditCommand::Verify => verify(call),
        AuditCommand::List { tenant, limit } => list(call, tenant.as_deref(), limit),
    }
}

fn verify(call: &Call<'_>) -> Result<Reply, Failure> {
    access::check(call.actor, access::Permission::ManageTenants, TenantId::NIL)
        .map_err(directory::Error::from)?;
    let mut chains = vec![(TenantId::NIL, "the server".to_owned())];
    chains.extend(call.app.store.tenants()?.into_iter().map(|tenant| (tenant.id, tenant.name)));
    let mut results = Vec::new();
    let mut broken = 0;
    for (tenant, name) in chains {
        let result = verify_chain(call, tenant)?;
        broken += usize::from(result.1.is_some());
        results.push((name, tenant, result.0, result.1));
    }
    let rows = results.iter().map(|(name, _, entries, problem)| {
        let state = problem.clone().unwrap_or_else(|| "holds".to_owned());
        vec![name.clone(), entries.to_string(), state]
    });
    let text = table(&["log of", "entries", "chain"], rows);
    let chains: Vec<_> = results
        .iter()
        .map(|(_, tenant, entries, problem)| {
            json!({ "tenant": tenant, "entries": entries, "problem": problem })
        })
        .collect();
    let reply = Reply::new(json!({ "holds": broken == 0, "chains": chains }), text);
    Ok(reply.exit(u8::from(broken > 0)))
}

fn verify_chain(call: &Call<'_>, tenant: TenantId) -> Result<(u64, Option<String>), Failure> {
    let (mut after, mut before, mut entries) = (0, String::new(), 0);
    loop {
        let page = call.app.store.audit(tenant, after, PAGE)?;
        let Some(last) = page.last() else { return Ok((entries, None)) };
        after = last.number;
        entries += page.len() as u64;
        match store::verify(&before, &page) {
            Ok(chain) => before = chain,
            Err(error) => return Ok((entries, Some(error.to_string()))),
        }
    }
}

fn list(call: &Call<'_>, tenant: Option<&str>, limit: usize) -> Result<Reply, Failure> {
    let tenant = match tenant {
        Some(name) => call.app.directory.get_tenant(call.actor, name)?.id,
        None => TenantId::NIL,
    };
    let permission = access::Permission::ReadAudit;
    access::check(call.actor, permission, tenant).map_err(directory::Error::from)?;
    let head = match tenant {
        TenantId::NIL => u64::MAX,
        tenant => call.app.store.head(tenant)?.number,
    };
    // Numbers are those of changes, of which an entry may stand for several: going back by the
    // limit finds at most so many.
    let after = if head == u64::MAX { 0 } else { head.saturating_sub(limit as u64) };
    let entries = call.app.store.audit(tenant, after, limit)?;
    let rows = entries.iter().map(|one| {
        let (activity, target) = match &one.entry {
            Some(entry) => {
                (entry.activity.clone(), format!("{} {}", entry.target_kind, entry.target))
            }
            None => ("(erased)".to_owned(), String::new()),
        };
        vec![one.number.to_string(), one.at.to_string(), one.actor.to_string(), activity, target]
    });
    let text = table(&["number", "when", "who", "what", "to what"], rows);
    Ok(Reply::new(json!({ "value": entries }), text))
}
