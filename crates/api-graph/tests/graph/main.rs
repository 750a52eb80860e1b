//! The interface from outside: requests in, answers out, over the real services.

mod deleted;
mod groups;
mod others;
mod relations;
mod stage;
mod users;
