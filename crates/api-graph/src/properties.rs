//! Users and groups as Graph shows them: which properties there are, which come unasked, and how
//! each is written (graph-api.md 1.2 and 3.1).
//!
//! A [`Selection`] is made once for a request and then writes every object of the page straight into
//! the answer's text: a page of 999 users builds no trees.

use std::io::Write as _;

use model::{Identity, Kind, Name, Object, Shape, Value};

use crate::error::Error;

/// What comes without `$select`.
const USER_DEFAULT: &[&str] = &[
    "businessPhones",
    "displayName",
    "givenName",
    "id",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
];

const GROUP_DEFAULT: &[&str] = &[
    "id",
    "deletedDateTime",
    "classification",
    "createdDateTime",
    "description",
    "displayName",
    "expirationDateTime",
    "groupTypes",
    "isAssignableToRole",
    "mail",
    "mailEnabled",
    "mailNickname",
    "membershipRule",
    "membershipRuleProcessingState",
    "onPremisesDomainName",
    "onPremisesLastSyncDateTime",
    "onPremisesNetBiosName",
    "onPremisesProvisioningErrors",
    "onPremisesSamAccountName",
    "onPremisesSecurityIdentifier",
    "onPremisesSyncEnabled",
    "preferredDataLocation",
    "preferredLanguage",
    "proxyAddresses",
    "renewedDateTime",
    "securityEnabled",
    "securityIdentifier",
    "theme",
    "uniqueName",
    "visibility",
];

/// Properties of users that are known and held by nobody here: they are null.
const USER_NULLS: &[&str] = &[
    "aboutMe",
    "birthday",
    "cloudRealtimeCommunicationInfo",
    "deviceEnrollmentLimit",
    "hireDate",
    "isManagementRestricted",
    "lastPasswordChangeDateTime",
    "legalAgeGroupClassification",
    "mailboxSettings",
    "mySite",
    "onPremisesLastSyncDateTime",
    "passwordProfile",
    "preferredDataLocation",
    "preferredName",
    "print",
    "refreshTokensValidFromDateTime",
    "securityIdentifier",
    "signInActivity",
    "signInSessionsValidFromDateTime",
];

const USER_LISTS: &[&str] = &[
    "assignedLicenses",
    "assignedPlans",
    "authorizationInfo",
    "deviceKeys",
    "imAddresses",
    "interests",
    "licenseAssignmentStates",
    "onPremisesProvisioningErrors",
    "pastProjects",
    "provisionedPlans",
    "responsibilities",
    "schools",
    "serviceProvisioningErrors",
    "skills",
];

/// Properties that only the answer about one user holds.
const USER_SINGLE_ONLY: &[&str] = &[
    "aboutMe",
    "birthday",
    "hireDate",
    "interests",
    "mailboxSettings",
    "mySite",
    "pastProjects",
    "preferredName",
    "responsibilities",
    "schools",
    "skills",
];

const GROUP_NULLS: &[&str] = &[
    "classification",
    "expirationDateTime",
    "hasMembersWithLicenseErrors",
    "isAssignableToRole",
    "isManagementRestricted",
    "membershipRule",
    "membershipRuleProcessingState",
    "onPremisesDomainName",
    "onPremisesLastSyncDateTime",
    "onPremisesNetBiosName",
    "onPremisesSamAccountName",
    "onPremisesSecurityIdentifier",
    "onPremisesSyncEnabled",
    "preferredDataLocation",
    "preferredLanguage",
    "securityIdentifier",
    "theme",
    "uniqueName",
];

const GROUP_LISTS: &[&str] = &[
    "assignedLabels",
    "assignedLicenses",
    "creationOptions",
    "onPremisesProvisioningErrors",
    "resourceBehaviorOptions",
    "resourceProvisioningOptions",
    "serviceProvisioningErrors",
];

/// Complex properties and the attributes of ours that are their members.
pub const EMPLOYEE: (&str, &[&str]) = ("employeeOrgData", &["costCenter", "division"]);
/// See [`EMPLOYEE`].
pub const ON_PREMISES_EXTENSIONS: (&str, &[&str]) = (
    "onPremisesExtensionAttributes",
    &[
        "extensionAttribute1",
        "extensionAttribute2",
        "extensionAttribute3",
        "extensionAttribute4",
        "extensionAttribute5",
        "extensionAttribute6",
        "extensionAttribute7",
        "extensionAttribute8",
        "extensionAttribute9",
        "extensionAttribute10",
        "extensionAttribute11",
        "extensionAttribute12",
        "extensionAttribute13",
        "extensionAttribute14",
        "extensionAttribute15",
    ],
);

/// The complex property with this name.
pub fn complex(kind: Kind, name: &str) -> Option<(&'static str, &'static [&'static str])> {
    let all = [EMPLOYEE, ON_PREMISES_EXTENSIONS];
    all.into_iter().find(|(own, _)| kind == Kind::User && own.eq_ignore_ascii_case(name))
}

/// Where a property's value is found.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    Id,
    Created,
    Deleted,
    Identities,
    Attribute { name: Name, is_list: bool },
    Complex(Vec<(&'static str, Name)>),
    Extension(Name),
    Null,
    EmptyList,
}

/// One property of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Property {
    name: String,
    source: Source,
}

/// The properties of a kind of object that an answer shows.
#[derive(Clone, Debug)]
pub struct Selection {
    kind: Kind,
    properties: Vec<Property>,
    /// The names as the caller wrote them; none for the default set.
    asked: Option<Vec<String>>,
}

/// Facts of the tenant that show in its objects.
pub struct Facts {
    /// The initial domain.
    pub domain: String,
}

/// Whether the answer is about one object or a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// One object.
    Single,
    /// A collection.
    Collection,
}

impl Selection {
    /// What comes unasked.
    pub fn default_of(kind: Kind) -> Self {
        let names = match kind {
            Kind::User => USER_DEFAULT,
            Kind::Group => GROUP_DEFAULT,
        };
        let find = |name: &&str| find(kind, name).expect("what comes unasked is known");
        Self { kind, properties: names.iter().map(find).collect(), asked: None }
    }

    /// Every property that is known, without directory extensions.
    pub fn all_of(kind: Kind) -> Self {
        let known = Name::known().filter(|(_, one)| one.kinds.contains(&kind));
        let mut names: Vec<&str> = vec!["id", "createdDateTime", "deletedDateTime"];
        names.extend(known.map(|(_, one)| one.name).filter(|name| inner(name).is_none()));
        if kind == Kind::User {
            names.extend([EMPLOYEE.0, ON_PREMISES_EXTENSIONS.0]);
        }
        let properties = names.into_iter().filter_map(|name| find(kind, name)).collect();
        Self { kind, properties, asked: None }
    }

    /// What was asked for, or what comes unasked. The id comes always; names that stand for relations
    /// (`manager`, `members`) are the caller's to look at.
    pub fn of(
        kind: Kind,
        names: Option<&[impl AsRef<str>]>,
        place: Place,
        relations: &[&str],
    ) -> Result<Self, Error> {
        let Some(names) = names.filter(|names| !names.is_empty()) else {
            return Ok(Self::default_of(kind));
        };
        if names.iter().any(|name| name.as_ref() == "*") {
            return Ok(Self::all_of(kind));
        }
        let mut selection = Self { kind, properties: Vec::new(), asked: Some(Vec::new()) };
        for name in names.iter().map(AsRef::as_ref) {
            if place == Place::Collection
                && kind == Kind::User
                && USER_SINGLE_ONLY.iter().any(|own| own.eq_ignore_ascii_case(name))
            {
                return Err(Error::new(
                    501,
                    "NotImplemented",
                    "This operation target is not yet supported.",
                ));
            }
            if relations.iter().any(|own| own.eq_ignore_ascii_case(name)) {
                continue;
            }
            selection.add(name)?;
        }
        let asked = selection.properties.iter().map(|one| one.name.clone()).collect();
        selection.asked = Some(asked);
        if !selection.properties.iter().any(|one| one.source == Source::Id) {
            selection.properties.push(Property { name: "id".to_owned(), source: Source::Id });
        }
        Ok(selection)
    }

    fn add(&mut self, name: &str) -> Result<(), Error> {
        let Some(property) = find(self.kind, name) else {
            return Err(unknown_property(self.kind, name));
        };
        if !self.properties.contains(&property) {
            self.properties.push(property);
        }
        Ok(())
    }

    /// Whether the name is one of a property of that kind.
    pub fn knows(kind: Kind, name: &str) -> bool {
        find(kind, name).is_some()
    }

    /// What stands in brackets behind the collection in `@odata.context`: `(displayName,id)`.
    pub fn context(&self) -> String {
        match &self.asked {
            None => String::new(),
            Some(names) => format!("({})", names.join(",")),
        }
    }

    /// Writes the members of an object, without its braces.
    pub fn write(&self, facts: &Facts, object: &Object, out: &mut Vec<u8>) {
        let mut is_first = true;
        for property in &self.properties {
            let is_absent = matches!(&property.source, Source::Extension(name)
                if object.attributes.get(name).is_none());
            if !is_absent {
                write_name(out, &mut is_first, &property.name);
                property.write(facts, object, out);
            }
        }
    }

    /// Writes those members that hold something, and those that `shows` names although they hold
    /// nothing; with `only`, no others. The id comes always.
    pub fn write_held(
        &self,
        facts: &Facts,
        object: &Object,
        changed: &dyn Fn(&Name) -> bool,
        only: bool,
        out: &mut Vec<u8>,
    ) {
        let mut is_first = true;
        for property in &self.properties {
            let is_changed = property.names().any(changed);
            let shown = match &property.source {
                Source::Id => true,
                _ if only => is_changed,
                _ => is_changed || property.is_held(object),
            };
            if shown {
                write_name(out, &mut is_first, &property.name);
                property.write(facts, object, out);
            }
        }
    }

    /// Whether one of these attributes shows in the selection.
    pub fn shows(&self, name: &Name) -> bool {
        self.properties.iter().any(|property| property.names().any(|own| own == name))
    }
}

impl Property {
    /// The attributes that the value is made of.
    fn names(&self) -> Box<dyn Iterator<Item = &Name> + '_> {
        match &self.source {
            Source::Attribute { name, .. } | Source::Extension(name) => {
                Box::new(std::iter::once(name))
            }
            Source::Identities => {
                Box::new([&Name::IDENTITIES, &Name::USER_PRINCIPAL_NAME].into_iter())
            }
            Source::Complex(parts) => Box::new(parts.iter().map(|(_, name)| name)),
            _ => Box::new(std::iter::empty()),
        }
    }

    fn is_held(&self, object: &Object) -> bool {
        match &self.source {
            Source::Id | Source::Created | Source::Identities => true,
            Source::Deleted => object.deleted.is_some(),
            Source::Null | Source::EmptyList => false,
            _ => self.names().any(|name| object.attributes.get(name).is_some()),
        }
    }

    fn write(&self, facts: &Facts, object: &Object, out: &mut Vec<u8>) {
        match &self.source {
            Source::Id => write_json(out, &object.id),
            Source::Created => write_json(out, &object.created),
            Source::Deleted => write_json(out, &object.deleted),
            Source::Identities => write_json(out, &identities(facts, object)),
            Source::Null => out.extend_from_slice(b"null"),
            Source::EmptyList => out.extend_from_slice(b"[]"),
            Source::Extension(name) => write_value(out, object.attributes.get(name), b"null"),
            // So that nobody takes a deleted user for the one who has the name now (graph-api.md 1.7).
            Source::Attribute { name, .. }
                if *name == Name::USER_PRINCIPAL_NAME && object.deleted.is_some() =>
            {
                let held = object.text(name).unwrap_or_default();
                write_json(out, &format!("{}{held}", object.id.0.simple()));
            }
            Source::Attribute { name, is_list } => {
                let empty: &[u8] = if *is_list { b"[]" } else { b"null" };
                write_value(out, object.attributes.get(name), empty);
            }
            Source::Complex(parts) => {
                let is_held = parts.iter().any(|(_, name)| object.attributes.get(name).is_some());
                // Employee data is null as a whole; the fifteen are always there.
                if !is_held && self.name == EMPLOYEE.0 {
                    out.extend_from_slice(b"null");
                    return;
                }
                let mut is_first = true;
                out.push(b'{');
                for (member, name) in parts {
                    write_name(out, &mut is_first, member);
                    write_value(out, object.attributes.get(name), b"null");
                }
                out.push(b'}');
            }
        }
    }
}

fn write_name(out: &mut Vec<u8>, is_first: &mut bool, name: &str) {
    if !*is_first {
        out.push(b',');
    }
    *is_first = false;
    write!(out, "\"{name}\":").expect("a vector takes all");
}

fn write_value(out: &mut Vec<u8>, value: Option<&Value>, empty: &[u8]) {
    match value {
        Some(value) => write_json(out, value),
        None => out.extend_from_slice(empty),
    }
}

fn write_json(out: &mut Vec<u8>, value: &impl serde::Serialize) {
    serde_json::to_writer(out, value).expect("plain data has a JSON text");
}

/// The user principal name is an identity of its own (graph-api.md 1.4), before those that are held.
fn identities(facts: &Facts, object: &Object) -> Vec<serde_json::Value> {
    let own = object.text(&Name::USER_PRINCIPAL_NAME).map(|name| Identity {
        sign_in_type: "userPrincipalName".to_owned(),
        issuer: facts.domain.clone(),
        issuer_assigned_id: Some(name.to_owned()),
    });
    let held = object.identities().into_iter();
    let others = held.filter(|identity| identity.sign_in_type != "userPrincipalName");
    let show = |identity: Identity| {
        serde_json::json!({
            "signInType": identity.sign_in_type,
            "issuer": identity.issuer,
            "issuerAssignedId": identity.issuer_assigned_id,
        })
    };
    own.into_iter().chain(others).map(show).collect()
}

/// Refusal of a name that is no property.
pub fn unknown_property(kind: Kind, name: &str) -> Error {
    Error::bad_gateway_request(format!(
        "Could not find a property named '{name}' on type 'microsoft.graph.{kind}'."
    ))
}

/// Whether an attribute is a member of a complex property and none by itself.
fn inner(name: &str) -> Option<&'static str> {
    let all = [EMPLOYEE, ON_PREMISES_EXTENSIONS];
    all.into_iter().find(|(_, members)| members.contains(&name)).map(|(outer, _)| outer)
}

/// The property with this name, in any case.
fn find(kind: Kind, name: &str) -> Option<Property> {
    let property = |name: &str, source| Some(Property { name: name.to_owned(), source });
    let among =
        |list: &[&'static str]| list.iter().find(|own| own.eq_ignore_ascii_case(name)).copied();
    match name.to_ascii_lowercase().as_str() {
        "id" => return property("id", Source::Id),
        "createddatetime" => return property("createdDateTime", Source::Created),
        "deleteddatetime" => return property("deletedDateTime", Source::Deleted),
        "reneweddatetime" if kind == Kind::Group => {
            return property("renewedDateTime", Source::Created);
        }
        "identities" if kind == Kind::User => return property("identities", Source::Identities),
        lower if lower.starts_with("extension_") => {
            return property(name, Source::Extension(Name::new(name)));
        }
        _ => {}
    }
    if let Some((outer, members)) = complex(kind, name) {
        let parts = members.iter().map(|member| (*member, Name::new(member))).collect();
        return property(outer, Source::Complex(parts));
    }
    if let Some(known) = Name::find_known(name) {
        let definition = known.definition()?;
        if definition.kinds.contains(&kind) && inner(definition.name).is_none() {
            let is_list = definition.shape.is_list() || definition.shape == Shape::Record;
            return property(definition.name, Source::Attribute { name: known, is_list });
        }
    }
    let (nulls, lists) = match kind {
        Kind::User => (USER_NULLS, USER_LISTS),
        Kind::Group => (GROUP_NULLS, GROUP_LISTS),
    };
    if let Some(name) = among(nulls) {
        return property(name, Source::Null);
    }
    among(lists).and_then(|name| property(name, Source::EmptyList))
}
