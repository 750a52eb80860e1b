//! What is printed is read again as it was, and no text makes the parser panic.

use model::{
    Clause, Group, ObjectId, Operator,
    condition::{Comparison, Count, Instant, Named, Test, When},
};
use proptest::{collection::vec, prelude::*, sample::select};

use super::*;

/// Texts with all that separates, quotes, joins and closes.
fn operand() -> impl Strategy<Value = String> {
    let nasty = select(vec![
        " ",
        "'",
        "\"",
        "AND",
        "OR",
        "NOT",
        "and",
        " AND ",
        " OR ",
        "(",
        ")",
        "[",
        "]",
        " [nested]",
        "[any case]",
        "#",
        "'#",
        "\"#",
        "\\",
        "\\'",
        "\n",
        "\r\n",
        "\t",
        "\0",
        "\u{1b}",
        "\u{85}",
        "\u{2028}",
        "$'",
        "\\n",
        "\\u{",
        "] [any case]",
        "[missing is true]",
        "\u{a0}",
        "é",
        "😀",
        "EQUALS",
        "a",
        "7",
        ",",
        "city EQUALS x",
        "'##",
    ]);
    let mixed = vec(nasty, 0..10).prop_map(|parts| parts.concat());
    prop_oneof![4 => mixed, 1 => any::<String>()]
}

fn attribute() -> impl Strategy<Value = String> {
    let names = ["city", "department", "accountEnabled", "employeeHireDate", "extension_1_x-y"];
    select(names.map(str::to_owned).to_vec())
}

fn operator() -> impl Strategy<Value = Operator> {
    select(Operator::ALL.map(|(operator, _)| operator).to_vec())
}

fn clause() -> impl Strategy<Value = Clause> {
    (attribute(), operator(), operand()).prop_map(|(attribute, operator, operand)| {
        let operand = if operator.is_binary() { operand } else { String::new() };
        Clause { attribute, operator, operand }
    })
}

fn comparison() -> impl Strategy<Value = Test> {
    let attribute = prop_oneof![attribute(), Just("userType".to_owned())];
    let count = select(vec![Count::One, Count::Any, Count::All]);
    let options = (any::<bool>(), any::<bool>());
    (attribute, clause(), count, options).prop_map(|(attribute, clause, count, options)| {
        let Clause { operator, operand, .. } = clause;
        Test::Compare(Comparison {
            attribute,
            count,
            operator,
            operand,
            any_case: options.0 && options::knows_case(operator),
            missing: options.1 && options::knows_missing(operator),
        })
    })
}

fn date() -> impl Strategy<Value = Test> {
    let when = select(vec![When::Before, When::After]);
    let than = prop_oneof![
        any::<i64>().prop_map(Instant::FromNow),
        (-5_000_i64..5_000).prop_map(|count| Instant::FromNow(count * 3_600)),
        (-60_000_000_000_000_i64..250_000_000_000_000).prop_map(Instant::At),
    ];
    (attribute(), when, than, any::<bool>())
        .prop_map(|(attribute, when, than, missing)| Test::Date { attribute, when, than, missing })
}

fn name() -> impl Strategy<Value = Named> {
    operand()
        .prop_filter("somebody is named", |name| !name.trim().is_empty())
        .prop_map(|name| Named { name, id: None })
}

fn test() -> impl Strategy<Value = Test> {
    let is_null = select(vec![Operator::IsNull, Operator::IsNotNull])
        .prop_map(|operator| Test::Manager { operator, person: None });
    let is_person = (select(vec![Operator::Equals, Operator::NotEquals]), name())
        .prop_map(|(operator, person)| Test::Manager { operator, person: Some(person) });
    let member = (name(), any::<bool>()).prop_map(|(group, nested)| Test::Member { group, nested });
    prop_oneof![4 => comparison(), 2 => date(), 1 => is_null, 1 => is_person, 2 => member]
}

/// Trees as the parser makes them: a joint has two parts at least.
fn condition() -> impl Strategy<Value = Condition> {
    test().prop_map(Condition::Test).prop_recursive(5, 24, 4, |part| {
        prop_oneof![
            vec(part.clone(), 2..4).prop_map(Condition::And),
            vec(part.clone(), 2..4).prop_map(Condition::Or),
            part.prop_map(|part| Condition::Not(Box::new(part))),
        ]
    })
}

fn filter() -> impl Strategy<Value = Filter> {
    let group = vec(clause(), 1..4).prop_map(|clauses| Group { name: String::new(), clauses });
    vec(group, 0..4).prop_map(|groups| Filter { groups })
}

/// Text that is nearly a filter.
fn scrap() -> impl Strategy<Value = String> {
    let parts = select(vec![
        "city",
        " ",
        "EQUALS",
        "IS NULL",
        "AND",
        "OR",
        "NOT",
        "and",
        "(",
        ")",
        "[",
        "]",
        "'",
        "\"",
        "#'",
        "'#",
        "$'",
        "\\n",
        "BEFORE",
        "now",
        "+",
        "1d",
        "manager",
        "MEMBER OF",
        "ANY",
        "any case",
        ",",
        "é",
        "\u{2003}",
        "&",
        "ſ",
        "İ",
    ]);
    vec(parts, 0..20).prop_map(|parts| parts.join(" ").replace("  ", ""))
}

proptest! {
    #[test]
    fn a_filter_comes_back(filter in filter()) {
        let scoping = Scoping { filter, condition: None };
        prop_assert_eq!(print_scoping(&scoping), print(&scoping.filter));
        prop_assert!(!print(&scoping.filter).contains(char::is_control));
        prop_assert_eq!(parse(&print_scoping(&scoping), user_attribute), Ok(scoping));
    }

    #[test]
    fn a_condition_comes_back(condition in condition()) {
        let scoping = plain::divide(condition);
        prop_assert_eq!(parse(&print_scoping(&scoping), user_attribute), Ok(scoping));
    }

    #[test]
    fn both_come_back_as_one_condition(filter in filter(), condition in condition()) {
        let text = print_scoping(&Scoping { filter, condition: Some(condition) });
        let scoping = parse(&text, user_attribute).expect("it is printed to be read");
        prop_assert_eq!(print_scoping(&scoping), text);
    }

    #[test]
    fn no_text_panics(text in prop_oneof![scrap(), any::<String>()]) {
        match parse(&text, user_attribute) {
            Ok(scoping) => {
                let again = print_scoping(&scoping);
                prop_assert_eq!(parse(&again, user_attribute), Ok(scoping));
            }
            Err(found) => {
                prop_assert!(!found.is_empty());
                for finding in found {
                    prop_assert!(text.get(finding.span.clone()).is_some(), "{:?}", finding);
                }
            }
        }
    }
}

#[test]
fn an_id_is_found_again_when_the_condition_is_saved() {
    let group = Named { name: "Sales".to_owned(), id: Some(ObjectId::NIL) };
    let condition = Some(Condition::Test(Test::Member { group, nested: false }));
    let text = print_scoping(&Scoping { filter: Filter::default(), condition });
    assert_eq!(text, "MEMBER OF 'Sales'");
}
