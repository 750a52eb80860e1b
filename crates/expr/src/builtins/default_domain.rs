//! The default domain of the tenant.

use crate::Problem;
use crate::Value;
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example};
use crate::length::Length;

pub(super) static FUNCTION: Function = Function {
    name: "DefaultDomain",
    parameters: &[],
    result: Type::Text,
    summary: "gives the default verified domain of the tenant",
    doc: "Without one it is an error.",
    examples: &[
        example(r#"DefaultDomain()"#, "contoso.example"),
        example(r#"Join("@", "ada", DefaultDomain())"#, "ada@contoso.example"),
    ],
    length: Length::AtMost(253),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    match call.input.default_domain() {
        Some(domain) => Ok(Value::from(domain)),
        None => Err(call.fail_call(Problem::NoDefaultDomain)),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"Append("x@", DefaultDomain())"#, "x@contoso.example"),
            (r#"DefaultDomain("x")"#, "error expr-too-many-arguments"),
        ]);
    }
}
