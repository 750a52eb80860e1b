//! A listing by itself: how many records it holds, which attributes occur, what its end proves. The
//! tenant is not asked.

use std::collections::BTreeSet;

use connector::source::{Completeness, Item, Listing};
use engine::listing::Survey;
use model::{Code, MirrorCounts, MirrorProgress, Name, Reason};

use super::{
    Run,
    page::{Print, Rejects, no_end},
    unreadable,
};
use crate::Error;

/// What a listing shows by itself.
pub(super) struct Surveyed {
    pub(super) survey: Survey,
    /// Attributes that some record holds, where one that lacks them says that they are empty.
    pub(super) held: Option<BTreeSet<Name>>,
    /// Whether some record names a manager or members.
    pub(super) has_references: bool,
    pub(super) rejects: Rejects,
    /// What was read, to know it again by.
    pub(super) print: Print,
}

impl Surveyed {
    pub(super) fn counts(&self) -> MirrorCounts {
        let Survey { records, rejected, .. } = self.survey;
        MirrorCounts { read: records + rejected, rejected, ..MirrorCounts::default() }
    }

    pub(super) fn into_counts(self) -> (MirrorCounts, Rejects) {
        (self.counts(), self.rejects)
    }
}

impl Run<'_> {
    pub(super) fn survey(
        &self,
        listing: &Listing,
        progress: &MirrorProgress,
    ) -> Result<Surveyed, Error> {
        let mut surveyed = Surveyed {
            survey: Survey {
                before: progress.taken.as_ref().map(|taken| taken.records),
                ..Survey::default()
            },
            held: self.source.capabilities().absent_is_empty.then(BTreeSet::new),
            has_references: false,
            rejects: Rejects::default(),
            print: Print::default(),
        };
        let mut has_ended = false;
        let mut pages = self.source.scan(listing).map_err(unreadable)?;
        while let Some(page) = pages.next().map_err(unreadable)? {
            surveyed.print.add(&page.items);
            page.items.into_iter().for_each(|item| surveyed.add(item));
            has_ended = page.end.is_some();
            match page.end {
                Some(Completeness::Unknown(reason)) if reason.code == Code::LISTING_MOVED => {
                    return Err(Error::Stopped(reason));
                }
                Some(Completeness::Unknown(reason)) => surveyed.survey.fault = Some(reason),
                Some(Completeness::AllOthers(Some(given))) => surveyed.print.check_number(given)?,
                Some(Completeness::Listed | Completeness::AllOthers(None)) | None => {}
            }
            if self.observer.is_interrupted() {
                return Err(Error::Stopped(self.observer.why()));
            }
        }
        if !has_ended {
            return Err(no_end());
        }
        surveyed.survey.rejected = surveyed.rejects.count();
        if surveyed.survey.records == 0
            && let Some(first) = surveyed.rejects.first()
        {
            let text = format!("line {}: {}", first.line, first.message);
            return Err(Error::Stopped(Reason::new(Code::LISTING_UNREADABLE, text)));
        }
        Ok(surveyed)
    }
}

impl Surveyed {
    fn add(&mut self, item: Item) {
        match item {
            Item::Record(record) => {
                self.survey.records += 1;
                self.has_references |= record.manager.is_some()
                    || !record.members.is_empty()
                    || record.emptied_references;
                if let Some(held) = &mut self.held {
                    for (name, _) in record.attributes.iter() {
                        if !held.contains(name) {
                            held.insert(name.clone());
                        }
                    }
                }
            }
            Item::Doubt(doubt) => {
                self.rejects.add((doubt.line, doubt.column), doubt.code, doubt.message);
            }
        }
    }
}
