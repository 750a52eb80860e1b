//! The cells of a CSV record (RFC 4180).

use crate::{code, field::Fault};

/// One cell.
#[derive(Debug, PartialEq)]
pub(super) struct Cell {
    pub(super) text: String,
    /// Where it begins in the record.
    pub(super) offset: usize,
}

/// Where a scan of bytes stands. Separators and quotes are ASCII, so bytes are enough.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum State {
    /// Before the first byte of a cell, blanks aside.
    Start,
    Bare,
    Quoted,
    /// Behind a quote in a quoted cell: its end, or the first half of a doubled one.
    Closing,
    /// Behind a quoted cell and a blank.
    Closed,
}

/// Goes over one line, its end included. An error is the offset of text behind a closing quote.
pub(super) fn scan(mut state: State, line: &[u8], separator: u8) -> Result<State, usize> {
    for (offset, &byte) in line.iter().enumerate() {
        state = step(state, byte, separator).ok_or(offset)?;
    }
    Ok(state)
}

fn step(state: State, byte: u8, separator: u8) -> Option<State> {
    Some(match (state, byte) {
        (State::Quoted, b'"') => State::Closing,
        (State::Quoted, _) | (State::Closing, b'"') => State::Quoted,
        (_, byte) if byte == separator => State::Start,
        (State::Start, b'"') => State::Quoted,
        (State::Start, b' ') => State::Start,
        (State::Start | State::Bare, _) => State::Bare,
        (State::Closing | State::Closed, b' ' | b'\r' | b'\n') => State::Closed,
        (State::Closing | State::Closed, _) => return None,
    })
}

/// Where the last quoted cell of a line begins.
pub(super) fn opening(line: &[u8], separator: u8) -> usize {
    let mut state = State::Start;
    let mut opening = 0;
    for (offset, &byte) in line.iter().enumerate() {
        let Some(next) = step(state, byte, separator) else { break };
        if state == State::Start && next == State::Quoted {
            opening = offset;
        }
        state = next;
    }
    opening
}

/// The cells of a whole record. Bare cells lose the blanks at their ends, quoted ones keep all.
pub(super) fn split(record: &str, separator: u8) -> Result<Vec<Cell>, (usize, Fault)> {
    let mut cells = Vec::new();
    let mut state = State::Start;
    let mut start = 0;
    for (offset, &byte) in record.as_bytes().iter().enumerate() {
        // Inside quotes a separator is text, and so is the state behind it.
        if byte == separator && state != State::Quoted {
            cells.push(Cell { text: cell_text(&record[start..offset]), offset: start });
            start = offset + 1;
        }
        let message = "text behind a closing quote";
        state = step(state, byte, separator)
            .ok_or_else(|| (offset, Fault::new(code::QUOTE, message)))?;
    }
    cells.push(Cell { text: cell_text(&record[start..]), offset: start });
    Ok(cells)
}

fn cell_text(raw: &str) -> String {
    let bare = raw.trim();
    let quoted = raw.trim_matches([' ', '\r', '\n']);
    match quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) if inner.contains('"') => inner.replace("\"\"", "\""),
        Some(inner) => inner.to_owned(),
        None => bare.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(record: &str, expected: &[&str]) {
        let cells = split(record, b',').expect("whole");
        let texts: Vec<_> = cells.iter().map(|cell| cell.text.as_str()).collect();
        assert_eq!(texts, expected, "{record}");
        assert_ne!(scan(State::Start, record.as_bytes(), b','), Ok(State::Quoted));
    }

    #[test]
    fn cells() {
        check("a,b", &["a", "b"]);
        check(" a , \" b \" ,", &["a", " b ", ""]);
        check("\"a,\"\"b\"\"\",\"\"", &["a,\"b\"", ""]);
        check("Ada \"Countess\" L,x", &["Ada \"Countess\" L", "x"]);
        check("\"a\r\nb\",c", &["a\r\nb", "c"]);
        check("", &[""]);
        check("\"\"\"\"", &["\""]);
    }

    #[test]
    fn text_behind_a_quote_is_no_cell() {
        assert_eq!(split("\"a\"b,c", b',').map_err(|(offset, _)| offset), Err(3));
        assert_eq!(scan(State::Start, b"\"a\"b", b','), Err(3));
        assert_eq!(scan(State::Start, b"x,\"a", b','), Ok(State::Quoted));
    }
}
