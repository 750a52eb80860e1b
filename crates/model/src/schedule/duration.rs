//! Lengths of time as people write them: `90s`, `15m`, `1h30m`, `2d`.

use crate::Diagnostic;

const UNITS: [(char, i64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// The seconds of a text such as `1h30m`.
pub fn parse_duration(text: &str) -> Result<i64, Diagnostic> {
    let error = |span, message: String| {
        Err(Diagnostic::error("duration-invalid", span, message)
            .with_hint("write numbers with d, h, m or s behind them, such as 15m or 1h30m"))
    };
    let (mut total, mut number, mut start) = (0_i64, String::new(), 0);
    for (at, letter) in text.char_indices() {
        let end = at + letter.len_utf8();
        if letter.is_ascii_digit() {
            if number.is_empty() {
                start = at;
            }
            number.push(letter);
            continue;
        }
        let unit = UNITS.iter().find(|(name, _)| *name == letter.to_ascii_lowercase());
        let Some((_, seconds)) = unit else {
            return error(at..end, format!("'{letter}' is no unit of time"));
        };
        if number.is_empty() {
            return error(at..end, format!("a number is missing before '{letter}'"));
        }
        let part = number.parse::<i64>().ok().and_then(|number| number.checked_mul(*seconds));
        let Some(sum) = part.and_then(|part| total.checked_add(part)) else {
            return error(start..end, "the time is too long".to_owned());
        };
        total = sum;
        number.clear();
    }
    if !number.is_empty() {
        return error(start..text.len(), format!("a unit is missing behind {number}"));
    }
    if total == 0 {
        return error(0..text.len(), "no time is given".to_owned());
    }
    Ok(total)
}

/// The text of so many seconds.
pub fn print_duration(seconds: i64) -> String {
    let mut rest = seconds.max(0);
    let mut text = String::new();
    for (name, length) in UNITS {
        if rest >= length {
            text.push_str(&format!("{}{name}", rest / length));
            rest %= length;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_seconds() {
        for (text, seconds) in
            [("90s", 90), ("15m", 900), ("1h30m", 5_400), ("2d", 172_800), ("1D2H", 93_600)]
        {
            assert_eq!(parse_duration(text).expect(text), seconds);
        }
        assert_eq!(print_duration(93_600), "1d2h");
        assert_eq!(print_duration(90), "1m30s");
        for (text, span) in [
            ("", 0..0),
            ("15", 0..2),
            ("m", 0..1),
            ("1h30", 2..4),
            ("1 h", 1..2),
            ("5µ", 1..3),
            ("99999999999999999999d", 0..21),
            ("0s", 0..2),
        ] {
            assert_eq!(parse_duration(text).expect_err(text).span, span, "{text}");
        }
    }
}
