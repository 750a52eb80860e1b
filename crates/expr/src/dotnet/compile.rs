//! From the tree of a pattern to the steps of the matcher in `run`.
//!
//! Inside a lookbehind everything runs from right to left, as in .NET, so that it may have any
//! length.

use regex_syntax::hir::ClassUnicode;

use super::class;
use super::node::{Anchor, Node};

/// A compiled pattern.
#[derive(Debug, Clone)]
pub(super) struct Program {
    pub(super) steps: Vec<Step>,
    pub(super) sets: Vec<Set>,
    pub(super) texts: Vec<String>,
    /// How many cells the matcher needs: two for each slot, then what loops and looks note down.
    pub(super) cells: usize,
    /// For each slot of which texts are taken away again the cell that says what it held before.
    pub(super) earlier: Vec<Option<usize>>,
    /// The characters that a match can begin with, if it cannot be empty.
    pub(super) first: Option<Set>,
    /// Whether a match can only begin at the start of the text.
    pub(super) anchored: bool,
}

/// One step of the matcher. Numbers named `cell` are places where it notes something down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Step {
    /// Takes a character of a set.
    Take {
        set: usize,
        back: bool,
    },
    /// Takes a text, always forward.
    Text(usize),
    /// Takes a character of a set several times.
    TakeMany {
        set: usize,
        least: u32,
        most: u32,
        lazy: bool,
        back: bool,
    },
    /// Goes on at `first`, and at `second` when that fails.
    Either {
        first: usize,
        second: usize,
    },
    Jump(usize),
    /// Notes where a group begins.
    Open(usize),
    /// Keeps the text of a group.
    Close {
        cell: usize,
        slot: usize,
    },
    /// Takes away the last text of the group `from`, and keeps what lies between it and the text from
    /// `cell` on.
    Balance {
        cell: usize,
        slot: Option<usize>,
        from: usize,
    },
    /// Begins to count; the cell after this one holds where the round began.
    Count(usize),
    /// Goes into another round, or to `exit`.
    Again {
        cell: usize,
        least: u32,
        most: u32,
        lazy: bool,
        exit: usize,
    },
    /// A round begins.
    Round(usize),
    At(Anchor),
    Reference {
        slot: usize,
        ignore_case: bool,
        back: bool,
    },
    /// From here nothing is given back once `Commit` is reached; the cell after this one holds the
    /// place in the text.
    Hold(usize),
    Commit {
        cell: usize,
        stay: bool,
    },
    /// Goes on at `otherwise` when what follows fails.
    Unless {
        cell: usize,
        otherwise: usize,
    },
    /// What should not match did.
    Refuse(usize),
    IfCaptured {
        slot: usize,
        no: usize,
    },
    Match,
}

/// Characters, quick to ask for.
#[derive(Debug, Clone)]
pub(crate) struct Set {
    /// A bit for each ASCII character.
    ascii: u128,
    all: ClassUnicode,
}

impl Set {
    pub(super) fn new(all: ClassUnicode) -> Set {
        let ascii = (0..128_u8)
            .filter(|byte| class::contains(&all, char::from(*byte)))
            .fold(0, |bits, byte| bits | 1 << byte);
        Set { ascii, all }
    }

    /// The set of a class in the syntax of the `regex` crates.
    pub(crate) fn of(class: &str) -> Set {
        Set::new(class::class(class))
    }

    pub(crate) fn contains(&self, character: char) -> bool {
        match u32::from(character) {
            code @ 0..128 => self.ascii >> code & 1 == 1,
            _ => class::contains(&self.all, character),
        }
    }

    pub(super) fn has_ascii(&self, byte: u8) -> bool {
        self.ascii >> byte & 1 == 1
    }
}

/// The steps of a tree with so many groups.
pub(super) fn compile(tree: &Node, groups: usize) -> Program {
    let mut compiler = Compiler {
        steps: Vec::new(),
        sets: Vec::new(),
        texts: Vec::new(),
        cells: (groups + 1) * 2,
        earlier: vec![None; groups + 1],
    };
    compiler.node(tree, false);
    compiler.steps.push(Step::Match);
    Program {
        steps: compiler.steps,
        sets: compiler.sets,
        texts: compiler.texts,
        cells: compiler.cells,
        earlier: compiler.earlier,
        first: tree.first().map(Set::new),
        anchored: tree.is_anchored(),
    }
}

struct Compiler {
    steps: Vec<Step>,
    sets: Vec<Set>,
    texts: Vec<String>,
    cells: usize,
    earlier: Vec<Option<usize>>,
}

impl Compiler {
    fn node(&mut self, node: &Node, back: bool) {
        match node {
            Node::Empty => {}
            Node::Set(set) => {
                let set = self.set(set);
                self.steps.push(Step::Take { set, back });
            }
            Node::Sequence(parts) if back => {
                parts.iter().rev().for_each(|part| self.node(part, back));
            }
            Node::Sequence(parts) => self.sequence(parts),
            Node::Choice(parts) => self.choice(parts, back),
            Node::Repeat { body, least, most, lazy } => {
                self.repeat(body, (*least, *most), *lazy, back);
            }
            Node::Capture { slot, body } => {
                let cell = self.cell(1);
                self.steps.push(Step::Open(cell));
                self.node(body, back);
                self.steps.push(Step::Close { cell, slot: *slot });
            }
            Node::Balance { slot, from, body } => {
                let cell = self.cell(1);
                self.steps.push(Step::Open(cell));
                self.node(body, back);
                self.steps.push(Step::Balance { cell, slot: *slot, from: *from });
                if self.earlier[*from].is_none() {
                    self.earlier[*from] = Some(self.cell(1));
                }
            }
            Node::Look { behind, negative: false, body } => {
                let cell = self.cell(2);
                self.steps.push(Step::Hold(cell));
                self.node(body, *behind);
                self.steps.push(Step::Commit { cell, stay: true });
            }
            Node::Look { behind, negative: true, body } => {
                let cell = self.cell(1);
                let unless = self.reserve();
                self.node(body, *behind);
                self.steps.push(Step::Refuse(cell));
                self.steps[unless] = Step::Unless { cell, otherwise: self.steps.len() };
            }
            Node::Atomic(body) => {
                let cell = self.cell(2);
                self.steps.push(Step::Hold(cell));
                self.node(body, back);
                self.steps.push(Step::Commit { cell, stay: false });
            }
            Node::Reference { slot, ignore_case } => {
                let (slot, ignore_case) = (*slot, *ignore_case);
                self.steps.push(Step::Reference { slot, ignore_case, back });
            }
            Node::IfCaptured { slot, yes, no } => {
                let test = self.reserve();
                let otherwise = self.yes_or_no(yes, no, back);
                self.steps[test] = Step::IfCaptured { slot: *slot, no: otherwise };
            }
            Node::IfMatches { condition, yes, no } => {
                let cell = self.cell(2);
                self.steps.push(Step::Hold(cell));
                let test = self.reserve();
                // A condition looks ahead, also inside a lookbehind.
                self.node(condition, false);
                self.steps.push(Step::Commit { cell, stay: true });
                let otherwise = self.yes_or_no(yes, no, back);
                self.steps[test] = Step::Either { first: test + 1, second: otherwise };
            }
            Node::Anchor(anchor) => self.steps.push(Step::At(*anchor)),
        }
    }

    /// Characters in a row are one text.
    fn sequence(&mut self, parts: &[Node]) {
        let mut rest = parts;
        while let Some((part, behind)) = rest.split_first() {
            let text: String = rest.iter().map_while(only).collect();
            let length = text.chars().count();
            if length > 1 {
                self.steps.push(Step::Text(self.texts.len()));
                self.texts.push(text);
                rest = &rest[length..];
            } else {
                self.node(part, false);
                rest = behind;
            }
        }
    }

    /// Both branches; gives where the second one begins.
    fn yes_or_no(&mut self, yes: &Node, no: &Node, back: bool) -> usize {
        self.node(yes, back);
        let jump = self.reserve();
        let otherwise = self.steps.len();
        self.node(no, back);
        self.steps[jump] = Step::Jump(self.steps.len());
        otherwise
    }

    fn choice(&mut self, parts: &[Node], back: bool) {
        let mut jumps = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            if index + 1 == parts.len() {
                self.node(part, back);
                break;
            }
            let either = self.reserve();
            self.node(part, back);
            jumps.push(self.reserve());
            self.steps[either] = Step::Either { first: either + 1, second: self.steps.len() };
        }
        for jump in jumps {
            self.steps[jump] = Step::Jump(self.steps.len());
        }
    }

    fn repeat(&mut self, body: &Node, (least, most): (u32, u32), lazy: bool, back: bool) {
        if let Node::Set(set) = body {
            let set = self.set(set);
            self.steps.push(Step::TakeMany { set, least, most, lazy, back });
            return;
        }
        let cell = self.cell(2);
        self.steps.push(Step::Count(cell));
        let again = self.reserve();
        self.steps.push(Step::Round(cell));
        self.node(body, back);
        self.steps.push(Step::Jump(again));
        self.steps[again] = Step::Again { cell, least, most, lazy, exit: self.steps.len() };
    }

    /// A step that is written later.
    fn reserve(&mut self) -> usize {
        self.steps.push(Step::Match);
        self.steps.len() - 1
    }

    fn set(&mut self, set: &ClassUnicode) -> usize {
        let same = self.sets.iter().position(|other| other.all == *set);
        same.unwrap_or_else(|| {
            self.sets.push(Set::new(set.clone()));
            self.sets.len() - 1
        })
    }

    fn cell(&mut self, count: usize) -> usize {
        self.cells += count;
        self.cells - count
    }
}

/// The only character that a part can take.
fn only(node: &Node) -> Option<char> {
    match node {
        Node::Set(set) => match set.ranges() {
            [range] if range.start() == range.end() => Some(range.start()),
            _ => None,
        },
        _ => None,
    }
}
