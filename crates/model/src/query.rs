//! Questions about users and groups: which of them, in what order, from where on.
//!
//! One value serves all who ask: filters of OData and of SCIM become a [`Query`], and every place
//! that keeps objects answers it. What a query says of one object is decided here, by
//! [`Predicate::holds`] and [`Order::mark`], so that a model in memory and a database that looks at
//! candidates of an index agree. Texts compare as [`fold`] makes them, in the order of their bytes.
//! What a property is called outside, and who may ask, is known elsewhere.

mod order;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use order::{Found, Mark, Order};

use crate::{Kind, Name, Object, ObjectId, Timestamp, Value, fold, words};

/// A question about objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Users or groups.
    pub kind: Kind,
    /// Whether deleted ones are meant, and only those; else only those that are not deleted.
    pub deleted: bool,
    /// Which of them.
    pub predicate: Predicate,
    /// In what order.
    pub order: Order,
    /// Whether the last comes first.
    pub descending: bool,
    /// What to go on behind: the mark that the page before gave.
    pub after: Option<Mark>,
    /// How many at most.
    pub limit: usize,
}

/// What is asked of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Predicate {
    /// All of these; everything when there are none.
    And(Vec<Predicate>),
    /// One of these; nothing when there are none.
    Or(Vec<Predicate>),
    /// Not this. What is asked of an absent value does not hold, so that its contrary does.
    Not(Box<Predicate>),
    /// A value that passes a test.
    Test(Field, Test),
    /// A member of the attribute's list for which this holds; a single value is a list of one.
    Any(Name, Box<Predicate>),
}

/// Which value is tested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// The object's id.
    Id,
    /// When it was made.
    Created,
    /// Since when it is deleted.
    Deleted,
    /// An attribute; one that holds a list passes no test but that of being there.
    Attribute(Name),
    /// Inside [`Predicate::Any`], the member itself.
    Item,
    /// Inside [`Predicate::Any`], a part of the member.
    Part(String),
}

/// What is asked of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// Whether it is there.
    Present,
    /// Whether it is this.
    Equals(Operand),
    /// How it stands to this.
    Compare(Comparison, Operand),
    /// Whether its text begins so.
    StartsWith(Folded),
    /// Whether its text ends so.
    EndsWith(Folded),
    /// Whether its text holds this.
    Contains(Folded),
    /// Whether its text has words that begin so, as [`words::split`] gives them.
    Words(Vec<String>),
}

/// How two values stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Below.
    Less,
    /// Below or the same.
    LessOrEqual,
    /// Above.
    Greater,
    /// Above or the same.
    GreaterOrEqual,
}

/// What a value is compared with. Values of other kinds are neither the same nor below nor above.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    /// A text.
    Text(Folded),
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// An instant; an attribute's text is read as one.
    Time(Timestamp),
    /// An object's id; an attribute's text is read as one.
    Id(ObjectId),
}

/// A text as it compares: made by [`fold`], once, and not for every object that is looked at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Folded(String);

impl Folded {
    /// The text as it compares.
    pub fn new(text: &str) -> Self {
        Self(fold(text))
    }

    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Operand {
    /// A text.
    pub fn text(text: &str) -> Self {
        Self::Text(Folded::new(text))
    }
}

impl Predicate {
    /// What every object passes.
    pub const EVERYTHING: Self = Self::And(Vec::new());
    /// What no object passes.
    pub const NOTHING: Self = Self::Or(Vec::new());

    /// An attribute that is this text.
    pub fn equals(name: Name, text: &str) -> Self {
        Self::Test(Field::Attribute(name), Test::Equals(Operand::text(text)))
    }

    /// An attribute whose text begins so.
    pub fn starts_with(name: Name, text: &str) -> Self {
        Self::Test(Field::Attribute(name), Test::StartsWith(Folded::new(text)))
    }

    /// A list that holds this text.
    pub fn holds_text(name: Name, text: &str) -> Self {
        let test = Test::Equals(Operand::text(text));
        Self::Any(name, Box::new(Self::Test(Field::Item, test)))
    }

    /// The object with this id.
    pub fn is(id: ObjectId) -> Self {
        Self::Test(Field::Id, Test::Equals(Operand::Id(id)))
    }

    /// The contrary.
    #[must_use]
    pub fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// Whether the object passes.
    pub fn holds(&self, object: &Object) -> bool {
        self.holds_of(object, None)
    }

    fn holds_of(&self, object: &Object, item: Option<&Value>) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|part| part.holds_of(object, item)),
            Self::Or(parts) => parts.iter().any(|part| part.holds_of(object, item)),
            Self::Not(part) => !part.holds_of(object, item),
            Self::Test(field, test) => match field {
                Field::Id => test.passes_id(object.id),
                Field::Created => test.passes_time(object.created),
                Field::Deleted => object.deleted.is_some_and(|at| test.passes_time(at)),
                Field::Attribute(name) => {
                    object.attributes.get(name).is_some_and(|value| test.passes(value))
                }
                Field::Item => item.is_some_and(|value| test.passes(value)),
                Field::Part(part) => item
                    .and_then(|value| member(value, part))
                    .is_some_and(|value| test.passes(value)),
            },
            Self::Any(name, part) => object.attributes.get(name).is_some_and(|list| {
                list.members().iter().any(|member| part.holds_of(object, Some(member)))
            }),
        }
    }
}

fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let Value::Record(members) = value else { return None };
    members.iter().find(|(held, _)| held == name).map(|(_, value)| value)
}

impl Test {
    fn passes(&self, value: &Value) -> bool {
        let text = || value.as_text().map(fold);
        match self {
            Self::Present => true,
            Self::Equals(operand) => operand.order(value).is_some_and(|order| order.is_eq()),
            Self::Compare(comparison, operand) => {
                operand.order(value).is_some_and(|order| comparison.admits(order))
            }
            Self::StartsWith(part) => text().is_some_and(|text| text.starts_with(part.as_str())),
            Self::EndsWith(part) => text().is_some_and(|text| text.ends_with(part.as_str())),
            Self::Contains(part) => text().is_some_and(|text| text.contains(part.as_str())),
            Self::Words(wanted) => value.as_text().is_some_and(|text| words::holds(text, wanted)),
        }
    }

    fn passes_id(&self, id: ObjectId) -> bool {
        match self {
            Self::Present => true,
            Self::Equals(Operand::Id(wanted)) => id == *wanted,
            Self::Compare(comparison, Operand::Id(wanted)) => comparison.admits(id.cmp(wanted)),
            _ => false,
        }
    }

    fn passes_time(&self, at: Timestamp) -> bool {
        match self {
            Self::Present => true,
            Self::Equals(Operand::Time(wanted)) => at == *wanted,
            Self::Compare(comparison, Operand::Time(wanted)) => comparison.admits(at.cmp(wanted)),
            _ => false,
        }
    }
}

impl Comparison {
    /// Whether a value that stands so to the other one is meant.
    pub fn admits(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

impl Operand {
    /// How the value stands to this; none when they do not compare.
    fn order(&self, value: &Value) -> Option<std::cmp::Ordering> {
        match (self, value) {
            (Self::Text(wanted), Value::Text(text)) => {
                Some(fold(text).as_str().cmp(wanted.as_str()))
            }
            (Self::Boolean(wanted), Value::Boolean(value)) => Some(value.cmp(wanted)),
            (Self::Integer(wanted), Value::Integer(value)) => Some(value.cmp(wanted)),
            (Self::Time(wanted), Value::Text(text)) => {
                text.parse::<Timestamp>().ok().map(|at| at.cmp(wanted))
            }
            (Self::Id(wanted), Value::Text(text)) => {
                text.parse::<ObjectId>().ok().map(|id| id.cmp(wanted))
            }
            _ => None,
        }
    }
}

/// Attributes that a place may keep lists of, so that a search finds who holds a text. Others are
/// found by looking at every object, since each list makes every write a little slower. Directory
/// extensions are among them as well.
const LISTED: [Name; 26] = [
    Name::ACCOUNT_ENABLED,
    Name::BUSINESS_PHONES,
    Name::CITY,
    Name::COMPANY_NAME,
    Name::COUNTRY,
    Name::CREATION_TYPE,
    Name::DEPARTMENT,
    Name::DISPLAY_NAME,
    Name::EMPLOYEE_ID,
    Name::EXTERNAL_USER_STATE,
    Name::GIVEN_NAME,
    Name::GROUP_TYPES,
    Name::IDENTITIES,
    Name::JOB_TITLE,
    Name::MAIL,
    Name::MAIL_ENABLED,
    Name::MAIL_NICKNAME,
    Name::OTHER_MAILS,
    Name::OFFICE_LOCATION,
    Name::PROXY_ADDRESSES,
    Name::SECURITY_ENABLED,
    Name::STATE,
    Name::SURNAME,
    Name::USER_PRINCIPAL_NAME,
    Name::USER_TYPE,
    Name::MOBILE_PHONE,
];

/// Whether a place may keep lists of the attribute.
pub fn is_listed(name: &Name) -> bool {
    LISTED.contains(name) || name.definition().is_none() || OTHERS.contains(&name.as_str())
}

/// The rest of them, which have no constant.
const OTHERS: [&str; 3] = ["onPremisesImmutableId", "onPremisesSyncEnabled", "usageLocation"];
