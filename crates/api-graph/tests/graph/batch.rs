//! `$batch`.

use serde_json::{Value, json};

use crate::stage::Stage;

fn ask(stage: &Stage, requests: Value) -> Vec<Value> {
    let document = stage.document(&format!("POST /$batch\n\n{}", json!({ "requests": requests })));
    document["responses"].as_array().expect("a list").clone()
}

fn statuses(responses: &[Value]) -> Vec<(String, u64)> {
    let pair = |one: &Value| {
        (one["id"].as_str().expect("text").to_owned(), one["status"].as_u64().expect("a number"))
    };
    responses.iter().map(pair).collect()
}

#[test]
fn requests_of_every_form_are_answered_like_others() {
    let stage = Stage::with(&["ada"]);
    let responses = ask(
        &stage,
        json!([
            { "id": "1", "method": "GET", "url": "/users/{ada}?$select=displayName", "depends_on": [] },
            { "id": "2", "method": "get", "url": "https://graph.test/v1.0/users/$count", "headers": { "ConsistencyLevel": "eventual" } },
            { "id": "3", "method": "PATCH", "url": "users/{ada}", "headers": { "content-type": "application/json" }, "body": { "jobTitle": "X" } },
            { "id": "4", "method": "PATCH", "url": "users/{ada}", "body": { "jobTitle": "X" } },
            { "id": "5", "method": "GET", "url": "https://elsewhere.example/v1.0/users" },
            { "id": "6", "method": "POST", "url": "/$batch", "headers": { "Content-Type": "application/json" }, "body": { "requests": [] } },
            { "id": "7", "method": "GET", "url": "/nosuch" },
            { "id": "8", "method": "PATCH", "url": "users/{ada}", "headers": { "content-type": "text/plain" }, "body": "aGVsbG8" },
        ]),
    );
    let expected = [
        ("1", 200),
        ("2", 200),
        ("3", 204),
        ("4", 415),
        ("5", 400),
        ("6", 400),
        ("7", 400),
        ("8", 415),
    ];
    assert_eq!(statuses(&responses), expected.map(|(id, status)| (id.to_owned(), status)));
    assert_eq!(responses[0]["body"]["displayName"], "ada");
    assert_eq!(responses[0]["headers"]["Content-Type"], "application/json");
    assert_eq!(
        (&responses[1]["body"], &responses[1]["headers"]["Content-Type"]),
        (&json!("MQ=="), &json!("text/plain"))
    );
    assert_eq!(responses[2].get("body"), None);
    assert_eq!(responses[6]["body"]["error"]["code"], "BadRequest");
}

#[test]
fn who_depends_comes_later_and_fails_with_what_it_depends_on() {
    let stage = Stage::with(&["ada"]);
    let read = |id: &str, on: &[&str]| json!({ "id": id, "method": "GET", "url": "/users/{ada}?$select=jobTitle", "dependsOn": on });
    let write = json!({ "id": "write", "method": "PATCH", "url": "/users/{ada}", "headers": { "Content-Type": "application/json" }, "body": { "jobTitle": "X" } });
    let responses = ask(&stage, json!([read("after", &["WRITE"]), write]));
    assert_eq!(responses[0]["body"]["jobTitle"], "X", "it was asked first and answered last");
    let fails = json!({ "id": "fails", "method": "GET", "url": "/users/nobody" });
    let responses =
        ask(&stage, json!([read("c", &["b"]), read("b", &["fails"]), fails, read("d", &[])]));
    let expected = [("c", 424), ("b", 424), ("fails", 404), ("d", 200)];
    assert_eq!(statuses(&responses), expected.map(|(id, status)| (id.to_owned(), status)));
    assert_eq!(responses[0]["body"]["error"]["code"], "FailedDependency");
}

#[test]
fn a_batch_that_is_none_is_refused_whole() {
    let stage = Stage::new();
    let item = |id: &str, on: &[&str]| json!({ "id": id, "method": "GET", "url": "/users", "dependsOn": on });
    let many: Vec<Value> = (0..21).map(|id| item(&id.to_string(), &[])).collect();
    for (requests, why) in [
        (json!([]), "a batch holds 1 to 20 requests"),
        (json!(many), "a batch holds 1 to 20 requests"),
        (json!([item("a", &[]), item("A", &[])]), "the id 'A' stands there twice"),
        (json!([item("a", &["x"])]), "request 'a' depends on 'x', which is not there"),
        (
            json!([item("a", &["b"]), item("b", &["a"])]),
            "the requests depend on each other in a ring",
        ),
    ] {
        stage.check(
            &format!("POST /$batch\n\n{}", json!({ "requests": requests })),
            &format!("400 BadRequest: Invalid batch payload format: {why}."),
        );
    }
}
