//! Whether a value can be a text.

use crate::Value;
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example, required};
use crate::length::Length;

pub(super) static FUNCTION: Function = Function {
    name: "IsString",
    parameters: &[required("expression", Type::Any)],
    result: Type::Boolean,
    summary: "tells whether a value can be a text",
    doc: "True for whatever CStr takes, false for null and lists.",
    examples: &[
        example(r#"IsString("abc")"#, "True"),
        example(r#"IsString(5)"#, "True"),
        example(r#"IsString([nothing])"#, "False"),
    ],
    length: Length::AtMost(5),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let can = !matches!(call.value(0)?, Value::Null | Value::List(_) | Value::Object(_));
    Ok(Value::Boolean(can))
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"IsString(5)"#, "True"),
            (r#"IsString([a])"#, "False"),
            (r#"IsString(Split("a,b", ","))"#, "False"),
            (r#"IsString("")"#, "True"),
            (r#"IsString(True)"#, "True"),
            (r#"IsString(Now())"#, "True"),
            (r#"IsString(NULL)"#, "False"),
        ]);
    }
}
