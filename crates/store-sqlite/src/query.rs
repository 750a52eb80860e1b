//! Answering queries from lists and by walks.
//!
//! Where parts of lists name few objects who may pass, those are fetched, tested and ordered. Else
//! the order says how to walk: by the rows or ids of objects, or along a list of texts; and everybody
//! on the way is tested, so that an answer never depends on what a list says too much. A page stops
//! after a bounded number of objects; its mark tells where. Whether somebody passes and where they
//! stand is decided by [`model::query`] alone.

mod access;
#[cfg(test)]
mod tests;

use model::{
    Kind, Object, ObjectId, Query, Timestamp,
    query::{Found, Mark, Order, Predicate},
};
use rusqlite::{Connection, Params, params, types::Value as Column};

use crate::{
    body::Names,
    codec::{self, LAST_ROW, OBJECT, limit, placed},
    fault::Fault,
    values::{self, Form, instant},
};
use access::{Access, Range};

/// How much is done for one page.
#[derive(Clone, Copy)]
pub(crate) struct Bounds {
    /// So many objects are looked at on a walk.
    pub walk: usize,
    /// So many are fetched, tested and ordered where lists name them.
    pub gather: usize,
}

/// A walk of so many objects takes less than a tenth of a second.
pub(crate) const BOUNDS: Bounds = Bounds { walk: 20_000, gather: 1_000 };

/// An answer, or the list that is to be filled before there is one.
pub(crate) enum Answer<T> {
    Found(T),
    Needs(Form),
}

/// A page of objects.
pub(crate) fn query(
    conn: &Connection,
    tenant: i64,
    query: &Query,
    bounds: Bounds,
) -> Result<Answer<Found>, Fault> {
    let asked = Asked { conn, tenant, query, bounds, limit: query.limit.max(1) };
    if query.deleted {
        return asked.among_deleted().map(Answer::Found);
    }
    match asked.choose()? {
        Choice::Few(access, lists) => asked.gather(&access, &lists).map(Answer::Found),
        Choice::Many(access, lists) if query.order == Order::Id && access.is_by_id() => {
            asked.merge(&access.ranges, &lists).map(Answer::Found)
        }
        Choice::Many(..) | Choice::All => asked.walk(),
        Choice::Needs(form) => Ok(Answer::Needs(form)),
    }
}

/// How many pass, where a part of a list says so; none where they have to be looked at.
pub(crate) fn count(
    conn: &Connection,
    tenant: i64,
    kind: Kind,
    predicate: &Predicate,
) -> Result<Option<Answer<u64>>, Fault> {
    let Some(range) = access::precise(predicate) else { return Ok(None) };
    let Some(list) = values::full_list(conn, tenant, &range.form)? else {
        return Ok(Some(Answer::Needs(range.form)));
    };
    let count = size(conn, tenant, kind, &range, list, usize::MAX)?;
    Ok(Some(Answer::Found(count as u64)))
}

/// How to find who may pass.
enum Choice {
    /// So few are named that each can be fetched. With the number of each range's list.
    Few(Access, Vec<i64>),
    /// Many are named.
    Many(Access, Vec<i64>),
    /// Nobody is named.
    All,
    /// A list must be filled first.
    Needs(Form),
}

struct Asked<'a> {
    conn: &'a Connection,
    tenant: i64,
    query: &'a Query,
    bounds: Bounds,
    limit: usize,
}

impl Asked<'_> {
    /// The way that names the fewest. A list that is not there yet is asked for only if those that
    /// are do not help.
    fn choose(&self) -> Result<Choice, Fault> {
        let (mut best, mut missing): (Option<(usize, Access, Vec<i64>)>, _) = (None, None);
        for access in access::options(&self.query.predicate) {
            let mut lists = Vec::with_capacity(access.ranges.len());
            for range in &access.ranges {
                match values::full_list(self.conn, self.tenant, &range.form)? {
                    Some(list) => lists.push(list),
                    None => missing = missing.or_else(|| Some(range.form.clone())),
                }
            }
            if lists.len() < access.ranges.len() {
                continue;
            }
            let mut size = access.ids.len();
            for (range, list) in access.ranges.iter().zip(&lists) {
                let rest = (self.bounds.gather + 1).saturating_sub(size);
                size += self::size(self.conn, self.tenant, self.query.kind, range, *list, rest)?;
            }
            if best.as_ref().is_none_or(|(least, ..)| size < *least) {
                best = Some((size, access, lists));
            }
        }
        Ok(match (best, missing) {
            (Some((size, access, lists)), _) if size <= self.bounds.gather => {
                Choice::Few(access, lists)
            }
            (_, Some(form)) => Choice::Needs(form),
            (Some((_, access, lists)), None) => Choice::Many(access, lists),
            (None, None) => Choice::All,
        })
    }

    /// Fetches those who are named.
    fn gather(&self, access: &Access, lists: &[i64]) -> Result<Found, Fault> {
        let mut ids = access.ids.clone();
        let mut statement = self.conn.prepare_cached(
            "SELECT object FROM object_value
             WHERE tenant_no = ? AND list_no = ? AND kind = ? AND value >= ? AND value < ?",
        )?;
        for (range, list) in access.ranges.iter().zip(lists) {
            let kind = values::kind_column(self.query.kind);
            let (from, to) = (&range.from, upper(range.to.as_deref()));
            let mut rows = statement.query(params![self.tenant, list, kind, from, to])?;
            while let Some(row) = rows.next()? {
                ids.push(codec::column(row, 0, ObjectId::from_slice)?);
            }
        }
        ids.sort_unstable();
        ids.dedup();
        let mut fetch = Fetch::new(self)?;
        if self.query.order == Order::Id {
            let mut page = Page::new(self);
            let ids: Box<dyn Iterator<Item = ObjectId>> = match self.query.descending {
                true => Box::new(ids.into_iter().rev()),
                false => Box::new(ids.into_iter()),
            };
            for id in ids.filter(|id| self.is_ahead(&Mark::Id(*id))) {
                if let Some((row, object)) = fetch.get(id)?
                    && page.take(row, object)
                {
                    break;
                }
            }
            return Ok(page.end());
        }
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            found.extend(fetch.get(id)?);
        }
        Ok(self.ordered(found))
    }

    /// Puts all candidates in order and takes the page.
    fn ordered(&self, candidates: Vec<(u64, Object)>) -> Found {
        let marked = candidates
            .into_iter()
            .filter_map(|(row, object)| Some((self.query.order.mark(&object, row)?, row, object)));
        let mut marked: Vec<_> = marked.filter(|(mark, ..)| self.is_ahead(mark)).collect();
        marked.sort_by(
            |(left, ..), (right, ..)| {
                if self.query.descending { right.cmp(left) } else { left.cmp(right) }
            },
        );
        let mut page = Page::new(self);
        for (_, row, object) in marked {
            if page.take(row, object) {
                break;
            }
        }
        page.end()
    }

    fn is_ahead(&self, mark: &Mark) -> bool {
        let after = self.query.after.as_ref();
        after.is_none_or(|after| mark.is_behind(after, self.query.descending))
    }

    /// Goes along several parts of lists at once, in each of which objects lie in the order of ids.
    fn merge(&self, ranges: &[Range], lists: &[i64]) -> Result<Found, Fault> {
        let mut statement = self.conn.prepare_cached(&self.way().along_text())?;
        let chunk = self.limit.saturating_add(1).min(self.bounds.walk);
        let kind = values::kind_column(self.query.kind);
        let mut page = Page::new(self);
        let mut fetch = Fetch::new(self)?;
        let mut after = self.after_id();
        loop {
            let (mut ids, mut horizon) = (Vec::new(), None);
            for (range, list) in ranges.iter().zip(lists) {
                let asked = params![self.tenant, list, kind, range.from, after, limit(chunk)];
                let mut rows = statement.query(asked)?;
                let (mut count, mut last) = (0, None);
                while let Some(row) = rows.next()? {
                    let id = codec::column(row, 0, ObjectId::from_slice)?;
                    (count, last) = (count + 1, Some(id));
                    ids.push(id);
                }
                // Behind the nearest end of a chunk others may be missing.
                if count == chunk
                    && let Some(last) = last
                {
                    let nearer = |end: ObjectId| match self.query.descending {
                        true => end.max(last),
                        false => end.min(last),
                    };
                    horizon = Some(horizon.map_or(last, nearer));
                }
            }
            ids.sort_unstable();
            ids.dedup();
            if self.query.descending {
                ids.reverse();
            }
            for id in ids {
                if let Some((row, object)) = fetch.get(id)?
                    && page.take(row, object)
                {
                    return Ok(page.end());
                }
                if horizon == Some(id) {
                    break;
                }
            }
            match horizon {
                Some(id) => after = id.as_bytes().to_vec(),
                None => return Ok(page.end()),
            }
        }
    }

    fn way(&self) -> Way {
        Way { descending: self.query.descending }
    }

    /// Looks at one after the other, in order.
    fn walk(&self) -> Result<Answer<Found>, Fault> {
        match &self.query.order {
            Order::Row => {
                // One bound on each side: of two on one side only the first would be searched by.
                let place = |row| placed(self.tenant, self.query.kind, row);
                let after = match &self.query.after {
                    Some(Mark::Row(row)) => place(*row),
                    _ if self.query.descending => place(LAST_ROW).saturating_add(1),
                    _ => place(0).saturating_sub(1),
                };
                let end = place(if self.query.descending { 0 } else { LAST_ROW });
                let asked = params![after, end];
                self.go_along(&self.way().along_rows(), asked).map(Answer::Found)
            }
            Order::Id => {
                let asked = params![self.tenant, self.after_id()];
                self.go_along(&self.way().along_ids(), asked).map(Answer::Found)
            }
            Order::Text(name) => self.go_along_list(Form::Text(name.clone())),
            Order::Created => self.go_along_list(Form::Created),
            // Those who are not deleted have no place in this order.
            Order::Deleted => Ok(Answer::Found(Page::new(self).end())),
        }
    }

    /// The id to go on behind. Nothing stands before every id, and more bytes than one has behind.
    fn after_id(&self) -> Vec<u8> {
        match &self.query.after {
            Some(Mark::Id(id)) => id.as_bytes().to_vec(),
            _ if self.query.descending => vec![0xff; 17],
            _ => Vec::new(),
        }
    }

    fn go_along_list(&self, form: Form) -> Result<Answer<Found>, Fault> {
        let Some(list) = values::full_list(self.conn, self.tenant, &form)? else {
            return Ok(Answer::Needs(form));
        };
        // If the predicate says where in this list they stand, the rest of it is left alone.
        let ranges = access::options(&self.query.predicate).into_iter();
        let part = ranges
            .filter(|access| access.ids.is_empty() && access.ranges.len() == 1)
            .find_map(|access| access.ranges.into_iter().find(|range| range.form == form));
        let (from, to) = part.map_or((String::new(), None), |range| (range.from, range.to));
        // The nearer end is the mark, if there is one in this part of the list.
        let after = match &self.query.after {
            Some(Mark::Text(text, id)) => Some((text.as_str().to_owned(), id)),
            Some(Mark::Time(at, id)) => Some((instant(Timestamp(*at)), id)),
            _ => None,
        };
        let (near, far) = match self.query.descending {
            true => (upper(to.as_deref()), Column::Text(from)),
            false => (Column::Text(from), upper(to.as_deref())),
        };
        let (near, object) = match after {
            Some((text, id)) => (Column::Text(text), id.as_bytes().to_vec()),
            None => (near, Vec::new()),
        };
        let kind = values::kind_column(self.query.kind);
        let asked = params![self.tenant, list, kind, near, object, far];
        self.go_along(&self.way().along_list(), asked).map(Answer::Found)
    }

    fn go_along(&self, sql: &str, asked: impl Params) -> Result<Found, Fault> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query(asked)?;
        let (mut names, mut page) = (Names::default(), Page::new(self));
        while let Some(row) = rows.next()? {
            let kind = codec::kind_and_row(row.get(0)?).0;
            let (row, object) = codec::object(row, &mut names)?;
            if kind == self.query.kind && page.take(row, object) {
                break;
            }
        }
        Ok(page.end())
    }

    /// Deleted objects have no lists, and are few.
    fn among_deleted(&self) -> Result<Found, Fault> {
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT {OBJECT} FROM object INDEXED BY object_deleted
             WHERE place BETWEEN ? AND ? AND deleted IS NOT NULL ORDER BY place"
        ))?;
        let place = |row| placed(self.tenant, self.query.kind, row);
        let mut rows = statement.query(params![place(0), place(LAST_ROW)])?;
        let (mut names, mut found) = (Names::default(), Vec::new());
        while let Some(row) = rows.next()? {
            let (row, object) = codec::object(row, &mut names)?;
            if self.query.predicate.holds(&object) {
                found.push((row, object));
            }
        }
        Ok(self.ordered(found))
    }
}

/// The questions that go in the one direction or the other.
struct Way {
    descending: bool,
}

impl Way {
    fn words(&self) -> (&'static str, &'static str) {
        if self.descending { ("<", "DESC") } else { (">", "ASC") }
    }

    fn along_rows(&self) -> String {
        let (sign, direction) = self.words();
        let end = if self.descending { ">=" } else { "<=" };
        format!(
            "SELECT {OBJECT} FROM object
             WHERE place {sign} ? AND place {end} ? AND deleted IS NULL ORDER BY place {direction}"
        )
    }

    fn along_ids(&self) -> String {
        let (sign, direction) = self.words();
        format!(
            "SELECT {OBJECT} FROM object
             WHERE tenant_no = ? AND id {sign} ? AND deleted IS NULL ORDER BY id {direction}"
        )
    }

    /// Along the objects that have one text in a list.
    fn along_text(&self) -> String {
        let (sign, direction) = self.words();
        format!(
            "SELECT object FROM object_value
             WHERE tenant_no = ? AND list_no = ? AND kind = ? AND value = ? AND object {sign} ?
             ORDER BY object {direction} LIMIT ?"
        )
    }

    fn along_list(&self) -> String {
        let (sign, direction) = self.words();
        let far = if self.descending { ">=" } else { "<" };
        format!(
            "SELECT {OBJECT} FROM object_value AS listed CROSS JOIN object
                 ON object.tenant_no = listed.tenant_no AND object.id = listed.object
             WHERE listed.tenant_no = ? AND list_no = ? AND kind = ?
                 AND (value, listed.object) {sign} (?, ?) AND value {far} ?
             ORDER BY value {direction}, listed.object {direction}"
        )
    }
}

/// How many entries a part of a list has, counted up to a number.
fn size(
    conn: &Connection,
    tenant: i64,
    kind: Kind,
    range: &Range,
    list: i64,
    at_most: usize,
) -> Result<usize, Fault> {
    let kind = values::kind_column(kind);
    let to = upper(range.to.as_deref());
    let count: i64 = conn
        .prepare_cached(
            "SELECT count(*) FROM (SELECT 1 FROM object_value
             WHERE tenant_no = ? AND list_no = ? AND kind = ? AND value >= ? AND value < ? LIMIT ?)",
        )?
        .query_row(params![tenant, list, kind, range.from, to, limit(at_most)], |row| row.get(0))?;
    usize::try_from(count).map_err(Fault::row)
}

/// A bound that is not reached: bytes stand behind all texts.
fn upper(text: Option<&str>) -> Column {
    text.map_or_else(|| Column::Blob(Vec::new()), |text| Column::Text(text.to_owned()))
}

/// Gets objects of the right kind that are not deleted, one by one.
struct Fetch<'a> {
    statement: rusqlite::CachedStatement<'a>,
    names: Names,
    tenant: i64,
    kind: Kind,
}

impl<'a> Fetch<'a> {
    fn new(asked: &'a Asked<'_>) -> Result<Self, Fault> {
        let statement = asked.conn.prepare_cached(&format!(
            "SELECT {OBJECT} FROM object WHERE tenant_no = ? AND id = ? AND deleted IS NULL"
        ))?;
        Ok(Self {
            statement,
            names: Names::default(),
            tenant: asked.tenant,
            kind: asked.query.kind,
        })
    }

    fn get(&mut self, id: ObjectId) -> Result<Option<(u64, Object)>, Fault> {
        let mut rows = self.statement.query(params![self.tenant, id.as_bytes()])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let found = codec::object(row, &mut self.names)?;
        Ok((found.1.kind == self.kind).then_some(found))
    }
}

/// A page that is being filled in order.
struct Page<'a> {
    query: &'a Query,
    limit: usize,
    /// So many more may be looked at.
    rest: usize,
    found: Found,
    last: Option<Mark>,
}

impl<'a> Page<'a> {
    fn new(asked: &'a Asked<'_>) -> Self {
        let found = Found { objects: Vec::new(), next: None };
        let Asked { query, limit, bounds, .. } = asked;
        Self { query, limit: *limit, rest: bounds.walk, found, last: None }
    }

    /// Looks at the next object; says whether the page is over.
    fn take(&mut self, row: u64, object: Object) -> bool {
        let Some(mark) = self.query.order.mark(&object, row) else { return false };
        if self.query.predicate.holds(&object) {
            if self.found.objects.len() == self.limit {
                self.found.next = self.last.take();
                return true;
            }
            self.found.objects.push(object);
            self.last = Some(mark.clone());
        }
        self.rest -= 1;
        if self.rest == 0 {
            self.found.next = Some(mark);
        }
        self.rest == 0
    }

    fn end(self) -> Found {
        self.found
    }
}
