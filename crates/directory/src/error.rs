//! Why a service did not do what was asked, with a code for scripts and a hint for people.

use access::Denied;
use engine::Finding;
use model::{Job, Key};
use store::{Refused, StoreError};
use wire::schema::Unsupported;

use crate::Hanging;

/// A service's refusal. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or it is none of the caller's.
    #[error("no {kind} '{name}'")]
    NotFound {
        /// What kind of thing.
        kind: &'static str,
        /// What was asked for.
        name: String,
    },
    /// The name fits several things.
    #[error("'{name}' names several {kind}s: {candidates}")]
    Ambiguous {
        /// What kind of thing.
        kind: &'static str,
        /// What was asked for.
        name: String,
        /// What it could be.
        candidates: String,
    },
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A value that must be unique is taken.
    #[error("the {key} is taken by {holder}")]
    Taken {
        /// The value.
        key: Key,
        /// Who has it.
        holder: String,
    },
    /// Something of that name or id exists already.
    #[error("{what} exists already")]
    Exists {
        /// What.
        what: String,
    },
    /// The object is bound already.
    #[error("it is among the {collection} already")]
    Bound {
        /// What it is among.
        collection: &'static str,
    },
    /// The object is no longer what the caller has read.
    #[error("{what} was changed since it was read")]
    Changed {
        /// Which object.
        what: String,
    },
    /// What is to be changed of a configuration is no longer what the caller has seen.
    #[error("job {} was changed by somebody else since it was read", .present.name)]
    Moved {
        /// The configuration as it stands.
        present: Box<Job>,
    },
    /// A value is not what the attribute takes.
    #[error("{attribute}: {message}")]
    Invalid {
        /// The attribute or option.
        attribute: String,
        /// What is wrong.
        message: String,
    },
    /// A configuration has mistakes.
    #[error("the configuration has {} mistake(s): {}", .0.len(), list(.0))]
    Findings(Vec<Finding>),
    /// Parts of a schema would be left out that are not left out already.
    #[error("parts of the schema would be left out: {}", parts(.0))]
    LeftOut(Vec<Unsupported>),
    /// The tenant is not removed just like that.
    #[error("{tenant} is in use: {hanging}")]
    TenantInUse {
        /// Its name.
        tenant: String,
        /// Its initial domain.
        domain: String,
        /// What hangs on it.
        hanging: Box<Hanging>,
    },
    /// A limit, a wait or a pause is one that nobody can mean.
    #[error("the {limit} limit is refused: {fault}")]
    Limit {
        /// Which.
        limit: &'static str,
        /// Why.
        fault: &'static str,
    },
    /// What was given as a certificate is none.
    #[error("the certificate is refused: {fault}")]
    Certificate {
        /// Why.
        fault: &'static str,
    },
    /// Somebody else wrote at the same time, several times over.
    #[error("{what} keeps changing")]
    Busy {
        /// What.
        what: String,
    },
    /// The store did not answer.
    #[error(transparent)]
    Store(StoreError),
}

fn list(findings: &[Finding]) -> String {
    let lines = |finding: &Finding| -> String {
        finding.to_string().lines().map(|line| format!("\n  {line}")).collect()
    };
    findings.iter().map(lines).collect()
}

fn parts(left: &[Unsupported]) -> String {
    let part = |one: &Unsupported| format!("\n  {} at {}: {}", one.what, one.place, one.why);
    left.iter().map(part).collect()
}

impl Error {
    /// The machine code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } | Self::Denied(Denied::NotFound) => "not-found",
            Self::Ambiguous { .. } => "ambiguous-name",
            Self::Denied(_) => "not-allowed",
            Self::Taken { .. } => "value-taken",
            Self::Exists { .. } | Self::Bound { .. } => "exists",
            Self::Changed { .. } => "changed",
            Self::Moved { .. } => "job-moved",
            Self::Invalid { .. } => "invalid-value",
            Self::Limit { .. } => "limit-invalid",
            Self::Findings(_) => "configuration-invalid",
            Self::Certificate { .. } => "certificate-invalid",
            Self::LeftOut(_) => "schema-left-out",
            Self::TenantInUse { .. } => "tenant-in-use",
            Self::Busy { .. } => "busy",
            Self::Store(StoreError::Busy { .. }) => "job-busy",
            Self::Store(StoreError::Damaged(_)) => "storage-damaged",
            Self::Store(_) => "storage-failed",
        }
    }

    /// What to do about it, where that can be said.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotFound { kind, .. } => Some(match *kind {
                "job" => "see `syncline job list`".to_owned(),
                "user" | "group" => {
                    format!("see `syncline {kind} list`; deleted ones need --deleted")
                }
                "mirror" => "see `syncline mirror list`".to_owned(),
                "tenant" | "extension" | "app" => format!("see `syncline {kind} list`"),
                _ => return None,
            }),
            Self::Ambiguous { .. } => Some("use the id, or DOMAIN/NAME for a job".to_owned()),
            Self::Taken { .. } => Some("choose another value, or free it first".to_owned()),
            Self::TenantInUse { domain, .. } => Some(format!(
                "add --confirm {domain} to remove the tenant with those jobs; external users \
                 elsewhere stay as they are"
            )),
            Self::Limit { limit, .. } => Some(match *limit {
                "window-hours" => "1 to 8784 hours".to_owned(),
                "hold-days" => "1 to 3660 days, or 0 for as long as nobody decides".to_owned(),
                "smaller" => "0 to 100; 0 for never".to_owned(),
                "retries" | "quarantine" => {
                    "`syncline job show` tells what stands; both ends of a span can be given in one \
                     command"
                        .to_owned()
                }
                _ => "AT-MOST:PERCENT:AT-LEAST such as 500:10:10, at most 100 percent and not less at \
                      most than at least; or one number"
                    .to_owned(),
            }),
            Self::Certificate { .. } => Some(
                "give the file that begins with -----BEGIN CERTIFICATE-----, or the same as DER"
                    .to_owned(),
            ),
            Self::LeftOut(_) => Some(
                "nothing was changed; correct the document, or take the rest of it with \
                 `syncline job schema JOB import FILE --force`"
                    .to_owned(),
            ),
            Self::Busy { .. } => Some("try again".to_owned()),
            Self::Moved { .. } => {
                Some("look at what stands now, and make the change again".to_owned())
            }
            _ => None,
        }
    }

    pub(crate) fn not_found(kind: &'static str, name: impl ToString) -> Self {
        Self::NotFound { kind, name: name.to_string() }
    }

    pub(crate) fn invalid(attribute: impl ToString, message: impl Into<String>) -> Self {
        Self::Invalid { attribute: attribute.to_string(), message: message.into() }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NoTenant(id) => Self::not_found("tenant", id),
            StoreError::Taken { what, by } => {
                Self::Exists { what: format!("{what} (tenant {by})") }
            }
            other => Self::Store(other),
        }
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::KeyTaken { key, holder } => Self::Taken { key, holder: holder.to_string() },
            Refused::Moved { object, found: 0, .. } => Self::not_found("object", object),
            Refused::Moved { object, .. } => Self::Busy { what: object.to_string() },
            Refused::Exists { object } => Self::Exists { what: format!("object {object}") },
            Refused::DocumentMoved { collection, key, .. } => {
                Self::Busy { what: format!("{collection} {key}") }
            }
        }
    }
}
