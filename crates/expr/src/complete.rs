//! What an editor proposes at the cursor, and which parameter the cursor stands at.
//!
//! Both read the text up to the cursor with the lexer alone, because a text that is being written is
//! broken most of the time. Which attributes there are is told by the caller.

use std::ops::Range;

use serde::Serialize;

use crate::builtins;
use crate::check::COMPARE_TYPE;
use crate::lexer::{Lexer, Token};
use crate::tree::Constant;
use crate::{Function, Type};

/// A proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Completion {
    /// What a list shows.
    pub label: String,
    /// What takes the place of `replaces`.
    pub insert: String,
    /// What it is.
    pub kind: CompletionKind,
    /// The signature of a function, the type of an attribute.
    pub detail: String,
    /// What to know about it; may be empty.
    pub documentation: String,
    /// The bytes of the text that the proposal takes the place of.
    pub replaces: Range<usize>,
}

/// What a proposal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CompletionKind {
    /// A function.
    Function,
    /// An attribute of the source.
    Attribute,
    /// A named constant, True, False or NULL.
    Constant,
    /// A parameter of the job that the text names elsewhere.
    Parameter,
}

/// What could stand at the cursor, a place in bytes: attributes inside brackets, functions, constants
/// and attributes where a value is expected, nothing elsewhere. `attributes` are names with a word
/// about their type.
pub fn complete(text: &str, at: usize, attributes: &[(&str, &str)]) -> Vec<Completion> {
    let at = floor(text, at);
    let before = read(&text[..at]);
    let list = List { text, at, attributes, calls: &before.calls };
    match before.place {
        Place::Attribute(start) => list.attributes_in_brackets(start),
        Place::Parameter(start) => list.parameters(start),
        Place::Value(start) => list.values(start),
        Place::Nothing => Vec::new(),
    }
}

/// The innermost function around the cursor, and the number of the argument there, from 0.
pub fn signature_at(text: &str, at: usize) -> Option<(&'static Function, usize)> {
    let before = read(&text[..floor(text, at)]);
    before.calls.iter().rev().find_map(|call| Some((call.function?, call.argument)))
}

/// What stands before the cursor.
struct Before {
    /// The calls and parentheses that are open, the innermost last.
    calls: Vec<Open>,
    place: Place,
}

struct Open {
    function: Option<&'static Function>,
    argument: usize,
}

/// What the cursor stands in, and where that begins.
enum Place {
    /// Behind an opening bracket.
    Attribute(usize),
    /// Behind a percent sign.
    Parameter(usize),
    /// In a word, perhaps without letters yet, where a value is expected.
    Value(usize),
    /// In a text or behind a value.
    Nothing,
}

fn read(text: &str) -> Before {
    let mut lexer = Lexer::new(text);
    let mut calls: Vec<Open> = Vec::new();
    let mut word: Option<&str> = None;
    let mut expects = true;
    let place = loop {
        let (token, span) = lexer.next(&mut Vec::new());
        let is_last = span.end == text.len();
        let name = word.take();
        match token {
            Token::End if expects => break Place::Value(text.len()),
            Token::End => break Place::Nothing,
            Token::Word(_) => {
                if is_last && expects {
                    break Place::Value(span.start);
                }
                word = text.get(span);
                expects = false;
            }
            Token::Open => {
                calls.push(Open { function: name.and_then(builtins::find), argument: 0 });
                expects = true;
            }
            Token::Close => {
                calls.pop();
                expects = false;
            }
            Token::Comma => {
                if let Some(call) = calls.last_mut() {
                    call.argument += 1;
                }
                expects = true;
            }
            Token::Operator(_) => expects = true,
            Token::Text(_) | Token::Number(_) | Token::Attribute(_) | Token::Parameter(_) => {
                expects = false;
            }
            Token::Bad => match text.as_bytes().get(span.start) {
                Some(b'[') => break Place::Attribute(opening(text, span.start)),
                Some(b'%') if is_last && expects => break Place::Parameter(span.start + 1),
                Some(b'"') => break Place::Nothing,
                _ => {}
            },
        }
    };
    Before { calls, place }
}

/// Where the name behind an unclosed bracket begins: behind the last one, when an earlier one was
/// never closed, as a comma in it shows.
fn opening(text: &str, start: usize) -> usize {
    match text[start..].rfind('[').filter(|last| text[start..start + last].contains(',')) {
        Some(last) => start + last + 1,
        None => start + 1,
    }
}

/// The proposals for one cursor.
struct List<'a> {
    text: &'a str,
    at: usize,
    attributes: &'a [(&'a str, &'a str)],
    calls: &'a [Open],
}

impl List<'_> {
    fn attributes_in_brackets(&self, start: usize) -> Vec<Completion> {
        let rest = &self.text[self.at..];
        let ends = |next: char| matches!(next, ']' | '[' | ',' | '(' | ')' | '"' | '\n');
        let end = self.at + rest.find(ends).unwrap_or(rest.len());
        let closed = self.text[end..].starts_with(']');
        // Behind an unclosed name other things may stand, which are kept.
        let replaces = start..if closed { end } else { self.at };
        let typed = Typed::new(self.text[start..self.at].trim_start(), self.names());
        let insert = |name: &str| if closed { name.to_owned() } else { format!("{name}]") };
        self.matching_attributes(&typed, &replaces, insert)
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.attributes.iter().map(|(name, _)| *name)
    }

    fn matching_attributes(
        &self,
        typed: &Typed,
        replaces: &Range<usize>,
        insert: impl Fn(&str) -> String,
    ) -> Vec<Completion> {
        let fitting = self.attributes.iter().filter(|(name, _)| typed.fits(name));
        fitting
            .map(|(name, detail)| Completion {
                label: (*name).to_owned(),
                insert: insert(name),
                kind: CompletionKind::Attribute,
                detail: (*detail).to_owned(),
                documentation: String::new(),
                replaces: replaces.clone(),
            })
            .collect()
    }

    /// Parameters belong to the job; the text shows which ones it uses.
    fn parameters(&self, start: usize) -> Vec<Completion> {
        let end = self.word_end();
        let closed = self.text[end..].starts_with('%');
        let typed = &self.text[start..self.at];
        let mut names: Vec<String> = Vec::new();
        for part in [&self.text[..start - 1], &self.text[end..]] {
            let mut lexer = Lexer::new(part);
            loop {
                match lexer.next(&mut Vec::new()).0 {
                    Token::End => break,
                    Token::Parameter(name) if !names.contains(&name) => names.push(name),
                    _ => {}
                }
            }
        }
        let typed = Typed::new(typed, names.iter().map(String::as_str));
        let fitting = names.iter().filter(|name| typed.fits(name));
        fitting
            .map(|name| Completion {
                label: format!("%{name}%"),
                insert: if closed { name.clone() } else { format!("{name}%") },
                kind: CompletionKind::Parameter,
                detail: "parameter of the job".to_owned(),
                documentation: String::new(),
                replaces: start..end,
            })
            .collect()
    }

    fn values(&self, start: usize) -> Vec<Completion> {
        let prefix = &self.text[start..self.at];
        let replaces = start..self.word_end();
        let attribute = |name: &str| format!("[{name}]");
        let wanted = self.calls.last().and_then(|call| call.function?.parameter(call.argument));
        if wanted.is_some_and(|parameter| parameter.kind == Type::Attribute) {
            let typed = Typed::new(prefix, self.names());
            return self.matching_attributes(&typed, &replaces, attribute);
        }
        let functions: Vec<&'static Function> = crate::functions()
            .iter()
            .filter(|function| !function.outermost || self.calls.is_empty())
            .copied()
            .collect();
        let constants = self.constants();
        let all = functions.iter().map(|function| function.name);
        let all = all.chain(constants.iter().map(|(name, _)| *name)).chain(self.names());
        let typed = Typed::new(prefix, all);
        let mut found: Vec<Completion> = functions
            .into_iter()
            .filter(|function| typed.fits(function.name))
            .map(|function| self.function(function, &replaces))
            .collect();
        let constants = constants.into_iter().filter(|(name, _)| typed.fits(name));
        found.extend(constants.map(|(name, detail)| Completion {
            label: name.to_owned(),
            insert: name.to_owned(),
            kind: CompletionKind::Constant,
            detail: detail.to_owned(),
            documentation: String::new(),
            replaces: replaces.clone(),
        }));
        found.extend(self.matching_attributes(&typed, &replaces, attribute));
        found
    }

    fn function(&self, function: &'static Function, replaces: &Range<usize>) -> Completion {
        let called = self.text[replaces.end..].trim_start().starts_with('(');
        let behind = match (called, function.parameters) {
            (true, _) => "",
            (false, []) => "()",
            (false, _) => "(",
        };
        Completion {
            label: function.name.to_owned(),
            insert: format!("{}{behind}", function.name),
            kind: CompletionKind::Function,
            detail: function.signature(),
            documentation: format!("{}\n\n{}", function.summary, function.doc),
            replaces: replaces.clone(),
        }
    }

    /// The constants that may stand here, with what they mean.
    fn constants(&self) -> Vec<(&'static str, &'static str)> {
        let parameter =
            |call: &Open| call.function.and_then(|function| function.parameter(call.argument));
        let is_result =
            self.calls.iter().all(|call| parameter(call).is_some_and(|parameter| parameter.tail));
        let compares = self
            .calls
            .last()
            .and_then(parameter)
            .is_some_and(|parameter| parameter.name == COMPARE_TYPE);
        let mut found = match compares {
            true => vec![
                (Constant::BinaryCompare.name(), "with regard to case"),
                (Constant::TextCompare.name(), "without regard to case"),
            ],
            false => Vec::new(),
        };
        if is_result {
            found.push((Constant::IgnoreAttributeFlow.name(), "the attribute is not written"));
            found.push((Constant::IgnoreObjectFlow.name(), "the object is left out"));
        }
        found.extend([("False", "boolean"), ("NULL", "no value"), ("True", "boolean")]);
        found
    }

    /// Where the word under the cursor ends.
    fn word_end(&self) -> usize {
        let rest = &self.text[self.at..];
        let is_word = |next: char| next.is_alphanumeric() || next == '_';
        self.at + rest.find(|next| !is_word(next)).unwrap_or(rest.len())
    }
}

/// What is typed: a name fits that begins so or, when none does, has it inside.
struct Typed {
    text: String,
    begins: bool,
}

impl Typed {
    fn new<'n>(typed: &str, mut names: impl Iterator<Item = &'n str>) -> Typed {
        let text = typed.to_lowercase();
        let begins = names.any(|name| name.to_lowercase().starts_with(&text));
        Typed { text, begins }
    }

    fn fits(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        match self.begins {
            true => name.starts_with(&self.text),
            false => name.contains(&self.text),
        }
    }
}

/// The nearest place at or before `at` where the text can be cut.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
