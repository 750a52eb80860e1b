//! The interface from outside: requests in, answers out, over the real services.

mod batch;
mod deleted;
mod delta;
mod delta_property;
mod groups;
mod hostile;
mod invitations;
mod others;
mod queries;
mod relations;
mod stage;
mod users;
