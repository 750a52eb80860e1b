//! Questions about a job: progress, entries, links, waiting records and runs.

use model::{
    Day, Entry, EntryState, JobId, Link, ObjectId, Progress, RunId, RunSummary, Timestamp, Waiting,
};
use rusqlite::{Connection, Row, ToSql, params};
use serde::de::DeserializeOwned;
use store::{EntryQuery, Oblivion, WaitQuery};

use crate::{
    codec::{self, limit},
    conditions,
    fault::Fault,
    objects::in_order,
    record::FORGETTABLE,
};

/// So many entries of a span of time are sorted rather than met on a walk.
const SHORT_SPAN: i64 = 5_000;

/// A job that left a row in the tenant, ready to be asked.
pub(crate) struct Job<'a> {
    conn: &'a Connection,
    tenant: i64,
    job: i64,
}

impl<'a> Job<'a> {
    /// Finds the job. One without a row has nothing to be asked about.
    pub fn find(conn: &'a Connection, tenant: i64, job: JobId) -> Result<Option<Self>, Fault> {
        let found = conditions::find_job(conn, tenant, job)?;
        Ok(found.map(|job| Self { conn, tenant, job: job.no }))
    }

    pub fn progress(&self) -> Result<Progress, Fault> {
        let mut statement =
            self.conn.prepare_cached("SELECT progress FROM job WHERE job_no = ?")?;
        let text: Option<String> = statement.query_row([self.job], |row| row.get(0))?;
        Ok(text.map(|text| serde_json::from_str(&text)).transpose()?.unwrap_or_default())
    }

    pub fn entries(&self, query: &EntryQuery) -> Result<Vec<Entry>, Fault> {
        let wanted = if query.limit == 0 { usize::MAX } else { query.limit };
        let mut entries = if !query.ids.is_empty() {
            self.entries_by_id(query)?
        } else if !query.states.is_empty() && query.states.iter().all(|state| is_pending(*state)) {
            // Each state is a range of its own in the index and comes sorted out of it.
            let mut states = query.states.clone();
            states.sort_unstable();
            states.dedup();
            let mut entries = Vec::new();
            for state in states {
                entries.extend(self.walk(query, Some(state), wanted)?);
            }
            entries
        } else {
            // Walks the log from its end or its beginning until the limit is reached. That is how
            // the log is read; what one person's entries are is asked rarely, with a limit, and
            // mostly about the newest, so an index by person would cost every entry for little.
            return self.walk(query, None, wanted);
        };
        entries.sort_by_key(|entry| entry.id);
        if query.newest_first {
            entries.reverse();
        }
        entries.truncate(wanted);
        Ok(entries)
    }

    fn entries_by_id(&self, query: &EntryQuery) -> Result<Vec<Entry>, Fault> {
        let mut statement = self.conn.prepare_cached(&format!(
            "{} WHERE tenant_no = ? AND job_no = ? AND id = ?",
            codec::select_entries("journal_id", query.bare)
        ))?;
        let mut ids = query.ids.clone();
        ids.sort_unstable();
        ids.dedup();
        let mut entries = Vec::new();
        for id in ids {
            let mut rows = statement.query(params![self.tenant, self.job, id.as_bytes()])?;
            if let Some(row) = rows.next()? {
                entries.push(codec::entry(row)?);
            }
        }
        entries.retain(|entry| query.admits(entry));
        Ok(entries)
    }

    /// Reads entries in the order asked for, those of one pending state or of all states.
    fn walk(
        &self,
        query: &EntryQuery,
        pending: Option<EntryState>,
        wanted: usize,
    ) -> Result<Vec<Entry>, Fault> {
        let mut conditions = match pending {
            // The first condition is the index's own, word by word, without which it is not used.
            Some(state) => format!("state IN (1, 2, 5, 8) AND state = {}", state as i64),
            None => among("state", query.states.iter().map(|state| (*state as i64).to_string())),
        };
        conditions += " AND ";
        let actions = query.actions.iter().map(|action| (*action as i64).to_string());
        conditions += &among("action", actions);
        conditions += " AND ";
        // Codes come from the program's own table, so that they need no quoting.
        conditions += &among(
            "reason ->> '$.code'",
            query.codes.iter().map(|code| format!("'{}'", code.as_str())),
        );
        let bounds: [(&str, Option<Box<dyn ToSql>>); 6] = [
            ("id > ?", query.after.map(|id| Box::new(*id.as_bytes()) as _)),
            ("id < ?", query.before.map(|id| Box::new(*id.as_bytes()) as _)),
            ("at >= ?", query.since.map(|at| Box::new(at.0) as _)),
            ("at < ?", query.until.map(|at| Box::new(at.0) as _)),
            ("run = ?", query.run.map(|id| Box::new(*id.as_bytes()) as _)),
            ("? IN (source, member)", query.source.map(|id| Box::new(*id.as_bytes()) as _)),
        ];
        let mut values: Vec<&dyn ToSql> = vec![&self.tenant, &self.job];
        for (condition, value) in &bounds {
            if let Some(value) = value {
                conditions += " AND ";
                conditions += condition;
                values.push(value);
            }
        }
        let wanted = limit(wanted);
        values.push(&wanted);
        let index = match pending {
            Some(_) => "journal_pending",
            None if self.is_short_span(query)? => "journal_at",
            None => "journal_id",
        };
        let order = if query.newest_first { "DESC" } else { "ASC" };
        let mut statement = self.conn.prepare_cached(&format!(
            "{} WHERE tenant_no = ? AND job_no = ? AND {conditions} ORDER BY id {order} LIMIT ?",
            codec::select_entries(index, query.bare)
        ))?;
        let mut rows = statement.query(values.as_slice())?;
        let mut entries = Vec::new();
        while let Some(row) = rows.next()? {
            entries.push(codec::entry(row)?);
        }
        Ok(entries)
    }

    /// Whether the question names a span of time that holds few entries. Those are taken out of the
    /// index by time and sorted; in a longer one a walk that ends at the limit is the shorter way.
    fn is_short_span(&self, query: &EntryQuery) -> Result<bool, Fault> {
        if query.since.is_none() && query.until.is_none() {
            return Ok(false);
        }
        let since = query.since.map_or(i64::MIN, |at| at.0);
        let until = query.until.map_or(i64::MAX, |at| at.0);
        let mut statement = self.conn.prepare_cached(
            "SELECT count(*) FROM (SELECT 1 FROM journal INDEXED BY journal_at
             WHERE tenant_no = ? AND job_no = ? AND at >= ? AND at < ? LIMIT ?)",
        )?;
        let count: i64 = statement
            .query_row(params![self.tenant, self.job, since, until, SHORT_SPAN], |row| {
                row.get(0)
            })?;
        Ok(count < SHORT_SPAN)
    }

    /// Whether nothing is old enough to be forgotten.
    pub fn has_none_to_forget(&self, which: &Oblivion) -> Result<bool, Fault> {
        let up_to = which.up_to.map(|id| *id.as_bytes());
        let mut statement = self.conn.prepare_cached(FORGETTABLE)?;
        let found = statement.exists(params![self.tenant, self.job, which.before.0, up_to, 1])?;
        Ok(!found)
    }

    pub fn removals_since(&self, since: Timestamp) -> Result<u64, Fault> {
        let mut statement = self.conn.prepare_cached(
            "SELECT count(*) FROM journal INDEXED BY journal_removal
             WHERE state = 3 AND action IN (5, 6)
               AND tenant_no = ? AND job_no = ? AND at >= ?",
        )?;
        let count: i64 =
            statement.query_row(params![self.tenant, self.job, since.0], |row| row.get(0))?;
        u64::try_from(count).map_err(Fault::row)
    }

    pub fn links(&self, sources: &[ObjectId]) -> Result<Vec<Option<Link>>, Fault> {
        self.each_link("source = ?", sources)
    }

    pub fn links_to(&self, targets: &[ObjectId]) -> Result<Vec<Option<Link>>, Fault> {
        self.each_link("target = ? ORDER BY state, source LIMIT 1", targets)
    }

    fn each_link(&self, which: &str, ids: &[ObjectId]) -> Result<Vec<Option<Link>>, Fault> {
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT source, target, state FROM link
             WHERE tenant_no = ? AND job_no = ? AND {which}"
        ))?;
        in_order(ids, |id| {
            let mut rows = statement.query(params![self.tenant, self.job, id.as_bytes()])?;
            rows.next()?.map(codec::link).transpose()
        })
    }

    pub fn links_after(&self, after: Option<ObjectId>, at_most: usize) -> Result<Vec<Link>, Fault> {
        let mut statement = self.conn.prepare_cached(
            "SELECT source, target, state FROM link
             WHERE tenant_no = ? AND job_no = ? AND source > ? ORDER BY source LIMIT ?",
        )?;
        let mut rows =
            statement.query(params![self.tenant, self.job, before(&after), limit(at_most)])?;
        let mut links = Vec::new();
        while let Some(row) = rows.next()? {
            links.push(codec::link(row)?);
        }
        Ok(links)
    }

    pub fn waiting(&self, query: &WaitQuery) -> Result<Vec<Waiting>, Fault> {
        let mut found: Vec<Waiting> = match query {
            WaitQuery::After(after, at_most) => self.bodies(
                "waiting WHERE tenant_no = ? AND job_no = ? AND source > ?
                 ORDER BY source LIMIT ?",
                &[&before(after), &limit(*at_most)],
            )?,
            WaitQuery::Sources(ids) => self.each_waiting("source = ?", ids)?,
            WaitQuery::Targets(ids) => self.each_waiting("object = ?", ids)?,
            WaitQuery::Due(at, at_most) => self.bodies(
                "waiting WHERE tenant_no = ? AND job_no = ? AND due <= ?
                 ORDER BY due, source LIMIT ?",
                &[&at.0, &limit(*at_most)],
            )?,
        };
        found.sort_by_key(|waiting| waiting.source);
        Ok(found)
    }

    fn each_waiting(&self, which: &str, ids: &[ObjectId]) -> Result<Vec<Waiting>, Fault> {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        let mut found = Vec::new();
        let from = format!("waiting WHERE tenant_no = ? AND job_no = ? AND {which}");
        for id in ids {
            found.extend(self.bodies(&from, &[id.as_bytes()])?);
        }
        Ok(found)
    }

    pub fn runs(&self, at_most: usize) -> Result<Vec<RunSummary>, Fault> {
        self.bodies(
            "run WHERE tenant_no = ? AND job_no = ? ORDER BY id DESC LIMIT ?",
            &[&limit(at_most)],
        )
    }

    pub fn runs_before(&self, before: RunId, at_most: usize) -> Result<Vec<RunSummary>, Fault> {
        let before: &[u8; 16] = before.as_bytes();
        self.bodies(
            "run WHERE tenant_no = ? AND job_no = ? AND id < ? ORDER BY id DESC LIMIT ?",
            &[before, &limit(at_most)],
        )
    }

    pub fn run(&self, run: RunId) -> Result<Option<RunSummary>, Fault> {
        let run: &[u8; 16] = run.as_bytes();
        Ok(self.bodies("run WHERE tenant_no = ? AND job_no = ? AND id = ?", &[run])?.pop())
    }

    pub fn days(&self, before: i64, at_most: usize) -> Result<Vec<Day>, Fault> {
        self.bodies(
            "job_day WHERE tenant_no = ? AND job_no = ? AND day < ? ORDER BY day DESC LIMIT ?",
            &[&before, &limit(at_most)],
        )
    }

    /// The bodies of rows that are kept as one JSON text.
    fn bodies<T: DeserializeOwned>(
        &self,
        from: &str,
        more: &[&dyn ToSql],
    ) -> Result<Vec<T>, Fault> {
        let mut statement = self.conn.prepare_cached(&format!("SELECT body FROM {from}"))?;
        let mut values: Vec<&dyn ToSql> = vec![&self.tenant, &self.job];
        values.extend(more);
        let mut rows = statement.query(values.as_slice())?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(body(row)?);
        }
        Ok(found)
    }
}

fn body<T: DeserializeOwned>(row: &Row<'_>) -> Result<T, Fault> {
    Ok(serde_json::from_str(row.get_ref(0)?.as_str()?)?)
}

/// The bytes behind which a walk goes on; none at all stand before every id.
fn before(after: &Option<ObjectId>) -> &[u8] {
    after.as_ref().map_or(&[], |id| id.as_bytes())
}

/// A condition that the column is one of the values; no values restrict nothing.
fn among(column: &str, values: impl Iterator<Item = String>) -> String {
    let list: Vec<String> = values.collect();
    if list.is_empty() { "TRUE".to_owned() } else { format!("{column} IN ({})", list.join(", ")) }
}

/// Whether the index of what is still to be done holds entries in this state.
fn is_pending(state: EntryState) -> bool {
    use EntryState::{Held, Open, Planned, Staged};
    matches!(state, Planned | Open | Held | Staged)
}
