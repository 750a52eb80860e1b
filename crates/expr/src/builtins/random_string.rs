//! A random text.

use crate::Problem;
use crate::Value;
use crate::call::{Answer, Call, Outcome};
use crate::function::{Function, Type, example, optional, required};
use crate::length::{Length, Sizes, least};

pub(super) static FUNCTION: Function = Function {
    name: "RandomString",
    parameters: &[
        required("length", Type::Number),
        required("minNumbers", Type::Number),
        required("minSpecial", Type::Number),
        required("minCapital", Type::Number),
        required("minLower", Type::Number),
        optional("avoid", Type::Text),
    ],
    result: Type::Text,
    summary: "gives a random text",
    doc: "At most 256 characters. Where the minimums leave room, the classes asked for fill it, and all classes when none is. Characters to avoid are never used.",
    examples: &[
        example(r#"RandomString(4, 4, 0, 0, 0, "123456789")"#, "0000"),
        example(r#"Len(RandomString(12, 2, 2, 2, 2))"#, "12"),
        example(r#"RandomString(3, 2, 2, 0, 0)"#, "error expr-argument"),
    ],
    length: Length::By(length),
    outermost: false,
    run,
    check: None,
};

/// The longest text that is made.
const LONGEST: i64 = 256;

/// Digits, the special characters of the Windows password rules, capitals, lower case.
const CLASSES: [&str; 4] = [
    "0123456789",
    "~!@#$%^&*_-+=`|\\(){}[]:;\"'<>,.?/",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "abcdefghijklmnopqrstuvwxyz",
];

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let length = call.integer(0)?;
    let mut minimums = [0; CLASSES.len()];
    for (index, minimum) in minimums.iter_mut().enumerate() {
        *minimum = call.integer(index + 1)?;
        if !(0..=LONGEST).contains(minimum) {
            let message = format!("a minimum lies between 0 and {LONGEST}");
            return Err(call.fail(index + 1, Problem::Argument(message)));
        }
    }
    if !(0..=LONGEST).contains(&length) || minimums.iter().sum::<i64>() > length {
        let message =
            format!("the length is at most {LONGEST} and not below the sum of the minimums");
        return Err(call.fail(0, Problem::Argument(message)));
    }
    let avoid = call.text_or_empty(5)?;
    let fill_all = minimums.iter().all(|minimum| *minimum == 0);
    let mut text: Vec<char> = Vec::new();
    let mut filling: Vec<char> = Vec::new();
    for (class, minimum) in CLASSES.into_iter().zip(minimums) {
        let allowed: Vec<char> = class.chars().filter(|c| !avoid.contains(*c)).collect();
        for _ in 0..minimum {
            text.push(pick(call, &allowed)?);
        }
        if minimum > 0 || fill_all {
            filling.extend(allowed);
        }
    }
    while i64::try_from(text.len()).is_ok_and(|made| made < length) {
        text.push(pick(call, &filling)?);
    }
    shuffle(call, &mut text)?;
    Ok(Value::from(text.into_iter().collect::<String>()))
}

fn pick(call: &Call<'_, '_>, from: &[char]) -> Outcome<char> {
    if from.is_empty() {
        let message = "no character is left of a class that is needed".to_owned();
        return Err(call.fail(5, Problem::Argument(message)));
    }
    Ok(from[below(call, from.len())?])
}

/// Fisher and Yates: every order is equally likely.
fn shuffle(call: &Call<'_, '_>, text: &mut [char]) -> Outcome<()> {
    for last in (1..text.len()).rev() {
        text.swap(last, below(call, last + 1)?);
    }
    Ok(())
}

/// A number below a bound, by the high half of a product; its bias is below 2^-55 for these bounds.
fn below(call: &Call<'_, '_>, bound: usize) -> Outcome<usize> {
    let product = u128::from(call.random()?) * bound as u128;
    Ok((product >> 64) as usize)
}

fn length(sizes: &Sizes<'_>) -> Option<usize> {
    let asked = sizes.literal_integer(0).and_then(|count| usize::try_from(count).ok());
    least(asked, Some(LONGEST as usize))
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"Len(RandomString(256, 1, 1, 1, 1))"#, "256"),
            (r#"Len(RandomString(8, 0, 0, 0, 0))"#, "8"),
            (r#"RandomString(3, 3, 0, 0, 0, "123456789")"#, "000"),
            (r#"RandomString(0, 0, 0, 0, 0)"#, ""),
            (r#"RandomString(257, 0, 0, 0, 0)"#, "error expr-argument"),
            (r#"RandomString(3, 2, 2, 0, 0)"#, "error expr-argument"),
            (r#"RandomString(3, -1, 2, 0, 0)"#, "error expr-argument"),
            (r#"RandomString(3, 1, 0, 0, 0, "0123456789")"#, "error expr-argument"),
            (r#"Len(RandomString("6", "3", 0, 0, 3))"#, "6"),
            (r#"RandomString(2, 1, 1, 0)"#, "error expr-missing-argument"),
            (r#"RandomString(NULL, 0, 0, 0, 0)"#, "error expr-not-a-number"),
            (r#"RandomString(-1, 0, 0, 0, 0)"#, "error expr-argument"),
            (r#"RandomString("x", 0, 0, 0, 0)"#, "error expr-not-a-number"),
            (r#"Len(RandomString(4, 0, 0, 0, 0, "0123456789"))"#, "4"),
        ]);
    }

    #[test]
    fn minimums_are_kept() {
        let record = crate::testing::Record::new("{}");
        for _ in 0..100 {
            let text = crate::testing::eval("RandomString(6, 3, 1, 1, 1)", &record);
            let count = |of: fn(&char) -> bool| text.chars().filter(of).count();
            assert_eq!(count(char::is_ascii_digit), 3, "{text}");
            assert_eq!(count(char::is_ascii_uppercase), 1, "{text}");
            assert_eq!(count(char::is_ascii_punctuation), 1, "{text}");
        }
    }
}
