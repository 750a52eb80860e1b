//! What is tried with every request to the Graph interface, and what must hold. The program of
//! cargo-fuzz and the test `crates/api-graph/tests/fuzz_corpus.rs` share this file.
//!
//! An input is a request as text: `METHOD /path?query`, headers, an empty line, the body. Names in
//! braces stand for the ids of what there is: `{user}`, `{group}`, `{tenant}`, `{partner}`, `{deleted}`.

use std::cell::RefCell;

use api_graph::{Body, Headers, Method, Request, Services, Version};
use identity::Identity;
use model::{Actor, ApplicationId, Clock, Kind, TenantId};
use serde_json::Value;
use testkit::{World, attributes};

/// After so many requests the world is made anew, so that what they leave behind stays small.
const LIFE: u32 = 500;

struct Scene {
    world: World,
    services: Services,
    admin: Actor,
    names: Vec<(&'static str, String)>,
    requests: u32,
}

thread_local! {
    static SCENE: RefCell<Option<Scene>> = const { RefCell::new(None) };
}

/// Any request is answered without a panic, and a refusal is the caller's fault and says so as Graph
/// does.
pub fn graph(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    SCENE.with_borrow_mut(|scene| {
        if scene.as_ref().is_none_or(|scene| scene.requests >= LIFE) {
            *scene = Some(build());
        }
        let scene = scene.as_mut().expect("it was made");
        scene.requests += 1;
        if let Some(request) = read(scene, text) {
            check(scene, &request, text);
        }
    });
}

fn check(scene: &Scene, request: &Request, text: &str) {
    let answer = scene.services.answer_for(&scene.admin, request);
    assert!(answer.status < 500, "{} for {text}", answer.status);
    let document: Option<Value> = match &answer.body {
        Body::Json(document) => Some(document.clone()),
        Body::Written(text) => Some(serde_json::from_str(text).expect("what is written is JSON")),
        Body::Text(_) | Body::Empty => None,
    };
    if answer.status >= 400 {
        let document = document.unwrap_or_else(|| panic!("{} has a body: {text}", answer.status));
        let error = &document["error"];
        assert!(error["code"].is_string() && error["message"].is_string(), "{document}");
        assert!(error["innerError"]["request-id"].is_string(), "{document}");
    }
}

fn read(scene: &Scene, text: &str) -> Option<Request> {
    let mut text = text.to_owned();
    for (name, id) in &scene.names {
        text = text.replace(name, id);
    }
    let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
    let mut lines = head.lines();
    let (method, address) = lines.next()?.split_once(' ')?;
    let (path, query) = match address.split_once('?') {
        Some((path, query)) => (path, Some(query.to_owned())),
        None => (address, None),
    };
    let (version, path) = match path.strip_prefix("/beta") {
        Some(rest) => (Version::Beta, rest),
        None => (Version::V1, path),
    };
    let mut headers = Headers {
        content_type: (!body.is_empty()).then(|| "application/json".to_owned()),
        consistency_level: Some("eventual".to_owned()),
        ..Headers::default()
    };
    for line in lines {
        let Some((name, value)) = line.split_once(':') else { continue };
        let value = Some(value.trim().to_owned());
        match name.to_ascii_lowercase().as_str() {
            "content-type" => headers.content_type = value,
            "consistencylevel" => headers.consistency_level = value,
            "prefer" => headers.prefer = value,
            "if-match" => headers.if_match = value,
            "if-none-match" => headers.if_none_match = value,
            "client-request-id" => headers.client_request_id = value,
            _ => {}
        }
    }
    Some(Request {
        method: Method::find(method)?,
        version,
        path: path.to_owned(),
        query,
        headers,
        body: body.as_bytes().to_vec(),
        origin: "https://graph.test".to_owned(),
        request_id: "11111111-1111-1111-1111-111111111111".to_owned(),
        at: scene.world.clock.now(),
    })
}

fn build() -> Scene {
    let world = World::new();
    let tenant = world.source;
    let [user, other, deleted] = ["ada", "bo", "past"].map(|name| world.person(name, &[]));
    let given = attributes(&[("displayName", "Staff"), ("mailNickname", "staff")]);
    let group = world.make(tenant, Kind::Group, given);
    let (directory, operator) = (&world.directory, &world.operator);
    directory.add_members(operator, tenant, group, &[user, other]).expect("they stand");
    directory.set_manager(operator, tenant, other, Some(user)).expect("no loop");
    directory.delete(operator, tenant, deleted).expect("it stands");
    let services = Services {
        directory: world.directory.clone(),
        sync: world.sync.clone(),
        identity: Identity::new(world.directory.clone()),
        limits: api_graph::Limits::off(),
    };
    let names = vec![
        ("{user}", user.to_string()),
        ("{other}", other.to_string()),
        ("{group}", group.to_string()),
        ("{deleted}", deleted.to_string()),
        ("{tenant}", tenant.to_string()),
        ("{partner}", world.target.to_string()),
        ("{job}", world.job.to_string()),
    ];
    Scene { admin: admin(tenant), services, names, requests: 0, world }
}

/// An application with every permission.
fn admin(tenant: TenantId) -> Actor {
    let all = access::Permission::ALL.into_iter().flat_map(access::application_grants);
    Actor::Application {
        tenant,
        id: ApplicationId::MADE_UP,
        name: "fuzz".to_owned(),
        grants: all.map(str::to_owned).collect(),
    }
}
