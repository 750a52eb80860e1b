//! Where our table of permissions differs from the one that Microsoft publishes, and why. A test
//! fails on a difference that is not listed here, and on a line that is none any more.

/// Which way it differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// It is published, and is not enough here.
    Refused,
    /// It is not published for this call, and is enough here.
    Added,
}

/// A permission that differs.
pub struct Difference {
    /// Which way.
    pub side: Side,
    /// The permission.
    pub permission: &'static str,
    /// The calls, as `GET /v1.0/users`; all where it differs when there are none here.
    pub calls: &'static [&'static str],
    /// Why.
    pub why: &'static str,
}

const fn refused(
    permission: &'static str,
    calls: &'static [&'static str],
    why: &'static str,
) -> Difference {
    Difference { side: Side::Refused, permission, calls, why }
}

const fn added(
    permission: &'static str,
    calls: &'static [&'static str],
    why: &'static str,
) -> Difference {
    Difference { side: Side::Added, permission, calls, why }
}

/// All differences.
pub const DIFFERENCES: &[Difference] = &[
    refused("User.ReadBasic.All", &[], PART),
    refused("Group.ReadBasic.All", &[], PART),
    refused("GroupMember.ReadBasic.All", &[], PART),
    refused("Application.ReadWrite.OwnedBy", &[], OWNED),
    refused("Group-NestingSupport.ReadWrite.All", &[], FOREIGN_PROPERTY),
    refused("Group-PreferredDataLocation.ReadWrite.All", &[], FOREIGN_PROPERTY),
    refused("Group-XTenantIdentitySync.Read.All", &[], FOREIGN_PROPERTY),
    refused("Group.ManageProtection.All", &[], FOREIGN_PROPERTY),
    refused("User.ManageIdentities.All", &[], FOREIGN_PROPERTY),
    refused("CustomSecAttributeProvisioning.Read.All", &[], FOREIGN_PROPERTY),
    refused("CustomSecAttributeProvisioning.ReadWrite.All", &[], FOREIGN_PROPERTY),
    refused("User.ReadWrite.CrossCloud", &[], CLOUDS),
    refused("User.Read", &[], ONESELF),
    refused("User.ReadWrite", &[], ONESELF),
    refused("Device.Read.All", &[], NO_DEVICES),
    refused("Device.ReadWrite.All", &[], NO_DEVICES),
    refused(
        "Application.Read.All",
        &["POST /v1.0/users/{id}/checkMemberGroups", "POST /v1.0/users/{id}/getMemberGroups"],
        OF_PRINCIPALS,
    ),
    refused(
        "Application.ReadWrite.All",
        &["POST /v1.0/users/{id}/checkMemberGroups", "POST /v1.0/users/{id}/getMemberGroups"],
        OF_PRINCIPALS,
    ),
    refused("User.ReadWrite.All", &["POST /v1.0/users/{id}/checkMemberGroups"], READ_WILL_DO),
    refused("Application.Read.All", &["POST /v1.0/servicePrincipals/{id}/appRoleAssignedTo"], BOTH),
    refused("Directory.Read.All", &["POST /v1.0/servicePrincipals/{id}/appRoleAssignedTo"], BOTH),
    refused(
        "Application.ReadWrite.All",
        &["POST /v1.0/servicePrincipals/{id}/appRoleAssignedTo"],
        BOTH,
    ),
    refused(
        "Application.ReadWrite.All",
        &["DELETE /v1.0/servicePrincipals/{id}/appRoleAssignedTo/{id}"],
        ASSIGN,
    ),
    added("Policy.Read.All", &["GET /v1.0/policies/crossTenantAccessPolicy/templates"], TEMPLATES),
    added(
        "Policy.ReadWrite.CrossTenantAccess",
        &["GET /v1.0/policies/crossTenantAccessPolicy/templates"],
        TEMPLATES,
    ),
    added(
        "MultiTenantOrganization.ReadBasic.All",
        &[
            "GET /v1.0/tenantRelationships/multiTenantOrganization",
            "GET /v1.0/tenantRelationships/multiTenantOrganization/tenants",
            "GET /v1.0/tenantRelationships/multiTenantOrganization/tenants/{tenantId}",
        ],
        ACTIVE_TENANTS,
    ),
    added(
        "MultiTenantOrganization.Read.All",
        &["GET /v1.0/tenantRelationships/multiTenantOrganization/tenants/{tenantId}"],
        EACH_OF_THE_LIST,
    ),
    added("Directory.Read.All", &["GET /v1.0/organization/{id}"], AS_THE_LIST),
    added("Directory.ReadWrite.All", &["GET /v1.0/organization/{id}"], AS_THE_LIST),
    added("Organization.Read.All", &["GET /v1.0/organization/{id}"], AS_THE_LIST),
    added("Organization.ReadWrite.All", &["GET /v1.0/organization/{id}"], AS_THE_LIST),
    added("User.Read", &["GET /v1.0/organization/{id}"], AS_THE_LIST),
    added("Directory.Read.All", &["GET /v1.0/users/{id}/sponsors"], AS_MANAGERS),
    added("Directory.ReadWrite.All", &["GET /v1.0/users/{id}/sponsors"], AS_MANAGERS),
    added("Directory.Read.All", &["GET /v1.0/me"], APPLICATIONS_ARE_NOBODY),
    added("Directory.ReadWrite.All", &["GET /v1.0/me"], APPLICATIONS_ARE_NOBODY),
    added("User.Read.All", &["GET /v1.0/me"], APPLICATIONS_ARE_NOBODY),
    added("User.ReadWrite.All", &["GET /v1.0/me"], APPLICATIONS_ARE_NOBODY),
    added(
        "Directory.Read.All",
        &["POST /v1.0/directory/deletedItems/getUserOwnedObjects"],
        AS_GROUPS,
    ),
    added(
        "Directory.ReadWrite.All",
        &["POST /v1.0/directory/deletedItems/getUserOwnedObjects"],
        AS_GROUPS,
    ),
    added(
        "GroupMember.Read.All",
        &["POST /v1.0/directory/deletedItems/getUserOwnedObjects"],
        AS_GROUPS,
    ),
    added(
        "Directory.ReadWrite.All",
        &["GET /v1.0/applications", "GET /v1.0/servicePrincipals"],
        AS_ONE,
    ),
    added("Group.ReadWrite.All", &["POST /v1.0/directory/deletedItems/{id}/restore"], OF_GROUPS),
    added("GroupMember.ReadWrite.All", &["PATCH /v1.0/groups/{id}"], BOUND),
    added(
        "Group.Read.All",
        &["GET /v1.0/groups/{id}/transitiveMemberOf", "GET /v1.0/users/{id}/memberOf"],
        MORE_THAN_BASIC,
    ),
    added(
        "GroupMember.Read.All",
        &["GET /v1.0/groups/{id}/transitiveMemberOf", "GET /v1.0/users/{id}/memberOf"],
        MORE_THAN_BASIC,
    ),
    added(
        "Application.Read.All",
        &["POST /v1.0/directoryObjects/getAvailableExtensionProperties"],
        AS_EXTENSIONS,
    ),
    added("Application.Read.All", &["GET /v1.0/users/{id}/appRoleAssignments"], AS_ASSIGNED),
    added(
        "Application.ReadWrite.All",
        &["POST /v1.0/directoryObjects/getAvailableExtensionProperties"],
        AS_EXTENSIONS,
    ),
    added("Application.ReadWrite.All", &["GET /v1.0/users/{id}/appRoleAssignments"], AS_ASSIGNED),
    added(
        "Directory.ReadWrite.All",
        &["POST /v1.0/directoryObjects/getAvailableExtensionProperties"],
        AS_EXTENSIONS,
    ),
    added("Directory.ReadWrite.All", &["GET /v1.0/users/{id}/appRoleAssignments"], AS_ASSIGNED),
    added(
        "AppRoleAssignment.ReadWrite.All",
        &["GET /v1.0/servicePrincipals/{id}/appRoleAssignedTo"],
        AS_ASSIGNED,
    ),
];

const PART: &str =
    "it shows a part of the properties only, and filters and sorting would tell the others";
const OWNED: &str = "applications have no owners here";
const FOREIGN_PROPERTY: &str = "it is about properties that are not kept here";
const CLOUDS: &str = "there is one cloud";
const ONESELF: &str = "it is about oneself alone; `/me` answers";
const NO_DEVICES: &str = "there are no devices";
const OF_PRINCIPALS: &str = "it is published for service principals, which are in no groups here";
const READ_WILL_DO: &str = "it is published for one of two calls alike; `User.Read.All` is enough";
const BOTH: &str =
    "it is published as the second of two that are needed; here the first alone is enough";
const ASSIGN: &str =
    "assigning and taking back are one permission here, `AppRoleAssignment.ReadWrite.All`";
const TEMPLATES: &str = "the templates are a part of the policy, and are read with it";
const ACTIVE_TENANTS: &str =
    "it shows the tenants that have joined, in whoever's hands, one by one as in the list";
const EACH_OF_THE_LIST: &str = "it is enough for the list, which shows the same of each";
const AS_THE_LIST: &str = "it is enough for the list, which has this one element";
const AS_MANAGERS: &str = "it is enough to read users and their managers";
const APPLICATIONS_ARE_NOBODY: &str =
    "an application that acts by itself is refused all the same: it is no user";
const AS_GROUPS: &str = "it is enough to read groups, deleted ones too";
const AS_ONE: &str = "it is enough to read each of them";
const OF_GROUPS: &str = "it restores groups; the published row is about users";
const BOUND: &str = "it adds members in `members@odata.bind`, and changes nothing else";
const MORE_THAN_BASIC: &str = "it is more than `Group.ReadBasic.All`, which is published";
const AS_EXTENSIONS: &str = "it is enough to read the extensions of each application";
const AS_ASSIGNED: &str = "assignments are read alike from both of their ends";
