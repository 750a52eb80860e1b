//! Whether a value is absent.

use crate::Value;
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example, required};
use crate::length::Length;

pub(super) static FUNCTION: Function = Function {
    name: "IsNull",
    parameters: &[required("expression", Type::Any)],
    result: Type::Boolean,
    summary: "tells whether a value is absent",
    doc: "The empty text is not absent.",
    examples: &[example(r#"IsNull([nothing])"#, "True"), example(r#"IsNull("")"#, "False")],
    length: Length::AtMost(5),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    Ok(Value::Boolean(call.value(0)?.is_null()))
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"IsNull([a])"#, "True"),
            (r#"IsNull("")"#, "False"),
            (r#"IsNull(NULL)"#, "True"),
            (r#"IsNull(0)"#, "False"),
            (r#"IsNull(Split("", ","))"#, "False"),
            (r#"IsNull(Switch("x", , "a", "b"))"#, "True"),
        ]);
    }
}
