//! Both logs over the interface: by filter, by the page, and from both tenants.

use model::Timestamp;
use serde_json::{Value, json};

use crate::desk::Desk;

/// Everything behind a list, page by page, as what `tell` makes of each item.
fn read_all(
    desk: &Desk,
    actor: &model::Actor,
    line: &str,
    tell: impl Fn(&Value) -> String,
) -> (Vec<String>, usize) {
    let (mut told, mut pages, mut line) = (Vec::new(), 0, line.to_owned());
    loop {
        let page = desk.expect(actor, &line, None, 200);
        pages += 1;
        told.extend(page["value"].as_array().expect("a list").iter().map(&tell));
        let Some(next) = page["@odata.nextLink"].as_str() else { return (told, pages) };
        line = format!("GET {}", next.strip_prefix("https://graph.example/v1.0").expect("here"));
    }
}

/// Three people, each made at an hour of its own.
fn desk_with_people() -> Desk {
    let desk = Desk::new();
    let world = &desk.world;
    for name in ["ada", "bob", "cleo"] {
        let person = world.person(name, &[]);
        world.assign(person, true);
        world.cycle();
        world.clock.advance_hours(1);
    }
    desk
}

#[test]
fn what_was_provisioned_is_found_by_filter_and_by_the_page() {
    let desk = desk_with_people();
    let (world, admin) = (&desk.world, desk.admin(desk.world.source));
    let name =
        |one: &Value| one["sourceIdentity"]["displayName"].as_str().unwrap_or_default().to_owned();
    let names = |query: &str| {
        let (names, pages) =
            read_all(&desk, &admin, &format!("GET /auditLogs/provisioning?{query}"), name);
        (
            names
                .iter()
                .map(|one| one.split('@').next().unwrap_or_default().to_owned())
                .collect::<Vec<_>>()
                .join(" "),
            pages,
        )
    };
    assert_eq!(names("$top=500"), ("cleo bob ada".to_owned(), 1));
    assert_eq!(names("$top=1&$orderby=activityDateTime desc"), ("cleo bob ada".to_owned(), 3));
    assert_eq!(names("$top=2&$orderby=activityDateTime"), ("ada bob cleo".to_owned(), 2));
    let entries = world.entries();
    let middle = entries[1].at;
    assert_eq!(names(&format!("$filter=activityDateTime gt {middle}")).0, "cleo");
    assert_eq!(names(&format!("$filter=activityDateTime lt {middle}")).0, "ada");
    assert_eq!(names(&format!("$filter=activityDateTime eq {middle}")).0, "bob");
    let id = world.job().id.to_string();
    let portal = format!(
        "$filter=((contains(tolower(servicePrincipal/id), '{id}') or contains(tolower(servicePrincipal/displayName), '{id}')) and activityDateTime gt 2000-01-01 and activityDateTime lt 2100-01-01)&$top=500&$orderby=activityDateTime desc"
    );
    assert_eq!(names(&portal).0, "cleo bob ada");
    assert_eq!(names(&format!("$filter=servicePrincipal/id eq '{id}'")).0, "cleo bob ada");
    assert_eq!(
        names("$filter=servicePrincipal/id eq '99999999-0000-0000-0000-000000000000'").0,
        ""
    );
    assert_eq!(names(&format!("$filter=sourceIdentity/id eq '{}'", entries[0].source)).0, "ada");
    assert_eq!(names(&format!("$filter=cycleId eq '{}'", entries[2].run)).0, "cleo");
    assert_eq!(
        names(
            "$filter=provisioningAction eq 'create' and contains(sourceIdentity/displayName, 'b')"
        )
        .0,
        "bob"
    );
    assert_eq!(
        names("$filter=contains(sourceIdentity/displayName, 'B')").0,
        "",
        "letters are exact"
    );
    assert_eq!(names("$filter=provisioningStatusInfo/status eq 'failure'").0, "");
}

#[test]
fn an_event_has_the_members_of_graph_and_no_others() {
    let desk = desk_with_people();
    let (world, admin) = (&desk.world, desk.admin(desk.world.source));
    let listed = desk.expect(&admin, "GET /auditLogs/provisioning?$top=1", None, 200);
    let event = &listed["value"][0];
    let id = event["id"].as_str().expect("an id");
    let one = desk.expect(&admin, &format!("GET /auditLogs/provisioning/{id}"), None, 200);
    let mut names: Vec<_> =
        event.as_object().expect("an object").keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "activityDateTime",
            "changeId",
            "cycleId",
            "durationInMilliseconds",
            "id",
            "initiatedBy",
            "jobId",
            "modifiedProperties",
            "provisioningAction",
            "provisioningStatusInfo",
            "provisioningSteps",
            "servicePrincipal",
            "sourceIdentity",
            "sourceSystem",
            "targetIdentity",
            "targetSystem",
            "tenantId",
        ]
    );
    for name in names {
        assert_eq!(event[name], one[name], "{name}");
    }
    assert_eq!(event["initiatedBy"]["initiatorType"], "system");
    assert_eq!(event["tenantId"], json!(world.source));
    assert_eq!(event["targetSystem"]["details"]["ServicePrincipalId"], json!(world.job));
    for wrong in ["nobody", "99999999-0000-0000-0000-000000000000"] {
        let line = format!("GET /auditLogs/provisioning/{wrong}");
        assert!(desk.refused(&admin, &line, None).starts_with("404 "));
    }
}

#[test]
fn both_tenants_see_what_went_between_them_and_nobody_else_does() {
    let desk = desk_with_people();
    let world = &desk.world;
    let count = |tenant| {
        let admin = desk.admin(tenant);
        let page = desk.expect(&admin, "GET /auditLogs/provisioning", None, 200);
        page["value"].as_array().map(Vec::len)
    };
    assert_eq!((count(world.source), count(world.target)), (Some(3), Some(3)));
    let new = directory::NewTenant {
        id: None,
        name: "Tailspin".to_owned(),
        domains: vec!["tailspin.example".parse().expect("a domain")],
    };
    let other = world.directory.create_tenant(&world.operator, new).expect("it is free").id;
    assert_eq!(count(other), Some(0));
    let page = desk.expect(&desk.admin(other), "GET /auditLogs/directoryAudits", None, 200);
    assert_eq!(page["value"], json!([]));
    let blind = desk.holding(world.source, &["User.ReadWrite.All"]);
    for path in ["/auditLogs/provisioning", "/auditLogs/directoryAudits"] {
        let refused = desk.refused(&blind, &format!("GET {path}"), None);
        assert!(refused.starts_with("403 Authorization_RequestDenied"), "{refused}");
    }
}

#[test]
fn what_was_written_is_told_with_values_before_and_after() {
    let desk = Desk::new();
    let (world, admin) = (&desk.world, desk.admin(desk.world.source));
    let ada = world.person("ada", &[("department", "Sales")]);
    world.set(world.source, ada, &[("department", "Marketing")]);
    let filter =
        format!("activityDisplayName eq 'Update user' and targetResources/any(t:t/id eq '{ada}')");
    let line = format!("GET /auditLogs/directoryAudits?$filter={filter}");
    let found = desk.expect(&admin, &line, None, 200);
    let audits = found["value"].as_array().expect("a list");
    assert_eq!(audits.len(), 1, "{found}");
    let audit = &audits[0];
    assert_eq!(
        (&audit["category"], &audit["operationType"]),
        (&json!("UserManagement"), &json!("Update"))
    );
    assert_eq!(audit["initiatedBy"]["user"]["displayName"], "operator test");
    let target = &audit["targetResources"][0];
    assert_eq!(target["userPrincipalName"], "ada@contoso.example");
    assert_eq!(
        target["modifiedProperties"],
        json!([{ "displayName": "department", "oldValue": "\"Sales\"", "newValue": "\"Marketing\"" }])
    );
    let id = audit["id"].as_str().expect("an id");
    let one = desk.expect(&admin, &format!("GET /auditLogs/directoryAudits/{id}"), None, 200);
    assert_eq!(one["activityDateTime"], audit["activityDateTime"]);
    let stranger = desk.admin(world.target);
    assert!(
        desk.refused(&stranger, &format!("GET /auditLogs/directoryAudits/{id}"), None)
            .starts_with("404 ")
    );
}

#[test]
fn the_audit_log_is_read_in_both_directions_and_from_any_instant() {
    let desk = Desk::new();
    let (world, admin) = (&desk.world, desk.admin(desk.world.source));
    let mut instants: Vec<Timestamp> = Vec::new();
    for number in 0..5 {
        world.clock.advance_hours(1);
        instants.push(world.now());
        world.person(&format!("person{number}"), &[]);
    }
    let names = |query: &str| {
        let line = format!("GET /auditLogs/directoryAudits?{query}");
        let name = |one: &Value| {
            one["targetResources"][0]["displayName"].as_str().unwrap_or_default().to_owned()
        };
        read_all(&desk, &admin, &line, name)
    };
    let added = "$filter=activityDisplayName eq 'Add user'";
    let all = ["person4", "person3", "person2", "person1", "person0"];
    assert_eq!(names(added).0, all);
    let (paged, pages) = names(&format!("{added}&$top=2"));
    assert_eq!((paged, pages >= 3), (all.map(str::to_owned).to_vec(), true));
    let mut upwards = all.map(str::to_owned).to_vec();
    upwards.reverse();
    assert_eq!(names(&format!("{added}&$orderby=activityDateTime")).0, upwards);
    let at = |place: usize| instants[place];
    let between =
        format!("{added} and activityDateTime ge {} and activityDateTime le {}", at(1), at(3));
    assert_eq!(names(&between).0, ["person3", "person2", "person1"]);
    let upwards = format!("{between}&$orderby=activityDateTime asc");
    assert_eq!(names(&upwards).0, ["person1", "person2", "person3"]);
    let refused = desk.refused(&admin, "GET /auditLogs/directoryAudits?$orderby=category", None);
    assert!(refused.starts_with("400 Request_UnsupportedQuery"), "{refused}");
}
