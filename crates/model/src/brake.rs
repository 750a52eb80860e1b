//! Brakes beside that for removals: how many changes of a kind may happen within the window before the
//! rest waits for approval (DESIGN.md, Brakes). Deciding is the engine's.

use serde::{Deserialize, Serialize};

/// How many of a kind are allowed: the part of the linked people, between the two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Brake {
    /// So many always.
    pub at_least: u64,
    /// This part of the linked people, in percent.
    pub percent: u64,
    /// More than this never.
    pub at_most: u64,
}

impl Brake {
    /// So many, however many people are linked.
    pub fn fixed(number: u64) -> Self {
        Self { at_least: number, percent: 0, at_most: number }
    }

    /// What makes it a limit that nobody can mean, if anything.
    pub fn find_fault(&self) -> Option<&'static str> {
        if self.percent > 100 {
            return Some("the part is more than 100 percent");
        }
        if self.at_most < self.at_least {
            return Some(
                "the number that is never exceeded lies below the one that is always allowed",
            );
        }
        None
    }

    /// How many the window allows with so many linked people.
    pub fn allowed(&self, linked: u64) -> u64 {
        self.at_least.max(self.at_most.min(linked.saturating_mul(self.percent) / 100))
    }
}

/// How many changes there were, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// People made or brought back.
    pub creates: u64,
    /// People taken over or changed.
    pub updates: u64,
    /// People of whom an attribute was emptied; they count among the updates too.
    pub clears: u64,
    /// Members who left a group.
    pub partings: u64,
}

impl Tally {
    /// Both together.
    pub fn plus(self, other: Self) -> Self {
        Self {
            creates: self.creates + other.creates,
            updates: self.updates + other.updates,
            clears: self.clears + other.clears,
            partings: self.partings + other.partings,
        }
    }

    /// What is left without the other.
    pub fn minus(self, other: Self) -> Self {
        Self {
            creates: self.creates.saturating_sub(other.creates),
            updates: self.updates.saturating_sub(other.updates),
            clears: self.clears.saturating_sub(other.clears),
            partings: self.partings.saturating_sub(other.partings),
        }
    }
}

/// Into how many parts the window is cut: what is older than the window is known to a part of it.
const PARTS: i64 = 24;

/// The changes of a window that slides, in parts of it. It is kept with a job's progress.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Recent {
    /// How long a part is, in milliseconds; with another window everything begins anew.
    part: i64,
    parts: [(i64, Tally); PARTS as usize],
}

impl Recent {
    /// Adds changes that were done now.
    pub fn add(&mut self, tally: Tally, now: crate::Timestamp, window_hours: u64) {
        let number = self.part_of(now, window_hours);
        self.take_back(number);
        let (held, counted) = &mut self.parts[number.rem_euclid(PARTS) as usize];
        if *held != number {
            (*held, *counted) = (number, Tally::default());
        }
        *counted = counted.plus(tally);
    }

    /// What was done within the window that ends now.
    pub fn count(&self, now: crate::Timestamp, window_hours: u64) -> Tally {
        let mut here = *self;
        let number = here.part_of(now, window_hours);
        here.take_back(number);
        let within = here.parts.iter().filter(|(held, _)| *held > number - PARTS);
        within.fold(Tally::default(), |sum, (_, tally)| sum.plus(*tally))
    }

    /// What lies ahead was done before the clock was set back, and counts as done now: no brake is
    /// passed because a clock went wrong.
    fn take_back(&mut self, number: i64) {
        let mut ahead = Tally::default();
        for (held, counted) in &mut self.parts {
            if *held > number {
                ahead = ahead.plus(std::mem::take(counted));
                *held = i64::MIN;
            }
        }
        if ahead != Tally::default() {
            let (held, counted) = &mut self.parts[number.rem_euclid(PARTS) as usize];
            let before = if *held == number { *counted } else { Tally::default() };
            (*held, *counted) = (number, before.plus(ahead));
        }
    }

    fn part_of(&mut self, now: crate::Timestamp, window_hours: u64) -> i64 {
        let hours = i64::try_from(window_hours.clamp(1, 24 * 366)).unwrap_or(24);
        let part = hours * 3_600_000 / PARTS;
        if self.part != part {
            *self = Self { part, ..Self::default() };
        }
        now.0.div_euclid(part)
    }
}

/// The parts that hold something, each with its number.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Stored {
    part: i64,
    counts: Vec<(i64, u64, u64, u64)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    partings: Vec<(i64, u64)>,
}

impl From<Recent> for Stored {
    fn from(recent: Recent) -> Self {
        let full = || recent.parts.iter().filter(|(_, tally)| *tally != Tally::default());
        let counts =
            full().map(|(part, one)| (*part, one.creates, one.updates, one.clears)).collect();
        let partings = full().filter(|(_, one)| one.partings > 0);
        let partings = partings.map(|(part, one)| (*part, one.partings)).collect();
        Self { part: recent.part, counts, partings }
    }
}

impl From<Stored> for Recent {
    fn from(stored: Stored) -> Self {
        let mut recent = Self { part: stored.part, ..Self::default() };
        for (part, creates, updates, clears) in stored.counts {
            let place = part.rem_euclid(PARTS) as usize;
            recent.parts[place] = (part, Tally { creates, updates, clears, partings: 0 });
        }
        for (part, partings) in stored.partings {
            recent.parts[part.rem_euclid(PARTS) as usize].1.partings = partings;
        }
        recent
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;

    #[test]
    fn the_window_slides() {
        let mut recent = Recent::default();
        let hour = |hour: i64| Timestamp(hour * 3_600_000);
        let one = Tally { creates: 1, ..Tally::default() };
        recent.add(one, hour(0), 24);
        recent.add(one, hour(10), 24);
        assert_eq!(recent.count(hour(23), 24).creates, 2);
        assert_eq!(recent.count(hour(24), 24).creates, 1);
        assert_eq!(recent.count(hour(40), 24).creates, 0);
        assert_eq!(recent.count(hour(10), 12).creates, 0, "another window begins anew");
        let text = serde_json::to_string(&recent).expect("plain numbers");
        assert_eq!(serde_json::from_str::<Recent>(&text).expect("the same form"), recent);
    }

    #[test]
    fn a_part_of_the_people_counts_between_two_numbers() {
        let brake = Brake { at_least: 10, percent: 10, at_most: 500 };
        assert_eq!([3, 1_000, 1_000_000].map(|linked| brake.allowed(linked)), [10, 100, 500]);
        assert_eq!([0, 1_000_000].map(|linked| Brake::fixed(7).allowed(linked)), [7, 7]);
    }

    #[test]
    fn what_was_done_before_the_clock_was_set_back_counts_and_ages_from_now() {
        let one = Tally { creates: 1, ..Tally::default() };
        let at = |hours: i64| Timestamp(hours * 3_600_000);
        for ahead in [1, 23, 25, 24 * 400] {
            let mut recent = Recent::default();
            recent.add(one, at(10_000 + ahead), 24);
            assert_eq!(recent.count(at(10_000), 24).creates, 1, "{ahead} hours ahead");
            recent.add(one, at(10_000), 24);
            assert_eq!(recent.count(at(10_000), 24).creates, 2, "{ahead} hours ahead");
            assert_eq!(recent.count(at(10_025), 24).creates, 0, "{ahead} hours ahead");
        }
    }

    #[test]
    fn a_limit_that_nobody_can_mean_has_a_fault() {
        assert_eq!(Brake::fixed(u64::MAX).find_fault(), None);
        assert_eq!(Brake { at_least: 10, percent: 100, at_most: 10 }.find_fault(), None);
        assert!(Brake { at_least: 0, percent: 101, at_most: 10 }.find_fault().is_some());
        assert!(Brake { at_least: 11, percent: 10, at_most: 10 }.find_fault().is_some());
    }
}
