//! Object commits inside the writer's transaction.
//!
//! Everything that a commit names is looked up first, in the order of its index. Groups are decided
//! against what was found and what earlier groups made of it, so a refused one has written nothing.
//! Keys are written last, again in order, because their places in the index are all over the file.

use model::{ChangeNumber, Kind, ObjectId, Subject};
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};
use store::{Committed, Refused};

use crate::{
    codec::{self, KeyValue, TextOrId, hex, numbered, placed, signed, subject_code, unhex},
    conditions::{self, Owner},
    fault::Fault,
    prepare::{Columns, Prepared, PreparedExpect, PreparedGroup, PreparedWrite},
    registry::Registry,
    values::Values,
};

/// Writes a commit.
pub(crate) fn commit(
    conn: &Connection,
    registry: &Registry,
    prepared: &Prepared,
) -> Result<Committed, Fault> {
    conditions::check(conn, registry, prepared.owner, &prepared.conditions)?;
    conditions::raise_fences(conn, prepared.owner, &prepared.conditions)?;
    let mut found = Found::look_up(conn, prepared)?;
    let held = found.keys.clone();
    let mut writing = Writing::begin(conn, prepared)?;
    let mut results = Vec::with_capacity(prepared.groups.len());
    for group in &prepared.groups {
        results.push(match found.decide(prepared, group) {
            Ok(()) => Ok(writing.group(&mut found, group)?),
            Err(refused) => Err(refused),
        });
    }
    if results.iter().any(Result::is_ok) {
        write_keys(conn, prepared, &held, &found.keys)?;
        found.values.write(conn, prepared)?;
        writing.finish(conn)?;
    }
    Ok(Committed { results })
}

/// What the commit names, as it stands after the groups that were written so far. The places are
/// the slots of [`Prepared`].
struct Found {
    keys: Vec<Option<ObjectId>>,
    objects: Vec<Option<Stored>>,
    documents: Vec<u64>,
    values: Values,
}

/// An object that stands.
#[derive(Clone, Copy)]
struct Stored {
    place: i64,
    version: u64,
    deleted: bool,
}

impl Found {
    fn look_up(conn: &Connection, prepared: &Prepared) -> Result<Self, Fault> {
        let tenant = prepared.owner.no;
        let mut statement = conn.prepare_cached(
            "SELECT object FROM object_key WHERE tenant_no = ? AND kind = ? AND value = ?",
        )?;
        let mut keys = Vec::with_capacity(prepared.keys.sorted().len());
        for key in prepared.keys.sorted() {
            let mut rows = statement.query(params![tenant, key.kind as i64, KeyValue(key)])?;
            keys.push(match rows.next()? {
                Some(row) => Some(codec::column(row, 0, ObjectId::from_slice)?),
                None => None,
            });
        }
        let mut statement = conn.prepare_cached(
            "SELECT place, version, deleted IS NOT NULL FROM object WHERE tenant_no = ? AND id = ?",
        )?;
        let mut objects = Vec::with_capacity(prepared.objects.sorted().len());
        for id in prepared.objects.sorted() {
            let stored = statement.query_row(params![tenant, id.as_bytes()], |row| {
                let version = row.get::<_, i64>(1)? as u64;
                Ok(Stored { place: row.get(0)?, version, deleted: row.get(2)? })
            });
            objects.push(stored.optional()?);
        }
        let documents = prepared
            .documents
            .sorted()
            .iter()
            .map(|(collection, key)| conditions::document_version(conn, tenant, collection, key))
            .collect::<Result<_, _>>()?;
        let values = Values::look_up(conn, prepared)?;
        Ok(Self { keys, objects, documents, values })
    }

    /// Whether the group may be written; if so its keys are given and taken.
    fn decide(&mut self, prepared: &Prepared, group: &PreparedGroup) -> Result<(), Refused> {
        for expect in &group.expects {
            self.expect(prepared, expect)?;
        }
        let mut before = Vec::new();
        let decided = self.exchange_keys(prepared, group, &mut before);
        if decided.is_err() {
            // Backwards, because a group may touch a key more than once.
            for (slot, holder) in before.into_iter().rev() {
                self.keys[slot] = holder;
            }
        }
        decided
    }

    fn expect(&self, prepared: &Prepared, expect: &PreparedExpect) -> Result<(), Refused> {
        let object = |ticket: usize| &self.objects[prepared.objects.slot(ticket)];
        match *expect {
            PreparedExpect::Version { object: ticket, version: expected } => {
                let found = object(ticket).map_or(0, |stored| stored.version);
                if found != expected {
                    let object = *prepared.objects.get(ticket);
                    return Err(Refused::Moved { object, expected, found });
                }
            }
            PreparedExpect::Absent { object: ticket } => {
                if object(ticket).is_some() {
                    return Err(Refused::Exists { object: *prepared.objects.get(ticket) });
                }
            }
            PreparedExpect::Document { document: ticket, version: expected } => {
                let found = self.documents[prepared.documents.slot(ticket)];
                if found != expected {
                    let (collection, key) = prepared.documents.get(ticket).clone();
                    return Err(Refused::DocumentMoved { collection, key, expected, found });
                }
            }
        }
        Ok(())
    }

    fn exchange_keys(
        &mut self,
        prepared: &Prepared,
        group: &PreparedGroup,
        before: &mut Vec<(usize, Option<ObjectId>)>,
    ) -> Result<(), Refused> {
        for write in &group.writes {
            let (object, claim, release) = match write {
                PreparedWrite::Put { object, claim, release, .. } => {
                    (object, claim.clone(), release)
                }
                PreparedWrite::Purge { object, release, .. } => (object, 0..0, release),
                PreparedWrite::Edge { .. } | PreparedWrite::Document { .. } => continue,
            };
            let owner = *prepared.objects.get(*object);
            for slot in release.clone().map(|ticket| prepared.keys.slot(ticket)) {
                // A key that somebody else holds stays there.
                if self.keys[slot] == Some(owner) {
                    before.push((slot, self.keys[slot].take()));
                }
            }
            for slot in claim.map(|ticket| prepared.keys.slot(ticket)) {
                match self.keys[slot] {
                    Some(holder) if holder != owner => {
                        let key = prepared.keys.sorted()[slot].clone();
                        return Err(Refused::KeyTaken { key, holder });
                    }
                    _ => before.push((slot, self.keys[slot].replace(owner))),
                }
            }
        }
        Ok(())
    }
}

/// Brings the index of keys from what was held to what is held now.
fn write_keys(
    conn: &Connection,
    prepared: &Prepared,
    before: &[Option<ObjectId>],
    after: &[Option<ObjectId>],
) -> Result<(), Fault> {
    let tenant = prepared.owner.no;
    let mut insert = conn.prepare_cached("INSERT INTO object_key VALUES (?, ?, ?, ?)")?;
    let mut update = conn.prepare_cached(
        "UPDATE object_key SET object = ?4 WHERE tenant_no = ?1 AND kind = ?2 AND value = ?3",
    )?;
    let mut delete = conn
        .prepare_cached("DELETE FROM object_key WHERE tenant_no = ? AND kind = ? AND value = ?")?;
    for ((key, before), after) in prepared.keys.sorted().iter().zip(before).zip(after) {
        let (kind, value) = (key.kind as i64, KeyValue(key));
        match (before, after) {
            (None, Some(holder)) => {
                insert.execute(params![tenant, kind, value, holder.as_bytes()])?;
            }
            (Some(old), Some(holder)) if old != holder => {
                update.execute(params![tenant, kind, value, holder.as_bytes()])?;
            }
            (Some(_), None) => {
                delete.execute(params![tenant, kind, value])?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// The counters of a tenant, as its row holds them.
struct Counters {
    number: ChangeNumber,
    last_row: u64,
    /// Users, deleted users, groups, deleted groups.
    counts: [i64; 4],
    chain: String,
}

impl Counters {
    fn read(conn: &Connection, owner: Owner) -> Result<Self, Fault> {
        let mut statement = conn.prepare_cached(
            "SELECT number, last_row, users, deleted_users, groups, deleted_groups, chain
             FROM tenant WHERE tenant_no = ?",
        )?;
        let row = statement.query_row([owner.no], |row| {
            Ok(Self {
                number: row.get::<_, i64>(0)? as u64,
                last_row: row.get::<_, i64>(1)? as u64,
                counts: [row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?],
                chain: hex(row.get_ref(6)?.as_blob()?),
            })
        });
        let fresh = || Self { number: 0, last_row: 0, counts: [0; 4], chain: String::new() };
        Ok(row.optional()?.unwrap_or_else(fresh))
    }

    fn write(&self, conn: &Connection, owner: Owner) -> Result<(), Fault> {
        let [users, deleted_users, groups, deleted_groups] = self.counts;
        conn.prepare_cached("INSERT OR REPLACE INTO tenant VALUES (?, ?, 0, ?, ?, ?, ?, ?, ?)")?
            .execute(params![
                owner.no,
                signed(self.number),
                signed(self.last_row),
                users,
                deleted_users,
                groups,
                deleted_groups,
                unhex(self.chain.as_bytes()).unwrap_or_default()
            ])?;
        Ok(())
    }

    fn count(&mut self, kind: Kind, deleted: bool, by: i64) {
        let index = match kind {
            Kind::User => 0,
            Kind::Group => 2,
        };
        self.counts[index + usize::from(deleted)] += by;
    }
}

/// A commit being written.
struct Writing<'a> {
    prepared: &'a Prepared,
    counters: Counters,
    actor: i64,
    insert: CachedStatement<'a>,
    update: CachedStatement<'a>,
    purge: CachedStatement<'a>,
    put_edge: CachedStatement<'a>,
    remove_edge: CachedStatement<'a>,
    put_document: CachedStatement<'a>,
    remove_document: CachedStatement<'a>,
    change: CachedStatement<'a>,
    audit: CachedStatement<'a>,
}

impl<'a> Writing<'a> {
    fn begin(conn: &'a Connection, prepared: &'a Prepared) -> Result<Self, Fault> {
        Ok(Self {
            prepared,
            counters: Counters::read(conn, prepared.owner)?,
            actor: actor(conn, prepared)?,
            insert: conn
                .prepare_cached("INSERT INTO object VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")?,
            update: conn.prepare_cached(
                "UPDATE object SET place = ?, version = ?, created = ?, deleted = ?, home = ?,
                 receipt = ?, user_principal_name = ?, display_name = ?, body = ? WHERE place = ?",
            )?,
            purge: conn.prepare_cached("DELETE FROM object WHERE place = ?")?,
            put_edge: conn.prepare_cached("INSERT OR IGNORE INTO edge VALUES (?, ?, ?, ?)")?,
            remove_edge: conn.prepare_cached(
                "DELETE FROM edge
                 WHERE tenant_no = ? AND kind = ? AND from_id = ? AND to_id = ?",
            )?,
            put_document: conn
                .prepare_cached("INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?, ?)")?,
            remove_document: conn.prepare_cached(
                "DELETE FROM document WHERE tenant_no = ? AND collection = ? AND key = ?",
            )?,
            change: conn.prepare_cached("INSERT INTO change VALUES (?, ?, ?, ?, ?)")?,
            audit: conn
                .prepare_cached("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")?,
        })
    }

    fn finish(self, conn: &Connection) -> Result<(), Fault> {
        self.counters.write(conn, self.prepared.owner)
    }

    fn group(&mut self, found: &mut Found, group: &PreparedGroup) -> Result<ChangeNumber, Fault> {
        for write in &group.writes {
            self.counters.number += 1;
            let subject = self.write(found, write)?;
            self.change(&subject)?;
        }
        if !group.writes.is_empty() {
            self.audit(group)?;
        }
        Ok(self.counters.number)
    }

    fn write(&mut self, found: &mut Found, write: &PreparedWrite) -> Result<Subject, Fault> {
        let (tenant, prepared) = (self.prepared.owner.no, self.prepared);
        Ok(match write {
            PreparedWrite::Put { object: ticket, columns, .. } => {
                let id = *prepared.objects.get(*ticket);
                let slot = prepared.objects.slot(*ticket);
                self.put(id, &mut found.objects[slot], columns)?;
                found.values.put(slot, columns)?;
                Subject::Object { kind: columns.kind, id, purged: false }
            }
            PreparedWrite::Purge { object: ticket, kind, .. } => {
                let slot = prepared.objects.slot(*ticket);
                found.values.purge(slot);
                if let Some(stored) = found.objects[slot].take() {
                    self.purge.execute([stored.place])?;
                    let (kind, _) = codec::kind_and_row(stored.place);
                    self.counters.count(kind, stored.deleted, -1);
                }
                Subject::Object { kind: *kind, id: *prepared.objects.get(*ticket), purged: true }
            }
            PreparedWrite::Edge { edge, present } => {
                let statement = if *present { &mut self.put_edge } else { &mut self.remove_edge };
                let (from, to) = (edge.from.as_bytes(), edge.to.as_bytes());
                statement.execute(params![tenant, edge.kind as i64, from, to])?;
                Subject::Edge { edge: *edge, present: *present }
            }
            PreparedWrite::Document { document: ticket, body } => {
                let (collection, key) = prepared.documents.get(*ticket).clone();
                let version = match body {
                    Some(body) => {
                        let version = signed(self.counters.number);
                        let row = params![tenant, collection, key, version, body];
                        self.put_document.execute(row)?;
                        self.counters.number
                    }
                    None => {
                        self.remove_document.execute(params![tenant, collection, key])?;
                        0
                    }
                };
                found.documents[prepared.documents.slot(*ticket)] = version;
                Subject::Document { collection, key }
            }
        })
    }

    fn put(
        &mut self,
        id: ObjectId,
        stored: &mut Option<Stored>,
        columns: &Columns,
    ) -> Result<(), Fault> {
        let tenant = self.prepared.owner.no;
        let version = self.counters.number;
        let deleted = columns.deleted.is_some();
        let Columns { kind, created, home, receipt, body, .. } = columns;
        let (upn, display_name) = (&columns.user_principal_name, &columns.display_name);
        let place = match *stored {
            Some(old) => {
                let (old_kind, row) = codec::kind_and_row(old.place);
                self.counters.count(old_kind, old.deleted, -1);
                let place = placed(tenant, *kind, row);
                self.update.execute(params![
                    place,
                    signed(version),
                    created,
                    columns.deleted,
                    home,
                    receipt,
                    upn,
                    display_name,
                    body,
                    old.place
                ])?;
                place
            }
            None => {
                self.counters.last_row += 1;
                let place = placed(tenant, *kind, self.counters.last_row);
                self.insert.execute(params![
                    place,
                    tenant,
                    id.as_bytes(),
                    signed(version),
                    created,
                    columns.deleted,
                    home,
                    receipt,
                    upn,
                    display_name,
                    body
                ])?;
                place
            }
        };
        self.counters.count(*kind, deleted, 1);
        *stored = Some(Stored { place, version, deleted });
        Ok(())
    }

    fn change(&mut self, subject: &Subject) -> Result<(), Fault> {
        let place = numbered(self.prepared.owner.no, self.counters.number);
        let (at, code) = (self.prepared.at.0, subject_code(subject));
        match subject {
            Subject::Object { id, .. } => {
                self.change.execute(params![place, at, code, id.as_bytes(), None::<i64>])?
            }
            Subject::Edge { edge, .. } => {
                let (from, to) = (edge.from.as_bytes(), edge.to.as_bytes());
                self.change.execute(params![place, at, code, from, to])?
            }
            Subject::Document { collection, key } => {
                self.change.execute(params![place, at, code, collection, key])?
            }
        };
        Ok(())
    }

    fn audit(&mut self, group: &PreparedGroup) -> Result<(), Fault> {
        let counters = &mut self.counters;
        counters.chain = store::link(&counters.chain, counters.number, &group.digest);
        let entry = &group.audit;
        self.audit.execute(params![
            numbered(self.prepared.owner.no, counters.number),
            self.prepared.at.0,
            self.actor,
            entry.activity,
            entry.target_kind,
            TextOrId(&entry.target),
            entry.detail,
            unhex(group.digest.as_bytes()),
            unhex(counters.chain.as_bytes()),
            entry.request
        ])?;
        Ok(())
    }
}

/// The number of who acts, made when there is none yet.
fn actor(conn: &Connection, prepared: &Prepared) -> Result<i64, Fault> {
    let tenant = prepared.owner.no;
    let found = conn
        .prepare_cached("SELECT actor_no FROM actor WHERE tenant_no = ? AND body = ?")?
        .query_row(params![tenant, prepared.actor], |row| row.get(0))
        .optional()?;
    if let Some(number) = found {
        return Ok(number);
    }
    conn.prepare_cached("INSERT INTO actor (tenant_no, body) VALUES (?, ?)")?
        .execute(params![tenant, prepared.actor])?;
    Ok(conn.last_insert_rowid())
}
