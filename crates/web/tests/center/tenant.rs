//! The pages of a tenant: who sees them, what stands there, and what forms do.

mod files;
mod groups;
mod logs;
mod people;
mod programs;

use model::Role;

use crate::support::Center;

/// Every address of a tenant that only shows something.
const LOOKS: [&str; 19] = [
    "",
    "/delete",
    "/users",
    "/users/new",
    "/groups",
    "/groups/new",
    "/deleted",
    "/import",
    "/applications",
    "/roles",
    "/domains",
    "/sessions",
    "/audit",
    "/audit/export",
    "/audit/chain",
    "/users/01900000-0000-7000-8000-000000000001",
    "/groups/01900000-0000-7000-8000-000000000001",
    "/users/ada@contoso.example",
    "/users/ada@contoso.example/edit",
];

#[test]
fn two_administrators_of_two_tenants_see_two_centers() {
    let center = Center::new();
    let ada = center.signed_in(center.world.source, "ada", &[Role::GlobalAdministrator]);
    let tim = center.signed_in(center.world.target, "tim", &[Role::GlobalAdministrator]);
    ada.get("/center/tenants/contoso.example/users").must_say("ada@").must_not_say("tim@");
    tim.get("/center/tenants/fabrikam.example/users").must_say("tim@").must_not_say("ada@");
    ada.get("/center/tenants/contoso.example").must_say("Contoso");
    // What is another's is told like what is not there.
    for path in LOOKS {
        let there = ada.get(&format!("/center/tenants/fabrikam.example{path}"));
        let absent = ada.get(&format!("/center/tenants/nowhere1.example{path}"));
        assert_eq!((there.status, absent.status), (404, 404), "{path}");
        assert_eq!(told(&there.text), told(&absent.text), "{path}");
    }
    let moved = ada.post("/center/tenants/fabrikam.example/users/tim@fabrikam.example/delete", &[]);
    assert_eq!(moved.status, 404);
    tim.get("/center/tenants/fabrikam.example/users").must_say("tim@");
}

/// A page without what differs from request to request, and without the name that was asked for.
fn told(text: &str) -> String {
    let main = text.split_once("<main").map_or(text, |(_, main)| main);
    let (main, _) = main.split_once("Code not-found").unwrap_or((main, ""));
    main.replace("fabrikam.example", "…").replace("nowhere1.example", "…")
}

#[test]
fn whoever_holds_no_role_sees_themself_and_why_not_more() {
    let center = Center::new();
    let eve = center.person(center.world.source, "eve", &[]);
    let ada = center.signed_in(center.world.source, "ada", &[]);
    let base = "/center/tenants/contoso.example";
    assert_eq!(ada.get("/center").location, base);
    let overview = ada.get(base);
    overview.must_say("it takes one of: Global Administrator");
    let own =
        overview.text.split("href=\"").find(|part| part.contains("/users/0")).expect("a link");
    let own = own.split('"').next().expect("it ends").to_owned();
    let page = ada.get(&own);
    assert_eq!(page.status, 200);
    page.must_say("ada@contoso.example")
        .must_say("/sessions\"")
        .must_not_say("/edit\"")
        .must_not_say("/delete\"");
    ada.get(&format!("{base}/sessions")).must_say("this center").must_say("Sign out everywhere");
    for path in ["/users", "/groups", "/deleted", "/applications", "/roles", "/domains", "/audit"] {
        let page = ada.get(&format!("{base}{path}"));
        assert_eq!(page.status, 403, "{path}");
        page.must_say("may not do that; it takes one of").must_not_say("eve@");
    }
    assert_eq!(ada.get(&format!("{base}/users/{}", eve.id)).status, 403);
    assert_eq!(ada.post(&format!("{base}/users/{}/delete", eve.id), &[]).status, 403);
}

#[test]
fn a_reports_reader_reads_the_log_and_a_global_reader_changes_nothing() {
    let center = Center::new();
    let base = "/center/tenants/contoso.example";
    let reports = center.signed_in(center.world.source, "rita", &[Role::ReportsReader]);
    assert_eq!(reports.get(base).status, 200);
    reports.get(&format!("{base}/audit")).must_say("Add user");
    assert_eq!(reports.get(&format!("{base}/users")).status, 403);
    let reader = center.signed_in(center.world.source, "gero", &[Role::GlobalReader]);
    for path in
        ["", "/users", "/groups", "/deleted", "/applications", "/roles", "/domains", "/audit"]
    {
        assert_eq!(reader.get(&format!("{base}{path}")).status, 200, "{path}");
    }
    reader.get(&format!("{base}/users")).must_say("not yours to make").must_not_say("users/new");
    assert_eq!(reader.get(&format!("{base}/users/new")).status, 403);
    let made = [("a-displayName", "New"), ("a-userPrincipalName", "new@contoso.example")];
    assert_eq!(reader.post(&format!("{base}/users"), &made).status, 403);
    let role = [("who", "gero@contoso.example"), ("role", "GlobalAdministrator")];
    assert_eq!(reader.post(&format!("{base}/roles/grant"), &role).status, 403);
}

#[test]
fn an_operator_renames_a_tenant_and_deletes_it_by_its_domain() {
    let center = Center::new();
    let browser = center.operator();
    let base = "/center/tenants/fabrikam.example";
    browser.get(base).must_say("Name of the tenant");
    let named = browser.post_and_follow(&format!("{base}/rename"), &[("name", "<b>Fab</b>")]);
    named.must_say("&#60;b&#62;Fab").must_not_say("<b>Fab");
    assert_eq!(browser.post(&format!("{base}/rename"), &[("name", " ")]).status, 422);
    browser.get(&format!("{base}/delete")).must_say("staff brings people from contoso.example");
    let slip = browser.post(&format!("{base}/delete"), &[("confirm", "fabrikam")]);
    assert_eq!(slip.status, 422);
    slip.must_say("value=\"fabrikam\"");
    let gone =
        browser.post_and_follow(&format!("{base}/delete"), &[("confirm", "fabrikam.example")]);
    gone.must_say("is deleted");
    assert_eq!(browser.get(base).status, 404);
    let admin = center.signed_in(center.world.source, "ada", &[Role::GlobalAdministrator]);
    assert_eq!(admin.get("/center/tenants/contoso.example/delete").status, 403);
}
