//! How long the result of a function can be, from what is known of its arguments.
//!
//! Lengths count characters. A rule that nothing is known of gives `None`; who asks for the lengths
//! is `analysis`.

use crate::Value;
use crate::tree::{Kind, Node};

/// The rule of a function.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Length {
    /// Nothing is known.
    Unknown,
    /// So many characters at most, whatever the arguments.
    AtMost(usize),
    /// By the arguments.
    By(fn(&Sizes<'_>) -> Option<usize>),
}

/// What is known of the arguments of a call.
pub(crate) struct Sizes<'a> {
    pub(crate) arguments: &'a [Option<Node>],
    /// How long each one can be; nothing for one that is left out.
    pub(crate) lengths: &'a [Option<usize>],
    /// Whether each one can be a list.
    pub(crate) lists: &'a [bool],
    /// Whether each one can be the result.
    pub(crate) tails: &'a [bool],
}

impl Sizes<'_> {
    pub(crate) fn count(&self) -> usize {
        self.arguments.len()
    }

    pub(crate) fn given(&self, index: usize) -> bool {
        self.node(index).is_some()
    }

    /// The greatest length of an argument, of each member when it is a list.
    pub(crate) fn of(&self, index: usize) -> Option<usize> {
        match self.node(index) {
            Some(_) => *self.lengths.get(index)?,
            None => Some(0),
        }
    }

    /// The greatest length of an argument that is no list.
    pub(crate) fn of_one(&self, index: usize) -> Option<usize> {
        self.of(index).filter(|_| self.lists.get(index) == Some(&false))
    }

    pub(crate) fn literal_text(&self, index: usize) -> Option<&str> {
        self.node(index)?.literal_text()
    }

    /// A number that is written out, also as a text.
    pub(crate) fn literal_integer(&self, index: usize) -> Option<i64> {
        match &self.node(index)?.kind {
            Kind::Literal(Value::Number(number)) => Some(number.truncated()),
            Kind::Literal(Value::Text(text)) => {
                crate::Number::from_text(text).map(|number| number.truncated())
            }
            _ => None,
        }
    }

    fn node(&self, index: usize) -> Option<&Node> {
        self.arguments.get(index)?.as_ref()
    }
}

/// As long as the first argument.
pub(crate) fn first(sizes: &Sizes<'_>) -> Option<usize> {
    sizes.of(0)
}

/// As long as all arguments together.
pub(crate) fn sum(sizes: &Sizes<'_>) -> Option<usize> {
    (0..sizes.count()).map(|index| sizes.of(index)).sum()
}

/// As long as the longest argument.
pub(crate) fn longest(sizes: &Sizes<'_>) -> Option<usize> {
    longest_of(sizes, |_| true)
}

/// As long as the longest argument that can be the result.
pub(crate) fn branches(sizes: &Sizes<'_>) -> Option<usize> {
    longest_of(sizes, |index| sizes.tails.get(index) == Some(&true))
}

fn longest_of(sizes: &Sizes<'_>, wanted: impl Fn(usize) -> bool) -> Option<usize> {
    let lengths: Option<Vec<usize>> =
        (0..sizes.count()).filter(|index| wanted(*index)).map(|index| sizes.of(index)).collect();
    Some(lengths?.into_iter().max().unwrap_or(0))
}

/// The smaller of two bounds, where each may be missing.
pub(crate) fn least(left: Option<usize>, right: Option<usize>) -> Option<usize> {
    match (left, right) {
        (Some(left), Some(right)) => Some(left.min(right)),
        (left, right) => left.or(right),
    }
}
