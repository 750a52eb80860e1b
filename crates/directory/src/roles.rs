//! Roles that people hold in their tenant.

use access::Permission;
use model::{Actor, ObjectId, Role, TenantId};
use store::{Group, Write};

use crate::{Directory, Error, write::audit};

const COLLECTION: &str = "role";

impl Directory {
    /// The roles that a person holds.
    pub fn roles(&self, tenant: TenantId, user: ObjectId) -> Result<Vec<Role>, Error> {
        match self.store.document(tenant, COLLECTION, &user.to_string())? {
            None => Ok(Vec::new()),
            Some(document) => serde_json::from_str(&document.body)
                .map_err(|error| store::StoreError::Damaged(error.to_string()).into()),
        }
    }

    /// Sets the roles that a person holds; only somebody who may do everything gives roles away.
    pub fn set_roles(
        &self,
        actor: &Actor,
        tenant: TenantId,
        user: ObjectId,
        roles: &[Role],
    ) -> Result<(), Error> {
        access::check(actor, Permission::AssignRoles, tenant)?;
        let object = self.get_object(tenant, user)?;
        let old = self.roles(tenant, object.id)?;
        let body = serde_json::to_string(roles).expect("roles have a JSON text");
        let detail = serde_json::json!({ "roles": { "old": old, "new": roles } });
        let key = user.to_string();
        let group = Group {
            expects: Vec::new(),
            writes: vec![Write::PutDocument {
                collection: COLLECTION.to_owned(),
                key: key.clone(),
                body: (!roles.is_empty()).then_some(body),
            }],
            audit: audit("Update role assignments", "user", key, detail.to_string()),
        };
        self.commit_one(tenant, actor, group).map(|_| ())
    }
}
