//! When a job runs by itself: as its source changes, at an interval, or at times of the calendar.

mod cron;
mod duration;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Diagnostic, Timestamp};

pub use cron::Cron;
pub use duration::{parse_duration, print_duration};

/// When a job runs by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Schedule {
    /// As soon as the source changes, or what somebody waits for.
    #[default]
    OnChange,
    /// At an interval, in seconds.
    Every(i64),
    /// At times of the calendar, in UTC.
    Cron(Cron),
}

impl Schedule {
    /// The shortest interval, in seconds.
    pub const SHORTEST: i64 = 10;
    /// The longest interval, in seconds: a year.
    pub const LONGEST: i64 = 366 * 86_400;

    /// An interval from its text, such as `15m` or `1h30m`.
    pub fn every(text: &str) -> Result<Self, Diagnostic> {
        let seconds = parse_duration(text)?;
        if (Self::SHORTEST..=Self::LONGEST).contains(&seconds) {
            return Ok(Self::Every(seconds));
        }
        let (least, most) = (print_duration(Self::SHORTEST), print_duration(Self::LONGEST));
        let message = format!("the interval is not between {least} and {most}");
        Err(Diagnostic::error("duration-invalid", 0..text.len(), message)
            .with_hint("a job without an interval runs within milliseconds of a change"))
    }

    /// Times of the calendar from their text, such as `0 3 * * MON-FRI`.
    pub fn cron(text: &str) -> Result<Self, Diagnostic> {
        Cron::parse(text).map(Self::Cron)
    }

    /// The next instant after `now` at which the job runs by the clock; none where it follows its
    /// source. Intervals count from `anchor`, so that a restart of the server moves none of them and
    /// jobs with the same interval are spread.
    pub fn next_after(&self, anchor: Timestamp, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::OnChange => None,
            Self::Every(seconds) => {
                let step = seconds.max(&1) * 1_000;
                let passed = (now.0 - anchor.0).div_euclid(step);
                Some(Timestamp(anchor.0 + (passed + 1) * step))
            }
            Self::Cron(cron) => cron.next_after(now),
        }
    }

    /// Whether the job follows its source.
    pub fn is_on_change(&self) -> bool {
        *self == Self::OnChange
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OnChange => f.write_str("on change"),
            Self::Every(seconds) => write!(f, "every {}", print_duration(*seconds)),
            Self::Cron(cron) => write!(f, "cron '{cron}' (UTC)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    #[test]
    fn an_interval_counts_from_its_anchor_whatever_the_present() {
        let every = Schedule::every("15m").expect("an interval");
        let anchor = at("2026-01-05T08:07:00Z");
        let next = |now| every.next_after(anchor, at(now)).expect("one comes").to_string();
        assert_eq!(next("2026-01-05T08:07:00Z"), "2026-01-05T08:22:00Z");
        assert_eq!(next("2026-01-05T08:21:59Z"), "2026-01-05T08:22:00Z");
        assert_eq!(next("2026-03-01T00:00:00Z"), "2026-03-01T00:07:00Z");
        assert_eq!(next("2026-01-05T08:00:00Z"), "2026-01-05T08:07:00Z");
    }

    #[test]
    fn schedules_have_a_text_and_a_document() {
        let cron = Schedule::cron("0 3 * * mon-fri").expect("times");
        assert_eq!(cron.to_string(), "cron '0 3 * * mon-fri' (UTC)");
        for schedule in [Schedule::OnChange, Schedule::Every(5_400), cron] {
            let text = serde_json::to_string(&schedule).expect("a document");
            assert_eq!(serde_json::from_str::<Schedule>(&text).expect("reads"), schedule, "{text}");
        }
        assert_eq!(Schedule::Every(5_400).to_string(), "every 1h30m");
        assert!(Schedule::every("9s").is_err() && Schedule::every("367d").is_err());
        assert!(serde_json::from_str::<Schedule>(r#"{"cron":"x"}"#).is_err());
    }
}
