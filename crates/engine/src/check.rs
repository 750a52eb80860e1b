//! What is wrong with a configuration, found when it is saved, all of it at once.

use std::ops::Range;

use model::{
    Diagnostic,
    condition::Spans,
    diagnostic::{Located, Severity},
};
use serde::{Serialize, Serializer};

/// Every code that a finding can have, with what it means and what to do; sorted by code. Findings
/// about the text of an expression have the codes of the language.
pub const FINDINGS: &[(&str, &str, &str)] = &[
    (
        "attribute-not-boolean",
        "The clause asks for true or false and the attribute is neither.",
        "Compare with EQUALS.",
    ),
    (
        "attribute-not-comparable",
        "The attribute cannot be asked in this way.",
        "Read the hint; some attributes can be asked in a condition only.",
    ),
    (
        "attribute-not-mappable",
        "The attribute has parts and cannot be mapped as a whole.",
        "Map another one.",
    ),
    ("attribute-read-only", "The target keeps the attribute itself.", "Take the mapping out."),
    (
        "cannot-match",
        "People of the target cannot be asked for by this mapping's value.",
        "Match by an attribute that holds one text and depends on the person.",
    ),
    (
        "depends-on-time",
        "The expression reads the present time and is applied always. The mapping is used all the same.",
        "Apply it only at creation (`--map-once`), or compare dates of the source.",
    ),
    ("invalid-bound", "A greater-than clause needs a whole number from 0.", "Correct the operand."),
    (
        "invalid-operand",
        "The attribute can never hold what the clause compares it with.",
        "Use one of the values that the hint names.",
    ),
    (
        "invalid-pattern",
        "The regular expression is none, or uses what is not supported.",
        "Correct it; the message names the part.",
    ),
    ("mapped-twice", "Two mappings write the same target attribute.", "Remove one of them."),
    (
        "mapping-order",
        "A mapping reads what another wrote, and that cannot be: nobody writes it, it is chosen only in the target, or both wait for each other.",
        "Let it read attributes of the source.",
    ),
    (
        "matches-by-expression",
        "People are matched by the result of an expression: two of the source who have the same are not always met. The mapping is used all the same.",
        "Match by an attribute that is mapped as it is.",
    ),
    (
        "may-be-too-long",
        "The result may have more characters than the target attribute takes. The mapping is used all the same.",
        "Cut it with Left, or leave it: whoever has more waits in escrow.",
    ),
    (
        "name-missing",
        "A mapping test has no name.",
        "Give it one; tests are told apart by their names.",
    ),
    (
        "named-is-deleted",
        "The condition names somebody, or a group, that was deleted since. The job runs all the same.",
        "Restore it, or name another one in the condition.",
    ),
    (
        "not-found",
        "The condition, or a mapping test, names somebody, or a group, that the source does not have.",
        "Use the id, user principal name, mail or display name.",
    ),
    (
        "required-empty",
        "The target requires the attribute, and nothing would give it a value: no mapping writes it, or its mapping can only give nothing.",
        "Map it from an attribute that people have, or give the mapping a default.",
    ),
    (
        "several-values",
        "The source attribute holds several values and the target takes one.",
        "Choose with Item, or join them.",
    ),
    (
        "target-not-chosen",
        "Nobody has said yet into which tenant the configuration synchronizes, so it cannot be started.",
        "Name the target with `syncline job update JOB --target TENANT`, or as CompanyId among its secrets in Graph.",
    ),
    (
        "unknown-attribute",
        "There is no such attribute.",
        "Use the one that the hint names; extensions must be defined first.",
    ),
    (
        "value-refused",
        "A constant or a default does not fit the target attribute.",
        "Shorten or correct it.",
    ),
    (
        "wrong-kind",
        "The value is of a kind that the target attribute never takes.",
        "Convert it in an expression, or map another attribute.",
    ),
];

/// What stands before the place of a finding about groups.
const OF_GROUPS: &str = "groups, ";

/// One thing that is wrong, with its place and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The machine code.
    pub code: &'static str,
    /// Where: a mapping's target, a filter's clause.
    pub place: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// How much it matters.
    pub severity: Severity,
    /// What somebody wrote that it is about.
    pub about: Option<Box<About>>,
    /// The text that it is about, with the bytes that are meant, where it is about a text.
    pub located: Option<Box<Located>>,
}

/// What somebody wrote: a clause, a mapping's source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The text.
    pub text: String,
    /// Which clause of the filter, or test of the condition, it is.
    pub clause: Option<usize>,
}

impl Finding {
    /// A finding about a place.
    pub(crate) fn at(
        code: &'static str,
        place: String,
        message: String,
        hint: Option<String>,
    ) -> Self {
        let severity = Severity::Error;
        Self { code, place, message, hint, severity, about: None, located: None }
    }

    /// The same as something that does not stand in the way.
    pub(crate) fn doubt(self) -> Self {
        Self { severity: Severity::Warning, ..self }
    }

    /// The same about what somebody wrote.
    pub(crate) fn about(self, text: &str, clause: Option<usize>) -> Self {
        Self { about: Some(Box::new(About { text: text.to_owned(), clause })), ..self }
    }

    /// The same about groups, and not about people.
    pub fn of_groups(self) -> Self {
        Self { place: format!("{OF_GROUPS}{}", self.place), ..self }
    }

    /// Whether it is about the filter or the mappings of groups.
    pub fn is_of_groups(&self) -> bool {
        self.place.starts_with(OF_GROUPS)
    }

    /// A finding about a text that stands at a place.
    pub(crate) fn in_text(place: String, text: &str, diagnostic: Diagnostic) -> Self {
        Self {
            code: diagnostic.code,
            place,
            message: diagnostic.message.clone(),
            hint: diagnostic.hint.clone(),
            severity: diagnostic.severity,
            about: None,
            located: Some(Box::new(Located::new(diagnostic, text))),
        }
    }

    /// The finding at its place in the text that the filter or condition was read from, where
    /// `clauses` stand.
    pub fn locate(self, text: &str, clauses: &[Spans]) -> Self {
        let Some(spans) = self.clause().and_then(|number| clauses.get(number)) else {
            return self;
        };
        let span = match self.code {
            "invalid-bound" | "invalid-operand" | "invalid-pattern" | "not-found" => &spans.operand,
            _ => &spans.attribute,
        };
        let located = Located::new(self.diagnostic(span.clone()), text);
        Self { located: Some(Box::new(located)), ..self }
    }

    /// Which clause of a filter, or test of a condition, it is about, from 0 in their order.
    pub fn clause(&self) -> Option<usize> {
        self.about.as_ref()?.clause
    }

    fn diagnostic(&self, span: Range<usize>) -> Diagnostic {
        let (code, severity) = (self.code, self.severity);
        Diagnostic { code, severity, span, message: self.message.clone(), hint: self.hint.clone() }
    }
}

/// One shape for all: what editors take of a finding about a text, and the place. Of a finding about
/// no text at all there is no more than what is wrong.
#[derive(Serialize)]
struct Shape<'f, T> {
    place: &'f str,
    #[serde(flatten)]
    finding: T,
}

#[derive(Serialize)]
struct WithoutText<'f> {
    code: &'f str,
    severity: Severity,
    message: &'f str,
    hint: Option<&'f str>,
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let place = &self.place;
        match (&self.located, &self.about) {
            (Some(located), _) => Shape { place, finding: located }.serialize(serializer),
            (None, Some(about)) => {
                let text = &about.text;
                let finding = Located::new(self.diagnostic(0..text.len()), text);
                Shape { place, finding }.serialize(serializer)
            }
            (None, None) => {
                let Self { code, severity, message, hint, .. } = self;
                let (severity, hint) = (*severity, hint.as_deref());
                let finding = WithoutText { code, severity, message, hint };
                Shape { place, finding }.serialize(serializer)
            }
        }
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(found) = &self.located {
            let drawn = found.diagnostic.render(&found.text);
            return write!(f, "{}: {}", self.place, drawn.trim_end());
        }
        write!(f, "{}: {} ({})", self.place, self.message, self.code)?;
        match &self.hint {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_holds_what_the_source_uses() {
        assert!(FINDINGS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        let sources = [
            include_str!("rules.rs"),
            include_str!("rules/compile.rs"),
            include_str!("rules/order.rs"),
            include_str!("mapping_tests.rs"),
            include_str!("scope/clause.rs"),
            include_str!("scope/condition.rs"),
        ];
        let is_code = |text: &str| {
            text.contains('-') && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        };
        // Whether a target was chosen is checked where jobs are kept, before there are rules.
        let mut used = std::collections::BTreeSet::from(["target-not-chosen"]);
        for source in sources {
            used.extend(source.split('"').skip(1).step_by(2).filter(|text| is_code(text)));
        }
        let listed = FINDINGS.iter().map(|row| row.0).collect();
        assert_eq!(used, listed);
    }
}
