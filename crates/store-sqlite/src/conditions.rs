//! Conditions of a whole commit, checked inside its transaction.

use model::{JobId, TenantId};
use rusqlite::{Connection, OptionalExtension, params};
use store::{Condition, StoreError};

use crate::{codec::signed, fault::Fault, registry::Registry};

/// A tenant, by its id and by its number in the file.
#[derive(Clone, Copy)]
pub(crate) struct Owner {
    pub id: TenantId,
    pub no: i64,
}

/// Answers the first condition that does not hold. Writes nothing.
pub(crate) fn check(
    conn: &Connection,
    registry: &Registry,
    owner: Owner,
    conditions: &[Condition],
) -> Result<(), Fault> {
    for condition in conditions {
        let holds = match condition {
            Condition::Document { collection, key, version } => {
                document_version(conn, owner.no, collection, key)? == *version
            }
            Condition::Fence { job, token } => {
                find_job(conn, owner.no, *job)?.is_none_or(|job| job.token <= *token)
            }
            // The registry lies in another file. What is compared is its copy in memory, and whoever
            // changes a tenant waits for the transactions that may have seen the old one.
            Condition::Tenant { version } => registry.version(owner.id)? == *version,
        };
        if !holds {
            return Err(StoreError::Condition(condition.clone()).into());
        }
    }
    Ok(())
}

/// Remembers the tokens of fences that hold. Called when nothing can refuse the commit any more.
pub(crate) fn raise_fences(
    conn: &Connection,
    owner: Owner,
    conditions: &[Condition],
) -> Result<(), Fault> {
    for condition in conditions {
        if let Condition::Fence { job, token } = condition {
            raise_fence(conn, owner, *job, *token)?;
        }
    }
    Ok(())
}

/// Remembers a token, and gives the job's number. Writes only when the token is news.
pub(crate) fn raise_fence(
    conn: &Connection,
    owner: Owner,
    job: JobId,
    token: u64,
) -> Result<i64, Fault> {
    let Some(found) = find_job(conn, owner.no, job)? else {
        conn.prepare_cached("INSERT INTO job (tenant_no, id, token) VALUES (?, ?, ?)")?
            .execute(params![owner.no, job.as_bytes(), signed(token)])?;
        return Ok(conn.last_insert_rowid());
    };
    if found.token < token {
        conn.prepare_cached("UPDATE job SET token = ? WHERE job_no = ?")?
            .execute(params![signed(token), found.no])?;
    }
    Ok(found.no)
}

/// A job by its number in the file, and the highest fencing token named for it.
pub(crate) struct JobRow {
    pub no: i64,
    pub token: u64,
}

/// Finds a job that left a row in the tenant.
pub(crate) fn find_job(
    conn: &Connection,
    tenant: i64,
    job: JobId,
) -> Result<Option<JobRow>, Fault> {
    let row = conn
        .prepare_cached("SELECT job_no, token FROM job WHERE tenant_no = ? AND id = ?")?
        .query_row(params![tenant, job.as_bytes()], |row| {
            Ok(JobRow { no: row.get(0)?, token: row.get::<_, i64>(1)? as u64 })
        })
        .optional()?;
    Ok(row)
}

/// The version of a document; 0 when there is none.
pub(crate) fn document_version(
    conn: &Connection,
    tenant: i64,
    collection: &str,
    key: &str,
) -> Result<u64, Fault> {
    let version = conn
        .prepare_cached(
            "SELECT version FROM document WHERE tenant_no = ? AND collection = ? AND key = ?",
        )?
        .query_row(params![tenant, collection, key], |row| row.get::<_, i64>(0))
        .optional()?;
    Ok(version.unwrap_or(0) as u64)
}
