//! A value by a key.

use crate::call::{Answer, Call};
use crate::check::Site;
use crate::function::{Function, Type, example, optional, required};
use crate::length::{Length, branches};

pub(super) static FUNCTION: Function = Function {
    name: "Switch",
    parameters: &[
        required("source", Type::Text),
        optional("defaultValue", Type::Any).tail(),
        required("key", Type::Text).repeated(),
        required("value", Type::Any).repeated().tail(),
    ],
    result: Type::Any,
    summary: "chooses a value by a key",
    doc: "Texts are compared with regard to case. A null or empty source matches the key \"\". Without a match the result is the default, and null when there is none. Only the chosen value is evaluated.",
    examples: &[
        example(r#"Switch("QLD", "none", "NSW", "Sydney", "QLD", "Brisbane")"#, "Brisbane"),
        example(r#"Switch("qld", "none", "QLD", "Brisbane")"#, "none"),
        example(r#"Switch([nothing], "other", "", "empty")"#, "empty"),
        example(r#"Switch("x", , "a", "b")"#, "null"),
        example(r#"Switch("a", "d", "a", IgnoreAttributeFlow)"#, "drop attribute"),
    ],
    length: Length::By(branches),
    outermost: false,
    run,
    check: Some(check),
};

fn check(site: &mut Site<'_>) {
    if let Some(name @ ("IsNull" | "IsNullOrEmpty" | "IsPresent")) = site.called(0) {
        let message = format!("Switch compares texts, and {name} gives True or False");
        let hint = "the key \"\" matches a missing value, so no test is needed";
        site.warn(0, "expr-switch-on-test", message, hint);
    }
}

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let source = call.text_or_empty(0)?;
    for key in (2..call.len()).step_by(2) {
        if call.text_or_empty(key)? == source {
            return call.value(key + 1);
        }
    }
    call.value(1)
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"Switch([a], "d", "k", "v", "", "empty")"#, "empty"),
            (r#"Switch("K", "d", "k", "v")"#, "d"),
            (r#"Switch("x", , "k", "v")"#, "null"),
            (r#"Switch(True, , "True", "yes")"#, "yes"),
            (r#"Switch("a", Item([x], 1), "a", "ok")"#, "ok"),
            (r#"Switch("a", "d", "a", IgnoreAttributeFlow)"#, "drop attribute"),
            (r#"Switch("a", "d", "k", "v", "k2")"#, "error expr-missing-argument"),
            (r#"Switch("a", "d")"#, "error expr-missing-argument"),
            (r#"Switch("a", "d", "a", "v", )"#, "v"),
            (r#"Switch("", "d", "", "e")"#, "e"),
            (r#"Switch(NULL, "d", "x", "y")"#, "d"),
            (r#"Switch(1, "d", "1", "one")"#, "one"),
            (r#"Switch("1", "d", 1, "one")"#, "one"),
            (r#"Switch(" a", "d", "a", "v")"#, "d"),
            (r#"Switch("a", "d", "a", "1", "a", "2")"#, "1"),
            (r#"Switch("a", , "a", NULL)"#, "null"),
            (r#"Switch("a", NULL, "b", 1)"#, "null"),
            (r#"Switch("x", IgnoreObjectFlow, "a", 1)"#, "drop object"),
            (r#"Switch("k", "d", Append("", "k"), "v")"#, "v"),
            (r#"Switch("A", "d", "a", "v")"#, "d"),
            (r#"Switch("b", "d", "a", Item([x], 1), "b", "ok")"#, "ok"),
            (r#"Switch(IgnoreObjectFlow, "d", "a", "v")"#, "error expr-placement"),
            (r#"Switch("a")"#, "error expr-missing-argument"),
            (r#"Switch("a", , , "v")"#, "error expr-missing-argument"),
        ]);
    }

    #[test]
    fn warns_about_a_test_as_source() {
        let text = r#"Switch(IsPresent([a]), "d", "True", "v")"#;
        let expression = crate::Expression::parse(text).unwrap();
        assert_eq!(expression.warnings()[0].code, "expr-switch-on-test");
    }
}
