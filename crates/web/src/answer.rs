//! What a browser gets.

use crate::{error::Error, visit::Visit};

/// An answer.
pub enum Answer {
    /// A page, or a part of one.
    Page {
        /// The status.
        status: u16,
        /// The HTML.
        html: String,
    },
    /// A page that sets cookies.
    PageWith {
        /// The HTML.
        html: String,
        /// The cookies, as header texts.
        cookies: Vec<String>,
    },
    /// Another address to go to.
    Go(Address),
    /// A document for scripts of ours.
    Json(serde_json::Value),
    /// Why such a script gets nothing.
    Refused {
        /// The status.
        status: u16,
        /// What to tell.
        document: serde_json::Value,
    },
    /// Something to keep.
    File {
        /// What it should be called.
        name: String,
        /// Its type.
        kind: &'static str,
        /// What is in it.
        bytes: Vec<u8>,
    },
    /// Something to keep that is made as it is sent, however long it is.
    Sent {
        /// What it should be called.
        name: String,
        /// Its type.
        kind: &'static str,
        /// Gives part after part.
        parts: Portions,
    },
    /// Pieces of a page, sent whenever they have changed.
    Live(Pieces),
}

/// An address to go to, with cookies that are set on the way.
#[derive(Clone, Debug)]
pub struct Address {
    /// The address.
    pub to: String,
    /// The cookies, as header texts.
    pub cookies: Vec<String>,
}

/// Gives the named pieces of a page as they are now; nothing when there is no more to come.
pub type Pieces = Box<dyn FnMut() -> Option<Vec<(&'static str, String)>> + Send>;

/// Gives the next part of something that is sent; nothing at its end. A mistake breaks it off.
pub type Portions = Box<dyn FnMut() -> Option<Result<Vec<u8>, Error>> + Send>;

impl Answer {
    /// A page.
    pub fn page(page: &impl askama::Template) -> Result<Self, Error> {
        Self::page_with(200, page)
    }

    /// A page with another status, such as a form that was not taken.
    pub fn page_with(status: u16, page: &impl askama::Template) -> Result<Self, Error> {
        Ok(Self::Page { status, html: page.render()? })
    }

    /// The address to go to after something was done.
    pub fn go(to: impl Into<String>) -> Self {
        Self::Go(Address { to: to.into(), cookies: Vec::new() })
    }

    /// The same, and the page there says what was done: a text whose key begins with `said-`.
    pub fn said(to: &str, key: &str) -> Self {
        Self::said_of(to, key, "")
    }

    /// The same with the name of what it was done to.
    pub fn said_of(to: &str, key: &str, name: &str) -> Self {
        let (path, place) = to.split_once('#').unwrap_or((to, ""));
        let joint = if path.contains('?') { '&' } else { '?' };
        let name = if name.is_empty() {
            String::new()
        } else {
            format!("&of={}", crate::form::coded(name))
        };
        let place = if place.is_empty() { String::new() } else { format!("#{place}") };
        Self::go(format!("{path}{joint}said={key}{name}{place}"))
    }
}

/// A function that answers.
pub type Handler = fn(&Visit) -> Result<Answer, Error>;
