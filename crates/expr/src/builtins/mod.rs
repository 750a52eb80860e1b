//! The functions of the language: one file each, and the list of them.
//!
//! A new function is a file with a `FUNCTION` in it and one line in the list below.

mod app_role_assignments_complex;
mod append;
mod assertive_app_role_assignments_complex;
mod bit_and;
mod cbool;
mod cdate;
mod coalesce;
mod convert_to_base64;
mod convert_to_utf8_hex;
mod count;
mod cstr;
mod date_add;
mod date_diff;
mod date_from_num;
mod default_domain;
mod format_date_time;
mod guid;
mod ignore_flow_if_null_or_empty;
mod iif;
mod in_str;
mod is_null;
mod is_null_or_empty;
mod is_present;
mod is_string;
mod item;
mod join;
mod left;
mod len;
mod mid;
mod normalize_diacritics;
mod not;
mod now;
mod num_from_date;
mod pcase;
mod random_string;
mod redact;
mod remove_duplicates;
mod replace;
mod select_unique_value;
mod single_app_role_assignment;
mod split;
mod strip_spaces;
mod switch;
mod to_lower;
mod to_upper;
mod trim;
mod word;

use std::ops::Range;

use crate::{Diagnostic, Function, suggest};

/// Every function, in the order of the alphabet.
static FUNCTIONS: [&Function; 47] = [
    &append::FUNCTION,
    &app_role_assignments_complex::FUNCTION,
    &assertive_app_role_assignments_complex::FUNCTION,
    &bit_and::FUNCTION,
    &cbool::FUNCTION,
    &cdate::FUNCTION,
    &coalesce::FUNCTION,
    &convert_to_base64::FUNCTION,
    &convert_to_utf8_hex::FUNCTION,
    &count::FUNCTION,
    &cstr::FUNCTION,
    &date_add::FUNCTION,
    &date_diff::FUNCTION,
    &date_from_num::FUNCTION,
    &default_domain::FUNCTION,
    &format_date_time::FUNCTION,
    &guid::FUNCTION,
    &ignore_flow_if_null_or_empty::FUNCTION,
    &iif::FUNCTION,
    &in_str::FUNCTION,
    &is_null::FUNCTION,
    &is_null_or_empty::FUNCTION,
    &is_present::FUNCTION,
    &is_string::FUNCTION,
    &item::FUNCTION,
    &join::FUNCTION,
    &left::FUNCTION,
    &len::FUNCTION,
    &mid::FUNCTION,
    &normalize_diacritics::FUNCTION,
    &not::FUNCTION,
    &now::FUNCTION,
    &num_from_date::FUNCTION,
    &pcase::FUNCTION,
    &random_string::FUNCTION,
    &redact::FUNCTION,
    &remove_duplicates::FUNCTION,
    &replace::FUNCTION,
    &select_unique_value::FUNCTION,
    &single_app_role_assignment::FUNCTION,
    &split::FUNCTION,
    &strip_spaces::FUNCTION,
    &switch::FUNCTION,
    &to_lower::FUNCTION,
    &to_upper::FUNCTION,
    &trim::FUNCTION,
    &word::FUNCTION,
];

/// Every function, in the order of the alphabet.
pub fn functions() -> &'static [&'static Function] {
    &FUNCTIONS
}

/// Functions of neighbouring dialects that the reference describes and that are not built.
const ABSENT: [&str; 4] = ["ConvertFromBase64", "DNComponent", "Error", "StringFromSid"];

/// Used by the matching attribute of the default mapping alone.
const RESERVED: &str = "AltSecIdFromNetId";

/// Names from other dialects and languages that near spelling would not find.
const ELSEWHERE: [(&str, &str); 14] = [
    ("Concat", "Append or Join"),
    ("Contains", "InStr"),
    ("If", "IIF"),
    ("IsEmpty", "IsNullOrEmpty"),
    ("LCase", "ToLower"),
    ("Length", "Len"),
    ("Lower", "ToLower"),
    ("LTrim", "Trim"),
    ("NewGuid", "Guid"),
    ("RandomNum", "RandomString"),
    ("RTrim", "Trim"),
    ("Substring", "Mid"),
    ("UCase", "ToUpper"),
    ("Upper", "ToUpper"),
];

/// The function of a name, without regard to case.
pub(crate) fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.into_iter().find(|function| function.name.eq_ignore_ascii_case(name))
}

/// What to say about a name that is no function.
pub(crate) fn unknown(name: &str, span: Range<usize>) -> Diagnostic {
    if ABSENT.iter().any(|absent| absent.eq_ignore_ascii_case(name)) {
        let message = format!("{name} is not available yet");
        return Diagnostic::error("expr-function-not-available", span, message);
    }
    if RESERVED.eq_ignore_ascii_case(name) {
        let message =
            format!("{name} is reserved for the matching attribute of the default mapping");
        return Diagnostic::error("expr-function-reserved", span, message);
    }
    let message = format!("unknown function {name}");
    let diagnostic = Diagnostic::error("expr-unknown-function", span, message);
    let elsewhere =
        ELSEWHERE.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, ours)| *ours);
    let near =
        elsewhere.or_else(|| suggest(name, FUNCTIONS.into_iter().map(|function| function.name)));
    match near {
        Some(near) => diagnostic.with_hint(format!("did you mean {near}?")),
        None => diagnostic,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Record, eval};

    #[test]
    fn every_example_is_true() {
        let roles = r#"{"appRoleAssignments": [{"id": "1", "value": "Admin", "displayName": "Administrator"}]}"#;
        for function in functions() {
            let examples = function.examples;
            assert!((2..=6).contains(&examples.len()), "{}", function.name);
            assert!(examples[0].expression.starts_with(function.name), "{}", function.name);
            assert!(!function.summary.is_empty() && !function.doc.is_empty(), "{}", function.name);
            for example in examples {
                let result = eval(example.expression, &Record::new(roles));
                assert_eq!(result, example.result, "{}", example.expression);
            }
        }
    }

    #[test]
    fn the_list_is_sorted_and_complete() {
        let names: Vec<String> =
            functions().iter().map(|function| function.name.to_lowercase()).collect();
        assert!(names.is_sorted(), "{names:?}");
        assert!(ABSENT.iter().all(|name| find(name).is_none()));
    }

    #[test]
    fn unknown_names_get_advice() {
        let said = |name: &str| {
            let diagnostic = unknown(name, 0..1);
            format!("{} {}", diagnostic.code, diagnostic.hint.unwrap_or_default())
        };
        assert_eq!(said("ToLowr"), "expr-unknown-function did you mean ToLower?");
        assert_eq!(said("lcase"), "expr-unknown-function did you mean ToLower?");
        assert_eq!(said("Frobnicate"), "expr-unknown-function ");
        assert_eq!(said("dncomponent"), "expr-function-not-available ");
        assert_eq!(said("AltSecIdFromNetId"), "expr-function-reserved ");
    }
}
