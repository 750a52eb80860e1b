//! From text to tokens, one at a time, with the place of each.
//!
//! Which tokens may follow which is left to the parser.

use std::ops::Range;

use crate::compare::Operator;
use crate::{Diagnostic, Number};

/// The smallest part of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    Text(String),
    Number(Number),
    Attribute(String),
    Parameter(String),
    Word(String),
    Operator(Operator),
    Open,
    Close,
    Comma,
    /// Something that is no token; a diagnostic says what.
    Bad,
    End,
}

/// The one cursor over the text.
pub(crate) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(text: &'a str) -> Lexer<'a> {
        Lexer { text, at: 0 }
    }

    /// The next token and its place. At the end it gives `End` again and again.
    pub(crate) fn next(&mut self, found: &mut Vec<Diagnostic>) -> (Token, Range<usize>) {
        self.skip_while(|character| matches!(character, ' ' | '\t' | '\r' | '\n'));
        let start = self.at;
        let token = match self.peek() {
            None => Ok(Token::End),
            Some('"') => self.text_literal(),
            Some('[') => self.attribute(),
            Some('%') => self.parameter(),
            Some('&') => self.hexadecimal(),
            Some(character) if character.is_ascii_digit() => self.number(),
            Some('-') => self.number(),
            Some(character) if is_word(character) => Ok(self.word()),
            Some(character) => self.sign(character),
        };
        let token = token.unwrap_or_else(|diagnostic| {
            found.push(diagnostic);
            Token::Bad
        });
        (token, start..self.at)
    }

    fn text_literal(&mut self) -> Result<Token, Diagnostic> {
        let start = self.at;
        let mut text = String::new();
        self.bump();
        while let Some(character) = self.bump() {
            match character {
                '"' => return Ok(Token::Text(text)),
                // Only these two are escapes. Before any other character the backslash is data,
                // as one published sample writes a pattern with a single one.
                '\\' if matches!(self.peek(), Some('"' | '\\')) => text.extend(self.bump()),
                other => text.push(other),
            }
        }
        Err(Diagnostic::error(
            "expr-unclosed-text",
            start..start + 1,
            "text without a closing quote",
        )
        .with_hint("close it with \"; a quote inside is written \\\" and a backslash \\\\"))
    }

    /// Brackets nest, and a quote inside them opens a part in which brackets do not count.
    fn attribute(&mut self) -> Result<Token, Diagnostic> {
        let start = self.at;
        let mut depth = 0_usize;
        let mut quoted = false;
        while let Some(character) = self.bump() {
            match character {
                '"' => quoted = !quoted,
                _ if quoted => {}
                '[' => depth += 1,
                ']' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let name = self.text[start + 1..self.at - 1].trim();
                if name.is_empty() {
                    let message = "attribute without a name";
                    return Err(Diagnostic::error("expr-syntax", start..self.at, message));
                }
                return Ok(Token::Attribute(name.to_owned()));
            }
        }
        Err(Diagnostic::error(
            "expr-unclosed-attribute",
            start..start + 1,
            "attribute without a closing bracket",
        ))
    }

    fn parameter(&mut self) -> Result<Token, Diagnostic> {
        let start = self.at;
        self.bump();
        self.skip_while(|character| is_word(character) || matches!(character, '.' | '-'));
        let name = &self.text[start + 1..self.at];
        if self.peek() != Some('%') || name.is_empty() {
            let message = "a parameter is written %name%";
            return Err(Diagnostic::error("expr-syntax", start..self.at, message));
        }
        self.bump();
        Ok(Token::Parameter(name.to_owned()))
    }

    fn number(&mut self) -> Result<Token, Diagnostic> {
        let start = self.at;
        if self.peek() == Some('-') {
            self.bump();
        }
        self.skip_while(|character| is_word(character) || character == '.');
        let text = &self.text[start..self.at];
        Number::from_text(text).map(Token::Number).ok_or_else(|| {
            let span = start..self.at;
            Diagnostic::error("expr-number", span, format!("{text} is not a number")).with_hint(
                "a number has digits, perhaps a minus sign and a point, and fits 64 bits",
            )
        })
    }

    fn hexadecimal(&mut self) -> Result<Token, Diagnostic> {
        let start = self.at;
        self.bump();
        if !matches!(self.peek(), Some('H' | 'h')) {
            self.skip_while(|character| character == '&');
            let message = "unexpected &";
            return Err(Diagnostic::error("expr-syntax", start..self.at, message)
                .with_hint("Append or Join puts texts together; IIF inside IIF says \"and\""));
        }
        self.bump();
        self.skip_while(is_word);
        let digits = &self.text[start + 2..self.at];
        match u64::from_str_radix(digits, 16) {
            Ok(value) => Ok(Token::Number(Number::from(value))),
            Err(_) => Err(Diagnostic::error(
                "expr-number",
                start..self.at,
                format!("&H{digits} is not a hexadecimal number of at most 64 bits"),
            )),
        }
    }

    fn word(&mut self) -> Token {
        let start = self.at;
        self.skip_while(is_word);
        Token::Word(self.text[start..self.at].to_owned())
    }

    fn sign(&mut self, character: char) -> Result<Token, Diagnostic> {
        let start = self.at;
        self.bump();
        let two = match (character, self.peek()) {
            ('<', Some('>')) => Some(Operator::NotEqual),
            ('<', Some('=')) => Some(Operator::LessOrEqual),
            ('>', Some('=')) => Some(Operator::GreaterOrEqual),
            _ => None,
        };
        if let Some(operator) = two {
            self.bump();
            return Ok(Token::Operator(operator));
        }
        match character {
            '(' => Ok(Token::Open),
            ')' => Ok(Token::Close),
            ',' => Ok(Token::Comma),
            '=' if self.peek() != Some('=') => Ok(Token::Operator(Operator::Equal)),
            '<' => Ok(Token::Operator(Operator::Less)),
            '>' => Ok(Token::Operator(Operator::Greater)),
            other => {
                self.skip_while(|next| next == '=' || next == other);
                Err(unexpected(other, &self.text[start..self.at], start..self.at))
            }
        }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += character.len_utf8();
        Some(character)
    }

    fn skip_while(&mut self, matches: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&matches) {
            self.bump();
        }
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn unexpected(character: char, text: &str, span: Range<usize>) -> Diagnostic {
    let diagnostic = Diagnostic::error("expr-syntax", span, format!("unexpected {text}"));
    match character {
        '=' => diagnostic.with_hint("equal is written ="),
        '!' => diagnostic.with_hint("not equal is written <>, and Not(…) negates"),
        '\'' | '“' | '”' | '„' | '‘' | '’' => {
            diagnostic.with_hint("text stands between straight double quotes")
        }
        ';' => diagnostic.with_hint("arguments are separated by commas"),
        _ => diagnostic,
    }
}
