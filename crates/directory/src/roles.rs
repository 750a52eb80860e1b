//! Roles that people hold in their tenant.

use access::Permission;
use model::{Actor, ObjectId, Role, TenantId};

use crate::{Directory, Error};

pub(crate) const COLLECTION: &str = "role";

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
        self.put_roles(tenant, actor, object.id, (&old, roles))
    }
}
