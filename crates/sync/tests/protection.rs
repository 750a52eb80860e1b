//! People of the target whom no synchronization touches: the never-touch list, and those who hold a
//! directory role there.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use model::{Code, EntryState, Role};
use testkit::{CallKind, Fate, HookedStore, World, check};

#[test]
fn whoever_is_on_the_list_is_neither_updated_nor_disabled_nor_removed() {
    check(
        "scope all
         add ada city=Oslo
         add bo
         add cy
         cycle
         > create ada
         > create bo
         > create cy
         target protect ada
         target protect bo
         target protect cy
         set ada city=Rome
         set bo accountEnabled=false
         delete cy
         plan
         preview ada
         > fail (protected-in-target)
         cycle
         > fail ada (protected-in-target)
         > fail bo (protected-in-target)
         > fail cy (protected-in-target)
         show ada city
         > #1 city=Oslo
         show bo accountEnabled
         > #2 accountEnabled=true
         show cy
         > #3
         # It is told once, and not at every cycle.
         cycle
         wait 7h
         cycle
         escrow
         > ada protected-in-target attempt 2 due in 12 h
         > bo protected-in-target attempt 2 due in 12 h
         > cy protected-in-target attempt 2 due in 12 h
         # The protection ends, and the next cycle goes on without waiting for any time.
         target unprotect ada
         target unprotect bo
         target unprotect cy
         cycle
         > update ada city: Oslo -> Rome
         > disable bo accountEnabled: true -> false
         > remove cy (deleted-in-source)
         escrow",
    );
}

#[test]
fn whoever_holds_a_role_in_the_target_is_protected_as_long_as_it_is_held() {
    check(
        "scope all
         add ada city=Oslo
         cycle
         > create ada
         target roles ada UserAdministrator
         set ada city=Rome
         cycle
         > fail ada (protected-in-target)
         target roles ada
         cycle
         > update ada city: Oslo -> Rome",
    );
}

#[test]
fn nobody_who_is_protected_is_restored_or_taken_over() {
    check(
        "scope all
         add ada
         add bo mail=bo@contoso.example
         target invite guest bo@contoso.example
         target protect guest
         cycle
         > create ada
         > fail bo (target-refused)
         # What is told of somebody who is not known to be bo does not say why.
         explain bo
         > bo@contoso.example is not in the target.
         > The job takes everybody; no assignment is needed.
         > So the person is in scope.
         > The target's object is known by a pending invitation to the same address.
         > It cannot go on: the target does not let bo_contoso.example#EXT#@fabrikam.example be taken over (target-refused). Read the detail.
         target protect ada
         restart full
         cycle
         > fail ada (protected-in-target)
         > fail bo (target-refused)
         target unprotect ada
         target unprotect guest
         cycle
         > adopt ada (matched)
         > adopt bo displayName: guest -> bo, mailNickname: bo_contoso.example#EXT# -> bo, showInAddressList: - -> true (guest-claimed)
         delete ada
         cycle
         > remove ada (deleted-in-source)
         target protect ada
         restore ada
         cycle
         > fail ada (protected-in-target)
         show ada
         > #1 deleted removed
         target unprotect ada
         cycle
         > restore ada (back-in-scope)",
    );
}

#[test]
fn a_tenant_may_leave_its_privileged_people_unprotected() {
    let world = World::new();
    let ada = world.person("ada", &[("city", "Oslo")]);
    world.assign(ada, true);
    world.cycle();
    let account = world.linked(ada).expect("she is there").id;
    let (directory, operator, target) = (&world.directory, &world.operator, world.target);
    directory.set_roles(operator, target, account, &[Role::GlobalReader]).expect("it may be given");
    world.set(world.source, ada, &[("city", "Rome")]);
    assert_eq!(world.cycle().reasons.get("protected-in-target"), Some(&1));
    directory.protect_privileged(operator, target, false).expect("the operator may");
    assert_eq!(world.cycle().changed(), 1, "it goes on at once");
    world.assert_settled(true);
}

#[test]
fn protection_that_comes_while_the_change_is_on_its_way_holds() {
    let world = World::new();
    let ada = world.person("ada", &[("city", "Oslo")]);
    world.assign(ada, true);
    world.cycle();
    let account = world.linked(ada).expect("she is there").id;
    world.set(world.source, ada, &[("city", "Rome")]);

    let (outside, target) = (world.through(world.store.clone()), world.target);
    let done = AtomicBool::new(false);
    let hook = move |call: testkit::Call| {
        let is_commit = call.kind == CallKind::Commit && call.tenant == target && !call.is_over;
        if is_commit && !done.swap(true, Ordering::SeqCst) {
            let protect = outside.directory.protect(&outside.operator, target, &[account], true);
            protect.expect("the operator may");
        }
        Fate::Go
    };
    let raced = world.through(Arc::new(HookedStore::new(world.store.clone(), hook)));
    raced.cycle();
    let object = world.linked(ada).expect("she is there");
    assert_eq!(object.text(&model::Name::CITY), Some("Oslo"), "nothing was written");
    let refused: Vec<Code> = world
        .entries()
        .into_iter()
        .filter(|entry| entry.state == EntryState::Refused)
        .filter_map(|entry| entry.reason.map(|reason| reason.code))
        .collect();
    assert_eq!(refused, [Code::PROTECTED]);
    assert_eq!(world.cycle().changed(), 0);
    world.assert_settled(true);
}

#[test]
fn who_is_protected_is_written_into_the_audit_log_of_the_target() {
    let world = World::new();
    let ada = world.person("ada", &[]);
    world.assign(ada, true);
    world.cycle();
    let account = world.linked(ada).expect("she is there").id;
    for protected in [true, false] {
        let done = world.directory.protect(&world.operator, world.target, &[account], protected);
        done.expect("the operator may");
    }
    let audit = world.store.audit(world.target, 0, usize::MAX).expect("the store answers");
    let told: Vec<String> =
        audit.into_iter().rev().take(2).filter_map(|one| Some(one.entry?.activity)).collect();
    assert_eq!(told, ["End protection from synchronization", "Protect user from synchronization"]);
    let protection = world.directory.read_protection(world.target).expect("the store answers");
    assert!(!protection.covers(account));
}
