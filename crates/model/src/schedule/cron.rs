//! Times of the calendar in five fields, as in crontab(5): minute, hour, day of the month, month, day
//! of the week; lists, ranges, steps and English names. In UTC, so that no hour comes twice or never.

use std::{fmt, ops::Range};

use jiff::{
    civil::{Date, Time},
    tz::Offset,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Diagnostic, Timestamp};

const CODE: &str = "cron-invalid";

/// How many days are looked through; a 29th of February comes within eight years.
const DAYS: usize = 366 * 9;

const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// What a field may hold.
struct Field {
    name: &'static str,
    least: u32,
    most: u32,
    /// Names, the first of which means the least number.
    names: &'static [&'static str],
}

const FIELDS: [Field; 5] = [
    Field { name: "minute", least: 0, most: 59, names: &[] },
    Field { name: "hour", least: 0, most: 23, names: &[] },
    Field { name: "day of the month", least: 1, most: 31, names: &[] },
    Field { name: "month", least: 1, most: 12, names: &MONTHS },
    // Both 0 and 7 are Sunday.
    Field { name: "day of the week", least: 0, most: 7, names: &WEEKDAYS },
];

/// Times of the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cron {
    text: String,
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
    /// As in crontab(5): where both are restricted, a day has to fit one of them only.
    either_day: bool,
}

impl Cron {
    /// Times from their text.
    pub fn parse(text: &str) -> Result<Self, Diagnostic> {
        let words = split(text);
        if words.len() != FIELDS.len() {
            let span = match words.get(FIELDS.len()) {
                Some(first) => first.start..text.trim_end().len(),
                None => 0..text.len(),
            };
            let message = format!("there are {} fields instead of five", words.len());
            return Err(Diagnostic::error(CODE, span, message).with_hint(
                "minute, hour, day of the month, month, day of the week, as in '0 3 * * *'",
            ));
        }
        let mut bits = [0; 5];
        for ((bits, field), span) in bits.iter_mut().zip(&FIELDS).zip(&words) {
            *bits = field.parse(text, span.clone())?;
        }
        let [minutes, hours, days, months, mut weekdays] = bits;
        weekdays |= weekdays >> 7;
        let is_free = |index: usize| text[words[index].clone()].starts_with('*');
        let either_day = !is_free(2) && !is_free(4);
        let cron = Self {
            text: words_joined(text, &words),
            minutes,
            hours,
            days,
            months,
            weekdays,
            either_day,
        };
        match cron.next_after(Timestamp(0)) {
            Some(_) => Ok(cron),
            None => {
                let span = words[2].start..words[3].end;
                Err(Diagnostic::error(CODE, span, "there is no such day in any year"))
            }
        }
    }

    /// The first of the times after an instant.
    pub fn next_after(&self, now: Timestamp) -> Option<Timestamp> {
        let now = jiff::Timestamp::from_millisecond(now.0).ok()?;
        let start = Offset::UTC.to_datetime(now);
        let mut date = start.date();
        let (mut hour, mut minute) = (start.hour(), start.minute() + 1);
        for _ in 0..DAYS {
            if self.takes(date)
                && let Some((hour, minute)) = self.time_from(hour, minute)
            {
                let time = Time::new(hour, minute, 0, 0).ok()?;
                let instant = Offset::UTC.to_timestamp(date.to_datetime(time)).ok()?;
                return Some(Timestamp(instant.as_millisecond()));
            }
            date = date.tomorrow().ok()?;
            (hour, minute) = (0, 0);
        }
        None
    }

    fn takes(&self, date: Date) -> bool {
        let has = |bits: u64, number: i8| bits >> number & 1 == 1;
        let by_month = has(self.days, date.day());
        let by_week = has(self.weekdays, date.weekday().to_sunday_zero_offset());
        let day = if self.either_day { by_month || by_week } else { by_month && by_week };
        day && has(self.months, date.month())
    }

    /// The first time of the day that is not before this one; the minute may be 60.
    fn time_from(&self, hour: i8, minute: i8) -> Option<(i8, i8)> {
        let first = |bits: u64, from: i8| (from..64).find(|number| bits >> number & 1 == 1);
        let same = first(self.hours, hour)?;
        if same == hour
            && let Some(minute) = first(self.minutes, minute)
        {
            return Some((hour, minute));
        }
        let later = if same == hour { first(self.hours, hour + 1)? } else { same };
        Some((later, first(self.minutes, 0)?))
    }
}

impl Field {
    fn parse(&self, text: &str, span: Range<usize>) -> Result<u64, Diagnostic> {
        let mut bits = 0;
        let mut start = span.start;
        for part in text[span].split(',') {
            bits |= self.parse_part(part, start)?;
            start += part.len() + 1;
        }
        Ok(bits)
    }

    /// `*`, a number, a name, a range of them, each with a step or without.
    fn parse_part(&self, part: &str, start: usize) -> Result<u64, Diagnostic> {
        let (range, step) = match part.split_once('/') {
            None => (part, None),
            Some((range, step)) => {
                let at = start + range.len() + 1..start + part.len();
                let number = step.parse().ok().filter(|step| (1..=self.most).contains(step));
                let message = format!("'{step}' is no step of a {}", self.name);
                (range, Some(number.ok_or_else(|| Diagnostic::error(CODE, at, message))?))
            }
        };
        let (first, last) = match range.split_once('-') {
            _ if range == "*" => (self.least, self.most),
            None => {
                let first = self.number(range, start)?;
                // With a step behind it a number means: from there on.
                (first, if step.is_some() { self.most } else { first })
            }
            Some((first, last)) => {
                let at = start + first.len() + 1;
                (self.number(first, start)?, self.number(last, at)?)
            }
        };
        if first > last {
            let message = format!("the {} {range} ends before it begins", self.name);
            return Err(Diagnostic::error(CODE, start..start + range.len(), message)
                .with_hint("write two ranges with a comma between them"));
        }
        let numbers = (first..=last).step_by(step.unwrap_or(1) as usize);
        Ok(numbers.fold(0, |bits, number| bits | 1 << number))
    }

    fn number(&self, text: &str, start: usize) -> Result<u32, Diagnostic> {
        let name = self.names.iter().position(|name| name.eq_ignore_ascii_case(text));
        let number = match name {
            Some(index) => Some(self.least + index as u32),
            None => text.parse().ok(),
        };
        number.filter(|number| (self.least..=self.most).contains(number)).ok_or_else(|| {
            let names = match (self.names.first(), self.names.last()) {
                (Some(first), Some(last)) => format!(", or {first} to {last}"),
                _ => String::new(),
            };
            let (least, most) = (self.least, self.most);
            let message = format!("'{text}' is no {}: {least} to {most}{names}", self.name);
            Diagnostic::error(CODE, start..start + text.len(), message)
        })
    }
}

/// Where the words of a text stand.
fn split(text: &str) -> Vec<Range<usize>> {
    let words = text.split_ascii_whitespace();
    words
        .map(|word| {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            start..start + word.len()
        })
        .collect()
}

fn words_joined(text: &str, words: &[Range<usize>]) -> String {
    words.iter().map(|span| &text[span.clone()]).collect::<Vec<_>>().join(" ")
}

impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Cron {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cron {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(|error| serde::de::Error::custom(error.message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first three times after Monday, 5 January 2026, at eight in the morning.
    #[track_caller]
    fn check(text: &str, expected: [&str; 3]) {
        let cron = Cron::parse(text).unwrap_or_else(|error| panic!("{}", error.render(text)));
        let mut now: Timestamp = "2026-01-05T08:00:00Z".parse().expect("an instant");
        for expected in expected {
            now = cron.next_after(now).expect("there is one");
            let found = now.to_string();
            assert_eq!(found.trim_end_matches(":00Z"), expected, "{text}");
        }
    }

    #[track_caller]
    fn refused(text: &str, span: Range<usize>, words: &str) {
        let error = Cron::parse(text).expect_err(text);
        assert_eq!(error.span, span, "{}", error.render(text));
        assert!(error.message.contains(words), "{}", error.message);
    }

    #[test]
    fn numbers_lists_ranges_steps_and_names() {
        check("0 3 * * *", ["2026-01-06T03:00", "2026-01-07T03:00", "2026-01-08T03:00"]);
        check("*/20 * * * *", ["2026-01-05T08:20", "2026-01-05T08:40", "2026-01-05T09:00"]);
        check("5,50 8-9 * * *", ["2026-01-05T08:05", "2026-01-05T08:50", "2026-01-05T09:05"]);
        check("0 22/1 * * *", ["2026-01-05T22:00", "2026-01-05T23:00", "2026-01-06T22:00"]);
        check("30 6 * * MON-fri", ["2026-01-06T06:30", "2026-01-07T06:30", "2026-01-08T06:30"]);
        check("0 0 1 JAN,jul *", ["2026-07-01T00:00", "2027-01-01T00:00", "2027-07-01T00:00"]);
        check("0 0 * * 7", ["2026-01-11T00:00", "2026-01-18T00:00", "2026-01-25T00:00"]);
        check("0 0 * * sun", ["2026-01-11T00:00", "2026-01-18T00:00", "2026-01-25T00:00"]);
        check("  0  0\t29 2 * ", ["2028-02-29T00:00", "2032-02-29T00:00", "2036-02-29T00:00"]);
        check("0 8 * * *", ["2026-01-06T08:00", "2026-01-07T08:00", "2026-01-08T08:00"]);
        check("59 23 31 12 *", ["2026-12-31T23:59", "2027-12-31T23:59", "2028-12-31T23:59"]);
    }

    #[test]
    fn where_both_days_are_given_one_is_enough() {
        check("0 0 13 * FRI", ["2026-01-09T00:00", "2026-01-13T00:00", "2026-01-16T00:00"]);
        check("0 0 */2 * MON", ["2026-01-19T00:00", "2026-02-09T00:00", "2026-02-23T00:00"]);
    }

    #[test]
    fn mistakes_are_shown_at_their_place() {
        refused("", 0..0, "0 fields");
        refused("0 3 * *", 0..7, "4 fields");
        refused("0 3 * * * root", 10..14, "6 fields");
        refused("60 3 * * *", 0..2, "0 to 59");
        refused("0 3,24 * * *", 4..6, "0 to 23");
        refused("0 3 * FOO *", 6..9, "JAN to DEC");
        refused("0 3 * * 5-1", 8..11, "ends before");
        refused("0 3 */0 * *", 6..7, "no step");
        refused("0 3 * * MON-", 12..12, "SUN to SAT");
        refused("0 3 30 2 *", 4..8, "no such day");
        refused("0 3 µ * *", 4..6, "1 to 31");
        refused("1- 3 * * *", 2..2, "0 to 59");
        refused(", 3 * * *", 0..0, "0 to 59");
    }
}
