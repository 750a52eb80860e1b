//! What holds for every text, every expression and every record.

use expr::{Expression, Flow, Input, Value};
use jiff::Timestamp;
use proptest::prelude::*;

/// A record whose attributes are what the test says, and whose world gives everything.
struct Record {
    value: Value<'static>,
}

impl Input for Record {
    fn attribute(&self, name: &str) -> Value<'_> {
        match name {
            "a" => self.value.borrowed(),
            "list" => Value::List(vec![self.value.borrowed(), Value::from("x"), Value::from("x")]),
            _ => Value::Null,
        }
    }

    fn now(&self) -> Option<Timestamp> {
        Some(Timestamp::MAX)
    }

    fn default_domain(&self) -> Option<&str> {
        Some("contoso.example")
    }

    fn random(&self) -> Option<u64> {
        Some(7)
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,12}",
        "\\PC{0,8}",
        prop::sample::select(vec![
            "",
            "d",
            "yyyy-MM-dd",
            "2020-02-29",
            "9999-12-31T23:59:59Z",
            "0001-01-01",
            "tr-TR",
            "(?<x>a+)b",
            "[a-z-[b]]*",
            "x",
            "${x}$1$&",
            "M/d/yyyy h:mm:ss tt",
            "1",
            "-1",
            ",",
            "😀ßİ",
            "True",
        ])
        .prop_map(str::to_owned),
    ]
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn leaf() -> impl Strategy<Value = String> {
    prop_oneof![
        text().prop_map(|text| quoted(&text)),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<u64>().prop_map(|number| format!("&H{number:x}")),
        (-3_i64..20).prop_map(|number| number.to_string()),
        (-1.0e6..1.0e6).prop_map(|number: f64| number.to_string()),
        prop::sample::select(vec![
            "[a]",
            "[list]",
            "[none]",
            "[ a ]",
            "[-dn-]",
            "[a.b[c eq \"d\"]]",
            "[phoneNumbers[type eq \"]\"].value]",
            "[urn:a:2.0:User:manager.value]",
            "%domain%",
            "%a.b-c%",
            "IgnoreAttributeFlow",
            "ignoreObjectFlow",
            "null",
            "TRUE",
            "False",
            "0.10",
            "007",
        ])
        .prop_map(str::to_owned),
    ]
}

/// Spaces that mean nothing.
fn blank() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", "", " ", "\n\t", "\r\n  "])
}

fn expression() -> impl Strategy<Value = String> {
    leaf().prop_recursive(4, 24, 4, |inner| {
        // One argument in five is left out, where that may be.
        let argument = prop_oneof![4 => inner.clone().prop_map(Some), 1 => Just(None)];
        let call = (
            prop::sample::select(expr::functions().to_vec()),
            prop::collection::vec(argument, 0..8),
            blank(),
            any::<bool>(),
        );
        let operators = vec!["=", "<>", "<", "<=", ">", ">="];
        prop_oneof![
            4 => call.prop_map(|(function, arguments, blank, lower)| {
                let name = match lower {
                    true => function.name.to_lowercase(),
                    false => function.name.to_owned(),
                };
                let arguments = fitted(function, arguments);
                format!("{name}{blank}({blank}{})", arguments.join(&format!("{blank},{blank}")))
            }),
            1 => (inner.clone(), prop::sample::select(operators), inner.clone(), blank())
                .prop_map(|(left, operator, right, blank)| {
                    format!("({left}{blank}{operator}{blank}{right})")
                }),
            1 => (inner, blank()).prop_map(|(inner, blank)| format!("({blank}{inner}{blank})")),
        ]
    })
}

/// As many arguments as the function takes, with a number where one is required and left out, and
/// the constant that says how to compare only where one is taken.
fn fitted(function: &expr::Function, arguments: Vec<Option<String>>) -> Vec<String> {
    let least = function.parameters.iter().filter(|parameter| parameter.required).count();
    let count = arguments.len().clamp(least, function.parameters.len().max(least));
    let compares = |index| function.parameter(index).is_some_and(|one| one.name == "compareType");
    let is_required =
        |index: usize| function.parameter(index).is_some_and(|parameter| parameter.required);
    (0..count)
        .map(|index| match arguments.get(index).cloned().flatten() {
            Some(_) if compares(index) => "vbtextcompare".to_owned(),
            Some(argument) => argument,
            None if is_required(index) => "1".to_owned(),
            None => String::new(),
        })
        .collect()
}

fn value() -> impl Strategy<Value = Value<'static>> {
    prop_oneof![
        Just(Value::Null),
        text().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
    ]
}

/// The generator is worth something only while most of what it makes is an expression.
#[test]
fn the_generator_covers_the_grammar() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let made: Vec<String> = (0..2_000)
        .map(|_| expression().new_tree(&mut runner).expect("it gives a text").current())
        .collect();
    let parsed: Vec<String> = made
        .iter()
        .filter_map(|text| Expression::parse(text).ok())
        .map(|expression| expression.to_string())
        .collect();
    assert!(parsed.len() * 2 > made.len(), "{} of {}", parsed.len(), made.len());
    for part in [",,", "(", " <= ", "%domain%", "[a.b[c", "vbTextCompare", "Ignore", "NULL"] {
        assert!(parsed.iter().any(|text| text.contains(part)), "{part}");
    }
    assert!(made.iter().any(|text| text.contains("&H")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_text_is_parsed_or_explained(text in "\\PC{0,60}|[\\[\\]\"%&<>=(),a-c0-9 -]{0,40}") {
        match Expression::parse(&text) {
            Ok(expression) => {
                let again = Expression::parse(&expression.to_string());
                prop_assert_eq!(again, Ok(expression));
            }
            Err(found) => {
                prop_assert!(!found.is_empty());
                for finding in found {
                    prop_assert!(text.get(finding.span.clone()).is_some(), "{:?}", finding);
                    finding.render(&text);
                }
            }
        }
    }

    #[test]
    fn evaluation_gives_a_result_or_an_error(text in expression(), value in value()) {
        let Ok(expression) = Expression::parse(&text) else {
            return Ok(());
        };
        let printed = expression.to_string();
        let again = Expression::parse(&printed);
        prop_assert_eq!(again.as_ref(), Ok(&expression), "{}", printed);
        let record = Record { value };
        let first = expression.evaluate(&record);
        // Compared by text: NaN does not occur, but a date may be a date or its text.
        prop_assert_eq!(&first, &expression.evaluate(&record));
        if let Ok(Flow::Value(value)) = first {
            value.to_text();
        }
    }

    #[test]
    fn comparisons_are_consistent(left in value(), right in value()) {
        let pair = Value::List(vec![left, right]);
        struct Pair(Value<'static>);
        impl Input for Pair {
            fn attribute(&self, _: &str) -> Value<'_> {
                self.0.borrowed()
            }
        }
        let pair = Pair(pair);
        let holds = |operator: &str| {
            let text = format!("Item([p], 1) {operator} Item([p], 2)");
            Expression::parse(&text).unwrap().evaluate(&pair).unwrap() == Flow::Value(Value::from(true))
        };
        prop_assert_ne!(holds("="), holds("<>"));
        prop_assert!(!(holds("<") && holds(">")));
        prop_assert!(!(holds("<") && holds("=")));
    }
}
