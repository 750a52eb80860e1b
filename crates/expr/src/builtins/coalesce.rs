//! The first value that is there.

use crate::Value;
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example, optional, required};
use crate::length::{Length, branches};

pub(super) static FUNCTION: Function = Function {
    name: "Coalesce",
    parameters: &[
        required("source1", Type::Any).tail(),
        optional("source", Type::Any).repeated().tail(),
    ],
    result: Type::Any,
    summary: "gives the first value that is not null",
    doc: "The last one is the default. An attribute that holds an empty text is passed over like null, an empty text written out counts as a value.",
    examples: &[
        example(r#"Coalesce(NULL, "none")"#, "none"),
        example(r#"Coalesce([nothing], "", "x")"#, ""),
        example(r#"Coalesce([nothing], IgnoreAttributeFlow)"#, "drop attribute"),
        example(r#"Coalesce([nothing])"#, "null"),
    ],
    length: Length::By(branches),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    for index in 0..call.len() {
        let value = call.value(index)?;
        let passed_over = match call.is_attribute(index) {
            true => value.is_null_or_empty(),
            false => value.is_null(),
        };
        if !passed_over {
            return Ok(value);
        }
    }
    Ok(Value::Null)
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_all};

    #[test]
    fn results() {
        check_all(&[
            (r#"Coalesce([a], "")"#, ""),
            (r#"Coalesce([a])"#, "null"),
            (r#"Coalesce([a], [b])"#, "null"),
            (r#"Coalesce("", "x")"#, ""),
            (r#"Coalesce("x", Item([a], 1))"#, "x"),
            (r#"Coalesce([a], IgnoreObjectFlow)"#, "drop object"),
            (r#"Coalesce(NULL, NULL, "c", "d")"#, "c"),
            (r#"Coalesce(NULL, , "c")"#, "c"),
            (r#"Coalesce(0, 1)"#, "0"),
            (r#"Coalesce(1 = 2, True)"#, "False"),
            (r#"Coalesce(Trim(" "), "x")"#, ""),
            (r#"Coalesce(Split("", ","), "x")"#, "[]"),
            (r#"Coalesce([a], Item([b], 1))"#, "error expr-index-out-of-bounds"),
            (r#"Coalesce()"#, "error expr-missing-argument"),
        ]);
    }

    #[test]
    fn results_of_attributes() {
        check(r#"Coalesce([a], [b])"#, r#"{"a": "", "b": "x"}"#, "x");
        check(r#"Coalesce([a], [b])"#, r#"{"a": ["y"], "b": "x"}"#, r#"["y"]"#);
    }
}
