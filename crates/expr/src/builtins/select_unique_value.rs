//! The first value that is free in the target.

use crate::Problem;
use crate::Value;
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example, optional, required};
use crate::length::{Length, longest};

pub(super) static FUNCTION: Function = Function {
    name: "SelectUniqueValue",
    parameters: &[
        required("rule1", Type::Text),
        required("rule2", Type::Text),
        optional("rule", Type::Text).repeated(),
    ],
    result: Type::Text,
    summary: "gives the first value that the target does not hold",
    doc: "The rules are tried from left to right; one that gives nothing is passed over. It must be the outermost function. When every value is taken it is an error.",
    examples: &[
        example(r#"SelectUniqueValue("ada", "ada1")"#, "ada"),
        example(r#"SelectUniqueValue([nothing], "", "ada2")"#, "ada2"),
        example(r#"SelectUniqueValue([nothing], "")"#, "error expr-no-unique-value"),
    ],
    length: Length::By(longest),
    outermost: true,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    for index in 0..call.len() {
        let candidate = call.text_or_empty(index)?;
        if !candidate.is_empty() && !call.input.is_taken(&candidate) {
            return Ok(Value::Text(candidate));
        }
    }
    Err(call.fail_call(Problem::NoUniqueValue(call.len())))
}

#[cfg(test)]
mod tests {
    use crate::testing::{Record, check_all, eval};

    #[test]
    fn results() {
        check_all(&[
            (r#"SelectUniqueValue([a], "", "x")"#, "x"),
            (r#"SelectUniqueValue("a", Item([x], 1))"#, "a"),
            (r#"SelectUniqueValue([a], "")"#, "error expr-no-unique-value"),
            (r#"SelectUniqueValue("a")"#, "error expr-missing-argument"),
            (r#"ToLower(SelectUniqueValue("a", "b"))"#, "error expr-placement"),
            (r#"SelectUniqueValue("a", "b", )"#, "a"),
            (r#"SelectUniqueValue(5, 6)"#, "5"),
            (r#"IIF(True, SelectUniqueValue("a", "b"), 1)"#, "error expr-placement"),
            (r#"IgnoreFlowIfNullOrEmpty(SelectUniqueValue("a", "b"))"#, "error expr-placement"),
            (r#"SelectUniqueValue("a", IgnoreAttributeFlow)"#, "error expr-placement"),
        ]);
    }

    #[test]
    fn passes_over_what_is_taken() {
        let mut record = Record::new("{}");
        record.taken = vec!["A".to_owned(), "b".to_owned()];
        assert_eq!(eval(r#"SelectUniqueValue("a", "b", "c")"#, &record), "c");
        assert_eq!(eval(r#"SelectUniqueValue("a", "b")"#, &record), "error expr-no-unique-value");
    }
}
