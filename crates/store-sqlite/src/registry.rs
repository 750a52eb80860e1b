//! The registry: which tenants there are and in which shard each lies, with the system's own audit
//! chain. All of it is also held in memory, because every question begins with it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError, RwLock},
};

use model::{Actor, ChangeNumber, Domain, StoreId, Tenant, TenantId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use store::{AuditEntry, Audited, Condition, Document, StoreError, SystemCommit};
use uuid::Uuid;

use crate::{
    audit_ends::AuditEnd,
    codec::{self, hex, json, limit, signed, unhex},
    conditions::Owner,
    fault::{Fault, lock},
};

/// The file of the registry.
pub(crate) const FILE: &str = "system.db";

pub(crate) struct Registry {
    conn: Mutex<Connection>,
    known: RwLock<Known>,
    pub epoch: StoreId,
    /// How often the store was opened, this time included.
    pub boot: u64,
    /// How many shard files there are.
    pub shards: usize,
}

#[derive(Default)]
struct Known {
    tenants: BTreeMap<i64, Registered>,
    numbers: HashMap<TenantId, i64>,
}

struct Registered {
    facts: Tenant,
    shard: usize,
}

/// Rows of a removed tenant that may still lie in a shard.
pub(crate) struct Leftover {
    pub no: i64,
    pub shard: usize,
}

impl Registry {
    /// Reads the registry and counts the opening, so that lease tokens of this process are higher
    /// than those of any before it.
    pub fn load(mut conn: Connection, shards: usize) -> Result<Self, Fault> {
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let row = tx
            .query_row("SELECT epoch, boot, shards FROM store", [], |row| {
                Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, u32>(1)?, row.get::<_, u32>(2)?))
            })
            .optional()?;
        let (epoch, boot, before) = match row {
            Some((epoch, boot, shards)) => (read_epoch(&epoch)?, boot + 1, shards),
            None => (StoreId(Uuid::new_v4()), 1, 0),
        };
        // A tenant stays where it is, so there are never fewer shards than there were.
        let shards = shards.max(before as usize);
        tx.execute(
            "INSERT OR REPLACE INTO store VALUES (1, ?, ?, ?)",
            params![epoch.as_bytes(), boot, shards as i64],
        )?;
        let known = Known::read(&tx)?;
        tx.commit()?;
        let boot = u64::from(boot);
        Ok(Self { conn: Mutex::new(conn), known: RwLock::new(known), epoch, boot, shards })
    }

    /// Where a tenant lies.
    pub fn find(&self, id: TenantId) -> Result<(usize, Owner), StoreError> {
        self.ask(id, |no, registered| (registered.shard, Owner { id, no }))
    }

    /// The version of a tenant's facts.
    pub fn version(&self, id: TenantId) -> Result<u64, StoreError> {
        self.ask(id, |_, registered| registered.facts.version)
    }

    /// All tenants, oldest first.
    pub fn tenants(&self) -> Vec<Tenant> {
        self.known().tenants.values().map(|registered| registered.facts.clone()).collect()
    }

    fn ask<T>(
        &self,
        id: TenantId,
        ask: impl FnOnce(i64, &Registered) -> T,
    ) -> Result<T, StoreError> {
        let known = self.known();
        let number = known.numbers.get(&id).ok_or(StoreError::NoTenant(id))?;
        let registered = known.tenants.get(number).ok_or(StoreError::NoTenant(id))?;
        Ok(ask(*number, registered))
    }

    fn known(&self) -> std::sync::RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn known_mut(&self) -> std::sync::RwLockWriteGuard<'_, Known> {
        self.known.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Registers a tenant. Its rows in the shard are made by its first commit, so that there is
    /// nothing to be left behind half made.
    pub fn create(&self, tenant: &Tenant, actor: &Actor, at: Timestamp) -> Result<(), Fault> {
        let mut conn = lock(&self.conn);
        let shard = {
            let known = self.known();
            if tenant.id == TenantId::NIL || known.numbers.contains_key(&tenant.id) {
                let what = tenant.id.to_string();
                return Err(StoreError::Taken { what, by: tenant.id }.into());
            }
            known.check_domains(tenant)?;
            known.emptiest(self.shards)
        };
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute(
            "INSERT INTO tenant (shard, id, name, created, version) VALUES (?, ?, ?, ?, ?)",
            params![
                shard as i64,
                tenant.id.as_bytes(),
                tenant.name,
                tenant.created.0,
                signed(tenant.version)
            ],
        )?;
        let no = tx.last_insert_rowid();
        insert_domains(&tx, no, &tenant.domains)?;
        audit(&tx, AuditEntry::of_tenant("Add tenant", tenant), actor, at)?;
        tx.commit()?;
        let mut known = self.known_mut();
        known.numbers.insert(tenant.id, no);
        known.tenants.insert(no, Registered { facts: tenant.clone(), shard });
        Ok(())
    }

    /// Replaces a tenant's facts; gives the shard whose running transaction may have seen the old.
    pub fn update(&self, tenant: &Tenant, actor: &Actor, at: Timestamp) -> Result<usize, Fault> {
        let mut conn = lock(&self.conn);
        let (shard, Owner { no, .. }) = self.find(tenant.id)?;
        if self.version(tenant.id)? != tenant.version {
            let condition = Condition::Tenant { version: tenant.version };
            return Err(StoreError::Condition(condition).into());
        }
        self.known().check_domains(tenant)?;
        let facts = Tenant { version: tenant.version + 1, ..tenant.clone() };
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute(
            "UPDATE tenant SET name = ?, created = ?, version = ? WHERE tenant_no = ?",
            params![facts.name, facts.created.0, signed(facts.version), no],
        )?;
        tx.execute("DELETE FROM domain WHERE tenant_no = ?", [no])?;
        insert_domains(&tx, no, &facts.domains)?;
        audit(&tx, AuditEntry::of_tenant("Update tenant", &facts), actor, at)?;
        tx.commit()?;
        if let Some(registered) = self.known_mut().tenants.get_mut(&no) {
            registered.facts = facts;
        }
        Ok(shard)
    }

    /// Takes a tenant out of the registry; its rows are a leftover from then on.
    pub fn delete(&self, id: TenantId, actor: &Actor, at: Timestamp) -> Result<Leftover, Fault> {
        let mut conn = lock(&self.conn);
        let (shard, facts, no) =
            self.ask(id, |no, registered| (registered.shard, registered.facts.clone(), no))?;
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute("DELETE FROM tenant WHERE tenant_no = ?", [no])?;
        tx.execute("DELETE FROM domain WHERE tenant_no = ?", [no])?;
        tx.execute("INSERT INTO leftover VALUES (?, ?)", params![no, shard as i64])?;
        audit(&tx, AuditEntry::of_tenant("Delete tenant", &facts), actor, at)?;
        tx.commit()?;
        let mut known = self.known_mut();
        known.numbers.remove(&id);
        known.tenants.remove(&no);
        Ok(Leftover { no, shard })
    }

    /// What removed tenants may have left behind.
    pub fn leftovers(&self) -> Result<Vec<Leftover>, Fault> {
        let conn = lock(&self.conn);
        let mut statement = conn.prepare("SELECT tenant_no, shard FROM leftover")?;
        let rows = statement.query_map([], |row| {
            Ok(Leftover { no: row.get(0)?, shard: row.get::<_, u32>(1)? as usize })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Notes that nothing of a removed tenant is left.
    pub fn swept(&self, leftover: &Leftover) -> Result<(), Fault> {
        lock(&self.conn).execute("DELETE FROM leftover WHERE tenant_no = ?", [leftover.no])?;
        Ok(())
    }

    /// The system's own audit chain, after a number.
    pub fn audit(&self, after: ChangeNumber, at_most: usize) -> Result<Vec<Audited>, Fault> {
        let conn = lock(&self.conn);
        let mut statement = conn.prepare(
            "SELECT number, at, actor, entry, digest, chain FROM audit WHERE number > ?
             ORDER BY number LIMIT ?",
        )?;
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let mut rows = statement.query(params![after, limit(at_most)])?;
        let mut entries = Vec::new();
        while let Some(row) = rows.next()? {
            entries.push(Audited {
                number: row.get::<_, i64>(0)? as u64,
                at: Timestamp(row.get(1)?),
                actor: serde_json::from_str(row.get_ref(2)?.as_str()?)?,
                entry: row.get_ref(3)?.as_str_or_null()?.map(serde_json::from_str).transpose()?,
                digest: hex(row.get_ref(4)?.as_blob()?),
                chain: hex(row.get_ref(5)?.as_blob()?),
            });
        }
        Ok(entries)
    }

    /// Where the system's own audit chain ends.
    pub fn audit_end(&self) -> Result<Option<AuditEnd>, Fault> {
        let conn = lock(&self.conn);
        let end = conn
            .query_row("SELECT number, chain FROM audit ORDER BY number DESC LIMIT 1", [], |row| {
                let number = row.get::<_, i64>(0)? as u64;
                let chain = hex(row.get_ref(1)?.as_blob()?);
                Ok(AuditEnd { number, chain, since: Timestamp(0) })
            })
            .optional()?;
        Ok(end)
    }

    /// Notes something in the system's own audit chain that is about no tenant.
    pub fn note(&self, entry: AuditEntry, actor: &Actor, at: Timestamp) -> Result<(), Fault> {
        let mut conn = lock(&self.conn);
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        audit(&tx, entry, actor, at)?;
        Ok(tx.commit()?)
    }

    /// Documents of the server itself.
    pub fn documents(&self, collection: &str) -> Result<Vec<Document>, Fault> {
        let conn = lock(&self.conn);
        let mut statement = conn.prepare_cached(
            "SELECT key, version, body FROM document WHERE collection = ? ORDER BY key",
        )?;
        let rows = statement.query_map([collection], |row| {
            let version = row.get::<_, i64>(1)? as u64;
            Ok(Document { key: row.get(0)?, version, body: row.get(2)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Writes documents of the server itself, with their entry in the chain.
    pub fn commit(&self, commit: SystemCommit) -> Result<(), Fault> {
        let mut conn = lock(&self.conn);
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let number = audit(&tx, commit.audit, &commit.actor, commit.at)?;
        for write in &commit.writes {
            let found = tx
                .query_row(
                    "SELECT version FROM document WHERE collection = ? AND key = ?",
                    params![write.collection, write.key],
                    |row| row.get::<_, i64>(0),
                )
                .optional()?;
            if found.map_or(0, |version| version as u64) != write.version {
                return Err(StoreError::Condition(write.condition()).into());
            }
            match &write.body {
                Some(body) => tx.execute(
                    "INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?)",
                    params![write.collection, write.key, number, body],
                )?,
                None => tx.execute(
                    "DELETE FROM document WHERE collection = ? AND key = ?",
                    params![write.collection, write.key],
                )?,
            };
        }
        Ok(tx.commit()?)
    }

    /// Runs something on the file itself.
    pub fn with_connection<T>(&self, run: impl FnOnce(&Connection) -> T) -> T {
        run(&self.hold())
    }

    /// Keeps everybody else from the file.
    pub fn hold(&self) -> MutexGuard<'_, Connection> {
        lock(&self.conn)
    }
}

/// The tenants that a registry's file holds, each with its number and its shard.
pub(crate) fn read_tenants(conn: &Connection) -> Result<Vec<(i64, usize, Tenant)>, Fault> {
    let tenants = Known::read(conn)?.tenants.into_iter();
    Ok(tenants.map(|(no, registered)| (no, registered.shard, registered.facts)).collect())
}

/// What a registry's file says about its store: the epoch and how many shard files there are.
pub(crate) fn read_store(conn: &Connection) -> Result<(StoreId, usize), Fault> {
    let (epoch, shards) = conn.query_row("SELECT epoch, shards FROM store", [], |row| {
        Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, u32>(1)?))
    })?;
    Ok((read_epoch(&epoch)?, shards as usize))
}

/// Gives the store another epoch, so that no watermark of before stands any more, and notes why.
pub(crate) fn renew(
    conn: &mut Connection,
    entry: impl FnOnce(StoreId) -> AuditEntry,
    actor: &Actor,
    at: Timestamp,
) -> Result<StoreId, Fault> {
    let epoch = StoreId(Uuid::new_v4());
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute("UPDATE store SET epoch = ?", [epoch.as_bytes()])?;
    audit(&tx, entry(epoch), actor, at)?;
    tx.commit()?;
    Ok(epoch)
}

fn read_epoch(bytes: &[u8]) -> Result<StoreId, Fault> {
    StoreId::from_slice(bytes).ok_or_else(|| Fault::row("the epoch is not sixteen bytes"))
}

impl Known {
    fn read(conn: &Connection) -> Result<Self, Fault> {
        let mut known = Self::default();
        let mut domains: BTreeMap<i64, Vec<Domain>> = BTreeMap::new();
        let mut statement =
            conn.prepare("SELECT tenant_no, name FROM domain ORDER BY tenant_no, position")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let domain = row.get_ref(1)?.as_str()?.parse().map_err(Fault::row)?;
            domains.entry(row.get(0)?).or_default().push(domain);
        }
        let mut statement =
            conn.prepare("SELECT tenant_no, shard, id, name, created, version FROM tenant")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let no = row.get(0)?;
            let facts = Tenant {
                id: codec::column(row, 2, TenantId::from_slice)?,
                name: row.get(3)?,
                domains: domains.remove(&no).unwrap_or_default(),
                created: Timestamp(row.get(4)?),
                version: row.get::<_, i64>(5)? as u64,
            };
            known.numbers.insert(facts.id, no);
            let shard = row.get::<_, u32>(1)? as usize;
            known.tenants.insert(no, Registered { facts, shard });
        }
        Ok(known)
    }

    /// Refuses domains that another tenant has, and one that is named twice.
    fn check_domains(&self, tenant: &Tenant) -> Result<(), StoreError> {
        for (index, domain) in tenant.domains.iter().enumerate() {
            let taken = |by| Err(StoreError::Taken { what: domain.to_string(), by });
            if tenant.domains[..index].contains(domain) {
                return taken(tenant.id);
            }
            let mut others = self.tenants.values().map(|registered| &registered.facts);
            let other =
                others.find(|facts| facts.id != tenant.id && facts.domains.contains(domain));
            if let Some(other) = other {
                return taken(other.id);
            }
        }
        Ok(())
    }

    /// The shard with the fewest tenants, the first of several.
    fn emptiest(&self, shards: usize) -> usize {
        let tenants = |shard: &usize| {
            self.tenants.values().filter(|registered| registered.shard == *shard).count()
        };
        (0..shards).min_by_key(tenants).unwrap_or(0)
    }
}

fn insert_domains(tx: &Transaction<'_>, no: i64, domains: &[Domain]) -> Result<(), Fault> {
    for (position, domain) in (0_i64..).zip(domains) {
        tx.execute("INSERT INTO domain VALUES (?, ?, ?)", params![domain.as_str(), no, position])?;
    }
    Ok(())
}

fn audit(
    tx: &Transaction<'_>,
    entry: AuditEntry,
    actor: &Actor,
    at: Timestamp,
) -> Result<i64, Fault> {
    let last = tx
        .query_row("SELECT number, chain FROM audit ORDER BY number DESC LIMIT 1", [], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
        })
        .optional()?;
    let (before, chain) = last.map_or((0, String::new()), |(number, chain)| (number, hex(&chain)));
    let number = before + 1;
    let (digest, chain) = store::chain(&chain, number as u64, at, actor, &entry);
    tx.execute(
        "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?)",
        params![
            number,
            at.0,
            json(actor),
            json(&entry),
            unhex(digest.as_bytes()),
            unhex(chain.as_bytes())
        ],
    )?;
    Ok(number)
}
