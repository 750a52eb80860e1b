//! What each step of the line costs for one person, without reading or writing anything. The time
//! that is printed is the time for one person, as every measurement takes one person a step.
//!
//! Before the times it is printed how often each of the main steps takes memory for one person.
//!
//! `cargo bench -p engine`

use std::{alloc::System, cell::Cell, hint::black_box};

use criterion::{Criterion, criterion_group, criterion_main};
use engine::{
    Decision, Desired, Facts, Record, Rules, Schema, compare, decide_match, evaluate,
    guard::{Counts, check_removals},
    keys_to_ask, map,
    scope::{self, PersonInScope},
};
use expr::{Expression, Input};
use model::{
    Attributes, Clause, Filter, Group, HomeIdentity, Job, JobId, Kind, Limits, Link, LinkState,
    Name, Object, ObjectId, Operator, ScopeMode, Tenant, TenantId, Timestamp, Value,
};

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// As many people as a page holds.
const PAGE: u128 = 1_000;
const NOW: Timestamp = Timestamp(1_790_000_000_000);

fn main_group(criterion: &mut Criterion) {
    count_allocations();
    scope_steps(criterion);
    map_steps(criterion);
    target_steps(criterion);
    guard_step(criterion);
    expressions(criterion);
}

criterion_group!(line, main_group);
criterion_main!(line);

/// How often memory is taken for one person, on the average of a page.
fn count_allocations() {
    let count = |name: &str, step: &dyn Fn()| {
        step();
        let region = Region::new(ALLOCATOR);
        (0..PAGE).for_each(|_| step());
        let taken = region.change();
        let taken = (taken.allocations + taken.reallocations) as f64 / PAGE as f64;
        println!("{name}: {taken:.1} allocations for a person");
    };
    let filtered = World::new(four_clauses());
    let next = filtered.turn();
    count("scope/four clauses", &|| drop(scope::decide(&filtered.rules, next(), NOW)));
    let world = World::new(Filter::default());
    let next = world.turn();
    count("map/default mappings", &|| drop(world.desired(next())));
    count("scope to plan/unchanged", &|| drop(world.to_plan(next())));
}

fn scope_steps(criterion: &mut Criterion) {
    let world = World::new(Filter::default());
    let next = world.turn();
    criterion.bench_function("scope/no filter", |bencher| {
        bencher.iter(|| black_box(scope::decide(&world.rules, next(), NOW)).clone());
    });
    let world = World::new(four_clauses());
    let next = world.turn();
    criterion.bench_function("scope/four clauses", |bencher| {
        bencher.iter(|| black_box(scope::decide(&world.rules, next(), NOW)).clone());
    });
}

fn map_steps(criterion: &mut Criterion) {
    let world = World::new(Filter::default());
    let next = world.turn();
    criterion.bench_function("map/default mappings", |bencher| {
        bencher.iter(|| drop(black_box(world.desired(next()))));
    });
    let desired = world.desired(next());
    criterion.bench_function("map/keys of somebody new", |bencher| {
        bencher.iter(|| black_box(keys_to_ask(&world.rules, &desired, None)));
    });
}

fn target_steps(criterion: &mut Criterion) {
    let world = World::new(Filter::default());
    let next = world.turn();
    let nobody = Facts::default();
    criterion.bench_function("match/linked", |bencher| {
        let desired: Vec<_> = world.records.iter().map(|record| world.desired(record)).collect();
        let mut turn = desired.iter().cycle();
        bencher.iter(|| {
            let desired = turn.next().expect("a cycle does not end");
            black_box(decide_match(&world.rules, desired, &world.facts));
        });
    });
    criterion.bench_function("match/new", |bencher| {
        let desired = world.desired(next());
        bencher.iter(|| black_box(decide_match(&world.rules, &desired, &nobody)));
    });
    let mut diff = |name: &str, facts: &Facts| {
        criterion.bench_function(name, |bencher| {
            let desired: Vec<_> = world
                .records
                .iter()
                .map(|record| (world.desired(record), facts.find_linked(record.id)))
                .collect();
            let mut turn = desired.iter().cycle();
            bencher.iter(|| {
                let (desired, live) = turn.next().expect("a cycle does not end");
                black_box(compare(&world.rules, desired, *live, facts)).is_ok()
            });
        });
    };
    diff("diff/unchanged", &world.facts);
    diff("diff/one changed", &world.moved());
    diff("diff/new", &nobody);
    let next = world.turn();
    criterion.bench_function("scope to plan/unchanged", |bencher| {
        bencher.iter(|| black_box(world.to_plan(next())));
    });
}

fn guard_step(criterion: &mut Criterion) {
    let limits = Limits::default();
    criterion.bench_function("guard", |bencher| {
        bencher.iter(|| {
            let counts = Counts { staged: 10, recent: 3, linked: 1_000_000 };
            check_removals(black_box(counts), black_box(&limits))
        });
    });
}

fn expressions(criterion: &mut Criterion) {
    let cases = [
        ("attribute", "[department]"),
        ("join", r#"Join(" ", [givenName], [surname])"#),
        ("nested", r#"Switch([department], "other", "Sales", ToUpper([city]), "Legal", [city])"#),
    ];
    for (name, text) in cases {
        let expression = Expression::parse(text).expect("the expressions of this file are right");
        criterion.bench_function(&format!("expression/{name}"), |bencher| {
            bencher.iter(|| black_box(expression.evaluate(&Ada)).is_ok());
        });
    }
}

struct Ada;

impl Input for Ada {
    fn attribute(&self, name: &str) -> expr::Value<'_> {
        expr::Value::from(match name {
            "department" => "Sales",
            "givenName" => "Ada",
            "surname" => "Lovelace",
            _ => "London",
        })
    }
}

/// A page of people, linked to what the target made of them.
struct World {
    rules: Rules,
    records: Vec<Record>,
    facts: Facts,
}

impl World {
    fn new(filter: Filter) -> Self {
        let rules = rules(filter);
        let records: Vec<Record> = (1..=PAGE).map(record).collect();
        let mut world = Self { rules, records, facts: Facts::default() };
        let live: Vec<Object> = world.records.iter().map(|record| world.live(record)).collect();
        for (record, live) in world.records.iter().zip(live) {
            let link = Link { source: record.id, target: live.id, state: LinkState::Active };
            world.facts.links.insert(record.id, link);
            world.facts.live.insert(live.id, live);
        }
        world
    }

    /// One record after the other, over and over.
    fn to_plan(&self, record: &Record) -> Decision {
        let scoped = scope::decide(&self.rules, record, NOW);
        let desired = Some(map(&self.rules, person(record), NOW));
        evaluate(&self.rules, record, scoped, desired, &self.facts).decision
    }

    fn turn<'a>(&'a self) -> impl Fn() -> &'a Record {
        let at = Cell::new(0);
        move || {
            at.set((at.get() + 1) % self.records.len());
            &self.records[at.get()]
        }
    }

    fn desired<'r>(&self, record: &'r Record) -> Desired<'r> {
        map(&self.rules, person(record), NOW).expect("the default mappings fail for nobody")
    }

    /// What the target holds for somebody after the first cycle.
    fn live(&self, record: &Record) -> Object {
        let desired = self.desired(record);
        let made = compare(&self.rules, &desired, None, &Facts::default());
        let made = made.expect("nobody holds a name yet").modifications;
        let attributes: Attributes =
            made.into_iter().filter_map(|one| Some((one.name, one.new?))).collect();
        Object {
            id: ObjectId(uuid(0xb, record.id.0.as_u128())),
            home: Some(HomeIdentity { tenant: self.rules.source.id, object: record.id }),
            attributes,
            ..person(record).person.clone()
        }
    }

    /// The facts after everybody's department was changed in the target.
    fn moved(&self) -> Facts {
        let mut facts = Facts { links: self.facts.links.clone(), ..Facts::default() };
        for live in self.facts.live.values() {
            let mut live = live.clone();
            live.attributes.set(Name::DEPARTMENT, Value::text("Somewhere else"));
            facts.live.insert(live.id, live);
        }
        facts
    }
}

fn person(record: &Record) -> PersonInScope<'_> {
    PersonInScope { person: record.object.as_ref().expect("everybody here exists"), record }
}

fn uuid(kind: u128, number: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(
        kind << 124 | number.wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835) >> 8,
    )
}

fn tenant(number: u128, domain: &str) -> Tenant {
    Tenant {
        id: TenantId(uuid(0xa, number)),
        name: domain.to_owned(),
        domains: vec![domain.parse().expect("a domain")],
        created: NOW,
        version: 1,
    }
}

fn rules(filter: Filter) -> Rules {
    let source = tenant(1, "contoso.example");
    let target = tenant(2, "fabrikam.example");
    let tenants = (source.id, target.id);
    let job = Job {
        scope: ScopeMode::All,
        filter,
        ..Job::new(JobId(uuid(0xc, 1)), "everybody", tenants, NOW)
    };
    let schema = Schema::default();
    Rules::compile(&job, (&source, &schema), (&target, &schema)).expect("a good configuration")
}

/// All of them hold, so that all of them are asked.
fn four_clauses() -> Filter {
    let clause = |attribute: &str, operator, operand: &str| Clause {
        attribute: attribute.to_owned(),
        operator,
        operand: operand.to_owned(),
    };
    let clauses = vec![
        clause("department", Operator::Equals, "Marketing"),
        clause("country", Operator::In, "Switzerland, Germany"),
        clause("mail", Operator::EndsWith, "@contoso.example"),
        clause("accountEnabled", Operator::IsTrue, ""),
    ];
    Filter { groups: vec![Group { name: "staff".to_owned(), clauses }] }
}

fn record(number: u128) -> Record {
    let login = format!("given.surname{number}");
    let address = format!("{login}@contoso.example");
    let texts = [
        (Name::CITY, "Zürich".to_owned()),
        (Name::COMPANY_NAME, "Contoso".to_owned()),
        (Name::COUNTRY, "Switzerland".to_owned()),
        (Name::DEPARTMENT, "Marketing".to_owned()),
        (Name::DISPLAY_NAME, format!("Given Surname {number}")),
        (Name::EMPLOYEE_ID, format!("E{number:08}")),
        (Name::GIVEN_NAME, "Given".to_owned()),
        (Name::JOB_TITLE, format!("Specialist {number}")),
        (Name::MAIL, address.clone()),
        (Name::MAIL_NICKNAME, login),
        (Name::MOBILE_PHONE, format!("+41 79 {number:07}")),
        (Name::OFFICE_LOCATION, format!("Building {number}")),
        (Name::POSTAL_CODE, "8000".to_owned()),
        (Name::PREFERRED_LANGUAGE, "de-CH".to_owned()),
        (Name::STATE, "Zürich".to_owned()),
        (Name::STREET_ADDRESS, format!("Seestrasse {number}")),
        (Name::SURNAME, "Surname".to_owned()),
        (Name::USER_PRINCIPAL_NAME, address),
        (Name::USER_TYPE, "Member".to_owned()),
    ];
    let mut attributes: Attributes =
        texts.into_iter().map(|(name, text)| (name, Value::text(text))).collect();
    attributes.set(Name::ACCOUNT_ENABLED, Value::Boolean(true));
    attributes.set(Name::BUSINESS_PHONES, Value::List(vec![Value::text("+41 44 1234567")]));
    let id = ObjectId(uuid(0x4, number));
    let object = Object {
        id,
        kind: Kind::User,
        attributes,
        home: None,
        created: NOW,
        deleted: None,
        receipt: None,
        version: 1,
    };
    Record::of(id, Some(object))
}
