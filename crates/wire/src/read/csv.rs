//! CSV: lines become records, the header says what the cells of a record mean.
//!
//! What is wrong in one record never costs another. A quote that is never closed would swallow the
//! rest of the file; its first line is rejected then and reading goes on behind that.

use std::io::{self, BufRead};

use super::{
    Context, MAX_RECORD,
    cells::{State, opening, scan, split},
    header::{Header, separator},
    not_readable, rejected, to_text, too_large,
};
use crate::{
    Item, code,
    field::{Draft, Fault},
    lines::{Line, Lines, place},
};

/// How many lines may be read twice for each failed quote. With more, the lines that were gone over
/// in vain may no longer hold line ends in cells, so that hostile input costs no more than its length.
const PATIENCE: usize = 100;

pub(super) struct Csv<R> {
    lines: Lines<R>,
    header: Option<Header>,
    done: bool,
    /// Up to this line a quote has to close on the line on which it opens.
    plain_until: u64,
}

/// The bytes of one record.
struct Record {
    line: u64,
    bytes: Vec<u8>,
}

impl<R: BufRead> Csv<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { lines: Lines::new(reader, MAX_RECORD), header: None, done: false, plain_until: 0 }
    }

    pub(super) fn header(&self) -> &str {
        self.header.as_ref().map_or("", |header| &header.text)
    }

    /// The cells that are wanted as they stand, of a record that was left out; none where it has
    /// another number of cells than the header.
    pub(super) fn verbatim(&self, record: &str, context: &Context) -> Vec<Option<String>> {
        let mut draft = Draft::default();
        let header = self.header.as_ref().filter(|header| header.complete);
        if let Some(header) = header
            && let Ok(cells) = split(record, header.separator)
            && cells.len() == header.columns.len()
        {
            for (column, cell) in header.columns.iter().zip(&cells) {
                if let Some(place) = column.verbatim {
                    draft.keep((place, context.fields.count_verbatim()), &cell.text);
                }
            }
        }
        draft.into_verbatim()
    }

    pub(super) fn next(&mut self, context: &mut Context) -> Option<Item> {
        while !self.done {
            match self.step(context) {
                Ok(None) => {}
                Ok(Some(item)) | Err(item) => return Some(item),
            }
        }
        None
    }

    /// Reads one record: the header, or an item, or nothing that counts.
    fn step(&mut self, context: &mut Context) -> Result<Option<Item>, Item> {
        let record = match self.gather() {
            Ok(Some(record)) => record?,
            Ok(None) => {
                self.done = true;
                return Ok(None);
            }
            Err(error) => {
                self.done = true;
                return Err(not_readable(&error, self.lines.number() + 1));
            }
        };
        let text = to_text(record.bytes, record.line)?;
        if text.trim().is_empty() {
            return Ok(None);
        }
        match &mut self.header {
            Some(header) if header.complete => read_row(header, context, record.line, text),
            header => {
                let complete = Header::read(header, context, &text).map_err(|fault| {
                    self.done = true;
                    rejected(fault, (record.line, 1), text.clone())
                })?;
                *header = Some(complete);
                Ok(None)
            }
        }
    }

    /// The lines of the next record, or why its first line is none.
    fn gather(&mut self) -> io::Result<Option<Result<Record, Item>>> {
        let Some(first) = self.lines.next()? else { return Ok(None) };
        if first.cut {
            return Ok(Some(Err(too_large(first.number, &first.bytes))));
        }
        let separator = match &self.header {
            Some(header) if header.complete => header.separator,
            _ => separator(&first.bytes),
        };
        let mut state = match scan(State::Start, &first.bytes, separator) {
            Ok(state) => state,
            Err(offset) => return Ok(Some(Err(behind_quote(&first, offset)))),
        };
        let mut rest: Vec<Line> = Vec::new();
        let mut size = first.bytes.len();
        while state == State::Quoted {
            let next = if first.number < self.plain_until { None } else { self.lines.next()? };
            let Some(next) = next else {
                return Ok(Some(Err(self.unclosed(first, rest, separator))));
            };
            size += next.bytes.len();
            let scanned = scan(state, &next.bytes, separator);
            let too_large = next.cut || size > MAX_RECORD;
            rest.push(next);
            match scanned {
                Ok(next) if !too_large => state = next,
                _ => return Ok(Some(Err(self.unclosed(first, rest, separator)))),
            }
        }
        let line = first.number;
        let mut bytes = first.bytes;
        for next in &rest {
            bytes.extend_from_slice(&next.bytes);
        }
        let content = Line { number: line, bytes, cut: false };
        Ok(Some(Ok(Record { line, bytes: content.into_content() })))
    }

    /// Gives back all lines but the first, which is rejected.
    fn unclosed(&mut self, first: Line, rest: Vec<Line>, separator: u8) -> Item {
        if rest.len() > PATIENCE {
            self.plain_until = rest.last().map_or(0, |line| line.number);
        }
        self.lines.give_back(rest.into_iter());
        let text = first.shown();
        let at = place(&text, opening(text.as_bytes(), separator), first.number);
        let fault = Fault::new(code::QUOTE, "a double quote opens here and does not close a cell")
            .with_hint("write a double quote inside a quoted cell twice");
        rejected(fault, at, text)
    }
}

fn behind_quote(line: &Line, offset: usize) -> Item {
    let shown = String::from_utf8_lossy(&line.bytes[..offset]).into_owned();
    let at = place(&shown, shown.len(), line.number);
    let fault = Fault::new(code::QUOTE, "text behind a closing quote")
        .with_hint("write a double quote inside a quoted cell twice");
    rejected(fault, at, line.shown())
}

fn read_row(
    header: &mut Header,
    context: &mut Context,
    line: u64,
    text: String,
) -> Result<Option<Item>, Item> {
    let cells = match split(&text, header.separator) {
        Ok(cells) => cells,
        Err((offset, fault)) => return Err(rejected(fault, place(&text, offset, line), text)),
    };
    if cells.iter().all(|cell| cell.text.is_empty()) {
        return Ok(None);
    }
    // The template of the bulk form comes with an example, which nobody wants as a colleague.
    let may_be_example = std::mem::take(&mut header.example);
    if may_be_example && cells[0].text.starts_with("Example:") {
        return Ok(None);
    }
    if cells.len() != header.columns.len() {
        let message =
            format!("{} cells, where the header has {}", cells.len(), header.columns.len());
        let separator = char::from(header.separator);
        let fault = Fault::new(code::CELLS, message)
            .with_hint(format!("put a cell that contains '{separator}' into double quotes"));
        return Err(rejected(fault, (line, 1), text));
    }
    let mut draft = Draft::default();
    let verbatim = context.fields.count_verbatim();
    for (column, cell) in header.columns.iter().zip(&cells) {
        if let Some(place) = column.verbatim {
            draft.keep((place, verbatim), &cell.text);
        }
        match &column.field {
            Some(field) => {
                if let Err(fault) = draft.put_text(field, &cell.text) {
                    return Err(rejected(fault, place(&text, cell.offset, line), text));
                }
            }
            None if cell.text.is_empty() => {}
            None => context.ignore(&column.heading),
        }
    }
    match draft.finish(line, text) {
        Ok(row) => Ok(Some(Item::Row(Box::new(row)))),
        Err((fault, text)) => Err(rejected(fault, (line, 1), text)),
    }
}

#[cfg(test)]
mod tests;
