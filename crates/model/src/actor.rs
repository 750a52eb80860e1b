//! Who does something. Every service takes one, decides by it and writes it into the audit log.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ApplicationId, JobId, MirrorId, ObjectId, RunId, TenantId};

/// The roles that a person can hold in a tenant, by their known names (cross-tenant-sync.md 2.0).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// Everything in the tenant.
    GlobalAdministrator,
    /// Cross-tenant access settings.
    SecurityAdministrator,
    /// Configurations: scope, mappings, runs.
    HybridIdentityAdministrator,
    /// Assignments, and the deletion of configurations.
    ApplicationAdministrator,
    /// Users and groups.
    UserAdministrator,
    /// Reads everything.
    GlobalReader,
    /// Reads logs and reports.
    ReportsReader,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 7] = [
        Self::GlobalAdministrator,
        Self::SecurityAdministrator,
        Self::HybridIdentityAdministrator,
        Self::ApplicationAdministrator,
        Self::UserAdministrator,
        Self::GlobalReader,
        Self::ReportsReader,
    ];

    /// The name as administrators know it.
    pub fn title(self) -> &'static str {
        match self {
            Self::GlobalAdministrator => "Global Administrator",
            Self::SecurityAdministrator => "Security Administrator",
            Self::HybridIdentityAdministrator => "Hybrid Identity Administrator",
            Self::ApplicationAdministrator => "Application Administrator",
            Self::UserAdministrator => "User Administrator",
            Self::GlobalReader => "Global Reader",
            Self::ReportsReader => "Reports Reader",
        }
    }
}

/// The application that a person uses, and what it may do in the person's name (graph-api.md 10.4,
/// delegated tokens).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Through {
    /// The application.
    pub application: ApplicationId,
    /// The Graph permissions that the token names. What the person may not do stays forbidden.
    pub scopes: Vec<String>,
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "type")]
pub enum Actor {
    /// The person who runs the server.
    Operator {
        /// The name of the system's user, for the audit log.
        name: String,
    },
    /// A person of a tenant, with the roles held there.
    User {
        /// The person's tenant.
        tenant: TenantId,
        /// The person.
        id: ObjectId,
        /// The person's user principal name when the request began.
        name: String,
        /// The person's roles in that tenant.
        roles: Vec<Role>,
        /// The application that the person uses; none at the command line and on our own pages.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        through: Option<Through>,
    },
    /// An application of a tenant, acting by itself.
    Application {
        /// The tenant that it is registered in.
        tenant: TenantId,
        /// The application.
        id: ApplicationId,
        /// Its name when the request began.
        name: String,
        /// The Graph permissions that it was granted there.
        grants: Vec<String>,
    },
    /// A configuration at work.
    Job {
        /// The source tenant, which owns the configuration.
        tenant: TenantId,
        /// The configuration.
        job: JobId,
        /// The run.
        run: RunId,
    },
    /// A mirror that takes in what another system lists.
    Mirror {
        /// The tenant that it fills.
        tenant: TenantId,
        /// The mirror.
        mirror: MirrorId,
    },
    /// The server itself, for what its clock makes due.
    System,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator { name } => write!(f, "operator {name}"),
            Self::User { name, .. } => write!(f, "user {name}"),
            Self::Application { name, .. } => write!(f, "app {name}"),
            Self::Job { job, .. } => write!(f, "job {job}"),
            Self::Mirror { mirror, .. } => write!(f, "mirror {mirror}"),
            Self::System => f.write_str("system"),
        }
    }
}
