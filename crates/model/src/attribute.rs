//! The attributes of users and groups: their names, and what is true of each of them.
//!
//! Names are Graph's (graph-api.md 1.2). A name that stands in the table below is a number, so that
//! records compare and sort without touching text; directory extensions keep their text.

use std::{cmp::Ordering, fmt, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Which kind of object, or which kinds, an attribute belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// A person's account, internal or external.
    User,
    /// A set of users and groups.
    Group,
}

impl Kind {
    /// The word for one of them in sentences about decisions.
    pub fn noun(self) -> &'static str {
        match self {
            Self::User => "person",
            Self::Group => "group",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::User => "user",
            Self::Group => "group",
        })
    }
}

/// What an attribute's value must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Shape {
    /// Text of at most so many characters.
    Text(usize),
    /// A list of texts, each of at most so many characters.
    Texts(usize),
    /// True or false.
    Boolean,
    /// A 64-bit integer.
    Integer,
    /// A list of 64-bit integers.
    Integers,
    /// An instant as text.
    DateTime,
    /// A list of instants as text.
    DateTimes,
    /// Bytes as base64 text, at most so many characters of it.
    Binary(usize),
    /// Named members, or a list of such.
    Record,
}

impl Shape {
    /// The most characters that a text, or each text of a list, may have; none for other values.
    pub fn limit(self) -> Option<usize> {
        match self {
            Self::Text(limit) | Self::Texts(limit) | Self::Binary(limit) => Some(limit),
            _ => None,
        }
    }

    /// What the values are, for people.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Texts(_) => "a list of texts",
            Self::Boolean => "true or false",
            Self::Integer => "a whole number",
            Self::Integers => "a list of whole numbers",
            Self::DateTime => "an instant",
            Self::DateTimes => "a list of instants",
            Self::Binary(_) => "bytes",
            Self::Record => "a value with parts",
        }
    }

    /// Whether the attribute holds several values.
    pub fn is_list(self) -> bool {
        matches!(self, Self::Texts(_) | Self::Integers | Self::DateTimes)
    }
}

/// Who may write an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Mutability {
    /// Whoever may write the object.
    ReadWrite,
    /// Only the directory itself, as a consequence of something else.
    Directory,
}

/// How two texts of this attribute compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Case {
    /// `A` and `a` differ.
    Exact,
    /// `A` and `a` are the same, for uniqueness and look-ups; a change of case is still a change.
    Ignored,
}

/// What is true of one attribute.
#[derive(Clone, Copy, Debug)]
pub struct Definition {
    /// Its name in Graph.
    pub name: &'static str,
    /// Whose attribute it is.
    pub kinds: &'static [Kind],
    /// What its value looks like.
    pub shape: Shape,
    /// Who may write it.
    pub mutability: Mutability,
    /// How its texts compare.
    pub case: Case,
    /// Whether an object must have it.
    pub required: bool,
}

const USER: &[Kind] = &[Kind::User];
const GROUP: &[Kind] = &[Kind::Group];
const BOTH: &[Kind] = &[Kind::User, Kind::Group];

const fn define(name: &'static str, kinds: &'static [Kind], shape: Shape) -> Definition {
    Definition {
        name,
        kinds,
        shape,
        mutability: Mutability::ReadWrite,
        case: Case::Ignored,
        required: false,
    }
}

const fn required(definition: Definition) -> Definition {
    Definition { required: true, ..definition }
}

const fn directory(definition: Definition) -> Definition {
    Definition { mutability: Mutability::Directory, ..definition }
}

/// Sorted by name, so that the order of numbers is the order of names.
static DEFINITIONS: &[Definition] = &[
    define("accountEnabled", USER, Shape::Boolean),
    define("ageGroup", USER, Shape::Text(32)),
    define("businessPhones", USER, Shape::Texts(64)),
    define("city", USER, Shape::Text(128)),
    define("companyName", USER, Shape::Text(64)),
    define("consentProvidedForMinor", USER, Shape::Text(32)),
    define("costCenter", USER, Shape::Text(64)),
    define("country", USER, Shape::Text(128)),
    directory(define("creationType", USER, Shape::Text(32))),
    define("department", USER, Shape::Text(64)),
    define("description", GROUP, Shape::Text(1024)),
    required(define("displayName", BOTH, Shape::Text(256))),
    define("division", USER, Shape::Text(64)),
    define("employeeHireDate", USER, Shape::DateTime),
    define("employeeId", USER, Shape::Text(16)),
    define("employeeLeaveDateTime", USER, Shape::DateTime),
    define("employeeType", USER, Shape::Text(64)),
    define("extensionAttribute1", USER, Shape::Text(1024)),
    define("extensionAttribute10", USER, Shape::Text(1024)),
    define("extensionAttribute11", USER, Shape::Text(1024)),
    define("extensionAttribute12", USER, Shape::Text(1024)),
    define("extensionAttribute13", USER, Shape::Text(1024)),
    define("extensionAttribute14", USER, Shape::Text(1024)),
    define("extensionAttribute15", USER, Shape::Text(1024)),
    define("extensionAttribute2", USER, Shape::Text(1024)),
    define("extensionAttribute3", USER, Shape::Text(1024)),
    define("extensionAttribute4", USER, Shape::Text(1024)),
    define("extensionAttribute5", USER, Shape::Text(1024)),
    define("extensionAttribute6", USER, Shape::Text(1024)),
    define("extensionAttribute7", USER, Shape::Text(1024)),
    define("extensionAttribute8", USER, Shape::Text(1024)),
    define("extensionAttribute9", USER, Shape::Text(1024)),
    directory(define("externalUserState", USER, Shape::Text(32))),
    directory(define("externalUserStateChangeDateTime", USER, Shape::DateTime)),
    define("faxNumber", USER, Shape::Text(64)),
    define("givenName", USER, Shape::Text(64)),
    define("groupTypes", GROUP, Shape::Texts(64)),
    directory(define("identities", USER, Shape::Record)),
    define("isResourceAccount", USER, Shape::Boolean),
    define("jobTitle", USER, Shape::Text(128)),
    define("mail", BOTH, Shape::Text(256)),
    define("mailEnabled", GROUP, Shape::Boolean),
    define("mailNickname", BOTH, Shape::Text(64)),
    define("mobilePhone", USER, Shape::Text(64)),
    define("officeLocation", USER, Shape::Text(128)),
    define("onPremisesDistinguishedName", USER, Shape::Text(1024)),
    define("onPremisesDomainName", USER, Shape::Text(256)),
    define("onPremisesImmutableId", USER, Shape::Text(256)),
    define("onPremisesSamAccountName", USER, Shape::Text(256)),
    define("onPremisesSecurityIdentifier", USER, Shape::Text(256)),
    define("onPremisesSyncEnabled", USER, Shape::Boolean),
    define("onPremisesUserPrincipalName", USER, Shape::Text(256)),
    define("otherMails", USER, Shape::Texts(250)),
    define("passwordPolicies", USER, Shape::Text(128)),
    define("postalCode", USER, Shape::Text(40)),
    define("preferredLanguage", USER, Shape::Text(64)),
    define("proxyAddresses", BOTH, Shape::Texts(256)),
    define("securityEnabled", GROUP, Shape::Boolean),
    define("showInAddressList", USER, Shape::Boolean),
    define("state", USER, Shape::Text(128)),
    define("streetAddress", USER, Shape::Text(1024)),
    define("surname", USER, Shape::Text(64)),
    define("usageLocation", USER, Shape::Text(2)),
    required(define("userPrincipalName", USER, Shape::Text(256))),
    define("userType", USER, Shape::Text(16)),
    define("visibility", GROUP, Shape::Text(32)),
];

const MANAGER: &str = "manager";
const MEMBERS: &str = "members";

/// Whether a text is base64 with its padding, as bytes are held.
pub fn is_base64(text: &str) -> bool {
    let bytes = text.trim_end_matches('=');
    let is_digit = |c: char| c.is_ascii_alphanumeric() || c == '+' || c == '/';
    text.len().is_multiple_of(4) && text.len() - bytes.len() <= 2 && bytes.chars().all(is_digit)
}

/// Whether a text has the outer form of a mail address.
pub fn is_address(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !domain.is_empty()
            && !text.chars().any(|c| c.is_whitespace() || c.is_control())
    })
}

/// An attribute's name.
#[derive(Clone)]
pub struct Name(Repr);

#[derive(Clone)]
enum Repr {
    Known(u16),
    Extension(Arc<str>),
}

macro_rules! names {
    ($($constant:ident $text:literal)*) => {
        impl Name {
            $(
                #[doc = concat!("`", $text, "`.")]
                pub const $constant: Name = Name(Repr::Known(position($text)));
            )*
        }
    };
}

names! {
    ACCOUNT_ENABLED "accountEnabled"
    BUSINESS_PHONES "businessPhones"
    CITY "city"
    COMPANY_NAME "companyName"
    COUNTRY "country"
    CREATION_TYPE "creationType"
    DEPARTMENT "department"
    DISPLAY_NAME "displayName"
    EMPLOYEE_ID "employeeId"
    EXTERNAL_USER_STATE "externalUserState"
    EXTERNAL_USER_STATE_CHANGED "externalUserStateChangeDateTime"
    GIVEN_NAME "givenName"
    GROUP_TYPES "groupTypes"
    IDENTITIES "identities"
    JOB_TITLE "jobTitle"
    MAIL "mail"
    MAIL_ENABLED "mailEnabled"
    MAIL_NICKNAME "mailNickname"
    MOBILE_PHONE "mobilePhone"
    OFFICE_LOCATION "officeLocation"
    OTHER_MAILS "otherMails"
    POSTAL_CODE "postalCode"
    PREFERRED_LANGUAGE "preferredLanguage"
    PROXY_ADDRESSES "proxyAddresses"
    SECURITY_ENABLED "securityEnabled"
    SHOW_IN_ADDRESS_LIST "showInAddressList"
    STATE "state"
    STREET_ADDRESS "streetAddress"
    SURNAME "surname"
    USER_PRINCIPAL_NAME "userPrincipalName"
    USER_TYPE "userType"
}

/// Where a name stands in the table; a name that does not stand there fails the build.
const fn position(name: &str) -> u16 {
    let mut index = 0;
    while index < DEFINITIONS.len() {
        if same(DEFINITIONS[index].name.as_bytes(), name.as_bytes()) {
            return index as u16;
        }
        index += 1;
    }
    panic!("no such attribute in the table")
}

const fn same(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut index = 0;
    while index < left.len() {
        if left[index] != right[index] {
            return false;
        }
        index += 1;
    }
    true
}

impl Name {
    /// The name spelt exactly so: a known attribute, else a directory extension's name.
    pub fn new(text: &str) -> Self {
        match DEFINITIONS.binary_search_by(|definition| definition.name.cmp(text)) {
            Ok(index) => Self(Repr::Known(index as u16)),
            Err(_) => Self(Repr::Extension(text.into())),
        }
    }

    /// `members`: the edges of a group, which mappings, plans and the log name like an attribute.
    pub fn members() -> Self {
        Self::new(MEMBERS)
    }

    /// Whether it names something that is no attribute but edges to others.
    pub fn is_reference(&self) -> bool {
        matches!(self.as_str(), MANAGER | MEMBERS)
    }

    /// `manager`: no attribute that an object holds but an edge, which mappings, plans and the log
    /// name like one; its value is the text of an object id.
    pub fn manager() -> Self {
        Self::new(MANAGER)
    }

    /// Whether it names the manager.
    pub fn is_manager(&self) -> bool {
        self.as_str() == MANAGER
    }

    /// A known attribute, in any case of letters; none when there is none.
    pub fn find_known(text: &str) -> Option<Self> {
        DEFINITIONS
            .iter()
            .position(|definition| definition.name.eq_ignore_ascii_case(text))
            .map(|index| Self(Repr::Known(index as u16)))
    }

    /// Whether the attribute can hold a text, by what it means; how long a text may be is told by its
    /// shape. The error is a sentence about the text.
    pub fn check_text(&self, text: &str) -> Result<(), String> {
        if *self == Self::USER_TYPE && !["Member", "Guest"].contains(&text) {
            return Err(format!("'{text}' is neither Member nor Guest"));
        }
        if *self == Self::MAIL && !is_address(text) {
            return Err(format!("'{text}' is no mail address"));
        }
        Ok(())
    }

    /// The text of the name.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Repr::Known(index) => DEFINITIONS[usize::from(*index)].name,
            Repr::Extension(text) => text,
        }
    }

    /// What is true of the attribute; none for a directory extension, which a tenant defines.
    pub fn definition(&self) -> Option<&'static Definition> {
        match &self.0 {
            Repr::Known(index) => Some(&DEFINITIONS[usize::from(*index)]),
            Repr::Extension(_) => None,
        }
    }

    /// All attributes of the table, sorted by name.
    pub fn known() -> impl Iterator<Item = (Name, &'static Definition)> {
        DEFINITIONS
            .iter()
            .enumerate()
            .map(|(index, definition)| (Self(Repr::Known(index as u16)), definition))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Repr::Known(left), Repr::Known(right)) => left.cmp(right),
            _ => self.as_str().cmp(other.as_str()),
        }
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Name {}

impl std::hash::Hash for Name {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        // A text has one representation only, so that equal names hash alike.
        self.as_str().hash(state);
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

struct NameVisitor;

impl serde::de::Visitor<'_> for NameVisitor {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an attribute name")
    }

    fn visit_str<E>(self, text: &str) -> Result<Name, E> {
        Ok(Name::new(text))
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_so_that_numbers_order_like_names() {
        assert!(DEFINITIONS.windows(2).all(|pair| pair[0].name < pair[1].name));
    }

    #[test]
    fn extensions_sort_among_known_names_by_text() {
        let mut names = [Name::new("surname"), Name::new("extension_ab_badge"), Name::MAIL];
        names.sort();
        assert_eq!(names.map(|name| name.to_string()), ["extension_ab_badge", "mail", "surname"]);
    }
}
