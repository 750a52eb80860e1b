//! How the tenant is told about its configurations: by mail, about what, and when. It holds for all of its
//! configurations. Secrets are set on the command line.

use model::{MailSettings, NoticeKind, NotifySettings};

use super::{Notices, page};
use crate::{answer::Answer, error::Error, form::Fields, frame::job_path, visit::Visit};

impl Notices {
    /// As they stand.
    pub fn of(settings: &NotifySettings) -> Self {
        let mail = settings.mail.as_ref();
        let told = |kind: NoticeKind| (kind.as_str(), title(kind), !settings.muted.contains(&kind));
        let digest = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
        Self {
            to: mail.map(|mail| mail.to.join(", ")).unwrap_or_default(),
            from: mail.map(|mail| mail.from.clone()).unwrap_or_default(),
            server: mail.map(|mail| mail.server.clone()).unwrap_or_default(),
            digest: settings.digest.map(digest).unwrap_or_default(),
            kinds: NoticeKind::AT_ONCE.map(told).into(),
            webhook: settings.webhook.is_some(),
        }
    }

    /// The same as a form has it.
    pub fn sent(form: &Fields, webhook: bool) -> Self {
        let is_told = |kind: NoticeKind| form.all("told").any(|one| one == kind.as_str());
        let told = |kind: NoticeKind| (kind.as_str(), title(kind), is_told(kind));
        Self {
            to: form.text("to").to_owned(),
            from: form.text("from").to_owned(),
            server: form.text("server").to_owned(),
            digest: form.text("digest").to_owned(),
            kinds: NoticeKind::AT_ONCE.map(told).into(),
            webhook,
        }
    }

    /// Takes them. The password of a mail server is for that server: whoever names another one gives
    /// another password too, which is done where passwords are set.
    fn take(&self, settings: &mut NotifySettings) -> Result<(), Error> {
        let held = settings.mail.as_ref().filter(|mail| mail.user.is_some());
        let is_told = !self.to.trim().is_empty();
        if is_told && held.is_some_and(|mail| mail.server != self.server) {
            return Err(Error::invalid(text!("settings-mail-moves")));
        }
        let user = settings.mail.take().and_then(|mail| mail.user);
        let to = self.to.split([',', '\n']).map(str::trim).filter(|one| !one.is_empty());
        let to: Vec<String> = to.map(str::to_owned).collect();
        let (server, from) = (self.server.clone(), self.from.clone());
        settings.mail = (!to.is_empty()).then_some(MailSettings { server, from, to, user });
        let muted = NoticeKind::AT_ONCE.into_iter().zip(&self.kinds);
        settings.muted = muted.filter(|(_, (.., told))| !told).map(|(kind, _)| kind).collect();
        settings.digest = minute(&self.digest)?;
        notify::check(settings).map_err(|error| Error::invalid(error.to_string()))
    }
}

/// Takes how the tenant is told.
pub fn save(visit: &Visit) -> Result<Answer, Error> {
    let tenant = visit.tenant()?;
    let job = visit.job(&tenant)?;
    let (directory, actor) = (&visit.center.directory, visit.actor());
    let mut held = directory.notify_settings(actor, tenant.id)?;
    let sent = Notices::sent(visit.form(), held.webhook.is_some());
    let taken = sent.take(&mut held).and_then(|()| {
        let change = |settings: &mut NotifySettings| {
            // It was taken once already, so it is taken again.
            drop(sent.take(settings));
        };
        Ok(directory.set_notify(actor, tenant.id, change, &[])?)
    });
    match taken {
        Ok(_) => {
            let address = format!("{}/settings#notices", job_path(&tenant, &job));
            Ok(Answer::said_of(&address, "said-settings-saved", &text!("settings-notices")))
        }
        Err(error) if error.is_mendable() => page(visit, None, Some(error)),
        Err(error) => Err(error),
    }
}

/// The minute of the day; none for an empty text.
fn minute(text: &str) -> Result<Option<u32>, Error> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || Error::invalid(text!("settings-no-minute", text = text));
    let (hours, minutes) = text.split_once(':').ok_or_else(wrong)?;
    let part = |text: &str, most| text.parse().ok().filter(|number: &u32| *number < most);
    match (part(hours, 24), part(minutes, 60)) {
        (Some(hours), Some(minutes)) => Ok(Some(hours * 60 + minutes)),
        _ => Err(wrong()),
    }
}

fn title(kind: NoticeKind) -> String {
    match kind {
        NoticeKind::QuarantineBegan => text!("settings-notice-quarantine"),
        NoticeKind::QuarantineEnded => text!("settings-notice-well"),
        NoticeKind::JobDisabled => text!("settings-notice-disabled"),
        NoticeKind::ChangesHeld => text!("settings-notice-held"),
        NoticeKind::MirrorHeld => text!("settings-notice-mirror-held"),
        NoticeKind::MirrorFailing => text!("settings-notice-mirror-failing"),
        NoticeKind::MirrorWell => text!("settings-notice-mirror-well"),
        NoticeKind::Digest | NoticeKind::Test => text!("settings-digest"),
    }
}
