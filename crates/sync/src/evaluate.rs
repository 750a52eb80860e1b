//! The middle of the line for a page: scope, map, look up, match, diff, plan. It writes nothing, so
//! preview, provision and cycle share it as it is. People and groups go the same way, each by their
//! own rules; memberships have no attributes, and a way of their own (`members`).

use std::collections::{BTreeMap, HashMap};

use engine::{
    Change, Choice, Decision, Evaluated, Facts, Ids, Record, Reserved, Rules, map, scope,
    scope::Scoped, to_entry,
};
use model::{
    ChangeId, Code, Entry, Kind, Link, Object, ObjectId, Reason, Timestamp, WaitFor, Waiting, Whom,
};
use store::WaitQuery;

use crate::{
    Error,
    look_up::{Mapped, look_up},
    members,
    read::{Mark, Page, Who},
    records::{read_group_records, read_records},
    session::Context,
};

/// A person, or a group, who cannot go on.
pub(crate) struct Failure {
    pub(crate) kind: Kind,
    pub(crate) source: ObjectId,
    pub(crate) name: String,
    pub(crate) reason: Reason,
    pub(crate) wait: WaitFor,
}

/// What those of a page are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PageKind {
    People,
    Groups,
    Members,
}

/// A page with what was decided about it: the plan's page.
pub(crate) struct Decided {
    /// Everybody who was looked at.
    pub(crate) whom: Vec<Whom>,
    /// What they are, for a second look.
    kind: PageKind,
    /// What is to be done.
    pub(crate) entries: Vec<Entry>,
    /// The links that people with entries had before.
    pub(crate) links: BTreeMap<ObjectId, Link>,
    /// Who cannot go on.
    pub(crate) failures: Vec<Failure>,
    /// How many are left out as they should be, by code.
    pub(crate) skips: BTreeMap<Code, u64>,
    /// Memberships that are left out as they should be, each with why.
    pub(crate) left: Vec<(Whom, Code)>,
    /// Those of the page who are in escrow, or are looked at again at an instant.
    pub(crate) waiting: Vec<Waiting>,
    /// When the answer about somebody turns by the passing of time alone.
    pub(crate) turns: HashMap<ObjectId, Timestamp>,
    /// Whose object somebody in the target deleted, and which it is: it may be brought back.
    pub(crate) returns: HashMap<ObjectId, ObjectId>,
    /// What the plan still has to choose, by the entry's id.
    choices: Vec<(ChangeId, Vec<Choice>)>,
    /// How far the job has come when this is done.
    pub(crate) mark: Option<Mark>,
    /// How many records or changes were read.
    pub(crate) read: u64,
    /// Whether the people are here only because they wait.
    pub(crate) waited: bool,
}

/// Takes a page down the line to its plan.
pub(crate) fn evaluate(ctx: &Context, mut page: Page) -> Result<Decided, Error> {
    let nobody = Who::Members(Vec::new());
    let is_read = page.is_read;
    match std::mem::replace(&mut page.who, nobody) {
        Who::People(people) => {
            let records = read_records(ctx, people, is_read)?;
            decide(ctx, &ctx.rules, page, Who::People, records)
        }
        Who::Groups(groups) => {
            let records = read_group_records(ctx, groups, is_read)?;
            match &ctx.group_rules {
                Some(rules) => decide(ctx, rules, page, Who::Groups, records),
                // Groups that do not go along any more wait for nothing.
                None => about(ctx, page, Who::Groups, &records),
            }
        }
        Who::Members(pairs) => members::evaluate(ctx, page, pairs),
    }
}

/// A page about which nothing is decided yet, with those of it who wait.
fn about(
    ctx: &Context,
    page: Page,
    make: fn(Vec<(ObjectId, Option<Object>)>) -> Who,
    records: &[Record],
) -> Result<Decided, Error> {
    let ids: Vec<ObjectId> = records.iter().map(|record| record.id).collect();
    let mut decided = Decided::about(make(ids.iter().map(|id| (*id, None)).collect()), page);
    if !ids.is_empty() {
        let query = WaitQuery::Sources(ids);
        decided.waiting = ctx.store().waiting(ctx.job.source, ctx.job.id, &query)?;
    }
    Ok(decided)
}

fn decide(
    ctx: &Context,
    rules: &Rules,
    page: Page,
    make: fn(Vec<(ObjectId, Option<Object>)>) -> Who,
    records: Vec<Record>,
) -> Result<Decided, Error> {
    let mut decided = about(ctx, page, make, &records)?;
    walk(ctx, rules, &records, |record, evaluated, facts| {
        if let Some(turn) = scope::next_change(rules, record, ctx.now()) {
            decided.turns.insert(record.id, turn);
        }
        decided.take(ctx, rules.kind, record, evaluated.decision, facts);
    })?;
    Ok(decided)
}

/// Takes records down the line and hands each one over with what was decided about it.
pub(crate) fn walk(
    ctx: &Context,
    rules: &Rules,
    records: &[Record],
    mut each: impl FnMut(&Record, Evaluated<'_>, &Facts),
) -> Result<(), Error> {
    let now = ctx.now();
    let mut page: Vec<Mapped<'_>> = Vec::with_capacity(records.len());
    for record in records {
        let scoped = scope::decide(rules, record, now);
        let desired = match &scoped {
            Scoped::In(person) => Some(map(rules, *person, now)),
            Scoped::Out(_) | Scoped::Open(_) => None,
        };
        page.push(Mapped { record, scoped, desired });
    }
    let facts = look_up(ctx, rules, &page)?;
    for Mapped { record, scoped, desired } in page {
        let evaluated = engine::evaluate(rules, record, scoped, desired, &facts);
        each(record, evaluated, &facts);
    }
    Ok(())
}

impl Decided {
    /// A page of changes that come from elsewhere.
    pub(crate) fn of(entries: Vec<Entry>) -> Self {
        Self {
            whom: Vec::new(),
            kind: PageKind::People,
            entries,
            links: BTreeMap::new(),
            failures: Vec::new(),
            skips: BTreeMap::new(),
            left: Vec::new(),
            waiting: Vec::new(),
            turns: HashMap::new(),
            returns: HashMap::new(),
            choices: Vec::new(),
            mark: None,
            read: 0,
            waited: false,
        }
    }

    /// A page about somebody, about whom nothing is decided yet.
    pub(crate) fn about(who: Who, page: Page) -> Self {
        let ids = |people: Vec<(ObjectId, Option<Object>)>| {
            people.into_iter().map(|(id, _)| (id, None)).collect()
        };
        let (kind, whom) = match who {
            Who::People(people) => (PageKind::People, ids(people)),
            Who::Groups(groups) => (PageKind::Groups, ids(groups)),
            Who::Members(pairs) => {
                let pairs = pairs.into_iter().map(|(group, member)| (group, Some(member)));
                (PageKind::Members, pairs.collect())
            }
        };
        let Page { mark, read, waited, .. } = page;
        Self { whom, kind, mark, read, waited, ..Self::of(Vec::new()) }
    }

    /// The page as it was before anything was decided.
    pub(crate) fn undecided(self) -> Page {
        let ids = |whom: Vec<Whom>| whom.into_iter().map(|(id, _)| (id, None)).collect();
        let who = match self.kind {
            PageKind::People => Who::People(ids(self.whom)),
            PageKind::Groups => Who::Groups(ids(self.whom)),
            PageKind::Members => {
                let pairs = self.whom.into_iter().filter_map(|(group, one)| Some((group, one?)));
                Who::Members(pairs.collect())
            }
        };
        let (mark, read, waited) = (self.mark, self.read, self.waited);
        Page { who, is_read: false, mark, read, waited }
    }

    /// Sees to it that nobody gets a value or an object that somebody before in the same plan got.
    /// Pages have to come in the order of the plan. Who is left without one cannot go on.
    pub(crate) fn reserve(&mut self, reserved: &mut Reserved) {
        for (id, rival) in reserved.claim(&self.entries) {
            self.refuse(id, rival.reason, WaitFor::Object { id: rival.person });
        }
        for (id, choices) in std::mem::take(&mut self.choices) {
            let Some(entry) = self.entries.iter_mut().find(|entry| entry.id == id) else {
                continue;
            };
            if let Err(reason) = reserved.settle(entry, &choices) {
                self.refuse(id, reason, WaitFor::Time);
            }
        }
    }

    /// Takes a change out of the plan that cannot be done.
    fn refuse(&mut self, id: ChangeId, reason: Reason, wait: WaitFor) {
        if let Some(at) = self.entries.iter().position(|entry| entry.id == id) {
            let Entry { kind, source, name, .. } = self.entries.remove(at);
            self.failures.push(Failure { kind, source, name, reason, wait });
        }
    }

    fn take(
        &mut self,
        ctx: &Context,
        kind: Kind,
        record: &Record,
        decision: Decision,
        facts: &Facts,
    ) {
        match decision {
            Decision::Nothing => {}
            Decision::Skip(reason) => {
                *self.skips.entry(reason.code).or_default() += 1;
                let link = facts.find_link(record.id);
                if let Some(link) = link.filter(|_| reason.code == Code::DELETED_IN_TARGET) {
                    self.returns.insert(record.id, link.target);
                }
            }
            Decision::Fail(reason, wait) => self.fail(kind, record, reason, wait),
            Decision::Change(change) => self.plan(ctx, kind, record, change, facts),
            Decision::ChangeAndFail(change, reason, wait) => {
                self.plan(ctx, kind, record, change, facts);
                self.fail(kind, record, reason, wait);
            }
        }
    }

    fn fail(&mut self, kind: Kind, record: &Record, reason: Reason, wait: WaitFor) {
        let (source, name) = (record.id, record.label());
        self.failures.push(Failure { kind, source, name, reason, wait });
    }

    fn plan(
        &mut self,
        ctx: &Context,
        kind: Kind,
        record: &Record,
        mut change: Change,
        facts: &Facts,
    ) {
        if let Some(link) = facts.find_link(record.id) {
            self.links.insert(record.id, link);
        }
        let ids = ctx.sync.directory.ids();
        let ids =
            Ids { run: ctx.run, change: model::ChangeId(ids.next()), target: ObjectId(ids.next()) };
        if !change.choices.is_empty() {
            self.choices.push((ids.change, std::mem::take(&mut change.choices)));
        }
        // Of what is gone from the source, the target tells what it was.
        let held = change.target.and_then(|id| facts.live.get(&id)).map(|object| object.kind);
        self.entries.push(to_entry(record, held.unwrap_or(kind), change, ids, ctx.began));
    }
}
