//! How often tokens are asked for: by an application, and from an address. Checking a secret or a
//! password costs more than asking, so whoever tries many is slowed down before any is checked.

use std::{
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    num::NonZeroU32,
    sync::atomic::{AtomicU64, Ordering},
};

use axum::http::StatusCode;
use governor::{
    Quota, RateLimiter,
    clock::{Clock, MonotonicClock},
    state::keyed::HashMapStateStore,
};

use super::reply::Refusal;

/// Many applications may share an address.
const SHARED: u32 = 10;

/// After so many requests, buckets that are full again are forgotten.
const SWEEP: u64 = 10_000;

type Keyed<K> = RateLimiter<K, HashMapStateStore<K>, MonotonicClock>;

/// The buckets, by application and by address.
pub struct Tokens(Option<Buckets>);

struct Buckets {
    applications: Keyed<u64>,
    addresses: Keyed<IpAddr>,
    hasher: RandomState,
    asked: AtomicU64,
}

impl Tokens {
    /// So many in a minute; 0 for no limit.
    pub fn new(in_a_minute: usize) -> Self {
        let most = u32::try_from(in_a_minute).unwrap_or(u32::MAX);
        Self(NonZeroU32::new(most).map(|most| Buckets {
            applications: RateLimiter::hashmap_with_clock(Quota::per_minute(most), MonotonicClock),
            addresses: RateLimiter::hashmap_with_clock(
                Quota::per_minute(most.saturating_mul(NonZeroU32::MIN.saturating_add(SHARED - 1))),
                MonotonicClock,
            ),
            hasher: RandomState::new(),
            asked: AtomicU64::new(0),
        }))
    }

    /// Lets a request pass, or says when to come again. Only token endpoints are counted.
    pub fn check(&self, path: &str, body: &[u8], from: IpAddr) -> Result<(), Refusal> {
        let Some(buckets) = &self.0 else { return Ok(()) };
        if !is_token_endpoint(path) {
            return Ok(());
        }
        if buckets.asked.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            buckets.applications.retain_recent();
            buckets.addresses.retain_recent();
        }
        let wait = |not: governor::NotUntil<_>| {
            let wait = not.wait_time_from(MonotonicClock.now());
            Err(TOO_MANY.again(wait.as_secs() + 1))
        };
        buckets.addresses.check_key(&from).or_else(wait)?;
        // The name of an application is a text of any length from outside: its digest will do.
        let Some(application) = client_id(body) else { return Ok(()) };
        let key = buckets.hasher.hash_one((path, application));
        buckets.applications.check_key(&key).or_else(wait)
    }
}

fn is_token_endpoint(path: &str) -> bool {
    let path = path.trim_end_matches('/').to_ascii_lowercase();
    ["/oauth2/v2.0/token", "/oauth2/token", "/oauth2/v2.0/devicecode"]
        .iter()
        .any(|end| path.ends_with(end))
}

fn client_id(body: &[u8]) -> Option<&[u8]> {
    body.split(|byte| *byte == b'&').find_map(|pair| pair.strip_prefix(b"client_id="))
}

const TOO_MANY: Refusal = Refusal::new(
    StatusCode::TOO_MANY_REQUESTS,
    "TooManyRequests",
    "Too many tokens are asked for; try again later.",
);

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn an_application_and_an_address_are_slowed_down_each_by_itself() {
        let tokens = Tokens::new(3);
        let address = |last: u8| IpAddr::V4(Ipv4Addr::new(10, 0, 0, last));
        let ask = |client: &str, last: u8| {
            let body = format!("grant_type=client_credentials&client_id={client}");
            tokens.check("/t/oauth2/v2.0/token", body.as_bytes(), address(last))
        };
        assert!((0..3).all(|_| ask("a", 1).is_ok()));
        let refused = ask("a", 2).expect_err("a fourth is too much, from anywhere");
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(refused.again.is_some_and(|seconds| (1..=21).contains(&seconds)));
        assert!(ask("b", 1).is_ok());
        assert!((0..100).any(|number| ask(&format!("c{number}"), 1).is_err()));
        assert!(ask("d", 3).is_ok());
        assert!(tokens.check("/v1.0/users", b"", address(1)).is_ok());
        let off = Tokens::new(0);
        assert!((0..100).all(|_| off.check("/t/oauth2/token", b"", address(1)).is_ok()));
    }
}
