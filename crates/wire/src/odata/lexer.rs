//! The words of `$filter`, with their places.

use std::ops::Range;

use super::{Fault, filter::Literal};

/// A word and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub what: What,
    pub span: Range<usize>,
}

/// What a word is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    /// A name, an operator, or a literal that is a word: `true`, `null`.
    Word(String),
    /// A literal that is told by its letters.
    Literal(Literal),
    /// `(`, `)`, `,`, `/` or `:`.
    Sign(char),
    /// Nothing follows.
    End,
}

/// All words of a text; the last is [`What::End`].
pub(super) fn read(text: &str) -> Result<Vec<Token>, Fault> {
    let mut tokens = Vec::new();
    let mut at = 0;
    loop {
        at += text[at..].len() - text[at..].trim_start().len();
        let (what, length) = next(&text[at..]).map_err(|fault| moved(fault, at))?;
        let is_end = what == What::End;
        tokens.push(Token { what, span: at..at + length });
        if is_end {
            return Ok(tokens);
        }
        at += length;
    }
}

fn moved(fault: Fault, by: usize) -> Fault {
    Fault { span: fault.span.start + by..fault.span.end + by, ..fault }
}

fn next(text: &str) -> Result<(What, usize), Fault> {
    let Some(first) = text.chars().next() else { return Ok((What::End, 0)) };
    if let Some(guid) = guid(text) {
        return Ok((What::Literal(Literal::Guid(guid)), GUID));
    }
    match first {
        '(' | ')' | ',' | '/' | ':' => Ok((What::Sign(first), 1)),
        '\'' => quoted(text).map(|(text, length)| (What::Literal(Literal::Text(text)), length)),
        '-' | '+' | '0'..='9' => number_or_time(text),
        first if is_word(first) || first == '$' => word(text),
        other => Err(Fault::bad(0..other.len_utf8(), format!("'{other}' cannot stand here"))),
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '.')
}

fn word(text: &str) -> Result<(What, usize), Fault> {
    let first = text.chars().next().map_or(0, char::len_utf8);
    let behind = text[first..].find(|character| !is_word(character));
    let length = behind.map_or(text.len(), |at| at + first);
    let (word, rest) = text.split_at(length);
    if !rest.starts_with('\'') {
        return Ok((What::Word(word.to_owned()), length));
    }
    // `duration'P1D'`, and a member of an enumeration behind the name of its type.
    let (inner, quoted) = quoted(rest).map_err(|fault| moved(fault, length))?;
    let literal = match word {
        _ if word.eq_ignore_ascii_case("duration") => Literal::duration(&inner),
        _ if word.contains('.') => Some(Literal::Text(inner)),
        _ => None,
    };
    let span = 0..length + quoted;
    let literal = literal.ok_or_else(|| {
        Fault::bad(span.clone(), format!("{} is no value that is known", &text[span.clone()]))
    })?;
    Ok((What::Literal(literal), span.end))
}

/// The text in the quotes with which `text` begins, and its length with them. A quote is doubled.
fn quoted(text: &str) -> Result<(String, usize), Fault> {
    let mut inner = String::new();
    let mut at = 1;
    loop {
        let Some(length) = text[at..].find('\'') else {
            return Err(Fault::bad(0..text.len(), "the quote that opens here does not close"));
        };
        inner.push_str(&text[at..at + length]);
        at += length + 1;
        if !text[at..].starts_with('\'') {
            return Ok((inner, at));
        }
        inner.push('\'');
        at += 1;
    }
}

fn number_or_time(text: &str) -> Result<(What, usize), Fault> {
    let is_part = |character: char| {
        character.is_ascii_alphanumeric() || matches!(character, '.' | ':' | '+' | '-')
    };
    let length = text.find(|character| !is_part(character)).unwrap_or(text.len());
    let word = &text[..length];
    let literal = Literal::number(word).or_else(|| Literal::time(word));
    let literal = literal.ok_or_else(|| {
        let message = format!("'{word}' is no number, date, time or id; text stands in quotes");
        Fault::bad(0..length, message)
    })?;
    Ok((What::Literal(literal), length))
}

const GUID: usize = 36;

/// The id with which the text begins, in small letters.
fn guid(text: &str) -> Option<String> {
    let guid = text.get(..GUID)?;
    let fits = guid.bytes().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    let ends = !text[GUID..].starts_with(|next: char| is_word(next) || next == '-');
    (fits && ends).then(|| guid.to_ascii_lowercase())
}
