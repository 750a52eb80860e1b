//! Files of people that are looked at before they are brought in, and then are.

use directory::{ImportReport, ImportWay};
use model::{Actor, Kind, Name, ObjectId, Role};
use testkit::World;
use wire::{ColumnMap, Format};

const FILE: &str = "userPrincipalName,displayName,city,manager
ada@contoso.example,Ada,Oslo,
bo@contoso.example,Bo,Bergen,ada@contoso.example
cy@elsewhere.example,Cy,,
bo@contoso.example,Twice,,
di@contoso.example,Di,,nobody@contoso.example
";

fn world() -> World {
    let world = World::new();
    world.person("bo", &[("displayName", "Bo"), ("city", "Oslo")]);
    world.person("ada", &[("displayName", "Ada"), ("city", "Oslo")]);
    world
}

fn import(world: &World, actor: &Actor, way: ImportWay, samples: usize) -> ImportReport {
    let tenant = world.directory.tenant(world.source).expect("it is there");
    let what = (FILE.as_bytes(), None, ColumnMap::default());
    let never = || false;
    let done =
        world.directory.import_bytes(actor, (&tenant, Kind::User, way), what, samples, &never);
    done.expect("the head makes sense")
}

#[test]
fn a_preview_tells_what_the_import_then_does() {
    let world = world();
    let head = world.store.head(world.source).expect("the store answers");
    let seen = import(&world, &world.operator, ImportWay::Check, 10);
    assert_eq!(
        world.store.head(world.source).expect("the store answers"),
        head,
        "nothing is written"
    );
    let totals = &seen.totals;
    assert_eq!((totals.read, totals.created, totals.updated), (5, 1, 1));
    assert_eq!((totals.unchanged, totals.rejected, totals.left), (1, 2, 1));
    let [bo] = &seen.updated[..] else { panic!("one would change: {:?}", seen.updated) };
    let changes: Vec<_> = bo.modifications.iter().map(|one| one.name.as_str()).collect();
    assert_eq!((bo.line, changes), (3, vec!["city"]));
    let texts = bo.modifications[0].old.as_ref().zip(bo.modifications[0].new.as_ref());
    assert_eq!(texts.map(|(old, new)| format!("{old} {new}")), Some("Oslo Bergen".to_owned()));
    let di = &seen.created[0];
    assert!(di.modifications.iter().any(|one| one.name == Name::new("displayName")));
    let rejected: Vec<_> = seen.rejected.iter().map(|one| (one.line, one.code)).collect();
    assert_eq!(rejected, [(4, "invalid-value"), (5, "duplicate")]);
    assert_eq!(seen.left[0].code, "unresolved-reference");
    assert_eq!(seen.rejected_text.lines().count(), 3, "with the head: {}", seen.rejected_text);

    let done = import(&world, &world.operator, ImportWay::Write, 1);
    let told = |report: &ImportReport| {
        let totals = &report.totals;
        (totals.created, totals.updated, totals.unchanged, totals.rejected, totals.left)
    };
    assert_eq!(told(&done), told(&seen));
    assert_eq!((done.totals.managers, done.rejected.len()), (1, 1), "as many as were asked for");
    let again = import(&world, &world.operator, ImportWay::Check, 1);
    assert_eq!((again.totals.created, again.totals.updated, again.totals.unchanged), (0, 0, 3));
}

#[test]
fn only_who_may_write_people_previews_and_a_head_that_makes_no_sense_is_told() {
    let world = world();
    let tenant = world.directory.tenant(world.source).expect("it is there");
    let attempt = |role, bytes: &[u8]| {
        let name = "somebody".to_owned();
        let actor = Actor::User {
            tenant: tenant.id,
            id: ObjectId::NIL,
            name,
            roles: vec![role],
            through: None,
        };
        let what = (bytes, Some(Format::Csv), ColumnMap::default());
        let never = || false;
        let what_for = (&tenant, Kind::User, ImportWay::Check);
        world.directory.import_bytes(&actor, what_for, what, 1, &never)
    };
    let refused = attempt(Role::GlobalReader, FILE.as_bytes()).expect_err("it may not");
    assert_eq!(refused.code(), "not-allowed");
    assert!(attempt(Role::UserAdministrator, FILE.as_bytes()).is_ok());
    let headless = attempt(Role::UserAdministrator, b"one,two\nOslo,Oslo\n");
    assert_eq!(headless.expect_err("no column means anything").code(), "header");
}

#[test]
fn it_stops_when_it_is_asked_to() {
    let world = World::new();
    let tenant = world.directory.tenant(world.source).expect("it is there");
    let mut text = "userPrincipalName,displayName\n".to_owned();
    for number in 0..2_500 {
        text.push_str(&format!("p{number}@contoso.example,P\n"));
    }
    let what = (text.as_bytes(), Some(Format::Csv), ColumnMap::default());
    let what_for = (&tenant, Kind::User, ImportWay::Write);
    let done = world.directory.import_bytes(&world.operator, what_for, what, 1, &|| true);
    let totals = done.expect("the head makes sense").totals;
    assert_eq!((totals.created, totals.interrupted), (1_000, true));
}
