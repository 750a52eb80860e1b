//! Two people of the source who match one object of the target, what the source is told of an
//! object that is taken over, and lists whose order is nothing: what a value cannot tell apart is
//! never guessed (provisioning-engine.md 2.1).

use model::{Actor, Modification, Name, Role, Value};
use sync::{Extent, LogQuery, Silent};
use testkit::{World, check};

#[test]
fn nobody_gets_an_account_that_two_people_match_until_one_is_corrected() {
    check(
        "map employeeId employeeId match=1
         scope all
         target invite guest old@elsewhere.example
         target set guest employeeId=77
         add ada employeeId=77
         add bo employeeId=77
         plan
         cycle
         > fail ada (duplicate-source)
         > fail bo (duplicate-source)
         set bo employeeId=78
         cycle
         > adopt ada displayName: guest -> ada, mail: old@elsewhere.example -> ada@contoso.example, \
mailNickname: old_elsewhere.example#EXT# -> ada, userPrincipalName: \
old_elsewhere.example#EXT#@fabrikam.example -> ada_contoso.example#EXT#@fabrikam.example, \
showInAddressList: - -> true (guest-claimed)
         > create bo",
    );
}

#[test]
fn an_expression_that_two_people_share_is_a_dispute_as_well() {
    check(
        "map employeeId '=Mid([employeeId], 2, 9)' match=1
         scope all
         target invite guest old@elsewhere.example
         target set guest employeeId=77
         add ada employeeId=A77
         add bo employeeId=B77
         plan
         cycle
         > fail ada (duplicate-source)
         > fail bo (duplicate-source)
         delete bo
         cycle
         > adopt ada displayName: guest -> ada, mail: old@elsewhere.example -> ada@contoso.example, \
mailNickname: old_elsewhere.example#EXT# -> ada, userPrincipalName: \
old_elsewhere.example#EXT#@fabrikam.example -> ada_contoso.example#EXT#@fabrikam.example, \
showInAddressList: - -> true (guest-claimed)",
    );
}

#[test]
fn two_who_match_one_account_by_different_values_both_wait_however_they_are_looked_at() {
    check(
        "map employeeId employeeId match=1
         map jobTitle jobTitle match=2
         scope all
         target invite guest old@elsewhere.example
         target set guest employeeId=55 jobTitle=T5
         add hu employeeId=55
         add hv jobTitle=T5
         cycle
         > fail hu (duplicate-source)
         > fail hv (duplicate-source)
         provision hu
         retry hu
         cycle
         explain hv
         > hv@contoso.example is not in the target.
         > The job takes everybody; no assignment is needed.
         > So the person is in scope.
         > It cannot go on: hu@contoso.example of the source matches the same external user by employeeId '55' (duplicate-source). Correct the value of one of the two; it goes on by itself then.
         set hv jobTitle=T6
         cycle
         > adopt hu displayName: guest -> hu, mail: old@elsewhere.example -> hu@contoso.example, mailNickname: old_elsewhere.example#EXT# -> hu, userPrincipalName: old_elsewhere.example#EXT#@fabrikam.example -> hu_contoso.example#EXT#@fabrikam.example, showInAddressList: - -> true, jobTitle: T5 -> - (guest-claimed)
         > create hv",
    );
}

#[test]
fn somebody_who_comes_later_with_the_value_of_another_is_not_made_beside() {
    check(
        "map employeeId employeeId match=1
         scope all
         add ada employeeId=77
         cycle
         > create ada
         add bo employeeId=77
         plan
         cycle
         > fail bo (duplicate-source)
         set ada employeeId=79
         cycle
         > update ada employeeId: 77 -> 79
         > create bo",
    );
}

#[test]
fn whoever_is_out_of_scope_claims_nothing() {
    check(
        "map employeeId employeeId match=1
         target invite guest old@elsewhere.example
         target set guest employeeId=77
         add ada employeeId=77
         add bo employeeId=77
         assign ada
         cycle
         > adopt ada displayName: guest -> ada, mail: old@elsewhere.example -> ada@contoso.example, \
mailNickname: old_elsewhere.example#EXT# -> ada, userPrincipalName: \
old_elsewhere.example#EXT#@fabrikam.example -> ada_contoso.example#EXT#@fabrikam.example, \
showInAddressList: - -> true (guest-claimed)",
    );
}

#[test]
fn the_order_of_a_list_is_no_difference() {
    check(
        "map otherMails otherMails
         scope all
         add ada otherMails=a@x.example;b@x.example
         cycle
         > create ada
         set ada otherMails=b@x.example;a@x.example
         plan full
         cycle",
    );
}

/// What the plan and the log give as the old value of an attribute to a Hybrid Identity
/// Administrator of the source, and to the operator.
#[test]
fn the_source_is_not_told_what_a_guest_held_who_was_nobodys() {
    let world = World::new();
    world.change_job(|job| job.scope = model::ScopeMode::All);
    let operator = &world.operator;
    let guest =
        world.directory.invite(operator, world.target, "ada@contoso.example", Some("Secret"));
    guest.expect("the target may invite");
    world.person("ada", &[]);
    let admin = Actor::User {
        tenant: world.source,
        id: world.person("admin", &[]),
        name: "admin".to_owned(),
        roles: vec![Role::HybridIdentityAdministrator],
        through: None,
    };
    let planned = |actor: &Actor| {
        let mut old = Vec::new();
        let mut keep = |entry: &model::Entry| {
            let name = |one: &&Modification| one.name == Name::DISPLAY_NAME && one.old.is_some();
            old.extend(entry.modifications.iter().find(name).and_then(|one| one.old.clone()));
            Ok(())
        };
        let plan = world.sync.plan(actor, &world.job(), Extent::Everybody, &Silent, &mut keep);
        plan.expect("both sides consent");
        old
    };
    assert_eq!(planned(&admin), [Value::text("[target]")]);
    assert_eq!(planned(operator), [Value::text("Secret")]);

    world.cycle();
    let logged = |actor: &Actor| {
        let page = world.sync.read_log(actor, &world.job(), &LogQuery::default());
        let entries = page.expect("logs are read on both sides").entries;
        let properties = entries.into_iter().flat_map(|entry| entry.modified_properties);
        let names = properties.filter(|one| one.display_name == Name::DISPLAY_NAME);
        names.filter_map(|one| one.old_value).collect::<Vec<_>>()
    };
    assert_eq!(logged(&admin), ["[target]"]);
    assert_eq!(logged(operator), ["Secret"]);
}
