//! The admin center: pages for people, made from the services.
//!
//! A request becomes a [`request::Request`], finds its row in the table of [`pages`], and is answered by one
//! plain function from a [`visit::Visit`] (who asks, which services, which keys of the address) to an
//! [`answer::Answer`]. The functions decide nothing: who may is asked in `access` by every service, what is
//! valid by `directory`, what a run does by `sync`. Whatever changes something is a form that is sent with
//! POST and answered with the address to go to, so that the back button and a second press do no harm.
//! Only `http` knows a runtime.
//!
//! Words that people read stand in `texts/en`, the look in `assets/center.css`; both are shown at work on
//! the page `/center/design`.

/// A text for people, by its key in `texts/en`, with the values that stand in it.
macro_rules! text {
    ($key:expr $(,)?) => { $crate::texts::say($key, &[]) };
    ($key:expr, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::texts::say($key, &[$((stringify!($name), $crate::texts::value($value))),+])
    };
}

mod answer;
mod assets;
mod chart;
mod dispatch;
mod error;
mod filters;
mod form;
mod frame;
mod http;
mod listing;
mod live;

mod markup;
mod pages;
mod request;
mod route;
mod session;
mod stream;
mod texts;
mod visit;
mod watch;

pub use http::router;
pub use pages::unread::unread;
pub use route::{Entry, Route};

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use directory::Directory;
use identity::{Identity, Operators};
use sync::Sync;

/// Every address of the center with what is behind it.
pub fn routes() -> impl Iterator<Item = &'static Route> {
    pages::all()
}

/// What pages are made from.
#[derive(Clone)]
pub struct Center {
    /// Hosted tenants.
    pub directory: Directory,
    /// Runs, plans and logs.
    pub sync: Sync,
    /// Who the caller is.
    pub identity: Identity,
    /// Operators of the server.
    pub operators: Operators,
    /// Set when the server is about to end: streams end then, and browsers come back by themselves.
    pub ending: Arc<AtomicBool>,
}

impl Center {
    /// The services while they answer a request: what they write names it in the audit log.
    fn for_request(&self, id: &str) -> Self {
        let directory = self.directory.for_request(id);
        Self {
            sync: self.sync.for_request(id),
            identity: self.identity.for_request(id),
            operators: Operators::new(directory.clone()),
            directory,
            ending: self.ending.clone(),
        }
    }

    fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Relaxed)
    }
}
