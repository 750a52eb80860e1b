//! The second half of a round: the change feed, gathered by object.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::{Change, Edge, EdgeKind, Kind, Name, Object, ObjectId, Subject, Watermark};
use store::{Audited, Changes, End};

use super::{DeltaError, Part, Phase, Round, Tie, Told, Touched};

/// So many changes are read in one question.
const PAGE: usize = 1_000;

/// So many changes are passed over before an empty page is given.
const LONGEST_SEARCH: usize = 20_000;

/// What happened to an object since the mark.
#[derive(Debug)]
struct Happened {
    touched: Touched,
    /// It was made, and nobody was told before.
    made: bool,
    /// Something was written to the object itself, and not to its edges only.
    written: bool,
    members: BTreeMap<ObjectId, bool>,
    manager: Option<Edge>,
    /// It came back, and a caller who let go of it has to hear all of it again.
    returned: bool,
}

/// The order of a map by place, so that the first who changed is told first.
#[derive(Debug, Default)]
struct Gathered {
    order: Vec<ObjectId>,
    happened: HashMap<ObjectId, Happened>,
    edges: usize,
    /// A group came back; its members are told before the feed goes on.
    restored: Option<ObjectId>,
}

impl Gathered {
    fn entry(&mut self, id: ObjectId) -> &mut Happened {
        self.happened.entry(id).or_insert_with(|| {
            self.order.push(id);
            Happened {
                touched: Touched::Names(BTreeSet::new()),
                made: false,
                written: false,
                members: BTreeMap::new(),
                manager: None,
                returned: false,
            }
        })
    }
}

/// What the audit log says about a change.
enum Verdict {
    Made,
    Restored,
    Names(BTreeSet<Name>),
    Unknown,
}

impl Round<'_> {
    /// Tells what changed after a number.
    pub(super) fn follow(
        &self,
        part: &mut Part,
        mut number: u64,
        walked: u64,
    ) -> Result<(), DeltaError> {
        let store = self.directory.store();
        let mut gathered = Gathered::default();
        let mut passed = 0;
        let done = loop {
            let after = Watermark { epoch: part.mark.epoch, number };
            let (changes, more) = match store.changes(self.tenant, after, PAGE)? {
                Changes::Page { changes, more } => (changes, more),
                Changes::Expired => return Err(DeltaError::Expired),
            };
            let audit = self.read_audit(&changes, number)?;
            let mut is_full = false;
            for change in &changes {
                number = change.number;
                passed += 1;
                self.gather(&mut gathered, change, &audit, walked);
                is_full = gathered.order.len() >= self.limit
                    || gathered.edges >= self.most_members()
                    || gathered.restored.is_some();
                if is_full {
                    break;
                }
            }
            let at_end = changes.last().is_none_or(|last| last.number == number) && !more;
            if at_end || is_full || passed >= LONGEST_SEARCH {
                break at_end;
            }
        };
        part.mark.phase = Phase::Follow { number, walked };
        self.tell(part, gathered)?;
        part.done = done && part.mark.group.is_none();
        Ok(())
    }

    /// The audit entries of a page of changes. The group of the last one may reach beyond the page.
    fn read_audit(&self, changes: &[Change], after: u64) -> Result<Vec<Audited>, DeltaError> {
        let is_object = |change: &Change| matches!(&change.subject, Subject::Object { kind, .. } if *kind == self.watched.kind);
        if !changes.iter().any(is_object) {
            return Ok(Vec::new());
        }
        Ok(self.directory.store().audit(self.tenant, after, changes.len() + 1)?)
    }

    fn gather(&self, gathered: &mut Gathered, change: &Change, audit: &[Audited], walked: u64) {
        match &change.subject {
            Subject::Object { kind, id, .. }
                if *kind == self.watched.kind && self.is_watched(*id) =>
            {
                let verdict = verdict(change.number, *id, audit);
                let is_back = matches!(verdict, Verdict::Restored | Verdict::Unknown);
                if self.watched.members && is_back {
                    gathered.restored = Some(*id);
                }
                let happened = gathered.entry(*id);
                let is_first = !happened.written;
                happened.written = true;
                happened.returned |= is_back;
                match (&mut happened.touched, verdict) {
                    (Touched::Names(held), Verdict::Names(names)) => held.extend(names),
                    (Touched::All, Verdict::Names(_)) => {}
                    (touched, Verdict::Made) => {
                        happened.made = is_first && change.number > walked;
                        *touched = Touched::All;
                    }
                    (touched, _) => *touched = Touched::All,
                }
            }
            Subject::Edge { edge, present } => match edge.kind {
                EdgeKind::Member if self.watched.members && self.is_watched(edge.from) => {
                    gathered.edges += 1;
                    gathered.entry(edge.from).members.insert(edge.to, *present);
                }
                EdgeKind::Manager if self.watched.manager && self.is_watched(edge.from) => {
                    gathered.entry(edge.from).manager = Some(*edge);
                }
                _ => {}
            },
            _ => {}
        }
    }

    fn tell(&self, part: &mut Part, gathered: Gathered) -> Result<(), DeltaError> {
        let Gathered { order, mut happened, restored, .. } = gathered;
        let mut found = self.read(&order)?;
        let bound: BTreeSet<ObjectId> =
            happened.values().flat_map(|one| one.members.keys().copied()).collect();
        let bound = self.read(&bound.into_iter().collect::<Vec<_>>())?;
        let managers = self.managers_now(&happened)?;
        for id in order {
            let Some(what) = happened.remove(&id) else { continue };
            match found.remove(&id) {
                // Nobody was told of it, and nobody has to be told that it is gone.
                None if what.made => {}
                None => part.told.push(Told::Gone(id)),
                Some(object) if object.deleted.is_some() => {
                    part.told.push(Told::Deleted(object.id));
                }
                Some(object) => {
                    let members = ties(&what.members, &bound);
                    let tie = |id, present| Tie { id, kind: Some(Kind::User), present };
                    let manager = match (managers.get(&id), what.manager) {
                        (Some(now), _) => Some(tie(*now, true)),
                        (None, Some(edge)) => Some(tie(edge.to, false)),
                        (None, None) => None,
                    };
                    let is_told = match &what.touched {
                        Touched::All => what.written,
                        Touched::Names(names) => names.iter().any(self.tracks),
                    };
                    if is_told || !members.is_empty() || manager.is_some() {
                        part.told.push(Told::Present {
                            object: Box::new(object),
                            touched: what.touched,
                            members,
                            manager,
                        });
                    }
                }
            }
        }
        part.mark.group = restored.map(|id| (id, ObjectId::NIL));
        Ok(())
    }

    /// The managers of those whose manager changed, or who came back.
    fn managers_now(
        &self,
        happened: &HashMap<ObjectId, Happened>,
    ) -> Result<HashMap<ObjectId, ObjectId>, DeltaError> {
        let is_asked =
            |what: &Happened| what.manager.is_some() || (what.returned && self.watched.manager);
        let asked = happened.iter().filter(|(_, what)| is_asked(what));
        let asked: Vec<ObjectId> = asked.map(|(id, _)| *id).collect();
        if asked.is_empty() {
            return Ok(HashMap::new());
        }
        let store = self.directory.store();
        let edges = store.edges(self.tenant, EdgeKind::Manager, End::From, &asked)?;
        Ok(edges.into_iter().map(|edge| (edge.from, edge.to)).collect())
    }
}

fn ties(members: &BTreeMap<ObjectId, bool>, found: &HashMap<ObjectId, Object>) -> Vec<Tie> {
    let tie = |(id, present): (&ObjectId, &bool)| Tie {
        id: *id,
        kind: found.get(id).map(|object| object.kind),
        present: *present,
    };
    members.iter().map(tie).collect()
}

/// What the entry of the change's group says. Entries have the number of the last change of their
/// group, so that a change belongs to the first entry that is not before it.
fn verdict(number: u64, id: ObjectId, audit: &[Audited]) -> Verdict {
    let place = audit.partition_point(|entry| entry.number < number);
    let Some(entry) = audit.get(place).and_then(|audited| audited.entry.as_ref()) else {
        return Verdict::Unknown;
    };
    if entry.target != id.to_string() {
        return Verdict::Unknown;
    }
    let activity = entry.activity.as_str();
    if activity.starts_with("Restore ") {
        return Verdict::Restored;
    }
    if activity.starts_with("Add ") || activity.starts_with("Invite ") {
        return Verdict::Made;
    }
    if activity.starts_with("Delete ") || activity.starts_with("Hard delete ") {
        // What is deleted is told as such; nothing else has to be known.
        return Verdict::Names(BTreeSet::new());
    }
    match serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&entry.detail) {
        Ok(detail) => Verdict::Names(detail.keys().map(|name| Name::new(name)).collect()),
        Err(_) => Verdict::Unknown,
    }
}
