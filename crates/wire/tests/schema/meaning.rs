//! What a document means: mappings, filter, actions, and what cannot be taken over.

use model::{Apply, EmptySource, Mapping, Source};
use serde_json::{Value, json};
use wire::{
    Names, filter_text,
    schema::{self, Imported, SynchronizationSchema},
};

use super::{SAMPLE, sample};

pub const USERS: &str = "/synchronizationRules/0/objectMappings/0";

/// One mapping a line: target, rule, and what is not usual about it.
pub fn table(mappings: &[Mapping]) -> String {
    let line = |mapping: &Mapping| {
        let mut line = format!("{} <- {}", mapping.target, mapping.rule());
        let kind = match mapping.source {
            Source::Expression(_) => " expression",
            _ => "",
        };
        line.push_str(kind);
        if let Some(default) = &mapping.default {
            line.push_str(&format!(" default '{default}'"));
        }
        if mapping.apply != Apply::Always {
            line.push_str(&format!(" {:?}", mapping.apply));
        }
        if mapping.empty == EmptySource::Clears {
            line.push_str(" clears");
        }
        if let Some(matching) = mapping.matching {
            line.push_str(&format!(" matching {matching}"));
        }
        line
    };
    mappings.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn notes(imported: &Imported) -> String {
    let line = |note: &schema::Unsupported| {
        let place = note.place.replace(USERS, "~");
        format!("{place}: {} ({})", note.what, note.why)
    };
    imported.unsupported.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn lines(found: &str, expected: &str) {
    let expected: Vec<_> =
        expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(found.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn the_sample_becomes_mappings_and_a_filter() {
    let imported = schema::read(&sample()).expect("it maps people");
    lines(
        &table(&imported.mappings),
        r#"
        accountEnabled <- [accountEnabled]
        streetAddress <- [streetAddress]
        city <- [city] clears
        state <- [state]
        postalCode <- [postalCode]
        country <- [country]
        department <- Switch([department], [department], "R&D", "Research", "Ops", "Operations") expression
        employeeId <- [employeeId]
        displayName <- Join(" ", [givenName], ToUpper([surname], ), "(North)") expression
        givenName <- [givenName] clears
        jobTitle <- [jobTitle] default 'Employee'
        mailNickname <- [mailNickname]
        manager <- [manager]
        mobilePhone <- [mobilePhone] OnlyAdding
        officeLocation <- [officeLocation]
        preferredLanguage <- [preferredLanguage] default 'en-US'
        surname <- [surname]
        businessPhones <- IIF(IsPresent([businessPhones]), [businessPhones], [mobilePhone]) expression
        userPrincipalName <- [userPrincipalName]
        showInAddressList <- "true" clears
        mail <- [mail]
        userType <- "Member" OnlyAtCreation clears
        companyName <- Replace([companyName], , "(?<name>.*) \"Ltd\"\\.?$", "name", "[mobile]", , ) expression
        usageLocation <- (none) default 'DE' OnlyWhenEmpty clears
        faxNumber <- [faxNumber] OnlyAdding
        extension_0a1f2e3d4c5b46978899aabbccddeeff_badge <- [extension_0a1f2e3d4c5b46978899aabbccddeeff_badge]
        "#,
    );
    assert_eq!(
        filter_text::print(&imported.filter),
        "department EQUALS 'Marketing' AND officeLocation NOT EQUALS 'Bonn' \
         OR mobilePhone IS NOT NULL AND employeeId Greater_Than '1000000' \
         AND mail REGEX MATCH '.*@north\\.example$'"
    );
    assert_eq!(imported.filter.groups[1].name, "On call");
    assert_eq!(imported.actions, model::Actions::default());
    lines(
        &notes(&imported),
        "
        ~/attributeMappings/22/flowBehavior: flowBehavior FlowAlways (values are compared with the target's each time, and sent when they differ)
        /synchronizationRules/0/objectMappings/1/attributeMappings/2/matchingPriority: matching 1 (groups are known by their home identity; `job adopt-group` takes others over)
        /synchronizationRules/0/objectMappings/1/enabled: mapping that is disabled (groups stay at home)
        ",
    );
    let groups = imported.groups.expect("it has a mapping of groups");
    assert!(!groups.enabled && groups.filter.groups.is_empty() && groups.condition.is_none());
    lines(
        &table(&groups.mappings),
        "
        displayName <- [displayName]
        description <- [description]
        mailNickname <- [mailNickname]
        members <- [members]
        ",
    );
}

#[test]
fn one_mapping_of_objects_can_be_read_alone() {
    let sample = sample();
    let users = &sample.synchronization_rules[0].object_mappings[0];
    let imported = schema::read_mappings(users, Some(&sample.directories[0]));
    assert_eq!(imported.mappings, schema::read(&sample).expect("it maps people").mappings);
    assert_eq!(imported.unsupported[0].place, "/attributeMappings/22/flowBehavior");
    let without = schema::read_mappings(users, None);
    assert!(without.mappings[2].empty == EmptySource::Keeps);
}

/// The sample with something put into its mapping of people, or elsewhere when the place begins
/// with `#`; expected are the notes that the sample itself does not give.
#[track_caller]
fn check_notes(place: &str, value: Value, expected: &str) {
    let imported = schema::read(&put(place, value)).expect("it maps people");
    let usual = notes(&schema::read(&sample()).expect("it maps people"));
    let found = notes(&imported);
    let new: Vec<_> = found.lines().filter(|line| !usual.lines().any(|old| old == *line)).collect();
    lines(&new.join("\n"), expected);
}

pub fn put(place: &str, value: Value) -> SynchronizationSchema {
    let mut document: Value = serde_json::from_str(SAMPLE).expect("it is JSON");
    let place = match place.strip_prefix('#') {
        Some(place) => place.to_owned(),
        None => format!("{USERS}{place}"),
    };
    let (outside, last) = place.rsplit_once('/').expect("it is a pointer");
    match document.pointer_mut(outside).expect("the place is there") {
        Value::Array(members) => match last.parse::<usize>() {
            Ok(index) => members[index] = value,
            Err(_) => members.push(value),
        },
        object => object[last] = value,
    }
    serde_json::from_value(document).expect("a document")
}

#[test]
fn targets_and_sources_that_cannot_be_taken_over() {
    check_notes(
        "/attributeMappings/3/targetAttributeName",
        json!("emails[type eq \"work\"].value"),
        "~/attributeMappings/3/targetAttributeName: target 'emails[type eq \"work\"].value' (it is no attribute, but a path into one)",
    );
    check_notes(
        "/attributeMappings/3/targetAttributeName",
        json!("alternativeSecurityIds"),
        "~/attributeMappings/3/targetAttributeName: target 'alternativeSecurityIds' (the line keeps it up by itself)",
    );
    check_notes(
        "/attributeMappings/3/source/expression",
        json!("Not([IsSoftDeleted])"),
        "~/attributeMappings/3/source: source attribute 'IsSoftDeleted' (the service computes it for itself, and there is no such attribute here)",
    );
    check_notes(
        "/attributeMappings/3/source/type",
        json!("Lookup"),
        "~/attributeMappings/3/source/type: source of type 'Lookup' (there is no such type)",
    );
    check_notes(
        "/attributeMappings/8/source/expression",
        json!(null),
        "~/attributeMappings/8/source/expression: source without an expression (it does not say what is meant)",
    );
}

#[test]
fn what_has_no_effect_is_told() {
    check_notes(
        "/attributeMappings/3/flowType",
        json!("Sometimes"),
        "~/attributeMappings/3/flowType: flowType 'Sometimes' (it does not say when the mapping is applied)",
    );
    check_notes(
        "/attributeMappings/3/exportMissingReferences",
        json!(true),
        "~/attributeMappings/3/exportMissingReferences: exportMissingReferences (a reference without a link waits until there is one)",
    );
    check_notes(
        "/attributeMappings/3/matchingPriority",
        json!(4_294_967_296_i64),
        "~/attributeMappings/3/matchingPriority: matchingPriority 4294967296 (the number is too large; nobody is matched by it)",
    );
    check_notes(
        "/attributeMappings/3/@syncline.emptySource",
        json!("drops"),
        "~/attributeMappings/3/@syncline.emptySource: @syncline.emptySource \"drops\" (it is neither \"clears\" nor \"keeps\")",
    );
    check_notes(
        "/flowTypes",
        json!("Add, Purge"),
        "~/flowTypes: action 'Purge' (there is no such action)",
    );
    check_notes(
        "/metadata/-",
        json!({"key": "DisableMonitoringForChanges", "value": "True"}),
        "~/metadata/1: DisableMonitoringForChanges = True (changes are always followed)",
    );
    check_notes("/metadata/-", json!({"key": "EscrowBehavior", "value": "Default"}), "");
    check_notes(
        "/metadata/-",
        json!({"key": "Colour", "value": "blue"}),
        "~/metadata/1: Colour = blue (what it means is not known here)",
    );
}

#[test]
fn rules_and_mappings_of_other_objects() {
    check_notes(
        "#/synchronizationRules/-",
        json!({"name": "GROUP_INBOUND_GROUP"}),
        "/synchronizationRules/1: rule 'GROUP_INBOUND_GROUP' (a configuration has one rule: that of people)",
    );
    check_notes("#/synchronizationRules/0/objectMappings/1/enabled", json!(true), "");
    check_notes(
        "/enabled",
        json!(false),
        "~/enabled: mapping that is disabled (nobody is made, changed or removed until the job's actions are switched on)",
    );
    check_notes(
        "#/synchronizationRules/0/containerFilter",
        json!({"includedContainers": ["OU=North"]}),
        "/synchronizationRules/0/containerFilter: filter by container (tenants have no containers, and nobody is in scope: correct it before the next cycle)",
    );
    check_notes(
        "#/synchronizationRules/0/groupFilter",
        json!({"includedGroups": ["Sales"]}),
        "/synchronizationRules/0/groupFilter: filter by group (it is a condition here: who is in none of the groups is out of scope)",
    );
    assert_eq!(schema::read(&put("/sourceObjectName", json!("Worker"))), None);
}

#[test]
fn a_group_of_which_a_clause_is_unknown_is_left_out() {
    check_notes(
        "/scope/groups/0/clauses/1/operatorName",
        json!("IsMemberOf"),
        "~/scope/groups/0/clauses/1/operatorName: operator 'IsMemberOf' (the whole group is left out, so that nobody more is in scope than was meant)",
    );
    check_notes(
        "/scope/groups/0/clauses/1/targetOperand/values",
        json!(["Bonn", "Ulm"]),
        "~/scope/groups/0/clauses/1/targetOperand/values: operand of several values (the whole group is left out, so that nobody more is in scope than was meant)",
    );
    check_notes(
        "/scope/groups/0/clauses/1/sourceOperandName",
        json!("emails[type eq \"work\"].value"),
        "~/scope/groups/0/clauses/1/sourceOperandName: attribute 'emails[type eq \"work\"].value' (the whole group is left out, so that nobody more is in scope than was meant)",
    );
    let filter =
        |document| filter_text::print(&schema::read(&document).expect("it maps people").filter);
    let document = put("/scope/groups/0/clauses/1/operatorName", json!("IsMemberOf"));
    assert_eq!(
        filter(document),
        "mobilePhone IS NOT NULL AND employeeId Greater_Than '1000000' \
         AND mail REGEX MATCH '.*@north\\.example$'"
    );
    let clause = json!({"sourceOperandName": "city", "operatorName": "IsMemberOf"});
    let document = put("/scope/groups", json!([{"name": "x", "clauses": [clause]}]));
    assert_eq!(filter(document), "displayName IS NULL AND displayName IS NOT NULL");
}

#[test]
fn that_people_are_internal_needs_no_clause() {
    let clause = json!({
        "sourceOperandName": "alternativeSecurityIds",
        "operatorName": "EQUALS",
        "targetOperand": {"values": ["None"]},
    });
    let group = json!({"name": "Filter external users", "clauses": [clause.clone()]});
    check_notes("/scope/groups/0/clauses/-", clause, "");
    check_notes("/scope/groups", json!([group.clone()]), "");
    check_notes("/scope/inputFilterGroups", json!([group.clone()]), "");
    check_notes(
        "/scope/groups/-",
        group,
        "~/scope/groups/2: group 'Filter external users' (with it everybody would be in scope; the other groups decide alone)",
    );
}

/// A group of one clause.
fn group(attribute: &str, operator: &str, operand: &str) -> Value {
    let operand = json!({"values": [operand]});
    let clause =
        json!({"sourceOperandName": attribute, "operatorName": operator, "targetOperand": operand});
    json!({"name": "x", "clauses": [clause]})
}

/// What the sample's filter and condition say with these groups beside the filter's own.
fn scoping(place: &str, groups: Value) -> (String, String) {
    let imported = schema::read(&put(place, groups)).expect("it maps people");
    let filter = filter_text::print(&imported.filter);
    (filter, imported.condition.map(|condition| condition.to_string()).unwrap_or_default())
}

#[test]
fn groups_that_filter_at_reading_become_a_condition() {
    let groups = json!([group("city", "EQUALS", "Bonn"), group("mobile", "IS NOT NULL", "")]);
    for member in ["inputFilterGroups", "categoryFilterGroups"] {
        let (filter, condition) = scoping(&format!("/scope/{member}"), groups.clone());
        assert_eq!(filter, scoping("/scope/x-nothing", json!(1)).0);
        assert_eq!(condition, "city EQUALS 'Bonn' OR mobilePhone IS NOT NULL");
        check_notes(
            &format!("/scope/{member}"),
            groups.clone(),
            &format!(
                "~/scope/{member}: filter at reading (it is a condition here: who fails it is out of scope, and leaves the target)"
            ),
        );
    }
}

#[test]
fn both_kinds_of_other_groups_must_hold() {
    let own = json!({
        "groups": [],
        "inputFilterGroups": [group("city", "EQUALS", "Bonn")],
        "categoryFilterGroups": [group("state", "EQUALS", "NRW")],
    });
    let expected = "city EQUALS 'Bonn' AND state EQUALS 'NRW'";
    assert_eq!(scoping("/scope", own), (String::new(), expected.to_owned()));
}

#[test]
fn a_rule_may_read_the_members_of_groups_only() {
    let rule = "#/synchronizationRules/0";
    let groups = json!({"includedGroups": ["Sales", "Ops"]});
    let (_, condition) = scoping(&format!("{rule}/groupFilter"), groups);
    assert_eq!(condition, "MEMBER OF 'Sales' OR MEMBER OF 'Ops'");
    let containers = json!({"includedContainers": ["OU=North"]});
    let (_, condition) = scoping(&format!("{rule}/containerFilter"), containers);
    assert_eq!(condition, "displayName IS NULL AND displayName IS NOT NULL");
}

#[test]
fn other_groups_that_are_not_understood_admit_nobody() {
    let groups = json!([group("city", "IsMemberOf", "x")]);
    let (_, condition) = scoping("/scope/inputFilterGroups", groups);
    assert_eq!(condition, "displayName IS NULL AND displayName IS NOT NULL");
}

#[test]
fn a_group_without_clauses_never_admits_everybody() {
    for clauses in [json!([]), Value::Null] {
        let empty = json!({"name": "x", "clauses": clauses});
        let told = "group 'x' (it has no clauses, and everybody would be in scope; it is left out)";
        check_notes("/scope/groups/-", empty.clone(), &format!("~/scope/groups/2: {told}"));
        let usual = scoping("/scope/x-nothing", json!(1)).0;
        assert_eq!(scoping("/scope/groups/-", empty.clone()).0, usual);
        check_notes(
            "/scope/groups",
            json!([empty.clone()]),
            &format!(
                "~/scope/groups/0: {told}
                ~/scope/groups: filter of which nothing is left (no group is left, and nobody is in scope: correct it before the next cycle)"
            ),
        );
        let nobody = "displayName IS NULL AND displayName IS NOT NULL";
        assert_eq!(scoping("/scope/groups", json!([empty.clone()])).0, nobody);
        assert_eq!(scoping("/scope/inputFilterGroups", json!([empty])).1, nobody);
    }
}

#[test]
fn a_disabled_mapping_is_kept_and_not_applied() {
    let told = "~/attributeMappings/4/enabled: mapping of 'city' that is disabled (it is kept and not applied)";
    for value in [json!(false), json!("no")] {
        check_notes("/attributeMappings/4/enabled", value.clone(), told);
        let imported = schema::read(&put("/attributeMappings/4/enabled", value));
        let mappings = imported.expect("it maps people").mappings;
        assert!(mappings.iter().all(|mapping| mapping.target != "city"));
    }
    check_notes("/attributeMappings/4/enabled", json!(true), "");
    check_notes("/attributeMappings/4/enabled", Value::Null, "");
}

#[test]
fn people_of_a_disabled_mapping_are_left_alone() {
    let imported = schema::read(&put("/enabled", json!(false))).expect("it maps people");
    let none = model::Actions { create: false, update: false, delete: false };
    assert_eq!(imported.actions, none);
}

#[test]
fn a_mapping_is_written_in_the_published_form() {
    let mapping = Mapping {
        default: Some("0".to_owned()),
        matching: Some(2),
        apply: Apply::OnlyAdding,
        ..Mapping::new(
            "businessPhones",
            Source::Expression("Trim([officeLocation], \"[officeLocation]\")".to_owned()),
        )
    };
    let written = |mapping: &Mapping, names| {
        serde_json::to_string(&schema::write_mapping(mapping, names)).expect("it is JSON")
    };
    assert_eq!(
        written(&mapping, Names::Older),
        r#"{"defaultValue":"0","exportMissingReferences":false,"flowBehavior":"FlowWhenChanged","flowType":"MultiValueAddOnly","matchingPriority":2,"targetAttributeName":"telephoneNumber","source":{"expression":"Trim([physicalDeliveryOfficeName], \"[officeLocation]\")","name":"Trim","type":"Function","parameters":[]},"@syncline.emptySource":"clears"}"#
    );
    assert_eq!(
        written(&Mapping::constant("a \"b\" \\", "mobilePhone"), Names::Graph),
        r#"{"defaultValue":null,"exportMissingReferences":false,"flowBehavior":"FlowWhenChanged","flowType":"Always","matchingPriority":0,"targetAttributeName":"mobilePhone","source":{"expression":"\"a \\\"b\\\" \\\\\"","name":"a \"b\" \\","type":"Constant","parameters":[]}}"#
    );
    assert_eq!(
        written(&Mapping::new("usageLocation", Source::None), Names::Graph),
        r#"{"defaultValue":null,"exportMissingReferences":false,"flowBehavior":"FlowWhenChanged","flowType":"Always","matchingPriority":0,"targetAttributeName":"usageLocation","source":null}"#
    );
}

#[test]
fn a_filter_is_written_in_the_published_form() {
    let text = "department EQUALS x AND mobilePhone IS NULL OR city & 'a,b'";
    let filter = filter_text::parse(text, filter_text::user_attribute).expect("a filter").filter;
    let written = schema::write_filter(&filter, Names::Older);
    assert_eq!(
        serde_json::to_value(&written).expect("it is JSON"),
        json!({
            "groups": [
                {"name": "", "clauses": [
                    {"operatorName": "EQUALS", "sourceOperandName": "department", "targetOperand": {"values": ["x"]}},
                    {"operatorName": "IS NULL", "sourceOperandName": "mobile", "targetOperand": {"values": []}},
                ]},
                {"name": "", "clauses": [
                    {"operatorName": "&", "sourceOperandName": "city", "targetOperand": {"values": ["a,b"]}},
                ]},
            ],
            "inputFilterGroups": [],
            "categoryFilterGroups": [],
        })
    );
}

#[test]
fn what_may_say_whom_it_takes_and_is_not_understood_admits_nobody() {
    const NOBODY: &str = "displayName IS NULL AND displayName IS NOT NULL";
    let groups = json!([group("city", "EQUALS", "Bonn")]);
    let rule = "#/synchronizationRules/0";
    for (place, value) in [
        ("/scope/Groups".to_owned(), groups.clone()),
        ("/scope/filterGroups".to_owned(), groups.clone()),
        ("/Scope".to_owned(), json!({"groups": groups})),
        (format!("{rule}/GroupFilter"), json!({"includedGroups": ["Sales"]})),
    ] {
        assert_eq!(scoping(&place, value).1, NOBODY, "{place}");
    }
    assert_eq!(scoping("/scope/Groups", json!([])).1, "");
    assert_eq!(scoping("/scope/@odata.type", json!("#filter")).1, "");
}
