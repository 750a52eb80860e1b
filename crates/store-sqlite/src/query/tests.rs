//! What small stores do not show: walks that stop, lists too long to be gathered, and that searches
//! are searches.

use std::{cell::Cell, path::Path};

use model::{
    Actor, Attributes, Kind, Name, Object, ObjectId, Query, Tenant, TenantId, Timestamp, Value,
    query::{Comparison, Field, Folded, Operand, Order, Predicate, Test},
};
use rusqlite::Connection;
use store::{AuditEntry, Durability, Group, ObjectCommit, Store, Write, conformance};

use super::{Bounds, Way};
use crate::{Options, SqliteStore};

const TENANT: TenantId = TenantId(uuid::Uuid::from_bytes([1; 16]));

fn open(dir: &Path, bounds: Bounds) -> SqliteStore {
    let mut store = SqliteStore::open(dir, Options { shards: 1, cache_mb: 8 }).expect("it is free");
    store.bounds = bounds;
    store
}

/// Everything beyond one object is too long to be gathered, so that orders are walked.
#[test]
fn the_backend_answers_as_the_model_does_where_lists_are_long() {
    let root = tempfile::tempdir().expect("a directory");
    let number = Cell::new(0);
    let make = || -> Box<dyn Store> {
        number.set(number.get() + 1);
        let bounds = Bounds { gather: number.get() % 2, walk: 1_000 };
        Box::new(open(&root.path().join(number.get().to_string()), bounds))
    };
    conformance::run(make, 8, 150, 5);
}

fn person(number: u16) -> Object {
    let mut bytes = [7; 16];
    // Ids are not in the order of rows.
    bytes[..2].copy_from_slice(&number.wrapping_mul(40_503).to_be_bytes());
    let attributes: Attributes = [
        (Name::DISPLAY_NAME, Value::text(format!("Person {:03}", number % 10))),
        (Name::CITY, Value::text(if number.is_multiple_of(2) { "Bern" } else { "Zürich" })),
        (Name::STREET_ADDRESS, Value::text(format!("Street {}", number % 5))),
        (Name::ACCOUNT_ENABLED, Value::Boolean(!number.is_multiple_of(4))),
        (
            Name::OTHER_MAILS,
            Value::List(vec![Value::text("a@b.example"), Value::text("ab@b.example")]),
        ),
    ]
    .into_iter()
    .collect();
    Object {
        id: ObjectId::from_slice(&bytes).expect("sixteen bytes"),
        kind: Kind::User,
        attributes,
        home: None,
        created: Timestamp(i64::from(number % 7)),
        deleted: None,
        receipt: None,
        version: 0,
    }
}

fn filled(dir: &Path, count: u16, bounds: Bounds) -> SqliteStore {
    let store = open(dir, bounds);
    let facts = Tenant {
        id: TENANT,
        name: "north".to_owned(),
        domains: vec!["north.example".parse().expect("a domain")],
        created: Timestamp(0),
        version: 1,
    };
    store.create_tenant(&facts, &Actor::System, Timestamp(0)).expect("it is free");
    let put = |object| Write::Put { object, claim: Vec::new(), release: Vec::new() };
    let audit = AuditEntry {
        activity: "Add user".to_owned(),
        target_kind: "user".to_owned(),
        target: String::new(),
        detail: String::new(),
        request: None,
    };
    let writes = (0..count).map(|number| put(person(number))).collect();
    let commit = ObjectCommit {
        tenant: TENANT,
        actor: Actor::System,
        at: Timestamp(0),
        conditions: Vec::new(),
        groups: vec![Group { expects: Vec::new(), writes, audit }],
        durability: Durability::Bulk,
    };
    assert!(store.commit(commit).expect("it fits").results[0].is_ok());
    store
}

fn ask(predicate: Predicate, order: Order, descending: bool, limit: usize) -> Query {
    Query { kind: Kind::User, deleted: false, predicate, order, descending, after: None, limit }
}

/// All pages: how many objects each has, and the objects.
fn pages(store: &SqliteStore, mut query: Query) -> (Vec<usize>, Vec<ObjectId>) {
    let (mut sizes, mut ids) = (Vec::new(), Vec::new());
    loop {
        let page = store.query(TENANT, &query).expect("it stands");
        sizes.push(page.objects.len());
        ids.extend(page.objects.iter().map(|object| object.id));
        query.after = page.next;
        if query.after.is_none() {
            return (sizes, ids);
        }
    }
}

/// Some that each way of answering is taken by.
fn predicates() -> Vec<Predicate> {
    let street = Predicate::equals(Name::STREET_ADDRESS, "street 3");
    let disabled = Predicate::Test(
        Field::Attribute(Name::ACCOUNT_ENABLED),
        Test::Equals(Operand::Boolean(false)),
    );
    let created = Test::Compare(Comparison::GreaterOrEqual, Operand::Time(Timestamp(5)));
    let item = Predicate::Test(Field::Item, Test::StartsWith(Folded::new("A")));
    let bern = || Predicate::equals(Name::CITY, "bern");
    vec![
        Predicate::EVERYTHING,
        Predicate::NOTHING,
        bern(),
        Predicate::starts_with(Name::DISPLAY_NAME, "PERSON 00"),
        Predicate::Or(vec![
            bern(),
            Predicate::equals(Name::CITY, "ZÜRICH"),
            Predicate::is(person(3).id),
        ]),
        Predicate::And(vec![bern(), street.clone(), disabled]),
        Predicate::Test(Field::Created, created),
        Predicate::Any(Name::OTHER_MAILS, Box::new(item)),
        Predicate::holds_text(Name::OTHER_MAILS, "AB@b.example"),
        street,
    ]
}

#[test]
fn a_walk_that_stops_goes_on_where_it_stopped() {
    let dir = tempfile::tempdir().expect("a directory");
    let wide = Bounds { walk: 1_000, gather: 1_000 };
    let mut store = filled(dir.path(), 60, wide);
    let orders = [Order::Row, Order::Id, Order::Created, Order::Text(Name::DISPLAY_NAME)];
    let queries = || {
        let each = predicates()
            .into_iter()
            .flat_map(|predicate| orders.clone().map(move |order| (predicate.clone(), order)));
        each.flat_map(|(predicate, order)| {
            [false, true].map(|descending| ask(predicate.clone(), order.clone(), descending, 4))
        })
    };
    let expected: Vec<_> = queries().map(|query| pages(&store, query).1).collect();
    for predicate in predicates() {
        let counted = store.count_query(TENANT, Kind::User, false, &predicate).expect("it stands");
        let holding = (0..60).map(person).filter(|object| predicate.holds(object)).count();
        assert_eq!(counted, holding as u64, "{predicate:?}");
    }
    for (walk, gather) in [(3, 0), (7, 5), (1, 0), (1_000, 0)] {
        store.bounds = Bounds { walk, gather };
        for (query, expected) in queries().zip(&expected) {
            let (sizes, found) = pages(&store, query.clone());
            assert_eq!(found, *expected, "{query:?} with {walk} and {gather}");
            assert!(sizes.iter().all(|size| *size <= 4));
        }
    }
}

#[test]
fn pages_stay_short_where_nobody_passes() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = filled(dir.path(), 60, Bounds { walk: 25, gather: 0 });
    let nobody = Predicate::equals(Name::STREET_ADDRESS, "nowhere");
    assert_eq!(pages(&store, ask(nobody, Order::Row, false, 4)).0, [0, 0, 0]);
}

#[test]
fn lists_and_rows_are_searched_by_their_keys() {
    let dir = tempfile::tempdir().expect("a directory");
    drop(filled(dir.path(), 1, Bounds { walk: 25, gather: 0 }));
    let conn = Connection::open(dir.path().join("shard-0.db")).expect("it stands");
    let plan = |sql: &str| -> Vec<String> {
        let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("it is SQL");
        let nothing = vec![rusqlite::types::Value::Null; statement.parameter_count()];
        let steps = statement.query_map(rusqlite::params_from_iter(nothing), |row| row.get(3));
        steps.expect("a plan").collect::<Result<_, _>>().expect("texts")
    };
    for way in [Way { descending: false }, Way { descending: true }] {
        let range = if way.descending { "<" } else { ">" };
        let bounds = match way.descending {
            true => "value>? AND (value,object)<(?,?)",
            false => "(value,object)>(?,?) AND value<?",
        };
        let list = format!(
            "SEARCH listed USING PRIMARY KEY (tenant_no=? AND list_no=? AND kind=? AND {bounds})"
        );
        let steps = plan(&way.along_list());
        assert_eq!(steps[0], list);
        let object = "SEARCH object USING INDEX object_id (tenant_no=? AND id=?)";
        assert_eq!(steps[1..], [object]);
        let merged = format!(
            "SEARCH object_value USING PRIMARY KEY \
             (tenant_no=? AND list_no=? AND kind=? AND value=? AND object{range}?)"
        );
        assert_eq!(plan(&way.along_text()), [merged]);
        let by_id = format!("SEARCH object USING INDEX object_id (tenant_no=? AND id{range}?)");
        assert_eq!(plan(&way.along_ids()), [by_id]);
        let rows = "SEARCH object USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)";
        assert_eq!(plan(&way.along_rows()), [rows]);
        // Each bound is searched by, so that a page far behind costs what the first one does.
        assert_eq!(way.along_rows().matches("place ").count(), 3);
    }
}
