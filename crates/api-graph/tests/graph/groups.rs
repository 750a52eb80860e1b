//! `/groups`: made with members and owners, changed, bound.

use crate::stage::Stage;

#[test]
fn a_group_is_made_with_members_and_owners_or_not_at_all() {
    let stage = Stage::with(&["ada", "bob"]);
    let body = |last: &str| {
        format!(
            r#"{{"displayName":"Sales","mailEnabled":false,"mailNickname":"sales","securityEnabled":true,"groupTypes":[],"isAssignableToRole":false,"owners@odata.bind":["https://graph.test/v1.0/users/{{ada}}"],"members@odata.bind":["https://graph.test/v1.0/users/{{bob}}","https://graph.test/v1.0/directoryObjects/{last}"]}}"#
        )
    };
    let nobody = "01234567-89ab-cdef-0123-456789abcdef";
    stage.check(
        &format!("POST /groups\n\n{}", body(nobody)),
        &format!("404 Request_ResourceNotFound: Resource '{nobody}' does not exist or one of its queried reference-property objects are not present."),
    );
    stage.check("GET /groups", "200 groups");
    let made = stage.ask(&format!("POST /groups\n\n{}", body("{ada}")));
    let shown = stage.show(&made);
    assert!(shown.starts_with("201 groups/$entity\n{\"id\":\"{Sales}\""), "{shown}");
    assert!(shown.ends_with("location: /groups/{Sales}"), "{shown}");
    stage.check(
        "GET /groups/{Sales}/members?$select=displayName",
        r##"200 directoryObjects(displayName)
        {"@odata.type":"#microsoft.graph.user","displayName":"ada","id":"{ada}"}
        {"@odata.type":"#microsoft.graph.user","displayName":"bob","id":"{bob}"}"##,
    );
    stage.check(
        "GET /groups/{Sales}/owners/microsoft.graph.user?$select=id",
        "200 users(id)\n{\"id\":\"{ada}\"}",
    );
    let tag = |answer: &api_graph::Answer| {
        answer.headers.iter().find(|(name, _)| *name == "etag").map(|(_, tag)| tag.clone())
    };
    assert_eq!(
        tag(&made),
        tag(&stage.ask("GET /groups/{Sales}")),
        "the version is the group's own"
    );
}

#[test]
fn the_default_set_of_a_group() {
    let stage = Stage::new();
    stage.group("Sales");
    stage.check(
        "GET /groups/{Sales}",
        r#"200 groups/$entity
        {"id":"{Sales}","deletedDateTime":null,"classification":null,"createdDateTime":"2026-01-05T08:00:00Z","description":null,"displayName":"Sales","expirationDateTime":null,"groupTypes":[],"isAssignableToRole":null,"mail":null,"mailEnabled":false,"mailNickname":"Sales","membershipRule":null,"membershipRuleProcessingState":null,"onPremisesDomainName":null,"onPremisesLastSyncDateTime":null,"onPremisesNetBiosName":null,"onPremisesProvisioningErrors":[],"onPremisesSamAccountName":null,"onPremisesSecurityIdentifier":null,"onPremisesSyncEnabled":null,"preferredDataLocation":null,"preferredLanguage":null,"proxyAddresses":[],"renewedDateTime":"2026-01-05T08:00:00Z","securityEnabled":true,"securityIdentifier":null,"theme":null,"uniqueName":null,"visibility":null}"#,
    );
}

#[test]
fn groups_of_kinds_that_come_from_elsewhere_are_refused() {
    let stage = Stage::new();
    for (members, expected) in [
        (
            r#""mailEnabled":true,"securityEnabled":true,"mailNickname":"x""#,
            "400 Request_BadRequest: The service does not currently support writes of mail-enabled groups. Please ensure that the mail-enablement property is unset and the security-enablement property is set.",
        ),
        (
            r#""mailEnabled":false,"securityEnabled":true,"mailNickname":"a b""#,
            "400 Request_BadRequest: Invalid value specified for property 'mailNickname' of resource 'Group'.",
        ),
        (
            r#""mailEnabled":false,"securityEnabled":true,"mailNickname":"x","groupTypes":["DynamicMembership"],"membershipRule":null"#,
            "400 Request_BadRequest: Groups with a rule for their members are not offered.",
        ),
        (
            r#""securityEnabled":true,"mailNickname":"x""#,
            "400 Request_BadRequest: A value is required for property 'mailEnabled' of resource.",
        ),
    ] {
        stage.check(&format!("POST /groups\n\n{{\"displayName\":\"X\",{members}}}"), expected);
    }
}

#[test]
fn members_come_and_go_one_by_one() {
    let stage = Stage::with(&["ada"]);
    stage.group("Sales");
    let add = "POST /groups/{Sales}/members/$ref\n\n{\"@odata.id\":\"https://graph.microsoft.com/v1.0/directoryObjects/{ada}\"}";
    stage.check(add, "204");
    stage.check(
        add,
        "400 Request_BadRequest: One or more added object references already exist for the following modified properties: 'members'.",
    );
    stage.check(
        "DELETE /groups/{Sales}/members/{ada}",
        "400 BadRequest: Resource not found for the segment '{ada}'.",
    );
    stage.check("DELETE /groups/{Sales}/members/{ada}/$ref", "204");
    stage.check(
        "DELETE /groups/{Sales}/members/{ada}/$ref",
        "404 Request_ResourceNotFound: Resource '{ada}' does not exist or one of its queried reference-property objects are not present.",
    );
    stage.check(
        "POST /groups/{Sales}/members/$ref\n\n{\"id\":\"{ada}\"}",
        "400 Request_BadRequest: Required payload is missing or malformed: '@odata.id' names the object.",
    );
    stage.check(
        "POST /groups/{Sales}/members/$ref\n\n{\"@odata.id\":\"https://x/v1.0/groups/{Sales}\"}",
        "400 Request_BadRequest: members: a group is no member of itself",
    );
}

#[test]
fn up_to_twenty_members_come_by_one_patch_all_or_none() {
    let stage = Stage::with(&["ada", "bob", "cyd"]);
    let sales = stage.group("Sales");
    let patch = |names: &[&str]| {
        let links: Vec<String> =
            names.iter().map(|name| format!("\"https://x/v1.0/users/{{{name}}}\"")).collect();
        format!("PATCH /groups/{{Sales}}\n\n{{\"members@odata.bind\":[{}]}}", links.join(","))
    };
    stage.check(&patch(&["ada", "bob"]), "204");
    stage.check(
        &patch(&["cyd", "bob"]),
        "400 Request_BadRequest: One or more added object references already exist for the following modified properties: 'members'.",
    );
    let members = || {
        let directory = &stage.services.directory;
        directory
            .list_members(&stage.actor, stage.world.source, sales, None, 99)
            .expect("it is there")
    };
    assert_eq!(members(), [stage.id("ada"), stage.id("bob")]);
    stage.check(
        &patch(&["cyd"; 21]),
        "400 Request_BadRequest: The number of references in a request is limited to 20.",
    );
    stage.check(
        "PATCH /groups/{Sales}\n\n{\"description\":\"x\",\"members@odata.bind\":[\"https://x/v1.0/users/{cyd}\"]}",
        "400 Request_BadRequest: 'members@odata.bind' cannot be combined with other properties.",
    );
    stage.check("PATCH /groups/{Sales}\n\n{\"description\":\"All who sell\"}", "204");
}

#[test]
fn the_last_owner_of_a_microsoft_365_group_stays() {
    let stage = Stage::with(&["ada", "bob"]);
    let body = r#"{"displayName":"Team","mailEnabled":true,"mailNickname":"team","securityEnabled":false,"groupTypes":["Unified"],"owners@odata.bind":["https://x/v1.0/users/{ada}"]}"#;
    assert_eq!(stage.ask(&format!("POST /groups\n\n{body}")).status, 201);
    stage.check(
        "DELETE /groups/{Team}/owners/{ada}/$ref",
        "400 Request_BadRequest: owners: the last owner of a Microsoft 365 group stays",
    );
    stage.check(
        "GET /groups/{Team}?$select=mail,proxyAddresses",
        r#"200 groups(mail,proxyAddresses)/$entity
        {"mail":"team@contoso.example","proxyAddresses":["SMTP:team@contoso.example"],"id":"{Team}"}"#,
    );
    let add = "POST /groups/{Team}/owners/$ref\n\n{\"@odata.id\":\"https://x/v1.0/users/{bob}\"}";
    stage.check(add, "204");
    stage.check(
        add,
        "400 Request_BadRequest: One or more added object references already exist for the following modified properties: 'owners'.",
    );
    stage.check("DELETE /groups/{Team}/owners/{ada}/$ref", "204");
    stage.check(
        "GET /users/{bob}/ownedObjects/group?$select=displayName",
        "200 groups(displayName)\n{\"displayName\":\"Team\",\"id\":\"{Team}\"}",
    );
    stage.group("Sales");
    stage.check(
        "POST /groups/{Sales}/members/$ref\n\n{\"@odata.id\":\"https://x/v1.0/groups/{Team}\"}",
        "400 Request_BadRequest: members: a Microsoft 365 group is a member of no group",
    );
}
