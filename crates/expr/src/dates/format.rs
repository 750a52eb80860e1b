//! .NET custom date formats: what their parts are, and writing a moment by them.
//!
//! Reading by a format is in `exact`.

use jiff::civil::DateTime;

use super::twelve_hours;
use crate::error::Problem;

/// A part of a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// A specifier letter and how often it stands there, cut to what has a meaning.
    Field(char, usize),
    /// Anything else stands for itself.
    Literal(String),
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
const STANDARD: [(&str, &str); 18] = [
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
    ("u", "yyyy-MM-dd HH:mm:ssZ"),
    ("y", "yyyy MMMM"),
    ("Y", "yyyy MMMM"),
];

/// The parts of a format.
pub(super) fn parts(format: &str) -> Result<Vec<Part>, Problem> {
    let invalid = || Problem::NotADateFormat(format.to_owned());
    let standard = STANDARD.iter().find(|(letter, _)| *letter == format);
    let format = match (standard, format.chars().count()) {
        (Some((_, expanded)), _) => expanded,
        (None, 0 | 1) => return Err(invalid()),
        (None, _) => format,
    };
    let mut parts: Vec<Part> = Vec::new();
    let mut rest = format.chars().peekable();
    while let Some(character) = rest.next() {
        let part = match character {
            '\\' => Part::Literal(rest.next().ok_or_else(invalid)?.to_string()),
            '%' => match rest.next() {
                Some(letter) if longest(letter) > 0 => Part::Field(letter, 1),
                Some(other) if other != '%' => Part::Literal(other.to_string()),
                _ => return Err(invalid()),
            },
            '\'' | '"' => {
                let mut text = String::new();
                loop {
                    match rest.next().ok_or_else(invalid)? {
                        end if end == character => break Part::Literal(text),
                        '\\' => text.push(rest.next().ok_or_else(invalid)?),
                        other => text.push(other),
                    }
                }
            }
            letter if longest(letter) > 0 => {
                let mut count = 1;
                while rest.next_if_eq(&letter).is_some() {
                    count += 1;
                }
                // More than seven digits of a fraction is the one length that .NET refuses.
                if matches!(letter, 'f' | 'F') && count > 7 {
                    return Err(invalid());
                }
                Part::Field(letter, count.min(longest(letter)))
            }
            other => Part::Literal(other.to_string()),
        };
        match (parts.last_mut(), part) {
            (Some(Part::Literal(before)), Part::Literal(text)) => before.push_str(&text),
            (_, part) => parts.push(part),
        }
    }
    Ok(parts)
}

/// How often a specifier letter may be repeated with a meaning; 0 for other characters.
fn longest(letter: char) -> usize {
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
    parts(format).map(|_| ())
}

/// How long a text in this format can be; `None` when it is no format.
pub(crate) fn longest_text(format: &str) -> Option<usize> {
    let parts = parts(format).ok()?;
    Some(parts.iter().map(Part::longest).sum())
}

impl Part {
    fn longest(&self) -> usize {
        match self {
            Part::Literal(text) => text.chars().count(),
            // The longest names are Wednesday and September.
            Part::Field('d' | 'M', 4) => 9,
            Part::Field('d' | 'M', count) => (*count).max(2),
            Part::Field('y', count) => (*count).max(4),
            Part::Field('f' | 'F' | 't', count) => *count,
            Part::Field('g', _) => 4,
            Part::Field('z' | 'K', _) => 6,
            Part::Field(_, _) => 2,
        }
    }
}

/// The moment in a format.
pub(crate) fn write(moment: DateTime, clock: Clock, format: &str) -> Result<String, Problem> {
    let mut out = String::new();
    for part in parts(format)? {
        match part {
            Part::Literal(text) => out.push_str(&text),
            // A fraction of zero takes the point before it away.
            Part::Field('F', digits) => {
                let fraction = fraction(moment, digits);
                let fraction = fraction.trim_end_matches('0');
                if fraction.is_empty() && out.ends_with('.') {
                    out.pop();
                }
                out.push_str(fraction);
            }
            Part::Field(letter, count) => out.push_str(&field(moment, clock, letter, count)),
        }
    }
    Ok(out)
}

fn field(moment: DateTime, clock: Clock, letter: char, count: usize) -> String {
    let padded = |value: i8| match count {
        1 => value.to_string(),
        _ => format!("{value:02}"),
    };
    let month = MONTHS[usize::from(moment.month().unsigned_abs()) - 1];
    let day = DAYS[usize::from(moment.weekday().to_sunday_zero_offset().unsigned_abs())];
    let (twelve, half) = twelve_hours(moment.hour());
    match (letter, count) {
        ('d', 3) => day[..3].to_owned(),
        ('d', 4) => day.to_owned(),
        ('d', _) => padded(moment.day()),
        ('M', 3) => month[..3].to_owned(),
        ('M', 4) => month.to_owned(),
        ('M', _) => padded(moment.month()),
        ('y', 1) => (moment.year() % 100).to_string(),
        ('y', 2) => format!("{:02}", moment.year() % 100),
        ('y', width) => format!("{:0width$}", moment.year()),
        ('H', _) => padded(moment.hour()),
        ('h', _) => padded(twelve),
        ('m', _) => padded(moment.minute()),
        ('s', _) => padded(moment.second()),
        ('f', digits) => fraction(moment, digits),
        ('t', 1) => half[..1].to_owned(),
        ('t', _) => half.to_owned(),
        ('g', _) => "A.D.".to_owned(),
        ('z', 1) => "+0".to_owned(),
        ('z', 2) => "+00".to_owned(),
        ('z', _) => "+00:00".to_owned(),
        _ => match clock {
            Clock::Unspecified => String::new(),
            Clock::Utc => "Z".to_owned(),
            Clock::Local => "+00:00".to_owned(),
        },
    }
}

fn fraction(moment: DateTime, digits: usize) -> String {
    format!("{:09}", moment.subsec_nanosecond())[..digits].to_owned()
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
        ] {
            assert_eq!(written(format), expected, "{format}");
        }
    }

    #[test]
    fn what_is_no_format() {
        for format in ["", "x", "'open", "end\\", "%", "%%", "ssffffffff"] {
            assert!(written(format).ends_with("is not a date format"), "{format}");
        }
    }
}
