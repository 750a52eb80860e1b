//! Applications: names under which programs sign in, with the permissions that they were granted.
//! One document holds the application and the principal that stands for it in its tenant, as Graph
//! tells them apart. What it proves itself with is in `credentials`.

mod credentials;
mod stored;

use access::Permission;
use model::{Actor, ApplicationId, ObjectId, TenantId, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Expect, Group, Write};

pub use credentials::{Certificate, NewCredential, Secret, digest_secret};

use crate::{
    Directory, Error,
    write::{ATTEMPTS, audit},
};

/// Where applications lie in a tenant's store.
pub(crate) const COLLECTION: &str = "application";

/// An application of a tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", from = "stored::Stored")]
pub struct Application {
    /// Its id, which is its client id.
    pub id: ApplicationId,
    /// The object id of the registration.
    pub object_id: ObjectId,
    /// The object id of the principal that stands for it in its tenant.
    pub service_principal: ObjectId,
    /// Its name.
    pub name: String,
    /// Whether it may sign in.
    pub enabled: bool,
    /// The Graph permissions that it was granted, for what it does by itself.
    pub grants: Vec<String>,
    /// The Graph permissions that it was granted for what it does in the name of people.
    pub delegated: Vec<String>,
    /// Where people may be sent back to after they signed in, each compared character by character.
    pub redirect_uris: Vec<String>,
    /// Whether it can keep no secret, as a program on a person's machine: then it may sign people in
    /// without one.
    pub public_client: bool,
    /// Its secrets.
    pub secrets: Vec<Secret>,
    /// Its certificates.
    pub certificates: Vec<Certificate>,
    /// When it was made.
    pub created: Timestamp,
}

/// What a new application is made of.
#[derive(Clone, Debug)]
pub struct NewApplication {
    /// Its name.
    pub name: String,
    /// The Graph permissions that it is granted.
    pub grants: Vec<String>,
    /// Its secret: 256 random bits as text, shown to the caller once and forgotten here. Without one
    /// it cannot sign in until it is given one, or a certificate.
    pub secret: Option<String>,
}

/// What is to change about an application; what is none stays as it is.
#[derive(Clone, Debug, Default)]
pub struct ApplicationChange {
    /// Its name.
    pub name: Option<String>,
    /// Permissions to grant.
    pub grant: Vec<String>,
    /// Permissions to take away, those for people too.
    pub revoke: Vec<String>,
    /// Permissions to grant for what it does in the name of people.
    pub delegate: Vec<String>,
    /// Whether it may sign in.
    pub enabled: Option<bool>,
    /// All places where people may be sent back to.
    pub redirect_uris: Option<Vec<String>>,
    /// Whether it can keep no secret.
    pub public_client: Option<bool>,
}

impl Directory {
    /// Registers an application.
    pub fn create_application(
        &self,
        actor: &Actor,
        tenant: TenantId,
        new: NewApplication,
    ) -> Result<Application, Error> {
        access::check(actor, Permission::CreateApplications, tenant)?;
        if !new.grants.is_empty() {
            access::check(actor, Permission::GrantPermissions, tenant)?;
        }
        check_name(&new.name)?;
        check_permissions(&new.grants)?;
        self.check_name_free(tenant, &new.name)?;
        let mut application = Application {
            id: ApplicationId(self.ids.next()),
            object_id: ObjectId(self.ids.next()),
            service_principal: ObjectId(self.ids.next()),
            name: new.name,
            enabled: true,
            grants: new.grants,
            delegated: Vec::new(),
            redirect_uris: Vec::new(),
            public_client: false,
            secrets: Vec::new(),
            certificates: Vec::new(),
            created: self.clock.now(),
        };
        if let Some(secret) = &new.secret {
            application.secrets.push(self.new_secret(NewCredential::default(), secret)?);
        }
        let detail = serde_json::json!({ "name": application.name, "grants": application.grants });
        let activity = audit("Add application", "application", application.id, detail.to_string());
        let group = Group { audit: activity, ..put(&application, 0) };
        self.commit_one(tenant, actor, group)?;
        Ok(application)
    }

    /// A tenant's applications.
    pub fn list_applications(
        &self,
        actor: &Actor,
        tenant: TenantId,
    ) -> Result<Vec<Application>, Error> {
        access::check(actor, Permission::ReadApplications, tenant)?;
        self.read_applications(tenant)
    }

    /// The application with this id, for who checks a sign-in: whoever asks is not known yet.
    pub fn read_application(
        &self,
        tenant: TenantId,
        id: ApplicationId,
    ) -> Result<Option<Application>, Error> {
        match self.store.document(tenant, COLLECTION, &id.to_string())? {
            None => Ok(None),
            Some(document) => parse(&document).map(Some),
        }
    }

    /// Changes an application, found by id or name.
    pub fn update_application(
        &self,
        actor: &Actor,
        tenant: TenantId,
        name: &str,
        change: &ApplicationChange,
    ) -> Result<Application, Error> {
        access::check(actor, Permission::WriteApplications, tenant)?;
        if !change.grant.is_empty() {
            access::check(actor, Permission::GrantPermissions, tenant)?;
        }
        if let Some(name) = &change.name {
            check_name(name)?;
        }
        check_permissions(&change.grant)?;
        check_permissions(&change.delegate)?;
        for uri in change.redirect_uris.iter().flatten() {
            check_redirect_uri(uri)?;
        }
        self.change_application(actor, tenant, name, "Update application", |application| {
            if let Some(name) = change.name.as_ref().filter(|name| **name != application.name) {
                self.check_name_free(tenant, name)?;
            }
            let before = application.clone();
            apply(application, change);
            Ok(describe(&before, application))
        })
    }

    /// The application with this id or name.
    pub fn find_application(
        &self,
        actor: &Actor,
        tenant: TenantId,
        name: &str,
    ) -> Result<Application, Error> {
        self.list_applications(actor, tenant)?
            .into_iter()
            .find(|one| one.name == name || one.id.to_string() == name)
            .ok_or_else(|| Error::not_found("app", name))
    }

    /// Removes an application, found by id or name.
    pub fn delete_application(
        &self,
        actor: &Actor,
        tenant: TenantId,
        name: &str,
    ) -> Result<(), Error> {
        self.delete_program(actor, tenant, name, &[Permission::DeleteApplications])
    }

    /// The same, for whoever may delete it as an application or as a principal.
    pub fn delete_program(
        &self,
        actor: &Actor,
        tenant: TenantId,
        name: &str,
        wishes: &[Permission],
    ) -> Result<(), Error> {
        access::check_any(actor, wishes, tenant)?;
        let (application, _) = self.read_named_application(tenant, name)?;
        let key = application.id.to_string();
        let group = Group {
            expects: Vec::new(),
            writes: vec![Write::PutDocument {
                collection: COLLECTION.to_owned(),
                key: key.clone(),
                body: None,
            }],
            audit: audit("Delete application", "application", &key, String::new()),
        };
        self.commit_one(tenant, actor, group).map(|_| ())
    }

    /// Changes an application through a function that gives what the audit log is told. It is called
    /// again when somebody else wrote in between.
    pub(crate) fn change_application(
        &self,
        actor: &Actor,
        tenant: TenantId,
        name: &str,
        activity: &str,
        change: impl Fn(&mut Application) -> Result<serde_json::Value, Error>,
    ) -> Result<Application, Error> {
        access::check(actor, Permission::WriteApplications, tenant)?;
        self.rewrite_application(actor, tenant, name, activity, change)
    }

    /// The same, for who may already.
    pub(crate) fn rewrite_application(
        &self,
        actor: &Actor,
        tenant: TenantId,
        name: &str,
        activity: &str,
        change: impl Fn(&mut Application) -> Result<serde_json::Value, Error>,
    ) -> Result<Application, Error> {
        for _ in 0..ATTEMPTS {
            let (mut application, version) = self.read_named_application(tenant, name)?;
            let detail = change(&mut application)?;
            let entry = audit(activity, "application", application.id, detail.to_string());
            let group = Group { audit: entry, ..put(&application, version) };
            match self.commit_one(tenant, actor, group) {
                Ok(_) => return Ok(application),
                Err(Error::Busy { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Busy { what: format!("app {name}") })
    }

    fn read_named_application(
        &self,
        tenant: TenantId,
        name: &str,
    ) -> Result<(Application, u64), Error> {
        for document in self.store.documents(tenant, COLLECTION)? {
            let application = parse(&document)?;
            if application.name == name || document.key.eq_ignore_ascii_case(name) {
                return Ok((application, document.version));
            }
        }
        Err(Error::not_found("app", name))
    }

    pub(crate) fn read_applications(&self, tenant: TenantId) -> Result<Vec<Application>, Error> {
        self.store.documents(tenant, COLLECTION)?.iter().map(parse).collect()
    }

    fn check_name_free(&self, tenant: TenantId, name: &str) -> Result<(), Error> {
        match self.read_applications(tenant)?.iter().any(|other| other.name == name) {
            true => Err(Error::Exists { what: format!("app {name}") }),
            false => Ok(()),
        }
    }
}

fn apply(application: &mut Application, change: &ApplicationChange) {
    if let Some(name) = &change.name {
        application.name.clone_from(name);
    }
    for (held, given) in
        [(&mut application.grants, &change.grant), (&mut application.delegated, &change.delegate)]
    {
        held.retain(|grant| !change.revoke.contains(grant) && !given.contains(grant));
        held.extend_from_slice(given);
    }
    application.enabled = change.enabled.unwrap_or(application.enabled);
    application.public_client = change.public_client.unwrap_or(application.public_client);
    if let Some(uris) = &change.redirect_uris {
        application.redirect_uris.clone_from(uris);
    }
}

/// What differs, with old and new values.
fn describe(before: &Application, after: &Application) -> serde_json::Value {
    let facts = |one: &Application| {
        serde_json::json!({
            "name": one.name,
            "grants": one.grants,
            "delegated": one.delegated,
            "enabled": one.enabled,
            "redirectUris": one.redirect_uris,
            "publicClient": one.public_client,
        })
    };
    let (old, new) = (facts(before), facts(after));
    let mut changed = serde_json::Map::new();
    for (name, value) in new.as_object().into_iter().flatten() {
        if old[name] != *value {
            changed.insert(name.clone(), serde_json::json!({ "old": old[name], "new": value }));
        }
    }
    changed.into()
}

/// Refuses what is no permission of Graph: a slip would show as a refusal at every call only.
fn check_permissions(names: &[String]) -> Result<(), Error> {
    let listed = crate::grants::graph_permissions().iter().map(|one| one.name);
    let asked = Permission::ALL
        .into_iter()
        .flat_map(|one| access::application_grants(one).chain(access::delegated_grants(one)));
    let known: Vec<&str> = listed.chain(asked).collect();
    let is_unknown = |name: &&String| !known.iter().any(|one| one.eq_ignore_ascii_case(name));
    let Some(unknown) = names.iter().find(is_unknown) else { return Ok(()) };
    let nearest = model::suggest(unknown, known.iter().copied());
    let hint = nearest.map(|name| format!("; did you mean {name}?")).unwrap_or_default();
    Err(Error::invalid("permission", format!("'{unknown}' is none of Graph's{hint}")))
}

fn check_name(name: &str) -> Result<(), Error> {
    match name.trim().is_empty() {
        true => Err(Error::invalid("name", "is empty")),
        false => Ok(()),
    }
}

/// An address that people can be sent to: of a program or of `https`, of this machine over `http`, and
/// nothing that a browser would run or cut.
fn check_redirect_uri(uri: &str) -> Result<(), Error> {
    let wrong = |why: &str| Err(Error::invalid("redirect-uri", format!("'{uri}' {why}")));
    let Some((scheme, rest)) = uri.split_once(':') else {
        return wrong("is no address");
    };
    if uri.contains('#') || uri.chars().any(|one| one.is_control() || one.is_whitespace()) {
        return wrong("holds a fragment, a blank or a control character");
    }
    let is_here = ["//localhost", "//127.0.0.1", "//[::1]"].iter().any(|host| {
        rest.strip_prefix(host)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(':') || rest.starts_with('/'))
    });
    match scheme.to_ascii_lowercase().as_str() {
        "https" => Ok(()),
        "http" if is_here => Ok(()),
        "http" => wrong("has to begin with https://, unless it is on this machine"),
        "javascript" | "data" | "vbscript" | "file" => wrong("is no address to send people to"),
        _ => Ok(()),
    }
}

fn parse(document: &store::Document) -> Result<Application, Error> {
    serde_json::from_str(&document.body)
        .map_err(|error| store::StoreError::Damaged(error.to_string()).into())
}

/// The group that writes an application over the version that was read; its audit entry is the
/// caller's.
fn put(application: &Application, version: u64) -> Group {
    let key = application.id.to_string();
    let body = serde_json::to_string(application).expect("an application has a JSON text");
    Group {
        expects: vec![Expect::Document {
            collection: COLLECTION.to_owned(),
            key: key.clone(),
            version,
        }],
        writes: vec![Write::PutDocument {
            collection: COLLECTION.to_owned(),
            key: key.clone(),
            body: Some(body),
        }],
        audit: audit("", "application", key, String::new()),
    }
}
