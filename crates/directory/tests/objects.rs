//! What a hosted tenant promises about its users and groups, whoever writes them.

use access::Denied;
use directory::{Change, Error};
use model::{
    Actor, Attributes, Clock, Kind, Name, ObjectId, Role, Subject, TenantId, Value, Watermark,
};
use store::Changes;
use testkit::{World, attributes};

fn user(name: &str, more: &[(&str, &str)]) -> Attributes {
    let mut given = attributes(more);
    given.set(Name::DISPLAY_NAME, Value::text(name));
    given.set(Name::USER_PRINCIPAL_NAME, Value::text(format!("{name}@contoso.example")));
    given
}

fn create(world: &World, name: &str, more: &[(&str, &str)]) -> Result<ObjectId, Error> {
    let made =
        world.directory.create(&world.operator, world.source, Kind::User, None, user(name, more));
    made.map(|object| object.id)
}

fn code<T>(result: Result<T, Error>) -> &'static str {
    match result {
        Ok(_) => "done",
        Err(error) => error.code(),
    }
}

#[test]
fn names_are_unique_in_any_case() {
    let world = World::new();
    create(&world, "ada", &[]).expect("the name is free");
    let error = create(&world, "ADA", &[]).expect_err("it is taken");
    assert!(
        matches!(&error, Error::Taken { key, .. } if key.value == "ada@contoso.example"),
        "{error}"
    );
}

#[test]
fn addresses_are_unique_across_users_groups_and_kinds_of_address() {
    let world = World::new();
    create(&world, "ada", &[("mail", "desk@contoso.example")]).expect("it is free");
    let taken = |more: &[(&str, &str)]| code(create(&world, "bo", more));
    assert_eq!(taken(&[("mail", "Desk@Contoso.example")]), "value-taken");
    assert_eq!(taken(&[("proxyAddresses", "smtp:desk@contoso.example")]), "value-taken");
    let group = attributes(&[("displayName", "Desk"), ("mail", "desk@contoso.example")]);
    let made = world.directory.create(&world.operator, world.source, Kind::Group, None, group);
    assert_eq!(code(made), "value-taken");
    // Other kinds of address are no keys, and another tenant is another world.
    assert_eq!(taken(&[("proxyAddresses", "SIP:desk@contoso.example")]), "done");
    let there = attributes(&[
        ("displayName", "Tim"),
        ("userPrincipalName", "tim@fabrikam.example"),
        ("mail", "desk@contoso.example"),
    ]);
    world.make(world.target, Kind::User, there);
}

#[test]
fn a_deleted_user_frees_names_and_addresses_and_a_restore_may_find_them_taken() {
    let world = World::new();
    let (directory, operator, tenant) = (&world.directory, &world.operator, world.source);
    let ada = create(&world, "ada", &[("mail", "ada@contoso.example")]).expect("it is free");
    directory.delete(operator, tenant, ada).expect("she stands");
    assert_eq!(code(directory.delete(operator, tenant, ada)), "not-found");
    let other = create(&world, "ada", &[]).expect("the name is free again");
    let error = directory.restore(operator, tenant, ada).expect_err("the name is taken");
    assert!(
        matches!(&error, Error::Taken { holder, .. } if *holder == other.to_string()),
        "{error}"
    );
    let rename = Change { set: user("eve", &[]), clear: Vec::new() };
    directory.update(operator, tenant, other, &rename).expect("eve is free");
    let back = directory.restore(operator, tenant, ada).expect("it is free now");
    assert_eq!((back.id, back.text(&Name::MAIL)), (ada, Some("ada@contoso.example")));
    assert_eq!(code(directory.restore(operator, tenant, ada)), "invalid-value");
    assert_eq!(code(create(&world, "bo", &[("mail", "ada@contoso.example")])), "value-taken");
}

#[test]
fn after_thirty_days_the_deleted_are_purged_with_their_edges() {
    let world = World::new();
    let (directory, operator, tenant) = (&world.directory, &world.operator, world.source);
    let ada = create(&world, "ada", &[]).expect("it is free");
    let bo = create(&world, "bo", &[]).expect("it is free");
    let crew = world.make(tenant, Kind::Group, attributes(&[("displayName", "Crew")]));
    directory.add_members(operator, tenant, crew, &[ada, bo]).expect("they stand");
    directory.set_manager(operator, tenant, bo, Some(ada)).expect("they stand");
    world.assign(ada, true);
    directory.delete(operator, tenant, ada).expect("she stands");
    world.clock.advance_days(29);
    world.clock.advance_hours(23);
    assert_eq!(
        directory.purge_expired(&model::Actor::System, tenant).expect("the store answers"),
        0
    );
    assert_eq!(directory.find_manager(tenant, bo).expect("the store answers"), Some(ada));
    world.clock.advance_hours(1);
    let head = world.store.head(tenant).expect("the store answers");
    assert_eq!(
        directory.purge_expired(&model::Actor::System, tenant).expect("the store answers"),
        1
    );
    assert_eq!(world.find(tenant, ada), None);
    assert_eq!(directory.find_manager(tenant, bo).expect("the store answers"), None);
    let members = directory.list_members(operator, tenant, crew, None, 10);
    assert_eq!(members.expect("the store answers"), [bo]);
    let assigned = directory.list_assigned(operator, &world.job(), 10);
    assert_eq!(assigned.expect("the store answers"), []);
    // The feed tells of every edge and of the tombstone.
    let told = subjects(&world, tenant, head);
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(matches!(told[3], Subject::Object { id, purged: true, .. } if id == ada), "{told:?}");
}

#[test]
fn a_chain_of_managers_never_closes() {
    let world = World::new();
    let (directory, operator, tenant) = (&world.directory, &world.operator, world.source);
    let people: Vec<ObjectId> =
        ["ada", "bo", "cy"].iter().map(|name| create(&world, name, &[]).expect("free")).collect();
    let set = |user: usize, manager: usize| {
        directory.set_manager(operator, tenant, people[user], Some(people[manager]))
    };
    set(0, 1).expect("bo manages ada");
    set(1, 2).expect("cy manages bo");
    let error = set(2, 0).expect_err("ada would manage cy");
    assert!(error.to_string().contains("would manage themselves"), "{error}");
    assert_eq!(code(set(0, 0)), "invalid-value");
    set(0, 2).expect("cy manages ada as well");
    let crew = world.make(tenant, Kind::Group, attributes(&[("displayName", "Crew")]));
    assert_eq!(
        code(directory.set_manager(operator, tenant, people[2], Some(crew))),
        "invalid-value"
    );
    directory.set_manager(operator, tenant, people[0], None).expect("nobody manages ada");
    assert_eq!(directory.find_manager(tenant, people[0]).expect("the store answers"), None);
}

fn subjects(world: &World, tenant: TenantId, after: Watermark) -> Vec<Subject> {
    match world.store.changes(tenant, after, 100).expect("the store answers") {
        Changes::Page { changes, .. } => changes.into_iter().map(|change| change.subject).collect(),
        Changes::Expired => panic!("the feed reaches back"),
    }
}

/// Does something, and says which activities and how many changes it left behind.
fn watch(world: &World, act: impl FnOnce()) -> (Vec<String>, usize) {
    let head = world.store.head(world.source).expect("the store answers");
    let before = world.store.audit(world.source, 0, usize::MAX).expect("the store answers").len();
    act();
    let audit = world.store.audit(world.source, 0, usize::MAX).expect("the store answers");
    let told = audit[before..].iter().map(|one| {
        assert_eq!(one.actor, world.operator);
        assert_eq!(one.at, world.clock.now());
        one.entry.as_ref().map_or_else(String::new, |entry| entry.activity.clone())
    });
    (told.collect(), subjects(world, world.source, head).len())
}

#[test]
fn every_write_leaves_a_change_and_an_audit_entry() {
    let world = World::new();
    let (directory, operator, tenant) = (&world.directory, &world.operator, world.source);
    let ada = create(&world, "ada", &[]).expect("it is free");
    let bo = create(&world, "bo", &[]).expect("it is free");
    let crew = world.make(tenant, Kind::Group, attributes(&[("displayName", "Crew")]));
    let change = Change { set: attributes(&[("city", "Oslo")]), clear: Vec::new() };
    let one = |activity: &str| (vec![activity.to_owned()], 1);
    let check = |act: &dyn Fn(), activity: &str| assert_eq!(watch(&world, act), one(activity));
    check(&|| assert_eq!(code(create(&world, "cy", &[])), "done"), "Add user");
    check(
        &|| drop(directory.update(operator, tenant, ada, &change).expect("she stands")),
        "Update user",
    );
    let nothing = watch(&world, || {
        directory.update(operator, tenant, ada, &change).expect("she stands");
    });
    assert_eq!(nothing, (Vec::new(), 0), "what changes nothing leaves nothing");
    check(
        &|| drop(directory.add_members(operator, tenant, crew, &[ada]).expect("they stand")),
        "Add member to group",
    );
    check(
        &|| directory.remove_members(operator, tenant, crew, &[ada]).expect("they stand"),
        "Remove member from group",
    );
    check(
        &|| directory.set_manager(operator, tenant, ada, Some(bo)).expect("they stand"),
        "Update user",
    );
    check(&|| world.assign(ada, true), "Add app role assignment");
    check(&|| world.assign(ada, false), "Remove app role assignment");
    check(&|| drop(directory.delete(operator, tenant, bo).expect("he stands")), "Delete user");
    check(
        &|| drop(directory.restore(operator, tenant, bo).expect("he lies there")),
        "Restore user",
    );
    check(&|| drop(directory.delete(operator, tenant, crew).expect("it stands")), "Delete group");
    check(&|| directory.purge(operator, tenant, crew).expect("it lies there"), "Hard delete group");
    // Whatever protects somebody is written with the mark by which a synchronization sees that it
    // changed: two changes, one entry.
    let roles = watch(&world, || {
        directory.set_roles(operator, tenant, ada, &[Role::GlobalReader]).expect("she stands");
    });
    assert_eq!(roles, (vec!["Update role assignments".to_owned()], 2));
    let protect = watch(&world, || {
        directory.protect(operator, tenant, &[ada], true).expect("she stands");
    });
    assert_eq!(protect, (vec!["Protect user from synchronization".to_owned()], 2));
    let guest =
        || drop(directory.invite(operator, tenant, "x@other.example", None).expect("foreign"));
    check(&guest, "Invite external user");
    check(&|| world.set_source_consent(false), "Update a partner cross-tenant access setting");
    check(
        &|| drop(world.change_job(|job| job.actions.delete = false)),
        "Update synchronization job",
    );
}

#[test]
fn a_refused_write_leaves_nothing() {
    let world = World::new();
    create(&world, "ada", &[]).expect("it is free");
    let left = watch(&world, || {
        assert_eq!(code(create(&world, "ada", &[])), "value-taken");
        assert_eq!(code(create(&world, "bo", &[("creationType", "Invitation")])), "invalid-value");
    });
    assert_eq!(left, (Vec::new(), 0));
}

#[test]
fn values_have_to_fit() {
    let world = World::new();
    let refused = |more: &[(&str, &str)], message: &str| {
        let error = create(&world, "bo", more).expect_err("it does not fit");
        assert_eq!(error.to_string(), message);
    };
    let mut long = user("bo", &[]);
    long.set(Name::new("usageLocation"), Value::text("NOR"));
    let made = world.directory.create(&world.operator, world.source, Kind::User, None, long);
    let error = made.expect_err("it is too long");
    assert_eq!(error.to_string(), "usageLocation: has 3 characters, 2 are allowed");
    refused(&[("userType", "Visitor")], "userType: 'Visitor' is neither Member nor Guest");
    refused(&[("mail", "no address")], "mail: 'no address' is no mail address");
    refused(&[("creationType", "Invitation")], "creationType: is kept by the directory itself");
    let named = |name: &str| {
        let mut given = user("bo", &[]);
        given.set(Name::USER_PRINCIPAL_NAME, Value::text(name));
        world.directory.create(&world.operator, world.source, Kind::User, None, given)
    };
    for name in [
        "bo",
        "bo@other.example",
        "b o@contoso.example",
        "bo#EXT#@contoso.example",
        "@contoso.example",
    ] {
        assert_eq!(code(named(name)), "invalid-value", "{name}");
    }
    assert_eq!(code(named("bo@CONTOSO.example")), "done");
}

#[test]
fn the_primary_proxy_address_follows_the_mail_address() {
    let world = World::new();
    let more = [("mail", "a@contoso.example"), ("proxyAddresses", "smtp:b@contoso.example")];
    let ada = create(&world, "ada", &more).expect("free");
    let proxies = |id| {
        let object = world.find(world.source, id).expect("she stands");
        object.attributes.get(&Name::PROXY_ADDRESSES).map(ToString::to_string)
    };
    assert_eq!(proxies(ada).as_deref(), Some("SMTP:a@contoso.example; smtp:b@contoso.example"));
    world.set(world.source, ada, &[("mail", "b@contoso.example")]);
    assert_eq!(proxies(ada).as_deref(), Some("SMTP:b@contoso.example"));
    create(&world, "bo", &[("mail", "a@contoso.example")]).expect("the old address is free");
    world.set(world.source, ada, &[("mail", "")]);
    assert_eq!(proxies(ada), None);
}

/// Something that an actor tries.
type Act<'a> = Box<dyn Fn(&Actor) -> Result<(), Error> + 'a>;

/// Who may do what: each write by each role, and by somebody of another tenant.
/// Somebody of a tenant with these roles.
fn person(tenant: model::TenantId, roles: &[Role]) -> Actor {
    let (id, name) = (ObjectId::NIL, "somebody".to_owned());
    Actor::User { tenant, id, name, roles: roles.to_vec(), through: None }
}

#[test]
fn roles_decide_and_another_tenant_is_not_found() {
    use Role::*;
    let world = World::new();
    let (directory, tenant) = (&world.directory, world.source);
    let ada = create(&world, "ada", &[]).expect("free");
    let change = Change { set: attributes(&[("city", "Oslo")]), clear: Vec::new() };
    let policy = directory::PolicyChange { sync_inbound: Some(true), ..Default::default() };
    let job = world.job();
    let fresh =
        || format!("{}@other.example", world.store.head(tenant).expect("it answers").number);
    let table: Vec<(&str, Act<'_>, &[Role])> = vec![
        (
            "update a user",
            Box::new(|actor| directory.update(actor, tenant, ada, &change).map(drop)),
            &[GlobalAdministrator, UserAdministrator],
        ),
        (
            "invite",
            Box::new(|actor| directory.invite(actor, tenant, &fresh(), None).map(drop)),
            &[GlobalAdministrator, UserAdministrator],
        ),
        (
            "purge what is due",
            Box::new(|actor| directory.purge_expired(actor, tenant).map(drop)),
            &[GlobalAdministrator, UserAdministrator],
        ),
        (
            "set a policy",
            Box::new(|actor| directory.set_partner(actor, tenant, world.target, &policy).map(drop)),
            &[GlobalAdministrator, SecurityAdministrator],
        ),
        (
            "change a job",
            Box::new(|actor| {
                directory.update_job(actor, &job, |job| job.actions.create = true).map(drop)
            }),
            &[GlobalAdministrator, HybridIdentityAdministrator],
        ),
        (
            "assign",
            Box::new(|actor| directory.assign(actor, &job, &[ada], true)),
            &[GlobalAdministrator, ApplicationAdministrator],
        ),
        (
            "give roles",
            Box::new(|actor| directory.set_roles(actor, tenant, ada, &[])),
            &[GlobalAdministrator],
        ),
        (
            "find a user",
            Box::new(|actor| {
                directory.find(actor, tenant, Kind::User, "ada@contoso.example").map(drop)
            }),
            &[
                GlobalAdministrator,
                SecurityAdministrator,
                HybridIdentityAdministrator,
                ApplicationAdministrator,
                UserAdministrator,
                GlobalReader,
            ],
        ),
        (
            "run a cycle",
            Box::new(|actor| match world.sync.run_cycle(actor, &job, &sync::Silent) {
                Err(sync::Error::Directory(error)) => Err(error),
                _ => Ok(()),
            }),
            &[GlobalAdministrator, HybridIdentityAdministrator],
        ),
        (
            "rename the tenant",
            Box::new(|actor| directory.update_tenant(actor, tenant, |_| {}).map(drop)),
            &[],
        ),
    ];
    for (what, act, allowed) in &table {
        for role in Role::ALL {
            let result = act(&person(tenant, &[role]));
            let expected = if allowed.contains(&role) { "done" } else { "not-allowed" };
            assert_eq!(code(result), expected, "{what} as {}", role.title());
            let stranger = act(&person(world.target, &[role]));
            assert_eq!(code(stranger), "not-found", "{what} as {} of another tenant", role.title());
        }
        assert_eq!(code(act(&person(tenant, &[]))), "not-allowed", "{what} without a role");
        assert_eq!(code(act(&world.operator)), "done", "{what} as operator");
    }
    let stranger = person(world.target, &[GlobalAdministrator]);
    let error = directory.policy(&stranger, tenant).expect_err("it is not theirs");
    assert!(matches!(error, Error::Denied(Denied::NotFound)));
    let tenants = directory.list_tenants(&stranger).expect("one of them is theirs");
    assert_eq!(tenants.iter().map(|tenant| tenant.id).collect::<Vec<_>>(), [world.target]);
    assert_eq!(code(directory.get_tenant(&stranger, "contoso.example")), "not-found");
}
