//! The opposite.

use crate::Value;
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example, required};
use crate::length::Length;

pub(super) static FUNCTION: Function = Function {
    name: "Not",
    parameters: &[required("source", Type::Any).first()],
    result: Type::Boolean,
    summary: "negates",
    doc: "True, as a boolean or a text, gives false; everything else gives true.",
    examples: &[
        example(r#"Not("True")"#, "False"),
        example(r#"Not("anything")"#, "True"),
        example(r#"Not(1 = 2)"#, "True"),
    ],
    length: Length::AtMost(5),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let truth = call.text_or_empty(0)?.eq_ignore_ascii_case("true");
    Ok(Value::Boolean(!truth))
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"Not("False")"#, "True"),
            (r#"Not("anything")"#, "True"),
            (r#"Not(1 = 1)"#, "False"),
            (r#"Not([a])"#, "True"),
            (r#"Not("TRUE")"#, "False"),
            (r#"Not("")"#, "True"),
            (r#"Not(0)"#, "True"),
            (r#"Not(1)"#, "True"),
            (r#"Not(True)"#, "False"),
            (r#"Not(Not(True))"#, "True"),
        ]);
    }
}
