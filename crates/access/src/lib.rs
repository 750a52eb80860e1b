//! Who may do what in a tenant. Every service asks here, before it reads or writes, with the actor
//! that it was given; nothing else decides it. Roles and what they allow follow
//! cross-tenant-sync.md 2.0. Who the caller is (a token, a socket's user) is found out elsewhere.

mod permission;

use model::{Actor, TenantId};

pub use permission::{
    APPLICATION_ONLY, DELEGATED_ONLY, Permission, application_grants, delegated_grants, roles_for,
};

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
        // What a run reads it reads as the server, of its own two tenants only; by this it writes, and
        // `directory` looks that it is into the target of its configuration.
        Actor::Job { .. } => match permission {
            Permission::Synchronize => Ok(()),
            _ => Err(missing(actor, permission)),
        },
        Actor::Mirror { tenant: own, .. } => match permission {
            _ if *own != tenant => Err(Denied::NotFound),
            Permission::WriteUsers | Permission::DeleteUsers => Ok(()),
            Permission::WriteGroups | Permission::DeleteGroups => Ok(()),
            Permission::WriteMembers | Permission::ReadJobs => Ok(()),
            _ => Err(missing(actor, permission)),
        },
        Actor::User { tenant: own, .. } if *own != tenant => Err(Denied::NotFound),
        Actor::User { roles, through, .. } => {
            let allowed = roles_for(permission);
            let is_own = permission == Permission::ReadSelf;
            let granted = through
                .as_ref()
                .is_none_or(|through| holds(&through.scopes, delegated_grants(permission)));
            if granted && (is_own || roles.iter().any(|role| allowed.contains(role))) {
                Ok(())
            } else {
                Err(missing(actor, permission))
            }
        }
        Actor::Application { tenant: own, .. } if *own != tenant => Err(Denied::NotFound),
        Actor::Application { grants, .. } if holds(grants, application_grants(permission)) => {
            Ok(())
        }
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

fn holds(granted: &[String], mut wanted: impl Iterator<Item = &'static str>) -> bool {
    wanted.any(|name| granted.iter().any(|one| name.eq_ignore_ascii_case(one)))
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

    #[test]
    fn runs_may_do_what_they_are_for_and_nothing_else() {
        use model::{JobId, MirrorId, RunId};
        let own = TenantId::from_slice(&[1; 16]).expect("16 bytes");
        let other = TenantId::from_slice(&[2; 16]).expect("16 bytes");
        let may = |actor: &Actor, tenant| -> Vec<Permission> {
            let all = Permission::ALL.into_iter();
            all.filter(|permission| check(actor, *permission, tenant).is_ok()).collect()
        };
        let job = Actor::Job { tenant: own, job: JobId::NIL, run: RunId::NIL };
        assert_eq!(may(&job, other), [Permission::Synchronize]);
        assert_eq!(may(&job, own), [Permission::Synchronize]);
        let mirror = Actor::Mirror { tenant: own, mirror: MirrorId::NIL };
        let fills = [
            Permission::WriteUsers,
            Permission::DeleteUsers,
            Permission::WriteGroups,
            Permission::DeleteGroups,
            Permission::WriteMembers,
            Permission::ReadJobs,
        ];
        assert_eq!(may(&mirror, own), fills);
        assert_eq!(may(&mirror, other), []);
    }

    #[test]
    fn a_delegated_token_adds_nothing_to_the_person_nor_the_person_to_the_token() {
        let through = |scopes: &[&str]| {
            Some(model::Through {
                application: model::ApplicationId::NIL,
                scopes: scopes.iter().map(|one| (*one).to_owned()).collect(),
            })
        };
        let delegated = |roles: &[Role], scopes: &[&str]| match user(TenantId::NIL, roles) {
            Actor::User { tenant, id, name, roles, .. } => {
                Actor::User { tenant, id, name, roles, through: through(scopes) }
            }
            other => other,
        };
        let may = |actor: &Actor| check(actor, Permission::WriteUsers, TenantId::NIL).is_ok();
        let (admin, reader) = ([Role::UserAdministrator], [Role::GlobalReader]);
        assert!(may(&delegated(&admin, &["user.readwrite.all"])));
        assert!(!may(&delegated(&admin, &["User.Read.All"])));
        assert!(!may(&delegated(&reader, &["User.ReadWrite.All"])));
        let read = |actor: &Actor| check(actor, Permission::ReadSelf, TenantId::NIL).is_ok();
        assert!(read(&delegated(&[], &["User.Read"])), "of oneself without any role");
        assert!(!read(&delegated(&[], &["openid"])));
    }

    #[test]
    fn what_only_people_can_consent_to_is_nothing_in_the_hands_of_an_application() {
        let application = |grant: &str| Actor::Application {
            tenant: TenantId::NIL,
            id: model::ApplicationId::NIL,
            name: "script".to_owned(),
            grants: vec![grant.to_owned()],
        };
        let may = |grant| check(&application(grant), Permission::ReadTenant, TenantId::NIL).is_ok();
        assert!(may("ORGANIZATION.READ.ALL"));
        assert!(!may("User.Read"));
    }
}
