//! Hexadecimal of the UTF-8 of a text.

use crate::Value;
use crate::call::{Call, Outcome};
use crate::function::{Function, Type, example, required};

pub(super) static FUNCTION: Function = Function {
    name: "ConvertToUTF8Hex",
    parameters: &[required("source", Type::Text)],
    result: Type::Text,
    summary: "gives the UTF-8 bytes of a text in hexadecimal",
    doc: "Two upper-case digits for each byte, without separators.",
    example: example(r#"ConvertToUTF8Hex("é")"#, "C3A9"),
    outermost: false,
    run,
    check: None,
};

fn run(call: &Call<'_>) -> Outcome {
    let Some(text) = call.text(0)? else {
        return Ok(Value::Null);
    };
    Ok(Value::Text(text.bytes().map(|byte| format!("{byte:02X}")).collect()))
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"ConvertToUTF8Hex("a b")"#, "612062"),
            (r#"ConvertToUTF8Hex([a])"#, "null"),
        ]);
    }
}
