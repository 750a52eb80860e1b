//! Tenants, and the extension attributes that they define.

use serde::{Deserialize, Serialize};

use crate::{ApplicationId, Domain, Kind, Name, Shape, TenantId, Timestamp};

/// One directory: the boundary of isolation and administration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// Its display name.
    pub name: String,
    /// Verified domains, the initial one first: external users' names are made with that one.
    /// A domain belongs to one tenant of a server.
    pub domains: Vec<Domain>,
    /// When it was made.
    pub created: Timestamp,
    /// Raised whenever the tenant's own facts change, the domains above all.
    pub version: u64,
}

impl Tenant {
    /// The domain with which external users' names are made.
    pub fn initial_domain(&self) -> &Domain {
        self.domains.first().expect("a tenant is made with one domain and keeps it")
    }

    /// Whether the address lies in a verified domain.
    pub fn owns_address(&self, address: &str) -> bool {
        address.rsplit_once('@').is_some_and(|(_, domain)| {
            self.domains.iter().any(|own| own.as_str().eq_ignore_ascii_case(domain))
        })
    }
}

/// The type of a directory extension (graph-api.md 1.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExtensionType {
    /// Bytes, at most 256.
    Binary,
    /// True or false.
    Boolean,
    /// An instant.
    DateTime,
    /// A 32-bit integer.
    Integer,
    /// A 64-bit integer.
    LargeInteger,
    /// Text, at most 256 characters.
    String,
}

/// A directory extension: an attribute that a tenant defines for itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Extension {
    /// The short name, as in `badge`.
    pub name: String,
    /// The application that owns it and gives the full name its middle part.
    pub application: ApplicationId,
    /// Its type.
    pub data_type: ExtensionType,
    /// Whether it holds several values.
    pub multi_valued: bool,
    /// Whose attribute it is.
    pub targets: Vec<Kind>,
}

impl Extension {
    /// The name of the attribute: `extension_` application `_` name.
    pub fn attribute(&self) -> Name {
        Name::new(&format!("extension_{}_{}", self.application.0.simple(), self.name))
    }

    /// What its values look like.
    pub fn shape(&self) -> Shape {
        match (self.data_type, self.multi_valued) {
            (ExtensionType::Boolean, _) => Shape::Boolean,
            (ExtensionType::Integer | ExtensionType::LargeInteger, false) => Shape::Integer,
            (ExtensionType::Integer | ExtensionType::LargeInteger, true) => Shape::Integers,
            (ExtensionType::DateTime, false) => Shape::DateTime,
            (ExtensionType::DateTime, true) => Shape::DateTimes,
            (ExtensionType::String, false) => Shape::Text(256),
            (ExtensionType::String, true) => Shape::Texts(256),
            (ExtensionType::Binary, false) => Shape::Binary(344),
            (ExtensionType::Binary, true) => Shape::Texts(344),
        }
    }
}
