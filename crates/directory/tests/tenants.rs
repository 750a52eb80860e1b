//! What a server promises about its tenants.

use directory::{Error, NewTenant};
use model::{Actor, Kind, Role, TenantId};
use store::Deleted;
use testkit::World;

fn code<T>(result: &Result<T, Error>) -> &'static str {
    match result {
        Ok(_) => "done",
        Err(error) => error.code(),
    }
}

/// Contoso's three people in Fabrikam, one of them deleted there since.
fn linked() -> World {
    let world = World::new();
    for name in ["ada", "bo", "cy"] {
        world.assign(world.person(name, &[]), true);
    }
    world.cycle();
    let bo = world.links()[1].source;
    world.assign(bo, false);
    world.cycle();
    world
}

fn delete(world: &World, tenant: TenantId, confirmed: Option<&str>) -> Result<String, Error> {
    let deleted = world.directory.delete_tenant(&world.operator, tenant, confirmed);
    deleted.map(|hanging| hanging.to_string())
}

#[test]
fn a_source_says_what_hangs_on_it_and_has_to_be_spelled_out() {
    let world = linked();
    let refused = delete(&world, world.source, None);
    assert_eq!(code(&refused), "tenant-in-use");
    let error = refused.expect_err("it was refused");
    assert_eq!(
        error.to_string(),
        "Contoso is in use: job staff pushes people to fabrikam.example (2 people linked); \
         3 external users of fabrikam.example come from it"
    );
    assert_eq!(
        error.hint().as_deref(),
        Some(
            "add --confirm contoso.example to remove the tenant with those jobs; external users \
             elsewhere stay as they are"
        )
    );
    for wrong in ["fabrikam.example", "yes", ""] {
        assert_eq!(code(&delete(&world, world.source, Some(wrong))), "invalid-value", "{wrong}");
    }
    assert_eq!(world.directory.list_tenants(&world.operator).expect("two").len(), 2);
    delete(&world, world.source, Some("Contoso.example")).expect("it is spelled out");
    let left = world.directory.list_tenants(&world.operator).expect("one");
    assert_eq!(left.iter().map(|tenant| tenant.id).collect::<Vec<_>>(), [world.target]);
    // Who came from it stays, and is told when that tenant goes.
    let stayed = world.store.count(world.target, Kind::User, Deleted::Both).expect("it stands");
    assert_eq!(stayed, 3);
    let refused = delete(&world, world.target, None).expect_err("people are left");
    let text = format!("Fabrikam is in use: 3 external users in it come from {}", world.source);
    assert_eq!(refused.to_string(), text);
    delete(&world, world.target, Some("fabrikam.example")).expect("it is spelled out");
}

#[test]
fn a_target_takes_the_jobs_into_it_along() {
    let world = linked();
    let refused = delete(&world, world.target, None).expect_err("a job pushes into it");
    assert_eq!(
        refused.to_string(),
        "Fabrikam is in use: job staff brings people from contoso.example (2 people linked); \
         3 external users in it come from contoso.example"
    );
    delete(&world, world.target, Some("fabrikam.example")).expect("it is spelled out");
    assert_eq!(world.directory.list_all_jobs(&world.operator).expect("none"), []);
    assert_eq!(world.links(), []);
    assert_eq!(world.entries(), []);
    let audit = world.store.audit(world.source, 0, usize::MAX).expect("it stands");
    let last = audit.last().and_then(|one| one.entry.as_ref()).expect("the job was there");
    assert_eq!(last.activity, "Delete synchronization job");
    // Nothing hangs on the source any more.
    assert_eq!(delete(&world, world.source, None).expect("it is free"), "");
}

#[test]
fn a_tenant_on_which_nothing_hangs_needs_no_word() {
    let world = World::new();
    let domains = vec!["lonely.example".parse().expect("a domain")];
    let new = NewTenant { id: None, name: "Lonely".to_owned(), domains };
    let tenant = world.directory.create_tenant(&world.operator, new).expect("it is free").id;
    assert_eq!(code(&delete(&world, tenant, Some("contoso.example"))), "invalid-value");
    assert_eq!(delete(&world, tenant, None).expect("nothing hangs on it"), "");
    assert_eq!(code(&delete(&world, tenant, None)), "not-found");
}

#[test]
fn only_the_operator_removes_a_tenant_or_learns_what_hangs_on_it() {
    let world = linked();
    let id = world.links()[0].source;
    let roles = vec![Role::GlobalAdministrator];
    for (tenant, expected) in [(world.source, "not-allowed"), (world.target, "not-found")] {
        let admin = Actor::User {
            tenant: world.source,
            id,
            name: "ada".to_owned(),
            roles: roles.clone(),
            through: None,
        };
        let refused = world.directory.delete_tenant(&admin, tenant, Some("contoso.example"));
        assert_eq!(code(&refused), expected);
        assert_eq!(code(&world.directory.find_hanging(&admin, tenant)), expected);
    }
}
