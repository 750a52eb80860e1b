//! What a Graph list answers: `{"value":[…]}`, page behind page, or the bare list.

use std::io::BufRead;

use super::{
    Context, MAX_RECORD,
    elements::{Element, Elements, Found},
    json, not_readable, rejected, to_text, too_large,
};
use crate::{Item, code, field::Fault};

pub(super) struct Graph<R> {
    elements: Elements<R>,
    line: u64,
    done: bool,
}

impl<R: BufRead> Graph<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { elements: Elements::new(reader, MAX_RECORD), line: 1, done: false }
    }

    pub(super) fn next(&mut self, context: &mut Context) -> Option<Item> {
        if self.done {
            return None;
        }
        match self.elements.next() {
            Ok(Found::Element(element)) => {
                self.line = element.line;
                Some(read_element(context, element))
            }
            Ok(Found::Broken { line, column, message, cut_short }) => {
                let code = if cut_short { code::CUT_SHORT } else { code::JSON };
                Some(rejected(Fault::new(code, message), (line, column), String::new()))
            }
            Ok(Found::End) => {
                self.done = true;
                None
            }
            Err(error) => {
                self.done = true;
                Some(not_readable(&error, self.line))
            }
        }
    }
}

fn read_element(context: &mut Context, element: Element) -> Item {
    if element.cut {
        return too_large(element.line, &element.bytes);
    }
    let mut item = match to_text(element.bytes, element.line) {
        Ok(text) => json::read(context, text, element.line, element.column),
        Err(item) => item,
    };
    // Between the parts of an object a line end is a blank, and on one line it is JSON Lines.
    let text = match &mut item {
        Item::Row(row) => &mut row.text,
        Item::Rejected(rejected) => &mut rejected.text,
    };
    if text.contains(['\n', '\r']) {
        *text = text.replace(['\n', '\r'], " ");
    }
    item
}
