//! What went wrong, as Graph says it (graph-api.md 0.5). The one place where a refusal of a service
//! becomes a status and a code.

use access::Denied;
use identity::Unauthenticated;
use model::KeyKind;
use serde_json::{Map, Value, json};
use store::StoreError;

use crate::{
    answer::{Answer, Body},
    request::Request,
};

/// A refusal with its status.
#[derive(Clone, Debug)]
pub struct Error {
    /// The status, as HTTP counts them.
    pub status: u16,
    /// The code that programs go by.
    pub code: &'static str,
    /// The sentence that people read.
    pub message: String,
    /// More about it, each with a code, a message and the property it is about.
    pub details: Vec<(&'static str, String, &'static str)>,
    /// Headers that belong to it.
    pub headers: Vec<(&'static str, String)>,
}

impl Error {
    /// A refusal.
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), details: Vec::new(), headers: Vec::new() }
    }

    /// The body, a property or a value is not what the call takes.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "Request_BadRequest", message)
    }

    /// The body lacks a property.
    pub fn required(name: &str) -> Self {
        Self::bad_request(format!("A value is required for property '{name}' of resource."))
    }

    /// Nobody has said yet into which tenant the job synchronizes: in Graph that is one of its secrets.
    pub fn no_target() -> Self {
        Self::new(
            400,
            "CredentialsMissing",
            "The synchronization credentials are missing: set 'CompanyId', the id of the target tenant, and 'AuthenticationType' among the secrets of the application.",
        )
    }

    /// The request as such is not one: an unknown segment, a query that cannot be parsed.
    pub fn bad_gateway_request(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message)
    }

    /// The question needs an advanced query, or is none that can be answered.
    pub fn unsupported_query(message: impl Into<String>) -> Self {
        Self::new(400, "Request_UnsupportedQuery", message)
    }

    /// The address takes other methods, and names them.
    pub fn not_allowed(methods: String) -> Self {
        let message = "Specified HTTP method is not allowed for the request target.";
        let mut refused = Self::new(405, "Request_BadRequest", message);
        refused.headers.push(("allow", methods));
        refused
    }

    /// The object is not there, or is none of the caller's: the same answer for both.
    pub fn not_found(name: &str) -> Self {
        let message = format!(
            "Resource '{name}' does not exist or one of its queried reference-property objects are not present."
        );
        Self::new(404, "Request_ResourceNotFound", message)
    }

    /// Another object holds the key already (graph-api.md 5.4).
    pub fn same_key(property: &'static str) -> Self {
        let message =
            format!("Another object with the same value for property {property} already exists.");
        Self::new(409, "Request_MultipleObjectsWithSameKeyValue", message.clone()).detail(
            "ConflictingObjects",
            &message,
            property,
        )
    }

    /// The property is none, or none that a caller sets.
    pub fn not_settable(name: &str) -> Self {
        Self::bad_request(format!(
            "The property '{name}' is unknown, read-only or of another type."
        ))
    }

    /// The object is no longer what the caller has read.
    pub fn moved() -> Self {
        Self::new(
            412,
            "Request_PreconditionFailed",
            "The object was changed since it was read; read it again.",
        )
    }

    /// The caller is an application, and asks about itself as if it were a person.
    pub fn nobody() -> Self {
        Self::bad_gateway_request("/me request is only valid with delegated authentication flow.")
    }

    /// The caller belongs to no tenant.
    pub(crate) fn no_tenant() -> Self {
        Self::new(
            403,
            "Authorization_IdentityNotFound",
            "The identity of the calling application could not be established.",
        )
    }

    /// The same refusal with a detail.
    pub fn detail(mut self, code: &'static str, message: &str, target: &'static str) -> Self {
        self.details.push((code, message.to_owned(), target));
        self
    }

    /// The answer to the request that was refused.
    pub fn answer(self, request: &Request) -> Answer {
        let client = request.headers.client_request_id.as_deref().unwrap_or(&request.request_id);
        let mut error = Map::new();
        error.insert("code".to_owned(), self.code.into());
        error.insert("message".to_owned(), self.message.into());
        if !self.details.is_empty() {
            let details = self.details.iter().map(|(code, message, target)| {
                json!({ "code": code, "message": message, "target": target })
            });
            error.insert("details".to_owned(), details.collect::<Vec<_>>().into());
        }
        let date = request.at.to_string();
        error.insert(
            "innerError".to_owned(),
            json!({
                // Without a zone letter, as clients have it (graph-api.md 0.5).
                "date": date.get(..19).unwrap_or(&date),
                "request-id": request.request_id,
                "client-request-id": client,
            }),
        );
        let document = json!({ "error": Value::Object(error) });
        Answer { status: self.status, body: Body::Json(document), headers: self.headers }
    }
}

impl From<Unauthenticated> for Error {
    fn from(error: Unauthenticated) -> Self {
        let mut refused = Self::new(401, "InvalidAuthenticationToken", error.to_string());
        refused.headers.push(("www-authenticate", "Bearer".to_owned()));
        refused
    }
}

impl From<Denied> for Error {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::NotFound => Self::not_found(""),
            Denied::Missing { .. } => Self::new(
                403,
                "Authorization_RequestDenied",
                "Insufficient privileges to complete the operation.",
            ),
        }
    }
}

impl From<directory::Error> for Error {
    fn from(error: directory::Error) -> Self {
        match error {
            directory::Error::NotFound { name, .. } => Self::not_found(&name),
            directory::Error::Denied(denied) => denied.into(),
            directory::Error::Taken { key, .. } => {
                let property = match key.kind {
                    KeyKind::UserPrincipalName => "userPrincipalName",
                    _ => "proxyAddresses",
                };
                let message = format!(
                    "Another object with the same value for property {property} already exists."
                );
                Self::bad_request(message.clone()).detail("ObjectConflict", &message, property)
            }
            directory::Error::Bound { collection } => Self::bad_request(format!(
                "One or more added object references already exist for the following modified properties: '{collection}'."
            )),
            directory::Error::Changed { .. } => Self::moved(),
            directory::Error::Busy { .. } => Self::new(
                409,
                "Directory_ConcurrencyViolation",
                "The object was changed at the same time; try again.",
            ),
            directory::Error::Store(error) => error.into(),
            directory::Error::Findings(found)
                if found.iter().any(|one| one.code == "target-not-chosen") =>
            {
                Self::no_target()
            }
            error => Self::bad_request(error.to_string()),
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NoTenant(id) => Self::not_found(&id.to_string()),
            // What failed is for the log of the server, not for the caller.
            _ => Self::new(503, "serviceNotAvailable", "The service is not available; try again."),
        }
    }
}

/// What Graph calls it when a run cannot begin or go on.
pub fn run_code(code: model::Code) -> &'static str {
    match code {
        // Without both consents the invitations of the target's people cannot be redeemed.
        model::Code::CONSENT_MISSING => "AzureDirectoryB2BManagementPolicyCheckFailure",
        model::Code::CONFIGURATION_INVALID => "schemaInvalid",
        model::Code::GROUPS_NOT_ALLOWED => "AzureDirectoryB2BManagementPolicyCheckFailure",
        _ => "Request_BadRequest",
    }
}

impl From<sync::Error> for Error {
    fn from(error: sync::Error) -> Self {
        match error {
            sync::Error::Directory(error) => error.into(),
            sync::Error::Store(StoreError::Busy { .. }) | sync::Error::Changed => Self::new(
                409,
                "Directory_ConcurrencyViolation",
                "The job is at work; try again in a moment.",
            ),
            sync::Error::Store(error) => error.into(),
            sync::Error::Stopped(reason) if reason.code == model::Code::TARGET_NOT_CHOSEN => {
                Self::no_target()
            }
            sync::Error::Stopped(reason) => {
                let message = format!("{}. {}", reason.sentence, reason.code.remedy());
                Self::new(400, run_code(reason.code), message)
            }
            sync::Error::Throttled { seconds, .. } => {
                let message = "The target is asked too much; try again later.";
                let mut throttled = Self::new(429, "TooManyRequests", message);
                throttled.headers.push(("retry-after", seconds.to_string()));
                throttled
            }
            // What failed is for the log of the server, not for the caller.
            sync::Error::Target(_) => {
                Self::new(503, "serviceNotAvailable", "The target did not answer; try again.")
            }
            sync::Error::Plan(text) => Self::bad_request(text),
        }
    }
}
