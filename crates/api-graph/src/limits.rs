//! How much each caller may ask (graph-api.md 9.3): buckets of resource units and of writes for an
//! application in a tenant, an application, and a tenant; and few calls a moment for reports and for
//! provisioning on demand. What a call costs is in [`costs`].
//!
//! Buckets fill by a clock that only goes forward, and live as long as the process.

mod costs;

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use governor::{
    Quota, RateLimiter, clock::Clock, middleware::StateInformationMiddleware,
    state::keyed::HashMapStateStore,
};
use model::{Actor, TenantId};

use crate::{
    answer::Answer,
    error::Error,
    request::{Method, Request},
    route::Route,
};

/// How long the size of a tenant is taken for known.
const SIZE_LIFE: Duration = Duration::from_secs(60);

/// After so many calls, buckets that are full again are forgotten.
const SWEEP: u64 = 100_000;

/// From this share on callers are told how near they are.
const WARNED: f64 = 0.8;

/// An application, or a person who uses none, in a tenant.
type Caller = (uuid::Uuid, TenantId);

type Keyed<K> = RateLimiter<K, HashMapStateStore<K>, Ticks, StateInformationMiddleware>;

/// The buckets of all callers.
#[derive(Clone)]
pub struct Limits(Option<Arc<Buckets>>);

struct Buckets {
    clock: Ticks,
    /// By the size of the tenant: small, medium, large.
    units: [Keyed<Caller>; 3],
    writes: Keyed<Caller>,
    application_units: Keyed<uuid::Uuid>,
    application_writes: Keyed<uuid::Uuid>,
    tenant_writes: Keyed<TenantId>,
    reports: Keyed<Caller>,
    on_demand: Keyed<Caller>,
    sizes: Mutex<HashMap<TenantId, (Duration, usize)>>,
    calls: AtomicU64,
}

/// What a call was charged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Charge {
    /// In tenths of a resource unit.
    units: u32,
    /// The share of the fullest bucket's measure that is used up; 1 is all of it.
    used: f64,
}

impl Limits {
    /// No limits: for load tests, for sandboxes, and for who asks in the name of the server.
    pub fn off() -> Self {
        Self(None)
    }

    /// Graph's limits, at so many percent.
    pub fn new(percent: usize) -> Self {
        Self::with_clock(percent, Ticks::default())
    }

    fn with_clock(percent: usize, clock: Ticks) -> Self {
        let quota = |count: u64, seconds: u64| {
            let count = (count * percent as u64 / 100).clamp(1, u64::from(u32::MAX));
            let count = NonZeroU32::new(count as u32).unwrap_or(NonZeroU32::MIN);
            let each = Duration::from_secs(seconds) / count.get();
            let each = each.max(Duration::from_nanos(1));
            Quota::with_period(each)
                .map_or_else(|| Quota::per_second(count), |quota| quota.allow_burst(count))
        };
        // Units are counted in tenths.
        let units = |count: u64| quota(count * 10, 10);
        Self(Some(Arc::new(Buckets {
            units: [units(3_500), units(5_000), units(8_000)].map(|one| keyed(one, &clock)),
            writes: keyed(quota(3_000, 150), &clock),
            application_units: keyed(quota(1_500_000, 20), &clock),
            application_writes: keyed(quota(70_000, 300), &clock),
            tenant_writes: keyed(quota(18_000, 300), &clock),
            reports: keyed(quota(5, 10), &clock),
            on_demand: keyed(quota(5, 10), &clock),
            sizes: Mutex::default(),
            calls: AtomicU64::new(0),
            clock,
        })))
    }

    /// Charges a call to its caller, or refuses it. `users` counts those of the tenant; it is asked
    /// seldom.
    pub(crate) fn charge(
        &self,
        actor: &Actor,
        tenant: TenantId,
        route: &Route,
        request: &Request,
        users: impl FnOnce() -> u64,
    ) -> Result<Charge, Error> {
        let units = costs::of(route, request);
        let Some(buckets) = &self.0 else { return Ok(Charge { units, used: 0.0 }) };
        if route.path.eq_ignore_ascii_case("/$batch") {
            // Its parts are charged, each by itself.
            return Ok(Charge { units, used: 0.0 });
        }
        buckets.sweep();
        let caller = (application(actor), tenant);
        let used = match costs::kind(route) {
            costs::Kind::Report => buckets.take_few(&buckets.reports, caller)?,
            costs::Kind::OnDemand => buckets.take_few(&buckets.on_demand, caller)?,
            costs::Kind::Directory => buckets.take(caller, units, request.method, users)?,
        };
        Ok(Charge { units, used })
    }
}

impl Charge {
    /// The headers that tell a caller about it.
    fn headers(self) -> Vec<(&'static str, String)> {
        let whole = (self.units as f64 / 10.0).round().max(1.0);
        let mut headers = vec![("x-ms-resource-unit", format!("{whole:.0}"))];
        if self.used >= WARNED {
            headers.push(("x-ms-throttle-limit-percentage", format!("{:.1}", self.used)));
        }
        headers
    }

    /// The same answer or refusal, with what it cost.
    pub(crate) fn told(self, answered: Result<Answer, Error>) -> Result<Answer, Error> {
        match answered {
            Ok(mut answer) => {
                answer.headers.extend(self.headers());
                Ok(answer)
            }
            Err(mut error) => {
                error.headers.extend(self.headers());
                Err(error)
            }
        }
    }
}

/// What a full bucket is called in the answer.
struct Name {
    scope: &'static str,
    information: &'static str,
}

impl Buckets {
    fn take(
        &self,
        caller: Caller,
        units: u32,
        method: Method,
        users: impl FnOnce() -> u64,
    ) -> Result<f64, Error> {
        let (application, tenant) = caller;
        let size = self.size(tenant, users);
        let both = Name { scope: "Tenant_Application/ReadWrite", information: UNITS };
        let mut used = self.take_from(&self.units[size], &caller, units, (both, caller))?;
        let all = Name { scope: "Application/ReadWrite", information: UNITS };
        used = used.max(self.take_from(
            &self.application_units,
            &application,
            units,
            (all, caller),
        )?);
        if method == Method::Get {
            return Ok(used);
        }
        let both = Name { scope: "Tenant_Application/Write", information: WRITES };
        used = used.max(self.take_from(&self.writes, &caller, 1, (both, caller))?);
        let all = Name { scope: "Application/Write", information: WRITES };
        used =
            used.max(self.take_from(&self.application_writes, &application, 1, (all, caller))?);
        let whole = Name { scope: "Tenant/Write", information: WRITES };
        Ok(used.max(self.take_from(&self.tenant_writes, &tenant, 1, (whole, caller))?))
    }

    fn take_few(&self, bucket: &Keyed<Caller>, caller: Caller) -> Result<f64, Error> {
        let name = Name { scope: "Tenant_Application/ReadWrite", information: "CPULimitExceeded" };
        // Five calls are no measure to warn about.
        self.take_from(bucket, &caller, 1, (name, caller)).map(|_| 0.0)
    }

    /// Takes from a bucket and gives the share that is used up.
    fn take_from<K: std::hash::Hash + Eq + Clone>(
        &self,
        bucket: &Keyed<K>,
        key: &K,
        count: u32,
        (name, caller): (Name, Caller),
    ) -> Result<f64, Error> {
        let count = NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
        let wait = match bucket.check_key_n(key, count) {
            Ok(Ok(state)) => {
                let most = f64::from(state.quota().burst_size().get());
                return Ok(1.0 - f64::from(state.remaining_burst_capacity()) / most);
            }
            Ok(Err(not_until)) => not_until.wait_time_from(self.clock.now()),
            // More than a bucket ever holds, which happens only where limits are set very low.
            Err(_) => Duration::from_secs(10),
        };
        Err(refused(wait, &name, caller))
    }

    fn size(&self, tenant: TenantId, users: impl FnOnce() -> u64) -> usize {
        let now = self.clock.now();
        let mut sizes = self.sizes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, size)) = sizes.get(&tenant)
            && now.saturating_sub(*at) < SIZE_LIFE
        {
            return *size;
        }
        let size = match users() {
            0..50 => 0,
            50..=500 => 1,
            _ => 2,
        };
        sizes.insert(tenant, (now, size));
        size
    }

    fn sweep(&self) {
        if self.calls.fetch_add(1, Ordering::Relaxed) % SWEEP != SWEEP - 1 {
            return;
        }
        self.units.iter().for_each(Keyed::retain_recent);
        for callers in [&self.writes, &self.reports, &self.on_demand] {
            callers.retain_recent();
        }
        self.application_units.retain_recent();
        self.application_writes.retain_recent();
        self.tenant_writes.retain_recent();
    }
}

const UNITS: &str = "ResourceUnitLimitExceeded";
const WRITES: &str = "WriteLimitExceeded";

fn refused(wait: Duration, name: &Name, (application, tenant): Caller) -> Error {
    let seconds = wait.as_secs_f64().ceil().max(1.0);
    let mut error = Error::new(429, "TooManyRequests", "Too many requests; try again later.");
    error.headers = vec![
        ("retry-after", format!("{seconds:.0}")),
        ("x-ms-throttle-scope", format!("{}/{application}/{tenant}", name.scope)),
        ("x-ms-throttle-information", name.information.to_owned()),
    ];
    error
}

/// The application that asks: itself, the one that a person uses, or the person where there is none.
fn application(actor: &Actor) -> uuid::Uuid {
    match actor {
        Actor::Application { id, .. } => id.0,
        Actor::User { id, through, .. } => {
            through.as_ref().map_or(id.0, |through| through.application.0)
        }
        _ => uuid::Uuid::nil(),
    }
}

fn keyed<K: std::hash::Hash + Eq + Clone>(quota: Quota, clock: &Ticks) -> Keyed<K> {
    RateLimiter::hashmap_with_clock(quota, clock.clone())
        .with_middleware::<StateInformationMiddleware>()
}

/// The time since the start. A clock that people set would hold callers up when it is set back.
#[derive(Clone, Debug)]
struct Ticks {
    begun: Instant,
    /// Milliseconds that a test has let pass.
    skipped: Arc<AtomicU64>,
}

impl Default for Ticks {
    fn default() -> Self {
        Self { begun: Instant::now(), skipped: Arc::default() }
    }
}

impl Clock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.begun.elapsed() + Duration::from_millis(self.skipped.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use model::{ApplicationId, Timestamp};

    use super::*;
    use crate::request::{Headers, Version};

    fn application(number: u8) -> Actor {
        Actor::Application {
            tenant: tenant(1),
            id: ApplicationId(uuid::Uuid::from_bytes([number; 16])),
            name: "hr".to_owned(),
            grants: Vec::new(),
        }
    }

    fn tenant(number: u8) -> TenantId {
        TenantId(uuid::Uuid::from_bytes([number; 16]))
    }

    fn call(limits: &Limits, who: u8, method: Method, path: &'static str) -> Result<Charge, Error> {
        let request = Request {
            method,
            version: Version::V1,
            path: path.to_owned(),
            query: None,
            headers: Headers::default(),
            body: Vec::new(),
            origin: "https://localhost".to_owned(),
            request_id: "1".to_owned(),
            at: Timestamp(0),
        };
        let route = Route::new(method, path, "", &[], |_| Ok(Answer::done()));
        limits.charge(&application(who), tenant(1), &route, &request, || 10)
    }

    fn header<'a>(headers: &'a [(&str, String)], name: &str) -> &'a str {
        headers.iter().find(|(one, _)| *one == name).map_or("", |(_, value)| value.as_str())
    }

    #[test]
    fn an_application_that_asks_too_much_waits_and_another_does_not() {
        let clock = Ticks::default();
        let limits = Limits::with_clock(100, clock.clone());
        // 3,500 units in a small tenant, at 2 units each; some come back meanwhile.
        let mut taken = 0;
        let refused = loop {
            match call(&limits, 1, Method::Get, "/users") {
                Ok(charge) => {
                    taken += 1;
                    let told =
                        header(&charge.headers(), "x-ms-throttle-limit-percentage").to_owned();
                    assert_eq!(charge.used >= 0.8, !told.is_empty());
                    assert_eq!(header(&charge.headers(), "x-ms-resource-unit"), "2");
                }
                Err(error) => break error,
            }
        };
        assert!(taken >= 1_750, "{taken}");
        assert_eq!((refused.status, refused.code), (429, "TooManyRequests"));
        assert_eq!(header(&refused.headers, "retry-after"), "1");
        assert_eq!(header(&refused.headers, "x-ms-throttle-information"), UNITS);
        let scope = header(&refused.headers, "x-ms-throttle-scope");
        assert!(scope.starts_with("Tenant_Application/ReadWrite/01010101-"), "{scope}");
        assert!(call(&limits, 2, Method::Get, "/users").is_ok());
        clock.skipped.store(10_000, Ordering::Relaxed);
        assert!(call(&limits, 1, Method::Get, "/users").is_ok());
    }

    #[test]
    fn writes_have_a_measure_of_their_own() {
        let limits = Limits::with_clock(10, Ticks::default());
        let refused = (0..400).find_map(|_| call(&limits, 1, Method::Patch, "/users/{id}").err());
        let refused = refused.expect("300 are a tenth");
        assert_eq!(header(&refused.headers, "x-ms-throttle-information"), WRITES);
        assert!(call(&limits, 1, Method::Get, "/users/{id}").is_ok());
    }

    #[test]
    fn reports_and_on_demand_are_few() {
        let limits = Limits::with_clock(100, Ticks::default());
        for path in ["/auditLogs/provisioning", "/x/{id}/provisionOnDemand"] {
            for _ in 0..5 {
                assert!(call(&limits, 1, Method::Get, path).is_ok());
            }
            let refused = call(&limits, 1, Method::Get, path).expect_err("the sixth is too much");
            assert_eq!(header(&refused.headers, "retry-after"), "2", "one comes back in 2 s");
        }
    }

    #[test]
    fn limits_can_be_off() {
        let limits = Limits::off();
        assert!((0..10_000).all(|_| call(&limits, 1, Method::Post, "/users").is_ok()));
    }
}
