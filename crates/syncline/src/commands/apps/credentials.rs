//! `syncline app secret` and `syncline app certificate`.

use directory::{Application, Certificate, NewCredential, Secret};
use model::{TenantId, Timestamp};
use serde_json::{Value, json};

use super::{Call, new_secret, table};
use crate::{
    args::{AppCertificateCommand, AppSecretCommand},
    failure::Failure,
    output::Reply,
};

pub fn secret(call: &Call<'_>, command: AppSecretCommand) -> Result<Reply, Failure> {
    let directory = &call.app.directory;
    match command {
        AppSecretCommand::Add { app, tenant, name, expires } => {
            let tenant = tenant_id(call, &tenant)?;
            let secret = new_secret()?;
            let new = new_credential(name, expires)?;
            let added = directory.add_application_secret(call.actor, tenant, &app, new, &secret)?;
            let mut shown = secret_document(&added);
            shown["secretText"] = json!(secret);
            let text = format!(
                "added secret {} to app {app}, good until {}\n  client secret  {secret}\n\
                 The secret is shown this once.",
                added.key, added.end
            );
            Ok(Reply::new(shown, text))
        }
        AppSecretCommand::List { app, tenant } => {
            let tenant = tenant_id(call, &tenant)?;
            let app = directory.find_application(call.actor, tenant, &app)?;
            let rows = app.secrets.iter().map(|one| {
                let name = one.name.clone().unwrap_or_default();
                vec![one.key.to_string(), name, hint(one), one.start.to_string(), end(one.end)]
            });
            let text = table(&["id", "name", "begins with", "from", "until"], rows);
            Ok(Reply::new(app.secrets.iter().map(secret_document).collect::<Vec<_>>(), text))
        }
        AppSecretCommand::Remove { app, id, tenant } => {
            let tenant = tenant_id(call, &tenant)?;
            directory.remove_application_secret(call.actor, tenant, &app, key("secret", &id)?)?;
            Ok(Reply::new(json!({ "removed": id }), format!("removed secret {id}")))
        }
    }
}

pub fn certificate(call: &Call<'_>, command: AppCertificateCommand) -> Result<Reply, Failure> {
    let directory = &call.app.directory;
    match command {
        AppCertificateCommand::Add { app, file, tenant, name, expires } => {
            let tenant = tenant_id(call, &tenant)?;
            let text = call.request.read_text(&file)?;
            let new = new_credential(name, expires)?;
            let added = directory.add_application_certificate(
                call.actor,
                tenant,
                &app,
                new,
                text.as_bytes(),
            )?;
            let text = format!(
                "added certificate {} to app {app}, thumbprint {}, good until {}",
                added.key, added.thumbprint, added.end
            );
            Ok(Reply::new(certificate_document(&added), text))
        }
        AppCertificateCommand::List { app, tenant } => {
            let tenant = tenant_id(call, &tenant)?;
            let app = directory.find_application(call.actor, tenant, &app)?;
            let rows = app.certificates.iter().map(|one| {
                vec![
                    one.key.to_string(),
                    one.name.clone().unwrap_or_default(),
                    one.thumbprint.clone(),
                    one.start.to_string(),
                    end(one.end),
                ]
            });
            let text = table(&["id", "name", "thumbprint", "from", "until"], rows);
            let shown: Vec<_> = app.certificates.iter().map(certificate_document).collect();
            Ok(Reply::new(shown, text))
        }
        AppCertificateCommand::Remove { app, id, tenant } => {
            let tenant = tenant_id(call, &tenant)?;
            let key = key("certificate", &id)?;
            directory.remove_application_certificate(call.actor, tenant, &app, key)?;
            Ok(Reply::new(json!({ "removed": id }), format!("removed certificate {id}")))
        }
    }
}

/// A line about each secret: its beginning and its end, and never itself.
pub fn secret_lines(app: &Application) -> Vec<String> {
    let line = |one: &Secret| {
        let hint = match hint(one) {
            hint if hint.is_empty() => String::new(),
            hint => format!(", begins with {hint}"),
        };
        format!("{}{}{hint}, until {}", one.key, named(one.name.as_deref()), end(one.end))
    };
    app.secrets.iter().map(line).collect()
}

/// A line about each certificate.
pub fn certificate_lines(app: &Application) -> Vec<String> {
    let line = |one: &Certificate| {
        let name = named(one.name.as_deref());
        format!("{}{name}, thumbprint {}, until {}", one.key, one.thumbprint, end(one.end))
    };
    app.certificates.iter().map(line).collect()
}

fn named(name: Option<&str>) -> String {
    name.map(|name| format!(" '{name}'")).unwrap_or_default()
}

/// A secret as scripts see it, without itself.
pub fn secret_document(secret: &Secret) -> Value {
    json!({
        "keyId": secret.key,
        "displayName": secret.name,
        "hint": secret.hint,
        "startDateTime": secret.start,
        "endDateTime": secret.end,
    })
}

/// A certificate as scripts see it.
pub fn certificate_document(certificate: &Certificate) -> Value {
    json!({
        "keyId": certificate.key,
        "displayName": certificate.name,
        "thumbprint": certificate.thumbprint,
        "thumbprintSha256": certificate.thumbprint_sha256,
        "startDateTime": certificate.start,
        "endDateTime": certificate.end,
    })
}

fn tenant_id(call: &Call<'_>, name: &str) -> Result<TenantId, Failure> {
    Ok(call.app.directory.get_tenant(call.actor, name)?.id)
}

fn hint(secret: &Secret) -> String {
    match secret.hint.is_empty() {
        true => String::new(),
        false => format!("{}…", secret.hint),
    }
}

/// Secrets of older versions have no end.
fn end(end: Timestamp) -> String {
    if end == Timestamp::FAR { "no end".to_owned() } else { end.to_string() }
}

fn key(kind: &str, id: &str) -> Result<uuid::Uuid, Failure> {
    id.parse().map_err(|_| {
        Failure::usage(format!("'{id}' is no id of a {kind}"))
            .hint(format!("see `syncline app {kind} list`"))
    })
}

fn new_credential(name: Option<String>, expires: Option<String>) -> Result<NewCredential, Failure> {
    let end = expires.map(|text| text.parse::<Timestamp>()).transpose();
    let end = end.map_err(|error| Failure::usage(format!("--expires: {error}")))?;
    Ok(NewCredential { name, start: None, end })
}
