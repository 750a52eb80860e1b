//! The connection test, with all of its checks: what passed, and who has to do what about the rest.

use engine::consent::{Check, Side};
use model::Tenant;

use super::Other;
use crate::visit::Visit;

/// A check as the page shows it.
pub struct Told {
    /// Whether it is as it must be.
    pub passed: bool,
    /// What it looks at.
    pub what: String,
    /// Whose setting it is.
    pub side: String,
    /// Whether it is the source's.
    pub is_ours: bool,
}

impl Told {
    /// A check.
    pub fn of(check: &Check) -> Self {
        let what = check.message.rsplit_once(": ").map_or(check.message.as_str(), |(what, _)| what);
        Self {
            passed: check.passed,
            what: what.to_owned(),
            side: match check.side {
                Side::Source => text!("setup-side-source"),
                Side::Target => text!("setup-side-target"),
            },
            is_ours: check.side == Side::Source,
        }
    }
}

/// Where the target's administrator allows it, and a text that asks for it.
pub fn request(visit: &Visit, tenant: &Tenant, target: &Other) -> (String, String) {
    let own = crate::form::coded(tenant.initial_domain().as_str());
    let path = format!("/center/tenants/{}/access/{own}#inbound", target.slug());
    let link = format!("{}{path}", visit.request.own_origin);
    let text = text!(
        "setup-request",
        own = tenant.name.as_str(),
        domain = tenant.initial_domain().as_str(),
        other = target.name.as_str(),
        link = link.as_str()
    );
    (link, text)
}
