//! Opening, closing, and what a data directory goes through in between.

use std::{fs, path::Path};

use model::{
    Actor, Attributes, JobId, Key, Kind, Name, Object, ObjectId, Tenant, TenantId, Timestamp, Value,
};
use rusqlite::Connection;
use store::{
    AuditEntry, Changes, Condition, Deleted, Durability, Group, ObjectCommit, Scan, Store,
    StoreError, SystemCommit, SystemWrite, Write, memory::MemoryStore, verify,
};
use store_sqlite::{OpenError, Options, SqliteStore};

const OPTIONS: Options = Options { shards: 2, cache_mb: 16 };

fn open(dir: &Path) -> SqliteStore {
    SqliteStore::open(dir, OPTIONS).expect("the directory is free")
}

fn id(number: u8) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[15] = number;
    bytes
}

fn tenant(number: u8) -> TenantId {
    TenantId::from_slice(&id(number)).expect("sixteen bytes")
}

fn object(number: u8) -> ObjectId {
    ObjectId::from_slice(&id(number)).expect("sixteen bytes")
}

fn create(store: &SqliteStore, number: u8) -> TenantId {
    let facts = Tenant {
        id: tenant(number),
        name: format!("tenant {number}"),
        domains: vec![format!("d{number}.example").parse().expect("a domain")],
        created: Timestamp(0),
        version: 1,
    };
    store.create_tenant(&facts, &Actor::System, Timestamp(0)).expect("it is free");
    facts.id
}

/// A commit of one person with one key.
fn person(tenant: TenantId, number: u8, durability: Durability) -> ObjectCommit {
    let name = format!("p{number}@d.example");
    let attributes: Attributes =
        [(Name::USER_PRINCIPAL_NAME, Value::text(name.as_str()))].into_iter().collect();
    let object = Object {
        id: object(number),
        kind: Kind::User,
        attributes,
        home: None,
        created: Timestamp(0),
        deleted: None,
        receipt: None,
        version: 0,
    };
    let claim = vec![Key::user_principal_name(&name)];
    let audit = AuditEntry {
        activity: "Add user".to_owned(),
        target_kind: "user".to_owned(),
        target: object.id.to_string(),
        detail: String::new(),
        request: None,
    };
    let writes = vec![Write::Put { object, claim, release: Vec::new() }];
    ObjectCommit {
        tenant,
        actor: Actor::System,
        at: Timestamp(0),
        conditions: Vec::new(),
        groups: vec![Group { expects: Vec::new(), writes, audit }],
        durability,
    }
}

fn put(store: &SqliteStore, tenant: TenantId, number: u8) {
    let done = store.commit(person(tenant, number, Durability::Durable)).expect("it fits");
    assert!(done.results[0].is_ok());
}

fn users(store: &SqliteStore, tenant: TenantId) -> u64 {
    let scan = Scan { kind: Kind::User, deleted: Deleted::Both, after: 0, limit: 1_000 };
    let found = store.scan(tenant, &scan).expect("it stands").items.len() as u64;
    assert_eq!(found, store.count(tenant, Kind::User, Deleted::Both).expect("it stands"));
    found
}

fn rows(dir: &Path, file: &str, table: &str) -> i64 {
    let conn = Connection::open(dir.join(file)).expect("it stands");
    conn.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).expect("a table")
}

#[test]
fn one_process_owns_a_directory() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = open(dir.path());
    let again = SqliteStore::open(dir.path(), OPTIONS);
    assert!(matches!(again, Err(OpenError::InUse { dir: named }) if named == dir.path()));
    store.close();
    open(dir.path());
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt;

    let root = tempfile::tempdir().expect("a directory");
    let dir = root.path().join("data");
    let store = open(&dir);
    put(&store, create(&store, 1), 1);
    let mode = |path: &Path| fs::metadata(path).expect("it stands").permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    for file in fs::read_dir(&dir).expect("it stands") {
        let path = file.expect("it stands").path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn everything_is_there_after_the_store_was_opened_again() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = open(dir.path());
    let (epoch, north) = (store.epoch(), create(&store, 1));
    put(&store, north, 1);
    let lease = store.lease(north, JobId::NIL, "first").expect("nobody holds it");
    drop(store);
    let store = open(dir.path());
    assert_eq!(store.epoch(), epoch);
    assert_eq!(users(&store, north), 1);
    // The process that held the lease is gone, and tokens still rise.
    let next = store.lease(north, JobId::NIL, "second").expect("nobody holds it");
    assert!(next.token > lease.token);
    assert!(matches!(
        store.lease(north, JobId::NIL, "third"),
        Err(StoreError::Busy { holder, .. }) if holder == "second"
    ));
}

#[test]
fn what_was_committed_survives_the_death_of_the_process() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = open(dir.path());
    let north = create(&store, 1);
    put(&store, north, 1);
    store.commit(person(north, 2, Durability::Bulk)).expect("it fits");
    store.commit(person(north, 3, Durability::Bulk)).expect("it fits");
    store.flush(north).expect("the disk is there");
    // The files as the system has them are what a process leaves behind that ends this moment.
    let dead = tempfile::tempdir().expect("a directory");
    for file in fs::read_dir(dir.path()).expect("it stands") {
        let file = file.expect("it stands");
        fs::copy(file.path(), dead.path().join(file.file_name())).expect("there is room");
    }
    let store = open(dead.path());
    assert_eq!(users(&store, north), 3);
    assert_eq!(store.check().expect("it can be read"), Vec::new());
}

#[test]
fn tenants_spread_over_the_shards_and_stay_where_they_are() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = open(dir.path());
    for number in 1..=3 {
        let tenant = create(&store, number);
        put(&store, tenant, number);
    }
    store.delete_tenant(tenant(1), &Actor::System, Timestamp(0)).expect("it stands");
    // Shard 0 has one tenant again and shard 1 has one: the lower number is next.
    let fourth = create(&store, 4);
    put(&store, fourth, 4);
    drop(store);
    assert_eq!(rows(dir.path(), "shard-0.db", "tenant"), 2);
    assert_eq!(rows(dir.path(), "shard-1.db", "tenant"), 1);
    // Fewer shards are asked for than there are.
    let fewer = Options { shards: 1, ..OPTIONS };
    let store = SqliteStore::open(dir.path(), fewer).expect("the directory is free");
    assert_eq!(users(&store, tenant(2)), 1);
}

#[test]
fn a_removed_tenant_leaves_no_row_behind_even_after_a_crash() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = open(dir.path());
    let (north, south) = (create(&store, 1), create(&store, 2));
    put(&store, north, 1);
    put(&store, south, 2);
    store.delete_tenant(south, &Actor::System, Timestamp(0)).expect("it stands");
    assert!(matches!(store.head(south), Err(StoreError::NoTenant(_))));
    let chain = store.audit(TenantId::NIL, 0, 10).expect("the system has a chain");
    assert_eq!(chain.len(), 3);
    verify("", &chain).expect("it holds");
    drop(store);
    // As if the process had died right after the registry let go of the tenant.
    let conn = Connection::open(dir.path().join("system.db")).expect("it stands");
    conn.execute_batch(
        "INSERT INTO leftover SELECT tenant_no, shard FROM tenant;
         DELETE FROM tenant; DELETE FROM domain;",
    )
    .expect("the schema is known");
    drop(conn);
    drop(open(dir.path()));
    for shard in ["shard-0.db", "shard-1.db"] {
        for table in ["tenant", "object", "object_key", "change", "audit", "actor"] {
            assert_eq!(rows(dir.path(), shard, table), 0, "{table} in {shard}");
        }
    }
    assert_eq!(rows(dir.path(), "system.db", "leftover"), 0);
}

#[test]
fn a_commit_that_rests_on_a_tenants_old_facts_is_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = open(dir.path());
    let north = create(&store, 1);
    let facts = store.tenants().expect("one").remove(0);
    store.update_tenant(&facts, &Actor::System, Timestamp(0)).expect("the version stands");
    let conditions = vec![Condition::Tenant { version: 1 }];
    let commit = ObjectCommit { conditions, ..person(north, 1, Durability::Durable) };
    assert!(matches!(store.commit(commit), Err(StoreError::Condition(_))));
    assert_eq!(users(&store, north), 0);
}

#[test]
fn files_of_a_newer_or_changed_schema_are_refused() {
    for (change, newer) in [
        ("INSERT INTO migration VALUES (999, 'later', 'x')", true),
        ("UPDATE migration SET checksum = 'x'", false),
    ] {
        let dir = tempfile::tempdir().expect("a directory");
        drop(open(dir.path()));
        let conn = Connection::open(dir.path().join("shard-1.db")).expect("it stands");
        conn.execute(change, []).expect("the schema is known");
        drop(conn);
        let error = SqliteStore::open(dir.path(), OPTIONS).err().expect("it is refused");
        match error {
            OpenError::Newer { file, found: 999, .. } if newer => assert_eq!(file, "shard-1.db"),
            OpenError::Changed { file, .. } if !newer => assert_eq!(file, "shard-1.db"),
            other => panic!("{other}"),
        }
    }
}

#[test]
fn a_file_that_is_no_database_is_named() {
    let dir = tempfile::tempdir().expect("a directory");
    drop(open(dir.path()));
    fs::write(dir.path().join("shard-0.db"), vec![0x55; 20_000]).expect("there is room");
    let error = SqliteStore::open(dir.path(), OPTIONS).err().expect("it is refused");
    assert!(matches!(&error, OpenError::Damaged { file, .. } if file == "shard-0.db"), "{error}");
}

#[test]
fn broken_pages_are_found_and_named() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = open(dir.path());
    let north = create(&store, 1);
    for number in 0..200 {
        put(&store, north, number);
    }
    assert_eq!(store.check().expect("it can be read"), Vec::new());
    drop(store);
    // All but the first page, which holds the schema.
    let path = dir.path().join("shard-0.db");
    let mut bytes = fs::read(&path).expect("it stands");
    bytes[8192..].fill(0x55);
    fs::write(&path, bytes).expect("there is room");
    let found = SqliteStore::open(dir.path(), OPTIONS);
    let named = match found {
        Err(OpenError::Damaged { file, .. }) => file,
        Err(other) => panic!("{other}"),
        Ok(store) => {
            let read = store.head(north);
            assert!(matches!(&read, Err(StoreError::Damaged(what)) if what.contains("shard-0.db")));
            store.check().expect("the check itself ends").remove(0).file
        }
    };
    assert_eq!(named, "shard-0.db");
}

#[test]
fn commits_that_wait_together_are_answered_each_for_itself() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = open(dir.path());
    let north = create(&store, 1);
    let refused: usize = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..8_u8)
            .map(|worker| {
                let store = &store;
                scope.spawn(move || {
                    (0..20)
                        .filter(|number| {
                            let mut commit = person(north, number + 1, Durability::Durable);
                            if let Write::Put { object: person, .. } =
                                &mut commit.groups[0].writes[0]
                            {
                                person.id = object(worker * 20 + number);
                            }
                            store.commit(commit).expect("the disk is there").results[0].is_err()
                        })
                        .count()
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().expect("no panic")).sum()
    });
    // Of eight people who want one name one gets it.
    assert_eq!(refused, 7 * 20);
    assert_eq!(users(&store, north), 20);
    let after = model::Watermark { epoch: store.epoch(), number: 0 };
    let changes = store.changes(north, after, 1_000).expect("it stands");
    assert!(matches!(changes, Changes::Page { changes, more: false } if changes.len() == 20));
}

#[test]
fn documents_of_the_server_are_kept_as_the_model_keeps_them_and_their_chain_holds() {
    let write = |key: &str, version: u64, body: Option<&str>| SystemWrite {
        collection: "operator".to_owned(),
        key: key.to_owned(),
        version,
        body: body.map(str::to_owned),
    };
    let commit = |writes: Vec<SystemWrite>| SystemCommit {
        actor: Actor::System,
        at: Timestamp(5),
        writes,
        audit: AuditEntry {
            activity: "Add operator".to_owned(),
            target_kind: "operator".to_owned(),
            target: "ada".to_owned(),
            detail: String::new(),
            request: None,
        },
    };
    let dir = tempfile::tempdir().expect("there is room");
    let store = open(dir.path());
    let model = MemoryStore::new(store.epoch());
    for writes in [
        vec![write("ada", 0, Some("{}")), write("bo", 0, Some("1"))],
        vec![write("ada", 0, Some("taken"))],
        // The first write is as good as the second is bad: none of them is done.
        vec![write("bo", 1, None), write("ada", 7, Some("stale"))],
        vec![write("bo", 1, None), write("ada", 1, Some("{\"a\":1}"))],
        vec![write("cy", 0, None)],
    ] {
        let told = |store: &dyn Store| {
            let done =
                store.commit_system(commit(writes.clone())).map_err(|error| error.to_string());
            let chain = store.audit(TenantId::NIL, 0, 100).expect("it can be read");
            (done, store.system_documents("operator").expect("it can be read"), chain)
        };
        assert_eq!(told(&store), told(&model));
    }
    assert!(store.system_documents("other").expect("it can be read").is_empty());
    drop(store);
    let store = open(dir.path());
    let kept = store.system_documents("operator").expect("it can be read");
    assert_eq!((kept.len(), kept[0].key.as_str(), kept[0].version), (1, "ada", 2));
    let chain = store.audit(TenantId::NIL, 0, 100).expect("it can be read");
    assert!(verify("", &chain).is_ok());
}
