//! Finds the elements of a JSON list in a stream, without reading them: brackets and quotes alone.

use std::io::{self, BufRead};

/// What was found next.
#[derive(Debug)]
pub(super) enum Found {
    Element(Element),
    /// Something that is not `{"value":[…]}` or a list, or has no end.
    Broken {
        line: u64,
        column: u64,
        message: &'static str,
        cut_short: bool,
    },
    End,
}

/// The text of one element.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) bytes: Vec<u8>,
    pub(super) line: u64,
    pub(super) column: u64,
    /// Whether it was larger than what is kept of it.
    pub(super) cut: bool,
}

pub(super) struct Elements<R> {
    reader: R,
    limit: usize,
    line: u64,
    column: u64,
    place: Place,
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// Before a document. There may be several, page behind page.
    Outside,
    /// In a list; whether an object stands around it.
    List {
        wrapped: bool,
    },
    End,
}

impl<R: BufRead> Elements<R> {
    pub(super) fn new(reader: R, limit: usize) -> Self {
        Self { reader, limit, line: 1, column: 1, place: Place::Outside }
    }

    pub(super) fn next(&mut self) -> io::Result<Found> {
        loop {
            let found = match self.place {
                Place::End => return Ok(Found::End),
                Place::Outside => self.open()?,
                Place::List { wrapped } => self.element(wrapped)?,
            };
            match found {
                Some(found) => return Ok(found),
                None => continue,
            }
        }
    }

    /// Goes to the list of the next document.
    fn open(&mut self) -> io::Result<Option<Found>> {
        match self.peek_token()? {
            None => self.place = Place::End,
            Some(b'[') => {
                self.take()?;
                self.place = Place::List { wrapped: false };
            }
            Some(b'{') => {
                self.take()?;
                return self.find_list(false);
            }
            Some(_) => {
                return Ok(Some(self.broken("expected a list, or an object with a list 'value'")));
            }
        }
        Ok(None)
    }

    /// Goes over members of the object around, up to a list named `value` or to the object's end.
    fn find_list(&mut self, seen: bool) -> io::Result<Option<Found>> {
        loop {
            match self.peek_token()? {
                Some(b',') => {
                    self.take()?;
                }
                Some(b'}') if seen => {
                    self.take()?;
                    self.place = Place::Outside;
                    return Ok(None);
                }
                Some(b'}') => {
                    let broken = self.broken("this object has no list 'value'");
                    self.take()?;
                    self.place = Place::Outside;
                    return Ok(Some(broken));
                }
                Some(b'"') => {
                    let name = self.value(32)?.bytes;
                    if self.peek_token()? != Some(b':') {
                        return Ok(Some(self.broken("expected ':'")));
                    }
                    self.take()?;
                    if self.peek_token()? == Some(b'[') && name == b"\"value\"" {
                        self.take()?;
                        self.place = Place::List { wrapped: true };
                        return Ok(None);
                    }
                    self.value(0)?;
                }
                Some(_) => return Ok(Some(self.broken("expected a property"))),
                None => return Ok(Some(self.cut_short())),
            }
        }
    }

    fn element(&mut self, wrapped: bool) -> io::Result<Option<Found>> {
        match self.peek_token()? {
            Some(b',') => {
                self.take()?;
                Ok(None)
            }
            Some(b']') => {
                self.take()?;
                self.place = Place::Outside;
                if wrapped { self.find_list(true) } else { Ok(None) }
            }
            Some(b'}' | b':') => Ok(Some(self.broken("expected an object or the end of the list"))),
            Some(_) => {
                let element = self.value(self.limit)?;
                Ok(Some(Found::Element(element)))
            }
            None => Ok(Some(self.cut_short())),
        }
    }

    /// Goes over one value and keeps so many bytes of it.
    fn value(&mut self, keep: usize) -> io::Result<Element> {
        let mut element =
            Element { bytes: Vec::new(), line: self.line, column: self.column, cut: false };
        let mut depth = 0_u64;
        let mut quoted = false;
        let mut escaped = false;
        while let Some(byte) = self.peek()? {
            let mut last = false;
            if quoted {
                // A text never holds a line end, so one that does was not closed.
                quoted = byte != b'\n' && (escaped || byte != b'"');
                escaped = byte == b'\\' && !escaped;
                last = !quoted && depth == 0;
            } else {
                match byte {
                    b'"' => quoted = true,
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' if depth == 0 => break,
                    b'}' | b']' => {
                        depth -= 1;
                        last = depth == 0;
                    }
                    b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' if depth == 0 => break,
                    _ => {}
                }
            }
            self.take()?;
            if element.bytes.len() < keep {
                element.bytes.push(byte);
            } else {
                element.cut = true;
            }
            if last {
                break;
            }
        }
        Ok(element)
    }

    fn broken(&mut self, message: &'static str) -> Found {
        self.place = Place::End;
        Found::Broken { line: self.line, column: self.column, message, cut_short: false }
    }

    fn cut_short(&mut self) -> Found {
        self.place = Place::End;
        let message = "the input ends before the list does";
        Found::Broken { line: self.line, column: self.column, message, cut_short: true }
    }

    /// The next byte that is no blank.
    fn peek_token(&mut self) -> io::Result<Option<u8>> {
        while let Some(byte) = self.peek()? {
            // The three bytes of a byte order mark count as blanks.
            if !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0xEF | 0xBB | 0xBF) {
                return Ok(Some(byte));
            }
            self.take()?;
        }
        Ok(None)
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.reader.fill_buf() {
                Ok(chunk) => return Ok(chunk.first().copied()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn take(&mut self) -> io::Result<()> {
        if let Some(byte) = self.peek()? {
            self.reader.consume(1);
            if byte == b'\n' {
                self.line += 1;
                self.column = 1;
            } else if byte & 0xC0 != 0x80 {
                // The further bytes of a character in UTF-8 make no column.
                self.column += 1;
            }
        }
        Ok(())
    }
}
