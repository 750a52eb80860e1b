//! What pages ask for: runs by the page, people in escrow by reason, plans in groups, and work begun in the
//! background.

use model::{Action, Actor, Code, Name, Role};
use sync::{Approval, Extent, PlanGroups, PlanQuery};
use testkit::World;

fn reader(world: &World, roles: &[Role]) -> Actor {
    Actor::User {
        tenant: world.source,
        id: model::ObjectId::NIL,
        name: "rita".to_owned(),
        roles: roles.to_vec(),
        through: None,
    }
}

#[test]
fn older_runs_come_behind_newer_ones_and_none_is_told_twice() {
    let world = World::new();
    let ada = world.person("ada", &[]);
    world.assign(ada, true);
    for round in 0..5 {
        world.set(world.source, ada, &[("city", &format!("City {round}"))]);
        world.cycle();
    }
    let (actor, job) = (&world.operator, world.job());
    let all = world.sync.list_runs(actor, &job, 10).expect("it may");
    let (mut found, mut before) = (Vec::new(), None);
    loop {
        let page = world.sync.list_runs_before(actor, &job, before, 2).expect("it may");
        let Some(last) = page.last() else { break };
        before = Some(last.id);
        found.extend(page);
    }
    assert_eq!(found, all);
    assert_eq!(found.len(), 5);
    assert_eq!(world.sync.read_run(actor, &job, all[2].id).expect("it may"), all[2]);
    assert!(world.sync.read_run(actor, &job, model::RunId::NIL).is_err());
    let stranger = reader(&world, &[]);
    let refused = world.sync.list_runs_before(&stranger, &job, before, 2).expect_err("no role");
    assert_eq!(refused.code(), "not-allowed", "the own tenant is told apart from others'");
}

#[test]
fn people_in_escrow_are_grouped_by_reason_and_paged_by_it() {
    let world = World::new();
    for (name, mail) in [("ada", "nowhere"), ("bob", "nowhere"), ("cleo", "contoso")] {
        let person = world.person(name, &[("mail", &format!("{name}@{mail}.example"))]);
        world.assign(person, true);
    }
    world.cycle();
    let (actor, job) = (&world.operator, world.job());
    let (groups, has_more) = world.sync.group_stuck(actor, &job).expect("it may");
    assert_eq!((groups.len(), groups[0].code, groups[0].count), (1, Code::MAIL_DOMAIN, 2));
    assert!(!has_more);
    let page = |after| world.sync.list_stuck(actor, &job, Some(Code::MAIL_DOMAIN), (after, 1));
    let first = page(None).expect("it may");
    assert_eq!(first.people[0].name, "ada@contoso.example");
    let second = page(first.next).expect("it may");
    assert_eq!(second.people[0].name, "bob@contoso.example");
    assert_eq!(page(second.next).expect("it may").people.len(), usize::from(second.next.is_none()));
    let other = world.sync.list_stuck(actor, &job, Some(Code::KEY_TAKEN), (None, 10));
    assert!(other.expect("it may").people.is_empty());
    let reader = reader(&world, &[Role::GlobalReader]);
    assert!(world.sync.begin_retry(&reader, &job, &[]).is_err());
    world.set(world.source, first.people[0].waiting.source, &[("mail", "ada@contoso.example")]);
    let run = world.sync.begin_retry(actor, &job, &[]).expect("it may").expect("it is short");
    assert_eq!(run.done.get("create"), Some(&1));
}

#[test]
fn a_plan_is_told_in_groups_and_a_group_by_its_attributes() {
    let world = World::new();
    let names = ["ada", "bob", "cleo"];
    let people = names.map(|name| world.person(name, &[]));
    people.iter().for_each(|person| world.assign(*person, true));
    world.cycle();
    world.set(world.source, people[0], &[("city", "Lisbon"), ("department", "Sales")]);
    world.set(world.source, people[1], &[("city", "Porto")]);
    world.set(world.source, people[2], &[("city", "Faro")]);
    let new = world.person("dora", &[]);
    world.assign(new, true);
    let (actor, job) = (&world.operator, world.job());
    let plan = world.sync.begin_plan(actor, &job, Extent::NextCycle).expect("it may");
    let plan = plan.expect("it is short").header.plan;
    let read = |query: &PlanQuery| {
        world.sync.read_plan_entries(actor, &job, plan, query).expect("it may").entries
    };
    let mut groups = PlanGroups::default();
    read(&PlanQuery::default()).iter().for_each(|entry| groups.add(entry));
    let told: Vec<(Action, usize, u64)> = groups
        .list()
        .into_iter()
        .map(|group| (group.action, group.attributes.len(), group.count))
        .collect();
    let expected = [(Action::Create, 0, 1), (Action::Update, 1, 2), (Action::Update, 2, 1)];
    assert_eq!(told, expected);
    let city = PlanQuery { attributes: Some(vec![Name::new("city")]), ..PlanQuery::default() };
    let found: Vec<String> = read(&city).into_iter().map(|entry| entry.name).collect();
    assert_eq!(found, ["bob@contoso.example", "cleo@contoso.example"]);
}

#[test]
fn an_approval_in_the_background_does_what_one_in_the_foreground_does() {
    let world = World::new();
    let people = ["ada", "bob"].map(|name| world.person(name, &[]));
    people.iter().for_each(|person| world.assign(*person, true));
    world.cycle();
    world.change_job(|job| {
        job.limits.removals_at_least = 0;
        job.limits.removals_percent = 0;
    });
    people.iter().for_each(|person| world.assign(*person, false));
    world.cycle();
    let (actor, job) = (&world.operator, world.job());
    let arrow = world.sync.read_arrow(actor, &job).expect("it may").expect("it is the operator's");
    assert_eq!(arrow.figures.expect("so are its figures").held.count, 2);
    let reader = reader(&world, &[Role::GlobalReader]);
    assert!(world.sync.begin_approval(&reader, &job, &Approval::All).is_err());
    let run = world.sync.begin_approval(actor, &job, &Approval::All).expect("it may");
    assert_eq!(run.expect("it is short").done.get("remove"), Some(&2));
    world.assert_settled(true);
}
