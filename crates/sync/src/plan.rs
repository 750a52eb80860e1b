//! Preview: the line up to the plan, and no further. It writes to neither tenant.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    thread,
};

use model::{Actor, Entry, EntryState, Job, Reason, RunKind, Whom};
use serde::Serialize;

use crate::{
    Error, Observer, Sync,
    ahead::decide_ahead,
    evaluate::{Decided, Failure},
    live::Watched,
    members::{Coming, evaluate_with},
    read::{Chosen, Feed, PAGE, Page, Pages, Pair, Sweep, SweepState, Who, can_follow, read_due},
    references,
    session::Context,
    veil::Veil,
    walk::{Walk, next_pairs},
};

/// What a plan comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanCounts {
    /// How many people were looked at.
    pub people: u64,
    /// Changes by action.
    pub changes: BTreeMap<String, u64>,
    /// People who are left out or cannot go on, by code.
    pub reasons: BTreeMap<String, u64>,
    /// For each code for which people cannot go on, the first of them.
    pub examples: Vec<Example>,
    /// What waits for approval already, by action. It is not among the changes.
    pub held: BTreeMap<String, u64>,
}

/// Somebody who cannot go on, and stands for all with the same code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Example {
    /// What the person is called.
    pub person: String,
    /// Why the person cannot go on.
    pub reason: Reason,
}

impl PlanCounts {
    /// How many changes there are.
    pub fn total(&self) -> u64 {
        self.changes.values().sum()
    }

    /// How many changes wait for approval already.
    pub fn held(&self) -> u64 {
        self.held.values().sum()
    }

    fn add(&mut self, decided: &Decided, left: &mut HashSet<Whom>) {
        self.people += decided.whom.iter().filter(|(_, member)| member.is_none()).count() as u64;
        for (code, count) in &decided.skips {
            *self.reasons.entry(code.as_str().to_owned()).or_default() += count;
        }
        // A membership is met from both of its ends, and left out once.
        for (whom, code) in &decided.left {
            if left.insert(*whom) {
                *self.reasons.entry(code.as_str().to_owned()).or_default() += 1;
            }
        }
        for Failure { name, reason, .. } in &decided.failures {
            *self.reasons.entry(reason.code.as_str().to_owned()).or_default() += 1;
            if self.examples.iter().all(|example| example.reason.code != reason.code) {
                self.examples.push(Example { person: name.clone(), reason: reason.clone() });
            }
        }
    }
}

/// Whom a plan looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Whoever the next cycle would look at.
    NextCycle,
    /// Everybody.
    Everybody,
}

impl Sync {
    /// What a cycle would do now. Each change is handed over as it is decided; one that waits for
    /// approval already comes as held.
    pub fn plan(
        &self,
        actor: &Actor,
        job: &Job,
        extent: Extent,
        observer: &dyn Observer,
        each: &mut dyn FnMut(&Entry) -> Result<(), Error>,
    ) -> Result<PlanCounts, Error> {
        self.check_run(actor, job)?;
        let ctx = Context::read(self, job)?;
        let veil = Veil::of(actor, &ctx.job);
        let reach = (extent, Follows::Members);
        let watched = Watched::begin_unkept(&ctx, RunKind::Plan, observer);
        self.plan_in(&ctx, reach, &watched, &mut |entry| each(&veil.cover(entry)))
    }

    pub(crate) fn plan_in(
        &self,
        ctx: &Context,
        (extent, follows): (Extent, Follows),
        observer: &dyn Observer,
        each: &mut dyn FnMut(Entry) -> Result<(), Error>,
    ) -> Result<PlanCounts, Error> {
        ctx.check_consent()?;
        ctx.check_tests()?;
        let sources = pages(ctx, extent)?;
        let of = ctx.count_people()?;
        let goes_on = follows == Follows::Members && ctx.maps_members();
        let mut taking = Taking::read(ctx, sources.len() > 1)?;
        taking.coming = goes_on.then(Coming::default);
        thread::scope(|scope| {
            for decided in decide_ahead(scope, ctx, sources) {
                taking.take(decided?, each)?;
                let counts = &taking.counts;
                observer.advanced(counts.people, of, counts.total());
                if observer.is_interrupted() {
                    return Err(Error::stopped(model::Code::INTERRUPTED, "asked to stop"));
                }
            }
            Ok(())
        })?;
        taking.follow(ctx, each)?;
        Ok(taking.counts)
    }
}

/// Whether a plan goes on to what follows from its own changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Follows {
    /// The memberships of those who come, as the same cycle would write them.
    Members,
    /// No: each change can be checked against the tenants as they stand.
    Nothing,
}

/// A plan on its way: what came of the pages so far.
struct Taking {
    counts: PlanCounts,
    held: HashMap<Whom, Entry>,
    /// Whose change is planned already, where somebody may be met twice.
    seen: HashSet<Whom>,
    left: HashSet<Whom>,
    /// Who comes, where the plan goes on to what follows from that.
    coming: Option<Coming>,
    several: bool,
}

impl Taking {
    fn read(ctx: &Context, several: bool) -> Result<Self, Error> {
        let mut counts = PlanCounts::default();
        if let Some(code) = ctx.why_no_groups() {
            counts.reasons.insert(code.as_str().to_owned(), 1);
        }
        let held: HashMap<Whom, Entry> =
            ctx.sync.held_now(&ctx.job)?.into_iter().map(|entry| (entry.whom(), entry)).collect();
        for entry in held.values() {
            *counts.held.entry(entry.action.as_str().to_owned()).or_default() += 1;
        }
        let (seen, left) = (HashSet::new(), HashSet::new());
        Ok(Self { counts, held, seen, left, coming: None, several })
    }

    fn take(
        &mut self,
        decided: Decided,
        each: &mut dyn FnMut(Entry) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.counts.add(&decided, &mut self.left);
        for mut entry in decided.entries {
            // Somebody who changed twice is met twice in the feed, and planned once.
            // A membership is met from both of its ends.
            let again = self.several || entry.member.is_some();
            if again && !self.seen.insert(entry.whom()) {
                continue;
            }
            match self.held.get(&entry.whom()).filter(|held| is_same(held, &entry)) {
                Some(held) => {
                    entry.state = EntryState::Held;
                    entry.reason.clone_from(&held.reason);
                }
                None => {
                    let action = entry.action.as_str().to_owned();
                    *self.counts.changes.entry(action).or_default() += 1;
                    if let Some(coming) = &mut self.coming {
                        coming.add(&entry);
                    }
                }
            }
            each(entry)?;
        }
        Ok(())
    }

    /// The memberships of those who come, decided as if they were there.
    fn follow(
        &mut self,
        ctx: &Context,
        each: &mut dyn FnMut(Entry) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let Some(coming) = self.coming.take() else { return Ok(()) };
        let mut decide = |pairs: Vec<Pair>| -> Result<(), Error> {
            let page = Page::of(Who::Members(Vec::new()));
            self.take(evaluate_with(ctx, page, pairs, &coming)?, each)
        };
        for came in coming.ids().chunks(PAGE) {
            let pairs = references::read_pairs(ctx, came.iter().copied())?;
            pairs.chunks(PAGE).try_for_each(|pairs| decide(pairs.to_vec()))?;
        }
        let mut walks = Walk::each(coming.groups());
        while let Some(pairs) = next_pairs(&mut walks, ctx)? {
            decide(pairs)?;
        }
        Ok(())
    }
}

/// Whether a held change would do what is decided now.
fn is_same(held: &Entry, now: &Entry) -> bool {
    held.action == now.action && held.modifications == now.modifications
}

/// The pages that a plan reads: everybody, or what the next cycle would read.
fn pages(ctx: &Context, extent: Extent) -> Result<Vec<Box<dyn Pages>>, Error> {
    let everybody = || -> Vec<Box<dyn Pages>> {
        vec![Box::new(Sweep { after: 0, links_too: true, state: SweepState::People })]
    };
    if extent == Extent::Everybody {
        return Ok(everybody());
    }
    let (source, job) = (ctx.job.source, ctx.job.id);
    let progress = ctx.store().progress(source, job)?;
    let epoch = ctx.store().head(source)?.epoch;
    let evaluated = progress.evaluated.under(ctx.versions);
    let only_groups = evaluated.lack_only_groups(ctx.versions);
    let are_people_done = evaluated == ctx.versions || only_groups;
    match progress.watermark {
        Some(mark) if are_people_done && can_follow(ctx, mark, epoch)? => {
            let (due, _) = read_due(ctx, progress.target_mark)?;
            let mut pages: Vec<Box<dyn Pages>> =
                vec![Box::new(Feed::after(mark)), Box::new(Chosen::new(due))];
            if only_groups {
                let state = SweepState::Groups(0);
                pages.push(Box::new(Sweep { after: 0, links_too: false, state }));
            }
            for chosen in references::read_due(ctx, progress.followed)? {
                pages.push(Box::new(chosen));
            }
            Ok(pages)
        }
        _ => Ok(everybody()),
    }
}
