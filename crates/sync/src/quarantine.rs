//! Quarantine: reads what a job's last attempts came to, has the engine judge it, and writes that with
//! the run. A job in quarantine looks cheaply whether what stopped it is gone, and runs at once when it is.

use engine::quarantine::{Counts, Turn, decide_turn, impose, is_given_up, judge};
use model::{Actor, Code, Job, JobState, ObjectId, Progress, Quarantine, QuarantineReason, Reason};
use store::{JournalCommit, StoreError};

use crate::{Error, Sync, journal::Memory, session::Session};

/// Who wants the cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Called {
    /// Somebody asked for it.
    ByHand,
    /// The worker, whose turn it was.
    ByItself,
}

/// Lets a job in quarantine through to its cycle if it is worth an attempt.
pub(crate) fn check(session: &Session, called: Called) -> Result<(), Error> {
    let ctx = &session.ctx;
    let Some(quarantine) = session.progress.quarantine else { return Ok(()) };
    if called == Called::ByHand {
        return Ok(());
    }
    match decide_turn(&quarantine, &ctx.job.quarantine, (ctx.now(), ctx.versions)) {
        Turn::Attempt => Ok(()),
        Turn::Probe => {
            ctx.check_consent()?;
            ctx.check_tests()?;
            Ok(ctx.target().get(&[ObjectId::NIL]).map(drop)?)
        }
        Turn::Rest => {
            let sentence = format!("the job is tried again at {}", quarantine.next_attempt);
            Err(Error::stopped(Code::QUARANTINED, sentence))
        }
    }
}

/// What a cycle's end means for the job. People in escrow are counted only where that can matter.
pub(crate) fn judge_run(
    session: &Session,
    memory: &Memory,
    result: &Result<(), Error>,
) -> Result<Option<Quarantine>, Error> {
    let (ctx, before) = (&session.ctx, session.progress.quarantine);
    let (now, rules) = (ctx.now(), &ctx.job.quarantine);
    if let Err(error) = result {
        let Some(reason) = cause(error) else { return Ok(before) };
        let at = (now, ctx.versions);
        return Ok(Some(impose(before, QuarantineReason::Exception, Some(reason.code), at, rules)));
    }
    if memory.failed.is_empty() && before.is_none() {
        return Ok(None);
    }
    let failed = ctx.sync.count_escrow(&ctx.job)?;
    let counts = Counts { failed, linked: session.progress.linked };
    let reason = judge(counts, rules);
    Ok(reason.map(|reason| impose(before, reason, None, (now, ctx.versions), rules)))
}

/// Why the job cannot run, where it cannot. What the server itself could not do, and what somebody
/// asked for, says nothing about the job.
fn cause(error: &Error) -> Option<Reason> {
    match error {
        Error::Stopped(reason) => {
            let stops =
                [Code::CONSENT_MISSING, Code::CONFIGURATION_INVALID, Code::MAPPING_TEST_FAILED];
            stops.contains(&reason.code).then(|| reason.clone())
        }
        Error::Directory(directory::Error::NotFound { .. }) | Error::Target(_) => {
            Some(crate::cycle::stop_reason(error))
        }
        _ => None,
    }
}

impl Sync {
    /// Takes in that a cycle could not even begin. Attempts that are not due yet are no news.
    pub(crate) fn did_not_begin(&self, job: &Job, error: &Error) -> Result<(), Error> {
        let Some(reason) = cause(error) else { return Ok(()) };
        let now = self.clock().now();
        let after = |progress: &Progress| {
            let is_due = progress.quarantine.is_none_or(|before| now >= before.next_attempt);
            let (code, at) = (Some(reason.code), (now, progress.evaluated));
            let rules = &job.quarantine;
            match is_due {
                true => {
                    Some(impose(progress.quarantine, QuarantineReason::Exception, code, at, rules))
                }
                false => progress.quarantine,
            }
        };
        self.set_quarantine(job, after).map(drop)
    }

    /// Ends a job's quarantine, whether it is well or not; says whether it was in one.
    pub fn lift_quarantine(&self, actor: &Actor, job: &Job) -> Result<bool, Error> {
        self.check_run(actor, job)?;
        let lifted = self.set_quarantine(job, |_| None)?;
        self.nudge(job.id);
        Ok(lifted)
    }

    /// Writes a quarantine where it is another one now; says whether there was one.
    fn set_quarantine(
        &self,
        job: &Job,
        after: impl FnOnce(&Progress) -> Option<Quarantine>,
    ) -> Result<bool, Error> {
        let progress = self.store().progress(job.source, job.id)?;
        let (before, quarantine) = (progress.quarantine, after(&progress));
        if before == quarantine {
            return Ok(before.is_some());
        }
        let lease = self.store().lease(job.source, job.id, "quarantine")?;
        let written = self.write_quarantine(job, &lease, quarantine);
        self.store().release(&lease);
        self.may_be_news(job);
        written?;
        Ok(before.is_some())
    }

    fn write_quarantine(
        &self,
        job: &Job,
        lease: &store::Lease,
        quarantine: Option<Quarantine>,
    ) -> Result<(), StoreError> {
        let progress = self.store().progress(job.source, job.id)?;
        let mut commit = JournalCommit::new(lease);
        commit.progress = Some(Progress { quarantine, ..progress });
        self.store().record(commit)
    }

    /// Disables a job that has been in quarantine for too long. Somebody has to start it again.
    pub(crate) fn disable_if_given_up(
        &self,
        job: &Job,
        quarantine: Option<Quarantine>,
    ) -> Result<(), Error> {
        let now = self.clock().now();
        let given_up = quarantine.is_some_and(|one| is_given_up(&one, &job.quarantine, now));
        if given_up && job.state == JobState::Active {
            let disable = |job: &mut Job| job.state = JobState::Disabled;
            self.directory.update_job(&Actor::System, job, disable)?;
        }
        Ok(())
    }
}
