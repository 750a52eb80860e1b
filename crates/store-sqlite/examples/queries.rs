//! How fast queries are answered: writes people, asks each query for its first page, for a page from
//! the middle and for its count, and prints the times as one JSON document.
//!
//! `cargo run --release -p store-sqlite --example queries [USERS] [DIRECTORY]`

#[path = "common/people.rs"]
mod people;

use std::{env, error::Error, path::PathBuf, time::Instant};

use model::{
    Actor, Identity, Kind, Name, Query, TenantId, Timestamp, Value,
    query::{Comparison, Field, Folded, Operand, Order, Predicate, Test},
    words,
};
use people::{PAGE, facts, id, mix, page_of_people, person, target};
use serde_json::{Map, json};
use store::{Store, Write};
use store_sqlite::{Options, SqliteStore};

/// The allocator of the server, so that what is measured here is what the server has.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let users: u64 = arguments.next().map_or(Ok(200_000), |users| users.parse())?;
    let root = arguments.next().map_or_else(env::temp_dir, PathBuf::from);
    let dir = tempfile::Builder::new().prefix("syncline-queries-").tempdir_in(root)?;
    let store = SqliteStore::open(dir.path(), Options::default())?;
    let tenant = TenantId(id(1, 1).0);
    store.create_tenant(&facts(tenant, 0), &Actor::System, Timestamp(0))?;
    let began = Instant::now();
    for page in 0..users.div_ceil(PAGE) {
        store.commit(page_of_all(tenant, page))?;
    }
    let mut report = Map::new();
    report.insert("users".to_owned(), json!(users));
    report.insert("written_in_s".to_owned(), json!(began.elapsed().as_secs_f64()));
    for (name, predicate, order) in simple(users).into_iter().chain(others(users)) {
        let order = order.unwrap_or_else(|| predicate.natural_order());
        let answer = ask(&store, tenant, predicate, order)?;
        eprintln!("{name}: {answer}");
        report.insert(name.to_owned(), answer);
    }
    println!("{}", serde_json::to_string_pretty(&report)?);
    Ok(())
}

/// People with addresses and identities, of whom one in a hundred is disabled and one in fifty is a
/// guest, and who were made one after the other.
fn page_of_all(tenant: TenantId, page: u64) -> store::ObjectCommit {
    let mut commit = page_of_people(tenant, page);
    for (number, group) in (page * PAGE..).zip(&mut commit.groups) {
        let Some(Write::Put { object, .. }) = group.writes.first_mut() else { continue };
        object.created = Timestamp(1_790_000_000_000 + number as i64);
        let mail = object.text(&Name::MAIL).unwrap_or_default().to_owned();
        let attributes = &mut object.attributes;
        let identity = Identity {
            sign_in_type: "federated".to_owned(),
            issuer: "ExternalAzureAD".to_owned(),
            issuer_assigned_id: Some(format!("a{number}")),
        };
        attributes.set(Name::IDENTITIES, Value::List(vec![identity.to_value()]));
        attributes.set(Name::OTHER_MAILS, Value::List(vec![Value::text(&mail)]));
        let addresses = [format!("SMTP:{mail}"), format!("smtp:p{number}@contoso.example")];
        let addresses = addresses.map(Value::Text).to_vec();
        attributes.set(Name::PROXY_ADDRESSES, Value::List(addresses));
        attributes.set(Name::ACCOUNT_ENABLED, Value::Boolean(!mix(number).is_multiple_of(100)));
        if mix(number).is_multiple_of(50) {
            attributes.set(Name::USER_TYPE, Value::text("Guest"));
        }
    }
    commit
}

type Asked = (&'static str, Predicate, Option<Order>);

/// The text that the person in the middle has.
fn text_of(users: u64, name: &Name) -> String {
    person(users / 2).0.text(name).unwrap_or_default().to_owned()
}

fn is_enabled(value: bool) -> Predicate {
    let test = Test::Equals(Operand::Boolean(value));
    Predicate::Test(Field::Attribute(Name::ACCOUNT_ENABLED), test)
}

fn by_display_name() -> Option<Order> {
    Some(Order::Text(Name::DISPLAY_NAME))
}

/// Questions of one test.
fn simple(users: u64) -> Vec<Asked> {
    let text = |name: &Name| text_of(users, name);
    let equals = |name: &Name| Predicate::equals(name.clone(), &text(name));
    let starts = |name: &Name, length| {
        let prefix: String = text(name).chars().take(length).collect();
        Predicate::starts_with(name.clone(), &prefix)
    };
    let part = |name: &str, text: &str| {
        Predicate::Test(Field::Part(name.to_owned()), Test::Equals(Operand::text(text)))
    };
    let assigned = format!("a{}", users / 2);
    let identity = vec![part("issuerAssignedId", &assigned), part("issuer", "ExternalAzureAD")];
    let begins = |prefix: &str| {
        let test = Test::StartsWith(Folded::new(prefix));
        Box::new(Predicate::Test(Field::Item, test))
    };
    vec![
        ("everybody", Predicate::EVERYTHING, None),
        ("everybody by displayName", Predicate::EVERYTHING, by_display_name()),
        ("id eq", Predicate::is(target(users / 2)), None),
        ("userPrincipalName eq", equals(&Name::USER_PRINCIPAL_NAME), None),
        ("mail eq", equals(&Name::MAIL), None),
        ("displayName eq", equals(&Name::DISPLAY_NAME), None),
        ("employeeId eq", equals(&Name::EMPLOYEE_ID), None),
        ("employeeId eq, nobody", Predicate::equals(Name::EMPLOYEE_ID, "x"), None),
        ("department eq, one in 40", equals(&Name::DEPARTMENT), None),
        ("userType eq Guest, one in 50", Predicate::equals(Name::USER_TYPE, "Guest"), None),
        ("creationType eq, everybody", equals(&Name::CREATION_TYPE), None),
        (
            "externalUserState eq, nobody",
            Predicate::equals(Name::EXTERNAL_USER_STATE, "PendingAcceptance"),
            None,
        ),
        ("accountEnabled eq false, one in 100", is_enabled(false), None),
        ("accountEnabled eq true", is_enabled(true), None),
        ("startswith displayName, 4 letters", starts(&Name::DISPLAY_NAME, 4), None),
        ("startswith displayName, 1 letter", starts(&Name::DISPLAY_NAME, 1), None),
        ("startswith userPrincipalName", starts(&Name::USER_PRINCIPAL_NAME, 5), None),
        ("startswith mail", starts(&Name::MAIL, 5), None),
        (
            "proxyAddresses any eq",
            Predicate::holds_text(
                Name::PROXY_ADDRESSES,
                &format!("smtp:p{}@contoso.example", users / 2),
            ),
            None,
        ),
        (
            "proxyAddresses any startswith, everybody",
            Predicate::Any(Name::PROXY_ADDRESSES, begins("smtp:")),
            None,
        ),
        ("otherMails any eq", Predicate::holds_text(Name::OTHER_MAILS, &text(&Name::MAIL)), None),
        (
            "identities any",
            Predicate::Any(Name::IDENTITIES, Box::new(Predicate::And(identity))),
            None,
        ),
    ]
}

/// Questions of several tests, and such as no list answers.
fn others(users: u64) -> Vec<Asked> {
    let text = |name: &Name| text_of(users, name);
    let equals = |name: &Name| Predicate::equals(name.clone(), &text(name));
    let late = Operand::Time(Timestamp(1_790_000_000_000 + users as i64 * 9 / 10));
    let ends = Test::EndsWith(Folded::new("#EXT#@fabrikam.example"));
    let nowhere = Test::EndsWith(Folded::new("@nowhere.example"));
    let by_attribute = |name: Name, test| Predicate::Test(Field::Attribute(name), test);
    vec![
        (
            "department eq and accountEnabled eq false",
            Predicate::And(vec![equals(&Name::DEPARTMENT), is_enabled(false)]),
            None,
        ),
        (
            "mail eq or otherMails any eq",
            Predicate::Or(vec![
                equals(&Name::MAIL),
                Predicate::holds_text(Name::OTHER_MAILS, &text(&Name::MAIL)),
            ]),
            None,
        ),
        ("department eq by displayName", equals(&Name::DEPARTMENT), by_display_name()),
        (
            "created ge, one in 10",
            Predicate::Test(Field::Created, Test::Compare(Comparison::GreaterOrEqual, late)),
            Some(Order::Created),
        ),
        ("userType ne Guest", Predicate::equals(Name::USER_TYPE, "Guest").negated(), None),
        (
            "endswith userPrincipalName, everybody",
            by_attribute(Name::USER_PRINCIPAL_NAME, ends),
            None,
        ),
        (
            "endswith userPrincipalName, nobody (one bounded page)",
            by_attribute(Name::USER_PRINCIPAL_NAME, nowhere),
            None,
        ),
        (
            "search displayName, nobody (one bounded page)",
            by_attribute(Name::DISPLAY_NAME, Test::Words(words::split("qqqqq zzzzz"))),
            None,
        ),
    ]
}

/// The first question, which may begin a list; then the median of the first page, of the page behind
/// the fiftieth, and the count.
fn ask(
    store: &SqliteStore,
    tenant: TenantId,
    predicate: Predicate,
    order: Order,
) -> Result<serde_json::Value, Box<dyn Error>> {
    let query = |after, limit| Query {
        kind: Kind::User,
        deleted: false,
        predicate: predicate.clone(),
        order: order.clone(),
        descending: false,
        after,
        limit,
    };
    let began = Instant::now();
    let first = store.query(tenant, &query(None, 100))?;
    let begun = began.elapsed().as_secs_f64() * 1e3;
    let median = |after: &Option<model::query::Mark>| -> Result<f64, Box<dyn Error>> {
        let mut times = Vec::new();
        for _ in 0..21 {
            let began = Instant::now();
            store.query(tenant, &query(after.clone(), 100))?;
            times.push(began.elapsed().as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        Ok(times[10])
    };
    let mut report = json!({
        "objects": first.objects.len(),
        "first_time_ms": round(begun),
        "page_ms": round(median(&None)?),
    });
    let mut after = first.next;
    for _ in 0..49 {
        if after.is_some() {
            after = store.query(tenant, &query(after, 100))?.next;
        }
    }
    if after.is_some() {
        report["fiftieth_page_ms"] = json!(round(median(&after)?));
    }
    let began = Instant::now();
    report["count"] = json!(store.count_query(tenant, Kind::User, false, &predicate)?);
    report["count_ms"] = json!(round(began.elapsed().as_secs_f64() * 1e3));
    Ok(report)
}

fn round(milliseconds: f64) -> f64 {
    (milliseconds * 100.0).round() / 100.0
}
