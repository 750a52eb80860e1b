//! Text in, text out.

use super::*;

#[track_caller]
fn check(text: &str, expected: &str) {
    let found = match parse(text) {
        Ok(filter) => filter.to_string(),
        Err(problems) => problems
            .iter()
            .map(|problem| {
                let hint = problem.hint.as_deref().unwrap_or("-");
                format!("[{}] {problem} ({hint})", &text[problem.span.clone()])
            })
            .collect::<Vec<_>>()
            .join("\n"),
    };
    assert_eq!(found, expected, "{text}");
    if let Ok(filter) = parse(text) {
        assert_eq!(parse(&filter.to_string()), Ok(filter.clone()), "Display of {text}");
        assert_eq!(parse(&print(&filter)), Ok(filter), "print of {text}");
    }
}

#[test]
fn clauses_and_groups() {
    check("", "");
    check("department EQUALS Marketing", "department EQUALS 'Marketing'");
    check(
        "Department equals Research and Development AND city EQUALS \"New York\" OR jobTitle is_not_null",
        "department EQUALS 'Research and Development' AND city EQUALS 'New York' OR jobTitle IS NOT NULL",
    );
    check("city EQUALS ''", "city EQUALS ''");
    check("employeeId GREATER THAN OR EQUALS 7", "employeeId Greater_Than_OR_EQUALS '7'");
    check(
        "employeeId Greater_Than 7 OR city & 'a,b'",
        "employeeId Greater_Than '7' OR city & 'a,b'",
    );
    check("city !& 'a'", "city !& 'a'");
    check("accountEnabled IS  TRUE", "accountEnabled IS TRUE");
    check("extension_ab_badge IS_NULL", "extension_ab_badge IS NULL");
    check("surname EQUALS 'O'Neil'", "surname EQUALS 'O'Neil'");
    check("surname REGEX MATCH ^O'.*\\d$", "surname REGEX MATCH '^O'.*\\d$'");
    check("surname EQUALS 'a''", "surname EQUALS 'a''");
}

#[test]
fn an_operand_with_a_joining_word_stands_in_quotes() {
    check("companyName EQUALS 'Marks AND Spencer'", "companyName EQUALS 'Marks AND Spencer'");
    check("companyName EQUALS Marks AND Spencer", "[Spencer] there is no attribute 'Spencer' (-)");
    let filter = parse("city EQUALS \"a' AND b\"").expect("one clause");
    assert_eq!(print(&filter), "city EQUALS \"a' AND b\"");
    assert_eq!(parse(&print(&filter)), Ok(filter));
}

#[test]
fn problems_have_a_place_and_a_hint() {
    check(
        "departmnt EQUALS x AND city EQUALZ y OR city = z",
        "[departmnt] there is no attribute 'departmnt' (did you mean 'department'?)\n\
         [EQUALZ] 'EQUALZ' is no operator (did you mean EQUALS?)\n\
         [=] '=' is no operator (write EQUALS)",
    );
    check(
        "mobile IS NULL",
        "[mobile] there is no attribute 'mobile' (did you mean 'mobilePhone'?)",
    );
    check("city EQUALS", "[] expected an operand (write '' for an empty one)");
    check("city IS NULL x", "[x] expected AND or OR, found 'x' (IS NULL takes no operand)");
    check("city IS NULL and", "[and] expected AND or OR, found 'and' (write AND in capitals)");
    check(
        "city EQUALS x AND",
        "[] expected an attribute (a clause is: attribute OPERATOR operand)",
    );
    check("city", "[] expected an operator (put an operand that holds AND or OR into quotes)");
    check(
        "(city EQUALS x)",
        "[(] a filter has no brackets (AND binds closer than OR; write each alternative out)",
    );
    check(
        "city EQUALS 'x' y",
        "['x' y] the quote that opens here does not close (close it with '; behind it stands AND, OR or nothing)",
    );
    check(
        "city EQUALS Bonn and department EQUALS Sales",
        "[and] 'and' stands inside an operand, but a clause follows it (write AND in capitals, or put the operand into quotes)",
    );
    check("city REGEX MACH x", "[REGEX] 'REGEX' is no operator (did you mean REGEX MATCH?)");
}

#[test]
fn the_caller_may_bring_its_own_attributes() {
    let filter =
        parse_with("badge EQUALS 7", |name| (name == "badge").then(|| "extension_1_badge".into()));
    assert_eq!(
        filter.map(|filter| filter.to_string()),
        Ok("extension_1_badge EQUALS '7'".to_owned())
    );
}
