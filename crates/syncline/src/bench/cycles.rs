//! Cycles and plans: the first one, ones with nothing to do, ones with a few changes.

use std::{
    collections::BTreeSet,
    sync::Mutex,
    time::{Instant, SystemTime},
};

use directory::Incoming;
use fastrand::Rng;
use model::{Attributes, Name, RunId, RunState, RunSummary, Value, Watermark};
use store::{Durability, Store};
use sync::{Extent, Observer};

use super::{advance, disk, median_ms, rate, report::Figures, stop_if_asked, world::World};
use crate::{
    failure::Failure,
    output::{Output, Watch},
};

const NOOPS: u64 = 20;
const DELTAS: u64 = 5;
const DELTA: usize = 200;
const PLANS: usize = 3;

/// Notes when nine tenths of the people are done: the last news before more than that was done.
struct Stopwatch<'a> {
    watch: Watch<'a>,
    up_to: u64,
    noted: Mutex<(u64, Instant)>,
}

impl Observer for Stopwatch<'_> {
    fn advanced(&self, read: u64, of: u64, changed: u64) {
        if changed <= self.up_to
            && let Ok(mut noted) = self.noted.lock()
        {
            *noted = (changed, Instant::now());
        }
        self.watch.advanced(read, of, changed);
    }

    fn is_interrupted(&self) -> bool {
        self.watch.is_interrupted()
    }
}

/// The first cycle: everybody is new in the target.
pub fn initial(
    world: &World,
    figures: &mut Figures,
    output: &mut dyn Output,
) -> Result<RunId, Failure> {
    output.talk("initial cycle: everybody is new in the target");
    let began = Instant::now();
    let watch = Stopwatch {
        watch: Watch::new("initial cycle", output),
        up_to: world.users * 9 / 10,
        noted: Mutex::new((0, began)),
    };
    let run = world.app.sync.run_cycle(&world.actor, &world.job, &watch)?;
    let ended = Instant::now();
    expect_done(&run, world.users)?;
    figures.initial_users_per_s = rate(world.users, ended - began);
    let (done, at) = watch.noted.into_inner().unwrap_or((0, began));
    figures.initial_last_tenth_per_s = rate(world.users - done, ended - at);
    Ok(run.id)
}

fn expect_done(run: &RunSummary, changes: u64) -> Result<(), Failure> {
    if run.state == RunState::Done && run.changed() == changes && run.reasons.is_empty() {
        return Ok(());
    }
    let text = format!(
        "a cycle should have done {changes} changes and did {}: {:?} {:?}",
        run.changed(),
        run.state,
        run.reasons
    );
    Err(Failure::new("bench-wrong", text))
}

/// What any write at all would change.
#[derive(PartialEq)]
struct Written {
    heads: [Watermark; 2],
    runs: usize,
    logs: Vec<(u64, Option<SystemTime>)>,
}

fn written(world: &World) -> Result<Written, Failure> {
    let app = &world.app;
    let logs = disk::files(&app.path, "-wal")
        .into_iter()
        .filter_map(|path| std::fs::metadata(path).ok())
        .map(|facts| (facts.len(), facts.modified().ok()));
    Ok(Written {
        heads: [app.store.head(world.source)?, app.store.head(world.target)?],
        runs: app.sync.list_runs(&world.actor, &world.job, 1_000)?.len(),
        logs: logs.collect(),
    })
}

/// Cycles with nothing to do, which write nothing.
pub fn noop(world: &World, figures: &mut Figures, output: &mut dyn Output) -> Result<(), Failure> {
    output.talk("cycles with nothing to do");
    let before = written(world)?;
    let mut times = Vec::new();
    for _ in 0..NOOPS {
        stop_if_asked(output)?;
        let began = Instant::now();
        let run = world.app.sync.run_cycle(&world.actor, &world.job, &sync::Silent)?;
        times.push(began.elapsed());
        expect_done(&run, 0)?;
    }
    figures.noop_wrote = written(world)? != before;
    figures.noop_cycle_ms = median_ms(times);
    Ok(())
}

/// Cycles after 200 random people got a new department.
pub fn delta(world: &World, figures: &mut Figures, output: &mut dyn Output) -> Result<(), Failure> {
    output.talk("cycles with 200 changes");
    let mut rng = Rng::with_seed(world.people.seed);
    let mut times = Vec::new();
    for round in 0..DELTAS {
        advance(output, "changes", round, DELTAS)?;
        let mut chosen = BTreeSet::new();
        while chosen.len() < DELTA {
            chosen.insert(rng.u64(..world.users));
        }
        let department = Value::text(format!("Department {round}"));
        let rows: Vec<Incoming> = chosen
            .into_iter()
            .map(|number| Incoming {
                id: Some(world.people.id(number)),
                attributes: Attributes::from_iter([(Name::DEPARTMENT, department.clone())]),
            })
            .collect();
        world.import(&rows, Durability::Durable)?;
        let began = Instant::now();
        let run = world.app.sync.run_cycle(&world.actor, &world.job, &sync::Silent)?;
        times.push(began.elapsed());
        expect_done(&run, DELTA as u64)?;
    }
    figures.delta_200_ms = median_ms(times);
    Ok(())
}

/// Plans over everybody, none of whom has changed.
pub fn plan(world: &World, figures: &mut Figures, output: &mut dyn Output) -> Result<(), Failure> {
    output.talk("plans over everybody");
    let mut times = Vec::new();
    for _ in 0..PLANS {
        let watch = Watch::new("plan", output);
        let began = Instant::now();
        let (sync, actor) = (&world.app.sync, &world.actor);
        let counts = sync.plan(actor, &world.job, Extent::Everybody, &watch, &mut |_| Ok(()))?;
        times.push(began.elapsed());
        if counts.total() != 0 || counts.people != world.users {
            let text = format!("a plan should find nothing to do and found {counts:?}");
            return Err(Failure::new("bench-wrong", text));
        }
    }
    times.sort_unstable();
    figures.plan_users_per_s = rate(world.users, times[PLANS / 2]);
    Ok(())
}
