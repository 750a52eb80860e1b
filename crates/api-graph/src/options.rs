//! The options behind the question mark, as `wire` reads them, and what Graph says when they are none.

use std::sync::OnceLock;

use directory::Directory;
use model::{ExtensionType, Kind, TenantId};
use wire::odata::{
    self, Code, Fault, Limits, Page,
    directory::{Asked, Question},
};

use crate::{call::Call, error::Error, request::Request};

/// The options of one request.
#[derive(Clone, Debug)]
pub struct Options(pub odata::Options);

impl Options {
    /// The options of a request.
    pub fn read(request: &Request) -> Result<Self, Error> {
        Self::read_within(request, Limits::USUAL)
    }

    /// The options of a request that may ask for more, or for less.
    pub fn read_within(request: &Request, limits: Limits) -> Result<Self, Error> {
        let query = request.query.as_deref().unwrap_or_default();
        Ok(Self(odata::Options::parse(query, limits)?))
    }

    /// The text of an option, by its name without the dollar sign.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.text(&format!("${name}"))
    }

    /// The names behind `$select`.
    pub fn select(&self) -> Option<Vec<String>> {
        let names = self.0.select.iter().map(|one| one.path.join("/"));
        (!self.0.select.is_empty()).then(|| names.collect())
    }

    /// How many objects a page is to hold.
    pub fn top(&self) -> Result<usize, Error> {
        Ok(self.0.page_size(Page::DIRECTORY)?)
    }

    /// Refuses options that the resource has no answer to.
    pub fn refuse(&self, names: &[&str]) -> Result<(), Error> {
        match names.iter().find(|name| self.get(name).is_some()) {
            Some(name) => Err(Error::unsupported_query(format!(
                "The query option '${name}' is not supported on this resource."
            ))),
            None => Ok(()),
        }
    }

    /// What is asked about objects of a kind.
    pub fn question(&self, call: &Call<'_>, kind: Kind, deleted: bool) -> Result<Question, Error> {
        let extensions = Extensions::new(&call.services.directory, call.tenant);
        let asked = Asked {
            kind,
            deleted,
            eventual: call.request.is_eventual(),
            extension: &|name| extensions.find(name),
        };
        Ok(asked.lower(&self.0)?)
    }
}

/// The extensions of a tenant, read when the first one is asked about.
struct Extensions<'a> {
    directory: &'a Directory,
    tenant: TenantId,
    read: OnceLock<Vec<model::Extension>>,
}

impl<'a> Extensions<'a> {
    fn new(directory: &'a Directory, tenant: TenantId) -> Self {
        Self { directory, tenant, read: OnceLock::new() }
    }

    fn find(&self, name: &str) -> Option<ExtensionType> {
        let all = self.read.get_or_init(|| {
            let read = self.directory.read_extensions(self.tenant);
            read.map(|(extensions, _)| extensions).unwrap_or_default()
        });
        let found = all.iter().find(|extension| extension.attribute().as_str() == name);
        found.map(|extension| extension.data_type)
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault.code {
            Code::BadRequest => Self::bad_gateway_request(fault.to_string()),
            Code::RequestBadRequest => Self::bad_request(fault.to_string()),
            Code::UnsupportedQuery => Self::unsupported_query(fault.to_string()),
        }
    }
}
