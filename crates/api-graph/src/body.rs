//! Bodies that make or change a user or a group, read member by member (graph-api.md 1.6, 1.8 and
//! 3.1). What a value may be is asked in `directory`; here it only gets its form.

use directory::Change;
use model::{Attributes, Kind, Mutability, Name, ObjectId, Shape, Timestamp, Value};
use serde_json::{Map, Value as Json};

use crate::{error::Error, properties, reference};

/// What a body says.
#[derive(Debug, Default)]
pub struct Reading {
    /// Attributes to set and to empty.
    pub change: Change,
    /// The password of a new user, or a new one.
    pub password: Option<Password>,
    /// `members@odata.bind`.
    pub members: Vec<ObjectId>,
    /// `owners@odata.bind`.
    pub owners: Vec<ObjectId>,
}

/// `passwordProfile`.
#[derive(Debug)]
pub struct Password {
    /// The password; none to change only when it has to be changed.
    pub password: Option<String>,
    /// Whether the next sign-in asks for another one; none where nothing is said.
    pub must_change: Option<bool>,
}

/// Properties that nobody writes. Their values follow from something else.
const READ_ONLY: &[&str] = &[
    "id",
    "createdDateTime",
    "deletedDateTime",
    "isManagementRestricted",
    "lastPasswordChangeDateTime",
    "legalAgeGroupClassification",
    "onPremisesDistinguishedName",
    "onPremisesDomainName",
    "onPremisesLastSyncDateTime",
    "onPremisesSamAccountName",
    "onPremisesSecurityIdentifier",
    "onPremisesSyncEnabled",
    "onPremisesUserPrincipalName",
    "proxyAddresses",
    "refreshTokensValidFromDateTime",
    "renewedDateTime",
    "securityIdentifier",
    "signInActivity",
    "signInSessionsValidFromDateTime",
];

/// Properties that always have a value.
const NEVER_NULL: &[&str] = &[
    "accountEnabled",
    "businessPhones",
    "displayName",
    "groupTypes",
    "mailEnabled",
    "mailNickname",
    "otherMails",
    "securityEnabled",
    "usageLocation",
    "userPrincipalName",
];

/// The most objects that one body may bind (graph-api.md 3.1).
const MOST_BOUND: usize = 20;

/// Reads a body about an object of this kind.
pub fn read(kind: Kind, body: Map<String, Json>) -> Result<Reading, Error> {
    let mut reading = Reading::default();
    for (name, value) in body {
        read_member(kind, &mut reading, &name, value)?;
    }
    if reading.members.len() + reading.owners.len() > MOST_BOUND {
        return Err(Error::bad_request(format!(
            "The number of references in a request is limited to {MOST_BOUND}."
        )));
    }
    Ok(reading)
}

/// Refuses a body of a new object that lacks what Graph wants of it.
pub fn require(kind: Kind, reading: &Reading) -> Result<(), Error> {
    let wanted: &[&str] = match kind {
        Kind::User => &["accountEnabled", "displayName", "mailNickname", "userPrincipalName"],
        Kind::Group => &["displayName", "mailEnabled", "mailNickname", "securityEnabled"],
    };
    let set = &reading.change.set;
    if let Some(name) = wanted.iter().find(|name| set.get(&Name::new(name)).is_none()) {
        return Err(Error::required(name));
    }
    let has_password = reading.password.as_ref().is_some_and(|one| one.password.is_some());
    if kind == Kind::User && !has_password {
        return Err(Error::required("passwordProfile"));
    }
    if kind == Kind::Group {
        check_kind_of_group(set)?;
    }
    Ok(())
}

/// Mail-enabled security groups and distribution lists come from elsewhere (graph-api.md 3.1).
fn check_kind_of_group(set: &Attributes) -> Result<(), Error> {
    let flag = |name: &Name| set.get(name).and_then(Value::as_boolean) == Some(true);
    let kinds = set.get(&Name::GROUP_TYPES);
    let is = |kind: &str| {
        kinds.is_some_and(|kinds| kinds.members().iter().any(|one| one.as_text() == Some(kind)))
    };
    if is("DynamicMembership") {
        return Err(Error::bad_request("Groups with a rule for their members are not offered."));
    }
    if is("Unified") != flag(&Name::MAIL_ENABLED) {
        return Err(Error::bad_request(
            "The service does not currently support writes of mail-enabled groups. Please ensure that the mail-enablement property is unset and the security-enablement property is set.",
        ));
    }
    let nickname = set.text(&Name::MAIL_NICKNAME).unwrap_or_default();
    let is_bad = |c: char| !c.is_ascii() || c.is_whitespace() || "@()\\[]\";:.<>,".contains(c);
    if nickname.contains(is_bad) {
        return Err(invalid(Kind::Group, "mailNickname"));
    }
    Ok(())
}

fn read_member(kind: Kind, reading: &mut Reading, name: &str, value: Json) -> Result<(), Error> {
    if let Some((property, annotation)) = name.split_once("@odata.") {
        return read_annotation(kind, reading, (property, annotation), value);
    }
    if name == "passwordProfile" && kind == Kind::User {
        reading.password = read_password(value)?;
        return Ok(());
    }
    if let Some((outer, members)) = properties::complex(kind, name) {
        return read_complex(kind, reading, outer, members, value);
    }
    if READ_ONLY.contains(&name) {
        return Err(read_only(name));
    }
    let attribute = Name::new(name);
    let shape = match attribute.definition() {
        Some(definition) if !definition.kinds.contains(&kind) => {
            return Err(unknown(kind, name));
        }
        Some(definition) if definition.mutability == Mutability::Directory => {
            return Err(read_only(name));
        }
        Some(_) if kind == Kind::Group && name == "mail" => return Err(read_only(name)),
        Some(definition) => Some(definition.shape),
        None if name.starts_with("extension_") => None,
        None if kind == Kind::Group && is_absent_feature(name, &value) => return Ok(()),
        None => return Err(unknown(kind, name)),
    };
    set(kind, reading, attribute, shape, value)
}

/// Saying of a group that it lacks what groups here never have changes nothing.
fn is_absent_feature(name: &str, value: &Json) -> bool {
    const FEATURES: &[&str] = &[
        "classification",
        "isAssignableToRole",
        "membershipRule",
        "membershipRuleProcessingState",
        "preferredDataLocation",
        "preferredLanguage",
        "theme",
        "uniqueName",
    ];
    FEATURES.contains(&name) && matches!(value, Json::Null | Json::Bool(false))
}

fn read_annotation(
    kind: Kind,
    reading: &mut Reading,
    (property, annotation): (&str, &str),
    value: Json,
) -> Result<(), Error> {
    match (property, annotation) {
        ("", "type") => {
            let wanted = format!("microsoft.graph.{kind}");
            let found = value.as_str().unwrap_or_default().trim_start_matches('#');
            if found.eq_ignore_ascii_case(&wanted) {
                Ok(())
            } else {
                Err(Error::bad_request(format!("'{found}' is not '{wanted}'.")))
            }
        }
        ("members" | "owners", "bind") if kind == Kind::Group => {
            let ids = reference::read_list(&value)?;
            match property {
                "members" => reading.members.extend(ids),
                _ => reading.owners.extend(ids),
            }
            Ok(())
        }
        (_, "bind") => Err(Error::bad_request(format!(
            "The relation '{property}' cannot be bound here; use its $ref."
        ))),
        _ => Ok(()),
    }
}

fn read_password(value: Json) -> Result<Option<Password>, Error> {
    let Json::Object(members) = value else {
        return match value {
            Json::Null => Ok(None),
            _ => Err(invalid(Kind::User, "passwordProfile")),
        };
    };
    let mut password = Password { password: None, must_change: None };
    for (name, value) in members {
        match (name.as_str(), value) {
            ("password", Json::String(text)) => password.password = Some(text),
            ("forceChangePasswordNextSignIn", Json::Bool(flag)) => {
                password.must_change = Some(flag);
            }
            ("forceChangePasswordNextSignInWithMfa", Json::Bool(_)) | (_, Json::Null) => {}
            (name, _) if name.contains("@odata.") => {}
            _ => return Err(invalid(Kind::User, "passwordProfile")),
        }
    }
    Ok(Some(password))
}

fn read_complex(
    kind: Kind,
    reading: &mut Reading,
    outer: &str,
    members: &[&str],
    value: Json,
) -> Result<(), Error> {
    let given = match value {
        Json::Null => {
            reading.change.clear.extend(members.iter().map(|member| Name::new(member)));
            return Ok(());
        }
        Json::Object(given) => given,
        _ => return Err(invalid(kind, outer)),
    };
    for (name, value) in given {
        if name.contains("@odata.") {
            continue;
        }
        let Some(member) = members.iter().find(|member| **member == name) else {
            return Err(unknown(kind, &format!("{outer}/{name}")));
        };
        let attribute = Name::new(member);
        let shape = attribute.definition().map(|definition| definition.shape);
        set(kind, reading, attribute, shape, value)?;
    }
    Ok(())
}

fn set(
    kind: Kind,
    reading: &mut Reading,
    name: Name,
    shape: Option<Shape>,
    value: Json,
) -> Result<(), Error> {
    if value.is_null() {
        if NEVER_NULL.contains(&name.as_str()) {
            return Err(invalid(kind, name.as_str()));
        }
        reading.change.clear.push(name);
        return Ok(());
    }
    match convert(shape, value) {
        // It is a collection for the sake of form: Graph takes one number (graph-api.md 1.2).
        Some(Value::List(members)) if name == Name::BUSINESS_PHONES && members.len() > 1 => {
            return Err(invalid(kind, name.as_str()));
        }
        Some(value) if value.is_empty() => reading.change.clear.push(name),
        Some(value) => reading.change.set.set(name, value),
        None => return Err(invalid(kind, name.as_str())),
    }
    Ok(())
}

/// The value in the form of its shape, or in its own where a tenant defined the attribute; none when
/// it has another form. An empty text is no value in Graph.
fn convert(shape: Option<Shape>, value: Json) -> Option<Value> {
    match (shape, value) {
        (Some(Shape::Text(_) | Shape::Binary(_)) | None, Json::String(text)) => {
            (!text.is_empty()).then_some(Value::Text(text))
        }
        (Some(Shape::DateTime), Json::String(text)) => {
            text.parse::<Timestamp>().ok().map(|at| Value::Text(at.to_string()))
        }
        (Some(Shape::Boolean) | None, Json::Bool(flag)) => Some(Value::Boolean(flag)),
        (Some(Shape::Integer) | None, Json::Number(number)) => number.as_i64().map(Value::Integer),
        (Some(Shape::Texts(_)), Json::Array(members)) => {
            let text = |member| match member {
                Json::String(text) if !text.is_empty() => Some(Value::Text(text)),
                _ => None,
            };
            members.into_iter().map(text).collect::<Option<_>>().map(Value::List)
        }
        (None, Json::Array(members)) => members
            .into_iter()
            .map(|member| match member {
                Json::Array(_) | Json::Object(_) | Json::Null => None,
                member => convert(None, member),
            })
            .collect::<Option<_>>()
            .map(Value::List),
        _ => None,
    }
}

fn invalid(kind: Kind, name: &str) -> Error {
    let resource = match kind {
        Kind::User => "User",
        Kind::Group => "Group",
    };
    Error::bad_request(format!(
        "Invalid value specified for property '{name}' of resource '{resource}'."
    ))
}

fn read_only(name: &str) -> Error {
    Error::bad_request(format!("Property '{name}' is read-only and cannot be set."))
}

fn unknown(kind: Kind, name: &str) -> Error {
    Error::bad_request(format!(
        "The property '{name}' does not exist on type 'microsoft.graph.{kind}'. Make sure to only use property names that are defined by the type."
    ))
}
