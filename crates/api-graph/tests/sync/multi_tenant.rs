//! Multitenant organizations over the interface (graph-api.md 8), with what is left behind by a crash
//! between two of their steps.

use directory::Directory;
use model::{Actor, Clock, TenantId};
use serde_json::{Value, json};
use store::{AuditEntry, Durability, Group, ObjectCommit, Write};
use testkit::{FailingStore, Fate};

use crate::desk::Desk;

const ONE: &str = "/tenantRelationships/multiTenantOrganization";
const POLICY: &str = "/policies/crossTenantAccessPolicy";
const NONE: &str = "00000000-0000-0000-0000-000000000000";

/// Two tenants that know nothing of each other, and somebody who may everything in each.
struct Stage {
    desk: Desk,
    contoso: TenantId,
    fabrikam: TenantId,
    ours: Actor,
    theirs: Actor,
}

impl Stage {
    fn new() -> Self {
        let desk = Desk::bare();
        let (contoso, fabrikam) = (desk.world.source, desk.world.target);
        let (ours, theirs) = (desk.admin(contoso), desk.admin(fabrikam));
        Self { desk, contoso, fabrikam, ours, theirs }
    }

    /// Contoso has an organization, to which it has added Fabrikam.
    fn added() -> Self {
        let stage = Self::new();
        stage.ours(&format!("PUT {ONE}"), json!({ "displayName": "Both" }), 201);
        let body = json!({ "tenantId": stage.fabrikam, "displayName": "Fabrikam" });
        stage.ours(&format!("POST {ONE}/tenants"), body, 201);
        stage
    }

    #[track_caller]
    fn ours(&self, line: &str, body: Value, status: u16) -> Value {
        self.desk.expect(&self.ours, line, (!body.is_null()).then_some(body), status)
    }

    #[track_caller]
    fn theirs(&self, line: &str, body: Value, status: u16) -> Value {
        self.desk.expect(&self.theirs, line, (!body.is_null()).then_some(body), status)
    }

    #[track_caller]
    fn join(&self, status: u16) {
        let body = json!({ "addedByTenantId": self.contoso });
        self.theirs(&format!("PATCH {ONE}/joinRequest"), body, status);
    }

    fn state(&self, of: TenantId) -> Value {
        self.ours(&format!("GET {ONE}/tenants/{of}"), Value::Null, 200)["state"].clone()
    }

    /// Puts a document as a server has left it that was ended in the middle.
    fn leave(&self, tenant: TenantId, collection: &str, key: &str, body: &Value) {
        let world = &self.desk.world;
        let write = Write::PutDocument {
            collection: collection.to_owned(),
            key: key.to_owned(),
            body: Some(body.to_string()),
        };
        let audit = AuditEntry {
            activity: "broken off".to_owned(),
            target_kind: collection.to_owned(),
            target: key.to_owned(),
            detail: String::new(),
            request: None,
        };
        let commit = ObjectCommit {
            tenant,
            actor: world.operator.clone(),
            at: world.clock.now(),
            conditions: Vec::new(),
            groups: vec![Group { expects: Vec::new(), writes: vec![write], audit }],
            durability: Durability::Durable,
        };
        let committed = world.store.commit(commit).expect("the store answers");
        assert!(committed.results.iter().all(Result::is_ok));
    }

    /// The organization as it is kept.
    fn kept(&self) -> (String, Value) {
        let all = self.desk.world.store.documents(self.contoso, "multitenantOrganization");
        let one = all.expect("the store answers").remove(0);
        (one.key, serde_json::from_str(&one.body).expect("it is JSON"))
    }
}

#[test]
fn a_tenant_makes_an_organization_and_another_one_joins() {
    let stage = Stage::new();
    let absent = stage.desk.refused(&stage.ours, &format!("GET {ONE}"), None);
    assert!(absent.starts_with("404 Request_ResourceNotFound"), "{absent}");
    let body = json!({ "displayName": "Both", "description": "one company" });
    let made = stage.ours(&format!("PUT {ONE}"), body.clone(), 201);
    assert_eq!((&made["state"], &made["displayName"]), (&json!("active"), &json!("Both")));
    stage.ours(&format!("PUT {ONE}"), body, 400);
    stage.ours(&format!("PATCH {ONE}"), json!({ "displayName": "All" }), 204);
    let read = stage.ours(&format!("GET {ONE}"), Value::Null, 200);
    assert_eq!(
        (&read["displayName"], &read["description"]),
        (&json!("All"), &json!("one company"))
    );

    let add = json!({ "tenantId": stage.fabrikam, "displayName": "Fabrikam" });
    let added = stage.ours(&format!("POST {ONE}/tenants"), add.clone(), 201);
    assert_eq!((&added["state"], &added["role"]), (&json!("pending"), &json!("member")));
    assert_eq!(added["joinedDateTime"], Value::Null);
    stage.ours(&format!("POST {ONE}/tenants"), add, 400);
    let unknown = json!({ "tenantId": "ffffffff-ffff-4fff-8fff-ffffffffffff" });
    stage.ours(&format!("POST {ONE}/tenants"), unknown, 400);
    assert_eq!(
        stage.desk.refused(&stage.theirs, &format!("GET {ONE}"), None),
        absent,
        "being added is not being in it"
    );

    stage.join(204);
    stage.join(204);
    let seen =
        stage.theirs(&format!("GET {ONE}/tenants?$filter=state eq 'active'"), Value::Null, 200);
    assert_eq!(seen["value"].as_array().map(Vec::len), Some(2));
    let own = stage.theirs(&format!("GET {ONE}/joinRequest"), Value::Null, 200);
    assert_eq!((&own["memberState"], &own["role"]), (&json!("active"), &json!("member")));
    assert_eq!(own["addedByTenantId"], json!(stage.contoso));
}

#[test]
fn owners_manage_and_one_of_them_stays() {
    let stage = Stage::added();
    stage.join(204);
    let [own, other] = [stage.contoso, stage.fabrikam].map(|id| format!("{ONE}/tenants/{id}"));
    for (line, body) in [
        (format!("PATCH {ONE}"), json!({ "displayName": "Theirs" })),
        (format!("DELETE {own}"), Value::Null),
        (format!("PATCH {other}"), json!({ "role": "owner" })),
        (format!("POST {ONE}/tenants"), json!({ "tenantId": stage.contoso })),
    ] {
        stage.theirs(&line, body, 403);
    }
    stage.ours(&format!("PATCH {own}"), json!({ "role": "member" }), 400);
    stage.ours(&format!("DELETE {own}"), Value::Null, 400);
    stage.ours(&format!("PATCH {other}"), json!({ "role": "owner" }), 204);
    stage.ours(&format!("PATCH {own}"), json!({ "role": "member" }), 204);
    // The new owner takes out the one in which the organization is kept.
    stage.theirs(&format!("DELETE {own}"), Value::Null, 204);
    stage.ours(&format!("GET {ONE}"), Value::Null, 404);
    stage.theirs(&format!("PATCH {ONE}"), json!({ "description": "theirs now" }), 204);
    let gone = stage.theirs(&format!("GET {own}"), Value::Null, 200);
    assert_eq!(gone["state"], "removed");
    stage.theirs(&format!("DELETE {other}"), Value::Null, 204);
    stage.theirs(&format!("GET {ONE}"), Value::Null, 404);
}

#[test]
fn a_member_leaves_and_makes_one_of_its_own() {
    let stage = Stage::added();
    stage.join(204);
    stage.theirs(&format!("PUT {ONE}"), json!({}), 400);
    stage.theirs(&format!("DELETE {ONE}/tenants/{}", stage.fabrikam), Value::Null, 204);
    assert_eq!(stage.state(stage.fabrikam), "removed");
    stage.theirs(&format!("PUT {ONE}"), json!({}), 201);
    let body = json!({ "tenantId": stage.fabrikam });
    stage.ours(&format!("POST {ONE}/tenants"), body, 201);
    stage.join(400);
}

#[test]
fn nobody_joins_what_has_not_added_them_and_all_such_answers_are_alike() {
    let stage = Stage::new();
    let join = |by: &str| {
        let body = json!({ "addedByTenantId": by });
        let line = format!("PATCH {ONE}/joinRequest");
        stage.desk.refused(&stage.theirs, &line, Some(body)).replace(by, "X")
    };
    let (ours, nowhere) = (stage.contoso.to_string(), "ffffffff-ffff-4fff-8fff-ffffffffffff");
    let without = join(&ours);
    stage.ours(&format!("PUT {ONE}"), json!({}), 201);
    assert_eq!(join(&ours), without);
    assert_eq!(join(nowhere), without);
    let own = stage.theirs(&format!("GET {ONE}/joinRequest"), Value::Null, 200);
    assert_eq!((&own["addedByTenantId"], &own["memberState"]), (&json!(NONE), &Value::Null));
}

#[test]
fn joining_applies_the_templates_of_both_sides_by_their_level() {
    let stage = Stage::added();
    let templates = format!("{POLICY}/templates/multiTenantOrganization");
    let partner = json!({
        "automaticUserConsentSettings": { "inboundAllowed": true, "outboundAllowed": null },
    });
    stage.ours(&format!("PATCH {templates}PartnerConfiguration"), partner, 204);
    let sync = json!({ "userSyncInbound": { "isSyncAllowed": true } });
    stage.ours(&format!("PATCH {templates}IdentitySynchronization"), sync, 204);
    let none = json!({
        "templateApplicationLevel": "none",
        "automaticUserConsentSettings": { "outboundAllowed": true },
    });
    stage.theirs(&format!("PATCH {templates}PartnerConfiguration"), none, 204);
    stage.join(204);
    let line = format!("GET {POLICY}/partners/{}?$expand=identitySynchronization", stage.fabrikam);
    let set = stage.ours(&line, Value::Null, 200);
    assert_eq!(set["isInMultiTenantOrganization"], true);
    assert_eq!(
        set["automaticUserConsentSettings"],
        json!({ "inboundAllowed": true, "outboundAllowed": null })
    );
    assert_eq!(set["identitySynchronization"]["userSyncInbound"]["isSyncAllowed"], true);
    stage.theirs(&format!("GET {POLICY}/partners/{}", stage.contoso), Value::Null, 404);
}

#[test]
fn who_looks_after_the_organization_writes_its_templates_and_nothing_else_of_the_policy() {
    let stage = Stage::new();
    let grants = ["MultiTenantOrganization.ReadWrite.All"];
    let writer = stage.desk.holding(stage.contoso, &grants);
    let template = format!("{POLICY}/templates/multiTenantOrganizationIdentitySynchronization");
    let sync = json!({ "userSyncInbound": { "isSyncAllowed": true } });
    stage.desk.expect(&writer, &format!("PATCH {template}"), Some(sync), 204);
    let read = stage.desk.expect(&writer, &format!("GET {template}"), None, 200);
    assert_eq!(read["userSyncInbound"]["isSyncAllowed"], true);
    let body = json!({ "inboundTrust": { "isMfaAccepted": 1 } });
    let partner = format!("{POLICY}/templates/multiTenantOrganizationPartnerConfiguration");
    stage.desk.expect(&writer, &format!("PATCH {partner}"), Some(body), 400);
    stage.desk.expect(&writer, &format!("GET {POLICY}"), None, 403);
    let body = json!({ "tenantId": stage.fabrikam });
    stage.desk.expect(&writer, &format!("POST {POLICY}/partners"), Some(body), 403);
}

#[test]
fn a_joining_that_was_broken_off_is_finished_or_taken_back() {
    let stage = Stage::added();
    let (key, kept) = stage.kept();
    // The tenant has said where it wants to be, and the server ended.
    let claim = json!({ "home": stage.contoso, "organization": key });
    stage.leave(stage.fabrikam, "multitenantMembership", "own", &claim);
    stage.theirs(&format!("GET {ONE}"), Value::Null, 404);
    let own = stage.theirs(&format!("GET {ONE}/joinRequest"), Value::Null, 200);
    assert_eq!(own["transitionDetails"]["status"], "running");
    stage.theirs(&format!("PUT {ONE}"), json!({}), 400);
    let reset = json!({ "addedByTenantId": NONE });
    stage.theirs(&format!("PATCH {ONE}/joinRequest"), reset.clone(), 204);
    let own = stage.theirs(&format!("GET {ONE}/joinRequest"), Value::Null, 200);
    assert_eq!(own["addedByTenantId"], NONE);
    stage.leave(stage.fabrikam, "multitenantMembership", "own", &claim);
    stage.join(204);
    assert_eq!(stage.state(stage.fabrikam), "active");
    stage.theirs(&format!("PATCH {ONE}/joinRequest"), reset, 400);
    assert_ne!(stage.kept().1, kept);
}

#[test]
fn templates_that_a_crash_has_left_out_are_applied_by_whoever_asks_next() {
    let stage = Stage::added();
    let template = format!("{POLICY}/templates/multiTenantOrganizationIdentitySynchronization");
    let sync = json!({ "userSyncInbound": { "isSyncAllowed": true } });
    stage.theirs(&format!("PATCH {template}"), sync, 204);
    let (key, mut kept) = stage.kept();
    let own = &mut kept["tenants"][stage.fabrikam.to_string()];
    (own["state"], own["settling"]) = (json!("active"), json!(true));
    stage.leave(stage.contoso, "multitenantOrganization", &key, &kept);
    let claim = json!({ "home": stage.contoso, "organization": key });
    stage.leave(stage.fabrikam, "multitenantMembership", "own", &claim);
    let line = format!("GET {POLICY}/partners/{}/identitySynchronization", stage.contoso);
    stage.theirs(&line, Value::Null, 404);
    stage.ours(&format!("GET {ONE}"), Value::Null, 200);
    let set = stage.theirs(&line, Value::Null, 200);
    assert_eq!(set["userSyncInbound"]["isSyncAllowed"], true);
    assert_eq!(stage.kept().1["tenants"][stage.fabrikam.to_string()]["settling"], false);
}

/// Wherever the server ends in a joining, before a commit or right behind it, the same call again
/// brings it to its end.
#[test]
fn a_joining_that_breaks_off_anywhere_is_finished_by_the_same_call() {
    let mut broken = 0;
    for fate in [Fate::Fail, Fate::Lose] {
        for nth in 1.. {
            let mut stage = Stage::added();
            let path = format!("{POLICY}/templates/multiTenantOrganizationIdentitySynchronization");
            let sync = json!({ "userSyncInbound": { "isSyncAllowed": true } });
            stage.ours(&format!("PATCH {path}"), sync.clone(), 204);
            stage.theirs(&format!("PATCH {path}"), sync, 204);
            let sound = stage.desk.services.directory.clone();
            let (ended, _) = FailingStore::over(sound.store().clone(), nth, fate);
            let (clock, ids) = (sound.clock().clone(), sound.ids().clone());
            stage.desk.services.directory = Directory::new(ended, clock, ids);
            let line = format!("PATCH {ONE}/joinRequest");
            let body = json!({ "addedByTenantId": stage.contoso });
            let status = stage.desk.ask(&stage.theirs, &line, Some(body)).status;
            stage.desk.services.directory = sound;
            if status == 204 {
                break;
            }
            broken += 1;
            stage.join(204);
            assert_eq!(stage.state(stage.fabrikam), "active", "{fate:?} {nth}");
            let partners = [(&stage.ours, stage.fabrikam), (&stage.theirs, stage.contoso)];
            for (actor, partner) in partners {
                let line = format!("GET {POLICY}/partners/{partner}/identitySynchronization");
                let set = stage.desk.expect(actor, &line, None, 200);
                assert_eq!(set["userSyncInbound"]["isSyncAllowed"], true, "{fate:?} {nth}");
            }
            let kept = stage.kept().1;
            assert_eq!(kept["tenants"][stage.fabrikam.to_string()]["settling"], false);
        }
    }
    assert_eq!(broken, 10, "five commits, before and behind each");
}

#[test]
fn who_sees_the_basics_alone_sees_those_who_have_joined() {
    let stage = Stage::added();
    let basics = ["MultiTenantOrganization.ReadBasic.All"];
    let reader = stage.desk.holding(stage.contoso, &basics);
    let seen = stage.desk.expect(&reader, &format!("GET {ONE}/tenants"), None, 200);
    assert_eq!(seen["value"].as_array().map(Vec::len), Some(1));
    let pending = format!("GET {ONE}/tenants/{}", stage.fabrikam);
    stage.desk.expect(&reader, &pending, None, 404);
    stage.desk.expect(&reader, &format!("GET {ONE}/joinRequest"), None, 403);
    assert_eq!(stage.state(stage.fabrikam), "pending");
}

#[test]
fn an_organization_ends_with_the_tenant_in_which_it_is_kept() {
    let stage = Stage::added();
    stage.join(204);
    let world = &stage.desk.world;
    let deleted =
        world.directory.delete_tenant(&world.operator, stage.contoso, Some("contoso.example"));
    deleted.expect("the operator may");
    stage.theirs(&format!("GET {ONE}"), Value::Null, 404);
    stage.theirs(&format!("PUT {ONE}"), json!({}), 201);
}

/// Everything that was done to an organization stands in the log of the tenant that keeps it.
#[test]
fn the_log_tells_who_made_joined_and_changed_an_organization() {
    let stage = Stage::added();
    stage.join(204);
    stage.ours(&format!("PATCH {ONE}"), json!({ "description": "new" }), 204);
    let line = "GET /auditLogs/directoryAudits?$top=10";
    let log = |actor: &Actor| {
        let page = stage.desk.expect(actor, line, None, 200);
        let entries = page["value"].as_array().cloned().unwrap_or_default();
        let names = entries.iter().map(|one| one["activityDisplayName"].to_string());
        names.filter(|name| name.contains("multitenant")).collect::<Vec<_>>()
    };
    assert_eq!(
        log(&stage.ours),
        [
            "\"Update multitenant organization\"",
            "\"Settle tenants of multitenant organization\"",
            "\"Join multitenant organization\"",
            "\"Add tenant to multitenant organization\"",
            "\"Create multitenant organization\"",
        ]
    );
    assert_eq!(log(&stage.theirs), ["\"Join multitenant organization\""]);
}
