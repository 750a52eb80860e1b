//! A configuration at work: its state and buttons, runs, log, plans, what is held, escrow, one person.

use model::{JobState, Role};

use crate::support::{Center, Page};

/// Contoso's configuration with three people in step.
fn running() -> (Center, String) {
    let center = Center::new();
    for name in ["ada", "bob", "cleo"] {
        let person = center.world.person(name, &[("department", "Sales")]);
        center.world.assign(person, true);
    }
    center.world.cycle();
    let base = base(&center);
    (center, base)
}

fn base(center: &Center) -> String {
    format!("/center/tenants/contoso.example/jobs/{}", center.world.job)
}

/// What stands between two texts of a page.
fn between<'a>(page: &'a Page, from: &str, to: &str) -> &'a str {
    let (_, rest) = page.text.split_once(from).expect("the page has the first text");
    rest.split(to).next().expect("it ends")
}

#[test]
fn the_overview_says_how_it_stands_and_its_buttons_do_what_they_say() {
    let (center, base) = running();
    let browser = center.operator();
    let page = browser.get(&base);
    page.must_say("people in step").must_say(">3</strong>").must_say("3 Create");
    let page = browser.post_and_follow(&format!("{base}/start"), &[]);
    page.must_say("runs by itself from now on");
    assert_eq!(center.world.job().state, JobState::Active);
    let page = browser.post_and_follow(&format!("{base}/pause"), &[]);
    page.must_say("staff is paused").must_say("nothing happens by itself");
    assert_eq!(center.world.job().state, JobState::Paused);
    browser.post_and_follow(&format!("{base}/start"), &[]);
    center.world.set(center.world.source, first_user(&center), &[("city", "Lisbon")]);
    browser.get(&base).must_say("of the source are still to be looked at");
    let page = browser.post_and_follow(&format!("{base}/run"), &[]);
    page.must_say("1 Update.").must_say("up to date");
    browser.post_and_follow(&format!("{base}/stop"), &[]).must_say("Nothing was under way");
}

fn first_user(center: &Center) -> model::ObjectId {
    let found = center.world.objects(center.world.source, model::Kind::User);
    found.into_values().find(|user| user.label().starts_with("ada")).expect("she is there").id
}

#[test]
fn a_missing_consent_names_who_has_to_act_and_a_quarantine_what_ends_it() {
    let (center, base) = running();
    center.world.set_target_consent(false);
    let browser = center.operator();
    let page = browser.get(&base);
    page.must_say("Consent missing").must_say("An administrator of Fabrikam has to allow");
    page.must_say("/center/tenants/fabrikam.example/access/contoso.example");
    let refused = browser.post(&format!("{base}/run"), &[]);
    assert_eq!(refused.status, 422);
    refused.must_say("role=\"alert\"").must_say("End the quarantine").must_say("consent-missing");
    let page = browser.post_and_follow(&format!("{base}/lift"), &[]);
    page.must_say("The quarantine is over").must_not_say("End the quarantine");
}

#[test]
fn runs_are_listed_by_the_page_and_one_shows_its_entries() {
    let (center, base) = running();
    let ada = first_user(&center);
    for round in 0..52 {
        center.world.set(center.world.source, ada, &[("city", &format!("City {round}"))]);
        center.world.cycle();
    }
    let browser = center.operator();
    let page = browser.get(&format!("{base}/runs"));
    let next = between(&page, "<nav class=\"pager\"", "rel=\"next\"").to_owned();
    let next = next.split("href=\"").last().and_then(|text| text.split('"').next());
    let next = next.expect("there is another page").replace("&#38;", "&");
    let last = browser.get(&next);
    last.must_say("3 Create");
    let run = between(&last, "/runs/01", "\"").to_owned();
    let page = browser.get(&format!("{base}/runs/01{run}"));
    page.must_say("Entries").must_say("ada@contoso.example");
    assert_eq!(browser.get(&format!("{base}/runs/{}", model::RunId::NIL)).status, 404);
}

#[test]
fn the_log_is_searched_by_person_action_status_and_time_and_leaves_as_a_file() {
    let (center, base) = running();
    let ada = first_user(&center);
    center.world.set(center.world.source, ada, &[("department", "Marketing")]);
    center.world.cycle();
    let browser = center.operator();
    let log = format!("{base}/log");
    let page = browser.get(&log);
    page.must_say("Create").must_say("bob@contoso.example");
    let page = browser.get(&format!("{log}?who=ada@contoso.example&action=update"));
    page.must_say("Sales").must_say("Marketing").must_not_say("bob@contoso.example");
    let entry = between(&page, &format!("href=\"{base}/runs/"), "\"").to_owned();
    let page = browser.get(&format!("{base}/runs/{entry}"));
    for step in ["Import", "Scope", "Match", "Action"] {
        page.must_say(&format!("<strong>{step}</strong>"));
    }
    page.must_say("<bdi>Sales</bdi>").must_say("<bdi>Marketing</bdi>");
    browser.get(&format!("{log}?status=failure")).must_say("Nothing was done");
    browser.get(&format!("{log}?until=2001-01-01")).must_say("Nothing was done");
    let wrong = browser.get(&format!("{log}?who=nobody@contoso.example"));
    assert_eq!(wrong.status, 422);
    wrong.must_say("role=\"alert\"").must_say("value=\"nobody@contoso.example\"");
    let file = browser.get(&format!("{log}/export?format=csv&action=update"));
    assert_eq!(file.text.lines().count(), 2, "{}", file.text);
    file.must_say("activityDateTime,").must_say("ada@contoso.example");
    let kind = file.headers.get("content-disposition").expect("it is a file");
    assert_eq!(kind, "attachment; filename=\"staff-log.csv\"");
    let file = browser.get(&format!("{log}/export?format=jsonl"));
    assert_eq!(file.text.lines().count(), 4, "{}", file.text);
    assert_eq!(browser.get(&format!("{log}/export?format=exe")).status, 404);
}

#[test]
fn a_plan_is_made_read_in_groups_applied_once_and_refused_when_it_is_out_of_date() {
    let (center, base) = running();
    let ada = first_user(&center);
    center.world.set(center.world.source, ada, &[("department", "Marketing"), ("city", "Lisbon")]);
    let dora = center.world.person(
        "<b>dora</b>",
        &[("mail", "dora@contoso.example"), ("userPrincipalName", "dora@contoso.example")],
    );
    center.world.assign(dora, true);
    let browser = center.operator();
    let page = browser.post_and_follow(&format!("{base}/plan"), &[("extent", "next")]);
    page.must_say("The plan is made").must_say("2 changes").must_say("Apply this plan");
    let id = between(&page, &format!("action=\"{base}/plan/"), "/apply").to_owned();
    let plan = format!("{base}/plan/{id}");
    let groups = browser.get(&format!("{plan}/groups"));
    groups.must_say("event: groups").must_say("<code>city</code>").must_say("event: end");
    let page = browser.get(&format!("{plan}/entries?action=update&attributes=city%2Cdepartment"));
    page.must_say("Lisbon").must_say("Marketing").must_not_say("dora");
    browser.get(&format!("{plan}/entries?action=update&attributes=city")).must_not_say("Lisbon");
    assert!(center.world.linked(dora).is_none(), "a plan writes nothing");
    let page = browser.post_and_follow(&format!("{plan}/apply"), &[]);
    page.must_say("The plan was applied. 2 looked at").must_say("It was applied");
    assert!(center.world.linked(dora).is_some());
    // Somebody moves after the second plan was made.
    center.world.set(center.world.source, ada, &[("city", "Porto")]);
    let page = browser.post_and_follow(&format!("{base}/plan"), &[]);
    let id = between(&page, &format!("action=\"{base}/plan/"), "/apply").to_owned();
    center.world.set(center.world.source, ada, &[("city", "Faro")]);
    let refused = browser.post(&format!("{base}/plan/{id}/apply"), &[]);
    assert_eq!(refused.status, 422);
    refused.must_say("role=\"alert\"").must_not_say("Apply this plan<");
    let page = browser.post_and_follow(&format!("{base}/plan/{id}/drop"), &[]);
    page.must_say("The plan was discarded").must_say("Discarded");
}

#[test]
fn held_changes_are_named_before_they_are_approved_or_rejected() {
    let (center, base) = running();
    center.world.change_job(|job| {
        job.limits.removals_at_least = 0;
        job.limits.removals_percent = 0;
    });
    let people: Vec<_> = center.world.links().iter().map(|link| link.source).collect();
    people.iter().for_each(|person| center.world.assign(*person, false));
    center.world.cycle();
    let browser = center.operator();
    browser.get(&base).must_say("3 changes go beyond a limit");
    let page = browser.get(&format!("{base}/held"));
    page.must_say("removal-brake")
        .must_say("ada@contoso.example")
        .must_say("Reject what is ticked");
    let id = between(&page, "name=\"id\" value=\"", "\"").to_owned();
    let decide = format!("{base}/held/decide");
    for decision in ["approve", "reject"] {
        let page = browser.follow(&format!("{decide}?decision={decision}"));
        page.must_say("Nothing was chosen").must_say("ada@contoso.example");
        browser.post_and_follow(&decide, &[("decision", decision)]).must_say("Nothing was chosen");
    }
    let page = browser.get(&format!("{decide}?decision=approve&id={id}"));
    page.must_say("Approve one change?").must_say("ada@contoso.example").must_not_say("bob@");
    let page = browser.post_and_follow(&decide, &[("decision", "approve"), ("id", &id)]);
    page.must_say("1 Remove").must_not_say("ada@contoso.example: ");
    let again = browser.post_and_follow(&decide, &[("decision", "approve"), ("id", &id)]);
    again.must_say("it is not held any more");
    let page = browser.get(&format!("{decide}?decision=reject&all=on"));
    page.must_say("Reject 2 changes?").must_say("bob@").must_say("cleo@");
    let until = between(&page, "name=\"until\" value=\"", "\"").to_owned();
    let fields = [("decision", "reject"), ("all", "on"), ("until", until.as_str())];
    browser.post_and_follow(&decide, &fields).must_say("Rejected: 2").must_say("Nothing is held");
    let page = browser.follow(&format!("{decide}?decision=approve&id={id}"));
    page.must_say("it is not held any more");
    let still = people.iter().filter(|person| {
        center.world.linked(**person).is_some_and(|object| object.deleted.is_none())
    });
    assert_eq!(still.count(), 2);
}

#[test]
fn who_could_not_go_on_is_told_by_reason_tried_again_and_given_up() {
    let center = Center::new();
    let base = base(&center);
    let away = [("mail", "eve@nowhere.example"), ("displayName", "<script>alert(1)</script>")];
    let eve = center.world.person("eve", &away);
    center.world.assign(eve, true);
    center.world.cycle();
    let browser = center.operator();
    let page = browser.get(&format!("{base}/escrow"));
    page.must_say("mail-domain-not-verified").must_say("Verify the domain with <code>syncline");
    page.must_say("eve@contoso.example").must_not_say("<script>alert");
    let id = eve.to_string();
    let page = browser.post_and_follow(&format!("{base}/escrow/retry"), &[("id", &id)]);
    page.must_say("Tried again");
    let page = browser.post_and_follow(&format!("{base}/escrow/give-up"), &[("id", &id)]);
    page.must_say("Given up: 1").must_say("1 given up");
    browser.post_and_follow(&format!("{base}/escrow/give-up"), &[]).must_say("Nobody was ticked");
    center.world.set(center.world.source, eve, &[("mail", "eve@contoso.example")]);
    let page = browser.post_and_follow(&format!("{base}/escrow/retry"), &[("all", "on")]);
    page.must_say("Nobody is held up");
}

#[test]
fn one_person_is_found_explained_previewed_and_taken_over_now() {
    let (center, base) = running();
    let more = [("displayName", "مها العلي"), ("department", "Sales")];
    let maha = center.world.person("maha", &more);
    let browser = center.operator();
    let part = browser.part(&format!("{base}/people?q=maha"));
    part.must_say("<bdi>مها العلي</bdi>").must_not_say("<html");
    browser.get(&format!("{base}/people?q=zz")).must_say("Nobody");
    let own = format!("{base}/people/{maha}");
    let page = browser.get(&own);
    page.must_say("Not in the target").must_say("not-assigned").must_say("nothing; left out");
    center.world.assign(maha, true);
    let page = browser.get(&own);
    page.must_say("A run would do:</strong> Create").must_say("in Fabrikam, now?");
    assert!(center.world.linked(maha).is_none(), "looking writes nothing");
    let page = browser.post_and_follow(&format!("{own}/provision"), &[]);
    page.must_say("What was done").must_say("<strong>Import</strong>").must_say("In the target");
    assert!(center.world.linked(maha).is_some());
    let page = browser.post_and_follow(&format!("{own}/provision"), &[]);
    page.must_say("There was nothing to change");
    assert_eq!(browser.get(&format!("{base}/people/nobody")).status, 404);
}

#[test]
fn a_reader_sees_why_there_are_no_buttons_and_no_form_of_theirs_is_taken() {
    let (center, base) = running();
    let source = center.world.source;
    let reader = center.signed_in(source, "rita", &[Role::GlobalReader]);
    for place in ["", "/runs", "/log", "/plan", "/held", "/escrow", "/people", "/insights"] {
        let page = reader.get(&format!("{base}{place}"));
        assert_eq!(page.status, 200, "{place}: {}", page.text);
        page.must_not_say("action=\"{base}/");
    }
    reader.get(&base).must_say("it takes one of").must_not_say("Run now");
    for place in ["run", "stop", "pause", "lift", "plan", "escrow/retry"] {
        let page = reader.post(&format!("{base}/{place}"), &[("all", "on")]);
        assert_eq!(page.status, 403, "{place}");
    }
    // Who may read users and configurations, and no logs.
    let helper = center.signed_in(source, "uwe", &[Role::UserAdministrator]);
    helper.get(&base).must_say("Runs and figures are not shown");
    assert_eq!(helper.get(&format!("{base}/log")).status, 403);
    let ada = first_user(&center);
    helper.get(&format!("{base}/people/{ada}")).must_say("In the target");
    // Who reads logs, and no configurations.
    let reports = center.signed_in(source, "rosa", &[Role::ReportsReader]);
    reports.get(&format!("{base}/log")).must_say("ada@contoso.example");
    assert_eq!(reports.get(&base).status, 200);
    for place in ["scope", "mappings", "settings"] {
        let page = reports.get(&format!("{base}/{place}"));
        assert_eq!(page.status, 403, "{place}");
        page.must_say("You may not do that; it takes one of: ").must_say("Global Reader");
    }
    reports.get("/center/operators").must_say("or nothing that you may see");
    let other = center.signed_in(center.world.target, "otto", &[Role::GlobalAdministrator]);
    assert_eq!(other.get(&base).status, 404);
}

#[test]
fn the_target_sees_what_was_written_into_it_and_how_to_stop_it() {
    let (center, base) = running();
    let target = center.world.target;
    let browser = center.signed_in(target, "fred", &[Role::GlobalAdministrator]);
    let list = "/center/tenants/fabrikam.example/incoming";
    browser.get(list).must_say("staff").must_say("Contoso").must_say("Writes here");
    let own = format!("{list}/{}", center.world.job);
    let page = browser.get(&own);
    page.must_say("3 Create").must_say("/center/tenants/fabrikam.example/access/contoso.example");
    page.must_not_say("Run now").must_not_say(&base);
    let page = browser.get(&format!("{own}/log"));
    page.must_say("ada@contoso.example").must_not_say(&base);
    let entry = between(&page, &format!("href=\"{own}/runs/"), "\"").to_owned();
    browser.get(&format!("{own}/runs/{entry}")).must_say("<strong>Import</strong>");
    center.world.set_target_consent(false);
    browser.get(&own).must_say("Stopped by this tenant");
    let nobody = center.signed_in(target, "nora", &[Role::UserAdministrator]);
    nobody.get(list).must_say("it takes one of").must_not_say("staff");
    assert_eq!(nobody.get(&own).status, 403);
}

#[test]
fn what_it_came_to_is_drawn_and_stands_in_tables_as_well() {
    let (center, base) = running();
    let browser = center.operator();
    let page = browser.get(&format!("{base}/insights"));
    page.must_say("class=\"picture chart\"").must_say(">30 days<").must_say("2026-01-05: 3 Create");
    page.must_say("<th scope=\"row\">2026-01-05</th><td class=\"number\">3</td>");
    page.must_say("Nothing to tell of these days");
    browser.get(&format!("{base}/insights?days=7")).must_say("days=7\" aria-current=\"true\"");
    let helper = center.signed_in(center.world.source, "uwe", &[Role::UserAdministrator]);
    assert_eq!(helper.get(&format!("{base}/insights")).status, 403);
}

#[test]
fn each_code_has_its_page() {
    let center = Center::new();
    let browser = center.operator();
    browser.get("/center/codes/removal-brake").must_say("syncline hold JOB list");
    browser.get("/center/codes").must_say("plan-moved");
    assert_eq!(browser.get("/center/codes/none").status, 404);
}
