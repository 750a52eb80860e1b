//! Kinds of mappings and when they are applied (provisioning-engine.md 4), matching by mappings, and
//! values that are chosen among candidates: one story each.

use model::{Expected, MappingTest, Source};
use testkit::{World, attributes, check, check_with};

#[test]
fn applied_always_or_once_or_when_empty_or_adding() {
    check(
        "map city city once
         map jobTitle jobTitle when-empty
         map otherMails otherMails adding
         add ada city=Oslo jobTitle=Clerk otherMails=a@x.example
         assign ada
         cycle
         > create ada
         show ada city jobTitle otherMails
         > #1 city=Oslo jobTitle=Clerk otherMails=a@x.example
         set ada city=Rome jobTitle=Head otherMails=b@x.example
         cycle
         > update ada otherMails: a@x.example -> a@x.example; b@x.example
         target set ada -jobTitle
         set ada department=Ops -otherMails
         cycle
         > update ada department: - -> Ops, jobTitle: - -> Head
         show ada city jobTitle otherMails
         > #1 city=Oslo jobTitle=Head otherMails=a@x.example; b@x.example",
    );
}

#[test]
fn a_default_is_for_new_people_and_none_fills_what_is_empty() {
    check(
        "map city city default=Somewhere
         leave usageLocation default=NO
         leave division
         add ada
         assign ada
         cycle
         > create ada
         show ada city usageLocation division
         > #1 city=Somewhere usageLocation=NO division=-
         target set ada usageLocation=SE division=North
         set ada department=Ops
         cycle
         > update ada department: - -> Ops
         target set ada -usageLocation
         set ada department=Sales
         cycle
         > update ada department: Ops -> Sales, usageLocation: - -> NO
         show ada division
         > #1 division=North",
    );
}

#[test]
fn one_mapping_reads_what_another_wrote() {
    check(
        "map displayName '=Append([displayName], \" (Contoso)\")'
         map division '=ToUpper([target.displayName])'
         add ada
         assign ada
         cycle
         > create ada
         show ada displayName division
         > #1 displayName=ada (Contoso) division=ADA (CONTOSO)
         set ada displayName=Countess
         cycle
         > update ada displayName: ada (Contoso) -> Countess (Contoso), division: ADA (CONTOSO) -> \
COUNTESS (CONTOSO)
         # A ring, what nobody writes, and what the target chooses cannot be read.
         map city '=[target.division]'
         map displayName '=[target.city]'
         > error: configuration-invalid
         map state '=[target.costCenter]'
         > error: configuration-invalid
         map state '=[target.userPrincipalName]'
         > error: configuration-invalid
         cycle
         > update ada city: - -> COUNTESS (CONTOSO)",
    );
}

#[test]
fn an_external_user_is_matched_by_a_mapping() {
    check(
        "map employeeId employeeId match=1
         target invite guest old@elsewhere.example
         target set guest employeeId=77
         add ada employeeId=77
         assign ada
         cycle
         > adopt ada displayName: guest -> ada, mail: old@elsewhere.example -> ada@contoso.example, \
mailNickname: old_elsewhere.example#EXT# -> ada, userPrincipalName: \
old_elsewhere.example#EXT#@fabrikam.example -> ada_contoso.example#EXT#@fabrikam.example, \
showInAddressList: - -> true (guest-claimed)
         show ada home userType
         > #1 home=ada userType=Guest",
    );
}

#[test]
fn an_internal_user_is_never_matched_and_several_are_a_dispute() {
    check(
        "map employeeId employeeId match=1
         target add staff employeeId=77
         add ada employeeId=77
         assign ada
         cycle
         > create ada
         target invite one one@elsewhere.example
         target invite two two@elsewhere.example
         target set one employeeId=88
         target set two employeeId=88
         add bo employeeId=88
         assign bo
         cycle
         > fail bo (disputed-match)
         target delete two
         wait 7h
         cycle
         > adopt bo displayName: one -> bo, mail: one@elsewhere.example -> bo@contoso.example, \
mailNickname: one_elsewhere.example#EXT# -> bo, userPrincipalName: \
one_elsewhere.example#EXT#@fabrikam.example -> bo_contoso.example#EXT#@fabrikam.example, \
showInAddressList: - -> true (guest-claimed)",
    );
}

#[test]
fn two_people_of_one_plan_never_get_the_same_value() {
    check(
        "map mailNickname '=SelectUniqueValue([givenName], Append([givenName], \"1\"), Append([givenName], \"2\"))'
         target add staff mailNickname=Ada
         add a1 givenName=ada
         add a2 givenName=ada
         add a3 givenName=ada
         scope all
         plan
         > create a1
         > create a2
         cycle
         > create a1
         > create a2
         > fail a3 (no-unique-value)
         show a1 mailNickname
         > #1 mailNickname=ada1
         show a2 mailNickname
         > #2 mailNickname=ada2
         # Whoever has a value keeps it, and a value that is free again is given away.
         set a1 city=Oslo
         set a2 givenName=eve
         cycle
         > update a1 city: - -> Oslo
         > update a2 givenName: ada -> eve, mailNickname: ada2 -> eve
         retry
         > create a3
         show a3 mailNickname
         > #3 mailNickname=ada2",
    );
}

#[test]
fn random_values_stay_what_they_are() {
    check(
        "map employeeType '=Left(Guid(), 8)'
         add ada
         assign ada
         cycle
         > create ada
         plan full
         set ada city=Oslo
         cycle
         > update ada city: - -> Oslo",
    );
}

#[test]
fn a_failing_expression_tells_what_it_read() {
    check(
        "map employeeType '=Item(Split([department], \"-\"), 2)'
         add ada department=Sales
         add bo department=Sales-North
         scope all
         cycle
         > fail ada (mapping-failed)
         > create bo
         explain ada
         > ada@contoso.example is not in the target.
         > The job takes everybody; no assignment is needed.
         > So the person is in scope.
         > It cannot go on: the mapping of employeeType failed: Item gives no value: index 2 is out of \
bounds of 1 members; expression: Item(Split([department], \"-\"), 2); [department] = 'Sales' \
(mapping-failed). Read the detail; try the expression with `syncline expr eval`.",
    );
}

#[test]
fn an_empty_constant_is_nothing() {
    let world = World::new();
    world.change_job(|job| {
        let city = job.mappings.iter_mut().find(|mapping| mapping.target == "city");
        city.expect("it is mapped").source = Source::Constant(String::new());
    });
    check_with(
        &world,
        "add ada
         assign ada
         cycle
         > create ada
         cycle full
         plan full",
    );
}

#[test]
fn a_moment_is_written_as_attributes_hold_it() {
    check(
        "map employeeHireDate '=CDate([department])'
         add ada department='2020-01-01 08:00'
         assign ada
         cycle
         > create ada
         plan full
         set ada department=2020-01-02
         cycle
         > update ada department: 2020-01-01 08:00 -> 2020-01-02, employeeHireDate: \
2020-01-01T08:00:00Z -> 2020-01-02T00:00:00Z",
    );
}

#[test]
fn a_hidden_value_is_in_no_log_and_no_plan() {
    let world = World::new();
    check_with(
        &world,
        "map employeeType '=Redact([employeeType])'
         add ada employeeType=Secret
         assign ada
         plan
         > create ada
         cycle
         > create ada
         set ada employeeType=Other
         plan
         > update ada employeeType: [Redact] -> [Redact]
         cycle
         > update ada employeeType: Secret -> Other
         map employeeType '=Redact(Item(Split([employeeType], \"-\"), 5))'
         explain ada
         > ada@contoso.example is in the target as ada_contoso.example#EXT#@fabrikam.example.
         > The person is assigned to the job.
         > So the person is in scope.
         > It cannot go on: the mapping of employeeType failed: Item gives no value: index 5 is out of \
bounds of 1 members; expression: Redact(Item(Split([employeeType], \"-\"), 5)) (mapping-failed). Read \
the detail; try the expression with `syncline expr eval`.
         map employeeType '=Redact([employeeType])'",
    );
    let query = sync::LogQuery::default();
    let log = world.sync.read_log(&world.operator, &world.job(), &query).expect("it may be read");
    let text = serde_json::to_string(&log.entries).expect("plain values");
    assert!(text.contains("[Redact]") && !text.contains("Secret") && !text.contains("Other"));
}

#[test]
fn a_failing_mapping_test_stops_everything_before_it_begins() {
    let world = World::new();
    let test = |name: &str, person: &[(&str, &str)], expect: Expected| MappingTest {
        name: name.to_owned(),
        person: attributes(person),
        member_of: Vec::new(),
        manager: None,
        at: None,
        expect,
    };
    let values = |text: &str| serde_json::from_str(text).map(Expected::Values).expect("an object");
    world.change_job(|job| {
        job.tests = vec![
            test(
                "sales",
                &[("department", "Sales")],
                values(r#"{"department":"Sales","city":null}"#),
            ),
            test(
                "contoso",
                &[("displayName", "Ada")],
                values(r#"{"displayName":"Ada (Contoso)"}"#),
            ),
        ];
    });
    check_with(
        &world,
        "add ada
         assign ada
         plan
         > stopped: mapping-test-failed
         cycle
         > stopped: mapping-test-failed
         provision ada
         > stopped: mapping-test-failed
         map displayName '=Append([displayName], \" (Contoso)\")'
         cycle
         > create ada",
    );
    let results = world.directory.run_mapping_tests(&world.operator, &world.job());
    assert!(results.expect("they run").iter().all(|result| result.passed));
}

#[test]
fn what_the_target_always_holds_is_not_emptied_again_and_again() {
    check(
        "map accountEnabled '=Switch([city], \"\", \"Oslo\", \"True\")'
         scope all
         add ada city=Oslo
         cycle
         > create ada
         set ada city=Rome
         plan
         > update ada city: Oslo -> Rome
         cycle
         > update ada city: Oslo -> Rome",
    );
}

#[test]
fn what_the_target_would_refuse_is_never_planned() {
    check(
        "map userType Boss
         > error: configuration-invalid
         map userType '=[jobTitle]'
         scope all
         add ada jobTitle=Boss
         plan
         cycle
         > fail ada (value-refused)
         set ada jobTitle=Guest
         cycle
         > create ada
         map displayName '=[jobTitle]'
         add bo
         plan
         > update ada displayName: ada -> Guest
         cycle
         > update ada displayName: ada -> Guest
         > fail bo (value-refused)
         set bo jobTitle=Member
         cycle
         > create bo",
    );
}

#[test]
fn nobody_is_planned_for_whom_a_mapping_gives_nothing_that_the_target_requires() {
    check(
        "map displayName '=IIF(IsPresent([jobTitle]), [jobTitle], IgnoreAttributeFlow)'
         scope all
         add ada
         plan
         explain ada
         > ada@contoso.example is not in the target.
         > The job takes everybody; no assignment is needed.
         > So the person is in scope.
         > It cannot go on: displayName must not be empty, and its mapping from \
IIF(IsPresent([jobTitle]), [jobTitle], IgnoreAttributeFlow) gives nothing (value-refused). Shorten or \
convert the value in the mapping.
         cycle
         > fail ada (value-refused)
         set ada jobTitle=Clerk
         plan
         > create ada
         cycle
         > create ada
         # Whoever is there keeps what the target holds.
         set ada city=Oslo -jobTitle
         cycle
         > update ada city: - -> Oslo, jobTitle: Clerk -> -",
    );
}

#[test]
fn a_required_attribute_stays_mapped_while_people_are_made() {
    check(
        "unmap displayName
         > error: configuration-invalid
         leave userPrincipalName
         > error: configuration-invalid
         actions update
         unmap displayName
         actions create update
         > error: configuration-invalid",
    );
}
