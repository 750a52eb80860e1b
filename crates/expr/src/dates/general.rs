//! Reading a date whose form is not given, as .NET does in the invariant culture: ISO 8601 with or
//! without time and offset, the US forms that the date functions return, and names of months.
//!
//! What needs to know today's date (a time alone, a day without its year) is refused.

use jiff::civil::{Date, DateTime, Time};

use super::format::{DAYS, MONTHS};
use super::{full_year, nanoseconds, to_utc};
use crate::error::Problem;

/// The moment in UTC. Text without an offset counts as UTC, a date without a time as midnight.
pub(crate) fn parse(text: &str) -> Result<DateTime, Problem> {
    let mut reader = Reader { rest: text.trim() };
    match reader.moment() {
        Some((local, offset)) => to_utc(local, offset),
        None => Err(Problem::NotADate(text.to_owned())),
    }
}

struct Reader<'a> {
    rest: &'a str,
}

/// A part of a date: a number with its digits, or a month by its name.
#[derive(Clone, Copy)]
enum Item {
    Number(i32, usize),
    Month(i32),
}

impl Reader<'_> {
    fn moment(&mut self) -> Option<(DateTime, i32)> {
        let weekday = self.name(&DAYS);
        if weekday.is_some() {
            self.take(',');
            self.spaces();
        }
        let (date, is_iso) = self.date()?;
        if weekday.is_some_and(|day| day != i32::from(date.weekday().to_sunday_zero_offset())) {
            return None;
        }
        let must = is_iso && (self.take('T') || self.take('t'));
        let may = self.spaces() && self.rest.starts_with(|next: char| next.is_ascii_digit());
        let time = match must || may {
            true => self.time(!must)?,
            false => Time::midnight(),
        };
        self.spaces();
        let offset = self.offset()?;
        self.rest.is_empty().then_some((date.to_datetime(time), offset))
    }

    /// The date, and whether it has the form of ISO 8601.
    fn date(&mut self) -> Option<(Date, bool)> {
        let start = self.rest;
        let first = self.item()?;
        let separator = self.separator()?;
        let second = self.item()?;
        let before = self.rest;
        let third = match self.separator() {
            Some(between) if between == separator || separator == ' ' => self.item(),
            _ => None,
        };
        if third.is_none() {
            self.rest = before;
        }
        let date = match (first, second, third) {
            (
                Item::Number(year, 3..),
                Item::Number(month, 1 | 2),
                Some(Item::Number(day, 1 | 2)),
            )
            | (Item::Number(year, 3..), Item::Month(month), Some(Item::Number(day, 1 | 2))) => {
                date(year, month, day)
            }
            (
                Item::Number(month, 1 | 2),
                Item::Number(day, 1 | 2),
                Some(Item::Number(year, digits)),
            ) if separator != ' ' => date(full_year(year, digits), month, day),
            (Item::Number(day, 1 | 2), Item::Month(month), Some(Item::Number(year, digits)))
            | (Item::Month(month), Item::Number(day, 1 | 2), Some(Item::Number(year, digits))) => {
                date(full_year(year, digits), month, day)
            }
            (Item::Number(year, 4), Item::Number(month, 1 | 2), None)
            | (Item::Number(month, 1 | 2), Item::Number(year, 4), None)
                if separator != ' ' =>
            {
                date(year, month, 1)
            }
            (Item::Month(month), Item::Number(year, 4), None)
            | (Item::Number(year, 4), Item::Month(month), None) => date(year, month, 1),
            _ => None,
        }?;
        let is_iso = third.is_some() && separator == '-' && start.as_bytes().get(4) == Some(&b'-');
        Some((date, is_iso))
    }

    fn item(&mut self) -> Option<Item> {
        if let Some(month) = self.name(&MONTHS) {
            return Some(Item::Month(month + 1));
        }
        let (value, digits) = self.number()?;
        Some(Item::Number(value, digits))
    }

    /// What stands between two parts of a date; spaces and a comma count as one space.
    fn separator(&mut self) -> Option<char> {
        let spaces = self.spaces();
        let before = self.rest;
        let sign = ['/', '-', '.'].into_iter().find(|sign| self.take(*sign));
        if let Some(sign) = sign {
            self.spaces();
            // Behind a date this is the offset's sign or the end of a time.
            if self.rest.starts_with(char::is_alphanumeric) {
                return Some(sign);
            }
            self.rest = before;
        }
        let comma = self.take(',');
        (self.spaces() || spaces || comma).then_some(' ')
    }

    /// The number of a name, from 0; names may be cut to three letters.
    fn name(&mut self, names: &[&str]) -> Option<i32> {
        let letters = self.rest.find(|next: char| !next.is_ascii_alphabetic());
        let (word, rest) = self.rest.split_at(letters.unwrap_or(self.rest.len()));
        let is =
            |name: &&str| name.eq_ignore_ascii_case(word) || name[..3].eq_ignore_ascii_case(word);
        let index = names.iter().position(is)?;
        self.rest = rest;
        i32::try_from(index).ok()
    }

    fn time(&mut self, may_have_halves: bool) -> Option<Time> {
        let (mut hour, _) = self.number()?;
        let mut minute = 0;
        let mut second = 0;
        let mut nanosecond = 0;
        let has_minutes = self.take(':');
        if has_minutes {
            minute = self.two_digits()?;
            if self.take(':') {
                second = self.two_digits()?;
                if self.take('.') {
                    nanosecond = self.fraction()?;
                }
            }
        }
        let before = self.rest;
        self.spaces();
        match self.half().filter(|_| may_have_halves) {
            Some(false) if hour > 12 => return None,
            Some(afternoon) if hour <= 12 => hour = hour % 12 + if afternoon { 12 } else { 0 },
            Some(_) => {}
            None if !has_minutes => return None,
            None => self.rest = before,
        }
        let small = |value: i32| i8::try_from(value).ok();
        Time::new(small(hour)?, small(minute)?, small(second)?, nanosecond).ok()
    }

    fn two_digits(&mut self) -> Option<i32> {
        let (value, digits) = self.number()?;
        (digits <= 2).then_some(value)
    }

    /// Whether it is afternoon.
    fn half(&mut self) -> Option<bool> {
        let half = self.rest.get(..2)?;
        let afternoon = half.eq_ignore_ascii_case("PM");
        if !afternoon && !half.eq_ignore_ascii_case("AM") {
            return None;
        }
        self.rest = &self.rest[2..];
        Some(afternoon)
    }

    /// Minutes east of Greenwich; nothing counts as UTC.
    fn offset(&mut self) -> Option<i32> {
        let is_zone = self.rest.is_empty()
            || self.rest.eq_ignore_ascii_case("Z")
            || self.rest.eq_ignore_ascii_case("GMT");
        if is_zone {
            self.rest = "";
            return Some(0);
        }
        let sign = if self.take('-') { -1 } else { 1 };
        if sign == 1 && !self.take('+') {
            return None;
        }
        let (hours, minutes) = match self.number()? {
            (value, 3 | 4) => (value / 100, value % 100),
            (hours, 1 | 2) if self.take(':') => (hours, self.number()?.0),
            (hours, 1 | 2) => (hours, 0),
            _ => return None,
        };
        let total = hours * 60 + minutes;
        (total <= 14 * 60 && minutes < 60).then_some(sign * total)
    }

    /// A number of at most four digits, and how many they were.
    fn number(&mut self) -> Option<(i32, usize)> {
        let digits = self.digits();
        let value = (digits.len() <= 4).then(|| digits.parse().ok())??;
        Some((value, digits.len()))
    }

    /// Digits after the point as nanoseconds; .NET keeps seven of them.
    fn fraction(&mut self) -> Option<i32> {
        let digits = self.digits();
        if digits.is_empty() {
            return None;
        }
        let kept = &digits[..digits.len().min(7)];
        nanoseconds(kept)
    }

    fn digits(&mut self) -> &str {
        let end = self
            .rest
            .find(|character: char| !character.is_ascii_digit())
            .unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        digits
    }

    fn take(&mut self, character: char) -> bool {
        match self.rest.strip_prefix(character) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Whether there were spaces; they are taken.
    fn spaces(&mut self) -> bool {
        let rest = self.rest.trim_start_matches(' ');
        let some = rest.len() < self.rest.len();
        self.rest = rest;
        some
    }
}

fn date(year: i32, month: i32, day: i32) -> Option<Date> {
    let date =
        Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    date.ok().filter(|date| date.year() >= 1)
}

#[cfg(test)]
mod tests {
    use super::super::to_text;
    use super::*;

    fn read(text: &str) -> String {
        parse(text).map_or_else(|problem| problem.code().to_owned(), to_text)
    }

    #[test]
    fn forms() {
        for (text, expected) in [
            ("2020-03-16-07:00", "3/16/2020 7:00:00 AM"),
            ("2009-06-15T01:45:30-07:00", "6/15/2009 8:45:30 AM"),
            ("2009-06-15 13:45:30.1234567Z", "6/15/2009 1:45:30 PM"),
            ("2020-12-31 23:59:59-0800", "1/1/2021 7:59:59 AM"),
            ("8/25/2021 5:41:18 PM", "8/25/2021 5:41:18 PM"),
            ("8/25/2021 12:00:00 AM", "8/25/2021 12:00:00 AM"),
            (" 8/5/2021 ", "8/5/2021 12:00:00 AM"),
            ("2021-08-24T10:15", "8/24/2021 10:15:00 AM"),
            ("8/25/2021 0:00:00 AM", "8/25/2021 12:00:00 AM"),
            ("8/25/2021 17:41:18 PM", "8/25/2021 5:41:18 PM"),
            ("8/25/2021 5 PM", "8/25/2021 5:00:00 PM"),
            ("2021-8-5 1:2:3", "8/5/2021 1:02:03 AM"),
            ("2021-08-24T10:15:00+200", "8/24/2021 8:15:00 AM"),
            ("8/25/21", "8/25/2021 12:00:00 AM"),
            ("8/25/99", "8/25/1999 12:00:00 AM"),
            ("8-25-2021", "8/25/2021 12:00:00 AM"),
            ("2021/08/25 10:00", "8/25/2021 10:00:00 AM"),
            ("2021.8.25", "8/25/2021 12:00:00 AM"),
            ("2021-08", "8/1/2021 12:00:00 AM"),
            ("August 25, 2021", "8/25/2021 12:00:00 AM"),
            ("25 aug 2021 5:41 PM", "8/25/2021 5:41:00 PM"),
            ("25-Aug-2021", "8/25/2021 12:00:00 AM"),
            ("2021-Aug-25", "8/25/2021 12:00:00 AM"),
            ("August 2021", "8/1/2021 12:00:00 AM"),
            ("Wed, 25 Aug 2021 17:41:18 GMT", "8/25/2021 5:41:18 PM"),
            ("9999-12-31T23:59:59Z", "12/31/9999 11:59:59 PM"),
            ("12/31/9999 11:59:59 PM", "12/31/9999 11:59:59 PM"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            "not a date",
            "2023-02-29",
            "2023-13-01",
            "2023-01-01T",
            "2023-01-01x",
            "0000-01-01",
            "8/25/2021 13:00:00 AM",
            "8/25/2021T10:00",
            "2021-08-25T10:00 PM",
            "2021-08-25T10:00+14:30",
            "2021-08-25 10",
            "10:00",
            "8/25",
            "25/8/2021",
            "20210825",
            "Monday, 25 August 2021",
            "2021-08-25-",
            "2021-08T10:00",
            "2021-08/25",
            "Augus 2021",
            "2023-01-01T25:00",
            "2023-01-01+20:00",
            "1/2/3/4",
            "é",
        ] {
            assert_eq!(read(text), "expr-not-a-date", "{text}");
        }
        assert_eq!(read("9999-12-31T23:59:59-01:00"), "expr-date-out-of-range");
        assert_eq!(read("0001-01-02T00:00:00+14:00"), "1/1/0001 10:00:00 AM");
    }
}
