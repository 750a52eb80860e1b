//! Who may do what in a tenant. Every service asks here, before it reads or writes, with the actor
//! that it was given; nothing else decides it. Roles and what they allow follow
//! cross-tenant-sync.md 2.0. Who the caller is (a token, a socket's user) is found out elsewhere.

use model::{Actor, Role, TenantId};

/// What somebody wants to do in a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Create and delete tenants.
    ManageTenants,
    /// Copy everything that the server keeps.
    BackUp,
    /// Have the server read a file of the machine that it runs on.
    ReadFiles,
    /// Read users, groups, policies and configurations.
    Read,
    /// Write users and groups.
    WriteUsers,
    /// Write cross-tenant access settings.
    WritePolicies,
    /// Write and run configurations.
    WriteJobs,
    /// Assign people to configurations, and delete configurations.
    AssignJobs,
    /// Register applications and extensions.
    WriteApplications,
    /// Give roles to people, and take them.
    AssignRoles,
    /// Read audit and provisioning logs.
    ReadLogs,
    /// Write users as a synchronization from another tenant.
    Synchronize,
}

/// Somebody may not do it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The tenant is none of theirs; to them it does not exist.
    #[error("no such tenant")]
    NotFound,
    /// The tenant is theirs and the role is missing.
    #[error("{actor} may not do that; it takes one of: {roles}")]
    Missing {
        /// Who asked.
        actor: String,
        /// Which roles would allow it.
        roles: String,
    },
}

/// Checks one wish in one tenant.
pub fn check(actor: &Actor, permission: Permission, tenant: TenantId) -> Result<(), Denied> {
    match actor {
        Actor::Operator { .. } | Actor::System => Ok(()),
        Actor::Job { .. } => match permission {
            Permission::Synchronize | Permission::Read => Ok(()),
            _ => Err(missing(actor, permission)),
        },
        Actor::Mirror { tenant: own, .. } => match permission {
            _ if *own != tenant => Err(Denied::NotFound),
            Permission::WriteUsers | Permission::Read => Ok(()),
            _ => Err(missing(actor, permission)),
        },
        Actor::User { tenant: own, .. } if *own != tenant => Err(Denied::NotFound),
        Actor::User { roles, through, .. } => {
            let allowed = roles_for(permission);
            let granted = through.as_ref().is_none_or(|through| holds(&through.scopes, permission));
            if granted && roles.iter().any(|role| allowed.contains(role)) {
                Ok(())
            } else {
                Err(missing(actor, permission))
            }
        }
        Actor::Application { tenant: own, .. } if *own != tenant => Err(Denied::NotFound),
        Actor::Application { grants, .. } if holds(grants, permission) => Ok(()),
        Actor::Application { .. } => Err(missing(actor, permission)),
    }
}

fn holds(granted: &[String], permission: Permission) -> bool {
    let wanted = grants_for(permission);
    granted.iter().any(|one| wanted.iter().any(|name| name.eq_ignore_ascii_case(one)))
}

fn missing(actor: &Actor, permission: Permission) -> Denied {
    let roles: Vec<&str> = roles_for(permission).iter().map(|role| role.title()).collect();
    let roles = if roles.is_empty() { "operator".to_owned() } else { roles.join(", ") };
    Denied::Missing { actor: actor.to_string(), roles }
}

/// The Graph permissions that allow it to an application, or to one that a person uses.
pub fn grants_for(permission: Permission) -> &'static [&'static str] {
    match permission {
        Permission::ManageTenants
        | Permission::BackUp
        | Permission::ReadFiles
        | Permission::Synchronize => &[],
        Permission::Read => &["Directory.Read.All", "Directory.ReadWrite.All"],
        Permission::WriteUsers => &["Directory.ReadWrite.All"],
        Permission::WritePolicies => &["Policy.ReadWrite.CrossTenantAccess"],
        Permission::WriteJobs => &["Synchronization.ReadWrite.All"],
        Permission::AssignJobs => &["AppRoleAssignment.ReadWrite.All"],
        Permission::WriteApplications => &["Application.ReadWrite.All"],
        Permission::AssignRoles => &["RoleManagement.ReadWrite.Directory"],
        Permission::ReadLogs => &["AuditLog.Read.All"],
    }
}

/// The roles that allow it, the operator aside.
pub fn roles_for(permission: Permission) -> &'static [Role] {
    use Role::*;
    match permission {
        Permission::ManageTenants
        | Permission::BackUp
        | Permission::ReadFiles
        | Permission::Synchronize => &[],
        Permission::Read => &[
            GlobalAdministrator,
            SecurityAdministrator,
            HybridIdentityAdministrator,
            ApplicationAdministrator,
            UserAdministrator,
            GlobalReader,
        ],
        Permission::AssignRoles => &[GlobalAdministrator],
        Permission::WriteUsers => &[GlobalAdministrator, UserAdministrator],
        Permission::WritePolicies => &[GlobalAdministrator, SecurityAdministrator],
        Permission::WriteJobs => &[GlobalAdministrator, HybridIdentityAdministrator],
        Permission::AssignJobs | Permission::WriteApplications => {
            &[GlobalAdministrator, ApplicationAdministrator]
        }
        Permission::ReadLogs => &[
            GlobalAdministrator,
            SecurityAdministrator,
            HybridIdentityAdministrator,
            ApplicationAdministrator,
            GlobalReader,
            ReportsReader,
        ],
    }
}

#[cfg(test)]
mod tests {
    use model::ObjectId;

    use super::*;

    fn user(tenant: TenantId, roles: &[Role]) -> Actor {
        Actor::User {
            tenant,
            id: ObjectId::NIL,
            name: "ada".to_owned(),
            roles: roles.to_vec(),
            through: None,
        }
    }

    #[test]
    fn another_tenant_is_not_found_whatever_the_role() {
        let own = TenantId::from_slice(&[1; 16]).expect("16 bytes");
        let other = TenantId::from_slice(&[2; 16]).expect("16 bytes");
        let admin = user(own, &[Role::GlobalAdministrator]);
        assert_eq!(check(&admin, Permission::Read, other), Err(Denied::NotFound));
        assert_eq!(check(&admin, Permission::Read, own), Ok(()));
    }

    #[test]
    fn a_reader_writes_nothing() {
        let reader = user(TenantId::NIL, &[Role::GlobalReader]);
        assert!(check(&reader, Permission::WriteUsers, TenantId::NIL).is_err());
        assert!(check(&reader, Permission::WriteJobs, TenantId::NIL).is_err());
        assert!(check(&reader, Permission::ReadLogs, TenantId::NIL).is_ok());
    }
}
