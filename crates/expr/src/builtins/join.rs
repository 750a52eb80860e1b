//! Values with a separator between them.

use std::borrow::Cow;

use crate::Value;
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example, optional, required};
use crate::length::{Length, Sizes};

pub(super) static FUNCTION: Function = Function {
    name: "Join",
    parameters: &[
        required("separator", Type::Text),
        required("source1", Type::Any),
        optional("source", Type::Any).repeated(),
    ],
    result: Type::Text,
    summary: "joins values with a separator between them",
    doc: "Members of lists stand as values of their own. Null and empty values are left out together with their separator.",
    examples: &[
        example(r#"Join(", ", "", "Doe", "John")"#, "Doe, John"),
        example(r#"Join("-", "x", Split("a b", " "), "y")"#, "x-a-b-y"),
        example(r#"Join("", 10, "%")"#, "10%"),
        example(r#"Join("-", [nothing])"#, ""),
    ],
    length: Length::By(length),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let separator = call.text_or_empty(0)?;
    // A single value needs no text of its own.
    let mut first: Option<Cow<'a, str>> = None;
    let mut joined = String::new();
    for index in 1..call.len() {
        let mut add = |member: Value<'a>| {
            let text = member.into_cow();
            if text.is_empty() {
                return Ok(());
            }
            match first.as_ref() {
                None => first = Some(text),
                Some(first) => {
                    if joined.is_empty() {
                        joined.reserve(first.len() + separator.len() + text.len() + 16);
                        joined.push_str(first);
                    }
                    joined.push_str(&separator);
                    joined.push_str(&text);
                }
            }
            call.check_length(joined.len())
        };
        match call.value(index)? {
            Value::List(members) => {
                call.spend(members.len() * 2)?;
                members.into_iter().try_for_each(add)?;
            }
            single => add(single)?,
        }
    }
    call.spend(joined.len() / 4)?;
    Ok(match joined.is_empty() {
        true => Value::Text(first.unwrap_or_default()),
        false => Value::from(joined),
    })
}

/// A list may have any number of members.
fn length(sizes: &Sizes<'_>) -> Option<usize> {
    let given = (1..sizes.count()).filter(|index| sizes.given(*index));
    let separators = given.clone().count().saturating_sub(1);
    let texts: Option<Vec<usize>> = given.map(|index| sizes.of_one(index)).collect();
    Some(texts?.iter().sum::<usize>() + separators * sizes.of(0)?)
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_all};

    #[test]
    fn results() {
        check_all(&[
            (r#"Join("", 1000, "x")"#, "1000x"),
            (r#"Join("-", [a], "x", , "y", )"#, "x-y"),
            (r#"Join("-", [a])"#, ""),
            (r#"Join("-")"#, "error expr-missing-argument"),
            (r#"Join(", ", "a", "", "b")"#, "a, b"),
            (r#"Join("", "a", "b")"#, "ab"),
            (r#"Join(" / ", "only")"#, "only"),
            (r#"Join(NULL, "a", "b")"#, "ab"),
            (r#"Join("-", 1, True, 2.5)"#, "1-True-2.5"),
            (r#"Join("-", Split("a,b", ","), Split("", ","), "c")"#, "a-b-c"),
            (r#"Join("-", " ", "a")"#, " -a"),
            (r#"Join("--", "a", "b", "c")"#, "a--b--c"),
            (r#"Join(",", NULL, NULL)"#, ""),
            (r#"Join()"#, "error expr-missing-argument"),
        ]);
    }

    #[test]
    fn results_of_attributes() {
        check(r#"Join("-", "x", [a], "y")"#, r#"{"a": ["a", "", "b"]}"#, "x-a-b-y");
    }
}
