//! Sign-ins and the audit log.

use model::{Actor, ApplicationId, Kind, Role};

use crate::support::Center;

const BASE: &str = "/center/tenants/contoso.example";

#[test]
fn the_log_tells_who_did_what_and_what_stood_there_before() {
    let center = Center::new();
    let browser = center.signed_in(center.world.source, "admin", &[Role::GlobalAdministrator]);
    let ada = center.world.person("ada", &[("department", "<b>Sales</b>")]);
    center.world.set(center.world.source, ada, &[("department", "Marketing")]);
    let application = Actor::Application {
        tenant: center.world.source,
        id: ApplicationId::NIL,
        name: "nightly".to_owned(),
        grants: vec!["Group.ReadWrite.All".to_owned()],
    };
    let named = testkit::attributes(&[("displayName", "Made by night")]);
    let directory = &center.world.directory;
    directory.create(&application, center.world.source, Kind::Group, None, named).expect("it may");
    let audit = format!("{BASE}/audit");
    let page = browser.get(&audit);
    page.must_say("<bdi class=\"was\">&#60;b&#62;Sales&#60;/b&#62;</bdi>");
    page.must_say("<bdi class=\"now\">Marketing</bdi>").must_not_say("<b>Sales");
    page.must_say("application</span> <bdi>nightly</bdi>")
        .must_say("operator</span> <bdi>test</bdi>");
    browser.part(&format!("{audit}?actor=nightly")).must_say("Made by night").must_not_say("ada");
    browser
        .part(&format!("{audit}?activity=update%20user"))
        .must_say("Marketing")
        .must_not_say("nightly");
    browser.part(&format!("{audit}?target={ada}")).must_say("Add user").must_not_say("nightly");
    browser.get(&format!("{audit}?until=2001-01-01")).must_say("No entry like that");
    assert_eq!(browser.get(&format!("{audit}?since=yesterday")).status, 422);
    browser.get(&format!("{audit}/chain")).must_say("The chain holds");
    let file = browser.get(&format!("{audit}/export?activity=update%20user"));
    let lines: Vec<serde_json::Value> =
        file.text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    assert!(
        !lines.is_empty() && lines.iter().all(|line| line["entry"]["activity"] == "Update user")
    );
    // Each tenant sees its own alone.
    let other = center.signed_in(center.world.target, "tim", &[Role::GlobalAdministrator]);
    other.get("/center/tenants/fabrikam.example/audit").must_not_say("nightly");
}

#[test]
fn a_long_log_goes_on_by_key() {
    let center = Center::new();
    let browser = center.signed_in(center.world.source, "admin", &[Role::ReportsReader]);
    for number in 0..60 {
        center.world.person(&format!("p{number:02}"), &[]);
    }
    let first = browser.get(&format!("{BASE}/audit?activity=add"));
    first.must_say("p59").must_not_say("p05");
    let (before, _) = first.text.split_once("\" rel=\"next\"").expect("older ones");
    let next = before.rsplit_once("href=\"").expect("its address").1.replace("&#38;", "&");
    browser.get(&next).must_say("p05").must_not_say("p59");
}

#[test]
fn whoever_signs_out_everywhere_is_out_here_as_well() {
    let center = Center::new();
    let browser = center.signed_in(center.world.source, "ada", &[]);
    browser.get(&format!("{BASE}/sessions")).must_say("this center").must_say("password");
    let out = browser.post(&format!("{BASE}/sessions/end"), &[]);
    assert_eq!(out.location, "/center/sign-in");
    assert!(browser.get(BASE).location.starts_with("/center/sign-in"));
    let operator = center.operator();
    operator.get(&format!("{BASE}/sessions")).must_say("signed in as operator");
}
