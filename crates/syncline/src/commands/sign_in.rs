//! How people sign in: `syncline user password`, `user session` and `tenant sign-in`.

use directory::{Provider, Session};
use identity::PasswordError;
use model::{Kind, Object, TenantId};
use serde_json::{Value, json};

use super::{Call, table};
use crate::{
    args::{PasswordCommand, SessionCommand, SignInCommand},
    failure::Failure,
    output::Reply,
};

pub fn password(call: &Call<'_>, command: PasswordCommand) -> Result<Reply, Failure> {
    let PasswordCommand::Set { user, tenant, file, keep } = command;
    let (tenant, user) = find(call, &tenant, &user)?;
    let given = file.map(|file| call.request.read_text(&file)).transpose()?;
    let given = given.map(|text| text.trim_end_matches(['\r', '\n']).to_owned());
    let is_made = given.is_none();
    let password = given.unwrap_or_else(|| identity::unguessable()[..20].to_owned());
    let set = call.app.identity()?.set_password(call.actor, tenant, user.id, &password, !keep);
    set.map_err(|error| match error {
        PasswordError::Unfit(text) => Failure::new("password-unfit", text),
        PasswordError::Directory(error) => error.into(),
    })?;
    let mut shown = json!({ "id": user.id, "mustChange": !keep });
    let mut text = format!("set the password of {}", user.label());
    if !keep {
        text.push_str("; it has to be changed at the next sign-in");
    }
    if is_made {
        shown["password"] = json!(password);
        text.push_str(&format!("\n  password  {password}\nThe password is shown this once."));
    }
    Ok(Reply::new(shown, text))
}

pub fn sessions(call: &Call<'_>, command: SessionCommand) -> Result<Reply, Failure> {
    let directory = &call.app.directory;
    match command {
        SessionCommand::List { user, tenant } => {
            let (tenant, user) = find(call, &tenant, &user)?;
            let sessions = directory.list_sessions(call.actor, tenant, user.id)?;
            // Who may see sessions and no applications sees their ids.
            let apps = directory.list_applications(call.actor, tenant).unwrap_or_default();
            let name = |session: &Session| {
                let app = apps.iter().find(|app| Some(app.id) == session.application);
                app.map(|app| app.name.clone())
            };
            let rows = sessions.iter().map(|one| {
                let id = || one.application.map_or("browser".to_owned(), |id| id.to_string());
                let app = name(one).unwrap_or_else(id);
                let times = [one.began, one.used, one.end].map(|time| time.to_string());
                [vec![one.id.to_string(), app], times.to_vec()].concat()
            });
            let text = table(&["id", "for", "began", "used", "ends"], rows);
            let documents = sessions.iter().map(|one| document(one, name(one)));
            Ok(Reply::new(documents.collect::<Vec<_>>(), text))
        }
        SessionCommand::Revoke { user, tenant } => {
            let (tenant, user) = find(call, &tenant, &user)?;
            let ended = directory.revoke_sessions(call.actor, tenant, user.id)?;
            let text = format!("signed {} out: {ended} session(s) ended", user.label());
            Ok(Reply::new(json!({ "id": user.id, "ended": ended }), text))
        }
    }
}

pub fn provider(call: &Call<'_>, command: SignInCommand) -> Result<Reply, Failure> {
    let directory = &call.app.directory;
    match command {
        SignInCommand::Show { tenant } => {
            let tenant = directory.get_tenant(call.actor, &tenant)?;
            let provider = directory.sign_in_provider(call.actor, tenant.id)?;
            Ok(Reply::new(json!(provider), described(provider.as_ref())))
        }
        SignInCommand::Set { tenant, issuer, client_id, client_secret_file, claim, attribute } => {
            let tenant = directory.get_tenant(call.actor, &tenant)?.id;
            if issuer == "off" {
                directory.set_sign_in_provider(call.actor, tenant, None, None)?;
                return Ok(Reply::new(Value::Null, described(None)));
            }
            let client_id =
                client_id.ok_or_else(|| Failure::usage("a provider takes --client-id"))?;
            let secret =
                client_secret_file.map(|file| call.request.read_text(&file)).transpose()?;
            let sealed = secret
                .map(|text| {
                    let secret = text.trim_end_matches(['\r', '\n']);
                    call.app.identity()?.seal_provider_secret(tenant, secret).map_err(Failure::from)
                })
                .transpose()?;
            let provider = Provider { issuer, client_id, claim, attribute };
            directory.set_sign_in_provider(call.actor, tenant, Some(&provider), sealed)?;
            Ok(Reply::new(json!(provider), described(Some(&provider))))
        }
    }
}

fn find(call: &Call<'_>, tenant: &str, user: &str) -> Result<(TenantId, Object), Failure> {
    let tenant = call.app.directory.get_tenant(call.actor, tenant)?.id;
    Ok((tenant, call.app.directory.find(call.actor, tenant, Kind::User, user)?))
}

fn document(session: &Session, application: Option<String>) -> Value {
    json!({
        "id": session.id,
        "clientId": session.application,
        "clientName": application,
        "scopes": session.scopes,
        "proof": session.proof,
        "beganDateTime": session.began,
        "usedDateTime": session.used,
        "endDateTime": session.end,
    })
}

fn described(provider: Option<&Provider>) -> String {
    match provider {
        None => "people sign in with passwords alone".to_owned(),
        Some(one) => format!(
            "people may sign in by {}\n  client id  {}\n  who        {} is the user's {}",
            one.issuer, one.client_id, one.claim, one.attribute
        ),
    }
}
