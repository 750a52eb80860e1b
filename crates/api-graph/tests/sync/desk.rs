//! A world with the interface before it: requests as lines of text, answers as text.

use api_graph::{Answer, Body, Headers, Method, Request, Services, Version};
use identity::Identity;
use model::{Actor, ApplicationId, Clock, IdSource, TenantId};
use serde_json::Value;
use testkit::World;

/// Contoso and Fabrikam, and the interface.
pub struct Desk {
    pub world: World,
    pub services: Services,
}

/// What came back.
pub struct Told {
    pub status: u16,
    pub body: Value,
    pub headers: Vec<(&'static str, String)>,
}

impl Desk {
    pub fn new() -> Self {
        Self::over(World::new())
    }

    /// A desk before two tenants that know nothing of each other, without a configuration.
    pub fn bare() -> Self {
        let desk = Self::new();
        let world = &desk.world;
        for (one, other) in [(world.source, world.target), (world.target, world.source)] {
            let removed = world.directory.remove_partner(&world.operator, one, other);
            removed.expect("the operator may");
        }
        let deleted = world.directory.delete_job(&world.operator, &world.job());
        deleted.expect("the operator may");
        desk
    }

    pub fn over(world: World) -> Self {
        let services = Services {
            directory: world.directory.clone(),
            sync: world.sync.clone(),
            identity: Identity::new(world.directory.clone()),
            limits: api_graph::Limits::off(),
        };
        Self { world, services }
    }

    /// An application of a tenant that may do everything.
    pub fn admin(&self, tenant: TenantId) -> Actor {
        let grants = [
            "Directory.ReadWrite.All",
            "User.ReadWrite.All",
            "Group.ReadWrite.All",
            "Policy.Read.All",
            "Policy.ReadWrite.CrossTenantAccess",
            "Synchronization.ReadWrite.All",
            "Application.ReadWrite.All",
            "AppRoleAssignment.ReadWrite.All",
            "AuditLog.Read.All",
            "CrossTenantInformation.ReadBasic.All",
            "MultiTenantOrganization.ReadWrite.All",
        ];
        self.holding(tenant, &grants)
    }

    /// An application of a tenant with these grants.
    pub fn holding(&self, tenant: TenantId, grants: &[&str]) -> Actor {
        Actor::Application {
            tenant,
            id: ApplicationId(self.world.ids.next()),
            name: "script".to_owned(),
            grants: grants.iter().map(|one| (*one).to_owned()).collect(),
        }
    }

    /// Asks `METHOD /path?query` below v1.0, or below beta where the path begins so.
    pub fn ask(&self, actor: &Actor, line: &str, body: Option<Value>) -> Told {
        let (method, rest) = line.split_once(' ').expect("a method and a path");
        let (version, rest) = match rest.strip_prefix("/beta") {
            Some(rest) => (Version::Beta, rest),
            None => (Version::V1, rest),
        };
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (rest, None),
        };
        let request = Request {
            method: Method::find(method).expect("a method"),
            version,
            path: path.to_owned(),
            query,
            headers: Headers {
                content_type: body.as_ref().map(|_| "application/json".to_owned()),
                ..Headers::default()
            },
            body: body.map(|body| body.to_string().into_bytes()).unwrap_or_default(),
            origin: "https://graph.example".to_owned(),
            request_id: "11111111-1111-1111-1111-111111111111".to_owned(),
            at: self.world.clock.now(),
        };
        Told::of(self.services.answer_for(actor, &request))
    }

    /// Asks, and expects this status.
    #[track_caller]
    pub fn expect(&self, actor: &Actor, line: &str, body: Option<Value>, status: u16) -> Value {
        let told = self.ask(actor, line, body);
        assert_eq!(told.status, status, "{line}: {}", told.body);
        told.body
    }

    /// Asks for what is refused, and tells it as `STATUS CODE: MESSAGE`.
    #[track_caller]
    pub fn refused(&self, actor: &Actor, line: &str, body: Option<Value>) -> String {
        let told = self.ask(actor, line, body);
        let error = &told.body["error"];
        assert!(error["innerError"]["request-id"].is_string(), "{line}: {}", told.body);
        let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
        format!("{} {}: {}", told.status, text("code"), text("message"))
    }
}

impl Told {
    fn of(answer: Answer) -> Self {
        let body = match answer.body {
            Body::Empty => Value::Null,
            Body::Json(document) => document,
            Body::Written(text) => serde_json::from_str(&text).expect("it is JSON"),
            Body::Text(text) => Value::String(text),
        };
        Self { status: answer.status, body, headers: answer.headers }
    }
}

impl Desk {
    /// The configuration of the world, as its base path and the path of its job.
    pub fn staff(&self) -> (String, String) {
        let job = self.world.job();
        let base = format!("/servicePrincipals/{}", job.id);
        let id = format!("Azure2Azure.{}.{}", job.source.0.simple(), job.id);
        let path = format!("{base}/synchronization/jobs/{id}");
        (base, path)
    }
}
