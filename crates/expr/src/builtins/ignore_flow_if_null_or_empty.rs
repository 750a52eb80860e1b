//! No value rather than an empty one.

use crate::call::{Answer, Call, Stop};
use crate::function::{Function, Type, example, required};
use crate::length::{Length, first};

pub(super) static FUNCTION: Function = Function {
    name: "IgnoreFlowIfNullOrEmpty",
    parameters: &[required("expression", Type::Any).tail()],
    result: Type::Any,
    summary: "drops the attribute when the value is null or empty",
    doc: "The target then keeps what it has. It must be the outermost function.",
    examples: &[
        example(r#"IgnoreFlowIfNullOrEmpty("HR")"#, "HR"),
        example(r#"IgnoreFlowIfNullOrEmpty([nothing])"#, "drop attribute"),
        example(r#"IgnoreFlowIfNullOrEmpty(Trim(" "))"#, "drop attribute"),
    ],
    length: Length::By(first),
    outermost: true,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let value = call.value(0)?;
    match value.is_null_or_empty() {
        true => Err(Stop::DropAttribute),
        false => Ok(value),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"IgnoreFlowIfNullOrEmpty("")"#, "drop attribute"),
            (r#"IgnoreFlowIfNullOrEmpty([a])"#, "drop attribute"),
            (r#"(IgnoreFlowIfNullOrEmpty("x"))"#, "x"),
            (r#"IgnoreFlowIfNullOrEmpty(IIF("a" = "b", 1, IgnoreObjectFlow))"#, "drop object"),
            (r#"IIF(IgnoreFlowIfNullOrEmpty([a]), 1, 2)"#, "error expr-placement"),
            (r#"Append(IgnoreFlowIfNullOrEmpty([a]), "")"#, "error expr-placement"),
            (r#"IgnoreFlowIfNullOrEmpty(Split("", ","))"#, "drop attribute"),
            (r#"IgnoreFlowIfNullOrEmpty(0)"#, "0"),
            (r#"IgnoreFlowIfNullOrEmpty(" ")"#, " "),
            (r#"IIF(True, IgnoreFlowIfNullOrEmpty("x"), 1)"#, "error expr-placement"),
            (r#"IgnoreFlowIfNullOrEmpty(IgnoreFlowIfNullOrEmpty("x"))"#, "error expr-placement"),
            (r#"IgnoreFlowIfNullOrEmpty(IgnoreAttributeFlow)"#, "drop attribute"),
        ]);
    }
}
