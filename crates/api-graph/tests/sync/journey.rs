//! The whole journey by the interface, in its order (cross-tenant-sync.md 2.17): from two tenants that know
//! nothing of each other to people in the target and entries in the log.

use model::{Actor, Kind};
use serde_json::{Value, json};
use sync::Silent;

use crate::desk::Desk;

const POLICY: &str = "/policies/crossTenantAccessPolicy/partners";
const TEMPLATE: &str = "518e5f48-1fc8-4c48-9387-9fdf28b0dfe7";

/// Both tenants consent: steps 1 to 4.
pub fn consent(desk: &Desk, in_source: &Actor, in_target: &Actor) {
    let (source, target) = (desk.world.source, desk.world.target);
    let partner = |id: &model::TenantId| Some(json!({ "tenantId": id }));
    let made = desk.expect(in_target, &format!("POST {POLICY}"), partner(&source), 201);
    assert_eq!(made["b2bCollaborationInbound"], Value::Null);
    let sync = json!({ "displayName": "Contoso", "userSyncInbound": { "isSyncAllowed": true } });
    let path = format!("{POLICY}/{source}/identitySynchronization");
    desk.expect(in_target, &format!("PUT {path}"), Some(sync), 204);
    let inbound = json!({ "automaticUserConsentSettings": { "inboundAllowed": true } });
    desk.expect(in_target, &format!("PATCH {POLICY}/{source}"), Some(inbound), 204);
    desk.expect(in_source, &format!("POST {POLICY}"), partner(&target), 201);
    let outbound = json!({ "automaticUserConsentSettings": { "outboundAllowed": true } });
    desk.expect(in_source, &format!("PATCH {POLICY}/{target}"), Some(outbound), 204);
}

#[test]
fn two_tenants_that_know_nothing_of_each_other_come_to_synchronize() {
    let desk = Desk::bare();
    let world = &desk.world;
    let (in_source, in_target) = (desk.admin(world.source), desk.admin(world.target));
    let ada = world.person("ada", &[("department", "Marketing")]);
    let bob = world.person("bob", &[("department", "Sales")]);
    let post = |path: &str, body: Value, status: u16| {
        desk.expect(&in_source, &format!("POST {path}"), Some(body), status)
    };
    let get = |path: &str| desk.expect(&in_source, &format!("GET {path}"), None, 200);

    // 5: the configuration is there before anybody says into which tenant it synchronizes.
    let instantiate = format!("/applicationTemplates/{TEMPLATE}/instantiate");
    let made = post(&instantiate, json!({ "displayName": "Fabrikam sync" }), 201);
    let principal = &made["servicePrincipal"];
    assert_eq!(principal["appId"], made["application"]["appId"]);
    assert_eq!(principal["applicationTemplateId"], TEMPLATE);
    assert_eq!(principal["appRoleAssignmentRequired"], true);
    let id = principal["id"].as_str().expect("an id").to_owned();
    let role = principal["appRoles"][0]["id"].clone();
    let base = format!("/servicePrincipals/{id}");
    let jobs = format!("{base}/synchronization/jobs");
    assert_eq!(get(&jobs)["value"], json!([]));

    // 6: without consent the credentials are no good, and whose turn it is stands in the details.
    let credentials = json!({
        "useSavedCredentials": false,
        "templateId": "Azure2Azure",
        "credentials": [
            { "key": "CompanyId", "value": world.target },
            { "key": "AuthenticationType", "value": "SyncPolicy" },
        ],
    });
    let validate = format!("{jobs}/validateCredentials");
    assert_eq!(
        desk.refused(&in_source, &format!("POST {validate}"), Some(credentials.clone())),
        "400 AzureDirectoryB2BManagementPolicyCheckFailure: Policy permitting auto-redemption of \
         invitations not configured."
    );
    // 1 to 4.
    consent(&desk, &in_source, &in_target);
    post(&validate, credentials, 204);

    // 7
    let job = post(&jobs, json!({ "templateId": "Azure2Azure" }), 201);
    assert_eq!(job["schedule"]["interval"], "PT40M");
    assert_eq!(
        (&job["schedule"]["state"], &job["status"]["code"]),
        (&json!("Disabled"), &json!("Paused"))
    );
    let job_id = job["id"].as_str().expect("an id").to_owned();
    assert!(job_id.starts_with(&format!("Azure2Azure.{}.", world.source.0.simple())), "{job_id}");
    let job = format!("{jobs}/{job_id}");
    assert_eq!(
        desk.refused(
            &in_source,
            &format!("POST {jobs}"),
            Some(json!({ "templateId": "Azure2Azure" }))
        ),
        "409 Request_MultipleObjectsWithSameKeyValue: Another object with the same value for \
         property templateId already exists."
    );
    // A job without a target does not start.
    let early = desk.refused(&in_source, &format!("POST {job}/start"), None);
    assert!(early.contains("target-not-chosen"), "{early}");

    // 8
    let notify = json!({ "Enabled": false, "DeleteThresholdEnabled": false }).to_string();
    let secrets = json!({ "value": [
        { "key": "AuthenticationType", "value": "SyncPolicy" },
        { "key": "CompanyId", "value": world.target },
        { "key": "SyncNotificationSettings", "value": notify },
        { "key": "SyncAll", "value": "false" },
    ] });
    desk.expect(
        &in_source,
        &format!("PUT {base}/synchronization/secrets"),
        Some(secrets.clone()),
        204,
    );
    assert_eq!(
        get(&format!("{base}/synchronization/secrets"))["value"].as_array().map(Vec::len),
        Some(4)
    );

    // 9
    let assign = json!({ "appRoleId": role, "resourceId": id, "principalId": ada });
    let assignment = post(&format!("{base}/appRoleAssignedTo"), assign.clone(), 201);
    assert_eq!(assignment["principalDisplayName"], "ada");
    assert_eq!(assignment["principalType"], "User");
    assert_eq!(
        desk.refused(&in_source, &format!("POST {base}/appRoleAssignedTo"), Some(assign)),
        "400 Request_BadRequest: Permission being assigned already exists on the object"
    );

    // 10
    let schema = get(&format!("{job}/schema"));
    let rule = schema["synchronizationRules"][0]["id"].clone();
    assert_eq!(schema["id"], json!(job_id));
    let on_demand = |who: model::ObjectId| {
        let subject = json!({ "objectId": who, "objectTypeName": "User" });
        let body = json!({ "parameters": [{ "ruleId": rule, "subjects": [subject] }] });
        let pair = post(&format!("{job}/provisionOnDemand"), body, 200);
        assert!(pair["key"].as_str().unwrap_or_default().ends_with("StatusInfo"), "{pair}");
        let events: Value =
            serde_json::from_str(pair["value"].as_str().expect("a text")).expect("it is JSON");
        events[0].clone()
    };
    let event = on_demand(ada);
    assert_eq!(
        (&event["action"], &event["statusInfo"]["status"]),
        (&json!("Create"), &json!("Success"))
    );
    let steps: Vec<_> = event["provisioningSteps"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|step| step["name"].as_str().unwrap_or_default())
        .collect();
    assert_eq!(
        steps,
        ["EntryImport", "EntrySynchronizationScoping", "EntrySynchronizationAdd", "EntryExportAdd"]
    );
    assert_eq!(on_demand(ada)["statusInfo"]["errorCode"], "RedundantExport");
    let skipped = on_demand(bob);
    assert_eq!(skipped["statusInfo"]["status"], "Skipped");
    assert_eq!(skipped["provisioningSteps"][1]["details"]["Assigned"], "False");

    // 11
    desk.expect(&in_source, &format!("POST {job}/start"), None, 204);
    let started = get(&job);
    assert_eq!(
        (&started["schedule"]["state"], &started["status"]["code"]),
        (&json!("Active"), &json!("NotRun"))
    );
    let everybody = json!({ "value": [{ "key": "SyncAll", "value": "true" }] });
    desk.expect(&in_source, &format!("PUT {base}/synchronization/secrets"), Some(everybody), 204);
    // What the worker of a running server does by itself.
    let held = world.directory.find_job(&world.operator, "Fabrikam sync").expect("it is there");
    world.sync.run_cycle(&world.operator, &held, &Silent).expect("the cycle comes to its end");
    let ran = get(&job);
    let status = &ran["status"];
    assert_eq!(status["code"], "Active");
    assert_eq!(status["lastExecution"]["state"], "Succeeded");
    assert_eq!(status["lastSuccessfulExecutionWithExports"]["countExported"], 1);
    assert_eq!(status["synchronizedEntryCountByType"], json!([{ "key": "User", "value": 2 }]));
    let people = world.objects(world.target, Kind::User);
    let mut names: Vec<_> = people.values().map(model::Object::display_name).collect();
    names.sort_unstable();
    assert_eq!(names, ["ada", "bob"]);

    // 12: the log tells of both, in the source and in the target.
    let log = get(&format!(
        "/auditLogs/provisioning?$filter=jobId eq '{job_id}'&$orderby=activityDateTime"
    ));
    let told: Vec<_> = log["value"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let status = &one["provisioningStatusInfo"]["status"];
            let name = &one["sourceIdentity"]["displayName"];
            format!("{} {} {}", text(&one["provisioningAction"]), text(name), text(status))
        })
        .collect();
    assert_eq!(told, ["create ada@contoso.example success", "create bob@contoso.example success"]);
    assert_eq!(log["value"][0]["servicePrincipal"]["id"], json!(id));
    assert_eq!(log["value"][0]["targetSystem"]["displayName"], "Fabrikam");
    let there = desk.expect(&in_target, "GET /auditLogs/provisioning", None, 200);
    assert_eq!(there["value"].as_array().map(Vec::len), Some(2));

    desk.expect(&in_source, &format!("POST {job}/pause"), None, 204);
    assert_eq!(get(&job)["schedule"]["state"], "Paused");
    let criteria = json!({ "criteria": { "resetScope": "Watermark, Escrows, QuarantineState" } });
    post(&format!("{job}/restart"), criteria, 204);
    assert_eq!(get(&job)["schedule"]["state"], "Active");
}
