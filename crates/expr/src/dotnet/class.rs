//! Character classes: `[a-z-[aeiou]]`, `\w`, `\p{IsGreek}`.

use super::translate::{Translated, Translator, literal};

/// Words in .NET: letters, marks, decimal digits and connectors, but no joiners.
const WORD: &str = r"\p{L}\p{M}\p{Nd}\p{Pc}";

/// The general categories that .NET knows by these names.
const CATEGORIES: &str = "L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp \
C Cc Cf Co Cn";

/// The Unicode blocks that mappings use, by their .NET names.
const BLOCKS: [(&str, u32, u32); 34] = [
    ("BasicLatin", 0x0, 0x7f),
    ("Latin-1Supplement", 0x80, 0xff),
    ("LatinExtended-A", 0x100, 0x17f),
    ("LatinExtended-B", 0x180, 0x24f),
    ("IPAExtensions", 0x250, 0x2af),
    ("SpacingModifierLetters", 0x2b0, 0x2ff),
    ("CombiningDiacriticalMarks", 0x300, 0x36f),
    ("Greek", 0x370, 0x3ff),
    ("GreekandCoptic", 0x370, 0x3ff),
    ("Cyrillic", 0x400, 0x4ff),
    ("CyrillicSupplement", 0x500, 0x52f),
    ("Armenian", 0x530, 0x58f),
    ("Hebrew", 0x590, 0x5ff),
    ("Arabic", 0x600, 0x6ff),
    ("Devanagari", 0x900, 0x97f),
    ("Bengali", 0x980, 0x9ff),
    ("Tamil", 0xb80, 0xbff),
    ("Thai", 0xe00, 0xe7f),
    ("Georgian", 0x10a0, 0x10ff),
    ("HangulJamo", 0x1100, 0x11ff),
    ("LatinExtendedAdditional", 0x1e00, 0x1eff),
    ("GreekExtended", 0x1f00, 0x1fff),
    ("GeneralPunctuation", 0x2000, 0x206f),
    ("SuperscriptsandSubscripts", 0x2070, 0x209f),
    ("CurrencySymbols", 0x20a0, 0x20cf),
    ("LetterlikeSymbols", 0x2100, 0x214f),
    ("NumberForms", 0x2150, 0x218f),
    ("Arrows", 0x2190, 0x21ff),
    ("MathematicalOperators", 0x2200, 0x22ff),
    ("CJKSymbolsandPunctuation", 0x3000, 0x303f),
    ("Hiragana", 0x3040, 0x309f),
    ("Katakana", 0x30a0, 0x30ff),
    ("CJKUnifiedIdeographs", 0x4e00, 0x9fff),
    ("HangulSyllables", 0xac00, 0xd7af),
];

/// What stands at one place of a class.
enum Item {
    Character(char),
    /// A set, written for the inside of a class.
    Set(String),
}

impl Translator<'_> {
    /// A class; the opening bracket is read. Subtracted classes nest, so their depth is limited.
    pub(super) fn class(&mut self, depth: usize) -> Translated {
        if depth > 20 {
            return Err("classes are nested too deeply".to_owned());
        }
        let negated = self.take('^');
        let mut set = String::new();
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
                _ => {}
            }
            first = false;
            match self.item(next)? {
                Item::Set(text) => set.push_str(&text),
                Item::Character(start) if self.peek() == Some('-') && self.opens_range() => {
                    self.bump();
                    self.range(start, &mut set)?;
                }
                Item::Character(single) => set.push_str(&literal(single)),
            }
        }
        let sign = if negated { "^" } else { "" };
        Ok(match subtracted {
            None => format!("[{sign}{set}]"),
            Some(inner) => format!("[[{sign}{set}]--{inner}]"),
        })
    }

    /// Whether the hyphen ahead stands between two characters.
    fn opens_range(&self) -> bool {
        !matches!(self.peek_second(), None | Some(']' | '['))
    }

    /// The hyphen is read.
    fn range(&mut self, start: char, set: &mut String) -> Result<(), String> {
        let next = self.bump().ok_or("[ without ]")?;
        match self.item(next)? {
            Item::Set(_) => Err("a set cannot end a range".to_owned()),
            Item::Character(end) if end < start => Err(format!("range {start}-{end} is reversed")),
            Item::Character(end) => {
                set.push_str(&format!("{}-{}", literal(start), literal(end)));
                Ok(())
            }
        }
    }

    fn item(&mut self, next: char) -> Result<Item, String> {
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

    /// The set that an escaped letter stands for, written for the inside of a class.
    pub(super) fn set(&mut self, letter: char) -> Result<Option<String>, String> {
        Ok(Some(match letter {
            'd' => r"\d".to_owned(),
            'D' => r"[^\d]".to_owned(),
            's' => r"\s".to_owned(),
            'S' => r"[^\s]".to_owned(),
            'w' => WORD.to_owned(),
            'W' => format!("[^{WORD}]"),
            'p' => self.property()?,
            'P' => format!("[^{}]", self.property()?),
            _ => return Ok(None),
        }))
    }

    fn property(&mut self) -> Translated {
        let unclosed = "\\p is followed by a name in braces";
        if !self.take('{') {
            return Err(unclosed.to_owned());
        }
        let name = self.until('}').ok_or(unclosed)?;
        if CATEGORIES.split(' ').any(|category| category == name) {
            return Ok(format!(r"\p{{{name}}}"));
        }
        let block = name
            .strip_prefix("Is")
            .and_then(|name| BLOCKS.iter().find(|(block, _, _)| *block == name));
        match block {
            Some((_, start, end)) => Ok(format!(r"\x{{{start:x}}}-\x{{{end:x}}}")),
            None => Err(format!("unknown category or block {name}")),
        }
    }
}
