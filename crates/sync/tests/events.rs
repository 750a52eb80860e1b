//! The event tables of cross-tenant-sync.md 5.2 to 5.9, as far as they concern people, one story
//! each. Every story ends with an empty second plan, with untouched tenants and with a journal that
//! names every write.

use testkit::check;

#[test]
fn entering_the_scope_creates_a_redeemed_external_member() {
    check(
        "add ada department=Sales
         cycle
         show ada
         > nobody
         assign ada
         cycle
         > create ada
         show ada userPrincipalName mail userType creationType externalUserState department home
         > #1 userPrincipalName=ada_contoso.example#EXT#@fabrikam.example mail=ada@contoso.example \
userType=Member creationType=Invitation externalUserState=Accepted department=Sales home=ada
         show ada accountEnabled showInAddressList identities proxyAddresses
         > #1 accountEnabled=true showInAddressList=true identities=signInType: federated, issuer: \
ExternalAzureAD proxyAddresses=SMTP:ada@contoso.example",
    );
}

#[test]
fn a_changed_attribute_changes_nothing_else() {
    check(
        "add ada department=Sales city=Oslo
         assign ada
         cycle
         > create ada
         set ada department=Ops
         cycle
         > update ada department: Sales -> Ops
         # What is not mapped is no change.
         set ada costCenter=12
         cycle
         show ada department city costCenter
         > #1 department=Ops city=Oslo costCenter=-",
    );
}

#[test]
fn an_emptied_attribute_clears_unless_the_mapping_keeps() {
    check(
        "keep city
         add ada department=Sales city=Oslo
         assign ada
         cycle
         > create ada
         set ada -department -city
         cycle
         > update ada department: Sales -> -
         show ada department city
         > #1 department=- city=Oslo",
    );
}

#[test]
fn a_new_name_in_the_source_is_decorated_anew() {
    check(
        "add ada
         assign ada
         cycle
         > create ada
         set ada userPrincipalName=countess@contoso.example
         cycle
         > update ada userPrincipalName: ada_contoso.example#EXT#@fabrikam.example -> \
countess_contoso.example#EXT#@fabrikam.example",
    );
}

#[test]
fn disabled_and_enabled_again() {
    check(
        "add ada
         assign ada
         cycle
         > create ada
         set ada accountEnabled=false
         cycle
         > disable ada accountEnabled: true -> false
         set ada accountEnabled=true
         cycle
         > update ada accountEnabled: false -> true",
    );
}

#[test]
fn unassigned_is_removed() {
    check(
        "add ada
         assign ada
         cycle
         > create ada
         unassign ada
         cycle
         > remove ada (not-assigned)
         show ada
         > #1 deleted removed",
    );
}

#[test]
fn removed_from_an_assigned_group_is_removed_unless_chosen_otherwise() {
    check(
        "add ada
         add bo
         group sales
         join ada sales
         join bo sales
         assign sales
         cycle
         > create ada
         > create bo
         assign bo
         part ada sales
         part bo sales
         cycle
         > remove ada (not-assigned)
         join ada sales
         cycle
         > restore ada (back-in-scope)",
    );
}

#[test]
fn a_deleted_group_chooses_nobody_until_it_is_restored() {
    check(
        "add ada
         group sales
         join ada sales
         assign sales
         cycle
         > create ada
         delete sales
         cycle
         > remove ada (not-assigned)
         restore sales
         cycle
         > restore ada (back-in-scope)
         show ada
         > #1
         delete sales
         purge sales
         cycle
         > remove ada (not-assigned)",
    );
}

#[test]
fn members_of_a_nested_group_are_not_chosen() {
    check(
        "add ada
         group all
         group sales
         join ada sales
         join sales all
         assign all
         cycle
         count
         > 0 users in the target",
    );
}

#[test]
fn failing_the_filter_removes_and_passing_restores() {
    check(
        "filter department EQUALS Marketing
         add ada department=Marketing
         assign ada
         cycle
         > create ada
         set ada department=Sales
         cycle
         > remove ada (filtered-out)
         set ada department=Marketing jobTitle=Head
         cycle
         > restore ada jobTitle: - -> Head (back-in-scope)
         show ada department jobTitle
         > #1 department=Marketing jobTitle=Head",
    );
}

#[test]
fn deleted_in_the_source_is_deleted_and_restored_with_it() {
    check(
        "add ada
         assign ada
         cycle
         > create ada
         show ada
         > #1
         delete ada
         cycle
         > remove ada (deleted-in-source)
         wait 29d
         expire
         > purged 0 in the source, 0 in the target
         restore ada
         cycle
         > restore ada (back-in-scope)
         show ada
         > #1",
    );
}

#[test]
fn purged_in_the_source_is_removed_by_the_tombstone() {
    check(
        "add ada
         assign ada
         cycle
         > create ada
         delete ada
         purge ada
         cycle
         > remove ada (gone-from-source)
         show ada
         > #1 deleted removed",
    );
}

#[test]
fn thirty_days_after_its_deletion_the_target_purges_and_the_person_comes_back_as_a_new_one() {
    check(
        "add ada
         assign ada
         cycle
         > create ada
         show ada
         > #1
         unassign ada
         cycle
         > remove ada (not-assigned)
         wait 30d
         expire
         > purged 0 in the source, 1 in the target
         assign ada
         cycle
         > create ada
         show ada
         > #2",
    );
}

#[test]
fn disabled_first_and_then_unassigned_is_still_removed() {
    check(
        "add ada
         assign ada
         cycle
         > create ada
         set ada accountEnabled=false
         cycle
         > disable ada accountEnabled: true -> false
         unassign ada
         cycle
         > remove ada (not-assigned)
         # Nobody who cannot sign in at home is brought back.
         assign ada
         cycle
         show ada
         > #1 deleted removed
         set ada accountEnabled=true
         cycle
         > restore ada accountEnabled: false -> true (back-in-scope)",
    );
}

#[test]
fn disabled_before_the_first_cycle_is_not_created() {
    check(
        "add ada accountEnabled=false
         assign ada
         cycle
         show ada
         > nobody
         preview ada
         > skip (disabled-at-start)
         set ada accountEnabled=true
         cycle
         > create ada",
    );
}

#[test]
fn purged_in_the_target_is_unlinked_and_made_anew_when_the_source_changes() {
    check(
        "add ada
         add bo
         assign ada
         assign bo
         cycle
         > create ada
         > create bo
         show ada
         > #1
         target delete ada
         target purge ada
         target delete bo
         target purge bo
         set ada city=Oslo
         unassign bo
         cycle
         > create ada
         > unlink bo (target-missing)
         show ada city
         > #2 city=Oslo",
    );
}

#[test]
fn what_the_target_deleted_is_not_brought_back() {
    check(
        "add ada
         assign ada
         cycle
         > create ada
         target delete ada
         set ada city=Oslo
         cycle
         preview ada
         > skip (deleted-in-target)
         show ada city
         > #1 deleted city=-
         # Neither is it brought back to somebody who left and returns.
         unassign ada
         cycle
         assign ada
         cycle
         preview ada
         > skip (deleted-in-target)",
    );
}

#[test]
fn restored_by_the_target_is_the_persons_again() {
    check(
        "add ada
         assign ada
         cycle
         > create ada
         unassign ada
         cycle
         > remove ada (not-assigned)
         target restore ada
         set ada city=Oslo
         assign ada
         cycle
         > adopt ada city: - -> Oslo (matched)
         show ada city
         > #1 city=Oslo",
    );
}

#[test]
fn restored_by_the_target_while_out_of_scope_stays_there() {
    check(
        "add ada
         assign ada
         cycle
         > create ada
         unassign ada
         cycle
         > remove ada (not-assigned)
         target restore ada
         set ada city=Oslo
         cycle
         show ada city
         > #1 removed city=-",
    );
}

#[test]
fn external_users_are_never_a_source() {
    check(
        "add ada
         scope all
         cycle
         > create ada
         show ada
         > #1",
    );
    let world = testkit::World::new();
    let invited =
        world.directory.invite(&world.operator, world.source, "guest@other.example", None);
    let invited = invited.expect("the address is foreign");
    world.assign(invited.id, true);
    let run = world.cycle();
    assert_eq!(run.changed(), 0);
    assert_eq!(run.reasons.get("external-user"), Some(&1));
    world.assert_settled(true);
}

#[test]
fn a_changed_filter_is_evaluated_without_a_restart() {
    check(
        "add ada department=Marketing
         add bo department=Sales
         assign ada
         assign bo
         filter department EQUALS Marketing
         cycle
         > create ada
         filter department EQUALS Sales
         cycle
         > remove ada (filtered-out)
         > create bo
         filter department EQUALS Marketing OR department EQUALS Sales
         cycle
         > restore ada (back-in-scope)",
    );
}

#[test]
fn a_changed_mapping_is_evaluated_without_a_restart() {
    check(
        "add ada department=Sales
         assign ada
         cycle
         > create ada
         map department '=ToUpper([department])'
         cycle
         > update ada department: Sales -> SALES
         unmap department
         set ada department=Ops
         cycle
         show ada department
         > #1 department=SALES",
    );
}

#[test]
fn a_changed_scope_is_evaluated_without_a_restart() {
    check(
        "add ada
         add bo
         assign ada
         cycle
         > create ada
         scope all
         cycle
         > create bo
         scope assigned
         cycle
         > remove bo (not-assigned)",
    );
}

#[test]
fn a_new_extension_of_the_target_is_filled() {
    check(
        "add ada companyName=Contoso
         assign ada
         cycle
         > create ada
         map extensionName companyName
         > error: configuration-invalid
         extension target extensionName
         map extensionName companyName
         plan
         > update ada extension_019b0000000070008000000000000003_extensionName: - -> Contoso
         cycle
         > update ada extension_019b0000000070008000000000000003_extensionName: - -> Contoso
         show ada _extensionName
         > #1 _extensionName=Contoso",
    );
}

#[test]
fn without_create_nobody_is_made_or_brought_back() {
    check(
        "actions update delete
         add ada
         assign ada
         cycle
         preview ada
         > skip (create-off)
         actions create update delete
         cycle
         > create ada
         unassign ada
         cycle
         > remove ada (not-assigned)
         actions update delete
         assign ada
         cycle
         preview ada
         > skip (create-off)
         actions create update delete
         cycle
         > restore ada (back-in-scope)",
    );
}

#[test]
fn without_update_nothing_changes_until_it_is_on_again() {
    check(
        "add ada city=Oslo
         assign ada
         cycle
         > create ada
         actions create delete
         set ada city=Rome accountEnabled=false
         cycle
         preview ada
         > skip (update-off)
         actions create update delete
         cycle
         > disable ada accountEnabled: true -> false, city: Oslo -> Rome",
    );
}

#[test]
fn without_delete_nobody_is_removed_until_it_is_on_again() {
    check(
        "add ada
         assign ada
         cycle
         > create ada
         actions create update
         unassign ada
         cycle
         preview ada
         > skip (delete-off)
         show ada
         > #1
         actions create update delete
         cycle
         > remove ada (not-assigned)",
    );
}

#[test]
fn an_edit_in_the_target_stays_until_the_person_changes_at_home() {
    check(
        "add ada city=Oslo
         assign ada
         cycle
         > create ada
         target set ada city=Rome accountEnabled=false
         cycle
         show ada city accountEnabled
         > #1 city=Rome accountEnabled=false
         set ada jobTitle=Head
         cycle
         > update ada accountEnabled: false -> true, city: Rome -> Oslo, jobTitle: - -> Head",
    );
}

#[test]
fn the_user_type_that_the_target_chose_stays() {
    check(
        "add ada
         assign ada
         cycle
         > create ada
         target set ada userType=Guest
         set ada city=Oslo
         cycle
         > update ada city: - -> Oslo
         show ada userType
         > #1 userType=Guest",
    );
}

#[test]
fn a_restart_forgets_people_who_are_gone_on_both_sides() {
    check(
        "add ada
         assign ada
         cycle
         > create ada
         delete ada
         purge ada
         cycle
         > remove ada (gone-from-source)
         wait 30d
         expire
         > purged 0 in the source, 1 in the target
         plan
         plan full
         > unlink ada (target-missing)
         restart
         cycle
         > unlink ada (target-missing)",
    );
}

/// Somebody was looked at by a configuration that did not stay, and no cycle came to its end with it.
#[test]
fn a_configuration_that_comes_back_is_evaluated_again() {
    check(
        "add ada department=Marketing
         assign ada
         cycle
         > create ada
         filter department EQUALS Sales
         provision ada
         > remove ada (filtered-out)
         filter
         cycle
         > restore ada (back-in-scope)",
    );
}
