//! Who may give applications permissions: whoever may could give everything to a program of their own.

use directory::{ApplicationChange, Error, NewApplication};
use model::{Actor, ObjectId, Role};
use testkit::World;

#[test]
fn an_application_administrator_registers_programs_and_gives_them_no_permissions() {
    let world = World::new();
    let person = |role| Actor::User {
        tenant: world.source,
        id: ObjectId::MADE_UP,
        name: "ada".to_owned(),
        roles: vec![role],
        through: None,
    };
    let create = |role, name: &str, grants: &[&str]| {
        let grants = grants.iter().map(|one| (*one).to_owned()).collect();
        let new = NewApplication { name: name.to_owned(), grants, secret: None };
        world.directory.create_application(&person(role), world.source, new)
    };
    let (admin, global) = (Role::ApplicationAdministrator, Role::GlobalAdministrator);
    create(admin, "plain", &[]).expect("registering is allowed");
    let refused = create(admin, "strong", &["User.ReadWrite.All"]);
    assert!(matches!(refused, Err(Error::Denied(_))));
    create(global, "strong", &["User.ReadWrite.All"]).expect("all is allowed");
    let slip = create(global, "slip", &["User.ReadWrite.Al"]).expect_err("there is none such");
    assert_eq!(
        slip.to_string(),
        "permission: 'User.ReadWrite.Al' is none of Graph's; did you mean User.ReadWrite.All?"
    );
    let change = ApplicationChange {
        grant: vec!["User.ReadWrite.All".to_owned()],
        ..ApplicationChange::default()
    };
    let update =
        |role| world.directory.update_application(&person(role), world.source, "plain", &change);
    assert!(matches!(update(admin), Err(Error::Denied(_))));
    update(global).expect("all is allowed");
}
