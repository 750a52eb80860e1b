//! Who guessed too often has to wait, longer every time: an account, and an address that tries many
//! accounts. Names that nobody has are counted like others, so that waiting tells nothing.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::Mutex,
};

use model::Timestamp;

use crate::state::lock;

/// How many wrong passwords an account has free, and an address.
const FREE: u32 = 5;
const FREE_ADDRESS: u32 = 30;
/// The first wait, in seconds; every further one is twice as long, up to the longest.
const FIRST: i64 = 30;
const LONGEST: i64 = 3_600;
/// After how long without a try it is forgotten, in seconds.
const FORGOTTEN: i64 = 24 * 3_600;
const MOST: usize = 100_000;

/// Counts wrong guesses.
pub(crate) struct Lockout(Mutex<HashMap<Whom, Count>>);

/// Against whom it is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Whom {
    /// A name in a tenant, with its letters folded.
    Account(model::TenantId, String),
    /// An address; of version 6 the network that one caller has for itself.
    Address(IpAddr),
}

#[derive(Clone, Copy)]
struct Count {
    failures: u32,
    last: Timestamp,
    until: Timestamp,
}

impl Whom {
    pub fn address(address: IpAddr) -> Self {
        Self::Address(match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(six) => {
                let network = u128::from(six) >> 64 << 64;
                IpAddr::V6(Ipv6Addr::from(network))
            }
        })
    }

    fn free(&self) -> u32 {
        match self {
            Self::Account(..) => FREE,
            Self::Address(_) => FREE_ADDRESS,
        }
    }
}

impl Lockout {
    pub fn new() -> Self {
        Self(Mutex::new(HashMap::new()))
    }

    /// Until when one has to wait; none when not.
    pub fn until(&self, whom: &Whom, now: Timestamp) -> Option<Timestamp> {
        lock(&self.0).get(whom).map(|count| count.until).filter(|until| *until > now)
    }

    /// Counts a wrong guess, and gives how many there were and until when one has to wait now.
    pub fn fail(&self, whom: Whom, now: Timestamp) -> (u32, Option<Timestamp>) {
        let mut counts = lock(&self.0);
        if counts.len() >= MOST {
            counts.retain(|_, count| count.last.plus_seconds(FORGOTTEN) > now);
            if counts.len() >= MOST {
                counts.clear();
            }
        }
        let free = whom.free();
        let count = counts.entry(whom).or_insert(Count { failures: 0, last: now, until: now });
        if count.last.plus_seconds(FORGOTTEN) <= now {
            count.failures = 0;
        }
        count.failures += 1;
        count.last = now;
        let Some(over) = count.failures.checked_sub(free) else { return (count.failures, None) };
        let wait = FIRST.saturating_mul(1 << over.min(20)).min(LONGEST);
        count.until = now.plus_seconds(wait);
        (count.failures, Some(count.until))
    }

    /// Takes up what was counted before this process.
    pub fn recall(&self, whom: Whom, failures: u32, until: Timestamp, now: Timestamp) {
        lock(&self.0).entry(whom).or_insert(Count { failures, last: now, until });
    }

    /// Forgets what was counted: the password was right.
    pub fn forget(&self, whom: &Whom) {
        lock(&self.0).remove(whom);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_and_is_forgotten_with_a_right_guess() {
        let lockout = Lockout::new();
        let whom = Whom::Account(model::TenantId::NIL, "ada".to_owned());
        let now = Timestamp(0);
        for _ in 0..4 {
            assert_eq!(lockout.fail(whom.clone(), now).1, None);
        }
        let waits: Vec<i64> = (0..9)
            .map(|_| lockout.fail(whom.clone(), now).1.expect("it is locked").0 / 1000)
            .collect();
        assert_eq!(waits, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
        assert!(lockout.until(&whom, now).is_some());
        assert!(lockout.until(&whom, Timestamp(3_600_000)).is_none());
        lockout.forget(&whom);
        assert!(lockout.until(&whom, now).is_none());
    }
}
