//! JSON Lines: one object a line, so that a broken line costs only itself.

use std::io::BufRead;

use super::{Context, MAX_RECORD, json, not_readable, to_text, too_large};
use crate::{Item, lines::Lines};

pub(super) struct JsonLines<R> {
    lines: Lines<R>,
    done: bool,
}

impl<R: BufRead> JsonLines<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { lines: Lines::new(reader, MAX_RECORD), done: false }
    }

    pub(super) fn next(&mut self, context: &mut Context) -> Option<Item> {
        while !self.done {
            let line = match self.lines.next() {
                Ok(Some(line)) => line,
                Ok(None) => break,
                Err(error) => {
                    self.done = true;
                    return Some(not_readable(&error, self.lines.number() + 1));
                }
            };
            if line.cut {
                return Some(too_large(line.number, &line.bytes));
            }
            let number = line.number;
            match to_text(line.into_content(), number) {
                Ok(text) if text.trim().is_empty() => {}
                Ok(text) => return Some(json::read(context, text, number, 1)),
                Err(item) => return Some(item),
            }
        }
        self.done = true;
        None
    }
}
