//! `syncline tenant`.

use directory::NewTenant;
use model::{Domain, Kind, Tenant};
use serde_json::json;
use store::{Deleted, Store};

use super::{Call, protect, sign_in, table};
use crate::{args::TenantCommand, failure::Failure, output::Reply};

pub fn run(call: &Call<'_>, command: TenantCommand) -> Result<Reply, Failure> {
    let directory = &call.app.directory;
    match command {
        TenantCommand::Create { name, domains, id } => {
            let id = match id {
                Some(text) => Some(text.parse().map_err(|_| {
                    Failure::usage(format!("'{text}' is no id of the form 8-4-4-4-12"))
                })?),
                None => None,
            };
            let domains = parse_domains(&domains)?;
            let tenant = directory.create_tenant(call.actor, NewTenant { id, name, domains })?;
            Ok(Reply::new(
                document(&tenant),
                format!("created tenant {} ({})", tenant.name, tenant.id),
            ))
        }
        TenantCommand::List => {
            let tenants = directory.list_tenants(call.actor)?;
            let rows = tenants.iter().map(|tenant| {
                vec![tenant.id.to_string(), tenant.name.clone(), domain_list(tenant)]
            });
            let text = table(&["id", "name", "domains"], rows);
            Ok(Reply::new(tenants.iter().map(document).collect::<Vec<_>>(), text))
        }
        TenantCommand::Show { tenant } => {
            let tenant = directory.get_tenant(call.actor, &tenant)?;
            let count = |kind, deleted| call.app.store.count(tenant.id, kind, deleted);
            let users = count(Kind::User, Deleted::Without)?;
            let groups = count(Kind::Group, Deleted::Without)?;
            let deleted = count(Kind::User, Deleted::Only)?;
            let mut shown = document(&tenant);
            shown["users"] = json!(users);
            shown["groups"] = json!(groups);
            shown["deletedUsers"] = json!(deleted);
            let text = format!(
                "{} ({})\n  domains        {}\n  users          {users}\n  groups         {groups}\n  \
                 deleted users  {deleted}\n",
                tenant.name,
                tenant.id,
                domain_list(&tenant)
            );
            Ok(Reply::new(shown, text))
        }
        TenantCommand::Update { tenant, name, add_domains, remove_domains } => {
            let tenant = directory.get_tenant(call.actor, &tenant)?;
            let add = parse_domains(&add_domains)?;
            let remove = parse_domains(&remove_domains)?;
            if remove.contains(tenant.initial_domain()) {
                return Err(Failure::new(
                    "initial-domain",
                    format!("{} is the initial domain and stays", tenant.initial_domain()),
                ));
            }
            let tenant = directory.update_tenant(call.actor, tenant.id, |tenant| {
                if let Some(name) = &name {
                    tenant.name.clone_from(name);
                }
                tenant.domains.retain(|domain| !remove.contains(domain));
                for domain in &add {
                    if !tenant.domains.contains(domain) {
                        tenant.domains.push(domain.clone());
                    }
                }
            })?;
            Ok(Reply::new(document(&tenant), format!("updated tenant {}", tenant.name)))
        }
        TenantCommand::Delete { tenant, yes, confirm } => {
            let tenant = directory.get_tenant(call.actor, &tenant)?;
            if !yes && confirm.is_none() {
                directory.check_unused(call.actor, tenant.id)?;
                return Err(Failure::usage(format!(
                    "this removes {} with everything in it; add --yes",
                    tenant.name
                )));
            }
            let with = directory.delete_tenant(call.actor, tenant.id, confirm.as_deref())?;
            let jobs = with.jobs_out.iter().chain(&with.jobs_in);
            let jobs: Vec<&str> = jobs.map(|job| job.name.as_str()).collect();
            let also = if jobs.is_empty() {
                String::new()
            } else {
                let plural = if jobs.len() == 1 { "" } else { "s" };
                format!(" with the job{plural} {}", jobs.join(", "))
            };
            Ok(Reply::new(
                json!({ "deleted": tenant.id, "with": with }),
                format!("deleted tenant {}{also}", tenant.name),
            ))
        }
        TenantCommand::Purge { tenant } => {
            let tenant = directory.get_tenant(call.actor, &tenant)?;
            let purged = directory.purge_expired(call.actor, tenant.id)?;
            Ok(Reply::new(json!({ "purged": purged }), format!("purged {purged}")))
        }
        TenantCommand::SignIn { command } => sign_in::provider(call, command),
        TenantCommand::Protect { command } => protect::run(call, command),
    }
}

fn document(tenant: &Tenant) -> serde_json::Value {
    json!({
        "id": tenant.id,
        "name": tenant.name,
        "domains": tenant.domains,
        "initialDomain": tenant.initial_domain(),
        "createdDateTime": tenant.created,
    })
}

fn domain_list(tenant: &Tenant) -> String {
    tenant.domains.iter().map(Domain::as_str).collect::<Vec<_>>().join(", ")
}

fn parse_domains(texts: &[String]) -> Result<Vec<Domain>, Failure> {
    texts
        .iter()
        .map(|text| {
            text.parse().map_err(|error: model::DomainError| Failure::usage(error.to_string()))
        })
        .collect()
}
