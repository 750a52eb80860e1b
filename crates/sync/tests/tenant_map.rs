//! The map: who sees which tenants and which configurations, and that it counts what is there.

use engine::consent::Side;
use model::{Actor, ObjectId, Role, TenantId};
use sync::{Counted, Map};
use testkit::World;

fn user(tenant: TenantId, role: Role) -> Actor {
    let name = "reader".to_owned();
    Actor::User { tenant, id: ObjectId::NIL, name, roles: vec![role], through: None }
}

fn map(world: &World, actor: &Actor) -> Map {
    world.sync.read_map(actor).expect("the map is read")
}

fn world() -> World {
    let world = World::new();
    for number in 0..12 {
        world.assign(world.person(&format!("p{number}"), &[]), true);
    }
    world.cycle();
    world
}

#[test]
fn an_operator_sees_everything() {
    let world = world();
    let map = map(&world, &world.operator);
    let names: Vec<_> = map.tenants.iter().map(|one| (one.name.as_str(), one.users)).collect();
    assert_eq!(names, [("Contoso", Some(12)), ("Fabrikam", Some(12))]);
    let [arrow] = &map.arrows[..] else { panic!("there is one configuration") };
    assert_eq!((arrow.source, arrow.target), (world.source, Some(world.target)));
    assert!(arrow.checks.iter().all(|check| check.passed), "{:?}", arrow.checks);
    let settings = arrow.settings.as_ref().expect("they are the operator's to see");
    assert!(settings.freshness.is_some_and(|freshness| freshness.is_fresh));
    let figures = arrow.figures.as_ref().expect("they are the operator's to see");
    assert_eq!(figures.linked, 12);
    assert_eq!(figures.last_run.as_ref().map(|run| run.changed()), Some(12));
    assert_eq!(map.partners.len(), 2);
}

#[test]
fn a_target_sees_what_comes_in_and_nothing_of_how_it_is_set() {
    let world = world();
    let seen = map(&world, &user(world.target, Role::GlobalReader));
    let own: Vec<_> = seen.tenants.iter().map(|one| (one.is_own, one.users)).collect();
    assert_eq!(own, [(false, None), (true, Some(12))], "of the source what it is called");
    let [arrow] = &seen.arrows[..] else { panic!("it ends in this tenant") };
    assert!(arrow.settings.is_none());
    assert!(arrow.figures.as_ref().is_some_and(|figures| figures.last_run.is_some()));
    assert!(!arrow.checks.is_empty(), "what is its own to allow");
    assert!(arrow.checks.iter().all(|check| check.side == Side::Target));
    assert!(seen.partners.iter().all(|one| one.tenant == world.target));
    let seen = map(&world, &user(world.source, Role::UserAdministrator));
    let [arrow] = &seen.arrows[..] else { panic!("it begins in this tenant") };
    assert!(arrow.settings.as_ref().is_some_and(|one| one.freshness.is_none()));
    assert!(arrow.figures.is_none(), "the role reads no logs");
}

#[test]
fn strangers_see_neither_and_nobody_without_a_role_sees_anything() {
    let world = world();
    let domains = vec!["tailspin.example".parse().expect("a domain")];
    let new = directory::NewTenant { id: None, name: "Tailspin".to_owned(), domains };
    let third = world.directory.create_tenant(&world.operator, new).expect("it is free").id;
    let seen = map(&world, &user(third, Role::GlobalAdministrator));
    let names: Vec<_> = seen.tenants.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Tailspin"]);
    assert!(seen.arrows.is_empty() && seen.partners.is_empty());
    let nobody = Actor::User {
        tenant: world.source,
        id: ObjectId::NIL,
        name: "nobody".to_owned(),
        roles: Vec::new(),
        through: None,
    };
    assert_eq!(world.sync.read_map(&nobody).expect_err("it may not").code(), "not-allowed");
}

#[test]
fn what_waits_is_counted_up_to_a_thousand() {
    let world = World::new();
    let people: Vec<_> =
        (0..1_101).map(|number| world.person(&format!("p{number}"), &[])).collect();
    people.iter().for_each(|person| world.assign(*person, true));
    world.cycle();
    let held = |world: &World| {
        let map = map(world, &world.operator);
        map.arrows[0].figures.as_ref().map(|figures| figures.held)
    };
    assert_eq!(held(&world), Some(Counted { count: 0, more: false }));
    people.iter().for_each(|person| world.assign(*person, false));
    world.cycle();
    assert_eq!(held(&world), Some(Counted { count: 1_000, more: true }));
}
