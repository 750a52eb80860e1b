//! What idle jobs cost: so many event-driven configurations over an embedded store, the worker
//! started as `serve` does, and the processor time of some seconds in which nothing happens, and of
//! as many in which one tenant changes ten times a second.
//!
//! ```text
//! cargo run --release -p sync --example idle -- 1000 10
//! ```

use std::{
    error::Error,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use directory::{Change, Directory, NewJob, NewTenant, PolicyChange};
use model::{
    Actor, Clock, Filter, IdSource, JobState, Kind, Mapping, Name, ScopeMode, TenantId, Timestamp,
    Value,
};
use store_sqlite::{Options, SqliteStore};
use sync::{Sync, Worker};
use testkit::TestIds;

/// Jobs push into so many targets, in turn.
const TARGETS: usize = 10;
const THREADS: usize = 4;

struct Now;

impl Clock for Now {
    fn now(&self) -> Timestamp {
        let since = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
        Timestamp(since.as_millis() as i64)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<usize>());
    let jobs = numbers.next().transpose()?.unwrap_or(1_000);
    let seconds = numbers.next().transpose()?.unwrap_or(10) as u64;
    let folder = tempfile::tempdir()?;
    let store = SqliteStore::open(folder.path(), Options { shards: 4, cache_mb: 128 })?;
    let ids: Arc<dyn IdSource> = Arc::new(TestIds::new());
    let directory = Directory::new(Arc::new(store), Arc::new(Now), ids);
    let sync = Sync::new(directory.clone());
    let first = prepare(&directory, jobs)?;

    let began = Instant::now();
    let before = processor_ms();
    let worker = Worker::start(sync, THREADS, |line| eprintln!("worker: {line}"));
    let ada = tenant_person(&directory, first)?;
    // All of them have had their first turn when nothing uses the processor any more.
    let mut used = processor_ms();
    loop {
        thread::sleep(Duration::from_secs(1));
        let now = processor_ms();
        if now - used < 20 {
            break;
        }
        used = now;
    }
    println!(
        "{jobs} jobs, first turns: {:.1} s, {} ms of processor time",
        began.elapsed().as_secs_f64() - 1.0,
        used - before
    );
    let before = processor_ms();
    thread::sleep(Duration::from_secs(seconds));
    report("idle", processor_ms() - before, seconds);

    let before = processor_ms();
    for number in 0..seconds * 10 {
        thread::sleep(Duration::from_millis(100));
        let city = Value::text(format!("City {number}"));
        let set = [(Name::new("city"), city)].into_iter().collect();
        directory.update(&operator(), first, ada, &Change { set, clear: Vec::new() })?;
    }
    report("one tenant changes 10 times a second", processor_ms() - before, seconds);
    drop(worker);
    Ok(())
}

fn operator() -> Actor {
    Actor::Operator { name: "idle".to_owned() }
}

fn report(what: &str, milliseconds: u64, seconds: u64) {
    let share = milliseconds as f64 / (seconds * 10) as f64;
    println!("{what}: {milliseconds} ms of processor time in {seconds} s, {share:.2} % of a core");
}

/// One source for each job, and some targets; gives the first source.
fn prepare(directory: &Directory, jobs: usize) -> Result<TenantId, Box<dyn Error>> {
    let tenant = |name: String| -> Result<TenantId, Box<dyn Error>> {
        let domains = vec![format!("{name}.example").parse()?];
        Ok(directory.create_tenant(&operator(), NewTenant { id: None, name, domains })?.id)
    };
    let targets: Vec<TenantId> = (0..TARGETS.min(jobs))
        .map(|number| tenant(format!("target{number}")))
        .collect::<Result<_, _>>()?;
    let mut first = None;
    for number in 0..jobs {
        let source = tenant(format!("source{number}"))?;
        let target = targets[number % targets.len()];
        let inbound = PolicyChange {
            sync_inbound: Some(true),
            redeem_inbound: Some(true),
            ..PolicyChange::default()
        };
        let outbound = PolicyChange { redeem_outbound: Some(true), ..PolicyChange::default() };
        directory.set_partner(&operator(), target, source, &inbound)?;
        directory.set_partner(&operator(), source, target, &outbound)?;
        let new = NewJob {
            name: format!("job{number}"),
            source,
            target,
            scope: ScopeMode::All,
            filter: Filter::default(),
            condition: None,
            mappings: Mapping::defaults(),
            groups: Default::default(),
        };
        let job = directory.create_job(&operator(), new)?;
        directory.update_job(&operator(), &job, |job| job.state = JobState::Active)?;
        first = first.or(Some(source));
    }
    first.ok_or_else(|| "no jobs".into())
}

fn tenant_person(
    directory: &Directory,
    tenant: TenantId,
) -> Result<model::ObjectId, Box<dyn Error>> {
    let address = "ada@source0.example";
    let attributes = testkit::attributes(&[
        ("userPrincipalName", address),
        ("mail", address),
        ("displayName", "Ada"),
    ]);
    Ok(directory.create(&operator(), tenant, Kind::User, None, attributes)?.id)
}

/// Processor time of this process in milliseconds; the kernel counts in hundredths of a second.
fn processor_ms() -> u64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let behind_name = text.rsplit(')').next().unwrap_or_default();
    // Behind the state, which is no number, user time and system time are the eleventh and twelfth.
    let fields = behind_name.split_whitespace().filter_map(|field| field.parse::<i64>().ok());
    let ticks: i64 = fields.skip(10).take(2).sum();
    ticks.unsigned_abs() * 10
}
