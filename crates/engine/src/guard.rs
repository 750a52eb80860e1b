//! The brakes: whether removals, and changes of other kinds, may go ahead, given what already
//! happened and the job's limits (DESIGN.md, Brakes; cross-tenant-sync.md 5.7).

use model::{Action, Brake, Code, Entry, Limits, Modification, Reason, Tally};

/// What the guard says about a run's removals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They may go ahead.
    Proceed,
    /// They wait for approval.
    Hold(Reason),
}

/// The numbers that the brake looks at.
#[derive(Clone, Copy, Debug)]
pub struct Counts {
    /// Removals and disables that wait to be done.
    pub staged: u64,
    /// Removals and disables of the job within the window that ends now.
    pub recent: u64,
    /// People linked and in use.
    pub linked: u64,
}

/// Holds when the removals would exceed what the window allows. All of them are held then: which of
/// them would be the harmless ones is for a person to say.
pub fn check_removals(counts: Counts, limits: &Limits) -> Verdict {
    let allowed = limits.removals_allowed(counts.linked);
    if counts.staged == 0 || counts.staged + counts.recent <= allowed {
        return Verdict::Proceed;
    }
    Verdict::Hold(Reason::new(
        Code::REMOVAL_BRAKE,
        format!(
            "{} removals and disables wait and {} happened within {} hours; {} are allowed with {} \
             linked people",
            counts.staged, counts.recent, limits.window_hours, allowed, counts.linked
        ),
    ))
}

/// Holds when the members who would leave groups are more than the window allows, all of them; `recent`
/// are those who left within it.
pub fn check_partings(staged: u64, recent: u64, linked: u64, limits: &Limits) -> Verdict {
    let Some(allowed) = limits.partings.map(|brake| brake.allowed(linked)) else {
        return Verdict::Proceed;
    };
    if staged == 0 || staged + recent <= allowed {
        return Verdict::Proceed;
    }
    Verdict::Hold(Reason::new(
        Code::PARTING_BRAKE,
        format!(
            "{staged} members would leave groups and {recent} left within {} hours; {allowed} are \
             allowed",
            limits.window_hours
        ),
    ))
}

/// What a change counts as, beside removals.
pub fn tally(entry: &Entry) -> Tally {
    let is_new = matches!(entry.action, Action::Create | Action::Restore);
    let is_update = matches!(entry.action, Action::Update | Action::Adopt);
    // A manager who leaves takes the reference away from many, and whoever steps aside for a swap
    // gives an address up for a moment: neither is a lost column.
    let is_swap = entry.reason.as_ref().is_some_and(|reason| reason.code == Code::SWAPPED);
    let empties =
        |one: &Modification| one.old.is_some() && one.new.is_none() && !one.name.is_manager();
    let clears = is_update && !is_swap && entry.modifications.iter().any(empties);
    Tally {
        creates: u64::from(is_new),
        updates: u64::from(is_update),
        clears: u64::from(clears),
        partings: u64::from(entry.action == Action::RemoveMember),
    }
}

/// Holds a change that would be one more than the window allows; `before` is what happened within
/// it, what is under way included.
pub fn check_change(entry: &Entry, before: Tally, linked: u64, limits: &Limits) -> Verdict {
    let (own, after) = (tally(entry), before.plus(tally(entry)));
    let exceeds = |brake: &Option<Brake>, own: u64, after: u64| {
        let allowed = brake.map(|brake| brake.allowed(linked)).filter(|_| own > 0)?;
        (after > allowed).then_some(allowed)
    };
    let hold = |code, what: &str, allowed: u64| {
        let hours = limits.window_hours;
        let sentence =
            format!("{allowed} people may {what} within {hours} hours, and as many were");
        Verdict::Hold(Reason::new(code, sentence))
    };
    if let Some(allowed) = exceeds(&limits.clears, own.clears, after.clears) {
        return hold(Code::CLEARING_BRAKE, "have an attribute emptied", allowed);
    }
    if let Some(allowed) = exceeds(&limits.creates, own.creates, after.creates) {
        return hold(Code::CREATE_BRAKE, "be made or brought back", allowed);
    }
    if let Some(allowed) = exceeds(&limits.updates, own.updates, after.updates) {
        return hold(Code::UPDATE_BRAKE, "be changed", allowed);
    }
    Verdict::Proceed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(staged: u64, recent: u64, linked: u64) -> bool {
        let counts = Counts { staged, recent, linked };
        check_removals(counts, &Limits::default()) == Verdict::Proceed
    }

    #[test]
    fn ten_are_always_allowed_within_a_day() {
        assert!(check(10, 0, 3));
        assert!(!check(11, 0, 3));
        assert!(!check(6, 5, 3));
    }

    #[test]
    fn a_tenth_of_the_linked_is_allowed_up_to_five_hundred() {
        assert!(check(100, 0, 1_000));
        assert!(!check(101, 0, 1_000));
        assert!(check(500, 0, 1_000_000));
        assert!(!check(501, 0, 1_000_000));
    }

    #[test]
    fn nothing_to_remove_is_never_held() {
        assert!(check(0, 1_000, 3));
    }
}
