//! The rules of a configuration: whom it takes and what flows. Scope with its filter and the assigned,
//! mappings with their editor, mapping tests, and the schema as a document.

mod assigned;
mod choices;
mod conflict;
mod draft;
mod effect;
mod expressions;
mod filter;
mod groups;
mod mapping;
mod mapping_form;
mod mapping_tests;
mod mappings;
mod place;
mod preview;
mod schema;
mod test_form;

use crate::route::{Route, get, post};

/// The addresses.
pub const ROUTES: &[Route] = &[
    get("/center/tenants/{tenant}/jobs/{job}/scope", filter::show),
    post("/center/tenants/{tenant}/jobs/{job}/scope", filter::save),
    post("/center/tenants/{tenant}/jobs/{job}/scope/draft", filter::redraw),
    post("/center/tenants/{tenant}/jobs/{job}/scope/preview", preview::show),
    get("/center/tenants/{tenant}/jobs/{job}/scope/live", preview::follow),
    get("/center/tenants/{tenant}/jobs/{job}/scope/assigned", assigned::show),
    post("/center/tenants/{tenant}/jobs/{job}/scope/assigned", assigned::assign),
    get("/center/tenants/{tenant}/jobs/{job}/scope/assigned/{principal}", assigned::ask),
    post("/center/tenants/{tenant}/jobs/{job}/scope/assigned/{principal}", assigned::take_out),
    get("/center/tenants/{tenant}/jobs/{job}/scope/groups", groups::show),
    post("/center/tenants/{tenant}/jobs/{job}/scope/groups", groups::save),
    post("/center/tenants/{tenant}/jobs/{job}/scope/groups/draft", groups::redraw),
    get("/center/tenants/{tenant}/jobs/{job}/mappings", mappings::show),
    post("/center/tenants/{tenant}/jobs/{job}/mappings/order", mappings::order),
    get("/center/tenants/{tenant}/jobs/{job}/mappings/new", mapping::add),
    get("/center/tenants/{tenant}/jobs/{job}/mappings/people", mapping::people),
    get("/center/tenants/{tenant}/jobs/{job}/mappings/{target}", mapping::show),
    post("/center/tenants/{tenant}/jobs/{job}/mappings/{target}", mapping::save),
    post("/center/tenants/{tenant}/jobs/{job}/mappings/{target}/remove", mapping::remove),
    post("/center/tenants/{tenant}/jobs/{job}/mappings/{target}/effect", effect::show),
    post("/center/tenants/{tenant}/jobs/{job}/mappings/try", expressions::attempt),
    get("/center/tenants/{tenant}/jobs/{job}/mappings/tests", mapping_tests::show),
    get("/center/tenants/{tenant}/jobs/{job}/mappings/tests/edit", mapping_tests::edit),
    post("/center/tenants/{tenant}/jobs/{job}/mappings/tests/edit", mapping_tests::save),
    post("/center/tenants/{tenant}/jobs/{job}/mappings/tests/remove", mapping_tests::remove),
    get("/center/tenants/{tenant}/jobs/{job}/mappings/schema", schema::show),
    post("/center/tenants/{tenant}/jobs/{job}/mappings/schema", schema::import),
    get("/center/tenants/{tenant}/jobs/{job}/mappings/schema/file", schema::export),
    post("/center/tenants/{tenant}/jobs/{job}/mappings/reset", schema::reset),
    post("/center/expressions/check", expressions::check),
    post("/center/expressions/complete", expressions::complete),
    get("/center/expressions/functions", expressions::functions),
];
