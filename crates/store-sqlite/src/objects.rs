//! Questions about objects, keys, edges, changes, documents and audit entries.

use model::{
    Change, ChangeNumber, Edge, EdgeKind, Key, KeyKind, Kind, Object, ObjectId, TenantId, Timestamp,
};
use rusqlite::{Connection, OptionalExtension, params};
use store::{AuditEntry, Audited, Changes, Deleted, Document, End, Page, Scan};

use crate::{
    body::Names,
    codec::{self, KeyValue, LAST_ROW, OBJECT, hex, limit, number, numbered, placed, text_or_id},
    fault::Fault,
};

/// The last change number and the one that the feed begins behind.
pub(crate) fn head(conn: &Connection, tenant: i64) -> Result<(ChangeNumber, ChangeNumber), Fault> {
    let row = conn
        .prepare_cached("SELECT number, floor FROM tenant WHERE tenant_no = ?")?
        .query_row([tenant], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))
        .optional()?;
    // A tenant gets its row with its first commit.
    let (number, floor) = row.unwrap_or((0, 0));
    Ok((number as u64, floor as u64))
}

/// Asks about each of many things in the order of the index, and answers in the order asked.
pub(crate) fn in_order<T: Ord, A: Clone>(
    things: &[T],
    mut ask: impl FnMut(&T) -> Result<Option<A>, Fault>,
) -> Result<Vec<Option<A>>, Fault> {
    let mut order: Vec<usize> = (0..things.len()).collect();
    order.sort_unstable_by(|left, right| things[*left].cmp(&things[*right]));
    let mut answers = vec![None; things.len()];
    for index in order {
        answers[index] = ask(&things[index])?;
    }
    Ok(answers)
}

pub(crate) fn get(
    conn: &Connection,
    tenant: i64,
    ids: &[ObjectId],
) -> Result<Vec<Option<Object>>, Fault> {
    let mut statement = conn
        .prepare_cached(&format!("SELECT {OBJECT} FROM object WHERE tenant_no = ? AND id = ?"))?;
    let mut names = Names::default();
    in_order(ids, |id| {
        let mut rows = statement.query(params![tenant, id.as_bytes()])?;
        Ok(match rows.next()? {
            Some(row) => Some(codec::object(row, &mut names)?.1),
            None => None,
        })
    })
}

pub(crate) fn rows(
    conn: &Connection,
    tenant: i64,
    ids: &[ObjectId],
) -> Result<Vec<Option<u64>>, Fault> {
    let mut statement =
        conn.prepare_cached("SELECT place FROM object WHERE tenant_no = ? AND id = ?")?;
    in_order(ids, |id| {
        let mut rows = statement.query(params![tenant, id.as_bytes()])?;
        Ok(match rows.next()? {
            Some(row) => Some(codec::kind_and_row(row.get(0)?).1),
            None => None,
        })
    })
}

pub(crate) fn resolve(
    conn: &Connection,
    tenant: i64,
    keys: &[Key],
) -> Result<Vec<Option<ObjectId>>, Fault> {
    let mut statement = conn.prepare_cached(
        "SELECT object FROM object_key WHERE tenant_no = ? AND kind = ? AND value = ?",
    )?;
    in_order(keys, |key| {
        let mut rows = statement.query(params![tenant, key.kind as i64, KeyValue(key)])?;
        Ok(match rows.next()? {
            Some(row) => Some(codec::column(row, 0, ObjectId::from_slice)?),
            None => None,
        })
    })
}

pub(crate) fn scan(conn: &Connection, tenant: i64, scan: &Scan) -> Result<Page<Object>, Fault> {
    // Few objects are deleted, and they have an index of their own.
    let (from, condition) = match scan.deleted {
        Deleted::Without => ("object", "AND deleted IS NULL"),
        Deleted::Only => ("object INDEXED BY object_deleted", "AND deleted IS NOT NULL"),
        Deleted::Both => ("object", ""),
    };
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {OBJECT} FROM {from} WHERE place > ? AND place <= ? {condition}
         ORDER BY place LIMIT ?"
    ))?;
    let first = placed(tenant, scan.kind, scan.after);
    let last = placed(tenant, scan.kind, LAST_ROW);
    // One more is asked for, to see whether the walk goes on.
    let mut rows = statement.query(params![first, last, limit(scan.limit.saturating_add(1))])?;
    let mut names = Names::default();
    let mut items = Vec::with_capacity(scan.limit.min(1_000));
    while let Some(row) = rows.next()? {
        if items.len() == scan.limit {
            let next = items.last().map_or(scan.after, |(row, _)| *row);
            return Ok(Page { items, next: Some(next) });
        }
        items.push(codec::object(row, &mut names)?);
    }
    Ok(Page { items, next: None })
}

pub(crate) fn count(
    conn: &Connection,
    tenant: i64,
    kind: Kind,
    deleted: Deleted,
) -> Result<u64, Fault> {
    let column = match (kind, deleted) {
        (Kind::User, Deleted::Without) => "users",
        (Kind::User, Deleted::Only) => "deleted_users",
        (Kind::User, Deleted::Both) => "users + deleted_users",
        (Kind::Group, Deleted::Without) => "groups",
        (Kind::Group, Deleted::Only) => "deleted_groups",
        (Kind::Group, Deleted::Both) => "groups + deleted_groups",
    };
    let count = conn
        .prepare_cached(&format!("SELECT {column} FROM tenant WHERE tenant_no = ?"))?
        .query_row([tenant], |row| row.get::<_, i64>(0))
        .optional()?;
    u64::try_from(count.unwrap_or(0)).map_err(Fault::row)
}

/// How many keys of home identities there are, by the tenant in their second half.
pub(crate) fn homes(conn: &Connection, tenant: i64) -> Result<Vec<(TenantId, u64)>, Fault> {
    let mut statement = conn.prepare_cached(
        "SELECT substr(value, 17), count(*) FROM object_key WHERE tenant_no = ? AND kind = ?
         GROUP BY 1 ORDER BY 1",
    )?;
    let mut rows = statement.query(params![tenant, KeyKind::Home as i64])?;
    let mut homes = Vec::new();
    while let Some(row) = rows.next()? {
        let count = row.get::<_, i64>(1)? as u64;
        homes.push((codec::column(row, 0, TenantId::from_slice)?, count));
    }
    Ok(homes)
}

pub(crate) fn edges(
    conn: &Connection,
    tenant: i64,
    kind: EdgeKind,
    end: End,
    ids: &[ObjectId],
) -> Result<Vec<Edge>, Fault> {
    let (here, there) = columns(end);
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {there} FROM edge WHERE tenant_no = ? AND kind = ? AND {here} = ?"
    ))?;
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let mut edges = Vec::new();
    for id in ids {
        let mut rows = statement.query(params![tenant, kind as i64, id.as_bytes()])?;
        while let Some(row) = rows.next()? {
            edges.push(edge(kind, end, id, codec::column(row, 0, ObjectId::from_slice)?));
        }
    }
    edges.sort_unstable();
    Ok(edges)
}

pub(crate) fn edges_after(
    conn: &Connection,
    tenant: i64,
    (kind, end): (EdgeKind, End),
    id: ObjectId,
    after: Option<ObjectId>,
    at_most: usize,
) -> Result<Vec<Edge>, Fault> {
    let (here, there) = columns(end);
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {there} FROM edge WHERE tenant_no = ? AND kind = ? AND {here} = ? AND {there} > ?
         ORDER BY {there} LIMIT ?"
    ))?;
    // No bytes at all stand before every id.
    let after = after.as_ref().map_or(&[] as &[u8], |id| id.as_bytes());
    let mut rows =
        statement.query(params![tenant, kind as i64, id.as_bytes(), after, limit(at_most)])?;
    let mut edges = Vec::new();
    while let Some(row) = rows.next()? {
        edges.push(edge(kind, end, id, codec::column(row, 0, ObjectId::from_slice)?));
    }
    Ok(edges)
}

fn columns(end: End) -> (&'static str, &'static str) {
    match end {
        End::From => ("from_id", "to_id"),
        End::To => ("to_id", "from_id"),
    }
}

fn edge(kind: EdgeKind, end: End, here: ObjectId, there: ObjectId) -> Edge {
    match end {
        End::From => Edge { kind, from: here, to: there },
        End::To => Edge { kind, from: there, to: here },
    }
}

pub(crate) fn changes(
    conn: &Connection,
    tenant: i64,
    after: ChangeNumber,
    at_most: usize,
) -> Result<Changes, Fault> {
    let (head, floor) = head(conn, tenant)?;
    if after < floor || after > head {
        return Ok(Changes::Expired);
    }
    let mut statement = conn.prepare_cached(
        "SELECT place, at, what, one, other FROM change WHERE place > ? AND place <= ?
         ORDER BY place LIMIT ?",
    )?;
    let (first, last) = (numbered(tenant, after), numbered(tenant, head));
    let mut rows = statement.query(params![first, last, limit(at_most)])?;
    let mut changes: Vec<Change> = Vec::new();
    while let Some(row) = rows.next()? {
        changes.push(Change {
            number: number(row.get(0)?),
            at: Timestamp(row.get(1)?),
            subject: codec::subject(row.get(2)?, row.get_ref(3)?, row.get_ref(4)?)?,
        });
    }
    let more = after + (changes.len() as u64) < head;
    Ok(Changes::Page { changes, more })
}

pub(crate) fn document(
    conn: &Connection,
    tenant: i64,
    collection: &str,
    key: &str,
) -> Result<Option<Document>, Fault> {
    let document = conn
        .prepare_cached(
            "SELECT key, version, body FROM document
             WHERE tenant_no = ? AND collection = ? AND key = ?",
        )?
        .query_row(params![tenant, collection, key], read_document)
        .optional()?;
    Ok(document)
}

pub(crate) fn documents(
    conn: &Connection,
    tenant: i64,
    collection: &str,
) -> Result<Vec<Document>, Fault> {
    let mut statement = conn.prepare_cached(
        "SELECT key, version, body FROM document
         WHERE tenant_no = ? AND collection = ? ORDER BY key",
    )?;
    let rows = statement.query_map(params![tenant, collection], read_document)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read_document(row: &rusqlite::Row<'_>) -> rusqlite::Result<Document> {
    let version = row.get::<_, i64>(1)? as u64;
    Ok(Document { key: row.get(0)?, version, body: row.get(2)? })
}

/// The number and the chain value of the last audit entry, as the tenant's counters have them.
pub(crate) fn audit_end(conn: &Connection, tenant: i64) -> Result<(ChangeNumber, String), Fault> {
    let end = conn
        .prepare_cached("SELECT number, chain FROM tenant WHERE tenant_no = ?")?
        .query_row([tenant], |row| {
            Ok((row.get::<_, i64>(0)? as u64, hex(row.get_ref(1)?.as_blob()?)))
        })
        .optional()?;
    Ok(end.unwrap_or_default())
}

pub(crate) fn audit(
    conn: &Connection,
    tenant: i64,
    after: ChangeNumber,
    at_most: usize,
) -> Result<Vec<Audited>, Fault> {
    let mut statement = conn.prepare_cached(
        "SELECT place, at, body, activity, target_kind, target, detail, digest, chain, request
         FROM audit JOIN actor USING (actor_no)
         WHERE place > ? AND place <= ? ORDER BY place LIMIT ?",
    )?;
    let (first, last) = (numbered(tenant, after), numbered(tenant, LAST_ROW));
    let mut rows = statement.query(params![first, last, limit(at_most)])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        let entry = match row.get(3)? {
            None => None,
            Some(activity) => Some(AuditEntry {
                activity,
                target_kind: row.get(4)?,
                target: text_or_id(row.get_ref(5)?)?,
                detail: row.get(6)?,
                request: row.get(9)?,
            }),
        };
        entries.push(Audited {
            number: number(row.get(0)?),
            at: Timestamp(row.get(1)?),
            actor: serde_json::from_str(row.get_ref(2)?.as_str()?)?,
            entry,
            digest: hex(row.get_ref(7)?.as_blob()?),
            chain: hex(row.get_ref(8)?.as_blob()?),
        });
    }
    Ok(entries)
}
