//! A server of a test: two tenants in memory, a clock that stands still, and the router as a function.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, header},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use directory::{Application, ApplicationChange, NewApplication};
use identity::Identity;
use model::{Kind, Object, TenantId};
use serde_json::Value;
use testkit::{World, attributes};
use tower::ServiceExt;

/// Where it is found.
pub const ORIGIN: &str = "https://localhost:8443";
pub const SECRET: &str = "correct-horse-battery-staple";
pub const BACK: &str = "https://app.example/back";
/// A verifier and its challenge (RFC 7636, appendix B).
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub struct Server {
    pub world: World,
    pub identity: Identity,
    router: Router,
    runtime: tokio::runtime::Runtime,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no document: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("it is a text"))
    }

    /// The cookies that it sets, as a browser sends them back.
    pub fn cookies(&self) -> String {
        let set = self.headers.get_all(header::SET_COOKIE);
        let pairs = set.iter().filter_map(|value| value.to_str().ok()?.split(';').next());
        pairs.collect::<Vec<_>>().join("; ")
    }

    /// Status, word and number of a refusal.
    pub fn refusal(&self) -> (u16, String, u64) {
        let shown = self.json();
        let number = shown["error_codes"][0].as_u64().expect("it has a number");
        let text = shown["error_description"].as_str().expect("it has a description");
        assert!(text.starts_with(&format!("AADSTS{number}: ")), "{text}");
        assert!(text.contains("\r\nTrace ID: ") && text.contains("\r\nTimestamp: "), "{text}");
        (self.status, shown["error"].as_str().expect("it has a word").to_owned(), number)
    }

    pub fn access_token(&self) -> String {
        assert_eq!(self.status, 200, "{}", self.text);
        self.json()["access_token"].as_str().expect("there is a token").to_owned()
    }
}

impl Server {
    pub fn new() -> Self {
        let world = World::new();
        let identity = Identity::new(world.directory.clone());
        let router = api_oauth::router(identity.clone());
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .build()
            .expect("there is a runtime");
        Self { world, identity, router, runtime }
    }

    pub fn ask(&self, request: Request<Body>) -> Answer {
        let router = self.router.clone();
        self.runtime.block_on(async move {
            let response = router.oneshot(request).await.expect("the router always answers");
            let (parts, body) = response.into_parts();
            let body = to_bytes(body, 1 << 20).await.expect("the body is there");
            let text = String::from_utf8(body.to_vec()).expect("it is a text");
            Answer { status: parts.status.as_u16(), headers: parts.headers, text }
        })
    }

    pub fn get(&self, path: &str, cookies: &str) -> Answer {
        let request = Request::get(format!("{ORIGIN}{path}")).header("cookie", cookies);
        self.ask(request.body(Body::empty()).expect("it is a request"))
    }

    pub fn post(&self, path: &str, cookies: &str, fields: &[(&str, &str)]) -> Answer {
        let request = Request::post(format!("{ORIGIN}{path}"))
            .header("cookie", cookies)
            .header("content-type", "application/x-www-form-urlencoded");
        self.ask(request.body(Body::from(form(fields))).expect("it is a request"))
    }

    /// Asks the token endpoint of Contoso.
    pub fn token(&self, fields: &[(&str, &str)]) -> Answer {
        self.post("/contoso.example/oauth2/v2.0/token", "", fields)
    }

    /// An application of Contoso with a secret.
    pub fn application(&self, grants: &[&str]) -> Application {
        self.application_in(self.world.source, grants)
    }

    pub fn application_in(&self, tenant: TenantId, grants: &[&str]) -> Application {
        let new = NewApplication {
            name: "hr".to_owned(),
            grants: grants.iter().map(|grant| (*grant).to_owned()).collect(),
            secret: Some(SECRET.to_owned()),
        };
        let made = self.world.directory.create_application(&self.world.operator, tenant, new);
        made.expect("the name is free")
    }

    pub fn change(&self, application: &Application, change: &ApplicationChange) {
        let (directory, operator) = (&self.world.directory, &self.world.operator);
        let id = application.id.to_string();
        directory
            .update_application(operator, self.world.source, &id, change)
            .expect("it can be changed");
    }

    /// An application of Contoso that signs people in.
    pub fn client_for_people(&self) -> Application {
        let application = self.application(&[]);
        let change = ApplicationChange {
            delegate: vec!["User.Read.All".to_owned(), "Group.Read.All".to_owned()],
            redirect_uris: Some(vec![BACK.to_owned(), "http://localhost".to_owned()]),
            ..ApplicationChange::default()
        };
        self.change(&application, &change);
        application
    }

    /// A person of Contoso with a password.
    pub fn person(&self, name: &str, password: &str, must_change: bool) -> Object {
        let person = self.person_without(name);
        let (tenant, operator) = (self.world.source, &self.world.operator);
        self.identity
            .set_password(operator, tenant, person.id, password, must_change)
            .expect("the password is set");
        person
    }

    pub fn person_without(&self, name: &str) -> Object {
        let (tenant, operator) = (self.world.source, &self.world.operator);
        let values = attributes(&[
            ("userPrincipalName", &format!("{name}@contoso.example")),
            ("displayName", name),
        ]);
        let made = self.world.directory.create(operator, tenant, Kind::User, None, values);
        made.expect("the name is free")
    }
}

pub fn form(fields: &[(&str, &str)]) -> String {
    let parts: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}={}", identity::coded(value))).collect();
    parts.join("&")
}

/// A token's claims, unchecked.
pub fn claims(token: &str) -> Value {
    part(token, 1)
}

pub fn part(token: &str, at: usize) -> Value {
    let text = token.split('.').nth(at).expect("it has three parts");
    let bytes = URL_SAFE_NO_PAD.decode(text).expect("it is base64url");
    serde_json::from_slice(&bytes).expect("it is a document")
}

/// The value of a field in the query or fragment of an address.
pub fn parameter(address: &str, name: &str) -> Option<String> {
    let (_, query) = address.split_once(['?', '#'])?;
    query.split('&').find_map(|pair| {
        let (field, value) = pair.split_once('=')?;
        (field == name).then(|| value.to_owned())
    })
}
