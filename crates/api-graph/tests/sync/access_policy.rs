//! Cross-tenant access settings over the interface (graph-api.md 5).

use crate::desk::Desk;
use serde_json::{Value, json};

const POLICY: &str = "/policies/crossTenantAccessPolicy";

/// A desk where neither tenant has a partner yet.
fn bare() -> (Desk, model::Actor, model::Actor) {
    let desk = Desk::bare();
    let (source, target) = (desk.world.source, desk.world.target);
    let (in_source, in_target) = (desk.admin(source), desk.admin(target));
    (desk, in_source, in_target)
}

#[test]
fn a_tenant_begins_with_the_defaults_of_the_service_and_can_go_back_to_them() {
    let (desk, _, admin) = bare();
    let policy = desk.expect(&admin, &format!("GET {POLICY}"), None, 200);
    assert_eq!(policy["displayName"], "CrossTenantAccessPolicy");
    assert_eq!(policy["allowedCloudEndpoints"], json!([]));
    let read = || desk.expect(&admin, &format!("GET {POLICY}/default"), None, 200);
    let usual = read();
    assert_eq!(usual["isServiceDefault"], true);
    assert_eq!(usual["b2bCollaborationInbound"]["usersAndGroups"]["accessType"], "allowed");
    assert_eq!(usual["b2bDirectConnectOutbound"]["applications"]["accessType"], "blocked");
    assert_eq!(usual["tenantRestrictions"]["devices"], Value::Null);
    assert_eq!(
        usual["automaticUserConsentSettings"],
        json!({ "inboundAllowed": false, "outboundAllowed": false })
    );
    let change = json!({ "inboundTrust": { "isMfaAccepted": true } });
    desk.expect(&admin, &format!("PATCH {POLICY}/default"), Some(change), 204);
    let changed = read();
    assert_eq!(changed["isServiceDefault"], false);
    let trust = &changed["inboundTrust"];
    assert_eq!(
        (&trust["isMfaAccepted"], &trust["isCompliantDeviceAccepted"]),
        (&json!(true), &json!(false))
    );
    desk.expect(&admin, &format!("POST {POLICY}/default/resetToSystemDefault"), None, 204);
    assert_eq!(read(), usual);
    let clouds = json!({ "allowedCloudEndpoints": ["microsoftonline.us"] });
    desk.expect(&admin, &format!("PATCH {POLICY}"), Some(clouds), 204);
    let policy = desk.expect(&admin, &format!("GET {POLICY}?$expand=partners"), None, 200);
    assert_eq!(policy["allowedCloudEndpoints"], json!(["microsoftonline.us"]));
    assert_eq!(policy["partners"], json!([]));
}

#[test]
fn what_the_defaults_do_not_take_is_refused() {
    let (desk, _, admin) = bare();
    let refused = |line: &str, body: Value| desk.refused(&admin, line, Some(body));
    let default = format!("PATCH {POLICY}/default");
    assert_eq!(
        refused(&default, json!({ "automaticUserConsentSettings": { "inboundAllowed": true } })),
        "400 Request_BadRequest: automaticUserConsentSettings: cannot be changed in the defaults"
    );
    assert_eq!(
        refused(&default, json!({ "colour": "red" })),
        "400 Request_BadRequest: colour: is no property that can be set here"
    );
    let side = json!({ "b2bCollaborationInbound": { "applications": { "accessType": "maybe" } } });
    assert_eq!(
        refused(&default, side),
        "400 Request_BadRequest: b2bCollaborationInbound/applications/accessType: is neither allowed \
         nor blocked"
    );
    assert_eq!(
        refused(&format!("PATCH {POLICY}"), json!({ "allowedCloudEndpoints": ["cloud.example"] })),
        "400 Request_BadRequest: allowedCloudEndpoints: 'cloud.example' is none of \
         microsoftonline.com, microsoftonline.us, partner.microsoftonline.cn"
    );
    let usual = desk.expect(&admin, &format!("GET {POLICY}/default"), None, 200);
    assert_eq!(usual["isServiceDefault"], true, "nothing was written");
}

#[test]
fn a_partner_is_made_changed_and_removed() {
    let (desk, _, admin) = bare();
    let id = desk.world.source.to_string();
    let (list, one) = (format!("{POLICY}/partners"), format!("{POLICY}/partners/{id}"));
    let made = desk.ask(&admin, &format!("POST {list}"), Some(json!({ "tenantId": id })));
    assert_eq!(made.status, 201);
    assert!(made.headers.iter().any(|(name, place)| *name == "location" && place.ends_with(&id)));
    for inherited in
        ["isServiceProvider", "inboundTrust", "b2bCollaborationInbound", "tenantRestrictions"]
    {
        assert_eq!(made.body[inherited], Value::Null, "{inherited}");
    }
    let nothing = json!({ "inboundAllowed": null, "outboundAllowed": null });
    assert_eq!(made.body["automaticUserConsentSettings"], nothing);
    let context = made.body["@odata.context"].as_str().unwrap_or_default();
    assert!(context.ends_with("#policies/crossTenantAccessPolicy/partners/$entity"), "{context}");
    assert_eq!(
        desk.refused(&admin, &format!("POST {list}"), Some(json!({ "tenantId": id }))),
        "409 Request_MultipleObjectsWithSameKeyValue: Another object with the same value for \
         property tenantId already exists."
    );
    let patch = |body: Value| desk.expect(&admin, &format!("PATCH {one}"), Some(body), 204);
    let read = || desk.expect(&admin, &format!("GET {one}"), None, 200);
    patch(json!({ "automaticUserConsentSettings": { "inboundAllowed": true } }));
    patch(json!({ "automaticUserConsentSettings": { "outboundAllowed": false } }));
    let both = json!({ "inboundAllowed": true, "outboundAllowed": false });
    assert_eq!(read()["automaticUserConsentSettings"], both);
    let applications = |ids: &[&str]| {
        let targets = ids.iter().map(|id| json!({ "target": id, "targetType": "application" }));
        let targets: Vec<Value> = targets.collect();
        json!({ "b2bCollaborationInbound": { "applications": { "accessType": "allowed", "targets": targets } } })
    };
    // As the SDKs send it, with types at every depth.
    let typed = json!({
        "@odata.type": "#microsoft.graph.crossTenantAccessPolicyConfigurationPartner",
        "b2bCollaborationInbound": {
            "@odata.type": "#microsoft.graph.crossTenantAccessPolicyB2BSetting",
            "applications": {
                "@odata.type": "#microsoft.graph.crossTenantAccessPolicyTargetConfiguration",
                "accessType": "allowed",
                "targets": [{
                    "@odata.type": "#microsoft.graph.crossTenantAccessPolicyTarget",
                    "target": "AllApplications",
                    "targetType": "application",
                }],
            },
        },
    });
    patch(typed);
    patch(applications(&["a", "b"]));
    patch(applications(&["c"]));
    let held = &read()["b2bCollaborationInbound"];
    assert_eq!(held["applications"]["targets"].as_array().map(Vec::len), Some(1));
    assert_eq!(held["usersAndGroups"], Value::Null);
    patch(json!({ "inboundTrust": { "isMfaAccepted": true }, "b2bCollaborationInbound": null }));
    assert_eq!(read()["b2bCollaborationInbound"], Value::Null);
    patch(json!({ "inboundTrust": null }));
    assert_eq!(read()["inboundTrust"], Value::Null);
    let selected = desk.expect(&admin, &format!("GET {list}?$select=tenantId"), None, 200);
    assert_eq!(selected["value"], json!([{ "tenantId": id }]));
    desk.expect(&admin, &format!("DELETE {one}"), None, 204);
    assert!(
        desk.refused(&admin, &format!("GET {one}"), None)
            .starts_with("404 Request_ResourceNotFound")
    );
    assert!(desk.refused(&admin, &format!("DELETE {one}"), None).starts_with("404 "));
    assert!(desk.refused(&admin, &format!("PATCH {one}"), Some(json!({}))).starts_with("404 "));
}

#[test]
fn nobody_is_a_partner_who_is_the_tenant_itself_or_no_tenant() {
    let (desk, _, admin) = bare();
    let list = format!("POST {POLICY}/partners");
    let refused = |id: &str| desk.refused(&admin, &list, Some(json!({ "tenantId": id })));
    assert_eq!(
        refused(&desk.world.target.to_string()),
        "400 Request_BadRequest: tenantId: a tenant is no partner of its own"
    );
    let nobody = "99999999-0000-0000-0000-000000000000";
    assert_eq!(refused(nobody), format!("400 Request_BadRequest: tenantId: {nobody} is no tenant"));
    assert_eq!(
        refused("contoso"),
        "400 Request_BadRequest: The property 'tenantId' has to be a GUID."
    );
}

#[test]
fn the_permission_to_synchronize_is_put_once_and_keeps_its_partner() {
    let (desk, _, admin) = bare();
    let id = desk.world.source.to_string();
    let (list, one) = (format!("{POLICY}/partners"), format!("{POLICY}/partners/{id}"));
    let sync = format!("{one}/identitySynchronization");
    let body = || json!({ "displayName": "Contoso", "userSyncInbound": { "isSyncAllowed": true } });
    assert!(desk.refused(&admin, &format!("PUT {sync}"), Some(body())).starts_with("404 "));
    desk.expect(&admin, &format!("POST {list}"), Some(json!({ "tenantId": id })), 201);
    assert!(
        desk.refused(&admin, &format!("GET {sync}"), None)
            .starts_with("404 Request_ResourceNotFound")
    );
    assert_eq!(
        desk.refused(&admin, &format!("PATCH {sync}"), Some(body())),
        "404 Directory_ObjectNotFound: Unable to read the company information from the directory."
    );
    desk.expect(&admin, &format!("PUT {sync}"), Some(body()), 204);
    assert!(
        desk.refused(&admin, &format!("PUT {sync}"), Some(body()))
            .starts_with("409 Request_MultipleObjectsWithSameKeyValue")
    );
    let read = desk.expect(&admin, &format!("GET {sync}"), None, 200);
    assert_eq!(read["userSyncInbound"], json!({ "isSyncAllowed": true }));
    assert_eq!((&read["displayName"], &read["tenantId"]), (&json!("Contoso"), &json!(id)));
    assert_eq!(read.get("groupSyncInbound"), None, "groups are a matter of beta");
    let expanded =
        desk.expect(&admin, &format!("GET {list}?$expand=identitySynchronization"), None, 200);
    let shown =
        &expanded["value"][0]["identitySynchronization"]["userSyncInbound"]["isSyncAllowed"];
    assert_eq!(shown, true);
    let groups = json!({ "groupSyncInbound": { "isSyncAllowed": true } });
    assert!(
        desk.refused(&admin, &format!("PATCH {sync}"), Some(groups.clone())).starts_with("400 ")
    );
    desk.expect(&admin, &format!("PATCH /beta{sync}"), Some(groups), 204);
    let read = desk.expect(&admin, &format!("GET /beta{sync}"), None, 200);
    assert_eq!(read["groupSyncInbound"], json!({ "isSyncAllowed": true }));
    assert_eq!(read["userSyncInbound"], json!({ "isSyncAllowed": true }), "the other half stays");
    assert!(
        desk.refused(&admin, &format!("DELETE {one}"), None)
            .starts_with("400 Request_BadRequest: identitySynchronization: the partner has")
    );
    desk.expect(&admin, &format!("DELETE {sync}"), None, 204);
    desk.expect(&admin, &format!("DELETE {one}"), None, 204);
}

#[test]
fn templates_are_kept_and_reset() {
    let (desk, _, admin) = bare();
    let templates = format!("{POLICY}/templates");
    desk.expect(&admin, &format!("GET {templates}"), None, 200);
    for (name, change) in [
        (
            "multiTenantOrganizationIdentitySynchronization",
            json!({ "userSyncInbound": { "isSyncAllowed": true } }),
        ),
        (
            "multiTenantOrganizationPartnerConfiguration",
            json!({ "inboundTrust": { "isMfaAccepted": true } }),
        ),
    ] {
        let one = format!("{templates}/{name}");
        let usual = desk.expect(&admin, &format!("GET {one}"), None, 200);
        assert_eq!(usual["templateApplicationLevel"], "newPartners,existingPartners");
        desk.expect(&admin, &format!("PATCH {one}"), Some(change.clone()), 204);
        let changed = desk.expect(&admin, &format!("GET {one}"), None, 200);
        for (member, value) in change.as_object().expect("an object") {
            assert_eq!(&changed[member], value);
        }
        let wrong = json!({ "templateApplicationLevel": "everybody" });
        assert!(desk.refused(&admin, &format!("PATCH {one}"), Some(wrong)).starts_with("400 "));
        desk.expect(&admin, &format!("POST {one}/resetToDefaultSettings"), None, 204);
        assert_eq!(desk.expect(&admin, &format!("GET {one}"), None, 200), usual);
    }
}

#[test]
fn who_may_not_is_refused_and_nothing_is_written() {
    let (desk, _, _) = bare();
    let reader = desk.holding(desk.world.target, &["Directory.Read.All", "Policy.Read.All"]);
    let id = desk.world.source.to_string();
    let denied =
        "403 Authorization_RequestDenied: Insufficient privileges to complete the operation.";
    for (line, body) in [
        (format!("POST {POLICY}/partners"), json!({ "tenantId": id })),
        (format!("PATCH {POLICY}/default"), json!({ "inboundTrust": null })),
        (format!("PATCH {POLICY}"), json!({ "allowedCloudEndpoints": [] })),
    ] {
        assert_eq!(desk.refused(&reader, &line, Some(body)), denied, "{line}");
    }
    let list = desk.expect(&reader, &format!("GET {POLICY}/partners"), None, 200);
    assert_eq!(list["value"], json!([]));
}
