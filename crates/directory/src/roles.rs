//! Roles that people hold in their tenant.

use access::Permission;
use model::{Actor, Object, ObjectId, Role, TenantId};

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

    /// Everybody who holds a role, with what they hold, in the order of their ids. Who is deleted holds
    /// nothing until they come back.
    pub fn list_role_holders(
        &self,
        actor: &Actor,
        tenant: TenantId,
    ) -> Result<Vec<(Object, Vec<Role>)>, Error> {
        access::check(actor, Permission::ReadUsers, tenant)?;
        let mut held = Vec::new();
        for document in self.store.documents(tenant, COLLECTION)? {
            let roles: Vec<Role> = serde_json::from_str(&document.body)
                .map_err(|error| store::StoreError::Damaged(error.to_string()))?;
            if let (Ok(id), false) = (document.key.parse::<ObjectId>(), roles.is_empty()) {
                held.push((id, roles));
            }
        }
        let ids: Vec<ObjectId> = held.iter().map(|(id, _)| *id).collect();
        let found = self.store.get(tenant, &ids)?;
        let holders = found.into_iter().zip(held).filter_map(|(object, (_, roles))| {
            object.filter(|object| object.deleted.is_none()).map(|object| (object, roles))
        });
        Ok(holders.collect())
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
