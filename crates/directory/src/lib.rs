//! Hosted tenants. Everything that is written into one goes through here, whoever asks: people on
//! the command line, applications, and the synchronization engine's own target.
//!
//! Each service takes an [`model::Actor`], asks `access` whether it may, checks what it writes, and
//! commits with the audit entry in the same transaction. Which people a synchronization writes is
//! decided on the line; here it is only made sure that a tenant stays in order.

mod applications;
mod audit;
mod audit_records;
mod bound;
mod configurations;
mod delta;
mod edges;
mod error;
mod extensions;
mod external;
mod file_import;
mod grants;
mod hanging;
mod import;
mod inbound;
mod invitations;
mod job_schema;
mod jobs;
mod keys;
mod lookup;
mod mirrored;
mod mirrors;
mod multitenant;
mod named;
mod nearest;
mod notices;
mod objects;
mod policies;
mod protection;
mod queries;
mod restored;
mod roles;
pub mod seal;
mod sign_in;
mod tenants;
mod validate;
mod write;

pub use applications::{
    Application, ApplicationChange, Certificate, NewApplication, NewCredential, Secret,
    digest_secret,
};
pub use audit::{AuditChain, AuditFound, AuditPage, AuditQuery};
pub use audit_records::{AuditRange, AuditRecord, AuditStretch};
pub use bound::{Bond, Bound};
pub use configurations::{Configuration, SETTINGS, SettingsChange};
pub use delta::{DeltaError, Mark, Part, Tie, Told, Touched, Watched};
pub use error::Error;
pub use extensions::NewExtension;
pub use file_import::{
    FileImport, ImportError, ImportReport, ImportStep, ImportTotals, ImportWatch, ImportWay,
    Notice, RowChange,
};
pub use grants::{GRAPH, GraphPermission, find_role, graph_permissions, graph_principal};
pub use hanging::{Hanging, HangingJob, Share};
pub use import::{Imported, Incoming};
pub use inbound::{Inbound, InboundError};
pub use invitations::{Invitation, Invited};
pub use job_schema::{GroupReading, Losses, Parsed, SchemaReading};
pub use jobs::NewJob;
pub use lookup::Managers;
pub use mirrored::{Effect, Mirrored, mirrored_id};
pub use mirrors::NewMirror;
pub use multitenant::{
    NewOrganization, Organization, OrganizationRole, OrganizationState, OrganizationTenant,
};
pub use objects::{ByKind, Change, DELETING, READING};
pub use policies::{PolicyChange, SyncConsent};
pub use protection::Protection;
pub use restored::Restoring;
pub use seal::{SealError, Sealer};
pub use sign_in::{Lock, Password, Provider, Session};
pub use tenants::NewTenant;

use std::sync::Arc;

use access::Permission;
use model::{Actor, Clock, IdSource, TenantId};
use store::Store;

/// The services of hosted tenants over one store.
#[derive(Clone)]
pub struct Directory {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    /// The HTTP request that is being answered, for the audit log.
    request: Option<Arc<str>>,
}

impl Directory {
    /// Services over a store, with the clock and the ids that the caller owns.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Self {
        Self { store, clock, ids, request: None }
    }

    /// The same services while they answer an HTTP request: what they write carries its id in the
    /// audit log.
    #[must_use]
    pub fn for_request(&self, id: &str) -> Self {
        Self { request: Some(id.into()), ..self.clone() }
    }

    /// The id of the request that they answer, for what others write into the audit log.
    pub fn request(&self) -> Option<&str> {
        self.request.as_deref()
    }

    /// Whether an actor may do one of several things in a tenant at all. Ways in ask before they read
    /// what the caller sent; every service decides again, about the thing itself.
    pub fn check_may(
        &self,
        actor: &Actor,
        tenant: TenantId,
        wishes: &[Permission],
    ) -> Result<(), Error> {
        Ok(access::check_any(actor, wishes, tenant)?)
    }

    /// The store, for reading.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// The clock that the services go by.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// The source of new ids.
    pub fn ids(&self) -> &Arc<dyn IdSource> {
        &self.ids
    }
}
