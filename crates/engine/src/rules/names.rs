//! What an expression may read: attributes of the source, what the directory itself knows, and what
//! other mappings wrote, as `[target.x]`.

use expr::{Attribute, Type};
use model::{Diagnostic, Kind, Mapping, Shape};

use crate::Schema;

/// How an expression names what another mapping writes.
pub(super) const WRITTEN: &str = "target.";

/// What the directory itself knows of a person. Whoever is mapped is in scope, so that
/// `IsSoftDeleted` tells only whether sign-in is blocked.
const OWN: [(&str, Type, usize); 3] =
    [("id", Type::Text, 36), ("objectId", Type::Text, 36), ("IsSoftDeleted", Type::Boolean, 5)];

/// All that an expression of these mappings may read, with a word about the type: for editors.
pub fn list_readable(source: &Schema, mappings: &[Mapping]) -> Vec<(String, &'static str)> {
    let attributes = source.attributes().into_iter();
    let attributes = attributes.map(|one| (one.name.as_str().to_owned(), one.shape.describe()));
    let own = OWN.iter().map(|(name, ..)| ((*name).to_owned(), "known by the directory"));
    let written = mappings
        .iter()
        .filter(|mapping| reference(source.kind()) != mapping.target.to_ascii_lowercase())
        .map(|mapping| (format!("{WRITTEN}{}", mapping.target), "what another mapping wrote"));
    attributes.chain(own).chain(written).collect()
}

/// The attributes that a text names and that a person of the source cannot have, where there are no
/// mappings around it. `given` are attributes that somebody made up for it.
pub fn find_unknown(text: &str, source: &Schema, given: &[String]) -> Vec<Diagnostic> {
    expr::find_unknown(text, &Alone { names: Names::new(source, None), given })
}

/// The names of a job.
pub(super) struct Names<'a> {
    source: &'a Schema,
    /// None where no mapping writes anything.
    target: Option<&'a Schema>,
    all: Vec<String>,
}

impl<'a> Names<'a> {
    pub(super) fn of(source: &'a Schema, target: &'a Schema) -> Self {
        Self::new(source, Some(target))
    }

    fn new(source: &'a Schema, target: Option<&'a Schema>) -> Self {
        let attributes = source.attributes().into_iter().map(|one| one.name.as_str().to_owned());
        let all = attributes.chain(OWN.iter().map(|(name, ..)| (*name).to_owned())).collect();
        Self { source, target, all }
    }

    fn complain_about_written(&self, written: &str) -> (String, Option<String>) {
        let Some(target) = self.target else {
            let message = "what another mapping wrote is known only among mappings".to_owned();
            return (message, Some(format!("give it with --set {WRITTEN}{written}=…")));
        };
        let near = target.suggest(written).map(|near| format!("did you mean [{WRITTEN}{near}]?"));
        (format!("no mapping can write {written}: the target has no such attribute"), near)
    }
}

impl expr::Schema for Names<'_> {
    fn find(&self, name: &str) -> Option<Attribute> {
        if let Some((_, kind, length)) = OWN.iter().find(|(own, ..)| *own == name) {
            return Some(Attribute { kind: *kind, multi_valued: false, max_length: Some(*length) });
        }
        let written = || self.target?.find_attribute(name.strip_prefix(WRITTEN)?);
        self.source.find_attribute(name).or_else(written).map(|(_, shape)| of_shape(shape))
    }

    fn names(&self) -> Vec<&str> {
        self.all.iter().map(String::as_str).collect()
    }

    fn complain(&self, name: &str) -> (String, Option<String>) {
        if let Some(written) = name.strip_prefix(WRITTEN) {
            return self.complain_about_written(written);
        }
        let kind = self.source.kind();
        if name.eq_ignore_ascii_case(reference(kind)) {
            let (message, hint) = match kind {
                Kind::User => (
                    "the manager is a reference, which no expression reads",
                    "manager=[manager] maps it as it is; a filter can ask for it",
                ),
                Kind::Group => (
                    "members are references, which no expression reads",
                    "members=[members] maps them as they are",
                ),
            };
            return (message.to_owned(), Some(hint.to_owned()));
        }
        let near = model::suggest(name, self.names()).map(str::to_owned);
        let near = near.or_else(|| self.source.suggest(name));
        let hint = near.map(|near| format!("did you mean [{near}]?"));
        (format!("the source has no attribute {name}"), hint)
    }
}

/// The names where an expression is tried alone.
struct Alone<'a> {
    names: Names<'a>,
    given: &'a [String],
}

impl expr::Schema for Alone<'_> {
    fn find(&self, name: &str) -> Option<Attribute> {
        let is_given = self.given.iter().any(|given| given.eq_ignore_ascii_case(name));
        let any = Attribute { kind: Type::Any, multi_valued: true, max_length: None };
        is_given.then_some(any).or_else(|| self.names.find(name))
    }

    fn names(&self) -> Vec<&str> {
        self.names.names()
    }

    fn complain(&self, name: &str) -> (String, Option<String>) {
        self.names.complain(name)
    }
}

/// What leads to others and is no attribute.
pub(super) fn reference(kind: Kind) -> &'static str {
    match kind {
        Kind::User => "manager",
        Kind::Group => "members",
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
