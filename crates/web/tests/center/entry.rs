//! The way in and out.

use axum::http::header;
use model::Role;

use crate::support::{Center, PASSWORD};

#[test]
fn whoever_is_not_signed_in_is_asked_to_and_comes_back_to_where_they_wanted() {
    let center = Center::new();
    center.person(center.world.source, "ada", &[Role::GlobalReader]);
    let browser = center.stranger();
    let asked = browser.get("/center/tenants/contoso.example/users?search=x");
    assert_eq!(asked.status, 303);
    let wanted = "back=%2Fcenter%2Ftenants%2Fcontoso.example%2Fusers%3Fsearch%3Dx";
    assert!(asked.location.ends_with(wanted), "{}", asked.location);
    let fields = [
        ("username", "ada@contoso.example"),
        ("password", PASSWORD),
        ("back", "/center/tenants/contoso.example/users?search=x"),
    ];
    let signed = browser.post("/center/sign-in", &fields);
    assert_eq!(signed.location, "/center/tenants/contoso.example/users?search=x");
    browser.get("/center").must_say("ada@contoso.example");
}

#[test]
fn the_way_back_never_leads_elsewhere() {
    let center = Center::new();
    center.person(center.world.source, "ada", &[]);
    for back in ["https://evil.example", "//evil.example", "/center\\@evil", "/centerevil?\r\nx"] {
        let fields = [("username", "ada@contoso.example"), ("password", PASSWORD), ("back", back)];
        let signed = center.stranger().post("/center/sign-in", &fields);
        assert!(["/center", "/centerevil?"].contains(&signed.location.as_str()), "{back}");
    }
}

#[test]
fn a_wrong_name_and_a_wrong_password_say_the_same() {
    let center = Center::new();
    center.person(center.world.source, "ada", &[]);
    let try_as = |name: &str| {
        let fields = [("username", name), ("password", "wrong-horse")];
        let page = center.stranger().post("/center/sign-in", &fields);
        assert_eq!(page.status, 422);
        page.must_say("The name or the password is wrong.");
    };
    let names = ["ada@contoso.example", "nobody@contoso.example", "ada@nowhere.example", "ada"];
    names.into_iter().for_each(try_as);
}

#[test]
fn a_form_that_was_filled_in_while_the_session_ended_is_kept() {
    let center = Center::new();
    let browser = center.operator();
    browser.forget();
    center.person(center.world.source, "ada", &[Role::GlobalAdministrator]);
    let form = [("name", "Long & <b>typed</b>"), ("domain", "typed.example"), ("password", "x")];
    let asked = browser.post_as_is("/center/tenants", &form);
    asked.must_say("what you filled in is kept").must_not_say("password=x");
    let kept = "name=Long+%26+%3Cb%3Etyped%3C%2Fb%3E&domain=typed.example";
    asked.must_say(&kept.replace('&', "&#38;"));
    let fields = [
        ("username", "ada@contoso.example"),
        ("password", PASSWORD),
        ("back", "/center/tenants"),
        ("kept", kept),
    ];
    let again = browser.post("/center/sign-in", &fields);
    again.must_say("Send it").must_say("typed.example").must_not_say("<b>typed</b>");
    // It is sent with the token of the new session; that only operators make tenants is another matter.
    let fields = [("csrf", again.csrf()), ("name", "Typed".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (*a, b.as_str())).collect();
    let sent =
        browser.post_as_is("/center/tenants", &[&fields[..], &[("domain", "t.example")]].concat());
    assert_eq!(sent.status, 404, "{}", sent.text);
}

#[test]
fn a_form_from_elsewhere_changes_nothing() {
    let center = Center::new();
    let browser = center.operator();
    let tenants = || center.world.directory.list_tenants(&center.world.operator).unwrap().len();
    let before = tenants();
    let form = [("name", "Evil"), ("domain", "evil.example")];
    for token in [None, Some("forged")] {
        let token = token.map(|token| ("csrf", token));
        let fields: Vec<_> = token.into_iter().chain(form).collect();
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
        let request = axum::http::Request::post("http://localhost:8080/center/tenants")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", "https://evil.example");
        let page = browser.send(request.body(body.into()).expect("a request"));
        assert_eq!(page.status, 403);
    }
    assert_eq!(tenants(), before);
    // The right token from another origin is no better.
    let csrf = browser.get("/center/start").csrf();
    let body = format!("csrf={csrf}&name=Evil&domain=evil.example");
    let request = axum::http::Request::post("http://localhost:8080/center/tenants")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", "https://evil.example");
    assert_eq!(browser.send(request.body(body.into()).expect("a request")).status, 403);
    assert_eq!(tenants(), before);
}

#[test]
fn what_a_form_from_elsewhere_holds_is_not_kept_for_after_sign_in() {
    let center = Center::new();
    center.person(center.world.source, "ada", &[Role::GlobalAdministrator]);
    // Cookies of a session are not sent along with such a form, so it comes as a stranger's.
    let browser = center.stranger();
    for path in ["/center/tenants/contoso.example/roles/grant", "/center/nowhere"] {
        let request = axum::http::Request::post(format!("http://localhost:8080{path}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", "https://evil.example");
        let form = "who=eve%40contoso.example&role=GlobalAdministrator";
        let page = browser.send(request.body(form.into()).expect("a request"));
        page.must_not_say("eve").must_not_say("what you filled in is kept");
    }
}

#[test]
fn an_operator_link_is_good_once() {
    let center = Center::new();
    let operators = identity::Operators::new(center.world.directory.clone());
    let code = operators.make_code(&center.world.operator, None).expect("an operator may");
    let link = format!("http://localhost:8080/syncline/operator#{code}");
    let first = center.stranger().post("/syncline/operator", &[("code", &link), ("name", "olga")]);
    assert_eq!(first.location, "/center", "the whole link is taken too");
    let second = center.stranger().post("/syncline/operator", &[("code", &code), ("name", "eve")]);
    assert_eq!(second.status, 422);
    second.must_say("not good").must_say("value=\"eve\"");
}

#[test]
fn after_signing_out_the_cookie_is_good_for_nothing() {
    let center = Center::new();
    let browser = center.signed_in(center.world.source, "ada", &[Role::GlobalReader]);
    let page = browser.get("/center");
    let cookie = page.headers.get(header::SET_COOKIE).is_none();
    assert!(cookie, "whoever is signed in needs no other cookie");
    assert_eq!(browser.post("/center/sign-out", &[]).status, 303);
    assert_eq!(browser.get("/center").status, 303);
}

#[test]
fn every_page_forbids_what_it_does_not_need() {
    let center = Center::new();
    let page = center.stranger().get("/center/design");
    let policy = page.headers.get("content-security-policy").expect("a policy");
    let policy = policy.to_str().expect("it is text");
    for part in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    page.must_not_say("style=\"").must_not_say("onclick");
}
