//! Log: what goes into the job's journal with each page, and in which transaction. Intents before
//! the write, outcomes and the watermark after it, both together with the next page's intents.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use connector::Outcome;
use engine::{
    Reserved,
    guard::{Verdict, check_change, tally},
};
use model::{
    Action, ChangeId, Code, Day, Entry, EntryState, Kind, Link, LinkState, Modification, ObjectId,
    Progress, Reason, Refusal, RunState, RunSummary, Tally, Timestamp, WaitFor, Waiting, Whom,
};
use store::{JournalCommit, Lease, LinkWrite, Settled, WaitWrite};

use crate::{
    Error, days,
    escrow::{next_attempt, told},
    evaluate::{Decided, Failure},
    read::Mark,
    session::{Context, Session},
};

/// How many pages may pass before the watermark is written although nothing else is.
const QUIET_PAGES: u32 = 16;

/// What a run remembers between its pages.
#[derive(Default)]
pub(crate) struct Memory {
    /// Removals of this job that are staged or held, by whom they are about.
    pub(crate) pending: HashMap<Whom, Pending>,
    /// Who failed in this run and has not gone on since, with the code.
    pub(crate) failed: BTreeMap<ObjectId, (Code, WaitFor)>,
    /// Who failed in this run at least once: trying again within a run is no further attempt.
    pub(crate) tried: HashSet<ObjectId>,
    /// Memberships that were left out in this run: they are met from both of their ends.
    pub(crate) left: HashSet<Whom>,
    /// Removals that somebody approved: the brake does not count them again.
    pub(crate) approved: bool,
    /// Changes that were sent to the target and have no outcome yet.
    pub(crate) under_way: Tally,
    /// Unique values that were given to people of this run.
    pub(crate) reserved: Reserved,
}

/// A removal or a disable that waits, for the end of the read or for approval.
pub(crate) struct Pending {
    pub(crate) id: ChangeId,
    pub(crate) state: EntryState,
    pub(crate) action: Action,
    modifications: Vec<Modification>,
    reason: Option<Reason>,
}

impl Pending {
    fn of(entry: &Entry) -> Self {
        Self {
            id: entry.id,
            state: entry.state,
            action: entry.action,
            modifications: entry.modifications.clone(),
            reason: entry.reason.clone(),
        }
    }

    /// Whether the entry would do the same.
    fn is_same(&self, entry: &Entry) -> bool {
        self.action == entry.action && self.modifications == entry.modifications
    }
}

/// A page whose changes the target is writing.
pub(crate) struct InFlight {
    links: BTreeMap<ObjectId, Link>,
    waiting: HashMap<ObjectId, Waiting>,
    turns: HashMap<ObjectId, Timestamp>,
    waited: bool,
}

impl InFlight {
    /// A page of entries that were in the journal before, with their people's links.
    pub(crate) fn new(links: BTreeMap<ObjectId, Link>) -> Self {
        Self { links, waiting: HashMap::new(), turns: HashMap::new(), waited: false }
    }
}

/// The record of somebody who is looked at again at an instant, though nothing is wrong.
fn turning(source: ObjectId, due: Timestamp, now: Timestamp) -> Waiting {
    let sentence = "a date that the condition compares with the present lies ahead";
    let reason = Reason::new(Code::DATE_AHEAD, sentence);
    Waiting { source, wait: WaitFor::Moment, reason, attempts: 0, since: now, due, given_up: None }
}

/// The journal of a run that is under way.
pub(crate) struct Journal<'a> {
    pub(crate) ctx: &'a Context,
    lease: &'a Lease,
    progress: &'a mut Progress,
    summary: &'a mut RunSummary,
    day: &'a mut Day,
    memory: &'a mut Memory,
    next: JournalCommit,
    marks: VecDeque<(Option<Mark>, bool)>,
    quiet: u32,
    moved: bool,
}

impl<'a> Journal<'a> {
    /// The journal of a session.
    pub(crate) fn of(session: &'a mut Session, memory: &'a mut Memory) -> Self {
        let next = session.commit();
        // That the rules are others than those by which everybody was evaluated is written before
        // the first page, and with it where a walk over everybody began: who is purged before it is
        // resumed can only be found in the feed from there.
        let moved = session.progress.evaluated != session.ctx.versions;
        Self {
            ctx: &session.ctx,
            lease: &session.lease,
            progress: &mut session.progress,
            summary: &mut session.summary,
            day: &mut session.day,
            memory,
            next,
            marks: VecDeque::new(),
            quiet: 0,
            moved,
        }
    }

    /// Takes a decided page in: intents, staged removals, failures, and what they replace. Gives the
    /// changes that the target is to write now.
    pub(crate) fn intend(&mut self, mut decided: Decided) -> (Vec<Entry>, InFlight) {
        decided.reserve(&mut self.memory.reserved);
        self.summary.read += decided.read;
        for (code, count) in &decided.skips {
            *self.summary.reasons.entry(code.as_str().to_owned()).or_default() += count;
        }
        for (whom, code) in &decided.left {
            if self.memory.left.insert(*whom) {
                *self.summary.reasons.entry(code.as_str().to_owned()).or_default() += 1;
            }
        }
        let waiting: HashMap<ObjectId, Waiting> = std::mem::take(&mut decided.waiting)
            .into_iter()
            .map(|waiting| (waiting.source, waiting))
            .collect();
        self.brake(&mut decided.entries);
        self.supersede(&decided.whom, &decided.entries);
        self.wait_or_not(&decided, &waiting);
        for (person, member) in &decided.whom {
            if member.is_none() && !self.memory.failed.is_empty() {
                self.memory.failed.remove(person);
            }
        }
        for failure in &decided.failures {
            let turn = decided.turns.get(&failure.source).copied();
            self.fail(failure, waiting.get(&failure.source), turn, (true, decided.waited));
        }
        let mut open = Vec::with_capacity(decided.entries.len());
        for mut entry in decided.entries {
            // Pages are decided ahead; whoever follows the log needs ids in the order of writing.
            entry.id = ChangeId(self.ctx.sync.directory().ids().next());
            if entry.state != EntryState::Open {
                self.stage(entry);
            } else {
                self.next.entries.push(entry.clone());
                open.push(entry);
            }
        }
        self.marks.push_back((decided.mark, open.is_empty()));
        self.advance();
        let (links, turns, waited) = (decided.links, decided.turns, decided.waited);
        (open, InFlight { links, waiting, turns, waited })
    }

    /// Holds changes that would exceed what the window allows; the others go on.
    pub(crate) fn brake(&mut self, entries: &mut [Entry]) {
        if self.memory.approved {
            return;
        }
        let limits = &self.ctx.job.limits;
        let done = self.progress.recent.count(self.ctx.now(), limits.window_hours);
        for entry in entries.iter_mut().filter(|entry| entry.state == EntryState::Open) {
            let before = done.plus(self.memory.under_way);
            match check_change(entry, before, self.progress.linked, limits) {
                Verdict::Proceed => {
                    self.memory.under_way = self.memory.under_way.plus(tally(entry));
                }
                Verdict::Hold(reason) => {
                    self.summary.count_reason(&reason);
                    self.summary.state = RunState::Held;
                    entry.state = EntryState::Held;
                    entry.reason = Some(reason);
                }
            }
        }
    }

    /// What becomes of the waiting records of people who can go on: they wait for the instant at
    /// which the answer about them turns, where there is one, and else no longer.
    fn wait_or_not(&mut self, decided: &Decided, waiting: &HashMap<ObjectId, Waiting>) {
        let failing: HashSet<ObjectId> =
            decided.failures.iter().map(|failure| failure.source).collect();
        for (person, turn) in &decided.turns {
            let before = waiting.get(person);
            let is_same = before.is_some_and(|one| one.wait == WaitFor::Moment && one.due == *turn);
            let returns = decided.returns.contains_key(person);
            if !failing.contains(person) && !is_same && !returns {
                self.next.waiting.push(WaitWrite::Put(turning(*person, *turn, self.ctx.now())));
            }
        }
        for (person, id) in &decided.returns {
            let due = decided.turns.get(person).copied().unwrap_or(Timestamp::FAR);
            let wait = WaitFor::Return { id: *id };
            let is_same = waiting.get(person).is_some_and(|one| one.wait == wait && one.due == due);
            if !failing.contains(person) && !is_same {
                self.next.waiting.push(WaitWrite::Put(Waiting {
                    wait,
                    reason: Reason::new(Code::DELETED_IN_TARGET, "it may be brought back"),
                    ..turning(*person, due, self.ctx.now())
                }));
            }
        }
        for person in waiting.keys() {
            let waits = decided.turns.contains_key(person) || decided.returns.contains_key(person);
            if !failing.contains(person) && !waits {
                self.next.waiting.push(WaitWrite::Drop(*person));
            }
        }
    }

    /// Takes in a removal that waits. The same one may wait already, and stays the one that it is;
    /// another one takes its place, where it is held if that one was.
    fn stage(&mut self, mut entry: Entry) {
        if let Some(before) = self.memory.pending.get(&entry.whom()) {
            if before.is_same(&entry) {
                if before.state == EntryState::Staged && before.reason != entry.reason {
                    // It was held; what the log tells in the end is why the person is removed.
                    let (id, state) = (before.id, before.state);
                    self.next.settled.push(Settled { id, state, reason: entry.reason });
                }
                return;
            }
            let sentence = "the person is to be removed or disabled in another way now";
            let reason = Some(Reason::new(Code::SUPERSEDED, sentence));
            self.next.settled.push(Settled { id: before.id, state: EntryState::Cancelled, reason });
            if entry.state == EntryState::Staged {
                entry.state = before.state;
                if before.state == EntryState::Held {
                    entry.reason.clone_from(&before.reason);
                }
            }
        }
        self.memory.pending.insert(entry.whom(), Pending::of(&entry));
        self.next.entries.push(entry);
    }

    /// Removals that are pending for people who were evaluated again and are not to be removed.
    fn supersede(&mut self, whom: &[Whom], entries: &[Entry]) {
        if self.memory.pending.is_empty() {
            return;
        }
        for person in whom {
            let waits_again = entries
                .iter()
                .any(|entry| entry.whom() == *person && entry.state != EntryState::Open);
            if waits_again {
                continue;
            }
            if let Some(before) = self.memory.pending.remove(person) {
                let sentence = match before.action.is_removal() {
                    true => "the person is not to be removed now",
                    false => "what is to be done was decided anew",
                };
                let reason = Reason::new(Code::SUPERSEDED, sentence);
                self.next.settled.push(Settled {
                    id: before.id,
                    state: EntryState::Cancelled,
                    reason: Some(reason),
                });
            }
        }
    }

    /// Takes the target's outcomes in: what was done, the links that follow, what was refused.
    pub(crate) fn settle(&mut self, entries: &[Entry], outcomes: Vec<Outcome>, page: &InFlight) {
        for (entry, outcome) in entries.iter().zip(outcomes) {
            match outcome {
                Ok(()) => self.done(entry, page.links.get(&entry.source).copied()),
                Err(refusal) => self.refused(entry, refusal, page),
            }
        }
        if let Some(mark) = self.marks.iter_mut().find(|(_, done)| !done) {
            mark.1 = true;
        }
        self.advance();
    }

    fn count_linked(&mut self, kind: Kind, is_more: bool) {
        self.progress.linked += u64::from(is_more);
        self.progress.linked_groups += u64::from(is_more && kind == Kind::Group);
    }

    fn uncount_linked(&mut self, kind: Kind, is_less: bool) {
        let progress = &mut *self.progress;
        let (all, groups) = (u64::from(is_less), u64::from(is_less && kind == Kind::Group));
        progress.linked = progress.linked.saturating_sub(all);
        progress.linked_groups = progress.linked_groups.saturating_sub(groups);
    }

    /// One change was done.
    pub(crate) fn done(&mut self, entry: &Entry, before: Option<Link>) {
        self.summary.count_done(entry.action);
        *self.day.changes.entry(entry.action.as_str().to_owned()).or_default() += 1;
        self.count_recent(entry);
        self.memory.pending.remove(&entry.whom());
        self.next.settled.push(Settled { id: entry.id, state: EntryState::Done, reason: None });
        if entry.kind == Kind::Group && entry.action == Action::Remove {
            self.drop_partings(entry.source);
        }
        let was_active = before.is_some_and(|link| link.state == LinkState::Active);
        let link = |state| Link { source: entry.source, target: entry.target, state };
        let write = match entry.action {
            Action::Create | Action::Adopt | Action::Restore => {
                self.count_linked(entry.kind, !was_active);
                LinkWrite::Put(link(LinkState::Active))
            }
            Action::Remove => {
                self.uncount_linked(entry.kind, was_active);
                LinkWrite::Put(link(LinkState::Removed))
            }
            Action::Unlink => {
                self.uncount_linked(entry.kind, was_active);
                LinkWrite::Drop(entry.source)
            }
            // A link that was forgotten stands again.
            Action::Update | Action::Disable
                if before.is_some_and(|link| link.state == LinkState::Forgotten) =>
            {
                self.count_linked(entry.kind, true);
                LinkWrite::Put(link(LinkState::Active))
            }
            Action::Update
            | Action::Disable
            | Action::Fail
            | Action::AddMember
            | Action::RemoveMember => return,
        };
        self.moved = true;
        self.next.links.push(write);
    }

    /// Members need not leave a group that is gone itself.
    fn drop_partings(&mut self, group: ObjectId) {
        let partings = self
            .memory
            .pending
            .iter()
            .filter(|((one, member), _)| *one == group && member.is_some());
        let ids: Vec<(Whom, ChangeId)> = partings.map(|(whom, one)| (*whom, one.id)).collect();
        for (whom, id) in ids {
            self.memory.pending.remove(&whom);
            let reason = Some(Reason::new(Code::SUPERSEDED, "the group left the target"));
            self.next.settled.push(Settled { id, state: EntryState::Cancelled, reason });
        }
    }

    /// What was under way is done now, and counts for the window.
    fn count_recent(&mut self, entry: &Entry) {
        let tally = tally(entry);
        if tally != Tally::default() {
            let hours = self.ctx.job.limits.window_hours;
            self.progress.recent.add(tally, self.ctx.now(), hours);
            self.memory.under_way = self.memory.under_way.minus(tally);
            self.moved = true;
        }
    }

    fn refused(&mut self, entry: &Entry, refusal: Refusal, page: &InFlight) {
        self.memory.under_way = self.memory.under_way.minus(tally(entry));
        self.memory.pending.remove(&entry.whom());
        self.next.settled.push(Settled {
            id: entry.id,
            state: EntryState::Refused,
            reason: Some(refusal.reason.clone()),
        });
        let failure = Failure {
            kind: entry.kind,
            source: entry.source,
            name: entry.name.clone(),
            reason: refusal.reason,
            wait: refusal.wait,
        };
        let turn = page.turns.get(&entry.source).copied();
        self.fail(&failure, page.waiting.get(&entry.source), turn, (false, page.waited));
    }

    /// Puts a person in escrow. The log gets a line only when the reason is a new one, and none when
    /// the refused entry itself is that line.
    fn fail(
        &mut self,
        failure: &Failure,
        before: Option<&Waiting>,
        turn: Option<Timestamp>,
        (log, waited): (bool, bool),
    ) {
        let before = before.filter(|before| before.wait.is_escrow());
        // Whoever was given up begins anew when something new brought the person here.
        let is_same = |before: &&Waiting| {
            before.given_up.is_none() || (waited && before.reason.code == failure.reason.code)
        };
        let before = before.filter(is_same);
        let again = !self.memory.tried.insert(failure.source);
        if !again {
            let code = failure.reason.code.as_str().to_owned();
            *self.day.failures.entry(code).or_default() += 1;
        }
        let mut waiting =
            next_attempt(&self.ctx.job.retries, failure, before, again, self.ctx.now());
        waiting.due = turn.map_or(waiting.due, |turn| waiting.due.min(turn));
        let is_news = before.is_none_or(|before| before.reason.code != failure.reason.code);
        if log && is_news {
            self.tell(failure, failure.reason.clone());
        }
        if waiting.given_up.is_some() && before.is_none_or(|before| before.given_up.is_none()) {
            let sentence = format!("not tried again after {}", failure.reason.sentence);
            self.tell(failure, Reason::new(Code::GIVEN_UP, sentence));
        }
        self.next.waiting.push(WaitWrite::Put(waiting));
        if matches!(failure.wait, WaitFor::Key { .. } | WaitFor::Object { .. }) {
            // Two who wait for each other are parted at the end of a cycle. Until one has come to
            // its end the mark does not stand for them.
            self.progress.target_mark = None;
            self.moved = true;
        }
        self.memory.failed.insert(failure.source, (failure.reason.code, failure.wait.clone()));
    }

    /// A line of the log about somebody for whom nothing was done.
    fn tell(&mut self, failure: &Failure, reason: Reason) {
        let id = ChangeId(self.ctx.sync.directory().ids().next());
        let person = (failure.kind, failure.source, failure.name.clone());
        self.next.entries.push(told((self.ctx.run, self.ctx.now()), id, person, reason));
    }

    /// Remembers a removal of an earlier run that still waits.
    pub(crate) fn keep_pending(&mut self, entry: &Entry) {
        self.memory.pending.insert(entry.whom(), Pending::of(entry));
    }

    /// Cancels the removal that waits for a person about whom an entry says something newer.
    pub(crate) fn replace_pending(&mut self, entry: &Entry) {
        if let Some(before) = self.memory.pending.remove(&entry.whom()) {
            let reason = Reason::new(Code::SUPERSEDED, "a saved plan took its place");
            let (id, state) = (before.id, EntryState::Cancelled);
            self.next.settled.push(Settled { id, state, reason: Some(reason) });
        }
    }

    /// Remembers that a removal is held now.
    pub(crate) fn hold(&mut self, entry: &Entry, reason: &Reason) {
        self.summary.count_reason(reason);
        self.set_state(entry, EntryState::Held, Some(reason.clone()));
        let held = Entry { state: EntryState::Held, reason: Some(reason.clone()), ..entry.clone() };
        self.keep_pending(&held);
    }

    /// Rejects a held change that nobody decided about.
    pub(crate) fn drop_held(&mut self, entry: &Entry, reason: Reason) {
        self.summary.count_reason(&reason);
        self.memory.pending.remove(&entry.whom());
        self.set_state(entry, EntryState::Rejected, Some(reason));
    }

    /// Gives up an intent that a run broke off before. Whatever the watermark says, the person is
    /// looked at again: what brought the person here may have been a waiting record that is gone,
    /// or the outcome that was lost a refusal.
    pub(crate) fn give_up(&mut self, entry: &Entry) {
        let now = self.ctx.now();
        self.set_state(entry, EntryState::Cancelled, None);
        self.next.waiting.push(WaitWrite::Put(Waiting {
            source: entry.source,
            wait: WaitFor::Time,
            reason: Reason::new(Code::INTERRUPTED, "the run broke off before it was written"),
            attempts: 0,
            since: now,
            due: Timestamp::AT_ONCE,
            given_up: None,
        }));
    }

    /// Puts people down to be looked at again at once. Whoever waits in escrow already keeps that
    /// place, and is looked at when its time comes.
    pub(crate) fn look_again(&mut self, people: Vec<Waiting>) {
        for waiting in people {
            if !self.memory.failed.contains_key(&waiting.source) {
                self.next.waiting.push(WaitWrite::Put(waiting));
            }
        }
    }

    /// Settles an entry without an outcome of the target.
    pub(crate) fn set_state(&mut self, entry: &Entry, state: EntryState, reason: Option<Reason>) {
        self.next.settled.push(Settled { id: entry.id, state, reason });
    }

    /// Moves the watermark over all pages that are done, in their order.
    fn advance(&mut self) {
        while let Some((mark, true)) = self.marks.front() {
            let progress = &mut *self.progress;
            match *mark {
                None => {}
                Some(Mark::Row(row)) => {
                    if let Some(sweep) = &mut progress.sweep {
                        sweep.row = row;
                    }
                }
                Some(Mark::SweepDone) => {
                    if let Some(sweep) = progress.sweep.take() {
                        progress.watermark = Some(sweep.noted);
                        progress.evaluated = sweep.versions;
                        self.quiet = QUIET_PAGES;
                    }
                }
                Some(Mark::Feed(mark)) => {
                    progress.watermark = Some(mark);
                    self.quiet = QUIET_PAGES;
                }
            }
            self.moved |= mark.is_some();
            self.marks.pop_front();
        }
    }

    /// Writes what has come together, where there is something that has to be written now.
    pub(crate) fn flush(&mut self, at_the_end: bool) -> Result<(), Error> {
        let is_quiet = self.next.is_empty();
        self.quiet += 1;
        if is_quiet && !(self.moved && (at_the_end || self.quiet > QUIET_PAGES)) {
            return Ok(());
        }
        let mut fresh = JournalCommit::new(self.lease);
        fresh.conditions.clone_from(&self.ctx.conditions);
        let mut commit = std::mem::replace(&mut self.next, fresh);
        if self.moved {
            commit.progress = Some(*self.progress);
        }
        commit.day = days::told(std::mem::take(self.day), self.progress, self.ctx.now());
        self.moved = false;
        self.quiet = 0;
        Ok(self.ctx.store().record(commit)?)
    }

    /// Adds to the numbers of a progress bar.
    pub(crate) fn counts(&self) -> (u64, u64) {
        (self.summary.read, self.summary.changed())
    }
}
