//! Managers and members: named in one row, found in another, in the tenant, or nowhere. Resolved
//! when all rows are in, since nobody sorts a file by rank.

use std::collections::{BTreeMap, HashMap};

use model::{Actor, Key, Kind, Name, Object, ObjectId, Tenant};
use store::{Deleted, Scan};
use wire::{Reference, Row, dn};

use super::rows::{Number, Rows};
use crate::{Directory, Error};

const PAGE: usize = 1_000;

/// What rows said about others. Many people have one manager, so each reference is kept once.
#[derive(Default)]
pub(super) struct Pending {
    references: HashMap<Reference, u32>,
    /// Rows and their managers.
    pub(super) managers: Vec<(Number, u32)>,
    /// Rows and one member each.
    pub(super) members: Vec<(Number, u32)>,
}

impl Pending {
    /// Keeps a row's references.
    pub(super) fn add(&mut self, number: Number, row: &mut Row) {
        if let Some(manager) = row.manager.take() {
            let place = self.place(manager);
            self.managers.push((number, place));
        }
        for member in std::mem::take(&mut row.members) {
            let place = self.place(member);
            self.members.push((number, place));
        }
    }

    /// The references, each in its place.
    pub(super) fn list(&self) -> Vec<&Reference> {
        let mut list: Vec<_> = self.references.iter().collect();
        list.sort_unstable_by_key(|(_, place)| **place);
        list.into_iter().map(|(reference, _)| reference).collect()
    }

    fn place(&mut self, reference: Reference) -> u32 {
        let next = self.references.len() as u32;
        *self.references.entry(reference).or_insert(next)
    }
}

/// What a reference is called in messages.
pub(super) fn name(reference: &Reference) -> String {
    match reference {
        Reference::Id(id) => id.to_string(),
        Reference::Name(text) | Reference::Handle(text) => text.clone(),
    }
}

/// Finds the objects that references mean, each in its place.
pub(super) fn resolve(
    (directory, actor): (&Directory, &Actor),
    tenant: &Tenant,
    rows: &Rows,
    references: &[&Reference],
) -> Result<Vec<Option<ObjectId>>, Error> {
    let mut found: Vec<Option<ObjectId>> =
        references.iter().map(|reference| rows.resolve(reference)).collect();
    find_ids(directory, tenant, references, &mut found)?;
    find_names(directory, tenant, references, &mut found)?;
    find_handles((directory, actor), tenant, references, &mut found)?;
    Ok(found)
}

/// The places that are still open, with what a function makes of the references there.
fn open<'a, T>(
    references: &[&'a Reference],
    found: &[Option<ObjectId>],
    read: impl Fn(&'a Reference) -> Option<T>,
) -> Vec<(usize, T)> {
    let places = references.iter().zip(found).enumerate();
    places
        .filter(|(_, (_, found))| found.is_none())
        .filter_map(|(place, (reference, _))| Some((place, read(reference)?)))
        .collect()
}

fn find_ids(
    directory: &Directory,
    tenant: &Tenant,
    references: &[&Reference],
    found: &mut [Option<ObjectId>],
) -> Result<(), Error> {
    let wanted = open(references, found, |reference| match reference {
        Reference::Id(id) => Some(*id),
        _ => None,
    });
    for page in wanted.chunks(PAGE) {
        let ids: Vec<ObjectId> = page.iter().map(|(_, id)| *id).collect();
        let objects = directory.store().get(tenant.id, &ids)?;
        for ((place, _), object) in page.iter().zip(objects) {
            found[*place] =
                object.filter(|object| object.deleted.is_none()).map(|object| object.id);
        }
    }
    Ok(())
}

/// By user principal name or mail address. For an account of LDAP that is its uid in the initial
/// domain, which is what import makes of an account without a mail address.
fn find_names(
    directory: &Directory,
    tenant: &Tenant,
    references: &[&Reference],
    found: &mut [Option<ObjectId>],
) -> Result<(), Error> {
    let wanted = open(references, found, |reference| match reference {
        Reference::Name(name) => Some(name.clone()),
        Reference::Handle(handle) => {
            dn::uid(handle).map(|uid| format!("{uid}@{}", tenant.initial_domain()))
        }
        Reference::Id(_) => None,
    });
    for page in wanted.chunks(PAGE / 2) {
        let keys: Vec<Key> = page
            .iter()
            .flat_map(|(_, name)| [Key::user_principal_name(name), Key::address(name)])
            .collect();
        let holders = directory.store().resolve(tenant.id, &keys)?;
        for ((place, _), holders) in page.iter().zip(holders.chunks(2)) {
            found[*place] = holders.iter().flatten().next().copied();
        }
    }
    Ok(())
}

/// By what people kept of an earlier import: their distinguished name, else the uid that became
/// their mail nickname. Neither is indexed, so this walks once over the tenant, and only when it
/// must.
fn find_handles(
    (directory, actor): (&Directory, &Actor),
    tenant: &Tenant,
    references: &[&Reference],
    found: &mut [Option<ObjectId>],
) -> Result<(), Error> {
    let wanted = open(references, found, |reference| match reference {
        Reference::Handle(handle) => Some(handle.as_str()),
        _ => None,
    });
    if wanted.is_empty() {
        return Ok(());
    }
    let named: HashMap<&str, usize> =
        wanted.iter().map(|(place, handle)| (*handle, *place)).collect();
    let mut by_uid: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, handle) in &wanted {
        if let Some(uid) = dn::uid(handle) {
            by_uid.entry(uid).or_default().push(*place);
        }
    }
    let mut nicknamed: BTreeMap<usize, Vec<ObjectId>> = BTreeMap::new();
    for_each_user((directory, actor), tenant, |user| {
        let place = distinguished_name(user).and_then(|name| named.get(name.as_str()).copied());
        if let Some(place) = place {
            found[place] = Some(user.id);
        }
        let nickname = user.text(&Name::MAIL_NICKNAME).map(str::to_lowercase);
        for place in nickname.and_then(|uid| by_uid.get(uid.as_str())).into_iter().flatten() {
            nicknamed.entry(*place).or_default().push(user.id);
        }
    })?;
    for (place, users) in nicknamed {
        // A nickname that two people have names neither.
        if let (None, [one]) = (found[place], users.as_slice()) {
            found[place] = Some(*one);
        }
    }
    Ok(())
}

fn distinguished_name(user: &Object) -> Option<String> {
    user.text(&Name::new("onPremisesDistinguishedName")).and_then(dn::normalise)
}

fn for_each_user(
    (directory, actor): (&Directory, &Actor),
    tenant: &Tenant,
    mut each: impl FnMut(&Object),
) -> Result<(), Error> {
    let mut scan = Scan { kind: Kind::User, deleted: Deleted::Without, after: 0, limit: PAGE };
    loop {
        let page = directory.list(actor, tenant.id, &scan)?;
        page.items.iter().for_each(|(_, user)| each(user));
        match page.next {
            Some(next) => scan.after = next,
            None => return Ok(()),
        }
    }
}
