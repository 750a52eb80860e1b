//! The guard of mirrors: whether a listing may be taken in, and whether those whom it lacks may be
//! removed. Reading listings and writing what they say is `sync`'s.

use model::{Code, Lately, Mirror, Proof, Reason};

/// What a listing shows by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// Records that can be read, tombstones included.
    pub records: u64,
    /// Lines that cannot.
    pub rejected: u64,
    /// Why it is not shown to be whole; none where it is, or where nothing is inferred from it.
    pub fault: Option<Reason>,
    /// How many records the listing before held.
    pub before: Option<u64>,
}

/// What taking a listing in would do to a tenant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Objects that the mirror brought in and that are not deleted.
    pub standing: u64,
    /// How many of them would be removed.
    pub removals: u64,
    /// How many of these are only not listed.
    pub missing: u64,
    /// How many of them would lose the value of an attribute.
    pub clears: u64,
    /// Lines that cannot be read and do not say whom they name.
    pub nameless: u64,
    /// How many were removed, and how many lost a value, within the day before.
    pub lately: Lately,
}

/// Why a listing is held before anything of it is written.
pub fn hold_listing(mirror: &Mirror, survey: &Survey) -> Vec<Reason> {
    let mut reasons = Vec::new();
    reasons.extend(survey.fault.clone());
    let before = survey.before.unwrap_or_default();
    if survey.records == 0 && survey.rejected > 0 {
        let text = format!("none of its {} lines can be read", survey.rejected);
        reasons.push(Reason::new(Code::LISTING_UNREADABLE, text));
    } else if mirror.proof == Proof::Tombstones {
        // It may well list only what has changed; whom it does not name is not touched.
    } else if survey.records == 0 && before > 0 {
        let text = format!("the one before held {before} records");
        reasons.push(Reason::new(Code::LISTING_EMPTY, text));
    } else if mirror.is_far_smaller(survey.records, before) {
        let text = format!("{} records, and {before} before", survey.records);
        reasons.push(Reason::new(Code::LISTING_SMALLER, text));
    }
    reasons
}

/// Why a listing is held for what it would do.
pub fn hold_effects(mirror: &Mirror, effects: &Effects) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let Lately { removed, cleared, .. } = effects.lately;
    // A slow leak is a leak: what went within the day counts, as do those whom it took.
    let standing = effects.standing + removed;
    let allowed = mirror.brake.allowed(standing);
    let exceeds = |count: u64, before: u64, what: &str| {
        let more = match before {
            0 => String::new(),
            before => format!(" after {before} within a day"),
        };
        format!("{count} of {standing} would {what}{more}, and {allowed} may")
    };
    if effects.removals > 0 && effects.removals + removed > allowed {
        let text = exceeds(effects.removals, removed, "be removed");
        reasons.push(Reason::new(Code::LISTING_REMOVALS, text));
    }
    if effects.clears > 0 && effects.clears + cleared > allowed {
        let text = exceeds(effects.clears, cleared, "lose a value");
        reasons.push(Reason::new(Code::LISTING_CLEARS, text));
    }
    reasons
}

/// Why nobody whom the listing lacks is removed, though everything else of it is taken in.
pub fn keep_missing(effects: &Effects) -> Option<Reason> {
    if effects.missing == 0 || effects.nameless == 0 {
        return None;
    }
    let text = format!(
        "not listed: {}; lines that do not say whom they name: {}",
        effects.missing, effects.nameless
    );
    Some(Reason::new(Code::LISTING_DOUBT, text))
}

#[cfg(test)]
mod tests {
    use model::{Kind, MirrorId, MirrorState, Schedule, TenantId, Timestamp};

    use super::*;

    fn mirror() -> Mirror {
        Mirror {
            id: MirrorId::NIL,
            name: "hr".to_owned(),
            tenant: TenantId::NIL,
            kind: Kind::User,
            file: "/people.csv".to_owned(),
            format: None,
            columns: Vec::new(),
            anchor: None,
            tombstone: None,
            proof: Proof::Renamed,
            brake: Mirror::BRAKE,
            smaller_percent: Mirror::SMALLER_PERCENT,
            schedule: Schedule::OnChange,
            state: MirrorState::Active,
            created: Timestamp(0),
            version: 0,
        }
    }

    #[track_caller]
    fn check_listing(records: u64, rejected: u64, before: Option<u64>, expected: &[&str]) {
        let survey = Survey { records, rejected, fault: None, before };
        let reasons = hold_listing(&mirror(), &survey);
        let codes: Vec<&str> = reasons.iter().map(|reason| reason.code.as_str()).collect();
        assert_eq!(codes, expected);
    }

    #[test]
    fn what_a_listing_shows_by_itself() {
        check_listing(100, 0, None, &[]);
        check_listing(100, 3, Some(100), &[]);
        check_listing(0, 0, None, &[]);
        check_listing(0, 0, Some(3), &["listing-empty"]);
        check_listing(0, 7, None, &["listing-unreadable"]);
        check_listing(50, 0, Some(100), &["listing-far-smaller"]);
    }

    #[test]
    fn a_listing_of_changes_alone_may_be_small() {
        let mirror = Mirror { proof: Proof::Tombstones, ..mirror() };
        let survey = Survey { records: 1, before: Some(100), ..Survey::default() };
        assert!(hold_listing(&mirror, &survey).is_empty());
    }

    #[test]
    fn every_fault_is_told_and_not_the_first_alone() {
        let fault = Some(Reason::new(Code::LISTING_CUT, "no end mark"));
        let survey = Survey { records: 10, rejected: 0, fault, before: Some(100) };
        let reasons = hold_listing(&mirror(), &survey);
        let codes: Vec<&str> = reasons.iter().map(|reason| reason.code.as_str()).collect();
        assert_eq!(codes, ["listing-cut", "listing-far-smaller"]);
    }

    #[test]
    fn what_a_listing_does_has_limits() {
        let codes = |effects: &Effects| -> Vec<&str> {
            hold_effects(&mirror(), effects).iter().map(|reason| reason.code.as_str()).collect()
        };
        let usual =
            Effects { standing: 200, removals: 20, missing: 20, clears: 20, ..Effects::default() };
        assert!(codes(&usual).is_empty());
        assert_eq!(codes(&Effects { removals: 21, ..usual }), ["listing-removal-brake"]);
        assert_eq!(codes(&Effects { clears: 21, ..usual }), ["listing-clearing-brake"]);
        let lately = Lately { removed: 1, ..Lately::default() };
        assert_eq!(codes(&Effects { lately, ..usual }), ["listing-removal-brake"]);
        assert!(codes(&Effects { lately, removals: 0, ..usual }).is_empty());
    }

    #[test]
    fn nameless_lines_matter_only_where_somebody_is_missing() {
        let effects =
            Effects { standing: 20, removals: 1, missing: 1, nameless: 1, ..Effects::default() };
        assert!(keep_missing(&effects).is_some());
        assert!(keep_missing(&Effects { missing: 0, ..effects }).is_none());
        assert!(keep_missing(&Effects { nameless: 0, ..effects }).is_none());
    }
}
