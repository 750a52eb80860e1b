//! Reading a date by a .NET custom format: the whole text must fit.

use jiff::civil::{Date, DateTime, Time};

use super::format::{self, Clock, DAYS, Invalid, MONTHS, Part};
use super::{full_year, nanoseconds, to_utc};
use crate::error::Problem;

/// What the styles argument of `FormatDateTime` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Styles {
    leading: bool,
    trailing: bool,
    inner: bool,
    universal: bool,
    /// Whether a `Z` stays one; otherwise it becomes the server's own time, which is UTC as well.
    roundtrip: bool,
    assume: Option<Clock>,
    no_current_date: bool,
}

impl Styles {
    /// Left out, the styles are RoundtripKind with white space allowed around the text.
    pub(crate) const DEFAULT: Styles =
        Styles { leading: true, trailing: true, roundtrip: true, ..Styles::NONE };

    const NONE: Styles = Styles {
        leading: false,
        trailing: false,
        inner: false,
        universal: false,
        roundtrip: false,
        assume: None,
        no_current_date: false,
    };

    /// One name or several with commas between, with or without `DateTimeStyles.` before them.
    pub(crate) fn parse(names: &str) -> Result<Styles, Problem> {
        let mut styles = Styles::NONE;
        let (mut local, mut world) = (false, false);
        for name in names.split(',') {
            let name = name.trim();
            match name.strip_prefix("DateTimeStyles.").unwrap_or(name) {
                "" | "None" => {}
                "RoundtripKind" => styles.roundtrip = true,
                "AllowLeadingWhite" => styles.leading = true,
                "AllowTrailingWhite" => styles.trailing = true,
                "AllowInnerWhite" => styles.inner = true,
                "AllowWhiteSpaces" => {
                    styles.leading = true;
                    styles.trailing = true;
                    styles.inner = true;
                }
                "NoCurrentDateDefault" => styles.no_current_date = true,
                "AdjustToUniversal" => styles.universal = true,
                "AssumeLocal" => local = true,
                "AssumeUniversal" => world = true,
                other => return Err(Problem::UnknownStyle(other.to_owned())),
            }
        }
        // The server's zone is UTC, so both assumptions give the same instant.
        let assumed = local || world;
        styles.assume = assumed.then_some(Clock::Local);
        match (local && world) || (styles.roundtrip && (assumed || styles.universal)) {
            true => Err(Problem::StyleConflict(names.to_owned())),
            false => Ok(styles),
        }
    }
}

/// The moment in UTC that a text holds by a format. `today` stands in when the format has no date.
pub(crate) fn parse(
    text: &str,
    format: &str,
    styles: Styles,
    today: Option<Date>,
) -> Result<(DateTime, Clock), Problem> {
    let misfit = || Problem::DateFormat { text: text.to_owned(), format: format.to_owned() };
    let invalid = |Invalid| Problem::NotADateFormat(format.to_owned());
    let (mut rest, mut wanted) = (text, format::expand(format)?);
    format::check(format)?;
    if styles.leading {
        (rest, wanted) = (rest.trim_start(), wanted.trim_start());
    }
    if styles.trailing {
        (rest, wanted) = (rest.trim_end(), wanted.trim_end());
    }
    let mut reader = Reader { rest, styles, found: Found::default() };
    let mut parts = format::parts(wanted).peekable();
    while let Some(part) = parts.next() {
        let part = part.map_err(invalid)?;
        if styles.inner {
            reader.rest = reader.rest.trim_start();
        }
        let fraction = matches!(parts.peek(), Some(Ok(Part::Field('F', 2..))));
        match part {
            // Without a fraction the point before it is left out as well; .NET does so from two
            // places on.
            Part::Literal('.') if fraction && !reader.rest.starts_with('.') => {
                parts.next();
            }
            _ => reader.part(part).ok_or_else(misfit)?,
        }
    }
    if !reader.rest.is_empty() {
        return Err(misfit());
    }
    reader.found.resolve(styles, today).ok_or_else(misfit)?
}

#[derive(Default)]
struct Found {
    year: Option<i32>,
    month: Option<i32>,
    day: Option<i32>,
    weekday: Option<i8>,
    hour: Option<i32>,
    /// Whether the hour was read as one of twelve.
    twelve: bool,
    minute: Option<i32>,
    second: Option<i32>,
    nanosecond: Option<i32>,
    afternoon: Option<bool>,
    /// Minutes east of Greenwich, and whether it was written as `Z`.
    offset: Option<(i32, bool)>,
}

/// Notes a value, and refuses one that says otherwise than an earlier part did.
fn set<T: PartialEq>(slot: &mut Option<T>, value: T) -> Option<()> {
    if slot.as_ref().is_some_and(|before| *before != value) {
        return None;
    }
    *slot = Some(value);
    Some(())
}

struct Reader<'a> {
    rest: &'a str,
    styles: Styles,
    found: Found,
}

impl Reader<'_> {
    fn part(&mut self, part: Part<'_>) -> Option<()> {
        match part {
            // White space was skipped already.
            Part::Literal(' ') if self.styles.inner => Some(()),
            Part::Literal(' ') => match self.take(' ') {
                // .NET goes on without the space where white space at the end is allowed, for the
                // sake of languages whose word for the morning is empty.
                None if self.styles.trailing => Some(()),
                taken => taken,
            },
            Part::Literal(character) | Part::Escaped(character) => self.take(character),
            Part::Quoted(text) => format::unescaped(text).try_for_each(|character| {
                if character == ' ' && self.styles.inner {
                    self.rest = self.rest.trim_start();
                    return Some(());
                }
                self.take(character)
            }),
            Part::Zulu => {
                let zone = ["GMT", "Z"].into_iter().find(|zone| {
                    let start = self.rest.get(..zone.len());
                    start.is_some_and(|start| start.eq_ignore_ascii_case(zone))
                })?;
                self.rest = &self.rest[zone.len()..];
                match self.rest.starts_with(char::is_alphabetic) {
                    true => None,
                    false => set(&mut self.found.offset, (0, true)),
                }
            }
            Part::Field(letter, count) => self.field(letter, count),
        }
    }

    fn take(&mut self, character: char) -> Option<()> {
        self.rest = self.rest.strip_prefix(character)?;
        Some(())
    }

    fn field(&mut self, letter: char, count: usize) -> Option<()> {
        match (letter, count) {
            ('d', 3) => {
                let day = self.name(&DAYS, true)?;
                set(&mut self.found.weekday, i8::try_from(day).ok()?)
            }
            ('d', 4) => {
                let day = self.name(&DAYS, false)?;
                set(&mut self.found.weekday, i8::try_from(day).ok()?)
            }
            ('d', _) => {
                let day = self.number(count, 2)?;
                set(&mut self.found.day, day)
            }
            ('M', 3 | 4) => {
                let month = self.name(&MONTHS, count == 3)?;
                set(&mut self.found.month, i32::try_from(month + 1).ok()?)
            }
            ('M', _) => {
                let month = self.number(count, 2)?;
                set(&mut self.found.month, month)
            }
            ('y', 1 | 2) => {
                let year = self.number(count, 2)?;
                set(&mut self.found.year, full_year(year, 2))
            }
            ('y', _) => {
                let year = self.number(count, count)?;
                set(&mut self.found.year, year)
            }
            ('H', _) => {
                let hour = self.number(count, 2)?;
                set(&mut self.found.hour, hour)
            }
            ('h', _) => {
                let hour = self.number(count, 2)?;
                self.found.twelve = true;
                set(&mut self.found.hour, hour)
            }
            ('m', _) => {
                let minute = self.number(count, 2)?;
                set(&mut self.found.minute, minute)
            }
            ('s', _) => {
                let second = self.number(count, 2)?;
                set(&mut self.found.second, second)
            }
            ('f', _) => self.fraction(count, count),
            ('F', _) => self.fraction(0, count),
            ('t', _) => self.half(count),
            ('g', _) => {
                let era = ["A.D.", "AD"].into_iter().find(|era| {
                    let start = self.rest.get(..era.len());
                    start.is_some_and(|start| start.eq_ignore_ascii_case(era))
                })?;
                self.rest = &self.rest[era.len()..];
                Some(())
            }
            ('z', _) => self.offset(count),
            _ => match self.rest.strip_prefix('Z') {
                Some(rest) => {
                    self.rest = rest;
                    set(&mut self.found.offset, (0, true))
                }
                None if self.rest.starts_with(['+', '-']) => self.offset(3),
                None => Some(()),
            },
        }
    }

    /// A number of at least and at most so many digits.
    fn number(&mut self, least: usize, most: usize) -> Option<i32> {
        let digits = self.digits(most);
        if digits.len() < least {
            return None;
        }
        digits.parse().ok()
    }

    fn digits(&mut self, most: usize) -> &str {
        let count = self.rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.rest.split_at(count);
        self.rest = rest;
        digits
    }

    fn fraction(&mut self, least: usize, most: usize) -> Option<()> {
        let digits = self.digits(most);
        if digits.len() < least {
            return None;
        }
        let nanosecond = nanoseconds(digits)?;
        set(&mut self.found.nanosecond, nanosecond)
    }

    /// The number of the name, from 0.
    fn name(&mut self, names: &[&str], short: bool) -> Option<usize> {
        let (index, length) = names
            .iter()
            .map(|name| if short { &name[..3] } else { name })
            .enumerate()
            .find(|(_, name)| {
                let start = self.rest.get(..name.len());
                start.is_some_and(|start| start.eq_ignore_ascii_case(name))
            })
            .map(|(index, name)| (index, name.len()))?;
        self.rest = &self.rest[length..];
        Some(index)
    }

    fn half(&mut self, count: usize) -> Option<()> {
        let letters = self.rest.get(..count)?;
        let is = |half: &str| letters.eq_ignore_ascii_case(&half[..count]);
        let afternoon = is("PM");
        if !afternoon && !is("AM") {
            return None;
        }
        self.rest = &self.rest[count..];
        set(&mut self.found.afternoon, afternoon)
    }

    fn offset(&mut self, count: usize) -> Option<()> {
        let sign = match self.rest.chars().next()? {
            '+' => 1,
            '-' => -1,
            _ => return None,
        };
        self.rest = &self.rest[1..];
        let hours = self.number(if count == 2 { 2 } else { 1 }, 2)?;
        let minutes = match count {
            3 => {
                self.rest = self.rest.strip_prefix(':').unwrap_or(self.rest);
                self.number(2, 2)?
            }
            _ => 0,
        };
        let total = hours * 60 + minutes;
        if total > 14 * 60 || minutes > 59 {
            return None;
        }
        set(&mut self.found.offset, (sign * total, false))
    }
}

impl Found {
    /// `None` when the parts do not make a moment.
    fn resolve(
        self,
        styles: Styles,
        today: Option<Date>,
    ) -> Option<Result<(DateTime, Clock), Problem>> {
        let hour = self.hour()?;
        let small = |value: Option<i32>| i8::try_from(value.unwrap_or(0)).ok();
        let time = Time::new(
            i8::try_from(hour).ok()?,
            small(self.minute)?,
            small(self.second)?,
            self.nanosecond.unwrap_or(0),
        )
        .ok()?;
        let date = match self.date(styles, today) {
            Ok(date) => date?,
            Err(problem) => return Some(Err(problem)),
        };
        if self.weekday.is_some_and(|day| day != date.weekday().to_sunday_zero_offset()) {
            return None;
        }
        let local = date.to_datetime(time);
        let clock = match self.offset {
            Some((_, true)) if styles.roundtrip => Clock::Utc,
            Some(_) => Clock::Local,
            None => styles.assume.unwrap_or(Clock::Unspecified),
        };
        let clock = match clock {
            Clock::Local if styles.universal => Clock::Utc,
            other => other,
        };
        let offset = self.offset.map_or(0, |(minutes, _)| minutes);
        let moment = to_utc(local, offset);
        Some(moment.map(|moment| (moment, clock)))
    }

    fn hour(&self) -> Option<i32> {
        let hour = self.hour.unwrap_or(0);
        let afternoon = self.afternoon.unwrap_or(false);
        match self.twelve {
            true if hour > 12 => None,
            true => Some(hour % 12 + if afternoon { 12 } else { 0 }),
            // The hour says it already, and the half of the day may only agree.
            false => (self.afternoon.is_none() || (hour >= 12) == afternoon).then_some(hour),
        }
    }

    /// Parts of the date that are missing: today when all are, else this year and the first day.
    fn date(&self, styles: Styles, today: Option<Date>) -> Result<Option<Date>, Problem> {
        let nothing = self.year.is_none() && self.month.is_none() && self.day.is_none();
        if nothing && !styles.no_current_date {
            return today.map(Some).ok_or(Problem::NoClock);
        }
        let year = match self.year {
            Some(year) => year,
            None if nothing => 1,
            None => i32::from(today.ok_or(Problem::NoClock)?.year()),
        };
        let small = |value: Option<i32>| i8::try_from(value.unwrap_or(1)).ok();
        let date = i16::try_from(year)
            .ok()
            .zip(small(self.month))
            .zip(small(self.day))
            .and_then(|((year, month), day)| Date::new(year, month, day).ok());
        Ok(date.filter(|date| date.year() >= 1))
    }
}

#[cfg(test)]
mod tests {
    use super::super::to_text;
    use super::*;

    fn read(text: &str, format: &str) -> String {
        read_with(text, format, Styles::DEFAULT)
    }

    fn read_with(text: &str, format: &str, styles: Styles) -> String {
        let today = jiff::civil::date(2025, 7, 30);
        match parse(text, format, styles, Some(today)) {
            Ok((moment, _)) => to_text(moment),
            Err(problem) => problem.code().to_owned(),
        }
    }

    #[test]
    fn reads_by_format() {
        for (text, format, expected) in [
            ("20150123105347.1Z", "yyyyMMddHHmmss.fZ", "1/23/2015 10:53:47 AM"),
            (" 2024-05-06 ", "yyyy-MM-dd", "5/6/2024 12:00:00 AM"),
            ("2020-12-31-08:00", "yyyy-MM-ddzzz", "12/31/2020 8:00:00 AM"),
            ("7/30/2025 3:04:05 PM", "M/d/yyyy h:mm:ss tt", "7/30/2025 3:04:05 PM"),
            ("12/31/2020 12:00:00 AM", "M/d/yyyy hh:mm:ss tt", "12/31/2020 12:00:00 AM"),
            ("9 Mar 25", "d MMM yy", "3/9/2025 12:00:00 AM"),
            ("9 march 75", "d MMMM yy", "3/9/1975 12:00:00 AM"),
            ("Sunday 9/3/2025", "dddd d/M/yyyy", "3/9/2025 12:00:00 AM"),
            ("15:04", "HH:mm", "7/30/2025 3:04:00 PM"),
            ("2025", "yyyy", "1/1/2025 12:00:00 AM"),
            ("2025-01-02T03:04:05+02:00", "yyyy-MM-ddTHH:mm:ssK", "1/2/2025 1:04:05 AM"),
            ("2025-01-02T03:04:05Z", "yyyy-MM-ddTHH:mm:ssK", "1/2/2025 3:04:05 AM"),
        ] {
            assert_eq!(read(text, format), expected, "{text} by {format}");
        }
    }

    #[test]
    fn refuses_what_does_not_fit() {
        for (text, format) in [
            ("06/05/2024", "yyyy-MM-dd"),
            ("1/2/2020 3:04 PM", "M/d/yyyy hh:mm tt"),
            ("2024-05-06x", "yyyy-MM-dd"),
            ("2024-02-30", "yyyy-MM-dd"),
            ("Monday 9/3/2025", "dddd d/M/yyyy"),
            ("13 PM", "HH tt x"),
            ("13:00 PM", "hh:mm tt"),
            ("ü", "dd"),
        ] {
            assert_eq!(read(text, format), "expr-date-format", "{text} by {format}");
        }
    }

    #[test]
    fn styles() {
        let styles = Styles::parse("AllowWhiteSpaces, DateTimeStyles.AssumeUniversal").unwrap();
        let spaced = " 2024 - 05 - 06 ";
        assert_eq!(read_with(spaced, "yyyy-MM-dd", styles), "5/6/2024 12:00:00 AM");
        let none = Styles::parse("None").unwrap();
        assert_eq!(read_with(" 2024-05-06", "yyyy-MM-dd", none), "expr-date-format");
        assert!(Styles::parse("Sometimes").is_err());
        let zero = Styles::parse("NoCurrentDateDefault").unwrap();
        assert_eq!(read_with("15:04", "HH:mm", zero), "1/1/0001 3:04:00 PM");
    }
}
