//! Conditions: what the published filters cannot say. A text, people, and who passes.

use engine::{
    Record, Schema,
    scope::{Asked, Filter},
};
use model::{
    ApplicationId, Attributes, Condition, Extension, ExtensionType, Kind, Object, ObjectId,
    TenantId, Timestamp,
};

const NOW: &str = "2026-06-15T12:00:00Z";

fn schema() -> Schema {
    let grades = Extension {
        name: "grades".to_owned(),
        application: ApplicationId(TenantId::NIL.0),
        data_type: ExtensionType::Integer,
        multi_valued: true,
        targets: vec![Kind::User],
    };
    Schema::new(vec![grades])
}

/// Who a name stands for: `#7` in every test.
fn number(name: &str) -> ObjectId {
    let number = name.trim_start_matches('#').parse().expect("#number");
    ObjectId::from_slice(&[number; 16]).expect("sixteen bytes")
}

fn condition(text: &str) -> Condition {
    let scoping = wire::filter_text::parse(text, |name| Some(name.to_owned()));
    let mut condition = scoping.expect("it can be read").condition.expect("it is a condition");
    condition.walk_names(&mut |named, _| named.id = Some(number(&named.name)));
    condition
}

fn now() -> Timestamp {
    NOW.parse().expect("an instant")
}

/// `department=Sales manager=#7 groups=#1,#2`; `-` holds nothing.
fn person(text: &str) -> Record {
    let schema = schema();
    let mut attributes = Attributes::new();
    let mut record = Record::of(ObjectId::NIL, None);
    for (name, text) in text.split_whitespace().filter_map(|pair| pair.split_once('=')) {
        match name {
            "manager" => record.manager = Some(number(text)),
            "groups" => record.member_of = text.split(',').map(number).collect(),
            name => {
                let (name, shape) = schema.find_attribute(name).expect("it is an attribute");
                attributes.set(name, wire::parse_value(shape, text).expect("it fits"));
            }
        }
    }
    record.object = Some(Object {
        id: ObjectId::NIL,
        kind: Kind::User,
        attributes,
        home: None,
        created: Timestamp(0),
        deleted: None,
        receipt: None,
        version: 0,
    });
    record
}

fn asked(record: &Record) -> Asked<'_> {
    Asked { person: record.object.as_ref().expect("the person exists"), record, now: now() }
}

fn compile(text: &str) -> Filter {
    let condition = condition(text);
    Filter::compile(&model::Filter::default(), Some(&condition), &schema()).expect("it compiles")
}

#[track_caller]
fn check(text: &str, people: &[(&str, bool)]) {
    let filter = compile(text);
    let told = |people: &[(&str, bool)]| -> Vec<String> {
        people.iter().map(|(person, passes)| format!("{person}: {passes}")).collect()
    };
    let found: Vec<(&str, bool)> = people
        .iter()
        .map(|(text, _)| (*text, filter.passes(asked(&person(text))).expect("it has an answer")))
        .collect();
    assert_eq!(told(&found), told(people), "{text}");
}

#[test]
fn not_and_parentheses() {
    check(
        "NOT (department EQUALS Sales OR city EQUALS Bonn) AND country EQUALS DE",
        &[
            ("department=Ops country=DE", true),
            ("department=Sales country=DE", false),
            ("city=Bonn country=DE", false),
            ("department=Ops", false),
            ("country=DE", true),
        ],
    );
    check(
        "(a EQUALS 1 OR b EQUALS 2) AND NOT c IS NULL"
            .replace("a ", "city ")
            .replace("b ", "state ")
            .replace("c ", "country ")
            .as_str(),
        &[
            ("city=1 country=x", true),
            ("state=2 country=x", true),
            ("city=1", false),
            ("country=x", false),
        ],
    );
}

#[test]
fn not_is_the_opposite_also_where_nothing_is() {
    // NOT EQUALS is false on an empty value, as published; NOT … EQUALS is true.
    check("NOT department EQUALS Sales", &[("-", true), ("department=Sales", false)]);
    check(
        "department NOT EQUALS Sales [missing is true]",
        &[("-", true), ("department=Sales", false), ("department=Ops", true)],
    );
}

#[test]
fn case_is_a_choice() {
    check(
        "department EQUALS sales [any case]",
        &[
            ("department=SALES", true),
            ("department=Sales", true),
            ("department=Ops", false),
            ("-", false),
        ],
    );
    check("displayName Includes ÄR [any case]", &[("displayName=bär", true)]);
    check("displayName REGEX MATCH ^BÄR$ [any case]", &[("displayName=bär", true)]);
}

#[test]
fn lists_ask_any_or_all() {
    let any = "ANY otherMails ENDS_WITH @a.example";
    let all = "ALL otherMails ENDS_WITH @a.example";
    let people = |any: bool| {
        [
            ("otherMails=x@a.example;y@b.example", any),
            ("otherMails=x@a.example", true),
            ("otherMails=y@b.example", false),
            ("-", false),
        ]
    };
    check(any, &people(true));
    check(all, &people(false));
    check("ANY grades Greater_Than 5", &[("grades=1;9", true), ("grades=1;2", false)]);
    check("ALL grades Greater_Than 5 [missing is true]", &[("-", true), ("grades=9;9", true)]);
}

#[test]
fn dates_compare_with_a_moment_or_with_now() {
    check(
        "employeeHireDate BEFORE 2026-01-01",
        &[
            ("employeeHireDate=2025-12-31T23:59:59Z", true),
            ("employeeHireDate=2026-01-01T00:00:00Z", false),
            ("-", false),
        ],
    );
    check(
        "employeeHireDate BEFORE now+14d",
        &[
            ("employeeHireDate=2026-06-29T11:00:00Z", true),
            ("employeeHireDate=2026-06-29T13:00:00Z", false),
        ],
    );
    check(
        "employeeLeaveDateTime AFTER now [missing is true]",
        &[("-", true), ("employeeLeaveDateTime=2026-06-15T11:59:59Z", false)],
    );
}

#[test]
fn a_moving_moment_says_when_the_answer_turns() {
    let turn = |text: &str, who: &str| {
        let record = person(who);
        compile(text).next_change(asked(&record)).map(|turn| turn.to_string())
    };
    let hire = "employeeHireDate=2026-07-01T00:00:00Z";
    assert_eq!(
        turn("employeeHireDate BEFORE now+10d", hire).as_deref(),
        Some("2026-06-21T00:00:00.001Z")
    );
    assert_eq!(turn("employeeHireDate BEFORE now+30d", hire), None);
    assert_eq!(turn("employeeHireDate BEFORE 2026-07-01", hire), None);
    assert_eq!(
        turn("NOT employeeHireDate AFTER now", hire).as_deref(),
        Some("2026-07-01T00:00:00.001Z")
    );
    assert_eq!(turn("employeeHireDate BEFORE now", "-"), None);
}

#[test]
fn managers_and_groups() {
    check(
        "manager IS NULL OR manager EQUALS #7",
        &[("-", true), ("manager=#7", true), ("manager=#8", false)],
    );
    check("manager NOT EQUALS #7", &[("-", false), ("manager=#7", false), ("manager=#8", true)]);
    check(
        "MEMBER OF #1 AND NOT MEMBER OF #2 [nested]",
        &[("groups=#1", true), ("groups=#1,#2", false), ("groups=#2", false), ("-", false)],
    );
    let reads = compile("MEMBER OF #1 AND NOT MEMBER OF #2 [nested]").reads();
    assert_eq!(reads.groups, [(number("#1"), false), (number("#2"), true)]);
    assert!(reads.nested() && !reads.managers);
}

#[test]
fn the_user_type_can_be_asked_here() {
    let people = [("userType=Guest", true), ("userType=Member", false)];
    check("userType EQUALS Guest", &people);
    check("userType EQUALS guest", &people);
    check_refused(
        "userType EQUALS Intern",
        "condition 'userType EQUALS 'Intern'': 'userType' is never 'Intern' (invalid-operand)\n\
         hint: it is Member or Guest",
    );
}

#[test]
fn a_manager_is_shown_by_name_where_it_is_known() {
    let filter = compile("manager EQUALS #7");
    let record =
        Record { manager_name: Some("bo@contoso.example".to_owned()), ..person("manager=#8") };
    assert_eq!(
        filter.sentence(asked(&record)),
        format!(
            "manager EQUALS '#7' is false: the value is 'bo@contoso.example ({})'",
            number("#8")
        )
    );
}

#[test]
fn every_test_says_what_it_saw() {
    let filter = compile("NOT (department EQUALS Sales OR MEMBER OF #1) AND manager IS NOT NULL");
    let record = person("department=Sales");
    let told: Vec<String> =
        filter.explain_condition(asked(&record)).iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "department EQUALS 'Sales' is true: the value is 'Sales'",
            "MEMBER OF '#1' is false: the value is 'not a member'",
            "manager IS NOT NULL is false: the value is empty",
            "NOT (department EQUALS 'Sales' OR MEMBER OF '#1') AND manager IS NOT NULL is false",
        ]
    );
}

#[track_caller]
fn check_refused(text: &str, expected: &str) {
    let condition = condition(text);
    let found = Filter::compile(&model::Filter::default(), Some(&condition), &schema());
    let found: Vec<String> =
        found.expect_err("it is refused").iter().map(ToString::to_string).collect();
    assert_eq!(found.join("\n"), expected);
}

#[test]
fn what_does_not_fit_is_refused() {
    check_refused(
        "NOT departmnt EQUALS x AND NOT otherMails EQUALS y",
        "condition 'departmnt EQUALS 'x'': the source has no attribute 'departmnt' (unknown-attribute)\n\
         hint: did you mean 'department'?\n\
         condition 'otherMails EQUALS 'y'': 'otherMails' holds several values (attribute-not-comparable)\n\
         hint: write ANY or ALL before it",
    );
    check_refused(
        "ANY department EQUALS x",
        "condition 'ANY department EQUALS 'x'': 'department' holds one value (attribute-not-comparable)\n\
         hint: leave ANY and ALL out",
    );
    check_refused(
        "department BEFORE now",
        "condition 'department BEFORE now': 'department' holds no date (attribute-not-comparable)\n\
         hint: BEFORE and AFTER compare attributes of type date-time",
    );
    check_refused(
        "NOT department REGEX MATCH '('",
        "condition 'department REGEX MATCH '('': invalid pattern: ( without ) \
         (invalid-pattern)",
    );
}
