//! `syncline group`.

use model::{Kind, Name, Object, ObjectId, TenantId};
use serde_json::json;

use super::{Call, describe, export, import, users, values};
use crate::{
    args::GroupCommand,
    failure::Failure,
    output::{Output, Reply},
};

/// How many members `show` lists.
const SHOWN: usize = 1_000;

pub fn run(
    call: &Call<'_>,
    command: GroupCommand,
    output: &mut dyn Output,
) -> Result<Reply, Failure> {
    let directory = &call.app.directory;
    let tenant = |name: &str| directory.get_tenant(call.actor, name);
    let find = |tenant, name: &str| directory.find(call.actor, tenant, Kind::Group, name);
    match command {
        GroupCommand::Create { name, tenant: at, values, members } => {
            let tenant = tenant(&at)?.id;
            let (schema, _) = directory.read_schema(tenant)?;
            let given = values::parse(&values.set, Kind::Group, &schema)?.set;
            let members = find_members(call, tenant, &members)?;
            let attributes = values::with_default(given, Name::DISPLAY_NAME, &name);
            let group = directory.create(call.actor, tenant, Kind::Group, None, attributes)?;
            add(call, tenant, &group, &members)?;
            Ok(one("created", &group))
        }
        GroupCommand::List(args) => users::list(call, &args, Kind::Group),
        GroupCommand::Show { group, tenant: at } => {
            let tenant = tenant(&at)?.id;
            let group = find(tenant, &group)?;
            let members = directory.list_members(call.actor, tenant, group.id, None, SHOWN)?;
            let mut document = describe::object(&group);
            document["members"] = json!(members);
            let text = format!("{}members: {}\n", describe::object_text(&group), members.len());
            Ok(Reply::new(document, text))
        }
        GroupCommand::Update { group, tenant: at, values, add: plus, remove } => {
            let tenant = tenant(&at)?.id;
            let group = find(tenant, &group)?;
            let (schema, _) = directory.read_schema(tenant)?;
            let change = values::parse(&values.set, Kind::Group, &schema)?;
            let plus = find_members(call, tenant, &plus)?;
            let minus = find_members(call, tenant, &remove)?;
            let group = directory.update(call.actor, tenant, group.id, &change)?;
            add(call, tenant, &group, &plus)?;
            directory.remove_members(call.actor, tenant, group.id, &minus)?;
            Ok(one("updated", &group))
        }
        GroupCommand::Delete { group, tenant: at } => {
            let tenant = tenant(&at)?.id;
            let group = find(tenant, &group)?;
            Ok(one("deleted", &directory.delete(call.actor, tenant, group.id)?))
        }
        GroupCommand::Restore { group, tenant: at } => {
            let tenant = tenant(&at)?.id;
            let group = find(tenant, &group)?;
            Ok(one("restored", &directory.restore(call.actor, tenant, group.id)?))
        }
        GroupCommand::Import(args) => import::run(call, &args, Kind::Group, output),
        GroupCommand::Export(args) => export::run(call, &args, Kind::Group, output),
    }
}

fn one(what: &str, group: &Object) -> Reply {
    Reply::new(describe::object(group), format!("{what} {} ({})", group.label(), group.id))
}

fn add(call: &Call<'_>, tenant: TenantId, group: &Object, ids: &[ObjectId]) -> Result<(), Failure> {
    let results = call.app.directory.add_members(call.actor, tenant, group.id, ids)?;
    results.into_iter().collect::<Result<(), _>>().map_err(Failure::from)
}

/// Users or groups by their names.
pub fn find_members(
    call: &Call<'_>,
    tenant: TenantId,
    names: &[String],
) -> Result<Vec<ObjectId>, Failure> {
    let directory = &call.app.directory;
    names
        .iter()
        .map(|name| {
            directory
                .find(call.actor, tenant, Kind::User, name)
                .or_else(|user| {
                    // A name that fits neither is told as a missing user, unless the group's own
                    // trouble says more.
                    directory.find(call.actor, tenant, Kind::Group, name).map_err(|group| {
                        match group {
                            directory::Error::Ambiguous { .. } => group,
                            _ => user,
                        }
                    })
                })
                .map(|object| object.id)
                .map_err(Failure::from)
        })
        .collect()
}
