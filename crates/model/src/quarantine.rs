//! Quarantine: a job that cannot go on, or that fails for too many people, runs rarely until it is
//! well again (provisioning-engine.md 6.2 and 6.3). Deciding is the engine's.

use serde::{Deserialize, Serialize};

use crate::{Code, Timestamp, Versions};

/// Why a job is in quarantine, by the names that Graph has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum QuarantineReason {
    /// It cannot run at all: consent, the configuration or the target is missing.
    #[serde(rename = "EncounteredQuarantineException")]
    Exception,
    /// Too large a part of its people could not go on.
    #[serde(rename = "EncounteredEscrowProportionThreshold")]
    Proportion,
    /// Too many people could not go on.
    #[serde(rename = "EncounteredBaseEscrowThreshold")]
    Number,
}

impl QuarantineReason {
    /// What people read.
    pub fn title(self) -> &'static str {
        match self {
            Self::Exception => "it cannot run",
            Self::Proportion => "too large a part of its people could not go on",
            Self::Number => "too many people could not go on",
        }
    }
}

/// A job's quarantine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quarantine {
    /// Why.
    pub reason: QuarantineReason,
    /// The code of what stops it, where it cannot run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    /// Since when without a good cycle in between.
    pub began: Timestamp,
    /// When it was tried last.
    pub tried: Timestamp,
    /// When it is tried again at the latest.
    pub next_attempt: Timestamp,
    /// How often it was tried, the first failure included.
    pub attempts: u32,
    /// What its decisions rested on when it was tried last.
    pub versions: Versions,
}

/// When a job goes into quarantine, and how it is tried there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuarantineRules {
    /// With fewer people in escrow than this a job is well.
    pub at_least: u64,
    /// More than this part of its people in escrow, in percent, is too much.
    pub percent: u64,
    /// More people in escrow than this are too many, whatever the part.
    pub at_most: u64,
    /// The first pause between two attempts, in seconds.
    pub pause_seconds: i64,
    /// The longest pause, in seconds.
    pub pause_at_most: i64,
    /// After so many days without a good cycle the job is disabled.
    pub disable_days: i64,
}

impl Default for QuarantineRules {
    fn default() -> Self {
        Self {
            at_least: 5_000,
            percent: 40,
            at_most: 40_000,
            pause_seconds: 60,
            pause_at_most: 86_400,
            disable_days: 28,
        }
    }
}

impl QuarantineRules {
    /// Whether these are the usual rules.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// What makes them unusable, if anything.
    pub fn find_fault(&self) -> Option<&'static str> {
        if self.percent > 100 {
            return Some("the part of people in escrow is more than 100 percent");
        }
        if self.at_most < self.at_least {
            return Some("the number that is too many lies below the one that is judged at all");
        }
        if self.pause_at_most < self.pause_seconds {
            return Some("the longest pause is shorter than the first");
        }
        const YEARS: i64 = 3_660;
        let seconds = 1..=YEARS * 86_400;
        if !seconds.contains(&self.pause_seconds) || !seconds.contains(&self.pause_at_most) {
            return Some("the pauses are below a second or beyond ten years");
        }
        if !(1..=YEARS).contains(&self.disable_days) {
            return Some("the days until the job is disabled are below 1 or beyond ten years");
        }
        None
    }
}
