//! What the parser and the checker say about a text: code, place and message of every finding.

use expr::{Expression, Flow, Input, Value};
use model::Diagnostic;

/// A record without attributes.
struct Nobody;

/// A record with an attribute of each kind.
struct Somebody;

impl Input for Somebody {
    fn attribute(&self, name: &str) -> Value<'_> {
        match name {
            "a" => Value::from("A"),
            "d" => Value::from("2020-01-02"),
            "dec" => Value::Number(expr::Number::from_f64(1.5).unwrap()),
            "e" => Value::from(""),
            "el" => Value::List(Vec::new()),
            "f1" => Value::from("1.0"),
            "l" => Value::List(vec![Value::from("x"), Value::from("y")]),
            "n" => Value::from(5),
            "num" => Value::from("12"),
            "nums" => Value::from(" 12 "),
            "t" => Value::from(true),
            _ => Value::Null,
        }
    }
}

impl Input for Nobody {
    fn attribute(&self, _: &str) -> Value<'_> {
        Value::Null
    }
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let found = match Expression::parse(text) {
        Ok(expression) => expression.warnings().to_vec(),
        Err(found) => found,
    };
    let said: Vec<String> = found.iter().map(|finding| said(finding, text)).collect();
    assert_eq!(said, expected, "{text}");
}

fn said(finding: &Diagnostic, text: &str) -> String {
    let code = finding.code.trim_start_matches("expr-");
    format!("{code} at {:?}: {}", &text[finding.span.clone()], finding.message)
}

#[test]
fn one_mistake() {
    check("", &[r#"empty at "": the expression is empty"#]);
    check(
        r#"Append("abc, "x")"#,
        &[
            r#"syntax at "x": unexpected word where a comma or ) belongs"#,
            r#"unclosed-text at "\"": text without a closing quote"#,
        ],
    );
    check(
        "Append(\"a\", \"b\"",
        &[r#"unclosed-parenthesis at "(": parenthesis without a closing one"#],
    );
    check(
        "Append([a, \"b\")",
        &[r#"unclosed-attribute at "[": attribute without a closing bracket"#],
    );
    check(
        "Append(\"a\",\"b\") \"c\"",
        &[r#"syntax at "\"c\"": unexpected text after the end of the expression"#],
    );
    check(
        "Append(\"a\" \"b\")",
        &[r#"syntax at "\"b\"": unexpected text where a comma or ) belongs"#],
    );
    check("[]", &[r#"syntax at "[]": attribute without a name"#]);
    check("%x", &[r#"syntax at "%x": a parameter is written %name%"#]);
    check("&HXYZ", &["number at \"&HXYZ\": &HXYZ is not a hexadecimal number of at most 64 bits"]);
    check("12a", &[r#"number at "12a": 12a is not a number"#]);
    check("-", &[r#"number at "-": - is not a number"#]);
    check("department", &[r#"unknown-word at "department": unknown word department"#]);
    check("[a] = 1 = 2", &[r#"syntax at "=": a second comparison in a row"#]);
    check("[a] == 1", &[r#"syntax at "==": unexpected =="#]);
    check("Not()", &[r#"missing-argument at "Not()": Not has no argument for source"#]);
    check("Now(1)", &[r#"too-many-arguments at "Now(1)": Now takes 0 arguments, not 1"#]);
    check("()", &[r#"syntax at ")": unexpected ) where a value belongs"#]);
}

#[test]
fn several_mistakes_in_one_look() {
    check(
        "Join(\"-\", Nope([a]), ToLowr([b]), Left([c]), )",
        &[
            r#"unknown-function at "Nope": unknown function Nope"#,
            r#"unknown-function at "ToLowr": unknown function ToLowr"#,
            r#"missing-argument at "Left([c])": Left has no argument for numChars"#,
        ],
    );
    check(
        "IIF([a] = , 'x', Len([b] [c]))",
        &[
            r#"syntax at ",": unexpected comma where a value belongs"#,
            r#"syntax at "'": unexpected '"#,
            r#"syntax at "'": unexpected '"#,
            r#"syntax at "[c]": unexpected attribute where a comma or ) belongs"#,
        ],
    );
}

#[test]
fn warnings_leave_the_expression_usable() {
    check(
        "switch([a], iif(1, 2, 3), \"k\", \"v\")",
        &[
            r#"spelling at "switch": switch is spelt Switch"#,
            r#"spelling at "iif": iif is spelt IIF"#,
        ],
    );
    check(
        "InStr([a], \"b\", 1, VBTEXTCOMPARE)",
        &[r#"spelling at "VBTEXTCOMPARE": VBTEXTCOMPARE is spelt vbTextCompare"#],
    );
}

#[test]
fn placement() {
    check(
        "Append(IgnoreAttributeFlow, \"x\")",
        &[
            r#"placement at "IgnoreAttributeFlow": IgnoreAttributeFlow is a result and cannot be worked on"#,
        ],
    );
    check(
        "Trim(SelectUniqueValue(\"a\", \"b\"))",
        &[r#"placement at "SelectUniqueValue": SelectUniqueValue must be the outermost function"#],
    );
    check("IgnoreObjectFlow", &[]);
    let elsewhere =
        r#"placement at "vbTextCompare": vbTextCompare says how InStr compares, and is no value"#;
    check("Append([a], vbTextCompare)", &[elsewhere]);
    check("IIF([a] = vbTextCompare, 1, 2)", &[elsewhere]);
    check("InStr([a], \"b\", vbTextCompare)", &[elsewhere]);
    check("InStr([a], \"b\", 1, IIF([t], vbTextCompare, vbBinaryCompare))", &[]);
    check(
        "InStr([a], \"b\", 1, IgnoreAttributeFlow)",
        &[
            r#"placement at "IgnoreAttributeFlow": IgnoreAttributeFlow is a result and cannot be worked on"#,
        ],
    );
}

#[test]
fn a_comma_too_many() {
    let too_many = |text: &str| {
        let found = Expression::parse(text).expect_err("it is refused");
        assert_eq!(found[0].code, "expr-too-many-arguments", "{text}");
    };
    too_many("ToLower(\"ABC\", ,)");
    too_many("ToUpper([a], , )");
    too_many("Trim([a], ,)");
    check("Trim([a], )", &[]);
    check("ToLower(\"ABC\", )", &[]);
    check("Now(,)", &[r#"too-many-arguments at "Now(,)": Now takes 0 arguments, not 2"#]);
}

#[test]
fn limits() {
    let long = format!("\"{}\"", "é".repeat(9_998));
    assert!(Expression::parse(&long).is_ok());
    let found = Expression::parse(&format!("{long} ")).unwrap_err();
    assert_eq!(found[0].code, "expr-too-long");
    let nested = |depth: usize| format!("{}1{}", "Not(".repeat(depth), ")".repeat(depth));
    let deepest = Expression::parse(&nested(expr::MAX_DEPTH - 1)).unwrap();
    assert_eq!(deepest.evaluate(&Nobody), Ok(Flow::Value(Value::from(true))));
    let found = Expression::parse(&nested(expr::MAX_DEPTH)).unwrap_err();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].code, "expr-too-deep");
    let parentheses = format!("{}1{}", "(".repeat(4_000), ")".repeat(4_000));
    assert_eq!(Expression::parse(&parentheses).unwrap_err()[0].code, "expr-too-deep");
}

#[test]
fn attributes_are_named_once() {
    let text = r#"Join([b], [a], [b], [phoneNumbers[type eq "[x]"].value], [-dn-])"#;
    let expression = Expression::parse(text).unwrap();
    let names: Vec<&str> = expression.attributes().collect();
    assert_eq!(names, ["b", "a", r#"phoneNumbers[type eq "[x]"].value"#, "-dn-"]);
}

#[test]
fn prints_in_one_spelling() {
    for (text, printed) in [
        ("  append( [ a ] ,\n\"b\\\"\\\\\\n\" )", r#"Append([a], "b\"\\\\n")"#),
        ("f", ""),
        ("IIF(([a]=1)=(2>&HF), %p%, null)", "IIF(([a] = 1) = (2 > 15), %p%, NULL)"),
        ("Replace([a], , \"x\", , \"\", ,)", r#"Replace([a],, "x",, "",,)"#),
        ("switch(TRUE, , 1.50, ignoreobjectflow)", "Switch(True,, 1.5, IgnoreObjectFlow)"),
        ("(((-7)))", "-7"),
    ] {
        let Ok(expression) = Expression::parse(text) else {
            assert_eq!(printed, "", "{text}");
            continue;
        };
        assert_eq!(expression.to_string(), printed);
        assert_eq!(Expression::parse(printed).unwrap(), expression);
    }
}

/// Texts of every kind of token and what they give.
const RESULTS: &[(&str, &str)] = &[
    (r#"Append("\n","\t")"#, r#"\n\t"#),
    (r#"Append("a\","b")"#, "error expr-unclosed-text"),
    (r#"Append("\\+","\+")"#, r#"\+\+"#),
    (r#"Append("\\\"","")"#, r#"\""#),
    (r#"Append("","\\")"#, r#"\"#),
    (r#"Append([l],"")"#, "x"),
    (r#"Append([dec],"")"#, "1.5"),
    ("Append([n],[t])", "5True"),
    ("-5", "-5"),
    ("- 5", "error expr-number"),
    ("+5", "error expr-syntax"),
    ("1.", "error expr-number"),
    (".5", "error expr-syntax"),
    ("1e3", "error expr-number"),
    ("00", "0"),
    ("-0", "0"),
    ("-0.0", "0"),
    ("&hff", "255"),
    ("&HfF", "255"),
    ("&H", "error expr-number"),
    ("&HG", "error expr-number"),
    ("1_000", "error expr-number"),
    (r#""abc""#, "abc"),
    ("'abc'", "error expr-syntax"),
    ("True", "True"),
    ("true", "True"),
    ("TRUE", "True"),
    ("NULL", "null"),
    ("null", "null"),
    ("Null", "null"),
    ("Foo", "error expr-unknown-word"),
    ("vbTextCompare", "error expr-placement"),
    ("vbbinarycompare", "error expr-placement"),
    ("IgnoreAttributeFlow", "drop attribute"),
    ("ignoreobjectflow", "drop object"),
    ("(1)", "1"),
    ("((1))", "1"),
    ("(1=1)", "True"),
    ("1=1", "True"),
    (r#""a"="a""#, "True"),
    (r#""a"="A""#, "False"),
    (r#""a"<"B""#, "False"),
    (r#""B"<"a""#, "True"),
    (r#""é">"z""#, "True"),
    ("[n]=5", "True"),
    (r#"[n]="5""#, "True"),
    (r#"[n]="5.0""#, "True"),
    ("[num]=12", "True"),
    ("[nums]=12", "True"),
    (r#"[num]="12.0""#, "False"),
    ("[f1]=1", "True"),
    (r#"[t]="True""#, "True"),
    ("[t]=True", "True"),
    (r#"[t]="true""#, "False"),
    ("[t]=1", "False"),
    (r#"[nul]="""#, "True"),
    ("[nul]=NULL", "True"),
    (r#"[nul]<>"""#, "False"),
    (r#"[nul]<>"x""#, "True"),
    ("[nul]=0", "False"),
    ("[nul]<1", "False"),
    ("[nul]>=NULL", "False"),
    ("[e]=NULL", "True"),
    (r#"[e]="""#, "True"),
    (r#"[e]<"a""#, "True"),
    (r#"[d]<"2020-01-03""#, "True"),
    (r#"CDate([d])<CDate("2020-01-10")"#, "True"),
    (r#"CDate([d])="1/2/2020 12:00:00 AM""#, "True"),
    (r#"[l]="x""#, "True"),
    ("1<>1", "False"),
    ("1><2", "error expr-syntax"),
    ("1=>2", "error expr-syntax"),
    ("1=<2", "error expr-syntax"),
    ("1==1", "error expr-syntax"),
    ("1!=2", "error expr-syntax"),
    ("1=2=3", "error expr-syntax"),
    ("(1=2)=False", "True"),
    ("Not(1=2)", "True"),
    (r#"IIF([n]>4,"y","n")"#, "y"),
    (r#"IIF([n]>"4","y","n")"#, "y"),
    (r#"IIF([num]>9,"y","n")"#, "y"),
    (r#"IIF([num]>"9","y","n")"#, "n"),
    ("iif(1,2,3)", "2"),
    (r#"APPEND("a","b")"#, "ab"),
    (r#"Append ("a" , "b")"#, "ab"),
    (r#"Append("a","b",)"#, "ab"),
    (r#"Append("a",,"b")"#, "error expr-too-many-arguments"),
    ("Append(,)", "error expr-missing-argument"),
    (r#"Append("a" , )"#, "error expr-missing-argument"),
    ("Now(,)", "error expr-too-many-arguments"),
    (r#"Join(",",,,"a",,)"#, "error expr-missing-argument"),
    (r#"Join("-","a",)"#, "a"),
    (r#"Replace("a","a",,,"b")"#, "b"),
    (r#"Replace("a","a",,,"b",,)"#, "b"),
    (r#"Replace("a","a",,,"b",,,)"#, "error expr-too-many-arguments"),
    (r#"Switch("a",,"a","b",)"#, "b"),
    (r#"Switch("a","d","a","b","c",)"#, "error expr-missing-argument"),
    (r#"Coalesce(,"a")"#, "error expr-missing-argument"),
    (r#"Coalesce("a",)"#, "a"),
    ("IIF(,1,2)", "error expr-missing-argument"),
    ("IIF(1,,2)", "error expr-missing-argument"),
    (r#"Left("abc",)"#, "error expr-missing-argument"),
    ("%p%", "error expr-unknown-parameter"),
    ("%a b%", "error expr-syntax"),
    ("%%", "error expr-syntax"),
    (r#"Append("%p%","")"#, "%p%"),
    (r#"Append("a"&"b","")"#, "error expr-syntax"),
    (r#""a" & "b""#, "error expr-syntax"),
    ("[a]]", "error expr-syntax"),
    ("[[a]]", "null"),
    ("[a", "error expr-unclosed-attribute"),
    ("]", "error expr-syntax"),
    (r#"""#, "error expr-unclosed-text"),
    (r#""a"#, "error expr-unclosed-text"),
    ("(", "error expr-syntax"),
    (")", "error expr-syntax"),
    (",", "error expr-syntax"),
    ("Append", "error expr-unknown-word"),
    ("Append(", "error expr-unclosed-parenthesis"),
    ("Append)", "error expr-unknown-word"),
    ("Len[a]", "error expr-unknown-word"),
    ("Len([a]))", "error expr-syntax"),
    ("Len(([a])", "error expr-unclosed-parenthesis"),
    (r#"Len("a" "b")"#, "error expr-syntax"),
    ("Len(a)", "error expr-unknown-word"),
    ("Len(;)", "error expr-syntax"),
    (r#"Append("a";"b")"#, "error expr-syntax"),
    (r#"{"a"}"#, "error expr-syntax"),
];

#[test]
fn what_texts_give() {
    for (text, expected) in RESULTS {
        let said = match Expression::parse(text) {
            Err(found) => format!("error {}", found.last().unwrap().code),
            Ok(expression) => match expression.evaluate(&Somebody) {
                Ok(Flow::Value(Value::Null)) => "null".to_owned(),
                Ok(Flow::Value(value)) => value.into_text(),
                Ok(Flow::DropAttribute) => "drop attribute".to_owned(),
                Ok(Flow::DropObject) => "drop object".to_owned(),
                Err(error) => format!("error {}", error.code()),
            },
        };
        assert_eq!(said, *expected, "{text}");
    }
}
