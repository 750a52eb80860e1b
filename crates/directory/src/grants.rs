//! Permissions as Graph grants them: Microsoft Graph itself has a principal in every tenant, its roles are
//! the permissions, and an application is granted one by being assigned in that role. The ids of
//! permissions are the same in every tenant (graph-api.md, `graph-permission-ids.tsv`).

use std::sync::LazyLock;

use access::Permission;
use model::{Actor, ApplicationId, ObjectId, TenantId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Application, Directory, Error};

/// Microsoft Graph's client id.
pub const GRAPH: ApplicationId = ApplicationId(Uuid::from_u128(3 << 96 | 0xc000 << 48));

/// A permission with its ids.
#[derive(Clone, Debug)]
pub struct GraphPermission {
    /// Its name.
    pub name: &'static str,
    /// The role in which an application has it by itself.
    pub role: Option<Uuid>,
    /// The scope in which an application has it in the name of people.
    pub scope: Option<Uuid>,
}

/// All permissions that have an id, sorted by name.
pub fn graph_permissions() -> &'static [GraphPermission] {
    static ALL: LazyLock<Vec<GraphPermission>> = LazyLock::new(|| {
        let lines = include_str!("grants/permissions.tsv").lines().skip(1);
        let read = lines.filter_map(|line| {
            let mut cells = line.split('\t');
            let name = cells.next()?;
            let mut id = || cells.next().and_then(|cell| cell.trim().parse().ok());
            Some(GraphPermission { name, role: id(), scope: id() })
        });
        read.filter(|one| one.role.is_some() || one.scope.is_some()).collect()
    });
    &ALL
}

/// The object id of Microsoft Graph's principal in a tenant.
pub fn graph_principal(tenant: TenantId) -> ObjectId {
    let digest = Sha256::new().chain_update(tenant.as_bytes()).chain_update("graph").finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    // Version 8 is for ids of one's own making (RFC 9562, 5.8).
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    ObjectId(Uuid::from_bytes(bytes))
}

/// The permission with this role.
pub fn find_role(role: Uuid) -> Option<&'static GraphPermission> {
    graph_permissions().iter().find(|one| one.role == Some(role))
}

impl Directory {
    /// Grants an application, found by its principal, the permission with this role.
    pub fn grant_role(
        &self,
        actor: &Actor,
        tenant: TenantId,
        principal: ObjectId,
        role: Uuid,
    ) -> Result<Application, Error> {
        let permission = find_role(role).ok_or_else(|| {
            Error::invalid("appRoleId", format!("{role} is no permission of Microsoft Graph"))
        })?;
        let what = || format!("the assignment of {principal} in {}", permission.name);
        let held = |grants: &[String]| grants.iter().any(|one| one == permission.name);
        self.change_grants(actor, tenant, principal, "Add app role assignment", |grants| {
            if held(grants) {
                return Err(Error::Exists { what: what() });
            }
            grants.push(permission.name.to_owned());
            Ok(serde_json::json!({ "granted": permission.name }))
        })
    }

    /// Takes the permission with this role from an application, found by its principal.
    pub fn revoke_role(
        &self,
        actor: &Actor,
        tenant: TenantId,
        principal: ObjectId,
        role: Uuid,
    ) -> Result<Application, Error> {
        let permission = find_role(role).ok_or_else(|| Error::not_found("assignment", role))?;
        self.change_grants(actor, tenant, principal, "Remove app role assignment", |grants| {
            let before = grants.len();
            grants.retain(|one| one != permission.name);
            if grants.len() == before {
                return Err(Error::not_found("assignment", role));
            }
            Ok(serde_json::json!({ "revoked": permission.name }))
        })
    }

    fn change_grants(
        &self,
        actor: &Actor,
        tenant: TenantId,
        principal: ObjectId,
        activity: &str,
        change: impl Fn(&mut Vec<String>) -> Result<serde_json::Value, Error>,
    ) -> Result<Application, Error> {
        access::check(actor, Permission::GrantPermissions, tenant)?;
        let all = self.read_applications(tenant)?;
        let application = all.into_iter().find(|one| one.service_principal == principal);
        let application = application.ok_or_else(|| Error::not_found("app", principal))?;
        let id = application.id.to_string();
        self.rewrite_application(actor, tenant, &id, activity, |application| {
            change(&mut application.grants)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_have_the_ids_that_they_have_everywhere() {
        assert_eq!(GRAPH.to_string(), "00000003-0000-0000-c000-000000000000");
        let role = "df021288-bdef-4463-88db-98f22de89214".parse().expect("an id");
        assert_eq!(find_role(role).map(|one| one.name), Some("User.Read.All"));
        assert!(graph_permissions().len() > 40);
    }
}
