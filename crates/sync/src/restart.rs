//! Restart: what a job forgets, by the reset scopes of provisioning-engine.md 1.5 that have a meaning
//! here. Nothing is written to the target by forgetting, and nobody is made twice by it.

use model::{
    Actor, Code, Job, Link, LinkState, ObjectId, Progress, RunKind, RunSummary, Sweep as SweepMark,
    Versions, Waiting,
};
use store::{LinkWrite, WaitQuery, WaitWrite};

use crate::{Approval, Error, Observer, Sync, read::PAGE, session::Session};

/// What a restart forgets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reset {
    /// How far the job has come: everybody is looked at again.
    pub watermark: bool,
    /// Who could not go on, and who was given up.
    pub escrows: bool,
    /// That the job is in quarantine: it is tried at once.
    pub quarantine: bool,
    /// Who is who: everybody in scope is matched again. Everybody has to be looked at for that.
    pub links: bool,
    /// That removals are held: they are released. This takes the right to approve them.
    pub force_deletes: bool,
}

impl Reset {
    /// Nothing yet.
    pub const NOTHING: Self = Self {
        watermark: false,
        escrows: false,
        quarantine: false,
        links: false,
        force_deletes: false,
    };
    /// What a restart without any scope forgets, as in the modelled service.
    pub const USUAL: Self =
        Self { watermark: true, escrows: true, quarantine: true, ..Self::NOTHING };
    /// Everything but held removals, which are nobody's to release by the way.
    pub const FULL: Self = Self { links: true, ..Self::USUAL };
}

/// What a restart came to.
#[derive(Clone, Debug, Default)]
pub struct Restarted {
    /// How many people in escrow were forgotten.
    pub escrows: u64,
    /// How many links were forgotten.
    pub links: u64,
    /// What released removals came to.
    pub released: Option<RunSummary>,
}

impl Sync {
    /// Has a job forget, so that its next cycle begins anew in that respect. The journal stays.
    pub fn restart(
        &self,
        actor: &Actor,
        job: &Job,
        reset: Reset,
        observer: &dyn Observer,
    ) -> Result<Restarted, Error> {
        self.check_run(actor, job)?;
        let mut done = Restarted::default();
        if reset.force_deletes && self.count_held(job)? > 0 {
            done.released = Some(self.approve_held(actor, job, &Approval::All, observer)?);
        }
        let mut session = Session::open(self, job, RunKind::Cycle)?;
        if reset.watermark || reset.links {
            forget_watermark(&mut session)?;
        }
        if reset.escrows {
            done.escrows = forget_escrows(&session)?;
        }
        if reset.links {
            done.links = forget_links(&mut session)?;
        }
        drop(session);
        if reset.quarantine {
            self.lift_quarantine(actor, job)?;
        }
        self.nudge(job.id);
        Ok(done)
    }
}

/// Has everybody looked at again by the next cycle, those who are gone for good as well.
fn forget_watermark(session: &mut Session) -> Result<(), Error> {
    let noted = match session.progress.watermark {
        Some(mark) => mark,
        None => session.ctx.store().head(session.ctx.job.source)?,
    };
    let versions = session.ctx.versions;
    let sweep = Some(SweepMark { versions, noted, row: 0, links_too: true });
    session.progress = Progress { evaluated: Versions::default(), sweep, ..session.progress };
    let mut commit = session.commit();
    commit.progress = Some(session.progress);
    Ok(session.ctx.store().record(commit)?)
}

/// Forgets who could not go on. What a broken run left for the next one is no such thing.
fn forget_escrows(session: &Session) -> Result<u64, Error> {
    let is_meant = |one: &Waiting| one.wait.is_escrow() && one.reason.code != Code::INTERRUPTED;
    let (ctx, mut after, mut count) = (&session.ctx, None, 0);
    loop {
        let query = WaitQuery::After(after, PAGE);
        let page = ctx.store().waiting(ctx.job.source, ctx.job.id, &query)?;
        let Some(last) = page.last() else { return Ok(count) };
        after = Some(last.source);
        let mut commit = session.commit();
        let meant: Vec<ObjectId> =
            page.iter().filter(|one| is_meant(one)).map(|one| one.source).collect();
        count += meant.len() as u64;
        commit.waiting = meant.into_iter().map(WaitWrite::Drop).collect();
        if !commit.is_empty() {
            ctx.store().record(commit)?;
        }
    }
}

/// Forgets who is who. The links stay for those who have to leave the target; whoever is in scope is
/// matched as if there were none.
fn forget_links(session: &mut Session) -> Result<u64, Error> {
    let (source, job) = (session.ctx.job.source, session.ctx.job.id);
    let (mut after, mut count) = (None, 0);
    loop {
        let page = session.ctx.store().links_after(source, job, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(count) };
        after = Some(last.source);
        let active: Vec<Link> =
            page.into_iter().filter(|link| link.state == LinkState::Active).collect();
        if active.is_empty() {
            continue;
        }
        let number = active.len() as u64;
        count += number;
        session.progress.linked = session.progress.linked.saturating_sub(number);
        session.progress.linked_groups =
            session.progress.linked_groups.min(session.progress.linked);
        let mut commit = session.commit();
        let forgotten = |link| LinkWrite::Put(Link { state: LinkState::Forgotten, ..link });
        commit.links = active.into_iter().map(forgotten).collect();
        commit.progress = Some(session.progress);
        session.ctx.store().record(commit)?;
    }
}
