//! The Graph-compatible way in: requests as Microsoft Graph takes them, answered from the services.
//!
//! A request becomes a [`Request`], finds its row in the table of [`routes`], and is answered by one
//! plain function that asks the services and shapes what they say. The functions decide nothing: who
//! may is asked in `access` by every service, what is valid by `directory`, what a run does by `sync`.
//! Since a request is a value, `$batch` answers its parts the same way. Only `http` knows a runtime.

mod answer;
mod body;
mod call;
pub mod differences;
mod error;
mod expand;
mod http;
mod limits;
mod list;
mod objects;
pub mod offer;
mod options;
mod password;
mod path;
mod principals;
mod properties;
mod reference;
mod related;
mod request;
mod route;
mod routes;
mod small;
mod token;

pub use answer::{Answer, Body};
pub use error::Error;
pub use http::router;
pub use limits::Limits;
pub use request::{Headers, Method, Request, Version};
pub use route::Route;
pub use routes::all as routes;

use directory::Directory;
use identity::Identity;
use model::Kind;
use store::Deleted;
use sync::Sync;

/// What requests are answered from.
#[derive(Clone)]
pub struct Services {
    /// Hosted tenants.
    pub directory: Directory,
    /// Runs, plans and logs.
    pub sync: Sync,
    /// Who the caller is.
    pub identity: Identity,
    /// How much each caller may ask.
    pub limits: Limits,
}

impl Services {
    /// Answers one request to its end. It blocks; what goes wrong is an answer as well.
    pub fn answer(&self, request: &Request) -> Answer {
        let answered = match self.identity.authenticate(request.headers.bearer.as_deref()) {
            Ok(actor) => self.answer_as(&actor, request),
            Err(error) => Err(error.into()),
        };
        answered.unwrap_or_else(|error| error.answer(request))
    }

    /// Answers a request of somebody who is known already: parts of a batch, and tests, which have no
    /// tokens.
    pub fn answer_for(&self, actor: &model::Actor, request: &Request) -> Answer {
        self.answer_as(actor, request).unwrap_or_else(|error| error.answer(request))
    }

    /// The services while they answer a request: what they write names it in the audit log.
    fn for_request(&self, id: &str) -> Self {
        Self {
            directory: self.directory.for_request(id),
            sync: self.sync.for_request(id),
            identity: self.identity.for_request(id),
            ..self.clone()
        }
    }

    fn answer_as(&self, actor: &model::Actor, request: &Request) -> Result<Answer, Error> {
        let own = call::own_path(actor, request)?;
        let request = own.as_ref().unwrap_or(request);
        let (route, keys) = route::find(request)?;
        let tenant = call::tenant_of(actor).ok_or_else(Error::no_tenant)?;
        let services = &self.for_request(&request.request_id);
        // A tenant that cannot be counted is answered as a small one, by what then fails.
        let store = self.directory.store();
        let users = || store.count(tenant, Kind::User, Deleted::Without).unwrap_or_default();
        let charge = self.limits.charge(actor, tenant, route, request, users)?;
        let needs = route.needs;
        let call = call::Call { services, actor, tenant, request, needs, keys };
        charge.told(call.check().and_then(|()| (route.handler)(&call)))
    }
}
