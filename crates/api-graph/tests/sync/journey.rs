//! The whole journey by the interface, in its order (cross-tenant-sync.md 2.17): from two tenants that know
//! nothing of each other to people in the target and entries in the log.

use model::{Actor, Kind, ObjectId};
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

/// A configuration on its way, as the source's script sees it.
struct Script<'d> {
    desk: &'d Desk,
    actor: Actor,
    /// The path of the principal.
    base: String,
    role: Value,
}

impl Script<'_> {
    fn get(&self, path: &str) -> Value {
        self.desk.expect(&self.actor, &format!("GET {path}"), None, 200)
    }

    fn post(&self, path: &str, body: Value, status: u16) -> Value {
        self.desk.expect(&self.actor, &format!("POST {path}"), Some(body), status)
    }

    fn act(&self, path: &str) {
        self.desk.expect(&self.actor, &format!("POST {path}"), None, 204);
    }

    fn put_secrets(&self, pairs: &[(&str, Value)]) {
        let pair = |(key, value): &(&str, Value)| json!({ "key": key, "value": value });
        let body = json!({ "value": pairs.iter().map(pair).collect::<Vec<_>>() });
        let line = format!("PUT {}/synchronization/secrets", self.base);
        self.desk.expect(&self.actor, &line, Some(body), 204);
    }

    fn jobs(&self) -> String {
        format!("{}/synchronization/jobs", self.base)
    }

    /// One person on demand: the event that tells of it.
    fn on_demand(&self, job: &str, who: ObjectId) -> Value {
        let rule = self.get(&format!("{job}/schema"))["synchronizationRules"][0]["id"].clone();
        let subject = json!({ "objectId": who, "objectTypeName": "User" });
        let body = json!({ "parameters": [{ "ruleId": rule, "subjects": [subject] }] });
        let pair = self.post(&format!("{job}/provisionOnDemand"), body, 200);
        assert!(pair["key"].as_str().unwrap_or_default().ends_with("StatusInfo"), "{pair}");
        let text = pair["value"].as_str().expect("a text");
        serde_json::from_str::<Value>(text).expect("it is JSON")[0].clone()
    }

    /// How the job stands: the state of its schedule, and the code of its status.
    fn standing(&self, job: &str) -> String {
        let shown = self.get(job);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        format!("{} {}", text(&shown["schedule"]["state"]), text(&shown["status"]["code"]))
    }
}

/// 5: the configuration is there before anybody says into which tenant it synchronizes.
fn instantiate(desk: &Desk) -> Script<'_> {
    let actor = desk.admin(desk.world.source);
    let line = format!("POST /applicationTemplates/{TEMPLATE}/instantiate");
    let name = json!({ "displayName": "Fabrikam sync" });
    let made = desk.expect(&actor, &line, Some(name), 201);
    let principal = &made["servicePrincipal"];
    assert_eq!(principal["appId"], made["application"]["appId"]);
    assert_eq!(principal["applicationTemplateId"], TEMPLATE);
    assert_eq!(principal["appRoleAssignmentRequired"], true);
    let base = format!("/servicePrincipals/{}", principal["id"].as_str().expect("an id"));
    let script = Script { desk, actor, base, role: principal["appRoles"][0]["id"].clone() };
    assert_eq!(script.get(&script.jobs())["value"], json!([]));
    script
}

/// 6: credentials are good once both tenants consent, which is 1 to 4.
fn validate(script: &Script<'_>) {
    let world = &script.desk.world;
    let credentials = json!({
        "useSavedCredentials": false,
        "templateId": "Azure2Azure",
        "credentials": [
            { "key": "CompanyId", "value": world.target },
            { "key": "AuthenticationType", "value": "SyncPolicy" },
        ],
    });
    let path = format!("{}/validateCredentials", script.jobs());
    let line = format!("POST {path}");
    assert_eq!(
        script.desk.refused(&script.actor, &line, Some(credentials.clone())),
        "400 AzureDirectoryB2BManagementPolicyCheckFailure: Policy permitting auto-redemption of \
         invitations not configured."
    );
    consent(script.desk, &script.actor, &script.desk.admin(world.target));
    script.post(&path, credentials, 204);
}

/// 7: a job, of which there is one, and which does not start without a target.
fn make_job(script: &Script<'_>) -> String {
    let template = json!({ "templateId": "Azure2Azure" });
    let nothing =
        script.desk.refused(&script.actor, &format!("POST {}", script.jobs()), Some(json!({})));
    assert_eq!(
        nothing,
        "400 Request_BadRequest: A value is required for property 'templateId' of resource."
    );
    let made = script.post(&script.jobs(), template.clone(), 201);
    assert_eq!(made["schedule"]["interval"], "PT40M");
    let id = made["id"].as_str().expect("an id");
    let source = script.desk.world.source.0.simple();
    assert!(id.starts_with(&format!("Azure2Azure.{source}.")), "{id}");
    let job = format!("{}/{id}", script.jobs());
    assert_eq!(script.standing(&job), "Disabled Paused");
    let again = format!("POST {}", script.jobs());
    assert_eq!(
        script.desk.refused(&script.actor, &again, Some(template)),
        "409 Request_MultipleObjectsWithSameKeyValue: Another object with the same value for \
         property templateId already exists."
    );
    let early = script.desk.refused(&script.actor, &format!("POST {job}/start"), None);
    assert!(early.starts_with("400 CredentialsMissing: "), "{early}");
    assert!(!early.contains("syncline"), "it is no command line: {early}");
    job
}

/// 9: somebody is assigned, once.
fn assign(script: &Script<'_>, who: ObjectId) {
    let id = script.base.rsplit('/').next().unwrap_or_default();
    let body = json!({ "appRoleId": script.role, "resourceId": id, "principalId": who });
    let path = format!("{}/appRoleAssignedTo", script.base);
    let made = script.post(&path, body.clone(), 201);
    assert_eq!(
        (&made["principalDisplayName"], &made["principalType"]),
        (&json!("ada"), &json!("User"))
    );
    assert_eq!(
        script.desk.refused(&script.actor, &format!("POST {path}"), Some(body)),
        "400 Request_BadRequest: Permission being assigned already exists on the object"
    );
}

/// 12: the log tells of it, in the source and in the target.
fn check_log(script: &Script<'_>, job: &str) {
    let id = job.rsplit('/').next().unwrap_or_default();
    let query = format!("$filter=jobId eq '{id}'&$orderby=activityDateTime");
    let log = script.get(&format!("/auditLogs/provisioning?{query}"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let tell = |one: &Value| {
        let status = &one["provisioningStatusInfo"]["status"];
        let name = &one["sourceIdentity"]["displayName"];
        format!("{} {} {}", text(&one["provisioningAction"]), text(name), text(status))
    };
    let told: Vec<_> = log["value"].as_array().expect("a list").iter().map(tell).collect();
    assert_eq!(told, ["create ada@contoso.example success", "create bob@contoso.example success"]);
    assert_eq!(log["value"][0]["targetSystem"]["displayName"], "Fabrikam");
    let in_target = script.desk.admin(script.desk.world.target);
    let there = script.desk.expect(&in_target, "GET /auditLogs/provisioning", None, 200);
    assert_eq!(there["value"].as_array().map(Vec::len), Some(2));
}

#[test]
fn two_tenants_that_know_nothing_of_each_other_come_to_synchronize() {
    let desk = Desk::bare();
    let world = &desk.world;
    let ada = world.person("ada", &[("department", "Marketing")]);
    let bob = world.person("bob", &[("department", "Sales")]);
    let script = instantiate(&desk);
    validate(&script);
    let job = make_job(&script);
    let notify = json!({ "Enabled": false, "DeleteThresholdEnabled": false }).to_string();
    script.put_secrets(&[
        ("AuthenticationType", json!("SyncPolicy")),
        ("CompanyId", json!(world.target)),
        ("SyncNotificationSettings", json!(notify)),
        ("SyncAll", json!("false")),
    ]);
    let secrets = script.get(&format!("{}/synchronization/secrets", script.base));
    assert_eq!(secrets["value"].as_array().map(Vec::len), Some(4));
    assign(&script, ada);

    // 10
    let event = script.on_demand(&job, ada);
    assert_eq!(
        (&event["action"], &event["statusInfo"]["status"]),
        (&json!("Create"), &json!("Success"))
    );
    let steps = event["provisioningSteps"].as_array().expect("a list").iter();
    let steps: Vec<_> = steps.map(|step| step["name"].as_str().unwrap_or_default()).collect();
    assert_eq!(
        steps,
        ["EntryImport", "EntrySynchronizationScoping", "EntrySynchronizationAdd", "EntryExportAdd"]
    );
    assert_eq!(script.on_demand(&job, ada)["statusInfo"]["errorCode"], "RedundantExport");
    let skipped = script.on_demand(&job, bob);
    assert_eq!(skipped["statusInfo"]["status"], "Skipped");
    assert_eq!(skipped["provisioningSteps"][1]["details"]["Assigned"], "False");

    // 11
    script.act(&format!("{job}/start"));
    assert_eq!(script.standing(&job), "Active NotRun");
    script.put_secrets(&[("SyncAll", json!("true"))]);
    // What the worker of a running server does by itself.
    let held = world.directory.find_job(&world.operator, "Fabrikam sync").expect("it is there");
    world.sync.run_cycle(&world.operator, &held, &Silent).expect("the cycle comes to its end");
    assert_eq!(script.standing(&job), "Active Active");
    let status = script.get(&job)["status"].clone();
    assert_eq!(status["lastExecution"]["state"], "Succeeded");
    assert_eq!(status["lastSuccessfulExecutionWithExports"]["countExported"], 1);
    assert_eq!(status["synchronizedEntryCountByType"], json!([{ "key": "User", "value": 2 }]));
    let people = world.objects(world.target, Kind::User);
    let mut names: Vec<_> = people.values().map(model::Object::display_name).collect();
    names.sort_unstable();
    assert_eq!(names, ["ada", "bob"]);

    check_log(&script, &job);
    script.act(&format!("{job}/pause"));
    assert_eq!(script.standing(&job), "Paused Paused");
    let criteria = json!({ "criteria": { "resetScope": "Watermark, Escrows, QuarantineState" } });
    script.post(&format!("{job}/restart"), criteria, 204);
    assert_eq!(script.standing(&job), "Active Active");
}
