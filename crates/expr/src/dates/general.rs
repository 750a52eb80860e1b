//! Reading a date whose form is not given: ISO 8601 with or without time and offset, and the US forms
//! that the date functions return.

use jiff::civil::{Date, DateTime, Time};

use super::to_utc;
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

impl Reader<'_> {
    fn moment(&mut self) -> Option<(DateTime, i32)> {
        let date = self.date()?;
        let must = self.take('T') || self.take('t');
        let may = self.spaces() && self.rest.starts_with(|next: char| next.is_ascii_digit());
        let time = match must || may {
            true => self.time()?,
            false => Time::midnight(),
        };
        self.spaces();
        let offset = self.offset()?;
        self.rest.is_empty().then_some((date.to_datetime(time), offset))
    }

    fn date(&mut self) -> Option<Date> {
        let (first, digits) = self.number()?;
        if digits == 4 && self.take('-') {
            let (month, _) = self.number()?;
            let day = self.take('-').then(|| self.number())??.0;
            return date(first, month, day);
        }
        if digits <= 2 && self.take('/') {
            let (day, _) = self.number()?;
            let (year, digits) = self.take('/').then(|| self.number())??;
            return (digits == 4).then(|| date(year, first, day))?;
        }
        None
    }

    fn time(&mut self) -> Option<Time> {
        let (mut hour, _) = self.number()?;
        let (minute, digits) = self.take(':').then(|| self.number())??;
        if digits != 2 {
            return None;
        }
        let mut second = 0;
        let mut nanosecond = 0;
        if self.take(':') {
            let (value, digits) = self.number()?;
            if digits != 2 {
                return None;
            }
            second = value;
            if self.take('.') {
                nanosecond = self.fraction()?;
            }
        }
        let before = self.rest;
        self.spaces();
        match self.half() {
            Some(_) if !(1..=12).contains(&hour) => return None,
            Some(afternoon) => hour = hour % 12 + if afternoon { 12 } else { 0 },
            None => self.rest = before,
        }
        let small = |value: i32| i8::try_from(value).ok();
        Time::new(small(hour)?, small(minute)?, small(second)?, nanosecond).ok()
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
        if self.take('Z') || self.take('z') || self.rest.is_empty() {
            return Some(0);
        }
        let sign = if self.take('-') { -1 } else { 1 };
        if sign == 1 && !self.take('+') {
            return None;
        }
        let (hours, minutes) = match self.number()? {
            (value, 4) => (value / 100, value % 100),
            (hours, 1 | 2) if self.take(':') => (hours, self.number()?.0),
            (hours, 1 | 2) => (hours, 0),
            _ => return None,
        };
        (hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes))
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
        format!("{kept:0<9}").parse().ok()
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
            "8/25/2021 13:00:00 PM",
            "8/25/2021 0:00:00 AM",
            "2023-01-01T25:00",
            "2023-01-01+20:00",
            "1/2/34",
            "é",
        ] {
            assert_eq!(read(text), "expr-not-a-date", "{text}");
        }
        assert_eq!(read("9999-12-31T23:59:59-01:00"), "expr-date-out-of-range");
        assert_eq!(read("0001-01-01T00:00:00+01:00"), "expr-date-out-of-range");
    }
}
