//! `syncline app`.

mod credentials;

use directory::{Application, ApplicationChange, NewApplication};
use serde_json::json;

use super::{Call, table};
use crate::{
    args::{AppCommand, Switch},
    failure::Failure,
    output::Reply,
};

pub fn run(call: &Call<'_>, command: AppCommand) -> Result<Reply, Failure> {
    let directory = &call.app.directory;
    let tenant = |name: &str| directory.get_tenant(call.actor, name);
    match command {
        AppCommand::Create { tenant: at, name, grants } => {
            let tenant = tenant(&at)?.id;
            let secret = new_secret()?;
            let new = NewApplication { name, grants, secret: Some(secret.clone()) };
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
            let mut text = format!("{} ({}): {}", app.name, app.id, app.grants.join(", "));
            if !app.enabled {
                text.push_str("\ndisabled: it cannot sign in");
            }
            if !app.delegated.is_empty() {
                text.push_str(&format!("\nin the name of people: {}", app.delegated.join(", ")));
            }
            if app.public_client {
                text.push_str("\npublic client: it signs people in without a secret");
            }
            text.push_str(&list("sends people back to", &app.redirect_uris));
            text.push_str(&list("secrets", &credentials::secret_lines(&app)));
            text.push_str(&list("certificates", &credentials::certificate_lines(&app)));
            Ok(Reply::new(document(&app), text))
        }
        AppCommand::Update {
            app,
            tenant: at,
            name,
            grants,
            delegates,
            revoke,
            enabled,
            redirect_uris,
            public_client,
            new_secret: renew,
        } => {
            let change = ApplicationChange {
                name,
                grant: grants,
                revoke,
                delegate: delegates,
                enabled: enabled.map(Switch::is_on),
                redirect_uris: uris(redirect_uris),
                public_client: public_client.map(Switch::is_on),
            };
            update(call, tenant(&at)?.id, &app, &change, renew)
        }
        AppCommand::Secret { command } => credentials::secret(call, command),
        AppCommand::Certificate { command } => credentials::certificate(call, command),
        AppCommand::Delete { app, tenant: at } => {
            directory.delete_application(call.actor, tenant(&at)?.id, &app)?;
            Ok(Reply::new(json!({ "deleted": app }), format!("deleted app {app}")))
        }
    }
}

/// A heading with a line for each; nothing where there are none.
fn list(heading: &str, lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let lines: String = lines.iter().map(|line| format!("\n  {line}")).collect();
    format!("\n{heading}{lines}")
}

fn update(
    call: &Call<'_>,
    tenant: model::TenantId,
    name: &str,
    change: &ApplicationChange,
    renew: bool,
) -> Result<Reply, Failure> {
    let directory = &call.app.directory;
    let mut app = directory.update_application(call.actor, tenant, name, change)?;
    let secret = renew.then(new_secret).transpose()?;
    if let Some(secret) = &secret {
        let id = app.id.to_string();
        app = directory.replace_application_secrets(call.actor, tenant, &id, secret)?;
    }
    let mut shown = document(&app);
    let mut text = format!("updated app {}: {}", app.name, app.grants.join(", "));
    if let Some(secret) = secret {
        text.push_str(&format!("\n  client secret  {secret}\nThe secret is shown this once."));
        shown["clientSecret"] = json!(secret);
    }
    Ok(Reply::new(shown, text))
}

/// None given means that they stay; an empty one clears them.
fn uris(given: Vec<String>) -> Option<Vec<String>> {
    let kept = || given.iter().filter(|uri| !uri.is_empty()).cloned().collect();
    (!given.is_empty()).then(kept)
}

fn document(app: &Application) -> serde_json::Value {
    json!({
        "clientId": app.id,
        "objectId": app.object_id,
        "servicePrincipalId": app.service_principal,
        "name": app.name,
        "enabled": app.enabled,
        "grants": app.grants,
        "delegated": app.delegated,
        "redirectUris": app.redirect_uris,
        "publicClient": app.public_client,
        "secrets": app.secrets.iter().map(credentials::secret_document).collect::<Vec<_>>(),
        "certificates":
            app.certificates.iter().map(credentials::certificate_document).collect::<Vec<_>>(),
        "createdDateTime": app.created,
    })
}

/// 256 bits from the system's random source, as text.
pub(super) fn new_secret() -> Result<String, Failure> {
    use std::io::Read;
    let mut bytes = [0u8; 32];
    std::fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
