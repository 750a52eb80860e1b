//! Deciding on every core: several threads take turns in reading a page, and each decides its own
//! while the next one reads. Pages come out in their order.
//!
//! It is for previews, where nothing is written meanwhile and reading and deciding is all the work.
//! A cycle's time goes into writing, and it should not look far ahead of what it has written. A page
//! stays with one thread from its reading to its plan: handed from thread to thread, its thousands
//! of values cost a fifth more.

use std::{
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread::{self, Scope},
};

use engine::Reserved;
use model::ChangeId;

use crate::{
    Error,
    evaluate::{Decided, evaluate},
    read::Pages,
    session::Context,
};

/// More threads than this would only wait for the one that reads.
const MOST: usize = 4;
/// How many decided pages of each thread may wait to be looked at.
const AHEAD: usize = 2;

/// Where pages come from, one source after the other. Whoever has it may read.
struct Baton {
    sources: std::vec::IntoIter<Box<dyn Pages>>,
    current: Option<Box<dyn Pages>>,
}

/// One thread's place in the ring.
struct Place {
    turn: Receiver<Baton>,
    next: SyncSender<Baton>,
    decided: SyncSender<Result<Decided, Error>>,
}

/// The pages of several sources, one source after the other, with what was decided about them. The
/// first failure is the end.
pub(crate) fn decide_ahead<'scope>(
    scope: &'scope Scope<'scope, '_>,
    ctx: &'scope Context,
    sources: Vec<Box<dyn Pages>>,
) -> impl Iterator<Item = Result<Decided, Error>> {
    let count = thread::available_parallelism().map_or(1, usize::from).min(MOST);
    let (mut turns, mut lines) = (Vec::new(), Vec::new());
    let mut rings: Vec<_> = (0..count).map(|_| sync_channel::<Baton>(1)).collect();
    let first = rings[0].0.clone();
    let mut nexts: Vec<_> = rings.iter().map(|(next, _)| next.clone()).collect();
    nexts.rotate_left(1);
    for ((_, turn), next) in rings.drain(..).zip(nexts) {
        let (decided, line) = sync_channel(AHEAD);
        turns.push(Place { turn, next, decided });
        lines.push(line);
    }
    for place in turns {
        scope.spawn(move || work(ctx, &place));
    }
    let mut sources = sources.into_iter();
    let current = sources.next();
    // Nobody listens only where no thread could be started, and then there are no pages.
    drop(first.send(Baton { sources, current }));
    let mut turn = 0;
    let mut reserved = Reserved::default();
    std::iter::from_fn(move || {
        // The thread whose turn it is has ended where there are no more pages.
        let page = lines[turn].recv().ok()?;
        turn = (turn + 1) % lines.len();
        Some(page.map(|mut page| {
            page.reserve(&mut reserved);
            number(ctx, page)
        }))
    })
}

fn work(ctx: &Context, place: &Place) {
    for mut baton in &place.turn {
        let Some(page) = baton.next(ctx).transpose() else { return };
        if page.is_ok() {
            // The next thread may be gone, because nobody wants more pages; then nobody waits.
            drop(place.next.send(baton));
        }
        let decided = page.and_then(|page| evaluate(ctx, page));
        let failed = decided.is_err();
        if place.decided.send(decided).is_err() || failed {
            return;
        }
    }
}

/// Ids are in the order of the pages, whichever thread was the first to draw one.
fn number(ctx: &Context, mut page: Decided) -> Decided {
    for entry in &mut page.entries {
        entry.id = ChangeId(ctx.sync.directory().ids().next());
    }
    page
}

impl Baton {
    fn next(&mut self, ctx: &Context) -> Result<Option<crate::read::Page>, Error> {
        while let Some(pages) = &mut self.current {
            if let Some(page) = pages.next(ctx)? {
                return Ok(Some(page));
            }
            self.current = self.sources.next();
        }
        Ok(None)
    }
}
