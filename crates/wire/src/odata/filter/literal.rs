//! Values as they stand in a filter.

use std::fmt;

use model::Timestamp;

/// A value that stands in a filter.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true`, `false`
    Boolean(bool),
    /// A number without a point.
    Integer(i64),
    /// A number with one.
    Decimal(f64),
    /// Text, of which doubled quotes are single ones.
    Text(String),
    /// An id without quotes, in small letters.
    Guid(String),
    /// An instant, or a date, which stands for its beginning in UTC.
    Time(Instant),
    /// So many milliseconds.
    Duration(i64),
}

/// An instant, in tenths of microseconds since 1970-01-01T00:00:00Z: as fine as Graph writes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(pub i64);

/// So many of them are a millisecond, and a second.
const TICKS: i64 = 10_000;
const SECOND: i64 = 1_000 * TICKS;
const DIGITS: usize = 7;

impl Instant {
    /// The instant, in whole milliseconds, at or before it, and whether it is later than that.
    pub fn milliseconds(self) -> (Timestamp, bool) {
        (Timestamp(self.0.div_euclid(TICKS)), self.0.rem_euclid(TICKS) > 0)
    }

    /// The instant that `2026-01-31`, `2026-01-31T08:00Z` or `2026-01-31T08:00:00.1234567+01:00`
    /// stands for. What is finer than a tenth of a microsecond is cut off.
    pub fn read(text: &str) -> Option<Self> {
        let (date, time) = match text.split_once(['T', 't']) {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let is_date = date.len() == 10
            && date.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !is_date {
            return None;
        }
        let Some(time) = time else { return whole(date, "00:00:00", "Z", 0) };
        let zone = time.find(['Z', 'z', '+', '-'])?;
        let (clock, zone) = time.split_at(zone);
        let (clock, fraction) = match clock.split_once('.') {
            Some((clock, fraction)) => (clock, ticks(fraction)?),
            None => (clock, 0),
        };
        match clock.len() {
            5 => whole(date, &format!("{clock}:00"), zone, fraction),
            8 => whole(date, clock, zone, fraction),
            _ => None,
        }
    }
}

/// The digits behind a point, as tenths of microseconds.
fn ticks(fraction: &str) -> Option<i64> {
    let is_number = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let digits: String = fraction.chars().chain("0000000".chars()).take(DIGITS).collect();
    (is_number && fraction.len() <= 12).then(|| digits.parse().ok())?
}

fn whole(date: &str, clock: &str, zone: &str, fraction: i64) -> Option<Instant> {
    let part = |text: &str, from: usize, to: usize| -> Option<i64> {
        let digits = text.get(from..to)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let days = days(part(date, 0, 4)?, part(date, 5, 7)?, part(date, 8, 10)?)?;
    let (hour, minute, second) = (part(clock, 0, 2)?, part(clock, 3, 5)?, part(clock, 6, 8)?);
    let is_clock = clock.get(2..3) == Some(":") && clock.get(5..6) == Some(":");
    let offset = match zone.as_bytes() {
        [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let (hours, minutes) = (part(zone, 1, 3)?, part(zone, 4, 6)?);
            let offset = hours * 3_600 + minutes * 60;
            (hours <= 14 && minutes < 60).then_some(if *sign == b'+' { offset } else { -offset })?
        }
        _ => return None,
    };
    if !is_clock || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = days * DAY + hour * 3_600 + minute * 60 + second - offset;
    Some(Instant(seconds * SECOND + fraction))
}

/// In seconds.
const DAY: i64 = 86_400;

/// The days from 1970-01-01 to a date of the Gregorian calendar, which begins its years with March
/// here, so that the day that some of them lack is the last one.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let is_leap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0;
    let length = match month {
        2 => 28 + i64::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if year < 1 || !(1..=length).contains(&day) {
        return None;
    }
    let year = if month > 2 { year } else { year - 1 };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468)
}

/// The date that so many days from 1970-01-01 lead to, within the years that [`days`] takes.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.div_euclid(SECOND);
        let ((year, month, day), clock) = (date(seconds.div_euclid(DAY)), seconds.rem_euclid(DAY));
        let (hour, minute, second) = (clock / 3_600, clock / 60 % 60, clock % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        match self.0.rem_euclid(SECOND) {
            0 => {}
            fraction => write!(f, ".{}", format!("{fraction:07}").trim_end_matches('0'))?,
        }
        f.write_str("Z")
    }
}

impl Literal {
    /// `true`, `false` and `null`.
    pub(super) fn word(word: &str) -> Option<Self> {
        [("true", Self::Boolean(true)), ("false", Self::Boolean(false)), ("null", Self::Null)]
            .into_iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(word))
            .map(|(_, literal)| literal)
    }

    pub(in crate::odata) fn number(word: &str) -> Option<Self> {
        let digits = word.strip_prefix(['-', '+']).unwrap_or(word);
        if digits.is_empty() || !digits.starts_with(|first: char| first.is_ascii_digit()) {
            return None;
        }
        if digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return word.parse().ok().map(Self::Integer);
        }
        let is_number = |byte: u8| byte.is_ascii_digit() || b".eE+-".contains(&byte);
        let number = digits.bytes().all(is_number).then(|| word.parse::<f64>().ok()).flatten();
        number.filter(|number| number.is_finite()).map(Self::Decimal)
    }

    pub(in crate::odata) fn time(word: &str) -> Option<Self> {
        Instant::read(word).map(Self::Time)
    }

    /// A duration of ISO 8601 in days, hours, minutes and seconds; months and years have no length.
    pub(in crate::odata) fn duration(text: &str) -> Option<Self> {
        milliseconds(text).map(Self::Duration)
    }
}

/// `P1DT2H3M4.5S` in milliseconds.
pub(super) fn milliseconds(text: &str) -> Option<i64> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(text) => (-1, text),
        None => (1, text),
    };
    let text = text.strip_prefix(['P', 'p'])?;
    let (days, clock) = match text.split_once(['T', 't']) {
        Some((days, clock)) if !clock.is_empty() => (days, clock),
        Some(_) => return None,
        None => (text, ""),
    };
    if days.is_empty() && clock.is_empty() {
        return None;
    }
    let mut total: i64 = 0;
    let units = [(days, &[('D', 86_400_000)][..]), (clock, &CLOCK[..])];
    for (mut rest, units) in units {
        for (unit, length) in units {
            let Some(at) = rest.find([*unit, unit.to_ascii_lowercase()]) else { continue };
            let (count, behind) = rest.split_at(at);
            rest = &behind[1..];
            let (count, thousandths) = match count.split_once('.') {
                Some((count, fraction)) if *unit == 'S' => (count, ticks(fraction)? / TICKS),
                _ => (count, 0),
            };
            let is_number = !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
            let count = is_number.then(|| count.parse::<i64>().ok())??;
            total = total.checked_add(count.checked_mul(*length)?)?.checked_add(thousandths)?;
        }
        if !rest.is_empty() {
            return None;
        }
    }
    Some(sign * total)
}

const CLOCK: [(char, i64); 3] = [('H', 3_600_000), ('M', 60_000), ('S', 1_000)];

/// As it stands in a filter.
impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Boolean(value) => value.fmt(f),
            Self::Integer(number) => number.fmt(f),
            // The form with an exponent has no more digits than it needs, and always a point or an e.
            Self::Decimal(number) => write!(f, "{number:e}"),
            Self::Text(text) => write!(f, "'{}'", text.replace('\'', "''")),
            Self::Guid(id) => f.write_str(id),
            Self::Time(instant) => instant.fmt(f),
            Self::Duration(milliseconds) => {
                let sign = if *milliseconds < 0 { "-" } else { "" };
                let (seconds, rest) =
                    (milliseconds.unsigned_abs() / 1000, milliseconds.unsigned_abs() % 1000);
                write!(f, "duration'{sign}PT{seconds}.{rest:03}S'")
            }
        }
    }
}
