//! The post: takes notices out of the outboxes and delivers them, again after growing pauses where an end
//! does not take them. What was not delivered is in the outbox still when a process begins, and is tried
//! at once then: a notice may come twice, with the same id, and is never lost before its time is over.

use std::collections::{BTreeMap, BTreeSet};

use directory::Directory;
use model::{Notice, NoticeId, NotifySettings, TenantId, Timestamp};

use crate::{Error, Sealer, Trust, mail, webhook};

/// The first pause, in seconds; each later one is twice as long.
const PAUSE_SECONDS: i64 = 5;
/// The longest pause.
const LONGEST_SECONDS: i64 = 3_600;
/// After so many days a notice is not tried any more.
const KEPT_DAYS: i64 = 3;

/// A way to the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// By webhook.
    Webhook,
    /// By mail.
    Mail,
}

impl Channel {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Webhook, Self::Mail];

    /// The name of the secret that it takes.
    pub fn secret(self) -> &'static str {
        match self {
            Self::Webhook => "notify-webhook",
            Self::Mail => "notify-mail",
        }
    }

    fn is_set(self, settings: &NotifySettings) -> bool {
        match self {
            Self::Webhook => settings.webhook.is_some(),
            Self::Mail => settings.mail.is_some(),
        }
    }
}

/// How far a notice has come.
#[derive(Default)]
struct Attempts {
    count: u32,
    due: Option<Timestamp>,
    delivered: BTreeSet<Channel>,
}

/// Delivers what lies in the outboxes.
pub struct Post {
    directory: Directory,
    sealer: Sealer,
    trust: Trust,
    tenants: BTreeSet<TenantId>,
    attempts: BTreeMap<NoticeId, Attempts>,
}

impl Post {
    /// A post that has not looked into any outbox.
    pub fn new(directory: Directory, sealer: Sealer, trust: Trust) -> Self {
        let (tenants, attempts) = (BTreeSet::new(), BTreeMap::new());
        Self { directory, sealer, trust, tenants, attempts }
    }

    /// Has the outboxes of these tenants looked into.
    pub fn look_into(&mut self, tenants: impl IntoIterator<Item = TenantId>) {
        self.tenants.extend(tenants);
    }

    /// Delivers whatever is due, and gives what went wrong, a line each. An end that does not answer
    /// takes seconds; `is_stopped` is asked between two notices.
    pub fn deliver_due(&mut self, is_stopped: &dyn Fn() -> bool) -> Vec<String> {
        let mut troubles = Vec::new();
        for tenant in self.tenants.clone() {
            match self.deliver_of(tenant, is_stopped, &mut troubles) {
                Ok(false) => {
                    self.tenants.remove(&tenant);
                }
                Ok(true) => {}
                Err(error) => troubles.push(format!("the outbox of tenant {tenant}: {error}")),
            }
        }
        troubles
    }

    /// Whether something is left in the tenant's outbox.
    fn deliver_of(
        &mut self,
        tenant: TenantId,
        is_stopped: &dyn Fn() -> bool,
        troubles: &mut Vec<String>,
    ) -> Result<bool, Error> {
        // A tenant that is gone took its outbox along.
        let Ok(notices) = self.directory.read_outbox(tenant) else { return Ok(false) };
        let settings = self.directory.read_notify_settings(tenant)?;
        let mut is_left = false;
        for notice in notices {
            if is_stopped() {
                return Ok(true);
            }
            is_left |= !self.deliver_one(&settings, &notice, troubles)?;
        }
        Ok(is_left)
    }

    /// Whether the notice is done with.
    fn deliver_one(
        &mut self,
        settings: &NotifySettings,
        notice: &Notice,
        troubles: &mut Vec<String>,
    ) -> Result<bool, Error> {
        let now = self.directory.clock().now();
        let attempts = self.attempts.entry(notice.id).or_default();
        if attempts.due.is_some_and(|due| due > now) {
            return Ok(false);
        }
        let mut failed = Vec::new();
        for channel in Channel::ALL.into_iter().filter(|one| one.is_set(settings)) {
            if attempts.delivered.contains(&channel) {
                continue;
            }
            match deliver(&self.directory, (&self.sealer, &self.trust), channel, settings, notice) {
                Ok(()) => {
                    attempts.delivered.insert(channel);
                }
                Err(error) => failed.push(error.to_string()),
            }
        }
        let is_over = now >= notice.at.plus_days(KEPT_DAYS);
        if failed.is_empty() || is_over {
            let became = if failed.is_empty() { "delivered".to_owned() } else { failed.join("; ") };
            self.attempts.remove(&notice.id);
            self.directory.take_notice(notice, &became)?;
            return Ok(true);
        }
        // Once for each notice: the same trouble at every attempt would fill the screen.
        if attempts.count == 0 {
            troubles.push(format!("notice '{}': {}", notice.title, failed.join("; ")));
        }
        let pause = (PAUSE_SECONDS << attempts.count.min(20)).min(LONGEST_SECONDS);
        attempts.count += 1;
        attempts.due = Some(now.plus_seconds(pause));
        Ok(false)
    }
}

/// Delivers a notice one way, now.
pub fn deliver(
    directory: &Directory,
    (sealer, trust): (&Sealer, &Trust),
    channel: Channel,
    settings: &NotifySettings,
    notice: &Notice,
) -> Result<(), Error> {
    let sealed = directory.read_sealed(notice.tenant, channel.secret())?;
    let secret =
        sealed.map(|text| sealer.unseal(notice.tenant, channel.secret(), &text)).transpose()?;
    match (channel, &settings.webhook, &settings.mail) {
        (Channel::Webhook, Some(url), _) => {
            let secret = secret.ok_or(directory::SealError::Sealed)?;
            webhook::send((url, trust), &secret, notice, directory.clock().now())
        }
        (Channel::Mail, _, Some(mail)) => mail::send((mail, trust), secret.as_deref(), notice),
        _ => Ok(()),
    }
}

/// Whether what is set can be used, without sending anything.
pub fn check(settings: &NotifySettings) -> Result<(), Error> {
    if let Some(url) = &settings.webhook {
        let is_web = url.starts_with("https://") || url.starts_with("http://");
        if !is_web || url.contains(char::is_whitespace) {
            return Err(Error::Settings(format!("'{url}' is no address of the web")));
        }
    }
    match &settings.mail {
        Some(mail) if mail.to.is_empty() => Err(Error::Settings("nobody is mailed to".to_owned())),
        Some(mail) => mail::check(mail),
        None => Ok(()),
    }
}
