//! What an expression may read: attributes of the source, what the directory itself knows, and what
//! other mappings wrote, as `[target.x]`.

use expr::{Attribute, Type};
use model::{Name, Shape};

use crate::Schema;

/// How an expression names what another mapping writes.
pub(super) const WRITTEN: &str = "target.";

/// What the directory itself knows of a person. Whoever is mapped is in scope, so that
/// `IsSoftDeleted` tells only whether sign-in is blocked.
const OWN: [(&str, Type, usize); 3] =
    [("id", Type::Text, 36), ("objectId", Type::Text, 36), ("IsSoftDeleted", Type::Boolean, 5)];

/// The names of a job.
pub(super) struct Names<'a> {
    source: &'a Schema,
    target: &'a Schema,
    all: Vec<String>,
}

impl<'a> Names<'a> {
    pub(super) fn of(source: &'a Schema, target: &'a Schema) -> Self {
        let attributes = source.attributes().into_iter().map(|one| one.name.as_str().to_owned());
        let all = attributes.chain(OWN.iter().map(|(name, ..)| (*name).to_owned())).collect();
        Self { source, target, all }
    }
}

impl expr::Schema for Names<'_> {
    fn find(&self, name: &str) -> Option<Attribute> {
        if let Some((_, kind, length)) = OWN.iter().find(|(own, ..)| *own == name) {
            return Some(Attribute { kind: *kind, multi_valued: false, max_length: Some(*length) });
        }
        let written = || self.target.find_attribute(name.strip_prefix(WRITTEN)?);
        self.source.find_attribute(name).or_else(written).map(|(_, shape)| of_shape(shape))
    }

    fn names(&self) -> Vec<&str> {
        self.all.iter().map(String::as_str).collect()
    }

    fn complain(&self, name: &str) -> (String, Option<String>) {
        if let Some(written) = name.strip_prefix(WRITTEN) {
            let near = self.target.suggest(written);
            let hint = near.map(|near| format!("did you mean [{WRITTEN}{near}]?"));
            let message =
                format!("no mapping can write {written}: the target has no such attribute");
            return (message, hint);
        }
        if name.eq_ignore_ascii_case(Name::manager().as_str()) {
            let hint = "manager=[manager] maps it as it is; a filter can ask for it".to_owned();
            return (
                "the manager is a reference, which no expression reads".to_owned(),
                Some(hint),
            );
        }
        let near = model::suggest(name, self.names()).map(str::to_owned);
        let hint = near.or_else(|| self.source.suggest(name));
        let hint = hint.map(|near| format!("did you mean [{near}]?"));
        (format!("the source has no attribute {name}"), hint)
    }
}

fn of_shape(shape: Shape) -> Attribute {
    let kind = match shape {
        Shape::Text(_) | Shape::Texts(_) | Shape::Binary(_) => Type::Text,
        Shape::Boolean => Type::Boolean,
        Shape::Integer | Shape::Integers => Type::Number,
        // Instants are held as texts; date functions read them.
        Shape::DateTime | Shape::DateTimes => Type::Text,
        Shape::Record => Type::Any,
    };
    Attribute { kind, multi_valued: shape.is_list(), max_length: shape.limit() }
}
