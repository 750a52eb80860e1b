//! One configuration at work: how it stands, its runs and log, plans, what waits, single people, and how
//! it went over time. What it writes into a tenant is shown there by the same pages, as far as the target
//! may know it ([`crate::pages::incoming`]).

pub mod act;
pub mod charts;
pub mod entry;
pub mod escrow;
pub mod export;
pub mod held;
pub mod lines;
pub mod log;
pub mod look;
pub mod overview;
pub mod people;
pub mod person;
pub mod place;
pub mod plan;
pub mod plan_groups;
pub mod plans;
pub mod runs;
pub mod words;

use crate::route::{Route, get, post};

/// The addresses.
pub const ROUTES: &[Route] = &[
    get("/center/tenants/{tenant}/jobs/{job}", overview::show),
    get("/center/tenants/{tenant}/jobs/{job}/live", overview::follow),
    post("/center/tenants/{tenant}/jobs/{job}/run", act::run),
    post("/center/tenants/{tenant}/jobs/{job}/stop", act::stop),
    post("/center/tenants/{tenant}/jobs/{job}/start", act::start),
    post("/center/tenants/{tenant}/jobs/{job}/pause", act::pause),
    post("/center/tenants/{tenant}/jobs/{job}/lift", act::lift),
    get("/center/tenants/{tenant}/jobs/{job}/runs", runs::list),
    get("/center/tenants/{tenant}/jobs/{job}/runs/{run}", runs::show),
    get("/center/tenants/{tenant}/jobs/{job}/runs/{run}/entries/{entry}", entry::show),
    get("/center/tenants/{tenant}/jobs/{job}/log", log::show),
    get("/center/tenants/{tenant}/jobs/{job}/log/export", export::send),
    get("/center/tenants/{tenant}/jobs/{job}/plan", plans::list),
    post("/center/tenants/{tenant}/jobs/{job}/plan", plans::make),
    get("/center/tenants/{tenant}/jobs/{job}/plan/live", plans::follow),
    get("/center/tenants/{tenant}/jobs/{job}/plan/{plan}", plan::show),
    get("/center/tenants/{tenant}/jobs/{job}/plan/{plan}/groups", plan_groups::follow),
    get("/center/tenants/{tenant}/jobs/{job}/plan/{plan}/entries", plan::list),
    post("/center/tenants/{tenant}/jobs/{job}/plan/{plan}/apply", plan::apply),
    post("/center/tenants/{tenant}/jobs/{job}/plan/{plan}/drop", plan::discard),
    get("/center/tenants/{tenant}/jobs/{job}/held", held::list),
    get("/center/tenants/{tenant}/jobs/{job}/held/decide", held::ask),
    post("/center/tenants/{tenant}/jobs/{job}/held/decide", held::decide),
    get("/center/tenants/{tenant}/jobs/{job}/escrow", escrow::list),
    post("/center/tenants/{tenant}/jobs/{job}/escrow/retry", escrow::retry),
    post("/center/tenants/{tenant}/jobs/{job}/escrow/give-up", escrow::give_up),
    get("/center/tenants/{tenant}/jobs/{job}/people", people::show),
    get("/center/tenants/{tenant}/jobs/{job}/people/{user}", person::show),
    post("/center/tenants/{tenant}/jobs/{job}/people/{user}/provision", person::provision),
    get("/center/tenants/{tenant}/jobs/{job}/insights", charts::show),
];
