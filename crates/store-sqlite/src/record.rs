//! Journal commits inside the writer's transaction.

use model::{Day, Entry, RunSummary, Timestamp, WaitFor, Waiting};
use rusqlite::{Connection, OptionalExtension, params};
use store::{Condition, JournalCommit, LinkWrite, Oblivion, Settled, StoreError, WaitWrite};

use crate::{
    codec::{LAST_ROW, json, kind_number, limit, modifications_text, numbered, signed},
    conditions::{self, Owner},
    fault::Fault,
    registry::Registry,
};

/// Writes a journal commit.
pub(crate) fn record(
    conn: &Connection,
    registry: &Registry,
    owner: Owner,
    commit: &JournalCommit,
) -> Result<(), Fault> {
    let own = Condition::Fence { job: commit.job, token: commit.token };
    conditions::check(conn, registry, owner, &[own])?;
    conditions::check(conn, registry, owner, &commit.conditions)?;
    let job = conditions::raise_fence(conn, owner, commit.job, commit.token)?;
    conditions::raise_fences(conn, owner, &commit.conditions)?;
    let journal = Journal { conn, tenant: owner.no, job };
    journal.entries(&commit.entries)?;
    journal.settle(&commit.settled)?;
    journal.links(&commit.links)?;
    journal.waiting(&commit.waiting)?;
    if let Some(progress) = commit.progress {
        conn.prepare_cached("UPDATE job SET progress = ? WHERE job_no = ?")?
            .execute(params![json(&progress), job])?;
    }
    if let Some(run) = &commit.run {
        conn.prepare_cached("INSERT OR REPLACE INTO run VALUES (?, ?, ?, ?)")?.execute(params![
            owner.no,
            job,
            run.id.as_bytes(),
            json(run)
        ])?;
    }
    commit.day.iter().try_for_each(|more| journal.add_to_day(more))
}

/// Forgets a job. Its row stays with the highest token, so that a run that was shut out stays so.
pub(crate) fn forget(conn: &Connection, owner: Owner, job: model::JobId) -> Result<(), Fault> {
    let Some(job) = conditions::find_job(conn, owner.no, job)? else { return Ok(()) };
    conn.execute(
        "DELETE FROM journal_detail WHERE place IN (
             SELECT place FROM journal WHERE tenant_no = ? AND job_no = ?)",
        [owner.no, job.no],
    )?;
    for table in ["journal", "link", "waiting", "run", "job_day"] {
        conn.execute(
            &format!("DELETE FROM {table} WHERE tenant_no = ? AND job_no = ?"),
            [owner.no, job.no],
        )?;
    }
    conn.execute("UPDATE job SET progress = NULL WHERE job_no = ?", [job.no])?;
    Ok(())
}

/// Settled entries that are old enough, in the order in which they are forgotten; five values and a
/// limit complete it.
pub(crate) const FORGETTABLE: &str = "SELECT place FROM journal INDEXED BY journal_at
     WHERE tenant_no = ?1 AND job_no = ?2 AND at < ?3 AND state IN (3, 4, 6, 7)
         AND (?4 IS NULL OR id <= ?4)
     ORDER BY at, id LIMIT ?5";

/// Forgets settled entries that are old enough.
pub(crate) fn forget_entries(
    conn: &Connection,
    owner: Owner,
    job: model::JobId,
    which: &Oblivion,
) -> Result<u64, Fault> {
    let Some(job) = conditions::find_job(conn, owner.no, job)? else { return Ok(0) };
    let up_to = which.up_to.map(|id| *id.as_bytes());
    let mut find = conn.prepare_cached(FORGETTABLE)?;
    let values = params![owner.no, job.no, which.before.0, up_to, limit(which.limit)];
    let places =
        find.query_map(values, |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
    let mut entry = conn.prepare_cached("DELETE FROM journal WHERE place = ?")?;
    let mut detail = conn.prepare_cached("DELETE FROM journal_detail WHERE place = ?")?;
    for place in &places {
        entry.execute([place])?;
        detail.execute([place])?;
    }
    Ok(places.len() as u64)
}

/// Forgets the oldest runs that ended before an instant, all but the newest run, and the days before it.
pub(crate) fn forget_runs(
    conn: &Connection,
    owner: Owner,
    job: model::JobId,
    before: Timestamp,
    limit: usize,
) -> Result<u64, Fault> {
    let Some(job) = conditions::find_job(conn, owner.no, job)? else { return Ok(0) };
    conn.prepare_cached("DELETE FROM job_day WHERE tenant_no = ? AND job_no = ? AND day < ?")?
        .execute([owner.no, job.no, Day::number_of(before)])?;
    let mut find = conn.prepare_cached(
        "SELECT body FROM run WHERE tenant_no = ?1 AND job_no = ?2 AND id <
             (SELECT max(id) FROM run WHERE tenant_no = ?1 AND job_no = ?2)
         ORDER BY id",
    )?;
    let mut rows = find.query([owner.no, job.no])?;
    let mut meant = Vec::new();
    while meant.len() < limit
        && let Some(row) = rows.next()?
    {
        let run: RunSummary = serde_json::from_str(row.get_ref(0)?.as_str()?)?;
        match run.ended {
            Some(ended) if ended >= before => break,
            Some(_) => meant.push(run.id),
            None => {}
        }
    }
    let mut remove =
        conn.prepare_cached("DELETE FROM run WHERE tenant_no = ? AND job_no = ? AND id = ?")?;
    for id in &meant {
        remove.execute(params![owner.no, job.no, id.as_bytes()])?;
    }
    Ok(meant.len() as u64)
}

struct Journal<'a> {
    conn: &'a Connection,
    tenant: i64,
    job: i64,
}

impl Journal<'_> {
    fn add_to_day(&self, more: &Day) -> Result<(), Fault> {
        let key = [self.tenant, self.job, more.number];
        let held: Option<String> = self
            .conn
            .prepare_cached(
                "SELECT body FROM job_day WHERE tenant_no = ? AND job_no = ? AND day = ?",
            )?
            .query_row(key, |row| row.get(0))
            .optional()?;
        let mut day = match held {
            Some(text) => serde_json::from_str(&text)?,
            None => Day { number: more.number, ..Day::default() },
        };
        day.add(more);
        self.conn
            .prepare_cached("INSERT OR REPLACE INTO job_day VALUES (?, ?, ?, ?)")?
            .execute(params![self.tenant, self.job, more.number, json(&day)])?;
        Ok(())
    }

    fn entries(&self, entries: &[Entry]) -> Result<(), Fault> {
        if entries.is_empty() {
            return Ok(());
        }
        let (first, last) = (numbered(self.tenant, 0), numbered(self.tenant, LAST_ROW));
        let used: Option<i64> = self
            .conn
            .prepare_cached("SELECT max(place) FROM journal WHERE place BETWEEN ? AND ?")?
            .query_row([first, last], |row| row.get(0))?;
        let mut insert = self.conn.prepare_cached(
            "INSERT OR REPLACE INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?;
        let mut detail =
            self.conn.prepare_cached("INSERT OR REPLACE INTO journal_detail VALUES (?, ?)")?;
        for (place, entry) in (used.unwrap_or(first) + 1..).zip(entries) {
            insert.execute(params![
                place,
                self.tenant,
                self.job,
                entry.id.as_bytes(),
                entry.run.as_bytes(),
                entry.at.0,
                entry.action as i64,
                entry.state as i64,
                entry.source.as_bytes(),
                entry.name,
                entry.target.as_bytes(),
                signed(entry.version),
                entry.reason.as_ref().map(json),
                kind_number(entry.kind),
                entry.member.map(|member| *member.as_bytes()),
            ])?;
            detail.execute(params![place, modifications_text(&entry.modifications)])?;
        }
        Ok(())
    }

    fn settle(&self, settled: &[Settled]) -> Result<(), Fault> {
        let mut update = self.conn.prepare_cached(
            "UPDATE journal SET state = ?4, reason = coalesce(?5, reason)
             WHERE tenant_no = ?1 AND job_no = ?2 AND id = ?3",
        )?;
        for Settled { id, state, reason } in settled {
            let reason = reason.as_ref().map(json);
            update.execute(params![self.tenant, self.job, id.as_bytes(), *state as i64, reason])?;
        }
        Ok(())
    }

    fn links(&self, links: &[LinkWrite]) -> Result<(), Fault> {
        let mut put =
            self.conn.prepare_cached("INSERT OR REPLACE INTO link VALUES (?, ?, ?, ?, ?)")?;
        let mut remove = self
            .conn
            .prepare_cached("DELETE FROM link WHERE tenant_no = ? AND job_no = ? AND source = ?")?;
        for write in links {
            match write {
                LinkWrite::Put(link) => {
                    let (source, target) = (link.source.as_bytes(), link.target.as_bytes());
                    put.execute(params![self.tenant, self.job, source, target, link.state as i64])?
                }
                LinkWrite::Drop(source) => {
                    remove.execute(params![self.tenant, self.job, source.as_bytes()])?
                }
            };
        }
        Ok(())
    }

    fn waiting(&self, waiting: &[WaitWrite]) -> Result<(), Fault> {
        let mut put =
            self.conn.prepare_cached("INSERT OR REPLACE INTO waiting VALUES (?, ?, ?, ?, ?, ?)")?;
        let mut remove = self.conn.prepare_cached(
            "DELETE FROM waiting WHERE tenant_no = ? AND job_no = ? AND source = ?",
        )?;
        for write in waiting {
            match write {
                WaitWrite::Put(waiting) => put.execute(params![
                    self.tenant,
                    self.job,
                    waiting.source.as_bytes(),
                    awaited(waiting).map(|object| *object.as_bytes()),
                    waiting.due.0,
                    json(waiting)
                ])?,
                WaitWrite::Drop(source) => {
                    remove.execute(params![self.tenant, self.job, source.as_bytes()])?
                }
            };
        }
        Ok(())
    }
}

/// The object of the target whose change ends the wait.
fn awaited(waiting: &Waiting) -> Option<model::ObjectId> {
    match &waiting.wait {
        WaitFor::Object { id } | WaitFor::Return { id } => Some(*id),
        WaitFor::Key { holder, .. } => Some(*holder),
        WaitFor::Time | WaitFor::Domains | WaitFor::Moment => None,
    }
}

/// What a journal commit is answered whose lease another has followed.
pub(crate) fn shut_out(commit: &JournalCommit) -> StoreError {
    StoreError::Condition(Condition::Fence { job: commit.job, token: commit.token })
}
