//! Who is who, and whose address it is: matching and conflicts of cross-tenant-sync.md 5.3 and 5.9,
//! one story each.

use model::Name;
use sync::Extent;
use testkit::{World, check};

#[test]
fn a_pending_guest_with_the_same_address_is_taken_over() {
    check(
        "target invite guest ada@contoso.example
         show guest userType externalUserState userPrincipalName home
         > #1 unlinked userType=Guest externalUserState=PendingAcceptance \
userPrincipalName=ada_contoso.example#EXT#@fabrikam.example home=-
         add ada userPrincipalName=lovelace@contoso.example mail=ada@contoso.example
         assign ada
         cycle
         > adopt ada displayName: guest -> ada, mailNickname: ada_contoso.example#EXT# -> lovelace, \
userPrincipalName: ada_contoso.example#EXT#@fabrikam.example -> \
lovelace_contoso.example#EXT#@fabrikam.example, showInAddressList: - -> true (guest-claimed)
         show ada userType externalUserState home
         > #1 userType=Guest externalUserState=Accepted home=ada
         count
         > 1 users in the target",
    );
}

#[test]
fn an_internal_user_with_the_address_is_never_converted() {
    check(
        "target add tim mail=ada@contoso.example
         add ada
         assign ada
         cycle
         > fail ada (ambiguous-user)
         show tim userType creationType home
         > #1 unlinked userType=Member creationType=- home=-
         escrow
         > ada ambiguous-user attempt 1 due in 6 h
         count
         > 1 users in the target",
    );
}

#[test]
fn a_group_with_the_address_blocks_as_well() {
    check(
        "target group crew mail=ada@contoso.example
         add ada
         assign ada
         cycle
         > fail ada (ambiguous-user)",
    );
}

#[test]
fn names_that_fall_together_get_a_stable_suffix() {
    check(
        "map userPrincipalName '=Append([mailNickname], \"@contoso.example\")'
         add one mailNickname=staff
         add two mailNickname=staff
         assign one
         assign two
         cycle
         > create one
         > refused create two (key-taken)
         > create two
         show one userPrincipalName
         > #1 userPrincipalName=staff_contoso.example#EXT#@fabrikam.example
         show two userPrincipalName
         > #2 userPrincipalName=staff_contoso.example_00000a#EXT#@fabrikam.example
         restart
         cycle
         set two city=Oslo
         cycle
         > update two city: - -> Oslo",
    );
}

#[test]
fn an_unverified_domain_waits_until_it_is_verified() {
    check(
        "add ada mail=ada@lovelace.example
         assign ada
         cycle
         > fail ada (mail-domain-not-verified)
         escrow
         > ada mail-domain-not-verified attempt 1 due in 6 h
         domain add lovelace.example
         cycle
         > create ada
         escrow",
    );
}

#[test]
fn a_joiner_takes_the_address_that_a_leaver_gives_up_in_the_same_cycle() {
    check(
        "add old mail=desk@contoso.example
         assign old
         cycle
         > create old
         delete old
         add new mail=desk@contoso.example
         assign new
         cycle
         > fail new (key-taken)
         > create new
         > remove old (deleted-in-source)
         show new mail
         > #1 mail=desk@contoso.example
         escrow",
    );
}

#[test]
fn an_address_that_the_target_frees_is_taken_in_the_next_cycle() {
    check(
        "target add tim mail=ada@contoso.example
         add ada
         assign ada
         cycle
         > fail ada (ambiguous-user)
         # The cycle after a failure looks at what itself wrote, and then rests.
         cycle
         target set tim mail=tim@fabrikam.example
         cycle
         > create ada
         escrow",
    );
}

#[test]
fn a_name_that_was_taken_meanwhile_does_not_keep_anybody_out() {
    check(
        "add ada
         assign ada
         cycle
         > create ada
         show ada userPrincipalName
         > #1 userPrincipalName=ada_contoso.example#EXT#@fabrikam.example
         unassign ada
         cycle
         > remove ada (not-assigned)
         target invite guest ada@contoso.example
         target set guest -mail
         assign ada
         cycle
         > restore ada userPrincipalName: ada_contoso.example#EXT#@fabrikam.example -> \
ada_contoso.example_000009#EXT#@fabrikam.example (back-in-scope)
         show ada
         > #1",
    );
}

#[test]
fn two_people_swap_their_addresses() {
    check(
        "add ada
         add bo
         assign ada
         assign bo
         cycle
         > create ada
         > create bo
         set ada mail=x@contoso.example
         set bo mail=ada@contoso.example
         set ada mail=bo@contoso.example
         cycle
         > fail ada (key-taken)
         > update ada mail: ada@contoso.example -> - (swapped)
         > update ada mail: - -> bo@contoso.example
         > fail bo (key-taken)
         > update bo mail: bo@contoso.example -> ada@contoso.example
         escrow
         show ada mail
         > #1 mail=bo@contoso.example",
    );
}

/// A new job over the people of an old one, or a journal that is older than the target.
#[test]
fn two_people_swap_their_addresses_whose_links_are_lost() {
    let world = World::new();
    let people = ["ada", "bo"].map(|name| world.person(name, &[]));
    people.iter().for_each(|person| world.assign(*person, true));
    world.cycle();
    let objects = people.map(|person| world.link(person).expect("it is linked").target);
    for (person, address) in [(0, "x"), (1, "ada"), (0, "bo")] {
        let address = format!("{address}@contoso.example");
        world.set(world.source, people[person], &[("mail", &address)]);
    }
    world.store.forget_job(world.source, world.job).expect("the store answers");
    world.cycle();
    let mail = |person| {
        let object = world.linked(person).expect("it is linked again");
        (object.id, object.text(&Name::MAIL).map(str::to_owned))
    };
    assert_eq!(mail(people[0]), (objects[0], Some("bo@contoso.example".to_owned())));
    assert_eq!(mail(people[1]), (objects[1], Some("ada@contoso.example".to_owned())));
    assert_eq!(world.escrow(), []);
    assert_eq!(world.plan(Extent::Everybody).expect("the plan is made"), []);
}

#[test]
fn whoever_is_disabled_at_home_is_disabled_in_the_target_whatever_else_is_wrong() {
    check(
        "add ada
         assign ada
         cycle
         > create ada
         set ada mail=ada@lovelace.example
         cycle
         > fail ada (mail-domain-not-verified)
         set ada accountEnabled=false
         cycle
         > disable ada accountEnabled: true -> false
         show ada accountEnabled
         > #1 accountEnabled=false
         escrow
         > ada mail-domain-not-verified attempt 2 due in 12 h",
    );
}
