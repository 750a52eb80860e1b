//! One attribute mapping of the document in our words.

use model::{Apply, EmptySource, Mapping, Source};

use super::Notes;
use crate::schema::{
    AttributeDefinition, AttributeMapping, AttributeMappingSource, Json,
    names::{COMPUTED, attributes, bare, graph_name, is_plain, rename},
};

/// The annotation of an attribute mapping that says what an empty source value does, where the
/// source's definition of the attribute does not say the same.
pub(in crate::schema) const EMPTY_SOURCE: &str = "@syncline.emptySource";

/// What an attribute mapping means here.
pub(in crate::schema) enum Meaning {
    /// What the line does by itself: it matches by home identity and removes who is gone.
    Own,
    Mapping(Mapping),
    /// It cannot be taken over.
    Unsupported,
}

/// `source` holds the definitions of the attributes that are read.
pub(in crate::schema) fn read(
    entry: &AttributeMapping,
    source: &[AttributeDefinition],
    notes: &mut Notes,
) -> Meaning {
    if is_own(entry) {
        return Meaning::Own;
    }
    let target = entry.target_attribute_name.trim();
    let enabled = entry.rest.get("enabled").unwrap_or(&Json::Null);
    if !matches!(enabled, Json::Null | Json::Boolean(true)) {
        let what = format!("mapping of '{target}' that is disabled");
        notes.mention("/enabled", what, "it is kept and not applied");
        return Meaning::Unsupported;
    }
    let what = || format!("target '{target}'");
    if !is_plain(target) {
        notes.add("/targetAttributeName", what(), "it is no attribute, but a path into one");
        return Meaning::Unsupported;
    }
    if is_computed(target) {
        notes.mention("/targetAttributeName", what(), "the line keeps it up by itself");
        return Meaning::Unsupported;
    }
    let (Some(from), Some(apply)) = (read_source(entry, notes), read_apply(entry, notes)) else {
        return Meaning::Unsupported;
    };
    note_without_effect(entry, notes);
    Meaning::Mapping(Mapping {
        target: graph_name(target).to_owned(),
        default: entry.default_value.clone().filter(|text| !text.is_empty()),
        apply,
        empty: read_empty(entry, &from, source, notes),
        matching: read_matching(entry, notes),
        source: from,
    })
}

/// What an empty source value does by the definitions alone: a value is emptied only where each
/// attribute that it comes from is said to carry empty values over (provisioning-engine.md 4.3).
/// A constant is never empty.
pub(in crate::schema) fn empty_by_definitions(
    from: &Source,
    source: &[AttributeDefinition],
) -> EmptySource {
    let used = match from {
        Source::Constant(_) | Source::None => return EmptySource::default(),
        Source::Direct(name) => vec![name.as_str()],
        Source::Expression(text) => attributes(text),
    };
    let flows = |name: &&str| {
        let mut definitions = source.iter();
        definitions
            .find(|one| graph_name(&one.name).eq_ignore_ascii_case(graph_name(name)))
            .is_some_and(|one| one.flow_null_values == Some(true))
    };
    match !used.is_empty() && used.iter().all(flows) {
        true => EmptySource::Clears,
        false => EmptySource::Keeps,
    }
}

fn is_own(entry: &AttributeMapping) -> bool {
    let expression = entry.source.as_ref().and_then(|source| source.expression.as_deref());
    let text: String = expression.unwrap_or_default().split_whitespace().collect();
    let pairs = [
        ("alternativeSecurityIds", "AltSecIdFromNetId([netId])"),
        ("IsSoftDeleted", "[IsSoftDeleted]"),
    ];
    pairs.iter().any(|(target, source)| {
        entry.target_attribute_name.eq_ignore_ascii_case(target)
            && text.eq_ignore_ascii_case(source)
    })
}

fn is_computed(name: &str) -> bool {
    COMPUTED.iter().any(|computed| name.eq_ignore_ascii_case(computed))
}

fn read_source(entry: &AttributeMapping, notes: &mut Notes) -> Option<Source> {
    let Some(source) = &entry.source else { return Some(Source::None) };
    let from = notes.inside("/source", |notes| read_kind(source, notes))?;
    let used = match &from {
        Source::Direct(name) => vec![name.as_str()],
        Source::Expression(text) => attributes(text),
        Source::Constant(_) | Source::None => Vec::new(),
    };
    let computed = used.into_iter().find(|name| is_computed(name));
    if let Some(name) = computed {
        let why = "the service computes it for itself, and there is no such attribute here";
        notes.add("/source", format!("source attribute '{name}'"), why);
        return None;
    }
    Some(from)
}

fn read_kind(source: &AttributeMappingSource, notes: &mut Notes) -> Option<Source> {
    let text = source.expression.as_deref().filter(|text| !text.trim().is_empty());
    let name = source.name.as_deref().filter(|name| !name.is_empty());
    let kind = source.kind.as_deref().unwrap_or("Attribute");
    let from = match kind.to_ascii_lowercase().as_str() {
        "attribute" => match (text, name) {
            (Some(text), _) => Some(bare(text).map_or_else(
                || Source::Expression(rename(text, graph_name)),
                |name| Source::Direct(graph_name(name).to_owned()),
            )),
            (None, name) => name.map(|name| Source::Direct(graph_name(name).to_owned())),
        },
        "constant" => {
            let value = text.and_then(unquote).or_else(|| source.name.clone());
            Some(Source::Constant(value.or_else(|| text.map(str::to_owned)).unwrap_or_default()))
        }
        "function" => text.map(|text| Source::Expression(rename(text, graph_name))),
        _ => {
            notes.add("/type", format!("source of type '{kind}'"), "there is no such type");
            return None;
        }
    };
    if from.is_none() {
        notes.add("/expression", "source without an expression", "it does not say what is meant");
    }
    from
}

/// The text that stands in double quotes, as the mapping language writes them.
fn unquote(text: &str) -> Option<String> {
    let mut rest = text.trim().strip_prefix('"')?.chars();
    let mut value = String::new();
    while let Some(character) = rest.next() {
        match character {
            '"' => return rest.as_str().is_empty().then_some(value),
            '\\' if rest.as_str().starts_with(['"', '\\']) => value.extend(rest.next()),
            other => value.push(other),
        }
    }
    None
}

fn read_apply(entry: &AttributeMapping, notes: &mut Notes) -> Option<Apply> {
    let word = entry.flow_type.as_deref().unwrap_or("Always");
    match word.to_ascii_lowercase().as_str() {
        "" | "always" => Some(Apply::Always),
        "objectaddonly" => Some(Apply::OnlyAtCreation),
        "attributeaddonly" => Some(Apply::OnlyWhenEmpty),
        "valueaddonly" | "multivalueaddonly" => Some(Apply::OnlyAdding),
        _ => {
            let what = format!("flowType '{word}'");
            notes.add("/flowType", what, "it does not say when the mapping is applied");
            None
        }
    }
}

fn read_matching(entry: &AttributeMapping, notes: &mut Notes) -> Option<u32> {
    let priority = entry.matching_priority.filter(|priority| *priority > 0)?;
    let matching = u32::try_from(priority).ok();
    if matching.is_none() {
        let what = format!("matchingPriority {priority}");
        notes.mention(
            "/matchingPriority",
            what,
            "the number is too large; nobody is matched by it",
        );
    }
    matching
}

fn read_empty(
    entry: &AttributeMapping,
    from: &Source,
    source: &[AttributeDefinition],
    notes: &mut Notes,
) -> EmptySource {
    let Some(annotation) = entry.rest.get(EMPTY_SOURCE) else {
        return empty_by_definitions(from, source);
    };
    match annotation.as_str() {
        Some("clears") => EmptySource::Clears,
        Some("keeps") => EmptySource::Keeps,
        _ => {
            let what = format!("{EMPTY_SOURCE} {annotation}");
            notes.add(&format!("/{EMPTY_SOURCE}"), what, "it is neither \"clears\" nor \"keeps\"");
            empty_by_definitions(from, source)
        }
    }
}

fn note_without_effect(entry: &AttributeMapping, notes: &mut Notes) {
    let behavior = entry.flow_behavior.as_deref().unwrap_or_default();
    if !behavior.is_empty() && !behavior.eq_ignore_ascii_case("FlowWhenChanged") {
        let why = "values are compared with the target's each time, and sent when they differ";
        notes.mention("/flowBehavior", format!("flowBehavior {behavior}"), why);
    }
    if entry.export_missing_references == Some(true) {
        let why = "a reference without a link waits until there is one";
        notes.mention("/exportMissingReferences", "exportMissingReferences", why);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_lose_their_quotes() {
        let check = |text, expected: Option<&str>| {
            assert_eq!(unquote(text).as_deref(), expected, "{text}");
        };
        check(r#""Member""#, Some("Member"));
        check(r#" "" "#, Some(""));
        check(r#""a \"b\" \\ \d""#, Some(r#"a "b" \ \d"#));
        check(r#""a\""#, None);
        check(r#""a" & "b""#, None);
        check("Member", None);
    }
}
