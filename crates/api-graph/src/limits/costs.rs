//! What a call costs, in tenths of a resource unit (graph-api.md 9.3).

use crate::{
    path,
    request::{
        Method::{self, Get, Post},
        Request, Version,
    },
    route::Route,
};

/// Which buckets a call is taken from.
pub enum Kind {
    /// Resource units and writes.
    Directory,
    /// Five calls in ten seconds.
    Report,
    /// The same, counted apart.
    OnDemand,
}

/// Any other call: reading, and everything else.
const READ: u32 = 10;
const WRITE: u32 = 11;

/// Calls that cost more, by their template. One that begins with `…` fits whatever stands before.
const COSTS: &[(Method, &str, u32)] = &[
    (Get, "/users", 20),
    (Get, "/users/{id}", 20),
    (Get, "/users/delta", 20),
    (Get, "/users/$count", 20),
    (Get, "/applications", 20),
    (Get, "/applications/{id}", 20),
    (Get, "/applications/{id}/extensionProperties", 20),
    (Get, "/contracts", 30),
    (Post, "/directoryObjects/getByIds", 30),
    (Get, "/domains/{id}/domainNameReferences", 40),
    (Get, "/groups/{id}/members", 30),
    (Get, "/groups/{id}/transitiveMembers", 50),
    (Get, "/oauth2PermissionGrants", 20),
    (Get, "/servicePrincipals/{id}/appRoleAssignments", 20),
    (Get, "/subscribedSkus", 30),
    (Get, "…/licenseDetails", 20),
    (Get, "…/memberOf", 20),
    (Get, "…/ownedObjects", 20),
    (Get, "…/transitiveMemberOf", 20),
    (Post, "…/isMemberOf", 40),
    (Post, "…/checkMemberGroups", 40),
    (Post, "…/checkMemberObjects", 40),
    (Post, "…/getMemberGroups", 20),
    (Post, "…/getMemberObjects", 20),
];

/// A page shorter than this is cheaper.
const SHORT: u32 = 20;

/// What a call costs.
pub fn of(route: &Route, request: &Request) -> u32 {
    let listed = COSTS.iter().find(|(method, template, _)| {
        *method == route.method
            && match template.strip_prefix('…') {
                Some(end) => ends_with(route.path, end),
                None => template.eq_ignore_ascii_case(route.path),
            }
    });
    let base = listed.map_or(if route.method == Get { READ } else { WRITE }, |(.., cost)| *cost);
    let options = Options::read(request);
    let more = if options.expand { 10 } else { 0 };
    let less = 10 * u32::from(options.select) + 10 * u32::from(options.short);
    (base + more).saturating_sub(less).max(READ)
}

/// Which buckets a call is taken from.
pub fn kind(route: &Route) -> Kind {
    let path = route.path;
    if path.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("/auditLogs/")) {
        return Kind::Report;
    }
    if ends_with(path, "/provisionOnDemand") { Kind::OnDemand } else { Kind::Directory }
}

fn ends_with(path: &str, end: &str) -> bool {
    let at = path.len().checked_sub(end.len());
    at.and_then(|at| path.get(at..)).is_some_and(|last| last.eq_ignore_ascii_case(end))
}

/// The options that change what a call costs.
#[derive(Default)]
struct Options {
    select: bool,
    expand: bool,
    short: bool,
}

impl Options {
    fn read(request: &Request) -> Self {
        let mut options = Self::default();
        for pair in request.query.as_deref().unwrap_or_default().split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let Some(name) = path::decode(name) else { continue };
            let name = match name.strip_prefix('$') {
                Some(name) => name,
                None if request.version == Version::Beta => &name,
                None => continue,
            };
            match name.to_ascii_lowercase().as_str() {
                "select" => options.select = true,
                "expand" => options.expand = true,
                "top" => options.short = value.parse::<u32>().is_ok_and(|top| top < SHORT),
                _ => {}
            }
        }
        options
    }
}

#[cfg(test)]
mod tests {
    use model::Timestamp;

    use super::*;
    use crate::{answer::Answer, request::Headers};

    fn check(method: Method, template: &'static str, query: &str, wanted: u32) {
        let request = Request {
            method,
            version: Version::V1,
            path: template.to_owned(),
            query: Some(query.to_owned()),
            headers: Headers::default(),
            body: Vec::new(),
            origin: String::new(),
            request_id: String::new(),
            at: Timestamp(0),
        };
        let route = Route::new(method, template, "", &[], |_| Ok(Answer::done()));
        assert_eq!(of(&route, &request), wanted, "{template}?{query}");
    }

    #[test]
    fn calls_cost_what_the_table_says_and_options_change_it() {
        check(Get, "/users", "", 20);
        check(Get, "/users", "$select=id", 10);
        check(Get, "/users", "%24expand=manager", 30);
        check(Get, "/users", "$top=5&$select=id", 10);
        check(Get, "/users", "$top=100", 20);
        check(Get, "/users/{id}/transitiveMemberOf", "", 20);
        check(Post, "/groups/{id}/checkMemberGroups", "", 40);
        check(Get, "/groups/{id}/members", "$top=1", 20);
        check(Get, "/organization", "", 10);
        check(Method::Patch, "/users/{id}", "", 11);
    }
}
