//! Time, as an argument: an instant in milliseconds, and the trait that says what it is now.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

/// Text that is no instant.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is no instant in the form 2026-01-31T08:00:00Z")]
pub struct TimestampError(String);

impl Timestamp {
    /// An instant that never comes: the beginning of the year 9999. It has a text like any other.
    pub const FAR: Self = Self(253_370_764_800_000);
    /// An instant that has passed whatever a clock shows.
    pub const AT_ONCE: Self = Self(0);

    /// The instant `days` days later (earlier when negative).
    pub fn plus_days(self, days: i64) -> Self {
        self.plus_seconds(days * 86_400)
    }

    /// The instant `seconds` seconds later (earlier when negative).
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            // One width, so that columns of instants line up and sort as text.
            Ok(instant) if self.0 % 1000 == 0 => write!(f, "{instant}"),
            Ok(instant) => write!(f, "{instant:.3}"),
            Err(_) => write!(f, "{} ms", self.0),
        }
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<jiff::Timestamp>()
            .map(|instant| Self(instant.as_millisecond()))
            .map_err(|_| TimestampError(text.to_owned()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// What time it is. Tests own one that stands still until told; the binary has the machine's.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
}
