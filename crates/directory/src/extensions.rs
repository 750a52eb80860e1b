//! Directory extensions: attributes that a tenant defines for itself (graph-api.md 1.8).

use access::Permission;
use engine::Schema;
use model::{
    Actor, ApplicationId, Consent, Extension, ExtensionType, Kind, Mapping, Name, TenantId,
};
use store::{Expect, Group, Write};

use crate::{Directory, Error, write::audit};

const COLLECTION: &str = "extension";

/// What a new extension is made of.
#[derive(Clone, Debug)]
pub struct NewExtension {
    /// Its short name.
    pub name: String,
    /// The application that owns it; none means the tenant's own, made from the tenant's id.
    pub application: Option<ApplicationId>,
    /// Its type.
    pub data_type: ExtensionType,
    /// Whether it holds several values.
    pub multi_valued: bool,
    /// Whose attribute it is.
    pub targets: Vec<Kind>,
}

impl Directory {
    /// Defines an extension.
    pub fn create_extension(
        &self,
        actor: &Actor,
        tenant: TenantId,
        new: NewExtension,
    ) -> Result<Extension, Error> {
        access::check(actor, Permission::WriteApplications, tenant)?;
        let first = new.name.chars().next();
        if !first.is_some_and(|c| c.is_ascii_alphabetic())
            || !new.name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            || Name::find_known(&new.name).is_some()
        {
            return Err(Error::invalid(
                "name",
                format!(
                    "'{}' must begin with a letter, hold letters, digits and _, and be no attribute's name",
                    new.name
                ),
            ));
        }
        if new.targets.is_empty() {
            return Err(Error::invalid("targets", "is empty"));
        }
        let extension = Extension {
            name: new.name,
            application: new.application.unwrap_or(ApplicationId(tenant.0)),
            data_type: new.data_type,
            multi_valued: new.multi_valued,
            targets: new.targets,
        };
        let key = extension.attribute().to_string();
        let body = serde_json::to_string(&extension).expect("an extension has a JSON text");
        let group = Group {
            expects: vec![Expect::Document {
                collection: COLLECTION.to_owned(),
                key: key.clone(),
                version: 0,
            }],
            writes: vec![Write::PutDocument {
                collection: COLLECTION.to_owned(),
                key: key.clone(),
                body: Some(body.clone()),
            }],
            audit: audit("Add extension property", "extension", &key, body),
        };
        match self.commit_one(tenant, actor, group) {
            Err(Error::Busy { .. }) => Err(Error::Exists { what: format!("extension {key}") }),
            Err(error) => Err(error),
            Ok(_) => Ok(extension),
        }
    }

    /// All extensions of a tenant.
    pub fn list_extensions(
        &self,
        actor: &Actor,
        tenant: TenantId,
    ) -> Result<Vec<Extension>, Error> {
        access::check(actor, Permission::ReadApplications, tenant)?;
        Ok(self.read_extensions(tenant)?.0)
    }

    /// Removes an extension's definition, found by full or short name. Values that people hold stay
    /// until they are written next.
    pub fn delete_extension(
        &self,
        actor: &Actor,
        tenant: TenantId,
        name: &str,
    ) -> Result<(), Error> {
        access::check(actor, Permission::WriteApplications, tenant)?;
        let (extensions, _) = self.read_extensions(tenant)?;
        let extension = extensions
            .iter()
            .find(|own| own.attribute().as_str() == name || own.name == name)
            .ok_or_else(|| Error::not_found("extension", name))?;
        let key = extension.attribute().to_string();
        let group = Group {
            expects: Vec::new(),
            writes: vec![Write::PutDocument {
                collection: COLLECTION.to_owned(),
                key: key.clone(),
                body: None,
            }],
            audit: audit("Delete extension property", "extension", key, String::new()),
        };
        self.commit_one(tenant, actor, group).map(|_| ())
    }

    /// The extensions with a version that rises whenever one is defined or changed.
    pub fn read_extensions(&self, tenant: TenantId) -> Result<(Vec<Extension>, u64), Error> {
        let mut version = 0;
        let mut extensions = Vec::new();
        for document in self.store.documents(tenant, COLLECTION)? {
            version = version.max(document.version);
            extensions.push(
                serde_json::from_str(&document.body)
                    .map_err(|error| store::StoreError::Damaged(error.to_string()))?,
            );
        }
        Ok((extensions, version))
    }

    /// The attributes of the tenant's users, with the version of its extensions.
    pub fn read_schema(&self, tenant: TenantId) -> Result<(Schema, u64), Error> {
        let (extensions, version) = self.read_extensions(tenant)?;
        Ok((Schema::new(extensions), version))
    }

    /// The attributes of a target, as far as the source is told of them: without the
    /// target's consent only known ones, and of its extensions those that these mappings write.
    pub fn read_told(
        &self,
        (source, target): (TenantId, TenantId),
        mapped: &[Mapping],
    ) -> Result<Schema, Error> {
        if target == TenantId::NIL {
            // As long as no target was chosen nobody tells anything.
            return Ok(Schema::new(Vec::new()).withhold(mapped));
        }
        let (schema, _) = self.read_schema(target)?;
        let at_source = self.read_policy(source)?.0;
        let at_target = self.read_policy(target)?.0;
        let consent = Consent::of((source, &at_source), (target, &at_target));
        Ok(if consent.target_sync_inbound { schema } else { schema.withhold(mapped) })
    }
}
