//! Escrow: people who cannot go on, when they are tried again, and how an administrator looks at
//! them. One bad record never stops the good ones.

use model::{Actor, Code, Job, ObjectId, RunKind, RunSummary, Timestamp, Waiting};
use store::WaitQuery;

use crate::{
    Error, Observer, Sync, cycle,
    evaluate::Failure,
    journal::Memory,
    pipeline,
    read::{Chosen, PAGE},
    recover::recover,
    removals,
    session::Session,
};

/// Hours until the next attempt of what only people can mend, by attempt (cross-tenant-sync.md 5.10).
const LASTING_HOURS: [i64; 4] = [6, 12, 24, 24];

/// Seconds until the next attempt of what mends itself; doubled with each attempt.
const TRANSIENT_SECONDS: i64 = 5;

/// The record of a failure, given the one before; `again` says that the run tried already.
pub(crate) fn next_attempt(
    failure: &Failure,
    before: Option<&Waiting>,
    again: bool,
    now: Timestamp,
) -> Waiting {
    let attempts = before.map_or(0, |waiting| waiting.attempts) + u32::from(!again);
    let attempts = attempts.max(1);
    let seconds = if is_transient(failure.reason.code) {
        (TRANSIENT_SECONDS << attempts.min(10)).min(3_600)
    } else {
        let index = (attempts as usize - 1).min(LASTING_HOURS.len() - 1);
        LASTING_HOURS[index] * 3_600
    };
    Waiting {
        source: failure.source,
        wait: failure.wait.clone(),
        reason: failure.reason.clone(),
        attempts,
        since: before.map_or(now, |waiting| waiting.since),
        due: now.plus_seconds(seconds),
    }
}

fn is_transient(code: Code) -> bool {
    [Code::TARGET_MOVED, Code::TARGET_MISSING].contains(&code)
}

impl Sync {
    /// People in escrow, sorted by id, from behind one.
    pub fn list_escrow(
        &self,
        actor: &Actor,
        job: &Job,
        after: Option<ObjectId>,
        limit: usize,
    ) -> Result<Vec<Waiting>, Error> {
        self.check_logs(actor, job)?;
        let mut found = Vec::new();
        let mut after = after;
        // People who are only looked at again at an instant have records too, and are passed over.
        while found.len() < limit {
            let query = WaitQuery::After(after, PAGE);
            let page = self.store().waiting(job.source, job.id, &query)?;
            let Some(last) = page.last() else { break };
            after = Some(last.source);
            found.extend(page.into_iter().filter(|waiting| waiting.wait.is_escrow()));
        }
        found.truncate(limit);
        Ok(found)
    }

    /// Tries people in escrow again now, whatever their next attempt; everybody when nobody is
    /// named.
    pub fn retry_escrow(
        &self,
        actor: &Actor,
        job: &Job,
        people: &[ObjectId],
        observer: &dyn Observer,
    ) -> Result<RunSummary, Error> {
        self.check_run(actor, job)?;
        let mut session = Session::open(self, job, RunKind::OnDemand)?;
        session.ctx.check_consent()?;
        let query = match people {
            [] => WaitQuery::After(None, usize::MAX),
            people => WaitQuery::Sources(people.to_vec()),
        };
        let waiting = self.store().waiting(job.source, job.id, &query)?;
        let escrow = waiting.into_iter().filter(|one| one.wait.is_escrow());
        let people: Vec<ObjectId> = escrow.map(|one| one.source).collect();
        let mut memory = Memory::default();
        recover(&mut session, &mut memory)?;
        let of = people.len() as u64;
        let mut pages = Chosen::new(people);
        let result = pipeline::run(&mut session, &mut memory, &mut pages, of, observer)
            .and_then(|()| removals::finish(&mut session, &mut memory, observer));
        cycle::finish(session, memory, result)
    }
}
