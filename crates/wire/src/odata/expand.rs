//! `$expand`: relations that come along, each with options of its own in brackets.

use std::ops::Range;

use super::{
    Fault,
    filter::check_length,
    select::{self, Selected},
};

/// A relation that is to come along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expand {
    /// Its name, as it is written.
    pub relation: String,
    /// How far it is followed.
    pub levels: Levels,
    /// Which properties of what it leads to; none for the usual ones.
    pub select: Vec<Selected>,
    /// The bytes of the text that say it.
    pub span: Range<usize>,
}

/// How far a relation is followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Levels {
    /// One step, without being asked for levels.
    #[default]
    One,
    /// So many steps, 1 to 1,000.
    Some(u16),
    /// To the end.
    Max,
}

/// So many levels can be asked for by number (graph-api.md 1.3).
const MAX_LEVELS: u16 = 1_000;

/// The relations from their text; at least one.
pub fn parse(text: &str) -> Result<Vec<Expand>, Fault> {
    read(text).map_err(|fault| fault.of("$expand"))
}

fn read(text: &str) -> Result<Vec<Expand>, Fault> {
    check_length(text)?;
    select::pieces(text, ',')?.into_iter().map(|(piece, span)| one(piece, span)).collect()
}

fn one(piece: &str, span: Range<usize>) -> Result<Expand, Fault> {
    let (relation, options) = match piece.split_once('(') {
        None => (piece, None),
        Some((relation, rest)) => match rest.strip_suffix(')') {
            Some(options) => (relation.trim_end(), Some(options)),
            None => return Err(Fault::bad(span, "the bracket behind the relation does not close")),
        },
    };
    let [relation]: [String; 1] = select::path(relation, &span)?.try_into().map_err(|_| {
        Fault::unsupported(span.clone(), "a relation of a relation cannot be expanded")
    })?;
    let mut expand = Expand { relation, levels: Levels::One, select: Vec::new(), span };
    let mut given = Vec::new();
    if let Some(options) = options {
        let start = expand.span.end - 1 - options.len();
        for (option, at) in select::pieces(options, ';').map_err(|fault| moved(fault, start))? {
            let span = at.start + start..at.end + start;
            let name = expand.set(option, &span)?;
            if given.contains(&name) {
                return Err(Fault::bad(span, format!("{name} stands here twice")));
            }
            given.push(name);
        }
    }
    Ok(expand)
}

fn moved(fault: Fault, by: usize) -> Fault {
    Fault { span: fault.span.start + by..fault.span.end + by, ..fault }
}

impl Expand {
    /// Takes one option and gives its name.
    fn set(&mut self, option: &str, span: &Range<usize>) -> Result<&'static str, Fault> {
        let Some((name, value)) = option.split_once('=') else {
            return Err(Fault::bad(span.clone(), "an option has a name, '=' and a value"));
        };
        let bare = name.trim().strip_prefix('$').unwrap_or(name.trim());
        if bare.eq_ignore_ascii_case("levels") {
            self.levels = levels(value.trim()).ok_or_else(|| {
                Fault::bad(
                    span.clone(),
                    format!("$levels is 'max' or a number from 1 to {MAX_LEVELS}"),
                )
            })?;
            return Ok("$levels");
        }
        if bare.eq_ignore_ascii_case("select") {
            let start = span.start + name.len() + 1;
            self.select = select::read(value).map_err(|fault| moved(fault, start))?;
            return Ok("$select");
        }
        Err(Fault::unsupported(span.clone(), format!("${bare} is not supported inside $expand")))
    }
}

fn levels(text: &str) -> Option<Levels> {
    if text.eq_ignore_ascii_case("max") {
        return Some(Levels::Max);
    }
    let number = text.parse().ok().filter(|number| (1..=MAX_LEVELS).contains(number));
    number.map(Levels::Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let show = |one: &Expand| {
            let names: Vec<String> = one.select.iter().map(|one| one.path.join("/")).collect();
            format!("{} {:?} [{}]", one.relation, one.levels, names.join(" "))
        };
        let found = match parse(text) {
            Ok(expand) => expand.iter().map(show).collect::<Vec<_>>().join(", "),
            Err(fault) => format!("{}: {fault}", fault.code.as_str()),
        };
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn relations_and_their_options() {
        check("manager", "manager One []");
        check(
            "manager($levels=max;$select=id,displayName),members( select = id )",
            "manager Max [id displayName], members One [id]",
        );
        check("manager($levels=3)", "manager Some(3) []");
    }

    #[test]
    fn what_is_wrong_is_said() {
        check(
            "manager($levels=0)",
            "BadRequest: Invalid $expand: $levels is 'max' or a number from 1 to 1000, at position 8.",
        );
        check(
            "manager($select=id,)",
            "BadRequest: Invalid $expand: a name is missing, at position 19.",
        );
        check(
            "manager($select=id",
            "BadRequest: Invalid $expand: the bracket behind the relation does not close, at position 0.",
        );
        check(
            "manager($levels=1;$levels=2)",
            "BadRequest: Invalid $expand: $levels stands here twice, at position 18.",
        );
        check(
            "members($filter=id eq 'a')",
            "Request_UnsupportedQuery: Invalid $expand: $filter is not supported inside $expand, at position 8.",
        );
        check(
            "manager/manager",
            "Request_UnsupportedQuery: Invalid $expand: a relation of a relation cannot be expanded, at position 0.",
        );
    }
}
