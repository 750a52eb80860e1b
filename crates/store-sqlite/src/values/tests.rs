//! What the suite cannot see from outside: lists that are filled over several transactions, with
//! commits and the end of the process in between, and how their questions are answered.

use std::{path::Path, thread};

use model::{Actor, Attributes, Kind, Name, Object, ObjectId, Tenant, TenantId, Timestamp, Value};
use rusqlite::Connection;
use store::{AuditEntry, Durability, Group, ObjectCommit, Store, StoreError, Write};

use super::{Form, HOLDERS, filling::PAGE};
use crate::{Options, SqliteStore};

fn tenant() -> TenantId {
    TenantId::from_slice(&[1; 16]).expect("sixteen bytes")
}

fn id(number: u16) -> ObjectId {
    let mut bytes = [0; 16];
    bytes[14..].copy_from_slice(&number.to_be_bytes());
    ObjectId::from_slice(&bytes).expect("sixteen bytes")
}

fn open(dir: &Path) -> SqliteStore {
    SqliteStore::open(dir, Options { shards: 1, cache_mb: 8 }).expect("the directory is free")
}

fn create(dir: &Path) -> SqliteStore {
    let store = open(dir);
    let facts = Tenant {
        id: tenant(),
        name: "north".to_owned(),
        domains: vec!["north.example".parse().expect("a domain")],
        created: Timestamp(0),
        version: 1,
    };
    store.create_tenant(&facts, &Actor::System, Timestamp(0)).expect("it is free");
    store
}

fn person(number: u16, nickname: &str) -> Object {
    let attributes: Attributes =
        [(Name::MAIL_NICKNAME, Value::text(nickname))].into_iter().collect();
    Object {
        id: id(number),
        kind: Kind::User,
        attributes,
        home: None,
        created: Timestamp(0),
        deleted: None,
        receipt: None,
        version: 0,
    }
}

fn put(store: &SqliteStore, objects: impl IntoIterator<Item = Object>) {
    let put = |object| Write::Put { object, claim: Vec::new(), release: Vec::new() };
    let audit = AuditEntry {
        activity: "Add user".to_owned(),
        target_kind: "user".to_owned(),
        target: String::new(),
        detail: String::new(),
        request: None,
    };
    let writes = objects.into_iter().map(put).collect();
    let commit = ObjectCommit {
        tenant: tenant(),
        actor: Actor::System,
        at: Timestamp(0),
        conditions: Vec::new(),
        groups: vec![Group { expects: Vec::new(), writes, audit }],
        durability: Durability::Bulk,
    };
    assert!(store.commit(commit).expect("it fits").results[0].is_ok());
}

/// Fills the list of nicknames for one page of three; says whether there may be more.
fn fill(store: &SqliteStore) -> bool {
    let (_, owner) = store.registry.find(tenant()).expect("it stands");
    let form = Form::Text(Name::MAIL_NICKNAME);
    super::fill(&store.shards[0], owner, &form, 3).expect("there is room")
}

fn holders(store: &SqliteStore, text: &str) -> Vec<ObjectId> {
    let texts = [text.to_owned()];
    let found = store.holders(tenant(), Kind::User, &Name::MAIL_NICKNAME, &texts, usize::MAX);
    found.expect("it stands").remove(0)
}

#[test]
fn a_list_is_right_whatever_happens_while_it_is_filled() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = create(dir.path());
    put(&store, (0..20).map(|number| person(number, &format!("Nick {}", number % 2))));
    assert!(fill(&store));
    // Of those in the list one is renamed and one is deleted, and so of those who are not yet.
    let deleted = Some(Timestamp(1));
    put(&store, [person(0, "new"), person(7, "new"), person(30, "nick 1"), person(31, "nick 0")]);
    put(&store, [1, 8, 31].map(|number| Object { deleted, ..person(number, "nick 1") }));
    assert!(fill(&store));
    drop(store);
    let store = open(dir.path());
    assert!(fill(&store));
    put(&store, [person(3, "NEW"), person(9, "NEW")]);
    assert_eq!(holders(&store, "nick 0"), [2, 4, 6, 10, 12, 14, 16, 18].map(id));
    assert_eq!(holders(&store, "nick 1"), [5, 11, 13, 15, 17, 19, 30].map(id));
    assert_eq!(holders(&store, "New"), [0, 3, 7, 9].map(id));
    assert!(!fill(&store));
    put(&store, [person(31, "new")]);
    assert_eq!(holders(&store, "new"), [0, 3, 7, 9, 31].map(id));
    assert_eq!(rows(dir.path(), "object_value"), 20);
}

fn rows(dir: &Path, table: &str) -> i64 {
    let conn = Connection::open(dir.join("shard-0.db")).expect("it stands");
    conn.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).expect("a table")
}

#[test]
fn commits_go_on_while_several_ask_first() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = create(dir.path());
    let count = PAGE as u16 * 2 + 1;
    put(&store, (0..count).map(|number| person(number, "old")));
    thread::scope(|scope| {
        scope.spawn(|| {
            for number in (0..count).step_by(100) {
                put(&store, [person(number, "new")]);
            }
        });
        for _ in 0..2 {
            scope.spawn(|| {
                let (old, new) = (holders(&store, "old").len(), holders(&store, "new").len());
                // Between the two questions people may be renamed, but nobody is lost.
                assert!(old + new >= usize::from(count));
            });
        }
    });
    let renamed = usize::from(count).div_ceil(100);
    assert_eq!(holders(&store, "new").len(), renamed);
    assert_eq!(holders(&store, "old").len(), usize::from(count) - renamed);
    assert_eq!(rows(dir.path(), "object_value"), i64::from(count));
}

#[test]
fn the_list_goes_with_its_tenant() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = create(dir.path());
    put(&store, [person(1, "ada")]);
    assert_eq!(holders(&store, "ADA"), [id(1)]);
    store.delete_tenant(tenant(), &Actor::System, Timestamp(0)).expect("it stands");
    let gone = store.holders(tenant(), Kind::User, &Name::MAIL_NICKNAME, &[], 1);
    assert!(matches!(gone, Err(StoreError::NoTenant(_))));
    assert_eq!([rows(dir.path(), "value_list"), rows(dir.path(), "object_value")], [0, 0]);
}

#[test]
fn holders_are_found_and_sorted_by_the_key_alone() {
    let dir = tempfile::tempdir().expect("a directory");
    drop(create(dir.path()));
    let conn = Connection::open(dir.path().join("shard-0.db")).expect("it stands");
    let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {HOLDERS}")).expect("it is SQL");
    let steps = statement.query_map((1, 1, 1, "a", 3), |row| row.get::<_, String>(3));
    let steps: Vec<String> = steps.expect("a plan").collect::<Result<_, _>>().expect("text");
    let search = "SEARCH object_value USING PRIMARY KEY \
                  (tenant_no=? AND list_no=? AND kind=? AND value=?)";
    assert_eq!(steps, [search]);
}
