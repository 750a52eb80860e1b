//! Managers, reports and memberships, through other groups as well.

use crate::stage::Stage;

fn member(stage: &Stage, group: &str, member: &str) {
    let request = format!(
        "POST /groups/{{{group}}}/members/$ref\n\n{{\"@odata.id\":\"https://x/v1.0/directoryObjects/{{{member}}}\"}}"
    );
    assert_eq!(stage.ask(&request).status, 204, "{request}");
}

#[test]
fn a_manager_is_set_read_and_taken_away() {
    let stage = Stage::with(&["ada", "bob"]);
    let missing = "404 Request_ResourceNotFound: Resource 'manager' does not exist or one of its queried reference-property objects are not present.";
    stage.check("GET /users/{ada}/manager", missing);
    let set = "PUT /users/{ada}/manager/$ref\n\n{\"@odata.id\":\"https://x/v1.0/users/{bob}\"}";
    stage.check(set, "204");
    stage.check(set, "204");
    stage.check(
        "GET /users/{ada}/manager?$select=displayName",
        r##"200 directoryObjects(displayName)/$entity
        {"@odata.type":"#microsoft.graph.user","displayName":"bob","id":"{bob}"}"##,
    );
    stage.check(
        "GET /users/{ada}/manager/$ref",
        "200 directoryObjects/$ref\n{\"@odata.id\":\"/directoryObjects/{bob}\"}",
    );
    stage.check(
        "GET /users/{bob}/directReports?$select=id",
        r##"200 directoryObjects(id)
        {"@odata.type":"#microsoft.graph.user","id":"{ada}"}"##,
    );
    stage.check(
        "PUT /users/{bob}/manager/$ref\n\n{\"@odata.id\":\"https://x/v1.0/users/{ada}\"}",
        "400 Request_BadRequest: manager: bob@contoso.example would manage themselves through the chain",
    );
    stage.check("DELETE /users/{ada}/manager/$ref", "204");
    stage.check("DELETE /users/{ada}/manager/$ref", missing);
    stage.check("DELETE /users/{bob}", "204");
    stage.check(
        set,
        "404 Request_ResourceNotFound: Resource '{bob}' does not exist or one of its queried reference-property objects are not present.",
    );
}

#[test]
fn managers_are_shown_inside_up_to_the_level_asked_for() {
    let stage = Stage::with(&["ada", "bob", "cyd"]);
    for (user, manager) in [("ada", "bob"), ("bob", "cyd")] {
        let set = format!(
            "PUT /users/{{{user}}}/manager/$ref\n\n{{\"@odata.id\":\"https://x/v1.0/users/{{{manager}}}\"}}"
        );
        stage.check(&set, "204");
    }
    stage.check(
        "GET /users/{ada}?$select=id&$expand=manager($select=id)",
        r##"200 users(id)/$entity
        {"id":"{ada}","manager":{"@odata.type":"#microsoft.graph.user","id":"{bob}"}}"##,
    );
    stage.check(
        "GET /users?$select=id&$expand=manager($levels=max;$select=id)",
        r##"200 users(id)
        {"id":"{ada}","manager":{"@odata.type":"#microsoft.graph.user","id":"{bob}","manager":{"@odata.type":"#microsoft.graph.user","id":"{cyd}"}}}
        {"id":"{bob}","manager":{"@odata.type":"#microsoft.graph.user","id":"{cyd}"}}
        {"id":"{cyd}"}"##,
    );
    stage.check(
        "GET /users?$expand=nosuch",
        "400 BadRequest: Could not find a property named 'nosuch' on type 'microsoft.graph.user'.",
    );
}

#[test]
fn rings_of_groups_are_walked_once() {
    let stage = Stage::with(&["ada", "bob"]);
    for group in ["Inner", "Outer", "Ring"] {
        stage.group(group);
    }
    member(&stage, "Inner", "ada");
    member(&stage, "Outer", "Inner");
    member(&stage, "Ring", "Outer");
    member(&stage, "Inner", "Ring");
    member(&stage, "Outer", "bob");
    stage.check(
        "GET /groups/{Ring}/transitiveMembers?$select=id",
        r##"200 directoryObjects(id)
        {"@odata.type":"#microsoft.graph.user","id":"{ada}"}
        {"@odata.type":"#microsoft.graph.user","id":"{bob}"}
        {"@odata.type":"#microsoft.graph.group","id":"{Inner}"}
        {"@odata.type":"#microsoft.graph.group","id":"{Outer}"}"##,
    );
    stage.check(
        "GET /groups/{Ring}/transitiveMembers/graph.user/$count\nConsistencyLevel: eventual",
        "200 2",
    );
    stage.check(
        "GET /groups/{Ring}/members/$count",
        "400 Request_BadRequest: $count is not currently supported.",
    );
    stage.check(
        "GET /users/{ada}/memberOf/microsoft.graph.group?$select=displayName",
        "200 groups(displayName)\n{\"displayName\":\"Inner\",\"id\":\"{Inner}\"}",
    );
    stage.check(
        "GET /users/{ada}/transitiveMemberOf?$select=displayName,userPrincipalName&$count=true\nConsistencyLevel: eventual",
        r##"200 directoryObjects(displayName,userPrincipalName) count 3
        {"@odata.type":"#microsoft.graph.group","displayName":"Inner","id":"{Inner}"}
        {"@odata.type":"#microsoft.graph.group","displayName":"Outer","id":"{Outer}"}
        {"@odata.type":"#microsoft.graph.group","displayName":"Ring","id":"{Ring}"}"##,
    );
    stage.check(
        "GET /groups/{Inner}/memberOf?$select=id",
        "200 directoryObjects(id)\n{\"@odata.type\":\"#microsoft.graph.group\",\"id\":\"{Outer}\"}",
    );
    stage.check(
        "GET /groups/{Outer}/members/graph.group?$select=id&$expand=x",
        "400 Request_UnsupportedQuery: The query option '$expand' is not supported on this resource.",
    );
}

#[test]
fn membership_is_told_as_ids() {
    let stage = Stage::with(&["ada"]);
    stage.group("Inner");
    stage.group("Outer");
    stage.world.set(stage.world.source, stage.id("Outer"), &[("securityEnabled", "false")]);
    member(&stage, "Inner", "ada");
    member(&stage, "Outer", "Inner");
    stage.check(
        "POST /users/{ada}/getMemberGroups\n\n{\"securityEnabledOnly\":false}",
        "200 Collection(Edm.String)\n\"{Inner}\"\n\"{Outer}\"",
    );
    stage.check(
        "POST /users/{ada}/getMemberGroups\n\n{\"securityEnabledOnly\":true}",
        "200 Collection(Edm.String)\n\"{Inner}\"",
    );
    stage.check(
        "POST /users/{ada}/checkMemberGroups\n\n{\"groupIds\":[\"{Outer}\",\"{ada}\"]}",
        "200 Collection(Edm.String)\n\"{Outer}\"",
    );
    stage.check(
        "POST /users/{ada}/getMemberGroups\n\n{}",
        "400 Request_BadRequest: 'securityEnabledOnly' is true or false.",
    );
}

#[test]
fn pages_of_members_lead_to_one_another() {
    let stage = Stage::with(&["ada", "bob", "cyd"]);
    stage.group("Sales");
    for name in ["ada", "bob", "cyd"] {
        member(&stage, "Sales", name);
    }
    for path in ["members", "transitiveMembers"] {
        let first = stage.document(&format!("GET /groups/{{Sales}}/{path}?$top=2"));
        assert_eq!(first["value"].as_array().map(Vec::len), Some(2));
        let next = first["@odata.nextLink"].as_str().expect("more follow");
        let next = next.strip_prefix("https://graph.test/v1.0").expect("ours");
        let second = stage.document(&format!("GET {next}"));
        assert_eq!(second["value"].as_array().map(Vec::len), Some(1));
        assert_eq!(second.get("@odata.nextLink"), None);
    }
    stage.check("DELETE /users/{cyd}", "204");
    stage.check("GET /groups/{Sales}/members/$count\nConsistencyLevel: eventual", "200 2");
}

#[test]
fn sponsors_are_added_read_and_taken_away() {
    let stage = Stage::with(&["ada", "bob"]);
    let add = |who: &str| {
        format!(
            "POST /users/{{ada}}/sponsors/$ref\n\n{{\"@odata.id\":\"https://x/v1.0/directoryObjects/{{{who}}}\"}}"
        )
    };
    stage.check(&add("bob"), "204");
    stage.check(
        &add("bob"),
        "400 Request_BadRequest: One or more added object references already exist for the following modified properties: 'sponsors'.",
    );
    stage.check(&add("ada"), "400 Request_BadRequest: sponsors: nobody is their own sponsor");
    stage.check(
        "GET /users/{ada}/sponsors?$select=id",
        r##"200 directoryObjects(id)
        {"@odata.type":"#microsoft.graph.user","id":"{bob}"}"##,
    );
    stage.check(
        "GET /users/{ada}?$select=id&$expand=sponsors($select=id)",
        r##"200 users(id)/$entity
        {"id":"{ada}","sponsors":[{"@odata.type":"#microsoft.graph.user","id":"{bob}"}]}"##,
    );
    stage.check("DELETE /users/{ada}/sponsors/{bob}/$ref", "204");
    stage.check(
        "DELETE /users/{ada}/sponsors/{bob}/$ref",
        "404 Request_ResourceNotFound: Resource '{bob}' does not exist or one of its queried reference-property objects are not present.",
    );
    assert_eq!(stage.document("GET /users/{ada}/sponsors")["value"], serde_json::json!([]));
}
