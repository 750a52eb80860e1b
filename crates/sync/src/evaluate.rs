//! The middle of the line for a page: scope, map, look up, match, diff, plan. It writes nothing, so
//! preview, provision and cycle share it as it is.

use std::collections::{BTreeMap, HashMap};

use engine::{
    Change, Choice, Decision, Evaluated, Facts, Ids, Record, Reserved, map, scope, scope::Scoped,
    to_entry,
};
use model::{ChangeId, Code, Entry, Link, ObjectId, Reason, Timestamp, WaitFor, Waiting};
use store::WaitQuery;

use crate::{
    Error,
    look_up::{Mapped, look_up},
    read::{Mark, Page},
    records::read_records,
    session::Context,
};

/// A person who cannot go on.
pub(crate) struct Failure {
    pub(crate) source: ObjectId,
    pub(crate) name: String,
    pub(crate) reason: Reason,
    pub(crate) wait: WaitFor,
}

/// A page with what was decided about it: the plan's page.
pub(crate) struct Decided {
    /// Everybody who was looked at.
    pub(crate) people: Vec<ObjectId>,
    /// What is to be done.
    pub(crate) entries: Vec<Entry>,
    /// The links that people with entries had before.
    pub(crate) links: BTreeMap<ObjectId, Link>,
    /// Who cannot go on.
    pub(crate) failures: Vec<Failure>,
    /// How many are left out as they should be, by code.
    pub(crate) skips: BTreeMap<Code, u64>,
    /// Those of the page who are in escrow, or are looked at again at an instant.
    pub(crate) waiting: Vec<Waiting>,
    /// When the answer about somebody turns by the passing of time alone.
    pub(crate) turns: HashMap<ObjectId, Timestamp>,
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
pub(crate) fn evaluate(ctx: &Context, page: Page) -> Result<Decided, Error> {
    let (mark, read, waited) = (page.mark, page.read, page.waited);
    let records = read_records(ctx, page)?;
    let people: Vec<ObjectId> = records.iter().map(|record| record.id).collect();
    let waiting = match people.is_empty() {
        true => Vec::new(),
        false => {
            let query = WaitQuery::Sources(people.clone());
            ctx.store().waiting(ctx.job.source, ctx.job.id, &query)?
        }
    };
    let mut decided = Decided {
        people,
        entries: Vec::new(),
        links: BTreeMap::new(),
        failures: Vec::new(),
        skips: BTreeMap::new(),
        waiting,
        turns: HashMap::new(),
        choices: Vec::new(),
        mark,
        read,
        waited,
    };
    walk(ctx, &records, |record, evaluated, facts| {
        if let Some(turn) = scope::next_change(&ctx.rules, record, ctx.now()) {
            decided.turns.insert(record.id, turn);
        }
        decided.take(ctx, record, evaluated.decision, facts);
    })?;
    Ok(decided)
}

/// Takes records down the line and hands each one over with what was decided about it.
pub(crate) fn walk(
    ctx: &Context,
    records: &[Record],
    mut each: impl FnMut(&Record, Evaluated<'_>, &Facts),
) -> Result<(), Error> {
    let now = ctx.now();
    let mut page: Vec<Mapped<'_>> = Vec::with_capacity(records.len());
    for record in records {
        let scoped = scope::decide(&ctx.rules, record, now);
        let desired = match &scoped {
            Scoped::In(person) => Some(map(&ctx.rules, *person, now)),
            Scoped::Out(_) => None,
        };
        page.push(Mapped { record, scoped, desired });
    }
    let facts = look_up(ctx, &page)?;
    for Mapped { record, scoped, desired } in page {
        let evaluated = engine::evaluate(&ctx.rules, record, scoped, desired, &facts);
        each(record, evaluated, &facts);
    }
    Ok(())
}

impl Decided {
    /// A page about which nothing was decided.
    pub(crate) fn of(entries: Vec<Entry>) -> Self {
        Self {
            people: Vec::new(),
            entries,
            links: BTreeMap::new(),
            failures: Vec::new(),
            skips: BTreeMap::new(),
            waiting: Vec::new(),
            turns: HashMap::new(),
            choices: Vec::new(),
            mark: None,
            read: 0,
            waited: false,
        }
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
            let Entry { source, name, .. } = self.entries.remove(at);
            self.failures.push(Failure { source, name, reason, wait });
        }
    }

    fn take(&mut self, ctx: &Context, record: &Record, decision: Decision, facts: &Facts) {
        match decision {
            Decision::Nothing => {}
            Decision::Skip(reason) => *self.skips.entry(reason.code).or_default() += 1,
            Decision::Fail(reason, wait) => self.fail(record, reason, wait),
            Decision::Change(change) => self.plan(ctx, record, change, facts),
            Decision::DisableAndFail(change, reason, wait) => {
                self.plan(ctx, record, change, facts);
                self.fail(record, reason, wait);
            }
        }
    }

    fn fail(&mut self, record: &Record, reason: Reason, wait: WaitFor) {
        self.failures.push(Failure { source: record.id, name: record.label(), reason, wait });
    }

    fn plan(&mut self, ctx: &Context, record: &Record, mut change: Change, facts: &Facts) {
        if let Some(link) = facts.find_link(record.id) {
            self.links.insert(record.id, link);
        }
        let ids = ctx.sync.directory.ids();
        let ids =
            Ids { run: ctx.run, change: model::ChangeId(ids.next()), target: ObjectId(ids.next()) };
        if !change.choices.is_empty() {
            self.choices.push((ids.change, std::mem::take(&mut change.choices)));
        }
        self.entries.push(to_entry(record, change, ids, ctx.began));
    }
}
