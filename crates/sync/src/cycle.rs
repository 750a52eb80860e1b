//! A cycle, from the first question to the last entry: the ten steps by name.
//!
//! ```text
//! read       read::Sweep, read::Feed, read::Chosen     which people, and why
//! scope map look up match diff plan                    evaluate::evaluate, by the page
//! guard      removals::finish                          once the read is done
//! apply      pipeline::apply, through the target
//! log        journal::Journal
//! ```

use model::{
    Actor, Code, Day, EntryState, Job, JobState, Kind, Progress, Reason, RunKind, RunState,
    RunSummary, Sweep as SweepMark, WaitFor, Watermark,
};
use store::{Deleted, EntryQuery, WaitQuery};

use crate::{
    Error, Observer, Sync, days, hold,
    journal::Memory,
    live::Watched,
    pipeline,
    quarantine::{self, Called},
    read::{Chosen, Feed, Sweep, SweepState, can_follow, read_due, read_misdated},
    recover::recover,
    references, removals,
    session::{Context, Session},
    swap::step_aside,
};

/// How often a cycle begins again because its configuration changed under it.
const RESTARTS: usize = 5;
/// How often people who were blocked by others of the same cycle are tried again.
const ROUNDS: usize = 8;

impl Sync {
    /// Runs one cycle of a job. With nothing to do it writes nothing.
    pub fn run_cycle(
        &self,
        actor: &Actor,
        job: &Job,
        observer: &dyn Observer,
    ) -> Result<RunSummary, Error> {
        let result = self.cycle(actor, job, Called::ByHand, observer);
        self.nudge(job.id);
        result
    }

    /// The same, by the worker itself.
    pub(crate) fn cycle(
        &self,
        actor: &Actor,
        job: &Job,
        called: Called,
        observer: &dyn Observer,
    ) -> Result<RunSummary, Error> {
        self.check_run(actor, job)?;
        let mut watched = None;
        for _ in 0..RESTARTS {
            let mut session = match Session::open(self, job, RunKind::Cycle) {
                Ok(session) => session,
                Err(error) => {
                    self.did_not_begin(job, &error)?;
                    return Err(error);
                }
            };
            quarantine::check(&session, called)?;
            if is_idle(&session)? {
                session.ctx.check_consent()?;
                session.summary.held = self.count_held(&session.ctx.job)?;
                session.summary.state = ended_state(&session.summary);
                session.summary.ended = Some(session.ctx.now());
                return Ok(session.summary.clone());
            }
            session.behind = self.read_delay(&session)?;
            let mut memory = Memory::default();
            // Whoever asks it to stop means the cycle that begins again as well.
            let begin = || Watched::begin(&session.ctx, RunKind::Cycle, observer);
            let watched = watched.get_or_insert_with(begin);
            match line(&mut session, &mut memory, watched) {
                Err(Error::Changed) if is_paused(&session)? => {
                    let reason = Error::stopped(Code::PAUSED, "the job was paused");
                    return finish(session, memory, Err(reason));
                }
                Err(Error::Changed) => {}
                result => return finish(session, memory, result),
            }
        }
        Err(Error::Changed)
    }
}

/// Whether the job was paused while its cycle was under way. A cycle that somebody asked for while
/// the job was paused goes on.
fn is_paused(session: &Session) -> Result<bool, Error> {
    let job = &session.ctx.job;
    let present = session.ctx.sync.directory.job(job.source, job.id)?;
    Ok(job.state == JobState::Active && present.state != JobState::Active)
}

impl Sync {
    /// How far a job has come.
    pub fn progress(&self, actor: &Actor, job: &Job) -> Result<Progress, Error> {
        self.check_logs(actor, job)?;
        Ok(self.store().progress(job.source, job.id)?)
    }
}

/// Whether nothing has happened since the last cycle: a few small questions, whatever the size.
fn is_idle(session: &Session) -> Result<bool, Error> {
    let (ctx, progress) = (&session.ctx, &session.progress);
    let (source, job) = (ctx.job.source, ctx.job.id);
    if ctx.check_consent().is_err() {
        // Not idle: stopped, and that has to be told.
        return Ok(false);
    }
    if progress.sweep.is_some()
        || progress.quarantine.is_some()
        || progress.evaluated != ctx.versions
        || progress.watermark != Some(ctx.store().head(source)?)
    {
        return Ok(false);
    }
    let unsettled = EntryQuery {
        states: vec![EntryState::Open, EntryState::Staged],
        limit: 1,
        ..EntryQuery::default()
    };
    if !ctx.store().entries(source, job, &unsettled)?.is_empty() {
        return Ok(false);
    }
    if references::is_due(ctx, progress.followed)? {
        return Ok(false);
    }
    if ctx.sync.hold_ends(&ctx.job)?.is_some_and(|end| end <= ctx.now()) {
        return Ok(false);
    }
    if !ctx.store().waiting(source, job, &WaitQuery::Due(ctx.now(), 1))?.is_empty() {
        return Ok(false);
    }
    let waits = !ctx.store().waiting(source, job, &WaitQuery::After(None, 1))?.is_empty();
    if waits && !read_misdated(ctx, 1)?.is_empty() {
        return Ok(false);
    }
    Ok(!waits || progress.target_mark == Some(ctx.store().head(ctx.job.target)?))
}

/// The line, for everything that has happened.
fn line(session: &mut Session, memory: &mut Memory, observer: &dyn Observer) -> Result<(), Error> {
    session.ctx.check_consent()?;
    session.ctx.check_tests()?;
    recover(session, memory)?;
    hold::expire(session, memory)?;
    if let Some(code) = session.ctx.why_no_groups() {
        session.summary.reasons.insert(code.as_str().to_owned(), 1);
    }
    let (due, target_mark) = read_due(&session.ctx, session.progress.target_mark)?;

    let head = session.ctx.store().head(session.ctx.job.source)?;
    match session.progress.watermark {
        // The feed first, by the new rules: only it tells who is gone for good.
        Some(mark) if can_follow(&session.ctx, mark, head.epoch)? => {
            follow(session, memory, observer)?;
            if session.progress.evaluated != session.ctx.versions {
                let followed = session.progress.watermark;
                sweep(session, memory, followed, observer)?;
                follow(session, memory, observer)?;
            }
        }
        _ => {
            sweep(session, memory, None, observer)?;
            follow(session, memory, observer)?;
        }
    }
    let count = due.len() as u64;
    if count > 0 {
        pipeline::run(session, memory, &mut Chosen::waiting(due), count, observer)?;
    }
    references::follow(session, memory, observer)?;
    removals::finish(session, memory, observer)?;
    session.progress.target_mark = try_blocked(session, memory, target_mark, observer)?;
    Ok(())
}

/// Everybody, from where an earlier sweep for the same versions stopped. Afterwards the feed is gone
/// on with from where it was `followed` to: somebody may have been purged since then, and only the
/// feed tells. Where it does not reach back that far, the links do.
fn sweep(
    session: &mut Session,
    memory: &mut Memory,
    followed: Option<Watermark>,
    observer: &dyn Observer,
) -> Result<(), Error> {
    let (ctx, progress) = (&session.ctx, &session.progress);
    let head = ctx.store().head(ctx.job.source)?;
    let reaches_back = match progress.sweep {
        Some(sweep) => can_follow(ctx, sweep.noted, head.epoch)?,
        None => followed.is_some() || progress.watermark.is_none(),
    };
    let links_too = !reaches_back || progress.sweep.is_some_and(|sweep| sweep.links_too);
    let earlier = progress.sweep.filter(|sweep| reaches_back && sweep.versions == ctx.versions);
    let noted = followed.unwrap_or(head);
    let sweep = earlier.unwrap_or(SweepMark { versions: ctx.versions, noted, row: 0, links_too });
    // Where the rules for groups alone are others, people are as they should be.
    let only_groups = followed.is_some() && progress.evaluated.lack_only_groups(ctx.versions);
    let (kind, state) = match only_groups {
        true => (Kind::Group, SweepState::Groups(0)),
        false => (Kind::User, SweepState::People),
    };
    let of = ctx.store().count(ctx.job.source, kind, Deleted::Both)?;
    session.progress.sweep = Some(sweep);
    let mut pages = Sweep { after: sweep.row, links_too: sweep.links_too, state };
    pipeline::run(session, memory, &mut pages, of, observer)
}

/// Whatever changed since the watermark.
fn follow(
    session: &mut Session,
    memory: &mut Memory,
    observer: &dyn Observer,
) -> Result<(), Error> {
    let Some(mark) = session.progress.watermark else { return Ok(()) };
    let head = session.ctx.store().head(session.ctx.job.source)?;
    let of = session.summary.read + head.number.saturating_sub(mark.number);
    pipeline::run(session, memory, &mut Feed::after(mark), of, observer)
}

/// People whose name or address was another's when they came by, in this cycle or an earlier one:
/// after the removals and the other changes of this cycle it may be free. People whose manager was
/// removed come along, as they are due. Gives how far the target's
/// feed was followed for them.
fn try_blocked(
    session: &mut Session,
    memory: &mut Memory,
    mut target_mark: Option<Watermark>,
    observer: &dyn Observer,
) -> Result<Option<Watermark>, Error> {
    for _ in 0..ROUNDS {
        let (mut blocked, mark) = read_due(&session.ctx, target_mark)?;
        target_mark = mark;
        let waits = memory
            .failed
            .iter()
            .filter(|(_, (_, wait))| matches!(wait, WaitFor::Key { .. } | WaitFor::Object { .. }));
        blocked.extend(waits.map(|(person, _)| *person));
        let changed = session.summary.changed();
        if blocked.is_empty() {
            break;
        }
        let count = blocked.len() as u64;
        pipeline::run(session, memory, &mut Chosen::waiting(blocked), count, observer)?;
        references::follow(session, memory, observer)?;
        removals::finish(session, memory, observer)?;
        if session.summary.changed() == changed && !step_aside(session, memory)? {
            break;
        }
    }
    Ok(target_mark)
}

/// Ends a run: what it came to is written with the watermark, whether it came to its end or not.
pub(crate) fn finish(
    mut session: Session,
    mut memory: Memory,
    result: Result<(), Error>,
) -> Result<RunSummary, Error> {
    if result.is_err() {
        // What stopped it may be the very condition; how it ended is to be written all the same.
        session.ctx.conditions.clear();
        // Outcomes may have been lost that these values have counted already.
        session.day = Day::default();
        if let Ok(written) =
            session.ctx.store().progress(session.ctx.job.source, session.ctx.job.id)
        {
            session.progress = written;
        }
        // Best effort: what cannot be settled now is settled before the next cycle.
        drop(recover(&mut session, &mut memory));
    }
    for (code, _) in memory.failed.values() {
        *session.summary.reasons.entry(code.as_str().to_owned()).or_default() += 1;
    }
    session.summary.ended = Some(session.ctx.now());
    if let Ok(held) = session.ctx.sync.count_held(&session.ctx.job) {
        session.summary.held = held;
    }
    let mut commit = session.commit();
    match &result {
        Ok(()) => session.summary.state = ended_state(&session.summary),
        Err(error) => {
            session.summary.state = RunState::Stopped;
            session.summary.stopped = Some(stop_reason(error));
        }
    }
    let before = session.progress.quarantine;
    if session.summary.kind == RunKind::Cycle {
        session.progress.quarantine = quarantine::judge_run(&session, &memory, &result)?;
        session.summary.quarantine = session.progress.quarantine.map(|one| one.reason);
    }
    if result.is_ok() || session.progress.quarantine != before {
        commit.progress = Some(session.progress);
    }
    if !is_old_news(&session)? {
        commit.run = Some(session.summary.clone());
        commit.day = days::ended(&session);
    }
    let recorded = match commit.is_empty() {
        true => Ok(()),
        false => session.ctx.store().record(commit),
    };
    let (sync, job) = (&session.ctx.sync, &session.ctx.job);
    sync.may_be_news(job);
    if recorded.is_ok() && session.summary.kind == RunKind::Cycle {
        sync.disable_if_given_up(job, session.progress.quarantine)?;
    }
    result?;
    recorded?;
    Ok(session.summary.clone())
}

/// How a run stands that came to its end. A cycle speaks for the whole job; whoever asked for one
/// person or one plan is told about that.
fn ended_state(summary: &RunSummary) -> RunState {
    let waits = summary.kind == RunKind::Cycle && summary.held > 0;
    if waits || summary.state == RunState::Held { RunState::Held } else { RunState::Done }
}

/// Whether a run came to nothing for the reason for which the run before came to nothing. It is told
/// to the caller; a row for each attempt would fill the log for as long as the reason lasts.
fn is_old_news(session: &Session) -> Result<bool, Error> {
    let (ctx, summary) = (&session.ctx, &session.summary);
    let code = |run: &RunSummary| run.stopped.as_ref().map(|reason| reason.code);
    if summary.read > 0 || code(summary).is_none() {
        return Ok(false);
    }
    let before = ctx.store().runs(ctx.job.source, ctx.job.id, 1)?;
    Ok(before.first().is_some_and(|run| run.read == 0 && code(run) == code(summary)))
}

pub(crate) fn stop_reason(error: &Error) -> Reason {
    match error {
        Error::Stopped(reason) => reason.clone(),
        Error::Throttled { .. } => {
            Reason::new(Code::TARGET_THROTTLED, "the target wants to be left alone for a while")
        }
        other => Reason::new(Code::TARGET_REFUSED, other.to_string()),
    }
}

impl Context {
    /// How many people the source has, for a bar's end.
    pub(crate) fn count_people(&self) -> Result<u64, Error> {
        Ok(self.store().count(self.job.source, Kind::User, Deleted::Both)?)
    }
}
