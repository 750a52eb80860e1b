//! `syncline extension`.

use directory::NewExtension;
use model::{Extension, ExtensionType, Kind};
use serde_json::json;

use super::{Call, table};
use crate::{args::ExtensionCommand, failure::Failure, output::Reply};

pub fn run(call: &Call<'_>, command: ExtensionCommand) -> Result<Reply, Failure> {
    let directory = &call.app.directory;
    let tenant = |name: &str| directory.get_tenant(call.actor, name);
    match command {
        ExtensionCommand::Create { name, tenant: at, data_type, multi_valued, app, groups } => {
            let tenant = tenant(&at)?.id;
            let data_type = self::data_type(&data_type)?;
            let application = match app {
                Some(app) => Some(directory.find_application(call.actor, tenant, &app)?.id),
                None => None,
            };
            let targets = vec![if groups { Kind::Group } else { Kind::User }];
            let new = NewExtension { name, application, data_type, multi_valued, targets };
            let extension = directory.create_extension(call.actor, tenant, new)?;
            let text = format!("created {}", extension.attribute());
            Ok(Reply::new(document(&extension), text))
        }
        ExtensionCommand::List { tenant: at } => {
            let extensions = directory.list_extensions(call.actor, tenant(&at)?.id)?;
            let rows = extensions.iter().map(|one| {
                let many = if one.multi_valued { "several" } else { "one" };
                vec![
                    one.name.clone(),
                    one.attribute().to_string(),
                    format!("{:?}", one.data_type),
                    many.to_owned(),
                ]
            });
            let text = table(&["name", "attribute", "type", "values"], rows);
            Ok(Reply::new(extensions.iter().map(document).collect::<Vec<_>>(), text))
        }
        ExtensionCommand::Show { name, tenant: at } => {
            let extensions = directory.list_extensions(call.actor, tenant(&at)?.id)?;
            let found = extensions
                .iter()
                .find(|one| one.name == name || one.attribute().as_str() == name)
                .ok_or_else(|| Failure::new("not-found", format!("no extension '{name}'")))?;
            let text = format!("{} ({:?})", found.attribute(), found.data_type);
            Ok(Reply::new(document(found), text))
        }
        ExtensionCommand::Delete { name, tenant: at } => {
            directory.delete_extension(call.actor, tenant(&at)?.id, &name)?;
            Ok(Reply::new(json!({ "deleted": name }), format!("deleted extension {name}")))
        }
    }
}

/// The type of an extension by its name in Graph.
pub(super) fn data_type(name: &str) -> Result<ExtensionType, Failure> {
    serde_json::from_value(json!(name)).map_err(|_| {
        Failure::usage(format!("'{name}' is no type"))
            .hint("Binary, Boolean, DateTime, Integer, LargeInteger or String")
    })
}

pub(super) fn document(extension: &Extension) -> serde_json::Value {
    json!({
        "name": extension.attribute(),
        "shortName": extension.name,
        "dataType": extension.data_type,
        "isMultiValued": extension.multi_valued,
        "targetObjects": extension.targets,
    })
}
