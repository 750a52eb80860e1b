//! Who may do what in a tenant. Every service asks here, before it reads or writes, with the actor
//! that it was given; nothing else decides it. Roles and what they allow follow
//! cross-tenant-sync.md 2.0. Who the caller is (a token, a socket's user) is found out elsewhere.

mod permission;

use model::{Actor, TenantId};

pub use permission::{Permission, grants_for, roles_for};

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
            Permission::Synchronize => Ok(()),
            _ if reads_the_directory(permission) => Ok(()),
            _ => Err(missing(actor, permission)),
        },
        Actor::Mirror { tenant: own, .. } => match permission {
            _ if *own != tenant => Err(Denied::NotFound),
            Permission::WriteUsers | Permission::DeleteUsers => Ok(()),
            Permission::CreateGroups | Permission::WriteGroups | Permission::DeleteGroups => Ok(()),
            Permission::WriteMembers => Ok(()),
            _ if reads_the_directory(permission) => Ok(()),
            _ => Err(missing(actor, permission)),
        },
        Actor::User { tenant: own, .. } if *own != tenant => Err(Denied::NotFound),
        Actor::User { roles, through, .. } => {
            let allowed = roles_for(permission);
            let is_own = permission == Permission::ReadSelf;
            let granted = through.as_ref().is_none_or(|through| holds(&through.scopes, permission));
            if granted && (is_own || roles.iter().any(|role| allowed.contains(role))) {
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

/// Checks that one of several wishes is allowed, where the thing's kind decides which of them counts
/// and has yet to be looked up.
pub fn check_any(
    actor: &Actor,
    permissions: &[Permission],
    tenant: TenantId,
) -> Result<(), Denied> {
    let mut first = Ok(());
    for permission in permissions {
        match check(actor, *permission, tenant) {
            Ok(()) => return Ok(()),
            Err(denied) => first = first.and(Err(denied)),
        }
    }
    first
}

fn reads_the_directory(permission: Permission) -> bool {
    use Permission::*;
    matches!(
        permission,
        ReadTenant
            | ReadUsers
            | ReadGroups
            | ReadMembers
            | ReadPolicies
            | ReadJobs
            | ReadAssignments
            | ReadApplications
    )
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

#[cfg(test)]
mod tests {
    use model::{ObjectId, Role};

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
        assert_eq!(check(&admin, Permission::ReadUsers, other), Err(Denied::NotFound));
        assert_eq!(check(&admin, Permission::ReadUsers, own), Ok(()));
    }

    #[test]
    fn a_reader_writes_nothing() {
        let reader = user(TenantId::NIL, &[Role::GlobalReader]);
        assert!(check(&reader, Permission::WriteUsers, TenantId::NIL).is_err());
        assert!(check(&reader, Permission::WriteJobs, TenantId::NIL).is_err());
        assert!(check(&reader, Permission::ReadAudit, TenantId::NIL).is_ok());
    }
}
