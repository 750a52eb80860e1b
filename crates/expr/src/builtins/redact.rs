//! A value that logs do not show.

use crate::call::{Answer, Call};
use crate::function::{Function, Type, example, required};
use crate::length::{Length, first};

pub(super) static FUNCTION: Function = Function {
    name: "Redact",
    parameters: &[required("value", Type::Any).tail()],
    result: Type::Any,
    summary: "hides the value in logs",
    doc: "The value goes on unchanged. Logs and errors do not show it.",
    examples: &[
        example(r#"Redact("secret")"#, "secret"),
        example(r#"Left(Redact("secret"), 1)"#, "s"),
    ],
    length: Length::By(first),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    // What it says is known from the tree, see `Expression::redacts`.
    call.value(0)
}

#[cfg(test)]
mod tests {
    use crate::Expression;
    use crate::testing::{Record, check_all};

    #[test]
    fn results() {
        check_all(&[
            (r#"Redact([a])"#, "null"),
            (r#"Redact(5)"#, "5"),
            (r#"Redact("")"#, ""),
            (r#"Redact(IgnoreAttributeFlow)"#, "drop attribute"),
            (r#"Append(Redact("a"), "b")"#, "ab"),
        ]);
    }

    #[test]
    fn errors_name_no_value() {
        let expression = Expression::parse("Left(\"x\", Redact([pin]))").unwrap();
        assert!(expression.redacts());
        let record = Record::new(r#"{"pin": "geheim"}"#);
        let error = expression.evaluate(&record).unwrap_err();
        assert_eq!(error.to_string(), r#"Left gives no value: "[Redact]" is not a number"#);
    }
}
