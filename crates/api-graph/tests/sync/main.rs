//! What two tenants agree on, configurations between them, and their logs, asked for as Graph's callers
//! ask: requests as text in, answers as text out.

mod access_policy;
mod desk;
mod jobs;
mod journey;
mod logs;
mod multi_tenant;
mod principals;
mod schema;
