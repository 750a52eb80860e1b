//! Conditions in cycles: whatever they look at changes, the people concerned are looked at again.

use testkit::check;

#[test]
fn who_joins_or_leaves_a_group_is_looked_at() {
    check(
        "scope all
         group sales
         group north
         add ada
         add bo
         filter MEMBER OF sales [nested]
         cycle
         join ada sales
         cycle
         > create ada
         # A group joins the group, and its members with it.
         join bo north
         cycle
         join north sales
         cycle
         > create bo
         delete north
         cycle
         > remove bo (filtered-out)
         restore north
         cycle
         > restore bo (back-in-scope)
         part north sales
         cycle
         > remove bo (filtered-out)
         part ada sales
         cycle
         > remove ada (filtered-out)",
    );
}

#[test]
fn groups_in_a_ring_come_to_an_end() {
    check(
        "scope all
         group one
         group two
         add ada
         filter MEMBER OF one [nested]
         join ada two
         join two one
         join one two
         cycle
         > create ada
         part two one
         cycle
         > remove ada (filtered-out)",
    );
}

#[test]
fn members_of_member_groups_count_only_where_it_is_said() {
    check(
        "scope all
         group sales
         group north
         add ada
         join ada north
         join north sales
         filter MEMBER OF sales AND NOT manager IS NOT NULL
         cycle
         join ada sales
         cycle
         > create ada",
    );
}

#[test]
fn a_new_manager_changes_the_answer() {
    check(
        "scope all
         unmap manager
         add ada
         add bo
         filter manager EQUALS bo@contoso.example
         cycle
         manager ada bo
         cycle
         > create ada
         manager ada -
         cycle
         > remove ada (filtered-out)",
    );
}

#[test]
fn time_alone_brings_people_in_and_out() {
    check(
        "scope all
         add ada employeeHireDate=2026-01-20T00:00:00Z
         add bo employeeLeaveDateTime=2026-01-10T00:00:00Z
         filter employeeHireDate BEFORE now+3d OR employeeLeaveDateTime AFTER now
         cycle
         > create bo
         # Nothing but the clock moves on.
         wait 5d
         cycle
         > remove bo (filtered-out)
         wait 5d
         cycle
         wait 10d
         cycle
         > create ada",
    );
}

#[test]
fn a_condition_about_what_does_not_exist_is_refused() {
    check(
        "filter MEMBER OF nobody
         > error: configuration-invalid
         filter NOT departmnt IS NULL
         > error: configuration-invalid",
    );
}

#[test]
fn whoever_a_condition_named_stays_meant_when_the_name_goes_to_another() {
    check(
        "scope all
         group staff
         group other
         add ada
         add bo
         join ada staff
         join bo other
         filter MEMBER OF staff
         cycle
         > create ada
         set staff displayName=before
         set other displayName=staff
         rename again
         plan full",
    );
}

#[test]
fn nothing_of_the_target_is_told_without_consent() {
    check(
        "scope all
         add ada
         consent target off
         explain ada
         > stopped: consent-missing
         consent target on
         cycle
         > create ada",
    );
}

/// Neither answer may be taken for granted: the one would remove somebody and the other create.
#[test]
fn nobody_moves_while_a_pattern_has_no_answer() {
    check(
        "scope all
         unmap department
         add ada department=Sales
         filter department REGEX MATCH ^(a|a|aa)+(?=b)$|^Sales$ OR city EQUALS Bonn
         cycle
         > create ada
         # Ada's department takes the pattern more steps than it has, and Bo's too.
         set ada department=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!
         add bo department=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!
         add cy department=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa! city=Bonn
         cycle
         > fail ada (filter-failed)
         > fail bo (filter-failed)
         > create cy
         escrow
         > ada filter-failed attempt 1 due in 6 h
         > bo filter-failed attempt 1 due in 6 h
         explain bo
         > bo@contoso.example is not in the target.
         > The job takes everybody; no assignment is needed.
         > Scoping filter: department REGEX MATCH '^(a|a|aa)+(?=b)$|^Sales$' has no answer: the value is \
'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.
         > Scoping filter, alternative 2: city EQUALS 'Bonn' is false: the value is empty.
         > So nobody knows whether the person is in scope: filter-failed.
         > It cannot go on: department REGEX MATCH '^(a|a|aa)+(?=b)$|^Sales$' has no answer: the \
pattern takes too many steps on this value, which begins with \
'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' (filter-failed). Read the detail; write a pattern that \
comes to an end, such as one without repetitions inside repetitions.
         # Somebody who may not sign in at home is kept from signing in all the same.
         set ada accountEnabled=false
         cycle
         > disable ada accountEnabled: true -> false
         set ada accountEnabled=true
         set ada department=Sales
         cycle
         > update ada accountEnabled: false -> true
         filter city EQUALS Bonn
         cycle
         > remove ada (filtered-out)",
    );
}

#[test]
fn a_manager_is_told_by_name() {
    check(
        "scope all
         unmap manager
         add ada
         add bo
         add cy
         manager ada cy
         filter manager EQUALS bo@contoso.example
         explain ada
         > ada@contoso.example is not in the target.
         > The job takes everybody; no assignment is needed.
         > Condition: manager EQUALS 'bo@contoso.example' is false: the value is \
'cy@contoso.example (019b0000-0000-7000-8000-00000000000b)'.
         > So the person is out of scope: filtered-out.
         > Nothing is done: manager EQUALS 'bo@contoso.example' is false: the value is \
'cy@contoso.example (019b0000-0000-7000-8000-00000000000b)' (filtered-out).",
    );
}
