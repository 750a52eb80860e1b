//! A mapping as a form, and in words.

use model::{Apply, EmptySource, Mapping, Source};

use crate::{error::Error, form::Fields};

/// What the form of a mapping holds.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// The target attribute.
    pub target: String,
    /// `direct`, `constant`, `expression` or `none`.
    pub kind: String,
    /// The source attribute.
    pub attribute: String,
    /// The constant.
    pub constant: String,
    /// The expression.
    pub expression: String,
    /// When it is applied.
    pub apply: String,
    /// What an empty source does.
    pub empty: String,
    /// The default.
    pub default: String,
    /// The place in matching.
    pub matching: String,
}

const APPLIES: [(Apply, &str, &str); 4] = [
    (Apply::Always, "always", "rules-apply-always"),
    (Apply::OnlyAtCreation, "creation", "rules-apply-creation"),
    (Apply::OnlyWhenEmpty, "empty", "rules-apply-empty"),
    (Apply::OnlyAdding, "adding", "rules-apply-adding"),
];

/// When a mapping is applied, in words.
pub fn apply_word(apply: Apply) -> String {
    let found = APPLIES.iter().find(|(one, ..)| *one == apply);
    found.map_or_else(String::new, |(.., key)| crate::texts::say(key, &[]))
}

/// What an empty source does, in words.
pub fn empty_word(empty: EmptySource) -> String {
    match empty {
        EmptySource::Clears => text!("rules-empty-clears"),
        EmptySource::Keeps => text!("rules-empty-keeps"),
    }
}

/// Where a mapping's value comes from, in words.
pub fn kind_word(mapping: &Mapping) -> String {
    match &mapping.source {
        Source::Direct(_) => text!("rules-word-direct"),
        Source::Constant(_) => text!("rules-word-constant"),
        Source::Expression(_) => text!("rules-word-expression"),
        Source::None => text!("rules-word-none"),
    }
}

/// All of a mapping in words.
pub fn told(mapping: &Mapping) -> [(String, String); 5] {
    let matching = mapping.matching.map(|number| number.to_string()).unwrap_or_default();
    [
        (text!("rules-from"), mapping.rule()),
        (text!("rules-apply"), apply_word(mapping.apply)),
        (text!("rules-empty"), empty_word(mapping.empty)),
        (text!("rules-default"), mapping.default.clone().unwrap_or_default()),
        (text!("rules-matching"), matching),
    ]
}

impl Form {
    /// Of a mapping. Texts of the other kinds are what they might begin with.
    pub fn of(mapping: &Mapping) -> Self {
        let mut form = Self {
            target: mapping.target.clone(),
            expression: mapping.rule(),
            apply: word(mapping.apply).to_owned(),
            empty: if mapping.empty == EmptySource::Keeps { "keeps" } else { "clears" }.to_owned(),
            default: mapping.default.clone().unwrap_or_default(),
            matching: mapping.matching.map(|number| number.to_string()).unwrap_or_default(),
            ..Self::default()
        };
        match &mapping.source {
            Source::Direct(name) => {
                "direct".clone_into(&mut form.kind);
                form.attribute.clone_from(name);
            }
            Source::Constant(text) => {
                "constant".clone_into(&mut form.kind);
                form.constant.clone_from(text);
            }
            Source::Expression(_) => "expression".clone_into(&mut form.kind),
            Source::None => {
                "none".clone_into(&mut form.kind);
                form.expression.clear();
            }
        }
        form
    }

    /// What was sent.
    pub fn read(fields: &Fields, target: &str) -> Self {
        let own = |name: &str| fields.text(name).to_owned();
        Self {
            target: target.to_owned(),
            kind: own("kind"),
            attribute: own("source-attribute"),
            constant: fields.raw("constant").unwrap_or_default().to_owned(),
            expression: own("expression"),
            apply: own("apply"),
            empty: own("empty"),
            default: own("default"),
            matching: own("matching"),
        }
    }

    /// The mapping.
    pub fn mapping(&self) -> Result<Mapping, Error> {
        let missing = |key| Error::invalid(crate::texts::say(key, &[]));
        if self.target.is_empty() {
            return Err(missing("rules-target-missing"));
        }
        let source = match self.kind.as_str() {
            "constant" => Source::Constant(self.constant.clone()),
            "none" => Source::None,
            "expression" if self.expression.is_empty() => {
                return Err(missing("rules-expression-missing"));
            }
            "expression" => Source::Expression(self.expression.clone()),
            _ if self.attribute.is_empty() => return Err(missing("rules-attribute-missing")),
            _ => Source::Direct(self.attribute.clone()),
        };
        let matching = match self.matching.as_str() {
            "" | "0" => None,
            number => Some(number.parse().map_err(|_| missing("rules-matching-wrong"))?),
        };
        let apply = APPLIES.iter().find(|(_, word, _)| *word == self.apply);
        Ok(Mapping {
            apply: apply.map_or(Apply::Always, |(apply, ..)| *apply),
            empty: if self.empty == "keeps" { EmptySource::Keeps } else { EmptySource::Clears },
            default: Some(self.default.clone()).filter(|text| !text.is_empty()),
            matching,
            ..Mapping::new(&self.target, source)
        })
    }

    /// When it may be applied: value, text, whether it is chosen.
    pub fn applies(&self) -> Vec<(&'static str, String, bool)> {
        let chosen = |word: &str| self.apply == word || self.apply.is_empty() && word == "always";
        let all = APPLIES.iter();
        all.map(|(_, word, key)| (*word, crate::texts::say(key, &[]), chosen(word))).collect()
    }

    /// What an empty source may do.
    pub fn empties(&self) -> [(&'static str, String, bool); 2] {
        let keeps = self.empty == "keeps";
        [
            ("clears", empty_word(EmptySource::Clears), !keeps),
            ("keeps", empty_word(EmptySource::Keeps), keeps),
        ]
    }

    /// Whether this kind is chosen; the attribute of the source is the usual one.
    pub fn is(&self, kind: &str) -> bool {
        self.kind == kind || self.kind.is_empty() && kind == "direct"
    }
}

fn word(apply: Apply) -> &'static str {
    APPLIES.iter().find(|(one, ..)| *one == apply).map_or("always", |(_, word, _)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_goes_through_its_form() {
        let mut mapping = Mapping::new("mail", Source::Expression("ToLower([mail])".to_owned()));
        mapping.apply = Apply::OnlyWhenEmpty;
        mapping.empty = EmptySource::Keeps;
        mapping.default = Some("x@y.example".to_owned());
        mapping.matching = Some(2);
        for source in [
            Source::Direct("mail".to_owned()),
            Source::Constant(" kept ".to_owned()),
            Source::None,
            mapping.source.clone(),
        ] {
            let mapping = Mapping { source, ..mapping.clone() };
            assert_eq!(Form::of(&mapping).mapping(), Ok(mapping));
        }
    }
}
