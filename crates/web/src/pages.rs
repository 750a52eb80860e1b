//! The pages, a module for each family. Each lists its addresses; here they are one table.

pub mod access;
pub mod codes;
pub mod configurations;
pub mod design;
pub mod entry;
pub mod find;
pub mod incoming;
pub mod job;
pub mod map;
pub mod rules;
pub mod settings;
pub mod setup;
pub mod tenant;
pub mod unread;
pub mod wrong;

use crate::route::Route;

/// The addresses of each family.
const FAMILIES: &[&[Route]] = &[
    entry::ROUTES,
    map::ROUTES,
    find::ROUTES,
    access::ROUTES,
    configurations::ROUTES,
    setup::ROUTES,
    settings::ROUTES,
    tenant::ROUTES,
    rules::ROUTES,
    job::ROUTES,
    incoming::ROUTES,
    codes::ROUTES,
    design::ROUTES,
];

/// Every address of the center.
pub fn all() -> impl Iterator<Item = &'static Route> {
    FAMILIES.iter().copied().flatten()
}
