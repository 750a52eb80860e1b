//! Users: found, made, changed by two at once, deleted and brought back.

use directory::Change;
use model::{Kind, Name, Object, ObjectId, Role, Value};

use crate::support::{Browser, Center, PASSWORD, Page};

const BASE: &str = "/center/tenants/contoso.example";

fn path(user: ObjectId, below: &str) -> String {
    format!("{BASE}/users/{user}{below}")
}

fn read(center: &Center, id: ObjectId) -> Object {
    center.world.find(center.world.source, id).expect("the user is there")
}

fn set(center: &Center, id: ObjectId, name: Name, text: &str) {
    let mut change = Change::default();
    change.set.set(name, Value::text(text));
    let (operator, tenant) = (&center.world.operator, center.world.source);
    center.world.directory.update(operator, tenant, id, &change).expect("it fits");
}

/// A field of a form as it came.
fn field(page: &Page, name: &str) -> String {
    let (_, rest) = page.text.split_once(&format!("name=\"{name}\" value=\"")).expect("the field");
    rest.split('"').next().expect("it ends").to_owned()
}

fn make(browser: &Browser<'_>, name: &str, login: &str) -> Page {
    let upn = format!("{login}@contoso.example");
    let fields = [("a-displayName", name), ("a-userPrincipalName", &upn), ("w-displayName", "")];
    browser.post(&format!("{BASE}/users"), &fields)
}

#[test]
fn names_with_markup_and_from_right_to_left_stay_names() {
    let center = Center::new();
    let browser = center.signed_in(center.world.source, "admin", &[Role::UserAdministrator]);
    for (name, login) in [("<script>alert(1)</script>", "odd"), ("مها العلي", "maha")] {
        let made = make(&browser, name, login);
        assert_eq!(made.status, 303, "{}", made.text);
        let page = browser.get(&made.location);
        page.must_not_say("<script>alert");
    }
    let list = browser.get(&format!("{BASE}/users"));
    list.must_say("<bdi>&#60;script&#62;alert(1)&#60;/script&#62;</bdi>")
        .must_not_say("<script>alert");
    list.must_say("<bdi>مها العلي</bdi>");
    browser.part(&format!("{BASE}/users?q=مها")).must_say("maha@").must_not_say("odd@");
}

#[test]
fn a_list_goes_on_by_key_and_shows_everybody_once() {
    let center = Center::new();
    let browser = center.signed_in(center.world.source, "zoe", &[Role::GlobalReader]);
    for number in 0..120 {
        center.world.person(&format!("ann{number:03}"), &[("department", "Sales")]);
    }
    for question in ["/users", "/users?q=ann", "/users?department=sales"] {
        let (mut address, mut seen) = (format!("{BASE}{question}"), Vec::new());
        let mut pages = 0;
        while !address.is_empty() {
            let page = browser.get(&address);
            seen.extend((0..120).filter(|one| page.says(&format!("ann{one:03}@"))));
            let next = page.text.split_once("\" rel=\"next\"").map(|(before, _)| before.to_owned());
            let next = next.and_then(|text| Some(text.rsplit_once("href=\"")?.1.to_owned()));
            address = next.unwrap_or_default().replace("&#38;", "&");
            pages += 1;
        }
        assert_eq!((seen, pages), ((0..120).collect::<Vec<_>>(), 3), "{question}");
    }
    let part = browser.part(&format!("{BASE}/users?q=ann00"));
    part.must_say("ann007@").must_not_say("<html").must_not_say("ann010@");
    browser.get(&format!("{BASE}/users?state=disabled")).must_say("Nobody like that");
    browser.get(&format!("{BASE}/users?type=external")).must_not_say("ann001@");
    assert_eq!(browser.get(&format!("{BASE}/users?after=nonsense")).status, 400);
}

#[test]
fn what_two_change_at_once_is_shown_to_the_second_and_nothing_is_lost() {
    let center = Center::new();
    let browser = center.signed_in(center.world.source, "admin", &[Role::UserAdministrator]);
    let ada = center.world.person("ada", &[("department", "Sales"), ("jobTitle", "Clerk")]);
    let form = browser.get(&path(ada, "/edit"));
    let version = field(&form, "version");
    set(&center, ada, Name::DEPARTMENT, "Support");
    set(&center, ada, Name::JOB_TITLE, "Lead");
    let filled = |version: &str, seen: &str| {
        let fields = [
            ("version", version),
            ("a-department", "Marketing"),
            ("w-department", seen),
            ("a-jobTitle", "Clerk"),
            ("w-jobTitle", "Clerk"),
            ("a-city", "Bern"),
            ("w-city", ""),
        ];
        browser.post(&path(ada, "/edit"), &fields)
    };
    let moved = filled(&version, "Sales");
    assert_eq!(moved.status, 409);
    moved.must_say("Somebody else changed this").must_say("value=\"Marketing\"");
    moved.must_say("<bdi class=\"now\">Support</bdi>").must_say("value=\"Bern\"");
    // What the reader left alone shows what stands there now.
    moved.must_say("name=\"a-jobTitle\" value=\"Lead\"");
    assert_eq!(read(&center, ada).text(&Name::DEPARTMENT), Some("Support"), "nothing was written");
    let saved = filled(&field(&moved, "version"), "Support");
    assert_eq!(saved.status, 303, "{}", saved.text);
    let ada = read(&center, ada);
    let held = [Name::DEPARTMENT, Name::JOB_TITLE, Name::CITY].map(|name| ada.text(&name));
    assert_eq!(held, [Some("Marketing"), Some("Lead"), Some("Bern")]);
}

#[test]
fn a_refused_form_keeps_what_was_filled_in() {
    let center = Center::new();
    let browser = center.signed_in(center.world.source, "admin", &[Role::UserAdministrator]);
    let taken = make(&browser, "Second", "admin");
    assert_eq!(taken.status, 409);
    taken.must_say("role=\"alert\"").must_say("value=\"Second\"");
    let elsewhere = browser.post(
        &format!("{BASE}/users"),
        &[("a-displayName", "Else"), ("a-userPrincipalName", "else@elsewhere.example")],
    );
    assert_eq!(elsewhere.status, 422);
    elsewhere.must_say("else@elsewhere.example");
    let short = [
        ("a-displayName", "Short"),
        ("a-userPrincipalName", "short@contoso.example"),
        ("password", "x"),
    ];
    assert_eq!(browser.post(&format!("{BASE}/users"), &short).status, 422);
    browser.get(&format!("{BASE}/users?q=short")).must_say("Nobody like that");
}

#[test]
fn a_form_that_was_filled_in_while_the_session_ended_is_sent_after_signing_in() {
    let center = Center::new();
    let browser = center.signed_in(center.world.source, "admin", &[Role::UserAdministrator]);
    let ada = center.world.person("ada", &[]);
    let version = field(&browser.get(&path(ada, "/edit")), "version");
    browser.forget();
    let long = "word ".repeat(30).trim().to_owned();
    let form = [("version", version.as_str()), ("a-streetAddress", &long), ("w-streetAddress", "")];
    let asked = browser.post_as_is(&path(ada, "/edit"), &form);
    asked.must_say("what you filled in is kept");
    let (back, kept) = (field(&asked, "back"), field(&asked, "kept").replace("&#38;", "&"));
    let fields = [
        ("username", "admin@contoso.example"),
        ("password", PASSWORD),
        ("back", &back),
        ("kept", &kept),
    ];
    let again = browser.post("/center/sign-in", &fields);
    again.must_say(&long);
    let fields =
        [&[("csrf", again.csrf())][..], &form.map(|(name, value)| (name, value.to_owned()))]
            .concat();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (*a, b.as_str())).collect();
    assert_eq!(browser.post_as_is(&back, &fields).status, 303);
    assert_eq!(read(&center, ada).text(&Name::STREET_ADDRESS), Some(long.as_str()));
}

#[test]
fn whoever_is_deleted_is_brought_back_unless_the_name_is_taken() {
    let center = Center::new();
    let browser = center.signed_in(center.world.source, "admin", &[Role::UserAdministrator]);
    let ada = center.world.person("ada", &[]);
    let page = browser.post_and_follow(&path(ada, "/delete"), &[]);
    page.must_say("is deleted").must_say("30 days").must_say("ada@contoso.example");
    assert_eq!(browser.get(&path(ada, "")).status, 404);
    let restore = format!("{BASE}/deleted/{ada}/restore");
    let other = make(&browser, "Other Ada", "ada");
    let refused = browser.post(&restore, &[]);
    assert_eq!(refused.status, 409);
    refused.must_say("is taken by");
    browser.post(&format!("{}/delete", other.location.split('?').next().expect("a path")), &[]);
    browser.post_and_follow(&restore, &[]).must_say("ada is back");
    assert_eq!(browser.get(&path(ada, "")).status, 200);
    browser.post(&path(ada, "/delete"), &[]);
    let gone = browser.post_and_follow(&format!("{BASE}/deleted/{ada}/purge"), &[]);
    gone.must_say("ada is gone for good").must_say("Other Ada");
    assert!(center.world.find(center.world.source, ada).is_none());
}

#[test]
fn what_can_be_done_to_a_person_is_done_from_their_page() {
    let center = Center::new();
    let browser = center.signed_in(center.world.source, "admin", &[Role::UserAdministrator]);
    let bo = center.person(center.world.source, "bo", &[]);
    let chief = center.world.person("chief", &[]);
    let done = browser.post_and_follow(&path(bo.id, "/enabled"), &[("enabled", "no")]);
    done.must_say("Disabled").must_say("may not sign in any more");
    assert!(!read(&center, bo.id).is_enabled());
    browser.post_and_follow(&path(bo.id, "/enabled"), &[("enabled", "yes")]).must_say("Enabled");
    let managed =
        browser.post_and_follow(&path(bo.id, "/manager"), &[("manager", "chief@contoso.example")]);
    managed.must_say(&path(chief, ""));
    browser.get(&path(chief, "")).must_say(&path(bo.id, ""));
    let nobody = browser.post(&path(bo.id, "/manager"), &[("manager", "nobody@contoso.example")]);
    assert_eq!(nobody.status, 422);
    nobody.must_say("value=\"nobody@contoso.example\"");
    let login = [("username", "bo@contoso.example"), ("password", PASSWORD)];
    let own = center.stranger();
    assert_eq!(own.post("/center/sign-in", &login).status, 303);
    browser.get(&path(bo.id, "")).must_say("this center");
    browser.post_and_follow(&path(bo.id, "/sessions"), &[]).must_say("Signed in nowhere");
    assert!(own.get(BASE).location.starts_with("/center/sign-in"));
    let weak = browser.post(&path(bo.id, "/password"), &[("password", "bo")]);
    assert_eq!(weak.status, 422);
    let fields = [("password", "another-long-password")];
    browser
        .post_and_follow(&path(bo.id, "/password"), &fields)
        .must_not_say("another-long-password");
    assert_eq!(own.post("/center/sign-in", &login).status, 422);
}

#[test]
fn a_person_shows_where_they_go_and_where_they_come_from() {
    let center = Center::new();
    let ada = center.world.person("ada", &[]);
    center.world.assign(ada, true);
    center.world.cycle();
    let there = center.world.objects(center.world.target, Kind::User);
    let (there, _) = there.iter().find(|(_, one)| one.is_external()).expect("she went across");
    let at_target = format!("/center/tenants/fabrikam.example/users/{there}");
    let page = center.operator().get(&path(ada, ""));
    page.must_say("to Fabrikam").must_say(&format!("href=\"{at_target}\"")).must_say("In step");
    // The source's people know the object's id, and nothing else of the target.
    let source = center.signed_in(center.world.source, "sam", &[Role::GlobalReader]);
    let page = source.get(&path(ada, ""));
    page.must_say(&there.to_string()).must_not_say("#EXT#").must_not_say(&at_target);
    let target = center.signed_in(center.world.target, "tom", &[Role::GlobalReader]);
    let page = target.get(&at_target);
    page.must_say("from Contoso").must_say(&ada.to_string()).must_say("signs in at home");
    page.must_not_say(&path(ada, "")).must_say("/center/tenants/fabrikam.example/incoming/");
}
