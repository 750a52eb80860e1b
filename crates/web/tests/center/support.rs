//! A center of a test: two tenants in memory, a clock that stands still, the router as a function, and
//! browsers that keep their cookies.

use std::{collections::BTreeMap, sync::Mutex, time::Duration};

use axum::{
    Router,
    body::{Body, BodyDataStream, to_bytes},
    http::{Request, header},
};
use futures_util::StreamExt;
use identity::{Identity, Operators};
use model::{Object, Role, TenantId};
use testkit::World;
use tokio::time::timeout;
use tower::ServiceExt;

/// Where it is found.
pub const ORIGIN: &str = "http://localhost:8080";
pub const PASSWORD: &str = "correct-horse-battery-staple";

pub struct Center {
    pub world: World,
    pub identity: Identity,
    router: Router,
    runtime: tokio::runtime::Runtime,
}

/// A page as it came.
pub struct Page {
    pub status: u16,
    pub text: String,
    pub location: String,
    pub headers: axum::http::HeaderMap,
}

impl Page {
    /// Whether a text stands on it, as HTML has it.
    pub fn says(&self, text: &str) -> bool {
        self.text.contains(text)
    }

    /// Fails with the page where a text does not stand on it.
    #[track_caller]
    pub fn must_say(&self, text: &str) -> &Self {
        assert!(self.says(text), "no {text:?} on this page ({}):\n{}", self.status, self.text);
        self
    }

    /// Fails where a text stands on it.
    #[track_caller]
    pub fn must_not_say(&self, text: &str) -> &Self {
        assert!(!self.says(text), "{text:?} is on this page:\n{}", self.text);
        self
    }

    /// The token of its forms.
    pub fn csrf(&self) -> String {
        let (_, rest) =
            self.text.split_once("name=\"csrf\" content=\"").expect("a page has a token");
        rest.split('"').next().expect("it ends").to_owned()
    }
}

/// A stream that is being read.
pub struct Watched<'a> {
    center: &'a Center,
    body: BodyDataStream,
}

impl Watched<'_> {
    /// What comes next; nothing at the end of the stream. It fails where neither comes in time.
    pub fn next(&mut self) -> Option<String> {
        let next = async { timeout(Duration::from_secs(20), self.body.next()).await };
        let part = self.center.runtime.block_on(next).expect("it goes on or ends")?;
        Some(String::from_utf8_lossy(&part.expect("it is sent")).into_owned())
    }
}

/// Somebody's browser.
pub struct Browser<'a> {
    center: &'a Center,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Center {
    pub fn new() -> Self {
        let world = World::new();
        let identity = Identity::new(world.directory.clone());
        let router = web::router(web::Center {
            directory: world.directory.clone(),
            sync: sync::Sync::new(world.directory.clone()),
            identity: identity.clone(),
            operators: Operators::new(world.directory.clone()),
            ending: Default::default(),
        });
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_time()
            .build()
            .expect("there is a runtime");
        Self { world, identity, router, runtime }
    }

    /// A browser in which nobody is signed in.
    pub fn stranger(&self) -> Browser<'_> {
        Browser { center: self, cookies: Mutex::default() }
    }

    /// A browser of an operator.
    pub fn operator(&self) -> Browser<'_> {
        let operators = Operators::new(self.world.directory.clone());
        let code = operators.make_code(&self.world.operator, None).expect("an operator may");
        let browser = self.stranger();
        let page = browser.post("/syncline/operator", &[("code", &code), ("name", "olga")]);
        assert_eq!((page.status, page.location.as_str()), (303, "/center"));
        browser
    }

    /// A person of a tenant with a password and roles.
    pub fn person(&self, tenant: TenantId, name: &str, roles: &[Role]) -> Object {
        let (directory, operator) = (&self.world.directory, &self.world.operator);
        let domain = directory.tenant(tenant).expect("it is there").initial_domain().to_string();
        let upn = format!("{name}@{domain}");
        let attributes = testkit::attributes(&[("displayName", name), ("userPrincipalName", &upn)]);
        let made = directory.create(operator, tenant, model::Kind::User, None, attributes);
        let user = made.expect("the name is free");
        self.identity
            .set_password(operator, tenant, user.id, PASSWORD, false)
            .expect("it is a password");
        directory.set_roles(operator, tenant, user.id, roles).expect("an operator may");
        user
    }

    /// A browser of a person of that name in a tenant, who is made with these roles.
    pub fn signed_in(&self, tenant: TenantId, name: &str, roles: &[Role]) -> Browser<'_> {
        let user = self.person(tenant, name, roles);
        let browser = self.stranger();
        let fields = [("username", user.label()), ("password", PASSWORD.to_owned())];
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let page = browser.post("/center/sign-in", &fields);
        assert_eq!((page.status, page.location.as_str()), (303, "/center"), "{}", page.text);
        browser
    }

    fn ask(&self, request: Request<Body>) -> Page {
        let router = self.router.clone();
        self.runtime.block_on(async move {
            let response = router.oneshot(request).await.expect("the router always answers");
            let (parts, body) = response.into_parts();
            let body = to_bytes(body, 4 << 20).await.expect("the body is there");
            let location = parts.headers.get(header::LOCATION);
            Page {
                status: parts.status.as_u16(),
                text: String::from_utf8_lossy(&body).into_owned(),
                location: location
                    .and_then(|value| value.to_str().ok())
                    .unwrap_or_default()
                    .to_owned(),
                headers: parts.headers,
            }
        })
    }
}

impl Browser<'_> {
    /// Looks at an address.
    pub fn get(&self, path: &str) -> Page {
        self.send(Request::get(format!("{ORIGIN}{path}")).body(Body::empty()).expect("a request"))
    }

    /// Looks at a part of a page, as htmx does.
    pub fn part(&self, path: &str) -> Page {
        let request = Request::get(format!("{ORIGIN}{path}")).header("hx-request", "true");
        self.send(request.body(Body::empty()).expect("a request"))
    }

    /// Looks at an address, and on where it leads.
    pub fn follow(&self, path: &str) -> Page {
        let page = self.get(path);
        if page.status == 303 { self.get(&page.location) } else { page }
    }

    /// Begins to read a stream.
    pub fn watch(&self, path: &str) -> Watched<'_> {
        let mut request =
            Request::get(format!("{ORIGIN}{path}")).body(Body::empty()).expect("a request");
        self.add_cookies(&mut request);
        let router = self.center.router.clone();
        let response = self.center.runtime.block_on(router.oneshot(request));
        let response = response.expect("the router always answers");
        let kind = response.headers().get(header::CONTENT_TYPE).expect("it has a type");
        assert_eq!(kind, "text/event-stream; charset=utf-8", "{}", response.status());
        Watched { center: self.center, body: response.into_body().into_data_stream() }
    }

    /// Sends a form with the token of now.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = self.get("/center/design").csrf();
        let fields = [&[("csrf", csrf.as_str())], fields].concat();
        self.post_as_is(path, &fields)
    }

    /// Sends a form, and goes on to where it leads.
    pub fn post_and_follow(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.post(path, fields);
        assert_eq!(page.status, 303, "{}", page.text);
        self.get(&page.location)
    }

    /// Sends exactly these fields.
    pub fn post_as_is(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(format!("{ORIGIN}{path}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", ORIGIN);
        self.send(request.body(Body::from(body)).expect("a request"))
    }

    /// Sends a form with a file, with the token of now.
    pub fn post_file(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        (name, text): (&str, &str),
    ) -> Page {
        let csrf = self.get("/center/design").csrf();
        let mut body = String::new();
        for (field, value) in [&[("csrf", csrf.as_str())], fields].concat() {
            body.push_str("--cut\r\ncontent-disposition: form-data; ");
            body.push_str(&format!("name=\"{field}\"\r\n\r\n{value}\r\n"));
        }
        body.push_str("--cut\r\ncontent-disposition: form-data; name=\"file\"; ");
        body.push_str(&format!("filename=\"{name}\"\r\n\r\n{text}\r\n--cut--\r\n"));
        let request = Request::post(format!("{ORIGIN}{path}"))
            .header("content-type", "multipart/form-data; boundary=cut")
            .header("origin", ORIGIN);
        self.send(request.body(Body::from(body)).expect("a request"))
    }

    /// Sends JSON as scripts of ours do.
    pub fn post_json(&self, path: &str, body: &serde_json::Value) -> Page {
        let csrf = self.get("/center/design").csrf();
        let request = Request::post(format!("{ORIGIN}{path}"))
            .header("content-type", "application/json")
            .header("origin", ORIGIN)
            .header("x-csrf", csrf);
        self.send(request.body(Body::from(body.to_string())).expect("a request"))
    }

    /// Sends a request with the browser's cookies, and keeps those that come back.
    pub fn send(&self, mut request: Request<Body>) -> Page {
        self.add_cookies(&mut request);
        let page = self.center.ask(request);
        let mut cookies = self.cookies.lock().expect("nobody panicked with it");
        for set in page.headers.get_all(header::SET_COOKIE) {
            let text = set.to_str().expect("a cookie is text");
            let (name, value) =
                text.split(';').next().and_then(|pair| pair.split_once('=')).expect("it is a pair");
            match value.is_empty() {
                true => cookies.remove(name),
                false => cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        page
    }

    fn add_cookies(&self, request: &mut Request<Body>) {
        let cookies = self.cookies.lock().expect("nobody panicked with it");
        let text: Vec<String> =
            cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if let Ok(value) = text.join("; ").parse() {
            request.headers_mut().insert(header::COOKIE, value);
        }
    }

    /// Forgets who was signed in, as a session does that is over.
    pub fn forget(&self) {
        self.cookies.lock().expect("nobody panicked with it").clear();
    }
}
