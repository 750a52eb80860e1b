//! A tenant, somebody who asks, and requests and answers as text: `GET /users/{ada}` in, a status and
//! what is shown out. Ids stand as the names of their objects in braces.

use std::collections::BTreeMap;

use api_graph::{Answer, Body, Headers, Method, Request, Services, Version};
use identity::Identity;
use model::{Actor, ApplicationId, Clock, IdSource, Kind, Object, ObjectId, TenantId};
use serde_json::Value;
use testkit::World;

pub const ORIGIN: &str = "https://graph.test";

/// A world with the services of the interface over it.
pub struct Stage {
    pub world: World,
    pub services: Services,
    pub actor: Actor,
}

/// An application with these grants in a tenant.
pub fn application(tenant: TenantId, grants: &[&str]) -> Actor {
    Actor::Application {
        tenant,
        id: ApplicationId::MADE_UP,
        name: "script".to_owned(),
        grants: grants.iter().map(|grant| (*grant).to_owned()).collect(),
    }
}

impl Stage {
    /// An empty tenant.
    pub fn new() -> Self {
        Self::over(World::new())
    }

    /// The same over a world that a test has made.
    pub fn over(world: World) -> Self {
        let services = Services {
            directory: world.directory.clone(),
            sync: sync::Sync::new(world.directory.clone()),
            identity: Identity::new(world.directory.clone()),
            limits: api_graph::Limits::off(),
        };
        let actor = application(
            world.source,
            &[
                "Application.ReadWrite.All",
                "Directory.Read.All",
                "Directory.ReadWrite.All",
                "Domain.Read.All",
                "Group.ReadWrite.All",
                "User.Invite.All",
                "User.ReadWrite.All",
            ],
        );
        Self { world, services, actor }
    }

    /// People by their first names.
    pub fn with(names: &[&str]) -> Self {
        let stage = Self::new();
        for name in names {
            stage.world.person(name, &[]);
        }
        stage
    }

    /// A security group.
    pub fn group(&self, name: &str) -> ObjectId {
        let given = testkit::attributes(&[("displayName", name), ("mailNickname", name)]);
        self.world.make(self.world.source, Kind::Group, given)
    }

    /// The id of somebody by name.
    pub fn id(&self, name: &str) -> ObjectId {
        let names = self.names();
        let found = names.iter().find(|(_, own)| own.as_str() == name);
        *found.unwrap_or_else(|| panic!("nobody is called {name}")).0
    }

    fn names(&self) -> BTreeMap<ObjectId, String> {
        let tenant = self.world.source;
        let both = [Kind::User, Kind::Group]
            .map(|kind| self.world.objects(tenant, kind).into_values().collect::<Vec<_>>());
        let name = |object: Object| {
            let label = object.label();
            let short = label.split('@').next().unwrap_or_default();
            (object.id, short.to_owned())
        };
        both.into_iter().flatten().map(name).collect()
    }

    /// The request in a text: the first line, headers, an empty line, the body.
    pub fn request(&self, text: &str) -> Request {
        let mut text = text.to_owned();
        for (id, name) in self.names() {
            text = text.replace(&format!("{{{name}}}"), &id.to_string());
        }
        let mut lines = text.lines().map(str::trim);
        let first = lines.next().expect("a request has a first line");
        let (method, path) = first.split_once(' ').expect("a method and a path");
        let (path, query) = match path.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (path, None),
        };
        let (version, path) = match path.strip_prefix("/beta/") {
            Some(rest) => (Version::Beta, format!("/{rest}")),
            None => (Version::V1, path.to_owned()),
        };
        let mut headers = Headers::default();
        for line in lines.by_ref().take_while(|line| !line.is_empty()) {
            let (name, value) = line.split_once(':').expect("a header");
            let value = Some(value.trim().to_owned());
            match name.to_ascii_lowercase().as_str() {
                "consistencylevel" => headers.consistency_level = value,
                "content-type" => headers.content_type = value,
                "prefer" => headers.prefer = value,
                "if-match" => headers.if_match = value,
                "if-none-match" => headers.if_none_match = value,
                other => panic!("no header {other}"),
            }
        }
        let body = lines.collect::<Vec<_>>().join("\n").into_bytes();
        if !body.is_empty() && headers.content_type.is_none() {
            headers.content_type = Some("application/json".to_owned());
        }
        Request {
            method: Method::find(method).expect("a method"),
            version,
            path,
            query,
            headers,
            body,
            origin: ORIGIN.to_owned(),
            request_id: self.world.ids.next().to_string(),
            at: self.world.clock.now(),
        }
    }

    /// The answer to a request.
    pub fn ask(&self, text: &str) -> Answer {
        self.services.answer_for(&self.actor, &self.request(text))
    }

    /// The document of an answer that has one.
    #[track_caller]
    pub fn document(&self, text: &str) -> Value {
        let answer = self.ask(text);
        match document(&answer) {
            Some(document) if answer.status < 300 => document,
            other => panic!("{text}: {} {other:?}", answer.status),
        }
    }

    /// The answer as a text.
    pub fn show(&self, answer: &Answer) -> String {
        let mut shown = answer.status.to_string();
        match (&answer.body, document(answer)) {
            (Body::Text(text), _) => shown.push_str(&format!(" {text}")),
            (_, Some(document)) => show_document(&mut shown, document),
            _ => {}
        }
        for (name, value) in &answer.headers {
            if ["location", "preference-applied", "retry-after"].contains(name) {
                shown.push_str(&format!("\n{name}: {value}"));
            }
        }
        for (id, name) in self.names() {
            shown = shown.replace(&id.to_string(), &format!("{{{name}}}"));
        }
        shown.replace(&format!("{ORIGIN}/v1.0/"), "/").replace(&format!("{ORIGIN}/beta/"), "/beta/")
    }

    /// Asks and compares. Blanks at the beginning of lines do not count.
    #[track_caller]
    pub fn check(&self, request: &str, expected: &str) {
        let answer = self.ask(request);
        let expected: Vec<&str> = expected.lines().map(str::trim).collect();
        assert_eq!(self.show(&answer), expected.join("\n"), "{request}");
    }
}

/// The JSON document of an answer.
pub fn document(answer: &Answer) -> Option<Value> {
    match &answer.body {
        Body::Json(document) => Some(document.clone()),
        Body::Written(text) => Some(serde_json::from_str(text).expect("the answer is JSON")),
        Body::Text(_) | Body::Empty => None,
    }
}

fn show_document(shown: &mut String, document: Value) {
    if let Some(error) = document.get("error") {
        let text = |name: &str| error[name].as_str().unwrap_or_default();
        shown.push_str(&format!(" {}: {}", text("code"), text("message")));
        for detail in error.get("details").and_then(Value::as_array).into_iter().flatten() {
            shown.push_str(&format!(" [{} {}]", detail["code"], detail["target"]));
        }
        return;
    }
    let Value::Object(mut members) = document else { return };
    if let Some(context) = members.shift_remove("@odata.context") {
        let context = context.as_str().unwrap_or_default();
        shown.push_str(&format!(" {}", context.rsplit('#').next().unwrap_or_default()));
    }
    if let Some(count) = members.shift_remove("@odata.count") {
        shown.push_str(&format!(" count {count}"));
    }
    for link in ["@odata.nextLink", "@odata.deltaLink"] {
        if members.shift_remove(link).is_some() {
            shown.push_str(&format!(" {}", &link[7..]));
        }
    }
    match members.shift_remove("value") {
        Some(Value::Array(items)) if members.is_empty() => {
            for item in items {
                shown.push_str(&format!("\n{item}"));
            }
        }
        Some(value) => shown.push_str(&format!("\n{value}")),
        None => shown.push_str(&format!("\n{}", Value::Object(members))),
    }
}
