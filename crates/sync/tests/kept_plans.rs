//! Saved plans by their ids: what pages show of them, and what becomes of them.

use std::time::Duration;

use model::{Action, Actor, ChangeId, Code, ObjectId, Role, RunKind, ScopeMode, TenantId};
use sync::{Error, Extent, Observer, PlanQuery, PlanRow, PlanState, SavedPlan, Silent};
use testkit::World;

fn user(tenant: TenantId, role: Role) -> Actor {
    let name = "reader".to_owned();
    Actor::User { tenant, id: ObjectId::NIL, name, roles: vec![role], through: None }
}

fn world(people: usize) -> World {
    let world = World::new();
    world.change_job(|job| job.scope = ScopeMode::All);
    for number in 0..people {
        world.person(&format!("p{number:04}"), &[]);
    }
    world
}

fn save(world: &World) -> SavedPlan {
    let (job, extent) = (world.job(), Extent::NextCycle);
    let saved = world.sync.save_plan(&world.operator, &job, extent, &Silent, &mut std::io::sink());
    saved.expect("it may be made")
}

/// Waits for what goes on in the background.
fn settle(world: &World, wanted: PlanState) {
    for _ in 0..1_000 {
        if states(world) == [wanted] {
            return;
        }
        // Nothing is committed meanwhile that would end it, so that this passes time and no more.
        let tick = world.store.wait(0, Duration::ZERO);
        world.store.wait(tick, Duration::from_millis(10));
    }
    panic!("it never comes to {wanted:?}: {:?}", states(world));
}

fn rows(world: &World) -> Vec<PlanRow> {
    world.sync.list_plans(&world.operator, &world.job(), 10).expect("they may be listed")
}

fn states(world: &World) -> Vec<PlanState> {
    rows(world).iter().map(|row| row.state).collect()
}

fn names(world: &World, plan: &SavedPlan, query: &PlanQuery) -> (Vec<String>, Option<ChangeId>) {
    let (job, id) = (world.job(), plan.header.plan);
    let page = world.sync.read_plan_entries(&world.operator, &job, id, query);
    let page = page.expect("it may be read");
    (page.entries.into_iter().map(|entry| entry.name).collect(), page.next)
}

#[test]
fn a_plan_is_ready_until_it_is_applied() {
    let world = world(3);
    let made = world.sync.begin_plan(&world.operator, &world.job(), Extent::NextCycle);
    made.expect("it may be made");
    settle(&world, PlanState::Ready);
    let [row] = &rows(&world)[..] else { panic!("there is one plan") };
    assert_eq!((row.state, row.total, row.people), (PlanState::Ready, 3, 3));
    assert_eq!(row.changes.get("create"), Some(&3));
    world.sync.begin_apply(&world.operator, &world.job(), row.id).expect("it holds");
    settle(&world, PlanState::Applied);
    assert_eq!(world.links().len(), 3);
    let row = world.sync.read_plan(&world.operator, &world.job(), row.id).expect("it is there");
    assert_eq!(row.state, PlanState::Applied);
    assert_eq!(row.applied.map(|run| run.kind), Some(RunKind::Apply));
    let again = world.sync.apply_kept(&world.operator, &world.job(), row.id, &Silent);
    assert_eq!(again.expect_err("it was applied").code(), "plan-invalid");
    world.assert_settled(true);
}

#[test]
fn a_plan_is_stale_when_the_configuration_moves_and_refused_when_somebody_does() {
    let world = world(2);
    let ada = world.person("ada", &[]);
    let plan = save(&world);
    world.change_job(|job| job.actions.delete = false);
    assert_eq!(states(&world), [PlanState::Stale]);
    world.change_job(|job| job.actions.delete = true);
    assert_eq!(states(&world), [PlanState::Ready]);
    world.set(world.source, ada, &[("city", "Oslo")]);
    assert_eq!(states(&world), [PlanState::Ready], "nobody can say before it is applied");
    let refused = world.sync.apply_kept(&world.operator, &world.job(), plan.header.plan, &Silent);
    assert_eq!(refused.expect_err("ada moved").code(), Code::PLAN_MOVED.as_str());
    let [row] = &rows(&world)[..] else { panic!("there is one plan") };
    assert_eq!(row.state, PlanState::Refused);
    assert!(row.reason.as_ref().is_some_and(|reason| reason.sentence.contains("ada")), "{row:?}");
    assert_eq!(world.links().len(), 0, "nothing was written");
}

#[test]
fn a_dropped_plan_cannot_be_applied() {
    let world = world(1_002);
    let (first, second) = (save(&world), save(&world));
    assert_eq!(states(&world), [PlanState::Ready, PlanState::Ready]);
    let (job, id) = (world.job(), first.header.plan);
    world.sync.drop_plan(&world.operator, &job, id).expect("it may be dropped");
    assert_eq!(states(&world), [PlanState::Ready, PlanState::Dropped]);
    assert!(world.sync.apply_kept(&world.operator, &job, id, &Silent).is_err());
    let run = world.sync.apply_kept(&world.operator, &job, second.header.plan, &Silent);
    assert_eq!(run.expect("the other one holds").changed(), 1_002);
    assert_eq!(states(&world), [PlanState::Applied, PlanState::Dropped]);
}

#[test]
fn its_changes_are_read_by_the_page_and_by_words() {
    let world = world(2_005);
    save(&world);
    let plan = save(&world);
    save(&world);
    let (mut all, mut query) = (Vec::new(), PlanQuery { limit: 700, ..PlanQuery::default() });
    loop {
        let (page, next) = names(&world, &plan, &query);
        assert!(page.len() <= 700);
        all.extend(page);
        query.after = next;
        if next.is_none() {
            break;
        }
    }
    assert_eq!(all.len(), 2_005, "those of this plan and of no other");
    assert!(all.is_sorted());
    let text = PlanQuery { text: "P1999".to_owned(), limit: 10, ..PlanQuery::default() };
    let (found, next) = names(&world, &plan, &text);
    assert_eq!((found.len(), next), (1, None));
    let removals = PlanQuery { actions: vec![Action::Remove], ..PlanQuery::default() };
    assert_eq!(names(&world, &plan, &removals), (Vec::new(), None));
}

#[test]
fn plans_are_the_sources() {
    let world = world(1);
    let plan = save(&world);
    let (job, id) = (world.job(), plan.header.plan);
    let reader = user(world.source, Role::GlobalReader);
    assert_eq!(world.sync.list_plans(&reader, &job, 1).expect("it may").len(), 1);
    assert_eq!(
        world.sync.begin_apply(&reader, &job, id).expect_err("may not").code(),
        "not-allowed"
    );
    let other = user(world.target, Role::GlobalAdministrator);
    for refused in [
        world.sync.list_plans(&other, &job, 1).map(drop),
        world.sync.read_plan(&other, &job, id).map(drop),
        world.sync.read_plan_entries(&other, &job, id, &PlanQuery::default()).map(drop),
        world.sync.drop_plan(&other, &job, id),
    ] {
        assert_eq!(refused.expect_err("it is none of theirs").code(), "not-found");
    }
    let runs = world.sync.list_runs(&other, &job, 5).expect("the log is theirs as well");
    assert!(runs.iter().all(|run| run.plan.is_none()), "what is only planned is not");
    let unknown = world.sync.read_plan(&world.operator, &job, model::RunId::NIL);
    assert_eq!(unknown.expect_err("there is none").code(), "not-found");
}

/// Looks at the plan that is being made, then stops it.
struct Stop<'w>(&'w World);

impl Observer for Stop<'_> {
    fn is_interrupted(&self) -> bool {
        let [row] = &rows(self.0)[..] else { panic!("one is being made") };
        assert_eq!(row.state, PlanState::Making);
        assert!(row.live.as_ref().is_some_and(|live| live.read > 0));
        true
    }
}

#[test]
fn one_that_broke_off_says_so() {
    let world = world(1_500);
    let mut lines = Vec::new();
    let (job, stop) = (world.job(), Stop(&world));
    let made = world.sync.save_plan(&world.operator, &job, Extent::NextCycle, &stop, &mut lines);
    assert!(matches!(made, Err(Error::Stopped(_))), "it was stopped");
    let [row] = &rows(&world)[..] else { panic!("it is told of") };
    assert_eq!(row.state, PlanState::Stopped);
    assert_eq!(row.reason.as_ref().map(|reason| reason.code), Some(Code::INTERRUPTED));
}
