//! The OpenID Connect provider outside that vouches for a tenant's people.

use access::Permission;
use model::{Actor, TenantId};
use serde::{Deserialize, Serialize};
use store::{Group, Write};

use super::{gone, put};
use crate::{Directory, Error, write::audit};

const COLLECTION: &str = "sign-in";
const KEY: &str = "provider";
const SECRETS: &str = "secret";

/// An outside provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Provider {
    /// Its issuer, as its tokens name it; its metadata lie below.
    pub issuer: String,
    /// Our client id there.
    pub client_id: String,
    /// The claim that says who somebody is.
    pub claim: String,
    /// The attribute of our user that it is compared with: `userPrincipalName`, `mail` or
    /// `employeeId`.
    pub attribute: String,
}

impl Provider {
    /// The name under which the secret of the client lies, and is sealed.
    pub const SECRET: &'static str = "sign-in-provider";
}

impl Directory {
    /// The provider that vouches for a tenant's people.
    pub fn sign_in_provider(
        &self,
        actor: &Actor,
        tenant: TenantId,
    ) -> Result<Option<Provider>, Error> {
        access::check(actor, Permission::ReadTenant, tenant)?;
        self.read_sign_in_provider(tenant)
    }

    /// The same, for who signs people in.
    pub fn read_sign_in_provider(&self, tenant: TenantId) -> Result<Option<Provider>, Error> {
        self.read_one(tenant, COLLECTION, KEY)
    }

    /// Sets the provider, or takes it away. The secret comes sealed, and stays when none is given.
    pub fn set_sign_in_provider(
        &self,
        actor: &Actor,
        tenant: TenantId,
        provider: Option<&Provider>,
        sealed: Option<String>,
    ) -> Result<(), Error> {
        // Whoever names the provider can be anybody: it takes the one who gives roles away.
        access::check(actor, Permission::AssignRoles, tenant)?;
        if let Some(provider) = provider {
            check(provider)?;
        }
        let old = self.read_sign_in_provider(tenant)?;
        let new_secret = sealed.is_some();
        let mut writes = match provider {
            Some(provider) => vec![put(COLLECTION, KEY, Some(provider))],
            None => vec![gone(COLLECTION, KEY), gone(SECRETS, Provider::SECRET)],
        };
        writes.extend(sealed.filter(|_| provider.is_some()).map(|sealed| Write::PutDocument {
            collection: SECRETS.to_owned(),
            key: Provider::SECRET.to_owned(),
            body: Some(sealed),
        }));
        let detail =
            serde_json::json!({ "old": old, "new": provider, "newSecret": new_secret }).to_string();
        let entry = audit("Update sign-in provider", "tenant", tenant, detail);
        let group = Group { expects: Vec::new(), writes, audit: entry };
        self.commit_one(tenant, actor, group).map(drop)
    }
}

fn check(provider: &Provider) -> Result<(), Error> {
    let is_here = ["http://localhost", "http://127.0.0.1", "http://[::1]"]
        .iter()
        .any(|start| provider.issuer.starts_with(start));
    if !provider.issuer.starts_with("https://") && !is_here {
        return Err(Error::invalid("issuer", "has to begin with https://"));
    }
    if provider.client_id.trim().is_empty() || provider.claim.trim().is_empty() {
        return Err(Error::invalid("client-id", "it and the claim must not be empty"));
    }
    match provider.attribute.as_str() {
        "userPrincipalName" | "mail" | "employeeId" => Ok(()),
        other => {
            let message = format!("'{other}' is none of userPrincipalName, mail, employeeId");
            Err(Error::invalid("attribute", message))
        }
    }
}
