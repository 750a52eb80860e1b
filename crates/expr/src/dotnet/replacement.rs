//! Replacement texts: `$1`, `${name}`, `$$`, `$&`, and what stands before, behind and around a match.

use super::groups::{Groups, is_number};

/// A replacement text, read once.
pub(super) struct Replacement {
    pub(super) parts: Vec<Part>,
}

pub(super) enum Part {
    Literal(String),
    /// The indices of a group in the translated pattern.
    Group(Vec<usize>),
    Whole,
    Before,
    After,
    Input,
}

impl Replacement {
    /// A reference to a group that does not exist stays as text.
    pub(super) fn new(text: &str, groups: &Groups) -> Replacement {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            parts.push(Part::Literal(rest[..at].to_owned()));
            let after = &rest[at + 1..];
            let (part, used) = reference(after, groups).unwrap_or((Part::Literal("$".into()), 0));
            parts.push(part);
            rest = &after[used..];
        }
        parts.push(Part::Literal(rest.to_owned()));
        Replacement { parts }
    }
}

/// What the text behind a dollar sign refers to, and how many bytes of it.
fn reference(after: &str, groups: &Groups) -> Option<(Part, usize)> {
    let simple = match after.chars().next()? {
        '$' => Some(Part::Literal("$".to_owned())),
        '&' => Some(Part::Whole),
        '`' => Some(Part::Before),
        '\'' => Some(Part::After),
        '_' => Some(Part::Input),
        '+' => Some(groups.last().map_or(Part::Whole, |last| Part::Group(last.to_vec()))),
        _ => None,
    };
    if let Some(part) = simple {
        return Some((part, 1));
    }
    if let Some(braced) = after.strip_prefix('{') {
        let name = &braced[..braced.find('}')?];
        return Some((group(name, groups)?, name.len() + 2));
    }
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    let number = &after[..digits];
    is_number(number).then_some(())?;
    Some((group(number, groups)?, digits))
}

fn group(name: &str, groups: &Groups) -> Option<Part> {
    if is_number(name) && name.bytes().all(|byte| byte == b'0') {
        return Some(Part::Whole);
    }
    groups.find(name).map(|indices| Part::Group(indices.to_vec()))
}
