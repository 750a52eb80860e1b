//! Values with a separator between them.

use crate::Value;
use crate::call::{Call, Outcome};
use crate::function::{Function, Type, example, optional, required};

pub(super) static FUNCTION: Function = Function {
    name: "Join",
    parameters: &[
        required("separator", Type::Text),
        required("source1", Type::Any),
        optional("source", Type::Any).repeated(),
    ],
    result: Type::Text,
    summary: "joins values with a separator between them",
    doc: "Members of lists stand as values of their own. Null and empty values are left out together with their separator.",
    example: example(r#"Join(", ", "", "Doe", "John")"#, "Doe, John"),
    outermost: false,
    run,
    check: None,
};

fn run(call: &Call<'_>) -> Outcome {
    let separator = call.text_or_empty(0)?;
    let mut joined = String::new();
    let mut first = true;
    for index in 1..call.len() {
        for member in call.members(index)? {
            let text = member.to_text();
            if text.is_empty() {
                continue;
            }
            if !first {
                joined.push_str(&separator);
            }
            first = false;
            joined.push_str(&text);
            call.check_length(joined.len())?;
        }
    }
    Ok(Value::Text(joined))
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_all};

    #[test]
    fn results() {
        check_all(&[
            (r#"Join("", 1000, "x")"#, "1000x"),
            (r#"Join("-", [a], "x", , "y", )"#, "x-y"),
            (r#"Join("-", [a])"#, ""),
            (r#"Join("-")"#, "error expr-missing-argument"),
        ]);
    }

    #[test]
    fn results_of_attributes() {
        check(r#"Join("-", "x", [a], "y")"#, r#"{"a": ["a", "", "b"]}"#, "x-a-b-y");
    }
}
