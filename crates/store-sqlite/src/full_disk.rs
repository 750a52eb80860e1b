//! What a full disk does: the commit fails by name, nothing of it stays, and the store goes on when
//! there is room again.

use model::{Actor, Attributes, Kind, Name, Object, ObjectId, Tenant, TenantId, Timestamp, Value};
use store::{
    AuditEntry, Deleted, Durability, Group, ObjectCommit, Store, StoreError, Write, verify,
};

use crate::{Options, SqliteStore, writer::Work};

fn facts() -> Tenant {
    Tenant {
        id: TenantId::from_slice(&[1; 16]).expect("sixteen bytes"),
        name: "north".to_owned(),
        domains: vec!["north.example".parse().expect("a domain")],
        created: Timestamp(0),
        version: 1,
    }
}

/// A commit of one person with a record so long.
fn person(number: u8, length: usize) -> ObjectCommit {
    let text = Value::text("x".repeat(length));
    let attributes: Attributes = [(Name::CITY, text)].into_iter().collect();
    let object = Object {
        id: ObjectId::from_slice(&[number; 16]).expect("sixteen bytes"),
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
    let writes = vec![Write::Put { object, claim: Vec::new(), release: Vec::new() }];
    ObjectCommit {
        tenant: facts().id,
        actor: Actor::System,
        at: Timestamp(0),
        conditions: Vec::new(),
        groups: vec![Group { expects: Vec::new(), writes, audit }],
        durability: Durability::Durable,
    }
}

#[test]
fn a_full_disk_fails_the_commit_and_nothing_else() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = SqliteStore::open(dir.path(), Options { shards: 1, cache_mb: 8 }).expect("free");
    store.create_tenant(&facts(), &Actor::System, Timestamp(0)).expect("free");
    store.commit(person(1, 10)).expect("there is room");
    store.shards[0].write(Work::LimitPages(60)).expect("it can be set");
    let error = store.commit(person(2, 1_000_000)).expect_err("there is no room");
    assert!(matches!(&error, StoreError::Failed(what) if what.contains("disk is full")), "{error}");
    let tenant = facts().id;
    assert_eq!(store.count(tenant, Kind::User, Deleted::Both).expect("it can be read"), 1);
    assert_eq!(store.head(tenant).expect("it can be read").number, 1);
    store.commit(person(3, 10)).expect("a small one still fits");
    store.shards[0].write(Work::LimitPages(1 << 30)).expect("it can be set");
    store.commit(person(2, 1_000_000)).expect("there is room again");
    let chain = store.audit(tenant, 0, 10).expect("it can be read");
    assert_eq!(chain.iter().map(|entry| entry.number).collect::<Vec<_>>(), [1, 2, 3]);
    verify("", &chain).expect("it holds");
}

#[test]
fn of_commits_that_wait_together_only_the_one_without_room_fails() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = SqliteStore::open(dir.path(), Options { shards: 1, cache_mb: 8 }).expect("free");
    store.create_tenant(&facts(), &Actor::System, Timestamp(0)).expect("free");
    store.shards[0].write(Work::LimitPages(100)).expect("it can be set");
    let failed: usize = std::thread::scope(|scope| {
        let workers: Vec<_> = (1..=12_u8)
            .map(|number| {
                let store = &store;
                let length = if number == 6 { 2_000_000 } else { 100 };
                scope.spawn(move || usize::from(store.commit(person(number, length)).is_err()))
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().expect("no panic")).sum()
    });
    assert_eq!(failed, 1);
    assert_eq!(store.head(facts().id).expect("it can be read").number, 11);
}
