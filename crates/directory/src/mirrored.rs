//! What mirrors write: users and groups that another system lists, by the page. A mirror touches only
//! what it brought in itself; an edge of its own, made in the commit that makes the object, says so.

use std::collections::{HashMap, HashSet};

use access::Permission;
use model::{
    Actor, Attributes, Edge, EdgeKind, Mirror, MirrorId, Mutability, Name, Object, ObjectId,
};
use sha2::{Digest, Sha256};
use store::{Durability, End, Group, Refused, Write};

use crate::{
    Change, Directory, Error,
    objects::{DELETING, Facts, WRITING, activity, apply, check_name, fill},
    validate,
    write::{ATTEMPTS, audit, put},
};

/// An object as a listing has it.
#[derive(Clone, Debug)]
pub struct Mirrored {
    /// Its id, as [`mirrored_id`] makes it.
    pub id: ObjectId,
    /// What it holds.
    pub attributes: Attributes,
    /// Attributes that are empty in the listing.
    pub emptied: Vec<Name>,
}

/// What a listed object comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It is new.
    Created,
    /// It changes.
    Updated {
        /// Whether an attribute is emptied.
        clears: bool,
    },
    /// It was deleted and comes back.
    Restored,
    /// It holds all of it already.
    Unchanged,
}

/// The id of the object that a mirror makes of an anchor: an anchor that is a UUID itself, else a
/// digest of both. The same anchor gives the same object whatever became of the run before, and
/// nothing has to be kept for it.
pub fn mirrored_id(mirror: MirrorId, anchor: &str) -> ObjectId {
    if let Ok(id) = anchor.parse() {
        return id;
    }
    let digest = Sha256::new().chain_update(mirror.as_bytes()).chain_update(anchor).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    // Version 8 is for ids of one's own making (RFC 9562, 5.8).
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    ObjectId::from_slice(&bytes).unwrap_or(ObjectId::NIL)
}

/// What a page is compared with.
struct Live {
    facts: Facts,
    objects: HashMap<ObjectId, Object>,
    /// Those that the mirror brought in.
    own: HashSet<ObjectId>,
}

/// What is to be written of one object.
struct Draft {
    effect: Effect,
    group: Option<Group>,
}

impl Directory {
    /// What a page of listed objects would come to; nothing is written. Whether a name is somebody
    /// else's shows only when it is written.
    pub fn plan_mirrored(
        &self,
        actor: &Actor,
        mirror: &Mirror,
        page: &[Mirrored],
    ) -> Result<Vec<Result<Effect, Error>>, Error> {
        access::check(actor, Permission::ReadJobs, mirror.tenant)?;
        let live = self.read_mirrored(mirror, page.iter().map(|listed| listed.id))?;
        let drafts = page.iter().map(|listed| self.draft_mirrored(mirror, &live, listed));
        Ok(drafts.map(|draft| draft.map(|draft| draft.effect)).collect())
    }

    /// Writes a page of listed objects; each result stands in its object's place.
    pub fn put_mirrored(
        &self,
        actor: &Actor,
        mirror: &Mirror,
        page: &[Mirrored],
    ) -> Result<Vec<Result<Effect, Error>>, Error> {
        access::check(actor, WRITING.of(mirror.kind), mirror.tenant)?;
        let mut results: Vec<Option<Result<Effect, Error>>> = page.iter().map(|_| None).collect();
        for _ in 0..ATTEMPTS {
            let open: Vec<usize> = (0..page.len()).filter(|at| results[*at].is_none()).collect();
            if open.is_empty() {
                break;
            }
            let live = self.read_mirrored(mirror, open.iter().map(|at| page[*at].id))?;
            let mut sent: Vec<(usize, Effect)> = Vec::new();
            let mut groups: Vec<Group> = Vec::new();
            for at in open {
                match self.draft_mirrored(mirror, &live, &page[at]) {
                    Ok(Draft { effect, group: Some(group) }) => {
                        sent.push((at, effect));
                        groups.push(group);
                    }
                    Ok(Draft { effect, group: None }) => results[at] = Some(Ok(effect)),
                    Err(error) => results[at] = Some(Err(error)),
                }
            }
            if groups.is_empty() {
                break;
            }
            let conditions = vec![Self::mirror_condition(mirror)];
            let committed =
                self.commit(mirror.tenant, actor, conditions, groups, Durability::Durable)?;
            for ((at, effect), result) in sent.into_iter().zip(committed.results) {
                results[at] = match result {
                    Ok(_) => Some(Ok(effect)),
                    Err(Refused::Moved { .. }) => None,
                    Err(refused) => Some(Err(refused.into())),
                };
            }
        }
        let busy = || Err(Error::Busy { what: "the object".to_owned() });
        Ok(results.into_iter().map(|result| result.unwrap_or_else(busy)).collect())
    }

    /// Writes listed objects all at once, so that they can hand names round in a ring; all of them
    /// or none.
    pub fn put_mirrored_together(
        &self,
        actor: &Actor,
        mirror: &Mirror,
        page: &[Mirrored],
    ) -> Result<Vec<Effect>, Error> {
        access::check(actor, WRITING.of(mirror.kind), mirror.tenant)?;
        let live = self.read_mirrored(mirror, page.iter().map(|listed| listed.id))?;
        let mut effects = Vec::with_capacity(page.len());
        let (mut expects, mut given_up, mut writes) = (Vec::new(), Vec::new(), Vec::new());
        let mut detail = serde_json::Map::new();
        for listed in page {
            let draft = self.draft_mirrored(mirror, &live, listed)?;
            effects.push(draft.effect);
            if let Some(group) = draft.group {
                expects.extend(group.expects);
                for write in group.writes {
                    let (first, second) = in_two(write);
                    given_up.extend(first);
                    writes.push(second);
                }
                let told = serde_json::from_str(&group.audit.detail).unwrap_or_default();
                detail.insert(listed.id.to_string(), told);
            }
        }
        if !writes.is_empty() {
            let told = serde_json::Value::Object(detail).to_string();
            let verb = activity("Update", mirror.kind);
            // A ring needs all names to be free before the first of them is taken on.
            let writes = given_up.into_iter().chain(writes).collect();
            let group = Group { expects, writes, audit: audit(verb, "mirror", mirror.id, told) };
            let conditions = vec![Self::mirror_condition(mirror)];
            let done =
                self.commit(mirror.tenant, actor, conditions, vec![group], Durability::Durable)?;
            done.results.into_iter().collect::<Result<Vec<_>, Refused>>()?;
        }
        Ok(effects)
    }

    /// Deletes objects that the mirror brought in, as [`Directory::delete`] does, and says how many
    /// were deleted. Others, and those that are deleted already, are passed over.
    pub fn remove_mirrored(
        &self,
        actor: &Actor,
        mirror: &Mirror,
        ids: &[ObjectId],
    ) -> Result<u64, Error> {
        access::check(actor, DELETING.of(mirror.kind), mirror.tenant)?;
        let mut removed = 0;
        for _ in 0..ATTEMPTS {
            let live = self.read_mirrored(mirror, ids.iter().copied())?;
            let now = self.clock.now();
            let own = ids.iter().filter(|id| live.own.contains(id));
            let standing = own.filter_map(|id| live.objects.get(id));
            let groups: Vec<Group> = standing
                .filter(|object| object.deleted.is_none())
                .map(|before| {
                    let after = Object { deleted: Some(now), ..before.clone() };
                    put(Some(before), after, activity("Delete", before.kind))
                })
                .collect();
            if groups.is_empty() {
                return Ok(removed);
            }
            let conditions = vec![Self::mirror_condition(mirror)];
            let done =
                self.commit(mirror.tenant, actor, conditions, groups, Durability::Durable)?;
            removed += done.results.iter().filter(|result| result.is_ok()).count() as u64;
        }
        Err(Error::Busy { what: format!("what mirror {} removes", mirror.name) })
    }

    /// Those that the mirror brought in, sorted by id, from behind one: a page of them, deleted ones
    /// too, and the id to go on behind.
    pub fn list_mirrored(
        &self,
        actor: &Actor,
        mirror: &Mirror,
        after: Option<ObjectId>,
        limit: usize,
    ) -> Result<(Vec<Object>, Option<ObjectId>), Error> {
        access::check(actor, Permission::ReadJobs, mirror.tenant)?;
        let (kind, from) = (EdgeKind::Origin, ObjectId(mirror.id.0));
        let edges = self.store.edges_after(mirror.tenant, kind, End::From, from, after, limit)?;
        let ids: Vec<ObjectId> = edges.iter().map(|edge| edge.to).collect();
        let next = ids.last().copied().filter(|_| ids.len() == limit);
        let objects = self.store.get(mirror.tenant, &ids)?.into_iter().flatten().collect();
        Ok((objects, next))
    }

    fn read_mirrored(
        &self,
        mirror: &Mirror,
        ids: impl Iterator<Item = ObjectId>,
    ) -> Result<Live, Error> {
        let ids: Vec<ObjectId> = ids.collect();
        let found = self.store.get(mirror.tenant, &ids)?.into_iter().flatten();
        let objects: HashMap<ObjectId, Object> = found.map(|object| (object.id, object)).collect();
        let known: Vec<ObjectId> = objects.keys().copied().collect();
        let edges = self.store.edges(mirror.tenant, EdgeKind::Origin, End::To, &known)?;
        let from = ObjectId(mirror.id.0);
        let own = edges.into_iter().filter(|edge| edge.from == from).map(|edge| edge.to).collect();
        Ok(Live { facts: self.facts(mirror.tenant)?, objects, own })
    }

    fn draft_mirrored(
        &self,
        mirror: &Mirror,
        live: &Live,
        listed: &Mirrored,
    ) -> Result<Draft, Error> {
        validate::check_writable(&listed.attributes)?;
        let Some(before) = live.objects.get(&listed.id) else {
            return self.draft_new(mirror, live, listed);
        };
        if !live.own.contains(&before.id) || before.kind != mirror.kind {
            let what = format!("{} {}, which is not the mirror's,", before.kind, before.label());
            return Err(Error::Exists { what });
        }
        let after = after(live, before, listed)?;
        if after == *before {
            return Ok(Draft { effect: Effect::Unchanged, group: None });
        }
        let (effect, verb) = match before.deleted {
            Some(_) => (Effect::Restored, "Restore"),
            None => (Effect::Updated { clears: clears(before, &after) }, "Update"),
        };
        let group = put(Some(before), after, activity(verb, mirror.kind));
        Ok(Draft { effect, group: Some(group) })
    }

    fn draft_new(&self, mirror: &Mirror, live: &Live, listed: &Mirrored) -> Result<Draft, Error> {
        let attributes = listed.attributes.clone();
        let object = self.new_object(&live.facts, mirror.kind, Some(listed.id), attributes)?;
        let mut group = put(None, object, activity("Add", mirror.kind));
        group.writes.push(Write::PutEdge(Edge::origin(mirror.id, listed.id)));
        Ok(Draft { effect: Effect::Created, group: Some(group) })
    }
}

fn after(live: &Live, before: &Object, listed: &Mirrored) -> Result<Object, Error> {
    let mut after = Object { deleted: None, ..before.clone() };
    let is_ours = |name: &&Name| {
        name.definition().is_none_or(|known| known.mutability != Mutability::Directory)
    };
    let clear = listed.emptied.iter().filter(is_ours).cloned().collect();
    apply(&mut after, &Change { set: listed.attributes.clone(), clear });
    // What is usual stands for what is empty, as it did when the object was made.
    fill(after.kind, &mut after.attributes);
    validate::check(&live.facts.rules(), &after)?;
    check_name(&after)?;
    Ok(after)
}

/// A write that gives names up, where there are any, and one that takes names on.
fn in_two(write: Write) -> (Option<Write>, Write) {
    match write {
        Write::Put { object, claim, release } if !release.is_empty() => {
            let first = Write::Put { object: object.clone(), claim: Vec::new(), release };
            (Some(first), Write::Put { object, claim, release: Vec::new() })
        }
        other => (None, other),
    }
}

fn clears(before: &Object, after: &Object) -> bool {
    before.attributes.iter().any(|(name, _)| after.attributes.get(name).is_none())
}
