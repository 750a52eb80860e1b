//! The table of what is offered, and the way from a request to its row.

use std::{collections::HashMap, sync::OnceLock};

use access::Permission;

use crate::{
    answer::Answer,
    call::Call,
    error::Error,
    path::{self, Key, Segment},
    request::{Method, Request, Version},
    routes,
};

/// One thing that can be asked for.
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path behind the version; `{…}` stands for a key.
    pub path: &'static str,
    /// What it does, in a few words, for the reference.
    pub about: &'static str,
    /// What the services ask `access` for on its way; the table of permissions is made of it. An
    /// empty list is for what anybody with a token of the tenant may.
    pub needs: &'static [Permission],
    /// Whether it is offered below `/beta` only.
    pub beta_only: bool,
    /// What answers.
    pub handler: fn(&Call<'_>) -> Result<Answer, Error>,
}

impl Route {
    /// A row for both versions.
    pub const fn new(
        method: Method,
        path: &'static str,
        about: &'static str,
        needs: &'static [Permission],
        handler: fn(&Call<'_>) -> Result<Answer, Error>,
    ) -> Self {
        Self { method, path, about, needs, beta_only: false, handler }
    }

    /// How many segments the path has.
    fn len(&self) -> usize {
        parts(self.path).count()
    }

    /// The keys of a path that fits.
    fn matches(&self, segments: &[Segment]) -> Option<Vec<Key>> {
        let mut keys = Vec::new();
        for (wanted, segment) in parts(self.path).zip(segments) {
            if wanted.starts_with('{') {
                keys.push(segment.key.clone());
            } else if segment.is_key || !segment.key.value.eq_ignore_ascii_case(wanted) {
                return None;
            }
        }
        Some(keys)
    }
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

/// Rows by their first segment, folded, and the number of their segments: few are left to compare.
type Index = HashMap<(String, usize), Vec<&'static Route>>;

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| {
        let mut index = Index::new();
        for route in routes::all() {
            let first = parts(route.path).next().unwrap_or_default().to_ascii_lowercase();
            index.entry((first, route.len())).or_default().push(route);
        }
        index
    })
}

/// The row for a request, with the keys of its path.
pub fn find(request: &Request) -> Result<(&'static Route, Vec<Key>), Error> {
    let mut fitting = fit(request)?;
    let methods = list(&fitting);
    let meant = fitting.iter().position(|(route, _)| route.method == request.method);
    meant.map(|place| fitting.swap_remove(place)).ok_or_else(|| Error::not_allowed(methods))
}

/// The methods that an address takes, as the header `Allow` lists them.
pub fn allowed(request: &Request) -> Result<String, Error> {
    Ok(list(&fit(request)?))
}

/// Whatever can be read has a head, and every address can be asked what it takes.
fn list(fitting: &[(&Route, Vec<Key>)]) -> String {
    let has = |method: Method| fitting.iter().any(|(route, _)| route.method == method);
    let mut names = Vec::new();
    for method in Method::ALL.into_iter().filter(|method| has(*method)) {
        names.push(method.as_str());
        names.extend((method == Method::Get).then_some("HEAD"));
    }
    names.push("OPTIONS");
    names.join(", ")
}

/// The rows that an address fits, one for each method. A row with a name in a place goes before one
/// with a key there, so that `/users/delta` is no user of that name.
fn fit(request: &Request) -> Result<Vec<(&'static Route, Vec<Key>)>, Error> {
    let segments = path::segments(&request.path).ok_or_else(|| {
        Error::new(400, "Request_InvalidRequestUrl", "The address cannot be read.")
    })?;
    let offered = |route: &&Route| !route.beta_only || request.version == Version::Beta;
    let first = segments.first().map(|one| one.key.value.to_ascii_lowercase()).unwrap_or_default();
    let rows = index().get(&(first, segments.len())).map_or(&[] as &[_], Vec::as_slice);
    let fitting = rows
        .iter()
        .copied()
        .filter(offered)
        .filter_map(|route| route.matches(&segments).map(|keys| (route, keys)));
    let mut fitting: Vec<_> = fitting.collect();
    fitting.sort_by_key(|(_, keys)| keys.len());
    let fewest = fitting.first().map(|(_, keys)| keys.len());
    fitting.retain(|(_, keys)| Some(keys.len()) == fewest);
    if fitting.is_empty() {
        let unknown = segments.last().map_or("", |segment| segment.key.value.as_str());
        let message = format!("Resource not found for the segment '{unknown}'.");
        return Err(Error::bad_gateway_request(message));
    }
    Ok(fitting)
}
