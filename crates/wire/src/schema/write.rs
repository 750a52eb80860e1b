//! From a configuration's mappings and filter to parts of the document.

use model::{Actions, Apply, Clause, EmptySource, Mapping, Name, Source};

use super::{
    AttributeMapping, AttributeMappingSource, Filter, FilterClause, FilterGroup, FilterOperand,
    Json,
    names::{document_name, rename},
    read::attribute::EMPTY_SOURCE,
};
use crate::Names;

/// A mapping as the document holds it. Of a function, [`AttributeMappingSource::parameters`] is left
/// for the caller, who knows the tree of [`AttributeMappingSource::expression`], and
/// [`AttributeMappingSource::name`] is the word before the first parenthesis. What an empty source
/// value does is said by an annotation; [`merge`](super::merge) takes it away where the definitions
/// of the source's attributes say the same.
pub fn write_mapping(mapping: &Mapping, names: Names) -> AttributeMapping {
    let mut entry = AttributeMapping {
        default_value: mapping.default.clone(),
        export_missing_references: Some(false),
        flow_behavior: Some("FlowWhenChanged".to_owned()),
        flow_type: Some(write_apply(mapping.apply, &mapping.target).to_owned()),
        matching_priority: Some(mapping.matching.map_or(0, i64::from)),
        target_attribute_name: document_name(&mapping.target, names).to_owned(),
        source: write_source(&mapping.source, names),
        ..AttributeMapping::default()
    }
    .complete();
    let may_be_empty = matches!(mapping.source, Source::Direct(_) | Source::Expression(_));
    if may_be_empty || mapping.empty != EmptySource::default() {
        write_empty(&mut entry, mapping.empty);
    }
    entry
}

/// A filter as the document holds it.
pub fn write_filter(filter: &model::Filter, names: Names) -> Filter {
    let group = |group: &model::Group| {
        FilterGroup {
            name: Some(group.name.clone()),
            clauses: group.clauses.iter().map(|clause| write_clause(clause, names)).collect(),
            ..FilterGroup::default()
        }
        .complete()
    };
    Filter { groups: filter.groups.iter().map(group).collect(), ..Filter::default() }.complete()
}

/// What may be done, as `Add, Update, Delete`.
pub fn write_actions(actions: Actions) -> String {
    let words = [(actions.create, "Add"), (actions.update, "Update"), (actions.delete, "Delete")];
    let allowed: Vec<_> = words.iter().filter(|(allowed, _)| *allowed).map(|word| word.1).collect();
    if allowed.is_empty() { "None".to_owned() } else { allowed.join(", ") }
}

pub(super) fn write_clause(clause: &Clause, names: Names) -> FilterClause {
    let values = match clause.operator.is_binary() {
        true => vec![Some(clause.operand.clone())],
        false => Vec::new(),
    };
    FilterClause {
        operator_name: clause.operator.as_str().to_owned(),
        source_operand_name: document_name(&clause.attribute, names).to_owned(),
        target_operand: Some(FilterOperand { values, ..FilterOperand::default() }.complete()),
        ..FilterClause::default()
    }
}

/// Says what an empty source value does.
pub(super) fn write_empty(entry: &mut AttributeMapping, empty: EmptySource) {
    let word = match empty {
        EmptySource::Clears => "clears",
        EmptySource::Keeps => "keeps",
    };
    entry.rest.set(EMPTY_SOURCE, Json::Text(word.to_owned()));
}

fn write_apply(apply: Apply, target: &str) -> &'static str {
    let is_list = Name::find_known(target)
        .and_then(|name| name.definition())
        .is_some_and(|definition| definition.shape.is_list());
    match apply {
        Apply::Always => "Always",
        Apply::OnlyAtCreation => "ObjectAddOnly",
        Apply::OnlyWhenEmpty => "AttributeAddOnly",
        Apply::OnlyAdding if is_list => "MultiValueAddOnly",
        Apply::OnlyAdding => "ValueAddOnly",
    }
}

fn write_source(source: &Source, names: Names) -> Option<AttributeMappingSource> {
    let (expression, name, kind) = match source {
        Source::None => return None,
        Source::Direct(name) => {
            let name = document_name(name, names).to_owned();
            (format!("[{name}]"), Some(name), "Attribute")
        }
        Source::Constant(text) => (quote(text), Some(text.clone()), "Constant"),
        Source::Expression(text) => {
            let text = rename(text, |name| document_name(name, names));
            let function = text.split_once('(').map(|(function, _)| function.trim().to_owned());
            (text, function, "Function")
        }
    };
    let source = AttributeMappingSource {
        expression: Some(expression),
        name,
        kind: Some(kind.to_owned()),
        ..AttributeMappingSource::default()
    };
    Some(source.complete())
}

/// The text in double quotes, as the mapping language writes them.
fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
