//! What pages read of a tenant beside its objects: who holds roles, and the audit log with its chain.

use directory::AuditQuery;
use model::{Actor, ObjectId, Role, TenantId};
use testkit::World;

fn person(tenant: TenantId, roles: &[Role]) -> Actor {
    let name = "ada@contoso.example".to_owned();
    Actor::User { tenant, id: ObjectId::MADE_UP, name, roles: roles.to_vec(), through: None }
}

#[test]
fn holders_of_roles_are_told_to_readers_of_users_and_deleted_ones_hold_nothing() {
    let world = World::new();
    let (directory, tenant) = (&world.directory, world.source);
    let roles = [Role::GlobalReader, Role::UserAdministrator];
    let [ada, bo] = ["ada", "bo"].map(|name| world.person(name, &[]));
    for id in [ada, bo] {
        directory.set_roles(&world.operator, tenant, id, &roles).expect("the operator may");
    }
    directory.delete(&world.operator, tenant, bo).expect("he is there");
    let reader = person(tenant, &[Role::GlobalReader]);
    let held = directory.list_role_holders(&reader, tenant).expect("a reader may");
    let held: Vec<_> = held.iter().map(|(object, roles)| (object.id, roles.as_slice())).collect();
    assert_eq!(held, [(ada, &roles[..])]);
    let refused =
        |actor: &Actor| directory.list_role_holders(actor, tenant).expect_err("no").code();
    assert_eq!(refused(&person(tenant, &[Role::ReportsReader])), "not-allowed");
    assert_eq!(refused(&person(world.target, &Role::ALL)), "not-found");
}

#[test]
fn a_search_of_the_log_ends_somewhere_and_goes_on_from_there() {
    let world = World::new();
    let (directory, tenant) = (&world.directory, world.source);
    let first = world.person("first", &[]);
    // More entries than one answer looks through.
    for _ in 0..5 {
        let rows: Vec<_> = (0..2_000)
            .map(|_| directory::Incoming {
                id: None,
                attributes: testkit::attributes(&[
                    ("displayName", "one"),
                    ("userPrincipalName", &format!("{}@contoso.example", directory.ids().next())),
                ]),
            })
            .collect();
        let kind = model::Kind::User;
        let durability = store::Durability::Bulk;
        directory.import(&world.operator, tenant, kind, &rows, durability).expect("they fit");
    }
    let reports = person(tenant, &[Role::ReportsReader]);
    let mut query = AuditQuery { target: Some(first.to_string()), ..AuditQuery::default() };
    let found = directory.search_audit(&reports, tenant, &query, 10).expect("the reader may");
    assert!(found.records.is_empty() && found.next.is_some(), "it is further down");
    let mut answers = 1;
    query.before = found.next;
    let record = loop {
        let found = directory.search_audit(&reports, tenant, &query, 10).expect("the reader may");
        answers += 1;
        if let Some(record) = found.records.into_iter().next() {
            break record;
        }
        query.before = Some(found.next.expect("the log has a beginning"));
    };
    assert_eq!((answers, record.name.as_deref(), record.is_deleted), (2, Some("first"), false));
}

#[test]
fn the_chain_is_checked_by_readers_of_the_log() {
    let world = World::new();
    let (directory, tenant) = (&world.directory, world.source);
    world.person("ada", &[]);
    let chain = directory.verify_audit(&person(tenant, &[Role::ReportsReader]), tenant);
    let chain = chain.expect("the reader may");
    assert!(chain.problem.is_none() && chain.entries > 0, "{chain:?}");
    let other = person(tenant, &[Role::UserAdministrator]);
    assert_eq!(directory.verify_audit(&other, tenant).expect_err("no role").code(), "not-allowed");
}

#[test]
fn everybody_knows_what_the_own_tenant_is_called() {
    let world = World::new();
    let own = world.directory.own_tenant(&person(world.target, &[])).expect("it is read");
    assert_eq!(own.map(|tenant| tenant.name).as_deref(), Some("Fabrikam"));
    assert_eq!(world.directory.own_tenant(&world.operator).expect("it is none"), None);
}
