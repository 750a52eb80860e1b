//! .NET custom date formats: what their parts are, and writing a moment by them.
//!
//! Reading by a format is in `exact`.

use std::fmt::Write;

use jiff::civil::DateTime;

use super::twelve_hours;
use crate::error::Problem;

/// A part of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part<'f> {
    /// A specifier letter and how often it stands there, cut to what has a meaning.
    Field(char, usize),
    /// `Z`: written as it is, but read as the zone.
    Zulu,
    /// Any other character stands for itself.
    Literal(char),
    /// A character behind a backslash.
    Escaped(char),
    /// What stands between quotation marks, with its escapes.
    Quoted(&'f str),
}

/// What a moment's clock was: `K` and `z` write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    /// Nothing said.
    Unspecified,
    /// Coordinated universal time.
    Utc,
    /// The server's own, which is UTC too, but writes an offset of zero.
    Local,
}

pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
pub(super) const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// A format of a single letter is a standard one, in the invariant culture.
const STANDARD: [(&str, &str); 19] = [
    ("d", "MM/dd/yyyy"),
    ("D", "dddd, dd MMMM yyyy"),
    ("f", "dddd, dd MMMM yyyy HH:mm"),
    ("F", "dddd, dd MMMM yyyy HH:mm:ss"),
    ("g", "MM/dd/yyyy HH:mm"),
    ("G", "MM/dd/yyyy HH:mm:ss"),
    ("m", "MMMM dd"),
    ("M", "MMMM dd"),
    ("o", "yyyy-MM-ddTHH:mm:ss.fffffffK"),
    ("O", "yyyy-MM-ddTHH:mm:ss.fffffffK"),
    ("r", "ddd, dd MMM yyyy HH:mm:ss 'GMT'"),
    ("R", "ddd, dd MMM yyyy HH:mm:ss 'GMT'"),
    ("s", "yyyy-MM-ddTHH:mm:ss"),
    ("t", "HH:mm"),
    ("T", "HH:mm:ss"),
    ("u", "yyyy-MM-dd HH:mm:ss'Z'"),
    ("U", "dddd, dd MMMM yyyy HH:mm:ss"),
    ("y", "yyyy MMMM"),
    ("Y", "yyyy MMMM"),
];

/// The format that a single letter stands for; any other format as it is.
pub(super) fn expand(format: &str) -> Result<&str, Problem> {
    let standard = STANDARD.iter().find(|(letter, _)| *letter == format);
    match (standard, format.chars().count()) {
        (Some((_, expanded)), _) => Ok(expanded),
        (None, 0 | 1) => Err(Problem::NotADateFormat(format.to_owned())),
        (None, _) => Ok(format),
    }
}

/// The parts of a format that is no single letter; `Err` where it cannot be read further.
pub(super) struct Parts<'f> {
    rest: &'f str,
}

/// What is no part of any format.
#[derive(Debug)]
pub(super) struct Invalid;

pub(super) fn parts(format: &str) -> Parts<'_> {
    Parts { rest: format }
}

impl<'f> Iterator for Parts<'f> {
    type Item = Result<Part<'f>, Invalid>;

    fn next(&mut self) -> Option<Self::Item> {
        let character = self.bump()?;
        Some(match character {
            '\\' => self.bump().map(Part::Escaped).ok_or(Invalid),
            '%' => match self.bump() {
                Some('%' | '\\' | '\'' | '"') | None => Err(Invalid),
                Some('Z') => Ok(Part::Zulu),
                Some(letter) if most(letter) > 0 => Ok(Part::Field(letter, 1)),
                Some(other) => Ok(Part::Literal(other)),
            },
            '\'' | '"' => self.quoted(character).ok_or(Invalid),
            'Z' => Ok(Part::Zulu),
            'K' => Ok(Part::Field('K', 1)),
            letter if most(letter) > 0 => self.field(letter),
            other => Ok(Part::Literal(other)),
        })
    }
}

impl<'f> Parts<'f> {
    fn field(&mut self, letter: char) -> Result<Part<'f>, Invalid> {
        let mut count = 1;
        while self.rest.starts_with(letter) {
            self.bump();
            count += 1;
        }
        // More than seven digits of a fraction is the one length that .NET refuses.
        match matches!(letter, 'f' | 'F') && count > 7 {
            true => Err(Invalid),
            false => Ok(Part::Field(letter, count.min(most(letter)))),
        }
    }

    /// The opening mark is read.
    fn quoted(&mut self, mark: char) -> Option<Part<'f>> {
        let start = self.rest;
        loop {
            let length = start.len() - self.rest.len();
            match self.bump()? {
                end if end == mark => return Some(Part::Quoted(&start[..length])),
                '\\' => {
                    self.bump()?;
                }
                _ => {}
            }
        }
    }

    fn bump(&mut self) -> Option<char> {
        let character = self.rest.chars().next()?;
        self.rest = &self.rest[character.len_utf8()..];
        Some(character)
    }
}

/// The characters of a quoted part, without the backslashes before some of them.
pub(super) fn unescaped(quoted: &str) -> impl Iterator<Item = char> {
    let mut characters = quoted.chars();
    std::iter::from_fn(move || match characters.next()? {
        '\\' => characters.next(),
        other => Some(other),
    })
}

/// How often a specifier letter may be repeated with a meaning; 0 for other characters.
fn most(letter: char) -> usize {
    match letter {
        'd' | 'M' => 4,
        'y' => 9,
        'f' | 'F' => 7,
        'H' | 'h' | 'm' | 's' | 't' | 'g' => 2,
        'z' => 3,
        'K' => 1,
        _ => 0,
    }
}

/// Whether a text is a format.
pub(crate) fn check(format: &str) -> Result<(), Problem> {
    let invalid = |Invalid| Problem::NotADateFormat(format.to_owned());
    parts(expand(format)?).try_for_each(|part| part.map(drop)).map_err(invalid)
}

/// How long a text in this format can be; `None` when it is no format.
pub(crate) fn longest_text(format: &str) -> Option<usize> {
    let lengths = parts(expand(format).ok()?).map(|part| {
        Some(match part.ok()? {
            Part::Zulu | Part::Literal(_) | Part::Escaped(_) => 1,
            Part::Quoted(text) => unescaped(text).count(),
            // The longest names are Wednesday and September.
            Part::Field('d' | 'M', 4) => 9,
            Part::Field('d' | 'M', count) => count.max(2),
            Part::Field('y', count) => count.max(4),
            Part::Field('f' | 'F' | 't', count) => count,
            Part::Field('g', _) => 4,
            Part::Field('z' | 'K', _) => 6,
            Part::Field(_, _) => 2,
        })
    });
    lengths.sum()
}

/// The moment in a format.
pub(crate) fn write(moment: DateTime, clock: Clock, format: &str) -> Result<String, Problem> {
    let mut out = String::with_capacity(format.len() + 8);
    for part in parts(expand(format)?) {
        match part.map_err(|Invalid| Problem::NotADateFormat(format.to_owned()))? {
            Part::Zulu => out.push('Z'),
            Part::Literal(character) | Part::Escaped(character) => out.push(character),
            Part::Quoted(text) => out.extend(unescaped(text)),
            // A fraction of zero takes the point before it away.
            Part::Field('F', digits) => {
                let before = out.len();
                write_fraction(&mut out, moment, digits);
                let end = before + out[before..].trim_end_matches('0').len();
                out.truncate(end);
                if end == before && out.ends_with('.') {
                    out.pop();
                }
            }
            Part::Field(letter, count) => write_field(&mut out, moment, clock, letter, count),
        }
    }
    Ok(out)
}

fn write_field(out: &mut String, moment: DateTime, clock: Clock, letter: char, count: usize) {
    let month = MONTHS[usize::from(moment.month().unsigned_abs()) - 1];
    let day = DAYS[usize::from(moment.weekday().to_sunday_zero_offset().unsigned_abs())];
    let (twelve, half) = twelve_hours(moment.hour());
    let name = match (letter, count) {
        ('d', 3) => &day[..3],
        ('d', 4) => day,
        ('M', 3) => &month[..3],
        ('M', 4) => month,
        ('t', 1) => &half[..1],
        ('t', _) => half,
        ('g', _) => "A.D.",
        ('z', 1) => "+0",
        ('z', 2) => "+00",
        ('z', _) => "+00:00",
        ('K', _) => match clock {
            Clock::Unspecified => "",
            Clock::Utc => "Z",
            Clock::Local => "+00:00",
        },
        ('f', digits) => return write_fraction(out, moment, digits),
        _ => {
            let (number, width) = match (letter, count) {
                ('y', 1 | 2) => (moment.year() % 100, count),
                ('y', _) => (moment.year(), count),
                ('d', _) => (moment.day().into(), count),
                ('M', _) => (moment.month().into(), count),
                ('H', _) => (moment.hour().into(), count),
                ('h', _) => (twelve.into(), count),
                ('m', _) => (moment.minute().into(), count),
                _ => (moment.second().into(), count),
            };
            return push_padded(out, number.into(), width);
        }
    };
    out.push_str(name);
}

fn write_fraction(out: &mut String, moment: DateTime, digits: usize) {
    let start = out.len();
    push_padded(out, moment.subsec_nanosecond().into(), 9);
    out.truncate(start + digits);
}

/// A number with zeros before it.
fn push_padded(out: &mut String, number: i64, width: usize) {
    // Writing into a text does not fail.
    let _ = write!(out, "{number:0width$}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(format: &str) -> String {
        let moment = jiff::civil::date(2025, 3, 9).at(15, 4, 5, 120_000_000);
        write(moment, Clock::Utc, format).unwrap_or_else(|problem| problem.to_string())
    }

    #[test]
    fn writes_every_specifier() {
        for (format, expected) in [
            ("d MMM yy", "9 Mar 25"),
            ("dddd, dd MMMM yyyy HH:mm", "Sunday, 09 March 2025 15:04"),
            ("ddd yyyyy y", "Sun 02025 25"),
            ("h hh m s t tt", "3 03 4 5 P PM"),
            ("ss.fff ss.FFF ss.ffffff", "05.120 05.12 05.120000"),
            ("yyyy-MM-ddTHH:mm:ssZ", "2025-03-09T15:04:05Z"),
            ("HH:mmK zzz zz", "15:04Z +00:00 +00"),
            (r#"'day' d "of" \M %M"#, "day 9 of M 3"),
            ("%d", "9"),
            ("s", "2025-03-09T15:04:05"),
            ("o", "2025-03-09T15:04:05.1200000Z"),
            ("gg", "A.D."),
            ("KK", "ZZ"),
            ("U", "Sunday, 09 March 2025 15:04:05"),
            ("u", "2025-03-09 15:04:05Z"),
            ("yyyy年M月", "2025年3月"),
            ("s.F s.FFFFFFF ss,FF", "5.1 5.12 05,12"),
            ("ddddd MMMMM ggg zzzz", "Sunday March A.D. +00:00"),
            (r"'it\'s' yy", "it's 25"),
        ] {
            assert_eq!(written(format), expected, "{format}");
        }
    }

    #[test]
    fn what_is_no_format() {
        for format in ["", "x", "'open", "end\\", "%", "%%", "%\\d", "ssffffffff"] {
            assert!(written(format).ends_with("is not a date format"), "{format}");
        }
    }
}
