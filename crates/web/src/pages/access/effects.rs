//! What hangs on a setting: the configurations between two tenants, as far as the reader may know of them.

use model::{JobState, TenantId};
use sync::Arrow;

use crate::{error::Error, visit::Visit};

/// A configuration that a setting allows.
#[derive(Clone, Debug)]
pub struct Hanging {
    /// What it is called.
    pub name: String,
    /// Whether it comes in, seen from the tenant whose settings these are.
    pub is_inbound: bool,
    /// How many people it keeps in step, where the reader may know.
    pub people: Option<u64>,
    /// Whether everything that both tenants have to allow is allowed now, as far as the reader may know.
    pub is_allowed: bool,
    /// Whether it is known to be paused.
    pub is_paused: bool,
}

/// The configurations between a tenant and another, those that come in first.
pub fn find(visit: &Visit, tenant: TenantId, other: TenantId) -> Result<Vec<Hanging>, Error> {
    let map = visit.center.sync.read_map(visit.actor())?;
    let into = |arrow: &&Arrow| arrow.source == other && arrow.target == Some(tenant);
    let out = |arrow: &&Arrow| arrow.source == tenant && arrow.target == Some(other);
    let inbound = map.arrows.iter().filter(into).map(|arrow| Hanging::of(arrow, true));
    let outbound = map.arrows.iter().filter(out).map(|arrow| Hanging::of(arrow, false));
    Ok(inbound.chain(outbound).collect())
}

impl Hanging {
    fn of(arrow: &Arrow, is_inbound: bool) -> Self {
        let state = arrow.settings.as_ref().map(|settings| settings.state);
        Self {
            name: arrow.name.clone(),
            is_inbound,
            people: arrow.figures.as_ref().map(|figures| figures.linked),
            is_allowed: arrow.checks.iter().all(|check| check.passed),
            is_paused: state.is_some_and(|state| state != JobState::Active),
        }
    }
}
