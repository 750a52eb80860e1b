//! The audit log in stretches and in both directions, and its entries with the names of what they are
//! about. Searching it stands in `audit`; what is written into it stands with each write.

use std::collections::HashMap;

use access::Permission;
use model::{Actor, ChangeNumber, Job, Kind, Object, ObjectId, TenantId, Timestamp};
use store::Audited;

use crate::{Directory, Error};

/// So many numbers are looked at in one question.
const WINDOW: u64 = 1_000;

/// Which part of the log is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct AuditRange {
    /// Only what happened at this instant or later.
    pub since: Option<Timestamp>,
    /// Only what happened before this instant.
    pub until: Option<Timestamp>,
    /// Newest first instead of oldest first.
    pub newest_first: bool,
    /// Only what comes behind this entry in the order asked for.
    pub behind: Option<ChangeNumber>,
}

/// An entry, and what it was done to as it is called now.
#[derive(Clone, Debug)]
pub struct AuditRecord {
    /// The entry.
    pub audited: Audited,
    /// What the user or group is called that it is about.
    pub name: Option<String>,
    /// The user's sign-in name.
    pub user_principal_name: Option<String>,
    /// Whether that user or group is deleted now.
    pub is_deleted: bool,
}

/// Some of the log.
#[derive(Clone, Debug, Default)]
pub struct AuditStretch {
    /// The entries.
    pub records: Vec<AuditRecord>,
    /// The number behind which the log goes on; none at its end.
    pub next: Option<ChangeNumber>,
}

impl Directory {
    /// A piece of a tenant's audit log, as much as one question gives: perhaps nothing, and more behind
    /// it.
    pub fn read_audit_records(
        &self,
        actor: &Actor,
        tenant: TenantId,
        query: &AuditRange,
    ) -> Result<AuditStretch, Error> {
        access::check(actor, Permission::ReadAudit, tenant)?;
        let head = self.audit_end(tenant)?;
        let (entries, next) = match query.newest_first {
            true => self.audits_down(tenant, query, head)?,
            false => self.audits_up(tenant, query, head)?,
        };
        let fits = |one: &Audited| {
            query.since.is_none_or(|since| one.at >= since)
                && query.until.is_none_or(|until| one.at < until)
        };
        let entries: Vec<Audited> = entries.into_iter().filter(fits).collect();
        Ok(AuditStretch { records: self.name_audited(tenant, entries)?, next })
    }

    /// One entry by its number.
    pub fn find_audit_record(
        &self,
        actor: &Actor,
        tenant: TenantId,
        number: ChangeNumber,
    ) -> Result<Option<AuditRecord>, Error> {
        access::check(actor, Permission::ReadAudit, tenant)?;
        let Some(before) = number.checked_sub(1) else { return Ok(None) };
        let mut found = self.store.audit(tenant, before, 1)?;
        found.retain(|one| one.number == number);
        Ok(self.name_audited(tenant, found)?.pop())
    }

    fn audits_up(
        &self,
        tenant: TenantId,
        query: &AuditRange,
        head: ChangeNumber,
    ) -> Result<(Vec<Audited>, Option<ChangeNumber>), Error> {
        let begin = match (query.behind, query.since) {
            (Some(behind), _) => behind,
            (None, Some(since)) => self.number_before(tenant, since, head)?,
            (None, None) => 0,
        };
        let entries = self.store.audit(tenant, begin, WINDOW as usize)?;
        let last = entries.last().map(|one| (one.number, one.at));
        let goes_on = last
            .filter(|(number, at)| *number < head && query.until.is_none_or(|until| *at < until));
        Ok((entries, goes_on.map(|(number, _)| number)))
    }

    /// Entries from behind a number downwards. Numbers are those of changes, of which an entry may
    /// stand for several, so that a window holds at most as many entries as it is wide.
    pub(crate) fn audits_down(
        &self,
        tenant: TenantId,
        query: &AuditRange,
        head: ChangeNumber,
    ) -> Result<(Vec<Audited>, Option<ChangeNumber>), Error> {
        let end = match (query.behind, query.until) {
            (Some(behind), _) => behind.saturating_sub(1),
            (None, Some(until)) => self.number_before(tenant, until, head)?,
            (None, None) => head,
        };
        let begin = end.saturating_sub(WINDOW);
        let mut entries = self.store.audit(tenant, begin, (end - begin) as usize)?;
        entries.retain(|one| one.number <= end);
        let is_older = |one: &Audited| query.since.is_some_and(|since| one.at < since);
        let goes_on = begin > 0 && !entries.first().is_some_and(is_older);
        entries.reverse();
        Ok((entries, goes_on.then_some(begin + 1)))
    }

    /// The number of the last entry before an instant: entries lie in the order of time.
    fn number_before(
        &self,
        tenant: TenantId,
        instant: Timestamp,
        head: ChangeNumber,
    ) -> Result<ChangeNumber, Error> {
        let (mut low, mut high) = (0, head);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.store.audit(tenant, middle, 1)?.first() {
                Some(one) if one.at < instant => low = one.number,
                _ => high = middle,
            }
        }
        Ok(low)
    }

    pub(crate) fn name_audited(
        &self,
        tenant: TenantId,
        entries: Vec<Audited>,
    ) -> Result<Vec<AuditRecord>, Error> {
        let id = |one: &Audited| -> Option<ObjectId> {
            let entry = one.entry.as_ref()?;
            let is_object = entry.target_kind == "user" || entry.target_kind == "group";
            is_object.then(|| entry.target.parse().ok()).flatten()
        };
        let mut ids: Vec<ObjectId> = entries.iter().filter_map(id).collect();
        ids.sort_unstable();
        ids.dedup();
        let found = self.store.get(tenant, &ids)?.into_iter().flatten();
        let objects: HashMap<ObjectId, Object> = found.map(|one| (one.id, one)).collect();
        let record = |audited: Audited| {
            let object = id(&audited).and_then(|id| objects.get(&id));
            let user = object.filter(|object| object.kind == Kind::User);
            AuditRecord {
                name: object.map(|object| object.display_name().to_owned()),
                user_principal_name: user.map(Object::label),
                is_deleted: object.is_some_and(|object| object.deleted.is_some()),
                audited,
            }
        };
        Ok(entries.into_iter().map(record).collect())
    }

    /// The configurations that write into a tenant or out of it: whoever reads its logs sees what all
    /// of them did.
    pub fn list_jobs_at(&self, actor: &Actor, tenant: TenantId) -> Result<Vec<Job>, Error> {
        access::check(actor, Permission::ReadProvisioning, tenant)?;
        let mut jobs = Vec::new();
        for other in self.store.tenants()? {
            let concerned = self.read_jobs(other.id)?.into_iter();
            jobs.extend(concerned.filter(|job| job.source == tenant || job.target == tenant));
        }
        Ok(jobs)
    }
}
