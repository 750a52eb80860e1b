//! Members without repetition.

use crate::Value;
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example, required};
use crate::length::{Length, first};
use std::collections::HashSet;

pub(super) static FUNCTION: Function = Function {
    name: "RemoveDuplicates",
    parameters: &[required("attribute", Type::List)],
    result: Type::List,
    summary: "gives the members of a list, each once",
    doc: "The first of equal members stays where it is. Case counts.",
    examples: &[
        example(r#"RemoveDuplicates(Split("b,a,b", ","))"#, r#"["b","a"]"#),
        example(r#"Join(",", RemoveDuplicates(Split("a,A,a", ",")))"#, "a,A"),
    ],
    length: Length::By(first),
    outermost: false,
    run,
    check: None,
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let mut seen = HashSet::new();
    let mut members = call.members(0)?;
    members.retain(|member| seen.insert(member.to_text().into_owned()));
    Ok(Value::List(members))
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"RemoveDuplicates([a])"#, "[]"),
            (r#"RemoveDuplicates("x")"#, r#"["x"]"#),
            (r#"RemoveDuplicates(Split("a,A,a", ","))"#, r#"["a","A"]"#),
            (r#"RemoveDuplicates(Split("b,a,b,c,a", ","))"#, r#"["b","a","c"]"#),
            (r#"RemoveDuplicates("")"#, r#"[""]"#),
            (r#"RemoveDuplicates(Split("é,é", ","))"#, r#"["é","é"]"#),
        ]);
    }
}
