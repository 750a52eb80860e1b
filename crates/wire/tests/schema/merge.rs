//! What becomes of an imported document when the configuration changes.

use std::collections::BTreeMap;

use model::{Actions, Apply, Clause, EmptySource, Filter, Group, Mapping, Operator, Source};
use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::{Value, json};
use wire::{
    Names, filter_text,
    schema::{self, AttributeMapping, Imported, SynchronizationSchema},
};

use super::{
    meaning::{USERS, put, table},
    sample, vary,
};

fn import(document: &SynchronizationSchema) -> Imported {
    schema::read(document).expect("it maps people")
}

fn export(carried: &SynchronizationSchema, now: &Imported) -> SynchronizationSchema {
    let mappings: Vec<AttributeMapping> =
        now.mappings.iter().map(|mapping| schema::write_mapping(mapping, Names::Older)).collect();
    schema::merge(carried, &mappings, &now.filter, now.actions, Names::Older)
}

/// What is different in the document after a change of the sample's configuration: a line for
/// each place, with its new value.
#[track_caller]
fn check(change: impl FnOnce(&mut Imported), expected: &str) {
    check_document(&sample(), change, expected);
}

#[track_caller]
fn check_document(
    carried: &SynchronizationSchema,
    change: impl FnOnce(&mut Imported),
    expected: &str,
) {
    let mut now = import(carried);
    change(&mut now);
    let merged = export(carried, &now);
    let mut found = Vec::new();
    let (old, new) = (json!(carried), json!(merged));
    differences("", &old, &new, &mut found);
    let expected: Vec<_> =
        expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(found, expected);
    // What was exported means what was configured, and a second export changes nothing more.
    assert_eq!(sorted(import(&merged).mappings), sorted(now.mappings.clone()));
    assert_eq!(json!(export(&merged, &now)).to_string(), new.to_string());
}

fn differences(place: &str, old: &Value, new: &Value, found: &mut Vec<String>) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) if old.keys().all(|key| new.contains_key(key)) => {
            for (key, new) in new {
                let old = old.get(key).unwrap_or(&Value::Null);
                differences(&format!("{place}/{key}"), old, new, found);
            }
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            for (index, (old, new)) in old.iter().zip(new).enumerate() {
                differences(&format!("{place}/{index}"), old, new, found);
            }
        }
        (Value::Array(old), Value::Array(new)) => {
            let at = old.iter().zip(new).take_while(|(old, new)| old == new).count();
            let place = place.replace(USERS, "~");
            if new.len() > old.len() && new.starts_with(old) {
                let added = &new[old.len()..];
                found.extend(added.iter().map(|added| format!("{place} + {added}")));
            } else if old[at + 1..] == new[at..] {
                found.push(format!("{place} - {at}"));
            } else {
                found.push(format!("{place} is another list"));
            }
        }
        (old, new) if old != new => found.push(format!("{} = {new}", place.replace(USERS, "~"))),
        _ => {}
    }
}

fn sorted(mut mappings: Vec<Mapping>) -> Vec<Mapping> {
    mappings.sort_by(|left, right| left.target.cmp(&right.target));
    mappings
}

fn mapping<'m>(now: &'m mut Imported, target: &str) -> &'m mut Mapping {
    now.mappings.iter_mut().find(|mapping| mapping.target == target).expect("the sample has it")
}

#[test]
fn what_nobody_changed_comes_out_as_it_went_in() {
    check(|_| {}, "");
    check(|now| now.mappings.reverse(), "");
}

#[test]
fn a_changed_mapping_changes_only_itself() {
    check(
        |now| mapping(now, "mobilePhone").source = Source::Direct("businessPhones".to_owned()),
        r#"
        ~/attributeMappings/15/source/expression = "[telephoneNumber]"
        ~/attributeMappings/15/source/name = "telephoneNumber"
        "#,
    );
    check(
        |now| {
            let mail = mapping(now, "mail");
            mail.default = Some("none@north.example".to_owned());
            mail.apply = Apply::OnlyAtCreation;
            mail.matching = Some(2);
        },
        r#"
        ~/attributeMappings/22/defaultValue = "none@north.example"
        ~/attributeMappings/22/flowType = "ObjectAddOnly"
        ~/attributeMappings/22/matchingPriority = 2
        "#,
    );
    check(
        |now| mapping(now, "jobTitle").source = Source::Expression("Trim([jobTitle])".to_owned()),
        r#"
        ~/attributeMappings/12/source/expression = "Trim([jobTitle])"
        ~/attributeMappings/12/source/name = "Trim"
        ~/attributeMappings/12/source/type = "Function"
        "#,
    );
    check(
        |now| *mapping(now, "companyName") = Mapping::new("companyName", Source::None),
        "~/attributeMappings/24/source = null",
    );
}

#[test]
fn what_an_empty_source_does_is_said_where_the_definition_says_otherwise() {
    check(
        |now| mapping(now, "state").empty = EmptySource::Clears,
        r#"~/attributeMappings/5/@syncline.emptySource = "clears""#,
    );
    check(
        |now| mapping(now, "city").empty = EmptySource::Keeps,
        r#"~/attributeMappings/4/@syncline.emptySource = "keeps""#,
    );
    // The definition of the city says that empty values are carried over, that of the state not.
    check(
        |now| {
            let state = mapping(now, "state");
            state.source = Source::Direct("city".to_owned());
            state.empty = EmptySource::Clears;
        },
        r#"
        ~/attributeMappings/5/source/expression = "[city]"
        ~/attributeMappings/5/source/name = "city"
        "#,
    );
}

#[test]
fn mappings_come_and_go() {
    check(
        |now| now.mappings.retain(|mapping| mapping.target != "country"),
        "~/attributeMappings - 7",
    );
    check(
        |now| {
            let mapping = Mapping::direct("city", "costCenter");
            now.mappings.insert(0, mapping);
        },
        r#"~/attributeMappings + {"defaultValue":null,"exportMissingReferences":false,"flowBehavior":"FlowWhenChanged","flowType":"Always","matchingPriority":0,"targetAttributeName":"costCenter","source":{"expression":"[city]","name":"city","type":"Attribute","parameters":[]}}"#,
    );
}

#[test]
fn what_could_not_be_taken_over_stays() {
    let path =
        put("/attributeMappings/3/targetAttributeName", json!("emails[type eq \"work\"].value"));
    check_document(&path, |_| {}, "");
    check_document(
        &path,
        |now| now.mappings.retain(|mapping| mapping.target == "city"),
        "~/attributeMappings is another list",
    );
    let kept = export(&path, &Imported { mappings: Vec::new(), ..import(&path) });
    let targets: Vec<_> = kept.synchronization_rules[0].object_mappings[0]
        .attribute_mappings
        .iter()
        .map(|entry| entry.target_attribute_name.as_str())
        .collect();
    let expected = ["alternativeSecurityIds", "IsSoftDeleted", "emails[type eq \"work\"].value"];
    assert_eq!(targets, expected);
}

#[test]
fn a_disabled_mapping_stays_so() {
    let carried = put("/attributeMappings/4/enabled", json!(false));
    check_document(&carried, |_| {}, "");
    check_document(
        &carried,
        |now| now.mappings.retain(|one| one.target != "country"),
        "~/attributeMappings - 7",
    );
}

#[test]
fn people_stay_disabled_until_actions_are_allowed() {
    let carried = put("/enabled", json!(false));
    check_document(&carried, |_| {}, "");
    let nothing = model::Actions { create: false, update: false, delete: false };
    check_document(&carried, |now| now.actions = model::Actions::default(), "~/enabled = true");
    check_document(
        &carried,
        |now| now.actions = model::Actions { create: true, ..nothing },
        r#"
        ~/enabled = true
        ~/flowTypes = "Add"
        "#,
    );
}

#[test]
fn groups_beside_the_filter_stay() {
    let clause = json!({"sourceOperandName": "city", "operatorName": "IS NOT NULL"});
    let groups = json!([{"name": "x", "clauses": [clause]}]);
    check_document(&put("/scope/inputFilterGroups", groups), |_| {}, "");
}

#[test]
fn unknown_members_of_a_changed_mapping_stay() {
    let carried = put("/attributeMappings/12/source/x-note", json!({"by": "ada"}));
    check_document(
        &carried,
        |now| mapping(now, "jobTitle").source = Source::Direct("department".to_owned()),
        r#"
        ~/attributeMappings/12/source/expression = "[department]"
        ~/attributeMappings/12/source/name = "department"
        "#,
    );
}

fn filter(text: &str) -> Filter {
    filter_text::parse(text, filter_text::user_attribute).expect("a filter").filter
}

#[test]
fn a_changed_group_changes_only_itself() {
    // Written as text, the groups have no names.
    check(|now| now.filter = filter(&filter_text::print(&now.filter)), "");
    check(
        |now| now.filter.groups[0].clauses[0].operand = "Sales".to_owned(),
        r#"~/scope/groups/0/clauses/0/targetOperand/values/0 = "Sales""#,
    );
    check(|now| now.filter.groups.truncate(1), "~/scope/groups - 1");
    check(|now| drop(now.filter.groups.remove(0)), "~/scope/groups - 0");
    check(
        |now| now.filter.groups.extend(filter("mobilePhone IS NULL").groups),
        r#"~/scope/groups + {"name":"","clauses":[{"operatorName":"IS NULL","sourceOperandName":"mobile","targetOperand":{"values":[]}}]}"#,
    );
    check(|now| now.filter = Filter::default(), "~/scope/groups is another list");
}

#[test]
fn groups_that_differ_only_by_name_do_not_take_each_others_place() {
    let group = |name: &str| {
        json!({"name": name, "clauses": [
            {"operatorName": "IS NULL", "sourceOperandName": "city", "targetOperand": {"values": []}},
        ]})
    };
    let carried = put("/scope/groups", json!([group("a"), group("b")]));
    check_document(
        &carried,
        |now| {
            now.filter.groups[1].name = "a".to_owned();
            now.filter.groups[0].name.clear();
        },
        "",
    );
}

#[test]
fn a_document_without_scope_gets_one_when_it_is_needed() {
    let carried = put("/scope", json!(null));
    check_document(&carried, |_| {}, "");
    check_document(
        &carried,
        |now| now.filter = filter("city EQUALS x"),
        r#"~/scope = {"groups":[{"name":"","clauses":[{"operatorName":"EQUALS","sourceOperandName":"city","targetOperand":{"values":["x"]}}]}],"inputFilterGroups":[],"categoryFilterGroups":[]}"#,
    );
}

#[test]
fn groups_that_could_not_be_taken_over_stay() {
    let clause = json!({"sourceOperandName": "city", "operatorName": "IsMemberOf"});
    let carried = put("/scope/groups", json!([{"name": "x", "clauses": [clause]}]));
    check_document(&carried, |_| {}, "");
    check_document(
        &carried,
        |now| now.filter.groups.extend(filter("city IS NULL").groups),
        r#"~/scope/groups + {"name":"","clauses":[{"operatorName":"IS NULL","sourceOperandName":"city","targetOperand":{"values":[]}}]}"#,
    );
}

#[test]
fn actions_are_written_when_they_change() {
    check(|now| now.actions.delete = false, r#"~/flowTypes = "Add, Update""#);
    let none = Actions { create: false, update: false, delete: false };
    check(|now| now.actions = none, r#"~/flowTypes = "None""#);
}

#[test]
fn a_configuration_that_was_not_imported_has_a_document_too() {
    let define = |name: &str| {
        let shape = model::Shape::Text(64);
        let (mutability, case) = (model::Mutability::ReadWrite, model::Case::Ignored);
        schema::attribute_definition(name, shape, false, mutability, case, &[])
    };
    let mut source = vec![define("mobile"), define("city")];
    source[0].flow_null_values = Some(true);
    let blank = schema::blank("Azure2Azure.x", "rule", source, vec![define("mobile")]);
    assert_eq!(import(&blank), Imported::default());
    let now = Imported {
        mappings: vec![
            Mapping::direct("mobilePhone", "mobilePhone"),
            Mapping { empty: EmptySource::Keeps, ..Mapping::direct("city", "city") },
        ],
        ..Imported::default()
    };
    let document = export(&blank, &now);
    assert_eq!(Imported { places: Vec::new(), ..import(&document) }, now);
    assert!(!json!(document).to_string().contains("@syncline"));
    let text = json!(document).to_string();
    let again: SynchronizationSchema = serde_json::from_str(&text).expect("a document");
    assert_eq!(json!(again).to_string(), text);
}

fn text() -> impl Strategy<Value = String> {
    let nasty = select(vec!["\"", "\\", "[", "]", "mobile", "a", " ", "é", "(", ")", ","]);
    vec(nasty, 1..8).prop_map(|parts| parts.concat())
}

fn attribute() -> impl Strategy<Value = String> {
    let names = ["city", "state", "mobilePhone", "businessPhones", "officeLocation", "manager"];
    let more = ["faxNumber", "otherMails", "displayName", "extension_0a_badge", "objectId"];
    select(names.iter().chain(&more).map(|name| (*name).to_owned()).collect::<Vec<_>>())
}

fn source() -> impl Strategy<Value = Source> {
    let call = vec(
        prop_oneof![
            attribute().prop_map(|name| format!("[{name}]")),
            Just("\"[mobile]\"".to_owned())
        ],
        0..3,
    );
    prop_oneof![
        attribute().prop_map(Source::Direct),
        text().prop_map(Source::Constant),
        call.prop_map(|parts| Source::Expression(format!("Join({})", parts.join(", ")))),
        Just(Source::None),
    ]
}

fn mappings() -> impl Strategy<Value = Vec<Mapping>> {
    let apply =
        select(vec![Apply::Always, Apply::OnlyAtCreation, Apply::OnlyWhenEmpty, Apply::OnlyAdding]);
    let empty = select(vec![EmptySource::Clears, EmptySource::Keeps]);
    let mapping = (attribute(), source(), option::of(text()), apply, empty, option::of(1..5_u32))
        .prop_map(|(target, source, default, apply, empty, matching)| Mapping {
            target,
            source,
            default,
            apply,
            empty,
            matching,
        });
    // One mapping for each target, as a configuration has it.
    vec(mapping, 0..8).prop_map(|all| {
        let by_target: BTreeMap<_, _> =
            all.into_iter().map(|one| (one.target.clone(), one)).collect();
        by_target.into_values().collect()
    })
}

fn filters() -> impl Strategy<Value = Filter> {
    let operator = select(Operator::ALL.map(|(operator, _)| operator).to_vec());
    let clause = (attribute(), operator, text()).prop_map(|(attribute, operator, operand)| {
        let operand = if operator.is_binary() { operand } else { String::new() };
        Clause { attribute, operator, operand }
    });
    let name = select(vec!["", "Marketing department", "On call", "x"]);
    let group = (name, vec(clause, 1..4))
        .prop_map(|(name, clauses)| Group { name: name.to_owned(), clauses });
    vec(group, 0..4).prop_map(|groups| Filter { groups })
}

fn clauses(filter: &Filter) -> Vec<Vec<String>> {
    let group = |group: &Group| group.clauses.iter().map(Clause::to_string).collect();
    let mut groups: Vec<Vec<String>> = filter.groups.iter().map(group).collect();
    groups.sort();
    groups
}

proptest! {
    #[test]
    fn any_document_comes_out_as_it_went_in(document in vary::document()) {
        let carried: SynchronizationSchema = serde_json::from_value(document.clone()).expect("a document");
        if let Some(now) = schema::read(&carried) {
            prop_assert_eq!(json!(export(&carried, &now)).to_string(), document.to_string());
        }
    }

    #[test]
    fn a_written_mapping_is_read_as_it_was(mappings in mappings(), older in any::<bool>()) {
        let names = if older { Names::Older } else { Names::Graph };
        let entries = mappings.iter().map(|one| schema::write_mapping(one, names)).collect();
        let object = schema::ObjectMapping { attribute_mappings: entries, ..Default::default() };
        let imported = schema::read_mappings(&object, Some(&sample().directories[0]));
        prop_assert_eq!(table(&imported.mappings), table(&mappings));
        prop_assert_eq!(imported.mappings, mappings);
        prop_assert_eq!(imported.unsupported, []);
    }

    #[test]
    fn what_is_exported_means_what_is_configured(
        document in vary::document(),
        mappings in mappings(),
        filter in filters(),
    ) {
        let carried: SynchronizationSchema = serde_json::from_value(document).expect("a document");
        if let Some(before) = schema::read(&carried) {
            let now = Imported { mappings, filter, ..before.clone() };
            let exported = export(&carried, &now);
            let found = import(&exported);
            prop_assert_eq!(sorted(found.mappings), sorted(now.mappings.clone()));
            prop_assert_eq!(found.actions, now.actions);
            if !before.unsupported.iter().any(|note| note.place.contains("/scope/")) {
                prop_assert_eq!(clauses(&found.filter), clauses(&now.filter));
            }
            prop_assert_eq!(json!(export(&exported, &now)).to_string(), json!(exported).to_string());
        }
    }
}

#[test]
fn everybody_is_meant_when_the_filter_is_emptied_beside_a_group_that_is_not_understood() {
    let clause = json!({"sourceOperandName": "city", "operatorName": "IsMemberOf"});
    let carried = put("/scope/groups", json!([{"name": "x", "clauses": [clause]}]));
    let mut now = import(&carried);
    assert!(!now.filter.groups.is_empty(), "nobody is meant before");
    now.filter = Filter::default();
    assert_eq!(import(&export(&carried, &now)).filter, Filter::default());
}
