//! Mappings and expressions tried on a real person before they are saved.

use model::{Actor, Mapping, ObjectId, Role, ScopeMode, Source};
use sync::{Tried, TriedRow};
use testkit::World;

fn world() -> (World, ObjectId) {
    let world = World::new();
    world.change_job(|job| job.scope = ScopeMode::All);
    let ada = world.person("ada", &[("city", "Oslo"), ("department", "Sales")]);
    world.cycle();
    (world, ada)
}

fn expression(target: &str, text: &str) -> Mapping {
    Mapping::new(target, Source::Expression(text.to_owned()))
}

/// The usual mappings with these in place of those of the same targets.
fn with(drafted: &[Mapping]) -> Vec<Mapping> {
    let mut mappings = Mapping::defaults();
    mappings.retain(|one| drafted.iter().all(|other| other.target != one.target));
    mappings.extend(drafted.iter().cloned());
    mappings
}

fn attempt(world: &World, mappings: &[Mapping], id: ObjectId) -> Tried {
    let tried = world.sync.try_mappings(&world.operator, &world.job(), mappings, id);
    tried.expect("the person is there")
}

fn row<'t>(tried: &'t Tried, target: &str) -> &'t TriedRow {
    tried.rows.iter().find(|row| row.target == target).expect("it is mapped")
}

#[test]
fn it_shows_what_each_mapping_would_change() {
    let (world, ada) = world();
    let before = world.job();
    let tried = attempt(&world, &with(&[expression("city", "ToUpper([city])")]), ada);
    assert_eq!((tried.compares, tried.is_in_scope, tried.action), (true, true, Some("update")));
    let city = row(&tried, "city");
    assert_eq!((city.old.as_deref(), city.new.as_deref()), (Some("Oslo"), Some("OSLO")));
    assert!(city.changes);
    let department = row(&tried, "department");
    assert_eq!(department.new.as_deref(), Some("Sales"));
    assert!(!department.changes);
    assert_eq!(world.job(), before, "nothing was saved");
    world.assert_settled(true);
}

#[test]
fn what_is_wrong_with_one_mapping_hides_none_of_the_others() {
    let (world, ada) = world();
    let drafted = [
        expression("city", "ToUpper([city]"),
        expression("department", "CDate([department])"),
        expression("jobTitle", "ToUpper([department])"),
        expression("country", "[nosuch]"),
        expression("companyName", "ToLower([target.city])"),
    ];
    let tried = attempt(&world, &with(&drafted), ada);
    let broken = |name: &str| !row(&tried, name).findings.is_empty();
    assert_eq!(
        ["city", "country", "companyName", "jobTitle", "department"].map(broken),
        [true, true, true, false, false],
        "{tried:?}"
    );
    assert!(row(&tried, "city").findings[0].located.is_some(), "with its place in the text");
    let failed = row(&tried, "department").reason.as_ref().expect("it is no date");
    assert_eq!(failed.code.as_str(), "mapping-failed");
    assert_eq!(row(&tried, "jobTitle").new.as_deref(), Some("SALES"));
    assert!(row(&tried, "jobTitle").changes);
    assert_eq!(tried.action, Some("fail"), "a cycle would leave the person as it is");
    assert_eq!(row(&tried, "displayName").new.as_deref(), Some("ada"));
}

#[test]
fn without_consent_nobody_looks_at_the_target() {
    let (world, ada) = world();
    world.set_target_consent(false);
    let tried = attempt(&world, &with(&[expression("city", "ToUpper([city])")]), ada);
    assert!(!tried.compares);
    assert_eq!(tried.action, None);
    let city = row(&tried, "city");
    assert_eq!((city.old.as_deref(), city.new.as_deref()), (None, Some("OSLO")));
}

#[test]
fn two_mappings_of_one_attribute_are_told() {
    let (world, ada) = world();
    let mut mappings = Mapping::defaults();
    mappings.push(expression("city", "ToUpper([city])"));
    let tried = attempt(&world, &mappings, ada);
    let rows: Vec<_> = tried.rows.iter().filter(|row| row.target == "city").collect();
    let wrong: Vec<bool> = rows.iter().map(|row| !row.findings.is_empty()).collect();
    assert_eq!(wrong, [false, true]);
    assert_eq!(rows[0].new.as_deref(), Some("Oslo"));
}

#[test]
fn an_expression_alone_gives_a_value_or_says_why_not() {
    let (world, ada) = world();
    let attempt = |text: &str| {
        let tried = world.sync.try_expression(&world.operator, &world.job(), text, ada);
        tried.expect("the person is there")
    };
    let values = |text: &str| attempt(text).values;
    assert_eq!(values("ToUpper([city])"), Some(vec!["OSLO".to_owned()]));
    assert_eq!(values("Split(\"a;b\", \";\")"), Some(vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(values("[target.department]"), Some(vec!["Sales".to_owned()]));
    assert_eq!(values("Redact([city])"), Some(vec!["[Redact]".to_owned()]));
    let broken = attempt("ToUpper([city]");
    assert_eq!((broken.values, broken.diagnostics.len()), (None, 1));
    assert_eq!(attempt("[nosuch]").diagnostics[0].diagnostic.code, "expr-unknown-attribute");
    let failed = attempt("CDate([city])");
    assert_eq!(failed.values, None);
    assert_eq!(failed.diagnostics.len(), 1, "{failed:?}");
    assert_eq!(attempt("IgnoreObjectFlow").leaves_out, Some("person"));
    let unique = attempt("SelectUniqueValue([city], Append([city], \"1\"))");
    assert!(unique.are_candidates);
    assert_eq!(unique.values.map(|values| values.len()), Some(2));
}

#[test]
fn only_who_may_change_the_job_tries() {
    let (world, ada) = world();
    for (tenant, code) in [(world.source, "not-allowed"), (world.target, "not-found")] {
        let name = "reader".to_owned();
        let roles = vec![Role::GlobalReader];
        let reader = Actor::User { tenant, id: ObjectId::NIL, name, roles, through: None };
        let refused = world.sync.try_mappings(&reader, &world.job(), &Mapping::defaults(), ada);
        assert_eq!(refused.expect_err("only who may").code(), code);
        let refused = world.sync.try_expression(&reader, &world.job(), "[city]", ada);
        assert_eq!(refused.expect_err("only who may").code(), code);
    }
    let nobody = world.sync.try_expression(&world.operator, &world.job(), "[city]", ObjectId::NIL);
    assert_eq!(nobody.expect_err("nobody has that id").code(), "not-found");
}
