//! Objects by ids, extensions, domains, the organization, and the caller.

use model::{Actor, Role};

use crate::stage::Stage;

#[test]
fn objects_of_any_kind_come_by_their_ids() {
    let stage = Stage::with(&["ada"]);
    stage.group("Sales");
    let all = "POST /directoryObjects/getByIds\n\n{\"ids\":[\"{Sales}\",\"{ada}\",\"01234567-89ab-cdef-0123-456789abcdef\"]}";
    let found = stage.document(all);
    let kinds: Vec<_> = found["value"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["@odata.type"].as_str())
        .collect();
    assert_eq!(kinds, [Some("#microsoft.graph.user"), Some("#microsoft.graph.group")]);
    let users =
        "POST /directoryObjects/getByIds\n\n{\"ids\":[\"{Sales}\",\"{ada}\"],\"types\":[\"user\"]}";
    assert_eq!(stage.document(users)["value"].as_array().map(Vec::len), Some(1));
    stage.check(
        "POST /directoryObjects/getByIds\n\n{\"ids\":[\"x\"]}",
        "400 Request_BadRequest: Invalid GUID: 'x'.",
    );
    stage.check(
        "POST /directoryObjects/getByIds\n\n{\"ids\":[]}",
        "400 Request_BadRequest: 'ids' is a list of 1 to 1000 ids.",
    );
    stage.check(
        "GET /directoryObjects/{ada}?$select=id",
        "200 directoryObjects(id)/$entity\n{\"@odata.type\":\"#microsoft.graph.user\",\"id\":\"{ada}\"}",
    );
}

#[test]
fn an_extension_is_defined_used_and_removed() {
    let stage = Stage::with(&["ada"]);
    let new = directory::NewApplication { name: "hr".to_owned(), grants: Vec::new(), secret: None };
    let application =
        stage.services.directory.create_application(&stage.world.operator, stage.world.source, new);
    let application = application.expect("the operator may").id;
    let path = format!("/applications/{application}/extensionProperties");
    let made = stage.document(&format!(
        "POST {path}\n\n{{\"name\":\"badge\",\"dataType\":\"String\",\"targetObjects\":[\"User\"]}}"
    ));
    let name = made["name"].as_str().expect("text").to_owned();
    assert_eq!(name, format!("extension_{}_badge", application.0.simple()));
    assert_eq!(stage.document(&format!("GET {path}"))["value"][0]["id"], made["id"]);
    assert_eq!(stage.document("POST /directoryObjects/getAvailableExtensionProperties\n\n{\"isSyncedFromOnPremises\":false}")["value"][0]["name"], *name);
    stage.check(&format!("PATCH /users/{{ada}}\n\n{{\"{name}\":\"A7\"}}"), "204");
    assert_eq!(stage.document(&format!("GET /users/{{ada}}?$select={name}"))[&name], "A7");
    stage.check(&format!("PATCH /users/{{ada}}\n\n{{\"{name}\":null}}"), "204");
    assert_eq!(stage.document(&format!("GET /users/{{ada}}?$select={name}")).get(&name), None);
    stage.check(&format!("DELETE {path}/{}", made["id"].as_str().expect("text")), "204");
    let refused = stage.show(&stage.ask(&format!("PATCH /users/{{ada}}\n\n{{\"{name}\":\"A7\"}}")));
    assert!(refused.starts_with("400 Request_BadRequest"), "{refused}");
    stage.check(
        &format!(
            "POST {path}\n\n{{\"name\":\"x\",\"dataType\":\"Float\",\"targetObjects\":[\"User\"]}}"
        ),
        "400 Request_BadRequest: 'Float' is no dataType of an extension.",
    );
}

#[test]
fn domains_and_the_organization() {
    let stage = Stage::new();
    stage.check(
        "GET /domains/contoso.example",
        r#"200 domains/$entity
        {"id":"contoso.example","authenticationType":"Managed","availabilityStatus":null,"isAdminManaged":true,"isDefault":true,"isInitial":true,"isRoot":true,"isVerified":true,"manufacturer":null,"model":null,"passwordNotificationWindowInDays":14,"passwordValidityPeriodInDays":2147483647,"supportedServices":["Email","OfficeCommunicationsOnline"],"state":null}"#,
    );
    assert_eq!(stage.document("GET /domains")["value"].as_array().map(Vec::len), Some(1));
    assert_eq!(stage.ask("GET /domains/fabrikam.example").status, 404);
    let own = stage.document("GET /organization")["value"][0]["id"].take();
    assert_eq!(own, stage.world.source.to_string());
    assert_eq!(stage.ask(&format!("GET /organization/{}", stage.world.target)).status, 404);
}

#[test]
fn a_method_that_is_not_taken_is_answered_with_those_that_are() {
    let stage = Stage::with(&["ada"]);
    for (request, allow) in [
        ("PUT /users", "GET, HEAD, POST, OPTIONS"),
        ("PUT /users/{ada}", "GET, HEAD, PATCH, DELETE, OPTIONS"),
        ("GET /invitations", "POST, OPTIONS"),
    ] {
        let answer = stage.ask(request);
        assert_eq!(answer.status, 405, "{request}");
        let told = answer.headers.iter().find(|(name, _)| *name == "allow");
        assert_eq!(told.map(|(_, methods)| methods.as_str()), Some(allow), "{request}");
    }
}

#[test]
fn another_form_than_json_is_refused_on_the_way_in_and_out() {
    let stage = Stage::with(&["ada"]);
    for path in ["/users", "/users/{ada}", "/domains", "/users/$count"] {
        for format in ["xml", "application/atom%2Bxml", ""] {
            let refused = stage.ask(&format!("GET {path}?$format={format}"));
            assert_eq!(refused.status, 400, "{path} {format}");
        }
    }
    for format in ["json", "application/json;odata.metadata=none", "JSON"] {
        assert_eq!(stage.ask(&format!("GET /users?%24format={format}")).status, 200, "{format}");
    }
    let patch = |kind: &str| {
        let request =
            format!("PATCH /users/{{ada}}\ncontent-type: {kind}\n\n{{\"city\":\"Oslo\"}}");
        stage.ask(&request).status
    };
    for (kind, status) in [
        ("application/json; charset=utf-8", 204),
        ("application/json;odata.metadata=full;charset=\"UTF-8\"", 204),
        ("application/json; charset=iso-8859-1", 415),
        ("application/json; charset=utf-16", 415),
        ("text/plain", 415),
    ] {
        assert_eq!(patch(kind), status, "{kind}");
    }
}

#[test]
fn only_people_are_somebody() {
    let mut stage = Stage::with(&["ada"]);
    stage.check(
        "GET /me",
        "400 BadRequest: /me request is only valid with delegated authentication flow.",
    );
    stage.check(
        "GET /me/manager",
        "400 BadRequest: /me request is only valid with delegated authentication flow.",
    );
    stage.actor = Actor::User {
        tenant: stage.world.source,
        id: stage.id("ada"),
        name: "ada".to_owned(),
        roles: vec![Role::GlobalReader],
        through: None,
    };
    stage.check(
        "GET /me?$select=displayName",
        "200 users(displayName)/$entity\n{\"displayName\":\"ada\",\"id\":\"{ada}\"}",
    );
    stage.check("GET /me/memberOf", "200 directoryObjects");
    stage.check(
        "PATCH /me\n\n{\"jobTitle\":\"X\"}",
        "403 Authorization_RequestDenied: Insufficient privileges to complete the operation.",
    );
}
