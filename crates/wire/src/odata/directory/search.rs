//! `$search` as a predicate.

use model::{
    query::{Field, Folded, Predicate, Test},
    words,
};

use super::{
    Lowering,
    properties::{Place, Type},
};
use crate::odata::{
    Fault,
    search::{Node, Search},
};

/// Properties that are cut into words; others are looked at from their beginning.
const IN_WORDS: [&str; 2] = ["displayName", "description"];

impl Lowering<'_> {
    pub(super) fn search(&self, search: &Search) -> Result<Predicate, Fault> {
        let all = |parts: &[Search]| {
            parts.iter().map(|part| self.search(part)).collect::<Result<_, Fault>>()
        };
        match &search.node {
            Node::And(parts) => all(parts).map(Predicate::And),
            Node::Or(parts) => all(parts).map(Predicate::Or),
            Node::Clause { property, text } => self.clause(property, text, search),
        }
    }

    fn clause(&self, property: &str, text: &str, search: &Search) -> Result<Predicate, Fault> {
        let path: Vec<String> = property.split('/').map(str::to_owned).collect();
        let property = self.property(&path, &search.span)?;
        let test = match IN_WORDS.contains(&property.name) {
            true => {
                let words = words::split(text);
                if words.is_empty() {
                    let message = format!("'{text}' has no word to look for");
                    return Err(Fault::request(search.span.clone(), message));
                }
                Test::Words(words)
            }
            false => Test::StartsWith(Folded::new(text)),
        };
        match (property.kind, property.place) {
            (Type::Text | Type::Texts, Place::Absent) => Ok(Predicate::NOTHING),
            (Type::Text, Place::Attribute(name)) => {
                Ok(Predicate::Test(Field::Attribute(name), test))
            }
            (Type::Texts, Place::Attribute(name)) => {
                Ok(Predicate::Any(name, Box::new(Predicate::Test(Field::Item, test))))
            }
            _ => {
                let message = format!("'{}' cannot be searched", property.name);
                Err(Fault::unsupported(search.span.clone(), message))
            }
        }
    }
}
