//! Just enough of Rust's tokens to tell code from comments and from text literals.

use std::ops::Range;

/// A source split into what is code and what is text.
#[derive(Debug, PartialEq)]
pub struct Lexed {
    /// As long as the source, with spaces for comments and for what is inside literals. Line
    /// breaks stay, so that lines keep their numbers.
    pub code: String,
    /// Where in the source the insides of text literals are.
    pub literals: Vec<Range<usize>>,
}

pub fn lex(text: &str) -> Lexed {
    let mut lexer = Lexer { text, at: 0, code: Vec::new(), literals: Vec::new() };
    while lexer.at < text.len() {
        lexer.step();
    }
    let code = String::from_utf8(lexer.code).expect("whole characters were kept or blanked");
    Lexed { code, literals: lexer.literals }
}

pub fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    code: Vec<u8>,
    literals: Vec<Range<usize>>,
}

impl Lexer<'_> {
    fn step(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        match rest {
            [b'/', b'/', ..] => {
                let end = rest.iter().position(|byte| *byte == b'\n');
                self.blank(end.unwrap_or(rest.len()));
            }
            [b'/', b'*', ..] => self.blank(block_comment_len(rest)),
            [b'"', ..] => {
                let inside = text_len(&rest[1..]);
                self.literal(1, inside, 1);
            }
            [b'\'', ..] => match character_len(&self.text[self.at..]) {
                Some(inside) => {
                    self.keep(1);
                    self.blank(inside);
                    self.keep(1);
                }
                None => self.keep(1),
            },
            [first, ..] if is_name_byte(*first) => self.name(),
            _ => self.keep(1),
        }
    }

    /// A name, or the start of a raw literal such as `r#"…"#`.
    fn name(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        let end = rest.iter().position(|byte| !is_name_byte(*byte)).unwrap_or(rest.len());
        let hashes = rest[end..].iter().take_while(|byte| **byte == b'#').count();
        let is_raw = matches!(&rest[..end], b"r" | b"br" | b"cr");
        if is_raw && rest.get(end + hashes) == Some(&b'"') {
            let opening = end + hashes + 1;
            let closing = format!("\"{}", "#".repeat(hashes));
            let inside = self.text[self.at + opening..].find(&closing);
            let inside = inside.unwrap_or(rest.len() - opening);
            self.literal(opening, inside, closing.len());
        } else {
            self.keep(end);
        }
    }

    fn literal(&mut self, opening: usize, inside: usize, closing: usize) {
        self.keep(opening);
        self.literals.push(self.at..self.at + inside);
        self.blank(inside);
        self.keep(closing);
    }

    fn keep(&mut self, len: usize) {
        let end = (self.at + len).min(self.text.len());
        self.code.extend_from_slice(&self.text.as_bytes()[self.at..end]);
        self.at = end;
    }

    fn blank(&mut self, len: usize) {
        let end = (self.at + len).min(self.text.len());
        let inside = &self.text.as_bytes()[self.at..end];
        self.code.extend(inside.iter().map(|byte| if *byte == b'\n' { b'\n' } else { b' ' }));
        self.at = end;
    }
}

/// Block comments nest.
fn block_comment_len(bytes: &[u8]) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < bytes.len() {
        match &bytes[at..] {
            [b'/', b'*', ..] => {
                depth += 1;
                at += 2;
            }
            [b'*', b'/', ..] => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    at
}

/// How long the inside of a text literal is, from after its opening quote.
fn text_len(bytes: &[u8]) -> usize {
    let mut at = 0;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at.min(bytes.len())
}

/// How long the inside of a character literal is; none when the quote begins a lifetime.
fn character_len(text: &str) -> Option<usize> {
    let inside = &text[1..];
    let first = inside.chars().next()?;
    if first == '\\' {
        // The escaped character may itself be a quote.
        let escaped = inside.chars().nth(1)?;
        let skipped = 1 + escaped.len_utf8();
        return inside[skipped..].find('\'').map(|end| skipped + end);
    }
    inside[first.len_utf8()..].starts_with('\'').then(|| first.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected_code: &str, expected_literals: &[&str]) {
        let lexed = lex(text);
        assert_eq!(lexed.code, expected_code);
        let literals: Vec<&str> = lexed.literals.iter().map(|range| &text[range.clone()]).collect();
        assert_eq!(literals, expected_literals);
    }

    #[test]
    fn blanks_comments() {
        check("a // b\nc", "a     \nc", &[]);
        check("a /* b /* c */ d */ e", "a                   e", &[]);
        check("a /* ö\n */ e", "a      \n    e", &[]);
    }

    #[test]
    fn blanks_text_literals() {
        check(r#"f("a {")"#, r#"f("   ")"#, &["a {"]);
        check(r#"f("a\"b", c)"#, r#"f("    ", c)"#, &[r#"a\"b"#]);
        check(r##"r#"a"b"# c"##, r##"r#"   "# c"##, &["a\"b"]);
        check(r#"b"x" r"\" y"#, r#"b" " r" " y"#, &["x", "\\"]);
        check(r#""// no comment""#, r#""             ""#, &["// no comment"]);
    }

    #[test]
    fn tells_characters_from_lifetimes() {
        check("'{' 'a' '\\'' '\"'", "' ' ' ' '  ' ' '", &[]);
        check("&'a str, 'ö', b'{'", "&'a str, '  ', b' '", &[]);
        check("r#fn 'static", "r#fn 'static", &[]);
    }

    #[test]
    fn survives_what_never_ends() {
        check("\"abc", "\"   ", &["abc"]);
        check("r#\"abc", "r#\"   ", &["abc"]);
        check("/* abc", "      ", &[]);
        check("'", "'", &[]);
    }
}
