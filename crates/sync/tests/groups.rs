//! Groups of the source as groups of the target, and who is a member there (cross-tenant-sync.md 6).

use model::{Brake, EntryState, Kind};
use sync::{Approval, LogQuery};
use testkit::{World, attributes, check};

#[test]
fn a_group_comes_with_those_of_its_members_who_are_in_scope() {
    check(
        "consent groups on
         groups on
         group crew
         add ada
         add bo
         add cy
         join ada crew
         join bo crew
         assign crew
         cycle
         > create ada
         > create bo
         > create crew
         > add-member crew members: - -> ada
         > add-member crew members: - -> bo
         members crew
         > ada bo
         join cy crew
         cycle
         > add-member crew members: - -> cy
         > create cy
         members crew
         > ada bo cy
         part ada crew
         cycle
         > remove ada (not-assigned)
         > remove-member crew members: ada -> - (member-left)
         members crew
         > bo cy",
    );
}

#[test]
fn a_group_that_is_not_assigned_stays_at_home_and_one_that_leaves_is_removed() {
    check(
        "consent groups on
         groups on
         scope all
         group crew
         add ada
         join ada crew
         cycle
         > create ada
         > create crew
         > add-member crew members: - -> ada
         scope assigned
         assign ada
         cycle
         > remove crew (not-assigned)
         show crew
         > #1 deleted removed
         assign crew
         cycle
         > restore crew (back-in-scope)
         members crew
         > ada",
    );
}

#[test]
fn without_the_targets_consent_groups_stay_as_they_are() {
    check(
        "groups on
         group crew
         add ada
         join ada crew
         assign crew
         cycle
         > create ada
         consent groups on
         cycle
         > create crew
         > add-member crew members: - -> ada
         consent groups off
         add bo
         join bo crew
         cycle
         > create bo
         members crew
         > ada
         consent groups on
         cycle
         > add-member crew members: - -> bo
         members crew
         > ada bo",
    );
}

#[test]
fn a_member_who_comes_into_scope_later_joins_without_a_restart() {
    check(
        "consent groups on
         groups on
         group crew
         group others
         add ada
         add bo
         join ada crew
         join bo crew
         filter department EQUALS Marketing
         set ada department=Marketing
         assign crew
         cycle
         > create ada
         > create crew
         > add-member crew members: - -> ada
         members crew
         > ada
         set bo department=Marketing
         cycle
         > create bo
         > add-member crew members: - -> bo
         members crew
         > ada bo
         set ada department=Sales
         cycle
         > remove ada (filtered-out)
         members crew
         > ada bo
         set ada department=Marketing
         cycle
         > restore ada (back-in-scope)
         members crew
         > ada bo",
    );
}

#[test]
fn what_happened_while_a_member_was_away_is_seen_to_on_the_return() {
    check(
        "consent groups on
         groups on
         group crew
         add ada
         join ada crew
         assign ada
         assign crew
         cycle
         > create ada
         > create crew
         > add-member crew members: - -> ada
         unassign ada
         part ada crew
         cycle
         > remove ada (not-assigned)
         > remove-member crew members: ada -> - (member-left)
         members crew
         > nobody
         assign ada
         cycle
         > restore ada (back-in-scope)
         members crew
         > nobody",
    );
}

#[test]
fn members_whom_the_target_added_by_itself_are_none_of_our_business() {
    check(
        "consent groups on
         groups on
         group crew
         add ada
         join ada crew
         assign crew
         cycle
         > create ada
         > create crew
         > add-member crew members: - -> ada
         target add tim
         target join tim crew
         part ada crew
         cycle
         > remove ada (not-assigned)
         > remove-member crew members: ada -> - (member-left)
         members crew
         > tim@fabrikam.example
         set crew description=all
         cycle
         > update crew description: - -> all",
    );
}

#[test]
fn groups_within_groups_are_left_out_or_flattened_or_kept() {
    check(
        "consent groups on
         groups on
         scope all
         group outer
         group inner
         add ada
         join ada inner
         join inner outer
         cycle
         > create ada
         > create inner
         > add-member inner members: - -> ada
         > create outer
         members outer
         > nobody
         groups flatten
         cycle
         > add-member outer members: - -> ada
         members outer
         > ada
         groups keep
         cycle
         > remove-member outer members: ada -> - (member-left)
         > add-member outer members: - -> inner
         members outer
         > inner",
    );
}

#[test]
fn flattened_groups_follow_whatever_happens_within_them_even_in_rings() {
    check(
        "consent groups on
         groups flatten
         scope all
         group outer
         group middle
         group inner
         add ada
         add bo
         join ada inner
         join bo middle
         join inner middle
         join middle outer
         join outer inner
         cycle
         > create ada
         > create bo
         > create inner
         > add-member inner members: - -> ada
         > add-member inner members: - -> bo
         > create middle
         > add-member middle members: - -> ada
         > add-member middle members: - -> bo
         > create outer
         > add-member outer members: - -> ada
         > add-member outer members: - -> bo
         members outer
         > ada bo
         members inner
         > ada bo
         part inner middle
         cycle
         > remove-member middle members: ada -> - (member-left)
         > remove-member outer members: ada -> - (member-left)
         members outer
         > bo
         members inner
         > ada bo
         part ada inner
         join inner middle
         cycle
         > remove-member inner members: ada -> - (member-left)
         members outer
         > bo
         delete middle
         cycle
         > remove-member inner members: bo -> - (member-left)
         > remove middle (deleted-in-source)
         > remove-member outer members: bo -> - (member-left)
         members outer
         > nobody",
    );
}

#[test]
fn a_group_that_is_deleted_and_restored_is_the_same_there() {
    check(
        "consent groups on
         groups on
         scope all
         group crew
         add ada
         join ada crew
         cycle
         > create ada
         > create crew
         > add-member crew members: - -> ada
         show crew
         > #1
         delete crew
         cycle
         > remove crew (deleted-in-source)
         show crew
         > #1 deleted removed
         add bo
         join bo crew
         > error: not-found
         restore crew
         cycle
         > create bo
         > restore crew (back-in-scope)
         show crew
         > #1
         members crew
         > ada
         delete crew
         purge crew
         cycle
         > remove crew (gone-from-source)",
    );
}

#[test]
fn groups_that_do_not_go_along_any_more_stay() {
    check(
        "consent groups on
         groups on
         scope all
         group crew
         add ada
         join ada crew
         cycle
         > create ada
         > create crew
         > add-member crew members: - -> ada
         groups off
         part ada crew
         cycle
         members crew
         > ada
         groups on
         cycle
         > remove-member crew members: ada -> - (member-left)
         members crew
         > nobody",
    );
}

#[test]
fn a_mass_parting_is_held_and_some_of_it_approved() {
    let names: Vec<String> = (0..12).map(|number| format!("p{number:02}")).collect();
    let each = |line: &str| -> String {
        names.iter().map(|name| format!("{}\n", line.replace('@', name))).collect()
    };
    check(&format!(
        "consent groups on
         groups on
         scope all
         group crew
         {}cycle
         > create crew
         {}{}{}cycle
         {}members crew
         > {}
         hold approve crew
         {}members crew
         > nobody",
        each("add @\njoin @ crew"),
        each("> add-member crew members: - -> @"),
        each("> create @"),
        each("part @ crew"),
        each("> held remove-member crew members: @ -> - (parting-brake)"),
        names.join(" "),
        each("> remove-member crew members: @ -> - (member-left)"),
    ));
}

#[test]
fn a_distribution_list_stays_at_home() {
    check(
        "consent groups on
         groups on
         scope all
         group news
         set news securityEnabled=false
         cycle",
    );
}

#[test]
fn an_assigned_group_chooses_the_members_of_groups_within_it_where_that_is_chosen() {
    check(
        "group outer
         group inner
         add ada
         add bo
         join ada inner
         join bo outer
         join inner outer
         assign outer
         cycle
         > create bo
         nested-assignment on
         cycle
         > create ada
         part inner outer
         cycle
         > remove ada (not-assigned)
         join inner outer
         cycle
         > restore ada (back-in-scope)
         nested-assignment off
         cycle
         > remove ada (not-assigned)",
    );
}

#[test]
fn a_group_of_the_target_is_taken_over_only_by_the_difference_that_was_shown() {
    let world = World::new();
    world.set_group_consent(true);
    world.change_job(|job| {
        job.scope = model::ScopeMode::All;
        job.groups.enabled = true;
    });
    let (directory, sync, operator) = (&world.directory, &world.sync, &world.operator);
    let group =
        |tenant, name| world.make(tenant, Kind::Group, attributes(&[("displayName", name)]));
    let [ada, bo] = ["ada", "bo"].map(|name| world.person(name, &[]));
    world.cycle();
    let here = group(world.source, "Crew");
    let there = group(world.target, "The crew");
    let join = |tenant, group, member| {
        drop(directory.add_members(operator, tenant, group, &[member]).expect("both are there"));
    };
    join(world.source, here, ada);
    let bo_there = world.linked(bo).expect("bo is there").id;
    let own = world.make(
        world.target,
        Kind::User,
        attributes(&[("displayName", "tim"), ("userPrincipalName", "tim@fabrikam.example")]),
    );
    join(world.target, there, bo_there);
    join(world.target, there, own);

    let shown = sync.compare_groups(operator, &world.job(), here, there).expect("both are groups");
    assert_eq!((shown.joining, shown.leaving, shown.staying), (1, 1, 1));
    join(world.source, here, bo);
    let ids = (here, there);
    let moved = sync.adopt_group(operator, &world.job(), ids, &shown.digest);
    assert_eq!(moved.expect_err("bo would stay now").code(), "plan-moved");
    let shown = sync.compare_groups(operator, &world.job(), here, there).expect("both are groups");
    assert_eq!((shown.joining, shown.leaving, shown.staying), (1, 0, 1));
    sync.adopt_group(operator, &world.job(), ids, &shown.digest).expect("it is as it was shown");

    world.cycle();
    let members = directory.list_members(operator, world.target, there, None, 10);
    let ada_there = world.linked(ada).expect("ada is there").id;
    let mut expected = vec![ada_there, bo_there, own];
    expected.sort();
    assert_eq!(members.expect("it is a group"), expected);
    assert_eq!(world.linked(here).expect("it is linked").display_name(), "Crew");
    world.assert_settled(true);
}

#[test]
fn a_held_parting_is_found_by_its_member_and_ends_with_its_group() {
    let world = World::new();
    world.set_group_consent(true);
    world.change_job(|job| {
        job.scope = model::ScopeMode::All;
        job.groups.enabled = true;
        job.limits.partings = Some(Brake::fixed(0));
    });
    let (directory, operator) = (&world.directory, &world.operator);
    let crew = world.make(world.source, Kind::Group, attributes(&[("displayName", "Crew")]));
    let people = ["ada", "bo"].map(|name| world.person(name, &[]));
    drop(directory.add_members(operator, world.source, crew, &people).expect("all are there"));
    world.cycle();
    directory.remove_members(operator, world.source, crew, &people).expect("all are there");
    world.cycle();
    let held = |which: &Approval| {
        let held = world.sync.list_held(operator, &world.job(), which).expect("logs may be read");
        held.into_iter().map(|entry| entry.member).collect::<Vec<_>>()
    };
    let by = |person| Approval::Matching(LogQuery { source: Some(person), ..LogQuery::default() });
    assert_eq!(held(&by(people[1])), [Some(people[1])]);
    assert_eq!(held(&Approval::All).len(), 2);
    directory.delete(operator, world.source, crew).expect("it is there");
    world.cycle();
    assert_eq!(held(&Approval::All), []);
    let partings = world.entries().into_iter().filter(|entry| entry.member.is_some());
    let cancelled = partings.filter(|entry| entry.state == EntryState::Cancelled);
    assert_eq!(cancelled.count(), 2);
    world.assert_settled(true);
}

#[test]
fn whoever_the_target_brings_back_is_brought_up_to_date_at_once() {
    check(
        "consent groups on
         groups on
         scope all
         group crew
         add ada
         cycle
         > create ada
         > create crew
         target delete ada
         set ada city=Oslo
         join ada crew
         cycle
         target restore ada
         cycle
         > update ada city: - -> Oslo
         > add-member crew members: - -> ada
         members crew
         > ada",
    );
}
