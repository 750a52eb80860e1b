//! Quarantine: whether a job is well, when it is tried next, and when it is given up
//! (provisioning-engine.md 6.2 and 6.3). Failures are people in escrow: 40 % of those whom the job looks
//! after is much, whatever the number of cycles in which they failed.

use model::{Code, Quarantine, QuarantineReason, QuarantineRules, Timestamp, Versions};

/// The numbers that say whether a job is well.
#[derive(Clone, Copy, Debug)]
pub struct Counts {
    /// People who could not go on.
    pub failed: u64,
    /// People linked and in use.
    pub linked: u64,
}

/// Why a job is not well, if it is not.
pub fn judge(counts: Counts, rules: &QuarantineRules) -> Option<QuarantineReason> {
    let Counts { failed, linked } = counts;
    if failed < rules.at_least {
        return None;
    }
    if failed > rules.at_most {
        return Some(QuarantineReason::Number);
    }
    let all = failed.saturating_add(linked);
    let is_much = u128::from(failed) * 100 > u128::from(all) * u128::from(rules.percent);
    is_much.then_some(QuarantineReason::Proportion)
}

/// The quarantine after an attempt that was not good. The pause is as long as the quarantine has
/// lasted, so that it doubles with each attempt that is waited for, and no attempt in between, which
/// somebody asked for or a probe led to, makes it longer.
pub fn impose(
    before: Option<Quarantine>,
    reason: QuarantineReason,
    code: Option<Code>,
    (now, versions): (Timestamp, Versions),
    rules: &QuarantineRules,
) -> Quarantine {
    let began = before.map_or(now, |before| before.began);
    let lasted = (now.0 - began.0) / 1_000;
    let pause = lasted.max(rules.pause_seconds).min(rules.pause_at_most);
    Quarantine {
        reason,
        code,
        began,
        tried: now,
        next_attempt: now.plus_seconds(pause),
        attempts: before.map_or(0, |before| before.attempts).saturating_add(1),
        versions,
    }
}

/// Whether a job has been in quarantine for too long to be tried again by itself.
pub fn is_given_up(quarantine: &Quarantine, rules: &QuarantineRules, now: Timestamp) -> bool {
    now >= quarantine.began.plus_days(rules.disable_days)
}

/// What a job in quarantine does when it has its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It runs a cycle.
    Attempt,
    /// It looks whether what stopped it is gone, and then runs one.
    Probe,
    /// Nothing; its time has not come.
    Rest,
}

/// Whether a turn is worth an attempt.
pub fn decide_turn(
    quarantine: &Quarantine,
    rules: &QuarantineRules,
    (now, versions): (Timestamp, Versions),
) -> Turn {
    // Other mappings, domains or extensions: what failed may well go on now.
    // A clock that was set back since says nothing about when that was.
    let was_set_back = now < quarantine.tried;
    if now >= quarantine.next_attempt || was_set_back || versions != quarantine.versions {
        return Turn::Attempt;
    }
    match (quarantine.reason, quarantine.code) {
        // What a look at policies and configuration shows is certain.
        (QuarantineReason::Exception, Some(code)) if is_seen(code) => Turn::Probe,
        // A target that answers a question may still refuse to write.
        (QuarantineReason::Exception, _) => {
            match now >= quarantine.tried.plus_seconds(rules.pause_seconds) {
                true => Turn::Probe,
                false => Turn::Rest,
            }
        }
        _ => Turn::Rest,
    }
}

/// Whether it can be seen without writing that this stops a job no longer.
fn is_seen(code: Code) -> bool {
    [Code::CONSENT_MISSING, Code::CONFIGURATION_INVALID, Code::MAPPING_TEST_FAILED].contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(failed: u64, linked: u64) -> Option<QuarantineReason> {
        judge(Counts { failed, linked }, &QuarantineRules::default())
    }

    #[test]
    fn the_worked_examples_of_the_modelled_service() {
        assert_eq!(judged(45_000, 1_000_000), Some(QuarantineReason::Number));
        assert_eq!(judged(30_000, 5_000), Some(QuarantineReason::Proportion));
        assert_eq!(judged(20_000, 100_000), None);
        assert_eq!(judged(4_000, 0), None, "nothing is judged below 5,000");
        assert_eq!(judged(5_000, 0), Some(QuarantineReason::Proportion));
        assert_eq!(judged(40_000, 60_000), None, "40 % is not more than 40 %");
        assert_eq!(judged(u64::MAX, u64::MAX), Some(QuarantineReason::Number));
    }

    fn hours(hours: i64) -> Timestamp {
        Timestamp(hours * 3_600_000)
    }

    fn exception(before: Option<Quarantine>, now: Timestamp, code: Code) -> Quarantine {
        let rules = QuarantineRules::default();
        let at = (now, Versions::default());
        impose(before, QuarantineReason::Exception, Some(code), at, &rules)
    }

    #[test]
    fn pauses_double_up_to_a_day_and_stay_there_for_28_days() {
        let rules = QuarantineRules::default();
        let mut quarantine = exception(None, hours(0), Code::CONSENT_MISSING);
        let mut pauses = Vec::new();
        while !is_given_up(&quarantine, &rules, quarantine.tried) {
            pauses.push((quarantine.next_attempt.0 - quarantine.tried.0) / 60_000);
            quarantine =
                exception(Some(quarantine), quarantine.next_attempt, Code::CONSENT_MISSING);
        }
        assert_eq!(pauses[..6], [1, 1, 2, 4, 8, 16]);
        assert_eq!(pauses.last(), Some(&(24 * 60)));
        assert_eq!(quarantine.began, hours(0));
        assert!(quarantine.tried >= hours(28 * 24) && quarantine.tried < hours(29 * 24));
        assert_eq!(quarantine.attempts as usize, pauses.len() + 1);
    }

    #[test]
    fn an_attempt_that_somebody_asked_for_makes_no_pause_longer() {
        let first = exception(None, hours(0), Code::CONSENT_MISSING);
        let asked = exception(Some(first), hours(0).plus_seconds(1), Code::CONSENT_MISSING);
        assert_eq!(asked.next_attempt, hours(0).plus_seconds(61));
    }

    #[test]
    fn what_can_be_seen_is_probed_at_once_and_the_rest_waits() {
        let rules = QuarantineRules::default();
        let same = Versions::default();
        let turn = |quarantine: &Quarantine, seconds: i64, versions| {
            decide_turn(quarantine, &rules, (hours(0).plus_seconds(seconds), versions))
        };
        let began = hours(0);
        let consent = exception(None, began, Code::CONSENT_MISSING);
        assert_eq!(
            [1, 59, 60].map(|at| turn(&consent, at, same)),
            [Turn::Probe, Turn::Probe, Turn::Attempt]
        );
        let failed =
            Quarantine { next_attempt: hours(9), ..exception(None, began, Code::TARGET_REFUSED) };
        assert_eq!(
            [1, 59, 60].map(|at| turn(&failed, at, same)),
            [Turn::Rest, Turn::Rest, Turn::Probe]
        );
        let many = Quarantine { reason: QuarantineReason::Number, code: None, ..failed };
        assert_eq!(turn(&many, 8 * 3_600, same), Turn::Rest);
        assert_eq!(turn(&many, 9 * 3_600, same), Turn::Attempt);
        let other = Versions { job: 7, ..same };
        assert_eq!(turn(&many, 1, other), Turn::Attempt, "another configuration is tried at once");
    }
}
