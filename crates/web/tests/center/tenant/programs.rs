//! Applications, roles, domains and extensions.

use model::Role;

use crate::support::Center;

const BASE: &str = "/center/tenants/contoso.example";

#[test]
fn an_application_gets_permissions_and_a_secret_that_is_shown_once() {
    let center = Center::new();
    let browser = center.signed_in(center.world.source, "admin", &[Role::GlobalAdministrator]);
    let apps = format!("{BASE}/applications");
    let made = browser.post(&apps, &[("name", "<i>portal</i>")]);
    let path = made.location.split('?').next().expect("a path").to_owned();
    browser.get(&apps).must_say("&#60;i&#62;portal").must_say("No secret and no certificate");
    let again = browser.post(&apps, &[("name", "<i>portal</i>")]);
    assert_eq!(again.status, 409);
    browser
        .post_and_follow(
            &format!("{path}/grant"),
            &[("permission", "User.Read.All"), ("how", "itself")],
        )
        .must_say("<code>User.Read.All</code>");
    let slip = browser.post(&format!("{path}/grant"), &[("permission", "User.Raed.All")]);
    assert_eq!(slip.status, 422);
    slip.must_say("did you mean");
    let shown = browser.post(&format!("{path}/secrets"), &[("name", "night"), ("days", "30")]);
    let (_, secret) = shown.text.split_once("data-copy=\"").expect("the secret");
    let secret = secret.split('"').next().expect("it ends").to_owned();
    assert!(secret.len() >= 43, "{secret}");
    browser.get(&path).must_say("night").must_not_say(&secret);
    assert_eq!(browser.post(&format!("{path}/secrets"), &[("days", "0")]).status, 422);
    let fields = [("name", "portal"), ("redirect_uris", "http://evil.example/"), ("enabled", "on")];
    let refused = browser.post(&format!("{path}/update"), &fields);
    assert_eq!(refused.status, 422);
    refused.must_say("http://evil.example/");
    let no = browser.post(&format!("{path}/certificates"), &[("certificate", "no certificate")]);
    assert_eq!(no.status, 422);
    browser
        .post_and_follow(&format!("{path}/revoke"), &[("permission", "User.Read.All")])
        .must_say("Nothing is granted");
    browser.post_and_follow(&format!("{path}/delete"), &[]).must_say("No application yet");
}

#[test]
fn an_application_that_somebody_switched_off_meanwhile_stays_off() {
    let center = Center::new();
    let browser = center.signed_in(center.world.source, "admin", &[Role::GlobalAdministrator]);
    let made = browser.post(&format!("{BASE}/applications"), &[("name", "portal")]);
    let path = made.location.split('?').next().expect("a path").to_owned();
    let uri = "https://portal.example/back";
    let update = format!("{path}/update");
    browser
        .post_and_follow(&update, &[("name", "portal"), ("redirect_uris", uri), ("enabled", "on")]);
    let page = browser.get(&path);
    page.must_say(&format!("name=\"was-redirect_uris\" value=\"{uri}&#10;\""));
    page.must_say("name=\"was-enabled\" value=\"true\"");
    browser.post_and_follow(&update, &[("name", "portal"), ("redirect_uris", uri)]);
    // A form from before: its reader gives another name and leaves the rest as it was.
    let was = [("was-name", "portal"), ("was-redirect_uris", uri), ("was-enabled", "true")];
    let sent = [("name", "door"), ("redirect_uris", uri), ("enabled", "on")];
    let form = [&was[..], &[("was-is_public", "false")], &sent].concat();
    let page = browser.post_and_follow(&update, &form);
    page.must_say("value=\"door\"").must_say(uri);
    page.must_say("name=\"was-enabled\" value=\"false\"");
}

#[test]
fn an_application_administrator_grants_nothing_and_is_told_why() {
    let center = Center::new();
    let browser = center.signed_in(center.world.source, "app", &[Role::ApplicationAdministrator]);
    let made = browser.post(&format!("{BASE}/applications"), &[("name", "portal")]);
    let path = made.location.split('?').next().expect("a path").to_owned();
    browser.get(&path).must_say("it takes one of: Global Administrator<");
    let granted = browser.post(&format!("{path}/grant"), &[("permission", "User.ReadWrite.All")]);
    assert_eq!(granted.status, 403);
}

#[test]
fn roles_are_given_and_taken_by_whoever_may() {
    let center = Center::new();
    let bo = center.person(center.world.source, "bo", &[]);
    let roles = format!("{BASE}/roles");
    let admin = center.signed_in(center.world.source, "admin", &[Role::GlobalAdministrator]);
    let fields = [("who", "bo@contoso.example"), ("role", "UserAdministrator")];
    admin
        .post_and_follow(&format!("{roles}/grant"), &fields)
        .must_say(&format!("/users/{}", bo.id));
    let held = || center.world.directory.roles(center.world.source, bo.id).expect("they are read");
    assert_eq!(held(), [Role::UserAdministrator]);
    let nobody =
        admin.post(&format!("{roles}/grant"), &[("who", "nobody"), ("role", "GlobalReader")]);
    assert_eq!(nobody.status, 422);
    let other = center.signed_in(center.world.source, "helper", &[Role::UserAdministrator]);
    other.get(&roles).must_say("not yours to do").must_not_say("Give the role");
    assert_eq!(other.post(&format!("{roles}/revoke"), &fields).status, 403);
    admin.post_and_follow(&format!("{roles}/revoke"), &fields).must_say("the role no more");
    assert!(held().is_empty());
}

#[test]
fn domains_are_the_operators_and_extensions_the_tenants() {
    let center = Center::new();
    let (operator, domains) = (center.operator(), format!("{BASE}/domains"));
    operator.post_and_follow(&domains, &[("domain", "second.example")]).must_say("second.example");
    let taken = operator.post(&domains, &[("domain", "fabrikam.example")]);
    assert_eq!(taken.status, 409);
    taken.must_say("value=\"fabrikam.example\"");
    let initial = [("domain", "contoso.example")];
    assert_eq!(operator.post(&format!("{domains}/remove"), &initial).status, 422);
    operator
        .post_and_follow(&format!("{domains}/remove"), &[("domain", "second.example")])
        .must_not_say("value=\"second.example\"");
    let admin = center.signed_in(center.world.source, "admin", &[Role::GlobalAdministrator]);
    admin.get(&domains).must_say("operator");
    assert_eq!(admin.post(&domains, &[("domain", "third.example")]).status, 403);
    let extensions = format!("{BASE}/extensions");
    let fields = [("name", "badge"), ("type", "Integer"), ("users", "on")];
    let made = admin.post_and_follow(&extensions, &fields);
    made.must_say("badge").must_say("Integer").must_say("_badge");
    let wrong = admin.post(&extensions, &[("name", "9lives"), ("type", "String")]);
    assert_eq!(wrong.status, 422);
    wrong.must_say("value=\"9lives\"");
    // It is a field of the form from now on.
    admin.get(&format!("{BASE}/users/new")).must_say("Directory extensions").must_say("badge");
    admin
        .post_and_follow(&format!("{extensions}/remove"), &[("name", "badge")])
        .must_say("No extension yet");
}
