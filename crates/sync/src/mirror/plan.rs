//! A listing beside the tenant: what taking it in would do. A value, made without a write; the guard
//! decides by it and `mirror plan` shows it.

use connector::source::{Completeness, Item, Listing};
use directory::Effect;
use engine::listing::{self, Effects};
use model::{Code, Lately, MirrorCounts, Object, ObjectId, Proof, Reason, RejectedLine};
use serde::Serialize;

use super::{
    Run,
    page::{Fate, Print, Rejects, Seen, no_end, reject_twice, sort, to_mirrored},
    seen::Rows,
    survey::Surveyed,
    unreadable,
};
use crate::Error;

/// What taking a listing in would do.
#[derive(Clone, Debug)]
pub struct MirrorPlan {
    /// How much. Managers and members are not compared: those whom they name may not be in yet.
    pub counts: MirrorCounts,
    /// Why a run would hold it, or hold back those whom it lacks.
    pub reasons: Vec<Reason>,
    /// The first of those whom it would touch, by what becomes of them.
    pub created: Vec<Planned>,
    /// Changed, or brought back.
    pub updated: Vec<Planned>,
    /// Removed.
    pub removed: Vec<Planned>,
    /// The first lines that would not be taken.
    pub rejected: Vec<RejectedLine>,
    pub(super) effects: Effects,
}

/// Somebody whom a listing would touch.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Planned {
    /// The object.
    pub id: ObjectId,
    /// What it is called.
    pub name: String,
    /// The line of the listing; none for somebody whom it lacks.
    pub line: Option<u64>,
}

/// A plan in the making.
struct Draft {
    plan: MirrorPlan,
    seen: Seen,
    rejects: Rejects,
    /// How many of each are named.
    first: usize,
}

impl Run<'_> {
    pub(super) fn plan(
        &self,
        listing: &Listing,
        surveyed: &Surveyed,
        lately: Lately,
        first: usize,
    ) -> Result<MirrorPlan, Error> {
        let plan = MirrorPlan {
            counts: MirrorCounts::default(),
            reasons: listing::hold_listing(self.mirror, &surveyed.survey),
            created: Vec::new(),
            updated: Vec::new(),
            removed: Vec::new(),
            rejected: Vec::new(),
            effects: Effects { lately, ..Effects::default() },
        };
        let mut draft = Draft { plan, seen: Seen::default(), rejects: Rejects::default(), first };
        let (mut print, mut end) = (Print::default(), None);
        let mut pages = self.source.scan(listing).map_err(unreadable)?;
        while let Some(page) = pages.next().map_err(unreadable)? {
            print.add(&page.items);
            self.plan_page(page.items, surveyed, &mut draft)?;
            end = page.end;
            if self.observer.is_interrupted() {
                return Err(Error::Stopped(self.observer.why()));
            }
        }
        match end {
            Some(Completeness::Unknown(reason)) if reason.code == Code::LISTING_MOVED => {
                return Err(Error::Stopped(reason));
            }
            None => return Err(no_end()),
            Some(_) => print.check(surveyed.print)?,
        }
        self.plan_removals(&mut draft)?;
        let Draft { mut plan, seen, rejects, .. } = draft;
        // They came in the order of ids, which says nothing to people.
        plan.removed.sort_by(|one, other| one.name.cmp(&other.name));
        plan.effects.nameless = seen.nameless;
        plan.counts.removed = plan.effects.removals;
        plan.counts.rejected = rejects.count();
        plan.rejected = rejects.into_lines();
        plan.reasons.extend(listing::hold_effects(self.mirror, &plan.effects));
        plan.reasons.extend(listing::keep_missing(&plan.effects));
        Ok(plan)
    }

    fn plan_page(
        &self,
        items: Vec<Item>,
        surveyed: &Surveyed,
        draft: &mut Draft,
    ) -> Result<(), Error> {
        draft.plan.counts.read += items.len() as u64;
        let sorted = sort(self.mirror, items, &mut draft.rejects);
        draft.seen.nameless += sorted.nameless;
        let mut records = sorted.records;
        let ids: Vec<ObjectId> = records.iter().map(|named| named.id).collect();
        let mut rows = self.mark(&ids, &mut draft.seen.listed)?.into_iter();
        records.retain(|named| {
            let is_new = rows.next().unwrap_or(true);
            if !is_new {
                reject_twice(&named.record, &mut draft.rejects);
            }
            is_new
        });
        self.mark(&sorted.doubted, &mut draft.seen.doubted)?;
        self.mark(&sorted.gone, &mut draft.seen.gone)?;
        let page: Vec<_> =
            records.iter().map(|named| to_mirrored(named, surveyed.held.as_ref())).collect();
        let effects = self.directory.plan_mirrored(&self.actor, self.mirror, &page)?;
        for (named, effect) in records.iter().zip(effects) {
            let line = named.record.line;
            match effect {
                Ok(effect) => {
                    let label = named.record.attributes.text(&model::Name::USER_PRINCIPAL_NAME);
                    let label =
                        label.or_else(|| named.record.attributes.text(&model::Name::DISPLAY_NAME));
                    let name = label.unwrap_or(&named.record.anchor).to_owned();
                    draft.count(effect, Planned { id: named.id, name, line: Some(line) });
                }
                Err(error) => draft.rejects.add((line, 1), error.code(), error.to_string()),
            }
        }
        Ok(())
    }

    fn plan_removals(&self, draft: &mut Draft) -> Result<(), Error> {
        let infers = self.mirror.proof != Proof::Tombstones;
        self.each_leaving(&draft.seen, infers, |standing, leaving| {
            let effects = &mut draft.plan.effects;
            effects.standing += standing;
            for (object, fate) in leaving {
                effects.removals += 1;
                effects.missing += u64::from(fate == Fate::Missing);
                if draft.plan.removed.len() < draft.first {
                    let (id, name) = (object.id, object.label());
                    draft.plan.removed.push(Planned { id, name, line: None });
                }
            }
            Ok(())
        })
    }

    /// Marks those whom a page names, and says of each whether the read names it for the first time.
    pub(super) fn mark(&self, ids: &[ObjectId], marks: &mut Rows) -> Result<Vec<bool>, Error> {
        let rows = self.directory.store().rows(self.mirror.tenant, ids)?;
        Ok(rows.into_iter().map(|row| row.is_none_or(|row| marks.insert(row))).collect())
    }

    /// Those of the mirror's own who are to go by what a read has named, page by page, with the number
    /// of those on the page who are not deleted.
    pub(super) fn each_leaving(
        &self,
        seen: &Seen,
        infers: bool,
        mut page: impl FnMut(u64, Vec<(Object, Fate)>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.each_own(|mut objects| {
            objects.retain(|object| object.deleted.is_none());
            let ids: Vec<ObjectId> = objects.iter().map(|object| object.id).collect();
            let rows = self.directory.store().rows(self.mirror.tenant, &ids)?;
            let fates = rows.into_iter().map(|row| match row {
                Some(row) => seen.fate(row, infers),
                None => Fate::Stays,
            });
            let mut fated: Vec<(Object, Fate)> = objects.into_iter().zip(fates).collect();
            fated.retain(|(_, fate)| *fate != Fate::Stays);
            page(ids.len() as u64, fated)
        })
    }
}

impl Draft {
    fn count(&mut self, effect: Effect, planned: Planned) {
        let counts = &mut self.plan.counts;
        let list = match effect {
            Effect::Created => {
                counts.created += 1;
                &mut self.plan.created
            }
            Effect::Updated { clears } => {
                counts.updated += 1;
                counts.cleared += u64::from(clears);
                self.plan.effects.clears += u64::from(clears);
                &mut self.plan.updated
            }
            Effect::Restored => {
                counts.restored += 1;
                &mut self.plan.updated
            }
            Effect::Unchanged => {
                counts.unchanged += 1;
                return;
            }
        };
        if list.len() < self.first {
            list.push(planned);
        }
    }
}
