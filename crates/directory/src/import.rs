//! Bringing people and groups in by the page: from files and from generators. Rows that are known by
//! id or name are updated, others are made; a bad row stops no other.

use std::collections::HashMap;

use model::{Actor, Attributes, Key, Kind, Modification, Name, Object, ObjectId, TenantId};
use store::{Durability, Group, Refused, Write};

use crate::{
    Change, Directory, Error,
    objects::{Facts, WRITING, apply},
    validate,
    write::{ATTEMPTS, put},
};

/// One row that wants in.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// Its id, where the file names one.
    pub id: Option<ObjectId>,
    /// What it holds.
    pub attributes: Attributes,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imported {
    /// A new object with this id.
    Created(ObjectId),
    /// This object was changed.
    Updated(ObjectId),
    /// This object held all of it already.
    Unchanged(ObjectId),
}

impl Imported {
    /// The object.
    pub fn id(self) -> ObjectId {
        match self {
            Self::Created(id) | Self::Updated(id) | Self::Unchanged(id) => id,
        }
    }
}

/// What a row would become.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The object that it means, or the id that it would get: without one in the row a new one is
    /// drawn each time.
    pub id: ObjectId,
    /// What would become of the row.
    pub imported: Imported,
    /// Names and addresses that the object would take on.
    pub claims: Vec<Key>,
    /// What would change, with the values before.
    pub modifications: Vec<Modification>,
}

impl Directory {
    /// Checks a page of rows as [`Directory::import`] would, and writes nothing; each result stands
    /// in its row's place. What rows do to one another is not seen: a name that an earlier row
    /// would free counts as taken, and one that two rows claim as free.
    pub fn check_import(
        &self,
        actor: &Actor,
        tenant: TenantId,
        kind: Kind,
        rows: &[Incoming],
    ) -> Result<Vec<Result<Checked, Error>>, Error> {
        access::check(actor, WRITING.of(kind), tenant)?;
        let facts = self.facts(tenant)?;
        let all: Vec<usize> = (0..rows.len()).collect();
        let known = self.find_known(tenant, kind, rows, &all)?;
        let mut results: Vec<Result<Checked, Error>> = Vec::with_capacity(rows.len());
        for (index, row) in rows.iter().enumerate() {
            let known = known.get(&index);
            let drafted = self.draft(&facts, kind, row, known);
            results.push(drafted.map(|(imported, group)| checked(imported, known, group)));
        }
        self.refuse_foreign_ids(tenant, rows, &known, &mut results)?;
        self.refuse_taken(tenant, &mut results)?;
        Ok(results)
    }

    /// An id that a thing of another kind has is no id for a new object.
    fn refuse_foreign_ids(
        &self,
        tenant: TenantId,
        rows: &[Incoming],
        known: &HashMap<usize, Object>,
        results: &mut [Result<Checked, Error>],
    ) -> Result<(), Error> {
        let new: Vec<(usize, ObjectId)> = rows
            .iter()
            .enumerate()
            .filter(|(index, _)| !known.contains_key(index))
            .filter_map(|(index, row)| Some((index, row.id?)))
            .collect();
        let ids: Vec<ObjectId> = new.iter().map(|(_, id)| *id).collect();
        for ((index, id), object) in new.into_iter().zip(self.store.get(tenant, &ids)?) {
            if object.is_some() {
                results[index] = Err(Error::Exists { what: format!("object {id}") });
            }
        }
        Ok(())
    }

    fn refuse_taken(
        &self,
        tenant: TenantId,
        results: &mut [Result<Checked, Error>],
    ) -> Result<(), Error> {
        let mut asked: Vec<(usize, Key)> = Vec::new();
        for (index, result) in results.iter().enumerate() {
            let claims = result.iter().flat_map(|checked| &checked.claims);
            asked.extend(claims.map(|key| (index, key.clone())));
        }
        let keys: Vec<Key> = asked.iter().map(|(_, key)| key.clone()).collect();
        let holders = self.store.resolve(tenant, &keys)?;
        for ((index, key), holder) in asked.into_iter().zip(holders) {
            let own = results[index].as_ref().ok().map(|checked| checked.id);
            if let (Some(holder), Some(own)) = (holder, own)
                && holder != own
            {
                results[index] = Err(Error::Taken { key, holder: holder.to_string() });
            }
        }
        Ok(())
    }

    /// Writes a page of rows; each result stands in its row's place.
    pub fn import(
        &self,
        actor: &Actor,
        tenant: TenantId,
        kind: Kind,
        rows: &[Incoming],
        durability: Durability,
    ) -> Result<Vec<Result<Imported, Error>>, Error> {
        access::check(actor, WRITING.of(kind), tenant)?;
        let facts = self.facts(tenant)?;
        let mut results: Vec<Option<Result<Imported, Error>>> = rows.iter().map(|_| None).collect();
        for _ in 0..ATTEMPTS {
            let open: Vec<usize> = (0..rows.len()).filter(|at| results[*at].is_none()).collect();
            if open.is_empty() {
                break;
            }
            let known = self.find_known(tenant, kind, rows, &open)?;
            let mut sent: Vec<(usize, Imported)> = Vec::new();
            let mut groups: Vec<Group> = Vec::new();
            for index in open {
                match self.draft(&facts, kind, &rows[index], known.get(&index)) {
                    Ok((Imported::Unchanged(id), _)) => {
                        results[index] = Some(Ok(Imported::Unchanged(id)));
                    }
                    Ok((imported, group)) => {
                        sent.push((index, imported));
                        groups.extend(group);
                    }
                    Err(error) => results[index] = Some(Err(error)),
                }
            }
            if groups.is_empty() {
                break;
            }
            let committed = self.commit(tenant, actor, Vec::new(), groups, durability)?;
            for ((index, imported), result) in sent.into_iter().zip(committed.results) {
                results[index] = match result {
                    Ok(_) => Some(Ok(imported)),
                    Err(Refused::Moved { .. }) => None,
                    Err(refused) => Some(Err(refused.into())),
                };
            }
        }
        let busy = || Err(Error::Busy { what: "the object".to_owned() });
        Ok(results.into_iter().map(|result| result.unwrap_or_else(busy)).collect())
    }

    /// The objects that rows mean: by id, else by user principal name.
    fn find_known(
        &self,
        tenant: TenantId,
        kind: Kind,
        rows: &[Incoming],
        open: &[usize],
    ) -> Result<HashMap<usize, Object>, Error> {
        let mut ids: Vec<(usize, ObjectId)> = Vec::new();
        let mut names: Vec<(usize, Key)> = Vec::new();
        for &index in open {
            match (rows[index].id, rows[index].attributes.text(&Name::USER_PRINCIPAL_NAME)) {
                (Some(id), _) => ids.push((index, id)),
                (None, Some(name)) => names.push((index, Key::user_principal_name(name))),
                (None, None) => {}
            }
        }
        let keys: Vec<Key> = names.iter().map(|(_, key)| key.clone()).collect();
        if !keys.is_empty() {
            let holders = self.store.resolve(tenant, &keys)?;
            ids.extend(
                names.iter().zip(holders).filter_map(|((index, _), id)| Some((*index, id?))),
            );
        }
        let asked: Vec<ObjectId> = ids.iter().map(|(_, id)| *id).collect();
        let found = self.store.get(tenant, &asked)?;
        Ok(ids
            .into_iter()
            .zip(found)
            .filter_map(|((index, _), object)| Some((index, object?)))
            .filter(|(_, object)| object.kind == kind)
            .collect())
    }

    fn draft(
        &self,
        facts: &Facts,
        kind: Kind,
        row: &Incoming,
        known: Option<&Object>,
    ) -> Result<(Imported, Option<Group>), Error> {
        validate::check_writable(&row.attributes)?;
        match known {
            None => {
                let object = self.new_object(facts, kind, row.id, row.attributes.clone())?;
                let imported = Imported::Created(object.id);
                let activity = if kind == Kind::User { "Add user" } else { "Add group" };
                Ok((imported, Some(put(None, object, activity))))
            }
            Some(before) => {
                let mut after = Object { deleted: None, ..before.clone() };
                apply(&mut after, &Change { set: row.attributes.clone(), clear: Vec::new() });
                validate::check(&facts.rules(), &after)?;
                if after == *before {
                    return Ok((Imported::Unchanged(before.id), None));
                }
                let imported = Imported::Updated(before.id);
                let activity = if kind == Kind::User { "Update user" } else { "Update group" };
                Ok((imported, Some(put(Some(before), after, activity))))
            }
        }
    }
}

fn checked(imported: Imported, before: Option<&Object>, group: Option<Group>) -> Checked {
    let (mut claims, mut modifications) = (Vec::new(), Vec::new());
    for write in group.into_iter().flat_map(|group| group.writes) {
        let Write::Put { object, claim, .. } = write else { continue };
        claims.extend(claim);
        for (name, new) in object.attributes.iter() {
            let old = before.and_then(|before| before.attributes.get(name));
            if old != Some(new) {
                let (old, new) = (old.cloned(), Some(new.clone()));
                modifications.push(Modification { name: name.clone(), old, new });
            }
        }
    }
    Checked { id: imported.id(), imported, claims, modifications }
}
