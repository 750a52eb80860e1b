//! Where the audit logs ended, noted outside of the files that hold them.
//!
//! A chain shows what was changed, taken out or put in before its last entry; of entries that are
//! cut off at the end it knows nothing. So every tenant's row holds the chain's last value, and a
//! file beside the store says now and then how far each log had come. A copy of that file kept
//! somewhere else shows also a data directory that was rewritten as a whole.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::Path,
};

use model::{ChangeNumber, TenantId, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Store, StoreError};

use crate::{SqliteStore, files::private, objects, registry};

/// The file with the ends.
pub const AUDIT_ENDS: &str = "audit-ends.json";

/// How far a log had come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEnd {
    /// The number of its last entry.
    pub number: ChangeNumber,
    /// The chain's value there.
    pub chain: String,
    /// When the tenant was made: one that is made anew with the same id has another log.
    pub since: Timestamp,
}

/// The ends of all logs; the nil tenant stands for the server's own.
pub type AuditEnds = BTreeMap<TenantId, AuditEnd>;

impl SqliteStore {
    /// The end that a tenant's counters name. The server's own log has none beside its entries.
    pub fn audit_end(&self, tenant: TenantId) -> Result<Option<AuditEnd>, StoreError> {
        if tenant == TenantId::NIL {
            return Ok(None);
        }
        let (number, chain) = self.ask(tenant, objects::audit_end)?;
        let tenants = self.registry.tenants().into_iter();
        let since = tenants.filter(|one| one.id == tenant).map(|one| one.created).next();
        let end = since.map(|since| AuditEnd { number, chain, since });
        Ok(end.filter(|end| end.number > 0))
    }

    /// Notes in a file of the directory how far the logs have come, where that is news. Only what no
    /// power failure takes back is noted, or its loss would look like somebody's deed.
    pub fn note_audit_ends(&self) -> Result<(), StoreError> {
        let path = self.directory.file(AUDIT_ENDS);
        let known = read_audit_ends(&path).unwrap_or_default();
        let own = (TenantId::NIL, Timestamp(0));
        let tenants = self.registry.tenants().into_iter().map(|one| (one.id, one.created));
        let mut ends = AuditEnds::new();
        for (tenant, since) in std::iter::once(own).chain(tenants) {
            let known = known.get(&tenant).filter(|known| known.since == since);
            let end = match known {
                // What was noted and holds no more is what the note is for; it stays.
                Some(known) if !self.holds(tenant, known)? => Some(known.clone()),
                _ => self.durable_end(tenant, known)?,
            };
            ends.extend(end.map(|end| (tenant, end)));
        }
        if ends != known {
            write(&path, &ends)
                .map_err(|error| StoreError::Failed(format!("{AUDIT_ENDS}: {error}")))?;
        }
        Ok(())
    }

    /// Where a log ends now, on the disk.
    fn durable_end(
        &self,
        tenant: TenantId,
        known: Option<&AuditEnd>,
    ) -> Result<Option<AuditEnd>, StoreError> {
        if tenant == TenantId::NIL {
            return self.registry.audit_end().map_err(|fault| fault.into_store(registry::FILE));
        }
        let end = self.audit_end(tenant)?;
        if end.as_ref() != known {
            self.flush(tenant)?;
        }
        Ok(end)
    }

    fn holds(&self, tenant: TenantId, end: &AuditEnd) -> Result<bool, StoreError> {
        let found = self.audit(tenant, end.number.saturating_sub(1), 1)?;
        Ok(found.first().is_some_and(|one| one.number == end.number && one.chain == end.chain))
    }

    /// The ends that were noted last; none when nothing was.
    pub fn noted_audit_ends(&self) -> io::Result<AuditEnds> {
        read_audit_ends(&self.directory.file(AUDIT_ENDS))
    }
}

/// The ends in a file, this directory's or a copy.
pub fn read_audit_ends(path: &Path) -> io::Result<AuditEnds> {
    match fs::read(path) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(AuditEnds::new()),
        Err(error) => Err(error),
    }
}

fn write(path: &Path, ends: &AuditEnds) -> io::Result<()> {
    let new = path.with_extension("new");
    let mut file = private(&new)?;
    file.set_len(0)?;
    file.write_all(&serde_json::to_vec_pretty(ends)?)?;
    file.sync_all()?;
    fs::rename(&new, path)
}
