//! A request as a value, whether it came over HTTP or as a part of a batch.

use model::Timestamp;

/// What is to happen to the resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Read it.
    Get,
    /// Add to it, or have it act.
    Post,
    /// Replace it.
    Put,
    /// Change it.
    Patch,
    /// Remove it.
    Delete,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Get, Self::Post, Self::Put, Self::Patch, Self::Delete];

    /// The method with this name, as HTTP writes it.
    pub fn find(name: &str) -> Option<Self> {
        Some(match name.to_ascii_uppercase().as_str() {
            "GET" => Self::Get,
            "POST" => Self::Post,
            "PUT" => Self::Put,
            "PATCH" => Self::Patch,
            "DELETE" => Self::Delete,
            _ => return None,
        })
    }

    /// Its name, as HTTP writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Which version of the interface is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// `/v1.0`.
    V1,
    /// `/beta`.
    Beta,
}

impl Version {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::V1, Self::Beta];

    /// The segment that stands for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "v1.0",
            Self::Beta => "beta",
        }
    }

    /// The version that a segment names.
    pub fn find(segment: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| segment.eq_ignore_ascii_case(version.as_str()))
    }
}

/// The headers that matter to answers (graph-api.md 0.2).
#[derive(Clone, Debug, Default)]
pub struct Headers {
    /// The token behind `Authorization: Bearer`.
    pub bearer: Option<String>,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `ConsistencyLevel`; `eventual` turns on advanced queries.
    pub consistency_level: Option<String>,
    /// `Prefer`, all of its values joined by commas.
    pub prefer: Option<String>,
    /// `client-request-id`.
    pub client_request_id: Option<String>,
    /// `If-Match`.
    pub if_match: Option<String>,
    /// `If-None-Match`.
    pub if_none_match: Option<String>,
}

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is to happen.
    pub method: Method,
    /// Which version of the interface.
    pub version: Version,
    /// The path behind the version, percent-coded as it came, with its leading slash.
    pub path: String,
    /// The query string as it came, without the question mark.
    pub query: Option<String>,
    /// The headers that matter.
    pub headers: Headers,
    /// The body as it came.
    pub body: Vec<u8>,
    /// Scheme, host and port under which the caller knows us: `https://localhost:8443`.
    pub origin: String,
    /// The id that this request has in logs, audit and answer.
    pub request_id: String,
    /// When it came.
    pub at: Timestamp,
}

impl Request {
    /// Whether the caller asked for advanced queries on directory objects (graph-api.md 1.3).
    pub fn is_eventual(&self) -> bool {
        self.headers
            .consistency_level
            .as_deref()
            .is_some_and(|level| level.eq_ignore_ascii_case("eventual"))
    }

    /// Whether a preference is among those that the caller named.
    pub fn prefers(&self, preference: &str) -> bool {
        let named = self.headers.prefer.as_deref().unwrap_or_default();
        named.split([',', ';']).any(|one| one.trim().eq_ignore_ascii_case(preference))
    }

    /// An address below the version under which the caller came: `https://host/v1.0/users`.
    pub fn url(&self, rest: &str) -> String {
        format!("{}/{}/{}", self.origin, self.version.as_str(), rest.trim_start_matches('/'))
    }
}
