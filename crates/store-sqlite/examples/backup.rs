//! What a backup costs those who write meanwhile. Two tenants in two files are filled; then one
//! caller for each commits pages of 100 people (or PAGE) as fast as it can, for some seconds without a backup,
//! during one, and after it. Prints one JSON document.
//!
//! `cargo run --release -p store-sqlite --example backup [USERS] [DIRECTORY] [PAGE]`

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use model::{
    Actor, Attributes, Key, Kind, Name, Object, ObjectId, Tenant, TenantId, Timestamp, Value,
};
use serde_json::{Map, json};
use store::{AuditEntry, Durability, Group, ObjectCommit, Store, StoreError, Write};
use store_sqlite::{BackupRequest, Options, RestoreRequest, SqliteStore, restore, verify_backup};

const LOADED: u64 = 1_000;
const AT: Timestamp = Timestamp(1_790_000_000_000);

/// The allocator of the server, so that what is measured here is what the server has.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let users: u64 = arguments.next().map_or(Ok(200_000), |users| users.parse())?;
    let root = arguments.next().map_or_else(env::temp_dir, PathBuf::from);
    let page: u64 = arguments.next().map_or(Ok(100), |page| page.parse())?;
    let dir = tempfile::Builder::new().prefix("syncline-backup-").tempdir_in(root)?;
    let data = dir.path().join("data");
    let store = SqliteStore::open(&data, Options { shards: 2, ..Options::default() })?;
    let tenants: Vec<TenantId> = (1..=2).map(|number| TenantId(id(1, number).0)).collect();
    for (number, tenant) in tenants.iter().enumerate() {
        let domains = vec![format!("t{number}.example").parse()?];
        let name = format!("Tenant {number}");
        let facts = Tenant { id: *tenant, name, domains, created: AT, version: 1 };
        store.create_tenant(&facts, &Actor::System, AT)?;
        for page in 0..users / 2 / LOADED {
            store.commit(page_of_people(*tenant, page * LOADED, LOADED, Durability::Bulk))?;
        }
        store.flush(*tenant)?;
    }

    let mut report = Map::new();
    let mut put = |name: &str, value| drop(report.insert(name.to_owned(), value));
    put("users", json!(users));
    let writers = Writers { store: &store, tenants: &tenants, next: AtomicU64::new(users), page };
    put("before", writers.during(|| thread::sleep(Duration::from_secs(4)))?);
    let file = dir.path().join("kept.tar");
    let request = BackupRequest {
        file: &file,
        beside: &[],
        program: "example",
        actor: &Actor::System,
        at: AT,
    };
    let (mut took, mut log, mut made) = (Duration::ZERO, 0, None);
    let during = writers.during(|| {
        let began = Instant::now();
        made = Some(store.back_up(&request, &mut |_, _| {
            let bytes = store.statistics().iter().map(|file| file.wal_bytes).max();
            log = log.max(bytes.unwrap_or(0));
            true
        }));
        took = began.elapsed();
    })?;
    let made = made.ok_or("no backup was made")??;
    put("during", during);
    put("after", writers.during(|| thread::sleep(Duration::from_secs(4)))?);
    put("backup_s", json!(took.as_secs_f64()));
    put("backup_mb", json!(made.bytes >> 20));
    put("held_ms", json!(made.held.as_secs_f64() * 1e3));
    put("largest_log_mb", json!(log >> 20));
    let began = Instant::now();
    fs::remove_file(&file)?;
    let quiet = store.back_up(&request, &mut |_, _| true)?;
    put("quiet_backup_s", json!(began.elapsed().as_secs_f64()));
    put("quiet_held_ms", json!(quiet.held.as_secs_f64() * 1e3));
    let began = Instant::now();
    verify_backup(&file, &mut |_, _| true)?;
    put("verify_s", json!(began.elapsed().as_secs_f64()));
    put("restore_s", json!(restored(&file, &dir.path().join("again"))?));
    println!("{}", serde_json::to_string_pretty(&report)?);
    Ok(())
}

fn restored(file: &Path, dir: &Path) -> Result<f64, Box<dyn Error>> {
    let actor = &Actor::System;
    let began = Instant::now();
    restore(&RestoreRequest { file, dir, replace: false, actor, at: AT }, &mut |_, _| true)?;
    Ok(began.elapsed().as_secs_f64())
}

/// One caller for each tenant that commits page after page.
struct Writers<'a> {
    store: &'a SqliteStore,
    tenants: &'a [TenantId],
    next: AtomicU64,
    page: u64,
}

impl Writers<'_> {
    /// How long commits took while something was done.
    fn during(&self, what: impl FnOnce()) -> Result<serde_json::Value, StoreError> {
        let (over, times) = (AtomicBool::new(false), Mutex::new(Vec::new()));
        let began = Instant::now();
        thread::scope(|scope| {
            let workers: Vec<_> = self
                .tenants
                .iter()
                .map(|tenant| {
                    let (over, times) = (&over, &times);
                    scope.spawn(move || {
                        while !over.load(Ordering::Relaxed) {
                            let first = self.next.fetch_add(self.page, Ordering::Relaxed);
                            let page =
                                page_of_people(*tenant, first, self.page, Durability::Durable);
                            let began = Instant::now();
                            self.store.commit(page)?;
                            times.lock().expect("no panic").push(began.elapsed());
                        }
                        Ok(())
                    })
                })
                .collect();
            what();
            over.store(true, Ordering::Relaxed);
            workers.into_iter().try_for_each(|worker| worker.join().expect("no panic"))
        })?;
        let took = began.elapsed().as_secs_f64();
        let mut times = times.into_inner().expect("no panic");
        times.sort_unstable();
        let at = |share: f64| {
            let index = ((times.len() as f64 * share) as usize).min(times.len() - 1);
            times[index].as_secs_f64() * 1e3
        };
        Ok(json!({
            "people_per_s": (times.len() as f64 * self.page as f64 / took) as u64,
            "commit_ms_median": at(0.5),
            "commit_ms_p99": at(0.99),
            "commit_ms_slowest": at(1.0),
        }))
    }
}

fn page_of_people(
    tenant: TenantId,
    first: u64,
    count: u64,
    durability: Durability,
) -> ObjectCommit {
    let group = |number| {
        let (object, claim) = person(number);
        let audit = AuditEntry {
            activity: "Add user".to_owned(),
            target_kind: "user".to_owned(),
            target: object.id.to_string(),
            detail: r#"{"attributes":24}"#.to_owned(),
            request: None,
        };
        let writes = vec![Write::Put { object, claim, release: Vec::new() }];
        Group { expects: Vec::new(), writes, audit }
    };
    ObjectCommit {
        tenant,
        actor: Actor::System,
        at: AT,
        conditions: Vec::new(),
        groups: (first..first + count).map(group).collect(),
        durability,
    }
}

fn person(number: u64) -> (Object, Vec<Key>) {
    let name = format!("p{:08x}{number}@t.example", mix(number) >> 32);
    let mut attributes: Attributes = [
        (Name::USER_PRINCIPAL_NAME, name.clone()),
        (Name::MAIL, name.clone()),
        (Name::DISPLAY_NAME, format!("Person {number}")),
        (Name::EMPLOYEE_ID, format!("e{number:08}")),
    ]
    .into_iter()
    .map(|(name, text)| (name, Value::text(text)))
    .collect();
    for extra in 0..8 {
        let text = format!("{:016x}{:016x}", mix(number ^ extra), mix(number + extra));
        attributes.set(Name::new(&format!("extensionAttribute{}", extra + 1)), Value::text(text));
    }
    let object = Object {
        id: id(8, number),
        kind: Kind::User,
        attributes,
        home: None,
        created: AT,
        deleted: None,
        receipt: None,
        version: 0,
    };
    (object, vec![Key::user_principal_name(&name), Key::address(&name)])
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

/// Spreads numbers over all 64 bits.
fn mix(number: u64) -> u64 {
    let number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ number >> 31
}
