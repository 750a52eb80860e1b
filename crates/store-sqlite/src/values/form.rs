//! Which texts of an object stand in a list.

use std::fmt;

use model::{Name, Timestamp, Value, fold};

/// What a list holds. Its text, which names it in the table of lists, never changes its meaning.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// The attribute's text, where it holds a single one.
    Text(Name),
    /// `true` and `false`, where it holds one of them.
    Truth(Name),
    /// The texts of its members.
    Members(Name),
    /// The texts that its members have in this part.
    Parts(Name, String),
    /// When the object was made, in digits that are ordered as instants are.
    Created,
}

/// Signs that stand in no attribute's name.
const TRUTH: &str = "?";
const MEMBERS: &str = "[]";
const PARTS: &str = "[]/";
const CREATED: &str = "=created";

impl Form {
    /// The form that has this text.
    pub fn parse(text: &str) -> Self {
        if text == CREATED {
            return Self::Created;
        }
        if let Some((name, part)) = text.split_once(PARTS) {
            return Self::Parts(Name::new(name), part.to_owned());
        }
        if let Some(name) = text.strip_suffix(MEMBERS) {
            return Self::Members(Name::new(name));
        }
        match text.strip_suffix(TRUTH) {
            Some(name) => Self::Truth(Name::new(name)),
            None => Self::Text(Name::new(text)),
        }
    }

    /// The attribute that it is about.
    pub fn name(&self) -> Option<&Name> {
        match self {
            Self::Text(name) | Self::Truth(name) | Self::Members(name) | Self::Parts(name, _) => {
                Some(name)
            }
            Self::Created => None,
        }
    }

    /// What an object has in the list, sorted, each once: by the attribute's value and by when the
    /// object was made.
    pub fn entries(&self, value: Option<&Value>, created: i64) -> Vec<String> {
        let mut entries: Vec<String> = match (self, value) {
            (Self::Created, _) => vec![instant(Timestamp(created))],
            (_, None) => Vec::new(),
            (Self::Text(_), Some(value)) => value.as_text().map(fold).into_iter().collect(),
            (Self::Truth(_), Some(value)) => {
                value.as_boolean().map(|value| truth(value).to_owned()).into_iter().collect()
            }
            (Self::Members(_), Some(value)) => {
                value.members().iter().filter_map(Value::as_text).map(fold).collect()
            }
            (Self::Parts(_, part), Some(value)) => {
                let members = value.members().iter().filter_map(|member| match member {
                    Value::Record(parts) => parts.iter().find(|(name, _)| name == part),
                    _ => None,
                });
                members.filter_map(|(_, value)| value.as_text()).map(fold).collect()
            }
        };
        entries.sort_unstable();
        entries.dedup();
        entries
    }
}

/// A boolean as an entry.
pub(crate) fn truth(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

/// An instant as an entry: the order of the digits is the order of instants.
pub(crate) fn instant(Timestamp(at): Timestamp) -> String {
    format!("{:016x}", at as u64 ^ 1 << 63)
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(name) => name.fmt(f),
            Self::Truth(name) => write!(f, "{name}{TRUTH}"),
            Self::Members(name) => write!(f, "{name}{MEMBERS}"),
            Self::Parts(name, part) => write!(f, "{name}{PARTS}{part}"),
            Self::Created => f.write_str(CREATED),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_come_back_from_their_texts() {
        let part = "issuerAssignedId".to_owned();
        for form in [
            Form::Text(Name::MAIL),
            Form::Truth(Name::ACCOUNT_ENABLED),
            Form::Members(Name::OTHER_MAILS),
            Form::Parts(Name::IDENTITIES, part),
            Form::Created,
        ] {
            assert_eq!(Form::parse(&form.to_string()), form);
        }
    }

    #[test]
    fn instants_are_ordered_as_their_entries_are() {
        let entries = [i64::MIN, -1, 0, 1, i64::MAX].map(|at| instant(Timestamp(at)));
        assert!(entries.is_sorted());
    }
}
