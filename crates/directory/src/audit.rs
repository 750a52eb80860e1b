//! Reading the audit log: who did what to what, newest first, by the page. It is written beside what
//! it tells about, in `write`; whether its chain holds is checked where the store is at hand.

use access::Permission;
use model::{Actor, ChangeNumber, TenantId, Timestamp};
use store::Audited;

use crate::{Directory, Error};

/// So many entries are looked at between two questions to the store.
const PAGE: usize = 1_000;

/// Which entries are wanted. What is left out does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// At this instant or after it.
    pub since: Option<Timestamp>,
    /// Before this instant.
    pub until: Option<Timestamp>,
    /// Part of who acted, as it is shown: `user ada@contoso.example`.
    pub actor: Option<String>,
    /// Part of the activity.
    pub activity: Option<String>,
    /// The id of what it was done to, or its kind.
    pub target: Option<String>,
    /// Older than the entry with this number.
    pub before: Option<ChangeNumber>,
}

/// A page of the log.
#[derive(Clone, Debug, Default)]
pub struct AuditPage {
    /// The entries, newest first.
    pub entries: Vec<Audited>,
    /// The number to go on before; none at the log's beginning.
    pub next: Option<ChangeNumber>,
}

impl AuditQuery {
    /// Whether an entry is wanted. An erased one tells no more what it was about.
    pub fn fits(&self, one: &Audited) -> bool {
        let part = |wanted: &Option<String>, text: &str| {
            wanted
                .as_ref()
                .is_none_or(|wanted| text.to_lowercase().contains(&wanted.to_lowercase()))
        };
        let entry = one.entry.as_ref();
        let target = |wanted: &String| {
            entry.is_some_and(|entry| {
                entry.target.eq_ignore_ascii_case(wanted)
                    || entry.target_kind.eq_ignore_ascii_case(wanted)
            })
        };
        self.since.is_none_or(|since| one.at >= since)
            && self.until.is_none_or(|until| one.at < until)
            && part(&self.actor, &one.actor.to_string())
            && part(&self.activity, entry.map_or("", |entry| &entry.activity))
            && self.target.as_ref().is_none_or(target)
    }
}

impl Directory {
    /// A page of a tenant's log, newest first. The nil tenant stands for the server's own log, which
    /// operators read.
    pub fn read_audit(
        &self,
        actor: &Actor,
        tenant: TenantId,
        query: &AuditQuery,
        limit: usize,
    ) -> Result<AuditPage, Error> {
        access::check(actor, Permission::ReadAudit, tenant)?;
        let mut page = AuditPage::default();
        let mut before = match query.before {
            Some(before) => before,
            None => self.audit_end(tenant)?.saturating_add(1),
        };
        while before > 1 {
            // Each number has one entry at most, so a stretch of numbers is a page of entries.
            let first = before.saturating_sub(PAGE as u64).max(1);
            let stretch = self.store.audit(tenant, first - 1, PAGE)?;
            for one in stretch.into_iter().rev().filter(|one| one.number < before) {
                if query.since.is_some_and(|since| one.at < since) {
                    return Ok(page);
                }
                if query.fits(&one) {
                    if page.entries.len() == limit {
                        page.next = page.entries.last().map(|last| last.number);
                        return Ok(page);
                    }
                    page.entries.push(one);
                }
            }
            before = first;
        }
        Ok(page)
    }

    /// One entry of a tenant's log.
    pub fn find_audit(
        &self,
        actor: &Actor,
        tenant: TenantId,
        number: ChangeNumber,
    ) -> Result<Audited, Error> {
        access::check(actor, Permission::ReadAudit, tenant)?;
        let missing = || Error::not_found("audit entry", number);
        let before = number.checked_sub(1).ok_or_else(missing)?;
        let found = self.store.audit(tenant, before, 1)?.into_iter().next();
        found.filter(|one| one.number == number).ok_or_else(missing)
    }

    /// What came behind an entry and is wanted, oldest first, with the number to go on behind.
    pub fn follow_audit(
        &self,
        actor: &Actor,
        tenant: TenantId,
        query: &AuditQuery,
        behind: ChangeNumber,
    ) -> Result<(Vec<Audited>, ChangeNumber), Error> {
        access::check(actor, Permission::ReadAudit, tenant)?;
        let mut entries = self.store.audit(tenant, behind, PAGE)?;
        let last = entries.last().map_or(behind, |one| one.number);
        entries.retain(|one| query.fits(one));
        Ok((entries, last))
    }

    /// The number of the newest entry.
    fn audit_end(&self, tenant: TenantId) -> Result<ChangeNumber, Error> {
        if tenant != TenantId::NIL {
            return Ok(self.store.head(tenant)?.number);
        }
        let mut end = 0;
        // The server's own log tells of tenants and backups only.
        while let Some(last) = self.store.audit(tenant, end, PAGE)?.last() {
            end = last.number;
        }
        Ok(end)
    }
}
