//! The middle of the line for a page: scope, map, look up, match, diff, plan. It writes nothing, so
//! preview, provision and cycle share it as it is.

use std::collections::BTreeMap;

use engine::{
    Change, Decision, Evaluated, Facts, Ids, Record, map, scope, scope::Scoped, to_entry,
};
use model::{Code, Entry, Link, ObjectId, Reason, WaitFor, Waiting};
use store::WaitQuery;

use crate::{
    Error,
    look_up::{Mapped, look_up},
    read::{Mark, Page, read_records},
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
    /// Those of the page who are in escrow.
    pub(crate) waiting: Vec<Waiting>,
    /// How far the job has come when this is done.
    pub(crate) mark: Option<Mark>,
    /// How many records or changes were read.
    pub(crate) read: u64,
}

/// Takes a page down the line to its plan.
pub(crate) fn evaluate(ctx: &Context, page: Page) -> Result<Decided, Error> {
    let (mark, read) = (page.mark, page.read);
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
        mark,
        read,
    };
    walk(ctx, &records, |record, evaluated, facts| {
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
        let scoped = scope::decide(&ctx.rules, record);
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

    fn plan(&mut self, ctx: &Context, record: &Record, change: Change, facts: &Facts) {
        if let Some(link) = facts.find_link(record.id) {
            self.links.insert(record.id, link);
        }
        let ids = ctx.sync.directory.ids();
        let ids =
            Ids { run: ctx.run, change: model::ChangeId(ids.next()), target: ObjectId(ids.next()) };
        self.entries.push(to_entry(record, change, ids, ctx.began));
    }
}
