//! Files that are looked at before they are brought in.

use model::{Name, Role};

use crate::support::{Center, Page};

const BASE: &str = "/center/tenants/contoso.example";

const PEOPLE: &str = "userPrincipalName,displayName,department,colour\r\n\
    new@contoso.example,<b>New</b>,Sales,red\r\n\
    ada@contoso.example,ada,Marketing,\r\n\
    same@contoso.example,same,,\r\n\
    else@elsewhere.example,Else,,\r\n";

/// The fields that travel with the second form.
fn kept(page: &Page) -> Vec<(String, String)> {
    let field = |name: &str| {
        let (_, rest) =
            page.text.split_once(&format!("name=\"{name}\" value=\"")).expect("a field");
        (name.to_owned(), rest.split('"').next().expect("it ends").to_owned())
    };
    ["kind", "name", "columns", "kept"].map(field).to_vec()
}

#[test]
fn a_file_is_shown_first_and_then_brought_in_as_it_was() {
    let center = Center::new();
    let browser = center.signed_in(center.world.source, "admin", &[Role::UserAdministrator]);
    let ada = center.world.person("ada", &[("department", "Sales")]);
    center.world.person("same", &[]);
    let read = |id| center.world.find(center.world.source, id).expect("she is there");
    browser.get(&format!("{BASE}/import")).must_say("See what it would do");
    let before = center.world.objects(center.world.source, model::Kind::User).len();
    let page =
        browser.post_file(&format!("{BASE}/import"), &[("kind", "user")], ("people.csv", PEOPLE));
    assert_eq!(page.status, 200);
    for count in [
        "<strong>1</strong> new",
        "<strong>1</strong> changed",
        "<strong>1</strong> unchanged",
        "<strong>1</strong> refused",
    ] {
        page.must_say(count);
    }
    page.must_say("<bdi class=\"was\">Sales</bdi>").must_say("<bdi class=\"now\">Marketing</bdi>");
    page.must_say("&#60;b&#62;New")
        .must_not_say("<b>New")
        .must_say("colour")
        .must_say("no verified domain");
    assert_eq!(center.world.objects(center.world.source, model::Kind::User).len(), before);
    assert_eq!(read(ada).text(&Name::DEPARTMENT), Some("Sales"), "nothing was written");
    let fields = kept(&page);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let refused = browser.post(&format!("{BASE}/import/refused"), &fields);
    refused
        .must_say("userPrincipalName,displayName")
        .must_say("else@elsewhere.example")
        .must_not_say("ada@");
    let done = browser.post(&format!("{BASE}/import/write"), &fields);
    done.must_say("The file is in").must_say("<strong>1</strong> new");
    assert_eq!(read(ada).text(&Name::DEPARTMENT), Some("Marketing"));
    browser.get(&format!("{BASE}/users?q=new@")).must_say("&#60;b&#62;New");
    // Sent once more, it changes nothing.
    browser.post(&format!("{BASE}/import/write"), &fields).must_say("<strong>0</strong> new");
}

#[test]
fn other_forms_of_file_and_groups_are_taken_too() {
    let center = Center::new();
    let browser = center.signed_in(center.world.source, "admin", &[Role::UserAdministrator]);
    let lines = "{\"displayName\":\"Lin\",\"userPrincipalName\":\"lin@contoso.example\"}\n";
    let path = format!("{BASE}/import");
    browser
        .post_file(&path, &[("kind", "user")], ("people.jsonl", lines))
        .must_say("Bring 1 row in");
    let ldif = "dn: cn=Eve,dc=contoso,dc=example\nobjectClass: inetOrgPerson\ncn: Eve\nsn: Eve\nmail: eve@contoso.example\nuid: eve\n";
    browser.post_file(&path, &[("kind", "user")], ("people.ldif", ldif)).must_say("(LDIF)");
    let groups = "displayName,members\nTeam,admin@contoso.example;nobody@contoso.example\n";
    let page = browser.post_file(&path, &[("kind", "group")], ("groups.csv", groups));
    page.must_say("<strong>1</strong> new").must_say("References that lead nowhere");
    let german = "Anmeldung,Name,Abteilung\nda@contoso.example,Da,Vertrieb\n";
    let columns = [
        ("kind", "user"),
        ("columns", "Anmeldung=userPrincipalName\nName=displayName\nAbteilung=department"),
    ];
    browser.post_file(&path, &columns, ("leute.csv", german)).must_say("Vertrieb");
    let wrong = [("kind", "user"), ("columns", "Abteilung=nothing")];
    let slip = browser.post_file(&path, &wrong, ("leute.csv", german));
    assert_eq!(slip.status, 422);
    slip.must_say("Abteilung=nothing");
    let none = browser.post(&path, &[("kind", "user")]);
    assert_eq!(none.status, 422);
    none.must_say("Choose a file first");
}

#[test]
fn whoever_writes_no_users_brings_none_in_and_is_told_why() {
    let center = Center::new();
    let browser = center.signed_in(center.world.source, "gero", &[Role::GlobalReader]);
    let page = browser.get(&format!("{BASE}/import"));
    assert_eq!(page.status, 403);
    page.must_say("it takes one of: Global Administrator, User Administrator");
    let sent =
        browser.post_file(&format!("{BASE}/import"), &[("kind", "user")], ("people.csv", PEOPLE));
    assert_eq!(sent.status, 403);
}
