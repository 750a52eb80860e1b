//! The operators of scoping filters (provisioning-engine.md 3.4): a clause, the values that it is
//! asked about, and what it answers. `-` is an empty attribute.

use engine::{
    Record, Schema,
    scope::{Asked, Filter},
};
use model::{
    ApplicationId, Attributes, Extension, ExtensionType, Group, Kind, Object, ObjectId, Operator,
    TenantId, Timestamp,
};

fn schema() -> Schema {
    let extension = |name: &str, data_type, multi_valued| Extension {
        name: name.to_owned(),
        application: ApplicationId(TenantId::NIL.0),
        data_type,
        multi_valued,
        targets: vec![Kind::User],
    };
    Schema::new(vec![
        extension("grade", ExtensionType::Integer, false),
        extension("tags", ExtensionType::String, true),
    ])
}

fn parse(text: &str) -> model::Filter {
    // Whatever the text form would make of it: here the published form has to answer.
    let clauses = |text: &str| text.split(" AND ").map(clause).collect();
    let groups =
        text.split(" OR ").map(|text| Group { name: String::new(), clauses: clauses(text) });
    model::Filter { groups: groups.collect() }
}

fn clause(text: &str) -> model::Clause {
    let (attribute, rest) = text.split_once(' ').expect("a clause begins with an attribute");
    let (operator, spelling) = Operator::ALL
        .into_iter()
        .find(|(_, spelling)| rest.starts_with(spelling))
        .expect("behind it stands an operator");
    let operand = rest[spelling.len()..].trim().trim_matches('\'').to_owned();
    model::Clause { attribute: attribute.to_owned(), operator, operand }
}

fn compile(text: &str) -> Result<Filter, Vec<engine::Finding>> {
    Filter::compile(&parse(text), None, &schema())
}

fn asked(record: &Record) -> Asked<'_> {
    let person = record.object.as_ref().expect("the person exists");
    Asked { person, record, now: Timestamp(0) }
}

fn person(pairs: &[(&str, &str)]) -> Record {
    let schema = schema();
    let mut attributes = Attributes::new();
    for (name, text) in pairs.iter().filter(|(_, text)| *text != "-") {
        let (name, shape) = schema.find_attribute(name).expect("it is an attribute");
        attributes.set(name, wire::parse_value(shape, text).expect("it fits"));
    }
    let person = Object {
        id: ObjectId::NIL,
        kind: Kind::User,
        attributes,
        home: None,
        created: Timestamp(0),
        deleted: None,
        receipt: None,
        version: 0,
    };
    Record::of(person.id, Some(person))
}

/// Asks a clause about one value of its attribute after the other, separated by `|`.
#[track_caller]
fn check(clause: &str, expected: &str) {
    let filter = compile(clause).expect("it compiles");
    let attribute = clause.split_whitespace().next().expect("a clause begins with one");
    let answers = expected.split('|').map(|answer| {
        let (value, _) = answer.rsplit_once("->").expect("value -> answer");
        let value = value.trim();
        let passes = filter.passes(asked(&person(&[(attribute, value)])));
        format!("{value} -> {}", passes.expect("it has an answer"))
    });
    let expected: Vec<String> = expected.split('|').map(|one| one.trim().to_owned()).collect();
    assert_eq!(answers.collect::<Vec<_>>(), expected);
}

#[track_caller]
fn check_refused(text: &str, expected: &[&str]) {
    let findings = compile(text).expect_err("it is refused");
    let found: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(found, expected);
}

#[test]
fn equals_looks_at_case_and_takes_the_whole_value() {
    check(
        "department EQUALS Sales",
        "Sales -> true | sales -> false | Sales EMEA -> false | - -> false",
    );
    check("department EQUALS 'a b'", "a b -> true | a -> false");
    check("accountEnabled EQUALS True", "true -> true | false -> false | - -> false");
    check("grade EQUALS 7", "7 -> true | 8 -> false | - -> false");
}

#[test]
fn not_equals_is_false_where_nothing_is() {
    check(
        "department NOT EQUALS Sales",
        "Sales -> false | sales -> true | Ops -> true | - -> false",
    );
    check("grade NOT EQUALS 7", "7 -> false | 8 -> true | - -> false");
}

#[test]
fn null_is_the_one_question_that_an_empty_value_answers_with_yes() {
    check("department IS NULL", "- -> true | Sales -> false");
    check("department IS NOT NULL", "- -> false | Sales -> true");
    check("accountEnabled IS NULL", "- -> true | false -> false");
    check("grade IS NOT NULL", "- -> false | 0 -> true");
}

#[test]
fn true_and_false_are_not_empty() {
    check("accountEnabled IS TRUE", "true -> true | false -> false | - -> false");
    check("accountEnabled IS FALSE", "true -> false | false -> true | - -> false");
}

#[test]
fn patterns_are_searched_unless_they_are_anchored() {
    check(
        "userPrincipalName REGEX MATCH '.*@contoso\\.example'",
        "a@contoso.example -> true | a@contosoXexample -> false | a@CONTOSO.example -> false | - -> false",
    );
    check("employeeId REGEX MATCH '[1-9][0-9]'", "10 -> true | 9 -> false | x100y -> true");
    check("employeeId REGEX MATCH '^[1-9][0-9]$'", "10 -> true | 100 -> false");
    check("department REGEX MATCH '(?i)^sales$'", "SALES -> true | Sales EMEA -> false");
    check("grade REGEX MATCH '^1'", "12 -> true | 21 -> false");
}

#[test]
fn not_matching_needs_a_value() {
    check("department NOT REGEX MATCH '^S'", "Sales -> false | Ops -> true | - -> false");
}

/// A pattern that does not come to an end says nothing, whichever way it is asked; it leaves the
/// filter open only where the other clauses do not decide.
#[test]
fn a_pattern_without_end_has_no_answer() {
    let long = format!("{}!", "a".repeat(40));
    let without_end = "department REGEX MATCH '^(a|a|aa)+(?=b)$'";
    let answer = |text: &str| {
        let filter = compile(text).expect("it compiles");
        let passes = filter.passes(asked(&person(&[("department", &long), ("city", "Bonn")])));
        passes.map_err(|undecided| undecided.to_string())
    };
    let open = |clause: &str| {
        Err(format!(
            "{clause} has no answer: the pattern takes too many steps on this value, which begins \
             with '{long}'"
        ))
    };
    assert_eq!(answer(without_end), open(without_end));
    let not = "department NOT REGEX MATCH '^(a|a|aa)+(?=b)$'";
    assert_eq!(answer(not), open(not));
    assert_eq!(answer(&format!("{without_end} AND city EQUALS Bonn")), open(without_end));
    assert_eq!(answer(&format!("{without_end} AND city EQUALS Ulm")), Ok(false));
    assert_eq!(answer(&format!("{without_end} OR city EQUALS Bonn")), Ok(true));
}

#[test]
fn true_and_false_are_written_in_any_case() {
    for text in ["True", "true", "TRUE"] {
        check(
            &format!("accountEnabled EQUALS {text}"),
            "true -> true | false -> false | - -> false",
        );
        check(
            &format!("accountEnabled NOT EQUALS {text}"),
            "true -> false | false -> true | - -> false",
        );
    }
    check("accountEnabled & 'true,perhaps'", "true -> true | false -> false");
    check("accountEnabled Includes tru", "true -> true | false -> false");
}

#[test]
fn what_can_never_hold_is_refused() {
    for clause in [
        "accountEnabled EQUALS 'maybe'",
        "accountEnabled NOT EQUALS 'maybe'",
        "accountEnabled ENDS_WITH 'maybe'",
        "accountEnabled !& 'maybe'",
    ] {
        check_refused(
            clause,
            &[&format!(
                "filter clause '{clause}': 'accountEnabled' is never 'maybe' (invalid-operand)\nhint: \
                 it is True or False"
            )],
        );
    }
}

#[test]
fn greater_than_compares_whole_numbers() {
    check(
        "employeeId Greater_Than 1000",
        "1000 -> false | 1001 -> true | 999 -> false | 20 -> false | abc -> false | 1001.5 -> false | \
         -5 -> false | - -> false",
    );
    check(
        "employeeId Greater_Than_OR_EQUALS 1000",
        "1000 -> true | 0999 -> false | 01000 -> true | - -> false",
    );
    check("grade Greater_Than 7", "7 -> false | 8 -> true | -8 -> false | - -> false");
    check("grade Greater_Than_OR_EQUALS 0", "0 -> true | -1 -> false");
}

#[test]
fn includes_and_ends_with_look_at_case() {
    check("jobTitle Includes Eng", "Engineer -> true | engineer -> false | - -> false");
    check(
        "mail ENDS_WITH @contoso.example",
        "a@contoso.example -> true | a@other.example -> false | - -> false",
    );
}

#[test]
fn the_operand_of_an_ampersand_contains_the_value() {
    check(
        "department & 'Sales,Ops'",
        "Sales -> true | Ops -> true | Marketing -> false | - -> false",
    );
    check("department !& 'Sales,Ops'", "Sales -> false | Marketing -> true | - -> false");
}

#[test]
fn clauses_are_joined_by_and_and_groups_by_or() {
    let text = "state EQUALS NY AND department EQUALS Eng OR jobTitle IS NOT NULL";
    let filter = compile(text).expect("it compiles");
    let passes = |pairs: &[(&str, &str)]| filter.passes(asked(&person(pairs))) == Ok(true);
    assert!(passes(&[("state", "NY"), ("department", "Eng")]));
    assert!(!passes(&[("state", "NY"), ("department", "Ops")]));
    assert!(passes(&[("state", "LA"), ("jobTitle", "Head")]));
    assert!(!passes(&[]));
    let everybody =
        Filter::compile(&model::Filter::default(), None, &schema()).expect("it compiles");
    assert_eq!(everybody.passes(asked(&person(&[]))), Ok(true));
}

#[test]
fn each_clause_says_what_it_saw() {
    let text = "state EQUALS NY AND department EQUALS Eng OR jobTitle IS NOT NULL";
    let filter = compile(text).expect("it compiles");
    let person = person(&[("state", "NY"), ("department", "Ops")]);
    let results: Vec<String> =
        filter.explain(asked(&person)).iter().flatten().map(ToString::to_string).collect();
    assert_eq!(
        results,
        [
            "state EQUALS 'NY' is true: the value is 'NY'",
            "department EQUALS 'Eng' is false: the value is 'Ops'",
            "jobTitle IS NOT NULL is false: the value is empty",
        ]
    );
    assert_eq!(
        filter.sentence(asked(&person)),
        "department EQUALS 'Eng' is false: the value is 'Ops'; \
         jobTitle IS NOT NULL is false: the value is empty"
    );
}

#[test]
fn what_cannot_be_asked_is_refused_all_at_once() {
    check_refused(
        "departmant EQUALS Sales AND userType EQUALS Member OR proxyAddresses IS NULL",
        &[
            "filter clause 'departmant EQUALS 'Sales'': the source has no attribute 'departmant' \
             (unknown-attribute)\nhint: did you mean 'department'?",
            "filter clause 'userType EQUALS 'Member'': 'userType' cannot be used in a scoping filter \
             (attribute-not-comparable)\nhint: a condition can ask for it, an addition of Syncline's own",
            "filter clause 'proxyAddresses IS NULL': 'proxyAddresses' cannot be used in a scoping \
             filter (attribute-not-comparable)\nhint: use an attribute with a single value",
        ],
    );
    check_refused(
        "tags IS NULL",
        &[
            "filter clause 'tags IS NULL': 'extension_00000000000000000000000000000000_tags' cannot be \
           used in a scoping filter (attribute-not-comparable)\nhint: use an attribute with a single \
           value",
        ],
    );
}

#[test]
fn operators_that_do_not_fit_are_refused() {
    check_refused(
        "department IS TRUE",
        &["filter clause 'department IS TRUE': 'department' is neither true nor false \
           (attribute-not-boolean)\nhint: write 'department EQUALS …' instead"],
    );
    for operand in ["ten", "-1", "1.5", "9223372036854775807"] {
        let text = format!("employeeId Greater_Than '{operand}'");
        check_refused(
            &text,
            &[&format!(
                "filter clause '{text}': '{operand}' is no whole number from 0 (invalid-bound)\nhint: \
                 the greater-than operators compare whole numbers"
            )],
        );
    }
    let findings = compile("department REGEX MATCH '('");
    let codes: Vec<&str> =
        findings.expect_err("it is refused").iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["invalid-pattern"]);
}
