//! Keys: what an object is looked up by, and what no two objects of a tenant may share.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{HomeIdentity, TenantId};

/// What kind of key it is. The numbers are stored; they never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum KeyKind {
    /// A user principal name.
    UserPrincipalName = 1,
    /// A mail address: `mail` or one of `proxyAddresses`, unique across users and groups.
    Address = 2,
    /// The home identity of an external user.
    Home = 3,
}

impl KeyKind {
    /// The kind behind a stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        match number {
            1 => Some(Self::UserPrincipalName),
            2 => Some(Self::Address),
            3 => Some(Self::Home),
            _ => None,
        }
    }
}

/// One key. Two objects of a tenant never hold the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Key {
    /// What kind.
    pub kind: KeyKind,
    /// The folded text: equal bytes mean equal keys, in every backend.
    pub value: String,
}

impl Key {
    /// The key of a user principal name; letters compare without case.
    pub fn user_principal_name(text: &str) -> Self {
        Self { kind: KeyKind::UserPrincipalName, value: fold(text) }
    }

    /// The key of a mail address, with or without an `smtp:` before it.
    pub fn address(text: &str) -> Self {
        let bare = match text.split_once(':') {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("smtp") => rest,
            _ => text,
        };
        Self { kind: KeyKind::Address, value: fold(bare) }
    }

    /// The key of a home identity.
    pub fn home(home: HomeIdentity) -> Self {
        // The object id first: ids that were made in order then stand side by side in an index.
        let value = format!("{}{}", home.object.0.simple(), home.tenant.0.simple());
        Self { kind: KeyKind::Home, value }
    }

    /// The tenant of a home identity's key; none for keys of other kinds.
    pub fn home_tenant(&self) -> Option<TenantId> {
        let is_home = self.kind == KeyKind::Home;
        is_home.then(|| self.value.get(32..)?.parse().ok()).flatten()
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            KeyKind::UserPrincipalName => write!(f, "user principal name {}", self.value),
            KeyKind::Address => write!(f, "address {}", self.value),
            KeyKind::Home => write!(f, "home identity {}", self.value),
        }
    }
}

/// A text as it compares for uniqueness and look-ups: letters without their case, of every script.
/// It is done here and not by a backend's database, whose idea of letters depends on its version and
/// on the machine.
pub fn fold(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { text.to_lowercase() }
}
