//! `$select`: names of properties, joined by commas.

use std::ops::Range;

use super::{Fault, filter::check_length};

/// One property that is to come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selected {
    /// Its name, or the names of members from the outside in, as they are written; `*` for all.
    pub path: Vec<String>,
    /// The bytes of the text that say it.
    pub span: Range<usize>,
}

impl Selected {
    /// The outermost name.
    pub fn name(&self) -> &str {
        self.path.first().map_or("", String::as_str)
    }
}

/// The properties from their text; at least one. One that stands there twice comes once.
pub fn parse(text: &str) -> Result<Vec<Selected>, Fault> {
    read(text).map_err(|fault| fault.of("$select"))
}

pub(super) fn read(text: &str) -> Result<Vec<Selected>, Fault> {
    check_length(text)?;
    let mut selected: Vec<Selected> = Vec::new();
    for (piece, span) in pieces(text, ',')? {
        let path = match piece {
            "*" => vec![piece.to_owned()],
            _ => path(piece, &span)?,
        };
        let is_same = |other: &Selected| {
            other.path.len() == path.len()
                && other
                    .path
                    .iter()
                    .zip(&path)
                    .all(|(left, right)| left.eq_ignore_ascii_case(right))
        };
        if !selected.iter().any(is_same) {
            selected.push(Selected { path, span });
        }
    }
    Ok(selected)
}

/// What stands between the separators, without the blanks around it; brackets keep separators. An
/// empty piece is a fault.
pub(super) fn pieces(text: &str, separator: char) -> Result<Vec<(&str, Range<usize>)>, Fault> {
    let mut pieces = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    let ends = text.char_indices().map(|(at, character)| (at, Some(character)));
    for (at, character) in ends.chain([(text.len(), None)]) {
        match character {
            Some('(') => depth += 1,
            Some(')') => depth = depth.saturating_sub(1),
            None => pieces.push(piece(text, start..at)?),
            Some(character) if character == separator && depth == 0 => {
                pieces.push(piece(text, start..at)?);
                start = at + character.len_utf8();
            }
            Some(_) => {}
        }
    }
    Ok(pieces)
}

fn piece(text: &str, span: Range<usize>) -> Result<(&str, Range<usize>), Fault> {
    let whole = &text[span.clone()];
    let piece = whole.trim();
    let start = span.start + whole.len() - whole.trim_start().len();
    match piece.is_empty() {
        true => Err(Fault::bad(span, "a name is missing")),
        false => Ok((piece, start..start + piece.len())),
    }
}

/// The names of a path, which are made of letters, digits and a few signs.
pub(super) fn path(text: &str, span: &Range<usize>) -> Result<Vec<String>, Fault> {
    let is_name = |name: &str| {
        !name.is_empty()
            && name.chars().all(|one| one.is_alphanumeric() || matches!(one, '_' | '.' | '@' | '-'))
    };
    let names: Vec<&str> = text.split('/').collect();
    match names.iter().all(|name| is_name(name)) {
        true => Ok(names.into_iter().map(str::to_owned).collect()),
        false => Err(Fault::bad(span.clone(), format!("'{text}' is no property's name"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = match parse(text) {
            Ok(selected) => {
                let names: Vec<String> = selected.iter().map(|one| one.path.join("/")).collect();
                names.join(" ")
            }
            Err(fault) => format!("{}: {fault}", fault.code.as_str()),
        };
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn names() {
        check("id,displayName", "id displayName");
        check(" id , displayName,ID", "id displayName");
        check("employeeOrgData/costCenter,*", "employeeOrgData/costCenter *");
        check("extension_ab12_x", "extension_ab12_x");
        check("id,", "BadRequest: Invalid $select: a name is missing, at position 3.");
        check(
            "dis play",
            "BadRequest: Invalid $select: 'dis play' is no property's name, at position 0.",
        );
    }
}
