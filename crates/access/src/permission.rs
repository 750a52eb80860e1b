//! What can be wanted in a tenant, and who is allowed it: by role, and by the permissions of
//! Microsoft Graph.

use model::Role;

/// What somebody wants to do in a tenant. There is a line for whatever Microsoft Graph's permissions
/// or the roles tell apart, and for no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Create and delete tenants.
    ManageTenants,
    /// Copy everything that the server keeps.
    BackUp,
    /// Have the server read a file of the machine that it runs on.
    ReadFiles,
    /// Write users and groups as a synchronization from another tenant.
    Synchronize,
    /// Read the tenant's own facts.
    ReadTenant,
    /// Read the tenant's domains.
    ReadDomains,
    /// Learn another tenant's name by its id or domain.
    FindTenants,
    /// Read which tenants are in the tenant's multitenant organization.
    ReadOrganization,
    /// Read what is under way in it: who has yet to join, and the tenant's own joining.
    ReadOrganizationChanges,
    /// Make a multitenant organization, join one, and look after it.
    WriteOrganization,
    /// Read users, their managers and direct reports.
    ReadUsers,
    /// Read what is kept of oneself.
    ReadSelf,
    /// Read groups.
    ReadGroups,
    /// Read who is in a group.
    ReadMembers,
    /// Read who owns a group.
    ReadOwners,
    /// Read which groups a user or a group is in.
    ReadMemberships,
    /// Read which groups a user is in through others.
    ReadNestedMemberships,
    /// Ask which groups somebody is in, for their ids alone.
    CheckMemberships,
    /// Read objects of whatever kind by their ids.
    ReadObjects,
    /// Create and change users.
    WriteUsers,
    /// Switch users on and off.
    EnableUsers,
    /// Change users' telephone numbers.
    WritePhones,
    /// Change users' other mail addresses.
    WriteMails,
    /// Set users' passwords.
    WritePasswords,
    /// Delete users, restore them, and remove them for good.
    DeleteUsers,
    /// Invite people from outside.
    InviteUsers,
    /// End all sessions of a user.
    RevokeSessions,
    /// Create groups.
    CreateGroups,
    /// Change groups and their owners.
    WriteGroups,
    /// Delete groups, restore them, and remove them for good.
    DeleteGroups,
    /// Put people into groups and take them out.
    WriteMembers,
    /// Read cross-tenant access settings.
    ReadPolicies,
    /// Write cross-tenant access settings.
    WritePolicies,
    /// Read configurations and mirrors.
    ReadJobs,
    /// Write and run configurations and mirrors.
    WriteJobs,
    /// Delete configurations and mirrors.
    DeleteJobs,
    /// Look for the attributes that the two sides of a configuration have.
    DiscoverAttributes,
    /// Read who is assigned to configurations.
    ReadAssignments,
    /// Assign people to configurations.
    AssignJobs,
    /// Give applications permissions, and take them: whoever may do that gets everything by it.
    GrantPermissions,
    /// Read applications and directory extensions.
    ReadApplications,
    /// Register applications.
    CreateApplications,
    /// Change applications, their secrets and their directory extensions.
    WriteApplications,
    /// Delete applications.
    DeleteApplications,
    /// Give roles to people, and take them.
    AssignRoles,
    /// Read the audit log.
    ReadAudit,
    /// Read provisioning logs.
    ReadProvisioning,
}

impl Permission {
    /// All permissions.
    pub const ALL: [Self; 47] = [
        Self::ManageTenants,
        Self::BackUp,
        Self::ReadFiles,
        Self::Synchronize,
        Self::ReadTenant,
        Self::ReadDomains,
        Self::FindTenants,
        Self::ReadOrganization,
        Self::ReadOrganizationChanges,
        Self::WriteOrganization,
        Self::ReadUsers,
        Self::ReadSelf,
        Self::ReadGroups,
        Self::ReadMembers,
        Self::ReadOwners,
        Self::ReadMemberships,
        Self::ReadNestedMemberships,
        Self::CheckMemberships,
        Self::ReadObjects,
        Self::WriteUsers,
        Self::EnableUsers,
        Self::WritePhones,
        Self::WriteMails,
        Self::WritePasswords,
        Self::DeleteUsers,
        Self::InviteUsers,
        Self::RevokeSessions,
        Self::CreateGroups,
        Self::WriteGroups,
        Self::DeleteGroups,
        Self::WriteMembers,
        Self::ReadPolicies,
        Self::WritePolicies,
        Self::ReadJobs,
        Self::WriteJobs,
        Self::DeleteJobs,
        Self::DiscoverAttributes,
        Self::ReadAssignments,
        Self::AssignJobs,
        Self::GrantPermissions,
        Self::ReadApplications,
        Self::CreateApplications,
        Self::WriteApplications,
        Self::DeleteApplications,
        Self::AssignRoles,
        Self::ReadAudit,
        Self::ReadProvisioning,
    ];
}

/// The roles that allow it, the operator aside. What people may read of themselves takes none.
pub fn roles_for(permission: Permission) -> &'static [Role] {
    use Permission as P;
    use Role::*;
    match permission {
        P::ManageTenants | P::BackUp | P::ReadFiles | P::Synchronize => &[],
        P::ReadSelf => &Role::ALL,
        P::ReadTenant
        | P::ReadDomains
        | P::FindTenants
        | P::ReadOrganization
        | P::ReadOrganizationChanges
        | P::ReadUsers
        | P::ReadGroups
        | P::ReadMembers
        | P::ReadOwners
        | P::ReadMemberships
        | P::ReadNestedMemberships
        | P::CheckMemberships
        | P::ReadObjects
        | P::ReadPolicies
        | P::ReadJobs
        | P::DiscoverAttributes
        | P::ReadAssignments
        | P::ReadApplications => &[
            GlobalAdministrator,
            SecurityAdministrator,
            HybridIdentityAdministrator,
            ApplicationAdministrator,
            UserAdministrator,
            GlobalReader,
        ],
        P::AssignRoles | P::GrantPermissions => &[GlobalAdministrator],
        P::WriteUsers
        | P::EnableUsers
        | P::WritePhones
        | P::WriteMails
        | P::WritePasswords
        | P::DeleteUsers
        | P::InviteUsers
        | P::RevokeSessions
        | P::CreateGroups
        | P::WriteGroups
        | P::DeleteGroups
        | P::WriteMembers => &[GlobalAdministrator, UserAdministrator],
        P::WritePolicies | P::WriteOrganization => &[GlobalAdministrator, SecurityAdministrator],
        P::WriteJobs => &[GlobalAdministrator, HybridIdentityAdministrator],
        P::DeleteJobs
        | P::AssignJobs
        | P::CreateApplications
        | P::WriteApplications
        | P::DeleteApplications => &[GlobalAdministrator, ApplicationAdministrator],
        P::ReadAudit | P::ReadProvisioning => &[
            GlobalAdministrator,
            SecurityAdministrator,
            HybridIdentityAdministrator,
            ApplicationAdministrator,
            GlobalReader,
            ReportsReader,
        ],
    }
}

/// Permissions that only an application of its own can hold.
pub const APPLICATION_ONLY: [&str; 1] = ["Group.Create"];

/// Permissions that only an application which a person uses can hold.
pub const DELEGATED_ONLY: [&str; 2] = ["User.Read", "User.ReadWrite"];

/// The Graph permissions of which one is enough for an application that acts by itself.
pub fn application_grants(permission: Permission) -> impl Iterator<Item = &'static str> {
    grants_for(permission).iter().copied().filter(|name| !DELEGATED_ONLY.contains(name))
}

/// The Graph permissions of which one is enough for an application that a person uses; the person
/// needs a role as well.
pub fn delegated_grants(permission: Permission) -> impl Iterator<Item = &'static str> {
    grants_for(permission).iter().copied().filter(|name| !APPLICATION_ONLY.contains(name))
}

/// The Graph permissions of which one is enough, whoever holds it.
/// Permissions that show or change a part of the properties only are left out, save those that have
/// a line of their own; docs/decisions/authorization.md says why.
fn grants_for(permission: Permission) -> &'static [&'static str] {
    let (read, written) = (grants_to_read(permission), grants_to_write(permission));
    if read.is_empty() { written } else { read }
}

/// For what is read; nothing for anything else.
fn grants_to_read(permission: Permission) -> &'static [&'static str] {
    use Permission as P;
    match permission {
        P::ReadTenant => &[
            "Organization.Read.All",
            "Organization.ReadWrite.All",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
            "User.Read",
            "User.Read.All",
        ],
        P::ReadDomains => &["Domain.Read.All", "Domain.ReadWrite.All", "Directory.Read.All"],
        P::FindTenants => &["CrossTenantInformation.ReadBasic.All"],
        P::ReadOrganization => &[
            "MultiTenantOrganization.ReadBasic.All",
            "MultiTenantOrganization.Read.All",
            "MultiTenantOrganization.ReadWrite.All",
        ],
        P::ReadOrganizationChanges => {
            &["MultiTenantOrganization.Read.All", "MultiTenantOrganization.ReadWrite.All"]
        }
        P::ReadUsers => &[
            "User.Read.All",
            "User.ReadWrite.All",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
        ],
        P::ReadSelf => &[
            "User.Read",
            "User.ReadWrite",
            "User.Read.All",
            "User.ReadWrite.All",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
        ],
        P::ReadGroups => &[
            "GroupMember.Read.All",
            "Group.Read.All",
            "Group.ReadWrite.All",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
        ],
        P::ReadMembers => &[
            "GroupMember.Read.All",
            "GroupMember.ReadWrite.All",
            "Group.Read.All",
            "Group.ReadWrite.All",
            "Directory.Read.All",
        ],
        P::ReadOwners => &[
            "GroupMember.Read.All",
            "GroupMember.ReadWrite.All",
            "Group.Read.All",
            "Group.ReadWrite.All",
            "Directory.Read.All",
        ],
        P::ReadMemberships => &[
            "GroupMember.Read.All",
            "Group.Read.All",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
        ],
        P::ReadNestedMemberships => &[
            "User.Read.All",
            "GroupMember.Read.All",
            "Group.Read.All",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
        ],
        P::CheckMemberships => &[
            "User.Read.All",
            "GroupMember.Read.All",
            "Group.Read.All",
            "Group.ReadWrite.All",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
        ],
        P::ReadObjects => &["Directory.Read.All"],
        P::ReadPolicies => &["Policy.Read.All", "Policy.ReadWrite.CrossTenantAccess"],
        P::ReadJobs => &["Synchronization.Read.All", "Synchronization.ReadWrite.All"],
        P::ReadAssignments => &[
            "AppRoleAssignment.ReadWrite.All",
            "Application.Read.All",
            "Application.ReadWrite.All",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
        ],
        P::ReadApplications => &[
            "Application.Read.All",
            "Application.ReadWrite.All",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
        ],
        P::ReadAudit => &["AuditLog.Read.All", "Directory.Read.All"],
        P::ReadProvisioning => {
            &["ProvisioningLog.Read.All", "AuditLog.Read.All", "Directory.Read.All"]
        }
        _ => &[],
    }
}

/// For what is done; nothing for what no Graph permission allows.
fn grants_to_write(permission: Permission) -> &'static [&'static str] {
    use Permission as P;
    match permission {
        P::WriteUsers => &["User.ReadWrite.All", "Directory.ReadWrite.All"],
        P::EnableUsers => {
            &["User.EnableDisableAccount.All", "User.ReadWrite.All", "Directory.ReadWrite.All"]
        }
        P::WritePhones => {
            &["User-Phone.ReadWrite.All", "User.ReadWrite.All", "Directory.ReadWrite.All"]
        }
        P::WriteMails => {
            &["User-Mail.ReadWrite.All", "User.ReadWrite.All", "Directory.ReadWrite.All"]
        }
        P::WritePasswords => {
            &["User-PasswordProfile.ReadWrite.All", "User.ReadWrite.All", "Directory.ReadWrite.All"]
        }
        P::DeleteUsers => &["User.DeleteRestore.All", "User.ReadWrite.All"],
        P::InviteUsers => &["User.Invite.All", "User.ReadWrite.All", "Directory.ReadWrite.All"],
        P::RevokeSessions => {
            &["User.RevokeSessions.All", "User.ReadWrite.All", "Directory.ReadWrite.All"]
        }
        P::CreateGroups => &["Group.Create", "Group.ReadWrite.All", "Directory.ReadWrite.All"],
        P::WriteGroups => &["Group.ReadWrite.All", "Directory.ReadWrite.All"],
        P::DeleteGroups => &["Group.ReadWrite.All"],
        P::WriteMembers => {
            &["GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"]
        }
        P::WritePolicies => &["Policy.ReadWrite.CrossTenantAccess"],
        P::WriteOrganization => &["MultiTenantOrganization.ReadWrite.All"],
        P::WriteJobs | P::DeleteJobs => &["Synchronization.ReadWrite.All"],
        P::DiscoverAttributes => &["Directory.ReadWrite.All"],
        P::AssignJobs | P::GrantPermissions => &["AppRoleAssignment.ReadWrite.All"],
        P::CreateApplications => &["AppRegistration.Create", "Application.ReadWrite.All"],
        P::WriteApplications => &["Application.ReadWrite.All", "Directory.ReadWrite.All"],
        P::DeleteApplications => &["Application.ReadWrite.All"],
        P::AssignRoles => &["RoleManagement.ReadWrite.Directory"],
        _ => &[],
    }
}
