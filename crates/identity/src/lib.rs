//! Who the caller is: the credentials of applications and people, the tokens that they get for them,
//! and the keys that sign these. What the caller may do is a matter of `access`, asked by every
//! service itself; how a request looks is a matter of the front doors.

mod token;

pub use token::{Identity, Unauthenticated};
