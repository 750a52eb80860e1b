//! Mapping tests that stay with a configuration: whom they name, when they take place, and what they
//! come to beside a condition.

use directory::Error;
use engine::Finding;
use model::{Condition, Job, Kind, MappingTest, condition::Test};
use testkit::{World, attributes, check_with};

fn tests(lines: &[&str]) -> Vec<MappingTest> {
    lines.iter().map(|line| serde_json::from_str(line).expect("it is a test")).collect()
}

fn keep(world: &World, lines: &[&str]) -> Result<Job, Error> {
    let tests = tests(lines);
    let job = world.job();
    world.directory.update_job(&world.operator, &job, |job| job.tests.clone_from(&tests))
}

fn refused(world: &World, line: &str) -> Vec<Finding> {
    match keep(world, &[line]) {
        Err(Error::Findings(findings)) => findings,
        other => panic!("it is refused for its mistakes, and not: {other:?}"),
    }
}

/// The names of the tests that fail.
fn failing(world: &World) -> Vec<String> {
    let results = world.directory.run_mapping_tests(&world.operator, &world.job());
    let failed = results.expect("they run").into_iter().filter(|result| !result.passed);
    failed.map(|result| result.name).collect()
}

#[test]
fn a_test_says_in_which_groups_the_person_is() {
    let world = World::new();
    check_with(
        &world,
        "group sales
         filter MEMBER OF sales [nested]",
    );
    let kept = keep(
        &world,
        &[
            r#"{"name":"in","person":{},"memberOf":["sales"],"expect":{"values":{}}}"#,
            r#"{"name":"out","person":{},"expect":"leftOut"}"#,
        ],
    );
    assert_eq!(kept.expect("the group is there").tests[0].member_of[0].name, "sales");
    assert_eq!(failing(&world), [""; 0]);
    world.change_job(|job| {
        job.condition = job.condition.take().map(|one| Condition::Not(Box::new(one)));
    });
    assert_eq!(failing(&world), ["in", "out"]);
}

#[test]
fn a_test_says_who_the_manager_is() {
    let world = World::new();
    check_with(
        &world,
        "add bo
         add cy
         filter manager EQUALS bo@contoso.example AND manager IS NOT NULL",
    );
    let kept = keep(
        &world,
        &[
            r#"{"name":"by name","person":{},"manager":"bo@contoso.example","expect":{"values":{"manager":"bo@contoso.example"}}}"#,
            r#"{"name":"made up as","person":{},"manager":{"userPrincipalName":"bo@contoso.example"},"expect":{"values":{}}}"#,
            r#"{"name":"made up","person":{},"manager":{"displayName":"Bo"},"expect":"leftOut"}"#,
            r#"{"name":"another","person":{},"manager":"cy@contoso.example","expect":"leftOut"}"#,
            r#"{"name":"nobody","person":{},"expect":"leftOut"}"#,
            r#"{"name":"wrong","person":{},"manager":"bo@contoso.example","expect":{"values":{"manager":null}}}"#,
        ],
    );
    kept.expect("both are there");
    assert_eq!(failing(&world), ["wrong"]);
}

#[test]
fn a_test_takes_place_at_its_own_time() {
    let world = World::new();
    check_with(
        &world,
        "filter employeeHireDate BEFORE now OR city IS NULL AND state IS NOT NULL
         map department '=FormatDateTime(Now(), , \"G\", \"yyyy\")'",
    );
    let kept = keep(
        &world,
        &[
            r#"{"name":"after","person":{"employeeHireDate":"2031-03-01T00:00:00Z"},"at":"2031-03-02T00:00:00Z","expect":{"values":{"department":"2031"}}}"#,
            r#"{"name":"before","person":{"employeeHireDate":"2031-03-01T00:00:00Z"},"at":"2031-02-02T00:00:00Z","expect":"leftOut"}"#,
        ],
    );
    kept.expect("they may be kept");
    assert_eq!(failing(&world), [""; 0]);
}

#[test]
fn the_tests_of_a_job_go_before_a_plan_with_their_groups() {
    let world = World::new();
    world.make(world.source, Kind::Group, attributes(&[("displayName", "sales")]));
    let test = r#"{"name":"in","person":{},"memberOf":["sales"],"expect":{"values":{}}}"#;
    keep(&world, &[test]).expect("it may be kept");
    check_with(
        &world,
        "scope all
         add ada
         filter MEMBER OF sales
         plan
         filter NOT MEMBER OF sales
         plan
         > stopped: mapping-test-failed
         filter MEMBER OF sales
         cycle",
    );
}

#[test]
fn names_of_nobody_and_no_name_are_refused() {
    let world = World::new();
    let found = refused(&world, r#"{"name":" ","person":{},"expect":"leftOut"}"#);
    assert_eq!(found[0].code, "name-missing");
    let line = r#"{"name":"a","person":{},"memberOf":["sales"],"manager":"bo","expect":"leftOut"}"#;
    let codes: Vec<_> = refused(&world, line).iter().map(|one| one.code).collect();
    assert_eq!(codes, ["not-found", "not-found"]);
}

#[test]
fn a_test_from_another_tenant_finds_the_group_by_its_name() {
    let world = World::new();
    check_with(&world, "group sales");
    let kept = keep(
        &world,
        &[
            r#"{"name":"a","person":{},"memberOf":[{"name":"sales","id":"11111111-2222-3333-4444-555555555555"}],"expect":"leftOut"}"#,
        ],
    );
    let id = kept.expect("the group is there").tests[0].member_of[0].id;
    assert!(id.is_some_and(|id| world.find(world.source, id).is_some()));
}

#[test]
fn a_deleted_group_of_the_condition_is_missed() {
    let world = World::new();
    check_with(
        &world,
        "group sales
         scope all
         add ada
         filter MEMBER OF sales OR manager EQUALS ada@contoso.example",
    );
    let gone = || world.directory.list_gone(&world.operator, &world.job()).expect("an answer");
    assert_eq!(gone(), []);
    let mut group = None;
    let condition = world.job().condition.expect("it has one");
    condition.walk(&mut |test| {
        if let Test::Member { group: named, .. } = test {
            group = named.id;
        }
    });
    let group = group.expect("it was found");
    world.directory.delete(&world.operator, world.source, group).expect("it may be deleted");
    let found = gone();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code, "named-is-deleted");
    assert!(found[0].message.contains(&format!("'sales' ({group})")));
}
