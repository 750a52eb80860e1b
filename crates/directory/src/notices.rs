//! How a tenant is told about its jobs, and the outbox: notices that were not delivered yet. Secrets are
//! kept as they come, sealed by the caller; nobody reads them back but who delivers.

use access::Permission;
use model::{Actor, JobId, Mirror, MirrorTold, Notice, NotifySettings, TenantId, Told};
use serde::{Serialize, de::DeserializeOwned};
use store::{Expect, Group, StoreError, Write};

use crate::{
    Directory, Error,
    write::{ATTEMPTS, audit},
};

const SETTINGS: &str = "notify";
const KEY: &str = "settings";
const SECRETS: &str = "secret";
const OUTBOX: &str = "outbox";
const TOLD: &str = "told";
/// The key of what was told about no job alone: the day of the last digest.
const DIGEST: &str = "digest";

fn put(collection: &str, key: impl ToString, body: Option<String>) -> Write {
    Write::PutDocument { collection: collection.to_owned(), key: key.to_string(), body }
}

fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("it has a JSON text")
}

fn parse<T: DeserializeOwned>(document: &store::Document) -> Result<T, Error> {
    let read = serde_json::from_str(&document.body);
    Ok(read.map_err(|error| StoreError::Damaged(error.to_string()))?)
}

impl Directory {
    /// How a tenant is told.
    pub fn notify_settings(
        &self,
        actor: &Actor,
        tenant: TenantId,
    ) -> Result<NotifySettings, Error> {
        access::check(actor, Permission::ReadJobs, tenant)?;
        self.read_notify_settings(tenant)
    }

    /// The same, for who delivers; nobody is told where nothing is set.
    pub fn read_notify_settings(&self, tenant: TenantId) -> Result<NotifySettings, Error> {
        let document = self.store.document(tenant, SETTINGS, KEY)?;
        document.map_or_else(|| Ok(NotifySettings::default()), |one| parse(&one))
    }

    /// Changes how a tenant is told. Secrets come sealed, each with the name of what it is for; none
    /// takes it away. They are not in the audit log.
    pub fn set_notify(
        &self,
        actor: &Actor,
        tenant: TenantId,
        change: impl Fn(&mut NotifySettings),
        secrets: &[(&str, Option<String>)],
    ) -> Result<NotifySettings, Error> {
        access::check(actor, Permission::WriteJobs, tenant)?;
        for _ in 0..ATTEMPTS {
            let document = self.store.document(tenant, SETTINGS, KEY)?;
            let version = document.map_or(0, |one| one.version);
            let old = self.read_notify_settings(tenant)?;
            let mut new = old.clone();
            change(&mut new);
            if new == old && secrets.is_empty() {
                return Ok(old);
            }
            let names: Vec<&str> = secrets.iter().map(|(name, _)| *name).collect();
            let (told_old, told_new) = (old.for_logs(), new.for_logs());
            let detail = serde_json::json!({ "old": told_old, "new": told_new, "secrets": names });
            let mut writes = vec![put(SETTINGS, KEY, Some(text(&new)))];
            // The first digest comes at its next time, not at once.
            let day = new.digest_day(self.clock.now()).filter(|_| old.digest != new.digest);
            writes.extend(day.map(|day| put(TOLD, DIGEST, Some(text(&day)))));
            writes.extend(secrets.iter().map(|(name, sealed)| put(SECRETS, name, sealed.clone())));
            let (collection, key) = (SETTINGS.to_owned(), KEY.to_owned());
            let group = Group {
                expects: vec![Expect::Document { collection, key, version }],
                writes,
                audit: audit("Update notification settings", "notify", KEY, detail.to_string()),
            };
            match self.commit_one(tenant, actor, group) {
                Ok(_) => return Ok(new),
                Err(Error::Busy { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Busy { what: "the notification settings".to_owned() })
    }

    /// A secret as it was sealed.
    pub fn read_sealed(&self, tenant: TenantId, name: &str) -> Result<Option<String>, Error> {
        Ok(self.store.document(tenant, SECRETS, name)?.map(|document| document.body))
    }

    /// What was told about a job.
    pub fn read_news_told(&self, tenant: TenantId, job: JobId) -> Result<Told, Error> {
        let document = self.store.document(tenant, TOLD, &job.to_string())?;
        document.map_or_else(|| Ok(Told::default()), |one| parse(&one))
    }

    /// What was told about a mirror.
    pub fn read_mirror_told(&self, mirror: &Mirror) -> Result<MirrorTold, Error> {
        let document = self.store.document(mirror.tenant, TOLD, &mirror.id.to_string())?;
        document.map_or_else(|| Ok(MirrorTold::default()), |one| parse(&one))
    }

    /// Puts notices about a mirror into the outbox, together with what was told then.
    pub fn queue_mirror_notices(
        &self,
        mirror: &Mirror,
        notices: &[Notice],
        told: &MirrorTold,
    ) -> Result<(), Error> {
        self.queue(mirror.tenant, notices, put(TOLD, mirror.id, Some(text(told))))
    }

    /// The day, counted from 1970, of a tenant's last digest.
    pub fn read_digest_day(&self, tenant: TenantId) -> Result<Option<i64>, Error> {
        let document = self.store.document(tenant, TOLD, DIGEST)?;
        document.map(|one| parse(&one)).transpose()
    }

    /// Puts notices about a job into the outbox, together with what was told then.
    pub fn queue_notices(
        &self,
        tenant: TenantId,
        job: JobId,
        notices: &[Notice],
        told: &Told,
    ) -> Result<(), Error> {
        self.queue(tenant, notices, put(TOLD, job, Some(text(told))))
    }

    /// Puts a day's digest into the outbox.
    pub fn queue_digest(&self, tenant: TenantId, digest: Notice, day: i64) -> Result<(), Error> {
        self.queue(tenant, &[digest], put(TOLD, DIGEST, Some(text(&day))))
    }

    fn queue(&self, tenant: TenantId, notices: &[Notice], told: Write) -> Result<(), Error> {
        let kinds: Vec<&str> = notices.iter().map(|one| one.kind.as_str()).collect();
        let mut writes: Vec<Write> =
            notices.iter().map(|one| put(OUTBOX, one.id, Some(text(one)))).collect();
        writes.push(told);
        let detail = serde_json::json!({ "kinds": kinds }).to_string();
        let entry = audit("Queue notifications", "notify", OUTBOX, detail);
        let group = Group { expects: Vec::new(), writes, audit: entry };
        self.commit_one(tenant, &Actor::System, group).map(drop)
    }

    /// Notices that were not delivered yet, oldest first.
    pub fn read_outbox(&self, tenant: TenantId) -> Result<Vec<Notice>, Error> {
        self.store.documents(tenant, OUTBOX)?.iter().map(parse).collect()
    }

    /// Takes a notice out of the outbox. What became of it is told by the audit log.
    pub fn take_notice(&self, notice: &Notice, became: &str) -> Result<(), Error> {
        let detail = serde_json::json!({ "kind": notice.kind, "became": became }).to_string();
        let group = Group {
            expects: Vec::new(),
            writes: vec![put(OUTBOX, notice.id, None)],
            audit: audit("Send notification", "notify", notice.id, detail),
        };
        self.commit_one(notice.tenant, &Actor::System, group).map(drop)
    }
}
