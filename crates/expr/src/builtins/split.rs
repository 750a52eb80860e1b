//! The parts of a text.

use crate::Value;
use crate::call::{Call, Outcome};
use crate::function::{Function, Type, example, required};

pub(super) static FUNCTION: Function = Function {
    name: "Split",
    parameters: &[required("source", Type::Text), required("delimiter", Type::Text)],
    result: Type::List,
    summary: "gives the parts of a text",
    doc: "White space around a part is taken off and empty parts are dropped. Several characters are one delimiter.",
    example: example(r#"Split("a, b", ",")"#, "[\"a\",\"b\"]"),
    outermost: false,
    run,
    check: None,
};

fn run(call: &Call<'_>) -> Outcome {
    let text = call.text_or_empty(0)?;
    let delimiter = call.text_or_empty(1)?;
    let parts: Vec<&str> = match delimiter.is_empty() {
        true => vec![&text],
        false => text.split(&delimiter).collect(),
    };
    Ok(Value::List(
        parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).map(Value::from).collect(),
    ))
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"Split("abc", ",")"#, r#"["abc"]"#),
            (r#"Split("a;;b; ", ";")"#, r#"["a","b"]"#),
            (r#"Split("a--b-c", "--")"#, r#"["a","b-c"]"#),
            (r#"Split("a b", "")"#, r#"["a b"]"#),
            (r#"Split([a], ",")"#, "[]"),
        ]);
    }
}
