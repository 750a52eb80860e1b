//! How fast the files are by themselves: writes people in commits of 1,000, reads them back page by
//! page, and prints the rates as one JSON document.
//!
//! `cargo run --release -p store-sqlite --example raw [USERS] [DIRECTORY]`

use std::{
    env,
    error::Error,
    path::PathBuf,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use model::{
    Actor, ChangeId, Entry, EntryState, JobId, Key, Kind, Link, LinkState, Modification, Name,
    RunId, TenantId, Timestamp, Watermark,
};
use serde_json::{Map, json};
use store::{Changes, Deleted, JournalCommit, LinkWrite, ObjectCommit, Scan, Settled, Store};
use store_sqlite::{Options, SqliteStore};

#[path = "common/people.rs"]
mod people;

use people::{PAGE, facts, id, mix, page_of_people, person, target};

/// The allocator of the server, so that what is measured here is what the server has.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let users: u64 = arguments.next().map_or(Ok(200_000), |users| users.parse())?;
    let root = arguments.next().map_or_else(env::temp_dir, PathBuf::from);
    let dir = tempfile::Builder::new().prefix("syncline-raw-").tempdir_in(root)?;
    let store = SqliteStore::open(dir.path(), Options::default())?;
    let mut report = Map::new();
    report.insert("users".to_owned(), json!(users));

    let tenants: Vec<TenantId> = (1..=4).map(|number| TenantId(id(1, number).0)).collect();
    for (number, tenant) in tenants.iter().enumerate() {
        store.create_tenant(&facts(*tenant, number), &Actor::System, Timestamp(0))?;
    }
    // One caller that waits for each commit, then two that keep two commits in flight.
    report.insert("write_rows_per_s".to_owned(), write(&store, tenants[0], users, 1)?);
    report
        .insert("write_two_in_flight_rows_per_s".to_owned(), write(&store, tenants[1], users, 2)?);
    report.insert("journal_rows_per_s".to_owned(), journal(&store, tenants[2], users / 2)?);
    read(&store, tenants[0], users, &mut report)?;
    hold(&store, tenants[0], users, &mut report)?;
    // A tenant in which attributes were asked about writes their texts as well.
    for attribute in [Name::EMPLOYEE_ID, Name::MAIL_NICKNAME, Name::DISPLAY_NAME] {
        store.holders(tenants[3], Kind::User, &attribute, &[String::new()], 1)?;
    }
    let written = write(&store, tenants[3], users, 1)?;
    report.insert("write_with_three_lists_rows_per_s".to_owned(), written);
    let bytes: u64 = store.statistics().iter().map(|file| file.bytes).sum();
    report.insert("file_bytes_per_user".to_owned(), json!(bytes / (2 * users)));
    let log = store.statistics().iter().map(|file| file.wal_bytes).max();
    report.insert("largest_log_mb".to_owned(), json!(log.unwrap_or(0) >> 20));
    report.insert("peak_rss_mb".to_owned(), json!(peak_memory()));
    println!("{}", serde_json::to_string_pretty(&report)?);
    Ok(())
}

/// The most memory that the process had at once, in megabytes, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kilobytes| kilobytes >> 10)
}

fn rate(rows: u64, took: Duration) -> serde_json::Value {
    json!((rows as f64 / took.as_secs_f64()) as u64)
}

/// Writes people; the rate of all, of the last tenth, and the slowest commit.
fn write(
    store: &SqliteStore,
    tenant: TenantId,
    users: u64,
    in_flight: u64,
) -> Result<serde_json::Value, Box<dyn Error>> {
    let mut pages: Vec<ObjectCommit> = Vec::new();
    let times = Mutex::new(Vec::new());
    let begin = Instant::now();
    let mut generating = Duration::ZERO;
    // People are generated in slices, outside the measured time, so that memory stays small.
    for slice in 0..users.div_ceil(20 * PAGE) {
        let began = Instant::now();
        let first = slice * 20;
        let last = (first + 20).min(users.div_ceil(PAGE));
        pages.extend((first..last).map(|page| page_of_people(tenant, page)));
        generating += began.elapsed();
        let queue = Mutex::new(std::mem::take(&mut pages).into_iter());
        thread::scope(|scope| {
            let workers: Vec<_> = (0..in_flight)
                .map(|_| {
                    scope.spawn(|| {
                        loop {
                            let page = queue.lock().expect("no panic").next();
                            let Some(page) = page else { return Ok(()) };
                            let began = Instant::now();
                            store.commit(page)?;
                            times.lock().expect("no panic").push((Instant::now(), began.elapsed()));
                        }
                    })
                })
                .collect();
            workers.into_iter().try_for_each(|worker| worker.join().expect("no panic"))
        })
        .map_err(|error: store::StoreError| error)?;
    }
    let total = begin.elapsed().saturating_sub(generating);
    let times = times.into_inner()?;
    let mut taken: Vec<Duration> = times.iter().map(|(_, taken)| *taken).collect();
    let tail = taken.len() - taken.len() / 10;
    let last_tenth: Duration = taken[tail..].iter().sum();
    let last_tenth = rate((taken.len() - tail) as u64 * PAGE * in_flight, last_tenth);
    taken.sort_unstable();
    Ok(json!({
        "all": rate(users, total),
        "last_tenth": last_tenth,
        "commit_ms_median": taken[taken.len() / 2].as_secs_f64() * 1e3,
        "commit_ms_slowest": taken[taken.len() - 1].as_secs_f64() * 1e3,
    }))
}

/// Writes a journal as a first cycle does: each page's entries, and the outcomes and links of the
/// page before.
fn journal(
    store: &SqliteStore,
    tenant: TenantId,
    rows: u64,
) -> Result<serde_json::Value, Box<dyn Error>> {
    let lease = store.lease(tenant, JobId(id(3, 1).0), "raw")?;
    let mut before: Vec<Entry> = Vec::new();
    let mut taken = Duration::ZERO;
    for page in 0..rows.div_ceil(PAGE) {
        let entries: Vec<Entry> = (page * PAGE..(page + 1) * PAGE).map(entry).collect();
        let done = std::mem::replace(&mut before, entries.clone());
        let settled = done.iter().map(|entry| Settled {
            id: entry.id,
            state: EntryState::Done,
            reason: None,
        });
        let links = done.iter().map(|entry| {
            let state = LinkState::Active;
            LinkWrite::Put(Link { source: entry.source, target: entry.target, state })
        });
        let commit = JournalCommit {
            settled: settled.collect(),
            links: links.collect(),
            entries,
            ..JournalCommit::new(&lease)
        };
        let began = Instant::now();
        store.record(commit)?;
        taken += began.elapsed();
    }
    Ok(rate(rows, taken))
}

fn read(
    store: &SqliteStore,
    tenant: TenantId,
    users: u64,
    report: &mut Map<String, serde_json::Value>,
) -> Result<(), Box<dyn Error>> {
    let began = Instant::now();
    let (mut after, mut seen) = (Some(0), 0);
    while let Some(row) = after {
        let scan =
            Scan { kind: Kind::User, deleted: Deleted::Without, after: row, limit: PAGE as usize };
        let page = store.scan(tenant, &scan)?;
        seen += page.items.len() as u64;
        after = page.next;
    }
    report.insert("scan_rows_per_s".to_owned(), rate(seen, began.elapsed()));

    // Pages of people who were made together, then of people from all over, where each lies on a
    // page of the file of its own.
    let together: fn(u64, u64) -> u64 = |number, _| number;
    let scattered: fn(u64, u64) -> u64 = |number, users| mix(number) % users;
    for (name, which) in [("get_rows_per_s", together), ("get_scattered_rows_per_s", scattered)] {
        let mut taken = Duration::ZERO;
        for page in 0..users / PAGE {
            let ids: Vec<_> = (0..PAGE).map(|n| target(which(page * PAGE + n, users))).collect();
            let began = Instant::now();
            let found = store.get(tenant, &ids)?;
            taken += began.elapsed();
            assert!(found.iter().all(Option::is_some));
        }
        report.insert(name.to_owned(), rate(users / PAGE * PAGE, taken));
    }

    let mut taken = Duration::ZERO;
    for page in 0..users / PAGE {
        let people = (page * PAGE..(page + 1) * PAGE).step_by(3).map(person);
        let keys: Vec<Key> = people.flat_map(|person| person.1).take(PAGE as usize).collect();
        let began = Instant::now();
        let found = store.resolve(tenant, &keys)?;
        taken += began.elapsed();
        assert!(found.iter().all(Option::is_some));
    }
    report.insert("resolve_keys_per_s".to_owned(), rate(users / PAGE * PAGE, taken));

    let began = Instant::now();
    let (mut number, mut on) = (0, true);
    while on {
        let after = Watermark { epoch: store.epoch(), number };
        let Changes::Page { changes, more } = store.changes(tenant, after, PAGE as usize)? else {
            return Err("the feed was cut".into());
        };
        number = changes.last().map_or(number, |change| change.number);
        on = more;
    }
    report.insert("changes_rows_per_s".to_owned(), rate(number, began.elapsed()));

    let began = Instant::now();
    for _ in 0..1_000 {
        store.head(tenant)?;
    }
    report.insert("head_us".to_owned(), json!(began.elapsed().as_secs_f64() * 1e3));
    Ok(())
}

/// Asks who holds texts: the first question, with commits of one person meanwhile, then pages of
/// texts that one person holds, and of texts that nobody holds.
fn hold(
    store: &SqliteStore,
    tenant: TenantId,
    users: u64,
    report: &mut Map<String, serde_json::Value>,
) -> Result<(), Box<dyn Error>> {
    let ask = |texts: &[String]| store.holders(tenant, Kind::User, &Name::EMPLOYEE_ID, texts, 3);
    let is_over = AtomicBool::new(false);
    let (first, waits) = thread::scope(|scope| {
        let commits = scope.spawn(|| {
            let mut waits = Vec::new();
            while !is_over.load(Ordering::Relaxed) {
                let mut commit = page_of_people(tenant, users / PAGE);
                commit.groups.truncate(1);
                let began = Instant::now();
                store.commit(commit)?;
                waits.push(began.elapsed());
            }
            Ok(waits)
        });
        let began = Instant::now();
        let found = ask(&["e00000001".to_owned()]);
        let first = began.elapsed();
        is_over.store(true, Ordering::Relaxed);
        assert_eq!(found?[0], [target(1)]);
        Ok((first, commits.join().expect("no panic")?))
    })
    .map_err(|error: store::StoreError| error)?;
    report.insert("holders_first_ms".to_owned(), json!(first.as_millis() as u64));
    report.insert("commits_meanwhile".to_owned(), json!(waits.len()));
    let slowest = waits.iter().max().map(|wait| wait.as_secs_f64() * 1e3);
    report.insert("commit_meanwhile_ms_slowest".to_owned(), json!(slowest));

    for (name, prefix, held) in [("holders_per_s", "e", 1), ("no_holders_per_s", "x", 0)] {
        let mut taken = Duration::ZERO;
        for page in 0..users / PAGE {
            let number = |n| mix(page * PAGE + n) % users;
            let texts: Vec<_> = (0..PAGE).map(|n| format!("{prefix}{:08}", number(n))).collect();
            let began = Instant::now();
            let found = ask(&texts)?;
            taken += began.elapsed();
            assert!(found.iter().all(|ids| ids.len() == held));
        }
        report.insert(name.to_owned(), rate(users / PAGE * PAGE, taken));
    }
    Ok(())
}

fn entry(number: u64) -> Entry {
    let (object, _) = person(number);
    let modifications = object.attributes.iter().map(|(name, value)| Modification {
        name: name.clone(),
        old: None,
        new: Some(value.clone()),
    });
    Entry {
        id: ChangeId(id(5, number).0),
        run: RunId(id(4, 1).0),
        at: Timestamp(1_790_000_000_000),
        action: model::Action::Create,
        state: EntryState::Open,
        kind: model::Kind::User,
        source: id(9, number),
        member: None,
        name: object.label(),
        target: object.id,
        version: 0,
        modifications: modifications.collect(),
        reason: None,
    }
}
