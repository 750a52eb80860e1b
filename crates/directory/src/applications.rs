//! Applications: names under which programs sign in, with the permissions that they were granted.
//! Only a digest of a secret is kept; 256 random bits need no slow hash.

use access::Permission;
use model::{Actor, ApplicationId, TenantId, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::{Expect, Group, Write};

use crate::{Directory, Error, write::audit};

const COLLECTION: &str = "application";

/// An application of a tenant.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Application {
    /// Its id, which is its client id.
    pub id: ApplicationId,
    /// Its name.
    pub name: String,
    /// The Graph permissions that it was granted.
    pub grants: Vec<String>,
    /// SHA-256 of its secret, in hexadecimal.
    pub secret_digest: String,
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
    /// Its secret: 256 random bits as text, shown to the caller once and forgotten here.
    pub secret: String,
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
        if new.name.trim().is_empty() {
            return Err(Error::invalid("name", "is empty"));
        }
        if self.list_applications(actor, tenant)?.iter().any(|other| other.name == new.name) {
            return Err(Error::Exists { what: format!("app {}", new.name) });
        }
        let application = Application {
            id: ApplicationId(self.ids.next()),
            name: new.name,
            grants: new.grants,
            secret_digest: digest(&new.secret),
            created: self.clock.now(),
        };
        let body = serde_json::to_string(&application).expect("an application has a JSON text");
        let detail = serde_json::json!({ "name": application.name, "grants": application.grants });
        let key = application.id.to_string();
        let group = Group {
            expects: vec![Expect::Document {
                collection: COLLECTION.to_owned(),
                key: key.clone(),
                version: 0,
            }],
            writes: vec![put(&key, Some(body))],
            audit: audit("Add application", "application", &key, detail.to_string()),
        };
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
        self.store
            .documents(tenant, COLLECTION)?
            .iter()
            .map(|document| {
                serde_json::from_str(&document.body)
                    .map_err(|error| store::StoreError::Damaged(error.to_string()).into())
            })
            .collect()
    }

    /// Changes an application, found by id or name: its grants, and its secret where a new one is
    /// given.
    pub fn update_application(
        &self,
        actor: &Actor,
        tenant: TenantId,
        name: &str,
        grants: &[String],
        revoke: &[String],
        secret: Option<&str>,
    ) -> Result<Application, Error> {
        access::check(actor, Permission::WriteApplications, tenant)?;
        let mut application = self.find_application(actor, tenant, name)?;
        let before = application.grants.clone();
        application.grants.retain(|grant| !revoke.contains(grant) && !grants.contains(grant));
        application.grants.extend_from_slice(grants);
        if let Some(secret) = secret {
            application.secret_digest = digest(secret);
        }
        let body = serde_json::to_string(&application).expect("an application has a JSON text");
        let detail = serde_json::json!({
            "grants": { "old": before, "new": application.grants },
            "newSecret": secret.is_some(),
        });
        let key = application.id.to_string();
        let group = Group {
            expects: Vec::new(),
            writes: vec![put(&key, Some(body))],
            audit: audit("Update application", "application", &key, detail.to_string()),
        };
        self.commit_one(tenant, actor, group)?;
        Ok(application)
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
        access::check(actor, Permission::DeleteApplications, tenant)?;
        let application = self.find_application(actor, tenant, name)?;
        let key = application.id.to_string();
        let group = Group {
            expects: Vec::new(),
            writes: vec![put(&key, None)],
            audit: audit("Delete application", "application", &key, String::new()),
        };
        self.commit_one(tenant, actor, group).map(|_| ())
    }
}

fn digest(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn put(key: &str, body: Option<String>) -> Write {
    Write::PutDocument { collection: COLLECTION.to_owned(), key: key.to_owned(), body }
}
