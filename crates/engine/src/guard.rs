//! The brake: whether removals may go ahead, given what already happened and the job's limits
//! (DESIGN.md, Brakes; cross-tenant-sync.md 5.7).

use model::{Code, Limits, Reason};

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
