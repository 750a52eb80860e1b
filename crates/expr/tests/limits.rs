//! Every limit has its error: nothing that an expression or a record holds makes an evaluation run
//! on, take memory without end or panic.

use expr::{Expression, Flow, Input, Pattern, Problem, Value};

/// Attributes that no directory holds.
struct Huge {
    line: String,
    text: String,
    accents: String,
}

impl Huge {
    fn new() -> Huge {
        Huge {
            line: format!("{}!", "a".repeat(30_000)),
            text: "Ab cD1, ".repeat(1 << 17),
            accents: "é".repeat(1 << 19),
        }
    }
}

impl Input for Huge {
    fn attribute(&self, name: &str) -> Value<'_> {
        match name {
            "line" => Value::from(self.line.as_str()),
            "text" => Value::from(self.text.as_str()),
            "accents" => Value::from(self.accents.as_str()),
            "list" => Value::List(vec![Value::from("member"); 300_000]),
            _ => Value::Null,
        }
    }
}

/// The code of the error, or how long the text of the value is.
fn outcome(text: &str, record: &Huge) -> String {
    let expression = match Expression::parse(text) {
        Ok(expression) => expression,
        Err(found) => return found[0].code.to_owned(),
    };
    match expression.evaluate(record) {
        Ok(Flow::Value(value)) => value.to_text().len().to_string(),
        Ok(other) => format!("{other:?}"),
        Err(error) => error.code().to_owned(),
    }
}

fn nested(function: &str, depth: usize, inside: &str) -> String {
    format!("{}{inside}{}", format!("{function}(").repeat(depth), ")".repeat(depth))
}

#[test]
fn texts_of_expressions() {
    let record = Huge::new();
    let long = |count: usize| format!("\"{}\"", "x".repeat(count));
    assert_eq!(outcome(&long(9_998), &record), "9998");
    assert_eq!(outcome(&long(9_999), &record), "expr-too-long");
    assert_eq!(outcome(&nested("Not", expr::MAX_DEPTH - 1, "1"), &record), "4");
    assert_eq!(outcome(&nested("Not", expr::MAX_DEPTH, "1"), &record), "expr-too-deep");
    assert_eq!(outcome(&nested("", expr::MAX_DEPTH, "1"), &record), "expr-too-deep");
    let pattern = |count: usize| format!("Replace([no],, \"{}\",, \"\",,)", "x".repeat(count));
    assert_eq!(outcome(&pattern(4_000), &record), "0");
    assert_eq!(outcome(&pattern(4_001), &record), "expr-pattern");
    let groups = |count: usize| nested("", count, "x").replace('"', "");
    let grouped = |count: usize| format!("Replace([no],, \"{}\",, \"\",,)", groups(count));
    assert_eq!(outcome(&grouped(100), &record), "0");
    assert_eq!(outcome(&grouped(101), &record), "expr-pattern");
    let classes = |count: usize| {
        let class = format!("{}[a]{}", "[a-".repeat(count), "]".repeat(count));
        format!("Replace([no],, \"{class}\",, \"\",,)")
    };
    assert_eq!(outcome(&classes(20), &record), "0");
    assert_eq!(outcome(&classes(21), &record), "expr-pattern");
}

#[test]
fn results() {
    let record = Huge::new();
    let grown = |call: &str| (0..20).fold("\"a\"".to_owned(), |inner, _| call.replace('#', &inner));
    for call in [
        r#"Replace(#, "a", , , "aaaaaaaaaa", , )"#,
        r#"Replace(#, , "a", , "aaaaaaaaaa", , )"#,
        r#"Replace(#, "a", , , , , "aaaaaaaaaa")"#,
        r#"Append(#, [text])"#,
    ] {
        assert_eq!(outcome(&grown(call), &record), "expr-value-too-long", "{call}");
    }
    for call in [
        r#"Replace([line], , "a", , "$_", , )"#,
        r#"Replace([line], , "a", , "$`$'", , )"#,
        r#"Replace([line], "a", , , [line], , )"#,
        r#"Join(",", [list])"#,
        "ConvertToBase64([text])",
    ] {
        assert_eq!(outcome(call, &record), "expr-value-too-long", "{call}");
    }
}

#[test]
fn work() {
    let record = Huge::new();
    for function in ["ToLower", "ToUpper", "PCase", "NormalizeDiacritics", "Trim", "StripSpaces"] {
        let text = nested(function, 150, "[accents]");
        assert_eq!(outcome(&text, &record), "expr-work-limit", "{function}");
    }
    let many = |part: &str| format!("Coalesce({})", vec![part; 150].join(", "));
    for part in [
        "IIF([text] = 1, 1, NULL)",
        "IIF(Len([text]) = 1, 1, NULL)",
        r#"IIF(Len(Join("", Split([text], "A"))) = 1, 1, NULL)"#,
    ] {
        assert_eq!(outcome(&many(part), &record), "expr-work-limit", "{part}");
    }
    let shared = many(r#"IIF(Len(Replace([line], , "a", , "", , )) = 9, 1, NULL)"#);
    assert_eq!(outcome(&shared, &record), "expr-pattern-limit", "what is left is shared by all");
}

#[test]
fn patterns() {
    let record = Huge::new();
    for pattern in [
        "(a+)+$",
        "(a|aa)+$",
        "(.*)*x",
        r"^(\\w+\\s?)*$",
        "(a*)*b",
        "(?=(a|aa)+$)[ab]+b",
        "(a*?)*?b",
        r"(.)(?<=\\1+)(?=.*b)",
        "(){2000000000}",
        "(?:(?:a{0,1000}){0,1000}){0,1000}b",
        ".*.*.*.*x",
    ] {
        let text = format!("Replace([line], , \"{pattern}\", , \"\", , )");
        assert_eq!(outcome(&text, &record), "expr-pattern-limit", "{pattern}");
    }
    // A pattern that belongs to no expression has the same allowance.
    let pattern = Pattern::new("(a+)+$").unwrap();
    assert_eq!(pattern.is_match(&record.line), Err(Problem::PatternLimit));
    assert_eq!(pattern.is_match("aaaa"), Ok(true));
    assert_eq!(Pattern::new("a+!").unwrap().is_match(&record.line), Ok(true));
}
