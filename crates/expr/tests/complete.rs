//! What an editor proposes: a text with `|` for the cursor, and what the text is after taking each
//! proposal.

use expr::{CompletionKind, complete, signature_at};

const ATTRIBUTES: [(&str, &str); 5] = [
    ("displayName", "text"),
    ("department", "text"),
    ("givenName", "text"),
    ("appRoleAssignments", "list"),
    ("extension_1_cost", "text"),
];

/// The texts after each proposal.
fn taken(marked: &str) -> Vec<String> {
    let at = marked.find('|').unwrap();
    let text = marked.replacen('|', "", 1);
    complete(&text, at, &ATTRIBUTES)
        .into_iter()
        .map(|proposal| {
            let mut text = text.clone();
            text.replace_range(proposal.replaces, &proposal.insert);
            text
        })
        .collect()
}

#[track_caller]
fn check(marked: &str, expected: &[&str]) {
    assert_eq!(taken(marked), expected, "{marked}");
}

#[test]
fn attributes_inside_brackets() {
    check("[gi|", &["[givenName]"]);
    check("[gi|]", &["[givenName]"]);
    check(
        "[|gi]",
        &[
            "[displayName]",
            "[department]",
            "[givenName]",
            "[appRoleAssignments]",
            "[extension_1_cost]",
        ],
    );
    check("[GIV|enN]", &["[givenName]"]);
    check("[Name|]", &["[displayName]", "[givenName]"]);
    check("Join(\"-\", [de|, \"x\")", &["Join(\"-\", [department], \"x\")"]);
    check("Join(\"-\", [de|", &["Join(\"-\", [department]"]);
    check("Join([a, [de|", &["Join([a, [department]"]);
    check("[nothing|]", &[]);
    check("[extension_1_|]", &["[extension_1_cost]"]);
}

#[test]
fn values_by_prefix() {
    check("Le|", &["Left(", "Len("]);
    check("le|", &["Left(", "Len("]);
    check("Append(Le|", &["Append(Left(", "Append(Len("]);
    check("Append(Le|, \"x\")", &["Append(Left(, \"x\")", "Append(Len(, \"x\")"]);
    check("Le|(1)", &["Left(1)", "Len(1)"]);
    check("L|eft(1)", &["Left(1)", "Len(1)"]);
    check("No|", &["NormalizeDiacritics(", "Not(", "Now()"]);
    check(
        "ToLower(d|",
        &[
            "ToLower(DateAdd(",
            "ToLower(DateDiff(",
            "ToLower(DateFromNum(",
            "ToLower(DefaultDomain()",
            "ToLower([displayName]",
            "ToLower([department]",
        ],
    );
    check("upp|", &["ToUpper("]);
    check("[a] = givenN|", &["[a] = [givenName]"]);
    check("(gi|", &["([givenName]"]);
    check("Zürich|", &[]);
}

#[test]
fn constants_where_they_can_stand() {
    check(
        "InStr([a], \"b\", , vb|",
        &["InStr([a], \"b\", , vbBinaryCompare", "InStr([a], \"b\", , vbTextCompare"],
    );
    check("InStr(vb|", &[]);
    check("IIF(1, Ignore|", &["IIF(1, IgnoreAttributeFlow", "IIF(1, IgnoreObjectFlow"]);
    check("IIF(Ignore|", &[]);
    check("Append(IIF(1, Ignore|", &[]);
    check(
        "Switch([a], Coalesce(Ignore|",
        &["Switch([a], Coalesce(IgnoreAttributeFlow", "Switch([a], Coalesce(IgnoreObjectFlow"],
    );
    check("Ignore|", &["IgnoreFlowIfNullOrEmpty(", "IgnoreAttributeFlow", "IgnoreObjectFlow"]);
    check("Left(Tr|", &["Left(Trim(", "Left(True"]);
    check("Nu|", &["NumFromDate(", "NULL"]);
    check("ToUpper(Select|", &[]);
    check("Select|", &["SelectUniqueValue("]);
}

#[test]
fn arguments_that_are_attributes() {
    check(
        "SingleAppRoleAssignment(|",
        &[
            "SingleAppRoleAssignment([displayName]",
            "SingleAppRoleAssignment([department]",
            "SingleAppRoleAssignment([givenName]",
            "SingleAppRoleAssignment([appRoleAssignments]",
            "SingleAppRoleAssignment([extension_1_cost]",
        ],
    );
    check("SingleAppRoleAssignment(app|)", &["SingleAppRoleAssignment([appRoleAssignments])"]);
}

#[test]
fn parameters_that_the_text_uses() {
    check("Append(%Domain%, %Do|", &["Append(%Domain%, %Domain%"]);
    check("Append(%Do|%, %Domain%)", &["Append(%Domain%, %Domain%)"]);
    check("Append(%x|", &[]);
}

#[test]
fn nothing_where_no_value_belongs() {
    for marked in [
        "\"Le|\"",
        "Append(\"Le|",
        "[department] Le|",
        "[department]|",
        "12|",
        "Append([a] |",
        "Append([a], \"b\")|",
        "Len |",
        "%Domain%|",
    ] {
        check(marked, &[]);
    }
    // An empty place takes anything.
    for marked in ["|", "Append(|", "Append(|)", "Append([a],|", "[a] = |", "(|"] {
        assert!(taken(marked).len() > 40, "{marked}");
    }
}

#[test]
fn proposals_tell_what_they_are() {
    let found = complete("Le", 2, &ATTRIBUTES);
    assert_eq!(found[0].label, "Left");
    assert_eq!(found[0].kind, CompletionKind::Function);
    assert_eq!(found[0].detail, "Left(string, numChars)");
    assert!(found[0].documentation.starts_with("gives the first characters of a text\n\n"));
    let found = complete("[gi", 3, &ATTRIBUTES);
    assert_eq!((found[0].label.as_str(), found[0].detail.as_str()), ("givenName", "text"));
    assert_eq!(found[0].kind, CompletionKind::Attribute);
}

#[test]
fn parameter_at_the_cursor() {
    for (marked, expected) in [
        ("Left(|", "Left 0"),
        ("Left([a]|", "Left 0"),
        ("Left([a],|", "Left 1"),
        ("Left([a], 3|)", "Left 1"),
        ("Left([a], 3)|", ""),
        ("Left(ToUpper([a]|), 3)", "ToUpper 0"),
        ("Left(ToUpper([a])|, 3)", "Left 0"),
        ("Left(([a|", "Left 0"),
        ("Join(\"a,(b\", , |", "Join 2"),
        ("Join(\"a,|", "Join 0"),
        ("left(1, |", "Left 1"),
        ("Nope(1, |", ""),
        ("Left(Nope(1, |", "Left 0"),
        ("|Left(", ""),
        ("", ""),
    ] {
        let at = marked.find('|').unwrap_or(0);
        let text = marked.replacen('|', "", 1);
        let said = signature_at(&text, at)
            .map_or_else(String::new, |(function, index)| format!("{} {index}", function.name));
        assert_eq!(said, expected, "{marked}");
    }
}

#[test]
fn any_place_in_any_text_can_be_asked_for() {
    let text = "Jöin(\"ü\\\"\", [é[type eq \"x\"].b], %p%, &HF, -1.5 <> (NULL), 'x' ]";
    for at in 0..text.len() + 3 {
        for proposal in complete(text, at, &ATTRIBUTES) {
            assert!(text.get(proposal.replaces.clone()).is_some(), "{at} {proposal:?}");
        }
        signature_at(text, at);
    }
}
