//! `syncline job schema`.

use std::path::Path;

use directory::{GroupReading, Losses, NewExtension, SchemaReading};
use engine::Attribute;
use model::{Case, Job, Kind, Mutability, TenantId};
use serde_json::json;
use wire::{
    Names,
    filter_text::Scoping,
    schema::{SynchronizationSchema, type_name, write_actions},
};

use super::{Call, extensions, mappings, table};
use crate::{
    args::{NameStyle, SchemaCommand, Side},
    failure::Failure,
    output::Reply,
};

pub fn run(call: &Call<'_>, job: &Job, command: SchemaCommand) -> Result<Reply, Failure> {
    match command {
        SchemaCommand::Show { side, groups } => {
            show(call, job, side, if groups { Kind::Group } else { Kind::User })
        }
        SchemaCommand::Export { out, names } => export(call, job, out.as_deref(), names),
        SchemaCommand::Import { file, dry_run: true, force } => {
            let document = read(call, &file)?;
            let reading = call.app.directory.preview_schema(call.actor, job, &document)?;
            let is_refused = !force && !reading.losses.is_empty();
            let headline = match is_refused {
                true => "would refuse this, since parts would be left out; --force takes the rest",
                false => "would get this; nothing was changed",
            };
            let told = told(&reading, format!("{} {headline}", job.name));
            Ok(told.exit(u8::from(is_refused)))
        }
        SchemaCommand::Import { file, dry_run: false, force } => {
            let document = read(call, &file)?;
            let losses = if force { Losses::Take } else { Losses::Refuse };
            let directory = &call.app.directory;
            let (job, reading) = directory.import_schema(call.actor, job, &document, losses)?;
            let next =
                "the next cycle looks at everybody, and `syncline plan` shows who would move";
            Ok(told(&reading, format!("{} was configured from the document; {next}", job.name)))
        }
        SchemaCommand::Add { name, side, data_type, multi_valued } => {
            let new = NewExtension {
                name,
                application: None,
                data_type: extensions::data_type(&data_type)?,
                multi_valued,
                targets: vec![Kind::User],
            };
            let tenant = of(job, side);
            let extension = call.app.directory.create_extension(call.actor, tenant, new)?;
            let text = format!("created {}; map it by its short name", extension.attribute());
            Ok(Reply::new(extensions::document(&extension), text))
        }
        SchemaCommand::Reset => {
            let job = call.app.directory.reset_schema(call.actor, job)?;
            let text = format!(
                "{} has the default mappings and no filter; the next cycle looks at everybody\n{}\n\
                 Mappings of groups\n{}",
                job.name,
                mappings::table_of(&job.mappings),
                mappings::table_of(&job.groups.mappings)
            );
            Ok(Reply::new(super::jobs::document(call, &job), text))
        }
    }
}

fn export(
    call: &Call<'_>,
    job: &Job,
    out: Option<&Path>,
    names: NameStyle,
) -> Result<Reply, Failure> {
    let names = match names {
        NameStyle::Older => Names::Older,
        NameStyle::Graph => Names::Graph,
    };
    let document = call.app.directory.export_schema(call.actor, job, names)?;
    let text = serde_json::to_string_pretty(&document).expect("a document has a JSON text");
    // The text is the document already, with numbers as they were written.
    let Some(out) = out else { return Ok(Reply::new((), text)) };
    let path = call.request.path(out);
    std::fs::write(&path, text + "\n")
        .map_err(|error| Failure::new("not-writable", format!("{}: {error}", path.display())))?;
    let said = format!("wrote the schema of {} to {}", job.name, path.display());
    Ok(Reply::new(json!({ "file": path }), said))
}

fn read(call: &Call<'_>, file: &Path) -> Result<SynchronizationSchema, Failure> {
    let text = call.request.read_text(file)?;
    serde_json::from_str(&text).map_err(|error| {
        Failure::new("schema-form", format!("{}: {error}", file.display()))
            .hint("a document as `GET …/synchronization/jobs/{id}/schema` gives it is wanted")
    })
}

/// What a document came to: what is taken over, and line by line what is not.
fn told(reading: &SchemaReading, headline: String) -> Reply {
    let mut text = format!("{headline}\n\n{}", mappings::table_of(&reading.mappings));
    let filter = wire::filter_text::print_scoping(&Scoping {
        filter: reading.filter.clone(),
        condition: reading.condition.clone(),
    });
    if !filter.is_empty() {
        text.push_str(&format!("\nfilter: {filter}\n"));
    }
    if reading.actions != model::Actions::default() {
        text.push_str(&format!("\nactions: {}\n", write_actions(reading.actions)));
    }
    if let Some(groups) = &reading.groups {
        text.push_str(&told_groups(groups));
    }
    if reading.unsupported.is_empty() {
        text.push_str("\neverything in the document is supported\n");
    } else {
        let rows = reading
            .unsupported
            .iter()
            .map(|one| vec![one.what.clone(), one.why.clone(), one.place.clone()]);
        text.push_str("\nKept in the document; without effect here, or done in another way\n");
        text.push_str(&table(&["what", "why", "where"], rows));
    }
    Reply::new(reading, text)
}

fn told_groups(groups: &GroupReading) -> String {
    let go = if groups.enabled { "go along" } else { "stay at home" };
    let mut text = format!("\nGroups {go}\n{}", mappings::table_of(&groups.mappings));
    let filter = wire::filter_text::print_scoping(&Scoping {
        filter: groups.filter.clone(),
        condition: groups.condition.clone(),
    });
    if !filter.is_empty() {
        text.push_str(&format!("\nfilter of groups: {filter}\n"));
    }
    if groups.actions != model::Actions::default() {
        text.push_str(&format!("\nactions on groups: {}\n", write_actions(groups.actions)));
    }
    text
}

fn of(job: &Job, side: Side) -> TenantId {
    match side {
        Side::Source => job.source,
        Side::Target => job.target,
    }
}

fn show(call: &Call<'_>, job: &Job, side: Option<Side>, kind: Kind) -> Result<Reply, Failure> {
    let mut text = String::new();
    let mut document = json!({});
    for (one, title) in [(Side::Source, "source"), (Side::Target, "target")] {
        if side.is_some_and(|side| side != one) {
            continue;
        }
        let attributes =
            call.app.directory.list_attributes(call.actor, job, (of(job, one), kind))?;
        let rows = attributes.iter().map(row);
        let head = ["attribute", "type", "values", "most", "must be", "written by", "case"];
        let whose = if kind == Kind::Group { " of groups" } else { "" };
        text.push_str(&format!("Attributes{whose} of the {title}\n{}\n", table(&head, rows)));
        document[title] = attributes.iter().map(member).collect();
        if one == Side::Target && !call.app.directory.tells_extensions(call.actor, job)? {
            let note = "directory extensions of the target are told once it allows \
                        synchronizing into it; see `syncline job test`";
            text.push_str(&format!("{note}\n"));
            document["note"] = json!(note);
        }
    }
    Ok(Reply::new(document, text))
}

fn row(attribute: &Attribute) -> Vec<String> {
    let (kind, limit) = match attribute.name.is_reference() {
        true => ("a reference", None),
        false => (attribute.shape.describe(), attribute.shape.limit()),
    };
    let limit = limit.map(|limit| limit.to_string()).unwrap_or_default();
    vec![
        attribute.name.to_string(),
        kind.to_owned(),
        if attribute.shape.is_list() { "several" } else { "one" }.to_owned(),
        limit,
        if attribute.required { "there" } else { "" }.to_owned(),
        match attribute.mutability {
            Mutability::ReadWrite => "anybody",
            Mutability::Directory => "the directory",
        }
        .to_owned(),
        match attribute.case {
            Case::Exact => "matters",
            Case::Ignored => "",
        }
        .to_owned(),
    ]
}

/// The attribute under the names that the published schema has for its properties and types.
fn member(attribute: &Attribute) -> serde_json::Value {
    let Attribute { name, shape, required, mutability, case } = attribute;
    json!({
        "name": name,
        "type": type_name(*shape, name.is_reference()),
        "multivalued": shape.is_list(),
        "maximumLength": shape.limit().filter(|_| !name.is_reference()),
        "required": required,
        "mutability": mutability,
        "caseExact": *case == Case::Exact,
    })
}
