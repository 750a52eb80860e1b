//! All that is offered: one file for each kind of resource, and a line here.

mod organization;

use crate::route::Route;

/// Every row, in the order of the reference.
pub fn all() -> impl Iterator<Item = &'static Route> {
    [organization::ROUTES].into_iter().flatten()
}
