//! A configuration's job over the interface: made, looked at, changed, run and taken away.

use model::{JobState, Kind, Schedule, Stage};
use serde_json::{Value, json};

use crate::desk::Desk;

const TEMPLATE: &str = "/applicationTemplates/518e5f48-1fc8-4c48-9387-9fdf28b0dfe7";

#[test]
fn a_configuration_of_the_command_line_has_a_job_here_too() {
    let desk = Desk::new();
    let admin = desk.admin(desk.world.source);
    let (base, job) = desk.staff();
    let listed = desk.expect(&admin, &format!("GET {base}/synchronization/jobs"), None, 200);
    assert_eq!(listed["value"].as_array().map(Vec::len), Some(1));
    let shown = desk.expect(&admin, &format!("GET {job}"), None, 200);
    assert_eq!(shown["templateId"], "Azure2Azure");
    assert_eq!(shown["status"]["lastExecution"], Value::Null);
    assert_eq!(shown["status"]["steadyStateFirstAchievedTime"], "0001-01-01T00:00:00Z");
    assert_eq!(
        shown["synchronizationJobSettings"][1],
        json!({ "name": "LookaheadQueryEnabled", "value": "False" })
    );
    let by_app = desk.expect(&admin, &format!("GET {base}"), None, 200);
    let app_id = by_app["appId"].as_str().expect("an id");
    let path = format!("GET /servicePrincipals(appId='{app_id}')/synchronization/jobs");
    assert_eq!(desk.expect(&admin, &path, None, 200)["value"], listed["value"]);
}

#[test]
fn a_job_of_another_tenant_is_not_found_whatever_is_asked() {
    let desk = Desk::new();
    let stranger = desk.admin(desk.world.target);
    let (base, job) = desk.staff();
    for (line, body) in [
        (format!("GET {base}"), None),
        (format!("DELETE {base}"), None),
        (format!("GET {base}/synchronization/jobs"), None),
        (format!("GET {base}/synchronization/secrets"), None),
        (format!("PUT {base}/synchronization/secrets"), Some(json!({ "value": [] }))),
        (format!("GET {base}/synchronization/templates"), None),
        (format!("GET {base}/appRoleAssignedTo"), None),
        (format!("GET {job}"), None),
        (format!("DELETE {job}"), None),
        (format!("POST {job}/start"), None),
        (format!("POST {job}/pause"), None),
        (format!("POST {job}/restart"), None),
        (format!("POST {job}/validateCredentials"), Some(json!({ "useSavedCredentials": true }))),
        (format!("POST {job}/provisionOnDemand"), Some(json!({ "parameters": [] }))),
        (format!("GET {job}/schema"), None),
        (format!("DELETE {job}/schema"), None),
        (format!("GET {job}/schema/functions"), None),
        (format!("POST {job}/schema/parseExpression"), Some(json!({ "expression": "[mail]" }))),
    ] {
        let refused = desk.refused(&stranger, &line, body);
        assert!(refused.starts_with("404 Request_ResourceNotFound"), "{line}: {refused}");
    }
}

#[test]
fn a_job_follows_its_source_until_its_interval_is_changed() {
    let desk = Desk::new();
    let admin = desk.admin(desk.world.source);
    let (_, job) = desk.staff();
    let patch = |interval: &str| {
        let body = json!({ "schedule": { "interval": interval } });
        desk.expect(&admin, &format!("PATCH {job}"), Some(body), 204);
        let shown = desk.expect(&admin, &format!("GET {job}"), None, 200);
        assert_eq!(shown["schedule"]["interval"], interval);
        desk.world.job().schedule
    };
    assert_eq!(desk.world.job().schedule, Schedule::OnChange);
    assert_eq!(patch("PT1H30M"), Schedule::Every(5_400));
    assert_eq!(patch("PT40M"), Schedule::OnChange);
    for (body, wanted) in [
        (json!({ "schedule": { "interval": "soon" } }), "The interval 'soon' is no duration."),
        (
            json!({ "schedule": { "state": "Active" } }),
            "The property 'schedule/state' is unknown, read-only or of another type.",
        ),
        (
            json!({ "templateId": "Other" }),
            "The property 'templateId' is unknown, read-only or of another type.",
        ),
    ] {
        let refused = desk.refused(&admin, &format!("PATCH {job}"), Some(body));
        assert_eq!(refused, format!("400 Request_BadRequest: {wanted}"));
    }
}

#[test]
fn what_a_restart_forgets_is_named() {
    let desk = Desk::new();
    let (world, admin) = (&desk.world, desk.admin(desk.world.source));
    let (_, job) = desk.staff();
    let ada = world.person("ada", &[]);
    world.assign(ada, true);
    world.cycle();
    let restart = |scope: Value, status: u16| {
        let body = json!({ "criteria": { "resetScope": scope } });
        desk.ask(&admin, &format!("POST {job}/restart"), Some(body)).status == status
    };
    assert!(restart(json!("Escrows"), 204));
    assert_eq!(world.job().state, JobState::Active, "a restart starts");
    let walks = || world.store.progress(world.source, world.job).expect("it answers").sweep;
    assert_eq!(walks(), None, "the watermark stays");
    assert!(restart(json!("Watermark"), 204));
    assert!(walks().is_some(), "everybody is looked at");
    world.cycle();
    assert!(restart(json!("Full"), 204));
    world.cycle();
    assert_eq!(world.objects(world.target, Kind::User).len(), 1, "nobody is made twice");
    assert!(restart(json!(""), 204));
    for scope in ["None", "QuarantineState", "ConnectorDataStore", "ForceDeletes"] {
        assert!(restart(json!(scope), 204), "{scope}");
    }
    desk.expect(&admin, &format!("POST {job}/restart"), Some(json!({ "criteria": {} })), 204);
    desk.expect(&admin, &format!("POST {job}/restart"), None, 204);
    assert!(restart(json!("All"), 400));
    assert!(restart(json!(15), 400));
}

#[test]
fn deletions_that_are_held_are_carried_out_by_force() {
    let desk = Desk::new();
    let (world, admin) = (&desk.world, desk.admin(desk.world.source));
    let (base, job) = desk.staff();
    let people: Vec<_> = ["ada", "bob", "cleo"].map(|name| world.person(name, &[])).into();
    people.iter().for_each(|one| world.assign(*one, true));
    world.cycle();
    let settings = json!({ "Enabled": true, "Recipients": "a@contoso.example",
        "DeleteThresholdEnabled": true, "DeleteThresholdValue": 1 });
    let secrets = json!({ "value": [
        { "key": "SyncNotificationSettings", "value": settings.to_string() },
    ] });
    let put = format!("PUT {base}/synchronization/secrets");
    desk.expect(&admin, &put, Some(secrets), 204);
    people.iter().for_each(|one| world.assign(*one, false));
    assert_eq!(world.cycle().held, 3);
    let present = || {
        let users = world.objects(world.target, Kind::User).into_values();
        users.filter(|user| user.deleted.is_none()).count()
    };
    assert_eq!(present(), 3);
    let body = json!({ "criteria": { "resetScope": "ForceDeletes" } });
    desk.expect(&admin, &format!("POST {job}/restart"), Some(body), 204);
    assert_eq!(present(), 0);
}

#[test]
fn settings_go_where_the_command_line_has_them() {
    let desk = Desk::new();
    let (world, admin) = (&desk.world, desk.admin(desk.world.source));
    let (base, _) = desk.staff();
    let path = format!("{base}/synchronization/secrets");
    let put =
        |pairs: Value| desk.ask(&admin, &format!("PUT {path}"), Some(json!({ "value": pairs })));
    let all = json!([{ "key": "SyncAll", "value": "true" }]);
    assert_eq!(put(all).status, 204);
    assert_eq!(world.job().scope, model::ScopeMode::All);
    let listed = desk.expect(&admin, &format!("GET {path}"), None, 200);
    assert_eq!(
        listed["value"],
        json!([
            { "key": "AuthenticationType", "value": "SyncPolicy" },
            { "key": "CompanyId", "value": world.target },
            { "key": "SyncAll", "value": "true" },
        ])
    );
    for (key, value, wanted) in [
        ("CompanyId", world.source.to_string(), "target: is the source itself"),
        ("CompanyId", "fabrikam".to_owned(), "CompanyId: 'fabrikam' is no tenant's id"),
        (
            "CompanyId",
            "99999999-0000-0000-0000-000000000000".to_owned(),
            "target: 99999999-0000-0000-0000-000000000000 is no tenant",
        ),
        ("SyncAll", "yes".to_owned(), "SyncAll: is neither true nor false"),
        ("AuthenticationType", "Basic".to_owned(), "AuthenticationType: is not SyncPolicy"),
        (
            "SyncNotificationSettings",
            "loud".to_owned(),
            "SyncNotificationSettings: is no JSON text",
        ),
        (
            "Password",
            "hidden".to_owned(),
            "key: 'Password' is no setting between tenants; there are AuthenticationType, \
             CompanyId, SyncAll, SyncNotificationSettings",
        ),
    ] {
        let told = put(json!([{ "key": key, "value": value }]));
        assert_eq!((told.status, told.body["error"]["message"].as_str()), (400, Some(wanted)));
    }
    let audit = desk.expect(&admin, "GET /auditLogs/directoryAudits", None, 200);
    assert!(!audit.to_string().contains("hidden"));
}

#[test]
fn credentials_are_good_once_both_tenants_consent() {
    let desk = Desk::new();
    let (world, admin) = (&desk.world, desk.admin(desk.world.source));
    let (base, job) = desk.staff();
    let saved = json!({ "useSavedCredentials": true });
    desk.expect(&admin, &format!("POST {job}/validateCredentials"), Some(saved.clone()), 204);
    world.set_target_consent(false);
    let told = desk.ask(&admin, &format!("POST {job}/validateCredentials"), Some(saved));
    assert_eq!(told.body["error"]["code"], "AzureDirectoryB2BManagementPolicyCheckFailure");
    let details: Vec<_> = told.body["error"]["details"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["code"].as_str().unwrap_or_default())
        .collect();
    assert_eq!(details, ["target-sync-inbound"]);
    // Of a tenant that is none nothing else is told than of one that has agreed to nothing.
    let nobody = json!({ "credentials": [
        { "key": "CompanyId", "value": "99999999-0000-0000-0000-000000000000" },
    ] });
    let before = format!("POST {base}/synchronization/jobs/validateCredentials");
    let told = desk.ask(&admin, &before, Some(nobody));
    assert_eq!(told.status, 400);
    assert_eq!(told.body["error"]["details"].as_array().map(Vec::len), Some(3));
    assert!(
        desk.refused(&admin, &before, Some(json!({ "credentials": [] })))
            .starts_with("400 Request_BadRequest: The credentials do not say")
    );
}

#[test]
fn a_job_is_taken_away_with_its_state_and_the_configuration_stays() {
    let desk = Desk::new();
    let (world, admin) = (&desk.world, desk.admin(desk.world.source));
    let (base, job) = desk.staff();
    let ada = world.person("ada", &[]);
    world.assign(ada, true);
    world.cycle();
    desk.expect(&admin, &format!("DELETE {job}"), None, 204);
    assert!(desk.refused(&admin, &format!("GET {job}"), None).starts_with("404 "));
    assert_eq!(world.job().stage, Stage::Application);
    assert_eq!(world.links(), Vec::new());
    // Elsewhere it is no job that could run either.
    let operator = &world.operator;
    let run = world.sync.run_cycle(operator, &world.job(), &sync::Silent);
    assert_eq!(run.expect_err("there is no job").code(), "job-not-made");
    let checks = world.directory.test_job(operator, &world.job()).expect("it answers");
    assert_eq!((checks[0].code, checks[0].passed), ("job-not-made", false));
    let explained = world.sync.explain(operator, &world.job(), ada);
    assert_eq!(explained.expect_err("there is no job").code(), "job-not-made");
    let assigned = desk.expect(&admin, &format!("GET {base}/appRoleAssignedTo"), None, 200);
    assert_eq!(assigned["value"].as_array().map(Vec::len), Some(1));
    let jobs = format!("POST {base}/synchronization/jobs");
    desk.expect(&admin, &jobs, Some(json!({ "templateId": "Azure2Azure" })), 201);
    world.cycle();
    assert_eq!(world.objects(world.target, Kind::User).len(), 1, "the same object is found again");
    desk.expect(&admin, &format!("DELETE {base}"), None, 204);
    assert!(desk.refused(&admin, &format!("GET {base}"), None).starts_with("404 "));
}

#[test]
fn only_the_template_of_the_gallery_makes_a_configuration() {
    let desk = Desk::bare();
    let admin = desk.admin(desk.world.source);
    desk.expect(&admin, &format!("GET {TEMPLATE}"), None, 200);
    let listed = desk.expect(&admin, "GET /applicationTemplates", None, 200);
    assert_eq!(listed["value"].as_array().map(Vec::len), Some(1));
    let name = || Some(json!({ "displayName": "Twice" }));
    let other = "POST /applicationTemplates/8adf8e6e-67b2-4cf2-a259-e3dc5476c621/instantiate";
    assert!(desk.refused(&admin, other, name()).starts_with("404 "));
    let line = format!("POST {TEMPLATE}/instantiate");
    let made = [(); 2].map(|()| desk.expect(&admin, &line, name(), 201));
    assert_ne!(made[0]["servicePrincipal"]["id"], made[1]["servicePrincipal"]["id"]);
    assert!(desk.refused(&admin, &line, Some(json!({}))).starts_with("400 "));
    let jobs = format!(
        "POST /servicePrincipals/{}/synchronization/jobs",
        made[0]["servicePrincipal"]["id"].as_str().expect("an id")
    );
    let refused = desk.refused(&admin, &jobs, Some(json!({ "templateId": "slack" })));
    assert_eq!(
        refused,
        "400 Request_BadRequest: There is no template 'slack' for this application."
    );
    // On the command line both are there, and are told apart by their ids.
    let directory = &desk.world.directory;
    assert!(directory.find_job(&desk.world.operator, "Twice").is_err());
    let id = made[0]["servicePrincipal"]["id"].as_str().expect("an id");
    let job = directory.find_job(&desk.world.operator, id).expect("it is there");
    assert_eq!(job.chosen_target(), None);
    let checks = directory.test_job(&desk.world.operator, &job).expect("it answers");
    assert_eq!(checks[0].code, "target-not-chosen");
    let run = desk.world.sync.run_cycle(&desk.world.operator, &job, &sync::Silent);
    assert_eq!(run.expect_err("there is nowhere to go").code(), "target-not-chosen");
    let log = desk.world.sync.read_log(&desk.world.operator, &job, &Default::default());
    assert_eq!(log.expect("it answers").entries.len(), 0);
}

#[test]
fn on_demand_takes_people_and_says_what_it_does_not_take() {
    let desk = Desk::new();
    let (world, admin) = (&desk.world, desk.admin(desk.world.source));
    let (_, job) = desk.staff();
    let line = format!("POST {job}/provisionOnDemand");
    let refused = |subjects: Value| {
        desk.refused(&admin, &line, Some(json!({ "parameters": [{ "subjects": subjects }] })))
    };
    assert_eq!(refused(json!([])), "400 Request_BadRequest: Nobody is named.");
    assert_eq!(
        refused(json!([{ "objectId": "x", "objectTypeName": "User" }])),
        "400 Request_BadRequest: The property 'objectId' has to be a GUID."
    );
    let nobody = "99999999-0000-0000-0000-000000000000";
    let six: Vec<Value> = (0..6).map(|_| json!({ "objectId": nobody })).collect();
    assert_eq!(refused(json!(six)), "400 Request_BadRequest: At most 5 are provisioned at once.");
    let device = json!([{ "objectId": nobody, "objectTypeName": "Device" }]);
    assert_eq!(
        refused(device),
        "400 Request_BadRequest: Objects of the type 'Device' are not provisioned."
    );
    world.set_target_consent(false);
    let ada = world.person("ada", &[]);
    assert!(
        refused(json!([{ "objectId": ada }]))
            .starts_with("400 AzureDirectoryB2BManagementPolicyCheckFailure: ")
    );
    assert_eq!(world.objects(world.target, Kind::User).len(), 0);
}

#[test]
fn a_job_that_cannot_run_shows_its_quarantine() {
    let desk = Desk::new();
    let (world, admin) = (&desk.world, desk.admin(desk.world.source));
    let (_, job) = desk.staff();
    let ada = world.person("ada", &[]);
    world.assign(ada, true);
    desk.expect(&admin, &format!("POST {job}/start"), None, 204);
    world.set_target_consent(false);
    assert!(world.try_cycle().is_err());
    let status = || desk.expect(&admin, &format!("GET {job}"), None, 200)["status"].clone();
    let shown = status();
    assert_eq!(shown["code"], "Quarantine");
    assert_eq!(shown["quarantine"]["reason"], "EncounteredQuarantineException");
    assert_eq!(shown["lastExecution"]["state"], "Failed");
    assert_eq!(shown["countSuccessiveCompleteFailures"], 1);
    assert_eq!(
        shown["quarantine"]["error"]["code"],
        "AzureDirectoryB2BManagementPolicyCheckFailure"
    );
    world.set_target_consent(true);
    desk.expect(&admin, &format!("POST {job}/start"), None, 204);
    assert_eq!(status()["quarantine"], Value::Null);
}

#[test]
fn a_group_on_demand_comes_with_its_members() {
    let desk = Desk::new();
    let (world, admin) = (&desk.world, desk.admin(desk.world.source));
    let (_, job) = desk.staff();
    let ada = world.person("ada", &[]);
    let team = world.make(
        world.source,
        Kind::Group,
        testkit::attributes(&[
            ("displayName", "Team"),
            ("mailNickname", "team"),
            ("securityEnabled", "true"),
            ("mailEnabled", "false"),
        ]),
    );
    world.directory.add_members(&world.operator, world.source, team, &[ada]).expect("it may");
    world.assign(team, true);
    let subject = json!({
        "objectId": team,
        "objectTypeName": "Group",
        "links": { "members": [{ "objectId": ada, "objectTypeName": "User" }] },
    });
    let line = format!("POST {job}/provisionOnDemand");
    let of_rule =
        |rule: &Value| json!({ "parameters": [{ "ruleId": rule, "subjects": [subject] }] });
    assert_eq!(
        desk.refused(&admin, &line, Some(of_rule(&json!("any")))),
        "400 Request_BadRequest: The job's schema has no synchronization rule \"any\"."
    );
    let schema = desk.expect(&admin, &format!("GET {job}/schema"), None, 200);
    let body = of_rule(&schema["synchronizationRules"][0]["id"]);
    let refused = desk.refused(&admin, &line, Some(body.clone()));
    assert!(refused.contains("groups do not go along"), "{refused}");
    world.change_job(|job| job.groups.enabled = true);
    world.set_group_consent(true);
    let pair = desk.expect(&admin, &line, Some(body), 200);
    let events: Value =
        serde_json::from_str(pair["value"].as_str().expect("a text")).expect("it is JSON");
    let told: Vec<_> = events
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| (one["sourceIdentity"]["type"].clone(), one["action"].clone()))
        .collect();
    // She was made by the first call, before the group was refused.
    assert_eq!(told, [(json!("User"), json!("Other")), (json!("Group"), json!("Create"))]);
    assert_eq!(world.objects(world.target, Kind::Group).len(), 1);
    assert_eq!(world.links().len(), 2);
}
