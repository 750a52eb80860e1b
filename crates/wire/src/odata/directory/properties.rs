//! What can be asked of which property: a row for each.

use model::{ExtensionType, Kind, Name};

/// Whether a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Support {
    /// Always.
    Default,
    /// As an advanced query.
    Advanced,
    /// Never.
    Never,
}

/// What a property holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Text,
    /// A list of them.
    Texts,
    Boolean,
    Number,
    Time,
    /// The object's own id.
    Id,
    /// Ways to sign in.
    Identities,
    /// Other lists of values with parts, of which we keep none.
    Records,
}

/// Where its value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Id,
    Created,
    Deleted,
    Attribute(Name),
    /// Nowhere: nobody has one.
    Absent,
}

/// A row.
#[derive(Clone, Debug)]
pub(super) struct Property {
    pub name: &'static str,
    pub kind: Type,
    pub place: Place,
    /// `eq` and `in`; of a list, inside `any`.
    pub equals: Support,
    /// `startswith`; of a list, inside `any`.
    pub starts: Support,
    /// `ge`, `gt`, `le`, `lt`
    pub compares: Support,
    /// `eq null`
    pub null: Support,
    /// `endswith`, which always takes an advanced query.
    pub ends: bool,
}

type Row = (&'static str, Type, &'static str);

/// Users, after graph-api.md 1.2. The letters are the columns eq, starts, ge/le and eq null: `d`
/// works by default, `a` as an advanced query, `-` not at all; an `e` behind them is `endswith`. Where
/// the reference leaves a column open it is `-`.
const USERS: &[Row] = &[
    ("id", Type::Id, "d---"),
    ("accountEnabled", Type::Boolean, "d---"),
    ("ageGroup", Type::Text, "d---"),
    ("assignedLicenses", Type::Records, "d---"),
    ("businessPhones", Type::Texts, "aa--"),
    ("city", Type::Text, "dd-a"),
    ("companyName", Type::Text, "aa-a"),
    ("consentProvidedForMinor", Type::Text, "d---"),
    ("country", Type::Text, "dd-a"),
    ("createdDateTime", Type::Time, "a-a-"),
    ("creationType", Type::Text, "d---"),
    ("deletedDateTime", Type::Time, "----"),
    ("department", Type::Text, "dd-a"),
    ("displayName", Type::Text, "ddda"),
    ("employeeHireDate", Type::Time, "a-a-"),
    ("employeeId", Type::Text, "dd-a"),
    ("employeeLeaveDateTime", Type::Time, "a-a-"),
    ("employeeOrgData/costCenter", Type::Text, "a--a"),
    ("employeeOrgData/division", Type::Text, "a--a"),
    ("employeeType", Type::Text, "a---"),
    ("externalUserState", Type::Text, "d---"),
    ("externalUserStateChangeDateTime", Type::Time, "d-d-"),
    ("faxNumber", Type::Text, "aa-a"),
    ("givenName", Type::Text, "dd-a"),
    ("identities", Type::Identities, "d--d"),
    ("isResourceAccount", Type::Boolean, "d---"),
    ("jobTitle", Type::Text, "dd-a"),
    ("mail", Type::Text, "dd-ae"),
    ("mailNickname", Type::Text, "dd-a"),
    ("mobilePhone", Type::Text, "aa-a"),
    ("officeLocation", Type::Text, "aa-a"),
    ("onPremisesDistinguishedName", Type::Text, "----"),
    ("onPremisesDomainName", Type::Text, "----"),
    ("onPremisesExtensionAttributes/extensionAttribute1", Type::Text, "a--a"),
    ("onPremisesExtensionAttributes/extensionAttribute2", Type::Text, "a--a"),
    ("onPremisesExtensionAttributes/extensionAttribute3", Type::Text, "a--a"),
    ("onPremisesExtensionAttributes/extensionAttribute4", Type::Text, "a--a"),
    ("onPremisesExtensionAttributes/extensionAttribute5", Type::Text, "a--a"),
    ("onPremisesExtensionAttributes/extensionAttribute6", Type::Text, "a--a"),
    ("onPremisesExtensionAttributes/extensionAttribute7", Type::Text, "a--a"),
    ("onPremisesExtensionAttributes/extensionAttribute8", Type::Text, "a--a"),
    ("onPremisesExtensionAttributes/extensionAttribute9", Type::Text, "a--a"),
    ("onPremisesExtensionAttributes/extensionAttribute10", Type::Text, "a--a"),
    ("onPremisesExtensionAttributes/extensionAttribute11", Type::Text, "a--a"),
    ("onPremisesExtensionAttributes/extensionAttribute12", Type::Text, "a--a"),
    ("onPremisesExtensionAttributes/extensionAttribute13", Type::Text, "a--a"),
    ("onPremisesExtensionAttributes/extensionAttribute14", Type::Text, "a--a"),
    ("onPremisesExtensionAttributes/extensionAttribute15", Type::Text, "a--a"),
    ("onPremisesImmutableId", Type::Text, "d---"),
    ("onPremisesLastSyncDateTime", Type::Time, "d-d-"),
    ("onPremisesProvisioningErrors", Type::Records, "d---"),
    ("onPremisesSamAccountName", Type::Text, "aa--"),
    ("onPremisesSecurityIdentifier", Type::Text, "---a"),
    ("onPremisesSyncEnabled", Type::Boolean, "d--a"),
    ("onPremisesUserPrincipalName", Type::Text, "----"),
    ("otherMails", Type::Texts, "dd--e"),
    ("passwordPolicies", Type::Text, "---a"),
    ("postalCode", Type::Text, "aa-a"),
    ("preferredLanguage", Type::Text, "aa-a"),
    ("proxyAddresses", Type::Texts, "dd--e"),
    ("securityIdentifier", Type::Text, "----"),
    ("showInAddressList", Type::Boolean, "a---"),
    ("state", Type::Text, "dd-a"),
    ("streetAddress", Type::Text, "aa-a"),
    ("surname", Type::Text, "dd-a"),
    ("usageLocation", Type::Text, "dd-a"),
    ("userPrincipalName", Type::Text, "ddd-e"),
    ("userType", Type::Text, "d--a"),
];

/// Groups, after graph-api.md 3.1, which has no columns: eq and starts of texts, ge/le of instants.
const GROUPS: &[Row] = &[
    ("id", Type::Id, "d---"),
    ("classification", Type::Text, "dd-a"),
    ("createdDateTime", Type::Time, "----"),
    ("deletedDateTime", Type::Time, "----"),
    ("description", Type::Text, "aa-a"),
    ("displayName", Type::Text, "ddda"),
    ("expirationDateTime", Type::Time, "a-a-"),
    ("groupTypes", Type::Texts, "d---"),
    ("isAssignableToRole", Type::Boolean, "d---"),
    ("mail", Type::Text, "dd-ae"),
    ("mailEnabled", Type::Boolean, "d---"),
    ("mailNickname", Type::Text, "dd-a"),
    ("membershipRule", Type::Text, "dd-a"),
    ("membershipRuleProcessingState", Type::Text, "----"),
    ("onPremisesLastSyncDateTime", Type::Time, "d-d-"),
    ("onPremisesSamAccountName", Type::Text, "dd--"),
    ("onPremisesSecurityIdentifier", Type::Text, "d--a"),
    ("onPremisesSyncEnabled", Type::Boolean, "d--a"),
    ("preferredLanguage", Type::Text, "----"),
    ("proxyAddresses", Type::Texts, "dd--e"),
    ("renewedDateTime", Type::Time, "d-d-"),
    ("securityEnabled", Type::Boolean, "d---"),
    ("securityIdentifier", Type::Text, "----"),
    ("theme", Type::Text, "----"),
    ("uniqueName", Type::Text, "d---"),
    ("visibility", Type::Text, "----"),
];

fn rows(kind: Kind) -> &'static [Row] {
    match kind {
        Kind::User => USERS,
        Kind::Group => GROUPS,
    }
}

/// The row of a property, by its path, in any case of letters.
pub(super) fn find(kind: Kind, path: &str) -> Option<Property> {
    let (name, what, letters) =
        rows(kind).iter().find(|(name, ..)| name.eq_ignore_ascii_case(path))?;
    let [equals, starts, compares, null] = columns(letters);
    let ends = letters.ends_with('e');
    let place = place(kind, name);
    Some(Property { name, kind: *what, place, equals, starts, compares, null, ends })
}

fn columns(letters: &str) -> [Support; 4] {
    let mut columns = letters.bytes().map(|letter| match letter {
        b'd' => Support::Default,
        b'a' => Support::Advanced,
        _ => Support::Never,
    });
    std::array::from_fn(|_| columns.next().unwrap_or(Support::Never))
}

/// Where we keep it: the attribute of that name, or of the name of the last member of its path.
fn place(kind: Kind, name: &'static str) -> Place {
    let name = name.rsplit('/').next().unwrap_or(name);
    match name {
        "id" => Place::Id,
        "createdDateTime" => Place::Created,
        "deletedDateTime" => Place::Deleted,
        name => match Name::find_known(name) {
            Some(name) if name.definition().is_some_and(|known| known.kinds.contains(&kind)) => {
                Place::Attribute(name)
            }
            _ => Place::Absent,
        },
    }
}

/// The row of a directory extension (graph-api.md 1.8): eq by default, ne and eq null advanced.
pub(super) fn extension(name: &str, kind: ExtensionType) -> Property {
    let kind = match kind {
        ExtensionType::Boolean => Type::Boolean,
        ExtensionType::DateTime => Type::Time,
        ExtensionType::Integer | ExtensionType::LargeInteger => Type::Number,
        ExtensionType::String | ExtensionType::Binary => Type::Text,
    };
    Property {
        name: "a directory extension",
        kind,
        place: Place::Attribute(Name::new(name)),
        equals: Support::Default,
        starts: Support::Default,
        compares: Support::Never,
        null: Support::Advanced,
        ends: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_its_columns_and_every_attribute_a_row() {
        for kind in [Kind::User, Kind::Group] {
            for (name, _, letters) in rows(kind) {
                assert!(letters.trim_end_matches('e').len() == 4, "{name}");
                assert!(letters.bytes().all(|letter| b"da-e".contains(&letter)), "{name}");
            }
            for (name, known) in Name::known().filter(|(_, known)| known.kinds.contains(&kind)) {
                let place = Place::Attribute(name.clone());
                let is_there = rows(kind).iter().any(|(row, ..)| self::place(kind, row) == place);
                assert!(is_there, "{} of a {kind}", known.name);
            }
        }
    }
}
