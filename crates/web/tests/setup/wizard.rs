//! From no configuration to one that runs, through the pages alone.

use model::{JobState, Role, Stage};

use crate::desk::{Desk, lacks, says};

const JOBS: &str = "/center/tenants/contoso.example/jobs";

fn setup(desk: &Desk) -> String {
    format!("{JOBS}/{}/setup", desk.world.job)
}

#[test]
fn the_list_says_how_each_configuration_stands() {
    let desk = Desk::operator();
    says(
        &desk.page(JOBS),
        &["staff", "Not started yet", "Fabrikam", "none yet", "only when asked"],
    );
    desk.world.change_job(|job| job.state = JobState::Active);
    let ada = desk.world.person("<i>ada</i>", &[]);
    desk.world.assign(ada, true);
    desk.world.cycle();
    says(
        &desk.page(JOBS),
        &["staff", "Active", "Fabrikam", ">1</td>", "done", "when something changes"],
    );
    desk.world.set_target_consent(false);
    says(&desk.page(JOBS), &["Consent missing"]);
}

#[test]
fn a_new_configuration_shows_whom_its_target_means_and_does_nothing() {
    let desk = Desk::operator();
    let new = "/center/tenants/fabrikam.example/jobs/new";
    let looked = desk.post(new, &[("name", "back"), ("target", "Contoso.example"), ("do", "look")]);
    says(&looked.html, &["<bdi>Contoso</bdi> (contoso.example)", "Make the configuration"]);
    lacks(&looked.html, &["is not among the organizations"]);
    let unknown = desk.post(new, &[("name", "back"), ("target", "nobody.example"), ("do", "make")]);
    assert_eq!(unknown.status, 422);
    says(&unknown.html, &["nobody.example", "value=\"back\""]);
    let made = desk.send(new, &[("name", "back"), ("target", "contoso.example"), ("do", "make")]);
    says(&made, &["was made. Nothing happens until it is started.", "Connection test"]);
    let job = desk.world.directory.find_job(&desk.world.operator, "back").expect("it was made");
    assert_eq!(
        (job.state, job.stage, job.target),
        (JobState::Paused, Stage::Made, desk.world.source)
    );
    let twice = desk.post(new, &[("name", "back"), ("target", "contoso.example"), ("do", "make")]);
    assert_eq!(twice.status, 409);
}

#[test]
fn a_configuration_without_a_target_gets_one_in_its_first_step() {
    let desk = Desk::operator();
    let new = "/center/tenants/fabrikam.example/jobs/new";
    let made = desk.send(new, &[("name", "later"), ("target", ""), ("do", "make")]);
    says(&made, &["aria-current=\"step\">Target</a>", "to do", "Choose this tenant"]);
    let job = desk.world.directory.find_job(&desk.world.operator, "later").expect("it was made");
    let setup = format!("/center/tenants/fabrikam.example/jobs/{}/setup", job.id);
    says(&desk.page(&format!("{setup}?step=review")), &["An earlier step has to be done"]);
    let wrong = desk
        .post(&format!("{setup}/target"), &[("target", "fabrikam.example"), ("step", "target")]);
    assert_eq!(wrong.status, 422);
    let chosen = desk.send(&format!("{setup}/target"), &[("target", "contoso.example")]);
    says(&chosen, &["The target was chosen.", "aria-current=\"step\">Connection test</a>"]);
}

#[test]
fn every_check_is_listed_with_the_side_that_has_to_act() {
    let mut desk = Desk::operator();
    desk.world.set_source_consent(false);
    desk.world.set_target_consent(false);
    let page = format!("{}?step=connection", setup(&desk));
    says(
        &desk.page(&page),
        &[
            "synchronize users into it",
            "missing",
            "The target tenant decides",
            "Allow it here",
            "Set both sides",
        ],
    );
    let (source, target) = (desk.world.source, desk.world.target);
    desk.sit(source, "hanna", &[Role::HybridIdentityAdministrator]);
    let seen = desk.page(&page);
    says(&seen, &["it takes one of: Global Administrator, Security Administrator"]);
    says(
        &seen,
        &[
            "value=\"http://sync.test/center/tenants/fabrikam.example/access/contoso.example#inbound\"",
        ],
    );
    says(&seen, &["readonly>Hello,\nContoso (contoso.example)"]);
    lacks(&seen, &["Allow it here", "Set both sides"]);
    desk.sit(source, "gus", &[Role::GlobalAdministrator]);
    let allowed = desk.send(&format!("{}/allow", setup(&desk)), &[]);
    says(&allowed, &["Connection test</a>", "waits for the other side"]);
    desk.sit(target, "tom", &[Role::SecurityAdministrator]);
    assert_eq!(desk.get(&page).status, 404, "the configuration is the source's");
    let access = "/center/tenants/fabrikam.example/access/contoso.example";
    desk.send(&format!("{access}/inbound"), &[("sync", "on"), ("redeem", "on")]);
    desk.sit(source, "gina", &[Role::GlobalAdministrator]);
    let seen = desk.page(&page);
    says(&seen, &["Connection test</a> <span class=\"badge ok\">done"]);
    lacks(&seen, &["missing</span>"]);
}

#[test]
fn the_steps_lead_to_a_run() {
    let desk = Desk::operator();
    let setup = setup(&desk);
    says(&desk.page(&setup), &["aria-current=\"step\">Scope and assignment</a>", "nobody yet"]);
    let ada = desk.world.person("ada", &[("department", "Marketing")]);
    desk.world.person("<b>bo</b>", &[]);
    desk.world.assign(ada, true);
    says(
        &desk.page(&setup),
        &["aria-current=\"step\">Review</a>", "Preview the whole plan", "No preview yet."],
    );
    desk.send(&format!("{setup}/plan"), &[]);
    let review = poll(|| {
        Some(desk.page(&format!("{setup}?step=review")))
            .filter(|page| page.contains("First differences"))
    });
    says(
        &review,
        &[
            "people looked at",
            "<strong>1</strong> created",
            "left out, and why",
            "First differences",
            "<bdi>ada@contoso.example</bdi>",
            "department: <span class=\"now\">Marketing</span>",
        ],
    );
    desk.world.change_job(|job| job.actions.delete = false);
    says(&desk.page(&format!("{setup}?step=review")), &["Preview again."]);
    let started = desk.send(&format!("{setup}/start"), &[]);
    says(&started, &["staff runs by itself now.", "It runs by itself."]);
    assert_eq!(desk.world.job().state, JobState::Active);
    desk.world.cycle();
    says(&desk.page(&setup), &["aria-current=\"step\">Start</a>", "create: 1"]);
}

#[test]
fn who_may_only_read_sees_the_steps_and_why_there_are_no_buttons() {
    let mut desk = Desk::operator();
    let source = desk.world.source;
    desk.sit(source, "gus", &[Role::GlobalReader]);
    for step in ["target", "connection", "scope", "filter", "mappings", "review", "person", "start"]
    {
        let page = desk.page(&format!("{}?step={step}", setup(&desk)));
        lacks(&page, &["setup/plan\"", "setup/start\"", "setup/target\"", "setup/allow\""]);
    }
    says(
        &desk.page(&format!("{}?step=start", setup(&desk))),
        &["it takes one of: Global Administrator, Hybrid"],
    );
    assert_eq!(desk.post(&format!("{}/start", setup(&desk)), &[]).status, 403);
    says(&desk.page(&format!("{JOBS}/new")), &["may not do that"]);
    desk.sit(source, "rita", &[Role::ReportsReader]);
    assert_ne!(desk.get(&setup(&desk)).status, 200);
    assert_ne!(desk.get(JOBS).status, 200);
}

/// Asks until there is an answer: what was begun in the background takes a moment.
fn poll<T>(ask: impl Fn() -> Option<T>) -> T {
    let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(std::time::Instant::now() < end, "it did not come to its end");
        std::thread::yield_now();
    }
}
