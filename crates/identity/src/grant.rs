//! The token endpoint as a function: a form in, tokens or a refusal out (graph-api.md 10.1).

use directory::Application;
use model::Tenant;
use serde_json::json;

use crate::{
    Identity, Place, Refusal,
    client::is_anywhere,
    jws::encode,
    mint::{Audience, LIFETIME, Proof, own_resource, resource_name},
    people::Person,
};

/// The fields of a form. One that comes twice makes it none.
#[derive(Clone, Debug, Default)]
pub struct Form(Vec<(String, String)>);

/// What is given.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// The token for the interface.
    pub access_token: String,
    /// How long it is good, in seconds.
    pub expires_in: i64,
    /// With what to go on, where that was asked for.
    pub refresh_token: Option<String>,
    /// What the application is told about the person.
    pub id_token: Option<String>,
    /// What the token allows, where a person signed in.
    pub scope: Option<String>,
    /// Whose account it is, where the client asked.
    pub client_info: Option<String>,
}

/// What a person's application wants: for which resource, and what there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wish {
    /// The audience.
    pub resource: String,
    /// Permissions of the interface.
    pub scopes: Vec<String>,
    /// Whether the application wants to be told who signed in.
    pub about: bool,
    /// Whether it wants to go on without the person.
    pub offline: bool,
}

impl Form {
    /// A form of these fields. None when a field comes twice.
    pub fn new(fields: Vec<(String, String)>) -> Option<Self> {
        let is_single = |at: usize| !fields[..at].iter().any(|(name, _)| *name == fields[at].0);
        (0..fields.len()).all(is_single).then_some(Self(fields))
    }

    /// A field that is there and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    pub(crate) fn require(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| Refusal::missing(name))
    }
}

impl Identity {
    /// Answers a request for tokens.
    pub fn token(&self, place: &Place, form: &Form) -> Result<Tokens, Refusal> {
        if !is_anywhere(&place.tenant) {
            self.find_tenant(&place.tenant)?;
        }
        match form.require("grant_type")? {
            "client_credentials" => self.for_application(place, form),
            "authorization_code" => self.for_code(place, form),
            "refresh_token" => self.for_refresh(place, form),
            "urn:ietf:params:oauth:grant-type:device_code" | "device_code" => {
                self.for_device(place, form)
            }
            other => Err(Refusal::no_grant(other)),
        }
    }

    fn for_application(&self, place: &Place, form: &Form) -> Result<Tokens, Refusal> {
        if is_anywhere(&place.tenant) {
            return Err(Refusal::no_tenant_implied());
        }
        let tenant = self.find_tenant(&place.tenant)?;
        let scope = form.require("scope")?;
        // Clients reuse an assertion for some minutes, each time for another resource.
        let named = resource_name(scope.strip_suffix("/.default").unwrap_or(scope));
        let grant = ("client_credentials", Some(named.as_str()));
        let (application, proof) = self.check_client(place, &tenant, form, grant)?;
        let resource = resource_of(scope, &tenant, &place.origin)?;
        let audience = Audience { origin: &place.origin, tenant: tenant.id, resource };
        let access_token = self
            .mint_for_application(&audience, &application, proof)
            .map_err(|_| Refusal::unavailable())?;
        Ok(Tokens {
            access_token,
            expires_in: LIFETIME - 1,
            refresh_token: None,
            id_token: None,
            scope: None,
            client_info: None,
        })
    }

    /// The tokens about a person in a session that stands.
    pub(crate) fn tokens_for(
        &self,
        place: &Place,
        form: &Form,
        (application, proof): (&Application, Proof),
        person: &Person,
        given: &Given<'_>,
    ) -> Result<Tokens, Refusal> {
        let wish = given.wish;
        let audience =
            Audience { origin: &place.origin, tenant: person.tenant, resource: &wish.resource };
        let unavailable = |_| Refusal::unavailable();
        let scopes = (given.session, wish.scopes.as_slice());
        let access_token = self
            .mint_for_person(&audience, application, proof, person, scopes)
            .map_err(unavailable)?;
        let id_token = wish
            .about
            .then(|| {
                self.mint_about(&place.origin, application, person, given.session, given.nonce)
            })
            .transpose()
            .map_err(unavailable)?;
        let client_info = form
            .get("client_info")
            .map(|_| encode(json!({ "uid": person.id, "utid": person.tenant }).to_string()));
        Ok(Tokens {
            access_token,
            expires_in: LIFETIME - 1,
            refresh_token: given.refresh.clone(),
            id_token,
            scope: Some(wish.text()),
            client_info,
        })
    }
}

/// What a sign-in or its renewal gives tokens for.
pub(crate) struct Given<'a> {
    pub wish: &'a Wish,
    pub session: uuid::Uuid,
    pub nonce: Option<&'a str>,
    pub refresh: Option<String>,
}

/// The resource of `{resource}/.default`, if it is ours.
fn resource_of<'a>(scope: &'a str, tenant: &Tenant, origin: &str) -> Result<&'a str, Refusal> {
    let mut parts = scope.split_whitespace();
    let (Some(scope), None) = (parts.next(), parts.next()) else {
        return Err(Refusal::wrong_scope(scope));
    };
    let resource = scope.strip_suffix("/.default").ok_or_else(|| Refusal::not_default(scope))?;
    if resource.trim_end_matches('/').is_empty() {
        return Err(Refusal::wrong_scope(scope));
    }
    own_resource(resource, origin).ok_or_else(|| Refusal::no_resource(resource, &tenant.name))
}

impl Wish {
    /// What an application wants by these scopes, as far as it was granted that.
    pub fn read(
        scope: &str,
        application: &Application,
        tenant: &Tenant,
        origin: &str,
    ) -> Result<Self, Refusal> {
        let mut wish = Self {
            resource: "https://graph.microsoft.com".to_owned(),
            scopes: Vec::new(),
            about: false,
            offline: false,
        };
        let mut refused = Vec::new();
        for one in scope.split_whitespace() {
            match one {
                "openid" => wish.about = true,
                "profile" | "email" => {}
                "offline_access" => wish.offline = true,
                other => {
                    let (resource, name) = split(other);
                    if let Some(resource) = resource {
                        let own = own_resource(resource, origin)
                            .ok_or_else(|| Refusal::no_resource(resource, &tenant.name))?;
                        own.clone_into(&mut wish.resource);
                    }
                    let held: Vec<&String> = application
                        .delegated
                        .iter()
                        .filter(|held| name == ".default" || held.eq_ignore_ascii_case(name))
                        .collect();
                    if held.is_empty() && name != ".default" {
                        refused.push(name);
                    }
                    wish.scopes.extend(held.into_iter().cloned());
                }
            }
        }
        wish.scopes.sort();
        wish.scopes.dedup();
        match refused.is_empty() {
            true => Ok(wish),
            false => Err(Refusal::no_consent(&application.id.to_string(), &refused.join(" "))),
        }
    }

    /// The scopes as they are told.
    fn text(&self) -> String {
        let mut all: Vec<&str> = self.scopes.iter().map(String::as_str).collect();
        all.extend(self.about.then_some("openid profile"));
        all.extend(self.offline.then_some("offline_access"));
        all.join(" ")
    }
}

/// `https://host/User.Read` as its resource and its name; a name alone has none.
fn split(scope: &str) -> (Option<&str>, &str) {
    match scope.rsplit_once('/') {
        Some((resource, name)) if scope.contains("://") || resource.len() == 36 => {
            (Some(resource), name)
        }
        _ => (None, scope),
    }
}
