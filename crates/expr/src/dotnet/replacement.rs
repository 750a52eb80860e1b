//! Replacement texts: `$1`, `${name}`, `$$`, `$&`, and what stands before, behind and around a match.

use super::groups::{Groups, is_number};

/// A replacement text, read once.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Replacement {
    pub(super) parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    Literal(String),
    /// The slot of a group; 0 is the whole match.
    Group(usize),
    Before,
    After,
    Input,
}

impl Replacement {
    /// A reference to a group that does not exist stays as text.
    pub(super) fn new(text: &str, groups: &Groups) -> Replacement {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            literal.push_str(&rest[..at]);
            let after = &rest[at + 1..];
            match reference(after, groups) {
                Some((part, used)) => {
                    if !literal.is_empty() {
                        parts.push(Part::Literal(std::mem::take(&mut literal)));
                    }
                    parts.push(part);
                    rest = &after[used..];
                }
                None => {
                    literal.push('$');
                    // The first of two dollar signs is a mark and only the second one is text.
                    rest = after.strip_prefix('$').unwrap_or(after);
                }
            }
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(Part::Literal(literal));
        }
        Replacement { parts }
    }
}

/// What the text behind a dollar sign refers to, and how many bytes of it.
fn reference(after: &str, groups: &Groups) -> Option<(Part, usize)> {
    let simple = match after.chars().next()? {
        '&' => Some(Part::Group(0)),
        '`' => Some(Part::Before),
        '\'' => Some(Part::After),
        '_' => Some(Part::Input),
        '+' => Some(Part::Group(groups.last().unwrap_or(0))),
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
        return Some(Part::Group(0));
    }
    groups.find(name).map(Part::Group)
}
