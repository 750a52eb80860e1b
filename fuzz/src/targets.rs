//! What is tried with every input, and what must hold. The programs of cargo-fuzz and the test
//! `crates/expr/tests/fuzz_corpus.rs` share this file.
//!
//! An input is text; its parts stand between lines that say `---`. What is no text tries nothing.

// Each program uses one of the three.
#![allow(dead_code)]

use std::sync::LazyLock;

use expr::{Attribute, Expression, Flow, Input, Note, Pattern, Schema, Type, Value};

/// No value is longer than this.
const MAX_VALUE: usize = 1 << 20;

/// Any text is parsed or explained. What is parsed can be printed and parsed again, and is the same.
pub fn parse(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    match Expression::parse(text) {
        Ok(expression) => {
            let printed = expression.to_string();
            match Expression::parse(&printed) {
                Ok(again) => assert_eq!(again, expression, "{printed}"),
                // Spaces that the spelling adds may take a text over the limit.
                Err(found) => assert_eq!(found[0].code, "expr-too-long", "{printed}"),
            }
            check_findings(expression.warnings(), text);
        }
        Err(found) => {
            assert!(!found.is_empty());
            check_findings(&found, text);
        }
    }
    for at in [0, text.len() / 3, text.len() / 2, text.len()] {
        for proposal in expr::complete(text, at, &[("givenName", "text"), ("größe", "number")]) {
            assert!(text.get(proposal.replaces).is_some(), "{at} in {text:?}");
        }
        expr::signature_at(text, at);
    }
}

fn check_findings(found: &[model::Diagnostic], text: &str) {
    for finding in found {
        assert!(text.get(finding.span.clone()).is_some(), "{finding:?}");
        finding.render(text);
    }
}

/// An expression gives the same result twice; a text is not longer than the limit, nor than the
/// analysis said it could be.
pub fn evaluate(data: &[u8]) {
    let Some([text, a, b]) = parts(data) else {
        return;
    };
    let Ok(expression) = Expression::parse(text) else {
        return;
    };
    let record = Record { a, b };
    let result = expression.evaluate(&record);
    assert_eq!(result, expression.evaluate(&record));
    let analysis = expression.analyse(&record);
    check_findings(&analysis.diagnostics, text);
    match result {
        Ok(Flow::Value(value)) => {
            assert!(!matches!(&value, Value::Text(text) if text.len() > MAX_VALUE));
            assert!(analysis.list || !matches!(value, Value::List(_)), "{text}");
            if let Some(most) = analysis.max_length {
                assert!(longest(&value) <= most, "{most} for {value:?} of {text}");
            }
        }
        Ok(Flow::DropAttribute | Flow::DropObject) => {}
        Err(error) => {
            assert!(text.get(error.span.clone()).is_some(), "{error:?}");
            assert!(expr::CODES.iter().any(|(code, _)| *code == error.code()), "{error:?}");
        }
    }
}

fn longest(value: &Value<'_>) -> usize {
    match value {
        Value::List(members) => members.iter().map(longest).max().unwrap_or(0),
        single => single.to_text().chars().count(),
    }
}

/// A pattern without a match leaves a text alone, and so does a replacement by what was matched.
pub fn pattern(data: &[u8]) {
    let Some([pattern, text, replacement]) = parts(data) else {
        return;
    };
    let Ok(compiled) = Pattern::new(pattern) else {
        return;
    };
    let Ok(matches) = compiled.is_match(text) else {
        return;
    };
    let found = |replacement| {
        let replaced = Replaced { pattern, text, replacement };
        match REPLACE.evaluate(&replaced) {
            Ok(Flow::Value(Value::Text(text))) => Some(text.into_owned()),
            Ok(other) => panic!("{other:?}"),
            Err(_) => None,
        }
    };
    for replacement in ["$&", "$0", "${0}"] {
        assert!(found(replacement).is_none_or(|same| same == text), "{pattern}");
    }
    let replaced = found(replacement);
    assert!(matches || replaced.as_deref().is_none_or(|same| same == text), "{pattern}");
    assert_eq!(replaced, found(replacement));
    // Groups replace parts of matches, at most so many as there are matches.
    let _ = REPLACE_GROUP.evaluate(&Replaced { pattern, text, replacement });
}

static REPLACE: LazyLock<Expression> = LazyLock::new(|| compiled("Replace([t], , [p], , [r], , )"));
static REPLACE_GROUP: LazyLock<Expression> =
    LazyLock::new(|| compiled(r#"Replace([t], , [p], "1", [r], , )"#));

fn compiled(text: &str) -> Expression {
    Expression::parse(text).expect("the expressions of this file are right")
}

/// As many parts as asked for; those that are missing are empty.
fn parts<const COUNT: usize>(data: &[u8]) -> Option<[&str; COUNT]> {
    let text = std::str::from_utf8(data).ok()?;
    let mut parts = text.splitn(COUNT, "\n---\n");
    Some(std::array::from_fn(|_| parts.next().unwrap_or_default()))
}

/// A record and its schema: two texts, lists of them, and a value of each kind.
struct Record<'a> {
    a: &'a str,
    b: &'a str,
}

const LIST: [&str; 3] = ["x", "", "größer"];

impl Input for Record<'_> {
    fn attribute(&self, name: &str) -> Value<'_> {
        match name {
            "a" => Value::from(self.a),
            "b" => Value::from(self.b),
            "list" => {
                Value::List([self.a, self.b].into_iter().chain(LIST).map(Value::from).collect())
            }
            "empty" => Value::List(Vec::new()),
            "number" => Value::from(42),
            "flag" => Value::from(true),
            "object" => Value::Object(vec![("value".into(), Value::from(self.a))]),
            _ => Value::Null,
        }
    }

    fn now(&self) -> Option<jiff::Timestamp> {
        Some(jiff::Timestamp::UNIX_EPOCH)
    }

    fn default_domain(&self) -> Option<&str> {
        Some("contoso.example")
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        (name == "p").then_some(self.b)
    }

    fn is_taken(&self, value: &str) -> bool {
        value.len() % 2 == 1
    }

    fn random(&self) -> Option<u64> {
        Some(0x9e37_79b9_7f4a_7c15)
    }

    fn note(&self, _: Note) {}
}

impl Schema for Record<'_> {
    fn find(&self, name: &str) -> Option<Attribute> {
        let length = |text: &str| text.chars().count();
        let (kind, multi_valued, max_length) = match name {
            "a" => (Type::Text, false, Some(length(self.a))),
            "b" => (Type::Text, false, Some(length(self.b))),
            "list" => (Type::Text, true, Some(length(self.a).max(length(self.b)).max(6))),
            "empty" => (Type::Text, true, Some(0)),
            "number" => (Type::Number, false, Some(2)),
            "flag" => (Type::Boolean, false, Some(4)),
            "object" => (Type::Any, false, None),
            "none" => (Type::Any, false, Some(0)),
            _ => return None,
        };
        Some(Attribute { kind, multi_valued, max_length })
    }

    fn names(&self) -> Vec<&str> {
        vec!["a", "b", "list", "empty", "number", "flag", "object", "none"]
    }
}

struct Replaced<'a> {
    pattern: &'a str,
    text: &'a str,
    replacement: &'a str,
}

impl Input for Replaced<'_> {
    fn attribute(&self, name: &str) -> Value<'_> {
        Value::from(match name {
            "p" => self.pattern,
            "t" => self.text,
            _ => self.replacement,
        })
    }
}
