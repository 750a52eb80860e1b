//! Where a page of rules stands: the tenant, its configuration, whether people or groups are meant, and
//! whether the reader may change it.

use access::Permission;
use model::{Job, Kind, Mapping, Tenant};

use crate::{
    error::Error,
    frame::{Frame, Link, job_path},
    visit::Visit,
};

/// A page's place.
pub struct Place {
    /// The source.
    pub tenant: Tenant,
    /// The configuration.
    pub job: Job,
    /// People or groups.
    pub kind: Kind,
    /// Its address.
    pub base: String,
    /// Why the reader may not change it.
    pub why_not: Option<String>,
}

impl Place {
    /// From the address and the query.
    pub fn find(visit: &Visit) -> Result<Self, Error> {
        let tenant = visit.tenant()?;
        let job = visit.job(&tenant)?;
        let is_groups = |fields: &crate::form::Fields| fields.get("for") == Some("groups");
        let kind = match is_groups(visit.query()) || is_groups(visit.form()) {
            true => Kind::Group,
            false => Kind::User,
        };
        let base = job_path(&tenant, &job);
        let why_not = visit.why_not(Permission::WriteJobs, tenant.id);
        Ok(Self { tenant, job, kind, base, why_not })
    }

    /// Whether the page is about groups.
    pub fn is_groups(&self) -> bool {
        self.kind == Kind::Group
    }

    /// What says so in an address: empty for people.
    pub fn query(&self) -> &'static str {
        if self.is_groups() { "?for=groups" } else { "" }
    }

    /// The mappings that the page is about.
    pub fn mappings(&self) -> &[Mapping] {
        mappings_of(&self.job, self.kind)
    }

    /// The frame at a place of the configuration.
    pub fn frame(&self, visit: &Visit, title: String, place: &str) -> Frame {
        Frame::new(visit, title).in_job(&self.tenant, &self.job, place)
    }

    /// The pages about whom it takes.
    pub fn scope_tabs(&self, current: &str) -> Vec<Link> {
        self.tabs(
            &[
                ("/scope", text!("rules-tab-filter")),
                ("/scope/assigned", text!("rules-tab-assigned")),
                ("/scope/groups", text!("rules-tab-groups")),
            ],
            current,
        )
    }

    /// The pages about what flows.
    pub fn mapping_tabs(&self, current: &str) -> Vec<Link> {
        self.tabs(
            &[
                ("/mappings", text!("rules-tab-people")),
                ("/mappings?for=groups", text!("rules-tab-groups")),
                ("/mappings/tests", text!("rules-tab-tests")),
                ("/mappings/schema", text!("rules-tab-schema")),
            ],
            current,
        )
    }

    fn tabs(&self, all: &[(&str, String)], current: &str) -> Vec<Link> {
        let link = |(path, label): &(&str, String)| Link {
            is_current: *path == current,
            ..Link::new(format!("{}{path}", self.base), label.clone())
        };
        all.iter().map(link).collect()
    }
}

/// The mappings of people, or of groups.
pub fn mappings_of(job: &Job, kind: Kind) -> &[Mapping] {
    match kind {
        Kind::User => &job.mappings,
        Kind::Group => &job.groups.mappings,
    }
}

/// The same, to be changed.
pub fn mappings_of_mut(job: &mut Job, kind: Kind) -> &mut Vec<Mapping> {
    match kind {
        Kind::User => &mut job.mappings,
        Kind::Group => &mut job.groups.mappings,
    }
}
