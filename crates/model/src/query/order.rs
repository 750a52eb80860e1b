//! In what order objects come, and where a page ends.

use serde::{Deserialize, Serialize};

use super::{Field, Folded, Operand, Predicate, Test, is_listed};
use crate::{Name, Object, ObjectId, Timestamp};

/// By what objects are ordered. What is the same there is ordered by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The order of their making here, which is the cheapest to walk.
    #[default]
    Row,
    /// Their ids.
    Id,
    /// An attribute's text. Objects without that text are left out, so it is meant for attributes
    /// that every object has, or that the predicate asks for.
    Text(Name),
    /// When they were made.
    Created,
    /// Since when they are deleted; those that are not are left out.
    Deleted,
}

/// Where an object stands in an order: what a page ends with and the next one goes on behind. It
/// stays right whatever is written meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Mark {
    /// In the order of making.
    Row(u64),
    /// By id.
    Id(ObjectId),
    /// By text.
    Text(Folded, ObjectId),
    /// By an instant.
    Time(i64, ObjectId),
}

/// A page of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The objects, in order.
    pub objects: Vec<crate::Object>,
    /// What to go on behind; none when there is nothing more.
    pub next: Option<Mark>,
}

impl Order {
    /// Where the object stands; none when it has no place in this order.
    pub fn mark(&self, object: &Object, row: u64) -> Option<Mark> {
        let time = |Timestamp(at)| Mark::Time(at, object.id);
        match self {
            Self::Row => Some(Mark::Row(row)),
            Self::Id => Some(Mark::Id(object.id)),
            Self::Text(name) => {
                object.text(name).map(|text| Mark::Text(Folded::new(text), object.id))
            }
            Self::Created => Some(time(object.created)),
            Self::Deleted => object.deleted.map(time),
        }
    }

    /// Whether the mark is one of this order. One of another order says nothing here.
    pub fn accepts(&self, mark: &Mark) -> bool {
        matches!(
            (self, mark),
            (Self::Row, Mark::Row(_))
                | (Self::Id, Mark::Id(_))
                | (Self::Text(_), Mark::Text(..))
                | (Self::Created | Self::Deleted, Mark::Time(..))
        )
    }
}

impl Mark {
    /// Whether this stands behind the other, in the one direction or the other.
    pub fn is_behind(&self, other: &Self, descending: bool) -> bool {
        if descending { self < other } else { self > other }
    }
}

impl Predicate {
    /// The order in which those who pass are found with the least work: by id where they hold a
    /// given text in a listed attribute, by the attribute where its text begins with a given one,
    /// else by row. It is for whoever asks without wanting an order.
    pub fn natural_order(&self) -> Order {
        if self.is_exact() {
            return Order::Id;
        }
        self.prefix().map_or(Order::Row, Order::Text)
    }

    /// Whether lists of texts name all who may pass.
    fn is_exact(&self) -> bool {
        match self {
            Self::And(parts) => parts.iter().any(Self::is_exact),
            Self::Or(parts) => !parts.is_empty() && parts.iter().all(Self::is_exact),
            Self::Not(_) => false,
            Self::Test(Field::Id, Test::Equals(_)) => true,
            Self::Test(Field::Attribute(name), Test::Equals(operand)) => {
                matches!(operand, Operand::Text(_) | Operand::Boolean(_)) && is_listed(name)
            }
            Self::Test(..) => false,
            Self::Any(name, part) => is_listed(name) && part.is_exact_of_item(),
        }
    }

    fn is_exact_of_item(&self) -> bool {
        match self {
            Self::And(parts) => parts.iter().any(Self::is_exact_of_item),
            Self::Or(parts) => !parts.is_empty() && parts.iter().all(Self::is_exact_of_item),
            Self::Test(Field::Item | Field::Part(_), Test::Equals(Operand::Text(_))) => true,
            _ => false,
        }
    }

    /// The listed attribute whose text must begin with a given one.
    fn prefix(&self) -> Option<Name> {
        match self {
            Self::And(parts) => parts.iter().find_map(Self::prefix),
            Self::Test(Field::Attribute(name), Test::StartsWith(_)) if is_listed(name) => {
                Some(name.clone())
            }
            _ => None,
        }
    }
}
