//! The table of addresses: which function answers what, and who may come in at all.

use crate::{
    answer::Handler,
    request::{Method, Request},
};

/// Who gets as far as the function. What they may do is decided by the services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Whoever comes.
    Anybody,
    /// Whoever is signed in.
    SignedIn,
}

/// A row of the table.
pub struct Route {
    /// Look or change.
    pub method: Method,
    /// The address. A part in braces is a key: `/center/tenants/{tenant}`.
    pub path: &'static str,
    /// Who gets in.
    pub entry: Entry,
    /// What answers.
    pub handler: Handler,
}

/// A page for whoever is signed in.
pub const fn get(path: &'static str, handler: Handler) -> Route {
    Route { method: Method::Get, path, entry: Entry::SignedIn, handler }
}

/// A form for whoever is signed in.
pub const fn post(path: &'static str, handler: Handler) -> Route {
    Route { method: Method::Post, path, entry: Entry::SignedIn, handler }
}

impl Route {
    /// The same for whoever comes.
    pub const fn for_anybody(self) -> Self {
        Self { entry: Entry::Anybody, ..self }
    }

    /// The keys of a path, where it is one of this row's.
    fn keys(&self, path: &[String]) -> Option<Vec<(&'static str, String)>> {
        let mut parts = self.path.split('/').filter(|part| !part.is_empty());
        let mut keys = Vec::new();
        for part in path {
            let wanted = parts.next()?;
            match wanted.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
                Some(key) => keys.push((key, part.clone())),
                None if wanted == part => {}
                None => return None,
            }
        }
        parts.next().is_none().then_some(keys)
    }
}

/// What was found for a request.
pub enum Found {
    /// A row with the keys of the address.
    Route(&'static Route, Vec<(&'static str, String)>),
    /// The address is known, and not for this method.
    Method,
    /// Nothing.
    Nothing,
}

/// The row of a request: one without keys before one with.
pub fn find(request: &Request) -> Found {
    let mut best: Option<(&'static Route, Vec<(&'static str, String)>)> = None;
    let mut known = false;
    for route in crate::pages::all() {
        let Some(keys) = route.keys(&request.path) else { continue };
        known = true;
        if route.method == request.method
            && best.as_ref().is_none_or(|(_, other)| keys.len() < other.len())
        {
            best = Some((route, keys));
        }
    }
    match best {
        Some((route, keys)) => Found::Route(route, keys),
        None if known => Found::Method,
        None => Found::Nothing,
    }
}
