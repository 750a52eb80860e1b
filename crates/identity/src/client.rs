//! Which application asks for a token, and whether it proves to be that one.

use directory::Application;
use model::{ApplicationId, Tenant};

use crate::{Form, Identity, Place, Refusal, mint::Proof};

const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

impl Identity {
    /// The tenant in the path: an id or a verified domain.
    pub fn find_tenant(&self, name: &str) -> Result<Tenant, Refusal> {
        let is_id = name.parse::<model::TenantId>().is_ok();
        if !is_id && name.parse::<model::Domain>().is_err() {
            return Err(Refusal::no_tenant_name(name));
        }
        let found = self.directory().get_tenant(&model::Actor::System, name);
        found.map_err(|error| match error {
            directory::Error::NotFound { .. } => Refusal::no_tenant(name),
            error => error.into(),
        })
    }

    /// The tenant in the path, where `common` and `organizations` mean the one in which the
    /// application is registered: people sign in to that.
    pub(crate) fn find_tenant_of(&self, name: &str, client: &str) -> Result<Tenant, Refusal> {
        if !is_anywhere(name) {
            return self.find_tenant(name);
        }
        let missing = || Refusal::no_application(client, name);
        let id: ApplicationId = client.parse().map_err(|_| missing())?;
        for tenant in self.directory().list_tenants(&model::Actor::System)? {
            if self.directory().read_application(tenant.id, id)?.is_some() {
                return Ok(tenant);
            }
        }
        Err(missing())
    }

    /// An application of the tenant, whoever asks. That of another tenant is not found.
    pub(crate) fn find_client(&self, tenant: &Tenant, id: &str) -> Result<Application, Refusal> {
        let missing = || Refusal::no_application(id, &tenant.name);
        let parsed: ApplicationId = id.parse().map_err(|_| missing())?;
        self.directory().read_application(tenant.id, parsed)?.ok_or_else(missing)
    }

    /// The application that asks, if it proves to be that one. One that can keep no secret is taken at
    /// its word where people sign in through it. `once` is for an application that asks by itself: what it
    /// asks for, which an assertion gives once.
    pub(crate) fn check_client(
        &self,
        place: &Place,
        tenant: &Tenant,
        form: &Form,
        (grant, once): (&str, Option<&str>),
    ) -> Result<(Application, Proof), Refusal> {
        let id = form.require("client_id")?;
        let application = self.find_client(tenant, id)?;
        let proof = match (form.get("client_assertion"), form.get("client_secret")) {
            (Some(text), _) => {
                if form.require("client_assertion_type")? != ASSERTION {
                    let text = format!("'client_assertion_type' must be '{ASSERTION}'.");
                    return Err(Refusal::malformed(text));
                }
                self.check_assertion(place, tenant, &application, (text, once))?;
                Proof::Certificate
            }
            (None, Some(secret)) => self.check_secret(&application, secret)?,
            (None, None) if once.is_some() => return Err(Refusal::no_credential(grant)),
            (None, None) if application.public_client => Proof::None,
            (None, None) => return Err(Refusal::confidential(id)),
        };
        // Only who proved to be the application is told that it was switched off.
        match application.enabled {
            true => Ok((application, proof)),
            false => Err(Refusal::disabled_application(id)),
        }
    }

    fn check_secret(&self, application: &Application, secret: &str) -> Result<Proof, Refusal> {
        let now = self.now();
        let id = application.id.to_string();
        match application.find_secret(secret) {
            None => Err(Refusal::wrong_secret(&id)),
            Some(found) if now >= found.end => Err(Refusal::expired_secret(&id)),
            Some(found) if now < found.start => Err(Refusal::wrong_secret(&id)),
            Some(_) => Ok(Proof::Secret),
        }
    }
}

/// Whether the name in the path leaves the tenant open.
pub fn is_anywhere(name: &str) -> bool {
    ["common", "organizations"].iter().any(|one| name.eq_ignore_ascii_case(one))
}
