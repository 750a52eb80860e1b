//! The codes of this crate's findings and failures, each with the sentence that its page begins with.
//!
//! The pages themselves are documentation; this list is what they are compared with.

/// Every code that a [`Diagnostic`](crate::Diagnostic) or an
/// [`EvaluateError`](crate::EvaluateError) can have, in the order of the alphabet.
pub const CODES: [(&str, &str); 39] = [
    ("expr-argument", "an argument is outside what the function takes"),
    ("expr-culture", "the culture of ToLower or ToUpper does not exist"),
    ("expr-date-format", "a text does not fit the date format, or the format is not valid"),
    ("expr-date-interval", "the interval of DateAdd or DateDiff does not exist"),
    ("expr-date-out-of-range", "a date lies outside the range that can be held"),
    ("expr-date-style", "a name is not one of the date-time styles"),
    ("expr-empty", "the expression has no text"),
    ("expr-first-of-list", "an attribute with several values stands where one is taken"),
    (
        "expr-function-not-available",
        "the function is known from a neighbouring dialect and not built here",
    ),
    ("expr-function-reserved", "the function belongs to the default mapping alone"),
    ("expr-index-out-of-bounds", "the list has no member with that index"),
    ("expr-missing-argument", "an argument that is required is not there"),
    ("expr-no-clock", "the expression asks for the time where there is none"),
    ("expr-no-default-domain", "the tenant has no default domain"),
    ("expr-no-randomness", "the expression asks for a random value where there is none"),
    ("expr-no-unique-value", "every value that SelectUniqueValue can give is in use"),
    ("expr-not-a-boolean", "a value is neither True nor False"),
    ("expr-not-a-date", "a value is not a date"),
    ("expr-not-a-number", "a value is not a number, or not a whole one"),
    (
        "expr-null-test",
        "a condition tests for a missing value, which the service does not promise to support",
    ),
    ("expr-number", "a number is not written as one, or does not fit 64 bits"),
    ("expr-pattern", "a regular expression is not valid, or uses what is not supported"),
    ("expr-pattern-limit", "a regular expression takes too many steps on a value"),
    ("expr-placement", "a function or constant stands where it cannot"),
    ("expr-spelling", "a name is not spelt as documented"),
    ("expr-switch-on-test", "Switch compares texts and is given True or False"),
    ("expr-syntax", "the text does not follow the grammar"),
    ("expr-too-deep", "the expression is nested too deeply"),
    ("expr-too-long", "the text of the expression is too long"),
    ("expr-too-many-arguments", "the function takes fewer arguments"),
    ("expr-unclosed-attribute", "an attribute has no closing bracket"),
    ("expr-unclosed-parenthesis", "a parenthesis has no closing one"),
    ("expr-unclosed-text", "a text has no closing quote"),
    ("expr-unknown-attribute", "the source has no attribute of that name"),
    ("expr-unknown-function", "there is no function of that name"),
    ("expr-unknown-parameter", "the job has no parameter of that name"),
    ("expr-unknown-word", "a bare word is no constant"),
    ("expr-value-too-long", "a value is longer than any attribute"),
    ("expr-work-limit", "an expression does too much work on the values of one record"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn the_list_holds_what_the_source_uses() {
        let mut used = BTreeSet::new();
        read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut |text| {
            let codes = text.split('"').filter(|part| part.starts_with("expr-"));
            let is_code = |part: &&str| part.bytes().all(|b| b == b'-' || b.is_ascii_lowercase());
            used.extend(codes.filter(is_code).filter(|code| code.len() > 5).map(str::to_owned));
        });
        let listed: BTreeSet<String> = CODES.iter().map(|(code, _)| (*code).to_owned()).collect();
        assert_eq!(used, listed);
        assert!(CODES.is_sorted());
    }

    fn read(folder: &Path, visit: &mut dyn FnMut(&str)) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, visit);
            } else if !path.ends_with("codes.rs") {
                visit(&std::fs::read_to_string(&path).unwrap());
            }
        }
    }
}
