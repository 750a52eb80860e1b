//! The map and the first steps.

use axum::{body::Body, http::Request};
use model::Role;

use crate::support::{Center, ORIGIN};

#[test]
fn the_map_shows_an_operator_every_tenant_and_a_person_the_own_one() {
    let center = Center::new();
    let page = center.operator().get("/center");
    page.must_say("Contoso").must_say("/center/tenants/fabrikam.example");
    let page = center.signed_in(center.world.source, "ada", &[Role::GlobalReader]).get("/center");
    page.must_say("/center/tenants/contoso.example");
    page.must_not_say("/center/tenants/fabrikam.example");
}

#[test]
fn an_operator_adds_a_tenant_and_is_told_what_is_wrong_with_another() {
    let center = Center::new();
    let browser = center.operator();
    let form = [("name", "<script>alert(1)</script>"), ("domain", "odd.example")];
    let page = browser.post_and_follow("/center/tenants", &form);
    page.must_say("&#60;script&#62;alert(1)").must_not_say("<script>alert");
    browser.get("/center").must_say("odd.example").must_not_say("<script>alert");
    let again = browser.post("/center/tenants", &[("name", "Again"), ("domain", "odd.example")]);
    assert_eq!(again.status, 409);
    again.must_say("value=\"Again\"").must_say("role=\"alert\"");
    let none = browser.post("/center/tenants", &[("name", "None"), ("domain", "no domain")]);
    assert_eq!(none.status, 422);
}

#[test]
fn operators_make_and_remove_operators() {
    let center = Center::new();
    let browser = center.operator();
    let made = browser.post("/center/operators", &[("name", "otto")]);
    made.must_say("http://localhost:8080/syncline/operator#syncline-once-");
    let page = browser.post_and_follow("/center/operators/remove", &[("name", "olga")]);
    assert!(page.location.starts_with("/center/sign-in"), "whoever removes the own name is out");
    let person = center.signed_in(center.world.source, "ada", &[Role::GlobalAdministrator]);
    assert_eq!(person.get("/center/operators").status, 404);
}

#[test]
fn whatever_the_reader_may_see_is_found_by_its_beginning() {
    let center = Center::new();
    center.person(center.world.source, "Adam", &[]);
    center.person(center.world.target, "Adele", &[]);
    let operator = center.operator();
    let page = operator.get("/center/find?q=ad");
    page.must_say("Adam@contoso.example").must_say("Adele@fabrikam.example");
    operator.get("/center/find?q=staf").must_say("/jobs/");
    let reader = center.signed_in(center.world.source, "reader", &[Role::GlobalReader]);
    reader.get("/center/find?q=ad").must_say("Adam@").must_not_say("Adele@");
    let nobody = center.signed_in(center.world.source, "nobody", &[]);
    nobody.get("/center/find?q=ad").must_not_say("Adam@");
}

#[test]
fn an_address_from_elsewhere_cannot_claim_that_something_was_done() {
    let center = Center::new();
    let browser = center.operator();
    let path = "/center/start?said=said-tenant-made&of=Call+555";
    browser.get(path).must_say("Call 555 is there.");
    for site in ["cross-site", "same-site", "none"] {
        let request = Request::get(format!("{ORIGIN}{path}")).header("sec-fetch-site", site);
        let page = browser.send(request.body(Body::empty()).expect("a request"));
        page.must_say("First steps").must_not_say("Call 555");
    }
}
