//! The managers that a page of a synchronization sets or takes away. An edge has no version of its
//! own, so that the manager who was read must still be the one; and a chain of managers must not close
//! to a ring, as for everybody who writes one (`edges`).

use std::collections::{BTreeSet, HashMap, HashSet};

use model::{
    ChangeId, Code, Edge, EdgeKind, Entry, Modification, ObjectId, Reason, Refusal, TenantId,
    Value, WaitFor,
};
use store::{End, Group, Store, Write};

use crate::{Error, edges::LONGEST_CHAIN};

/// The managers of a page's people.
pub(super) struct Managers {
    /// Who their managers are, and the managers' managers.
    held: HashMap<ObjectId, ObjectId>,
    /// Entries that would close a ring.
    rings: HashSet<ChangeId>,
}

/// The manager's change of an entry, if it has one.
pub(super) fn find_change(entry: &Entry) -> Option<&Modification> {
    entry.modifications.iter().find(|one| one.name.is_manager())
}

fn id(value: &Option<Value>) -> Option<ObjectId> {
    value.as_ref().and_then(Value::as_text).and_then(|text| text.parse().ok())
}

impl Managers {
    /// Reads what the entries that change a manager have to be checked against: a question for each
    /// step up the longest chain, and none where no manager changes.
    pub(super) fn read<'e>(
        store: &dyn Store,
        target: TenantId,
        entries: impl Iterator<Item = &'e Entry>,
    ) -> Result<Self, Error> {
        let changes: Vec<(&Entry, Option<ObjectId>)> =
            entries.filter_map(|entry| Some((entry, id(&find_change(entry)?.new)))).collect();
        let mut held = HashMap::new();
        let mut seen: BTreeSet<ObjectId> = BTreeSet::new();
        let mut level: BTreeSet<ObjectId> =
            changes.iter().flat_map(|(entry, new)| [Some(entry.target), *new]).flatten().collect();
        for _ in 0..LONGEST_CHAIN {
            level.retain(|id| seen.insert(*id));
            if level.is_empty() {
                break;
            }
            let ids: Vec<ObjectId> = std::mem::take(&mut level).into_iter().collect();
            for edge in store.edges(target, EdgeKind::Manager, End::From, &ids)? {
                held.insert(edge.from, edge.to);
                level.insert(edge.to);
            }
        }
        let rings = find_rings(&held, &changes);
        Ok(Self { held, rings })
    }

    /// The group with the edges that set or take away the manager, where the entry changes that.
    pub(super) fn add_to(&self, mut group: Group, entry: &Entry) -> Result<Group, Refusal> {
        let Some(change) = find_change(entry) else { return Ok(group) };
        let refuse = |code, sentence: &str, id| {
            Err(Refusal { reason: Reason::new(code, sentence), wait: WaitFor::Object { id } })
        };
        let (old, new) = (id(&change.old), id(&change.new));
        let held = self.held.get(&entry.target).copied();
        if held == new {
            return Ok(group);
        }
        if held != old {
            return refuse(Code::TARGET_MOVED, "the manager changed meanwhile", entry.target);
        }
        if self.rings.contains(&entry.id) {
            let sentence = "the person would manage themselves in the target, through others";
            return refuse(Code::MANAGER_RING, sentence, new.unwrap_or(entry.target));
        }
        let remove = old.map(|old| Write::RemoveEdge(Edge::manager(entry.target, old)));
        let put = new.map(|new| Write::PutEdge(Edge::manager(entry.target, new)));
        group.writes.extend(remove.into_iter().chain(put));
        group.audit.detail = with_detail(&group.audit.detail, old, new);
        Ok(group)
    }
}

/// The entries that close a ring when all of the page is done; each of them is left out of what the
/// next one is checked against.
fn find_rings(
    held: &HashMap<ObjectId, ObjectId>,
    changes: &[(&Entry, Option<ObjectId>)],
) -> HashSet<ChangeId> {
    let mut after: HashMap<ObjectId, Option<ObjectId>> =
        held.iter().map(|(user, manager)| (*user, Some(*manager))).collect();
    after.extend(changes.iter().map(|(entry, new)| (entry.target, *new)));
    let mut rings = HashSet::new();
    for (entry, new) in changes {
        let mut at = *new;
        let mut seen = HashSet::new();
        while let Some(manager) = at.filter(|manager| seen.insert(*manager)) {
            if manager == entry.target {
                rings.insert(entry.id);
                after.insert(entry.target, held.get(&entry.target).copied());
                break;
            }
            at = after.get(&manager).copied().flatten();
        }
    }
    rings
}

/// The audit detail with the manager before and after.
fn with_detail(detail: &str, old: Option<ObjectId>, new: Option<ObjectId>) -> String {
    let mut told: serde_json::Value = serde_json::from_str(detail).unwrap_or_default();
    told["manager"] = serde_json::json!({ "old": old, "new": new });
    told.to_string()
}
