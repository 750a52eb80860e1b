//! Whether there is a value.

use crate::Value;
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example, required};
use crate::length::Length;

pub(super) static FUNCTION: Function = Function {
    name: "IsPresent",
    parameters: &[required("expression", Type::Any)],
    result: Type::Boolean,
    summary: "tells whether there is a value",
    doc: "The inverse of IsNullOrEmpty.",
    examples: &[
        example(r#"IsPresent("x")"#, "True"),
        example(r#"IsPresent("")"#, "False"),
        example(r#"IsPresent([nothing])"#, "False"),
    ],
    length: Length::AtMost(5),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    Ok(Value::Boolean(!call.value(0)?.is_null_or_empty()))
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"IsPresent([a])"#, "False"),
            (r#"IsPresent("")"#, "False"),
            (r#"IsPresent(0)"#, "True"),
            (r#"IsPresent(" ")"#, "True"),
            (r#"IsPresent(False)"#, "True"),
            (r#"IsPresent(Split("", ","))"#, "False"),
            (r#"Not(IsPresent("x"))"#, "False"),
        ]);
    }
}
