//! `syncline tenant protect`.

use model::{Kind, ObjectId, Tenant};
use serde_json::json;

use super::{Call, table};
use crate::{args::ProtectCommand, failure::Failure, output::Reply};

pub fn run(call: &Call<'_>, command: ProtectCommand) -> Result<Reply, Failure> {
    let directory = &call.app.directory;
    let find = |name: &str| directory.get_tenant(call.actor, name);
    match command {
        ProtectCommand::List { tenant } => list(call, &find(&tenant)?),
        ProtectCommand::Add { tenant, users } => set(call, &find(&tenant)?, &users, true),
        ProtectCommand::Remove { tenant, users } => set(call, &find(&tenant)?, &users, false),
        ProtectCommand::Roles { tenant, switch } => {
            let tenant = find(&tenant)?;
            directory.protect_privileged(call.actor, tenant.id, switch.is_on())?;
            let are = if switch.is_on() { "are protected" } else { "are not protected for it" };
            let text = format!("people of {} who hold a directory role {are}", tenant.name);
            let document = json!({ "tenant": tenant.id, "privileged": switch.is_on() });
            Ok(Reply::new(document, text))
        }
    }
}

fn list(call: &Call<'_>, tenant: &Tenant) -> Result<Reply, Failure> {
    let directory = &call.app.directory;
    let protection = directory.protection(call.actor, tenant.id)?;
    let ids: Vec<ObjectId> = protection.listed.union(&protection.privileged).copied().collect();
    let found = directory.store().get(tenant.id, &ids)?;
    let why = |id: &ObjectId| match protection.listed.contains(id) {
        true => "never-touch list".to_owned(),
        false => {
            let roles = directory.roles(tenant.id, *id).unwrap_or_default();
            roles.iter().map(|role| role.title()).collect::<Vec<_>>().join(", ")
        }
    };
    // Whoever is gone for good needs no protection.
    let people: Vec<(ObjectId, String, String)> =
        found.into_iter().flatten().map(|one| (one.id, one.label(), why(&one.id))).collect();
    let rows = people.iter().map(|(id, name, why)| vec![id.to_string(), name.clone(), why.clone()]);
    let mut text = table(&["id", "user", "why"], rows);
    if !protection.covers_privileged {
        text.push_str("\nPeople who hold a directory role are not protected for it.\n");
    }
    let people: Vec<_> = people
        .iter()
        .map(|(id, name, why)| json!({ "id": id, "name": name, "why": why }))
        .collect();
    let document =
        json!({ "tenant": tenant.id, "privileged": protection.covers_privileged, "users": people });
    Ok(Reply::new(document, text))
}

fn set(
    call: &Call<'_>,
    tenant: &Tenant,
    names: &[String],
    protected: bool,
) -> Result<Reply, Failure> {
    let directory = &call.app.directory;
    let find = |name: &String| directory.find(call.actor, tenant.id, Kind::User, name);
    let users = names
        .iter()
        .map(|name| Ok(find(name)?.id))
        .collect::<Result<Vec<ObjectId>, directory::Error>>()?;
    directory.protect(call.actor, tenant.id, &users, protected)?;
    let text = match protected {
        true => format!("on the never-touch list of {} now: {}", tenant.name, names.join(", ")),
        false => {
            format!("no longer on the never-touch list of {}: {}", tenant.name, names.join(", "))
        }
    };
    Ok(Reply::new(json!({ "tenant": tenant.id, "users": users, "protected": protected }), text))
}
