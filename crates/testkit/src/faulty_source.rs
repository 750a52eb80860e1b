//! Sources on a bad day: pages that are cut, lost, repeated or in another order, an empty answer that
//! claims success, and none at all. What a source gives is cut into small pages first.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use connector::source::{
    Capabilities, Changes, Completeness, Item, Listing, Page, Pages, Source, SourceError,
};
use model::{Proof, SourceMark, Timestamp};
use sync::SourceFront;

/// What goes wrong with one reading of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misread {
    /// The pages stop, without an error and without an end.
    Cut,
    /// The pages stop with an error.
    Broken,
    /// A page is left out, and the end says how many records there were.
    Lost,
    /// A page is left out, and the end claims that nothing is.
    Denied,
    /// A page comes twice.
    Repeated,
    /// The pages come in another order; the end comes last.
    Reordered,
    /// The page with the end comes first.
    EndFirst,
    /// Nothing is listed, and that is said to be all.
    Empty,
    /// It wants to be left alone for so many seconds.
    Throttled(u64),
}

/// What goes wrong, by the number of the reading, from 1; a run reads a listing up to four times.
pub struct Misreadings {
    page: usize,
    claims: Completeness,
    plan: Mutex<Plan>,
}

struct Plan {
    next: u64,
    script: BTreeMap<u64, Misread>,
    always: Option<Misread>,
}

impl Misreadings {
    /// Nothing goes wrong; pages hold so many items. `proof` is that of the mirror.
    pub fn new(page: usize, proof: &Proof) -> Arc<Self> {
        let claims = match proof {
            Proof::Tombstones => Completeness::Listed,
            _ => Completeness::AllOthers(None),
        };
        let plan = Plan { next: 0, script: BTreeMap::new(), always: None };
        Arc::new(Self { page, claims, plan: Mutex::new(plan) })
    }

    /// These readings of the next run go wrong.
    pub fn plan(&self, script: impl IntoIterator<Item = (u64, Misread)>) {
        let plan = Plan { next: 0, script: script.into_iter().collect(), always: None };
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner) = plan;
    }

    /// Every reading goes wrong in this way.
    pub fn plan_always(&self, misread: Misread) {
        let plan = Plan { next: 0, script: BTreeMap::new(), always: Some(misread) };
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner) = plan;
    }

    /// What mirrors are given to stand in front of their sources.
    pub fn front(self: &Arc<Self>) -> SourceFront {
        let misreadings = self.clone();
        Arc::new(move |inner| Box::new(FaultySource { inner, misreadings: misreadings.clone() }))
    }

    fn next(&self) -> Option<Misread> {
        let mut plan = self.plan.lock().unwrap_or_else(PoisonError::into_inner);
        plan.next += 1;
        plan.always.or(plan.script.get(&plan.next).copied())
    }
}

struct FaultySource {
    inner: Box<dyn Source>,
    misreadings: Arc<Misreadings>,
}

impl Source for FaultySource {
    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }

    fn hint(&self) -> Result<String, SourceError> {
        self.inner.hint()
    }

    fn changed_at(&self) -> Result<Option<Timestamp>, SourceError> {
        self.inner.changed_at()
    }

    fn changes(&self, since: Option<&SourceMark>) -> Result<Changes, SourceError> {
        self.inner.changes(since)
    }

    fn measure(&self, since: Option<&SourceMark>) -> Result<Listing, SourceError> {
        self.inner.measure(since)
    }

    fn scan(&self, listing: &Listing) -> Result<Box<dyn Pages>, SourceError> {
        let misread = self.misreadings.next();
        if let Some(Misread::Throttled(seconds)) = misread {
            return Err(SourceError::Throttled { seconds });
        }
        let mut pages = self.inner.scan(listing)?;
        let (mut items, mut end) = (Vec::new(), None);
        while let Some(page) = pages.next()? {
            items.extend(page.items);
            end = page.end;
        }
        let read = (cut(items, self.misreadings.page), end);
        let pages = spoil(read, misread, &self.misreadings.claims);
        Ok(Box::new(FaultyPages(pages)))
    }
}

type Read = (Vec<Vec<Item>>, Option<Completeness>);

fn cut(items: Vec<Item>, size: usize) -> Vec<Vec<Item>> {
    let mut items = items.into_iter();
    let mut pages = Vec::new();
    loop {
        let page: Vec<Item> = items.by_ref().take(size.max(1)).collect();
        if page.is_empty() {
            return pages;
        }
        pages.push(page);
    }
}

/// The pages as they come.
fn spoil(
    (mut pages, mut end): Read,
    misread: Option<Misread>,
    claims: &Completeness,
) -> VecDeque<Result<Page, SourceError>> {
    let middle = pages.len() / 2;
    match misread {
        Some(Misread::Cut | Misread::Broken) => {
            pages.truncate(middle);
            end = None;
        }
        Some(Misread::Lost) if !pages.is_empty() => drop(pages.remove(middle)),
        Some(Misread::Denied) if !pages.is_empty() => {
            pages.remove(middle);
            end = end.map(|_| claims.clone());
        }
        Some(Misread::Repeated) if !pages.is_empty() => {
            let again = pages[middle].clone();
            pages.push(again);
        }
        Some(Misread::Reordered | Misread::EndFirst) => pages.reverse(),
        Some(Misread::Empty) => {
            pages.clear();
            end = Some(claims.clone());
        }
        _ => {}
    }
    let page = |items| Ok(Page { items, end: None });
    let mut read: VecDeque<_> = pages.into_iter().map(page).collect();
    match misread {
        Some(Misread::EndFirst) => read.push_front(Ok(Page { items: Vec::new(), end })),
        Some(Misread::Cut) => {}
        Some(Misread::Broken) => {
            let text = "the test wanted it to break off".to_owned();
            read.push_back(Err(SourceError::Unreadable(text)));
        }
        _ => read.push_back(Ok(Page { items: Vec::new(), end })),
    }
    read
}

struct FaultyPages(VecDeque<Result<Page, SourceError>>);

impl Pages for FaultyPages {
    fn next(&mut self) -> Result<Option<Page>, SourceError> {
        self.0.pop_front().transpose()
    }
}
