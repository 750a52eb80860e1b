//! Who holds which text in an attribute.
//!
//! A tenant has a list for each attribute, and each way of looking at it, that somebody asked about. The first question has it
//! filled, a page at a time, so that no commit waits longer than for a page; from its beginning on
//! every commit keeps it. What a commit does not find in the list, because the filling has not come
//! so far, it need not take out, and what it puts in the filling finds there.

mod filling;
mod form;
#[cfg(test)]
mod tests;

use model::{Kind, Name, ObjectId, Value, fold};
use rusqlite::{Connection, OptionalExtension, params};

pub(crate) use filling::{Batch, GATHERED, begin, fill, put_in};
pub(crate) use form::{Form, instant, truth};

use crate::{
    body,
    codec::{self, LAST_ROW, kind_and_row, limit, placed},
    fault::Fault,
    objects::in_order,
    prepare::{Columns, Prepared},
};

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
    let form = Form::Text(attribute.clone());
    let Some(list) = full_list(conn, tenant, &form)? else { return Ok(None) };
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

/// The number of the list, if it is full.
pub(crate) fn full_list(conn: &Connection, tenant: i64, form: &Form) -> Result<Option<i64>, Fault> {
    let found = find_list(conn, tenant, form)?;
    Ok(found.filter(|(_, filled)| *filled >= end(tenant)).map(|(list, _)| list))
}

const INSERT: &str = "INSERT OR IGNORE INTO object_value VALUES (?, ?, ?, ?, ?)";
const DELETE: &str = "DELETE FROM object_value
     WHERE tenant_no = ? AND list_no = ? AND kind = ? AND value = ? AND object = ?";

/// The number of a list, and the place up to which it is filled.
fn find_list(conn: &Connection, tenant: i64, form: &Form) -> Result<Option<(i64, i64)>, Fault> {
    let list = conn
        .prepare_cached(
            "SELECT list_no, filled FROM value_list WHERE tenant_no = ? AND attribute = ?",
        )?
        .query_row(params![tenant, form.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(list)
}

/// The last place of a tenant's objects.
fn end(tenant: i64) -> i64 {
    placed(tenant, Kind::Group, LAST_ROW)
}

pub(crate) fn kind_column(kind: Kind) -> i64 {
    match kind {
        Kind::User => 0,
        Kind::Group => 1,
    }
}

/// Lists with their numbers, and the attributes that they are about.
struct Lists {
    lists: Vec<(i64, Form)>,
    /// Each once.
    names: Vec<String>,
}

impl Lists {
    fn new(lists: Vec<(i64, Form)>) -> Self {
        let names = lists.iter().filter_map(|(_, form)| form.name());
        let mut names: Vec<String> = names.map(Name::to_string).collect();
        names.sort_unstable();
        names.dedup();
        Self { lists, names }
    }

    /// What a row that begins with `user_principal_name, display_name, body, created` has in each.
    fn read(&self, row: &rusqlite::Row<'_>) -> Result<Vec<Vec<String>>, Fault> {
        let (name, display_name) = (row.get_ref(0)?, row.get_ref(1)?);
        self.entries(
            name.as_str_or_null()?,
            display_name.as_str_or_null()?,
            row.get_ref(2)?.as_str()?,
            row.get(3)?,
        )
    }

    /// What an object has in each.
    fn entries(
        &self,
        user_principal_name: Option<&str>,
        display_name: Option<&str>,
        body: &str,
        created: i64,
    ) -> Result<Vec<Vec<String>>, Fault> {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let mut values = body::values(body, &names)?;
        let columns =
            [(Name::USER_PRINCIPAL_NAME, user_principal_name), (Name::DISPLAY_NAME, display_name)];
        for (column, text) in columns {
            let place = names.iter().position(|name| *name == column.as_str());
            if let (Some(place), Some(text)) = (place, text) {
                values[place] = Some(Value::text(text));
            }
        }
        let value = |form: &Form| {
            let name = form.name()?.as_str();
            values[names.iter().position(|known| *known == name)?].as_ref()
        };
        Ok(self.lists.iter().map(|(_, form)| form.entries(value(form), created)).collect())
    }
}

/// What the objects of a commit hold in the tenant's lists, before it and after the groups that were
/// written so far. By the slots of [`Prepared`]; nothing in a tenant without lists.
pub(crate) struct Values {
    lists: Lists,
    before: Vec<Option<Held>>,
    after: Vec<Option<Held>>,
}

/// An object's kind, and what it has in each list.
#[derive(Clone, PartialEq, Eq)]
struct Held {
    kind: Kind,
    entries: Vec<Vec<String>>,
}

/// What stands in a list, with the kind.
fn entries(held: &Option<Held>, list: usize) -> Vec<(i64, &str)> {
    let entries = held.iter().flat_map(|held| {
        let kind = kind_column(held.kind);
        held.entries[list].iter().map(move |text| (kind, text.as_str()))
    });
    entries.collect()
}

impl Values {
    /// What stands before the commit.
    pub fn look_up(conn: &Connection, prepared: &Prepared) -> Result<Self, Fault> {
        let tenant = prepared.owner.no;
        let mut lists = Vec::new();
        let mut statement =
            conn.prepare_cached("SELECT list_no, attribute FROM value_list WHERE tenant_no = ?")?;
        let mut rows = statement.query([tenant])?;
        while let Some(row) = rows.next()? {
            lists.push((row.get(0)?, Form::parse(row.get_ref(1)?.as_str()?)));
        }
        let lists = Lists::new(lists);
        let mut values = Self { lists, before: Vec::new(), after: Vec::new() };
        if values.lists.lists.is_empty() {
            return Ok(values);
        }
        let mut before = Vec::with_capacity(prepared.objects.sorted().len());
        let mut statement = conn.prepare_cached(
            "SELECT user_principal_name, display_name, body, created, place FROM object
             WHERE tenant_no = ? AND id = ? AND deleted IS NULL",
        )?;
        for id in prepared.objects.sorted() {
            let mut rows = statement.query(params![tenant, id.as_bytes()])?;
            before.push(match rows.next()? {
                Some(row) => {
                    let (kind, _) = kind_and_row(row.get(4)?);
                    Some(Held { kind, entries: values.lists.read(row)? })
                }
                None => None,
            });
        }
        values.after = before.clone();
        values.before = before;
        Ok(values)
    }

    /// Notes that the object is written.
    pub fn put(&mut self, slot: usize, columns: &Columns) -> Result<(), Fault> {
        if self.lists.lists.is_empty() {
            return Ok(());
        }
        let Columns { user_principal_name, display_name, body, created, .. } = columns;
        self.after[slot] = match columns.deleted {
            Some(_) => None,
            None => {
                let (name, display_name) =
                    (user_principal_name.as_deref(), display_name.as_deref());
                let entries = self.lists.entries(name, display_name, body, *created)?;
                Some(Held { kind: columns.kind, entries })
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
        for (place, (list, _)) in self.lists.lists.iter().enumerate() {
            let objects = prepared.objects.sorted().iter().zip(self.before.iter().zip(&self.after));
            for (object, (before, after)) in objects {
                if before == after {
                    continue;
                }
                let (before, after) = (entries(before, place), entries(after, place));
                let gone = before.iter().filter(|entry| !after.contains(entry));
                edits.extend(gone.map(|(kind, text)| (*list, *kind, *text, object, false)));
                let new = after.iter().filter(|entry| !before.contains(entry));
                edits.extend(new.map(|(kind, text)| (*list, *kind, *text, object, true)));
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
