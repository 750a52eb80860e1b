//! Questions about users: who may ask, and that keys and attributes give the same answers.

use access::Denied;
use directory::Error;
use model::{
    Actor, Kind, Name, ObjectId, Query,
    query::{Order, Predicate},
};
use testkit::{World, attributes};

fn ask(predicate: Predicate) -> Query {
    let order = predicate.natural_order();
    Query {
        kind: Kind::User,
        deleted: false,
        predicate,
        order,
        descending: false,
        after: None,
        limit: 10,
    }
}

fn make(world: &World, name: &str, more: &[(&str, &str)]) -> ObjectId {
    let upn = format!("{name}@contoso.example");
    let mut given = attributes(more);
    given.set(Name::DISPLAY_NAME, model::Value::text(name));
    given.set(Name::USER_PRINCIPAL_NAME, model::Value::text(upn));
    world.make(world.source, Kind::User, given)
}

#[test]
fn keys_find_whom_the_attributes_name() {
    let world = World::new();
    let ada = make(&world, "ada", &[("mail", "desk@contoso.example")]);
    let bo = make(&world, "bo", &[("proxyAddresses", "smtp:bo@contoso.example")]);
    let sip = make(&world, "cy", &[("proxyAddresses", "SIP:cy@contoso.example")]);
    let check = |predicate: Predicate, expected: &[ObjectId]| {
        let found = world.directory.query(&world.operator, world.source, &ask(predicate.clone()));
        let mut ids: Vec<_> = found.expect("it may").objects.iter().map(|one| one.id).collect();
        ids.sort_unstable();
        assert_eq!(ids, expected, "{predicate:?}");
        let counted = world.directory.count_query(
            &world.operator,
            world.source,
            Kind::User,
            false,
            &predicate,
        );
        assert_eq!(counted.expect("it may"), expected.len() as u64, "{predicate:?}");
    };
    let name = |text| Predicate::equals(Name::USER_PRINCIPAL_NAME, text);
    let mail = |text| Predicate::equals(Name::MAIL, text);
    let address = |text| Predicate::holds_text(Name::PROXY_ADDRESSES, text);
    check(name("ADA@contoso.example"), &[ada]);
    check(name("nobody@contoso.example"), &[]);
    check(mail("Desk@contoso.example"), &[ada]);
    // A mail address stands among the addresses as well.
    check(address("smtp:desk@contoso.example"), &[ada]);
    check(address("SMTP:BO@contoso.example"), &[bo]);
    check(address("bo@contoso.example"), &[]);
    check(address("sip:cy@contoso.example"), &[sip]);
    check(
        Predicate::Or(vec![mail("desk@contoso.example"), name("bo@contoso.example")]),
        &[ada, bo],
    );
    check(Predicate::And(vec![mail("desk@contoso.example"), name("bo@contoso.example")]), &[]);
    check(
        Predicate::And(vec![
            Predicate::starts_with(Name::DISPLAY_NAME, "a"),
            name("ada@contoso.example").negated(),
        ]),
        &[],
    );
}

#[test]
fn deleted_people_are_found_by_what_they_still_hold() {
    let world = World::new();
    let ada = make(&world, "ada", &[]);
    world.directory.delete(&world.operator, world.source, ada).expect("she stands");
    let again = make(&world, "ada", &[]);
    let ids = |deleted| {
        let predicate = Predicate::equals(Name::USER_PRINCIPAL_NAME, "ada@contoso.example");
        let query = Query { deleted, order: Order::Row, ..ask(predicate) };
        let found = world.directory.query(&world.operator, world.source, &query).expect("it may");
        found.objects.iter().map(|one| one.id).collect::<Vec<_>>()
    };
    assert_eq!((ids(false), ids(true)), (vec![again], vec![ada]));
}

#[test]
fn who_may_not_read_may_not_ask() {
    let world = World::new();
    let stranger = Actor::User {
        tenant: world.target,
        id: ObjectId::NIL,
        name: "tim".to_owned(),
        roles: vec![model::Role::GlobalAdministrator],
        through: None,
    };
    let asked = world.directory.query(&stranger, world.source, &ask(Predicate::EVERYTHING));
    assert!(matches!(asked, Err(Error::Denied(Denied::NotFound))), "{asked:?}");
    let counted = world.directory.count_query(
        &stranger,
        world.source,
        Kind::User,
        false,
        &Predicate::EVERYTHING,
    );
    assert!(matches!(counted, Err(Error::Denied(Denied::NotFound))), "{counted:?}");
}
