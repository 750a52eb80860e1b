//! What the analysis says of an expression: the type of its result, its greatest length, and what is
//! wrong or doubtful in view of the attributes of a source.

use expr::{Attribute, Expression, Schema, Type};

/// Some attributes: kind, several values, greatest length.
const ATTRIBUTES: [(&str, Type, bool, Option<usize>); 8] = [
    ("givenName", Type::Text, false, Some(64)),
    ("surname", Type::Text, false, Some(64)),
    ("displayName", Type::Text, false, Some(256)),
    ("otherMails", Type::Text, true, Some(250)),
    ("accountEnabled", Type::Boolean, false, None),
    ("employeeHireDate", Type::DateTime, false, None),
    ("level", Type::Number, false, None),
    ("name", Type::Any, false, None),
];

struct Source;

impl Schema for Source {
    fn find(&self, name: &str) -> Option<Attribute> {
        let found = ATTRIBUTES.iter().find(|(known, ..)| *known == name)?;
        Some(Attribute { kind: found.1, multi_valued: found.2, max_length: found.3 })
    }

    fn names(&self) -> Vec<&str> {
        ATTRIBUTES.iter().map(|(name, ..)| *name).collect()
    }
}

/// The result as `kind`, `kind list`, with the length behind it when it is known, and the findings.
#[track_caller]
fn check(text: &str, result: &str, findings: &[&str]) {
    let analysis = Expression::parse(text).unwrap().analyse(&Source);
    let mut said = format!("{:?}", analysis.kind).to_lowercase();
    if analysis.list {
        said.push_str(" list");
    }
    if let Some(length) = analysis.max_length {
        said.push_str(&format!(" {length}"));
    }
    assert_eq!(said, result, "{text}");
    let found: Vec<String> = analysis
        .diagnostics
        .iter()
        .map(|finding| {
            let code = finding.code.trim_start_matches("expr-");
            let hint = finding.hint.as_deref().unwrap_or_default();
            format!("{code} {} ({hint})", &text[finding.span.clone()])
        })
        .collect();
    assert_eq!(found, findings, "{text}");
}

#[test]
fn types_and_lengths() {
    for (text, result) in [
        (r#""abc""#, "text 3"),
        ("-7", "number 2"),
        ("NULL", "any 0"),
        ("[givenName]", "text 64"),
        ("[otherMails]", "text list 250"),
        ("%domain%", "text"),
        (r#"Append([givenName], ".test")"#, "text 69"),
        (r#"Join(" ", [givenName], [surname])"#, "text 129"),
        (r#"Join(" ", [givenName], , "x")"#, "text 66"),
        (r#"Join(",", [otherMails])"#, "text"),
        (r#"Join(",", Split([givenName], " "))"#, "text"),
        ("Left([displayName], 20)", "text 20"),
        (r#"Left([displayName], "20")"#, "text 20"),
        ("Left([displayName], -1)", "text 256"),
        ("Left([displayName], [level])", "text 256"),
        ("Mid([givenName], 1, 100)", "text 64"),
        (r#"Switch([surname], "other", "a", [givenName], "b", "x")"#, "text 64"),
        (r#"Switch([surname], , "a", Append([givenName], "!"))"#, "text 65"),
        (r#"IIF([level] = 1, [displayName], "x")"#, "text 256"),
        (r#"IIF([level] = 1, IgnoreAttributeFlow, "x")"#, "text 1"),
        (r#"IIF([level] = 1, 1, "x")"#, "any 1"),
        (r#"IIF([level] = 1, [otherMails], "x")"#, "text list 250"),
        (r#"Coalesce([displayName], [givenName], "")"#, "text 256"),
        (r#"IgnoreFlowIfNullOrEmpty(ToUpper([givenName]))"#, "text 64"),
        (r#"SelectUniqueValue([givenName], Append([givenName], "1"))"#, "text 65"),
        ("Len([displayName])", "number 20"),
        ("[level] > 3", "boolean 5"),
        ("Not([accountEnabled])", "boolean 5"),
        ("CDate([employeeHireDate])", "datetime 22"),
        (r#"FormatDateTime(Now(), , "yyyy", "dddd, d MMM yyyy")"#, "text 22"),
        (r#"FormatDateTime(Now(), "yyyy", "yyyyMMdd")"#, "text 8"),
        ("Guid()", "text 36"),
        ("RandomString(12, 1, 1, 1, 1)", "text 12"),
        (r#"Split([displayName], ",")"#, "text list 256"),
        ("RemoveDuplicates([otherMails])", "text list 250"),
        ("Item([otherMails], 1)", "text 250"),
        ("Trim([otherMails])", "text list 250"),
        ("Trim([givenName])", "text 64"),
        ("CStr([level])", "text"),
        ("Redact([otherMails])", "text list 250"),
        ("NormalizeDiacritics([givenName])", "text 128"),
        ("ConvertToBase64([givenName])", "text 344"),
        ("ConvertToUTF8Hex([givenName])", "text 512"),
        (r#"Replace([givenName], , "[^a-z]", , "", , )"#, "text 64"),
        (r#"Replace([givenName], , "[^a-z]", , "$0$0", , )"#, "text"),
        (r#"Replace([givenName], , "[^a-z]", , "--", , )"#, "text 194"),
        (r#"Replace([givenName], "a", , , "bb", , )"#, "text 128"),
        (r#"Replace([givenName], "abc", , , "x", , )"#, "text 64"),
        (r#"Replace([givenName], "{}", , , , , "u{}@{}")"#, "text 130"),
        (r#"Replace([givenName], , "(?<n>.)", "n", , [displayName], )"#, "text 256"),
        (r#"[name.familyName]"#, "any list"),
        (r#"AppRoleAssignmentsComplex([appRoleAssignments])"#, "any list"),
    ] {
        let findings: &[&str] = match text.contains("appRole") {
            true => &["unknown-attribute [appRoleAssignments] ()"],
            false => &[],
        };
        check(text, result, findings);
    }
}

#[test]
fn unknown_attributes_are_all_named() {
    check(
        r#"Join(" ", [givenNam], [surname], [sirname], [zzz])"#,
        "text",
        &[
            "unknown-attribute [givenNam] (did you mean [givenName]?)",
            "unknown-attribute [sirname] (did you mean [surname]?)",
            "unknown-attribute [zzz] ()",
        ],
    );
    check("[nam.familyName]", "any", &["unknown-attribute [nam.familyName] ()"]);
}

#[test]
fn lists_where_one_value_is_taken() {
    let hint = "only the first one is used; Join or Item says what is meant";
    check(
        r#"ToLower([otherMails])"#,
        "text 250",
        &[&format!("first-of-list [otherMails] ({hint})")],
    );
    check(
        r#"IIF([otherMails] = "x", Split([otherMails], "@"), 1)"#,
        "any list 250",
        &[
            &format!("first-of-list [otherMails] ({hint})"),
            &format!("first-of-list [otherMails] ({hint})"),
        ],
    );
    check(
        r#"Left(RemoveDuplicates([otherMails]), 3)"#,
        "text 3",
        &[&format!("first-of-list RemoveDuplicates([otherMails]) ({hint})")],
    );
    for text in [
        r#"Join(",", [otherMails])"#,
        "Count([otherMails])",
        "IsPresent([otherMails])",
        "Coalesce([otherMails], [givenName])",
        r#"CStr(Item([otherMails], 1))"#,
    ] {
        let analysis = Expression::parse(text).unwrap().analyse(&Source);
        assert_eq!(analysis.diagnostics, [], "{text}");
    }
}

#[test]
fn arguments_of_a_wrong_kind() {
    check(
        r#"Left([givenName], "x")"#,
        "text 64",
        &[r#"not-a-number "x" (Left takes it as numChars)"#],
    );
    check(
        r#"IIF("maybe", 1, 2)"#,
        "number 1",
        &[r#"not-a-boolean "maybe" (IIF takes it as condition)"#],
    );
    check(
        r#"DateAdd("d", 1, "tomorrow")"#,
        "datetime 22",
        &[r#"not-a-date "tomorrow" (DateAdd takes it as dateTime)"#],
    );
    check(
        r#"Mid([givenName], [accountEnabled], Now())"#,
        "text 64",
        &[
            "not-a-number [accountEnabled] (Mid takes it as start)",
            "not-a-number Now() (Mid takes it as length)",
        ],
    );
    check(
        "NumFromDate([level])",
        "number 20",
        &["not-a-date [level] (NumFromDate takes it as value)"],
    );
    check(r#"IIF("True", Left("a", "1"), Not("anything"))"#, "any 5", &[]);
}

#[test]
fn warnings_of_the_parser_stay() {
    check("toupper([givenName])", "text 64", &["spelling toupper ()"]);
}
