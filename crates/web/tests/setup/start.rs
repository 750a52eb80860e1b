//! The first steps, for operators and for administrators of one tenant.

use model::Role;
use testkit::World;

use crate::desk::{Desk, lacks, says};

const START: &str = "/center/start";

/// Two tenants without people, consent or configurations.
fn empty() -> Desk {
    let world = World::new();
    world.directory.delete_job(&world.operator, &world.job()).expect("it may be deleted");
    for (own, other) in [(world.source, world.target), (world.target, world.source)] {
        world.directory.remove_partner(&world.operator, own, other).expect("it may be removed");
    }
    Desk::over(world)
}

#[test]
fn an_operator_is_led_from_the_tenants_to_a_run() {
    let desk = empty();
    says(
        &desk.page(START),
        &["aria-current=\"step\">People", "Next: bring people in", "Import into Contoso"],
    );
    let made = desk.post("/center/tenants", &[("name", "Third"), ("domain", "contoso.example")]);
    assert_eq!(made.status, 409, "the domain is taken");
    says(&made.html, &["value=\"Third\""]);
    let ada = desk.world.person("ada", &[]);
    says(
        &desk.page(START),
        &[
            "Next: let both tenants agree",
            "/access/fabrikam.example/both\"><bdi>Contoso to Fabrikam",
        ],
    );
    let both = "/center/tenants/contoso.example/access/fabrikam.example/both";
    desk.send(both, &[("out-sync", "on"), ("out-redeem-in", "on"), ("out-redeem-out", "on")]);
    let page = desk.page(START);
    says(
        &page,
        &[
            "Next: make the first configuration",
            "jobs/new?target=fabrikam.example&#38;name=Contoso%20to%20Fabrikam",
        ],
    );
    lacks(&page, &["<bdi>Fabrikam to Contoso"]);
    let new = "/center/tenants/contoso.example/jobs/new";
    says(
        &desk.page(&format!("{new}?target=fabrikam.example&name=first")),
        &["value=\"first\"", "<bdi>Fabrikam</bdi>"],
    );
    desk.send(new, &[("name", "first"), ("target", "fabrikam.example"), ("do", "make")]);
    says(&desk.page(START), &["Next: finish the setup and start", "/setup\"><bdi>Set up first"]);
    let job = desk.world.directory.find_job(&desk.world.operator, "first").expect("it was made");
    desk.world.directory.assign(&desk.world.operator, &job, &[ada], true).expect("assigned");
    desk.world.sync.run_cycle(&desk.world.operator, &job, &sync::Silent).expect("it runs");
    says(&desk.page(START), &["Next: nothing, it runs"]);
}

#[test]
fn an_administrator_of_one_tenant_is_led_through_the_own_half() {
    let mut desk = empty();
    let (source, target) = (desk.world.source, desk.world.target);
    desk.sit(target, "tom", &[Role::GlobalAdministrator]);
    let page = desk.page(START);
    says(&page, &["aria-current=\"step\">A partner", "Add an organization"]);
    lacks(&page, &["Add the tenant", "contoso.example"]);
    says(&desk.page("/center"), &["First steps"]);
    let access = "/center/tenants/fabrikam.example/access";
    desk.send(&format!("{access}/new"), &[("name", "contoso.example")]);
    says(&desk.page(START), &["Next: allow what was agreed", "Settings for Contoso"]);
    desk.send(&format!("{access}/contoso.example/inbound"), &[("sync", "on"), ("redeem", "on")]);
    says(&desk.page(START), &["Next: wait for the other tenant"]);
    desk.sit(source, "sam", &[Role::GlobalAdministrator]);
    let outbound = "/center/tenants/contoso.example/access/fabrikam.example/outbound";
    desk.send(outbound, &[("redeem", "on")]);
    says(&desk.page(START), &["Next: make the first configuration", "<bdi>Contoso to Fabrikam"]);
    desk.sit(source, "nobody", &[]);
    assert_eq!(desk.get(START).status, 403);
}
