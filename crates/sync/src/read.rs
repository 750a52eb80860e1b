//! Read: which people are to be looked at, and why each page is here; and the people themselves with
//! their assignments.
//!
//! A walk over everybody ([`Sweep`]) comes first where there was no cycle before, or where what the
//! decisions rest on has changed. Then the change feed is followed ([`Feed`]). Neither keeps a read
//! open between two pages.

use std::collections::{BTreeSet, HashSet, VecDeque};

use model::{
    Change, EdgeKind, Kind, Object, ObjectId, ScopeMode, StoreId, Subject, WaitFor, Watermark,
};
use store::{Changes, Deleted, End, Scan, WaitQuery};

use crate::{Error, session::Context};

/// How many people a page holds.
pub(crate) const PAGE: usize = 1_000;

/// People to look at, and how far the job has come when they are done.
pub(crate) struct Page {
    /// The people; those of a sweep come with what the source holds.
    pub(crate) people: Vec<(ObjectId, Option<Object>)>,
    /// Whether the second halves of `people` were read already.
    pub(crate) is_read: bool,
    /// How far that is.
    pub(crate) mark: Option<Mark>,
    /// How many records or changes were read for it.
    pub(crate) read: u64,
    /// Whether the people are here only because they wait, and not for anything new about them.
    pub(crate) waited: bool,
}

/// How far a job has come after a page.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mark {
    /// The sweep has come to this row.
    Row(u64),
    /// The sweep is over.
    SweepDone,
    /// The feed was followed to here.
    Feed(Watermark),
}

/// Where pages come from.
pub(crate) trait Pages: Send {
    /// The next page; none at the end.
    fn next(&mut self, ctx: &Context) -> Result<Option<Page>, Error>;
}

/// Everybody in the source, in the order of rows.
pub(crate) struct Sweep {
    pub(crate) after: u64,
    /// Walk the links as well, for people whom the source no longer has.
    pub(crate) links_too: bool,
    pub(crate) state: SweepState,
}

pub(crate) enum SweepState {
    People,
    Links(Option<ObjectId>),
    Over,
}

impl Pages for Sweep {
    fn next(&mut self, ctx: &Context) -> Result<Option<Page>, Error> {
        match self.state {
            SweepState::People => {
                let scan = Scan {
                    kind: Kind::User,
                    deleted: Deleted::Both,
                    after: self.after,
                    limit: PAGE,
                };
                let page = ctx.store().scan(ctx.job.source, &scan)?;
                let last = page.items.last().map(|(row, _)| *row);
                match page.next {
                    Some(next) => self.after = next,
                    None if self.links_too => self.state = SweepState::Links(None),
                    None => self.state = SweepState::Over,
                }
                let mark = match (&self.state, last) {
                    (SweepState::Over, _) => Some(Mark::SweepDone),
                    (_, Some(row)) => Some(Mark::Row(row)),
                    (_, None) => None,
                };
                let people: Vec<_> =
                    page.items.into_iter().map(|(_, object)| (object.id, Some(object))).collect();
                Ok(Some(Page {
                    read: people.len() as u64,
                    people,
                    is_read: true,
                    mark,
                    waited: false,
                }))
            }
            SweepState::Links(after) => {
                let (source, job) = (ctx.job.source, ctx.job.id);
                let links = ctx.store().links_after(source, job, after, PAGE)?;
                let last = links.last().map(|link| link.source);
                let ids: Vec<ObjectId> = links.iter().map(|link| link.source).collect();
                let found = ctx.store().get(source, &ids)?;
                let gone = ids.into_iter().zip(found).filter(|(_, object)| object.is_none());
                let people: Vec<_> = gone.collect();
                let mark = match last {
                    Some(_) => {
                        self.state = SweepState::Links(last);
                        None
                    }
                    None => {
                        self.state = SweepState::Over;
                        Some(Mark::SweepDone)
                    }
                };
                Ok(Some(Page {
                    read: people.len() as u64,
                    people,
                    is_read: true,
                    mark,
                    waited: false,
                }))
            }
            SweepState::Over => Ok(None),
        }
    }
}

/// Those whom changes since a watermark touch.
pub(crate) struct Feed {
    at: Watermark,
    queue: VecDeque<Work>,
    /// Groups whose members wait in the queue already, or did for the same changes.
    groups: BTreeSet<ObjectId>,
}

enum Work {
    People(Vec<ObjectId>),
    Members { group: ObjectId, after: Option<ObjectId> },
    Done { mark: Watermark, read: u64 },
}

impl Feed {
    /// The changes after a watermark.
    pub(crate) fn after(at: Watermark) -> Self {
        Self { at, queue: VecDeque::new(), groups: BTreeSet::new() }
    }

    /// Whom a run of changes touches: people, the other ends of edges, and the members of groups
    /// whose assignment, existence or place in other groups changed.
    fn touched(&mut self, ctx: &Context, changes: &[Change]) -> Result<(), Error> {
        let mut people: BTreeSet<ObjectId> = BTreeSet::new();
        let mut groups: BTreeSet<ObjectId> = BTreeSet::new();
        let mut principals: BTreeSet<ObjectId> = BTreeSet::new();
        let mut members: BTreeSet<ObjectId> = BTreeSet::new();
        let job = ObjectId(ctx.job.id.0);
        for change in changes {
            match &change.subject {
                Subject::Object { kind: Kind::User, id, .. } => drop(people.insert(*id)),
                Subject::Object { kind: Kind::Group, id, .. } => drop(groups.insert(*id)),
                Subject::Edge { edge, .. } => match edge.kind {
                    EdgeKind::Assignment if edge.from == job => drop(principals.insert(edge.to)),
                    EdgeKind::Member => drop(members.insert(edge.to)),
                    EdgeKind::Manager if ctx.rules.reads.managers => {
                        people.insert(edge.from);
                    }
                    EdgeKind::Assignment | EdgeKind::Manager => {}
                },
                Subject::Document { .. } => {}
            }
        }
        if ctx.rules.reads.nested() {
            // A group that joined another or left it brings its members along.
            principals.extend(members);
        } else {
            people.extend(members);
        }
        // Such an id is a person's or a group's; what is gone for good counts as both.
        let ids: Vec<ObjectId> = principals.into_iter().collect();
        let found = ctx.store().get(ctx.job.source, &ids)?;
        for (id, object) in ids.into_iter().zip(found) {
            match object.map(|object| object.kind) {
                Some(Kind::User) => drop(people.insert(id)),
                Some(Kind::Group) => drop(groups.insert(id)),
                None => {
                    people.insert(id);
                    groups.insert(id);
                }
            }
        }
        let mut people: Vec<ObjectId> = people.into_iter().collect();
        people.extend(read_rivals(ctx, &people)?);
        self.queue.extend(people.chunks(PAGE).map(|chunk| Work::People(chunk.to_vec())));
        self.groups.clear();
        if ctx.job.scope == ScopeMode::Assigned || !ctx.rules.reads.groups.is_empty() {
            groups.into_iter().for_each(|group| self.add_members(group));
        }
        Ok(())
    }

    fn add_members(&mut self, group: ObjectId) {
        if self.groups.insert(group) {
            // Before the mark that says that all of this is done.
            self.queue.push_front(Work::Members { group, after: None });
        }
    }
}

impl Pages for Feed {
    fn next(&mut self, ctx: &Context) -> Result<Option<Page>, Error> {
        loop {
            match self.queue.pop_front() {
                Some(Work::People(ids)) => {
                    let people = ids.into_iter().map(|id| (id, None)).collect();
                    return Ok(Some(Page {
                        people,
                        is_read: false,
                        mark: None,
                        read: 0,
                        waited: false,
                    }));
                }
                Some(Work::Members { group, after }) => {
                    let edges = ctx.store().edges_after(
                        ctx.job.source,
                        EdgeKind::Member,
                        End::From,
                        group,
                        after,
                        PAGE,
                    )?;
                    let Some(last) = edges.last() else { continue };
                    self.queue.push_front(Work::Members { group, after: Some(last.to) });
                    let ids: Vec<ObjectId> = edges.iter().map(|edge| edge.to).collect();
                    if ctx.rules.reads.nested() {
                        for object in ctx.store().get(ctx.job.source, &ids)?.into_iter().flatten() {
                            if object.kind == Kind::Group {
                                self.add_members(object.id);
                            }
                        }
                    }
                    let people = ids.into_iter().map(|id| (id, None)).collect();
                    return Ok(Some(Page {
                        people,
                        is_read: false,
                        mark: None,
                        read: 0,
                        waited: false,
                    }));
                }
                Some(Work::Done { mark, read }) => {
                    let mark = Some(Mark::Feed(mark));
                    return Ok(Some(Page {
                        people: Vec::new(),
                        is_read: true,
                        mark,
                        read,
                        waited: false,
                    }));
                }
                None => match ctx.store().changes(ctx.job.source, self.at, PAGE)? {
                    Changes::Expired => return Err(Error::Changed),
                    Changes::Page { changes, .. } => {
                        let Some(last) = changes.last() else { return Ok(None) };
                        self.at.number = last.number;
                        self.touched(ctx, &changes)?;
                        let read = changes.len() as u64;
                        self.queue.push_back(Work::Done { mark: self.at, read });
                    }
                },
            }
        }
    }
}

/// These people, and nobody else.
pub(crate) struct Chosen {
    people: VecDeque<ObjectId>,
    waited: bool,
}

impl Chosen {
    /// People about whom there is something new, or whom somebody named.
    pub(crate) fn new(ids: impl IntoIterator<Item = ObjectId>) -> Self {
        Self { people: ids.into_iter().collect(), waited: false }
    }

    /// All of them at once, whatever their number; none when there is nobody.
    pub(crate) fn all(self) -> Option<Page> {
        let people: Vec<_> = self.people.into_iter().map(|id| (id, None)).collect();
        let (read, waited) = (people.len() as u64, self.waited);
        (!people.is_empty()).then_some(Page { read, people, is_read: false, mark: None, waited })
    }

    /// People who are looked at only because they wait.
    pub(crate) fn waiting(ids: impl IntoIterator<Item = ObjectId>) -> Self {
        Self { waited: true, ..Self::new(ids) }
    }
}

impl Pages for Chosen {
    fn next(&mut self, _ctx: &Context) -> Result<Option<Page>, Error> {
        if self.people.is_empty() {
            return Ok(None);
        }
        let count = self.people.len().min(PAGE);
        let people: Vec<_> = self.people.drain(..count).map(|id| (id, None)).collect();
        let (read, waited) = (count as u64, self.waited);
        Ok(Some(Page { read, people, is_read: false, mark: None, waited }))
    }
}

/// People in escrow whose time has come, or for whom something changed in the target, and how far
/// the target's feed was followed for that.
pub(crate) fn read_due(
    ctx: &Context,
    target_mark: Option<Watermark>,
) -> Result<(BTreeSet<ObjectId>, Option<Watermark>), Error> {
    let query = WaitQuery::Due(ctx.now(), usize::MAX);
    let due = ctx.store().waiting(ctx.job.source, ctx.job.id, &query)?;
    let (mut people, mark) = read_touched(ctx, target_mark)?;
    people.extend(due.into_iter().map(|waiting| waiting.source));
    Ok((people, mark))
}

/// People in escrow who wait for something in the target that changed since a mark. Without a mark
/// (a cycle broke off, the feed does not reach back, the epoch is another) it may be any of them.
fn read_touched(
    ctx: &Context,
    target_mark: Option<Watermark>,
) -> Result<(BTreeSet<ObjectId>, Option<Watermark>), Error> {
    let (source, job) = (ctx.job.source, ctx.job.id);
    let mut people = BTreeSet::new();
    let head = ctx.store().head(ctx.job.target)?;
    let Some(mut at) = target_mark.filter(|mark| mark.epoch == head.epoch) else {
        return Ok((read_blocked(ctx)?, Some(head)));
    };
    if at == head || ctx.store().waiting(source, job, &WaitQuery::After(None, 1))?.is_empty() {
        return Ok((people, Some(head)));
    }
    while at.number < head.number {
        match ctx.store().changes(ctx.job.target, at, PAGE)? {
            Changes::Expired => return Ok((read_blocked(ctx)?, Some(head))),
            Changes::Page { changes, .. } => {
                let Some(last) = changes.last() else { break };
                at.number = last.number;
                let touched: HashSet<ObjectId> = changes
                    .iter()
                    .flat_map(|change| match &change.subject {
                        Subject::Object { id, .. } => [Some(*id), None],
                        Subject::Edge { edge, .. } => [Some(edge.from), Some(edge.to)],
                        Subject::Document { .. } => [None, None],
                    })
                    .flatten()
                    .collect();
                let query = WaitQuery::Targets(touched.into_iter().collect());
                let waiting = ctx.store().waiting(source, job, &query)?;
                people.extend(waiting.into_iter().map(|waiting| waiting.source));
            }
        }
    }
    Ok((people, Some(head)))
}

/// Others in escrow who wait for these people, whose value of a mapping that matches was theirs too.
fn read_rivals(ctx: &Context, people: &[ObjectId]) -> Result<Vec<ObjectId>, Error> {
    if !ctx.rules.matches() || people.is_empty() {
        return Ok(Vec::new());
    }
    let query = WaitQuery::Targets(people.to_vec());
    let waiting = ctx.store().waiting(ctx.job.source, ctx.job.id, &query)?;
    let known: HashSet<ObjectId> = people.iter().copied().collect();
    let others = waiting.into_iter().map(|one| one.source).filter(|id| !known.contains(id));
    Ok(others.collect::<BTreeSet<_>>().into_iter().collect())
}

/// Everybody in escrow who waits for something in the target.
fn read_blocked(ctx: &Context) -> Result<BTreeSet<ObjectId>, Error> {
    let mut people = BTreeSet::new();
    let mut after = None;
    loop {
        let query = WaitQuery::After(after, PAGE);
        let page = ctx.store().waiting(ctx.job.source, ctx.job.id, &query)?;
        let Some(last) = page.last() else { return Ok(people) };
        after = Some(last.source);
        let blocked = page
            .iter()
            .filter(|one| matches!(one.wait, WaitFor::Key { .. } | WaitFor::Object { .. }));
        people.extend(blocked.map(|one| one.source));
    }
}

/// Whether the feed of the source can be followed from a watermark.
pub(crate) fn can_follow(ctx: &Context, mark: Watermark, epoch: StoreId) -> Result<bool, Error> {
    if mark.epoch != epoch {
        return Ok(false);
    }
    Ok(ctx.store().changes(ctx.job.source, mark, 1)? != Changes::Expired)
}
