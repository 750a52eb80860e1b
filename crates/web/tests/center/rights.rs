//! Who gets what at every address of the center: strangers, the administrator of another tenant, and people
//! without a role. An address that is new has to be told what to ask here, or the test says so.

pub mod scene;

use model::Role;
use serde_json::json;
use web::{Entry, Route};

use self::scene::{Faults, Scene, name, told};

/// What anybody may ask for without being signed in.
const FOR_ANYBODY: [&str; 8] = [
    "Get /",
    "Get /center/sign-in",
    "Post /center/sign-in",
    "Get /center/sign-in/organization",
    "Get /syncline/operator",
    "Post /syncline/operator",
    "Post /center/sign-out",
    "Get /center/design",
];

/// What is the same for whoever is signed in, or tells each reader of what is theirs only.
const FOR_EACH: [&str; 10] = [
    "Get /center",
    "Get /center/tenants",
    "Get /center/live",
    "Get /center/find",
    "Get /center/start",
    "Get /center/codes",
    "Get /center/codes/{code}",
    "Post /center/expressions/check",
    "Post /center/expressions/complete",
    "Get /center/expressions/functions",
];

/// What people see of their own tenant whatever they may do there: what it is called, and themselves.
const OF_ONES_OWN: [&str; 2] =
    ["Get /center/tenants/{tenant}", "Get /center/tenants/{tenant}/sessions"];

/// Keys whose objects belong to a tenant or a configuration.
const OBJECTS: [&str; 8] = ["run", "entry", "plan", "user", "group", "object", "app", "principal"];

/// Whether a row is one of a list.
fn is_in(list: &[&str], route: &Route) -> bool {
    list.contains(&name(route).as_str())
}

/// Otherwise the other tests would look at what is not there.
#[test]
fn there_is_something_behind_every_address() {
    let scene = Scene::new();
    let mut faults = Faults::default();
    let operator = scene.center.operator();
    let target = scene.with(&[("tenant", "fabrikam.example")]);
    for route in web::routes() {
        let row = name(route);
        let is_looked_at = row.starts_with("Get") && !row.ends_with("/live");
        if !is_looked_at || route.entry == Entry::Anybody {
            continue;
        }
        let keys = if route.path.contains("/incoming") { &target } else { &scene.keys };
        let page = scene.ask(&operator, route, &Scene::fill(route.path, keys));
        // Nothing is held; whoever would decide is led back. Tenants are on the map.
        let leads_on = route.path.ends_with("/held/decide") || route.path == "/center/tenants";
        let wanted = if leads_on { 303 } else { 200 };
        faults.must(page.status == wanted, &row, &page, "is not there");
    }
    faults.must_be_none();
}

#[test]
fn a_stranger_is_asked_to_sign_in_everywhere() {
    let scene = Scene::new();
    let (before, mut faults) = (scene.state(), Faults::default());
    let stranger = scene.center.stranger();
    for route in web::routes() {
        let (row, path) = (name(route), Scene::fill(route.path, &scene.keys));
        assert_eq!(route.entry == Entry::Anybody, is_in(&FOR_ANYBODY, route), "{row}");
        if route.entry == Entry::Anybody {
            continue;
        }
        let page = scene.ask(&stranger, route, &path);
        faults.must_tell_nothing(&row, &page);
        let is_asked = match page.status {
            303 => page.location.starts_with("/center/sign-in"),
            422 => page.says("name=\"username\""),
            status => status == 401,
        };
        faults.must(is_asked, &row, &page, "does not ask to sign in");
        if row.starts_with("Get") {
            let part = stranger.part(&path);
            faults.must(part.status == 401, &row, &part, "is a part for a stranger");
        }
    }
    faults.must_be_none();
    assert_eq!(before, scene.state(), "a stranger changed something");
}

#[test]
fn the_administrator_of_another_tenant_meets_what_is_not_there() {
    let scene = Scene::new();
    let center = &scene.center;
    let admin = center.signed_in(scene.northwind, "nora", &[Role::GlobalAdministrator]);
    let partner = center.signed_in(center.world.target, "finn", &[Role::GlobalAdministrator]);
    let (before, mut faults) = (scene.state(), Faults::default());
    let nowhere = scene.with(&[("tenant", "nowhere.example")]);
    for route in web::routes().filter(|route| route.entry == Entry::SignedIn) {
        let (row, path) = (name(route), Scene::fill(route.path, &scene.keys));
        if !route.path.contains("{tenant}") {
            // A stream is not read to its end here; the page that it belongs to is.
            if !route.path.ends_with("/live") {
                let page = scene.ask(&admin, route, &path);
                faults.must_tell_nothing(&row, &page);
                faults.must(!page.says("Contoso"), &row, &page, "tells of Contoso");
                let is_free = is_in(&FOR_EACH, route) || page.status >= 400;
                faults.must(is_free, &row, &page, "is for operators");
            }
            continue;
        }
        let absent = Scene::fill(route.path, &nowhere);
        for browser in [&admin, &partner] {
            let page = scene.ask(browser, route, &path);
            let other = scene.ask(browser, route, &absent);
            faults.must(page.status == 404, &row, &page, "is there");
            let is_same = told(&page) == told(&other);
            faults.must(is_same, &row, &page, "is told from what is not there");
        }
    }
    faults.must_be_none();
    assert_eq!(before, scene.state(), "another tenant's administrator changed something");
}

#[test]
fn objects_of_another_tenant_are_not_there_below_the_own_one() {
    let scene = Scene::new();
    let center = &scene.center;
    let admin = center.signed_in(scene.northwind, "nora", &[Role::GlobalAdministrator]);
    let (before, mut faults) = (scene.state(), Faults::default());
    let id = "01900000-0000-7000-8000-00000000dead";
    for job in [scene.keys["job"].as_str(), scene.own_job.as_str()] {
        let is_foreign = job == scene.keys["job"];
        let theirs = scene.with(&[("tenant", "northwind.example"), ("job", job)]);
        let mut nothing = theirs.clone();
        let keys = OBJECTS.iter().copied().chain(is_foreign.then_some("job"));
        nothing.extend(keys.map(|key| (key, id.to_owned())));
        for route in web::routes() {
            let has = |key: &str| route.path.contains(&format!("{{{key}}}"));
            let is_meant = OBJECTS.iter().any(|key| has(key)) || (has("job") && is_foreign);
            if !has("tenant") || !is_meant {
                continue;
            }
            let row = name(route);
            let page = scene.ask(&admin, route, &Scene::fill(route.path, &theirs));
            let other = scene.ask(&admin, route, &Scene::fill(route.path, &nothing));
            faults.must_tell_nothing(&row, &page);
            let is_same = told(&page) == told(&other);
            faults.must(is_same, &row, &page, "is told from what is not there");
            faults.must(!has("job") || !is_foreign || page.status == 404, &row, &page, "is there");
        }
    }
    faults.must_be_none();
    assert_eq!(before, scene.state(), "another tenant's administrator changed something");
}

#[test]
fn who_names_a_configuration_of_another_tenant_to_the_editor_meets_none() {
    let scene = Scene::new();
    let admin = scene.center.signed_in(scene.northwind, "nora", &[Role::GlobalAdministrator]);
    for path in ["check?target=mail&", "complete?"] {
        for job in [scene.keys["job"].as_str(), "staff", "contoso.example/staff"] {
            let path = format!("/center/expressions/{path}job={job}");
            let page = admin.post_json(&path, &json!({ "text": "[m", "offset": 2 }));
            assert_eq!(page.status, 404, "{path}: {}", page.text);
        }
    }
}

#[test]
fn a_person_without_a_role_sees_and_changes_nothing() {
    let scene = Scene::new();
    let nia = scene.center.signed_in(scene.center.world.source, "nia", &[]);
    let (before, mut faults) = (scene.state(), Faults::default());
    for route in web::routes().filter(|route| route.entry == Entry::SignedIn) {
        let (row, path) = (name(route), Scene::fill(route.path, &scene.keys));
        if route.path.ends_with("/sessions/end") {
            // That is about the reader alone, and would be the end of this browser.
            continue;
        }
        let page = scene.ask(&nia, route, &path);
        faults.must_tell_nothing(&row, &page);
        let is_refused = match page.status {
            200 => is_in(&FOR_EACH, route) || is_in(&OF_ONES_OWN, route),
            303 => page.location == "/center/tenants/contoso.example" || is_in(&FOR_EACH, route),
            status => [403, 404].contains(&status),
        };
        faults.must(is_refused, &row, &page, "is not refused");
        faults.must(before == scene.state(), &row, &page, "changed something");
    }
    faults.must_be_none();
}
