//! A configuration as the document that Microsoft Graph has for it (graph-api.md 6.4): exported, and
//! taken from one. The document that was imported is kept, so that what nobody changed comes out
//! again as it went in, and so does what is not supported here.

use access::Permission;
use engine::{Attribute, Finding, Schema, check_mapping};
use expr::{
    Expression,
    tree::{Kind, Node},
};
use model::{Actor, Condition, Expected, Filter, Job, Mapping, Mutability, Name, Source, TenantId};
use serde::Serialize;
use store::Write;
use wire::{
    Names,
    schema::{
        self, AttributeDefinition, AttributeMapping, AttributeMappingSource, Imported, Parameter,
        SynchronizationSchema, Unsupported,
    },
};

use crate::{Directory, Error};

const COLLECTION: &str = "job-schema";

/// Members of ours in the document, by names that no other product has.
const CONDITION: &str = "@syncline.condition";
const NOTE: &str = "@syncline.note";

/// The largest document that is kept, in bytes of JSON.
const LARGEST: usize = 8 << 20;

/// What a document comes to here.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SchemaReading {
    /// The mappings that are taken over.
    pub mappings: Vec<Mapping>,
    /// The filter.
    pub filter: Filter,
    /// Our own addition to the filter, where the document comes from here.
    pub condition: Option<Condition>,
    /// What may be done in the target.
    pub actions: model::Actions,
    /// What is kept in the document and has no effect.
    pub unsupported: Vec<Unsupported>,
}

impl Directory {
    /// The attributes of one end of a configuration, sorted by name.
    pub fn list_attributes(
        &self,
        actor: &Actor,
        job: &Job,
        end: TenantId,
    ) -> Result<Vec<Attribute>, Error> {
        access::check(actor, Permission::Read, job.source)?;
        if end != job.source && end != job.target {
            return Err(Error::not_found("tenant", end));
        }
        Ok(self.read_schema(end)?.0.attributes())
    }

    /// The configuration as a document.
    pub fn export_schema(
        &self,
        actor: &Actor,
        job: &Job,
        names: Names,
    ) -> Result<SynchronizationSchema, Error> {
        access::check(actor, Permission::Read, job.source)?;
        let job = self.job(job.source, job.id)?;
        let (source, _) = self.read_schema(job.source)?;
        let (target, _) = self.read_schema(job.target)?;
        let carried = match self.read_carried(&job)? {
            Some(carried) => carried,
            None => {
                let id = job.id.to_string();
                schema::blank(&id, &id, define(&source, names), define(&target, names))
            }
        };
        let mut mappings = job.mappings.clone();
        mappings.extend(kept_out(&carried, &job, &source, &target));
        let written: Vec<_> = mappings.iter().map(|mapping| write(mapping, names)).collect();
        let mut document = schema::merge(&carried, &written, &job.filter, job.actions, names);
        if let Some((rule, place)) = schema::find_users(&document) {
            let users = &mut document.synchronization_rules[rule].object_mappings[place];
            users.attribute_mappings.iter_mut().for_each(mark);
            match &job.condition {
                Some(condition) => users.rest.set(CONDITION, serde_json::json!(condition)),
                None => users.rest.remove(CONDITION),
            }
        }
        Ok(document)
    }

    /// What a document would come to here; nothing is changed.
    pub fn preview_schema(
        &self,
        actor: &Actor,
        job: &Job,
        document: &SynchronizationSchema,
    ) -> Result<SchemaReading, Error> {
        access::check(actor, Permission::Read, job.source)?;
        let (source, _) = self.read_schema(job.source)?;
        let (target, _) = self.read_schema(job.target)?;
        let imported = schema::read(document).ok_or_else(|| {
            Error::invalid("schema", "it has no mapping of objects that makes users of users")
        })?;
        let condition = read_condition(document)?;
        let Imported { mappings, filter, actions, mut unsupported } = imported;
        let mut taken: Vec<Mapping> = Vec::new();
        for mapping in mappings {
            let findings = check_mapping(&mapping, &source, &target);
            let is_second =
                taken.iter().any(|held| held.target.eq_ignore_ascii_case(&mapping.target));
            if findings.is_empty() && !is_second {
                taken.push(mapping);
            } else {
                unsupported.push(not_taken(document, &mapping, &findings));
            }
        }
        Ok(SchemaReading { mappings: taken, filter, condition, actions, unsupported })
    }

    /// Takes mappings, filter and actions from a document, and keeps the document.
    pub fn import_schema(
        &self,
        actor: &Actor,
        job: &Job,
        document: &SynchronizationSchema,
    ) -> Result<(Job, SchemaReading), Error> {
        access::check(actor, Permission::WriteJobs, job.source)?;
        let reading = self.preview_schema(actor, job, document)?;
        let body = serde_json::to_string(document).expect("a document has a JSON text");
        if body.len() > LARGEST {
            return Err(Error::invalid("schema", format!("it is longer than {LARGEST} bytes")));
        }
        let job = self.update_job_with(actor, job, vec![keep(job, Some(body))], |job| {
            job.mappings.clone_from(&reading.mappings);
            job.filter.clone_from(&reading.filter);
            job.condition.clone_from(&reading.condition);
            job.actions = reading.actions;
            drop_tests_of_lost_targets(job);
        })?;
        Ok((job, reading))
    }

    /// Goes back to the default mappings, without filter and without the imported document.
    pub fn reset_schema(&self, actor: &Actor, job: &Job) -> Result<Job, Error> {
        self.update_job_with(actor, job, vec![keep(job, None)], |job| {
            job.mappings = Mapping::defaults();
            job.filter = Filter::default();
            job.condition = None;
            job.actions = model::Actions::default();
            drop_tests_of_lost_targets(job);
        })
    }

    fn read_carried(&self, job: &Job) -> Result<Option<SynchronizationSchema>, Error> {
        let kept = self.store.document(job.source, COLLECTION, &job.id.to_string())?;
        let damaged = |error: serde_json::Error| store::StoreError::Damaged(error.to_string());
        Ok(kept.map(|kept| serde_json::from_str(&kept.body)).transpose().map_err(damaged)?)
    }
}

/// The write that keeps a document with its job, or takes it away.
pub(crate) fn keep(job: &Job, body: Option<String>) -> Write {
    Write::PutDocument { collection: COLLECTION.to_owned(), key: job.id.to_string(), body }
}

/// A test that names a target which no mapping writes any more would refuse the whole configuration.
fn drop_tests_of_lost_targets(job: &mut Job) {
    let Job { tests, mappings, .. } = job;
    tests.retain(|test| match &test.expect {
        Expected::Values(values) => values
            .keys()
            .all(|name| mappings.iter().any(|mapping| mapping.target.eq_ignore_ascii_case(name))),
        Expected::LeftOut | Expected::Failure => true,
    });
}

fn read_condition(document: &SynchronizationSchema) -> Result<Option<Condition>, Error> {
    let users = schema::find_users(document)
        .map(|(rule, place)| &document.synchronization_rules[rule].object_mappings[place]);
    let Some(condition) = users.and_then(|users| users.rest.get(CONDITION)) else {
        return Ok(None);
    };
    let mut condition: Condition = serde_json::from_value(condition.clone())
        .map_err(|error| Error::invalid(CONDITION, error.to_string()))?;
    // Ids are those of the tenant that the document came from; names are looked up here.
    condition.walk_names(&mut |named, _| named.id = None);
    Ok(Some(condition))
}

/// Mappings of the carried document that could not be taken over and cannot be now: they are no
/// part of the job, and stay in the document.
fn kept_out(
    carried: &SynchronizationSchema,
    job: &Job,
    source: &Schema,
    target: &Schema,
) -> Vec<Mapping> {
    let imported = schema::read(carried).map(|imported| imported.mappings).unwrap_or_default();
    let is_ours = |mapping: &Mapping| {
        job.mappings.iter().any(|own| own.target.eq_ignore_ascii_case(&mapping.target))
    };
    let refused = |mapping: &Mapping| !check_mapping(mapping, source, target).is_empty();
    imported.into_iter().filter(|mapping| !is_ours(mapping) && refused(mapping)).collect()
}

/// Why a mapping of a document is not taken over.
fn not_taken(
    document: &SynchronizationSchema,
    mapping: &Mapping,
    findings: &[Finding],
) -> Unsupported {
    let why: Vec<String> = findings.iter().map(|finding| finding.message.clone()).collect();
    let why = match why.is_empty() {
        true => "another mapping writes the same attribute".to_owned(),
        false => why.join("; "),
    };
    let what = format!("mapping of '{}' from {}", mapping.target, mapping.rule());
    Unsupported { place: place_of(document, mapping), what, why }
}

/// Where the mapping stands in the document, as a JSON pointer.
fn place_of(document: &SynchronizationSchema, mapping: &Mapping) -> String {
    let Some((rule, place)) = schema::find_users(document) else { return String::new() };
    let users = &document.synchronization_rules[rule].object_mappings[place];
    let is_it = |entry: &AttributeMapping| {
        let name = &entry.target_attribute_name;
        let graph = wire::alias::graph_name(name).unwrap_or(name);
        graph.eq_ignore_ascii_case(&mapping.target)
    };
    let entry = users.attribute_mappings.iter().position(is_it).unwrap_or_default();
    format!("/synchronizationRules/{rule}/objectMappings/{place}/attributeMappings/{entry}")
}

fn write(mapping: &Mapping, names: Names) -> AttributeMapping {
    let mut entry = schema::write_mapping(mapping, names);
    if let Some(source) = entry.source.as_mut().filter(|_| is_expression(mapping)) {
        let parsed = source.expression.as_deref().map(Expression::parse);
        if let Some(Ok(expression)) = parsed
            && matches!(expression.root().kind, Kind::Call { .. })
        {
            let told = tell(expression.root());
            source.name = told.name;
            source.parameters = told.parameters;
        }
    }
    entry
}

fn is_expression(mapping: &Mapping) -> bool {
    matches!(mapping.source, Source::Expression(_))
}

/// Says of a mapping what the service would not accept of it.
fn mark(entry: &mut AttributeMapping) {
    let text = entry.source.as_ref().and_then(|source| source.expression.as_deref());
    match text.and_then(note) {
        Some(note) => entry.rest.set(NOTE, serde_json::json!(note)),
        None => entry.rest.remove(NOTE),
    }
}

fn note(text: &str) -> Option<&'static str> {
    let expression = Expression::parse(text).ok()?;
    if expression.uses("SelectUniqueValue") {
        return Some("the service refuses SelectUniqueValue in configurations between tenants");
    }
    let reads_written = expression.attributes().any(|name| name.starts_with("target."));
    reads_written
        .then_some("[target.…] is what another mapping wrote; the service has no such name")
}

/// A part of an expression in its parsed form, which readers of the document may go by instead of
/// the text.
pub(crate) fn tell(node: &Node) -> AttributeMappingSource {
    let (kind, name, parameters) = match &node.kind {
        Kind::Attribute(path) => ("Attribute", path.name().to_owned(), Vec::new()),
        Kind::Literal(value) => ("Constant", value.to_text().into_owned(), Vec::new()),
        Kind::Constant(constant) => ("Constant", constant.name().to_owned(), Vec::new()),
        Kind::Parameter(name) => ("Constant", format!("%{name}%"), Vec::new()),
        Kind::Call { function, arguments, .. } => {
            let given = arguments.iter().enumerate().filter_map(|(index, argument)| {
                let key = function.parameter(index).map_or("source", |parameter| parameter.name);
                Some(parameter(key, argument.as_ref()?))
            });
            ("Function", function.name.to_owned(), given.collect())
        }
        Kind::Comparison { operator, left, right } => {
            let sides = vec![parameter("left", left), parameter("right", right)];
            ("Function", operator.to_string(), sides)
        }
    };
    AttributeMappingSource {
        expression: Some(node.to_string()),
        name: Some(name),
        kind: Some(kind.to_owned()),
        parameters,
        ..AttributeMappingSource::default()
    }
    .complete()
}

fn parameter(key: &str, value: &Node) -> Parameter {
    Parameter { key: key.to_owned(), value: Some(tell(value)), ..Parameter::default() }
}

/// A tenant's attributes as the document defines them.
fn define(schema: &Schema, names: Names) -> Vec<AttributeDefinition> {
    let define = |one: Attribute| {
        let name = schema::document_name(one.name.as_str(), names);
        let reference = one.name.is_manager().then_some("User");
        let Attribute { shape, required, mutability, case, .. } = one;
        schema::attribute_definition(name, shape, required, mutability, case, reference)
    };
    let manager = Attribute {
        name: Name::manager(),
        shape: model::Shape::Text(36),
        required: false,
        mutability: Mutability::ReadWrite,
        case: model::Case::Ignored,
    };
    schema.attributes().into_iter().chain([manager]).map(define).collect()
}
