//! Rounds of changes: everything once, and then what has changed since, exactly (graph-api.md 2).
//!
//! A round that begins notes the end of the change feed, walks over all objects in the order of their
//! making, and goes on behind that end: whatever was written meanwhile comes again, and nothing is
//! lost. What is told of an object is always its present state, so that telling it twice is harmless.
//! Which attributes a change touched is read from the audit entry of the same commit; where that was
//! erased, everything counts as touched.

mod feed;

use model::{Actor, Edge, EdgeKind, Kind, Name, Object, ObjectId, StoreId, TenantId, Watermark};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use store::{Deleted, End, Page, Scan};

use crate::{Directory, Error, objects::READING};

/// So many members are told on one page, over all its groups, for each object that it may hold.
const MEMBERS: usize = 5;

/// What a round is about.
#[derive(Clone, Debug)]
pub struct Watched {
    /// Users or groups.
    pub kind: Kind,
    /// Only these; all when there are none.
    pub ids: Vec<ObjectId>,
    /// Whether members of groups are told.
    pub members: bool,
    /// Whether managers of users are told.
    pub manager: bool,
}

/// How far a round has come. It is kept by the caller and means nothing to anybody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    epoch: StoreId,
    phase: Phase,
    /// A group whose members are not told to the end, and the last one that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    group: Option<(ObjectId, ObjectId)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Phase {
    /// Walking over everything; changes after `head` follow.
    Walk { row: u64, head: u64 },
    /// Following the feed from behind a number. Up to `walked` an object may have been told of before
    /// its first change came by.
    Follow { number: u64, walked: u64 },
}

impl Mark {
    /// Whether everything was told once and only changes follow.
    pub fn follows(&self) -> bool {
        matches!(self.phase, Phase::Follow { .. })
    }
}

/// Which attributes of an object may have changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Touched {
    /// Any.
    All,
    /// These and no others.
    Names(BTreeSet<Name>),
}

impl Touched {
    /// Whether the attribute is among them by name.
    pub fn names(&self, name: &Name) -> bool {
        matches!(self, Self::Names(names) if names.contains(name))
    }
}

/// Somebody who is bound to the object, or no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tie {
    /// Who.
    pub id: ObjectId,
    /// User or group; none when it is gone for good.
    pub kind: Option<Kind>,
    /// Whether it is bound now.
    pub present: bool,
}

/// What is told of one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// It is there.
    Present {
        /// Its present state.
        object: Box<Object>,
        /// What may have changed.
        touched: Touched,
        /// Members that came or went.
        members: Vec<Tie>,
        /// The manager, when that changed.
        manager: Option<Tie>,
    },
    /// It lies among the deleted ones.
    Deleted(ObjectId),
    /// It is gone for good.
    Gone(ObjectId),
}

/// A part of a round.
#[derive(Clone, Debug)]
pub struct Part {
    /// What is told.
    pub told: Vec<Told>,
    /// Where it goes on.
    pub mark: Mark,
    /// Whether the round is at its end; what follows is another one.
    pub done: bool,
}

/// Why a round cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum DeltaError {
    /// The feed does not reach back to the mark: everything has to be read again.
    #[error("the mark is older than what is kept")]
    Expired,
    /// The service refused.
    #[error(transparent)]
    Refused(#[from] Error),
}

impl From<store::StoreError> for DeltaError {
    fn from(error: store::StoreError) -> Self {
        Self::Refused(error.into())
    }
}

impl Directory {
    /// The mark behind everything that has happened.
    pub fn delta_now(&self, actor: &Actor, tenant: TenantId, kind: Kind) -> Result<Mark, Error> {
        access::check(actor, READING.of(kind), tenant)?;
        let Watermark { epoch, number } = self.store.head(tenant)?;
        Ok(Mark { epoch, phase: Phase::Follow { number, walked: 0 }, group: None })
    }

    /// The part of a round from behind a mark, or its first one: about so many objects. `tracks` says
    /// of which attributes a change is told.
    pub fn delta(
        &self,
        actor: &Actor,
        tenant: TenantId,
        watched: &Watched,
        from: Option<&Mark>,
        limit: usize,
        tracks: &dyn Fn(&Name) -> bool,
    ) -> Result<Part, DeltaError> {
        access::check(actor, READING.of(watched.kind), tenant).map_err(Error::from)?;
        let head = self.store.head(tenant)?;
        let mark = match from {
            Some(mark) if mark.epoch != head.epoch => return Err(DeltaError::Expired),
            Some(mark) => mark.clone(),
            None => {
                let phase = Phase::Walk { row: 0, head: head.number };
                Mark { epoch: head.epoch, phase, group: None }
            }
        };
        let mut part = Part { told: Vec::new(), mark, done: false };
        let round = Round { directory: self, tenant, watched, limit, tracks };
        let room = round.rest_of_group(&mut part)?;
        if part.mark.group.is_some() {
            return Ok(part);
        }
        match part.mark.phase {
            Phase::Walk { row, head } => round.walk(&mut part, row, head, room)?,
            Phase::Follow { number, walked } => round.follow(&mut part, number, walked)?,
        }
        Ok(part)
    }
}

struct Round<'a> {
    directory: &'a Directory,
    tenant: TenantId,
    watched: &'a Watched,
    limit: usize,
    tracks: &'a dyn Fn(&Name) -> bool,
}

impl Round<'_> {
    /// Goes on with the members of a group that were not told to the end. Gives how many more the
    /// page has room for.
    fn rest_of_group(&self, part: &mut Part) -> Result<usize, DeltaError> {
        let Some((id, after)) = part.mark.group.take() else { return Ok(self.most_members()) };
        // A group that was deleted meanwhile is told of by its change.
        let Some(group) = self.read(&[id])?.remove(&id).filter(|group| group.deleted.is_none())
        else {
            return Ok(self.most_members());
        };
        let (members, last) = self.members(id, Some(after), self.most_members())?;
        part.mark.group = last.map(|last| (id, last));
        let room = self.most_members() - members.len();
        part.told.push(Told::Present {
            object: Box::new(group),
            touched: Touched::Names(BTreeSet::new()),
            members,
            manager: None,
        });
        Ok(room)
    }

    /// A page of all objects, each with its members and manager.
    fn walk(
        &self,
        part: &mut Part,
        row: u64,
        head: u64,
        mut room: usize,
    ) -> Result<(), DeltaError> {
        let Page { items: objects, next } = self.page(row)?;
        let managers = self.managers(&objects)?;
        for (row, object) in objects {
            let (mut members, mut last) = (Vec::new(), None);
            if self.watched.members {
                (members, last) = self.members(object.id, None, room)?;
                room -= members.len();
            }
            let id = object.id;
            part.told.push(Told::Present {
                manager: managers.get(&id).copied(),
                object: Box::new(object),
                touched: Touched::Names(BTreeSet::new()),
                members,
            });
            part.mark.phase = Phase::Walk { row, head };
            if let Some(last) = last {
                part.mark.group = Some((id, last));
                return Ok(());
            }
        }
        match next {
            Some(row) => part.mark.phase = Phase::Walk { row, head },
            None => {
                let walked = self.directory.store().head(self.tenant)?.number;
                part.mark.phase = Phase::Follow { number: head, walked };
                part.done = true;
            }
        }
        Ok(())
    }

    /// Objects from behind a row. Where only some are watched, their places in the list are the rows.
    fn page(&self, row: u64) -> Result<Page<Object>, DeltaError> {
        let store = self.directory.store();
        if self.watched.ids.is_empty() {
            let scan = Scan {
                kind: self.watched.kind,
                deleted: Deleted::Without,
                after: row,
                limit: self.limit,
            };
            return Ok(store.scan(self.tenant, &scan)?);
        }
        let rest = self.watched.ids.get(row as usize..).unwrap_or_default();
        let ids = &rest[..rest.len().min(self.limit)];
        let found = store.get(self.tenant, ids)?.into_iter().zip(row + 1..);
        let is_meant =
            |object: &Object| object.kind == self.watched.kind && object.deleted.is_none();
        let objects = found
            .filter_map(|(object, place)| Some((place, object?)))
            .filter(|(_, object)| is_meant(object))
            .collect();
        let next = (rest.len() > ids.len()).then_some(row + ids.len() as u64);
        Ok(Page { items: objects, next })
    }

    /// Members of a group from behind one, at most so many, and the last of them when more follow.
    fn members(
        &self,
        group: ObjectId,
        after: Option<ObjectId>,
        limit: usize,
    ) -> Result<(Vec<Tie>, Option<ObjectId>), DeltaError> {
        let store = self.directory.store();
        let edges =
            store.edges_after(self.tenant, EdgeKind::Member, End::From, group, after, limit + 1)?;
        let more = edges.len() > limit;
        let ids: Vec<ObjectId> = edges.iter().take(limit).map(|edge| edge.to).collect();
        // With no room at all the group begins on the next page, from before its first member.
        let last = more.then(|| ids.last().copied().or(after).unwrap_or(ObjectId::NIL));
        let found = self.read(&ids)?;
        let tie = |id: ObjectId| Tie {
            id,
            kind: found.get(&id).map(|object| object.kind),
            present: true,
        };
        Ok((ids.into_iter().map(tie).collect(), last))
    }

    fn managers(&self, objects: &[(u64, Object)]) -> Result<HashMap<ObjectId, Tie>, DeltaError> {
        if !self.watched.manager {
            return Ok(HashMap::new());
        }
        let ids: Vec<ObjectId> = objects.iter().map(|(_, object)| object.id).collect();
        let edges =
            self.directory.store().edges(self.tenant, EdgeKind::Manager, End::From, &ids)?;
        let tie =
            |edge: Edge| (edge.from, Tie { id: edge.to, kind: Some(Kind::User), present: true });
        Ok(edges.into_iter().map(tie).collect())
    }

    fn read(&self, ids: &[ObjectId]) -> Result<HashMap<ObjectId, Object>, DeltaError> {
        let found = self.directory.store().get(self.tenant, ids)?;
        Ok(found.into_iter().flatten().map(|object| (object.id, object)).collect())
    }

    fn most_members(&self) -> usize {
        self.limit.saturating_mul(MEMBERS)
    }

    fn is_watched(&self, id: ObjectId) -> bool {
        self.watched.ids.is_empty() || self.watched.ids.contains(&id)
    }
}
