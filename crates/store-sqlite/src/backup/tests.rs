//! What a backup must be: one moment, whole or refused, and never in the way of what is there.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use model::{
    Actor, Attributes, JobId, Key, Kind, Name, Object, ObjectId, Tenant, TenantId, Timestamp,
    Value, Watermark,
};
use store::{
    AuditEntry, Changes, Durability, Group, JournalCommit, ObjectCommit, Store, Write, verify,
};
use tempfile::TempDir;

use super::{
    BackedUp, BackupError, BackupRequest, Manifest, RestoreRequest, Restored, archive,
    read_manifest, restore,
    snapshot::{self, Snapshot},
    verify_backup,
};
use crate::{OpenError, Options, SqliteStore};

const OPTIONS: Options = Options { shards: 2, cache_mb: 16 };
const AT: Timestamp = Timestamp(1_767_600_000_000);

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("there is room") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn open(&self, name: &str) -> SqliteStore {
        SqliteStore::open(&self.path(name), OPTIONS).expect("the directory is free")
    }

    /// What lies in the folder, hidden files as well.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).expect("it stands");
        let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
        let mut names: Vec<String> =
            entries.map(|entry| name(entry.expect("it can be read"))).collect();
        names.sort();
        names
    }

    fn restore(&self, file: &str, dir: &str, replace: bool) -> Result<Restored, BackupError> {
        let (file, dir) = (self.path(file), self.path(dir));
        let actor = &Actor::Operator { name: "ann".to_owned() };
        let request = RestoreRequest { file: &file, dir: &dir, replace, actor, at: AT };
        restore(&request, &mut |_, _| true)
    }
}

fn back_up(store: &SqliteStore, file: &Path) -> Result<BackedUp, BackupError> {
    back_up_while(store, file, &mut |_, _| true)
}

fn back_up_while(
    store: &SqliteStore,
    file: &Path,
    go_on: &mut super::GoOn<'_>,
) -> Result<BackedUp, BackupError> {
    let (actor, beside, program) = (&Actor::System, &["syncline.toml"][..], "0.0.0-test");
    store.back_up(&BackupRequest { file, beside, program, actor, at: AT }, go_on)
}

fn tenant(number: u8) -> TenantId {
    TenantId::from_slice(&[number; 16]).expect("sixteen bytes")
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

fn person(tenant: TenantId, number: u32) -> ObjectCommit {
    let mut id = [0; 16];
    id[12..].copy_from_slice(&number.to_be_bytes());
    let name = format!("p{number}@d.example");
    let attributes: Attributes =
        [(Name::USER_PRINCIPAL_NAME, Value::text(name.as_str()))].into_iter().collect();
    let object = Object {
        id: ObjectId::from_slice(&id).expect("sixteen bytes"),
        kind: Kind::User,
        attributes,
        home: None,
        created: Timestamp(0),
        deleted: None,
        receipt: None,
        version: 0,
    };
    let audit = AuditEntry {
        activity: "Add user".to_owned(),
        target_kind: "user".to_owned(),
        target: object.id.to_string(),
        detail: String::new(),
        request: None,
    };
    let claim = vec![Key::user_principal_name(&name)];
    let writes = vec![Write::Put { object, claim, release: Vec::new() }];
    ObjectCommit {
        tenant,
        actor: Actor::System,
        at: Timestamp(0),
        conditions: Vec::new(),
        groups: vec![Group { expects: Vec::new(), writes, audit }],
        durability: Durability::Durable,
    }
}

fn put(store: &SqliteStore, tenant: TenantId, number: u32) {
    let done = store.commit(person(tenant, number)).expect("it fits");
    assert!(done.results[0].is_ok());
}

fn users(manifest: &Manifest) -> Vec<u64> {
    manifest.tenants.iter().map(|tenant| tenant.contents.users).collect()
}

/// A store `data` with two tenants in two files, and a backup `kept.tar` of it.
fn backed_up() -> (Place, SqliteStore, BackedUp) {
    let place = Place::new();
    let store = place.open("data");
    for number in [1, 2] {
        let tenant = create(&store, number);
        (0..u32::from(number) * 10).for_each(|person| put(&store, tenant, person));
    }
    let backup = back_up(&store, &place.path("kept.tar")).expect("there is room");
    (place, store, backup)
}

fn assert_whole(store: &SqliteStore) {
    assert_eq!(store.check().expect("it can be read"), Vec::new());
    for tenant in [tenant(1), tenant(2), TenantId::NIL] {
        let audit = store.audit(tenant, 0, usize::MAX).expect("it stands");
        verify("", &audit).expect("the chain holds");
    }
}

#[test]
fn a_restored_store_holds_what_was_there_in_another_epoch() {
    let (place, store, backup) = backed_up();
    let (north, south) = (tenant(1), tenant(2));
    let mark = store.head(north).expect("it stands");
    put(&store, north, 1_000);
    let restored = place.restore("kept.tar", "again", false).expect("it is whole");
    assert_eq!(restored.manifest, backup.manifest);
    assert_eq!(restored.aside, None);
    let again = place.open("again");
    assert_eq!(again.epoch(), restored.epoch);
    assert_ne!(again.epoch(), store.epoch());
    assert_eq!(again.tenants().expect("two"), store.tenants().expect("two"));
    for (tenant, count) in [(north, 10), (south, 20)] {
        let found = again.count(tenant, Kind::User, store::Deleted::Both).expect("it stands");
        assert_eq!(found, count);
    }
    // A watermark of the old store says nothing about this one, though it lies within its numbers.
    let head = again.head(north).expect("it stands");
    assert_eq!(head.number, mark.number);
    assert_eq!(again.changes(north, mark, 1).expect("it stands"), Changes::Expired);
    let own = Watermark { number: 0, ..head };
    assert!(matches!(again.changes(north, own, 99).expect("it stands"), Changes::Page { .. }));
    assert_whole(&again);
    let told = again.audit(TenantId::NIL, 0, 99).expect("the system has a chain");
    let told: Vec<String> = told
        .into_iter()
        .filter_map(|one| Some(format!("{} by {}", one.entry?.activity, one.actor)))
        .collect();
    assert_eq!(told[2], "Back up store by system");
    assert!(told[3].starts_with("Restore backup by"), "{told:?}");
    assert_eq!(told.len(), 4);
}

#[test]
fn a_token_that_was_given_after_the_backup_does_not_shut_the_restored_store_out() {
    let (place, store, _) = backed_up();
    let (north, job) = (tenant(1), JobId::from_slice(&[7; 16]).expect("sixteen bytes"));
    let lease = store.lease(north, job, "later").expect("it is free");
    store.record(JournalCommit::new(&lease)).expect("it is the newest");
    drop(store);
    place.restore("kept.tar", "data", true).expect("the store is closed");
    let store = place.open("data");
    let lease = store.lease(north, job, "again").expect("it is free");
    store.record(JournalCommit::new(&lease)).expect("it is the newest");
}

#[test]
fn a_manifest_tells_what_is_in_a_backup() {
    let (place, store, backup) = backed_up();
    let file = place.path("kept.tar");
    let manifest = read_manifest(&file).expect("it is whole");
    assert_eq!(manifest, backup.manifest);
    assert_eq!(backup.bytes, fs::metadata(&file).expect("it stands").len());
    assert_eq!(
        (manifest.program.as_str(), manifest.created, manifest.epoch),
        ("0.0.0-test", AT, store.epoch())
    );
    assert_eq!(users(&manifest), [10, 20]);
    assert_eq!(manifest.tenants[0].contents.change, 10);
    let names: Vec<&str> = manifest.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["system.db", "shard-0.db", "shard-1.db"]);
    assert_eq!(verify_backup(&file, &mut |_, _| true).expect("it is whole"), manifest);
}

#[test]
fn settings_come_along() {
    let place = Place::new();
    let store = place.open("data");
    fs::write(place.path("data").join("syncline.toml"), "[store]\n").expect("there is room");
    back_up(&store, &place.path("kept.tar")).expect("there is room");
    place.restore("kept.tar", "again", false).expect("it is whole");
    let settings = fs::read_to_string(place.path("again").join("syncline.toml"));
    assert_eq!(settings.expect("it came along"), "[store]\n");
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_a_backup_and_what_is_made_of_it() {
    use std::os::unix::fs::PermissionsExt;

    let (place, _store, _) = backed_up();
    place.restore("kept.tar", "again", false).expect("it is whole");
    let mode = |path: &Path| fs::metadata(path).expect("it stands").permissions().mode() & 0o777;
    assert_eq!(mode(&place.path("kept.tar")), 0o600);
    assert_eq!(mode(&place.path("again")), 0o700);
    for entry in fs::read_dir(place.path("again")).expect("it stands") {
        let path = entry.expect("it stands").path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

/// In the moment in which the files are fixed nobody's commit comes to an end, and nobody's tenant is
/// made; what waits goes on afterwards and is in none of the files.
#[test]
fn a_snapshot_shows_one_moment_of_all_files() {
    let (_place, store, _) = backed_up();
    let store = &store;
    let (done, ended) = mpsc::channel();
    let snapshot = std::thread::scope(|scope| {
        let mut begun = false;
        let taken = Snapshot::take_slowly(store, |_| {
            if !std::mem::replace(&mut begun, true) {
                for tenant in [tenant(1), tenant(2)] {
                    let done = done.clone();
                    scope.spawn(move || {
                        put(store, tenant, 100);
                        done.send("a commit").expect("it is waited for");
                    });
                }
                let done = done.clone();
                scope.spawn(move || {
                    create(store, 3);
                    done.send("a tenant").expect("it is waited for");
                });
            }
            let early = ended.recv_timeout(Duration::from_millis(20));
            assert_eq!(early, Err(RecvTimeoutError::Timeout), "it did not wait");
        });
        taken.expect("it can be read")
    });
    assert_eq!(ended.try_iter().count(), 3);
    let found = snapshot::tenants(&snapshot.files).expect("it can be read");
    let users: Vec<u64> = found.iter().map(|(_, contents)| contents.users).collect();
    assert_eq!(users, [10, 20]);
    assert!(snapshot.held >= Duration::from_millis(60));
}

#[test]
fn backups_of_a_store_at_work_are_whole() {
    let (place, store, _) = backed_up();
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut number = 100;
            while !over.load(Ordering::Relaxed) {
                put(&store, tenant(1), number);
                put(&store, tenant(2), number);
                number += 1;
            }
        });
        for round in 0..5 {
            back_up(&store, &place.path(&format!("{round}.tar"))).expect("there is room");
        }
        over.store(true, Ordering::Relaxed);
    });
    let restored = place.restore("4.tar", "again", false).expect("it is whole");
    assert!(users(&restored.manifest)[0] > 10);
    assert_whole(&place.open("again"));
    assert_whole(&store);
}

#[test]
fn commits_go_on_while_files_are_copied() {
    let (place, store, _) = backed_up();
    let mut number = 100;
    let backup = back_up_while(&store, &place.path("other.tar"), &mut |_, _| {
        put(&store, tenant(1), number);
        number += 1;
        true
    });
    assert_eq!(users(&backup.expect("there is room").manifest), [10, 20]);
    assert!(number > 103, "only {number}");
    let found = store.count(tenant(1), Kind::User, store::Deleted::Both).expect("it stands");
    assert_eq!(found, 10 + u64::from(number) - 100);
}

/// While files are copied the log only grows; no writer waits for the copy in order to begin it anew.
#[test]
fn what_is_committed_meanwhile_stays_in_the_log_and_is_moved_afterwards() {
    let (place, store, _) = backed_up();
    let file = place.path("data").join("shard-0.db");
    let bytes = || fs::metadata(&file).expect("it stands").len();
    let large = |number| {
        let mut commit = person(tenant(1), number);
        if let Write::Put { object, .. } = &mut commit.groups[0].writes[0] {
            object.attributes.set(Name::CITY, Value::text("x".repeat(1 << 20)));
        }
        let began = Instant::now();
        store.commit(commit).expect("it fits");
        // A writer that waits for a reader gives up after five seconds.
        assert!(began.elapsed() < Duration::from_secs(4), "it waited for the copy");
    };
    let snapshot = Snapshot::take(&store).expect("it can be read");
    let before = bytes();
    // More than the writer lets stand otherwise.
    (100..140).for_each(large);
    assert_eq!(bytes(), before);
    for view in snapshot.files {
        view.end().expect("it can be written");
    }
    assert!(bytes() > before + (30 << 20), "{} bytes", bytes());
    assert_whole(&store);
}

#[test]
fn work_that_is_broken_off_leaves_nothing_behind() {
    let (place, store, _) = backed_up();
    let before = place.names();
    let mut steps = 0;
    loop {
        let mut left = steps;
        let mut go_on = |_, _| {
            let go_on = left > 0;
            left -= 1;
            go_on
        };
        match back_up_while(&store, &place.path("other.tar"), &mut go_on) {
            Err(BackupError::Interrupted) => assert_eq!(place.names(), before),
            other => {
                break assert_eq!(users(&other.expect("nothing else fails").manifest), [10, 20]);
            }
        }
        steps += 1;
    }
    assert!(steps > 4, "only {steps}");
    let actor = &Actor::System;
    let (file, dir) = (place.path("other.tar"), place.path("again"));
    let request = RestoreRequest { file: &file, dir: &dir, replace: false, actor, at: AT };
    let stopped = restore(&request, &mut |_, _| false);
    assert!(matches!(stopped, Err(BackupError::Interrupted)), "{stopped:?}");
    assert!(!place.names().contains(&"again".to_owned()) && place.names().len() == 3);
    // A pause that was broken off as well does not last.
    put(&store, tenant(1), 500);
    back_up(&store, &place.path("last.tar")).expect("there is room");
}

#[test]
fn a_file_that_exists_is_never_written_over() {
    let (place, store, _) = backed_up();
    fs::write(place.path("taken.tar"), "mine").expect("there is room");
    let refused = back_up(&store, &place.path("taken.tar"));
    assert!(matches!(refused, Err(BackupError::Exists { .. })), "{refused:?}");
    assert_eq!(fs::read(place.path("taken.tar")).expect("it stands"), b"mine");
}

#[test]
fn a_backup_that_was_changed_or_cut_is_refused_and_nothing_is_written() {
    let (place, _store, backup) = backed_up();
    let whole = fs::read(place.path("kept.tar")).expect("it stands");
    let before = place.names();
    let refuse = |bytes: &[u8], what: &str| {
        fs::write(place.path("kept.tar"), bytes).expect("there is room");
        let refused = place.restore("kept.tar", "again", false);
        assert!(
            matches!(refused, Err(BackupError::Damaged { .. })),
            "{what}: {:?}",
            refused.map(|restored| restored.epoch)
        );
        assert_eq!(place.names(), before, "{what}");
    };
    // Headers, contents, manifest and digest: some byte of every block but the padding and the end.
    let mut at = 0;
    let manifest = whole.len() - 4 * 512;
    for file in &backup.manifest.files {
        for flip in [at + 5, at + 130, at + 512, at + 511 + file.bytes as usize] {
            let mut bytes = whole.clone();
            bytes[flip] ^= 1;
            refuse(&bytes, &format!("byte {flip} of {}", file.name));
        }
        at += 512 + (file.bytes as usize).next_multiple_of(512);
    }
    // Between them lie zeros that mean nothing.
    for flip in (at..manifest).step_by(97).filter(|flip| whole[*flip] != 0) {
        let mut bytes = whole.clone();
        bytes[flip] ^= 1;
        refuse(&bytes, &format!("byte {flip} of the manifest"));
    }
    for length in (0..whole.len() - 1_024).step_by(7 * 512 + 131).chain([whole.len() - 1_024]) {
        refuse(&whole[..length], &format!("cut at {length}"));
    }
    refuse(b"some other text", "no archive");
    fs::write(place.path("kept.tar"), &whole).expect("there is room");
    place.restore("kept.tar", "again", false).expect("it is whole again");
}

/// An archive of these files, sealed or not.
fn archive_of(place: &Place, name: &str, files: &[(&str, &[u8])]) {
    let mut out = fs::File::create(place.path(name)).expect("there is room");
    let mut packer = archive::Packer::new(&mut out, AT);
    for (name, bytes) in files {
        let mut from = *bytes;
        let added = packer.add(name, bytes.len() as u64, &mut from, &mut |_| true);
        added.expect("there is room");
    }
    packer.end().expect("there is room");
    out.flush().expect("there is room");
}

#[test]
fn archives_that_are_no_backup_are_refused() {
    let place = Place::new();
    let digest = |text: &str| {
        use sha2::{Digest, Sha256};
        let digest = crate::codec::hex(&Sha256::digest(text.as_bytes()));
        format!("{digest}  manifest.json\n")
    };
    let newer = "{\"format\": 2, \"and\": \"more\"}";
    let sealed = digest(newer);
    archive_of(
        &place,
        "a.tar",
        &[("manifest.json", newer.as_bytes()), ("manifest.sha256", sealed.as_bytes())],
    );
    let refused = place.restore("a.tar", "again", false);
    assert!(matches!(refused, Err(BackupError::Newer { found: 2, known: 1, .. })), "{refused:?}");
    let strange: [&[(&str, &[u8])]; 5] = [
        &[("manifest.json", b"{}"), ("manifest.sha256", b"")],
        &[("../system.db", b"x")],
        &[("system.db", b"x")],
        &[(".hidden", b"x")],
        &[],
    ];
    for files in strange {
        archive_of(&place, "b.tar", files);
        let refused = place.restore("b.tar", "again", false);
        assert!(matches!(refused, Err(BackupError::Damaged { .. })), "{files:?}: {refused:?}");
    }
    assert_eq!(place.names(), ["a.tar", "b.tar"]);
}

#[test]
fn files_of_any_size_have_a_header() {
    let place = Place::new();
    for bytes in [0, 511, 0o777_7777_7777, 0o777_7777_7777 + 1, u64::MAX / 2] {
        let header = archive::header("shard-0.db", bytes, AT);
        fs::write(place.path("a.tar"), header).expect("there is room");
        let opened = archive::Unpacker::open(&place.path("a.tar")).err().expect("it is cut");
        let said = opened.to_string();
        let cut =
            if bytes == 0 { "its end is missing" } else { "ends in the middle of shard-0.db" };
        assert!(said.contains(cut), "{bytes}: {said}");
        assert_eq!(archive::size(&header[124..136]), Some(bytes));
    }
}

#[test]
fn a_directory_that_holds_something_is_left_alone_unless_it_is_to_be_replaced() {
    let (place, store, _) = backed_up();
    put(&store, tenant(1), 1_000);
    fs::create_dir(place.path("other")).expect("it is free");
    fs::write(place.path("other").join("letter"), "mine").expect("there is room");
    for (dir, replace) in [("data", false), ("other", false), ("other", true)] {
        let refused = place.restore("kept.tar", dir, replace);
        assert!(matches!(refused, Err(BackupError::NotEmpty { .. })), "{dir}: {refused:?}");
    }
    let refused = place.restore("kept.tar", "data", true);
    let in_use = matches!(refused, Err(BackupError::Open(OpenError::InUse { .. })));
    assert!(in_use, "{refused:?}");
    drop(store);
    let restored = place.restore("kept.tar", "data", true).expect("the store is closed");
    let aside = restored.aside.expect("there was something");
    let named = aside.file_name().expect("a name").to_string_lossy().into_owned();
    assert_eq!(named, "data.before-restore-20260105T080000Z");
    let old = place.open(&named);
    let found = |store: &SqliteStore| store.count(tenant(1), Kind::User, store::Deleted::Both);
    assert_eq!(found(&old).expect("it stands"), 11);
    assert_eq!(found(&place.open("data")).expect("it stands"), 10);
    // Twice within a second.
    let restored = place.restore("kept.tar", "data", true).expect("the store is closed");
    let aside = restored.aside.expect("there was something");
    assert!(aside.to_string_lossy().ends_with("data.before-restore-20260105T080000Z-2"));
}

#[test]
fn an_empty_directory_is_taken() {
    let (place, _store, _) = backed_up();
    fs::create_dir(place.path("again")).expect("it is free");
    place.restore("kept.tar", "again", false).expect("it is empty");
    place.restore("kept.tar", "new/and/deeper", false).expect("it is free");
    assert_whole(&place.open("again"));
    assert_whole(&place.open("new/and/deeper"));
}

#[test]
fn a_store_with_broken_pages_gives_no_backup() {
    let (place, store, _) = backed_up();
    for number in 100..400 {
        put(&store, tenant(1), number);
    }
    drop(store);
    let path = place.path("data").join("shard-0.db");
    let mut bytes = fs::read(&path).expect("it stands");
    let from = bytes.len() - 6 * 8_192;
    bytes[from..].fill(0x55);
    fs::write(&path, bytes).expect("there is room");
    let store = place.open("data");
    let before = place.names();
    let refused = back_up(&store, &place.path("other.tar"));
    let damaged = matches!(&refused, Err(BackupError::Store(store::StoreError::Damaged(what))) if what.contains("shard-0.db"));
    assert!(damaged, "{refused:?}");
    assert_eq!(place.names(), before);
}
