//! From the text of a .NET pattern to its tree.
//!
//! Whatever .NET refuses is refused here too, so that a mapping means the same in both places.

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

use super::class::is_word;
use super::groups::{Groups, is_number};
use super::node::{Anchor, Node};

/// The part that was read, or why it cannot be.
pub(super) type Parsed<T = Node> = Result<T, String>;

/// The tree of a pattern and its groups.
pub(super) fn parse(pattern: &str) -> Parsed<(Node, Groups)> {
    let characters: Vec<char> = pattern.chars().collect();
    // References may point ahead, so the groups are counted first.
    let mut first = Parser::new(&characters, None);
    first.whole()?;
    let groups = Groups::new(&first.found);
    let tree = Parser::new(&characters, Some(&groups)).whole()?;
    Ok((tree, groups))
}

/// Groups and classes inside one another; it bounds the recursion of all that walks the tree.
const MOST_NESTED: usize = 100;

/// Inline options, which hold to the end of the group.
#[derive(Clone, Copy, Default)]
struct Options {
    ignore_case: bool,
    multiline: bool,
    single_line: bool,
    extended: bool,
    explicit: bool,
}

pub(super) struct Parser<'p> {
    characters: &'p [char],
    at: usize,
    /// Absent while the groups are being counted.
    groups: Option<&'p Groups>,
    /// The names of the groups from the left.
    found: Vec<Option<String>>,
    options: Options,
    depth: usize,
}

/// What an opening parenthesis begins.
enum Opening {
    Group,
    Capture(Option<String>),
    Balance {
        name: Option<String>,
        from: String,
    },
    Look {
        behind: bool,
        negative: bool,
    },
    Atomic,
    Condition,
    /// Options for the rest of the group around.
    Options,
}

impl<'p> Parser<'p> {
    fn new(characters: &'p [char], groups: Option<&'p Groups>) -> Parser<'p> {
        Parser {
            characters,
            at: 0,
            groups,
            found: Vec::new(),
            options: Options::default(),
            depth: 0,
        }
    }

    fn whole(&mut self) -> Parsed {
        let tree = Node::choice(self.branches()?);
        match self.peek() {
            None => Ok(tree),
            Some(_) => Err(") without (".to_owned()),
        }
    }

    /// The alternatives up to the end of the group.
    fn branches(&mut self) -> Parsed<Vec<Node>> {
        let mut branches = Vec::new();
        let mut parts = Vec::new();
        loop {
            self.skip_blank()?;
            match self.peek() {
                None | Some(')') => break,
                Some('|') => {
                    self.at += 1;
                    branches.push(Node::sequence(std::mem::take(&mut parts)));
                }
                Some(_) => {
                    if let Some(atom) = self.atom()? {
                        let part = self.repeated(atom)?;
                        parts.push(part);
                    }
                }
            }
        }
        branches.push(Node::sequence(parts));
        Ok(branches)
    }

    /// White space and remarks under the option `x`, and remarks in parentheses always.
    fn skip_blank(&mut self) -> Parsed<()> {
        loop {
            match self.peek() {
                Some(' ' | '\t' | '\n' | '\r' | '\u{c}' | '\u{b}') if self.options.extended => {
                    self.at += 1;
                }
                Some('#') if self.options.extended => {
                    while self.bump().is_some_and(|c| c != '\n') {}
                }
                Some('(') if self.ahead("(?#") => {
                    self.until(')').ok_or("comment without )")?;
                }
                _ => return Ok(()),
            }
        }
    }

    /// What a quantifier would apply to; `None` for inline options.
    fn atom(&mut self) -> Parsed<Option<Node>> {
        let is_quantifier = self.is_quantifier();
        let Some(next) = self.bump() else {
            return Ok(None);
        };
        let multiline = self.options.multiline;
        Ok(Some(match next {
            _ if is_quantifier => return Err(format!("{next} has nothing to repeat")),
            '(' => return self.group(),
            '[' => Node::Set(self.class(0)?),
            '.' if self.options.single_line => Node::Set(except(None)),
            '.' => Node::Set(except(Some('\n'))),
            '^' if multiline => Node::Anchor(Anchor::LineStart),
            '^' => Node::Anchor(Anchor::Start),
            '$' if multiline => Node::Anchor(Anchor::LineEnd),
            '$' => Node::Anchor(Anchor::EndOrNewline),
            '\\' => self.escape()?,
            other => self.literal(other),
        }))
    }

    fn literal(&self, character: char) -> Node {
        Node::Set(self.folded(single(character)))
    }

    /// With the other cases of its characters, under the option `i`.
    pub(super) fn folded(&self, mut set: ClassUnicode) -> ClassUnicode {
        if self.options.ignore_case {
            set.case_fold_simple();
        }
        set
    }

    /// Whether `*`, `+`, `?`, `{2}`, `{2,}` or `{2,3}` is ahead; another brace is a character.
    fn is_quantifier(&self) -> bool {
        matches!(self.peek(), Some('*' | '+' | '?')) || self.counts().is_some()
    }

    /// The numbers between the braces ahead, and where they end.
    fn counts(&self) -> Option<(String, Option<String>, usize)> {
        let rest = self.characters.get(self.at..)?.strip_prefix(&['{'])?;
        let end = rest.iter().position(|character| *character == '}')?;
        let inside: String = rest[..end].iter().collect();
        let end = self.at + end + 2;
        match inside.split_once(',') {
            None if is_number(&inside) => Some((inside.clone(), Some(inside), end)),
            Some((least, "")) if is_number(least) => Some((least.to_owned(), None, end)),
            Some((least, most)) if is_number(least) && is_number(most) => {
                Some((least.to_owned(), Some(most.to_owned()), end))
            }
            _ => None,
        }
    }

    fn repeated(&mut self, body: Node) -> Parsed {
        self.skip_blank()?;
        if !self.is_quantifier() {
            return Ok(body);
        }
        let counts = self.counts();
        let (least, most) = match (self.peek(), counts) {
            (_, Some((least, most, end))) => {
                self.at = end;
                let count = |text: &str| match text.parse::<u32>() {
                    Ok(count) if count < u32::MAX => Ok(count),
                    _ => Err(format!("{text} repetitions are too many")),
                };
                (count(&least)?, most.as_deref().map_or(Ok(u32::MAX), count)?)
            }
            (sign, None) => {
                self.at += 1;
                match sign {
                    Some('*') => (0, u32::MAX),
                    Some('+') => (1, u32::MAX),
                    _ => (0, 1),
                }
            }
        };
        if most < least {
            return Err(format!("{{{least},{most}}} has its limits reversed"));
        }
        self.skip_blank()?;
        let lazy = self.take('?');
        self.skip_blank()?;
        if self.is_quantifier() {
            // Also keeps out `a++`, which means something in other dialects.
            let sign = self.peek().unwrap_or('{');
            return Err(format!("{sign} behind a quantifier"));
        }
        Ok(Node::Repeat { body: Box::new(body), least, most, lazy })
    }

    /// A parenthesis is read.
    fn group(&mut self) -> Parsed<Option<Node>> {
        let outside = self.options;
        let opening = self.opening()?;
        if let Opening::Options = opening {
            return Ok(None);
        }
        self.depth += 1;
        if self.depth > MOST_NESTED {
            return Err("groups are nested too deeply".to_owned());
        }
        let node = match opening {
            Opening::Condition => self.condition()?,
            Opening::Capture(name) => {
                let number = self.found.iter().filter(|name| name.is_none()).count() + 1;
                let known = name.clone().unwrap_or_else(|| number.to_string());
                self.found.push(name);
                let body = Box::new(Node::choice(self.branches()?));
                let slot = self.groups.and_then(|groups| groups.find(&known)).unwrap_or(0);
                Node::Capture { slot, body }
            }
            Opening::Balance { name, from } => self.balance(name, &from)?,
            Opening::Look { behind, negative } => {
                let body = Box::new(Node::choice(self.branches()?));
                Node::Look { behind, negative, body }
            }
            Opening::Atomic => Node::Atomic(Box::new(Node::choice(self.branches()?))),
            Opening::Group | Opening::Options => Node::choice(self.branches()?),
        };
        if !self.take(')') {
            return Err("( without )".to_owned());
        }
        self.depth -= 1;
        self.options = outside;
        Ok(Some(node))
    }

    fn opening(&mut self) -> Parsed<Opening> {
        if !self.take('?') {
            return Ok(match self.options.explicit {
                true => Opening::Group,
                false => Opening::Capture(None),
            });
        }
        Ok(match self.bump().ok_or("( without )")? {
            ':' => Opening::Group,
            '>' => Opening::Atomic,
            '=' => Opening::Look { behind: false, negative: false },
            '!' => Opening::Look { behind: false, negative: true },
            '(' => Opening::Condition,
            '<' if self.take('=') => Opening::Look { behind: true, negative: false },
            '<' if self.take('!') => Opening::Look { behind: true, negative: true },
            '<' => self.named('>')?,
            '\'' => self.named('\'')?,
            letter => self.inline_options(letter)?,
        })
    }

    /// `name>`, or `name-other>` and `-other>` for a group that takes away what another took.
    fn named(&mut self, end: char) -> Parsed<Opening> {
        let inside = self.until(end).ok_or("group name without an end")?;
        let Some((name, from)) = inside.split_once('-') else {
            return Ok(Opening::Capture(Some(name_of(inside)?)));
        };
        let name = if name.is_empty() { None } else { Some(name_of(name.to_owned())?) };
        Ok(Opening::Balance { name, from: from.to_owned() })
    }

    fn balance(&mut self, name: Option<String>, from: &str) -> Parsed {
        if let Some(name) = &name {
            self.found.push(Some(name.clone()));
        }
        let body = Box::new(Node::choice(self.branches()?));
        let Some(groups) = self.groups else { return Ok(Node::Empty) };
        let from = match is_number(from) && from.trim_start_matches('0').is_empty() {
            true => 0,
            false => groups.find(from).ok_or_else(|| format!("there is no group {from}"))?,
        };
        let slot = name.and_then(|name| groups.find(&name));
        Ok(Node::Balance { slot, from, body })
    }

    /// `(?(name)yes|no)` or `(?(condition)yes|no)`; the second parenthesis is read.
    fn condition(&mut self) -> Parsed {
        let inside: String =
            self.characters[self.at..].iter().take_while(|next| is_word(**next)).collect();
        let end = self.at + inside.chars().count();
        let closed = self.characters.get(end) == Some(&')');
        let slot = self.groups.map_or(Some(0), |groups| groups.find(&inside));
        if closed && slot.is_none() && is_number(&inside) {
            return Err(format!("there is no group {inside}"));
        }
        if let Some(slot) = slot.filter(|_| closed && !inside.is_empty()) {
            self.at = end + 1;
            let (yes, no) = self.two_branches()?;
            return Ok(Node::IfCaptured { slot, yes, no });
        }
        if self.ahead("?#") || self.ahead("?'") {
            return Err("a condition has no name and is no comment".to_owned());
        }
        let condition = self.condition_inside()?;
        let (yes, no) = self.two_branches()?;
        Ok(Node::IfMatches { condition, yes, no })
    }

    /// The parenthesis around a condition takes no text of its own.
    fn condition_inside(&mut self) -> Parsed<Box<Node>> {
        let outside = self.options;
        self.depth += 1;
        if self.depth > MOST_NESTED {
            return Err("groups are nested too deeply".to_owned());
        }
        let opening = match self.peek() {
            Some('?') => self.opening()?,
            _ => Opening::Group,
        };
        let inside = match opening {
            Opening::Look { behind, negative } => {
                let body = Box::new(Node::choice(self.branches()?));
                Node::Look { behind, negative, body }
            }
            Opening::Group | Opening::Atomic => Node::choice(self.branches()?),
            _ => return Err("a condition has no name and is no comment".to_owned()),
        };
        if !self.take(')') {
            return Err("condition without )".to_owned());
        }
        self.depth -= 1;
        self.options = outside;
        Ok(Box::new(inside))
    }

    fn two_branches(&mut self) -> Parsed<(Box<Node>, Box<Node>)> {
        let mut branches = self.branches()?.into_iter();
        let yes = branches.next().unwrap_or(Node::Empty);
        let no = branches.next().unwrap_or(Node::Empty);
        match branches.next() {
            None => Ok((Box::new(yes), Box::new(no))),
            Some(_) => Err("a condition has at most two branches".to_owned()),
        }
    }

    /// `i-s:` opens a group, `i-s)` changes the options of the one around.
    fn inline_options(&mut self, first: char) -> Parsed<Opening> {
        let mut on = true;
        let mut letter = first;
        loop {
            match letter.to_ascii_lowercase() {
                '-' => on = false,
                '+' => on = true,
                'i' => self.options.ignore_case = on,
                'm' => self.options.multiline = on,
                's' => self.options.single_line = on,
                'x' => self.options.extended = on,
                'n' => self.options.explicit = on,
                'r' => return Err("matching from right to left is not supported".to_owned()),
                ')' => return Ok(Opening::Options),
                ':' => return Ok(Opening::Group),
                _ => return Err(format!("(?{letter} is not a group")),
            }
            letter = self.bump().ok_or("( without )")?;
        }
    }

    /// A backslash is read.
    fn escape(&mut self) -> Parsed {
        let letter = self.bump().ok_or("\\ at the end of the pattern")?;
        if let Some(set) = self.set(letter)? {
            return Ok(Node::Set(set));
        }
        Ok(match letter {
            'A' => Node::Anchor(Anchor::Start),
            'z' => Node::Anchor(Anchor::End),
            'Z' => Node::Anchor(Anchor::EndOrNewline),
            'G' => Node::Anchor(Anchor::SearchStart),
            'b' => Node::Anchor(Anchor::Boundary),
            'B' => Node::Anchor(Anchor::NotBoundary),
            'k' => match self.bump() {
                Some('<') => self.named_reference('>')?,
                Some('\'') => self.named_reference('\'')?,
                _ => return Err("\\k is followed by a name in angle brackets".to_owned()),
            },
            '<' | '\'' => self.old_reference(letter),
            '1'..='9' => self.numbered(letter)?,
            other => {
                let character = self.character(other)?;
                self.literal(character)
            }
        })
    }

    fn named_reference(&mut self, end: char) -> Parsed {
        let name = self.until(end).ok_or("group name without an end")?;
        self.reference(&name)
    }

    /// `\<name>` is an older form of `\k<name>`, but only where a group has that name.
    fn old_reference(&mut self, letter: char) -> Node {
        let before = self.at;
        let end = if letter == '<' { '>' } else { letter };
        let slot = self.until(end).and_then(|name| self.groups?.find(&name));
        match slot {
            Some(slot) => Node::Reference { slot, ignore_case: self.options.ignore_case },
            None => {
                self.at = before;
                self.literal(letter)
            }
        }
    }

    /// Digits are a group when there is one of that number, else an octal code.
    fn numbered(&mut self, first: char) -> Parsed {
        let more = self.characters[self.at..].iter().take_while(|next| next.is_ascii_digit());
        let digits: String = std::iter::once(&first).chain(more).collect();
        let known = self.groups.is_none_or(|groups| groups.find(&digits).is_some());
        if known || digits.len() == 1 || first > '7' {
            self.at += digits.len() - 1;
            return self.reference(&digits);
        }
        let character = self.octal(first)?;
        Ok(self.literal(character))
    }

    fn reference(&self, name: &str) -> Parsed {
        let ignore_case = self.options.ignore_case;
        match self.groups.map(|groups| groups.find(name)) {
            None => Ok(Node::Empty),
            Some(Some(slot)) => Ok(Node::Reference { slot, ignore_case }),
            Some(None) => Err(format!("there is no group {name}")),
        }
    }

    /// The character that an escaped one stands for.
    pub(super) fn character(&mut self, letter: char) -> Parsed<char> {
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
            other if is_word(other) => Err(format!("unknown escape \\{other}")),
            other => Ok(other),
        }
    }

    fn hexadecimal(&mut self, count: usize) -> Parsed<char> {
        let digits: String = (0..count).filter_map(|_| self.bump()).collect();
        let code = match digits.len() == count && digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            true => u32::from_str_radix(&digits, 16).ok(),
            false => None,
        };
        code.and_then(char::from_u32)
            .ok_or_else(|| format!("{digits:?} is not the code of a character"))
    }

    fn octal(&mut self, first: char) -> Parsed<char> {
        let mut code = first.to_digit(8).ok_or("not an octal digit")?;
        for _ in 0..2 {
            match self.peek().and_then(|digit| digit.to_digit(8)) {
                Some(digit) => code = code * 8 + digit,
                None => break,
            }
            self.at += 1;
        }
        char::from_u32(code & 0xff).ok_or_else(|| "not the code of a character".to_owned())
    }

    pub(super) fn is_counting(&self) -> bool {
        self.groups.is_none()
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    pub(super) fn back_to(&mut self, position: usize) {
        self.at = position;
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    pub(super) fn peek_second(&self) -> Option<char> {
        self.characters.get(self.at + 1).copied()
    }

    fn ahead(&self, text: &str) -> bool {
        let mut rest = self.characters[self.at..].iter();
        text.chars().all(|character| rest.next() == Some(&character))
    }

    pub(super) fn bump(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += 1;
        Some(character)
    }

    pub(super) fn take(&mut self, character: char) -> bool {
        let taken = self.peek() == Some(character);
        self.at += usize::from(taken);
        taken
    }

    /// What stands before a character; both are read.
    pub(super) fn until(&mut self, end: char) -> Option<String> {
        let length = self.characters[self.at..].iter().position(|next| *next == end)?;
        let text = self.characters[self.at..self.at + length].iter().collect();
        self.at += length + 1;
        Some(text)
    }
}

pub(super) fn single(character: char) -> ClassUnicode {
    ClassUnicode::new([ClassUnicodeRange::new(character, character)])
}

/// Every character but one.
fn except(character: Option<char>) -> ClassUnicode {
    let mut set = character.map_or_else(ClassUnicode::empty, single);
    set.negate();
    set
}

/// The name of a group, without leading zeros when it is a number.
fn name_of(name: String) -> Parsed<String> {
    if is_number(&name) {
        let number = name.trim_start_matches('0');
        if number.is_empty() || number.parse::<i32>().is_err() {
            return Err(format!("{name} is not the number of a group"));
        }
        return Ok(number.to_owned());
    }
    let begins = name.chars().next().is_some_and(|first| !first.is_ascii_digit());
    match begins && name.chars().all(is_word) {
        true => Ok(name),
        false => Err(format!("{name:?} is not a group name")),
    }
}
