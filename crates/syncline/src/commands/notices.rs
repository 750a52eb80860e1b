//! `syncline notify`.

use model::{MailSettings, NoticeKind, NotifySettings, Tenant};
use notify::{Channel, Sealer};
use serde_json::json;

use super::{Call, log, table};
use crate::{
    args::{NotifyCommand, NotifySet},
    failure::Failure,
    notifier::{sealer, trust},
    output::Reply,
};

pub fn run(call: &Call<'_>, command: NotifyCommand) -> Result<Reply, Failure> {
    let find = |name: &str| call.app.directory.get_tenant(call.actor, name);
    match command {
        NotifyCommand::Show { tenant } => show(call, &find(&tenant)?),
        NotifyCommand::Set(args) => set(call, &find(&args.tenant)?, &args),
        NotifyCommand::Test { tenant } => test(call, &find(&tenant)?),
    }
}

fn show(call: &Call<'_>, tenant: &Tenant) -> Result<Reply, Failure> {
    let directory = &call.app.directory;
    let settings = directory.notify_settings(call.actor, tenant.id)?;
    let waiting = directory.read_outbox(tenant.id)?;
    let document = json!({ "tenant": tenant.id, "settings": settings, "outbox": waiting });
    let mut text = lines(&settings);
    if !waiting.is_empty() {
        let rows = waiting
            .iter()
            .map(|one| vec![one.at.to_string(), one.kind.as_str().to_owned(), one.title.clone()]);
        text.push_str("\nNot delivered yet\n");
        text.push_str(&table(&["at", "kind", "title"], rows));
    }
    Ok(Reply::new(document, text))
}

fn lines(settings: &NotifySettings) -> String {
    let mail = settings.mail.as_ref().map(|mail| {
        let user = mail.user.as_ref().map(|user| format!(" as {user}")).unwrap_or_default();
        format!("{} from {} through {}{user}", mail.to.join(", "), mail.from, mail.server)
    });
    let told: Vec<&str> = NoticeKind::AT_ONCE
        .iter()
        .filter(|kind| !settings.muted.contains(kind))
        .map(|kind| kind.as_str())
        .collect();
    let digest = settings.digest.map(|minute| format!("{:02}:{:02} UTC", minute / 60, minute % 60));
    let or = |value: Option<String>| value.unwrap_or_else(|| "off".to_owned());
    format!(
        "webhook  {}\nmail     {}\nat once  {}\ndigest   {}\n",
        or(settings.webhook.clone()),
        or(mail),
        told.join(", "),
        or(digest)
    )
}

fn set(call: &Call<'_>, tenant: &Tenant, args: &NotifySet) -> Result<Reply, Failure> {
    let directory = &call.app.directory;
    let held = directory.notify_settings(call.actor, tenant.id)?;
    let settings = changed(&held, args)?;
    notify::check(&settings)?;
    let sealer = sealer(call.app)?;
    let mut secrets: Vec<(&str, Option<String>)> = Vec::new();
    let mut shown = None;
    let name = Channel::Webhook.secret();
    let has_secret = directory.read_sealed(tenant.id, name)?.is_some();
    if settings.webhook.is_some() && (args.new_secret || !has_secret) {
        let secret = notify::new_secret()?;
        secrets.push((name, Some(sealer.seal(tenant.id, name, &secret)?)));
        shown = Some(secret);
    }
    secrets.extend(password(call, tenant, args, &sealer)?);
    let change = |held: &mut NotifySettings| held.clone_from(&settings);
    let settings = directory.set_notify(call.actor, tenant.id, change, &secrets)?;
    let mut text = lines(&settings);
    if let Some(secret) = &shown {
        text.push_str(&format!(
            "\nThe webhook's secret, shown this once: {secret}\nIt signs each notice; keep it where \
             they are received.\n"
        ));
    }
    let document = json!({ "tenant": tenant.id, "settings": settings, "webhookSecret": shown });
    Ok(Reply::new(document, text))
}

/// The password of the mail server, sealed; taken away with the name that it belongs to.
fn password(
    call: &Call<'_>,
    tenant: &Tenant,
    args: &NotifySet,
    sealer: &Sealer,
) -> Result<Option<(&'static str, Option<String>)>, Failure> {
    let name = Channel::Mail.secret();
    if args.mail_user.as_deref() == Some("off") {
        return Ok(Some((name, None)));
    }
    let Some(file) = &args.mail_password_file else { return Ok(None) };
    let text = call.request.read_text(file)?;
    let sealed = sealer.seal(tenant.id, name, text.trim_end_matches(['\r', '\n']))?;
    Ok(Some((name, Some(sealed))))
}

fn changed(held: &NotifySettings, args: &NotifySet) -> Result<NotifySettings, Failure> {
    let mut settings = held.clone();
    if let Some(url) = &args.webhook {
        settings.webhook = (url != "off").then(|| url.clone());
    }
    settings.mail = mail(held.mail.as_ref(), args)?;
    if !args.mute.is_empty() {
        let kinds = NoticeKind::AT_ONCE.map(|kind| (kind.as_str(), kind));
        settings.muted = match &args.mute[..] {
            [none] if none == "none" => Vec::new(),
            named => log::words(named, "notice", &kinds)?,
        };
    }
    if let Some(text) = &args.digest {
        settings.digest = minute(text)?;
    }
    Ok(settings)
}

fn mail(held: Option<&MailSettings>, args: &NotifySet) -> Result<Option<MailSettings>, Failure> {
    if args.mail == ["off"] {
        return Ok(None);
    }
    let given = [&args.mail_from, &args.mail_server, &args.mail_user];
    if args.mail.is_empty() && given.iter().all(|one| one.is_none()) {
        return Ok(held.cloned());
    }
    let missing = |option: &str| Failure::usage(format!("mail takes {option} as well"));
    let to = match (&args.mail[..], held) {
        ([], Some(held)) => held.to.clone(),
        ([], None) => return Err(missing("--mail")),
        (given, _) => given.to_vec(),
    };
    let server = args.mail_server.clone().or_else(|| held.map(|held| held.server.clone()));
    let from = args.mail_from.clone().or_else(|| held.map(|held| held.from.clone()));
    let user = match args.mail_user.as_deref() {
        Some("off") => None,
        Some(user) => Some(user.to_owned()),
        None => held.and_then(|held| held.user.clone()),
    };
    Ok(Some(MailSettings {
        server: server.ok_or_else(|| missing("--mail-server"))?,
        from: from.ok_or_else(|| missing("--mail-from"))?,
        to,
        user,
    }))
}

/// A minute of the day.
fn minute(text: &str) -> Result<Option<u32>, Failure> {
    if text == "off" {
        return Ok(None);
    }
    let parsed = text.split_once(':').and_then(|(hour, minute)| {
        let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
        (hour < 24 && minute < 60).then_some(hour * 60 + minute)
    });
    let wrong = || Failure::usage(format!("'{text}' is no time of the day; write 07:30 or off"));
    parsed.map(Some).ok_or_else(wrong)
}

fn test(call: &Call<'_>, tenant: &Tenant) -> Result<Reply, Failure> {
    let directory = &call.app.directory;
    access_check(call, tenant)?;
    let settings = directory.notify_settings(call.actor, tenant.id)?;
    let (sealer, trust) = (sealer(call.app)?, trust(call.app)?);
    let notice = call.app.sync.test_notice(tenant);
    let (mut text, mut results, mut failed) = (String::new(), Vec::new(), false);
    for (channel, name, is_set) in [
        (Channel::Webhook, "webhook", settings.webhook.is_some()),
        (Channel::Mail, "mail", settings.mail.is_some()),
    ] {
        if !is_set {
            continue;
        }
        let sent = notify::deliver(directory, (&sealer, &trust), channel, &settings, &notice);
        let error = sent.err().map(|error| error.to_string());
        text.push_str(&match &error {
            None => format!("ok    {name}\n"),
            Some(error) => format!("FAIL  {name}: {error}\n"),
        });
        failed |= error.is_some();
        results.push(json!({ "channel": name, "delivered": error.is_none(), "error": error }));
    }
    if results.is_empty() {
        return Err(Failure::new("notify-invalid", format!("{} is told nothing", tenant.name))
            .hint("set a webhook or mail with `syncline notify set`"));
    }
    Ok(Reply::new(json!({ "notice": notice.id, "results": results }), text).exit(u8::from(failed)))
}

/// Sending is for who may set whom is told; an empty change asks just that.
fn access_check(call: &Call<'_>, tenant: &Tenant) -> Result<(), Failure> {
    Ok(call.app.directory.set_notify(call.actor, tenant.id, |_| {}, &[]).map(drop)?)
}
