//! A new random GUID.

use crate::Value;
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example};
use crate::length::Length;

pub(super) static FUNCTION: Function = Function {
    name: "Guid",
    parameters: &[],
    result: Type::Text,
    summary: "gives a new random GUID",
    doc: "Lower case, with hyphens. It differs with every evaluation, so it belongs to mappings that write at creation only.",
    examples: &[
        example(r#"Guid()"#, "d67411c5-c06e-47a5-ace8-238980dcaf4b"),
        example(r#"Len(Guid())"#, "36"),
    ],
    length: Length::AtMost(36),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let (high, low) = (call.random()?, call.random()?);
    let (a, b) = (high >> 32, (high >> 16) & 0xffff);
    // Version 4 and the variant of RFC 9562 take six of the bits.
    let c = (high & 0x0fff) | 0x4000;
    let d = ((low >> 48) & 0x3fff) | 0x8000;
    let e = low & 0xffff_ffff_ffff;
    Ok(Value::from(format!("{a:08x}-{b:04x}-{c:04x}-{d:04x}-{e:012x}")))
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"Len(Guid())"#, "36"),
            (r#"Mid(Guid(), 15, 1)"#, "4"),
            (r#"IIF(Guid() = Guid(), 1, 2)"#, "2"),
        ]);
    }
}
