//! Whether a value is absent or empty.

use crate::Value;
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example, required};
use crate::length::Length;

pub(super) static FUNCTION: Function = Function {
    name: "IsNullOrEmpty",
    parameters: &[required("expression", Type::Any)],
    result: Type::Boolean,
    summary: "tells whether a value is absent or empty",
    doc: "A list without members is empty.",
    examples: &[
        example(r#"IsNullOrEmpty("")"#, "True"),
        example(r#"IsNullOrEmpty([nothing])"#, "True"),
        example(r#"IsNullOrEmpty(" ")"#, "False"),
    ],
    length: Length::AtMost(5),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    Ok(Value::Boolean(call.value(0)?.is_null_or_empty()))
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"IsNullOrEmpty([a])"#, "True"),
            (r#"IsNullOrEmpty(" ")"#, "False"),
            (r#"IsNullOrEmpty(0)"#, "False"),
            (r#"IsNullOrEmpty(Split("", ","))"#, "True"),
            (r#"IsNullOrEmpty(False)"#, "False"),
            (r#"IsNullOrEmpty(NULL)"#, "True"),
        ]);
    }
}
