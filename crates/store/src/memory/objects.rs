//! One tenant of the model: objects, keys, edges, documents, and the two logs that every write
//! leaves a line in.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Actor, Change, ChangeNumber, Edge, EdgeKind, JobId, Key, Kind, Name, Object, ObjectId, Query,
    Subject, Tenant, TenantId, Timestamp, fold,
    query::{Found, Mark, Predicate},
};

use super::jobs::JobData;
use crate::{
    Audited, Changes, Committed, Condition, Deleted, Document, End, Expect, Group, ObjectCommit,
    Page, Refused, Scan, StoreError, Write, chain,
};

pub(super) struct TenantData {
    pub facts: Tenant,
    /// Objects with the row that each was given when it was made.
    objects: BTreeMap<ObjectId, (u64, Object)>,
    rows: BTreeMap<u64, ObjectId>,
    last_row: u64,
    keys: BTreeMap<Key, ObjectId>,
    edges: BTreeSet<Edge>,
    documents: BTreeMap<(String, String), Document>,
    changes: Vec<Change>,
    pub audit: Vec<Audited>,
    pub jobs: BTreeMap<JobId, JobData>,
}

impl TenantData {
    pub fn new(facts: Tenant) -> Self {
        Self {
            facts,
            objects: BTreeMap::new(),
            rows: BTreeMap::new(),
            last_row: 0,
            keys: BTreeMap::new(),
            edges: BTreeSet::new(),
            documents: BTreeMap::new(),
            changes: Vec::new(),
            audit: Vec::new(),
            jobs: BTreeMap::new(),
        }
    }

    pub fn head(&self) -> ChangeNumber {
        self.changes.len() as u64
    }

    pub fn get(&self, ids: &[ObjectId]) -> Vec<Option<Object>> {
        ids.iter().map(|id| self.objects.get(id).map(|(_, object)| object.clone())).collect()
    }

    pub fn rows(&self, ids: &[ObjectId]) -> Vec<Option<u64>> {
        ids.iter().map(|id| self.objects.get(id).map(|(row, _)| *row)).collect()
    }

    pub fn homes(&self) -> Vec<(TenantId, u64)> {
        let mut homes = BTreeMap::new();
        for tenant in self.keys.keys().filter_map(Key::home_tenant) {
            *homes.entry(tenant).or_default() += 1;
        }
        homes.into_iter().collect()
    }

    pub fn resolve(&self, keys: &[Key]) -> Vec<Option<ObjectId>> {
        keys.iter().map(|key| self.keys.get(key).copied()).collect()
    }

    pub fn holders(
        &self,
        kind: Kind,
        attribute: &Name,
        texts: &[String],
        limit: usize,
    ) -> Vec<Vec<ObjectId>> {
        let mut holders: BTreeMap<String, Vec<ObjectId>> = BTreeMap::new();
        for (_, object) in self.objects.values() {
            let is_meant = object.kind == kind && object.deleted.is_none();
            if let Some(text) = object.text(attribute).filter(|_| is_meant) {
                holders.entry(fold(text)).or_default().push(object.id);
            }
        }
        let holders_of = |text: &String| {
            let found = holders.get(&fold(text)).into_iter().flatten();
            found.take(limit).copied().collect()
        };
        texts.iter().map(holders_of).collect()
    }

    pub fn scan(&self, scan: &Scan) -> Page<Object> {
        let mut found = self
            .rows
            .range(scan.after.saturating_add(1)..)
            .map(|(row, id)| (*row, &self.objects[id].1))
            .filter(|(_, object)| object.kind == scan.kind)
            .filter(|(_, object)| scan.deleted.admits(object.deleted.is_some()));
        let items: Vec<_> =
            found.by_ref().take(scan.limit).map(|(row, object)| (row, object.clone())).collect();
        let last = items.last().map_or(scan.after, |(row, _)| *row);
        let next = found.next().map(|_| last);
        Page { items, next }
    }

    /// The objects that pass, with their rows.
    pub fn passing(
        &self,
        kind: Kind,
        deleted: bool,
        predicate: &Predicate,
    ) -> impl Iterator<Item = &(u64, Object)> {
        self.objects
            .values()
            .filter(move |(_, object)| object.kind == kind && object.deleted.is_some() == deleted)
            .filter(move |(_, object)| predicate.holds(object))
    }

    pub fn query(&self, query: &Query) -> Found {
        let passing = self.passing(query.kind, query.deleted, &query.predicate);
        let marked = passing
            .filter_map(|(row, object)| query.order.mark(object, *row).map(|mark| (mark, object)));
        let is_meant = |mark: &Mark| {
            query.after.as_ref().is_none_or(|it| mark.is_behind(it, query.descending))
        };
        let mut found: Vec<_> = marked.filter(|(mark, _)| is_meant(mark)).collect();
        found.sort_by(
            |(left, _), (right, _)| {
                if query.descending { right.cmp(left) } else { left.cmp(right) }
            },
        );
        let limit = query.limit.max(1);
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|(mark, _)| mark.clone());
        Found { objects: found.into_iter().map(|(_, object)| object.clone()).collect(), next }
    }

    pub fn count(&self, kind: Kind, deleted: Deleted) -> u64 {
        self.objects
            .values()
            .filter(|(_, object)| object.kind == kind && deleted.admits(object.deleted.is_some()))
            .count() as u64
    }

    pub fn edges(&self, kind: EdgeKind, end: End, ids: &[ObjectId]) -> Vec<Edge> {
        let here = |edge: &Edge| match end {
            End::From => edge.from,
            End::To => edge.to,
        };
        self.edges
            .iter()
            .filter(|edge| edge.kind == kind && ids.contains(&here(edge)))
            .copied()
            .collect()
    }

    pub fn edges_after(
        &self,
        kind: EdgeKind,
        end: End,
        id: ObjectId,
        after: Option<ObjectId>,
        limit: usize,
    ) -> Vec<Edge> {
        let there = |edge: &Edge| match end {
            End::From => edge.to,
            End::To => edge.from,
        };
        // With one end the same in all of them, the order of edges is the order of the other end.
        self.edges(kind, end, &[id])
            .into_iter()
            .filter(|edge| after.is_none_or(|after| there(edge) > after))
            .take(limit)
            .collect()
    }

    pub fn changes(&self, after: ChangeNumber, limit: usize) -> Changes {
        if after > self.head() {
            return Changes::Expired;
        }
        let mut rest = self.changes[after as usize..].iter();
        let changes = rest.by_ref().take(limit).cloned().collect();
        Changes::Page { changes, more: rest.next().is_some() }
    }

    pub fn document(&self, collection: &str, key: &str) -> Option<&Document> {
        self.documents.get(&(collection.to_owned(), key.to_owned()))
    }

    pub fn documents(&self, collection: &str) -> Vec<Document> {
        self.documents
            .iter()
            .filter(|((held, _), _)| held == collection)
            .map(|(_, document)| document.clone())
            .collect()
    }

    pub fn commit(&mut self, commit: &ObjectCommit) -> Result<Committed, StoreError> {
        self.check(&commit.conditions)?;
        self.raise_fences(&commit.conditions);
        let results = commit
            .groups
            .iter()
            .map(|group| {
                self.decide(group)?;
                self.apply(group, &commit.actor, commit.at);
                Ok(self.head())
            })
            .collect();
        Ok(Committed { results })
    }

    /// Answers the first condition that does not hold.
    pub fn check(&self, conditions: &[Condition]) -> Result<(), StoreError> {
        let holds = |condition: &Condition| match condition {
            Condition::Document { collection, key, version } => {
                self.document_version(collection, key) == *version
            }
            Condition::Fence { job, token } => self.job(*job).is_none_or(|job| job.seen <= *token),
            Condition::Tenant { version } => self.facts.version == *version,
        };
        match conditions.iter().find(|condition| !holds(condition)) {
            Some(condition) => Err(StoreError::Condition(condition.clone())),
            None => Ok(()),
        }
    }

    /// Remembers the tokens of fences that hold, each job's highest.
    pub fn raise_fences(&mut self, conditions: &[Condition]) {
        for condition in conditions {
            if let Condition::Fence { job, token } = condition {
                let data = self.jobs.entry(*job).or_default();
                data.seen = data.seen.max(*token);
            }
        }
    }

    fn document_version(&self, collection: &str, key: &str) -> u64 {
        self.document(collection, key).map_or(0, |document| document.version)
    }

    /// Whether the group may be written as things stand.
    fn decide(&self, group: &Group) -> Result<(), Refused> {
        for expect in &group.expects {
            self.expect(expect)?;
        }
        let mut keys: BTreeMap<&Key, Option<ObjectId>> = BTreeMap::new();
        for write in &group.writes {
            let (owner, claim, release) = match write {
                Write::Put { object, claim, release } => (object.id, claim.as_slice(), release),
                Write::Purge { id, release, .. } => (*id, [].as_slice(), release),
                _ => continue,
            };
            let holder = |keys: &BTreeMap<&Key, Option<ObjectId>>, key: &Key| {
                keys.get(key).copied().unwrap_or_else(|| self.keys.get(key).copied())
            };
            for key in release {
                if holder(&keys, key) == Some(owner) {
                    keys.insert(key, None);
                }
            }
            for key in claim {
                match holder(&keys, key) {
                    Some(holder) if holder != owner => {
                        return Err(Refused::KeyTaken { key: key.clone(), holder });
                    }
                    _ => keys.insert(key, Some(owner)),
                };
            }
        }
        Ok(())
    }

    fn expect(&self, expect: &Expect) -> Result<(), Refused> {
        match expect {
            Expect::Version { object, version } => {
                let found = self.objects.get(object).map_or(0, |(_, object)| object.version);
                if found != *version {
                    return Err(Refused::Moved { object: *object, expected: *version, found });
                }
            }
            Expect::Absent { object } => {
                if self.objects.contains_key(object) {
                    return Err(Refused::Exists { object: *object });
                }
            }
            Expect::Document { collection, key, version } => {
                let found = self.document_version(collection, key);
                if found != *version {
                    return Err(Refused::DocumentMoved {
                        collection: collection.clone(),
                        key: key.clone(),
                        expected: *version,
                        found,
                    });
                }
            }
        }
        Ok(())
    }

    /// Writes a group that may be written.
    fn apply(&mut self, group: &Group, actor: &Actor, at: Timestamp) {
        for write in &group.writes {
            let number = self.head() + 1;
            let subject = self.write(write, number);
            self.changes.push(Change { number, at, subject });
        }
        if group.writes.is_empty() {
            return;
        }
        let number = self.head();
        let before = self.audit.last().map_or("", |last| &last.chain);
        let (digest, chain) = chain(before, number, at, actor, &group.audit);
        let (actor, entry) = (actor.clone(), Some(group.audit.clone()));
        self.audit.push(Audited { number, at, actor, entry, digest, chain });
    }

    fn write(&mut self, write: &Write, number: ChangeNumber) -> Subject {
        match write {
            Write::Put { object, claim, release } => {
                self.release(object.id, release);
                self.keys.extend(claim.iter().map(|key| (key.clone(), object.id)));
                self.put(Object { version: number, ..object.clone() });
                Subject::Object { kind: object.kind, id: object.id, purged: false }
            }
            Write::Purge { id, kind, release } => {
                self.release(*id, release);
                if let Some((row, _)) = self.objects.remove(id) {
                    self.rows.remove(&row);
                }
                Subject::Object { kind: *kind, id: *id, purged: true }
            }
            Write::PutEdge(edge) => {
                self.edges.insert(*edge);
                Subject::Edge { edge: *edge, present: true }
            }
            Write::RemoveEdge(edge) => {
                self.edges.remove(edge);
                Subject::Edge { edge: *edge, present: false }
            }
            Write::PutDocument { collection, key, body } => {
                let place = (collection.clone(), key.clone());
                match body {
                    Some(body) => {
                        let (key, body) = (key.clone(), body.clone());
                        self.documents.insert(place, Document { key, version: number, body });
                    }
                    None => {
                        self.documents.remove(&place);
                    }
                }
                Subject::Document { collection: collection.clone(), key: key.clone() }
            }
        }
    }

    fn put(&mut self, object: Object) {
        if let Some((_, held)) = self.objects.get_mut(&object.id) {
            *held = object;
            return;
        }
        self.last_row += 1;
        self.rows.insert(self.last_row, object.id);
        self.objects.insert(object.id, (self.last_row, object));
    }

    /// Gives up keys; one that another object holds stays with it.
    fn release(&mut self, owner: ObjectId, keys: &[Key]) {
        for key in keys {
            if self.keys.get(key) == Some(&owner) {
                self.keys.remove(key);
            }
        }
    }
}
