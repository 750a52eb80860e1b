//! One member of a list.

use crate::Problem;
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example, required};
use crate::length::{Length, first};

pub(super) static FUNCTION: Function = Function {
    name: "Item",
    parameters: &[required("attribute", Type::List), required("index", Type::Number)],
    result: Type::Any,
    summary: "gives one member of a list",
    doc: "Counted from 1. A single value is a list of one. An index out of bounds is an error.",
    examples: &[
        example(r#"Item(Split("x;y;z", ";"), 3)"#, "z"),
        example(r#"Item("x", 1)"#, "x"),
        example(r#"Item(Split("x;y;z", ";"), 4)"#, "error expr-index-out-of-bounds"),
    ],
    length: Length::By(first),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let members = call.members(0)?;
    let index = call.integer(1)?;
    let count = members.len();
    let position = index.checked_sub(1).and_then(|at| usize::try_from(at).ok());
    position
        .and_then(|at| members.into_iter().nth(at))
        .ok_or_else(|| call.fail(1, Problem::IndexOutOfBounds { index, count }))
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"Item("x", 1)"#, "x"),
            (r#"Item("x", 2)"#, "error expr-index-out-of-bounds"),
            (r#"Item("x", 0)"#, "error expr-index-out-of-bounds"),
            (r#"Item([a], 1)"#, "error expr-index-out-of-bounds"),
            (r#"Item(Split("a,b", ","), "2")"#, "b"),
            (r#"Item(Split("a,b", ","), 1.9)"#, "a"),
            (r#"Item(Split("a,b", ","), -1)"#, "error expr-index-out-of-bounds"),
            (r#"Item(Split("a,b", ","), 3)"#, "error expr-index-out-of-bounds"),
            (r#"Item(Split("a,b", ","), "x")"#, "error expr-not-a-number"),
            (r#"Item(5, 1)"#, "5"),
        ]);
    }
}
