//! The matcher: one loop over the steps of a program, with a stack of what to try when they fail.
//!
//! It never calls itself, so no text makes it run out of stack, and it pays for every step, so no
//! pattern makes it run forever.

use super::class::is_word;
use super::compile::{Program, Step};
use super::node::Anchor;
use crate::casing::{self, Culture};
use crate::work::{Exhausted, Work};

/// Nothing is noted down.
const NONE: usize = usize::MAX;

/// What to do when a step fails.
#[derive(Debug, Clone, Copy)]
enum Frame {
    /// Goes on at another step and place.
    Else { step: usize, at: usize },
    /// Puts back what a cell held.
    Restore { cell: usize, value: usize },
    /// Gives back one more character, down to `least`.
    Less { step: usize, at: usize, least: usize },
    /// Takes one more character, at most `left` more.
    More { step: usize, at: usize, left: u32 },
}

/// A search in one text. The same one serves for all matches of a text, so that its memory is taken
/// once.
pub(super) struct Search<'a> {
    program: &'a Program,
    text: &'a str,
    work: &'a Work,
    cells: Vec<usize>,
    stack: Vec<Frame>,
    /// What groups held before, whose texts are taken away again; only such groups write here.
    earlier: Vec<Earlier>,
    /// Where the search began.
    origin: usize,
}

/// A text that a group took before its last one, and where the one before that is noted down.
#[derive(Debug, Clone, Copy)]
struct Earlier {
    start: usize,
    end: usize,
    before: usize,
}

impl<'a> Search<'a> {
    pub(super) fn new(program: &'a Program, text: &'a str, work: &'a Work) -> Search<'a> {
        let (cells, stack, earlier) = (Vec::new(), Vec::new(), Vec::new());
        Search { program, text, work, cells, stack, earlier, origin: 0 }
    }

    /// Looks for a match at `from` or behind it. `origin` is where the match before ended.
    pub(super) fn find(&mut self, origin: usize, from: usize) -> Result<bool, Exhausted> {
        self.origin = origin;
        let mut at = from;
        loop {
            if self.program.anchored && at > 0 {
                return Ok(false);
            }
            let Some(start) = self.skip(at)? else {
                return Ok(false);
            };
            if self.matches_at(start)? {
                return Ok(true);
            }
            at = start + self.text[start..].chars().next().map_or(1, char::len_utf8);
            if at > self.text.len() {
                return Ok(false);
            }
        }
    }

    /// Where a group lies in the match that was found; slot 0 is the whole match.
    pub(super) fn place(&self, slot: usize) -> Option<(usize, usize)> {
        let (start, end) = (*self.cells.get(slot * 2)?, *self.cells.get(slot * 2 + 1)?);
        (start != NONE).then_some((start, end))
    }

    /// The next place where a match can begin.
    fn skip(&self, from: usize) -> Result<Option<usize>, Exhausted> {
        let Some(first) = &self.program.first else {
            return Ok(Some(from));
        };
        let mut at = from;
        let bytes = self.text.as_bytes();
        let found = loop {
            match bytes.get(at) {
                None => break None,
                Some(byte) if byte.is_ascii() => {
                    if first.has_ascii(*byte) {
                        break Some(at);
                    }
                    at += 1;
                }
                Some(_) => {
                    let character = self.ahead(at).unwrap_or_default();
                    if first.contains(character) {
                        break Some(at);
                    }
                    at += character.len_utf8();
                }
            }
        };
        self.work.spend_bytes(at - from)?;
        Ok(found)
    }

    fn matches_at(&mut self, start: usize) -> Result<bool, Exhausted> {
        self.stack.clear();
        self.earlier.clear();
        self.cells.clear();
        self.cells.resize(self.program.cells, NONE);
        let Some(end) = self.run(start)? else {
            return Ok(false);
        };
        self.cells[0] = start;
        self.cells[1] = end;
        Ok(true)
    }

    /// Where the match ends that begins here.
    fn run(&mut self, start: usize) -> Result<Option<usize>, Exhausted> {
        let mut at = start;
        let mut step = 0;
        loop {
            self.work.spend(1)?;
            let goes_on = match self.program.steps[step] {
                Step::Match => return Ok(Some(at)),
                Step::Take { set, back } => match self.take(set, at, back) {
                    Some(next) => {
                        at = next;
                        true
                    }
                    None => false,
                },
                Step::Text(text) => {
                    let text = self.program.texts[text].as_bytes();
                    let fits = self.text.as_bytes()[at..].starts_with(text);
                    at += if fits { text.len() } else { 0 };
                    fits
                }
                Step::TakeMany { .. } => match self.take_many(step, at)? {
                    Some(next) => {
                        at = next;
                        true
                    }
                    None => false,
                },
                Step::Either { first, second } => {
                    self.stack.push(Frame::Else { step: second, at });
                    step = first;
                    continue;
                }
                Step::Jump(next) => {
                    step = next;
                    continue;
                }
                Step::Again { .. } => {
                    step = self.again(step, at);
                    continue;
                }
                Step::Commit { cell, stay } => {
                    self.commit(self.cells[cell])?;
                    if stay {
                        at = self.cells[cell + 1];
                    }
                    true
                }
                Step::Unless { cell, otherwise } => {
                    self.hold(cell);
                    self.stack.push(Frame::Else { step: otherwise, at });
                    true
                }
                Step::Refuse(cell) => {
                    self.undo(self.cells[cell])?;
                    false
                }
                Step::IfCaptured { slot, no } if self.cells[slot * 2] == NONE => {
                    step = no;
                    continue;
                }
                Step::IfCaptured { .. } => true,
                Step::Balance { cell, slot, from } => self.balance(cell, slot, from, at),
                Step::At(anchor) => self.is_at(anchor, at),
                Step::Reference { slot, ignore_case, back } => {
                    match self.reference(slot, ignore_case, back, at)? {
                        Some(next) => {
                            at = next;
                            true
                        }
                        None => false,
                    }
                }
                other => {
                    self.note(other, at);
                    true
                }
            };
            if goes_on {
                step += 1;
                continue;
            }
            match self.fall_back()? {
                Some(next) => (step, at) = next,
                None => return Ok(None),
            }
        }
    }

    /// The steps that only write something down.
    fn note(&mut self, step: Step, at: usize) {
        match step {
            Step::Open(cell) => self.set(cell, at),
            Step::Close { cell, slot } => {
                let opened = self.cells[cell];
                self.keep(slot, opened.min(at), opened.max(at));
            }
            Step::Count(cell) => {
                self.set(cell, 0);
                self.set(cell + 1, NONE);
            }
            Step::Round(cell) => {
                let round = self.cells[cell] + 1;
                self.set(cell, round);
                self.set(cell + 1, at);
            }
            Step::Hold(cell) => {
                self.hold(cell);
                self.set(cell + 1, at);
            }
            _ => {}
        }
    }

    /// Keeps a text as the last one of a group.
    fn keep(&mut self, slot: usize, start: usize, end: usize) {
        if let (Some(cell), Some((start, end))) = (self.program.earlier[slot], self.place(slot)) {
            self.earlier.push(Earlier { start, end, before: self.cells[cell] });
            self.set(cell, self.earlier.len() - 1);
        }
        self.set(slot * 2, start);
        self.set(slot * 2 + 1, end);
    }

    /// Takes the last text of a group away, so that the one before it is the last one again.
    fn forget(&mut self, slot: usize) {
        let Some(cell) = self.program.earlier[slot] else { return };
        let none = Earlier { start: NONE, end: NONE, before: NONE };
        let last = self.earlier.get(self.cells[cell]).copied().unwrap_or(none);
        self.set(slot * 2, last.start);
        self.set(slot * 2 + 1, last.end);
        self.set(cell, last.before);
    }

    /// Whether the group has a text to take away. The text that is kept instead lies between the two
    /// or, where they overlap, in both, as in .NET.
    fn balance(&mut self, cell: usize, slot: Option<usize>, from: usize, at: usize) -> bool {
        let Some((start, end)) = self.place(from) else { return false };
        let opened = self.cells[cell];
        let (own_start, own_end) = (opened.min(at), opened.max(at));
        self.forget(from);
        if let Some(slot) = slot {
            let (start, end) = match () {
                () if own_start >= end => (end, own_start),
                () if own_end <= start => (own_end, start),
                () => (own_start.max(start), own_end.min(end)),
            };
            self.keep(slot, start, end);
        }
        true
    }

    /// Notes how high the stack is, without what is put back for this note itself.
    fn hold(&mut self, cell: usize) {
        self.set(cell, 0);
        self.cells[cell] = self.stack.len();
    }

    /// Another round of a loop or its end. As in .NET a round that took nothing is the last one.
    fn again(&mut self, step: usize, at: usize) -> usize {
        let Step::Again { cell, least, most, lazy, exit } = self.program.steps[step] else {
            return step;
        };
        let rounds = self.cells[cell];
        let empty = rounds > 0 && self.cells[cell + 1] == at;
        let enough = rounds >= least as usize;
        if (most != u32::MAX && rounds >= most as usize) || (empty && enough) {
            return exit;
        }
        if enough {
            let (now, later) = if lazy { (exit, step + 1) } else { (step + 1, exit) };
            self.stack.push(Frame::Else { step: later, at });
            return now;
        }
        step + 1
    }

    fn take_many(&mut self, step: usize, at: usize) -> Result<Option<usize>, Exhausted> {
        let Step::TakeMany { set, least, most, lazy, back } = self.program.steps[step] else {
            return Ok(None);
        };
        let mut place = at;
        let mut taken = 0;
        while taken < least {
            match self.take(set, place, back) {
                Some(next) => place = next,
                None => return Ok(None),
            }
            taken += 1;
        }
        if lazy {
            if most > taken {
                self.stack.push(Frame::More { step, at: place, left: most - taken });
            }
            self.work.spend_bytes(place.abs_diff(at))?;
            return Ok(Some(place));
        }
        let enough = place;
        while taken < most {
            match self.take(set, place, back) {
                Some(next) => place = next,
                None => break,
            }
            taken += 1;
        }
        self.work.spend_bytes(place.abs_diff(at))?;
        if place != enough {
            self.stack.push(Frame::Less { step, at: place, least: enough });
        }
        Ok(Some(place))
    }

    /// The step and the place to go on from after a failure.
    fn fall_back(&mut self) -> Result<Option<(usize, usize)>, Exhausted> {
        loop {
            self.work.spend(1)?;
            match self.stack.pop() {
                None => return Ok(None),
                Some(Frame::Restore { cell, value }) => self.cells[cell] = value,
                Some(Frame::Else { step, at }) => return Ok(Some((step, at))),
                Some(Frame::Less { step, at, least }) => {
                    if let Some(fewer) = self.less(step, at, least)? {
                        return Ok(Some((step + 1, fewer)));
                    }
                }
                Some(Frame::More { step, at, left }) => {
                    let Step::TakeMany { set, back, .. } = self.program.steps[step] else {
                        continue;
                    };
                    if let Some(next) = self.take(set, at, back) {
                        if left > 1 {
                            self.stack.push(Frame::More { step, at: next, left: left - 1 });
                        }
                        return Ok(Some((step + 1, next)));
                    }
                }
            }
        }
    }

    /// One character less, or as many as it takes until the step behind the loop can go on.
    fn less(&mut self, step: usize, at: usize, least: usize) -> Result<Option<usize>, Exhausted> {
        let mut place = at;
        while place != least {
            place = match place > least {
                true => place - self.behind(place).map_or(1, char::len_utf8),
                false => place + self.ahead(place).map_or(1, char::len_utf8),
            };
            let fits = match self.program.steps[step + 1] {
                Step::Take { set, back } => self.take(set, place, back).is_some(),
                Step::Text(text) => {
                    self.text.as_bytes()[place..].starts_with(self.program.texts[text].as_bytes())
                }
                _ => true,
            };
            if fits {
                if place != least {
                    self.stack.push(Frame::Less { step, at: place, least });
                }
                self.work.spend_bytes(place.abs_diff(at))?;
                return Ok(Some(place));
            }
        }
        self.work.spend_bytes(place.abs_diff(at))?;
        Ok(None)
    }

    /// Drops what could be tried since, and keeps what is put back.
    fn commit(&mut self, mark: usize) -> Result<(), Exhausted> {
        self.work.spend(self.stack.len() - mark)?;
        let mut kept = mark;
        for index in mark..self.stack.len() {
            if let Frame::Restore { .. } = self.stack[index] {
                self.stack[kept] = self.stack[index];
                kept += 1;
            }
        }
        self.stack.truncate(kept);
        Ok(())
    }

    /// Drops everything since, and puts back the cells.
    fn undo(&mut self, mark: usize) -> Result<(), Exhausted> {
        self.work.spend(self.stack.len() - mark)?;
        while self.stack.len() > mark {
            if let Some(Frame::Restore { cell, value }) = self.stack.pop() {
                self.cells[cell] = value;
            }
        }
        Ok(())
    }

    fn set(&mut self, cell: usize, value: usize) {
        let before = std::mem::replace(&mut self.cells[cell], value);
        self.stack.push(Frame::Restore { cell, value: before });
    }

    /// The place behind (or, going back, before) a character of the set.
    fn take(&self, set: usize, at: usize, back: bool) -> Option<usize> {
        let character = if back { self.behind(at)? } else { self.ahead(at)? };
        if !self.program.sets[set].contains(character) {
            return None;
        }
        let length = character.len_utf8();
        Some(if back { at - length } else { at + length })
    }

    fn reference(
        &self,
        slot: usize,
        ignore_case: bool,
        back: bool,
        at: usize,
    ) -> Result<Option<usize>, Exhausted> {
        let Some((start, end)) = self.place(slot) else {
            return Ok(None);
        };
        let wanted = &self.text[start..end];
        self.work.spend_bytes(wanted.len())?;
        if !ignore_case {
            return Ok(match back {
                true => self.text[..at].ends_with(wanted).then(|| at - wanted.len()),
                false => self.text[at..].starts_with(wanted).then(|| at + wanted.len()),
            });
        }
        let mut place = at;
        let mut same = |character: char| {
            let other = if back { self.behind(place) } else { self.ahead(place) };
            let Some(other) = other.filter(|other| fold(*other) == fold(character)) else {
                return false;
            };
            place = if back { place - other.len_utf8() } else { place + other.len_utf8() };
            true
        };
        let all = match back {
            true => wanted.chars().rev().all(&mut same),
            false => wanted.chars().all(&mut same),
        };
        Ok(all.then_some(place))
    }

    fn is_at(&self, anchor: Anchor, at: usize) -> bool {
        let bytes = self.text.as_bytes();
        match anchor {
            Anchor::Start => at == 0,
            Anchor::LineStart => at == 0 || bytes[at - 1] == b'\n',
            Anchor::End => at == bytes.len(),
            Anchor::EndOrNewline => at == bytes.len() || bytes[at..] == *b"\n",
            Anchor::LineEnd => at == bytes.len() || bytes[at] == b'\n',
            Anchor::Boundary => self.is_boundary(at),
            Anchor::NotBoundary => !self.is_boundary(at),
            Anchor::SearchStart => at == self.origin,
        }
    }

    /// For boundaries alone .NET counts joiners as parts of words.
    fn is_boundary(&self, at: usize) -> bool {
        let joins =
            |character: char| is_word(character) || matches!(character, '\u{200c}' | '\u{200d}');
        self.behind(at).is_some_and(joins) != self.ahead(at).is_some_and(joins)
    }

    fn ahead(&self, at: usize) -> Option<char> {
        let byte = *self.text.as_bytes().get(at)?;
        match byte.is_ascii() {
            true => Some(char::from(byte)),
            false => self.text[at..].chars().next(),
        }
    }

    fn behind(&self, at: usize) -> Option<char> {
        let byte = *self.text.as_bytes().get(at.checked_sub(1)?)?;
        match byte.is_ascii() {
            true => Some(char::from(byte)),
            false => self.text[..at].chars().next_back(),
        }
    }
}

fn fold(character: char) -> char {
    casing::lower(character, Culture::Common)
}
