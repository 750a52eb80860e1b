//! The table against the published one, and the pages that are made from it.

use std::collections::{BTreeMap, BTreeSet};

use api_graph::{
    differences::{DIFFERENCES, Side},
    offer::{endpoints, offer_page, permissions_page, published, shape},
    routes,
};

/// Every difference between the two tables: which side, the permission, the call.
fn differences() -> BTreeSet<(&'static str, &'static str, String)> {
    let offered: BTreeMap<_, _> = routes().map(|route| (route.shape(), route)).collect();
    let mut found = BTreeSet::new();
    for row in published() {
        let Some(route) = offered.get(&(row.method, shape(row.path))) else { continue };
        let call = format!("{} {}", row.method, row.path);
        let pairs = [
            (route.application_grants(), row.application),
            (route.delegated_grants(), row.delegated),
        ];
        for (ours, theirs) in pairs {
            found.extend(theirs.difference(&ours).map(|name| ("refused", *name, call.clone())));
            found.extend(ours.difference(&theirs).map(|name| ("added", *name, call.clone())));
        }
    }
    found
}

#[test]
fn the_table_differs_from_the_published_one_only_where_it_says_so() {
    let found = differences();
    let mut told = BTreeSet::new();
    let mut stale = Vec::new();
    for one in DIFFERENCES {
        let side = if one.side == Side::Refused { "refused" } else { "added" };
        let meant = |call: &str| one.calls.is_empty() || one.calls.contains(&call);
        let covered: BTreeSet<_> = found
            .iter()
            .filter(|(way, name, call)| *way == side && *name == one.permission && meant(call))
            .cloned()
            .collect();
        let calls: BTreeSet<&str> = covered.iter().map(|(_, _, call)| call.as_str()).collect();
        if calls.is_empty() {
            stale.push(format!("{side} {}: no call", one.permission));
        }
        stale.extend(
            one.calls
                .iter()
                .filter(|call| !calls.contains(*call))
                .map(|call| format!("{side} {}: {call}", one.permission)),
        );
        told.extend(covered);
    }
    let untold: Vec<_> = found.difference(&told).collect();
    assert!(untold.is_empty(), "not told: {untold:#?}");
    assert!(stale.is_empty(), "told, and no difference: {stale:#?}");
}

#[test]
fn every_permission_of_the_table_is_one_that_can_be_granted() {
    let ids = include_str!("../../data/graph-permission-ids.tsv");
    let known: BTreeMap<&str, (bool, bool)> = ids
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut columns = line.split('\t');
            let name = columns.next()?;
            let mut is_there = || columns.next().is_some_and(|id| !id.trim().is_empty());
            Some((name, (is_there(), is_there())))
        })
        .collect();
    // Its id is not published yet; the name is.
    let unnumbered = ["AppRegistration.Create"];
    for route in routes() {
        let call = format!("{} {}", route.method.as_str(), route.path);
        for name in route.application_grants().into_iter().filter(|one| !unnumbered.contains(one)) {
            assert!(known.get(name).is_some_and(|(application, _)| *application), "{call}: {name}");
        }
        for name in route.delegated_grants().into_iter().filter(|one| !unnumbered.contains(one)) {
            assert!(known.get(name).is_some_and(|(_, delegated)| *delegated), "{call}: {name}");
        }
    }
}

#[test]
fn the_pages_name_every_route_and_every_call_that_is_not_offered() {
    let (permissions, offer) = (permissions_page(), offer_page());
    for route in routes() {
        let version = if route.beta_only { "/beta" } else { "/v1.0" };
        let call = format!("`{} {version}{}`", route.method.as_str(), route.path);
        assert!(permissions.contains(&call) && offer.contains(&call), "{call}");
    }
    let offered: BTreeSet<_> = routes().map(api_graph::Route::shape).collect();
    let (_, not) = offer.split_once("## Not offered").expect("the part stands");
    for (method, path, _) in endpoints().filter(|(_, path, _)| path.starts_with("/v1.0/")) {
        let is_offered = offered.contains(&(method, shape(path)));
        assert_eq!(not.contains(&format!("`{method} {path}`")), !is_offered, "{method} {path}");
    }
}
