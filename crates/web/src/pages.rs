//! The pages, a module for each family. Each lists its addresses; here they are one table.

pub mod access;
pub mod design;
pub mod entry;
pub mod find;
pub mod map;
pub mod tenant;
pub mod wrong;

use crate::route::Route;

/// Every address of the center.
pub fn all() -> impl Iterator<Item = &'static Route> {
    [entry::ROUTES, map::ROUTES, find::ROUTES, design::ROUTES, tenant::ROUTES].into_iter().flatten()
    [entry::ROUTES, map::ROUTES, access::ROUTES, design::ROUTES].into_iter().flatten()
}
