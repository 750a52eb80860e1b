//! What the caller of a reader says: whose file it is, which column means which attribute, which
//! extensions the tenant has.

use std::collections::BTreeMap;

use model::{Extension, Kind, Name, Shape};

use crate::{alias, field::Fields};

/// How to read a file.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether it holds users or groups.
    pub kind: Kind,
    /// Which column means which attribute, where the name does not say it.
    pub columns: ColumnMap,
    /// The tenant's directory extensions.
    pub extensions: Vec<ExtensionColumn>,
    /// The domain behind the `uid` of an LDAP account that has no mail address, for its user
    /// principal name.
    pub default_domain: Option<String>,
    /// Columns whose texts are wanted as they stand, whatever else they mean. One that holds ids is
    /// not read as such then.
    pub verbatim: Vec<String>,
}

impl Options {
    /// Plain reading: no column map, no extensions, no domain.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            columns: ColumnMap::default(),
            extensions: Vec::new(),
            default_domain: None,
            verbatim: Vec::new(),
        }
    }

    /// Whether each column map leads to something that exists. A reader counts a column that leads
    /// nowhere as ignored, so a command asks this first.
    pub fn check(&self) -> Result<(), OptionsError> {
        let fields = Fields::new(self);
        for (from, to) in self.columns.iter() {
            if fields.find_target(to).is_none() {
                return Err(OptionsError::NoAttribute {
                    from: from.to_owned(),
                    to: to.to_owned(),
                    kind: self.kind,
                    suggestion: fields.suggest(to),
                });
            }
        }
        Ok(())
    }
}

/// A directory extension that a file may hold.
#[derive(Clone, Debug, PartialEq)]
pub struct ExtensionColumn {
    /// The short name, as in `badge`; the full name is understood as well.
    pub short: String,
    /// The name of the attribute.
    pub name: Name,
    /// What its values look like.
    pub shape: Shape,
}

impl From<&Extension> for ExtensionColumn {
    fn from(extension: &Extension) -> Self {
        Self {
            short: extension.name.clone(),
            name: extension.attribute(),
            shape: extension.shape(),
        }
    }
}

/// Which column of the source means which attribute. The target is an attribute's name, an
/// extension's short or full name, `id`, `manager`, `members`, `homeTenantId`, `homeObjectId`, or
/// nothing at all for a column to leave out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnMap(BTreeMap<String, (String, String)>);

impl ColumnMap {
    /// Adds one `FROM=TO`. The last `=` divides, since a heading may hold one and a name does not.
    pub fn add(&mut self, pair: &str) -> Result<(), OptionsError> {
        let (from, to) = pair
            .rsplit_once('=')
            .map(|(from, to)| (from.trim(), to.trim()))
            .filter(|(from, _)| !from.is_empty())
            .ok_or_else(|| OptionsError::NoPair(pair.to_owned()))?;
        self.0.insert(alias::fold(from), (from.to_owned(), to.to_owned()));
        Ok(())
    }

    /// Adds the lines of a file: `FROM=TO` each, blank ones and `#` comments passed over.
    pub fn add_lines(&mut self, text: &str) -> Result<(), OptionsError> {
        text.trim_start_matches('\u{feff}')
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .try_for_each(|line| self.add(line))
    }

    /// All pairs as they were written, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.values().map(|(from, to)| (from.as_str(), to.as_str()))
    }
}

/// Options that lead nowhere.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionsError {
    /// Not of the form `FROM=TO`.
    #[error("'{0}' is not of the form FROM=TO")]
    NoPair(String),
    /// The target is no attribute.
    #[error("column '{from}' cannot be read as '{to}': a {kind} has no such attribute")]
    NoAttribute {
        /// The source column.
        from: String,
        /// What it should mean.
        to: String,
        /// Whose attributes were searched.
        kind: Kind,
        /// The nearest attribute.
        suggestion: Option<String>,
    },
}

impl OptionsError {
    /// What may help.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoPair(_) => Some("write it as in --column Abteilung=department".to_owned()),
            Self::NoAttribute { suggestion, .. } => {
                suggestion.as_ref().map(|name| format!("did you mean '{name}'?"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_that_leads_nowhere_is_told_with_the_nearest_name() {
        let mut options = Options::new(Kind::User);
        options.columns.add_lines("# ours\n\nAbteilung = department\nx=\n").expect("pairs");
        assert_eq!(options.check(), Ok(()));
        options.columns.add("Ort=citty").expect("a pair");
        let error = options.check().expect_err("no such attribute");
        assert_eq!(
            error.to_string(),
            "column 'Ort' cannot be read as 'citty': a user has no such attribute"
        );
        assert_eq!(error.hint().as_deref(), Some("did you mean 'city'?"));
        assert!(options.columns.add("=city").is_err());
    }
}
