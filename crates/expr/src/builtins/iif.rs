//! One of two values.

use crate::call::{Answer, Call};
use crate::check::Site;
use crate::function::{Function, Type, example, required};
use crate::length::{Length, branches};
use crate::tree::Kind;

pub(super) static FUNCTION: Function = Function {
    name: "IIF",
    parameters: &[
        required("condition", Type::Boolean),
        required("valueIfTrue", Type::Any).tail(),
        required("valueIfFalse", Type::Any).tail(),
    ],
    result: Type::Any,
    summary: "chooses between two values by a condition",
    doc: "Only the chosen value is evaluated; it may be IgnoreAttributeFlow or IgnoreObjectFlow. The service is documented not to support conditions that test for a missing source; here they work.",
    examples: &[
        example(r#"IIF("USA" = "USA", "yes", "no")"#, "yes"),
        example(r#"IIF(Len("Lovelace") > 5, "long", "short")"#, "long"),
        example(r#"IIF("a" = "b", 1, IgnoreObjectFlow)"#, "drop object"),
        example(r#"IIF(IsPresent([nothing]), 1, 2)"#, "2"),
    ],
    length: Length::By(branches),
    outermost: false,
    run,
    check: Some(check),
};

/// The reference lists tests for null as unsupported, though the guides use them: a service that
/// reads the same mapping may see its condition fail.
fn check(site: &mut Site<'_>) {
    let by_function = matches!(site.called(0), Some("IsNull" | "IsNullOrEmpty" | "IsPresent"));
    let by_comparison = site.argument(0).is_some_and(|node| match &node.kind {
        Kind::Comparison { left, right, .. } => {
            [left, right].iter().any(|side| side.literal_text() == Some(""))
        }
        _ => false,
    });
    if by_function || by_comparison {
        let message =
            "a test for a missing value as condition works here, but is documented as unsupported";
        let hint = "Switch([a], [a], \"\", \"other\") says the same and works everywhere";
        site.warn(0, "expr-null-test", message.to_owned(), hint);
    }
}

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    match call.boolean(0)? {
        true => call.value(1),
        false => call.value(2),
    }
}

#[cfg(test)]
mod tests {
    use crate::Expression;
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"IIF(1, "a", Item([x], 1))"#, "a"),
            (r#"IIF("False", Item([x], 1), "b")"#, "b"),
            (r#"IIF([a], 1, 2)"#, "2"),
            (r#"IIF("maybe", 1, 2)"#, "error expr-not-a-boolean"),
            (r#"IIF(True, IgnoreAttributeFlow, "x")"#, "drop attribute"),
            (r#"IIF(True, IgnoreObjectFlow, "x")"#, "drop object"),
            (r#"IIF(IgnoreObjectFlow, 1, 2)"#, "error expr-placement"),
            (r#"Append(IIF(True, IgnoreObjectFlow, 1), "x")"#, "error expr-placement"),
            (r#"IIF(IsPresent([a]), 1, 2)"#, "2"),
            (r#"IIF([a] = "", 1, 2)"#, "1"),
            (r#"IIF("TRUE", 1, 2)"#, "1"),
            (r#"IIF("", 1, 2)"#, "2"),
            (r#"IIF(NULL, 1, 2)"#, "2"),
            (r#"IIF(0.1, 1, 2)"#, "1"),
            (r#"IIF(True, NULL, 2)"#, "null"),
            (r#"IIF(True, "", 2)"#, ""),
            (r#"IIF("a" < "b", 1, 2)"#, "1"),
            (r#"IIF("B" < "a", 1, 2)"#, "1"),
            (r#"IIF(10 > 9, 1, 2)"#, "1"),
            (r#"IIF("10" > "9", 1, 2)"#, "2"),
            (r#"IIF("10" > 9, 1, 2)"#, "1"),
            (r#"IIF(1 <> 1.0, 1, 2)"#, "2"),
            (r#"IIF(NULL > "", 1, 2)"#, "2"),
            (r#"IIF(NULL = NULL, 1, 2)"#, "1"),
            (r#"IIF(NULL <> "x", 1, 2)"#, "1"),
            (r#"IIF((1 = 1) = (2 = 2), 1, 2)"#, "1"),
            (r#"IIF((1 = 1), 1, 2)"#, "1"),
            (r#"IIF(1 = 1 = 1, 1, 2)"#, "error expr-syntax"),
            (r#"IIF(True, 1)"#, "error expr-missing-argument"),
            (r#"IIF(True, 1, 2, 3)"#, "error expr-too-many-arguments"),
            (r#"IIF(True, 1, )"#, "error expr-missing-argument"),
            (r#"IIF(True, IIF(True, IgnoreAttributeFlow, 1), 2)"#, "drop attribute"),
            (r#"IIF(False, 1, IgnoreObjectFlow)"#, "drop object"),
        ]);
    }

    #[test]
    fn warns_about_tests_for_null() {
        for (text, warned) in [
            (r#"IIF([a] = "", 1, 2)"#, true),
            (r#"IIF(IsNullOrEmpty([a]), 1, 2)"#, true),
            (r#"IIF([a] = "x", 1, 2)"#, false),
        ] {
            let expression = Expression::parse(text).unwrap();
            assert_eq!(!expression.warnings().is_empty(), warned, "{text}");
        }
    }
}
