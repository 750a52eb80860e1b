//! People of a page who were decided upon in a page before, whose outcome nobody could see when
//! this one was decided. Without a second look a deletion that follows a creation would be lost: it
//! finds nobody in the target.

use std::collections::{HashSet, VecDeque};

use model::Whom;

use crate::evaluate::Decided;

/// Counts the pages of a run from 1, and knows whom the last of them touch.
#[derive(Default)]
pub(crate) struct Recent {
    last: u64,
    pages: VecDeque<(u64, HashSet<Whom>)>,
}

impl Recent {
    /// Whether the page, decided when the outcomes of the first `seen` pages stood in the journal,
    /// meets anybody of a later one.
    pub(crate) fn overlaps(&mut self, page: &Decided, seen: u64) -> bool {
        // Pages arrive in the order in which they were decided: what this one has seen, all have.
        while self.pages.front().is_some_and(|(number, _)| *number <= seen) {
            self.pages.pop_front();
        }
        self.pages.iter().any(|(_, people)| page.whom.iter().any(|one| people.contains(one)))
    }

    /// Takes in the next page, and gives its number.
    pub(crate) fn add(&mut self, page: &Decided) -> u64 {
        self.last += 1;
        let changed = page.entries.iter().map(model::Entry::whom);
        let failed = page.failures.iter().map(|failure| (failure.source, None));
        let people: HashSet<Whom> = changed.chain(failed).collect();
        if !people.is_empty() {
            self.pages.push_back((self.last, people));
        }
        self.last
    }
}
