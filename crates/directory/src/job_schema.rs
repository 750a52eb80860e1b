//! A configuration as the document that Microsoft Graph has for it (graph-api.md 6.4): exported, and
//! taken from one. The document that was imported is kept, so that what nobody changed comes out
//! again as it went in, and so does what is not supported here.

mod condition;
mod expression;

pub use expression::Parsed;

use std::collections::HashMap;

use access::Permission;
use engine::{Attribute, Finding, Schema, check_mapping, scope};
use expr::{
    Expression,
    tree::{Kind, Node},
};
use model::{
    Actor, Condition, Expected, Filter, Groups, Job, Mapping, Mutability, Name, Source, TenantId,
    diagnostic::Severity,
};
use serde::Serialize;
use store::Write;
use wire::{
    Names,
    schema::{
        self, AttributeDefinition, AttributeMapping, AttributeMappingSource, Imported,
        ImportedGroups, Json, Parameter, SynchronizationSchema, Unsupported,
    },
};

use crate::{Directory, Error};

const COLLECTION: &str = "job-schema";

/// A member of ours in the document, by a name that no other product has.
const NOTE: &str = "@syncline.note";

/// Our mark at a mapping that was not taken over. It stands in the document that is kept, and in
/// none that is exported.
const LEFT: &str = "@syncline.left";

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
    /// What it says of groups; without it everything about them stays as it is.
    pub groups: Option<GroupReading>,
    /// What is kept in the document and has no effect, or is done in another way.
    pub unsupported: Vec<Unsupported>,
    /// What of it has no effect because it is not understood or does not suit the tenants, and is not in
    /// the present document already: whoever was kept in by it would be removed.
    pub losses: Vec<Unsupported>,
    /// Where the mappings stand that are not taken over because they do not suit the tenants.
    #[serde(skip)]
    left: Vec<String>,
}

/// What becomes of a document of which something would be newly left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Losses {
    /// It is refused.
    Refuse,
    /// The rest is taken over.
    Take,
}

/// What a document's mapping of groups comes to here.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupReading {
    /// Whether groups go along.
    pub enabled: bool,
    /// The mappings that are taken over.
    pub mappings: Vec<Mapping>,
    /// The filter.
    pub filter: Filter,
    /// Our own addition to the filter.
    pub condition: Option<Condition>,
    /// What may be done in the target.
    pub actions: model::Actions,
}

impl Directory {
    /// The attributes that users, or groups, of one end of a configuration have, sorted by name, and
    /// what is a reference.
    pub fn list_attributes(
        &self,
        actor: &Actor,
        job: &Job,
        (end, kind): (TenantId, model::Kind),
    ) -> Result<Vec<Attribute>, Error> {
        access::check(actor, Permission::ReadJobs, job.source)?;
        if end != job.source && end != job.target {
            return Err(Error::not_found("tenant", end));
        }
        let schema = match end == job.target {
            true => self.read_told((job.source, job.target), &[])?,
            false => self.read_schema(end)?.0,
        };
        Ok(attributes(&schema.of_kind(kind)))
    }

    /// Whether the target tells the source of its directory extensions: it does once it consents.
    pub fn tells_extensions(&self, actor: &Actor, job: &Job) -> Result<bool, Error> {
        access::check(actor, Permission::ReadJobs, job.source)?;
        Ok(!self.read_told((job.source, job.target), &[])?.is_withheld())
    }

    /// The configuration as a document.
    pub fn export_schema(
        &self,
        actor: &Actor,
        job: &Job,
        names: Names,
    ) -> Result<SynchronizationSchema, Error> {
        access::check(actor, Permission::ReadJobs, job.source)?;
        let job = self.job(job.source, job.id)?;
        let carried = self.read_carried(&job)?;
        self.tell_schema(&job, carried, names)
    }

    /// A configuration that is nowhere kept as a document, with the tenants' attributes as they are
    /// now: what a new job between the two would have.
    pub fn template_schema(
        &self,
        actor: &Actor,
        job: &Job,
    ) -> Result<SynchronizationSchema, Error> {
        access::check(actor, Permission::ReadJobs, job.source)?;
        self.tell_schema(job, None, Names::Older)
    }

    /// The document as it stands, and what a new one would say of the two tenants now.
    pub fn discover_schema(
        &self,
        actor: &Actor,
        job: &Job,
    ) -> Result<(SynchronizationSchema, SynchronizationSchema), Error> {
        access::check(actor, Permission::DiscoverAttributes, job.source)?;
        let held = self.tell_schema(job, self.read_carried(job)?, Names::Older)?;
        Ok((held, self.tell_schema(job, None, Names::Older)?))
    }

    fn tell_schema(
        &self,
        job: &Job,
        carried: Option<SynchronizationSchema>,
        names: Names,
    ) -> Result<SynchronizationSchema, Error> {
        let (source, _) = self.read_schema(job.source)?;
        let ends = (source, self.read_told((job.source, job.target), &job.all_mappings())?);
        let is_carried = carried.is_some();
        let told = self.read_told((job.source, job.target), &[])?;
        let mut carried = carried.unwrap_or_else(|| {
            let id = job.id.to_string();
            schema::blank(&id, &id, define(&ends.0, names), define(&told, names))
        });
        let has_groups = schema::find_groups(&carried).is_some();
        if !has_groups && (!is_carried || !job.groups.is_plain()) {
            let (here, there) = (ends.0.of_groups(), told.of_groups());
            schema::add_groups(&mut carried, define(&here, names), define(&there, names));
        }
        let write_all = |kind, mappings: &[Mapping]| -> Vec<AttributeMapping> {
            let left = kept_out(&carried, kind, mappings, &ends);
            mappings.iter().chain(&left).map(|mapping| write(mapping, names)).collect()
        };
        let people = write_all(model::Kind::User, &job.mappings);
        let groups = write_all(model::Kind::Group, &job.groups.mappings);
        let document = schema::merge(&carried, &people, &job.filter, job.actions, names);
        let Groups { enabled, filter, actions, .. } = &job.groups;
        let may = (*enabled, *actions);
        let mut document = schema::merge_groups(&document, &groups, filter, may, names);
        for (rule, place) in places(&document) {
            let mapping = &mut document.synchronization_rules[rule].object_mappings[place];
            for entry in &mut mapping.attribute_mappings {
                entry.rest.remove(LEFT);
                mark(entry);
            }
        }
        if let Some((rule, place)) = schema::find_users(&document) {
            let rule = &mut document.synchronization_rules[rule];
            condition::write(rule, place, job.condition.as_ref());
        }
        if let Some((rule, place)) = schema::find_groups(&document) {
            let rule = &mut document.synchronization_rules[rule];
            condition::write_groups(rule, place, job.groups.condition.as_ref());
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
        let mut reading = self.read_document(actor, job, document)?;
        reading.losses = self.find_losses(actor, job, &reading)?;
        Ok(reading)
    }

    fn read_document(
        &self,
        actor: &Actor,
        job: &Job,
        document: &SynchronizationSchema,
    ) -> Result<SchemaReading, Error> {
        access::check(actor, Permission::ReadJobs, job.source)?;
        let (source, _) = self.read_schema(job.source)?;
        let target = self.read_told((job.source, job.target), &job.all_mappings())?;
        let imported = schema::read(document).ok_or_else(|| {
            Error::invalid("schema", "it has no mapping of objects that makes users of users")
        })?;
        check_twice(&imported.mappings, &imported.places)?;
        let mut condition = condition::read(document, imported.condition)?;
        if let Some(condition) = &mut condition {
            self.forget_unknown(job.source, condition)?;
            self.find_named(actor, job.source, condition)?;
        }
        let Imported { mappings, places, filter, actions, groups, mut unsupported, .. } = imported;
        if let Err(findings) = scope::Filter::compile(&filter, condition.as_ref(), &source) {
            let job = Job { condition, ..job.clone() };
            return Err(Error::Findings(self.name_nearest(&job, findings)?));
        }
        let mut taking = Taking { unsupported: std::mem::take(&mut unsupported), left: Vec::new() };
        let mappings = taking.take(mappings, places, &source, &target);
        let groups =
            groups.map(|groups| read_groups(document, *groups, &mut taking, &source, &target));
        let groups = groups.transpose()?;
        let Taking { unsupported, left } = taking;
        let losses = Vec::new();
        Ok(SchemaReading {
            mappings,
            filter,
            condition,
            actions,
            groups,
            unsupported,
            losses,
            left,
        })
    }

    /// What of a document is left out that is not left out of the present one already.
    fn find_losses(
        &self,
        actor: &Actor,
        job: &Job,
        reading: &SchemaReading,
    ) -> Result<Vec<Unsupported>, Error> {
        let left_out = reading.unsupported.iter().filter(|one| one.left_out);
        if left_out.clone().next().is_none() {
            return Ok(Vec::new());
        }
        let present = self.export_schema(actor, job, Names::Older)?;
        let present = self.read_document(actor, job, &present)?;
        let known: Vec<_> = present.unsupported.into_iter().filter(|one| one.left_out).collect();
        let is_known = |one: &Unsupported| {
            known.iter().any(|known| (&known.what, &known.why) == (&one.what, &one.why))
        };
        Ok(left_out.filter(|one| !is_known(one)).cloned().collect())
    }

    /// Takes mappings, filter and actions from a document, and keeps the document.
    pub fn import_schema(
        &self,
        actor: &Actor,
        job: &Job,
        document: &SynchronizationSchema,
        losses: Losses,
    ) -> Result<(Job, SchemaReading), Error> {
        access::check(actor, Permission::WriteJobs, job.source)?;
        let reading = self.preview_schema(actor, job, document)?;
        if losses == Losses::Refuse && !reading.losses.is_empty() {
            return Err(Error::LeftOut(reading.losses));
        }
        let document = mark_left(document, &reading.left);
        let body = serde_json::to_string(&document).expect("a document has a JSON text");
        if body.len() > LARGEST {
            return Err(Error::invalid("schema", format!("it is longer than {LARGEST} bytes")));
        }
        let job = self.update_job_with(actor, job, vec![keep(job, Some(body))], |job| {
            job.mappings.clone_from(&reading.mappings);
            job.filter.clone_from(&reading.filter);
            job.condition.clone_from(&reading.condition);
            job.actions = reading.actions;
            if let Some(groups) = &reading.groups {
                let GroupReading { enabled, mappings, filter, condition, actions } = groups.clone();
                let Groups { nested, nested_assignment, .. } = job.groups;
                job.groups = Groups {
                    enabled,
                    nested,
                    nested_assignment,
                    filter,
                    condition,
                    mappings,
                    actions,
                };
            }
            drop_tests_of_lost_targets(job);
        })?;
        Ok((job, reading))
    }

    /// Goes back to the default mappings of people and of groups, without filters and without the
    /// imported document. Whether groups go along stays as it is.
    pub fn reset_schema(&self, actor: &Actor, job: &Job) -> Result<Job, Error> {
        self.update_job_with(actor, job, vec![keep(job, None)], |job| {
            job.mappings = Mapping::defaults();
            job.filter = Filter::default();
            job.condition = None;
            job.actions = model::Actions::default();
            let Groups { enabled, nested, nested_assignment, .. } = job.groups;
            job.groups = Groups { enabled, nested, nested_assignment, ..Groups::default() };
            drop_tests_of_lost_targets(job);
        })
    }

    fn read_carried(&self, job: &Job) -> Result<Option<SynchronizationSchema>, Error> {
        let kept = self.store.document(job.source, COLLECTION, &job.id.to_string())?;
        let damaged = |error: serde_json::Error| store::StoreError::Damaged(error.to_string());
        Ok(kept.map(|kept| serde_json::from_str(&kept.body)).transpose().map_err(damaged)?)
    }
}

/// What is taken over of a document, mapping by mapping.
struct Taking {
    unsupported: Vec<Unsupported>,
    left: Vec<String>,
}

impl Taking {
    /// The mappings that suit the tenants; the others stay in the document.
    fn take(
        &mut self,
        mappings: Vec<Mapping>,
        places: Vec<String>,
        source: &Schema,
        target: &Schema,
    ) -> Vec<Mapping> {
        let mut taken = Vec::new();
        for (mapping, place) in mappings.into_iter().zip(places) {
            let findings = check_mapping(&mapping, source, target);
            if findings.is_empty() {
                taken.push(mapping);
            } else {
                self.unsupported.push(not_taken(&place, &mapping, &findings));
                self.left.push(place);
            }
        }
        taken
    }
}

/// What is taken over of the mapping of groups.
fn read_groups(
    document: &SynchronizationSchema,
    imported: ImportedGroups,
    taking: &mut Taking,
    source: &Schema,
    target: &Schema,
) -> Result<GroupReading, Error> {
    let ImportedGroups { enabled, mappings, places, filter, condition, actions } = imported;
    check_twice(&mappings, &places)?;
    let condition = condition::read_groups(document, condition)?;
    let (source, target) = (source.of_groups(), target.of_groups());
    let of_groups = |found: Vec<Finding>| found.into_iter().map(Finding::of_groups).collect();
    scope::Filter::compile(&filter, condition.as_ref(), &source)
        .map_err(|found| Error::Findings(of_groups(found)))?;
    let mappings = taking.take(mappings, places, &source, &target);
    Ok(GroupReading { enabled, mappings, filter, condition, actions })
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

/// A mapping writes what another one writes already. The service refuses it too, and which one was
/// meant cannot be told.
fn check_twice(mappings: &[Mapping], places: &[String]) -> Result<(), Error> {
    let mut first: HashMap<String, &str> = HashMap::new();
    let mut findings = Vec::new();
    for (mapping, place) in mappings.iter().zip(places) {
        let held = first.entry(mapping.target.to_ascii_lowercase()).or_insert(place);
        if held != place {
            findings.push(Finding {
                code: "mapped-twice",
                place: place.clone(),
                message: format!("{held} writes '{}' already", mapping.target),
                hint: Some("keep one of them in the document".to_owned()),
                severity: Severity::Error,
                about: None,
                located: None,
            });
        }
    }
    if findings.is_empty() { Ok(()) } else { Err(Error::Findings(findings)) }
}

/// The document with a mark at the mappings that are not taken over.
fn mark_left(document: &SynchronizationSchema, left: &[String]) -> SynchronizationSchema {
    let mut document = document.clone();
    for (rule, place) in places(&document) {
        let mapping = &mut document.synchronization_rules[rule].object_mappings[place];
        for (index, entry) in mapping.attribute_mappings.iter_mut().enumerate() {
            entry.rest.remove(LEFT);
            let end = format!("/objectMappings/{place}/attributeMappings/{index}");
            if left.iter().any(|place| place.ends_with(&end)) {
                entry.rest.set(LEFT, Json::Boolean(true));
            }
        }
    }
    document
}

/// Where the mappings of people and of groups stand.
fn places(document: &SynchronizationSchema) -> Vec<(usize, usize)> {
    schema::find_users(document).into_iter().chain(schema::find_groups(document)).collect()
}

/// Mappings of the carried document that were not taken over when it came: they are no part of the
/// job, and stay in the document, whatever the tenants have become since.
fn kept_out(
    carried: &SynchronizationSchema,
    kind: model::Kind,
    own: &[Mapping],
    ends: &(Schema, Schema),
) -> Vec<Mapping> {
    let found = match kind {
        model::Kind::User => schema::find_users(carried),
        model::Kind::Group => schema::find_groups(carried),
    };
    let Some((rule, place)) = found else { return Vec::new() };
    let (source, target) = (ends.0.of_kind(kind), ends.1.of_kind(kind));
    let entries = &carried.synchronization_rules[rule].object_mappings[place].attribute_mappings;
    let was_left = |place: &str| {
        let index = place.rsplit('/').next().and_then(|index| index.parse::<usize>().ok());
        let entry = index.and_then(|index| entries.get(index));
        entry.is_some_and(|entry| entry.rest.get(LEFT).is_some())
    };
    let is_ours =
        |mapping: &Mapping| own.iter().any(|own| own.target.eq_ignore_ascii_case(&mapping.target));
    let refused = |mapping: &Mapping| !check_mapping(mapping, &source, &target).is_empty();
    let imported = schema::read(carried).unwrap_or_default();
    let (mappings, places) = match (kind, imported.groups) {
        (model::Kind::User, _) => (imported.mappings, imported.places),
        (model::Kind::Group, Some(groups)) => (groups.mappings, groups.places),
        (model::Kind::Group, None) => (Vec::new(), Vec::new()),
    };
    let all = mappings.into_iter().zip(places);
    all.filter(|(mapping, place)| !is_ours(mapping) && (was_left(place) || refused(mapping)))
        .map(|(mapping, _)| mapping)
        .collect()
}

/// Why a mapping of a document is not taken over.
fn not_taken(place: &str, mapping: &Mapping, findings: &[Finding]) -> Unsupported {
    let told = |finding: &Finding| match &finding.hint {
        Some(hint) => format!("{}; {hint}", finding.message),
        None => finding.message.clone(),
    };
    let why: Vec<String> = findings.iter().map(told).collect();
    let what = format!("mapping of '{}' from {}", mapping.target, mapping.rule());
    Unsupported { place: place.to_owned(), what, why: why.join("; "), left_out: true }
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
        let references: &[&str] = match &one.name {
            name if name.is_manager() => &["User"],
            name if name.is_reference() => &["User", "Group"],
            _ => &[],
        };
        let Attribute { shape, required, mutability, case, .. } = one;
        schema::attribute_definition(name, shape, required, mutability, case, references)
    };
    attributes(schema).into_iter().map(define).collect()
}

/// A tenant's attributes, and behind them what is a reference: the manager of people, the members of
/// groups.
fn attributes(schema: &Schema) -> Vec<Attribute> {
    let (name, shape) = match schema.kind() {
        model::Kind::User => (Name::manager(), model::Shape::Text(36)),
        model::Kind::Group => (Name::members(), model::Shape::Texts(36)),
    };
    let reference = Attribute {
        name,
        shape,
        required: false,
        mutability: Mutability::ReadWrite,
        case: model::Case::Ignored,
    };
    schema.attributes().into_iter().chain([reference]).collect()
}
