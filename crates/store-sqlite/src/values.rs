//! Who holds which text in an attribute.
//!
//! A tenant has a list for each attribute that somebody asked about. The first question has it
//! filled, a page at a time, so that no commit waits longer than for a page; from its beginning on
//! every commit keeps it. What a commit does not find in the list, because the filling has not come
//! so far, it need not take out, and what it puts in the filling finds there.

#[cfg(test)]
mod tests;

use model::{Kind, Name, ObjectId, fold};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{
    body,
    codec::{self, LAST_ROW, kind_and_row, limit, placed},
    fault::Fault,
    objects::in_order,
    prepare::{Columns, Prepared},
};

/// How many objects are put into a list in one transaction.
pub(crate) const PAGE: usize = 2_000;

const HOLDERS: &str = "SELECT object FROM object_value
     WHERE tenant_no = ? AND list_no = ? AND kind = ? AND value = ? ORDER BY object LIMIT ?";

/// Who holds each of the texts; none if the attribute has no list yet that is full.
pub(crate) fn holders(
    conn: &Connection,
    tenant: i64,
    (kind, attribute): (Kind, &Name),
    texts: &[String],
    at_most: usize,
) -> Result<Option<Vec<Vec<ObjectId>>>, Fault> {
    let Some((list, filled)) = find_list(conn, tenant, attribute)? else { return Ok(None) };
    if filled < end(tenant) {
        return Ok(None);
    }
    let mut statement = conn.prepare_cached(HOLDERS)?;
    let folded: Vec<String> = texts.iter().map(|text| fold(text)).collect();
    let found = in_order(&folded, |text| {
        let (kind, at_most) = (kind_column(kind), limit(at_most));
        let mut rows = statement.query(params![tenant, list, kind, text, at_most])?;
        let mut ids = Vec::new();
        while let Some(row) = rows.next()? {
            ids.push(codec::column(row, 0, ObjectId::from_slice)?);
        }
        Ok(Some(ids))
    })?;
    Ok(Some(found.into_iter().map(Option::unwrap_or_default).collect()))
}

/// Puts the next objects into the attribute's list, which is begun if need be; says whether there
/// may be more.
pub(crate) fn fill(
    conn: &Connection,
    tenant: i64,
    attribute: &Name,
    page: usize,
) -> Result<bool, Fault> {
    conn.prepare_cached(
        "INSERT OR IGNORE INTO value_list (tenant_no, attribute, filled) VALUES (?, ?, ?)",
    )?
    .execute(params![tenant, attribute.as_str(), placed(tenant, Kind::User, 0)])?;
    let found = find_list(conn, tenant, attribute)?;
    let (list, filled) = found.ok_or_else(|| Fault::row("a list that was just made is missing"))?;
    if filled >= end(tenant) {
        return Ok(false);
    }
    let mut statement = conn.prepare_cached(
        "SELECT user_principal_name, display_name, body, id, place FROM object
         WHERE place > ? AND place <= ? AND deleted IS NULL ORDER BY place LIMIT ?",
    )?;
    let mut rows = statement.query(params![filled, end(tenant), limit(page)])?;
    let (mut listed, mut read, mut last) = (Vec::new(), 0, filled);
    while let Some(row) = rows.next()? {
        (read, last) = (read + 1, row.get(4)?);
        if let Some(text) = held(row, &[attribute.as_str()])?.remove(0) {
            let (kind, _) = kind_and_row(last);
            listed.push((kind_column(kind), text, codec::column(row, 3, ObjectId::from_slice)?));
        }
    }
    // In the order of the list, whose pages are then touched once each.
    listed.sort_unstable();
    let mut insert = conn.prepare_cached(INSERT)?;
    for (kind, text, object) in &listed {
        insert.execute(params![tenant, list, kind, text, object.as_bytes()])?;
    }
    let filled = if read < page { end(tenant) } else { last };
    conn.prepare_cached("UPDATE value_list SET filled = ? WHERE list_no = ?")?
        .execute([filled, list])?;
    Ok(filled < end(tenant))
}

const INSERT: &str = "INSERT OR IGNORE INTO object_value VALUES (?, ?, ?, ?, ?)";
const DELETE: &str = "DELETE FROM object_value
     WHERE tenant_no = ? AND list_no = ? AND kind = ? AND value = ? AND object = ?";

/// The number of an attribute's list, and the place up to which it is filled.
fn find_list(
    conn: &Connection,
    tenant: i64,
    attribute: &Name,
) -> Result<Option<(i64, i64)>, Fault> {
    let list = conn
        .prepare_cached(
            "SELECT list_no, filled FROM value_list WHERE tenant_no = ? AND attribute = ?",
        )?
        .query_row(params![tenant, attribute.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(list)
}

/// The last place of a tenant's objects.
fn end(tenant: i64) -> i64 {
    placed(tenant, Kind::Group, LAST_ROW)
}

fn kind_column(kind: Kind) -> i64 {
    match kind {
        Kind::User => 0,
        Kind::Group => 1,
    }
}

/// The folded texts of a row that begins with `user_principal_name, display_name, body`.
fn held(row: &rusqlite::Row<'_>, attributes: &[&str]) -> Result<Vec<Option<String>>, Fault> {
    let (name, display_name) = (row.get_ref(0)?, row.get_ref(1)?);
    texts(
        attributes,
        name.as_str_or_null()?,
        display_name.as_str_or_null()?,
        row.get_ref(2)?.as_str()?,
    )
}

/// The folded texts of these attributes, each in its place.
fn texts(
    attributes: &[&str],
    user_principal_name: Option<&str>,
    display_name: Option<&str>,
    body: &str,
) -> Result<Vec<Option<String>>, Fault> {
    let mut texts = body::texts(body, attributes)?;
    let columns =
        [(Name::USER_PRINCIPAL_NAME, user_principal_name), (Name::DISPLAY_NAME, display_name)];
    for (column, text) in columns {
        let place = attributes.iter().position(|attribute| *attribute == column.as_str());
        if let (Some(place), Some(text)) = (place, text) {
            texts[place] = Some(text.to_owned());
        }
    }
    Ok(texts.into_iter().map(|text| text.map(|text| fold(&text))).collect())
}

/// What the objects of a commit hold in the tenant's lists, before it and after the groups that were
/// written so far. By the slots of [`Prepared`]; nothing in a tenant without lists.
pub(crate) struct Values {
    lists: Vec<i64>,
    attributes: Vec<String>,
    before: Vec<Option<Held>>,
    after: Vec<Option<Held>>,
}

/// An object's kind and its folded texts, one for each list.
#[derive(Clone, PartialEq, Eq)]
struct Held {
    kind: Kind,
    texts: Vec<Option<String>>,
}

impl Held {
    fn entry(&self, list: usize) -> Option<(i64, &str)> {
        Some((kind_column(self.kind), self.texts[list].as_deref()?))
    }
}

impl Values {
    /// What stands before the commit.
    pub fn look_up(conn: &Connection, prepared: &Prepared) -> Result<Self, Fault> {
        let tenant = prepared.owner.no;
        let (mut lists, mut attributes) = (Vec::new(), Vec::new());
        let mut statement =
            conn.prepare_cached("SELECT list_no, attribute FROM value_list WHERE tenant_no = ?")?;
        let mut rows = statement.query([tenant])?;
        while let Some(row) = rows.next()? {
            lists.push(row.get(0)?);
            attributes.push(row.get(1)?);
        }
        let mut values = Self { lists, attributes, before: Vec::new(), after: Vec::new() };
        if values.lists.is_empty() {
            return Ok(values);
        }
        let names = values.names();
        let mut before = Vec::with_capacity(prepared.objects.sorted().len());
        let mut statement = conn.prepare_cached(
            "SELECT user_principal_name, display_name, body, place FROM object
             WHERE tenant_no = ? AND id = ? AND deleted IS NULL",
        )?;
        for id in prepared.objects.sorted() {
            let mut rows = statement.query(params![tenant, id.as_bytes()])?;
            before.push(match rows.next()? {
                Some(row) => {
                    let (kind, _) = kind_and_row(row.get(3)?);
                    Some(Held { kind, texts: held(row, &names)? })
                }
                None => None,
            });
        }
        values.after = before.clone();
        values.before = before;
        Ok(values)
    }

    fn names(&self) -> Vec<&str> {
        self.attributes.iter().map(String::as_str).collect()
    }

    /// Notes that the object is written.
    pub fn put(&mut self, slot: usize, columns: &Columns) -> Result<(), Fault> {
        if self.lists.is_empty() {
            return Ok(());
        }
        let Columns { user_principal_name, display_name, body, .. } = columns;
        self.after[slot] = match columns.deleted {
            Some(_) => None,
            None => {
                let (name, display_name) =
                    (user_principal_name.as_deref(), display_name.as_deref());
                let texts = texts(&self.names(), name, display_name, body)?;
                Some(Held { kind: columns.kind, texts })
            }
        };
        Ok(())
    }

    /// Notes that the object is removed.
    pub fn purge(&mut self, slot: usize) {
        if let Some(held) = self.after.get_mut(slot) {
            *held = None;
        }
    }

    /// Brings the lists from what was held to what is held now, in their order.
    pub fn write(&self, conn: &Connection, prepared: &Prepared) -> Result<(), Fault> {
        let mut edits = Vec::new();
        for (place, list) in self.lists.iter().enumerate() {
            let objects = prepared.objects.sorted().iter().zip(self.before.iter().zip(&self.after));
            for (object, (before, after)) in objects {
                let before = before.as_ref().and_then(|held| held.entry(place));
                let after = after.as_ref().and_then(|held| held.entry(place));
                if before != after {
                    edits.extend(before.map(|(kind, text)| (*list, kind, text, object, false)));
                    edits.extend(after.map(|(kind, text)| (*list, kind, text, object, true)));
                }
            }
        }
        edits.sort_unstable();
        let mut insert = conn.prepare_cached(INSERT)?;
        let mut delete = conn.prepare_cached(DELETE)?;
        for (list, kind, text, object, is_held) in edits {
            let statement = if is_held { &mut insert } else { &mut delete };
            let tenant = prepared.owner.no;
            statement.execute(params![tenant, list, kind, text, object.as_bytes()])?;
        }
        Ok(())
    }
}
