//! The line at work: one thread reads and decides ahead, one writes into the target, and between
//! them the journal, in this order for each page: intents committed, then applied, then outcomes
//! committed with a later page's intents. At most two pages are with the target at once. Somebody
//! who comes by again before an earlier outcome could be seen is decided upon anew.

use std::{
    collections::VecDeque,
    sync::{
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

use connector::{Batch, Outcome, TargetError};
use model::{Actor, Entry};
use store::Durability;

use crate::{
    Error, Observer,
    evaluate::{Decided, evaluate},
    journal::{InFlight, Journal, Memory},
    overlap::Recent,
    read::Pages,
    session::{Context, Session},
};

/// Pages that may be decided before the journal takes them.
const AHEAD: usize = 2;
/// Pages that may be with the target at once.
const IN_FLIGHT: usize = 2;

/// A decided page, and how many pages of the run had their outcome in the journal before.
type Ahead = Result<(u64, Decided), Error>;
type Written = (Vec<Entry>, Result<Vec<Outcome>, TargetError>);

/// Takes pages down the whole line until there are no more.
pub(crate) fn run(
    session: &mut Session,
    memory: &mut Memory,
    pages: &mut dyn Pages,
    of: u64,
    observer: &dyn Observer,
) -> Result<(), Error> {
    let (actor, token) = (session.actor(), session.lease.token);
    let mut journal = Journal::of(session, memory);
    let ctx = journal.ctx;
    let visible = AtomicU64::new(0);
    let visible = &visible;
    thread::scope(|scope| {
        let (decide, decided) = sync_channel::<Ahead>(AHEAD);
        let (send, to_write) = sync_channel::<Vec<Entry>>(IN_FLIGHT);
        let (wrote, written) = sync_channel::<Written>(IN_FLIGHT + 1);
        scope.spawn(move || read_and_decide(ctx, pages, visible, &decide));
        scope.spawn(move || write(ctx, &actor, token, &to_write, &wrote));
        // The channels live in the loop's frame: when it returns, both threads run out of work.
        drive(&mut journal, decided, (send, &written), visible, of, observer)
    })
}

fn drive(
    journal: &mut Journal<'_>,
    decided: Receiver<Ahead>,
    (send, written): (SyncSender<Vec<Entry>>, &Receiver<Written>),
    visible: &AtomicU64,
    of: u64,
    observer: &dyn Observer,
) -> Result<(), Error> {
    let mut in_flight: VecDeque<(u64, InFlight)> = VecDeque::new();
    let mut recent = Recent::default();
    let mut interrupted = false;
    for page in decided {
        let (seen, mut page) = page?;
        if recent.overlaps(&page, seen) {
            while !in_flight.is_empty() {
                take(journal, written, &mut in_flight)?;
            }
            journal.flush(true)?;
            page = decide_again(journal.ctx, page)?;
        }
        let number = recent.add(&page);
        let (entries, page) = journal.intend(page);
        while in_flight.len() >= IN_FLIGHT {
            take(journal, written, &mut in_flight)?;
        }
        while let Ok((entries, outcomes)) = written.try_recv() {
            settle(journal, &entries, outcomes, &mut in_flight)?;
        }
        journal.flush(false)?;
        let oldest = in_flight.front().map(|(number, _)| *number);
        let complete = if entries.is_empty() { number } else { number - 1 };
        visible.store(oldest.map_or(complete, |oldest| oldest - 1), Ordering::SeqCst);
        if !entries.is_empty() {
            in_flight.push_back((number, page));
            if send.send(entries).is_err() {
                break;
            }
        }
        let (read, changed) = journal.counts();
        observer.advanced(read, of, changed);
        if observer.is_interrupted() {
            interrupted = true;
            break;
        }
    }
    drop(send);
    while !in_flight.is_empty() {
        take(journal, written, &mut in_flight)?;
    }
    journal.flush(true)?;
    if interrupted {
        return Err(Error::Stopped(observer.why()));
    }
    Ok(())
}

/// The same page, decided by what stands now.
fn decide_again(ctx: &Context, page: Decided) -> Result<Decided, Error> {
    evaluate(ctx, page.undecided())
}

fn take(
    journal: &mut Journal<'_>,
    written: &Receiver<Written>,
    in_flight: &mut VecDeque<(u64, InFlight)>,
) -> Result<(), Error> {
    let (entries, outcomes) =
        written.recv().map_err(|_| Error::Target("the writing thread ended".to_owned()))?;
    settle(journal, &entries, outcomes, in_flight)
}

fn settle(
    journal: &mut Journal<'_>,
    entries: &[Entry],
    outcomes: Result<Vec<Outcome>, TargetError>,
    in_flight: &mut VecDeque<(u64, InFlight)>,
) -> Result<(), Error> {
    let (_, page) = in_flight.pop_front().expect("an outcome belongs to a page that was sent");
    journal.settle(entries, outcomes?, &page);
    Ok(())
}

fn read_and_decide(
    ctx: &Context,
    pages: &mut dyn Pages,
    visible: &AtomicU64,
    decided: &SyncSender<Ahead>,
) {
    loop {
        let page = match pages.next(ctx) {
            Ok(Some(page)) => {
                let seen = visible.load(Ordering::SeqCst);
                evaluate(ctx, page).map(|page| (seen, page))
            }
            Ok(None) => return,
            Err(error) => Err(error),
        };
        let failed = page.is_err();
        if decided.send(page).is_err() || failed {
            return;
        }
    }
}

fn write(
    ctx: &Context,
    actor: &Actor,
    token: u64,
    to_write: &Receiver<Vec<Entry>>,
    wrote: &SyncSender<Written>,
) {
    for entries in to_write {
        let outcomes = apply(ctx, actor, token, &entries);
        let failed = outcomes.is_err();
        if wrote.send((entries, outcomes)).is_err() || failed {
            return;
        }
    }
}

/// Writes one page of changes, each of them in the journal already, into the target.
pub(crate) fn apply(
    ctx: &Context,
    actor: &Actor,
    token: u64,
    entries: &[Entry],
) -> Result<Vec<Outcome>, TargetError> {
    ctx.target().apply(&Batch {
        actor: actor.clone(),
        job: ctx.job.id,
        run: ctx.run,
        token,
        source: ctx.job.source,
        entries,
        durability: Durability::Durable,
    })
}
