//! Text in, text out.

use super::*;

fn parse_user(text: &str) -> Result<Scoping, Vec<Diagnostic>> {
    parse(text, user_attribute)
}

/// A filter comes out as `filter: …` in the words of its `Display`, a condition as `condition: …`,
/// and each finding as `code [text] message (hint)`.
#[track_caller]
fn check(text: &str, expected: &str) {
    let found = match parse_user(text) {
        Ok(Scoping { filter, condition: None }) => format!("filter: {filter}"),
        Ok(Scoping { filter, condition: Some(condition) }) => {
            assert_eq!(filter, Filter::default(), "{text}");
            format!("condition: {condition}")
        }
        Err(found) => findings(text, &found),
    };
    assert_eq!(found, expected, "{text}");
    if let Ok(scoping) = parse_user(text) {
        assert_eq!(parse_user(&print_scoping(&scoping)), Ok(scoping), "print of {text}");
    }
}

fn findings(text: &str, found: &[Diagnostic]) -> String {
    let line = |finding: &Diagnostic| {
        assert!(CODES.iter().any(|(code, _)| *code == finding.code), "{finding:?}");
        let (span, hint) = (&text[finding.span.clone()], finding.hint.as_deref());
        format!("{} [{span}] {} ({})", finding.code, finding.message, hint.unwrap_or("-"))
    };
    found.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn clauses_and_groups() {
    check("", "filter: ");
    check(" \n ", "filter: ");
    check("department EQUALS Marketing", "filter: department EQUALS 'Marketing'");
    check(
        "Department equals Research and Development AND city EQUALS \"New York\" OR jobTitle is_not_null",
        "filter: department EQUALS 'Research and Development' AND city EQUALS 'New York' OR jobTitle IS NOT NULL",
    );
    check("city EQUALS ''", "filter: city EQUALS ''");
    check("employeeId GREATER THAN OR EQUALS 7", "filter: employeeId Greater_Than_OR_EQUALS '7'");
    check(
        "employeeId Greater_Than 7 OR city & 'a,b'",
        "filter: employeeId Greater_Than '7' OR city & 'a,b'",
    );
    check("city !& 'a'", "filter: city !& 'a'");
    check("accountEnabled IS  TRUE", "filter: accountEnabled IS TRUE");
    check("extension_ab_badge IS_NULL", "filter: extension_ab_badge IS NULL");
    check("surname EQUALS 'O'Neil'", "filter: surname EQUALS 'O'Neil'");
    check("surname REGEX MATCH ^O'.*\\d$", "filter: surname REGEX MATCH '^O'.*\\d$'");
    check("surname EQUALS 'a''", "filter: surname EQUALS 'a''");
}

#[test]
fn an_operand_with_a_joining_word_stands_in_quotes() {
    check(
        "companyName EQUALS 'Marks AND Spencer'",
        "filter: companyName EQUALS 'Marks AND Spencer'",
    );
    check(
        "companyName EQUALS Marks AND Spencer",
        "filter-unknown-attribute [Spencer] there is no attribute 'Spencer' (put an operand that holds AND or OR into quotes)",
    );
    let text = "city EQUALS \"a' AND b\"";
    let scoping = parse_user(text).expect("one clause");
    assert_eq!(print(&scoping.filter), text);
    check(text, "filter: city EQUALS 'a' AND b'");
}

#[test]
fn a_text_that_no_quote_can_hold_has_a_fence() {
    check("city EQUALS #'a' AND b\" AND c'#", "filter: city EQUALS 'a' AND b\" AND c'");
    check(
        "city EQUALS ##'a'# b'## AND state IS NULL",
        "filter: city EQUALS 'a'# b' AND state IS NULL",
    );
    check("city EQUALS #'tis OR city EQUALS #1", "filter: city EQUALS '#'tis' OR city EQUALS '#1'");
    let scoping = parse_user("city EQUALS #'a' AND b\" AND c'#").expect("one clause");
    assert_eq!(print(&scoping.filter), "city EQUALS #'a' AND b\" AND c'#");
}

#[test]
fn parentheses_that_change_nothing_leave_a_filter() {
    check("(city EQUALS x)", "filter: city EQUALS 'x'");
    check(
        "(city EQUALS x AND department IS NULL) OR accountEnabled IS TRUE",
        "filter: city EQUALS 'x' AND department IS NULL OR accountEnabled IS TRUE",
    );
    check(
        "((city EQUALS 'x')AND(department IS NULL))OR (state EQUALS \"y\" OR country EQUALS z)",
        "filter: city EQUALS 'x' AND department IS NULL OR state EQUALS 'y' OR country EQUALS 'z'",
    );
    check("city EQUALS x [missing is false]", "filter: city EQUALS 'x'");
}

#[test]
fn parentheses_inside_operands() {
    check("displayName EQUALS Ada (Contoso)", "filter: displayName EQUALS 'Ada (Contoso)'");
    check("displayName REGEX MATCH ^(a|b)$", "filter: displayName REGEX MATCH '^(a|b)$'");
    check(
        "displayName EQUALS :-) OR city IS NULL",
        "filter: displayName EQUALS ':-)' OR city IS NULL",
    );
    check(
        "(displayName EQUALS Ada (Contoso) OR displayName REGEX MATCH ^(a|b)$) AND city IS NULL",
        "condition: (displayName EQUALS 'Ada (Contoso)' OR displayName REGEX MATCH '^(a|b)$') AND city IS NULL",
    );
    check(
        "(displayName EQUALS ':-)' OR displayName EQUALS 'a')' ) AND city IS NULL",
        "condition: (displayName EQUALS ':-)' OR displayName EQUALS 'a')') AND city IS NULL",
    );
    check(
        "(displayName EQUALS :-( OR city IS NULL)",
        "filter: displayName EQUALS ':-(' OR city IS NULL",
    );
}

#[test]
fn not_and_parentheses_make_a_condition() {
    check("NOT city EQUALS x", "condition: NOT city EQUALS 'x'");
    check(
        "NOT (city EQUALS x OR city IS NULL) AND NOT NOT department IS NULL",
        "condition: NOT (city EQUALS 'x' OR city IS NULL) AND NOT NOT department IS NULL",
    );
    check(
        "(city EQUALS x OR city EQUALS y) AND department EQUALS Sales",
        "condition: (city EQUALS 'x' OR city EQUALS 'y') AND department EQUALS 'Sales'",
    );
    check(
        "NOT(city IS NULL)OR NOT(state IS NULL)",
        "condition: NOT city IS NULL OR NOT state IS NULL",
    );
    check("department EQUALS NOT SET", "filter: department EQUALS 'NOT SET'");
}

#[test]
fn options_stand_in_brackets_behind_a_clause() {
    check("city EQUALS bonn [any case]", "condition: city EQUALS 'bonn' [any case]");
    check(
        "city NOT EQUALS 'bonn' [Any_Case, MISSING IS TRUE] AND state IS NULL",
        "condition: city NOT EQUALS 'bonn' [any case, missing is true] AND state IS NULL",
    );
    check(
        "(city EQUALS New York [missing is true] OR accountEnabled IS TRUE[missing is true])",
        "condition: city EQUALS 'New York' [missing is true] OR accountEnabled IS TRUE [missing is true]",
    );
    check(
        "displayName EQUALS Ada [Contoso] Lovelace",
        "filter: displayName EQUALS 'Ada [Contoso] Lovelace'",
    );
    check("displayName EQUALS 'Ada [any case]'", "filter: displayName EQUALS 'Ada [any case]'");
    check("displayName REGEX MATCH ^Team [A-Z]", "filter: displayName REGEX MATCH '^Team [A-Z]'");
    check("displayName REGEX MATCH [abc]", "filter: displayName REGEX MATCH '[abc]'");
}

#[test]
fn several_options_stand_in_one_pair_of_brackets_or_each_in_its_own() {
    let both = "condition: department EQUALS 'x' [any case, missing is true]";
    for text in [
        "department EQUALS x [any case] [missing is true]",
        "department EQUALS 'x'[missing is true] [any case]",
        "(department EQUALS x [any case][missing is true])",
    ] {
        check(text, both);
    }
    check(
        "displayName REGEX MATCH ^Team [A-Z] [any case] [missing is true]",
        "condition: displayName REGEX MATCH '^Team [A-Z]' [any case, missing is true]",
    );
    check(
        "city EQUALS x [any case] [Contoso]",
        "filter-option [Contoso] 'Contoso' is no option (options are [any case], [missing is true] and, behind MEMBER OF, [nested]; an operand that holds brackets stands in quotes)",
    );
}

#[test]
fn an_option_that_touches_an_operand_is_no_part_of_it() {
    let hint = "(write a blank before an option and several as [any case, missing is true], or put an operand that ends so into quotes)";
    check(
        "city EQUALS x[any case]",
        &format!(
            "filter-option [[any case]] '[any case]' would be a part of the operand here {hint}"
        ),
    );
    check(
        "city EQUALS x[Any_Case] [missing is true] OR MEMBER OF Sales[nested]",
        &format!(
            "filter-option [[Any_Case]] '[Any_Case]' would be a part of the operand here {hint}\n\
             filter-option [[nested]] '[nested]' would be a part of the operand here {hint}"
        ),
    );
    check("city EQUALS 'x[any case]'", "filter: city EQUALS 'x[any case]'");
    check("displayName REGEX MATCH ^x[A-Z]", "filter: displayName REGEX MATCH '^x[A-Z]'");
}

#[test]
fn what_nobody_sees_is_written_with_a_backslash() {
    let operand = |text: &str| {
        let scoping = parse_user(&format!("city EQUALS {text}")).expect("one clause");
        scoping.filter.groups[0].clauses[0].operand.clone()
    };
    assert_eq!(operand(r"$'a\nb\r\tc'"), "a\nb\r\tc");
    assert_eq!(operand(r"$'it\'s \\ \u{1b}'"), "it's \\ \u{1b}");
    assert_eq!(operand("'a\nb'"), "a\nb");
    assert_eq!(operand(r"'a\nb'"), r"a\nb");
    for (text, code) in [
        (r"$'a\qb'", "filter-escape"),
        (r"$'\u{110000}'", "filter-escape"),
        ("$'tis", "filter-unclosed-quote"),
    ] {
        let found = parse_user(&format!("city EQUALS {text}")).expect_err("it says nothing");
        assert_eq!(found[0].code, code, "{text}");
    }
    assert_eq!(operand(r#""$'tis""#), "$'tis");
    let scoping = parse_user("city EQUALS 'a\nb'").expect("one clause");
    assert_eq!(print(&scoping.filter), r"city EQUALS $'a\nb'");
}

#[test]
fn the_clauses_of_a_text_have_their_places() {
    let text = "(ANY otherMails EQUALS 'x' [any case] OR NOT MEMBER OF Sales) AND  state IS NULL";
    let (_, clauses) = parse_located(text, user_attribute).expect("it is a condition");
    let texts = clauses.iter().map(|one| {
        [&one.clause, &one.attribute, &one.operand].map(|span| &text[span.clone()]).join("|")
    });
    assert_eq!(
        texts.collect::<Vec<_>>(),
        [
            "ANY otherMails EQUALS 'x' [any case]|otherMails|'x'",
            "MEMBER OF Sales|MEMBER|Sales",
            "state IS NULL|state|"
        ]
    );
}

#[test]
fn options_that_are_none() {
    check(
        "displayName EQUALS Ada [Contoso]",
        "filter-option [Contoso] 'Contoso' is no option (options are [any case], [missing is true] and, behind MEMBER OF, [nested]; an operand that holds brackets stands in quotes)",
    );
    check(
        "city EQUALS x [any case, mising is true] OR city EQUALS 'y' [anycase]",
        "filter-option [mising is true] 'mising is true' is no option (did you mean 'missing is true'?)\n\
         filter-option [anycase] 'anycase' is no option (did you mean 'any case'?)",
    );
    check(
        "city IS NULL [missing is true] OR employeeId Greater_Than 7 [any case]",
        "filter-option [missing is true] 'missing is true' does not suit the clause (the clause answers for nothing itself)\n\
         filter-option [any case] 'any case' does not suit the clause (no texts are compared here)",
    );
    check(
        "city EQUALS x [nested]",
        "filter-option [nested] 'nested' does not suit the clause (it stands behind MEMBER OF)",
    );
    check(
        "city IS NULL [any case",
        "filter-option [[] the bracket that opens here does not close (close it with ]; options are [any case] and [missing is true])",
    );
    check(
        "(city IS NULL) [any case]",
        "filter-option [[any] options stand behind a clause, not behind a parenthesis (write them behind each clause that they are for)",
    );
    check(
        "city EQUALS [any case]",
        "filter-missing-operand [] expected an operand (write '' for an empty one)",
    );
}

#[test]
fn lists() {
    check("ANY businessPhones ENDS_WITH 7", "condition: ANY businessPhones ENDS_WITH '7'");
    check(
        "all otherMails REGEX MATCH @x$ [any case]",
        "condition: ALL otherMails REGEX MATCH '@x$' [any case]",
    );
    check(
        "ANY manager IS NULL",
        "filter-quantifier [ANY] ANY and ALL count the values of a list, and here is one value at most (leave the word out)",
    );
    check(
        "ANY",
        "filter-missing-attribute [] expected an attribute (a clause is: attribute OPERATOR operand)",
    );
}

#[test]
fn moments() {
    check("employeeHireDate BEFORE now+14d", "condition: employeeHireDate BEFORE now+14d");
    check(
        "employeeHireDate after 2026-01-31 [missing is true] OR employeeLeaveDateTime BEFORE '2026-01-31T09:00:00+01:00'",
        "condition: employeeHireDate AFTER 2026-01-31T00:00:00Z [missing is true] OR employeeLeaveDateTime BEFORE 2026-01-31T08:00:00Z",
    );
    check("employeeHireDate IS NULL", "filter: employeeHireDate IS NULL");
    check(
        "employeeHireDate BEFORE tomorrow AND employeeHireDate BEFORE",
        "filter-date [tomorrow] 'tomorrow' is no moment (write now, now+14d, now-3h (units w, d, h, m, s), 2026-01-31 or 2026-01-31T08:00:00Z)\n\
         filter-missing-operand [] expected an operand (write now, now+14d, now-3h (units w, d, h, m, s), 2026-01-31 or 2026-01-31T08:00:00Z)",
    );
    check(
        "employeeHireDate BEFOR now",
        "filter-unknown-operator [BEFOR] 'BEFOR' is no operator (did you mean BEFORE?)",
    );
}

#[test]
fn managers_and_groups() {
    check(
        "manager IS NULL OR Manager NOT EQUALS ada@north.example",
        "condition: manager IS NULL OR manager NOT EQUALS 'ada@north.example'",
    );
    check(
        "MEMBER OF Sales & Marketing [nested] AND NOT member_of 'All people'",
        "condition: MEMBER OF 'Sales & Marketing' [nested] AND NOT MEMBER OF 'All people'",
    );
    check("userType EQUALS Guest", "condition: userType EQUALS 'Guest'");
    check("department EQUALS Member of staff", "filter: department EQUALS 'Member of staff'");
    check(
        "manager Includes ada OR manager EQUALS '' OR MEMBER OF",
        "filter-operator [Includes] 'Includes' says nothing about a manager (a manager is asked by IS NULL, IS NOT NULL, EQUALS and NOT EQUALS)\n\
         filter-missing-operand [''] the name is empty (write the manager's user principal name, mail or id)\n\
         filter-missing-operand [] expected an operand (write the group's display name, mail or id)",
    );
    check(
        "memberOf EQUALS Sales OR displayName IsMemberOf Sales",
        "filter-unknown-attribute [memberOf] there is no attribute 'memberOf' (write MEMBER OF and the group)\n\
         filter-unknown-operator [IsMemberOf] 'IsMemberOf' is no operator (write MEMBER OF and the group, without an attribute)",
    );
}

#[test]
fn problems_have_a_place_and_a_hint() {
    check(
        "departmnt EQUALS x AND city EQUALZ y OR city = z",
        "filter-unknown-attribute [departmnt] there is no attribute 'departmnt' (did you mean 'department'?)\n\
         filter-unknown-operator [EQUALZ] 'EQUALZ' is no operator (did you mean EQUALS?)\n\
         filter-unknown-operator [=] '=' is no operator (write EQUALS)",
    );
    check(
        "mobile IS NULL OR [city] IS NULL",
        "filter-unknown-attribute [mobile] there is no attribute 'mobile' (did you mean 'mobilePhone'?)\n\
         filter-unknown-attribute [[city]] there is no attribute '[city]' (write city without brackets)",
    );
    check(
        "city EQUALS",
        "filter-missing-operand [] expected an operand (write '' for an empty one)",
    );
    check(
        "city IS NULL x",
        "filter-joint [x] expected AND or OR, found 'x' (IS NULL takes no operand)",
    );
    check(
        "city EQUALS x AND",
        "filter-missing-attribute [] expected an attribute (a clause is: attribute OPERATOR operand)",
    );
    check(
        "city",
        "filter-missing-operator [] expected an operator (write an operator behind the attribute, such as EQUALS, Includes or IS NOT NULL)",
    );
    check(
        "NOT city",
        "filter-missing-operator [] expected an operator (write an operator behind the attribute, such as EQUALS, Includes or IS NOT NULL)",
    );
    check(
        "city STARTS WITH B OR city NOT IN a,b",
        "filter-unknown-operator [STARTS WITH] 'STARTS WITH' is no operator (write REGEX MATCH with '^' before the text)\n\
         filter-unknown-operator [NOT IN] 'NOT IN' is no operator (write !& with the list as operand)",
    );
    check(
        "city EQUALS Bonn AND Beuel",
        "filter-unknown-attribute [Beuel] there is no attribute 'Beuel' (put an operand that holds AND or OR into quotes)",
    );
    check(
        "city EQUALS 'x' y",
        "filter-unclosed-quote ['x' y] the quote that opens here does not close (close it with '; behind it stands AND, OR or nothing)",
    );
    check(
        "city REGEX MACH x",
        "filter-unknown-operator [REGEX] 'REGEX' is no operator (did you mean REGEX MATCH?)",
    );
}

#[test]
fn joining_words_are_written_in_capitals() {
    check(
        "city IS NULL and",
        "filter-joint [and] expected AND or OR, found 'and' (write AND in capitals)",
    );
    check(
        "city EQUALS Bonn and department EQUALS Sales",
        "filter-joint [and] 'and' stands inside an operand, but a clause follows it (write AND in capitals, or put the operand into quotes)",
    );
    check(
        "city EQUALS Bonn or (not employeeHireDate before now)",
        "filter-joint [or] 'or' stands inside an operand, but a clause follows it (write OR in capitals, or put the operand into quotes)",
    );
    check(
        "city EQUALS 'Bonn' and department EQUALS Sales",
        "filter-joint [and] expected AND or OR, found 'and' (write AND in capitals)",
    );
    check(
        "not (city IS NULL) AND Not city EQUALZ x",
        "filter-joint [not] expected an attribute, found 'not' (write NOT in capitals)\n\
         filter-unknown-attribute [Not] there is no attribute 'Not' (-)",
    );
    check(
        "city EQUALS Cats and dogs before noon",
        "filter: city EQUALS 'Cats and dogs before noon'",
    );
    check(
        "(city IS NULL) state IS NULL",
        "filter-joint [state] expected AND or OR, found 'state' (join clauses by AND or OR)",
    );
}

#[test]
fn parentheses_that_do_not_match() {
    check(
        "(city IS NULL AND (state IS NULL)",
        "filter-unclosed-parenthesis [(] the parenthesis that opens here does not close (close it with ); an operand that holds a single parenthesis stands in quotes)",
    );
    check(
        "city IS NULL) AND state EQUALZ x",
        "filter-unopened-parenthesis [)] no parenthesis is open that could close here (-)\n\
         filter-unknown-operator [EQUALZ] 'EQUALZ' is no operator (did you mean EQUALS?)",
    );
    check(
        "city EQUALS 'x') OR ()",
        "filter-unopened-parenthesis [)] no parenthesis is open that could close here (-)\n\
         filter-missing-attribute [] expected an attribute (a clause is: attribute OPERATOR operand)",
    );
    check(
        "(city EQUALZ x) AND (state = (y)) OR country",
        "filter-unknown-operator [EQUALZ] 'EQUALZ' is no operator (did you mean EQUALS?)\n\
         filter-unknown-operator [=] '=' is no operator (write EQUALS)\n\
         filter-missing-operator [] expected an operator (write an operator behind the attribute, such as EQUALS, Includes or IS NOT NULL)",
    );
}

#[test]
fn depth_and_length_have_limits() {
    let deep = |depth: usize| format!("{}city IS NULL{}", "(".repeat(depth), ")".repeat(depth));
    check(&deep(50), "filter: city IS NULL");
    check(
        &deep(5_000),
        "filter-too-deep [(] parentheses and NOT are nested deeper than 50 (write the filter as parts joined by AND and OR)",
    );
    let nots = |count: usize| format!("{}city IS NULL", "NOT ".repeat(count));
    assert!(parse_user(&nots(50)).is_ok());
    assert_eq!(parse_user(&nots(51)).unwrap_err()[0].code, "filter-too-deep");
    let long = format!("city EQUALS {}", "é".repeat(20_000 - 12));
    assert!(parse_user(&long).is_ok());
    let found = parse_user(&format!("{long}ab")).unwrap_err();
    assert_eq!(
        findings(&format!("{long}ab"), &found),
        "filter-too-long [ab] the text is longer than 20000 characters (put the people into a group and write MEMBER OF)"
    );
}

#[test]
fn long_texts_are_read_in_one_go() {
    let nots = format!("{}city IS NULL", "not ".repeat(4_990));
    assert_eq!(parse_user(&nots).unwrap_err().len(), 1);
    for part in ["a and not ", "city EQUALS 'x AND ", "x [abc] ", "#' ", "' )) ", "( ", "and ("] {
        let text = format!("city EQUALS {}", part.repeat(19_000 / part.len()));
        let _ = parse_user(&text);
    }
}

#[test]
fn the_caller_may_bring_its_own_attributes() {
    let scoping =
        parse("badge EQUALS 7", |name| (name == "badge").then(|| "extension_1_badge".into()));
    assert_eq!(
        scoping.map(|scoping| scoping.filter.to_string()),
        Ok("extension_1_badge EQUALS '7'".to_owned())
    );
}

#[test]
fn a_filter_and_a_condition_are_printed_as_one() {
    let filter = parse_user("city EQUALS x AND state EQUALS y OR country IS NULL").unwrap().filter;
    let condition = parse_user("NOT department IS NULL").unwrap().condition;
    let text = print_scoping(&Scoping { filter: filter.clone(), condition });
    assert_eq!(
        text,
        "((city EQUALS 'x' AND state EQUALS 'y') OR country IS NULL) AND NOT department IS NULL"
    );
    assert!(parse_user(&text).unwrap().condition.is_some());
}

#[test]
fn parts_that_admit_everybody_or_nobody_can_be_printed() {
    let (all, none) = (Condition::And(Vec::new()), Condition::Or(Vec::new()));
    let print =
        |condition| print_scoping(&Scoping { condition: Some(condition), ..Scoping::default() });
    assert_eq!(print(all.clone()), "");
    assert_eq!(print(none.clone()), "displayName IS NULL AND displayName IS NOT NULL");
    assert_eq!(print(Condition::Or(vec![none, all])), "");
    let empty = Filter { groups: vec![model::Group::default()] };
    assert_eq!(super::print(&empty), "");
}
