//! `syncline user`.

use model::{Kind, Name, Object, Role};
use serde_json::json;
use store::{Deleted, Scan};

use super::{Call, describe, export, import, sign_in, table, values};
use crate::{
    args::{ListArgs, UserCommand},
    failure::Failure,
    output::{Output, Reply},
};

pub fn run(
    call: &Call<'_>,
    command: UserCommand,
    output: &mut dyn Output,
) -> Result<Reply, Failure> {
    let directory = &call.app.directory;
    let tenant = |name: &str| directory.get_tenant(call.actor, name);
    let find = |tenant, name: &str| directory.find(call.actor, tenant, Kind::User, name);
    match command {
        UserCommand::Create { name, tenant: at, values } => {
            let tenant = tenant(&at)?.id;
            let (schema, _) = directory.read_schema(tenant)?;
            let given = values::parse(&values.set, Kind::User, &schema)?.set;
            let attributes = values::with_default(given, Name::DISPLAY_NAME, &name);
            let attributes = values::with_default(attributes, Name::USER_PRINCIPAL_NAME, &name);
            let user = directory.create(call.actor, tenant, Kind::User, None, attributes)?;
            Ok(one("created", &user))
        }
        UserCommand::Invite { mail, tenant: at, name } => {
            let user = directory.invite(call.actor, tenant(&at)?.id, &mail, name.as_deref())?;
            Ok(one("invited", &user))
        }
        UserCommand::List(args) => list(call, &args, Kind::User),
        UserCommand::Show { user, tenant: at } => {
            let tenant = tenant(&at)?.id;
            let user = find(tenant, &user)?;
            let manager = directory.find_manager(tenant, user.id)?;
            let mut document = describe::object(&user);
            let roles: Vec<_> =
                directory.roles(tenant, user.id)?.into_iter().map(Role::title).collect();
            document["manager"] = json!(manager);
            document["roles"] = json!(roles);
            let mut text = describe::object_text(&user);
            if let Some(manager) = manager {
                let found = directory.find(call.actor, tenant, Kind::User, &manager.to_string());
                let name = found.map_or_else(|_| manager.to_string(), |one| one.label());
                text.push_str(&format!("manager: {name}\n"));
            }
            if !roles.is_empty() {
                text.push_str(&format!("roles: {}\n", roles.join(", ")));
            }
            Ok(Reply::new(document, text))
        }
        UserCommand::Update { user, tenant: at, values, manager, add_roles, remove_roles } => {
            let tenant = tenant(&at)?.id;
            let user = find(tenant, &user)?;
            let (schema, _) = directory.read_schema(tenant)?;
            let change = values::parse(&values.set, Kind::User, &schema)?;
            let user = directory.update(call.actor, tenant, user.id, &change)?;
            if let Some(manager) = manager {
                let manager = match manager.as_str() {
                    "" => None,
                    name => Some(find(tenant, name)?.id),
                };
                directory.set_manager(call.actor, tenant, user.id, manager)?;
            }
            if !add_roles.is_empty() || !remove_roles.is_empty() {
                let mut roles = directory.roles(tenant, user.id)?;
                let (add, remove) = (find_roles(&add_roles)?, find_roles(&remove_roles)?);
                roles.retain(|role| !remove.contains(role) && !add.contains(role));
                roles.extend(add);
                directory.set_roles(call.actor, tenant, user.id, &roles)?;
            }
            Ok(one("updated", &user))
        }
        UserCommand::Delete { user, tenant: at, purge } => {
            let tenant = tenant(&at)?.id;
            let user = find(tenant, &user)?;
            if purge {
                directory.purge(call.actor, tenant, user.id)?;
                return Ok(Reply::new(
                    json!({ "purged": user.id }),
                    format!("removed {} for good", user.label()),
                ));
            }
            Ok(one("deleted", &directory.delete(call.actor, tenant, user.id)?))
        }
        UserCommand::Restore { user, tenant: at } => {
            let tenant = tenant(&at)?.id;
            let user = find(tenant, &user)?;
            Ok(one("restored", &directory.restore(call.actor, tenant, user.id)?))
        }
        UserCommand::Password { command } => sign_in::password(call, command),
        UserCommand::Session { command } => sign_in::sessions(call, command),
        UserCommand::Import(args) => import::run(call, &args, Kind::User, output),
        UserCommand::Export(args) => export::run(call, &args, Kind::User, output),
    }
}

fn find_roles(titles: &[String]) -> Result<Vec<Role>, Failure> {
    titles
        .iter()
        .map(|title| {
            let found = Role::ALL.into_iter().find(|role| role.title().eq_ignore_ascii_case(title));
            found.ok_or_else(|| {
                let all = Role::ALL.map(Role::title).join(", ");
                Failure::usage(format!("no role '{title}'")).hint(format!("one of: {all}"))
            })
        })
        .collect()
}

fn one(what: &str, user: &Object) -> Reply {
    Reply::new(describe::object(user), format!("{what} {} ({})", user.label(), user.id))
}

/// How many characters of a name a list shows.
const WIDEST: usize = 64;

/// A page of users or groups.
pub fn list(call: &Call<'_>, args: &ListArgs, kind: Kind) -> Result<Reply, Failure> {
    let directory = &call.app.directory;
    let tenant = directory.get_tenant(call.actor, &args.tenant)?;
    let deleted = if args.deleted { Deleted::Only } else { Deleted::Without };
    let scan = Scan { kind, deleted, after: args.after, limit: args.limit.max(1) };
    let page = directory.list(call.actor, tenant.id, &scan)?;
    let objects: Vec<Object> = page.items.into_iter().map(|(_, object)| object).collect();
    // One long name is no reason for wide blanks in every other line; `show` has the whole.
    let text = |object: &Object, name: &Name| {
        describe::shorten(object.text(name).unwrap_or_default(), WIDEST).into_owned()
    };
    let mut shown = match kind {
        Kind::User => table(
            &["id", "user principal name", "display name", "type", "state"],
            objects.iter().map(|user| {
                let state = match (user.is_enabled(), user.text(&Name::EXTERNAL_USER_STATE)) {
                    (false, _) => "disabled",
                    (true, Some(state)) => state,
                    (true, None) => "enabled",
                };
                let place = if user.is_external() { "external" } else { "internal" };
                vec![
                    user.id.to_string(),
                    text(user, &Name::USER_PRINCIPAL_NAME),
                    text(user, &Name::DISPLAY_NAME),
                    format!("{place} {}", user.user_type().as_str()),
                    state.to_owned(),
                ]
            }),
        ),
        Kind::Group => table(
            &["id", "display name", "mail"],
            objects.iter().map(|group| {
                vec![
                    group.id.to_string(),
                    text(group, &Name::DISPLAY_NAME),
                    text(group, &Name::MAIL),
                ]
            }),
        ),
    };
    if let Some(next) = page.next {
        shown.push_str(&format!("\nmore: --after {next}\n"));
    }
    let list: Vec<_> = objects.iter().map(describe::object).collect();
    Ok(Reply::new(json!({ "value": list, "next": page.next }), shown))
}
