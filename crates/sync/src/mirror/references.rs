//! Managers and members of a listing, read once more when everybody is in, since nobody sorts a
//! listing by rank. What stands already costs no write; members are taken out only where the listing
//! is shown to be whole.

use std::collections::{HashMap, HashSet};

use connector::source::{Completeness, Listing, Record};
use directory::mirrored_id;
use model::{Code, EdgeKind, Key, Kind, Mirror, Name, ObjectId, Reason};
use store::End;
use wire::{Reference, dn};

use super::{
    PAGE, Run,
    page::{Named, Print, Rejects, sort},
    unreadable,
    work::{Handles, Work},
};
use crate::Error;

/// What references come to, beside what is written at once.
#[derive(Default)]
struct Pending {
    /// Users whose manager changes, with the line that says so.
    managers: Vec<(u64, ObjectId, Option<ObjectId>)>,
    /// Members that their groups no longer list.
    leaving: Vec<(ObjectId, ObjectId)>,
    /// How many members the groups have.
    standing: u64,
}

/// What references are resolved by.
struct Ways<'a> {
    run: &'a Run<'a>,
    mirrors: Vec<Mirror>,
    domain: String,
    handles: &'a Handles,
}

impl Run<'_> {
    /// Sets what a listing says of managers and members. Gives why members were kept in their groups.
    pub(super) fn set_references(
        &self,
        listing: &Listing,
        surveyed: Print,
        (is_approved, infers): (bool, bool),
        work: &mut Work,
    ) -> Result<Option<Reason>, Error> {
        let mut pending = Pending::default();
        let mut print = Print::default();
        let mut pages = self.source.scan(listing).map_err(unreadable)?;
        while let Some(page) = pages.next().map_err(unreadable)? {
            print.add(&page.items);
            // What is wrong with lines was told before.
            let sorted = sort(self.mirror, page.items, &mut Rejects::default());
            let own = self.own(sorted.records)?;
            match self.mirror.kind {
                Kind::User => self.compare_managers(&own, work, &mut pending)?,
                Kind::Group => self.compare_members(&own, work, &mut pending)?,
            }
            if let Some(Completeness::Unknown(reason)) = page.end
                && reason.code == Code::LISTING_MOVED
            {
                return Err(Error::Stopped(reason));
            }
            if self.observer.is_interrupted() {
                return Err(Error::Stopped(self.observer.why()));
            }
        }
        print.check(surveyed)?;
        self.set_managers(&pending, work)?;
        if infers { self.remove_members(&pending, is_approved, work) } else { Ok(None) }
    }

    /// Those of a page whom the mirror brought in; what it was refused is not its to write.
    fn own(&self, mut records: Vec<Named>) -> Result<Vec<Named>, Error> {
        let ids: Vec<ObjectId> = records.iter().map(|named| named.id).collect();
        let store = self.directory.store();
        let edges = store.edges(self.mirror.tenant, EdgeKind::Origin, End::To, &ids)?;
        let from = ObjectId(self.mirror.id.0);
        let own: HashSet<ObjectId> =
            edges.iter().filter(|edge| edge.from == from).map(|edge| edge.to).collect();
        records.retain(|named| own.contains(&named.id));
        Ok(records)
    }

    fn compare_managers(
        &self,
        records: &[Named],
        work: &mut Work,
        pending: &mut Pending,
    ) -> Result<(), Error> {
        let absent_is_empty = self.source.capabilities().absent_is_empty;
        let found =
            self.resolve(records.iter().filter_map(|one| one.record.manager.as_ref()), work)?;
        let ids: Vec<ObjectId> = records.iter().map(|named| named.id).collect();
        let store = self.directory.store();
        let edges = store.edges(self.mirror.tenant, EdgeKind::Manager, End::From, &ids)?;
        let standing: HashMap<ObjectId, ObjectId> =
            edges.iter().map(|edge| (edge.from, edge.to)).collect();
        for Named { id, record } in records {
            let wanted = match &record.manager {
                Some(reference) => match found.get(reference) {
                    Some(manager) => Some(*manager),
                    None => {
                        work.leave_out(record, reference, "manager");
                        continue;
                    }
                },
                None if record.emptied_references || absent_is_empty => None,
                None => continue,
            };
            if standing.get(id) != wanted.as_ref() {
                pending.managers.push((record.line, *id, wanted));
            }
        }
        Ok(())
    }

    fn set_managers(&self, pending: &Pending, work: &mut Work) -> Result<(), Error> {
        let wanted: Vec<_> =
            pending.managers.iter().map(|(_, user, manager)| (*user, *manager)).collect();
        let mut advanced = |_| !self.observer.is_interrupted();
        let set =
            self.directory.set_managers(&self.actor, self.mirror.tenant, &wanted, &mut advanced)?;
        if set.results.len() < wanted.len() {
            return Err(Error::Stopped(self.observer.why()));
        }
        for (place, result) in set.results.into_iter().enumerate() {
            match result {
                Ok(changed) => work.counts.managers += u64::from(changed),
                Err(error) => {
                    let code =
                        if set.loops.contains(&place) { "manager-loop" } else { error.code() };
                    work.counts.unresolved += 1;
                    work.rejects.note((pending.managers[place].0, 1), code, error.to_string());
                }
            }
        }
        Ok(())
    }

    fn compare_members(
        &self,
        records: &[Named],
        work: &mut Work,
        pending: &mut Pending,
    ) -> Result<(), Error> {
        let absent_is_empty = self.source.capabilities().absent_is_empty;
        for Named { id, record } in records {
            if record.members.is_empty() && !record.emptied_references && !absent_is_empty {
                continue;
            }
            let mut listed = HashSet::new();
            let mut is_whole = true;
            for part in record.members.chunks(PAGE) {
                let found = self.resolve(part.iter(), work)?;
                for reference in part {
                    match found.get(reference) {
                        Some(member) => drop(listed.insert(*member)),
                        None => {
                            is_whole = false;
                            work.leave_out(record, reference, "member");
                        }
                    }
                }
            }
            let standing = self.members_of(*id, &listed, pending, is_whole)?;
            let new: Vec<_> = listed.difference(&standing).map(|member| (*id, *member)).collect();
            for page in new.chunks(PAGE) {
                self.add_members(page, record, work)?;
            }
        }
        Ok(())
    }

    /// The members that a group has of those listed; the others are noted as leaving, unless somebody
    /// listed was not found, who may be one of them under another name.
    fn members_of(
        &self,
        group: ObjectId,
        listed: &HashSet<ObjectId>,
        pending: &mut Pending,
        is_whole: bool,
    ) -> Result<HashSet<ObjectId>, Error> {
        let mut standing = HashSet::new();
        let mut after = None;
        loop {
            let (tenant, kind) = (self.mirror.tenant, EdgeKind::Member);
            let store = self.directory.store();
            let edges = store.edges_after(tenant, kind, End::From, group, after, PAGE)?;
            pending.standing += edges.len() as u64;
            for edge in &edges {
                if listed.contains(&edge.to) {
                    standing.insert(edge.to);
                } else if is_whole {
                    pending.leaving.push((group, edge.to));
                }
            }
            match edges.last() {
                Some(edge) if edges.len() == PAGE => after = Some(edge.to),
                _ => return Ok(standing),
            }
        }
    }

    fn add_members(
        &self,
        pairs: &[(ObjectId, ObjectId)],
        record: &Record,
        work: &mut Work,
    ) -> Result<(), Error> {
        let results = self.directory.add_memberships(&self.actor, self.mirror.tenant, pairs)?;
        for result in results {
            match result {
                Ok(is_new) => work.counts.members_added += u64::from(is_new),
                Err(error) => {
                    work.counts.unresolved += 1;
                    work.rejects.note((record.line, 1), error.code(), error.to_string());
                }
            }
        }
        Ok(())
    }

    fn remove_members(
        &self,
        pending: &Pending,
        is_approved: bool,
        work: &mut Work,
    ) -> Result<Option<Reason>, Error> {
        let (leaving, standing) = (pending.leaving.len() as u64, pending.standing);
        let allowed = self.mirror.brake.allowed(standing);
        if leaving > allowed && !is_approved {
            let text = format!(
                "{leaving} of {standing} members would leave their groups, and {allowed} may at once"
            );
            return Ok(Some(Reason::new(Code::LISTING_REMOVALS, text)));
        }
        for page in pending.leaving.chunks(PAGE) {
            self.directory.remove_memberships(&self.actor, self.mirror.tenant, page)?;
            work.counts.members_removed += page.len() as u64;
        }
        Ok(None)
    }

    /// Whom references mean, as far as somebody is meant.
    fn resolve<'r>(
        &self,
        references: impl Iterator<Item = &'r Reference>,
        work: &Work,
    ) -> Result<HashMap<Reference, ObjectId>, Error> {
        let wanted: HashSet<&Reference> = references.collect();
        if wanted.is_empty() {
            return Ok(HashMap::new());
        }
        let tenant = self.directory.tenant(self.mirror.tenant)?;
        let ways = Ways {
            run: self,
            mirrors: self.directory.read_mirrors(self.mirror.tenant)?,
            domain: tenant.initial_domain().to_string(),
            handles: &work.handles,
        };
        let mut found = ways.by_id(&wanted)?;
        let rest: Vec<&Reference> =
            wanted.into_iter().filter(|one| !found.contains_key(*one)).collect();
        ways.by_key(&rest, &mut found)?;
        ways.by_value(&rest, &mut found)?;
        Ok(found)
    }
}

impl Ways<'_> {
    /// By object id, by the anchor of any mirror of the tenant, by a name that stands in this listing.
    fn by_id(&self, wanted: &HashSet<&Reference>) -> Result<HashMap<Reference, ObjectId>, Error> {
        let mut asked: Vec<(&Reference, ObjectId)> = Vec::new();
        for reference in wanted {
            match reference {
                Reference::Id(id) => asked.push((reference, *id)),
                Reference::Name(text) | Reference::Handle(text) => {
                    if let Reference::Handle(handle) = reference {
                        asked.extend(self.handles.find(handle).map(|id| (*reference, id)));
                    }
                    let ids = self.mirrors.iter().map(|mirror| mirrored_id(mirror.id, text));
                    asked.extend(ids.map(|id| (*reference, id)));
                }
            }
        }
        let mut found = HashMap::new();
        for page in asked.chunks(PAGE) {
            let ids: Vec<ObjectId> = page.iter().map(|(_, id)| *id).collect();
            let objects = self.run.directory.store().get(self.run.mirror.tenant, &ids)?;
            for ((reference, id), object) in page.iter().zip(objects) {
                if object.is_some_and(|object| object.deleted.is_none()) {
                    found.entry((*reference).clone()).or_insert(*id);
                }
            }
        }
        Ok(found)
    }

    /// By user principal name or mail address. For an account of LDAP that is its uid in the initial
    /// domain, which is what import makes of one without a mail address.
    fn by_key(
        &self,
        wanted: &[&Reference],
        found: &mut HashMap<Reference, ObjectId>,
    ) -> Result<(), Error> {
        let named: Vec<(&Reference, String)> = wanted
            .iter()
            .filter_map(|reference| match reference {
                Reference::Name(name) => Some((*reference, name.clone())),
                Reference::Handle(handle) => {
                    Some((*reference, format!("{}@{}", dn::uid(handle)?, self.domain)))
                }
                Reference::Id(_) => None,
            })
            .collect();
        for page in named.chunks(PAGE / 2) {
            let names = page.iter().map(|(_, name)| name);
            let keys: Vec<Key> = names
                .flat_map(|name| [Key::user_principal_name(name), Key::address(name)])
                .collect();
            let holders = self.run.directory.store().resolve(self.run.mirror.tenant, &keys)?;
            for ((reference, _), holders) in page.iter().zip(holders.chunks(2)) {
                if let Some(holder) = holders.iter().flatten().next() {
                    found.insert((*reference).clone(), *holder);
                }
            }
        }
        Ok(())
    }

    /// By what people kept of an earlier import: their distinguished name, else the uid that became
    /// their mail nickname, where only one of them has it.
    fn by_value(
        &self,
        wanted: &[&Reference],
        found: &mut HashMap<Reference, ObjectId>,
    ) -> Result<(), Error> {
        let handle = |reference: &&Reference| match reference {
            Reference::Handle(handle) => Some(handle.clone()),
            _ => None,
        };
        let uid = |reference: &&Reference| {
            handle(reference).and_then(|handle| dn::uid(&handle).map(str::to_owned))
        };
        let named = Name::new("onPremisesDistinguishedName");
        self.by_attribute(wanted, &named, handle, found)?;
        self.by_attribute(wanted, &Name::MAIL_NICKNAME, uid, found)
    }

    fn by_attribute(
        &self,
        wanted: &[&Reference],
        attribute: &Name,
        text: impl Fn(&&Reference) -> Option<String>,
        found: &mut HashMap<Reference, ObjectId>,
    ) -> Result<(), Error> {
        let open = wanted.iter().filter(|reference| !found.contains_key(**reference));
        let asked: Vec<(&Reference, String)> =
            open.filter_map(|reference| Some((*reference, text(reference)?))).collect();
        for page in asked.chunks(PAGE) {
            let texts: Vec<String> = page.iter().map(|(_, text)| text.clone()).collect();
            let store = self.run.directory.store();
            let tenant = self.run.mirror.tenant;
            let holders = store.holders(tenant, Kind::User, attribute, &texts, 2)?;
            for ((reference, _), holders) in page.iter().zip(holders) {
                if let [one] = holders.as_slice() {
                    found.insert((*reference).clone(), *one);
                }
            }
        }
        Ok(())
    }
}

impl Work {
    fn leave_out(&mut self, record: &Record, reference: &Reference, what: &str) {
        let name = match reference {
            Reference::Id(id) => id.to_string(),
            Reference::Name(text) | Reference::Handle(text) => text.clone(),
        };
        self.counts.unresolved += 1;
        let message = format!("'{name}' is not known here, so this {what} is left out");
        self.rejects.note((record.line, 1), "unresolved-reference", message);
    }
}
