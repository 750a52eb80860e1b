//! A pattern as a tree, between `parse` and `compile`.

use regex_syntax::hir::ClassUnicode;

/// A part of a pattern.
#[derive(Debug, Clone)]
pub(super) enum Node {
    /// Matches nothing, everywhere.
    Empty,
    /// One of a set of characters.
    Set(ClassUnicode),
    /// One after the other.
    Sequence(Vec<Node>),
    /// The first that leads to a match.
    Choice(Vec<Node>),
    /// The same several times.
    Repeat { body: Box<Node>, least: u32, most: u32, lazy: bool },
    /// A group whose text is kept.
    Capture { slot: usize, body: Box<Node> },
    /// Takes the last text away that a group took, which fails where there is none; a group of its own
    /// keeps what lies between that text and what the body takes.
    Balance { slot: Option<usize>, from: usize, body: Box<Node> },
    /// Looks ahead or behind and stays where it is.
    Look { behind: bool, negative: bool, body: Box<Node> },
    /// Gives back nothing of what it took.
    Atomic(Box<Node>),
    /// What a group took, once more.
    Reference { slot: usize, ignore_case: bool },
    /// Goes on by whether a group took part.
    IfCaptured { slot: usize, yes: Box<Node>, no: Box<Node> },
    /// Goes on by whether the condition matches here.
    IfMatches { condition: Box<Node>, yes: Box<Node>, no: Box<Node> },
    /// A place.
    Anchor(Anchor),
}

/// A place in the text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Anchor {
    /// `\A`, and `^` without the option `m`.
    Start,
    /// `^` with the option `m`.
    LineStart,
    /// `\z`
    End,
    /// `\Z`, and `$` without the option `m`: also before a newline at the end.
    EndOrNewline,
    /// `$` with the option `m`.
    LineEnd,
    /// `\b`
    Boundary,
    /// `\B`
    NotBoundary,
    /// `\G`: where the search began, which is the end of the match before.
    SearchStart,
}

impl Node {
    /// Several parts in a row.
    pub(super) fn sequence(mut parts: Vec<Node>) -> Node {
        match parts.len() {
            0 => Node::Empty,
            1 => parts.remove(0),
            _ => Node::Sequence(parts),
        }
    }

    /// Several parts to choose from.
    pub(super) fn choice(mut parts: Vec<Node>) -> Node {
        match parts.len() {
            0 => Node::Empty,
            1 => parts.remove(0),
            _ => Node::Choice(parts),
        }
    }

    /// The characters that a match can begin with; `None` when it can be empty or when that is not
    /// known.
    pub(super) fn first(&self) -> Option<ClassUnicode> {
        let mut set = ClassUnicode::empty();
        self.add_first(&mut set).then_some(set)
    }

    /// Whether every match takes a character, and the first one is in the set.
    fn add_first(&self, set: &mut ClassUnicode) -> bool {
        match self {
            Node::Set(own) => {
                set.union(own);
                true
            }
            Node::Sequence(parts) => parts.iter().any(|part| part.add_first(set)),
            // Every branch is asked, also behind one that can be empty.
            Node::Choice(parts) => parts.iter().fold(true, |all, part| part.add_first(set) & all),
            Node::Repeat { body, least, .. } => body.add_first(set) && *least > 0,
            Node::Capture { body, .. } | Node::Balance { body, .. } | Node::Atomic(body) => {
                body.add_first(set)
            }
            Node::IfCaptured { yes, no, .. } | Node::IfMatches { yes, no, .. } => {
                yes.add_first(set) & no.add_first(set)
            }
            // What a group took is not known, so anything may come first.
            Node::Reference { .. } => {
                *set = ClassUnicode::empty();
                set.negate();
                false
            }
            Node::Empty | Node::Look { .. } | Node::Anchor(_) => false,
        }
    }

    /// Whether every match begins at the start of the text.
    pub(super) fn is_anchored(&self) -> bool {
        match self {
            Node::Anchor(anchor) => *anchor == Anchor::Start,
            Node::Sequence(parts) => parts.first().is_some_and(Node::is_anchored),
            Node::Choice(parts) => parts.iter().all(Node::is_anchored),
            Node::Capture { body, .. } | Node::Balance { body, .. } | Node::Atomic(body) => {
                body.is_anchored()
            }
            _ => false,
        }
    }
}
