//! Cross-tenant access settings on their pages.

use directory::NewTenant;
use model::{Partner, Role, TenantId};

use crate::desk::{Desk, lacks, says};

const TARGET: &str = "/center/tenants/fabrikam.example/access";
const SOURCE: &str = "/center/tenants/contoso.example/access";

/// One more tenant on the server.
fn add_tenant(desk: &Desk, name: &str, domain: &str) -> TenantId {
    let domains = vec![domain.parse().expect("a domain")];
    let new = NewTenant { id: None, name: name.to_owned(), domains };
    desk.world.directory.create_tenant(&desk.world.operator, new).expect("it is free").id
}

/// What a tenant has set for another.
fn set_for(desk: &Desk, tenant: TenantId, partner: TenantId) -> Option<Partner> {
    let policy = desk.world.directory.policy(&desk.world.operator, tenant).expect("a policy");
    policy.partners.get(&partner).cloned()
}

#[test]
fn the_list_says_what_is_inherited_and_what_is_configured() {
    let desk = Desk::operator();
    says(&desk.page(TARGET), &["Contoso", "Configured", "Inherited from default", "yes"]);
    says(&desk.page(SOURCE), &["Fabrikam", "Inherited from default", "Configured", "no"]);
}

#[test]
fn an_organization_is_shown_before_it_is_added() {
    let desk = Desk::operator();
    let third = add_tenant(&desk, "<b>Tailspin</b> تجربة", "tailspin.example");
    let found = desk.page(&format!("{SOURCE}/new?name=TAILSPIN.example"));
    says(
        &found,
        &["<bdi>&#60;b&#62;Tailspin&#60;/b&#62; تجربة</bdi>", &third.to_string(), "Add this"],
    );
    assert_eq!(set_for(&desk, desk.world.source, third), None, "looking adds nobody");
    let added = desk.send(&format!("{SOURCE}/new"), &[("name", "tailspin.example")]);
    says(&added, &["was added", "Inherited from default"]);
    assert!(set_for(&desk, desk.world.source, third).is_some());
    says(&desk.page(&format!("{SOURCE}/new?name={third}")), &["among the organizations already"]);
    let unknown = desk.get(&format!("{SOURCE}/new?name=nobody.example"));
    assert_eq!(unknown.status, 422);
    says(
        &unknown.html,
        &["No tenant of this server has the id or domain &#39;nobody.example&#39;"],
    );
    let own = desk.get(&format!("{SOURCE}/new?name=contoso.example"));
    says(&own.html, &["That is this tenant itself."]);
}

#[test]
fn sync_without_redemption_is_asked_about_and_both_are_set_by_one_answer() {
    let desk = Desk::operator();
    let third = add_tenant(&desk, "Tailspin", "tailspin.example");
    let page = format!("{TARGET}/tailspin.example");
    says(&desk.page(&page), &["Nothing is set for this organization yet"]);
    let asked = desk.post(&format!("{page}/inbound"), &[("sync", "on")]);
    assert_eq!(asked.status, 200);
    says(&asked.html, &["Enable cross-tenant sync and automatic redemption?", "Nothing was saved"]);
    assert_eq!(set_for(&desk, desk.world.target, third), None);
    desk.send(&format!("{page}/inbound"), &[("sync", "on"), ("asked", "both")]);
    let held = set_for(&desk, desk.world.target, third).expect("it is known now");
    assert_eq!((held.sync_inbound, held.redeem_inbound), (Some(true), Some(true)));
    assert_eq!((held.group_sync_inbound, held.redeem_outbound), (None, None), "stays inherited");
}

#[test]
fn a_change_that_stops_a_configuration_is_asked_about_first() {
    let desk = Desk::operator();
    let (source, target) = (desk.world.source, desk.world.target);
    let page = format!("{TARGET}/contoso.example");
    let asked = desk.post(&format!("{page}/inbound"), &[("redeem", "on")]);
    says(&asked.html, &["This stops staff", "Save anyway"]);
    assert_eq!(set_for(&desk, target, source).and_then(|one| one.sync_inbound), Some(true));
    desk.send(&format!("{page}/inbound"), &[("redeem", "on"), ("sure", "on")]);
    assert_eq!(set_for(&desk, target, source).and_then(|one| one.sync_inbound), Some(false));
    // Now nothing rests on it any more.
    desk.send(&format!("{page}/inbound"), &[]);
    let outbound = format!("{SOURCE}/fabrikam.example/outbound");
    assert_eq!(desk.post(&outbound, &[]).status, 303);
}

#[test]
fn resetting_inherits_again_and_removing_says_what_stops() {
    let desk = Desk::operator();
    let (source, target) = (desk.world.source, desk.world.target);
    let page = format!("{TARGET}/contoso.example");
    says(&desk.page(&page), &["This stops staff. The people it brought stay as they are."]);
    desk.send(&format!("{page}/reset"), &[]);
    assert_eq!(set_for(&desk, target, source), Some(Partner::default()));
    says(&desk.page(TARGET), &["Contoso", "Inherited from default", "Inherited from default"]);
    desk.send(&format!("{page}/remove"), &[]);
    assert_eq!(set_for(&desk, target, source), None);
}

#[test]
fn both_sides_are_set_on_one_page_by_whoever_may() {
    let mut desk = Desk::operator();
    let third = add_tenant(&desk, "Tailspin", "tailspin.example");
    let page = format!("{SOURCE}/tailspin.example/both");
    says(
        &desk.page(&page),
        &["People of Contoso who go to Tailspin", "In Tailspin: Allow users sync"],
    );
    let on = [("out-sync", "on"), ("out-redeem-in", "on"), ("out-redeem-out", "on")];
    desk.send(&page, &on);
    let there = set_for(&desk, third, desk.world.source).expect("set");
    let here = set_for(&desk, desk.world.source, third).expect("set");
    assert_eq!((there.sync_inbound, there.redeem_inbound), (Some(true), Some(true)));
    assert_eq!((here.redeem_outbound, here.sync_inbound), (Some(true), None));
    let stops = desk.post(&format!("{SOURCE}/fabrikam.example/both"), &[]);
    says(&stops.html, &["This stops staff"]);
    desk.sit(desk.world.source, "sam", &[Role::GlobalAdministrator]);
    assert_eq!(desk.get(&page).status, 404, "the other tenant is none of theirs");
    lacks(&desk.page(&format!("{SOURCE}/tailspin.example")), &["Set both sides"]);
}

/// What a form carries of the switches as they were.
fn seen(html: &str, name: &str) -> String {
    let (_, rest) = html.split_once(&format!("name=\"{name}\" value=\"")).expect("it carries them");
    rest.split('"').next().expect("it ends").to_owned()
}

#[test]
fn what_somebody_else_switched_off_meanwhile_stays_off() {
    let desk = Desk::operator();
    let (source, target) = (desk.world.source, desk.world.target);
    let (page, both) =
        (format!("{TARGET}/contoso.example"), format!("{SOURCE}/fabrikam.example/both"));
    let of_page = seen(&desk.page(&page), "seen");
    let of_both = seen(&desk.page(&both), "out-seen");
    desk.world.set_target_consent(false);
    // The form was made while users were let in; what its reader adds are groups.
    let form = [("seen", of_page.as_str()), ("sync", "on"), ("groups", "on"), ("redeem", "on")];
    desk.send(&format!("{page}/inbound"), &form);
    let held = set_for(&desk, target, source).expect("it is set");
    assert_eq!((held.sync_inbound, held.group_sync_inbound), (Some(false), Some(true)));
    let form = [("out-seen", of_both.as_str()), ("out-sync", "on"), ("out-redeem-in", "on")];
    desk.send(&both, &[&form[..], &[("sure", "on")]].concat());
    let held = set_for(&desk, target, source).expect("it is set");
    assert_eq!((held.sync_inbound, held.redeem_inbound), (Some(false), Some(true)));
    let held = set_for(&desk, source, target).expect("it is set");
    assert_eq!(held.redeem_outbound, Some(false), "that was switched off in the form");
}

#[test]
fn a_setting_goes_from_inherited_to_own_and_back() {
    let desk = Desk::operator();
    let page = format!("{SOURCE}/fabrikam.example/settings/b2bCollaborationInbound");
    says(&desk.page(&page), &["allowed for everybody and all applications", "Own settings"]);
    let some = [
        ("mode", "own"),
        ("users-access", "allowed"),
        ("users-who", "some"),
        ("users-ids", "not-an-id"),
        ("applications-access", "allowed"),
        ("applications-who", "all"),
    ];
    let refused = desk.post(&page, &some);
    assert_eq!(refused.status, 422);
    says(&refused.html, &["&#39;not-an-id&#39; is no id.", ">not-an-id</textarea>"]);
    let group = "group 0198c7a0-0000-7000-8000-000000000001";
    let good: Vec<_> =
        some.map(|(name, value)| (name, if name == "users-ids" { group } else { value })).into();
    says(&desk.send(&page, &good), &["people: only 1 allowed; applications: all allowed", "own"]);
    says(&desk.send(&page, &[("mode", "inherit")]), &["allowed for everybody", "inherited"]);
    let trust = format!("{TARGET}/defaults/inboundTrust");
    let saved = desk.send(&trust, &[("mode", "own"), ("isMfaAccepted", "on")]);
    says(&saved, &["Configured", "Trust multifactor authentication"]);
    says(&desk.send(&format!("{TARGET}/defaults/reset"), &[]), &["as the service has it"]);
    says(
        &desk.send(&format!("{TARGET}/clouds"), &[("cloud", "microsoftonline.us")]),
        &["microsoftonline.us\" checked"],
    );
}

#[test]
fn who_may_not_sees_why() {
    let mut desk = Desk::operator();
    desk.sit(desk.world.target, "gus", &[Role::GlobalReader]);
    let why = "may not do that; it takes one of: Global Administrator, Security Administrator";
    for path in ["", "/contoso.example", "/new?name=contoso.example", "/defaults", "/clouds"] {
        let page = desk.page(&format!("{TARGET}{path}"));
        lacks(&page, &["class=\"primary\">Save", "Add this organization", "data-confirm"]);
        if path != "/new?name=contoso.example" {
            says(&page, &[why]);
        }
    }
    let refused = desk
        .post(&format!("{TARGET}/contoso.example/inbound"), &[("sync", "on"), ("redeem", "on")]);
    assert_eq!(refused.status, 403);
    assert_eq!(desk.get(SOURCE).status, 404);
}

#[test]
fn a_service_provider_is_not_removed() {
    let desk = Desk::operator();
    let (source, target) = (desk.world.source, desk.world.target);
    let provider = serde_json::json!({ "isServiceProvider": true });
    let provider = provider.as_object().expect("an object");
    let directory = &desk.world.directory;
    directory
        .change_partner(&desk.world.operator, target, source, provider)
        .expect("it may be set");
    let refused = desk.post(&format!("{TARGET}/contoso.example/remove"), &[]);
    assert_eq!(refused.status, 422);
    says(&refused.html, &["a service provider stays"]);
    assert!(set_for(&desk, target, source).is_some());
}
