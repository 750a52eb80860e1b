//! `syncline app`.

use directory::{Application, NewApplication};
use serde_json::json;

use super::{Call, table};
use crate::{args::AppCommand, failure::Failure, output::Reply};

pub fn run(call: &Call<'_>, command: AppCommand) -> Result<Reply, Failure> {
    let directory = &call.app.directory;
    let tenant = |name: &str| directory.get_tenant(call.actor, name);
    match command {
        AppCommand::Create { tenant: at, name, grants } => {
            let tenant = tenant(&at)?.id;
            let secret = new_secret()?;
            let new = NewApplication { name, grants, secret: secret.clone() };
            let app = directory.create_application(call.actor, tenant, new)?;
            let shown = json!({
                "tenantId": tenant,
                "clientId": app.id,
                "clientSecret": secret,
                "name": app.name,
                "grants": app.grants,
            });
            let text = format!(
                "created app {}\n  tenant id      {tenant}\n  client id      {}\n  client secret  {secret}\n\
                 The secret is shown this once.",
                app.name, app.id
            );
            Ok(Reply::new(shown, text))
        }
        AppCommand::List { tenant: at } => {
            let apps = directory.list_applications(call.actor, tenant(&at)?.id)?;
            let rows = apps
                .iter()
                .map(|app| vec![app.id.to_string(), app.name.clone(), app.grants.join(", ")]);
            let text = table(&["client id", "name", "grants"], rows);
            Ok(Reply::new(apps.iter().map(document).collect::<Vec<_>>(), text))
        }
        AppCommand::Show { app, tenant: at } => {
            let app = directory.find_application(call.actor, tenant(&at)?.id, &app)?;
            let text = format!("{} ({}): {}", app.name, app.id, app.grants.join(", "));
            Ok(Reply::new(document(&app), text))
        }
        AppCommand::Update { app, tenant: at, grants, revoke, new_secret: renew } => {
            let tenant = tenant(&at)?.id;
            let secret = renew.then(new_secret).transpose()?;
            let given = secret.as_deref();
            let app =
                directory.update_application(call.actor, tenant, &app, &grants, &revoke, given)?;
            let mut shown = document(&app);
            let mut text = format!("updated app {}: {}", app.name, app.grants.join(", "));
            if let Some(secret) = secret {
                text.push_str(&format!(
                    "\n  client secret  {secret}\nThe secret is shown this once."
                ));
                shown["clientSecret"] = json!(secret);
            }
            Ok(Reply::new(shown, text))
        }
        AppCommand::Delete { app, tenant: at } => {
            directory.delete_application(call.actor, tenant(&at)?.id, &app)?;
            Ok(Reply::new(json!({ "deleted": app }), format!("deleted app {app}")))
        }
    }
}

fn document(app: &Application) -> serde_json::Value {
    json!({
        "clientId": app.id,
        "name": app.name,
        "grants": app.grants,
        "createdDateTime": app.created,
    })
}

/// 256 bits from the system's random source, as text.
fn new_secret() -> Result<String, Failure> {
    use std::io::Read;
    let mut bytes = [0u8; 32];
    std::fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
