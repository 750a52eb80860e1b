//! The first and the last line of a text that goes by in pieces.

use std::ops::Range;

/// Longer lines are no marks.
const LONGEST: usize = 4 << 10;

/// A line that holds something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// Its text without blanks at its ends.
    pub(super) text: String,
    /// Its bytes, without the line end.
    pub(super) range: Range<u64>,
}

/// Finds them.
#[derive(Default)]
pub(super) struct Lines {
    first: Option<Line>,
    last: Option<Line>,
    current: Vec<u8>,
    began: u64,
    at: u64,
    is_long: bool,
}

impl Lines {
    /// Takes the next piece in.
    pub(super) fn add(&mut self, piece: &[u8]) {
        for part in piece.split_inclusive(|byte| *byte == b'\n') {
            let content = part.strip_suffix(b"\n").unwrap_or(part);
            self.is_long |= self.current.len() + content.len() > LONGEST;
            if !self.is_long {
                self.current.extend_from_slice(content);
            }
            self.at += content.len() as u64;
            if content.len() < part.len() {
                self.end();
                self.at += 1;
                self.began = self.at;
            }
        }
    }

    /// The first line and the last one, of those that hold something.
    pub(super) fn finish(mut self) -> (Option<Line>, Option<Line>) {
        self.end();
        (self.first, self.last)
    }

    fn end(&mut self) {
        let bytes = std::mem::take(&mut self.current);
        let is_long = std::mem::take(&mut self.is_long);
        let text = String::from_utf8_lossy(&bytes);
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() && !is_long {
            return;
        }
        let text = if is_long { String::new() } else { text.to_owned() };
        let line = Line { text, range: self.began..self.at };
        self.first.get_or_insert_with(|| line.clone());
        self.last = Some(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<[(&str, Range<u64>); 2]>) {
        for size in [1, 3, 1_000] {
            let mut lines = Lines::default();
            text.as_bytes().chunks(size).for_each(|piece| lines.add(piece));
            let (first, last) = lines.finish();
            let found = first.zip(last);
            let shown = found.as_ref().map(|(first, last)| {
                [(first.text.as_str(), first.range.clone()), (&last.text, last.range.clone())]
            });
            assert_eq!(shown, expected, "{text:?} by {size}");
        }
    }

    #[test]
    fn blank_lines_do_not_count_and_a_last_line_needs_no_end() {
        check("", None);
        check("\n \r\n", None);
        check("a", Some([("a", 0..1), ("a", 0..1)]));
        check("\na\r\nb\n\n", Some([("a", 1..3), ("b", 4..5)]));
        check("a\nEND", Some([("a", 0..1), ("END", 2..5)]));
    }

    #[test]
    fn a_long_line_is_a_line_and_no_mark() {
        let mut lines = Lines::default();
        lines.add(b"END\n");
        lines.add(&vec![b'x'; LONGEST + 1]);
        let (_, last) = lines.finish();
        assert_eq!(last.map(|line| line.text), Some(String::new()));
    }
}
