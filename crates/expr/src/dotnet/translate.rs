//! From a .NET pattern to the dialect of fancy-regex.
//!
//! Every character that is neither letter nor digit goes out as a code point, so that no escape can
//! mean something else there. Options other than "ignore case" are worked in here.

use std::iter::Peekable;
use std::str::Chars;

use super::groups::Groups;

/// The translated part, or why there is none.
pub(super) type Translated = Result<String, String>;

/// The translated pattern and its groups.
pub(super) fn translate(pattern: &str) -> Result<(String, Groups), String> {
    // References may point ahead, so the groups are counted first.
    let mut first = Translator::new(pattern, None);
    first.pattern()?;
    let groups = Groups::new(&first.found);
    let mut second = Translator::new(pattern, Some(&groups));
    let translated = second.pattern()?;
    Ok((translated, groups))
}

/// A character that stands for itself.
pub(super) fn literal(character: char) -> String {
    match character.is_ascii() && !character.is_ascii_alphanumeric() {
        true => format!("\\x{{{:x}}}", u32::from(character)),
        false => character.to_string(),
    }
}

/// No mapping needs more, and each repetition takes memory.
const MOST_REPEATS: usize = 1000;

/// Inline options, which hold to the end of the group.
#[derive(Clone, Copy, Default)]
struct Options {
    ignore_case: bool,
    multiline: bool,
    single_line: bool,
    extended: bool,
    explicit: bool,
}

/// What a quantifier would apply to.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    Nothing,
    Atom,
    Quantifier,
}

pub(super) struct Translator<'p> {
    rest: Peekable<Chars<'p>>,
    /// Absent while the groups are being counted.
    groups: Option<&'p Groups>,
    found: Vec<Option<String>>,
    options: Options,
    /// The options outside each open group.
    open: Vec<Options>,
    out: String,
}

impl<'p> Translator<'p> {
    fn new(pattern: &'p str, groups: Option<&'p Groups>) -> Translator<'p> {
        Translator {
            rest: pattern.chars().peekable(),
            groups,
            found: Vec::new(),
            options: Options::default(),
            open: Vec::new(),
            out: String::new(),
        }
    }

    fn pattern(&mut self) -> Translated {
        let mut before = Before::Nothing;
        while let Some(next) = self.bump() {
            before = match next {
                ' ' | '\t' | '\n' | '\r' | '\u{c}' | '\u{b}' if self.options.extended => before,
                '#' if self.options.extended => {
                    self.until('\n');
                    before
                }
                '*' | '+' | '?' => self.quantifier(next.to_string(), before)?,
                '{' => match self.counts()? {
                    Some(counts) => self.quantifier(counts, before)?,
                    None => self.atom(&literal('{')),
                },
                '(' => self.group(before)?,
                ')' => {
                    self.options = self.open.pop().ok_or(") without (")?;
                    self.atom(")")
                }
                '|' => {
                    self.out.push('|');
                    Before::Nothing
                }
                '[' => {
                    let class = self.class(0)?;
                    self.atom(&class)
                }
                '.' if self.options.single_line => self.atom(r"[\s\S]"),
                '.' => self.atom(r"[^\n]"),
                '^' if self.options.multiline => self.atom("(?m:^)"),
                '^' => self.atom(r"\A"),
                '$' if self.options.multiline => self.atom(r"(?=\n|\z)"),
                '$' => self.atom(r"(?=\n?\z)"),
                '\\' => {
                    let escape = self.escape()?;
                    self.atom(&escape)
                }
                other => self.atom(&literal(other)),
            };
        }
        match self.open.is_empty() {
            true => Ok(std::mem::take(&mut self.out)),
            false => Err("( without )".to_owned()),
        }
    }

    fn atom(&mut self, text: &str) -> Before {
        self.out.push_str(text);
        Before::Atom
    }

    fn quantifier(&mut self, quantifier: String, before: Before) -> Result<Before, String> {
        match before {
            Before::Nothing => return Err(format!("{quantifier} has nothing to repeat")),
            // Also keeps out `a++`, which means something in other dialects.
            Before::Quantifier => return Err(format!("{quantifier} behind a quantifier")),
            Before::Atom => {}
        }
        self.out.push_str(&quantifier);
        if self.take('?') {
            self.out.push('?');
        }
        Ok(Before::Quantifier)
    }

    /// `2}`, `2,}` or `2,3}` behind a brace; anything else leaves the brace a character.
    fn counts(&mut self) -> Result<Option<String>, String> {
        let mut ahead = self.rest.clone();
        let inside: String = ahead.by_ref().take_while(|next| *next != '}').collect();
        let (least, most) = match inside.split_once(',') {
            Some((least, most)) => (least, most),
            None => (inside.as_str(), inside.as_str()),
        };
        let closed = self.rest.clone().any(|next| next == '}');
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !closed || least.is_empty() || !digits(least) || !digits(most) {
            return Ok(None);
        }
        let count = |text: &str| match text.parse::<usize>() {
            Ok(count) if count <= MOST_REPEATS => Ok(count),
            _ => Err(format!("{{{inside}}} repeats more than {MOST_REPEATS} times")),
        };
        if !most.is_empty() && count(most)? < count(least)? {
            return Err(format!("{{{inside}}} has its limits reversed"));
        }
        count(least)?;
        self.rest = ahead;
        Ok(Some(format!("{{{inside}}}")))
    }

    /// A parenthesis is read.
    fn group(&mut self, before: Before) -> Result<Before, String> {
        let outside = self.options;
        let opening = if !self.take('?') {
            match self.options.explicit {
                true => "(?:".to_owned(),
                false => self.capture(None),
            }
        } else {
            match self.bump().ok_or("( without )")? {
                '#' => {
                    self.until(')').ok_or("comment without )")?;
                    return Ok(before);
                }
                '(' => self.condition()?,
                '<' if matches!(self.peek(), Some('=' | '!')) => {
                    format!("(?<{}", self.bump().unwrap_or('='))
                }
                '<' => self.named('>')?,
                '\'' => self.named('\'')?,
                sign @ (':' | '=' | '!' | '>') => format!("(?{sign}"),
                letter => match self.inline_options(letter)? {
                    Some(opening) => opening,
                    None => {
                        let sign = if self.options.ignore_case { "" } else { "-" };
                        self.out.push_str(&format!("(?{sign}i)"));
                        return Ok(Before::Nothing);
                    }
                },
            }
        };
        self.open.push(outside);
        if self.open.len() > 100 {
            return Err("groups are nested too deeply".to_owned());
        }
        self.out.push_str(&opening);
        Ok(Before::Nothing)
    }

    fn capture(&mut self, name: Option<String>) -> String {
        self.found.push(name);
        "(".to_owned()
    }

    fn named(&mut self, end: char) -> Translated {
        let name = self.until(end).ok_or("group name without an end")?;
        if name.contains('-') {
            return Err("balancing groups are not supported".to_owned());
        }
        let valid = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        if !valid || name.starts_with('0') {
            return Err(format!("{name:?} is not a group name"));
        }
        Ok(self.capture(Some(name)))
    }

    /// `(?(name)yes|no)`; the second parenthesis is read.
    fn condition(&mut self) -> Translated {
        let name = self.until(')').ok_or("condition without )")?;
        match self.reference(&name) {
            Ok(Some(index)) => Ok(format!("(?({index})")),
            Ok(None) => Ok("(?:".to_owned()),
            Err(_) => Err(format!("the condition {name:?} is not a group")),
        }
    }

    /// `i-s:` gives the opening of a group, `i-s)` changes the options of the one around.
    fn inline_options(&mut self, first: char) -> Result<Option<String>, String> {
        let mut on = true;
        let mut letter = first;
        loop {
            match letter {
                '-' => on = false,
                'i' => self.options.ignore_case = on,
                'm' => self.options.multiline = on,
                's' => self.options.single_line = on,
                'x' => self.options.extended = on,
                'n' => self.options.explicit = on,
                ')' => return Ok(None),
                ':' => {
                    let sign = if self.options.ignore_case { "" } else { "-" };
                    return Ok(Some(format!("(?{sign}i:")));
                }
                other => return Err(format!("(?{other} is not a group")),
            }
            letter = self.bump().ok_or("( without )")?;
        }
    }

    /// A backslash is read.
    fn escape(&mut self) -> Translated {
        let letter = self.bump().ok_or("\\ at the end of the pattern")?;
        if let Some(set) = self.set(letter)? {
            return Ok(format!("[{set}]"));
        }
        Ok(match letter {
            'A' | 'z' | 'G' | 'b' | 'B' => format!("\\{letter}"),
            'Z' => r"(?=\n?\z)".to_owned(),
            'k' => {
                let end = match self.bump() {
                    Some('<') => '>',
                    Some('\'') => '\'',
                    _ => return Err("\\k is followed by a name in angle brackets".to_owned()),
                };
                let name = self.until(end).ok_or("group name without an end")?;
                self.back_reference(&name)?
            }
            '1'..='9' => self.numbered(letter)?,
            other => literal(self.character(other)?),
        })
    }

    /// Digits are a group when there is one of that number, else an octal code.
    fn numbered(&mut self, first: char) -> Translated {
        let mut digits = first.to_string();
        let mut ahead = self.rest.clone();
        while let Some(digit) = ahead.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
        let known = self.groups.is_none_or(|groups| groups.find(&digits).is_some());
        if known || digits.len() == 1 || first > '7' {
            self.rest = ahead;
            return self.back_reference(&digits);
        }
        self.octal(first).map(literal)
    }

    fn back_reference(&self, name: &str) -> Translated {
        Ok(match self.reference(name)? {
            Some(index) => format!("(?:\\{index})"),
            None => "(?:)".to_owned(),
        })
    }

    /// The index of a group; `None` while they are being counted.
    fn reference(&self, name: &str) -> Result<Option<usize>, String> {
        let Some(groups) = self.groups else {
            return Ok(None);
        };
        match groups.find(name) {
            Some([index]) => Ok(Some(*index)),
            Some(_) => Err(format!("the group {name} stands in several places")),
            None => Err(format!("there is no group {name}")),
        }
    }

    /// The character that an escaped one stands for.
    pub(super) fn character(&mut self, letter: char) -> Result<char, String> {
        match letter {
            't' => Ok('\t'),
            'n' => Ok('\n'),
            'r' => Ok('\r'),
            'f' => Ok('\u{c}'),
            'v' => Ok('\u{b}'),
            'a' => Ok('\u{7}'),
            'e' => Ok('\u{1b}'),
            'x' => self.hexadecimal(2),
            'u' => self.hexadecimal(4),
            '0'..='7' => self.octal(letter),
            'c' => match self.bump() {
                Some(control @ ('@'..='_' | 'a'..='z')) => {
                    Ok(char::from(control.to_ascii_uppercase() as u8 ^ 0x40))
                }
                _ => Err("\\c is followed by a letter".to_owned()),
            },
            other if other.is_alphanumeric() => Err(format!("unknown escape \\{other}")),
            other => Ok(other),
        }
    }

    fn hexadecimal(&mut self, count: usize) -> Result<char, String> {
        let digits: String = (0..count).filter_map(|_| self.bump()).collect();
        let code = match digits.len() == count && digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            true => u32::from_str_radix(&digits, 16).ok(),
            false => None,
        };
        code.and_then(char::from_u32)
            .ok_or_else(|| format!("{digits:?} is not the code of a character"))
    }

    fn octal(&mut self, first: char) -> Result<char, String> {
        let mut code = first.to_digit(8).ok_or("not an octal digit")?;
        for _ in 0..2 {
            match self.peek().and_then(|digit| digit.to_digit(8)) {
                Some(digit) => code = code * 8 + digit,
                None => break,
            }
            self.bump();
        }
        char::from_u32(code & 0xff).ok_or_else(|| "not the code of a character".to_owned())
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest.clone().next()
    }

    pub(super) fn peek_second(&self) -> Option<char> {
        self.rest.clone().nth(1)
    }

    pub(super) fn bump(&mut self) -> Option<char> {
        self.rest.next()
    }

    pub(super) fn take(&mut self, character: char) -> bool {
        self.rest.next_if_eq(&character).is_some()
    }

    /// What stands before a character; both are read.
    pub(super) fn until(&mut self, end: char) -> Option<String> {
        let mut text = String::new();
        loop {
            match self.bump()? {
                character if character == end => return Some(text),
                other => text.push(other),
            }
        }
    }
}
