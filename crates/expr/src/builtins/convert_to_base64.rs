//! Base64 of the UTF-16 of a text.

use crate::Value;
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example, required};
use crate::length::{Length, Sizes};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

pub(super) static FUNCTION: Function = Function {
    name: "ConvertToBase64",
    parameters: &[required("source", Type::Text)],
    result: Type::Text,
    summary: "gives the Base64 of a text",
    doc: "Of the bytes of UTF-16, little-endian and without a mark, in the standard alphabet with padding.",
    examples: &[
        example(r#"ConvertToBase64("A")"#, "QQA="),
        example(r#"ConvertToBase64("Hello world!")"#, "SABlAGwAbABvACAAdwBvAHIAbABkACEA"),
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
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    Ok(Value::from(STANDARD.encode(bytes)))
}

/// A character has at most four bytes, and three bytes make four characters.
fn length(sizes: &Sizes<'_>) -> Option<usize> {
    Some((sizes.of(0)? * 4).div_ceil(3) * 4)
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"ConvertToBase64("Hello world!")"#, "SABlAGwAbABvACAAdwBvAHIAbABkACEA"),
            (r#"ConvertToBase64("")"#, ""),
            (r#"ConvertToBase64([a])"#, "null"),
            (r#"ConvertToBase64("日本")"#, "5WUsZw=="),
            (r#"ConvertToBase64("😀")"#, "PdgA3g=="),
            (r#"ConvertToBase64(12)"#, "MQAyAA=="),
            (r#"ConvertToBase64(True)"#, "VAByAHUAZQA="),
        ]);
    }
}
