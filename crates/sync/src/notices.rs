//! Notices: after whatever may have changed how a job stands, what is news about it goes into its
//! tenant's outbox. Delivering is another's.

use std::{collections::BTreeSet, sync::PoisonError};

use engine::notices::{Standing, find_news};
use model::{
    EntryState, Job, JobId, JobState, Notice, NoticeId, NoticeKind, Quarantine, Tenant, TenantId,
};
use serde_json::json;
use store::EntryQuery;

use crate::{Error, Sync};

impl Sync {
    /// Has a job looked at for news.
    pub(crate) fn may_be_news(&self, job: &Job) {
        let mut news = self.news.lock().unwrap_or_else(PoisonError::into_inner);
        news.insert((job.source, job.id));
    }

    /// Puts into the outboxes what is news about jobs that ran since the last call. Gives the tenants
    /// that have something to be delivered.
    pub fn queue_news(&self) -> Result<BTreeSet<TenantId>, Error> {
        let jobs = std::mem::take(&mut *self.news.lock().unwrap_or_else(PoisonError::into_inner));
        let mut tenants = BTreeSet::new();
        for (source, id) in jobs {
            // A job that is gone has no news.
            let Ok(job) = self.directory.job(source, id) else { continue };
            if self.queue_news_of(&job)? {
                tenants.insert(source);
            }
        }
        Ok(tenants)
    }

    /// The same for all jobs: what ran before this process began may not have been told.
    pub fn queue_all_news(&self) -> Result<BTreeSet<TenantId>, Error> {
        for tenant in self.store().tenants()? {
            for job in self.directory.read_jobs(tenant.id)? {
                self.may_be_news(&job);
            }
        }
        self.queue_news()
    }

    fn queue_news_of(&self, job: &Job) -> Result<bool, Error> {
        let settings = self.directory.read_notify_settings(job.source)?;
        if !settings.is_on() {
            return Ok(false);
        }
        let standing = self.standing(job)?;
        let told = self.directory.read_news_told(job.source, job.id)?;
        let (news, next) = find_news(&told, &standing);
        if next == told {
            return Ok(false);
        }
        let news = news.into_iter().filter(|kind| !settings.muted.contains(kind));
        let notices = news
            .map(|kind| self.notice(kind, job, standing.quarantine.as_ref()))
            .collect::<Result<Vec<Notice>, Error>>()?;
        self.directory.queue_notices(job.source, job.id, &notices, &next)?;
        Ok(!notices.is_empty())
    }

    fn standing(&self, job: &Job) -> Result<Standing, Error> {
        let newest = EntryQuery {
            states: vec![EntryState::Held],
            newest_first: true,
            bare: true,
            limit: 1,
            ..EntryQuery::default()
        };
        let held = self.store().entries(job.source, job.id, &newest)?;
        Ok(Standing {
            quarantine: self.store().progress(job.source, job.id)?.quarantine,
            disabled: job.state == JobState::Disabled,
            held: held.first().map(|entry| entry.id),
        })
    }

    fn notice(
        &self,
        kind: NoticeKind,
        job: &Job,
        quarantine: Option<&Quarantine>,
    ) -> Result<Notice, Error> {
        let held = self.count_held(job)?;
        let stopped = self.store().runs(job.source, job.id, 20)?;
        let stopped = stopped.into_iter().find_map(|run| run.stopped);
        let why =
            quarantine.map(|one| match stopped.filter(|reason| Some(reason.code) == one.code) {
                Some(reason) => reason.to_string(),
                None => one.reason.title().to_owned(),
            });
        let why = why.unwrap_or_default();
        let name = &job.name;
        let (title, text) = match kind {
            NoticeKind::QuarantineBegan => {
                let next = quarantine.map(|one| one.next_attempt.to_string()).unwrap_or_default();
                let title = format!("Job {name} is in quarantine");
                let text = format!(
                    "{why}. It is tried again by itself, at the latest at {next}; \
                     `syncline job show {name}` tells more."
                );
                (title, text)
            }
            NoticeKind::QuarantineEnded => {
                let text = "Its cycle came to its end; nothing has to be done.".to_owned();
                (format!("Job {name} is well again"), text)
            }
            NoticeKind::JobDisabled => {
                let days = job.quarantine.disable_days;
                let text = format!(
                    "{why}. It was in quarantine for {days} days and is not tried any more; \
                     `syncline job start {name}` begins anew."
                );
                (format!("Job {name} is disabled"), text)
            }
            // The others are not about a job.
            _ => {
                let title = format!("Job {name} holds {held} changes");
                let text = format!(
                    "They wait until somebody decides: `syncline hold {name} list`, then approve or \
                     reject."
                );
                (title, text)
            }
        };
        let details = json!({ "job": name, "quarantine": quarantine, "held": held });
        let (tenant, job) = (job.source, Some(job.id));
        Ok(Notice { job, ..self.new_notice(kind, tenant, title, text, details) })
    }

    pub(crate) fn new_notice(
        &self,
        kind: NoticeKind,
        tenant: TenantId,
        title: String,
        text: String,
        details: serde_json::Value,
    ) -> Notice {
        let id = NoticeId(self.directory.ids().next());
        Notice {
            id,
            kind,
            at: self.clock().now(),
            tenant,
            job: None::<JobId>,
            title,
            text,
            details,
        }
    }

    /// Puts the digests into the outboxes whose time has come. Gives the tenants that have one.
    pub fn queue_digests(&self) -> Result<BTreeSet<TenantId>, Error> {
        let now = self.clock().now();
        let mut tenants = BTreeSet::new();
        for tenant in self.store().tenants()? {
            let settings = self.directory.read_notify_settings(tenant.id)?;
            let Some(day) = settings.digest_day(now) else { continue };
            match self.directory.read_digest_day(tenant.id)? {
                Some(last) if last >= day => continue,
                _ => {}
            }
            let digest = self.digest(&tenant)?;
            self.directory.queue_digest(tenant.id, digest, day)?;
            tenants.insert(tenant.id);
        }
        Ok(tenants)
    }

    fn digest(&self, tenant: &Tenant) -> Result<Notice, Error> {
        let (mut lines, mut jobs) = (Vec::new(), Vec::new());
        for job in self.directory.read_jobs(tenant.id)? {
            let figures = self.read_figures(&model::Actor::System, &job)?;
            let standing = match (job.state, &figures.quarantine) {
                (JobState::Disabled, _) => "disabled".to_owned(),
                (_, Some(one)) => {
                    format!("in quarantine since {}: {}", one.began, one.reason.title())
                }
                (JobState::Paused, None) => "paused".to_owned(),
                (JobState::Active, None) => "well".to_owned(),
            };
            lines.push(format!(
                "{}: {standing}; {} people, {} in escrow, {} changes wait for approval",
                job.name, figures.linked, figures.escrow, figures.held
            ));
            jobs.push(json!({
                "id": job.id,
                "name": job.name,
                "state": job.state,
                "quarantine": figures.quarantine,
                "linked": figures.linked,
                "escrow": figures.escrow,
                "held": figures.held,
            }));
        }
        let mut mirrors = Vec::new();
        for mirror in self.directory.read_mirrors(tenant.id)? {
            let progress = self.directory.mirror_progress(&mirror)?;
            let standing = match (&progress.failing, &progress.held) {
                (Some(one), _) => format!("cannot run since {}: {}", one.since, one.reason.code),
                (None, Some(one)) => format!("holds its listing since {}", one.since),
                (None, None) => "well".to_owned(),
            };
            let taken = progress.taken.as_ref().map(|taken| (taken.at, taken.records));
            let last = taken.map_or("no listing was taken in yet".to_owned(), |(at, records)| {
                format!("{records} records since {at}")
            });
            lines.push(format!("mirror {}: {standing}; {last}", mirror.name));
            mirrors.push(json!({
                "id": mirror.id,
                "name": mirror.name,
                "held": progress.held.is_some(),
                "failing": progress.failing,
                "taken": taken.map(|(at, _)| at),
            }));
        }
        if lines.is_empty() {
            lines.push("There are no jobs.".to_owned());
        }
        let title = format!("The jobs of {}", tenant.name);
        let details = json!({ "jobs": jobs, "mirrors": mirrors });
        Ok(self.new_notice(NoticeKind::Digest, tenant.id, title, lines.join("\n"), details))
    }

    /// A notice that only says that notices arrive.
    pub fn test_notice(&self, tenant: &Tenant) -> Notice {
        let title = format!("A test from Syncline for {}", tenant.name);
        let text = "Notices arrive here.".to_owned();
        self.new_notice(NoticeKind::Test, tenant.id, title, text, json!({}))
    }
}
