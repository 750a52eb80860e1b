//! The tick: a counter of object commits and of changes to tenants that readers can wait for, with
//! the tick of each tenant's last one.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Condvar, Mutex, PoisonError},
    time::Duration,
};

use model::TenantId;

use crate::fault::lock;

pub(crate) struct Signal {
    state: Mutex<State>,
    raised: Condvar,
}

struct State {
    tick: u64,
    /// When each tenant was last stirred, both ways round.
    last: HashMap<TenantId, u64>,
    order: BTreeMap<u64, TenantId>,
}

impl Signal {
    pub fn new() -> Self {
        // Tick 0 is what a reader has that never waited, and is answered at once.
        let state = State { tick: 1, last: HashMap::new(), order: BTreeMap::new() };
        Self { state: Mutex::new(state), raised: Condvar::new() }
    }

    pub fn raise(&self, tenant: TenantId) {
        let mut state = lock(&self.state);
        state.tick += 1;
        let tick = state.tick;
        if let Some(before) = state.last.insert(tenant, tick) {
            state.order.remove(&before);
        }
        state.order.insert(tick, tenant);
        drop(state);
        self.raised.notify_all();
    }

    pub fn wait(&self, tick: u64, at_most: Duration) -> u64 {
        let (present, _) = self
            .raised
            .wait_timeout_while(lock(&self.state), at_most, |present| present.tick == tick)
            .unwrap_or_else(PoisonError::into_inner);
        present.tick
    }

    pub fn stirred(&self, tick: u64) -> Vec<TenantId> {
        lock(&self.state).order.range(tick + 1..).map(|(_, tenant)| *tenant).collect()
    }
}
