//! What LDAP attributes mean: inetOrgPerson, posixAccount and the groups that go with them.
//!
//! `alias` holds the one-to-one names that exports use too; this table adds what only makes sense
//! when reading: several sources for one attribute, the best first.

use model::Kind;

/// LDAP attribute in lower case, Graph's name, and its rank among the sources of that attribute.
pub(super) const PERSON: &[(&str, &str, u8)] = &[
    ("entryuuid", "id", 0),
    ("cn", "displayName", 1),
    ("uid", "mailNickname", 1),
    ("departmentnumber", "department", 1),
    ("ou", "department", 2),
    ("o", "companyName", 1),
    ("street", "streetAddress", 1),
    ("postaladdress", "streetAddress", 2),
    ("c", "country", 2),
    ("roomnumber", "officeLocation", 1),
];

pub(super) const GROUP: &[(&str, &str, u8)] = &[
    ("entryuuid", "id", 0),
    ("cn", "displayName", 1),
    ("member", "members", 0),
    ("uniquemember", "members", 0),
    ("memberuid", "members", 0),
];

/// Object classes in lower case that make an entry a person, or a group.
pub(super) fn classes(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::User => {
            &["person", "organizationalperson", "inetorgperson", "posixaccount", "account", "user"]
        }
        Kind::Group => {
            &["groupofnames", "groupofuniquenames", "groupofmembers", "posixgroup", "group"]
        }
    }
}

/// Attributes that say what an entry is, which are read elsewhere.
pub(super) fn is_class(name: &str) -> bool {
    matches!(name, "objectclass" | "structuralobjectclass")
}
