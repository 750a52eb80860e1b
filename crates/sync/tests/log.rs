//! The provisioning log: how it is told, searched, followed and forgotten, and how far a job is
//! behind its source.

use model::{Action, ChangeId, Code, Entry, EntryState, IdSource, ObjectId, RunId, ScopeMode};
use serde_json::{Value, json};
use store::{JournalCommit, Settled};
use sync::{Forgotten, LogPage, LogQuery, LogStatus};
use testkit::World;

/// A world in which everybody is in scope.
fn everybody() -> World {
    let world = World::new();
    world.change_job(|job| job.scope = ScopeMode::All);
    world
}

fn read(world: &World, query: &LogQuery) -> LogPage {
    world.sync.read_log(&world.operator, &world.job(), query).expect("it may be read")
}

/// The entries that a question finds, as words: action, status and person.
fn found(world: &World, query: &LogQuery) -> Vec<String> {
    read(world, query).entries.iter().map(tell).collect()
}

fn tell(entry: &sync::LogEntry) -> String {
    let name = entry.source_identity.display_name.split('@').next().unwrap_or_default();
    format!("{} {} {name}", entry.action.as_str(), entry.status().as_str())
}

/// The one entry that a question finds, as programs read it.
fn one(world: &World, query: &LogQuery) -> Value {
    let mut entries = read(world, query).entries;
    assert_eq!(entries.len(), 1, "{entries:?}");
    serde_json::to_value(entries.remove(0)).expect("plain values")
}

fn steps(entry: &Value) -> Vec<String> {
    let steps = entry["provisioningSteps"].as_array().expect("an array");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let each = steps.iter().map(|step| {
        format!(
            "{} {} {}",
            text(&step["provisioningStepType"]),
            text(&step["name"]),
            text(&step["status"])
        )
    });
    each.collect()
}

#[test]
fn an_entry_that_leaves_the_name_alone_says_all_the_same_who_it_was_about() {
    let world = World::new();
    let ada = world.person("ada", &[]);
    for present in [true, false, true] {
        world.assign(ada, present);
        world.cycle();
    }
    let entries = read(&world, &LogQuery::default()).entries;
    let restored = entries.iter().find(|entry| entry.action == Action::Restore);
    let named = restored.map(|entry| entry.target_identity.display_name.as_str());
    assert_eq!(named, Some("ada@contoso.example"));
}

#[test]
fn an_entry_has_the_members_of_a_provisioning_object_summary() {
    let world = everybody();
    let ada = world.person("ada", &[("department", "Sales")]);
    world.cycle();
    let created = one(&world, &LogQuery::default());
    let target = world.linked(ada).expect("she is there").id;
    assert_eq!(created["provisioningAction"], "create");
    assert_eq!(
        created["provisioningStatusInfo"],
        json!({"status": "success", "errorInformation": null})
    );
    assert_eq!(created["id"], created["changeId"]);
    assert_eq!(created["jobId"], json!(world.job));
    assert_eq!(created["sourceIdentity"]["id"], json!(ada));
    assert_eq!(created["targetIdentity"]["id"], json!(target));
    assert_eq!(created["targetIdentity"]["identityType"], "User");
    assert_eq!(created["sourceSystem"]["displayName"], "Contoso");
    assert_eq!(created["targetSystem"]["details"]["domain"], "fabrikam.example");
    let department = json!({"displayName": "department", "oldValue": null, "newValue": "Sales"});
    let properties = created["modifiedProperties"].as_array().expect("an array");
    assert!(properties.contains(&department), "{properties:?}");
    let kept = world.entries().remove(0);
    assert_eq!(created["cycleId"], json!(kept.run));
    assert_eq!(
        steps(&created),
        [
            "import EntryImportAdd success",
            "scoping EntrySynchronizationScoping success",
            "matching EntrySynchronizationAdd success",
            "processing EntrySynchronizationAdd success",
            "export EntryExportAdd success",
        ]
    );
    let scoping = &created["provisioningSteps"][1]["details"];
    assert_eq!(scoping["Scoping filter evaluation passed"], "True");
}

#[test]
fn steps_end_where_the_person_came_to_a_stop() {
    let world = World::new();
    let ada = world.person("ada", &[]);
    let bo = world.person("bo", &[("department", "Sales"), ("mail", "bo@elsewhere.example")]);
    world.assign(ada, true);
    world.assign(bo, true);
    world.cycle();
    let failed = one(&world, &LogQuery { source: Some(bo), ..LogQuery::default() });
    assert_eq!(failed["provisioningAction"], "other");
    let error = &failed["provisioningStatusInfo"]["errorInformation"];
    assert_eq!(error["errorCode"], "mail-domain-not-verified");
    assert_eq!(error["recommendedAction"], Code::MAIL_DOMAIN.remedy());
    assert_eq!(
        steps(&failed).last().expect("steps"),
        "processing EntrySynchronizationSkip failure"
    );

    world.assign(ada, false);
    world.cycle();
    let removed = LogQuery { actions: vec![Action::Remove], ..LogQuery::default() };
    let removed = one(&world, &removed);
    assert_eq!(removed["provisioningAction"], "stagedDelete");
    assert_eq!(removed["state"], "done");
    let scoping = &removed["provisioningSteps"][1];
    assert_eq!(scoping["details"], json!({"Assigned to the application": "False"}));
}

#[test]
fn every_condition_of_a_search_holds() {
    let world = everybody();
    let ada = world.person("ada", &[("department", "Sales")]);
    world.person("bo", &[("mail", "bo@elsewhere.example")]);
    let first = world.cycle();
    world.clock.advance_hours(2);
    let noon = world.now();
    world.set(world.source, ada, &[("department", "Überbau")]);
    world.cycle();
    let query = |change: &dyn Fn(&mut LogQuery)| {
        let mut query = LogQuery::default();
        change(&mut query);
        found(&world, &query)
    };
    let (create, fail, update) = ("create success ada", "fail failure bo", "update success ada");
    assert_eq!(query(&|_| {}), [fail, create, update]);
    assert_eq!(query(&|query| query.newest_first = true), [update, create, fail]);
    assert_eq!(query(&|query| query.source = Some(ada)), [create, update]);
    assert_eq!(query(&|query| query.run = Some(first.id)), [fail, create]);
    assert_eq!(query(&|query| query.since = Some(noon)), [update]);
    assert_eq!(query(&|query| query.until = Some(noon)), [fail, create]);
    assert_eq!(query(&|query| query.actions = vec![Action::Update]), [update]);
    assert_eq!(query(&|query| query.statuses = vec![LogStatus::Failure]), [fail]);
    assert_eq!(query(&|query| query.statuses = vec![LogStatus::Held]), [""; 0]);
    assert_eq!(query(&|query| query.codes = vec![Code::MAIL_DOMAIN, Code::KEY_TAKEN]), [fail]);
    assert_eq!(query(&|query| query.text = "überBAU".to_owned()), [update]);
    assert_eq!(query(&|query| query.text = "MAIL-domain".to_owned()), [fail]);
    assert_eq!(query(&|query| query.text = "nobody's".to_owned()), [""; 0]);
}

#[test]
fn what_a_mapping_hides_is_not_found_either() {
    let world = everybody();
    world.change_job(|job| {
        let source = model::Source::Expression("Redact([employeeType])".to_owned());
        job.mappings.push(model::Mapping::new("employeeType", source));
    });
    world.person("ada", &[("employeeType", "Secret")]);
    world.cycle();
    let text = |text: &str| LogQuery { text: text.to_owned(), ..LogQuery::default() };
    assert_eq!(found(&world, &text("secret")), [""; 0]);
    assert_eq!(found(&world, &text("[redact]")), ["create success ada"]);
}

#[test]
fn pages_meet_every_entry_once() {
    let world = everybody();
    for number in 0..25 {
        world.person(
            &format!("p{number}"),
            &[("department", if number % 2 == 0 { "A" } else { "B" })],
        );
    }
    world.cycle();
    for (text, newest_first, limit) in
        [("", true, 7), ("", false, 25), ("p", true, 4), ("A", false, 1)]
    {
        let whole = LogQuery { text: text.to_owned(), newest_first, ..LogQuery::default() };
        let expected: Vec<ChangeId> =
            read(&world, &whole).entries.iter().map(|one| one.id).collect();
        let mut query = LogQuery { limit, ..whole };
        let mut met = Vec::new();
        loop {
            let page = read(&world, &query);
            assert!(page.entries.len() <= limit);
            met.extend(page.entries.iter().map(|one| one.id));
            query.behind = page.next;
            if page.next.is_none() {
                break;
            }
        }
        assert_eq!(met, expected);
    }
}

/// Puts entries into the journal as a run would, some of which are under way.
fn record(world: &World, states: &[EntryState]) -> Vec<ChangeId> {
    let lease = world.store.lease(world.source, world.job, "the test").expect("nobody has it");
    let mut commit = JournalCommit::new(&lease);
    commit.entries.extend(states.iter().map(|state| Entry {
        id: ChangeId(world.ids.next()),
        run: RunId(world.ids.next()),
        at: world.now(),
        action: Action::Update,
        state: *state,
        kind: model::Kind::User,
        source: ObjectId(world.ids.next()),
        member: None,
        name: "somebody".to_owned(),
        target: ObjectId(world.ids.next()),
        version: 1,
        modifications: Vec::new(),
        reason: None,
    }));
    let ids = commit.entries.iter().map(|entry| entry.id).collect();
    world.store.record(commit).expect("the lease stands");
    world.store.release(&lease);
    ids
}

#[test]
fn whoever_follows_waits_for_what_is_under_way_whatever_the_filter() {
    let world = everybody();
    let states = [EntryState::Done, EntryState::Open, EntryState::Done];
    let ids = record(&world, &states);
    let failures = LogQuery { statuses: vec![LogStatus::Failure], ..LogQuery::default() };
    let follow = |query: &LogQuery| {
        world.sync.follow_log(&world.operator, &world.job(), query).expect("it may be read")
    };
    let page = follow(&failures);
    assert!(page.entries.is_empty());
    assert_eq!(page.next, Some(ids[0]));
    let lease = world.store.lease(world.source, world.job, "the test").expect("nobody has it");
    let mut commit = JournalCommit::new(&lease);
    commit.settled.push(Settled { id: ids[1], state: EntryState::Refused, reason: None });
    world.store.record(commit).expect("the lease stands");
    let page = follow(&LogQuery { behind: page.next, ..failures });
    assert_eq!(page.entries.iter().map(|one| one.id).collect::<Vec<_>>(), [ids[1]]);
    assert_eq!(page.next, Some(ids[2]));
}

fn forget(world: &World, days: usize) -> Forgotten {
    world.sync.forget_log(&world.operator, &world.job(), days).expect("it may be done")
}

#[test]
fn only_what_is_settled_and_old_is_forgotten() {
    let world = everybody();
    world.change_job(|job| job.limits.hold_days = 0);
    world.person("ada", &[]);
    world.cycle();
    let waiting = [EntryState::Held, EntryState::Planned];
    record(&world, &waiting);
    world.clock.advance_days(60);
    world.person("bo", &[]);
    world.cycle();
    let chain = |world: &World| {
        [world.source, world.target]
            .map(|tenant| world.store.audit(tenant, 0, usize::MAX).expect("it is there").len())
    };
    let audited = chain(&world);
    world.clock.advance_days(31);
    let nothing = Forgotten::default();
    assert_eq!(forget(&world, 0), nothing);
    assert_eq!(forget(&world, 92), nothing);
    assert_eq!(forget(&world, 90), Forgotten { entries: 1, runs: 1, more: false });
    assert_eq!(forget(&world, 90), nothing);
    let left = |world: &World| -> Vec<EntryState> {
        world.entries().iter().map(|entry| entry.state).collect()
    };
    assert_eq!(left(&world), [EntryState::Held, EntryState::Planned, EntryState::Done]);
    world.clock.advance_days(400);
    // The newest run stays, so that somebody sees when the job ran last.
    assert_eq!(forget(&world, 90), Forgotten { entries: 1, runs: 0, more: false });
    assert_eq!(left(&world), waiting);
    assert_eq!(chain(&world), audited);
    assert_eq!(world.cycle().changed(), 0);
}

#[test]
fn what_the_brake_counts_and_what_references_follow_is_kept() {
    let world = everybody();
    world.change_job(|job| job.limits.window_hours = 24 * 30);
    let ada = world.person("ada", &[]);
    world.cycle();
    world.change_job(|job| job.scope = ScopeMode::Assigned);
    world.cycle();
    assert_eq!(world.link(ada).expect("it stays").state, model::LinkState::Removed);
    world.clock.advance_days(10);
    assert_eq!(forget(&world, 1).entries, 0);
    world.clock.advance_days(21);
    assert_eq!(forget(&world, 1).entries, 2);

    // Somebody came and nobody has looked yet at those whom that person manages.
    world.change_job(|job| job.scope = ScopeMode::All);
    world.cycle();
    let came = world.entries().len();
    let mut progress = world.store.progress(world.source, world.job).expect("it ran");
    let followed = progress.followed.take();
    let lease = world.store.lease(world.source, world.job, "the test").expect("nobody has it");
    let mut commit = JournalCommit::new(&lease);
    commit.progress = Some(progress);
    world.store.record(commit).expect("the lease stands");
    world.store.release(&lease);
    world.clock.advance_days(40);
    assert!(followed.is_some() && came > 0);
    assert_eq!(forget(&world, 1).entries, 0);
    world.cycle();
    assert_eq!(forget(&world, 1).entries, came as u64);
}

#[test]
fn a_job_is_behind_since_the_first_change_that_it_has_not_read() {
    let world = everybody();
    let fresh =
        || world.sync.read_freshness(&world.operator, &world.job()).expect("it may be read");
    assert!(!fresh().is_fresh, "it never ran");
    let ada = world.person("ada", &[]);
    world.cycle();
    assert_eq!((fresh().is_fresh, fresh().seconds), (true, Some(0)));
    let since = world.now();
    world.set(world.source, ada, &[("city", "Oslo")]);
    world.clock.advance_seconds(12);
    world.set(world.source, ada, &[("city", "Bergen")]);
    world.clock.advance_seconds(3);
    let behind = fresh();
    assert_eq!((behind.seconds, behind.since, behind.changes), (Some(15), Some(since), 2));
    let figures = world.sync.read_figures(&world.operator, &world.job()).expect("it may be read");
    assert_eq!((figures.linked, figures.escrow, figures.held), (1, 0, 0));
    world.cycle();
    assert!(fresh().is_fresh);
}

#[test]
fn the_worker_forgets_by_itself() {
    let world = everybody();
    world.person("ada", &[]);
    world.cycle();
    world.clock.advance_days(91);
    let worker = sync::Worker::start_keeping(world.sync.clone(), 1, 90, |line| panic!("{line}"));
    let mut beats = 0;
    while !world.entries().is_empty() {
        beats += 1;
        assert!(beats < 1_000, "the entry is still there");
        // Nothing is committed meanwhile, so that this passes time and no more.
        let tick = world.store.wait(0, std::time::Duration::ZERO);
        world.store.wait(tick, std::time::Duration::from_millis(10));
    }
    drop(worker);
}
