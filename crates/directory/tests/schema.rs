//! The document of a configuration between two tenants: what it takes in, what comes out again, and
//! what of the target it tells.

use directory::{Error, Losses, NewExtension};
use model::{ExtensionType, Kind, Mapping, Name, Source};
use serde_json::{Value, json};
use testkit::{World, attributes, check_with};
use wire::{
    Names,
    schema::{GroupFilter, SynchronizationSchema},
};

/// What a person needs at least.
const PEOPLE: &[(&str, &str)] =
    &[("displayName", "displayName"), ("userPrincipalName", "userPrincipalName")];

/// A document with these mappings from and to attributes, and this scope.
fn document(mappings: &[(&str, &str)], scope: Value) -> SynchronizationSchema {
    let entry = |(source, target): &(&str, &str)| {
        let source =
            json!({"type": "Attribute", "name": source, "expression": format!("[{source}]")});
        json!({"targetAttributeName": target, "source": source})
    };
    let users = json!({
        "sourceObjectName": "User",
        "targetObjectName": "User",
        "scope": scope,
        "attributeMappings": mappings.iter().map(entry).collect::<Vec<_>>(),
    });
    let document = json!({"synchronizationRules": [{"objectMappings": [users]}]});
    serde_json::from_value(document).expect("it is a document")
}

fn import(world: &World, document: &SynchronizationSchema) -> directory::SchemaReading {
    let (job, losses) = (world.job(), Losses::Take);
    let imported = world.directory.import_schema(&world.operator, &job, document, losses);
    imported.expect("it may be imported").1
}

fn export(world: &World) -> SynchronizationSchema {
    let exported = world.directory.export_schema(&world.operator, &world.job(), Names::Graph);
    exported.expect("it may be exported")
}

fn add_badge(world: &World) -> String {
    let new = NewExtension {
        name: "badge".to_owned(),
        application: None,
        data_type: ExtensionType::String,
        multi_valued: false,
        targets: vec![Kind::User],
    };
    let made = world.directory.create_extension(&world.operator, world.target, new);
    made.expect("it may be made").attribute().to_string()
}

fn clause(attribute: &str, value: &str) -> Value {
    json!([{"name": "x", "clauses": [{
        "sourceOperandName": attribute, "operatorName": "EQUALS", "targetOperand": {"values": [value]},
    }]}])
}

#[test]
fn groups_that_filter_at_reading_keep_people_out() {
    let world = World::new();
    let scope = json!({"groups": [], "inputFilterGroups": clause("department", "Sales")});
    let carried = document(PEOPLE, scope);
    import(&world, &carried);
    assert_eq!(export(&world), carried);
    check_with(
        &world,
        "scope all
         add ada department=Sales
         add bo department=Ops
         plan
         > create ada
         cycle
         > create ada",
    );
}

#[test]
fn a_rule_that_reads_members_of_groups_takes_in_nobody_else() {
    let world = World::new();
    world.make(world.source, Kind::Group, attributes(&[("displayName", "Staff")]));
    let mut carried = document(PEOPLE, Value::Null);
    let filter = |group: &str| {
        Some(GroupFilter { included_groups: vec![group.to_owned()], ..GroupFilter::default() })
    };
    carried.synchronization_rules[0].group_filter = filter("Stuff");
    let refused = world.directory.preview_schema(&world.operator, &world.job(), &carried);
    assert!(refused.expect_err("there is no such group").to_string().contains("'Stuff'"));
    carried.synchronization_rules[0].group_filter = filter("Staff");
    import(&world, &carried);
    assert_eq!(export(&world), carried);
    check_with(
        &world,
        "scope all
         add ada
         plan
         cycle",
    );
    world.change_job(|job| job.condition = None);
    assert_eq!(export(&world).synchronization_rules[0].group_filter, None);
}

#[test]
fn a_condition_that_says_more_is_written_beside_the_groups() {
    let world = World::new();
    let scope = json!({"groups": [], "inputFilterGroups": clause("department", "Sales")});
    let carried = document(PEOPLE, scope);
    import(&world, &carried);
    check_with(&world, "filter department EQUALS Sales AND NOT city EQUALS Bonn");
    let users = |document: &SynchronizationSchema| {
        json!(document.synchronization_rules[0].object_mappings[0])
    };
    let more = export(&world);
    assert_eq!(users(&more)["scope"], users(&carried)["scope"]);
    assert!(users(&more)["@syncline.condition"].to_string().contains("Bonn"));
    assert!(!users(&more)["@syncline.condition"].to_string().contains("Sales"));
    let condition = world.job().condition;
    import(&world, &more);
    assert_eq!(world.job().condition, condition);
    check_with(&world, "filter NOT city EQUALS Bonn");
    assert_eq!(users(&export(&world))["scope"]["inputFilterGroups"], json!([]));
}

#[test]
fn two_mappings_of_one_target_are_refused_with_the_place_of_the_second() {
    let world = World::new();
    let before = world.job();
    let twice = document(
        &[("mail", "telephoneNumber"), ("city", "city"), ("mobile", "businessPhones")],
        Value::Null,
    );
    let refused = world.directory.import_schema(&world.operator, &before, &twice, Losses::Take);
    let Err(Error::Findings(findings)) = refused else { panic!("it is refused") };
    let place = "/synchronizationRules/0/objectMappings/0/attributeMappings/";
    assert_eq!(findings.len(), 1);
    assert_eq!((findings[0].code, &findings[0].place), ("mapped-twice", &format!("{place}2")));
    assert_eq!(findings[0].message, format!("{place}0 writes 'businessPhones' already"));
    assert_eq!(world.job(), before);
}

#[test]
fn a_preview_tells_what_the_import_would_refuse() {
    let world = World::new();
    let wrong = document(&[], json!({"groups": clause("departmnt", "Sales")}));
    let refused = world.directory.preview_schema(&world.operator, &world.job(), &wrong);
    let Err(Error::Findings(findings)) = refused else { panic!("it is refused") };
    assert_eq!(findings[0].code, "unknown-attribute");
}

#[test]
fn people_of_a_disabled_mapping_are_left_alone_until_actions_are_allowed() {
    let world = World::new();
    let mut carried = document(PEOPLE, Value::Null);
    carried.synchronization_rules[0].object_mappings[0].enabled = Some(false);
    import(&world, &carried);
    assert_eq!(export(&world), carried);
    check_with(
        &world,
        "scope all
         add ada
         plan
         cycle
         actions create update delete
         cycle
         > create ada",
    );
    let users = &export(&world).synchronization_rules[0].object_mappings[0];
    assert_eq!(users.enabled, Some(true));
}

#[test]
fn without_consent_nothing_tells_the_extensions_of_the_target() {
    let world = World::new();
    let badge = add_badge(&world);
    let told = |world: &World| {
        let (job, operator) = (world.job(), &world.operator);
        let listed = world
            .directory
            .list_attributes(operator, &job, (job.target, Kind::User))
            .expect("a list");
        let names: Vec<String> = listed.iter().map(|one| one.name.to_string()).collect();
        let near = Mapping::direct("city", "badgee");
        let near =
            world.directory.check_mapping(operator, &job, Kind::User, &near).expect("findings");
        let exact = Mapping::direct("city", "badge");
        let exact =
            world.directory.check_mapping(operator, &job, Kind::User, &exact).expect("findings");
        let mapped = world.directory.update_job(operator, &job, |job| {
            job.mappings.push(Mapping::direct("city", "badgee"));
        });
        let refused = mapped.expect_err("there is no such attribute").to_string();
        [
            names.contains(&badge),
            json!(export(world)).to_string().contains("badge"),
            near[0].hint.as_deref() == Some("did you mean 'badge'?"),
            exact.is_empty(),
            refused.contains("did you mean 'badge'?"),
            world.directory.tells_extensions(operator, &job).expect("an answer"),
        ]
    };
    assert_eq!(told(&world), [true; 6]);
    world.set_target_consent(false);
    assert_eq!(told(&world), [false; 6]);
}

#[test]
fn what_the_job_maps_already_stays_without_consent() {
    let world = World::new();
    add_badge(&world);
    world.change_job(|job| job.mappings.push(Mapping::direct("city", "badge")));
    world.set_target_consent(false);
    world.change_job(|job| job.name = "other".to_owned());
    let text = json!(export(&world)).to_string();
    // The mapping is the source's own; the definition would be the target's.
    assert_eq!(text.matches("badge").count(), 1);
}

#[test]
fn a_mapping_that_was_not_taken_over_stays_in_the_document_after_consent() {
    let world = World::new();
    let badge = add_badge(&world);
    world.set_target_consent(false);
    let mappings = [PEOPLE, &[("city", "city"), ("city", &badge)]].concat();
    let carried = document(&mappings, Value::Null);
    let reading = import(&world, &carried);
    assert_eq!(reading.mappings.len(), 3);
    assert_eq!(export(&world), carried);
    world.set_target_consent(true);
    assert_eq!(export(&world), carried);
    let own = Mapping::new(&badge, Source::Direct("state".to_owned()));
    world.change_job(|job| job.mappings.push(own.clone()));
    let exported = export(&world);
    let entries = &exported.synchronization_rules[0].object_mappings[0].attribute_mappings;
    assert_eq!(entries.len(), 4);
    assert!(json!(entries[3]).to_string().contains("[state]"));
}

#[test]
fn the_manager_is_listed_among_the_attributes() {
    let world = World::new();
    let job = world.job();
    let listed = world.directory.list_attributes(&world.operator, &job, (job.source, Kind::User));
    assert!(listed.expect("a list").iter().any(|one| one.name == Name::manager()));
}

#[test]
fn a_configuration_that_takes_its_own_export_back_means_whom_it_meant() {
    let world = World::new();
    let group = |name| world.make(world.source, Kind::Group, attributes(&[("displayName", name)]));
    let meant = group("Staff");
    let named = model::condition::Named { name: "Staff".to_owned(), id: Some(meant) };
    let test = model::condition::Test::Member { group: named, nested: false };
    world.change_job(|job| job.condition = Some(model::Condition::Test(test.clone())));
    world.set(world.source, meant, &[("displayName", "Crew")]);
    group("Staff");
    let before = world.job().condition;
    let carried = export(&world);
    import(&world, &carried);
    assert_eq!(world.job().condition, before);
    let shown = world.directory.name_readable(&world.job()).expect("the store answers");
    assert_eq!(shown.map(|one| one.to_string()).as_deref(), Some("MEMBER OF 'Crew'"));
}

/// A document with a mapping of groups besides that of people.
fn with_groups(mappings: &[(&str, &str)], more: Value) -> SynchronizationSchema {
    let mut document = document(PEOPLE, Value::Null);
    let entry = |(source, target): &(&str, &str)| {
        let source =
            json!({"type": "Attribute", "name": source, "expression": format!("[{source}]")});
        json!({"targetAttributeName": target, "source": source})
    };
    let mut groups = json!({
        "sourceObjectName": "Group",
        "targetObjectName": "Group",
        "attributeMappings": mappings.iter().map(entry).collect::<Vec<_>>(),
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        groups[name] = value.clone();
    }
    let groups = serde_json::from_value(groups).expect("a mapping of objects");
    document.synchronization_rules[0].object_mappings.push(groups);
    document
}

const GROUPS: &[(&str, &str)] = &[("displayName", "displayName"), ("members", "members")];

#[test]
fn a_mapping_of_groups_is_taken_over_and_comes_out_again() {
    let world = World::new();
    world.set_group_consent(true);
    let scope = json!({"groups": clause("displayName", "crew")});
    let more = json!({"scope": scope, "flowTypes": "Add, Update"});
    let mappings = [GROUPS, &[("description", "description"), ("department", "mailNickname")]];
    let mut carried = with_groups(&mappings.concat(), more);
    let groups = &mut carried.synchronization_rules[0].object_mappings[1];
    groups.attribute_mappings[0].matching_priority = Some(1);
    let reading = import(&world, &carried);
    let places: Vec<&str> = reading.unsupported.iter().map(|one| one.place.as_str()).collect();
    let at = "/synchronizationRules/0/objectMappings/1/attributeMappings";
    assert_eq!(places, [format!("{at}/0/matchingPriority"), format!("{at}/3")]);
    let groups = world.job().groups;
    assert!(groups.enabled && groups.actions.create && !groups.actions.delete);
    let targets: Vec<&str> = groups.mappings.iter().map(|one| one.target.as_str()).collect();
    assert_eq!(targets, ["displayName", "members", "description"]);
    assert_eq!(export(&world), carried);
    check_with(
        &world,
        "scope all
         group crew
         group deck
         add ada
         join ada crew
         cycle
         > create ada
         > create crew
         > add-member crew members: - -> ada
         group-filter displayName EQUALS deck
         cycle
         > create deck
         show crew
         > #1",
    );
    let exported = export(&world);
    let groups = &exported.synchronization_rules[0].object_mappings[1];
    let scope = json!(groups.scope);
    assert_eq!(scope["groups"][0]["clauses"][0]["targetOperand"]["values"], json!(["deck"]));
    assert_eq!(
        groups.attribute_mappings,
        carried.synchronization_rules[0].object_mappings[1].attribute_mappings
    );
}

#[test]
fn what_is_not_understood_of_groups_keeps_all_of_them_at_home_and_is_said() {
    let wrong = [
        json!({"scope": {"groups": [{"name": "x", "clauses": []}]}}),
        json!({"scope": {"inputFilterGroups": [{"name": "x", "clauses": [{
            "sourceOperandName": "displayName", "operatorName": "LIKE", "targetOperand": {"values": ["x"]},
        }]}]}}),
        json!({"Scope": {"groups": clause("displayName", "crew")}}),
    ];
    for more in wrong {
        let world = World::new();
        world.set_group_consent(true);
        let carried = with_groups(GROUPS, more);
        let reading = import(&world, &carried);
        let says = |one: &wire::schema::Unsupported| one.why.contains("nobody is in scope");
        assert!(reading.unsupported.iter().any(says), "{:?}", reading.unsupported);
        assert_eq!(export(&world), carried);
        check_with(
            &world,
            "scope all
             group crew
             add ada
             cycle
             > create ada
             group-filter displayName EQUALS crew
             cycle
             > create crew",
        );
    }
}

#[test]
fn what_the_rule_says_of_people_takes_in_no_group() {
    let world = World::new();
    world.make(world.source, Kind::Group, attributes(&[("displayName", "crew")]));
    let mut carried = with_groups(GROUPS, json!({}));
    carried.synchronization_rules[0].group_filter =
        Some(GroupFilter { included_groups: vec!["crew".to_owned()], ..GroupFilter::default() });
    let reading = import(&world, &carried);
    let says = |one: &wire::schema::Unsupported| one.why.contains("no group is in scope");
    assert!(reading.unsupported.iter().any(says));
    assert!(world.job().groups.condition.is_some());
    assert_eq!(export(&world), carried);
}

#[test]
fn a_document_that_says_nothing_of_groups_leaves_them_as_they_are() {
    let world = World::new();
    world.change_job(|job| {
        job.groups.enabled = true;
        job.groups.nested = model::Nested::Keep;
        job.groups.mappings.retain(|mapping| mapping.target != "description");
    });
    let before = world.job().groups;
    import(&world, &document(PEOPLE, Value::Null));
    assert_eq!(world.job().groups, before);
    // They are a part of the configuration all the same, and the document says so.
    let carried = export(&world);
    let groups = &carried.synchronization_rules[0].object_mappings[1];
    assert_eq!((groups.enabled, groups.attribute_mappings.len()), (Some(true), 3));
    world.change_job(|job| job.groups = model::Groups::default());
    import(&world, &carried);
    let after = world.job().groups;
    assert_eq!(model::Groups { nested: model::Nested::Keep, ..after }, before);
}

#[test]
fn a_filter_of_groups_that_no_published_filter_can_say_comes_along_too() {
    let world = World::new();
    check_with(&world, "group-filter NOT (displayName EQUALS crew [any case])");
    let before = world.job().groups;
    assert!(before.condition.is_some());
    let carried = export(&world);
    world.change_job(|job| job.groups = model::Groups::default());
    import(&world, &carried);
    assert_eq!(world.job().groups, before);
    assert_eq!(export(&world), carried);
}

#[test]
fn the_members_are_listed_among_the_attributes_of_groups() {
    let world = World::new();
    let job = world.job();
    let listed = world.directory.list_attributes(&world.operator, &job, (job.target, Kind::Group));
    let listed = listed.expect("a list");
    assert!(listed.iter().any(|one| one.name == Name::members()));
    assert!(listed.iter().all(|one| one.name != Name::DEPARTMENT && one.name != Name::manager()));
}
