//! Text replaced literally, by pattern, or from another attribute.

use std::borrow::Cow;

use crate::Problem;
use crate::Value;
use crate::call::MAX_VALUE;
use crate::call::{Answer, Call, Outcome};
use crate::check::Site;
use crate::dotnet::Pattern;
use crate::function::{Function, Type, example, optional, required};
use crate::length::{Length, Sizes};

pub(super) static FUNCTION: Function = Function {
    name: "Replace",
    parameters: &[
        required("source", Type::Text),
        optional("oldValue", Type::Text),
        optional("regexPattern", Type::Text),
        optional("regexGroupName", Type::Text),
        optional("replacementValue", Type::Text),
        optional("replacementAttributeName", Type::Text),
        optional("template", Type::Text),
    ],
    result: Type::Text,
    summary: "replaces text, literally or by pattern",
    doc: "What is given decides. oldValue and replacementValue: every oldValue in source is replaced. oldValue and template: every oldValue in template becomes source. regexPattern and replacementValue: every match is replaced, with ${name} and $1. With regexGroupName too: only that group of every match, literally. regexPattern, regexGroupName and replacementAttributeName: source when it has a value, else that group of the first match in the other attribute. Case counts.",
    examples: &[
        example(r#"Replace("a-b-c", "-", , , "+", , )"#, "a+b+c"),
        example(
            r#"Replace("jsmith", "<name>", , , , , "<name>@contoso.com")"#,
            "jsmith@contoso.com",
        ),
        example(r#"Replace("John Doe", , "(\\w+) (\\w+)", , "$2 $1", , )"#, "Doe John"),
        example(
            r#"Replace("545 Tremont Street", , "(?<number>^\\d*)", "number", "888", , )"#,
            "888 Tremont Street",
        ),
        example(
            r#"Replace("", , "@(?<domain>.*)", "domain", , "ada@contoso.com", )"#,
            "contoso.com",
        ),
        example(r#"Replace("a", "b")"#, "error expr-argument"),
    ],
    length: Length::By(length),
    outermost: false,
    run,
    check: Some(check),
};

const OLD: usize = 1;
const PATTERN: usize = 2;
const GROUP: usize = 3;
const REPLACEMENT: usize = 4;
const OTHER: usize = 5;
const TEMPLATE: usize = 6;

const NO_MODE: &str = "Replace does not take these arguments together";

fn check(site: &mut Site<'_>) {
    if Mode::find(|index| site.argument(index).is_some()).is_none() {
        let hint = "give oldValue with replacementValue or template, or regexPattern with replacementValue, \
                    or regexPattern and regexGroupName with replacementValue or replacementAttributeName";
        return site.refuse_call("expr-argument", NO_MODE.to_owned(), hint);
    }
    site.prepare_pattern(PATTERN, REPLACEMENT);
    if let (Some(pattern), Some(name)) = (site.pattern(), site.literal_text(GROUP))
        && !pattern.has_group(name)
    {
        let problem = no_group(name);
        site.refuse(GROUP, &problem);
    }
}

/// What the arguments that are given ask for.
enum Mode {
    Literal,
    Template,
    Pattern,
    Group,
    OtherAttribute,
}

impl Mode {
    /// `given` tells of each argument whether it is there; an empty text is.
    fn find(given: impl Fn(usize) -> bool) -> Option<Mode> {
        let given: [bool; 6] = std::array::from_fn(|index| given(index + 1));
        let [old, pattern, group, replacement, other, template] = given;
        match (old, pattern, group, replacement, other, template) {
            (true, false, false, true, false, false) => Some(Mode::Literal),
            (true, false, false, false, false, true) => Some(Mode::Template),
            (false, true, false, true, false, false) => Some(Mode::Pattern),
            (false, true, true, true, false, false) => Some(Mode::Group),
            (false, true, true, false, true, false) => Some(Mode::OtherAttribute),
            _ => None,
        }
    }
}

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let Some(mode) = Mode::find(|index| call.given(index)) else {
        return Err(call.fail_call(Problem::Argument(NO_MODE.to_owned())));
    };
    let source = call.text(0)?;
    match (mode, source) {
        (Mode::Template, source) => {
            let template = call.text_or_empty(TEMPLATE)?;
            replace_literal(call, template, &source.unwrap_or_default())
        }
        (Mode::OtherAttribute, source) => match source.filter(|source| !source.is_empty()) {
            Some(source) => Ok(Value::Text(source)),
            None => from_other(call),
        },
        (_, None) => Ok(Value::Null),
        (Mode::Literal, Some(source)) => {
            replace_literal(call, source, &call.text_or_empty(REPLACEMENT)?)
        }
        (Mode::Pattern, Some(source)) => {
            let pattern = call.pattern(PATTERN)?;
            let replacement = call.replacement(REPLACEMENT, &pattern)?;
            let replaced = pattern.replace(&source, &replacement, MAX_VALUE, call.work());
            value(call, source, replaced)
        }
        (Mode::Group, Some(source)) => {
            let (pattern, group) = pattern_and_group(call)?;
            let replacement = call.text_or_empty(REPLACEMENT)?;
            let replaced =
                pattern.replace_group(&source, &group, &replacement, MAX_VALUE, call.work());
            value(call, source, replaced)
        }
    }
}

/// The length is known before anything is made, so nested calls cannot grow without bound.
fn replace_literal<'a>(call: &Call<'_, 'a>, text: Cow<'a, str>, replacement: &str) -> Answer<'a> {
    let old = call.text_or_empty(OLD)?;
    if old.is_empty() {
        let message = "oldValue is empty".to_owned();
        return Err(call.fail(OLD, Problem::Argument(message)));
    }
    let count = text.matches(&*old).count();
    if count == 0 {
        return Ok(Value::Text(text));
    }
    call.check_length(count.saturating_mul(replacement.len()))?;
    Ok(Value::from(text.replace(&*old, replacement)))
}

fn from_other<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let (pattern, group) = pattern_and_group(call)?;
    let Some(other) = call.text(OTHER)? else {
        return Ok(Value::Null);
    };
    match pattern.find_group(&other, &group, call.work()) {
        Ok(Some(text)) => Ok(Value::from(text.to_owned())),
        Ok(None) => Ok(Value::Null),
        Err(problem) => Err(call.fail(PATTERN, problem)),
    }
}

fn pattern_and_group<'a>(call: &Call<'_, 'a>) -> Outcome<(Cow<'a, Pattern>, Cow<'a, str>)> {
    let pattern = call.pattern(PATTERN)?;
    let name = call.text_or_empty(GROUP)?;
    match pattern.has_group(&name) {
        true => Ok((pattern, name)),
        false => Err(call.fail(GROUP, no_group(&name))),
    }
}

fn no_group(name: &str) -> Problem {
    Problem::Pattern(format!("there is no group {name}"))
}

/// Without a match the source goes on as it is.
fn value<'a>(
    call: &Call<'_, 'a>,
    source: Cow<'a, str>,
    replaced: Result<Option<String>, Problem>,
) -> Answer<'a> {
    match replaced {
        Ok(Some(text)) => Ok(Value::from(text)),
        Ok(None) => Ok(Value::Text(source)),
        Err(problem) => Err(call.fail(PATTERN, problem)),
    }
}

/// Known when what replaces is a literal that refers to nothing.
fn length(sizes: &Sizes<'_>) -> Option<usize> {
    let source = sizes.of(0)?;
    let replacement = || sizes.literal_text(REPLACEMENT).map(|text| text.chars().count());
    Some(match Mode::find(|index| sizes.given(index))? {
        Mode::Literal => {
            let old = sizes.literal_text(OLD)?.chars().count().max(1);
            let new = sizes.of(REPLACEMENT)?;
            if new <= old { source } else { source / old * new + source % old }
        }
        Mode::Template => {
            let (old, template) = (sizes.literal_text(OLD)?, sizes.literal_text(TEMPLATE)?);
            let count = if old.is_empty() { 0 } else { template.matches(old).count() };
            template.chars().count() - count * old.chars().count() + count * source
        }
        Mode::Pattern if sizes.literal_text(REPLACEMENT)?.contains('$') => return None,
        // Every place between two characters can be an empty match.
        Mode::Pattern | Mode::Group => match replacement()? {
            0 => source,
            new => source + (source + 1) * new,
        },
        Mode::OtherAttribute => source.max(sizes.of(OTHER)?),
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"Replace("Contoso contoso", "contoso", , , "$1", , )"#, "Contoso $1"),
            (r#"Replace("7", "{id}", , , , , "u{id}-{id}")"#, "u7-7"),
            (r#"Replace([a], "{id}", , , , , "u{id}")"#, "u"),
            (r#"Replace("hello", , "l", , "[$&]", , )"#, "he[l][l]o"),
            (r#"Replace("a1b22", , "(?<num>[0-9]+)", "num", "$0", , )"#, "a$0b$0"),
            (r#"Replace([a], , "x", , "y", , )"#, "null"),
            (r#"Replace("v", , "(?<n>x)", "n", , "axb", )"#, "v"),
            (r#"Replace("", , "(?<n>x)", "n", , "axb", )"#, "x"),
            (r#"Replace([a], , "(?<n>x)", "n", , "ab", )"#, "null"),
            (r#"Replace("a", , "(?<n>x)", "m", "y", , )"#, "error expr-pattern"),
            (r#"Replace("a", , "(", , "", , )"#, "error expr-pattern"),
            (r#"Replace("a", "b")"#, "error expr-argument"),
            (r#"Replace("a", "", , , "x", , )"#, "error expr-argument"),
            (r#"Replace("abc", , [p], , "x", , )"#, "xaxbxcx"),
            (
                r#"Replace("545 Tremont Street", ,"(?<streetNumber>^\\d*)","streetNumber", "888", , )"#,
                "888 Tremont Street",
            ),
            (r#"Replace("a.b", ".", , , "", , )"#, "ab"),
            (r#"Replace("aaa", "aa", , , "b", , )"#, "ba"),
            (r#"Replace("abc", "b", , , NULL, , )"#, "ac"),
            (r#"Replace("", "a", , , "b", , )"#, ""),
            (r#"Replace(121, 1, , , 3, , )"#, "323"),
            (r#"Replace("abc", "", , , , , "x")"#, "error expr-argument"),
            (r#"Replace("a", "{x}", , , , , "no place")"#, "no place"),
            (r#"Replace("ab", , "(?<n>a)|(?<n>b)", , "[${n}]", , )"#, "[a][b]"),
            (r#"Replace("abc", , "b*", , "-", , )"#, "-a--c-"),
            (r#"Replace("cost", , "cost", , "$$5", , )"#, "$5"),
            (r#"Replace("ab", , "(a)(b)", , "$2$1$3", , )"#, "ba$3"),
            (r#"Replace("abc", , "z", , "x", , )"#, "abc"),
            (r#"Replace("", , "a", , "x", , )"#, ""),
            (r#"Replace("", , "^$", , "x", , )"#, "x"),
            (r#"Replace("a\b", , "\\\\", , "/", , )"#, "a/b"),
            (r#"Replace("a+b", , "\+", , " ", , )"#, "a b"),
            (
                r#"Replace("2025-07-30", , "(?<y>\\d{4})-(?<m>\\d\\d)", "m", "xx", , )"#,
                "2025-xx-30",
            ),
            (r#"Replace("aXbX", , "(?<g>X)", "g", "", , )"#, "ab"),
            (r#"Replace("abc", , "(?<g>z)?b", "g", "Q", , )"#, "abc"),
            (r#"Replace("ab", , "(a)(b)", "2", "$1", , )"#, "a$1"),
            (r#"Replace(NULL, , "(?<n>[0-9]+)", "n", , "tel 12 34", )"#, "12"),
            (r#"Replace("", , "(?<n>z)?t", "n", , "tel", )"#, ""),
            (r#"Replace("", , "(?<n>x)", "n", , NULL, )"#, "null"),
            (r#"Replace(" ", , "(?<n>x)", "n", , "x", )"#, " "),
            (r#"Replace("a", "b", "c", , "d", , )"#, "error expr-argument"),
            (r#"Replace("a", , "c", , , "d", )"#, "error expr-argument"),
            (r#"Replace("a", , , , , , )"#, "error expr-argument"),
            (r#"Replace("a")"#, "error expr-argument"),
            (r#"Replace("a", , "(?<a-b>x)", , "", , )"#, "error expr-pattern"),
            (r#"Replace("a", , "(?r)x", , "", , )"#, "error expr-pattern"),
            (r#"Replace("a", , "\\q", , "", , )"#, "error expr-pattern"),
            (r#"Replace("a", , Append("(", ""), , "", , )"#, "error expr-pattern"),
        ]);
    }

    #[test]
    fn nested_growth_is_stopped() {
        let ten = "a".repeat(10);
        let nested = (0..20).fold("\"a\"".to_owned(), |inner, _| {
            format!("Replace({inner}, \"a\", , , \"{ten}\", , )")
        });
        crate::testing::check(&nested, "{}", "error expr-value-too-long");
        let nested = (0..20).fold("\"a\"".to_owned(), |inner, _| {
            format!("Replace({inner}, , \"a\", , \"{ten}\", , )")
        });
        crate::testing::check(&nested, "{}", "error expr-value-too-long");
    }
}
