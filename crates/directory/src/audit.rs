//! Reading the audit log: who did what to what, newest first, by the page. It is written beside what
//! it tells about, in `write`; whether its chain holds is checked where the store is at hand.

use access::Permission;
use model::{Actor, ChangeNumber, TenantId, Timestamp};
use store::Audited;

use crate::{AuditRange, AuditRecord, Directory, Error};

/// So many entries are told in one answer of those who follow.
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

/// So many stretches of the log are looked through for one page of what is wanted.
const STRETCHES: usize = 8;

/// A page of the log.
#[derive(Clone, Debug, Default)]
pub struct AuditPage {
    /// The entries, newest first.
    pub entries: Vec<Audited>,
    /// The number to go on before; none at the log's beginning.
    pub next: Option<ChangeNumber>,
}

/// A part of the log for a reader who goes on from there.
#[derive(Clone, Debug, Default)]
pub struct AuditFound {
    /// The entries that are wanted, newest first, with what they are about as it is called now.
    pub records: Vec<AuditRecord>,
    /// The number to go on before; none at the log's beginning. There may be one and no entry, where
    /// what is wanted is rare.
    pub next: Option<ChangeNumber>,
}

/// What was found of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditChain {
    /// So many entries were looked at.
    pub entries: u64,
    /// Where it does not hold, if so.
    pub problem: Option<String>,
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
        let head = self.audit_end(tenant)?;
        let mut range = AuditRange {
            since: query.since,
            until: query.until,
            newest_first: true,
            behind: query.before,
        };
        loop {
            let (entries, next) = self.audits_down(tenant, &range, head)?;
            for one in entries.into_iter().filter(|one| query.fits(one)) {
                if page.entries.len() == limit {
                    page.next = page.entries.last().map(|last| last.number);
                    return Ok(page);
                }
                page.entries.push(one);
            }
            if next.is_none() {
                return Ok(page);
            }
            range.behind = next;
        }
    }

    /// The same for a page of the admin center: it looks through a bounded part of the log, and names what
    /// entries are about.
    pub fn search_audit(
        &self,
        actor: &Actor,
        tenant: TenantId,
        query: &AuditQuery,
        limit: usize,
    ) -> Result<AuditFound, Error> {
        access::check(actor, Permission::ReadAudit, tenant)?;
        let head = self.audit_end(tenant)?;
        let mut range = AuditRange {
            since: query.since,
            until: query.until,
            newest_first: true,
            behind: query.before,
        };
        let (mut found, mut next) = (Vec::new(), None);
        for _ in 0..STRETCHES {
            let (entries, further) = self.audits_down(tenant, &range, head)?;
            found.extend(entries.into_iter().filter(|one| query.fits(one)));
            next = further;
            range.behind = further;
            if found.len() > limit || further.is_none() {
                break;
            }
        }
        if found.len() > limit {
            found.truncate(limit);
            next = found.last().map(|last| last.number);
        }
        Ok(AuditFound { records: self.name_audited(tenant, found)?, next })
    }

    /// Whether a tenant's log holds from its first entry to its last. It reads all of it. That entries are
    /// missing at the end is seen by who noted the end elsewhere, as `syncline audit verify` does.
    pub fn verify_audit(&self, actor: &Actor, tenant: TenantId) -> Result<AuditChain, Error> {
        access::check(actor, Permission::ReadAudit, tenant)?;
        let (mut number, mut chain, mut entries) = (0, String::new(), 0);
        loop {
            let page = self.store.audit(tenant, number, PAGE)?;
            let Some(last) = page.last() else {
                return Ok(AuditChain { entries, problem: None });
            };
            number = last.number;
            entries += page.len() as u64;
            match store::verify(&chain, &page) {
                Ok(end) => chain = end,
                Err(error) => {
                    return Ok(AuditChain { entries, problem: Some(error.to_string()) });
                }
            }
        }
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
    pub(crate) fn audit_end(&self, tenant: TenantId) -> Result<ChangeNumber, Error> {
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
