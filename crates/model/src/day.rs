//! What a job came to on one day: small enough that months of them are read at once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Milliseconds of a day.
const LENGTH: i64 = 86_400_000;

/// One day of a job, in UTC; or what is added to one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Day {
    /// Which day: so many days after 1970-01-01.
    pub number: i64,
    /// People linked when something was last written on it; none when nothing told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people: Option<u64>,
    /// The same for groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<u64>,
    /// Changes that were done, by action.
    pub changes: BTreeMap<String, u64>,
    /// Attempts at people that failed, by code; one for each run that tried.
    pub failures: BTreeMap<String, u64>,
    /// Runs that ended; one that found nothing to do is none.
    pub runs: u64,
    /// Those of them that stopped before their end, by code.
    pub stopped: BTreeMap<String, u64>,
    /// Cycles whose delay is known: how old the oldest change was when it was done.
    pub measured: u64,
    /// Their delays together, in seconds.
    pub delay_seconds: u64,
    /// The longest of them, in seconds.
    pub longest_delay: u64,
}

impl Day {
    /// The day of an instant.
    pub fn number_of(at: Timestamp) -> i64 {
        at.0.div_euclid(LENGTH)
    }

    /// When a day begins.
    pub fn begin(number: i64) -> Timestamp {
        Timestamp(number.saturating_mul(LENGTH))
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self { number: self.number, ..Self::default() }
    }

    /// Adds to the day; how many are linked is told anew.
    pub fn add(&mut self, more: &Self) {
        self.people = more.people.or(self.people);
        self.groups = more.groups.or(self.groups);
        for (counts, added) in [
            (&mut self.changes, &more.changes),
            (&mut self.failures, &more.failures),
            (&mut self.stopped, &more.stopped),
        ] {
            for (name, count) in added {
                *counts.entry(name.clone()).or_default() += count;
            }
        }
        self.runs += more.runs;
        self.measured += more.measured;
        self.delay_seconds += more.delay_seconds;
        self.longest_delay = self.longest_delay.max(more.longest_delay);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_begin_at_midnight_before_1970_as_well() {
        let days = [-LENGTH - 1, -LENGTH, -1, 0, LENGTH - 1, LENGTH];
        assert_eq!(days.map(|at| Day::number_of(Timestamp(at))), [-2, -1, -1, 0, 0, 1]);
        assert_eq!(Day::begin(-1), Timestamp(-LENGTH));
    }

    #[test]
    fn what_is_added_counts_and_what_is_told_anew_stands() {
        let one = |people, delay| Day {
            people,
            changes: BTreeMap::from([("create".to_owned(), 2)]),
            measured: 1,
            delay_seconds: delay,
            longest_delay: delay,
            ..Day::default()
        };
        let mut day = one(Some(5), 3);
        day.add(&one(None, 9));
        assert_eq!((day.people, day.changes["create"]), (Some(5), 4));
        assert_eq!((day.measured, day.delay_seconds, day.longest_delay), (2, 12, 9));
        day.add(&one(Some(0), 1));
        assert_eq!((day.people, day.longest_delay), (Some(0), 9));
        assert!(!day.is_empty() && Day { number: 7, ..Day::default() }.is_empty());
    }
}
