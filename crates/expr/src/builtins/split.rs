//! The parts of a text.

use std::borrow::Cow;

use crate::Value;
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example, required};
use crate::length::{Length, first};

pub(super) static FUNCTION: Function = Function {
    name: "Split",
    parameters: &[required("source", Type::Text), required("delimiter", Type::Text)],
    result: Type::List,
    summary: "gives the parts of a text",
    doc: "White space around a part is taken off and empty parts are dropped. Several characters are one delimiter.",
    examples: &[
        example(r#"Split("a, b", ",")"#, r#"["a","b"]"#),
        example(r#"Split("a;;b", ";")"#, r#"["a","b"]"#),
        example(r#"Split("a--b-c", "--")"#, r#"["a","b-c"]"#),
        example(r#"Split([nothing], ",")"#, "[]"),
    ],
    length: Length::By(first),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let text = call.text_or_empty(0)?;
    let delimiter = call.text_or_empty(1)?;
    let parts: Vec<Value<'a>> = match text {
        Cow::Borrowed(text) => parts(text, &delimiter).into_iter().map(Value::from).collect(),
        Cow::Owned(text) => {
            let parts = parts(&text, &delimiter).into_iter();
            parts.map(|part| Value::from(part.to_owned())).collect()
        }
    };
    call.spend(parts.len() * 4)?;
    Ok(Value::List(parts))
}

fn parts<'t>(text: &'t str, delimiter: &str) -> Vec<&'t str> {
    // Without a delimiter the whole text is one part.
    let parts: Vec<&str> = match delimiter.is_empty() {
        true => vec![text],
        false => text.split(delimiter).collect(),
    };
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"Split("abc", ",")"#, r#"["abc"]"#),
            (r#"Split("a;;b; ", ";")"#, r#"["a","b"]"#),
            (r#"Split("a--b-c", "--")"#, r#"["a","b-c"]"#),
            (r#"Split("a b", "")"#, r#"["a b"]"#),
            (r#"Split([a], ",")"#, "[]"),
            (r#"Split(" a , b ", ",")"#, r#"["a","b"]"#),
            (r#"Split(",a,", ",")"#, r#"["a"]"#),
            (r#"Split("", ",")"#, "[]"),
            (r#"Split("a,b", NULL)"#, r#"["a,b"]"#),
            (r#"Split("a b", " ")"#, r#"["a","b"]"#),
            (r#"Split(1.2, ".")"#, r#"["1","2"]"#),
            (r#"Split("a", ",")"#, r#"["a"]"#),
        ]);
    }
}
