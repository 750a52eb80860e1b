//! A part of a text.

use crate::Problem;
use crate::Value;
use crate::call::{Answer, Call};
use crate::check::Site;
use crate::function::{Function, Type, example, required};
use crate::length::{Length, Sizes, least};
use crate::utf16;

pub(super) static FUNCTION: Function = Function {
    name: "Mid",
    parameters: &[
        required("source", Type::Text),
        required("start", Type::Number),
        required("length", Type::Number),
    ],
    result: Type::Text,
    summary: "gives a part of a text",
    doc: "The first character is 1. A length past the end stops at the end, a start past the end gives the empty text. Counted in UTF-16 code units.",
    examples: &[
        example(r#"Mid("John Doe", 3, 5)"#, "hn Do"),
        example(r#"Mid("John Doe", 6, 999)"#, "Doe"),
        example(r#"Mid("abc", 9, 1)"#, ""),
        example(r#"Mid("abc", 0, 1)"#, "error expr-argument"),
    ],
    length: Length::By(length),
    outermost: false,
    run,
    check: Some(check),
};

const LOW_START: &str = "start is less than 1";
const LOW_LENGTH: &str = "length is less than 0";

fn check(site: &mut Site<'_>) {
    for (index, least, message) in [(1, 1, LOW_START), (2, 0, LOW_LENGTH)] {
        if site.literal_integer(index).is_some_and(|value| value < least) {
            site.refuse(index, &Problem::Argument(message.to_owned()));
        }
    }
}

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let text = call.text_or_empty(0)?;
    let start = call.integer(1)?;
    let length = call.integer(2)?;
    let refuse = |index, message: &str| call.fail(index, Problem::Argument(message.to_owned()));
    let Some(start) = start.checked_sub(1).and_then(|start| usize::try_from(start).ok()) else {
        return Err(refuse(1, LOW_START));
    };
    let length = usize::try_from(length).map_err(|_| refuse(2, LOW_LENGTH))?;
    Ok(Value::Text(utf16::part(text, start, length)))
}

fn length(sizes: &Sizes<'_>) -> Option<usize> {
    let count = sizes.literal_integer(2).and_then(|count| usize::try_from(count).ok());
    least(count, sizes.of(0))
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"Mid("John Doe", 6, 999)"#, "Doe"),
            (r#"Mid("John", "1", "2")"#, "Jo"),
            (r#"Mid("abc", 4, 1)"#, ""),
            (r#"Mid([a], 1, 1)"#, ""),
            (r#"Mid("abc", 0, 1)"#, "error expr-argument"),
            (r#"Mid("abc", 1, -1)"#, "error expr-argument"),
            (r#"Mid("abc", 2, 1)"#, "b"),
            (r#"Mid("abc", 3, 5)"#, "c"),
            (r#"Mid("abc", 99, 1)"#, ""),
            (r#"Mid("abc", 1, 0)"#, ""),
            (r#"Mid("", 1, 1)"#, ""),
            (r#"Mid("abc", 1.9, 1.9)"#, "a"),
            (r#"Mid("a😀b", 2, 2)"#, "😀"),
            (r#"Mid("a😀b", 2, 1)"#, ""),
            (r#"Mid(12345, 2, 3)"#, "234"),
            (r#"Mid("abc", "0", 1)"#, "error expr-argument"),
            (r#"Mid("abc", -1, 1)"#, "error expr-argument"),
            (r#"Mid("abc", "x", 1)"#, "error expr-not-a-number"),
            (r#"Mid("abc", NULL, 1)"#, "error expr-not-a-number"),
            (r#"Mid("abc", 1)"#, "error expr-missing-argument"),
        ]);
    }
}
