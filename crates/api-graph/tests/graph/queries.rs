//! `$filter`, `$orderby`, `$search` and what they take.

use crate::stage::Stage;

fn stage() -> Stage {
    let stage = Stage::new();
    for (name, title, kind) in
        [("ada", "Analyst", "Member"), ("bob", "Baker", "Guest"), ("cyd", "Analyst", "Member")]
    {
        stage.world.person(name, &[("jobTitle", title), ("userType", kind)]);
    }
    stage
}

/// Who is found, in the order of the answer.
#[track_caller]
fn check(stage: &Stage, request: &str, expected: &[&str]) {
    let document = stage.document(request);
    let items = document["value"].as_array().expect("a list");
    let names: Vec<_> =
        items.iter().map(|item| item["displayName"].as_str().expect("text")).collect();
    assert_eq!(names, expected, "{request}");
}

#[test]
fn filters_that_work_by_default_and_those_that_are_advanced() {
    let stage = stage();
    for (filter, expected) in [
        ("userType%20eq%20'Guest'", &["bob"][..]),
        ("startswith(displayName,'A')+and+accountEnabled+eq+true", &["ada"]),
        ("mail+eq+'BOB@contoso.example'", &["bob"]),
        ("proxyAddresses/any(p:p+eq+'smtp:cyd@contoso.example')", &["cyd"]),
        ("jobTitle+in+('Baker','Cook')", &["bob"]),
        ("id+eq+'{ada}'", &["ada"]),
    ] {
        check(&stage, &format!("GET /users?$filter={filter}"), expected);
    }
    let advanced = "GET /users?$filter=jobTitle+ne+'Analyst'&$count=true";
    assert_eq!(stage.ask(advanced).status, 400);
    check(&stage, &format!("{advanced}\nConsistencyLevel: eventual"), &["bob"]);
    stage.check(
        "GET /users/$count?$filter=userType+eq+'Member'\nConsistencyLevel: eventual",
        "200 2",
    );
    let shown = stage.show(&stage.ask("GET /users?$filter=nosuch+eq+1"));
    assert!(shown.starts_with("400 Request_BadRequest: Invalid $filter"), "{shown}");
    let shown = stage.show(&stage.ask("GET /users?$filter=displayName+eq"));
    assert!(shown.starts_with("400 BadRequest: Invalid $filter"), "{shown}");
}

#[test]
fn order_search_and_pages_go_together() {
    let stage = stage();
    check(&stage, "GET /users?$orderby=displayName+desc", &["cyd", "bob", "ada"]);
    check(&stage, "GET /users?$search=\"displayName:cy\"\nConsistencyLevel: eventual", &["cyd"]);
    assert_eq!(stage.ask("GET /users?$search=\"displayName:cy\"").status, 400);
    let first = stage.document(
        "GET /users?$filter=jobTitle+eq+'Analyst'&$orderby=displayName+desc&$top=1&$count=true\nConsistencyLevel: eventual",
    );
    assert_eq!(
        (&first["@odata.count"], &first["value"][0]["displayName"]),
        (&2.into(), &"cyd".into())
    );
    let next = crate::delta::link(&first, "@odata.nextLink").expect("more follow");
    check(&stage, &format!("GET {next}\nConsistencyLevel: eventual"), &["ada"]);
}

#[test]
fn relations_and_deleted_items_are_filtered_too() {
    let stage = stage();
    let sales = stage.group("Sales");
    let members = [stage.id("ada"), stage.id("bob")];
    let directory = &stage.services.directory;
    directory
        .add_members(&stage.world.operator, stage.world.source, sales, &members)
        .expect("it is there");
    check(&stage, "GET /groups/{Sales}/members?$filter=startswith(displayName,'b')", &["bob"]);
    stage.check("GET /groups/{Sales}/members/graph.user/$count?$filter=jobTitle+eq+'Analyst'\nConsistencyLevel: eventual", "200 1");
    stage.check("DELETE /users/{ada}", "204");
    stage.check("DELETE /users/{cyd}", "204");
    check(
        &stage,
        "GET /directory/deletedItems/graph.user?$filter=startswith(displayName,'c')",
        &["cyd"],
    );
    check(
        &stage,
        "GET /directory/deletedItems/graph.user?$orderby=deletedDateTime&$count=true\nConsistencyLevel: eventual",
        &["ada", "cyd"],
    );
}
