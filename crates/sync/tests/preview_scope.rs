//! Who would be in scope by a draft: counted, with samples and why, and nothing written.

use directory::Bond;
use model::{Actor, Kind, ObjectId, Role, ScopeMode};
use sync::{Budget, Observer, ScopeDraft, ScopePreview, Silent};
use testkit::{World, attributes};

fn draft(scope: ScopeMode, text: &str) -> ScopeDraft {
    let read = wire::filter_text::parse(text, |name| Some(name.to_owned()));
    let read = read.expect("a test writes filters that can be read");
    ScopeDraft { scope, filter: read.filter, condition: read.condition }
}

fn preview(world: &World, draft: &ScopeDraft) -> ScopePreview {
    let (job, all) = (world.job(), (2, Budget::default()));
    let found = world.sync.preview_scope(&world.operator, &job, draft, all, &Silent);
    found.expect("the draft compiles")
}

/// Everybody in sales and nobody else is linked.
fn staffed() -> World {
    let world = World::new();
    for (name, department) in
        [("ada", "Sales"), ("bo", "Sales"), ("cy", "Research"), ("di", "Research"), ("ed", "")]
    {
        let more: &[(&str, &str)] =
            if department.is_empty() { &[] } else { &[("department", department)] };
        world.person(name, more);
    }
    let sales = draft(ScopeMode::All, "department EQUALS Sales");
    world.change_job(|job| {
        job.scope = ScopeMode::All;
        job.filter = sales.filter.clone();
    });
    world.cycle();
    world
}

#[test]
fn it_says_who_would_come_and_who_would_leave_and_writes_nothing() {
    let world = staffed();
    let before = [world.source, world.target].map(|id| world.store.head(id).expect("it answers"));
    let found = preview(&world, &draft(ScopeMode::All, "department EQUALS Research"));
    assert_eq!((found.looked_at, found.of, found.is_partial), (5, 5, false));
    assert_eq!((found.inside, found.outside, found.coming, found.leaving), (2, 3, 2, 2));
    let names = |list: &[sync::Sampled]| -> Vec<String> {
        list.iter().map(|one| one.name.split('@').next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(names(&found.sample_inside), ["cy", "di"]);
    assert_eq!(names(&found.sample_leaving), ["ada", "bo"]);
    let why = found.sample_leaving[0].reason.as_ref().expect("a clause says no");
    assert!(why.sentence.contains("department"), "{why}");
    assert_eq!(found.reasons.get("filtered-out"), Some(&3));
    let clauses: Vec<_> = found.clauses.iter().collect();
    assert_eq!(clauses.len(), 1, "{clauses:?}");
    assert_eq!(*clauses[0].1, 3);
    let after = [world.source, world.target].map(|id| world.store.head(id).expect("it answers"));
    assert_eq!(before, after);
    assert_eq!(world.job().filter, draft(ScopeMode::All, "department EQUALS Sales").filter);
    world.assert_settled(true);
}

#[test]
fn assignment_and_conditions_count_as_in_a_cycle() {
    let world = staffed();
    let found = preview(&world, &draft(ScopeMode::Assigned, ""));
    assert_eq!((found.inside, found.leaving), (0, 2));
    assert_eq!(found.reasons.get("not-assigned"), Some(&5));
    let group = world.make(world.source, Kind::Group, attributes(&[("displayName", "north")]));
    let cy = world.objects(world.source, Kind::User).into_values();
    let cy = cy.into_iter().find(|one| one.label().starts_with("cy")).expect("cy is there").id;
    let bound = world.directory.bind(&world.operator, world.source, group, Bond::Member, &[cy]);
    bound.expect("cy may join");
    let found = preview(&world, &draft(ScopeMode::All, "MEMBER OF north"));
    assert_eq!((found.inside, found.coming, found.leaving), (1, 1, 2));
    assert_eq!(found.clauses.values().sum::<u64>(), 4);
}

#[test]
fn each_clause_that_says_no_is_counted() {
    let world = staffed();
    let text = "department EQUALS Sales AND city EQUALS Oslo OR department EQUALS Research";
    let found = preview(&world, &draft(ScopeMode::All, text));
    assert_eq!((found.inside, found.outside), (2, 3));
    let counts: Vec<u64> = found.clauses.values().copied().collect();
    // Two fail for the city, one for the department, and all three are not in research.
    assert_eq!(counts.iter().sum::<u64>(), 6, "{:?}", found.clauses);
    assert_eq!(found.clauses.len(), 3, "{:?}", found.clauses);
}

#[test]
fn a_draft_with_mistakes_is_refused_as_when_it_is_saved() {
    let world = staffed();
    let job = world.job();
    let wrong = draft(ScopeMode::All, "nosuch EQUALS Sales");
    let all = (2, Budget::default());
    let refused = world.sync.preview_scope(&world.operator, &job, &wrong, all, &Silent);
    assert_eq!(refused.expect_err("nobody has that attribute").code(), "configuration-invalid");
    let right = draft(ScopeMode::All, "");
    for (tenant, code) in [(world.source, "not-allowed"), (world.target, "not-found")] {
        let name = "reader".to_owned();
        let roles = vec![Role::GlobalReader];
        let reader = Actor::User { tenant, id: ObjectId::NIL, name, roles, through: None };
        let refused = world.sync.preview_scope(&reader, &job, &right, all, &Silent);
        assert_eq!(refused.expect_err("only who may change it").code(), code);
    }
}

struct Stop;

impl Observer for Stop {
    fn is_interrupted(&self) -> bool {
        true
    }
}

/// Lets time pass whenever a page was looked at.
struct Slow<'w>(&'w World);

impl Observer for Slow<'_> {
    fn advanced(&self, _read: u64, _of: u64, _changed: u64) {
        self.0.clock.advance_seconds(1);
    }
}

#[test]
fn it_stops_where_its_budget_ends_and_says_so() {
    let world = World::new();
    for number in 0..2_500 {
        world.person(&format!("p{number}"), &[]);
    }
    let look = |budget: Budget, observer: &dyn Observer| {
        let (job, draft) = (world.job(), draft(ScopeMode::All, ""));
        let found = world.sync.preview_scope(&world.operator, &job, &draft, (1, budget), observer);
        let found = found.expect("the draft compiles");
        (found.looked_at, found.of, found.is_partial)
    };
    let none = Budget::default();
    assert_eq!(look(none, &Silent), (2_500, 2_500, false));
    assert_eq!(look(Budget { people: Some(1_500), ..none }, &Silent), (2_000, 2_500, true));
    assert_eq!(look(Budget { people: Some(9_000), ..none }, &Silent), (2_500, 2_500, false));
    let second = Budget { milliseconds: Some(1_000), ..none };
    assert_eq!(look(second, &Slow(&world)), (1_000, 2_500, true));
    assert_eq!(look(none, &Stop), (1_000, 2_500, true));
}
