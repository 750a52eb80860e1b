//! Groups and who is in them.

use model::Role;

use crate::support::Center;

const BASE: &str = "/center/tenants/contoso.example";

#[test]
fn a_group_is_made_filled_changed_and_deleted() {
    let center = Center::new();
    let browser = center.signed_in(center.world.source, "admin", &[Role::UserAdministrator]);
    let ada = center.world.person("ada", &[]);
    let groups = format!("{BASE}/groups");
    let made = browser.post(&groups, &[("a-displayName", "<b>All</b>"), ("a-description", "Us")]);
    assert_eq!(made.status, 303, "{}", made.text);
    let path = made.location.split('?').next().expect("a path").to_owned();
    browser.get(&groups).must_say("&#60;b&#62;All").must_say("Us");
    let add = |who: &str| browser.post(&format!("{path}/members"), &[("who", who)]);
    assert_eq!(add("ada@contoso.example").status, 303);
    browser.get(&path).must_say(&format!("{BASE}/users/{ada}"));
    browser.get(&format!("{BASE}/users/{ada}")).must_say("&#60;b&#62;All");
    let twice = add("ada@contoso.example");
    assert_eq!(twice.status, 409);
    twice.must_say("already").must_say("value=\"ada@contoso.example\"");
    assert_eq!(add("nobody").status, 422);
    // Another group goes in by its name.
    browser.post(&groups, &[("a-displayName", "Inner")]);
    assert_eq!(add("inner").status, 303);
    browser.get(&path).must_say("Inner");
    assert_eq!(browser.post(&format!("{path}/owners"), &[("who", &ada.to_string())]).status, 303);
    let out =
        browser.post_and_follow(&format!("{path}/members/remove"), &[("who", &ada.to_string())]);
    out.must_say("They are out");
    let gone = browser.post_and_follow(&format!("{path}/delete"), &[]);
    gone.must_say("Restore it here").must_say("&#60;b&#62;All");
    let id = path.rsplit_once('/').expect("an id").1;
    browser.post_and_follow(&format!("{BASE}/deleted/{id}/restore"), &[]).must_say("is back");
    browser.get(&path).must_say("Inner");
}

#[test]
fn a_large_group_is_shown_by_the_page() {
    let center = Center::new();
    let browser = center.signed_in(center.world.source, "admin", &[Role::UserAdministrator]);
    let made = browser.post(&format!("{BASE}/groups"), &[("a-displayName", "Large")]);
    let path = made.location.split('?').next().expect("a path").to_owned();
    let group = path.rsplit_once('/').and_then(|(_, id)| id.parse().ok()).expect("an id");
    let members: Vec<_> =
        (0..70).map(|number| center.world.person(&format!("m{number:02}"), &[])).collect();
    let (directory, tenant) = (&center.world.directory, center.world.source);
    directory.add_members(&center.world.operator, tenant, group, &members).expect("all are there");
    let first = browser.get(&path);
    let (before, _) = first.text.split_once("\" rel=\"next\"").expect("a next page");
    let next = before.rsplit_once("href=\"").expect("its address").1;
    let second = browser.get(next);
    for number in 0..70 {
        let name = format!("m{number:02}@");
        assert!(first.says(&name) != second.says(&name), "{name} stands on one of both pages");
    }
}
