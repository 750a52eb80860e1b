//! The bits that two numbers share.

use crate::Value;
use crate::call::{Answer, Call, Outcome};
use crate::function::{Function, Type, example, required};
use crate::length::Length;
use crate::{Number, Problem};

pub(super) static FUNCTION: Function = Function {
    name: "BitAnd",
    parameters: &[required("value1", Type::Number), required("value2", Type::Number)],
    result: Type::Number,
    summary: "gives the bits that both numbers have",
    doc: "Both are whole numbers of 64 bits. Null gives null, so that CBool of it is false.",
    examples: &[
        example(r#"BitAnd(&HF, &HF7)"#, "7"),
        example(r#"BitAnd(514, 2)"#, "2"),
        example(r#"BitAnd("512", 2)"#, "0"),
        example(r#"BitAnd([nothing], 2)"#, "null"),
    ],
    length: Length::AtMost(20),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let (Some(left), Some(right)) = (call.number(0)?, call.number(1)?) else {
        return Ok(Value::Null);
    };
    let number = match (left.as_i64(), right.as_i64()) {
        (Some(left), Some(right)) => Number::from(left & right),
        _ => Number::from(bits(call, 0, left)? & bits(call, 1, right)?),
    };
    Ok(Value::Number(number))
}

/// Directories store bit fields as signed numbers, so a negative one stands for its bits.
fn bits(call: &Call<'_, '_>, index: usize, number: Number) -> Outcome<u64> {
    let signed = number.as_i64().map(i64::cast_unsigned);
    signed
        .or(number.as_u64())
        .ok_or_else(|| call.fail(index, Problem::NotAnInteger(number.to_string())))
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"BitAnd(514, 2)"#, "2"),
            (r#"BitAnd(-2147483646, 2)"#, "2"),
            (r#"BitAnd(-1, -2)"#, "-2"),
            (r#"BitAnd(&HFFFFFFFFFFFFFFFF, -1)"#, "18446744073709551615"),
            (r#"BitAnd("514", "2")"#, "2"),
            (r#"BitAnd([a], 2)"#, "null"),
            (r#"BitAnd(1.5, 2)"#, "error expr-not-a-number"),
            (r#"BitAnd("x", 2)"#, "error expr-not-a-number"),
            (r#"BitAnd(0, 255)"#, "0"),
            (r#"BitAnd(&HFF, &h0F)"#, "15"),
            (r#"BitAnd(&H8000000000000000, &H8000000000000000)"#, "9223372036854775808"),
            (r#"BitAnd(2.0, "3")"#, "2"),
            (r#"BitAnd(True, 1)"#, "error expr-not-a-number"),
            (r#"BitAnd("", 1)"#, "error expr-not-a-number"),
            (r#"BitAnd(1)"#, "error expr-missing-argument"),
            (r#"BitAnd(18446744073709551616, 1)"#, "error expr-number"),
        ]);
    }
}
