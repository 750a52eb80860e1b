//! What is tried with every query string, and what must hold. The program of cargo-fuzz and the test
//! `crates/wire/tests/fuzz_corpus.rs` share this file.
//!
//! An input is tried as a whole query string, and as the text of each option.

use std::sync::LazyLock;

use model::{ExtensionType, Kind, Name, Object, ObjectId, Timestamp};
use serde_json::{Value, json};
use wire::odata::{
    Fault, Limits, Options, directory::Asked, expand, filter, order, search, select,
};

/// Any text is read or refused. What is read can be printed and read again, and is the same.
pub fn query(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(options) = Options::parse(text, Limits::USUAL) {
        let next = options.next_page("t&o=k en");
        let again = Options::parse(&next, Limits::USUAL).expect("it was read before");
        assert_eq!(again.skip_token.as_deref(), Some("t&o=k en"), "{next}");
        assert_eq!(again.next_page("t&o=k en"), next);
        if let Some(filter) = &options.filter {
            evaluate(filter);
        }
        lower(&options);
    }
    match filter::parse(text, Limits::USUAL) {
        Ok(filter) => {
            evaluate(&filter);
            let printed = filter.to_string();
            if printed.len() <= wire::odata::MAX_LENGTH {
                let again = filter::parse(&printed, Limits::USUAL).expect("it was printed");
                assert_eq!(again.to_string(), printed);
            }
        }
        Err(fault) => check(&fault, text),
    }
    match search::parse(text) {
        Ok(search) => {
            let printed = search.to_string();
            if printed.len() <= wire::odata::MAX_LENGTH {
                let again = search::parse(&printed).expect("it was printed");
                assert_eq!(again.to_string(), printed);
            }
        }
        Err(fault) => check(&fault, text),
    }
    match order::parse(text) {
        Ok(orders) => assert!(order::compare(&orders, &ENTRY, &ENTRY).is_eq()),
        Err(fault) => check(&fault, text),
    }
    let faults = [select::parse(text).err(), expand::parse(text).err()];
    faults.iter().flatten().for_each(|fault| check(fault, text));
    // A name begins with its own words.
    assert!(model::words::holds(text, &model::words::split(text)), "{text:?}");
}

fn check(fault: &Fault, text: &str) {
    assert!(text.get(fault.span.clone()).is_some(), "{fault:?} in {text:?}");
    assert!(fault.option.starts_with('$'), "{fault:?}");
}

/// A question about users or groups is lowered or refused; who passes it does not pass its contrary.
fn lower(options: &Options) {
    for kind in [Kind::User, Kind::Group] {
        for eventual in [false, true] {
            let extension = |name: &str| name.starts_with('e').then_some(ExtensionType::String);
            let asked = Asked { kind, deleted: false, eventual, extension: &extension };
            match asked.lower(options) {
                Ok(question) => {
                    let contrary = question.predicate.clone().negated();
                    assert_ne!(question.predicate.holds(&NOBODY), contrary.holds(&NOBODY));
                }
                Err(fault) => {
                    let text = options.text(fault.option).expect("it names an option");
                    check(&fault, text);
                }
            }
        }
    }
}

static NOBODY: LazyLock<Object> = LazyLock::new(|| Object {
    id: ObjectId::NIL,
    kind: Kind::User,
    attributes: [(Name::DISPLAY_NAME, model::Value::text("Ünï Wa"))].into_iter().collect(),
    home: None,
    created: Timestamp(0),
    deleted: None,
    receipt: None,
    version: 1,
});

/// A filter says the same twice, and its contrary of the contrary.
fn evaluate(expr: &filter::Expr) {
    for case in [filter::Case::Ignored, filter::Case::Exact] {
        let holds = filter::matches(expr, &ENTRY, case);
        let node = filter::Node::Not(Box::new(expr.clone()));
        let contrary = filter::Expr { node, span: expr.span.clone() };
        assert_ne!(holds, filter::matches(&contrary, &ENTRY, case), "{expr}");
    }
}

static ENTRY: LazyLock<Value> = LazyLock::new(|| {
    json!({
        "a": "Ünï", "b": 7, "c": true, "d": null, "e": "2023-07-30T12:00:00Z",
        "f": {"a": "x", "b": ["x"]}, "l": ["x", "", 1, null], "r": [{"a": "x"}, {"a": "y"}, 3],
    })
});
