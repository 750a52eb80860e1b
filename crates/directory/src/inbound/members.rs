//! Members whom a page of a synchronization brings into groups or takes out. An edge is put or removed
//! by itself; doing it again does no harm, and nobody else in the group is touched.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use model::{
    Action, Code, EdgeKind, Entry, Object, ObjectId, Reason, Refusal, TenantId, Value, WaitFor,
};
use store::{End, Group, Store};

use crate::{Error, edges::member_group};

/// The groups and members of a page, and who is a member now.
pub(super) struct Members {
    objects: BTreeMap<ObjectId, Object>,
    held: HashSet<(ObjectId, ObjectId)>,
}

/// Who joins or leaves.
fn find_member(entry: &Entry) -> Option<ObjectId> {
    let change = entry.modifications.first()?;
    change.new.as_ref().or(change.old.as_ref()).and_then(Value::as_text)?.parse().ok()
}

impl Members {
    /// Reads what the entries about members have to be checked against; nothing where there are none.
    pub(super) fn read<'e>(
        store: &dyn Store,
        target: TenantId,
        entries: impl Iterator<Item = &'e Entry>,
    ) -> Result<Self, Error> {
        let entries = entries.filter(|entry| entry.action.is_membership());
        let pairs: Vec<(ObjectId, ObjectId)> =
            entries.filter_map(|entry| Some((entry.target, find_member(entry)?))).collect();
        let mut read = Self { objects: BTreeMap::new(), held: HashSet::new() };
        if pairs.is_empty() {
            return Ok(read);
        }
        let ids: BTreeSet<ObjectId> =
            pairs.iter().flat_map(|(group, member)| [*group, *member]).collect();
        let found = store.get(target, &ids.into_iter().collect::<Vec<_>>())?;
        read.objects = found.into_iter().flatten().map(|object| (object.id, object)).collect();
        let members: BTreeSet<ObjectId> = pairs.iter().map(|(_, member)| *member).collect();
        let members: Vec<ObjectId> = members.into_iter().collect();
        let edges = store.edges(target, EdgeKind::Member, End::To, &members)?;
        let asked: HashSet<(ObjectId, ObjectId)> = pairs.into_iter().collect();
        let held = edges.into_iter().map(|edge| (edge.from, edge.to));
        read.held = held.filter(|pair| asked.contains(pair)).collect();
        Ok(read)
    }

    /// Whether what an entry is for holds already.
    pub(super) fn is_done(&self, entry: &Entry) -> bool {
        let Some(member) = find_member(entry) else { return false };
        let held = self.held.contains(&(entry.target, member));
        held == (entry.action == Action::AddMember)
    }

    /// The group of one entry; none when there is nothing to write. Both must be the source's: a
    /// group and members that the target has by itself are none of a synchronization's business.
    pub(super) fn group(&self, source: TenantId, entry: &Entry) -> Result<Option<Group>, Refusal> {
        let refuse = |sentence: &str| Refusal {
            reason: Reason::new(Code::TARGET_MOVED, sentence),
            wait: WaitFor::Object { id: entry.target },
        };
        let own = |id: ObjectId| {
            let object = self.objects.get(&id).filter(|object| object.deleted.is_none());
            object.filter(|object| object.home.is_some_and(|home| home.tenant == source))
        };
        let group = own(entry.target).ok_or_else(|| refuse("the target's group is gone"))?;
        let member = find_member(entry).ok_or_else(|| refuse("the entry names no member"))?;
        own(member).ok_or_else(|| refuse("the member is gone from the target"))?;
        if self.is_done(entry) {
            return Ok(None);
        }
        Ok(Some(member_group(group, member, entry.action == Action::AddMember)))
    }
}
