//! What one evaluation costs: time by criterion, and how often it takes memory, which is printed
//! before. The heavy expression is to stay above 500,000 evaluations a second on one core.
//!
//! `cargo bench -p expr`

use std::alloc::System;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use expr::{Expression, Input, Pattern, Value};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

struct Ada;

impl Input for Ada {
    fn attribute(&self, name: &str) -> Value<'_> {
        Value::from(match name {
            "department" => "Sales",
            "displayName" => "Ada Lovelace-King",
            "city" => "London",
            "employeeId" => "E-004711",
            "givenName" => "Zoë",
            "surname" => "Lovelace",
            "hireDate" => "2012-03-16-07:00",
            _ => return Value::Null,
        })
    }

    fn now(&self) -> Option<jiff::Timestamp> {
        Some(jiff::Timestamp::UNIX_EPOCH)
    }
}

const CASES: [(&str, &str); 8] = [
    ("attribute", "[department]"),
    ("join", r#"Join(" ", [givenName], [surname])"#),
    (
        "heavy",
        r#"Join("-", Switch([department], "other", "Sales", Replace([displayName], , "[^A-Za-z]+", , "", , ), "Legal", [city]), [employeeId])"#,
    ),
    ("groups", r#"Replace([displayName], , "(?<first>\\w+) (?<rest>.*)$", , "${rest}, $1", , )"#),
    ("look", r#"Replace([displayName], , "(?<=[aeiou])[a-z](?!\\b)", , "", , )"#),
    (
        "address",
        r#"ToLower(Join("@", NormalizeDiacritics(StripSpaces(Join(".", [givenName], [surname]))), "contoso.com"))"#,
    ),
    ("date", r#"FormatDateTime(CDate([hireDate]), , "M/d/yyyy h:mm:ss tt", "yyyy-MM-dd")"#),
    ("condition", r#"IIF(Len([surname]) > 5, Left([surname], 5), Append([surname], "x"))"#),
];

fn evaluations(criterion: &mut Criterion) {
    for (name, text) in CASES {
        let expression = Expression::parse(text).expect("the expressions of this file are right");
        let evaluate = || black_box(expression.evaluate(&Ada)).is_ok();
        // What is made once, such as tables, does not count.
        evaluate();
        let region = Region::new(ALLOCATOR);
        evaluate();
        let taken = region.change();
        println!("{name}: {} allocations", taken.allocations + taken.reallocations);
        criterion.bench_function(&format!("evaluate/{name}"), |bencher| bencher.iter(evaluate));
    }
    let pattern = Pattern::new(r"^.+@(north|south)\.example$").expect("it is a pattern");
    criterion.bench_function("pattern/is_match", |bencher| {
        bencher.iter(|| black_box(pattern.is_match(black_box("ada.lovelace@south.example"))));
    });
}

criterion_group!(evaluate, evaluations);
criterion_main!(evaluate);
