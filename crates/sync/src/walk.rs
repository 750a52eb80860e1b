//! Read: memberships of one group, by the page. Both ends are walked: the source's members may be
//! missing in the target, and members of the target's group may have left at home.

use std::collections::{BTreeSet, VecDeque};

use model::{EdgeKind, Kind, Nested, ObjectId};
use store::End;

use crate::{
    Error,
    read::{PAGE, Pair},
    session::Context,
};

/// A walk over a group's memberships.
pub(crate) struct Walk {
    group: ObjectId,
    /// Groups of the source whose members are still to be walked: the group itself, and, where groups
    /// within groups are flattened, those within it.
    open: VecDeque<(ObjectId, Option<ObjectId>)>,
    seen: BTreeSet<ObjectId>,
    /// How far the target's members are walked; none when they are done.
    there: Option<Option<ObjectId>>,
}

impl Walk {
    /// All memberships of a group of the source.
    pub(crate) fn of(group: ObjectId) -> Self {
        Self {
            group,
            open: VecDeque::from([(group, None)]),
            seen: BTreeSet::from([group]),
            there: Some(None),
        }
    }

    /// Only those that the source says.
    pub(crate) fn at_home(group: ObjectId) -> Self {
        Self { there: None, ..Self::of(group) }
    }

    /// Those of several groups.
    pub(crate) fn each(groups: impl IntoIterator<Item = ObjectId>) -> VecDeque<Self> {
        groups.into_iter().map(Self::of).collect()
    }

    /// The next page; none at the end. Nobody may be in a page.
    fn next(&mut self, ctx: &Context) -> Result<Option<Vec<Pair>>, Error> {
        if let Some((at, after)) = self.open.pop_front() {
            let store = ctx.store();
            let (kind, end) = (EdgeKind::Member, End::From);
            let edges = store.edges_after(ctx.job.source, kind, end, at, after, PAGE)?;
            let members: Vec<ObjectId> = edges.iter().map(|edge| edge.to).collect();
            if edges.len() == PAGE {
                self.open.push_front((at, members.last().copied()));
            }
            if ctx.job.groups.nested == Nested::Flatten {
                self.go_deeper(ctx, &members)?;
            }
            return Ok(Some(members.into_iter().map(|member| (self.group, member)).collect()));
        }
        let Some(after) = self.there else { return Ok(None) };
        let link = ctx.store().links(ctx.job.source, ctx.job.id, &[self.group])?.pop().flatten();
        let Some(link) = link else { return Ok(None) };
        let held = ctx.target().members(link.target, after, PAGE)?;
        self.there = (held.len() == PAGE).then(|| held.last().copied());
        let links = ctx.store().links_to(ctx.job.source, ctx.job.id, &held)?;
        Ok(Some(links.into_iter().flatten().map(|link| (self.group, link.source)).collect()))
    }

    fn go_deeper(&mut self, ctx: &Context, members: &[ObjectId]) -> Result<(), Error> {
        for object in ctx.store().get(ctx.job.source, members)?.into_iter().flatten() {
            let is_group = object.kind == Kind::Group && object.deleted.is_none();
            if is_group && self.seen.insert(object.id) {
                self.open.push_back((object.id, None));
            }
        }
        Ok(())
    }
}

/// The next page of several walks, one after the other; none at the end.
pub(crate) fn next_pairs(
    walks: &mut VecDeque<Walk>,
    ctx: &Context,
) -> Result<Option<Vec<Pair>>, Error> {
    while let Some(walk) = walks.front_mut() {
        match walk.next(ctx)? {
            Some(pairs) if pairs.is_empty() => {}
            Some(pairs) => return Ok(Some(pairs)),
            None => drop(walks.pop_front()),
        }
    }
    Ok(None)
}
