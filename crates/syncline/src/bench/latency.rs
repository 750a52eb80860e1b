//! From a commit in the source to the commit in the target, event-driven: a worker runs the job
//! while people change one by one at a steady pace.

use std::{
    collections::HashMap,
    fs,
    io::Read,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use directory::Change;
use fastrand::Rng;
use model::{Attributes, Name, ObjectId, Subject, Value, Watermark};
use store::{Changes, Store};
use sync::Worker;

use super::{advance, disk, rate, report::Figures, world::World};
use crate::{failure::Failure, output::Output};

const PER_SECOND: u64 = 500;
const CHANGES: u64 = 10 * PER_SECOND;
/// Threads that commit; one alone would wait for the disk longer than the pace allows.
const WRITERS: u64 = 4;
/// The last change must have arrived so long after the last commit.
const PATIENCE: Duration = Duration::from_secs(30);

pub fn measure(
    world: &World,
    figures: &mut Figures,
    output: &mut dyn Output,
) -> Result<(), Failure> {
    let count = CHANGES.min(world.users);
    output.talk(&format!("latency: {count} changes, {PER_SECOND} a second"));
    let chosen = choose(world, count);
    let targets = find_targets(world, &chosen)?;
    let mut at = world.app.store.head(world.target)?;
    let restarts = log_restarts(&world.app.path);
    let worker = Worker::start(world.app.sync.clone(), world.app.settings.threads, |line| {
        eprintln!("worker: {line}")
    });
    // What the worker finds at its start is not part of the measurement.
    thread::sleep(Duration::from_millis(300));

    let stop = AtomicBool::new(false);
    let began = Instant::now();
    let mut seen: Vec<Option<Instant>> = vec![None; chosen.len()];
    let (watched, returned) = thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (chosen, stop) = (&chosen, &stop);
                scope.spawn(move || write(world, chosen, writer, began, stop))
            })
            .collect();
        let watched = watch(world, &targets, &mut at, &mut seen, output);
        if watched.is_err() {
            stop.store(true, Ordering::Relaxed);
        }
        let returned: Result<Vec<_>, Failure> = writers
            .into_iter()
            .map(|writer| writer.join().expect("a writer does not panic"))
            .collect();
        (watched, returned)
    });
    drop(worker);
    watched?;
    let returned: HashMap<usize, Instant> = returned?.into_iter().flatten().collect();

    let mut latencies: Vec<Duration> = seen
        .iter()
        .enumerate()
        .filter_map(|(index, seen)| {
            Some(seen.as_ref()?.saturating_duration_since(*returned.get(&index)?))
        })
        .collect();
    latencies.sort_unstable();
    let last = returned.values().max().copied().unwrap_or(began);
    let part = |part: usize| {
        let index = (latencies.len() * part / 1_000).min(latencies.len().saturating_sub(1));
        latencies.get(index).map_or(0.0, |time| time.as_secs_f64() * 1e3)
    };
    figures.latency_p50_ms = part(500);
    figures.latency_p99_ms = part(990);
    figures.latency_max_ms = part(1_000);
    figures.latency_changes = latencies.len() as u64;
    figures.latency_changes_per_s = rate(count, last - began);
    figures.latency_log_restarts = log_restarts(&world.app.path).wrapping_sub(restarts);
    Ok(())
}

/// People from all over, each once.
fn choose(world: &World, count: u64) -> Vec<ObjectId> {
    let mut rng = Rng::with_seed(world.people.seed ^ 0xa5);
    let step = world.users / count;
    (0..count).map(|index| world.people.id(index * step + rng.u64(..step))).collect()
}

/// Which person an object of the target stands for.
fn find_targets(world: &World, chosen: &[ObjectId]) -> Result<HashMap<ObjectId, usize>, Failure> {
    let links = world.app.store.links(world.source, world.job.id, chosen)?;
    let targets: HashMap<ObjectId, usize> = links
        .into_iter()
        .enumerate()
        .filter_map(|(index, link)| Some((link?.target, index)))
        .collect();
    if targets.len() != chosen.len() {
        return Err(Failure::new("bench-wrong", "somebody has no link after the first cycle"));
    }
    Ok(targets)
}

/// One writer's share of the changes, each at its time; gives when each commit had returned.
fn write(
    world: &World,
    chosen: &[ObjectId],
    writer: u64,
    began: Instant,
    stop: &AtomicBool,
) -> Result<Vec<(usize, Instant)>, Failure> {
    let mut returned = Vec::new();
    for index in (writer as usize..chosen.len()).step_by(WRITERS as usize) {
        let due = began + Duration::from_micros(index as u64 * 1_000_000 / PER_SECOND);
        thread::sleep(due.saturating_duration_since(Instant::now()));
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let department = Value::text(format!("Live {index}"));
        let set = Attributes::from_iter([(Name::DEPARTMENT, department)]);
        let change = Change { set, clear: Vec::new() };
        world.app.directory.update(&world.actor, world.source, chosen[index], &change)?;
        returned.push((index, Instant::now()));
    }
    Ok(returned)
}

/// Follows the target's feed until every change has arrived.
fn watch(
    world: &World,
    targets: &HashMap<ObjectId, usize>,
    at: &mut Watermark,
    seen: &mut [Option<Instant>],
    output: &mut dyn Output,
) -> Result<(), Failure> {
    let store = &world.app.store;
    let of = seen.len() as u64;
    let deadline = Instant::now() + Duration::from_secs(of / PER_SECOND) + PATIENCE;
    let (mut tick, mut arrived) = (0, 0);
    while arrived < of {
        tick = store.wait(tick, Duration::from_millis(100));
        let Changes::Page { changes, .. } = store.changes(world.target, *at, 1_000)? else {
            return Err(Failure::new("bench-wrong", "the target's feed was cut"));
        };
        let now = Instant::now();
        for change in &changes {
            at.number = change.number;
            if let Subject::Object { id, .. } = &change.subject
                && let Some(index) = targets.get(id)
                && seen[*index].is_none()
            {
                seen[*index] = Some(now);
                arrived += 1;
            }
        }
        if now > deadline {
            let text = format!("{arrived} of {of} changes arrived in the target in time");
            return Err(Failure::new("bench-wrong", text));
        }
        advance(output, "latency", arrived, of)?;
    }
    Ok(())
}

/// How often the logs of all files have begun anew, which they do after a full checkpoint: the
/// number at byte 12 of a log (https://sqlite.org/fileformat.html#the_write_ahead_log).
fn log_restarts(dir: &Path) -> u32 {
    disk::files(dir, "-wal")
        .into_iter()
        .filter_map(|path| {
            let mut header = [0; 16];
            fs::File::open(path).ok()?.read_exact(&mut header).ok()?;
            Some(u32::from_be_bytes([header[12], header[13], header[14], header[15]]))
        })
        .fold(0, u32::wrapping_add)
}
