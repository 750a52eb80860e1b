//! Moments: `now`, `now` with an offset, a date, or an instant of RFC 3339.

use model::{Timestamp, condition::Instant};

/// The units of an offset, in seconds.
const UNITS: &[(char, i64)] = &[('w', 604_800), ('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// The moment that the text stands for.
pub(super) fn read(text: &str) -> Option<Instant> {
    let text = text.trim();
    match text.get(..3) {
        Some(now) if now.eq_ignore_ascii_case("now") => offset(&text[3..]).map(Instant::FromNow),
        // A text without this shape would get past a parser that takes more than RFC 3339.
        _ if text.len() < 10 || !text.starts_with(|first: char| first.is_ascii_digit()) => None,
        _ => text
            .parse()
            .or_else(|_| format!("{text}T00:00:00Z").parse())
            .ok()
            .map(|Timestamp(milliseconds)| Instant::At(milliseconds)),
    }
}

/// Whether a moment seems to be meant.
pub(super) fn begins(text: &str) -> bool {
    let word = text.trim_start();
    word.starts_with(|first: char| first.is_ascii_digit())
        || word.get(..3).is_some_and(|first| first.eq_ignore_ascii_case("now"))
}

/// `+14d`, `- 3 h` or nothing, in seconds.
fn offset(text: &str) -> Option<i64> {
    let text: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    if text.is_empty() {
        return Some(0);
    }
    let unit = text.chars().next_back()?;
    let (_, seconds) = UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(&unit))?;
    let count = &text[..text.len() - unit.len_utf8()];
    let digits = count.strip_prefix(['+', '-'])?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    // The sign goes along, because the lowest number has no positive twin.
    is_number.then(|| count.parse::<i64>().ok()?.checked_mul(*seconds))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = read(text).map_or_else(|| "none".to_owned(), |moment| moment.to_string());
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn moments() {
        check("now", "now");
        check("NOW+14D", "now+14d");
        check("now - 3 h", "now-3h");
        check("now+30m", "now+30m");
        check("now+90s", "now+90s");
        check("now+2w", "now+14d");
        check("2026-01-31", "2026-01-31T00:00:00Z");
        check("2026-01-31T09:00:00.5+01:00", "2026-01-31T08:00:00.500Z");
    }

    #[test]
    fn what_is_none() {
        for text in ["", "nowhere", "now+", "now+d", "now14d", "now+1y", "now+1.5h", "now+-1d"] {
            check(text, "none");
        }
        for text in ["now+15250284452472w", "2026-02-30", "31.1.2026", "tomorrow", "2026"] {
            check(text, "none");
        }
        check("now-9223372036854775808s", "now-9223372036854775808s");
    }
}
