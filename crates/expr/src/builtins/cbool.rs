//! True or false from other values.

use crate::Value;
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example, required};
use crate::length::Length;

pub(super) static FUNCTION: Function = Function {
    name: "CBool",
    parameters: &[required("expression", Type::Boolean)],
    result: Type::Boolean,
    summary: "tells whether something is true",
    doc: "A comparison, a number that is not 0, or the text True. Null and the empty text are false; any other text is an error.",
    examples: &[
        example(r#"CBool("a" = "a")"#, "True"),
        example(r#"CBool(0)"#, "False"),
        example(r#"CBool(BitAnd(514, 2))"#, "True"),
        example(r#"CBool("")"#, "False"),
        example(r#"CBool("yes")"#, "error expr-not-a-boolean"),
    ],
    length: Length::AtMost(5),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    Ok(Value::Boolean(call.boolean(0)?))
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"CBool(1)"#, "True"),
            (r#"CBool(0)"#, "False"),
            (r#"CBool(-0.5)"#, "True"),
            (r#"CBool("true")"#, "True"),
            (r#"CBool("")"#, "False"),
            (r#"CBool([a])"#, "False"),
            (r#"CBool("yes")"#, "error expr-not-a-boolean"),
            (r#"CBool(2 > "10")"#, "False"),
            (r#"CBool("FALSE")"#, "False"),
            (r#"CBool(True)"#, "True"),
            (r#"CBool("1" = 1)"#, "True"),
            (r#"CBool(NULL = "")"#, "True"),
            (r#"CBool("1")"#, "error expr-not-a-boolean"),
            (r#"CBool(Split("", ","))"#, "False"),
            (r#"CBool(IsNull(NULL))"#, "True"),
        ]);
    }
}
