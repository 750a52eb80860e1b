//! `/invitations`.

use crate::stage::Stage;

fn invite(stage: &Stage, mail: &str, more: &str) -> serde_json::Value {
    stage.document(&format!(
        "POST /invitations\n\n{{\"invitedUserEmailAddress\":\"{mail}\",\"inviteRedirectUrl\":\"https://x.example\"{more}}}"
    ))
}

#[test]
fn whoever_is_invited_is_a_guest_who_has_not_answered() {
    let stage = Stage::new();
    let invited = invite(&stage, "zoe@elsewhere.example", ",\"invitedUserDisplayName\":\"Zoe\"");
    assert_eq!(invited["status"], "PendingAcceptance");
    let id = invited["invitedUser"]["id"].as_str().expect("text").to_owned();
    let shown = stage.document(&format!(
        "GET /users/{id}?$select=userPrincipalName,displayName,userType,creationType,externalUserState,externalUserStateChangeDateTime,mail,proxyAddresses,otherMails,identities"
    ));
    for (name, value) in [
        ("userPrincipalName", "zoe_elsewhere.example#EXT#@contoso.example"),
        ("userType", "Guest"),
        ("creationType", "Invitation"),
        ("externalUserState", "PendingAcceptance"),
        ("externalUserStateChangeDateTime", "2026-01-05T08:00:00Z"),
        ("mail", "zoe@elsewhere.example"),
    ] {
        assert_eq!(shown[name], value, "{name}");
    }
    assert_eq!(shown["proxyAddresses"][0], "SMTP:zoe@elsewhere.example");
    assert_eq!(stage.ask("GET /users/zoe_elsewhere.example%23EXT%23@contoso.example").status, 200);
    let again = invite(&stage, "ZOE@elsewhere.example", "");
    assert_eq!(again["invitedUser"]["id"], *id, "the same user again");
}

#[test]
fn where_both_tenants_agree_nobody_has_to_answer() {
    let stage = Stage::new();
    let world = &stage.world;
    // Fabrikam's people come to Contoso: the other way round than the job of this world.
    let change = |redeem_inbound, redeem_outbound| directory::PolicyChange {
        redeem_inbound,
        redeem_outbound,
        ..directory::PolicyChange::default()
    };
    let set = |own, other, change: &directory::PolicyChange| {
        world.directory.set_partner(&world.operator, own, other, change).expect("the operator may");
    };
    set(world.source, world.target, &change(Some(true), None));
    assert_eq!(invite(&stage, "eve@fabrikam.example", "")["status"], "PendingAcceptance");
    set(world.target, world.source, &change(None, Some(true)));
    assert_eq!(invite(&stage, "eve@fabrikam.example", "")["status"], "Completed");
    let id = invite(&stage, "eve@fabrikam.example", "")["invitedUser"]["id"].take();
    let id = id.as_str().expect("text");
    set(world.target, world.source, &change(None, Some(false)));
    let reset = invite(
        &stage,
        "eva@fabrikam.example",
        &format!(",\"resetRedemption\":true,\"invitedUser\":{{\"id\":\"{id}\"}}"),
    );
    assert_eq!(
        (&reset["status"], &reset["invitedUser"]["id"]),
        (&"PendingAcceptance".into(), &id.into())
    );
    assert_eq!(stage.document(&format!("GET /users/{id}"))["mail"], "eva@fabrikam.example");
}

#[test]
fn whom_nobody_invites() {
    let stage = Stage::with(&["ada"]);
    let check = |mail: &str, expected: &str| {
        let body = format!(
            "{{\"invitedUserEmailAddress\":\"{mail}\",\"inviteRedirectUrl\":\"https://x.example\"}}"
        );
        let shown = stage.show(&stage.ask(&format!("POST /invitations\n\n{body}")));
        assert!(shown.starts_with(expected), "{mail}: {shown}");
    };
    let refused = "400 Request_BadRequest: invitedUserEmailAddress: ";
    check("a+b@elsewhere.example", refused);
    check(".a@elsewhere.example", refused);
    check("nobody", refused);
    check(
        "ada@contoso.example",
        "400 Request_BadRequest: invitedUserEmailAddress: The invited user already exists in the directory as object ID: {ada}",
    );
    check("new@contoso.example", "400 Request_BadRequest: mail: ");
    stage.check(
        "POST /invitations\n\n{\"invitedUserEmailAddress\":\"a@elsewhere.example\"}",
        "400 Request_BadRequest: Property inviteRedirectUrl is required.",
    );
}

#[test]
fn whoever_invites_answers_for_the_user_unless_others_are_named() {
    let mut stage = Stage::with(&["ada", "bob"]);
    let (ada, bob) = (stage.id("ada"), stage.id("bob"));
    let sponsors = |stage: &Stage, invited: &serde_json::Value| -> Vec<String> {
        let id = invited["invitedUser"]["id"].as_str().expect("text");
        let page = stage.document(&format!("GET /users/{id}/sponsors?$select=id"));
        let all = page["value"].as_array().cloned().unwrap_or_default();
        all.iter().filter_map(|one| Some(one["id"].as_str()?.to_owned())).collect()
    };
    let invited = invite(&stage, "one@elsewhere.example", "");
    assert!(sponsors(&stage, &invited).is_empty(), "an application answers for nobody");
    stage.actor = model::Actor::User {
        tenant: stage.world.source,
        id: ada,
        name: "ada".to_owned(),
        roles: vec![model::Role::GlobalAdministrator],
        through: None,
    };
    let invited = invite(&stage, "two@elsewhere.example", "");
    assert_eq!(sponsors(&stage, &invited), [ada.to_string()]);
    let named = format!(",\"invitedUserSponsors\":[{{\"id\":\"{bob}\"}}]");
    let invited = invite(&stage, "three@elsewhere.example", &named);
    assert_eq!(sponsors(&stage, &invited), [bob.to_string()]);
    let again = invite(&stage, "three@elsewhere.example", &named);
    assert_eq!(sponsors(&stage, &again), [bob.to_string()]);
    let nobody = ",\"invitedUserSponsors\":[{\"id\":\"ffffffff-ffff-4fff-8fff-ffffffffffff\"}]";
    let before = stage.world.objects(stage.world.source, model::Kind::User).len();
    let line = format!(
        "POST /invitations\n\n{{\"invitedUserEmailAddress\":\"x@elsewhere.example\",\"inviteRedirectUrl\":\"https://x.example\"{nobody}}}"
    );
    assert_eq!(stage.ask(&line).status, 404);
    let after = stage.world.objects(stage.world.source, model::Kind::User).len();
    assert_eq!(before, after, "nobody was made");
}
