//! Notices: what people want to be told about jobs when they are not looking, and how it reaches them.

use serde::{Deserialize, Serialize};

use crate::{ChangeId, Code, JobId, NoticeId, QuarantineReason, TenantId, Timestamp};

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeKind {
    /// A job went into quarantine, or is in it for another reason now.
    QuarantineBegan,
    /// A job is well again.
    QuarantineEnded,
    /// A job was in quarantine for too long and is not tried any more.
    JobDisabled,
    /// Changes wait for approval.
    ChangesHeld,
    /// A mirror holds a listing until somebody decides.
    MirrorHeld,
    /// A mirror cannot run.
    MirrorFailing,
    /// A mirror that could not run, or held its listing, is well again.
    MirrorWell,
    /// How all jobs and mirrors of the tenant stand, once a day.
    Digest,
    /// Somebody tries whether notices arrive.
    Test,
}

impl NoticeKind {
    /// Those that are told at once.
    pub const AT_ONCE: [Self; 7] = [
        Self::QuarantineBegan,
        Self::QuarantineEnded,
        Self::JobDisabled,
        Self::ChangesHeld,
        Self::MirrorHeld,
        Self::MirrorFailing,
        Self::MirrorWell,
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::QuarantineBegan => "quarantine-began",
            Self::QuarantineEnded => "quarantine-ended",
            Self::JobDisabled => "job-disabled",
            Self::ChangesHeld => "changes-held",
            Self::MirrorHeld => "mirror-held",
            Self::MirrorFailing => "mirror-failing",
            Self::MirrorWell => "mirror-well",
            Self::Digest => "digest",
            Self::Test => "test",
        }
    }
}

/// One notice. It holds no personal data: who is concerned is read where permissions are checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// Its id; the same at every attempt to deliver it.
    pub id: NoticeId,
    /// What it is about.
    pub kind: NoticeKind,
    /// When it happened.
    pub at: Timestamp,
    /// The tenant whose jobs it is about.
    pub tenant: TenantId,
    /// The job; none where it is about all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<JobId>,
    /// One line.
    pub title: String,
    /// What there is to say, in sentences.
    pub text: String,
    /// The same for programs.
    pub details: serde_json::Value,
}

/// How a tenant is told. Secrets are kept elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotifySettings {
    /// Where notices are posted to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<String>,
    /// Whom they are mailed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailSettings>,
    /// What is not told at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub muted: Vec<NoticeKind>,
    /// The minute of the day, in UTC, at which the digest is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<u32>,
}

impl NotifySettings {
    /// Whether anybody is told at all.
    pub fn is_on(&self) -> bool {
        self.webhook.is_some() || self.mail.is_some()
    }

    /// The same for logs: the address of many a webhook is a secret behind its host.
    pub fn for_logs(&self) -> Self {
        let host = |url: &String| {
            let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            // Whoever puts a name and a password before the host means them to be no less secret.
            let host = host.rsplit('@').next().unwrap_or_default();
            format!("{scheme}://{host}/…")
        };
        Self { webhook: self.webhook.as_ref().map(host), ..self.clone() }
    }

    /// The day whose digest is due, counted from 1970: today's behind its minute, else yesterday's.
    pub fn digest_day(&self, now: Timestamp) -> Option<i64> {
        let minute = self.digest.filter(|_| self.is_on())?;
        Some((now.0 - i64::from(minute) * 60_000).div_euclid(86_400_000))
    }
}

/// Mail, by SMTP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MailSettings {
    /// `smtps://HOST:465`, `smtp://HOST:587?tls=required`, or `smtp://HOST:25` without encryption.
    pub server: String,
    /// The sender.
    pub from: String,
    /// The recipients.
    pub to: Vec<String>,
    /// The name to sign in with; its password is a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
}

/// What a tenant was told about a mirror, so that nothing is told twice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MirrorTold {
    /// Since when the listing was held that it was told is held.
    pub held: Option<Timestamp>,
    /// Why it was told that it cannot run.
    pub failing: Option<Code>,
}

/// What a tenant was told about a job, so that nothing is told twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Told {
    /// That it is in quarantine, and why.
    pub quarantine: Option<(QuarantineReason, Option<Code>)>,
    /// That it is disabled.
    pub disabled: bool,
    /// The newest held change when it was told that changes are held.
    pub held: Option<ChangeId>,
}
