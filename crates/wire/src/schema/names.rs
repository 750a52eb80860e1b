//! Names of attributes in the document, and in the expressions that it holds.
//!
//! The document keeps the names of an older directory schema for a few attributes
//! (cross-tenant-sync.md 4.1). Read are all of [`alias::OLDER`]; written are the few.

use std::ops::Range;

use crate::{Names, alias};

/// Attributes whose name in the document is not Graph's, each with Graph's.
const OLDER: [(&str, &str); 4] = [
    ("facsimileTelephoneNumber", "faxNumber"),
    ("mobile", "mobilePhone"),
    ("physicalDeliveryOfficeName", "officeLocation"),
    ("telephoneNumber", "businessPhones"),
];

/// Attributes that the service computes for itself. There are none such here: the home identity and
/// the removal of people are the line's own.
pub(super) const COMPUTED: [&str; 4] =
    ["alternativeSecurityIds", "appRoleAssignments", "IsSoftDeleted", "netId"];

/// The name that an attribute of Graph's has in the document.
pub fn document_name(graph: &str, names: Names) -> &str {
    match names {
        Names::Graph => graph,
        Names::Older => {
            OLDER.iter().find(|(_, name)| *name == graph).map_or(graph, |(older, _)| older)
        }
    }
}

/// Graph's name for a name in the document.
pub(super) fn graph_name(name: &str) -> &str {
    alias::graph_name(name).unwrap_or(name)
}

/// Whether it is a name alone, and no path into an attribute.
pub(super) fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|one| one.is_alphanumeric() || matches!(one, '_' | '-'))
}

/// The name, when the whole expression is one attribute: `[mail]`.
pub(super) fn bare(expression: &str) -> Option<&str> {
    let inner = expression.trim().strip_prefix('[')?.strip_suffix(']')?.trim();
    is_plain(inner).then_some(inner)
}

/// The attributes in an expression, each as often as it stands there.
pub(super) fn attributes(expression: &str) -> Vec<&str> {
    places(expression).into_iter().map(|place| &expression[place]).collect()
}

/// The expression with other names for attributes.
pub(super) fn rename<'a>(expression: &'a str, rename: impl Fn(&'a str) -> &'a str) -> String {
    let mut renamed = String::with_capacity(expression.len());
    let mut copied = 0;
    for place in places(expression) {
        renamed.push_str(&expression[copied..place.start]);
        renamed.push_str(rename(&expression[place.clone()]));
        copied = place.end;
    }
    renamed.push_str(&expression[copied..]);
    renamed
}

/// Where the names of attributes stand: between square brackets, outside of texts. Brackets nest,
/// and a quote between them opens a part in which they do not count (expressions.md 1).
fn places(expression: &str) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    let mut opened = 0;
    let mut depth = 0_usize;
    let mut quoted = false;
    let mut characters = expression.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' if quoted && depth == 0 => _ = characters.next(),
            '"' => quoted = !quoted,
            _ if quoted => {}
            '[' => {
                opened = if depth == 0 { at + 1 } else { opened };
                depth += 1;
            }
            ']' if depth == 1 => {
                depth = 0;
                let inner = &expression[opened..at];
                let start = opened + (inner.len() - inner.trim_start().len());
                places.push(start..start + inner.trim().len());
            }
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expression: &str, expected: &str) {
        let renamed = rename(expression, graph_name);
        assert_eq!(renamed, expected);
    }

    #[test]
    fn whole_names_outside_of_texts_are_renamed() {
        check("[telephoneNumber]", "[businessPhones]");
        check("Join(\",\", [ mobile ],[Mobile])", "Join(\",\", [ mobilePhone ],[mobilePhone])");
        check(
            "f(\"[mobile] \\\" [mobile]\", [mobile])",
            "f(\"[mobile] \\\" [mobile]\", [mobilePhone])",
        );
        check("f(\"\\\\\", [mobile])", "f(\"\\\\\", [mobilePhone])");
        check(
            "[phones[type eq \"mobile]\"].mobile] [mobile]",
            "[phones[type eq \"mobile]\"].mobile] [mobilePhone]",
        );
        check("[mobileX] mobile [mobile", "[mobileX] mobile [mobile");
        check("]][[mobile", "]][[mobile");
        check("[é] \"ü [mobile]", "[é] \"ü [mobile]");
    }

    #[test]
    fn names_lead_back() {
        for (older, graph) in OLDER {
            assert_eq!(alias::graph_name(older), Some(graph));
            assert_eq!(document_name(graph, Names::Older), older);
            assert_eq!(document_name(graph, Names::Graph), graph);
        }
        assert_eq!(document_name("surname", Names::Older), "surname");
    }

    #[test]
    fn a_bare_attribute_is_a_name_in_brackets() {
        assert_eq!(bare(" [ mail ] "), Some("mail"));
        for text in ["mail", "[]", "[a].[b]", "[a b]", "Trim([a])", "[a[x eq \"1\"].b]"] {
            assert_eq!(bare(text), None, "{text}");
        }
    }
}
