//! What the audit log says about what came through the interface: which request it was, and never a
//! secret.

use api_graph::{Body, Method, routes};
use model::{Actor, ApplicationId, TenantId};
use serde_json::Value;

use crate::scene::{Scene, sample};

const PASSWORD: &str = "Quite-long-1-word";

#[test]
fn every_write_names_its_request_and_no_secret() {
    let (mut entries, mut secrets) = (0, vec![PASSWORD.to_owned()]);
    let writes = routes().filter(|route| route.method != Method::Get && route.path != "/$batch");
    for route in writes {
        let count = sample(&Scene::new(), route).len();
        for which in 0..count {
            let scene = Scene::new();
            let before = scene.audit().len();
            let request = sample(&scene, route).swap_remove(which);
            let prepared = scene.audit().len();
            let answer = scene.services.answer_for(&admin(scene.tenant), &request);
            if let Body::Json(document) = &answer.body {
                collect(document, &mut secrets);
            }
            let log = scene.audit();
            for one in &log[prepared..] {
                let entry = one.entry.as_ref().expect("nothing is erased");
                assert_eq!(entry.request.as_deref(), Some(&*request.request_id), "{}", route.path);
            }
            entries += log.len() - prepared;
            for one in &log[before..] {
                let text = serde_json::to_string(one).expect("plain data");
                for secret in &secrets {
                    assert!(!text.contains(secret.as_str()), "{}: {text}", route.path);
                }
            }
        }
    }
    assert!(entries > 10, "{entries} entries were looked at");
    assert!(secrets.len() > 1, "a secret was given out");
}

/// Secrets that an answer gives out.
fn collect(document: &Value, secrets: &mut Vec<String>) {
    match document {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(secret) if name == "secretText" => secrets.push(secret.clone()),
                    value => collect(value, secrets),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, secrets)),
        _ => {}
    }
}

fn admin(tenant: TenantId) -> Actor {
    let all = access::Permission::ALL.into_iter().flat_map(access::application_grants);
    Actor::Application {
        tenant,
        id: ApplicationId::MADE_UP,
        name: "script".to_owned(),
        grants: all.map(str::to_owned).collect(),
    }
}
