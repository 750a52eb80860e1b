//! Which groups go along and what flows: their own filter and mappings (cross-tenant-sync.md 4.10 and 6,
//! provisioning-engine.md 3.3 and 4).

use directory::Change;
use model::{Attributes, Kind, Name, Nested, Value};
use sync::{Extent, Silent};
use testkit::{World, attributes, check};

#[test]
fn a_filter_chooses_among_the_groups_in_scope() {
    check(
        "consent groups on
         groups on
         scope all
         group-filter displayName REGEX MATCH ^proj
         group project
         group crew
         group projections
         add ada
         join ada project
         join ada crew
         cycle
         > create ada
         > create project
         > add-member project members: - -> ada
         > create projections
         explain crew
         > crew is not in the target.
         > The job takes all groups; no assignment is needed.
         > Scoping filter: displayName REGEX MATCH '^proj' is false: the value is 'crew'.
         > So the group is out of scope: filtered-out.
         > Nothing is done: displayName REGEX MATCH '^proj' is false: the value is 'crew' (filtered-out).
         set crew displayName=proj-crew
         cycle
         > create crew
         > add-member crew members: - -> ada
         set project displayName=done
         plan
         > remove project (filtered-out)
         cycle
         > remove project (filtered-out)
         set project displayName=proj-again
         cycle
         > restore project displayName: project -> proj-again (back-in-scope)
         members project
         > ada",
    );
}

#[test]
fn a_changed_filter_of_groups_looks_at_groups_only() {
    let world = World::new();
    testkit::check_with(
        &world,
        "consent groups on
         groups on
         scope all
         group crew
         group deck
         add ada
         add bo
         join ada crew
         cycle
         > create ada
         > create bo
         > create crew
         > add-member crew members: - -> ada
         > create deck",
    );
    let text = "NOT (displayName EQUALS crew)";
    let scoping = wire::filter_text::parse(text, |name| Some(name.to_owned()));
    let scoping = scoping.expect("it is a filter");
    world.change_job(|job| job.groups.condition.clone_from(&scoping.condition));
    let (actor, job) = (&world.operator, world.job());
    let planned =
        world.sync.plan(actor, &job, Extent::NextCycle, &Silent, &mut |_| Ok(())).expect("it runs");
    assert_eq!(planned.people, 2, "both groups, and nobody else");
    // The change of the configuration is read as well.
    let run = world.cycle();
    assert_eq!((run.read, run.done.get("remove")), (3, Some(&1)));
    world.change_job(|job| job.groups.condition = None);
    let run = world.cycle();
    assert_eq!((run.read, run.done.get("restore")), (3, Some(&1)));
    assert_eq!(world.cycle().read, 0, "and then nothing is left");
}

#[test]
fn a_value_without_an_answer_moves_no_group() {
    // The pattern takes too many steps on this name: neither yes nor no.
    let name = "a".repeat(200);
    check(&format!(
        "consent groups on
         groups on
         scope all
         group crew
         cycle
         > create crew
         group-filter displayName REGEX MATCH '(a+)+(a+)+(a+)+b$' OR displayName EQUALS crew
         cycle
         set crew displayName={name}
         cycle
         > fail crew (filter-failed)
         escrow
         > crew filter-failed attempt 1 due in 6 h
         show crew displayName
         > #1 displayName=crew"
    ));
}

#[test]
fn groups_that_leave_the_filter_together_are_held() {
    let world = World::new();
    world.change_job(|job| job.limits.removals_at_least = 1);
    testkit::check_with(
        &world,
        "consent groups on
         groups on
         scope all
         group crew
         group deck
         group mess
         cycle
         > create crew
         > create deck
         > create mess
         group-filter displayName EQUALS mess
         cycle
         > held remove crew (removal-brake)
         > held remove deck (removal-brake)
         group-filter displayName IS NOT NULL
         cycle
         > cancelled remove crew (superseded)
         > cancelled remove deck (superseded)",
    );
}

#[test]
fn mappings_of_groups_are_applied_like_those_of_people() {
    check(
        "consent groups on
         groups on
         scope all
         group crew
         set crew description=all-hands mailNickname=crew
         group-map displayName '=Append([displayName], \" (Contoso)\")'
         group-map description [description] once
         > error: configuration-invalid
         group-map description description once
         group-map mailNickname =ToUpper([mailNickname])
         cycle
         > create crew
         show crew displayName description mailNickname
         > #1 displayName=crew (Contoso) description=all-hands mailNickname=CREW
         set crew description=some displayName=deck
         cycle
         > update crew displayName: crew (Contoso) -> deck (Contoso)
         group-map description description
         plan
         > update crew description: all-hands -> some
         cycle
         > update crew description: all-hands -> some
         group-unmap description
         set crew -description
         cycle
         show crew description
         > #1 description=some
         group-map description description default=none
         cycle
         > update crew description: some -> -",
    );
}

#[test]
fn members_are_a_mapping_too_and_stay_as_they_are_without_it() {
    check(
        "consent groups on
         groups on
         scope all
         group crew
         add ada
         add bo
         join ada crew
         group-unmap members
         cycle
         > create ada
         > create bo
         > create crew
         members crew
         > nobody
         group-map members members
         cycle
         > add-member crew members: - -> ada
         group-unmap members
         part ada crew
         join bo crew
         cycle
         members crew
         > ada
         group-map members members
         cycle
         > remove-member crew members: ada -> - (member-left)
         > add-member crew members: - -> bo",
    );
}

#[test]
fn what_may_be_done_with_groups_can_be_less() {
    check(
        "consent groups on
         groups on
         scope all
         group-actions create
         group crew
         add ada
         cycle
         > create ada
         > create crew
         set crew displayName=deck
         set ada displayName=Ada
         cycle
         > update ada displayName: ada -> Ada
         delete crew
         cycle
         show crew
         > #1
         group-actions create update delete
         cycle
         > remove crew (deleted-in-source)",
    );
}

#[test]
fn mistakes_in_filters_and_mappings_of_groups_are_told_when_they_are_saved() {
    check(
        "group-filter department EQUALS Sales
         > error: configuration-invalid
         group-filter groupTypes EQUALS Unified
         > error: configuration-invalid
         group-filter ANY groupTypes EQUALS Unified
         group-filter manager IS NULL
         > error: configuration-invalid
         group-filter displayName REGEX MATCH (
         > error: configuration-invalid
         group-map displayName =ToUpper([department])
         > error: configuration-invalid
         group-map securityEnabled =\"false\"
         > error: configuration-invalid
         group-map mail mail
         > error: configuration-invalid
         group-map displayName displayName match=1
         > error: configuration-invalid
         group-map members members once
         > error: configuration-invalid
         group-map visibility =\"Private\"",
    );
}

#[test]
fn a_group_is_provisioned_on_demand_with_its_members() {
    check(
        "consent groups on
         groups on
         scope all
         group-filter displayName EQUALS crew
         group crew
         group deck
         add ada
         join ada crew
         preview ada
         > create
         provision ada
         > create ada
         preview crew
         > create
         preview deck
         > skip (filtered-out)
         provision crew
         > create crew
         > add-member crew members: - -> ada
         provision deck
         members crew
         > ada
         cycle",
    );
}

#[test]
fn a_nested_group_that_is_left_out_counts_once_in_plan_and_run() {
    for (nested, left) in [(Nested::Ignore, 1), (Nested::Flatten, 0), (Nested::Keep, 0)] {
        let world = World::new();
        world.set_group_consent(true);
        world.change_job(|job| {
            job.scope = model::ScopeMode::All;
            (job.groups.enabled, job.groups.nested) = (true, nested);
        });
        let group =
            |name| world.make(world.source, Kind::Group, attributes(&[("displayName", name)]));
        let (outer, inner) = (group("outer"), group("inner"));
        let joined = world.directory.add_members(&world.operator, world.source, outer, &[inner]);
        joined.expect("it joins");
        let run = world.cycle();
        assert_eq!(run.reasons.get("nested-group").copied().unwrap_or(0), left, "{nested:?}");
        let (actor, job) = (&world.operator, world.job());
        let planned = world.sync.plan(actor, &job, Extent::Everybody, &Silent, &mut |_| Ok(()));
        let reasons = planned.expect("it runs").reasons;
        assert_eq!(reasons.get("nested-group").copied().unwrap_or(0), left, "{nested:?}");
    }
}

#[test]
fn sentences_about_a_group_call_it_one() {
    let world = World::new();
    testkit::check_with(
        &world,
        "consent groups on
         groups on
         scope all
         group crew
         group deck
         cycle
         > create crew
         > create deck
         delete crew
         delete deck
         purge deck
         cycle
         > remove crew (deleted-in-source)
         > remove deck (gone-from-source)",
    );
    let reasons = world.entries().into_iter().filter_map(|entry| entry.reason);
    let sentences: Vec<String> = reasons.map(|reason| reason.sentence).collect();
    assert!(sentences.contains(&"the group is deleted in the source tenant".to_owned()));
    assert!(sentences.contains(&"the source tenant no longer has this group".to_owned()));
    assert!(sentences.iter().all(|sentence| !sentence.contains("person")), "{sentences:?}");
}

#[test]
fn a_hidden_value_of_a_group_is_shown_nowhere() {
    let world = World::new();
    testkit::check_with(
        &world,
        "consent groups on
         groups on
         scope all
         group crew
         set crew description=secret
         group-map description =Redact([description])
         cycle
         > create crew",
    );
    let log = world.sync.read_log(&world.operator, &world.job(), &sync::LogQuery::default());
    let log = log.expect("it is read").entries;
    let text = serde_json::to_string(&log).expect("it is JSON");
    assert!(text.contains("[Redact]") && !text.contains("secret"), "{text}");
}

#[test]
fn extensions_of_groups_are_filtered_by_and_mapped() {
    let world = World::new();
    let extension = |tenant| {
        let new = directory::NewExtension {
            name: "site".to_owned(),
            application: None,
            data_type: model::ExtensionType::String,
            multi_valued: false,
            targets: vec![Kind::Group],
        };
        world.directory.create_extension(&world.operator, tenant, new).expect("it is made")
    };
    let (here, there) = (extension(world.source), extension(world.target));
    world.set_group_consent(true);
    let made = |site: &str| {
        let id = world.make(world.source, Kind::Group, attributes(&[("displayName", site)]));
        let mut set = Attributes::new();
        set.set(here.attribute(), Value::text(site));
        let change = Change { set, clear: Vec::new() };
        world.directory.update(&world.operator, world.source, id, &change).expect("it is written");
        id
    };
    let (oslo, rome) = (made("Oslo"), made("Rome"));
    world.change_job(|job| {
        job.scope = model::ScopeMode::All;
        job.groups.enabled = true;
        job.groups.mappings.push(model::Mapping::direct("site", "site"));
        let text = "site EQUALS Oslo";
        let scoping = wire::filter_text::parse(text, |name| Some(name.to_owned()));
        job.groups.filter = scoping.expect("it is a filter").filter;
    });
    world.cycle();
    let there_is = world.linked(oslo).expect("it is there");
    assert_eq!(there_is.attributes.get(&there.attribute()), Some(&Value::text("Oslo")));
    assert_eq!(there_is.text(&Name::DISPLAY_NAME), Some("Oslo"));
    assert!(world.linked(rome).is_none());
}

#[test]
fn a_plan_shows_the_memberships_of_those_who_come_as_the_cycle_writes_them() {
    check(
        "consent groups on
         groups keep
         scope all
         group crew
         group deck
         add ada
         add bo
         join ada crew
         join bo deck
         join deck crew
         plan
         > create ada
         > create bo
         > create crew
         > create deck
         > add-member crew members: - -> deck
         > add-member crew members: - -> ada
         > add-member deck members: - -> bo
         cycle
         > create ada
         > create bo
         > create crew
         > add-member crew members: - -> ada
         > add-member crew members: - -> deck
         > create deck
         > add-member deck members: - -> bo
         add cy
         join cy crew
         plan
         > create cy
         > add-member crew members: - -> cy
         save
         > 1 changes
         apply
         > create cy
         cycle
         > add-member crew members: - -> cy
         plan",
    );
}

#[test]
fn the_log_names_the_group_and_the_member_of_a_membership() {
    let world = World::new();
    testkit::check_with(
        &world,
        "consent groups on
         groups on
         scope all
         group crew
         add ada
         join ada crew
         cycle
         > create ada
         > create crew
         > add-member crew members: - -> ada",
    );
    let log = world.sync.read_log(&world.operator, &world.job(), &sync::LogQuery::default());
    let entries = log.expect("it is read").entries;
    let joined = entries.iter().find(|entry| entry.action.is_membership()).expect("she joined");
    assert_eq!(joined.target_identity.display_name, "crew");
    for identity in [&joined.source_identity, &joined.target_identity] {
        assert_eq!(identity.details["MemberDisplayName"], "ada@contoso.example");
    }
    let id = |name: &str| {
        let entry = entries.iter().find(|entry| entry.source_identity.display_name == name);
        let entry = entry.expect("she came");
        (entry.source_identity.id, entry.target_identity.id)
    };
    let (here, there) = id("ada@contoso.example");
    assert_eq!(
        Some(&joined.source_identity.details["MemberId"]),
        here.map(|id| id.to_string()).as_ref()
    );
    assert_eq!(
        Some(&joined.target_identity.details["MemberId"]),
        there.map(|id| id.to_string()).as_ref()
    );
}
