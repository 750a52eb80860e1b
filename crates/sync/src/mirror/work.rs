//! Taking a listing in: creates and updates page by page, then names that were somebody else's at
//! first, then references, and at the end those who are gone.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
};

use connector::source::{Completeness, Item, Listing};
use directory::{Effect, Error as Refusal, Mirrored};
use model::{Code, Key, MirrorCounts, Name, ObjectId, Proof, Reason};

use super::{
    PAGE, Run,
    page::{Print, Rejects, Seen, no_end, reject_twice, sort, to_mirrored},
    survey::Surveyed,
    unreadable,
};
use crate::Error;

/// So many may wait for a name that is somebody else's; more are rejected at once.
const WAITING: usize = 10_000;
/// So often names are handed round in a ring before what is left is rejected.
const ROUNDS: usize = 50;

/// A listing on its way in.
#[derive(Default)]
pub(super) struct Work {
    pub(super) counts: MirrorCounts,
    pub(super) seen: Seen,
    pub(super) rejects: Rejects,
    /// Distinguished names, by hash, and whom they mean.
    pub(super) handles: Handles,
    waiting: Vec<Waiting>,
}

/// Other names of those listed, kept as hashes: a million must not cost a gigabyte.
#[derive(Default)]
pub(super) struct Handles {
    seed: RandomState,
    ids: HashMap<u64, ObjectId>,
}

impl Handles {
    fn insert(&mut self, handle: &str, id: ObjectId) {
        self.ids.entry(self.seed.hash_one(handle)).or_insert(id);
    }

    pub(super) fn find(&self, handle: &str) -> Option<ObjectId> {
        self.ids.get(&self.seed.hash_one(handle)).copied()
    }
}

/// Somebody whose name or address is somebody else's as yet.
struct Waiting {
    line: u64,
    listed: Mirrored,
    refusal: Refusal,
}

impl Run<'_> {
    /// Writes a listing, and gives what it came to and why those whom it lacks were kept.
    pub(super) fn write(
        &self,
        listing: &Listing,
        surveyed: &Surveyed,
        is_approved: bool,
        keep: Option<Reason>,
    ) -> Result<(MirrorCounts, Rejects, Vec<Reason>), Error> {
        let mut work = Work::default();
        let end = self.write_pages(listing, surveyed, &mut work)?;
        let infers = match end {
            Completeness::AllOthers(_) => true,
            // Somebody has looked at it and said that it is whole.
            Completeness::Unknown(_) => is_approved && self.mirror.proof != Proof::Tombstones,
            Completeness::Listed => false,
        };
        let mut withheld: Vec<Reason> = keep.into_iter().collect();
        let infers = infers && withheld.is_empty();
        self.retry(&mut work)?;
        if surveyed.has_references {
            withheld.extend(self.set_references(
                listing,
                surveyed.print,
                (is_approved, infers),
                &mut work,
            )?);
        }
        self.remove(infers, &mut work)?;
        self.retry(&mut work)?;
        for Waiting { line, refusal, .. } in std::mem::take(&mut work.waiting) {
            work.rejects.add((line, 1), refusal.code(), refusal.to_string());
        }
        work.counts.rejected = work.rejects.count();
        Ok((work.counts, work.rejects, withheld))
    }

    fn write_pages(
        &self,
        listing: &Listing,
        surveyed: &Surveyed,
        work: &mut Work,
    ) -> Result<Completeness, Error> {
        let mut end = None;
        let mut print = Print::default();
        let mut pages = self.source.scan(listing).map_err(unreadable)?;
        while let Some(page) = pages.next().map_err(unreadable)? {
            print.add(&page.items);
            self.write_page(page.items, surveyed, work)?;
            end = page.end;
            self.advance(work.counts.read, surveyed, work.counts.changed())?;
        }
        match end {
            // What it is not any more it cannot be compared with.
            Some(Completeness::Unknown(reason)) if reason.code == Code::LISTING_MOVED => {
                Err(Error::Stopped(reason))
            }
            None => Err(no_end()),
            Some(end) => print.check(surveyed.print).map(|()| end),
        }
    }

    fn write_page(
        &self,
        items: Vec<Item>,
        surveyed: &Surveyed,
        work: &mut Work,
    ) -> Result<(), Error> {
        work.counts.read += items.len() as u64;
        let sorted = sort(self.mirror, items, &mut work.rejects);
        let mut records = sorted.records;
        let ids: Vec<ObjectId> = records.iter().map(|named| named.id).collect();
        let mut news = self.mark(&ids, &mut work.seen.listed)?.into_iter();
        records.retain(|named| {
            let is_new = news.next().unwrap_or(true);
            if !is_new {
                reject_twice(&named.record, &mut work.rejects);
            }
            is_new
        });
        let mut page = Vec::with_capacity(records.len());
        for named in &records {
            let handles = &named.record.handles;
            handles.iter().for_each(|handle| work.handles.insert(handle, named.id));
            page.push((named.record.line, to_mirrored(named, surveyed.held.as_ref())));
        }
        self.put(page, work)?;
        self.mark(&sorted.doubted, &mut work.seen.doubted)?;
        self.mark(&sorted.gone, &mut work.seen.gone)?;
        Ok(())
    }

    fn put(&self, page: Vec<(u64, Mirrored)>, work: &mut Work) -> Result<(), Error> {
        let (lines, page): (Vec<u64>, Vec<Mirrored>) = page.into_iter().unzip();
        let results = self.directory.put_mirrored(&self.actor, self.mirror, &page)?;
        // Those who were made just now have rows since.
        let ids: Vec<ObjectId> = page.iter().map(|listed| listed.id).collect();
        self.mark(&ids, &mut work.seen.listed)?;
        for ((line, listed), result) in lines.into_iter().zip(page).zip(results) {
            match result {
                Ok(effect) => work.count(effect),
                Err(refusal @ Refusal::Taken { .. }) if work.waiting.len() < WAITING => {
                    work.waiting.push(Waiting { line, listed, refusal });
                }
                Err(refusal) => work.rejects.add((line, 1), refusal.code(), refusal.to_string()),
            }
        }
        Ok(())
    }

    /// Tries those again whose name was somebody else's, for as long as that helps somebody.
    fn retry(&self, work: &mut Work) -> Result<(), Error> {
        loop {
            let before = work.waiting.len();
            let mut waiting = std::mem::take(&mut work.waiting);
            while !waiting.is_empty() {
                let rest = waiting.split_off(waiting.len().min(PAGE));
                let page = waiting.into_iter().map(|one| (one.line, one.listed)).collect();
                self.put(page, work)?;
                waiting = rest;
            }
            if work.waiting.len() == before || work.waiting.is_empty() {
                break;
            }
        }
        self.hand_round(work)
    }

    /// Those who are left may hold one another's names: written together, they can. Whoever waits for
    /// a stranger's name is left out until the others get through.
    fn hand_round(&self, work: &mut Work) -> Result<(), Error> {
        let mut ring: Vec<usize> = (0..work.waiting.len().min(PAGE)).collect();
        for _ in 0..ROUNDS {
            if ring.len() < 2 {
                return Ok(());
            }
            let page: Vec<Mirrored> =
                ring.iter().map(|at| work.waiting[*at].listed.clone()).collect();
            match self.directory.put_mirrored_together(&self.actor, self.mirror, &page) {
                Ok(effects) => {
                    let ids: Vec<ObjectId> = page.iter().map(|listed| listed.id).collect();
                    self.mark(&ids, &mut work.seen.listed)?;
                    effects.into_iter().for_each(|effect| work.count(effect));
                    let mut at = 0;
                    work.waiting.retain(|_| {
                        at += 1;
                        !ring.contains(&(at - 1))
                    });
                    return Ok(());
                }
                Err(Refusal::Taken { key, .. }) => {
                    let before = ring.len();
                    ring.retain(|at| !claims(&work.waiting[*at].listed, &key));
                    if ring.len() == before {
                        return Ok(());
                    }
                }
                Err(Refusal::Store(error)) => return Err(Refusal::Store(error).into()),
                Err(_) => return Ok(()),
            }
        }
        Ok(())
    }

    /// Removes those who are gone, a page at a time.
    fn remove(&self, infers: bool, work: &mut Work) -> Result<(), Error> {
        let Work { counts, seen, .. } = work;
        self.each_leaving(seen, infers, |_, leaving| {
            let ids: Vec<ObjectId> = leaving.iter().map(|(object, _)| object.id).collect();
            if !ids.is_empty() {
                counts.removed += self.directory.remove_mirrored(&self.actor, self.mirror, &ids)?;
            }
            Ok(())
        })?;
        if !infers && self.mirror.proof != Proof::Tombstones {
            self.each_leaving(seen, true, |_, kept| {
                counts.kept += kept.len() as u64;
                Ok(())
            })?;
        }
        Ok(())
    }
}

impl Work {
    fn count(&mut self, effect: Effect) {
        match effect {
            Effect::Created => self.counts.created += 1,
            Effect::Updated { clears } => {
                self.counts.updated += 1;
                self.counts.cleared += u64::from(clears);
            }
            Effect::Restored => self.counts.restored += 1,
            Effect::Unchanged => self.counts.unchanged += 1,
        }
    }
}

/// Whether an object would hold a key.
fn claims(listed: &Mirrored, key: &Key) -> bool {
    let attributes = &listed.attributes;
    let addresses = attributes.get(&Name::PROXY_ADDRESSES);
    let addresses = addresses.iter().flat_map(|value| value.members());
    attributes.text(&Name::USER_PRINCIPAL_NAME).map(Key::user_principal_name).as_ref() == Some(key)
        || attributes.text(&Name::MAIL).map(Key::address).as_ref() == Some(key)
        || addresses.filter_map(|one| one.as_text()).any(|text| Key::address(text) == *key)
}
