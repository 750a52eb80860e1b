//! The schema: numbered files, each applied once, each remembered with its checksum.

use rusqlite::{Connection, TransactionBehavior, params};
use sha2::{Digest, Sha256};

use crate::codec::hex;

/// One step of a schema.
pub(crate) struct Migration {
    name: &'static str,
    text: &'static str,
}

macro_rules! migrations {
    ($constant:ident $folder:literal $($name:literal)*) => {
        pub(crate) const $constant: &[Migration] = &[$(Migration {
            name: $name,
            text: include_str!(concat!("../migrations/", $folder, "/", $name, ".sql")),
        }),*];
    };
}

migrations!(SYSTEM "system" "0001_registry" "0002_documents");
migrations!(SHARD "shard" "0001_tenants" "0002_value_lists" "0003_journal_by_time" "0004_journal_of_groups" "0005_audit_requests" "0006_job_days");

/// Why a file cannot be brought to the schema of this program.
#[derive(Debug)]
pub(crate) enum SchemaError {
    /// SQLite says so.
    Sqlite(rusqlite::Error),
    /// The file has steps that this program does not know.
    Newer { found: u32, known: u32 },
    /// A step that was applied is not the one that this program knows by that number.
    Changed { name: &'static str },
}

impl From<rusqlite::Error> for SchemaError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// Applies the steps that the file lacks, each in a transaction of its own.
pub(crate) fn migrate(
    conn: &mut Connection,
    migrations: &'static [Migration],
) -> Result<(), SchemaError> {
    conn.execute_batch(
        "CREATE TABLE IF NOT EXISTS migration (
             number INTEGER PRIMARY KEY,
             name TEXT NOT NULL,
             checksum TEXT NOT NULL
         ) STRICT",
    )?;
    let known = migrations.len() as u32;
    let found: u32 =
        conn.query_row("SELECT coalesce(max(number), 0) FROM migration", [], |row| row.get(0))?;
    if found > known {
        return Err(SchemaError::Newer { found, known });
    }
    for (number, migration) in (1_u32..).zip(migrations) {
        let checksum = hex(&Sha256::digest(migration.text.as_bytes()));
        if number <= found {
            let applied: String = conn.query_row(
                "SELECT checksum FROM migration WHERE number = ?",
                [number],
                |row| row.get(0),
            )?;
            if applied != checksum {
                return Err(SchemaError::Changed { name: migration.name });
            }
            continue;
        }
        let step = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        step.execute_batch(migration.text)?;
        step.execute(
            "INSERT INTO migration VALUES (?, ?, ?)",
            params![number, migration.name, checksum],
        )?;
        step.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(conn: &Connection) -> Vec<(String, Option<String>)> {
        conn.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name")
            .expect("every file has a schema")
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .expect("no parameters")
            .collect::<Result<_, _>>()
            .expect("two columns of text")
    }

    #[test]
    fn a_fresh_schema_equals_one_upgraded_from_any_earlier_step() {
        for migrations in [SYSTEM, SHARD] {
            let mut fresh = Connection::open_in_memory().expect("memory");
            migrate(&mut fresh, migrations).expect("fresh");
            for earlier in 0..=migrations.len() {
                let mut upgraded = Connection::open_in_memory().expect("memory");
                migrate(&mut upgraded, &migrations[..earlier]).expect("earlier");
                migrate(&mut upgraded, migrations).expect("upgrade");
                assert_eq!(schema(&upgraded), schema(&fresh), "from step {earlier}");
            }
        }
    }

    #[test]
    fn steps_that_are_unknown_or_changed_are_refused() {
        let mut conn = Connection::open_in_memory().expect("memory");
        migrate(&mut conn, SHARD).expect("fresh");
        assert!(matches!(
            migrate(&mut conn, &SHARD[..SHARD.len() - 1]),
            Err(SchemaError::Newer { .. })
        ));
        conn.execute("UPDATE migration SET checksum = 'other'", []).expect("plain");
        assert!(matches!(migrate(&mut conn, SHARD), Err(SchemaError::Changed { .. })));
    }
}
