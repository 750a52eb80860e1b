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
    Actor, Attributes, ChangeId, Entry, EntryState, HomeIdentity, JobId, Key, Kind, Link,
    LinkState, Modification, Name, Object, ObjectId, RunId, Tenant, TenantId, Timestamp, Value,
    Watermark,
};
use serde_json::{Map, json};
use store::{
    AuditEntry, Changes, Deleted, Durability, Group, JournalCommit, LinkWrite, ObjectCommit, Scan,
    Settled, Store, Write,
};
use store_sqlite::{Options, SqliteStore};

const PAGE: u64 = 1_000;

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

fn facts(tenant: TenantId, number: usize) -> Tenant {
    Tenant {
        id: tenant,
        name: format!("Tenant {number}"),
        domains: vec![format!("t{number}.example").parse().expect("a domain")],
        created: Timestamp(0),
        version: 1,
    }
}

fn page_of_people(tenant: TenantId, page: u64) -> ObjectCommit {
    let group = |number| {
        let (object, claim) = person(number);
        let audit = AuditEntry {
            activity: "Add user".to_owned(),
            target_kind: "user".to_owned(),
            target: object.id.to_string(),
            detail: r#"{"attributes":24}"#.to_owned(),
        };
        let writes = vec![Write::Put { object, claim, release: Vec::new() }];
        Group { expects: Vec::new(), writes, audit }
    };
    let job = Actor::Job { tenant, job: JobId(id(3, 1).0), run: RunId(id(4, 1).0) };
    ObjectCommit {
        tenant,
        actor: job,
        at: Timestamp(1_790_000_000_000 + page as i64),
        conditions: Vec::new(),
        groups: (page * PAGE..(page + 1) * PAGE).map(group).collect(),
        durability: Durability::Durable,
    }
}

/// An id like those of version 7, in the order of the number.
fn id(kind: u64, number: u64) -> ObjectId {
    let time = 0x0192_0000_0000 + kind * 0x10_0000_0000 + number / 7;
    let high = time << 16 | 0x7000 | (number % 7) << 8;
    let low = 0x8000_0000_0000_0000 | mix(number ^ kind) >> 2;
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&high.to_be_bytes());
    bytes[8..].copy_from_slice(&low.to_be_bytes());
    ObjectId::from_slice(&bytes).expect("sixteen bytes")
}

fn target(number: u64) -> ObjectId {
    id(8, number)
}

/// Scatters numbers; the same number always gives the same.
fn mix(number: u64) -> u64 {
    let mut value = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    value = (value ^ value >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ value >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ value >> 31
}

/// A person with three keys, whose record is about 600 bytes long.
fn person(number: u64) -> (Object, Vec<Key>) {
    let chance = mix(number);
    let name = |shift: u32| -> String {
        (0..7).map(|at| char::from(b'a' + (chance >> (shift + at * 5)) as u8 % 26)).collect()
    };
    let (given, family) = (name(0), name(24));
    let mail = format!("{given}.{family}{}@contoso.example", number % 1_000);
    let upn = format!("{given}.{family}{number}_contoso.example#EXT#@fabrikam.example");
    let home = HomeIdentity { tenant: TenantId(id(1, 9).0), object: id(9, number) };
    let texts = [
        (Name::USER_PRINCIPAL_NAME, upn.clone()),
        (Name::DISPLAY_NAME, format!("{given} {family}")),
        (Name::GIVEN_NAME, given.clone()),
        (Name::SURNAME, family.clone()),
        (Name::MAIL, mail.clone()),
        (Name::MAIL_NICKNAME, format!("{given}.{family}")),
        (Name::USER_TYPE, "Member".to_owned()),
        (Name::CREATION_TYPE, "Invitation".to_owned()),
        (Name::EXTERNAL_USER_STATE, "Accepted".to_owned()),
        (Name::DEPARTMENT, format!("Department {}", chance % 40)),
        (Name::JOB_TITLE, format!("Specialist {}", chance % 300)),
        (Name::COMPANY_NAME, "Contoso".to_owned()),
        (Name::CITY, format!("City {}", chance % 900)),
        (Name::COUNTRY, "Switzerland".to_owned()),
        (Name::EMPLOYEE_ID, format!("E{number:08}")),
        (Name::MOBILE_PHONE, format!("+41 79 {:07}", chance % 10_000_000)),
        (Name::OFFICE_LOCATION, format!("Building {}", chance % 70)),
        (Name::POSTAL_CODE, format!("{:04}", chance % 10_000)),
    ];
    let mut attributes: Attributes =
        texts.into_iter().map(|(name, text)| (name, Value::text(text))).collect();
    attributes.set(Name::ACCOUNT_ENABLED, Value::Boolean(true));
    attributes.set(Name::SHOW_IN_ADDRESS_LIST, Value::Boolean(true));
    let object = Object {
        id: target(number),
        kind: Kind::User,
        attributes,
        home: Some(home),
        created: Timestamp(1_790_000_000_000),
        deleted: None,
        receipt: None,
        version: 0,
    };
    let address = Key::address(&format!("{number}.{mail}"));
    (object, vec![Key::user_principal_name(&upn), address, Key::home(home)])
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
