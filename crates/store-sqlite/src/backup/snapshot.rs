//! One moment of all files. Writers are kept at the gate while a read transaction is opened on each
//! file, which takes less than a commit; then they go on, and the reads stay where they are.
//!
//! The moment is one at which no transaction was under way, so together the files are what a process
//! would have left that ended just then. Were they read one after the other, a person's object could
//! be in the target's file and the intent to make it not be in the source's.

use std::time::{Duration, Instant};

use model::Tenant;
use rusqlite::Connection;
use store::StoreError;

use super::Contents;
use crate::{
    SqliteStore, checkpoint::Pause, codec, codec::LAST_ROW, fault::Fault, files, registry, shard,
};

/// Read transactions on all files.
pub(super) struct Snapshot {
    pub files: Vec<View>,
    /// How long writers waited at the gate, at most.
    pub held: Duration,
}

/// A read transaction on one file. While it stays nothing that it sees is taken out of the log.
pub(super) struct View {
    pub name: String,
    pub conn: Connection,
    pause: Option<Pause>,
}

impl Snapshot {
    pub fn take(store: &SqliteStore) -> Result<Self, StoreError> {
        Self::take_slowly(store, |_| ())
    }

    /// Takes it with something done before each file, so that a test can look into the moment.
    pub fn take_slowly(
        store: &SqliteStore,
        mut before: impl FnMut(&str),
    ) -> Result<Self, StoreError> {
        let mut files = vec![View::open(store, registry::FILE, None)?];
        for (number, shard) in store.shards.iter().enumerate() {
            let pause = shard.pause_checkpoints();
            files.push(View::open(store, &shard::file_name(number), Some(pause))?);
        }
        // The registry first: whoever has it may take long, and shard writers need not wait for that.
        let registry = store.registry.hold();
        let begun = Instant::now();
        let gate = store.gate.shut();
        let begin = files.iter().try_for_each(|view| {
            before(&view.name);
            view.begin()
        });
        drop(gate);
        let held = begun.elapsed();
        drop(registry);
        begin?;
        Ok(Self { files, held })
    }
}

impl View {
    fn open(store: &SqliteStore, name: &str, pause: Option<Pause>) -> Result<Self, StoreError> {
        let open = || -> Result<Connection, Fault> {
            let conn = files::connect_reader(&store.directory.file(name))?;
            // The schema is read now and not while everybody waits.
            conn.query_row(FIRST, [], |_| Ok(()))?;
            Ok(conn)
        };
        let conn = open().map_err(|fault| fault.into_store(name))?;
        Ok(Self { name: name.to_owned(), conn, pause })
    }

    /// Opens the read transaction; it begins with its first question.
    fn begin(&self) -> Result<(), StoreError> {
        let begin = || -> Result<(), Fault> {
            self.conn.execute_batch("BEGIN")?;
            Ok(self.conn.query_row(FIRST, [], |_| Ok(()))?)
        };
        begin().map_err(|fault| fault.into_store(&self.name))
    }

    /// Asks about what is seen.
    pub fn ask<T>(
        &self,
        ask: impl FnOnce(&Connection) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        ask(&self.conn).map_err(|fault| fault.into_store(&self.name))
    }

    /// Lets go of the file, and brings into it what gathered in its log meanwhile.
    pub fn end(self) -> Result<(), StoreError> {
        let Self { name, conn, pause } = self;
        let end = || -> Result<(), Fault> {
            conn.execute_batch("ROLLBACK")?;
            Ok(pause.map_or(Ok(()), |pause| pause.end(&conn))?)
        };
        end().map_err(|fault| fault.into_store(&name))
    }
}

const FIRST: &str = "SELECT number FROM migration LIMIT 1";

/// The newest migration of a file.
pub(super) fn schema(conn: &Connection) -> Result<u32, Fault> {
    Ok(conn.query_row("SELECT max(number) FROM migration", [], |row| row.get(0))?)
}

/// What a shard's file holds of a tenant.
pub(super) fn contents(conn: &Connection, tenant: i64) -> Result<Contents, Fault> {
    let count = |sql: &str, parameters: &[i64]| -> Result<u64, Fault> {
        let parameters = rusqlite::params_from_iter(parameters);
        Ok(conn.query_row(sql, parameters, |row| row.get::<_, i64>(0))? as u64)
    };
    let links = count("SELECT count(*) FROM link WHERE tenant_no = ?", &[tenant])?;
    let ends = [codec::numbered(tenant, 0), codec::numbered(tenant, LAST_ROW)];
    let entries = count("SELECT count(*) FROM journal WHERE place BETWEEN ? AND ?", &ends)?;
    let mut statement = conn.prepare(
        "SELECT number, users, deleted_users, groups, deleted_groups FROM tenant
         WHERE tenant_no = ?",
    )?;
    let mut rows = statement.query([tenant])?;
    // A tenant gets its row with its first commit.
    let Some(row) = rows.next()? else { return Ok(Contents::default()) };
    let column = |index| row.get::<_, i64>(index).map(|number| number as u64);
    Ok(Contents {
        change: column(0)?,
        users: column(1)?,
        deleted_users: column(2)?,
        groups: column(3)?,
        deleted_groups: column(4)?,
        links,
        entries,
    })
}

/// The tenants that a registry's file names, with what their shards' files hold of them.
pub(super) fn tenants(files: &[View]) -> Result<Vec<(Tenant, Contents)>, StoreError> {
    let Some((system, shards)) = files.split_first() else { return Ok(Vec::new()) };
    let mut tenants = Vec::new();
    for (no, shard, facts) in system.ask(registry::read_tenants)? {
        let shard = shards.get(shard);
        let contents = shard.map(|shard| shard.ask(|conn| contents(conn, no))).transpose()?;
        tenants.push((facts, contents.unwrap_or_default()));
    }
    Ok(tenants)
}
