//! Text in, text out.

use serde_json::json;

use super::*;

/// A filter comes out in the one form that it is printed in, a fault as `code [text] message`.
#[track_caller]
fn check(text: &str, expected: &str) {
    check_within(text, Limits::USUAL, expected);
}

#[track_caller]
fn check_within(text: &str, limits: Limits, expected: &str) {
    let found = match parse(text, limits) {
        Ok(expr) => {
            let printed = expr.to_string();
            let again = parse(&printed, limits).expect("what was printed is a filter");
            assert_eq!(again.to_string(), printed, "{text}");
            printed
        }
        Err(fault) => {
            assert_eq!(fault.option, "$filter");
            format!("{} [{}] {}", fault.code.as_str(), &text[fault.span], fault.message)
        }
    };
    assert_eq!(found, expected, "{text}");
}

#[track_caller]
fn check_same(text: &str) {
    check(text, text);
}

#[test]
fn what_sync_tools_send() {
    check_same("userType eq 'Guest'");
    check_same("accountEnabled eq true");
    check_same("mail eq 'ada@north.example'");
    check_same("userPrincipalName eq 'ada@north.example'");
    check_same("startswith(displayName,'Ad')");
    check_same("proxyAddresses/any(p:p eq 'smtp:ada@north.example')");
    check_same("otherMails/any(o:startswith(o,'ada@'))");
    check_same("identities/any(i:i/issuerAssignedId eq 'ada' and i/issuer eq 'north.example')");
    check_same("externalUserState eq 'PendingAcceptance'");
    check_same("creationType eq 'Invitation'");
    check_same("onPremisesSyncEnabled eq true");
    check_same("employeeId eq '007'");
    check_same("extension_0123456789abcdef0123456789abcdef_badge eq 'x'");
    check_same("id in ('a','b')");
    check_same("endswith(userPrincipalName,'#EXT#@contoso.example')");
    check_same("groupTypes/any(c:c eq 'Unified')");
    check_same("onPremisesExtensionAttributes/extensionAttribute1 eq 'x'");
    check_same("assignedLicenses/$count eq 0");
    check_same("id eq 6f2e1a34-0000-4000-8000-0123456789ab");
    check(
        "((contains(tolower(servicePrincipal/id), 'x') or contains(tolower(servicePrincipal/displayName), 'x')) \
         and activityDateTime gt 2023-07-30 and activityDateTime lt 2023-07-31)",
        "(contains(tolower(servicePrincipal/id),'x') or contains(tolower(servicePrincipal/displayName),'x')) \
         and activityDateTime gt 2023-07-30T00:00:00Z and activityDateTime lt 2023-07-31T00:00:00Z",
    );
    check_same("targetResources/any(t:t/id eq 'x' and startswith(t/displayName,'A'))");
}

#[test]
fn words_are_read_without_case() {
    check(
        "NOT StartsWith(displayName , 'a')  AND accountEnabled EQ TRUE Or mail Eq NULL",
        "(not (startswith(displayName,'a')) and accountEnabled eq true) or mail eq null",
    );
    check("id IN ( 'a' )", "id in ('a')");
    check("otherMails/ANY(x : X eq 'a')", "otherMails/any(x:x eq 'a')");
}

#[test]
fn operators_bind_as_documented() {
    check("a eq 1 or b eq 2 and c eq 3", "a eq 1 or (b eq 2 and c eq 3)");
    check("(a eq 1 or b eq 2) and not c eq 3", "(a eq 1 or b eq 2) and not (c eq 3)");
    check("not (a eq 1 and b eq 2)", "not (a eq 1 and b eq 2)");
    check("not not accountEnabled", "not (not (accountEnabled))");
    check("not(accountEnabled)", "not (accountEnabled)");
    check("startswith(a,'x') eq true", "startswith(a,'x')");
    check("startswith(a,'x') eq false", "not (startswith(a,'x'))");
    check("(startswith(a,'x')) ne true", "not (startswith(a,'x'))");
    check("(a) eq 'x'", "a eq 'x'");
    check("$it/a eq 'x' and accountEnabled", "a eq 'x' and accountEnabled");
    check("a has Some.Kind'x'", "a has 'x'");
    check("not eq 'x'", "not eq 'x'");
}

#[test]
fn values() {
    check("a eq 'O''Neil'", "a eq 'O''Neil'");
    check("a eq ''", "a eq ''");
    check("a eq -12 or a eq 1.50 or a eq 2e3", "a eq -12 or a eq 1.5e0 or a eq 2e3");
    check("a eq 6F2E1A34-0000-4000-8000-0123456789AB", "a eq 6f2e1a34-0000-4000-8000-0123456789ab");
    check("a ge 2024-02-29T23:30:00+01:00", "a ge 2024-02-29T22:30:00Z");
    check("a ge 2024-02-29T23:30Z", "a ge 2024-02-29T23:30:00Z");
    check("a ge 0001-01-01T00:00:00Z", "a ge 0001-01-01T00:00:00Z");
    check("a le 9999-12-31T23:59:59.9999999Z", "a le 9999-12-31T23:59:59.9999999Z");
    check("a ge 1969-12-31T23:59:59.1230000Z", "a ge 1969-12-31T23:59:59.123Z");
    check("a lt duration'P1DT2H3M4.5S'", "a lt duration'PT93784.500S'");
}

#[test]
fn what_is_wrong_is_said() {
    check("", "BadRequest [] expected a property or a value, found the end");
    check("a", "a");
    check("a eqq 'x'", "BadRequest [eqq] expected an operator like 'eq' behind a, found 'eqq'");
    check("a eq", "BadRequest [] expected a property or a value, found the end");
    check("a eq 'x", "BadRequest ['x] the quote that opens here does not close");
    check("a eq 'x' b", "BadRequest [b] expected 'and' or 'or', found 'b'");
    check("(a eq 'x'", "BadRequest [(] the bracket that opens here does not close");
    check("a eq 'x')", "BadRequest [)] no bracket is open that could close here");
    check("a eq 'x' && b eq 'y'", "BadRequest [&] '&' cannot stand here");
    check(
        "a eq 12x",
        "BadRequest [12x] '12x' is no number, date, time or id; text stands in quotes",
    );
    check(
        "a eq 2023-02-29",
        "BadRequest [2023-02-29] '2023-02-29' is no number, date, time or id; text stands in quotes",
    );
    check(
        "a eq 99999999999999999999",
        "BadRequest [99999999999999999999] '99999999999999999999' is no number, date, time or id; text stands in quotes",
    );
    check(
        "length(a) gt 3",
        "Request_UnsupportedQuery [length] the function 'length' is not supported",
    );
    check("beginswith(a,'x')", "BadRequest [beginswith] there is no function 'beginswith'");
    check("startswith(a)", "BadRequest [)] expected ',' and the text of startswith, found ')'");
    check("a/some(x:x eq 1)", "BadRequest [some] there is no function 'some' of a list");
    check("a/any(x eq 1)", "BadRequest [eq] expected ':' behind 'x', found 'eq'");
    check("a in 'x'", "BadRequest ['x'] expected '(' and the values of 'in', found ''x''");
    check("a in ()", "BadRequest [)] expected a value, found ')'");
    check("a in (b)", "BadRequest [b] expected a value, found 'b'");
    check(
        "a eq b/any()",
        "BadRequest [b/any()] 'any' and 'all' are conditions of their own and cannot be compared",
    );
    check(
        "tolower(a)",
        "BadRequest [] expected an operator like 'eq' behind tolower(a), found the end",
    );
    check(
        "'x' and a eq 1",
        "BadRequest [and] expected an operator like 'eq' behind 'x', found 'and'",
    );
    check("$count eq 1", "BadRequest [$count] '$count' cannot stand here");
    check("a eq guid'x'", "BadRequest [guid'x'] guid'x' is no value that is known");
    check("größe eq 'ß' and 😀", "BadRequest [😀] '😀' cannot stand here");
}

#[test]
fn chains_and_depth_have_limits() {
    let chain = |count: usize| vec!["id eq 'a'"; count].join(" or ");
    assert!(parse(&chain(15), Limits::USUAL).is_ok());
    assert!(parse(&chain(50), Limits::DELTA).is_ok());
    let text = chain(16);
    let expected = format!(
        "Request_UnsupportedQuery [{text}] 'or' joins 16 values, and at most 15 are allowed"
    );
    check(&text, &expected);
    let nested = format!("({}) or (({}))", chain(8), chain(8));
    assert!(parse(&nested, Limits::USUAL).is_err());
    let values = vec!["'a'"; 16].join(",");
    let text = format!("id in ({values})");
    check(
        &text,
        &format!(
            "Request_UnsupportedQuery [{text}] 'in' joins 16 values, and at most 15 are allowed"
        ),
    );
    let brackets = |count: usize| format!("{}a eq 1{}", "(".repeat(count), ")".repeat(count));
    check(&brackets(MAX_DEPTH), "a eq 1");
    let fault = parse(&brackets(MAX_DEPTH + 1), Limits::USUAL).expect_err("it is too deep");
    assert_eq!(fault.message, "the text is nested deeper than 64 levels");
    assert!(parse(&"not ".repeat(2_000), Limits::USUAL).is_err());
    assert!(parse(&"tolower(".repeat(1_000), Limits::USUAL).is_err());
}

use crate::odata::MAX_DEPTH;

#[track_caller]
fn admits(text: &str, case: Case, expected: bool) {
    let entry = json!({
        "id": "6f2e1a34-0000-4000-8000-0123456789ab",
        "activityDateTime": "2023-07-30T12:00:00.123Z",
        "durationInMilliseconds": 17,
        "enabled": true,
        "nothing": null,
        "flags": "Watermark, Escrows",
        "retention": "P30D",
        "servicePrincipal": {"id": "ABC", "displayName": "Sync"},
        "domains": ["north.example", "South.example"],
        "targetResources": [{"id": "1", "displayName": "Ada"}, {"id": "2", "displayName": null}],
    });
    let expr = parse(text, Limits::USUAL).expect("it is a filter");
    assert_eq!(matches(&expr, &entry, case), expected, "{text}");
}

#[test]
fn small_collections_are_filtered_in_memory() {
    let (yes, no) = (true, false);
    let check = |text: &str, expected| admits(text, Case::Ignored, expected);
    check("servicePrincipal/ID eq 'abc'", yes);
    check("contains(tolower(servicePrincipal/displayName),'syn')", yes);
    check("endswith(servicePrincipal/displayName,'NC') and startswith(id,'6F2E')", yes);
    check("id eq 6F2E1A34-0000-4000-8000-0123456789AB", yes);
    check("activityDateTime gt 2023-07-30 and activityDateTime lt 2023-07-31", yes);
    check("activityDateTime eq 2023-07-30T14:00:00.1230000+02:00", yes);
    check("activityDateTime ge 2023-07-30T12:00:00.1230001Z", no);
    check("durationInMilliseconds ge 17 and durationInMilliseconds lt 17.5", yes);
    check("retention eq duration'PT720H'", yes);
    check("enabled", yes);
    check("not enabled or enabled ne true", no);
    check("flags has 'escrows' and not (flags has 'Full')", yes);
    check("nothing eq null and missing/member eq null and enabled ne null", yes);
    check("nothing lt 3 or nothing gt 3 or nothing le null", no);
    check("not startswith(nothing,'a')", yes);
    check("domains/any(d:d eq 'SOUTH.example')", yes);
    check("domains/all(d:endswith(d,'.example')) and domains/any() and missing/all(m:m eq 1)", yes);
    check("missing/any()", no);
    check("domains/$count eq 2 and missing/$count eq 0", yes);
    check("targetResources/any(t:t/id eq '2' and t/displayName eq 'Ada')", no);
    check(
        "targetResources/any(t:domains/any(d:t/displayName eq 'ada' and d eq 'north.example'))",
        yes,
    );
    check("durationInMilliseconds in (1,17) and servicePrincipal/id in ('x','abc')", yes);
    check("servicePrincipal eq 'abc'", no);
}

#[test]
fn logs_are_told_apart_by_case() {
    admits("servicePrincipal/id eq 'abc'", Case::Exact, false);
    admits("tolower(servicePrincipal/id) eq 'abc'", Case::Exact, true);
    admits("contains(servicePrincipal/displayName,'sync')", Case::Exact, false);
    admits("id eq 6F2E1A34-0000-4000-8000-0123456789AB", Case::Exact, true);
}
