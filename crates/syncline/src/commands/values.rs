//! Attributes as they are written on the command line.

use engine::Schema;
use model::{Attributes, Kind, Name, Shape, Value};

use crate::failure::Failure;

/// Values to set and attributes to clear, from `NAME=VALUE` pairs.
pub fn parse(pairs: &[String], kind: Kind, schema: &Schema) -> Result<directory::Change, Failure> {
    let mut change = directory::Change::default();
    for pair in pairs {
        let Some((name, text)) = pair.split_once('=') else {
            return Err(Failure::usage(format!("'{pair}' is not NAME=VALUE")));
        };
        let (name, shape) = find(name.trim(), kind, schema)?;
        if text.is_empty() {
            change.clear.push(name);
            continue;
        }
        let value = wire::parse_value(shape, text).map_err(|error| {
            let failure = Failure::new("invalid-value", format!("{name}: {error}"));
            match error.hint() {
                Some(hint) => failure.hint(hint),
                None => failure,
            }
        })?;
        change.set.set(name, value);
    }
    Ok(change)
}

fn find(text: &str, kind: Kind, schema: &Schema) -> Result<(Name, Shape), Failure> {
    let known =
        Name::find_known(text).or_else(|| wire::alias::graph_name(text).and_then(Name::find_known));
    if let Some(name) = known
        && let Some(definition) = name.definition()
        && definition.kinds.contains(&kind)
    {
        return Ok((name, definition.shape));
    }
    schema.find_attribute(text).ok_or_else(|| {
        let failure =
            Failure::new("unknown-attribute", format!("a {kind} has no attribute '{text}'"));
        match schema.suggest(text) {
            Some(near) => failure.hint(format!("did you mean '{near}'?")),
            None => failure,
        }
    })
}

/// Attributes with more put in front of them; what is set already stays.
pub fn with_default(mut attributes: Attributes, name: Name, value: &str) -> Attributes {
    if attributes.get(&name).is_none() {
        attributes.set(name, Value::text(value));
    }
    attributes
}
