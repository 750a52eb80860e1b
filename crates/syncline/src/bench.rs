//! `syncline bench`: measures this machine with generated people, through the same services as every
//! other command, in a directory of its own that is gone afterwards.

mod cycles;
mod disk;
mod latency;
mod people;
mod raw;
mod report;
mod world;

use std::path::Path;

use crate::{
    args::BenchArgs,
    failure::Failure,
    output::{Output, Progress, show},
};

use report::Figures;
use world::World;

/// Fewer people than the smallest measurement takes would measure nothing.
const FEWEST: u64 = 1_000;

pub fn run(args: &BenchArgs, output: &mut dyn Output) -> Result<u8, Failure> {
    if args.users < FEWEST {
        return Err(Failure::usage(format!("--users takes {FEWEST} or more")));
    }
    let file_system = disk::check(&args.dir)?;
    let folder = tempfile::Builder::new().prefix("syncline-bench-").tempdir_in(&args.dir)?;
    let mut figures = Figures::of(args, file_system);
    measure(args, folder.path(), &mut figures, output)?;
    let reply = report::reply(&figures);
    folder.close()?;
    show(output, &reply);
    Ok(reply.exit)
}

/// All measurements, in an order in which none spoils another: memory is read before the raw store
/// is opened beside the first one.
fn measure(
    args: &BenchArgs,
    folder: &Path,
    figures: &mut Figures,
    output: &mut dyn Output,
) -> Result<(), Failure> {
    figures.fsync_ms = disk::fsync_ms(folder)?;
    let data = folder.join("data");
    let mut world = World::create(&data, args.users, args.seed)?;
    figures.load_users_per_s = world.load(output)?;

    let run = cycles::initial(&world, figures, output)?;
    cycles::noop(&world, figures, output)?;
    cycles::delta(&world, figures, output)?;
    cycles::plan(&world, figures, output)?;
    latency::measure(&world, figures, output)?;

    output.talk("start: closing and opening the directory");
    figures.start_ms = world.reopen()?;
    figures.peak_rss_mb = disk::peak_memory_mb();
    figures.bytes_per_user = world.bytes() / args.users;

    raw::measure(&world, run, &folder.join("raw"), figures, output)
}

/// Shows how far a phase has come, and ends it when the reader wants that.
fn advance(output: &mut dyn Output, what: &str, done: u64, of: u64) -> Result<(), Failure> {
    output.progress(&Progress { what: what.to_owned(), done, of, changed: done });
    stop_if_asked(output)
}

fn stop_if_asked(output: &dyn Output) -> Result<(), Failure> {
    if output.is_interrupted() {
        return Err(Failure::new("interrupted", "the benchmark was asked to stop"));
    }
    Ok(())
}

/// So many per second.
fn rate(count: u64, took: std::time::Duration) -> f64 {
    count as f64 / took.as_secs_f64().max(1e-9)
}

/// The middle one of several, in milliseconds.
fn median_ms(mut times: Vec<std::time::Duration>) -> f64 {
    times.sort_unstable();
    times.get(times.len() / 2).map_or(0.0, |time| time.as_secs_f64() * 1e3)
}
