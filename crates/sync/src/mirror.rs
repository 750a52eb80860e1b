//! Mirrors: what another system lists comes into a tenant, and whoever a listing lacks goes only where
//! the listing is shown to be whole.
//!
//! A run reads a listing up to four times, a page at a time: by itself (what does it show?), beside the
//! tenant (what would it do?), to write, and for references once everybody is in. The guard stands
//! behind the first two, so that of a held listing nothing is written. Each reading ends with what it
//! proves; a listing that changed meanwhile proves nothing. A run that broke off is done again from
//! the beginning: the same anchors give the same objects, and what is in costs no write.

mod figures;
mod news;
mod open;
mod page;
mod plan;
mod references;
mod seen;
mod survey;
mod watch;
mod work;

pub use figures::MirrorFigures;
pub use plan::{MirrorPlan, Planned};
pub use watch::MirrorWatch;

use std::{sync::Arc, time::Duration};

use access::Permission;
use connector::source::{Changes, Listing, Source, SourceError};
use directory::Directory;
use engine::listing;
use model::{
    Actor, Code, Failing, Held, JobId, Lately, Mirror, MirrorCounts, MirrorProgress, MirrorRun,
    ObjectId, Reason, SourceMark, Taken, Timestamp,
};
use store::{Lease, StoreError};

use self::{page::Rejects, survey::Surveyed};
use crate::{Error, Observer};

/// How many objects are asked for at once where nothing else says it.
const PAGE: usize = 1_000;
/// How long a file must have stood still to count as renamed into place.
const SETTLE: Duration = Duration::from_secs(1);

/// The service of mirrors over one directory.
#[derive(Clone)]
pub struct Mirrors {
    directory: Directory,
    settle: Duration,
    front: Option<SourceFront>,
}

/// What stands between the mirrors and every source.
pub type SourceFront = Arc<dyn Fn(Box<dyn Source>) -> Box<dyn Source> + Send + Sync>;

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// The listing is the one that was taken in before, or one that somebody rejected.
    Nothing,
    /// It waits for somebody to decide; nothing, or nobody whom it lacks, was taken out.
    Held(MirrorRun),
    /// It was taken in.
    Done(MirrorRun),
}

/// Whether a listing that is known is read all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Only a listing that is not known.
    IfChanged,
    /// Whatever is there.
    Again,
}

/// A run under way.
struct Run<'a> {
    directory: &'a Directory,
    mirror: &'a Mirror,
    /// The mirror itself, who writes.
    actor: Actor,
    source: Box<dyn Source>,
    began: Timestamp,
    observer: &'a dyn Observer,
}

impl Mirrors {
    /// The service over a directory's store, clock and ids.
    pub fn new(directory: Directory) -> Self {
        Self { directory, settle: SETTLE, front: None }
    }

    /// The same, where a file has to stand still for so long.
    pub fn with_settle(self, settle: Duration) -> Self {
        Self { settle, ..self }
    }

    /// The same, with something between the mirrors and every source.
    pub fn with_front(self, front: SourceFront) -> Self {
        Self { front: Some(front), ..self }
    }

    /// The directory that the service works on.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// Takes the listing in, if it is another one than before.
    pub fn run(
        &self,
        actor: &Actor,
        mirror: &Mirror,
        reading: Reading,
        observer: &dyn Observer,
    ) -> Result<Ending, Error> {
        self.check(actor, mirror)?;
        self.alone(mirror, |progress| {
            let done = self.begin(mirror, observer).and_then(|run| run.look(progress, reading));
            // The trouble is the caller's to hear, whether or not it could be written down.
            drop(self.note_trouble(mirror, &done));
            done
        })
    }

    /// Writes down that a mirror cannot run, or can again, where that is news.
    fn note_trouble(&self, mirror: &Mirror, done: &Result<Ending, Error>) -> Result<(), Error> {
        let progress = self.directory.mirror_progress(mirror)?;
        let reason = match done {
            Ok(_) => None,
            Err(error) => match trouble(error) {
                Some(reason) => Some(reason),
                None => return Ok(()),
            },
        };
        let code = |failing: &Option<Failing>| failing.as_ref().map(|one| one.reason.code);
        if code(&progress.failing) == reason.as_ref().map(|one| one.code) {
            return Ok(());
        }
        let since = self.directory.clock().now();
        let failing = reason.map(|reason| Failing { reason, since });
        let activity = if failing.is_some() { "Mirror cannot run" } else { "Mirror runs again" };
        let noted = MirrorProgress { failing, ..progress };
        let actor = Actor::Mirror { tenant: mirror.tenant, mirror: mirror.id };
        self.directory.record_mirror(&actor, mirror, &noted, activity)?;
        Ok(())
    }

    /// What taking the listing in would do. Nothing is written, and nothing is decided by it.
    pub fn plan(&self, actor: &Actor, mirror: &Mirror, first: usize) -> Result<MirrorPlan, Error> {
        access::check(actor, Permission::ReadJobs, mirror.tenant)
            .map_err(directory::Error::from)?;
        let progress = self.directory.mirror_progress(mirror)?;
        let run = self.begin(mirror, &crate::Silent)?;
        let listing = run.source.measure(mark_of(&progress)).map_err(unreadable)?;
        let surveyed = run.survey(&listing, &progress)?;
        run.plan(&listing, &surveyed, progress.count_lately(run.began), first)
    }

    /// Takes the held listing in after all: that one and no other.
    pub fn approve(
        &self,
        actor: &Actor,
        mirror: &Mirror,
        observer: &dyn Observer,
    ) -> Result<Ending, Error> {
        self.check(actor, mirror)?;
        self.alone(mirror, |progress| {
            let held = held_of(mirror, &progress)?;
            if held.reasons.iter().any(|reason| reason.code == Code::LISTING_UNREADABLE) {
                let text = "a listing that cannot be read is not approved";
                return Err(Error::stopped(Code::LISTING_UNREADABLE, text));
            }
            let run = self.begin(mirror, observer)?;
            let listing = run.source.measure(mark_of(&progress)).map_err(unreadable)?;
            if listing.mark.digest != held.mark.digest {
                let text = "the file holds another listing than the one that is held";
                return Err(Error::stopped(Code::LISTING_STALE, text));
            }
            let approved = MirrorProgress {
                approved: Some(listing.mark.digest.clone()),
                rejected: None,
                ..progress
            };
            let activity = "Approve listing";
            let progress = self.directory.record_mirror(actor, mirror, &approved, activity)?;
            run.take(listing, progress)
        })
    }

    /// Drops the held listing: it is not taken in, and not asked about again.
    pub fn reject(&self, actor: &Actor, mirror: &Mirror) -> Result<Held, Error> {
        self.check(actor, mirror)?;
        self.alone(mirror, |progress| {
            let held = held_of(mirror, &progress)?;
            let digest = Some(held.mark.digest.clone()).filter(|digest| !digest.is_empty());
            let rejected =
                MirrorProgress { held: None, approved: None, rejected: digest, ..progress };
            self.directory.record_mirror(actor, mirror, &rejected, "Reject listing")?;
            Ok(held)
        })
    }

    fn check(&self, actor: &Actor, mirror: &Mirror) -> Result<(), Error> {
        let may = access::check(actor, Permission::WriteJobs, mirror.tenant);
        Ok(may.map_err(directory::Error::from)?)
    }

    /// Does something with a mirror while nobody else does.
    fn alone<T>(
        &self,
        mirror: &Mirror,
        work: impl FnOnce(MirrorProgress) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let store = self.directory.store();
        let lease = store.lease(mirror.tenant, JobId(mirror.id.0), "a run of the mirror");
        let lease: Lease = lease.map_err(|error| match error {
            StoreError::Busy { .. } => {
                let text = format!("another run of mirror {} is under way", mirror.name);
                Error::stopped(Code::MIRROR_BUSY, text)
            }
            error => error.into(),
        })?;
        let done = self.directory.mirror_progress(mirror).map_err(Error::from).and_then(work);
        store.release(&lease);
        done.map_err(settled)
    }

    fn begin<'a>(
        &'a self,
        mirror: &'a Mirror,
        observer: &'a dyn Observer,
    ) -> Result<Run<'a>, Error> {
        Ok(Run {
            directory: &self.directory,
            mirror,
            actor: Actor::Mirror { tenant: mirror.tenant, mirror: mirror.id },
            source: open::open(self, mirror)?,
            began: self.directory.clock().now(),
            observer,
        })
    }
}

impl Run<'_> {
    /// Looks whether there is a listing to take in.
    fn look(&self, progress: MirrorProgress, reading: Reading) -> Result<Ending, Error> {
        let since = mark_of(&progress);
        let is_current =
            progress.taken.as_ref().is_some_and(|taken| taken.configuration == self.mirror.version);
        let changes = match reading {
            Reading::IfChanged if is_current => self.source.changes(since),
            _ => self.source.measure(since).map(Changes::Expired),
        };
        match changes {
            Err(error @ (SourceError::Misconfigured(_) | SourceError::Throttled { .. })) => {
                Err(unreadable(error))
            }
            Err(SourceError::Unreadable(text)) => {
                let reasons = vec![Reason::new(Code::LISTING_UNREADABLE, text)];
                let counts = MirrorCounts::default();
                self.hold(progress, SourceMark::default(), reasons, (counts, Rejects::default()))
            }
            Ok(Changes::Nothing(mark)) => self.note_same(progress, mark),
            Ok(Changes::Expired(listing)) => {
                let digest = Some(&listing.mark.digest);
                // The same content in another file may be whole now.
                let is_held = progress.held.as_ref().map(|held| &held.mark) == Some(&listing.mark);
                let is_known =
                    reading == Reading::IfChanged && progress.approved.as_ref() != digest;
                if is_known && progress.rejected.as_ref() == digest {
                    return Ok(Ending::Nothing);
                }
                match progress.last.clone().filter(|_| is_known && is_held) {
                    Some(last) => Ok(Ending::Held(last)),
                    None => self.take(listing, progress),
                }
            }
        }
    }

    /// The listing that was taken in is there again, or in another file: nothing is held any more.
    fn note_same(&self, progress: MirrorProgress, mark: SourceMark) -> Result<Ending, Error> {
        let is_held_here = |held: &Held| held.mark.digest == mark.digest;
        let noted = MirrorProgress {
            taken: progress.taken.clone().map(|taken| Taken { mark: mark.clone(), ..taken }),
            held: progress.held.clone().filter(is_held_here),
            ..progress.clone()
        };
        if noted != progress {
            self.directory.record_mirror(&self.actor, self.mirror, &noted, "Read listing")?;
        }
        Ok(Ending::Nothing)
    }

    /// Takes a listing in, as far as the guard lets it.
    fn take(&self, listing: Listing, progress: MirrorProgress) -> Result<Ending, Error> {
        let is_approved = progress.approved.as_ref() == Some(&listing.mark.digest);
        let surveyed = match self.survey(&listing, &progress) {
            Ok(surveyed) => surveyed,
            Err(Error::Stopped(reason)) if reason.code == Code::LISTING_UNREADABLE => {
                let nothing = (MirrorCounts::default(), Rejects::default());
                return self.hold(progress, listing.mark, vec![reason], nothing);
            }
            Err(error) => return Err(error),
        };
        let reasons = listing::hold_listing(self.mirror, &surveyed.survey);
        if !reasons.is_empty() && !is_approved {
            return self.hold(progress, listing.mark, reasons, surveyed.into_counts());
        }
        let plan = self.plan(&listing, &surveyed, progress.count_lately(self.began), 0)?;
        let reasons = listing::hold_effects(self.mirror, &plan.effects);
        if !reasons.is_empty() && !is_approved {
            let counts = MirrorCounts { kept: plan.effects.removals, ..surveyed.counts() };
            return self.hold(progress, listing.mark, reasons, (counts, surveyed.rejects));
        }
        let keep = listing::keep_missing(&plan.effects).filter(|_| !is_approved);
        let (counts, rejects, withheld) = self.write(&listing, &surveyed, is_approved, keep)?;
        let progress = match is_approved {
            // What somebody has looked at is no leak.
            true => progress,
            false => {
                let MirrorCounts { removed, cleared, .. } = counts;
                let lately = progress.with_lately(Lately { at: self.began, removed, cleared });
                MirrorProgress { lately, ..progress }
            }
        };
        self.end(progress, &listing, counts, rejects, withheld)
    }

    /// Writes that a listing is held, unless that is no news.
    fn hold(
        &self,
        progress: MirrorProgress,
        mark: SourceMark,
        reasons: Vec<Reason>,
        (counts, rejects): (MirrorCounts, Rejects),
    ) -> Result<Ending, Error> {
        let run = self.finished(counts, reasons.clone(), rejects);
        let before = progress.held.as_ref();
        if before.is_some_and(|held| held.mark.digest == mark.digest && held.reasons == reasons) {
            return Ok(Ending::Held(run));
        }
        let held = Held { mark, reasons, since: self.began };
        let noted = MirrorProgress {
            held: Some(held),
            approved: None,
            last: Some(run.clone()),
            ..progress
        };
        self.directory.record_mirror(&self.actor, self.mirror, &noted, "Hold listing")?;
        Ok(Ending::Held(run))
    }

    /// Writes that a listing is in.
    fn end(
        &self,
        progress: MirrorProgress,
        listing: &Listing,
        counts: MirrorCounts,
        rejects: Rejects,
        withheld: Vec<Reason>,
    ) -> Result<Ending, Error> {
        let run = self.finished(counts, withheld.clone(), rejects);
        let is_held = !withheld.is_empty();
        let mark = listing.mark.clone();
        let taken = Taken {
            mark: mark.clone(),
            records: counts.read - counts.rejected.min(counts.read),
            configuration: self.mirror.version,
            at: run.ended,
        };
        let noted = MirrorProgress {
            taken: Some(taken),
            held: is_held.then_some(Held { mark, reasons: withheld, since: self.began }),
            approved: None,
            rejected: None,
            last: Some(run.clone()),
            ..progress
        };
        self.directory.record_mirror(&self.actor, self.mirror, &noted, "Take listing in")?;
        Ok(if is_held { Ending::Held(run) } else { Ending::Done(run) })
    }

    fn finished(&self, counts: MirrorCounts, reasons: Vec<Reason>, rejects: Rejects) -> MirrorRun {
        let ended = self.directory.clock().now();
        let rejected = rejects.into_lines();
        MirrorRun { began: self.began, ended, counts, reasons, rejected }
    }

    /// Those that the mirror brought in, page by page, deleted ones too.
    fn each_own(
        &self,
        mut page: impl FnMut(Vec<model::Object>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut after: Option<ObjectId> = None;
        loop {
            let (objects, next) =
                self.directory.list_mirrored(&self.actor, self.mirror, after, PAGE)?;
            page(objects)?;
            match next {
                Some(_) => after = next,
                None => return Ok(()),
            }
        }
    }

    fn advance(&self, read: u64, surveyed: &Surveyed, changed: u64) -> Result<(), Error> {
        self.observer.advanced(read, surveyed.survey.records + surveyed.survey.rejected, changed);
        match self.observer.is_interrupted() {
            true => Err(Error::Stopped(self.observer.why())),
            false => Ok(()),
        }
    }
}

fn mark_of(progress: &MirrorProgress) -> Option<&SourceMark> {
    progress.taken.as_ref().map(|taken| &taken.mark)
}

fn held_of(mirror: &Mirror, progress: &MirrorProgress) -> Result<Held, Error> {
    let nothing = || format!("no listing of mirror {} is held", mirror.name);
    let held = progress.held.clone();
    held.ok_or_else(|| Error::stopped(Code::LISTING_NOT_HELD, nothing()))
}

/// Why a mirror cannot run, where it is the mirror that cannot. What passes by itself, and what
/// somebody asked for, is none.
fn trouble(error: &Error) -> Option<Reason> {
    const PASS: [Code; 3] = [Code::LISTING_MOVED, Code::MIRROR_BUSY, Code::INTERRUPTED];
    match error {
        Error::Stopped(reason) if PASS.contains(&reason.code) => None,
        Error::Stopped(reason) => Some(reason.clone()),
        Error::Directory(directory::Error::Invalid { .. }) => {
            Some(Reason::new(Code::CONFIGURATION_INVALID, error.to_string()))
        }
        _ => None,
    }
}

fn unreadable(error: SourceError) -> Error {
    match error {
        SourceError::Unreadable(text) => Error::stopped(Code::LISTING_UNREADABLE, text),
        SourceError::Throttled { seconds } => Error::Throttled { who: "the source", seconds },
        SourceError::Misconfigured(text) => Error::stopped(Code::CONFIGURATION_INVALID, text),
    }
}

/// A mirror that was changed or deleted under its run begins again, if it is still there.
fn settled(error: Error) -> Error {
    match error {
        Error::Directory(directory::Error::Store(StoreError::Condition(_))) => Error::Changed,
        error => error,
    }
}
