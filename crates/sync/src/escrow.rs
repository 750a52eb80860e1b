//! Escrow: people who cannot go on, when they are tried again, and how an administrator looks at
//! them. One bad record never stops the good ones.

use model::{
    Action, Actor, ChangeId, Code, Entry, EntryState, Job, Kind, ObjectId, Reason, Retries, RunId,
    RunKind, RunSummary, Timestamp, Waiting,
};
use store::{WaitQuery, WaitWrite};

use crate::{
    Error, Observer, Sync, cycle,
    evaluate::Failure,
    journal::Memory,
    live::Watched,
    pipeline,
    read::{Chosen, PAGE},
    recover::recover,
    removals,
    session::Session,
};

/// The record of a failure, given the one before; `again` says that the run tried already. Whoever
/// was given up and was looked at only because something else moved stays given up, as long as the
/// reason is the same one.
pub(crate) fn next_attempt(
    retries: &Retries,
    failure: &Failure,
    before: Option<&Waiting>,
    again: bool,
    now: Timestamp,
) -> Waiting {
    let attempts = before.map_or(0, |waiting| waiting.attempts) + u32::from(!again);
    let attempts = attempts.max(1);
    // Nobody has waited since an instant that lies ahead; the clock was set back.
    let since = before.map_or(now, |waiting| waiting.since.min(now));
    let given_up = before.and_then(|waiting| waiting.given_up);
    let last = since.plus_days(retries.give_up_days);
    let seconds = retries.wait_seconds(attempts, is_transient(failure.reason.code));
    let waiting = Waiting {
        source: failure.source,
        wait: failure.wait.clone(),
        reason: failure.reason.clone(),
        attempts,
        since,
        due: now.plus_seconds(seconds).min(last),
        given_up,
    };
    if given_up.is_some() || now >= last { give_up(waiting, now) } else { waiting }
}

/// Is not tried again by itself from now on.
fn give_up(waiting: Waiting, now: Timestamp) -> Waiting {
    Waiting { due: Timestamp::FAR, given_up: waiting.given_up.or(Some(now)), ..waiting }
}

/// A line of the log about somebody for whom nothing was done.
pub(crate) fn told(
    (run, at): (RunId, Timestamp),
    id: ChangeId,
    (kind, source, name): (Kind, ObjectId, String),
    reason: Reason,
) -> Entry {
    Entry {
        id,
        run,
        at,
        action: Action::Fail,
        state: EntryState::Refused,
        kind,
        source,
        member: None,
        name,
        target: ObjectId::NIL,
        version: 0,
        modifications: Vec::new(),
        reason: Some(reason),
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
        let watched = Watched::begin(&session.ctx, RunKind::OnDemand, observer);
        let result = pipeline::run(&mut session, &mut memory, &mut pages, of, &watched)
            .and_then(|()| removals::finish(&mut session, &mut memory, &watched));
        let finished = cycle::finish(session, memory, result);
        self.nudge(job.id);
        finished
    }

    /// Gives people in escrow up: they are not tried again by themselves. Gives how many there were.
    pub fn give_up_escrow(
        &self,
        actor: &Actor,
        job: &Job,
        people: &[ObjectId],
    ) -> Result<u64, Error> {
        self.check_run(actor, job)?;
        let session = Session::open(self, job, RunKind::OnDemand)?;
        let query = WaitQuery::Sources(people.to_vec());
        let waiting = self.store().waiting(job.source, job.id, &query)?;
        if let Some(missing) = people
            .iter()
            .find(|id| !waiting.iter().any(|one| one.source == **id && one.wait.is_escrow()))
        {
            let kind = "person in escrow";
            return Err(directory::Error::NotFound { kind, name: missing.to_string() }.into());
        }
        let mut commit = session.commit();
        let now = session.ctx.now();
        commit.waiting = waiting.into_iter().map(|one| WaitWrite::Put(give_up(one, now))).collect();
        let count = commit.waiting.len() as u64;
        let found = self.store().get(job.source, people)?;
        commit.entries = people
            .iter()
            .zip(found)
            .map(|(id, found)| {
                let kind = found.as_ref().map_or(Kind::User, |found| found.kind);
                let name = found.map_or_else(|| id.to_string(), |person| person.label());
                let reason = Reason::new(Code::GIVEN_UP, "somebody decided not to try it again");
                told(
                    (session.ctx.run, now),
                    ChangeId(self.directory.ids().next()),
                    (kind, *id, name),
                    reason,
                )
            })
            .collect();
        if count > 0 {
            self.store().record(commit)?;
        }
        Ok(count)
    }
}
