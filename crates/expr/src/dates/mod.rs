//! Dates as .NET writes and reads them, in UTC and with English names.
//!
//! A moment is a civil date-time in UTC rather than a timestamp, because directories use
//! 31 December 9999 for "never" and a timestamp ends a day earlier. What time it is now is left to
//! the caller.

pub(crate) mod exact;
pub(crate) mod format;
pub(crate) mod general;

use jiff::Span;
use jiff::civil::DateTime;

use crate::error::Problem;

/// The text that the date functions return: `M/d/yyyy h:mm:ss tt`.
pub(crate) fn to_text(moment: DateTime) -> String {
    let (hour, half) = twelve_hours(moment.hour());
    format!(
        "{}/{}/{:04} {hour}:{:02}:{:02} {half}",
        moment.month(),
        moment.day(),
        moment.year(),
        moment.minute(),
        moment.second()
    )
}

/// The hour from 1 to 12, and which half of the day.
fn twelve_hours(hour: i8) -> (i8, &'static str) {
    let half = if hour < 12 { "AM" } else { "PM" };
    match hour % 12 {
        0 => (12, half),
        hour => (hour, half),
    }
}

/// The moment, unless it lies outside the years that .NET has.
pub(crate) fn in_range(moment: DateTime) -> Result<DateTime, Problem> {
    match moment.year() {
        1..=9999 => Ok(moment),
        _ => Err(Problem::DateOutOfRange),
    }
}

/// The moment later by a span.
pub(crate) fn add(moment: DateTime, span: Span) -> Result<DateTime, Problem> {
    let sum = moment.checked_add(span).map_err(|_| Problem::DateOutOfRange)?;
    in_range(sum)
}

/// The moment in UTC of a local time with an offset in minutes. A time of the first day of all goes
/// round, since to .NET it may be a time without a date.
pub(crate) fn to_utc(local: DateTime, offset_minutes: i32) -> Result<DateTime, Problem> {
    // Most texts have none, and arithmetic on dates costs more than reading them.
    if offset_minutes == 0 {
        return Ok(local);
    }
    let first_day = local.date() == jiff::civil::date(1, 1, 1);
    let offset = match i32::from(local.hour()) * 60 + i32::from(local.minute()) < offset_minutes {
        true if first_day => offset_minutes - 24 * 60,
        _ => offset_minutes,
    };
    add(local, Span::new().minutes(-i64::from(offset)))
}

/// The nanoseconds of a fraction of at most nine digits; no digit is none.
fn nanoseconds(digits: &str) -> Option<i32> {
    let missing = u32::try_from(9_usize.checked_sub(digits.len())?).ok()?;
    let value: i32 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    Some(value * 10_i32.pow(missing))
}

/// The year that two digits stand for: the invariant calendar's end with 2049.
fn full_year(year: i32, digits: usize) -> i32 {
    match (digits, year) {
        (3.., _) => year,
        (_, ..50) => 2000 + year,
        _ => 1900 + year,
    }
}

/// The span of so many seconds, to the millisecond.
pub(crate) fn seconds(seconds: f64) -> Result<Span, Problem> {
    // Further than all years together; also keeps the casts below exact enough.
    if seconds.abs() > 4e11 {
        return Err(Problem::DateOutOfRange);
    }
    let milliseconds = (seconds * 1000.0).round() as i64;
    Span::new().try_milliseconds(milliseconds).map_err(|_| Problem::DateOutOfRange)
}

/// A unit of 100 ns, counted from the year 1601: what Active Directory stores.
const TICKS_PER_SECOND: i64 = 10_000_000;
const EPOCH: DateTime = jiff::civil::date(1601, 1, 1).at(0, 0, 0, 0);

/// The ticks of a moment, which lies in 1601 or later.
pub(crate) fn to_ticks(moment: DateTime) -> Result<i64, Problem> {
    if moment < EPOCH {
        return Err(Problem::DateOutOfRange);
    }
    let elapsed = moment.duration_since(EPOCH);
    let part = i64::from(elapsed.subsec_nanos()) / 100;
    Ok(elapsed.as_secs() * TICKS_PER_SECOND + part)
}

/// The moment of ticks.
pub(crate) fn from_ticks(ticks: i64) -> Result<DateTime, Problem> {
    if ticks < 0 {
        return Err(Problem::DateOutOfRange);
    }
    let span = Span::new()
        .try_seconds(ticks / TICKS_PER_SECOND)
        .and_then(|span| span.try_nanoseconds(ticks % TICKS_PER_SECOND * 100))
        .map_err(|_| Problem::DateOutOfRange)?;
    add(EPOCH, span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn ticks_go_both_ways() {
        let moment = date(2012, 1, 1).at(23, 0, 0, 0);
        assert_eq!(to_ticks(moment), Ok(129_699_324_000_000_000));
        assert_eq!(from_ticks(129_699_324_000_000_000), Ok(moment));
        assert_eq!(from_ticks(1), Ok(date(1601, 1, 1).at(0, 0, 0, 100)));
        assert_eq!(from_ticks(i64::MAX), Err(Problem::DateOutOfRange));
        assert_eq!(from_ticks(-1), Err(Problem::DateOutOfRange));
        assert_eq!(to_ticks(date(1600, 1, 1).at(0, 0, 0, 0)), Err(Problem::DateOutOfRange));
        let last = date(9999, 12, 31).at(23, 59, 59, 0);
        assert_eq!(from_ticks(to_ticks(last).unwrap()), Ok(last));
    }
}
