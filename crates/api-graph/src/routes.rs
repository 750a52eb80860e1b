//! All that is offered: one file for each kind of resource, and a line here.

mod access_policy;
mod application_templates;
mod applications;
mod audit_logs;
mod batch;
mod deleted_items;
mod delta;
mod directory_objects;
mod domains;
mod extension_properties;
mod groups;
mod invitations;
mod multi_tenant_organization;
mod organization;
mod relations;
mod service_principals;
mod synchronization;
mod tenant_relationships;
mod users;

use crate::route::Route;

/// Every row, in the order of the reference.
pub fn all() -> impl Iterator<Item = &'static Route> {
    [
        batch::ROUTES,
        users::ROUTES,
        groups::ROUTES,
        delta::ROUTES,
        relations::ROUTES,
        relations::COLLECTIONS.as_flattened(),
        deleted_items::ROUTES,
        invitations::ROUTES,
        directory_objects::ROUTES,
        extension_properties::ROUTES,
        organization::ROUTES,
        domains::ROUTES,
        access_policy::ROUTES,
        access_policy::PARTNERS,
        access_policy::TEMPLATES,
        application_templates::ROUTES,
        service_principals::ROUTES,
        service_principals::ASSIGNED,
        applications::ROUTES,
        synchronization::TEMPLATES,
        synchronization::ROUTES,
        synchronization::RUN,
        synchronization::VALIDATE,
        synchronization::ON_DEMAND,
        synchronization::SCHEMA,
        synchronization::SECRETS,
        tenant_relationships::ROUTES,
        multi_tenant_organization::ROUTES,
        audit_logs::PROVISIONING,
        audit_logs::DIRECTORY_AUDITS,
    ]
    .into_iter()
    .flatten()
}
