//! Mail, by SMTP: one message for all recipients of a tenant.

use std::time::Duration;

use lettre::{
    Message, SmtpTransport, Transport,
    message::{Mailbox, header::ContentType},
    transport::smtp::{authentication::Credentials, client::Tls},
};
use model::{MailSettings, Notice};

use crate::{Error, Trust};

/// How long one step of the conversation may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Sends a notice.
pub(crate) fn send(
    (settings, trust): (&MailSettings, &Trust),
    password: Option<&str>,
    notice: &Notice,
) -> Result<(), Error> {
    let message = message(settings, notice)?;
    let transport = transport((settings, trust), password)?;
    // What goes wrong names the step, and neither the message nor the password.
    transport
        .send(&message)
        .map_err(|error| Error::Refused(format!("the mail server: {error}")))?;
    Ok(())
}

/// Whether the settings can be used, without sending anything.
pub(crate) fn check(settings: &MailSettings) -> Result<(), Error> {
    mailbox(&settings.from)?;
    if settings.user.is_some() && !is_private(&settings.server) {
        let text = "a password goes to another machine only over TLS: smtps://, or ?tls=required";
        return Err(Error::Settings(text.to_owned()));
    }
    settings.to.iter().try_for_each(|one| mailbox(one).map(drop))?;
    transport((settings, &Trust::of_machine()), None).map(drop)
}

/// Whether nobody on the way can read what is said to the server.
fn is_private(server: &str) -> bool {
    let is_here = |host: &str| {
        ["127.0.0.1", "[::1]", "localhost"].iter().any(|here| {
            host.strip_prefix(here)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/', '?']))
        })
    };
    server.starts_with("smtps://")
        || server.contains("?tls=required")
        || server.strip_prefix("smtp://").is_some_and(is_here)
}

fn message(settings: &MailSettings, notice: &Notice) -> Result<Message, Error> {
    let domain = settings.from.rsplit('@').next().unwrap_or("localhost").trim_end_matches('>');
    let mut builder = Message::builder()
        .from(mailbox(&settings.from)?)
        .subject(notice.title.clone())
        .message_id(Some(format!("<{}@{domain}>", notice.id)))
        .header(ContentType::TEXT_PLAIN);
    for recipient in &settings.to {
        builder = builder.to(mailbox(recipient)?);
    }
    let body = format!("{}\n\n{}\n\n{}\n", notice.title, notice.text, notice.at);
    builder.body(body).map_err(|error| Error::Settings(format!("the mail: {error}")))
}

fn transport(
    (settings, trust): (&MailSettings, &Trust),
    password: Option<&str>,
) -> Result<SmtpTransport, Error> {
    let wrong = |error: &dyn std::fmt::Display| {
        Error::Settings(format!("the mail server {}: {error}", settings.server))
    };
    if settings.server.contains('@') {
        return Err(wrong(&"the name and the password do not stand in the address"));
    }
    let mut builder = SmtpTransport::from_url(&settings.server).map_err(|error| wrong(&error))?;
    if let Some(tls) = trust.for_mail(host(&settings.server))? {
        builder = match &settings.server {
            server if server.starts_with("smtps://") => builder.tls(Tls::Wrapper(tls)),
            server if server.contains("tls=required") => builder.tls(Tls::Required(tls)),
            server if server.contains("tls=opportunistic") => builder.tls(Tls::Opportunistic(tls)),
            _ => builder,
        };
    }
    if let (Some(user), Some(password)) = (&settings.user, password) {
        builder = builder.credentials(Credentials::new(user.clone(), password.to_owned()));
    }
    Ok(builder.timeout(Some(PATIENCE)).build())
}

/// The name in an address such as `smtp://mail.example:587?tls=required`.
fn host(server: &str) -> &str {
    let rest = server.split_once("://").map_or(server, |(_, rest)| rest);
    match rest.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        Some((address, _)) => address,
        None => rest.split([':', '/', '?']).next().unwrap_or(rest),
    }
}

fn mailbox(text: &str) -> Result<Mailbox, Error> {
    text.parse().map_err(|error| Error::Settings(format!("the address '{text}': {error}")))
}
