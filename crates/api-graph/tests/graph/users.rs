//! `/users`: made, read, changed, deleted, listed.

use crate::stage::{Stage, application, document};

const NEW: &str = r##"{"@odata.type":"#microsoft.graph.user","accountEnabled":true,"displayName":"Ada","mailNickname":"ada","userPrincipalName":"ada@contoso.example","passwordProfile":{"password":"xWwvJ]6NMw+bWH-d","forceChangePasswordNextSignIn":true}}"##;

#[test]
fn a_user_is_made_and_read_by_id_and_by_name() {
    let stage = Stage::new();
    stage.check(
        &format!("POST /users\n\n{NEW}"),
        r#"201 users/$entity
        {"businessPhones":[],"displayName":"Ada","givenName":null,"id":"{ada}","jobTitle":null,"mail":null,"mobilePhone":null,"officeLocation":null,"preferredLanguage":null,"surname":null,"userPrincipalName":"ada@contoso.example"}
        location: /users/{ada}"#,
    );
    let shown = r#"200 users(displayName,accountEnabled)/$entity
        {"displayName":"Ada","accountEnabled":true,"id":"{ada}"}"#;
    for path in [
        "/users/{ada}",
        "/Users('{ada}')",
        "/users/ADA@contoso.example",
        "/users(userPrincipalName='ada%40contoso.example')",
    ] {
        stage.check(&format!("GET {path}?$select=displayName,accountEnabled"), shown);
    }
    stage.check(
        "GET /users/eve@contoso.example",
        "404 Request_ResourceNotFound: Resource 'eve@contoso.example' does not exist or one of its queried reference-property objects are not present.",
    );
}

#[test]
fn every_property_has_its_empty_value() {
    let stage = Stage::with(&["ada"]);
    stage.check(
        "GET /users/{ada}?$select=employeeOrgData,onPremisesExtensionAttributes,otherMails,deletedDateTime,createdDateTime,externalUserState,identities,skills,passwordProfile,extension_x_y",
        r#"200 users(employeeOrgData,onPremisesExtensionAttributes,otherMails,deletedDateTime,createdDateTime,externalUserState,identities,skills,passwordProfile,extension_x_y)/$entity
        {"employeeOrgData":null,"onPremisesExtensionAttributes":{"extensionAttribute1":null,"extensionAttribute2":null,"extensionAttribute3":null,"extensionAttribute4":null,"extensionAttribute5":null,"extensionAttribute6":null,"extensionAttribute7":null,"extensionAttribute8":null,"extensionAttribute9":null,"extensionAttribute10":null,"extensionAttribute11":null,"extensionAttribute12":null,"extensionAttribute13":null,"extensionAttribute14":null,"extensionAttribute15":null},"otherMails":[],"deletedDateTime":null,"createdDateTime":"2026-01-05T08:00:00Z","externalUserState":null,"identities":[{"signInType":"userPrincipalName","issuer":"contoso.example","issuerAssignedId":"ada@contoso.example"}],"skills":[],"passwordProfile":null,"id":"{ada}"}"#,
    );
    stage.check(
        "GET /users?$select=skills",
        "501 NotImplemented: This operation target is not yet supported.",
    );
    stage.check(
        "GET /users/{ada}?$select=nosuch",
        "400 BadRequest: Could not find a property named 'nosuch' on type 'microsoft.graph.user'.",
    );
}

#[test]
fn a_patch_changes_what_it_names_and_nothing_else() {
    let stage = Stage::with(&["ada"]);
    let patch = |body: &str| format!("PATCH /users/{{ada}}\n\n{body}");
    stage.check(
        &patch(r#"{"jobTitle":"Analyst","otherMails":["a@x.example","b@x.example"],"employeeOrgData":{"division":"North","costCenter":"7"},"employeeHireDate":"2026-02-01T00:00:00+01:00"}"#),
        "204",
    );
    stage.check(
        &patch(
            r#"{"jobTitle":null,"otherMails":["c@x.example"],"employeeOrgData":{"division":null}}"#,
        ),
        "204",
    );
    stage.check(
        "GET /users/{ada}?$select=jobTitle,otherMails,employeeOrgData,employeeHireDate,displayName",
        r#"200 users(jobTitle,otherMails,employeeOrgData,employeeHireDate,displayName)/$entity
        {"jobTitle":null,"otherMails":["c@x.example"],"employeeOrgData":{"costCenter":"7","division":null},"employeeHireDate":"2026-01-31T23:00:00Z","displayName":"ada","id":"{ada}"}"#,
    );
}

#[test]
fn bodies_that_are_none_are_refused_and_change_nothing() {
    let stage = Stage::with(&["ada", "bob"]);
    let before = stage.document("GET /users/{ada}?$select=*");
    for (body, expected) in [
        (
            r#"{"displayName":null}"#,
            "400 Request_BadRequest: Invalid value specified for property 'displayName' of resource 'User'.",
        ),
        (
            r#"{"displayName":""}"#,
            "400 Request_BadRequest: Invalid value specified for property 'displayName' of resource 'User'.",
        ),
        (
            r#"{"accountEnabled":"yes"}"#,
            "400 Request_BadRequest: Invalid value specified for property 'accountEnabled' of resource 'User'.",
        ),
        (
            r#"{"otherMails":null}"#,
            "400 Request_BadRequest: Invalid value specified for property 'otherMails' of resource 'User'.",
        ),
        (
            r#"{"shoeSize":7}"#,
            "400 Request_BadRequest: The property 'shoeSize' does not exist on type 'microsoft.graph.user'. Make sure to only use property names that are defined by the type.",
        ),
        (
            r#"{"securityEnabled":true}"#,
            "400 Request_BadRequest: The property 'securityEnabled' does not exist on type 'microsoft.graph.user'. Make sure to only use property names that are defined by the type.",
        ),
        (
            r#"{"onPremisesExtensionAttributes":{"extensionAttribute16":"x"}}"#,
            "400 Request_BadRequest: The property 'onPremisesExtensionAttributes/extensionAttribute16' does not exist on type 'microsoft.graph.user'. Make sure to only use property names that are defined by the type.",
        ),
        (
            r#"{"jobTitle":"X","creationType":"Invitation"}"#,
            "400 Request_BadRequest: Property 'creationType' is read-only and cannot be set.",
        ),
        (
            r#"{"jobTitle":"X","id":"1"}"#,
            "400 Request_BadRequest: Property 'id' is read-only and cannot be set.",
        ),
        (
            r##"{"@odata.type":"#microsoft.graph.group","jobTitle":"X"}"##,
            "400 Request_BadRequest: 'microsoft.graph.group' is not 'microsoft.graph.user'.",
        ),
        (
            r#"{"manager@odata.bind":"https://graph.test/v1.0/users/{bob}"}"#,
            "400 Request_BadRequest: The relation 'manager' cannot be bound here; use its $ref.",
        ),
        (
            r#"{"userPrincipalName":"bob@contoso.example"}"#,
            r#"400 Request_BadRequest: Another object with the same value for property userPrincipalName already exists. ["ObjectConflict" "userPrincipalName"]"#,
        ),
        (
            r#"{"mail":"bob@contoso.example"}"#,
            r#"400 Request_BadRequest: Another object with the same value for property proxyAddresses already exists. ["ObjectConflict" "proxyAddresses"]"#,
        ),
        (
            r#"{"userPrincipalName":"ada@elsewhere.example"}"#,
            "400 Request_BadRequest: userPrincipalName: 'elsewhere.example' is no verified domain of Contoso",
        ),
        (
            r#"{"passwordProfile":{"password":"short"}}"#,
            "400 Request_BadRequest: The specified password does not comply with password complexity requirements. A password has 8 to 256 characters.",
        ),
        (
            "[]",
            "400 Request_BadRequest: The body cannot be read: invalid type: sequence, expected a map at line 1 column 0",
        ),
    ] {
        stage.check(&format!("PATCH /users/{{ada}}\n\n{body}"), expected);
    }
    stage.check(
        "PATCH /users/{ada}\nContent-Type: text/plain\n\n{}",
        "415 Request_BadRequest: A body has to come with Content-Type: application/json.",
    );
    assert_eq!(stage.document("GET /users/{ada}?$select=*"), before);
}

#[test]
fn a_new_user_needs_what_graph_wants() {
    let stage = Stage::new();
    for missing in
        ["accountEnabled", "displayName", "mailNickname", "userPrincipalName", "passwordProfile"]
    {
        let mut body: serde_json::Value = serde_json::from_str(NEW).expect("it is JSON");
        body.as_object_mut().expect("an object").shift_remove(missing);
        stage.check(
            &format!("POST /users\n\n{body}"),
            &format!(
                "400 Request_BadRequest: A value is required for property '{missing}' of resource."
            ),
        );
    }
    assert_eq!(stage.world.objects(stage.world.source, model::Kind::User).len(), 0);
}

#[test]
fn an_error_has_the_whole_shape() {
    let stage = Stage::new();
    let answer = stage.ask("GET /users/nobody");
    let error = document(&answer).expect("a document")["error"].take();
    assert_eq!(error["code"], "Request_ResourceNotFound");
    assert_eq!(error["innerError"]["date"], "2026-01-05T08:00:00");
    assert_eq!(error["innerError"]["request-id"], error["innerError"]["client-request-id"]);
}

#[test]
fn a_deleted_user_is_not_there() {
    let stage = Stage::with(&["ada", "bob"]);
    stage.check("DELETE /users/{ada}", "204");
    let missing = "404 Request_ResourceNotFound: Resource '{ada}' does not exist or one of its queried reference-property objects are not present.";
    stage.check("GET /users/{ada}", missing);
    stage.check("DELETE /users/{ada}", missing);
    stage.check("PATCH /users/{ada}\n\n{}", missing);
    stage.check(
        "GET /users?$select=displayName",
        "200 users(displayName)\n{\"displayName\":\"bob\",\"id\":\"{bob}\"}",
    );
}

#[test]
fn pages_lead_to_one_another_and_hold_everybody_once() {
    let stage = Stage::with(&["ada", "bob", "cyd", "dee", "eve"]);
    let mut seen = Vec::new();
    let mut request =
        "GET /users?$top=2&%24select=id,displayName&$count=true\nConsistencyLevel: eventual"
            .to_owned();
    for page in 0.. {
        let document = stage.document(&request);
        assert_eq!(document.get("@odata.count").is_some(), page == 0, "only the first page counts");
        let items = document["value"].as_array().expect("a list");
        seen.extend(
            items.iter().map(|item| item["displayName"].as_str().expect("text").to_owned()),
        );
        let Some(next) = document.get("@odata.nextLink") else { break };
        let next =
            next.as_str().expect("text").strip_prefix("https://graph.test/v1.0").expect("ours");
        assert!(next.contains("$select=id,displayName"), "the options come along: {next}");
        request = format!("GET {next}\nConsistencyLevel: eventual");
    }
    assert_eq!(seen, ["ada", "bob", "cyd", "dee", "eve"]);
}

#[test]
fn page_tokens_grow_old_and_lead_nowhere_else() {
    let stage = Stage::with(&["ada", "bob"]);
    let next = stage.document("GET /users?$top=1")["@odata.nextLink"].take();
    let next = next
        .as_str()
        .expect("text")
        .strip_prefix("https://graph.test/v1.0")
        .expect("ours")
        .to_owned();
    let token = next.split("$skiptoken=").nth(1).expect("a token");
    let expired = "400 Directory_ExpiredPageToken: The specified page token value has expired and can no longer be included in your request.";
    stage.check(&format!("GET /groups?$skiptoken={token}"), expired);
    stage.check("GET /users?$skiptoken=x", expired);
    assert_eq!(stage.ask(&format!("GET {next}")).status, 200);
    stage.world.clock.advance_hours(25);
    stage.check(&format!("GET {next}"), expired);
}

#[test]
fn numbers_need_the_header() {
    let stage = Stage::with(&["ada", "bob"]);
    stage.check("GET /users/$count", "400 Request_BadRequest: $count is not currently supported.");
    stage.check("GET /users/$count\nConsistencyLevel: eventual", "200 2");
    stage.check(
        "GET /users?$count=true&$top=1&$select=id",
        "200 users(id) nextLink\n{\"id\":\"{ada}\"}",
    );
    for (top, expected) in [
        (
            "0",
            "400 Request_BadRequest: Invalid $top: 0 items were asked for, and 1 to 999 are given, at position 0.",
        ),
        (
            "1000",
            "400 Request_BadRequest: Invalid $top: 1000 items were asked for, and 1 to 999 are given, at position 0.",
        ),
        ("x", "400 BadRequest: Invalid $top: 'x' is no whole number of this size, at position 0."),
    ] {
        stage.check(&format!("GET /users?$top={top}"), expected);
    }
    stage.check(
        "GET /users?$nosuch=1",
        "400 BadRequest: Invalid query: there is no query option '$nosuch'.",
    );
    stage.check(
        "GET /users?$top=1&$TOP=2",
        "400 BadRequest: Invalid query: the query option '$top' stands there twice.",
    );
}

#[test]
fn tags_guard_against_writes_of_others() {
    let stage = Stage::with(&["ada"]);
    let tag = |stage: &Stage| {
        let answer = stage.ask("GET /users/{ada}");
        let tag = answer.headers.iter().find(|(name, _)| *name == "etag");
        tag.expect("a single object has a tag").1.clone()
    };
    let old = tag(&stage);
    assert_eq!(stage.ask(&format!("GET /users/{{ada}}\nIf-None-Match: {old}")).status, 304);
    stage.check(&format!("PATCH /users/{{ada}}\nIf-Match: {old}\n\n{{\"jobTitle\":\"X\"}}"), "204");
    let moved =
        "412 Request_PreconditionFailed: The object was changed since it was read; read it again.";
    stage.check(&format!("PATCH /users/{{ada}}\nIf-Match: {old}\n\n{{\"jobTitle\":\"Y\"}}"), moved);
    stage.check(&format!("DELETE /users/{{ada}}\nIf-Match: {old}"), moved);
    assert_eq!(stage.ask(&format!("GET /users/{{ada}}\nIf-None-Match: {old}")).status, 200);
    stage.check(&format!("DELETE /users/{{ada}}\nIf-Match: {}", tag(&stage)), "204");
}

#[test]
fn what_is_foreign_and_what_is_absent_answer_alike() {
    let mut stage = Stage::with(&["ada"]);
    let foreign = stage.world.make(
        stage.world.target,
        model::Kind::User,
        testkit::attributes(&[
            ("userPrincipalName", "zoe@fabrikam.example"),
            ("displayName", "Zoe"),
        ]),
    );
    for key in [foreign.to_string(), "zoe@fabrikam.example".to_owned()] {
        stage.check(
            &format!("GET /users/{key}"),
            &format!("404 Request_ResourceNotFound: Resource '{key}' does not exist or one of its queried reference-property objects are not present."),
        );
    }
    stage.actor = application(stage.world.source, &[]);
    let denied =
        "403 Authorization_RequestDenied: Insufficient privileges to complete the operation.";
    for request in ["GET /users", "GET /users/{ada}", "DELETE /users/{ada}"] {
        stage.check(request, denied);
    }
    stage.check("GET /nosuch", "400 BadRequest: Resource not found for the segment 'nosuch'.");
    stage.check(
        "PUT /users",
        "405 Request_BadRequest: Specified HTTP method is not allowed for the request target.",
    );
}

#[test]
fn a_user_has_one_business_phone() {
    let stage = Stage::with(&["ada"]);
    stage.check("PATCH /users/{ada}\n\n{\"businessPhones\":[\"+1\"]}", "204");
    stage.check(
        "PATCH /users/{ada}\n\n{\"businessPhones\":[\"+1\",\"+2\"]}",
        "400 Request_BadRequest: Invalid value specified for property 'businessPhones' of resource 'User'.",
    );
}

#[test]
fn finer_permissions_are_enough_for_what_they_name() {
    let mut stage = Stage::with(&["ada"]);
    stage.group("Sales");
    let denied =
        "403 Authorization_RequestDenied: Insufficient privileges to complete the operation.";
    let patch = |body: &str| format!("PATCH /users/{{ada}}\n\n{body}");
    for (grant, body) in [
        ("User.EnableDisableAccount.All", r#"{"accountEnabled":false}"#),
        ("User-Phone.ReadWrite.All", r#"{"mobilePhone":"+1","businessPhones":["+2"]}"#),
        ("User-Mail.ReadWrite.All", r#"{"otherMails":["a@x.example"]}"#),
        (
            "User-PasswordProfile.ReadWrite.All",
            r#"{"passwordProfile":{"password":"xWwvJ]6NMw+bWH-d"}}"#,
        ),
    ] {
        stage.actor = application(stage.world.source, &[grant]);
        stage.check(&patch(body), "204");
        stage.check(&patch(r#"{"jobTitle":"X"}"#), denied);
        stage.check("GET /users/{ada}", denied);
        stage.check("PATCH /groups/{Sales}\n\n{\"description\":\"x\"}", denied);
    }
    stage.actor = application(stage.world.source, &["GroupMember.ReadWrite.All"]);
    stage.check(
        "POST /groups/{Sales}/members/$ref\n\n{\"@odata.id\":\"https://x/v1.0/users/{ada}\"}",
        "204",
    );
    stage.check("DELETE /groups/{Sales}", denied);
    stage.check(
        "POST /groups/{Sales}/owners/$ref\n\n{\"@odata.id\":\"https://x/v1.0/users/{ada}\"}",
        denied,
    );
    stage.actor = application(stage.world.source, &["User.DeleteRestore.All"]);
    stage.check("DELETE /users/{ada}", "204");
    assert_eq!(stage.ask("POST /directory/deletedItems/{ada}/restore").status, 200);
    stage.check("DELETE /groups/{Sales}", denied);
}
