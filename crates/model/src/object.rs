//! Users and groups of a hosted tenant.

use serde::{Deserialize, Serialize};

use crate::{Attributes, Kind, Name, ObjectId, Receipt, TenantId, Timestamp, Value};

/// How many days a deleted object can be restored (cross-tenant-sync.md 5.6).
pub const RETENTION_DAYS: i64 = 30;

/// Where an external user comes from: the stable pair that says that two accounts are one person.
/// Appendix A 4 of cross-tenant-sync.md matches on it; a tenant holds each pair once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HomeIdentity {
    /// The home tenant.
    pub tenant: TenantId,
    /// The person's object id there.
    pub object: ObjectId,
}

/// A user or a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its public id, unique in the tenant, never changed.
    pub id: ObjectId,
    /// User or group.
    pub kind: Kind,
    /// All that it holds by name.
    pub attributes: Attributes,
    /// For a user who came from another tenant and is known there by id. A guest invited by mail
    /// has none until the first synchronization.
    pub home: Option<HomeIdentity>,
    /// When it was made.
    pub created: Timestamp,
    /// Since when it lies among the deleted objects.
    pub deleted: Option<Timestamp>,
    /// The synchronization that wrote it last, if any did.
    pub receipt: Option<Receipt>,
    /// The number of the change that wrote it last; the store sets it at commit.
    pub version: u64,
}

impl Object {
    /// The attribute's text.
    pub fn text(&self, name: &Name) -> Option<&str> {
        self.attributes.text(name)
    }

    /// Its display name, or its id when it has none.
    pub fn display_name(&self) -> String {
        self.text(&Name::DISPLAY_NAME).map_or_else(|| self.id.to_string(), str::to_owned)
    }

    /// What people call it: the user principal name, else the display name, else the id.
    pub fn label(&self) -> String {
        self.text(&Name::USER_PRINCIPAL_NAME).map_or_else(|| self.display_name(), str::to_owned)
    }

    /// Whether the user signs in elsewhere (cross-tenant-sync.md 1.2): invited, or known by a home
    /// identity, or holding an identity of another issuer.
    pub fn is_external(&self) -> bool {
        self.home.is_some()
            || self.text(&Name::CREATION_TYPE) == Some("Invitation")
            || self.identities().iter().any(|identity| identity.sign_in_type == "federated")
    }

    /// Whether the user may sign in. A user about whom nothing is said may.
    pub fn is_enabled(&self) -> bool {
        self.attributes.get(&Name::ACCOUNT_ENABLED).and_then(Value::as_boolean) != Some(false)
    }

    /// Whether the user was invited and has not answered.
    pub fn is_pending(&self) -> bool {
        self.text(&Name::EXTERNAL_USER_STATE) == Some("PendingAcceptance")
    }

    /// Member or Guest.
    pub fn user_type(&self) -> UserType {
        match self.text(&Name::USER_TYPE) {
            Some(text) if text.eq_ignore_ascii_case("guest") => UserType::Guest,
            _ => UserType::Member,
        }
    }

    /// The user's sign-in identities (graph-api.md 1.4).
    pub fn identities(&self) -> Vec<Identity> {
        self.attributes
            .get(&Name::IDENTITIES)
            .map(|value| value.members().iter().filter_map(Identity::from_value).collect())
            .unwrap_or_default()
    }
}

/// A person's relation to the tenant, independent of where the person signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum UserType {
    /// Belongs to the organization.
    Member,
    /// Visits it.
    Guest,
}

impl UserType {
    /// The value as Graph writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "Member",
            Self::Guest => "Guest",
        }
    }
}

/// One way to sign in (graph-api.md 1.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// `userPrincipalName`, `federated`, `emailAddress`, `userName` or a custom kind.
    pub sign_in_type: String,
    /// Who vouches for it.
    pub issuer: String,
    /// The id that the issuer gave; none for another tenant's account.
    pub issuer_assigned_id: Option<String>,
}

impl Identity {
    /// The identity in a value of the `identities` attribute.
    pub fn from_value(value: &Value) -> Option<Self> {
        let Value::Record(members) = value else { return None };
        let text = |name: &str| {
            members
                .iter()
                .find(|(member, _)| member == name)
                .and_then(|(_, value)| value.as_text())
                .map(str::to_owned)
        };
        Some(Self {
            sign_in_type: text("signInType")?,
            issuer: text("issuer")?,
            issuer_assigned_id: text("issuerAssignedId"),
        })
    }

    /// The value that the `identities` attribute holds for it.
    pub fn to_value(&self) -> Value {
        let mut members = vec![
            ("signInType".to_owned(), Value::text(&self.sign_in_type)),
            ("issuer".to_owned(), Value::text(&self.issuer)),
        ];
        if let Some(id) = &self.issuer_assigned_id {
            members.push(("issuerAssignedId".to_owned(), Value::text(id)));
        }
        Value::Record(members)
    }
}
