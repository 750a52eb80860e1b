//! The interface from outside: requests in, answers out, over the real services.

mod stage;
mod users;
