//! Hexadecimal of the UTF-8 of a text.

use crate::Value;
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example, required};
use crate::length::{Length, Sizes};

pub(super) static FUNCTION: Function = Function {
    name: "ConvertToUTF8Hex",
    parameters: &[required("source", Type::Text)],
    result: Type::Text,
    summary: "gives the UTF-8 bytes of a text in hexadecimal",
    doc: "Two upper-case digits for each byte, without separators.",
    examples: &[
        example(r#"ConvertToUTF8Hex("é")"#, "C3A9"),
        example(r#"ConvertToUTF8Hex("a b")"#, "612062"),
    ],
    length: Length::By(length),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let Some(text) = call.text(0)? else {
        return Ok(Value::Null);
    };
    let digit = |value: u8| char::from(b"0123456789ABCDEF"[usize::from(value & 15)]);
    Ok(Value::from(
        text.bytes().flat_map(|byte| [digit(byte >> 4), digit(byte)]).collect::<String>(),
    ))
}

/// A character has at most four bytes.
fn length(sizes: &Sizes<'_>) -> Option<usize> {
    Some(sizes.of(0)? * 8)
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"ConvertToUTF8Hex("a b")"#, "612062"),
            (r#"ConvertToUTF8Hex([a])"#, "null"),
            (r#"ConvertToUTF8Hex("")"#, ""),
            (r#"ConvertToUTF8Hex("€")"#, "E282AC"),
            (r#"ConvertToUTF8Hex("😀")"#, "F09F9880"),
            (r#"ConvertToUTF8Hex(10)"#, "3130"),
        ]);
    }
}
