//! Removing what a tenant left behind, a page at a time, so that other tenants' commits are not
//! held up by it.

use rusqlite::{Connection, params};

use crate::{
    codec::{LAST_ROW, placed},
    fault::Fault,
};

/// How many rows of a table are removed in one transaction.
const PAGE: i64 = 2_000;

/// Tables whose key is a place.
const PLACED: [&str; 5] = ["object", "change", "audit", "journal", "journal_detail"];

/// Tables with a key of several columns.
const KEYED: [(&str, &str); 8] = [
    ("object_key", "tenant_no, kind, value"),
    ("object_value", "tenant_no, list_no, kind, value, object"),
    ("edge", "tenant_no, kind, from_id, to_id"),
    ("document", "tenant_no, collection, key"),
    ("link", "tenant_no, job_no, source"),
    ("waiting", "tenant_no, job_no, source"),
    ("run", "tenant_no, job_no, id"),
    ("job_day", "tenant_no, job_no, day"),
];

/// Removes some of a removed tenant's rows; says whether there may be more.
pub(crate) fn purge(conn: &Connection, tenant: i64) -> Result<bool, Fault> {
    let first = placed(tenant, model::Kind::User, 0);
    let last = placed(tenant, model::Kind::Group, LAST_ROW);
    for table in PLACED {
        let removed = conn.execute(
            &format!(
                "DELETE FROM {table} WHERE place IN (
                     SELECT place FROM {table} WHERE place BETWEEN ? AND ? LIMIT ?)"
            ),
            params![first, last, PAGE],
        )?;
        if removed > 0 {
            return Ok(true);
        }
    }
    for (table, key) in KEYED {
        let removed = conn.execute(
            &format!(
                "DELETE FROM {table} WHERE ({key}) IN (
                     SELECT {key} FROM {table} WHERE tenant_no = ? LIMIT ?)"
            ),
            params![tenant, PAGE],
        )?;
        if removed > 0 {
            return Ok(true);
        }
    }
    for table in ["actor", "job", "value_list", "tenant"] {
        conn.execute(&format!("DELETE FROM {table} WHERE tenant_no = ?"), [tenant])?;
    }
    Ok(false)
}
