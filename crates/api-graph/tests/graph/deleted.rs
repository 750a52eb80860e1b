//! `/directory/deletedItems`.

use crate::stage::Stage;

#[test]
fn deleted_users_are_listed_shown_and_restored() {
    let stage = Stage::with(&["ada", "bob"]);
    stage.check("DELETE /users/{ada}", "204");
    let id = stage.id("ada").0.simple().to_string();
    let shown = stage.document("GET /directory/deletedItems/microsoft.graph.user?$select=userPrincipalName,deletedDateTime");
    assert_eq!(shown["value"][0]["userPrincipalName"], format!("{id}ada@contoso.example"));
    assert_eq!(shown["value"][0]["deletedDateTime"], "2026-01-05T08:00:00Z");
    stage.check(
        "GET /directory/deletedItems/graph.user/$count\nConsistencyLevel: eventual",
        "200 1",
    );
    stage.check(
        "GET /directory/deletedItems/{ada}?$select=displayName",
        r##"200 directoryObjects(displayName)/$entity
        {"@odata.type":"#microsoft.graph.user","displayName":"ada","id":"{ada}"}"##,
    );
    stage.check("POST /directory/deletedItems/{ada}/restore?$select=userPrincipalName",
        r##"200 directoryObjects(userPrincipalName)/$entity
        {"@odata.type":"#microsoft.graph.user","userPrincipalName":"ada@contoso.example","id":"{ada}"}"##);
    for request in [
        "POST /directory/deletedItems/{ada}/restore",
        "GET /directory/deletedItems/{ada}",
        "DELETE /directory/deletedItems/{bob}",
    ] {
        let answer = stage.show(&stage.ask(request));
        assert!(answer.starts_with("404 Request_ResourceNotFound"), "{request}: {answer}");
    }
}

#[test]
fn names_that_were_taken_meanwhile_refuse_a_return_unless_told_otherwise() {
    let stage = Stage::with(&["ada"]);
    let first = stage.id("ada");
    stage.check("DELETE /users/{ada}", "204");
    stage.world.person("ada", &[]);
    let restore = format!("POST /directory/deletedItems/{first}/restore");
    assert_eq!(stage.ask(&restore).status, 400);
    let renamed = r#"{"newUserPrincipalName":"ada2@contoso.example"}"#;
    stage.check(
        &format!("{restore}\n\n{renamed}"),
        r#"400 Request_BadRequest: Another object with the same value for property proxyAddresses already exists. ["ObjectConflict" "proxyAddresses"]"#,
    );
    let both =
        r#"{"newUserPrincipalName":"ada2@contoso.example","autoReconcileProxyConflict":true}"#;
    stage.check(
        &format!("{restore}?$select=mail,proxyAddresses,userPrincipalName\n\n{both}"),
        r##"200 directoryObjects(mail,proxyAddresses,userPrincipalName)/$entity
        {"@odata.type":"#microsoft.graph.user","mail":null,"proxyAddresses":[],"userPrincipalName":"ada2@contoso.example","id":"{ada2}"}"##,
    );
}

#[test]
fn what_is_deleted_for_good_is_gone() {
    let stage = Stage::with(&["ada"]);
    let sales = stage.group("Sales");
    stage.check(
        "POST /groups/{Sales}/owners/$ref\n\n{\"@odata.id\":\"https://x/v1.0/users/{ada}\"}",
        "204",
    );
    stage.check("DELETE /groups/{Sales}", "204");
    stage.check(
        "GET /directory/deletedItems/graph.group?$select=displayName",
        "200 groups(displayName)\n{\"displayName\":\"Sales\",\"id\":\"{Sales}\"}",
    );
    let owned = "POST /directory/deletedItems/getUserOwnedObjects\n\n{\"userId\":\"{ada}\",\"type\":\"Group\"}";
    assert_eq!(stage.document(owned)["value"].as_array().map(Vec::len), Some(1));
    stage.check("DELETE /directory/deletedItems/{Sales}", "204");
    assert_eq!(stage.ask(&format!("GET /directory/deletedItems/{sales}")).status, 404);
    assert_eq!(
        stage.document(owned)["value"].as_array().map(Vec::len),
        Some(0),
        "its edges went too"
    );
}
