//! Leases of jobs. One process owns the directory, so they live in its memory and end with it; the
//! number of the opening stands in the upper bits of each token and keeps tokens rising.

use std::{collections::HashMap, sync::Mutex};

use model::{JobId, TenantId};
use store::{Lease, StoreError};

use crate::fault::lock;

pub(crate) struct Leases {
    state: Mutex<State>,
}

struct State {
    last: u64,
    held: HashMap<(TenantId, JobId), Held>,
}

/// The newest lease of a job; without a holder it was given back.
struct Held {
    token: u64,
    holder: Option<String>,
}

impl Leases {
    pub fn new(boot: u64) -> Self {
        Self { state: Mutex::new(State { last: boot << 32, held: HashMap::new() }) }
    }

    pub fn take(&self, tenant: TenantId, job: JobId, holder: &str) -> Result<Lease, StoreError> {
        let mut state = lock(&self.state);
        if let Some(Held { holder: Some(holder), .. }) = state.held.get(&(tenant, job)) {
            return Err(StoreError::Busy { job, holder: holder.clone() });
        }
        state.last += 1;
        let token = state.last;
        state.held.insert((tenant, job), Held { token, holder: Some(holder.to_owned()) });
        Ok(Lease { tenant, job, token })
    }

    pub fn release(&self, lease: &Lease) {
        if let Some(held) = lock(&self.state).held.get_mut(&(lease.tenant, lease.job))
            && held.token == lease.token
        {
            held.holder = None;
        }
    }

    /// The token of the job's newest lease; 0 when this process never gave one.
    pub fn newest(&self, tenant: TenantId, job: JobId) -> u64 {
        lock(&self.state).held.get(&(tenant, job)).map_or(0, |held| held.token)
    }

    /// Forgets the leases of a tenant that was removed.
    pub fn forget(&self, tenant: TenantId) {
        lock(&self.state).held.retain(|(owner, _), _| *owner != tenant);
    }
}
