//! `syncline audit`: who did what, filtered or followed. Checking the chains is `audit_verify`'s.

use std::thread;

use directory::AuditQuery;
use model::TenantId;
use serde_json::json;
use store::Audited;

use super::{Call, audit_verify, log::time, table, watch::BEAT};
use crate::{
    args::{AuditCommand, AuditListArgs, Command},
    failure::Failure,
    output::{Output, Reply},
};

pub fn run(
    call: &Call<'_>,
    command: AuditCommand,
    output: &mut dyn Output,
) -> Result<Reply, Failure> {
    match command {
        AuditCommand::Verify { ends } => audit_verify::run(call, ends.as_deref()),
        AuditCommand::List(args) if args.follow => follow(call, &args, output),
        AuditCommand::List(args) => list(call, &args),
    }
}

fn list(call: &Call<'_>, args: &AuditListArgs) -> Result<Reply, Failure> {
    let (tenant, query) = query(call, args)?;
    let page = call.app.directory.read_audit(call.actor, tenant, &query, args.limit)?;
    let entries: Vec<Audited> = page.entries.into_iter().rev().collect();
    let heads = ["number", "when", "who", "what", "to what", "details", "request"];
    let text = table(&heads, entries.iter().map(row));
    Ok(Reply::new(json!({ "value": entries }), text))
}

fn follow(
    call: &Call<'_>,
    args: &AuditListArgs,
    output: &mut dyn Output,
) -> Result<Reply, Failure> {
    let (tenant, query) = query(call, args)?;
    let directory = &call.app.directory;
    let mut behind = match args.after {
        Some(after) => after,
        None => {
            // The newest of all, wanted or not, is where it goes on.
            let all = AuditQuery::default();
            let newest = directory.read_audit(call.actor, tenant, &all, 1)?;
            let wanted = directory.read_audit(call.actor, tenant, &query, args.limit)?;
            let newest = newest.entries.first().map_or(0, |one| one.number);
            let shown = wanted.entries.iter().rev().filter(|one| one.number <= newest);
            shown.for_each(|one| show(one, output));
            newest
        }
    };
    loop {
        let (entries, last) = directory.follow_audit(call.actor, tenant, &query, behind)?;
        entries.iter().for_each(|one| show(one, output));
        let still = last == behind;
        behind = last;
        if output.is_ending() {
            let args = AuditListArgs { after: Some(behind), ..args.clone() };
            return Ok(Reply::go_on(Command::Audit(AuditCommand::List(args))));
        }
        if output.is_interrupted() {
            return Ok(Reply::default());
        }
        if still {
            thread::sleep(BEAT);
        }
    }
}

fn query(call: &Call<'_>, args: &AuditListArgs) -> Result<(TenantId, AuditQuery), Failure> {
    let tenant = match &args.tenant {
        Some(name) => call.app.directory.get_tenant(call.actor, name)?.id,
        None => TenantId::NIL,
    };
    let now = call.app.directory.clock().now();
    let instant = |text: &Option<String>| text.as_deref().map(|text| time(text, now)).transpose();
    let query = AuditQuery {
        since: instant(&args.since)?,
        until: instant(&args.until)?,
        actor: args.actor.clone(),
        activity: args.activity.clone(),
        target: args.target.clone(),
        before: None,
    };
    Ok((tenant, query))
}

/// One entry a line; for programs one JSON document a line, since the whole never ends.
fn show(one: &Audited, output: &mut dyn Output) {
    if output.view().json {
        let text = serde_json::to_string(one).unwrap_or_default();
        output.out(&format!("{text}\n"));
    } else {
        output.out(&format!("{}\n", row(one).join("  ").trim_end()));
    }
}

fn row(one: &Audited) -> Vec<String> {
    let (activity, target, detail, request) = match &one.entry {
        Some(entry) => (
            entry.activity.clone(),
            format!("{} {}", entry.target_kind, entry.target),
            entry.detail.clone(),
            entry.request.clone().unwrap_or_default(),
        ),
        None => ("(erased)".to_owned(), String::new(), String::new(), String::new()),
    };
    let (number, at) = (one.number.to_string(), one.at.to_string());
    vec![number, at, one.actor.to_string(), activity, target, detail, request]
}
