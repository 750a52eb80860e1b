//! How many members a list has.

use crate::Value;
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example, required};
use crate::length::Length;

pub(super) static FUNCTION: Function = Function {
    name: "Count",
    parameters: &[required("attribute", Type::List)],
    result: Type::Number,
    summary: "counts the members of a list",
    doc: "A single value counts 1, null 0.",
    examples: &[
        example(r#"Count(Split("a,b", ","))"#, "2"),
        example(r#"Count("a")"#, "1"),
        example(r#"Count([nothing])"#, "0"),
    ],
    length: Length::AtMost(20),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let count = call.members(0)?.len();
    Ok(Value::from(i64::try_from(count).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_all};

    #[test]
    fn results() {
        check_all(&[
            (r#"Count("x")"#, "1"),
            (r#"Count([a])"#, "0"),
            (r#"Count("")"#, "1"),
            (r#"Count(NULL)"#, "0"),
            (r#"Count(Split("", ","))"#, "0"),
            (r#"Count(RemoveDuplicates(Split("a,b,a", ",")))"#, "2"),
            (r#"Count(5)"#, "1"),
        ]);
    }

    #[test]
    fn results_of_attributes() {
        check(r#"Count([a])"#, r#"{"a": ["x", "y", "x"]}"#, "3");
    }
}
