//! All that is offered: one file for each kind of resource, and a line here.

mod access_policy;
mod organization;

use crate::route::Route;

/// Every row, in the order of the reference.
pub fn all() -> impl Iterator<Item = &'static Route> {
    [organization::ROUTES, access_policy::ROUTES, access_policy::PARTNERS, access_policy::TEMPLATES]
        .into_iter()
        .flatten()
}
