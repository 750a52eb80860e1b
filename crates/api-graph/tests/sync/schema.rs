//! The schema of a job over the interface, and what expressions may be made of.

use serde_json::{Value, json};

use crate::desk::Desk;

#[test]
fn a_schema_is_read_changed_and_reset() {
    let desk = Desk::new();
    let admin = desk.admin(desk.world.source);
    let (_, job) = desk.staff();
    let path = format!("{job}/schema");
    let usual = desk.expect(&admin, &format!("GET {path}"), None, 200);
    assert_eq!(usual["version"], "v1.2");
    let rule = &usual["synchronizationRules"][0];
    assert_eq!(rule["sourceDirectoryName"], "Azure Active Directory");
    assert_eq!(rule["objectMappings"][0]["flowTypes"], "Add, Update, Delete");
    let mut changed = usual.clone();
    changed["synchronizationRules"][0]["objectMappings"][0]["scope"] = json!({
        "groups": [{
            "name": "Marketing",
            "clauses": [{
                "sourceOperandName": "department",
                "operatorName": "EQUALS",
                "targetOperand": { "values": ["Marketing"] },
            }],
        }],
        "categoryFilterGroups": [],
        "inputFilterGroups": [],
    });
    desk.expect(&admin, &format!("PUT {path}"), Some(changed), 204);
    assert_eq!(desk.world.job().filter.groups.len(), 1);
    let read = desk.expect(&admin, &format!("GET {path}"), None, 200);
    let clause =
        &read["synchronizationRules"][0]["objectMappings"][0]["scope"]["groups"][0]["clauses"][0];
    assert_eq!(clause["sourceOperandName"], "department");
    let mut wrong = usual.clone();
    wrong["synchronizationRules"] = json!([]);
    assert!(
        desk.refused(&admin, &format!("PUT {path}"), Some(wrong))
            .starts_with("400 schemaInvalid: ")
    );
    assert_eq!(desk.world.job().filter.groups.len(), 1, "nothing was written");
    let rules = json!({ "synchronizationRules": usual["synchronizationRules"] });
    desk.expect(&admin, &format!("PATCH {path}"), Some(rules), 204);
    assert_eq!(desk.world.job().filter.groups.len(), 0);
    desk.expect(&admin, &format!("DELETE {path}"), None, 204);
    assert_eq!(desk.expect(&admin, &format!("GET {path}"), None, 200), usual);
}

#[test]
fn a_schema_of_which_something_would_be_left_out_is_refused() {
    let desk = Desk::new();
    let admin = desk.admin(desk.world.source);
    let (_, job) = desk.staff();
    let path = format!("{job}/schema");
    let usual = desk.expect(&admin, &format!("GET {path}"), None, 200);
    let clause = |operator: &str, values: &[&str]| {
        let mut wrong = usual.clone();
        wrong["synchronizationRules"][0]["objectMappings"][0]["scope"] = json!({
            "groups": [{
                "name": "Marketing",
                "clauses": [{
                    "sourceOperandName": "department",
                    "operatorName": operator,
                    "targetOperand": { "values": values },
                }],
            }],
        });
        wrong
    };
    let mapping = |member: &str, value: Value| {
        let mut wrong = usual.clone();
        let mappings =
            &mut wrong["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"];
        let mappings = mappings.as_array_mut().expect("a list");
        let name = mappings.iter_mut().find(|one| one["targetAttributeName"] == "displayName");
        name.expect("it is mapped")[member] = value;
        wrong
    };
    let source = |expression: &str| json!({ "type": "Function", "expression": expression });
    let before = desk.world.job();
    for (what, wrong) in [
        ("operator", clause("EQUAL", &["Marketing"])),
        ("values", clause("EQUALS", &["a", "b"])),
        ("expression", mapping("source", source("Left([displayName]"))),
        ("attribute", mapping("source", source("[frob]"))),
        ("target", mapping("targetAttributeName", json!("frob"))),
        ("flowType", mapping("flowType", json!("Sometimes"))),
    ] {
        let refused = desk.refused(&admin, &format!("PUT {path}"), Some(wrong));
        assert!(refused.starts_with("400 schemaInvalid: "), "{what}: {refused}");
        assert!(refused.contains("/synchronizationRules/0/"), "{what} has its place: {refused}");
    }
    assert_eq!(desk.world.job().filter, before.filter);
    assert_eq!(desk.world.job().mappings, before.mappings);
}

#[test]
fn the_template_says_what_a_new_job_has() {
    let desk = Desk::new();
    let admin = desk.admin(desk.world.source);
    let (base, _) = desk.staff();
    let app = desk.expect(&admin, &format!("GET {base}"), None, 200)["appId"].clone();
    let app = format!("/applications(appId='{}')", app.as_str().expect("an id"));
    for root in [&base, &app] {
        let templates = format!("{root}/synchronization/templates");
        let listed = desk.expect(&admin, &format!("GET {templates}"), None, 200);
        assert_eq!(listed["value"][0]["id"], "Azure2Azure");
        desk.expect(&admin, &format!("GET {templates}/Azure2Azure"), None, 200);
        let schema = desk.expect(&admin, &format!("GET {templates}/Azure2Azure/schema"), None, 200);
        assert_eq!(schema["synchronizationRules"][0]["name"], "USER_INBOUND_USER");
        assert!(desk.refused(&admin, &format!("GET {templates}/slack"), None).starts_with("404 "));
    }
}

#[test]
fn directories_are_listed_and_discovered() {
    let desk = Desk::new();
    let admin = desk.admin(desk.world.source);
    let (_, job) = desk.staff();
    let path = format!("{job}/schema/directories");
    let listed = desk.expect(&admin, &format!("GET {path}"), None, 200);
    let directories = listed["value"].as_array().expect("a list");
    assert_eq!(directories.len(), 2);
    for (place, directory) in directories.iter().enumerate() {
        let id = directory["id"].as_str().expect("an id");
        let one = desk.expect(&admin, &format!("GET {path}/{id}"), None, 200);
        assert_eq!(one["name"], directory["name"]);
        let found = desk.expect(&admin, &format!("POST {path}/{id}/discover"), None, 200);
        assert!(found["discoveryDateTime"].is_string());
        assert_eq!(found["objects"][0]["name"], "User", "{place}");
    }
    assert!(desk.refused(&admin, &format!("GET {path}/nothing"), None).starts_with("404 "));
}

#[test]
fn operators_and_functions_are_told() {
    let desk = Desk::new();
    let admin = desk.admin(desk.world.source);
    let (_, job) = desk.staff();
    for form in ["filterOperators", "filterOperators()"] {
        let told = desk.expect(&admin, &format!("GET {job}/schema/{form}"), None, 200);
        let list = told["value"].as_array().expect("a list");
        let found = list.iter().find(|one| one["name"] == "IS TRUE").expect("it is there");
        assert_eq!((&found["arity"], &found["id"]), (&json!("Unary"), &json!("IS TRUE")));
    }
    let told = desk.expect(&admin, &format!("GET {job}/schema/functions()"), None, 200);
    let list = told["value"].as_array().expect("a list");
    let found = list.iter().find(|one| one["name"] == "Append").expect("it is there");
    assert_eq!(found["parameters"][1]["name"], "suffix");
    assert_eq!(found["parameters"][1]["required"], true);
}

#[test]
fn an_expression_is_parsed_and_tried() {
    let desk = Desk::new();
    let admin = desk.admin(desk.world.source);
    let (_, job) = desk.staff();
    let parse = |body: Value| {
        desk.expect(&admin, &format!("POST {job}/schema/parseExpression"), Some(body), 200)
    };
    let told = parse(json!({
        "expression": "Replace([preferredLanguage], \"-\", , , \"_\", , )",
        "testInputObject": {
            "definition": null,
            "properties": [{ "key": "preferredLanguage", "value": "EN-US" }],
        },
        "targetAttributeDefinition": null,
    }));
    assert_eq!(told["parsingSucceeded"], true);
    assert_eq!(told["evaluationSucceeded"], true);
    assert_eq!(told["evaluationResult"], json!(["EN_US"]));
    assert_eq!(told["error"], Value::Null);
    let parsed = &told["parsedExpression"];
    assert_eq!((&parsed["type"], &parsed["name"]), (&json!("Function"), &json!("Replace")));
    let keys: Vec<_> = parsed["parameters"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["key"].as_str().unwrap_or_default())
        .collect();
    assert_eq!(keys, ["source", "oldValue", "replacementValue"]);
    let list = parse(json!({
        "expression": "Join(\", \", [otherMails])",
        "testInputObject": { "properties": [{
            "key": "otherMails", "value@odata.type": "#Collection(String)", "value": ["a", "b"],
        }] },
    }));
    assert_eq!(list["evaluationResult"], json!(["a, b"]));
    let wrong = parse(json!({ "expression": "Apend([mail], \"x\")" }));
    assert_eq!(
        (&wrong["parsingSucceeded"], &wrong["parsedExpression"]),
        (&json!(false), &Value::Null)
    );
    assert!(wrong["error"]["code"].is_string(), "{wrong}");
    let unknown = parse(json!({ "expression": "ToLower([departmnt])" }));
    assert_eq!(unknown["parsingSucceeded"], true, "{unknown}");
    assert_eq!(unknown["error"]["code"], "expr-unknown-attribute");
    assert_eq!(
        unknown["error"]["message"],
        "the source has no attribute departmnt at position 8; did you mean [department]?"
    );
    // What other mappings write, what groups have, and what is made up for it are known.
    for known in ["[target.city]", "[mailEnabled]", "[badge]"] {
        let told = parse(json!({
            "expression": known,
            "testInputObject": { "properties": [{ "key": "badge", "value": "7" }] },
        }));
        assert_eq!(told["error"], Value::Null, "{known}");
    }
    let failing = parse(json!({
        "expression": "Mid([mail], \"x\", 1)",
        "testInputObject": { "properties": [{ "key": "mail", "value": "abc" }] },
    }));
    assert_eq!(failing["evaluationSucceeded"], false);
    let line = format!("POST {job}/schema/parseExpression");
    assert!(desk.refused(&admin, &line, Some(json!({}))).starts_with("400 "));
}
