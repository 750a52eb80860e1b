//! How a list comes to hold everybody: objects are gathered by readers, sorted as the list is, and put
//! in by the writer a page at a time, so that each page of the file is touched a few times only and no
//! commit waits longer than for a page.
//!
//! Between gathering and putting in others write. From its beginning on every commit keeps the list by
//! itself, so whoever changed after the gathering began is left to the commit that did it.

use std::collections::BTreeSet;

use model::ObjectId;
use rusqlite::{Connection, params};
use store::StoreError;

use super::{Form, INSERT, Lists, end, find_list, kind_column};
use crate::{
    codec::{self, kind_and_row, limit, numbered, placed},
    conditions::Owner,
    fault::Fault,
    objects,
    shard::Shard,
    writer::Work,
};

/// How many objects are gathered and sorted at once; their texts are kept in memory meanwhile.
pub(crate) const GATHERED: usize = 200_000;

/// How many objects are read, and how many entries put in, in one transaction.
pub(crate) const PAGE: usize = 2_000;

/// An entry: a user or a group, the text, and whose it is. In the order of the list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    kind: i64,
    text: String,
    object: ObjectId,
}

/// Entries on their way into a list.
pub(crate) struct Batch {
    form: Form,
    entries: Vec<Entry>,
    /// The number of the last change before they were gathered.
    noted: u64,
    /// Up to where the list is filled with them; none while more of the same gathering follow.
    filled: Option<i64>,
}

/// Puts the next objects, so many at most, into a list; says whether there may be more.
pub(crate) fn fill(
    shard: &Shard,
    owner: Owner,
    form: &Form,
    at_most: usize,
) -> Result<bool, StoreError> {
    shard.write(Work::BeginList { owner, form: form.clone() })?;
    let Some(gathered) = gather(shard, owner, form, at_most)? else { return Ok(false) };
    let Gathered { entries, noted, filled } = gathered;
    let mut pages = entries.chunks(PAGE).peekable();
    loop {
        let entries = pages.next().unwrap_or_default().to_vec();
        let is_last = pages.peek().is_none();
        let batch = Batch { form: form.clone(), entries, noted, filled: is_last.then_some(filled) };
        shard.write(Work::Fill { owner, batch })?;
        if is_last {
            return Ok(filled < end(owner.no));
        }
    }
}

struct Gathered {
    entries: Vec<Entry>,
    noted: u64,
    filled: i64,
}

/// The entries of the next objects, sorted; none when the list is full.
fn gather(
    shard: &Shard,
    owner: Owner,
    form: &Form,
    at_most: usize,
) -> Result<Option<Gathered>, StoreError> {
    let begun = shard.ask_at_once(|conn| {
        let found = find_list(conn, owner.no, form)?;
        let (_, filled) = found.ok_or_else(|| Fault::row("a list that was begun is missing"))?;
        Ok((objects::head(conn, owner.no)?.0, filled))
    })?;
    let (noted, mut filled) = begun;
    if filled >= end(owner.no) {
        return Ok(None);
    }
    let mut entries = Vec::new();
    let mut read = 0;
    while read < at_most && filled < end(owner.no) {
        let page = PAGE.min(at_most - read);
        let last = shard.ask_at_once(|conn| {
            let last = read_page(conn, owner.no, form, (filled, page), &mut entries)?;
            Ok(last)
        })?;
        (read, filled) = (read + page, last);
    }
    entries.sort_unstable();
    Ok(Some(Gathered { entries, noted, filled }))
}

/// Reads a page of objects from behind a place, and gives the place of its last one.
fn read_page(
    conn: &Connection,
    tenant: i64,
    form: &Form,
    (behind, page): (i64, usize),
    entries: &mut Vec<Entry>,
) -> Result<i64, Fault> {
    let lists = Lists::new(vec![(0, form.clone())]);
    let mut statement = conn.prepare_cached(
        "SELECT user_principal_name, display_name, body, created, place, id FROM object
         WHERE place > ? AND place <= ? AND deleted IS NULL ORDER BY place LIMIT ?",
    )?;
    let mut rows = statement.query(params![behind, end(tenant), limit(page)])?;
    let (mut read, mut last) = (0, behind);
    while let Some(row) = rows.next()? {
        (read, last) = (read + 1, row.get(4)?);
        let kind = kind_column(kind_and_row(last).0);
        let object = codec::column(row, 5, ObjectId::from_slice)?;
        for text in lists.read(row)?.remove(0) {
            entries.push(Entry { kind, text, object });
        }
    }
    Ok(if read < page { end(tenant) } else { last })
}

/// Begins a list; one that stands stays.
pub(crate) fn begin(conn: &Connection, tenant: i64, form: &Form) -> Result<(), Fault> {
    conn.prepare_cached(
        "INSERT OR IGNORE INTO value_list (tenant_no, attribute, filled) VALUES (?, ?, ?)",
    )?
    .execute(params![tenant, form.to_string(), placed(tenant, model::Kind::User, 0)])?;
    Ok(())
}

/// Puts a page of what was gathered into its list.
pub(crate) fn put_in(conn: &Connection, tenant: i64, batch: &Batch) -> Result<(), Fault> {
    // A tenant that was removed and made anew meanwhile has no such list; the next question begins one.
    let Some((list, _)) = find_list(conn, tenant, &batch.form)? else { return Ok(()) };
    let changed = changed_since(conn, tenant, batch.noted)?;
    let mut insert = conn.prepare_cached(INSERT)?;
    for Entry { kind, text, object } in &batch.entries {
        if !changed.contains(object) {
            insert.execute(params![tenant, list, kind, text, object.as_bytes()])?;
        }
    }
    if let Some(filled) = batch.filled {
        conn.prepare_cached("UPDATE value_list SET filled = max(filled, ?) WHERE list_no = ?")?
            .execute([filled, list])?;
    }
    Ok(())
}

/// The objects that were written after a change.
fn changed_since(conn: &Connection, tenant: i64, number: u64) -> Result<BTreeSet<ObjectId>, Fault> {
    let mut statement = conn.prepare_cached(
        "SELECT one FROM change WHERE place > ? AND place <= ? AND what BETWEEN 1 AND 4",
    )?;
    let (first, last) = (numbered(tenant, number), numbered(tenant, u64::MAX));
    let mut rows = statement.query(params![first, last])?;
    let mut changed = BTreeSet::new();
    while let Some(row) = rows.next()? {
        changed.insert(codec::column(row, 0, ObjectId::from_slice)?);
    }
    Ok(changed)
}
