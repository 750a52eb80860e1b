//! A browser without a window before the center of a world in memory.

use std::sync::{Arc, atomic::AtomicBool};

use axum::{
    body::{Body, to_bytes},
    http::{Request, header},
};
use identity::{Identity, Operators, Person};
use model::{Kind, Role, TenantId};
use testkit::{World, attributes};
use tower::ServiceExt;
use web::{Center, router};

/// What came back.
pub struct Page {
    pub status: u16,
    pub html: String,
    pub to: String,
}

/// Contoso and Fabrikam, and who sits before the browser.
pub struct Desk {
    pub world: World,
    pub center: Center,
    runtime: tokio::runtime::Runtime,
    cookie: String,
}

impl Desk {
    /// An operator before the world of `testkit`.
    pub fn operator() -> Self {
        Self::over(World::new())
    }

    /// An operator before this world.
    pub fn over(world: World) -> Self {
        let center = Center {
            directory: world.directory.clone(),
            sync: world.sync.clone(),
            identity: Identity::new(world.directory.clone()),
            operators: Operators::new(world.directory.clone()),
            ending: Arc::new(AtomicBool::new(false)),
        };
        let code = center.operators.make_code(&world.operator, None).expect("a code");
        let (_, token) = center.operators.redeem(&code, "anna").expect("it is good once");
        let runtime = tokio::runtime::Builder::new_multi_thread().build().expect("a runtime");
        Self { world, center, runtime, cookie: format!("syncline-operator={token}") }
    }

    /// From now on somebody of this tenant with these roles sits there.
    pub fn sit(&mut self, tenant: TenantId, name: &str, roles: &[Role]) {
        let login = format!("{name}@{}", self.domain(tenant));
        let given = attributes(&[("userPrincipalName", &login), ("displayName", name)]);
        let id = self.world.make(tenant, Kind::User, given);
        let (directory, operator) = (&self.world.directory, &self.world.operator);
        directory.set_roles(operator, tenant, id, roles).expect("the operator may");
        let person = Person { tenant, id, name: login, display_name: name.to_owned(), mail: None };
        let cookie = self.center.identity.begin_browser(&person, "pwd").expect("a session");
        self.cookie = format!("{}={cookie}", identity::SESSION_COOKIE);
    }

    /// A tenant's initial domain.
    pub fn domain(&self, tenant: TenantId) -> String {
        let tenant = self.world.directory.tenant(tenant).expect("it is there");
        tenant.initial_domain().to_string()
    }

    /// Looks at a page.
    pub fn get(&self, path: &str) -> Page {
        self.ask(Request::get(path), Body::empty())
    }

    /// A page that is there.
    pub fn page(&self, path: &str) -> String {
        let page = self.get(path);
        assert_eq!(page.status, 200, "{path}: {}", page.html);
        page.html
    }

    /// Sends a form, with the token of our own pages.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let (_, secret) = self.cookie.split_once('=').expect("a cookie");
        let token = token_of(secret);
        let all = fields.iter().copied().chain([("csrf", token.as_str())]);
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(all).finish();
        let kind = "application/x-www-form-urlencoded";
        self.ask(Request::post(path).header(header::CONTENT_TYPE, kind), body.into())
    }

    /// Sends a form that is taken; gives the page that one comes to.
    pub fn send(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let sent = self.post(path, fields);
        assert_eq!(sent.status, 303, "{path}: {}", sent.html);
        self.page(sent.to.split('#').next().unwrap_or_default())
    }

    fn ask(&self, request: axum::http::request::Builder, body: Body) -> Page {
        let request =
            request.header(header::COOKIE, &self.cookie).header(header::HOST, "sync.test");
        let request = request.body(body).expect("a request");
        self.runtime.block_on(async {
            let response = router(self.center.clone()).oneshot(request).await.expect("an answer");
            let status = response.status().as_u16();
            let to = response.headers().get(header::LOCATION);
            let to = to.map(|to| to.to_str().expect("text").to_owned()).unwrap_or_default();
            let body = to_bytes(response.into_body(), 10 << 20).await.expect("a body");
            Page { status, html: String::from_utf8(body.to_vec()).expect("text"), to }
        })
    }
}

/// As the pages make it from the cookie.
fn token_of(secret: &str) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use sha2::{Digest, Sha256};
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("syncline form token\n{secret}")))
}

/// The page holds each of these, in this order.
#[track_caller]
pub fn says(html: &str, parts: &[&str]) {
    let mut rest = html;
    for part in parts {
        match rest.split_once(part) {
            Some((_, behind)) => rest = behind,
            None => panic!("'{part}' is not in its place in:\n{html}"),
        }
    }
}

/// The page holds none of these.
#[track_caller]
pub fn lacks(html: &str, parts: &[&str]) {
    for part in parts {
        assert!(!html.contains(part), "'{part}' is in:\n{html}");
    }
}
