//! The text of a value.

use crate::Value;
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example, required};
use crate::length::{Length, first};

pub(super) static FUNCTION: Function = Function {
    name: "CStr",
    parameters: &[required("value", Type::Any).first()],
    result: Type::Text,
    summary: "gives the text of a value",
    doc: "Booleans are True and False, numbers have no separators. Null stays null.",
    examples: &[
        example(r#"CStr(-7)"#, "-7"),
        example(r#"CStr(1 = 1)"#, "True"),
        example(r#"CStr([nothing])"#, "null"),
    ],
    length: Length::By(first),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    Ok(match call.text(0)? {
        Some(text) => Value::Text(text),
        None => Value::Null,
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_all};

    #[test]
    fn results() {
        check_all(&[
            (r#"CStr(True)"#, "True"),
            (r#"CStr(2.5)"#, "2.5"),
            (r#"CStr([a])"#, "null"),
            (r#"CStr("")"#, ""),
            (r#"CStr(&HFF)"#, "255"),
            (r#"CStr(-0.5)"#, "-0.5"),
            (r#"CStr(5.0)"#, "5"),
            (r#"CStr(007)"#, "7"),
            (r#"CStr(1 > 2)"#, "False"),
            (r#"CStr(Now())"#, "7/30/2025 3:04:05 PM"),
            (r#"CStr(vbTextCompare)"#, "error expr-placement"),
        ]);
    }

    #[test]
    fn results_of_attributes() {
        check(r#"CStr([a])"#, r#"{"a": ["x", "y"]}"#, "x");
    }
}
