//! Odd input: whatever stands in an address or a form, the answer is a page or a refusal and no fault.

use serde_json::json;
use web::Entry;

use crate::rights::scene::{Faults, Scene, name};

/// Values that fit nowhere, or only just.
const ODD: [&str; 17] = [
    "\u{1F469}\u{200D}\u{1F4BB}é\u{0301}",
    "\u{0}",
    "-1",
    "18446744073709551615",
    "9223372036854775807",
    "-9223372036854775808",
    "99999999999999999999999",
    "9999-12-31",
    "-9999-01-01",
    "+262142-12-31",
    "2026-02-30",
    "0.",
    "0.e30",
    "7.eyJyb3ciOjF9",
    "0.eyJ0ZXh0IjpbIsOpIiwiMDE5MDAwMDAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDBkZWFkIl19",
    "0.eyJ0aW1lIjpbLTkyMjMzNzIwMzY4NTQ3NzU4MDgsIjAxOTAwMDAwLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwZGVhZCJdfQ",
    "é = 1\nx\n= y\n[\n\"",
];

/// What pages read from their addresses.
const QUERIES: [&str; 20] = [
    "after", "before", "q", "who", "since", "until", "days", "name", "target", "text", "draft",
    "step", "kind", "run", "members", "owners", "reports", "groups", "person", "from",
];

fn coded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[test]
fn an_odd_address_is_no_fault() {
    let scene = Scene::new();
    let mut faults = Faults::default();
    let operator = scene.center.operator();
    let target = scene.with(&[("tenant", "fabrikam.example")]);
    for route in web::routes() {
        let row = name(route);
        if !row.starts_with("Get") || row.ends_with("/live") {
            continue;
        }
        let keys = if route.path.contains("/incoming") { &target } else { &scene.keys };
        let path = Scene::fill(route.path, keys);
        for odd in ODD {
            let query: Vec<String> =
                QUERIES.iter().map(|name| format!("{name}={}", coded(odd))).collect();
            let page = operator.get(&format!("{path}?format=csv&{}", query.join("&")));
            faults.must(page.status < 500, &row, &page, odd);
            for key in keys.keys().filter(|key| route.path.contains(&format!("{{{key}}}"))) {
                let mut others = keys.clone();
                others.insert(key, coded(odd).replace('+', "%20"));
                let page = operator.get(&Scene::fill(route.path, &others));
                faults.must(page.status < 500, &row, &page, odd);
            }
        }
    }
    faults.must_be_none();
}

#[test]
fn an_odd_form_is_no_fault() {
    let scene = Scene::new();
    let mut faults = Faults::default();
    let operator = scene.center.operator();
    for route in web::routes().filter(|route| route.entry == Entry::SignedIn) {
        let (row, path) = (name(route), Scene::fill(route.path, &scene.keys));
        // What takes the place away under the other rows is asked by other tests.
        if !row.starts_with("Post") || row.ends_with("/delete") {
            continue;
        }
        if path.contains("/expressions/") || path.ends_with("/mappings/try") {
            for odd in ODD {
                for offset in [json!(1), json!(3), json!(-1), json!(u64::MAX), json!("x")] {
                    let body = json!({ "text": odd, "person": odd, "offset": offset });
                    let page = operator.post_json(&path, &body);
                    faults.must(page.status < 500, &row, &page, odd);
                }
            }
            continue;
        }
        let names: Vec<&str> = scene.fields(&path).iter().map(|(name, _)| *name).collect();
        for odd in ODD {
            let fields: Vec<(&str, &str)> = names.iter().map(|name| (*name, odd)).collect();
            let page = operator.post(&path, &fields);
            faults.must(page.status < 500, &row, &page, odd);
        }
    }
    faults.must_be_none();
}

/// Fields of the settings that hold numbers and lengths of time.
const NUMBERS: [&str; 18] = [
    "every",
    "cron",
    "window",
    "hold-days",
    "removals-least",
    "removals-percent",
    "removals-most",
    "retry-after",
    "retry-at-most",
    "retry-hours",
    "give-up-days",
    "quarantine-at-least",
    "quarantine-percent",
    "quarantine-at-most",
    "quarantine-pause",
    "quarantine-pause-at-most",
    "disable-days",
    "name",
];

#[test]
fn odd_settings_are_refused_or_can_be_lived_with() {
    let scene = Scene::new();
    let mut faults = Faults::default();
    let operator = scene.center.operator();
    let base = Scene::fill("/center/tenants/{tenant}/jobs/{job}", &scene.keys);
    let parts = [
        ("name", model::JobPart::Facts),
        ("schedule", model::JobPart::Running),
        ("limits", model::JobPart::Limits),
        ("retries", model::JobPart::Running),
        ("quarantine", model::JobPart::Running),
    ];
    let large = ["0", "1", "100", "106751991167", "9223372036854775807d", "999999999999h"];
    for odd in ODD.into_iter().chain(large) {
        for (part, of_job) in parts {
            for when in ["every", "cron"] {
                let seen = scene.center.world.job().digest_of(of_job);
                let mut fields = vec![("part", part), ("seen", seen.as_str()), ("when", when)];
                fields.extend(NUMBERS.map(|name| (name, odd)));
                let page = operator.post(&format!("{base}/settings"), &fields);
                faults.must(page.status < 500, part, &page, odd);
                for below in ["/settings", "", "/held", "/setup", "/plan"] {
                    let page = operator.get(&format!("{base}{below}"));
                    faults.must(page.status == 200, below, &page, &format!("{part}: {odd}"));
                }
            }
        }
    }
    faults.must_be_none();
}
