//! The table of what is offered, and the way from a request to its row.

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

    /// The keys of a path that fits, and how many of its segments are keys.
    fn matches(&self, segments: &[Segment]) -> Option<Vec<Key>> {
        let mut keys = Vec::new();
        let mut rest = segments.iter();
        for wanted in self.path.split('/').filter(|part| !part.is_empty()) {
            let segment = rest.next()?;
            if wanted.starts_with('{') {
                keys.push(segment.key.clone());
            } else if segment.is_key || !segment.key.value.eq_ignore_ascii_case(wanted) {
                return None;
            }
        }
        rest.next().is_none().then_some(keys)
    }
}

/// The row for a request, with the keys of its path. A row with a name in a place goes before one
/// with a key there, so that `/users/delta` is no user of that name.
pub fn find(request: &Request) -> Result<(&'static Route, Vec<Key>), Error> {
    let segments = path::segments(&request.path).ok_or_else(|| {
        Error::new(400, "Request_InvalidRequestUrl", "The address cannot be read.")
    })?;
    let offered = |route: &&Route| !route.beta_only || request.version == Version::Beta;
    let fitting = routes::all()
        .filter(offered)
        .filter_map(|route| route.matches(&segments).map(|keys| (route, keys)));
    let mut fitting: Vec<_> = fitting.collect();
    fitting.sort_by_key(|(_, keys)| keys.len());
    let fewest = fitting.first().map(|(_, keys)| keys.len());
    let mut fitting = fitting.into_iter().filter(|(_, keys)| Some(keys.len()) == fewest).peekable();
    if fitting.peek().is_none() {
        let unknown = segments.last().map_or("", |segment| segment.key.value.as_str());
        let message = format!("Resource not found for the segment '{unknown}'.");
        return Err(Error::bad_gateway_request(message));
    }
    fitting.find(|(route, _)| route.method == request.method).ok_or_else(|| {
        let message = "Specified HTTP method is not allowed for the request target.";
        Error::new(405, "Request_BadRequest", message)
    })
}
