//! Character classes: `[a-z-[aeiou]]`, `\w`, `\p{IsGreek}`.

use std::sync::LazyLock;

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, HirKind};

use super::blocks;
use super::parse::{Parsed, Parser, single};

/// The general categories that .NET knows by these names. Surrogates (`Cs`) are not characters here.
const CATEGORIES: &str = "L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp \
C Cc Cf Co Cn";

/// Words in .NET: letters, marks without width, decimal digits and connectors.
static WORD: LazyLock<ClassUnicode> = LazyLock::new(|| class(r"[\p{L}\p{Mn}\p{Nd}\p{Pc}]"));

/// The sets of single letters, which patterns use often.
static KNOWN: LazyLock<[(char, ClassUnicode); 6]> = LazyLock::new(|| {
    let not = |set: &ClassUnicode| {
        let mut set = set.clone();
        set.negate();
        set
    };
    let (digit, space) = (class(r"\p{Nd}"), class(r"\s"));
    [
        ('D', not(&digit)),
        ('S', not(&space)),
        ('W', not(&WORD)),
        ('d', digit),
        ('s', space),
        ('w', WORD.clone()),
    ]
});

/// The characters of a class in the syntax of the `regex` crates, from where the tables of Unicode
/// come.
pub(super) fn class(pattern: &str) -> ClassUnicode {
    match regex_syntax::parse(pattern).map(|hir| hir.into_kind()) {
        Ok(HirKind::Class(Class::Unicode(class))) => class,
        // A class of one character comes as that character.
        Ok(HirKind::Literal(literal)) => {
            let text = std::str::from_utf8(&literal.0).unwrap_or_default();
            text.chars().next().map_or_else(ClassUnicode::empty, single)
        }
        _ => ClassUnicode::empty(),
    }
}

/// Whether a character belongs to words.
pub(super) fn is_word(character: char) -> bool {
    contains(&WORD, character)
}

/// Whether a class has a character.
pub(super) fn contains(class: &ClassUnicode, character: char) -> bool {
    match character {
        '0'..='9' | 'A'..='Z' | 'a'..='z' | '\u{80}'.. => {}
        // Few ranges lie below, so a search from the front ends at once.
        _ => {
            return class
                .ranges()
                .iter()
                .take_while(|range| range.start() <= character)
                .any(|range| character <= range.end());
        }
    }
    let ranges = class.ranges();
    let after = ranges.partition_point(|range| range.start() <= character);
    after > 0 && character <= ranges[after - 1].end()
}

/// What stands at one place of a class.
enum Item {
    Character(char),
    Set(ClassUnicode),
}

impl Parser<'_> {
    /// A class; the opening bracket is read. Subtracted classes nest, so their depth is limited.
    pub(super) fn class(&mut self, depth: usize) -> Parsed<ClassUnicode> {
        if depth > 20 {
            return Err("classes are nested too deeply".to_owned());
        }
        let negated = self.take('^');
        // Only what is written out has other cases; a category such as \p{Lu} stays what it is.
        let mut written = ClassUnicode::empty();
        let mut sets = ClassUnicode::empty();
        let mut subtracted = None;
        let mut first = true;
        loop {
            let next = self.bump().ok_or("[ without ]")?;
            match next {
                ']' if !first => break,
                '-' if !first && self.peek() == Some('[') => {
                    self.bump();
                    subtracted = Some(self.class(depth + 1)?);
                    if !self.take(']') {
                        return Err("a subtracted class must be the last part".to_owned());
                    }
                    break;
                }
                '[' if self.peek() == Some(':') => self.skip_name(),
                _ => {}
            }
            first = false;
            match self.item(next)? {
                Item::Set(set) => sets.union(&set),
                Item::Character(start) if self.peek() == Some('-') && self.opens_range() => {
                    self.bump();
                    self.range(start, &mut written)?;
                }
                Item::Character(character) => written.union(&single(character)),
            }
        }
        let mut all = self.folded(written);
        all.union(&sets);
        if negated {
            all.negate();
        }
        if let Some(subtracted) = subtracted {
            all.difference(&subtracted);
        }
        Ok(all)
    }

    /// .NET passes over the name of `[:name:]` and keeps the bracket.
    fn skip_name(&mut self) {
        let before = self.position();
        self.bump();
        let name = self.until(':');
        let closed = self.take(']');
        if !closed || !name.is_some_and(|name| name.chars().all(is_word)) {
            self.back_to(before);
        }
    }

    /// Whether the hyphen ahead stands between two characters.
    fn opens_range(&self) -> bool {
        !matches!(self.peek_second(), None | Some(']' | '['))
    }

    /// The hyphen is read.
    fn range(&mut self, start: char, set: &mut ClassUnicode) -> Parsed<()> {
        let next = self.bump().ok_or("[ without ]")?;
        match self.item(next)? {
            Item::Set(_) => Err("a set cannot end a range".to_owned()),
            Item::Character(end) if end < start => Err(format!("range {start}-{end} is reversed")),
            Item::Character(end) => {
                set.push(ClassUnicodeRange::new(start, end));
                Ok(())
            }
        }
    }

    fn item(&mut self, next: char) -> Parsed<Item> {
        if next != '\\' {
            return Ok(Item::Character(next));
        }
        let letter = self.bump().ok_or("\\ at the end of the pattern")?;
        if letter == 'b' {
            return Ok(Item::Character('\u{8}'));
        }
        match self.set(letter)? {
            Some(set) => Ok(Item::Set(set)),
            None => self.character(letter).map(Item::Character),
        }
    }

    /// The set that an escaped letter stands for.
    pub(super) fn set(&mut self, letter: char) -> Parsed<Option<ClassUnicode>> {
        if !matches!(letter, 'p' | 'P') {
            let known = KNOWN.iter().find(|(name, _)| *name == letter);
            return Ok(known.map(|(_, set)| set.clone()));
        }
        let mut set = self.property()?;
        if letter == 'P' {
            set.negate();
        }
        Ok(Some(set))
    }

    fn property(&mut self) -> Parsed<ClassUnicode> {
        let unclosed = "\\p is followed by a name in braces";
        if !self.take('{') {
            return Err(unclosed.to_owned());
        }
        let name = self.until('}').ok_or(unclosed)?;
        if name == "Cs" {
            return Ok(ClassUnicode::empty());
        }
        // While the groups are being counted nobody asks for the characters.
        if self.is_counting() {
            return Ok(ClassUnicode::empty());
        }
        if CATEGORIES.split(' ').any(|category| category == name) {
            return Ok(class(&format!(r"\p{{{name}}}")));
        }
        match name.strip_prefix("Is").and_then(blocks::find) {
            Some((first, last)) => Ok(match (char::from_u32(first), char::from_u32(last)) {
                (Some(first), Some(last)) => {
                    ClassUnicode::new([ClassUnicodeRange::new(first, last)])
                }
                _ => ClassUnicode::empty(),
            }),
            None => Err(format!("unknown category or block {name}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_has_its_table() {
        for category in CATEGORIES.split(' ') {
            assert!(!class(&format!(r"\p{{{category}}}")).ranges().is_empty(), "{category}");
        }
        assert!(!WORD.ranges().is_empty());
    }

    #[test]
    fn contains_looks_at_both_ends() {
        let set = class("[b-dx\u{e9}-\u{ff}]");
        let found: String = "abcdexyé\u{100}😀".chars().filter(|c| contains(&set, *c)).collect();
        assert_eq!(found, "bcdxé");
    }
}
