//! Read: which people, groups and memberships are to be looked at, and why each page is here.
//!
//! A walk over everybody ([`Sweep`]) comes first where there was no cycle before, or where what the
//! decisions rest on has changed. Then the change feed is followed ([`Feed`]). Neither keeps a read
//! open between two pages.

use std::collections::{BTreeSet, HashSet, VecDeque};

use directory::Directory;
use model::{
    Change, EdgeKind, Entry, Kind, Nested, Object, ObjectId, ScopeMode, StoreId, Subject, Watermark,
};
use store::{Changes, Deleted, End, Scan, WaitQuery};

use crate::{
    Error,
    records::read_groups_above,
    references,
    session::Context,
    walk::{Walk, next_pairs},
};

/// How many people a page holds.
pub(crate) const PAGE: usize = 1_000;

/// A group of the source, and somebody who is, was or may be a member of it.
pub(crate) type Pair = (ObjectId, ObjectId);

/// Whom a page is about.
pub(crate) enum Who {
    /// People; those who were read already come with what the source holds.
    People(Vec<(ObjectId, Option<Object>)>),
    /// Groups; the same.
    Groups(Vec<(ObjectId, Option<Object>)>),
    /// Memberships.
    Members(Vec<Pair>),
}

/// People to look at, and how far the job has come when they are done.
pub(crate) struct Page {
    /// Whom it is about.
    pub(crate) who: Who,
    /// Whether the second halves of `who` were read already.
    pub(crate) is_read: bool,
    /// How far that is.
    pub(crate) mark: Option<Mark>,
    /// How many records or changes were read for it.
    pub(crate) read: u64,
    /// Whether the people are here only because they wait, and not for anything new about them.
    pub(crate) waited: bool,
}

impl Page {
    /// A page that comes with nothing but the ids.
    pub(crate) fn of(who: Who) -> Self {
        Self { who, is_read: false, mark: None, read: 0, waited: false }
    }

    /// People or groups, by their ids.
    fn of_ids(make: fn(Vec<(ObjectId, Option<Object>)>) -> Who, ids: Vec<ObjectId>) -> Self {
        Self::of(make(ids.into_iter().map(|id| (id, None)).collect()))
    }

    /// People or groups as the source holds them.
    fn of_objects(
        make: fn(Vec<(ObjectId, Option<Object>)>) -> Who,
        objects: Vec<(ObjectId, Option<Object>)>,
    ) -> Self {
        let read = objects.len() as u64;
        Self { who: make(objects), is_read: true, mark: None, read, waited: false }
    }
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

/// Everybody in the source, in the order of rows; then all groups with their memberships.
pub(crate) struct Sweep {
    pub(crate) after: u64,
    /// Walk the links as well, for people whom the source no longer has.
    pub(crate) links_too: bool,
    pub(crate) state: SweepState,
}

pub(crate) enum SweepState {
    People,
    /// The groups behind this row.
    Groups(u64),
    /// The memberships of groups that stand in the target already, and the row behind them; none at
    /// the last. Whoever comes only now is followed by `references`.
    Members(VecDeque<Walk>, Option<u64>),
    Links(Option<ObjectId>),
    Over,
}

impl Sweep {
    /// The state behind people and groups.
    fn last_state(&self) -> SweepState {
        if self.links_too { SweepState::Links(None) } else { SweepState::Over }
    }

    fn next_people(&mut self, ctx: &Context) -> Result<Page, Error> {
        let scan =
            Scan { kind: Kind::User, deleted: Deleted::Both, after: self.after, limit: PAGE };
        let page = ctx.store().scan(ctx.job.source, &scan)?;
        let last = page.items.last().map(|(row, _)| *row);
        match page.next {
            Some(next) => self.after = next,
            None if ctx.group_rules.is_some() => self.state = SweepState::Groups(0),
            None => self.state = self.last_state(),
        }
        let mark = match (&self.state, last) {
            (SweepState::Over, _) => Some(Mark::SweepDone),
            (_, Some(row)) => Some(Mark::Row(row)),
            (_, None) => None,
        };
        let people = page.items.into_iter().map(|(_, object)| (object.id, Some(object))).collect();
        Ok(Page { mark, ..Page::of_objects(Who::People, people) })
    }

    fn next_groups(&mut self, ctx: &Context, after: u64) -> Result<Page, Error> {
        let scan = Scan { kind: Kind::Group, deleted: Deleted::Both, after, limit: PAGE };
        let page = ctx.store().scan(ctx.job.source, &scan)?;
        let alive = page.items.iter().filter(|(_, object)| object.deleted.is_none());
        let walks = Walk::each(alive.map(|(_, object)| object.id));
        self.state = SweepState::Members(walks, page.next);
        let groups = page.items.into_iter().map(|(_, object)| (object.id, Some(object))).collect();
        Ok(Page::of_objects(Who::Groups, groups))
    }

    fn next_links(&mut self, ctx: &Context, after: Option<ObjectId>) -> Result<Page, Error> {
        let (source, job) = (ctx.job.source, ctx.job.id);
        let links = ctx.store().links_after(source, job, after, PAGE)?;
        let last = links.last().map(|link| link.source);
        let ids: Vec<ObjectId> = links.iter().map(|link| link.source).collect();
        let found = ctx.store().get(source, &ids)?;
        let gone = ids.into_iter().zip(found).filter(|(_, object)| object.is_none()).collect();
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
        Ok(Page { mark, ..Page::of_objects(Who::People, gone) })
    }
}

impl Pages for Sweep {
    fn next(&mut self, ctx: &Context) -> Result<Option<Page>, Error> {
        loop {
            match &mut self.state {
                SweepState::People => return self.next_people(ctx).map(Some),
                SweepState::Groups(after) => {
                    let after = *after;
                    return self.next_groups(ctx, after).map(Some);
                }
                SweepState::Members(walks, next) => {
                    if let Some(pairs) = next_pairs(walks, ctx)? {
                        return Ok(Some(Page::of(Who::Members(pairs))));
                    }
                    let next = *next;
                    self.state = next.map_or_else(|| self.last_state(), SweepState::Groups);
                    if matches!(self.state, SweepState::Over) {
                        let done = Page::of(Who::Members(Vec::new()));
                        return Ok(Some(Page { mark: Some(Mark::SweepDone), ..done }));
                    }
                }
                SweepState::Links(after) => {
                    let after = *after;
                    return self.next_links(ctx, after).map(Some);
                }
                SweepState::Over => return Ok(None),
            }
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
    Groups(Vec<ObjectId>),
    Pairs(Vec<Pair>),
    Walks(VecDeque<Walk>),
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
        let mut pairs: BTreeSet<Pair> = BTreeSet::new();
        let job = ObjectId(ctx.job.id.0);
        for change in changes {
            match &change.subject {
                Subject::Object { kind: Kind::User, id, .. } => drop(people.insert(*id)),
                Subject::Object { kind: Kind::Group, id, .. } => drop(groups.insert(*id)),
                Subject::Edge { edge, .. } => match edge.kind {
                    EdgeKind::Assignment if edge.from == job => drop(principals.insert(edge.to)),
                    EdgeKind::Member => {
                        members.insert(edge.to);
                        pairs.insert((edge.from, edge.to));
                    }
                    EdgeKind::Manager if ctx.rules.reads.managers => {
                        people.insert(edge.from);
                    }
                    EdgeKind::Assignment
                    | EdgeKind::Manager
                    | EdgeKind::Origin
                    | EdgeKind::Owner
                    | EdgeKind::Sponsor => {}
                },
                Subject::Document { .. } => {}
            }
        }
        if ctx.nests() {
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
        if ctx.group_rules.is_some() {
            let all: Vec<ObjectId> = groups.iter().copied().collect();
            self.queue.extend(all.chunks(PAGE).map(|chunk| Work::Groups(chunk.to_vec())));
            self.add_memberships(ctx, pairs, &groups)?;
        }
        self.groups.clear();
        if ctx.job.scope == ScopeMode::Assigned || !ctx.rules.reads.groups.is_empty() {
            groups.into_iter().for_each(|group| self.add_members(group));
        }
        Ok(())
    }

    /// The memberships that changed. Where groups within groups are flattened, they change those of
    /// the groups above as well, and a group that comes or goes is walked.
    fn add_memberships(
        &mut self,
        ctx: &Context,
        pairs: BTreeSet<Pair>,
        touched: &BTreeSet<ObjectId>,
    ) -> Result<(), Error> {
        let mut pairs: Vec<Pair> = pairs.into_iter().collect();
        if ctx.job.groups.nested == Nested::Flatten {
            // A group that is deleted chooses nobody, for those above it as well.
            let touched: Vec<ObjectId> = touched.iter().copied().collect();
            let edges = ctx.store().edges(ctx.job.source, EdgeKind::Member, End::To, &touched)?;
            let outer: Vec<ObjectId> = edges.into_iter().map(|edge| edge.from).collect();
            let groups = pairs.iter().map(|(group, _)| *group).chain(outer.iter().copied());
            let above = read_groups_above(ctx, groups.collect())?;
            let members: Vec<ObjectId> = pairs.iter().map(|(_, member)| *member).collect();
            let found = ctx.store().get(ctx.job.source, &members)?;
            let around = outer.iter().filter_map(|group| above.get(group)).flatten();
            let mut walked: BTreeSet<ObjectId> = around.copied().collect();
            let mut all: BTreeSet<Pair> = BTreeSet::new();
            for ((group, member), object) in pairs.into_iter().zip(found) {
                let groups = above.get(&group).into_iter().flatten().copied();
                if object.is_none_or(|object| object.kind == Kind::Group) {
                    walked.extend(groups);
                } else {
                    all.extend(groups.map(|group| (group, member)));
                }
            }
            self.queue.push_back(Work::Walks(Walk::each(walked)));
            pairs = all.into_iter().collect();
        }
        self.queue.extend(pairs.chunks(PAGE).map(|chunk| Work::Pairs(chunk.to_vec())));
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
                Some(Work::People(ids)) => return Ok(Some(Page::of_ids(Who::People, ids))),
                Some(Work::Groups(ids)) => return Ok(Some(Page::of_ids(Who::Groups, ids))),
                Some(Work::Pairs(pairs)) => return Ok(Some(Page::of(Who::Members(pairs)))),
                Some(Work::Walks(mut walks)) => {
                    let Some(pairs) = next_pairs(&mut walks, ctx)? else { continue };
                    self.queue.push_front(Work::Walks(walks));
                    return Ok(Some(Page::of(Who::Members(pairs))));
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
                    if ctx.nests() {
                        for object in ctx.store().get(ctx.job.source, &ids)?.into_iter().flatten() {
                            if object.kind == Kind::Group {
                                self.add_members(object.id);
                            }
                        }
                    }
                    return Ok(Some(Page::of_ids(Who::People, ids)));
                }
                Some(Work::Done { mark, read }) => {
                    let mark = Some(Mark::Feed(mark));
                    let nobody = Page::of_objects(Who::People, Vec::new());
                    return Ok(Some(Page { mark, read, ..nobody }));
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

/// These people and groups, and nobody else; of the groups, their memberships too.
pub(crate) struct Chosen {
    ids: VecDeque<ObjectId>,
    groups: Vec<(ObjectId, Option<Object>)>,
    pairs: Vec<Pair>,
    walks: VecDeque<Walk>,
    waited: bool,
}

impl Chosen {
    /// People and groups about whom there is something new, or whom somebody named.
    pub(crate) fn new(ids: impl IntoIterator<Item = ObjectId>) -> Self {
        Self {
            ids: ids.into_iter().collect(),
            groups: Vec::new(),
            pairs: Vec::new(),
            walks: VecDeque::new(),
            waited: false,
        }
    }

    /// Whom entries are about.
    pub(crate) fn of<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> Self {
        let mut pairs = Vec::new();
        let mut ids = VecDeque::new();
        for entry in entries {
            match entry.member {
                Some(member) => pairs.push((entry.source, member)),
                None => ids.push_back(entry.source),
            }
        }
        Self { ids, pairs, ..Self::new([]) }
    }

    /// Memberships, and those of whole groups.
    pub(crate) fn memberships(pairs: Vec<Pair>, walks: VecDeque<Walk>) -> Self {
        Self { pairs, walks, ..Self::new([]) }
    }

    /// People who are looked at only because they wait.
    pub(crate) fn waiting(ids: impl IntoIterator<Item = ObjectId>) -> Self {
        Self { waited: true, ..Self::new(ids) }
    }

    /// How many there are, as far as that is known before walking.
    pub(crate) fn count(&self) -> u64 {
        (self.ids.len() + self.groups.len() + self.pairs.len() + self.walks.len()) as u64
    }

    /// A page of people; groups among them are put by.
    fn next_people(&mut self, ctx: &Context) -> Result<Page, Error> {
        let count = self.ids.len().min(PAGE);
        let ids: Vec<ObjectId> = self.ids.drain(..count).collect();
        if self.waited && ctx.group_rules.is_some() {
            // Whoever comes back may have joined and left groups meanwhile.
            self.pairs.extend(references::read_memberships(ctx, &ids)?);
        }
        let found = ctx.store().get(ctx.job.source, &ids)?;
        let is_group =
            |object: &Option<Object>| object.as_ref().is_some_and(|one| one.kind == Kind::Group);
        let (groups, people): (Vec<_>, Vec<_>) =
            ids.into_iter().zip(found).partition(|(_, object)| is_group(object));
        if ctx.group_rules.is_some() {
            self.walks.extend(Walk::each(groups.iter().map(|(id, _)| *id)));
        }
        self.groups.extend(groups);
        Ok(Page::of_objects(Who::People, people))
    }
}

impl Pages for Chosen {
    fn next(&mut self, ctx: &Context) -> Result<Option<Page>, Error> {
        let page = if !self.ids.is_empty() {
            self.next_people(ctx)?
        } else if !self.groups.is_empty() {
            Page::of_objects(Who::Groups, std::mem::take(&mut self.groups))
        } else if !self.pairs.is_empty() {
            let rest = self.pairs.split_off(self.pairs.len().min(PAGE));
            Page::of(Who::Members(std::mem::replace(&mut self.pairs, rest)))
        } else {
            let Some(pairs) = next_pairs(&mut self.walks, ctx)? else { return Ok(None) };
            Page::of(Who::Members(pairs))
        };
        Ok(Some(Page { waited: self.waited, ..page }))
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
    people.extend(read_misdated(ctx, usize::MAX)?);
    Ok((people, mark))
}

/// People who wait since an instant that lies ahead: the clock was set back, and when they are due was
/// reckoned by the wrong one.
pub(crate) fn read_misdated(ctx: &Context, limit: usize) -> Result<Vec<ObjectId>, Error> {
    let (source, job, now) = (ctx.job.source, ctx.job.id, ctx.now());
    // Whatever began to wait then belongs to a run of then.
    let newest = ctx.store().runs(source, job, 1)?;
    if newest.first().is_none_or(|run| run.began <= now && run.ended.is_none_or(|at| at <= now)) {
        return Ok(Vec::new());
    }
    let waiting = ctx.store().waiting(source, job, &WaitQuery::After(None, usize::MAX))?;
    let misdated = waiting.into_iter().filter(|one| one.since > now && one.given_up.is_none());
    Ok(misdated.map(|one| one.source).take(limit).collect())
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
                if changes.iter().any(|change| Directory::is_protection(&change.subject)) {
                    return Ok((read_blocked(ctx)?, Some(head)));
                }
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
        let blocked = page.iter().filter(|one| one.wait.is_in_target());
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
