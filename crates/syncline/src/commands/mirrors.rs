//! `syncline mirror`.

mod show;

use std::path::Path;

use directory::NewMirror;
use model::{Brake, Kind, Mirror, MirrorState, Proof, Schedule, TenantId};
use serde_json::json;
use sync::{Mirrors, Reading};

use super::{Call, import::parse_format, jobs, schedule};
use crate::{
    args::{MirrorCommand, MirrorCreate, MirrorKind, MirrorName, MirrorUpdate},
    failure::Failure,
    output::{Output, Reply, Watch},
};

pub fn run(
    call: &Call<'_>,
    command: MirrorCommand,
    output: &mut dyn Output,
) -> Result<Reply, Failure> {
    let mirrors = Mirrors::new(call.app.directory.clone());
    let directory = &call.app.directory;
    match command {
        MirrorCommand::Create(args) => create(call, &args),
        MirrorCommand::Update(args) => update(call, &args),
        MirrorCommand::List { tenant } => {
            let tenant = directory.get_tenant(call.actor, &tenant)?;
            show::list(call, &directory.list_mirrors(call.actor, tenant.id)?)
        }
        MirrorCommand::Show(name) => show::one(call, &find(call, &name)?),
        MirrorCommand::Plan { name, first } => {
            let mirror = find(call, &name)?;
            Ok(show::plan(&mirror, &mirrors.plan(call.actor, &mirror, first)?))
        }
        MirrorCommand::Run { name, again } => {
            let mirror = find(call, &name)?;
            let reading = if again { Reading::Again } else { Reading::IfChanged };
            let watch = Watch::new("taking the listing in", output);
            Ok(show::ending(&mirror, &mirrors.run(call.actor, &mirror, reading, &watch)?))
        }
        MirrorCommand::Approve(name) => {
            let mirror = find(call, &name)?;
            let watch = Watch::new("taking the listing in", output);
            Ok(show::ending(&mirror, &mirrors.approve(call.actor, &mirror, &watch)?))
        }
        MirrorCommand::Reject(name) => {
            let mirror = find(call, &name)?;
            let held = mirrors.reject(call.actor, &mirror)?;
            let text = format!("{} dropped its listing and waits for another", mirror.name);
            Ok(Reply::new(json!({ "rejected": held }), text))
        }
        MirrorCommand::Start(name) => set_state(call, &name, MirrorState::Active),
        MirrorCommand::Pause(name) => set_state(call, &name, MirrorState::Paused),
        MirrorCommand::Delete(name) => {
            let mirror = find(call, &name)?;
            directory.delete_mirror(call.actor, &mirror)?;
            let text = format!("deleted mirror {}; whom it brought in stays", mirror.name);
            Ok(Reply::new(json!({ "deleted": mirror.id }), text))
        }
    }
}

fn find(call: &Call<'_>, name: &MirrorName) -> Result<Mirror, Failure> {
    let tenant = call.app.directory.get_tenant(call.actor, &name.tenant)?;
    Ok(call.app.directory.find_mirror(call.actor, tenant.id, &name.mirror)?)
}

fn create(call: &Call<'_>, args: &MirrorCreate) -> Result<Reply, Failure> {
    let directory = &call.app.directory;
    let tenant: TenantId = directory.get_tenant(call.actor, &args.tenant)?.id;
    if let Some(format) = &args.format {
        parse_format(format)?;
    }
    let path = call.request.server_path(&args.file)?;
    if args.format.is_none() && wire::Format::of_path(&path.to_string_lossy()).is_none() {
        let text = format!("the name {} tells no format", args.file.display());
        return Err(Failure::usage(text).hint("add --format csv, jsonl, graph or ldif"));
    }
    let schedule = schedule::parse(args.watch, args.every.as_deref(), args.cron.as_deref())?;
    let new = NewMirror {
        name: args.name.clone(),
        kind: match args.kind {
            MirrorKind::User => Kind::User,
            MirrorKind::Group => Kind::Group,
        },
        file: path.to_string_lossy().into_owned(),
        format: args.format.clone(),
        columns: args.columns.clone(),
        anchor: args.id_column.clone(),
        tombstone: args.tombstones.clone(),
        proof: proof(args)?,
        brake: limit(&args.limit)?,
        smaller_percent: args.smaller,
        schedule: schedule.unwrap_or(Schedule::OnChange),
    };
    let mut mirror = directory.create_mirror(call.actor, tenant, new)?;
    if args.paused {
        mirror = directory.set_mirror_state(call.actor, &mirror, MirrorState::Paused)?;
    }
    let text = format!("created mirror {} ({})", mirror.name, mirror.id);
    Ok(with_warning(&mirror, text))
}

fn limit(text: &str) -> Result<Brake, Failure> {
    jobs::limited(text).ok_or_else(|| {
        Failure::usage(format!("'{text}' is no limit"))
            .hint("a number, or 500:10:10 (at most 500, a tenth, 10 always)")
    })
}

fn update(call: &Call<'_>, args: &MirrorUpdate) -> Result<Reply, Failure> {
    let mirror = find(call, &args.mirror)?;
    let text = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    if let Some(format) = args.format.as_ref().and_then(text) {
        parse_format(&format)?;
    }
    let file = args.file.as_ref().map(|file| call.request.server_path(file)).transpose()?;
    let file = file.map(|file| file.to_string_lossy().into_owned());
    let format = args.format.as_ref().map_or(mirror.format.clone(), text);
    let named = file.as_ref().unwrap_or(&mirror.file);
    if format.is_none() && wire::Format::of_path(named).is_none() {
        let told = format!("the name {named} tells no format");
        return Err(Failure::usage(told).hint("add --format csv, jsonl, graph or ldif"));
    }
    let proof = new_proof(args);
    let brake = args.limit.as_deref().map(limit).transpose()?;
    let schedule = schedule::parse(args.watch, args.every.as_deref(), args.cron.as_deref())?;
    let mirror = call.app.directory.update_mirror(call.actor, &mirror, |mirror| {
        let set = |held: &mut String, new: &Option<String>| {
            *held = new.clone().unwrap_or_else(|| held.clone());
        };
        set(&mut mirror.name, &args.name);
        set(&mut mirror.file, &file);
        mirror.format.clone_from(&format);
        if !args.columns.is_empty() {
            mirror.columns = args.columns.iter().filter_map(text).collect();
        }
        mirror.tombstone = args.tombstones.as_ref().map_or(mirror.tombstone.take(), text);
        mirror.proof = proof.clone().unwrap_or_else(|| mirror.proof.clone());
        mirror.brake = brake.unwrap_or(mirror.brake);
        mirror.smaller_percent = args.smaller.unwrap_or(mirror.smaller_percent);
        mirror.schedule = schedule.clone().unwrap_or_else(|| mirror.schedule.clone());
    })?;
    let text = format!("updated mirror {}; it runs {}", mirror.name, show::schedule(&mirror));
    Ok(with_warning(&mirror, text))
}

/// The mirror, with a warning where its file is not there: it may come later, and may as well be a slip.
fn with_warning(mirror: &Mirror, mut text: String) -> Reply {
    let mut document = show::document(mirror);
    if !Path::new(&mirror.file).exists() {
        let warning = format!("there is no file {}; it is read as soon as it comes", mirror.file);
        text.push_str(&format!("\nwarning: {warning}"));
        document["warnings"] = json!([warning]);
    }
    Reply::new(document, text)
}

/// The proof that is given, if one is. Tombstones in its place are for a new mirror to choose.
fn new_proof(args: &MirrorUpdate) -> Option<Proof> {
    match (&args.end_mark, &args.count_line, &args.count_file) {
        (Some(line), ..) => Some(Proof::EndMark(line.clone())),
        (_, Some(text), _) => Some(Proof::CountLine(text.clone())),
        (.., Some(file)) => Some(Proof::CountFile(file.clone())),
        _ => args.renamed.then_some(Proof::Renamed),
    }
}

fn proof(args: &MirrorCreate) -> Result<Proof, Failure> {
    Ok(match (&args.end_mark, &args.count_line, &args.count_file, &args.tombstones) {
        (Some(line), ..) => Proof::EndMark(line.clone()),
        (_, Some(text), ..) => Proof::CountLine(text.clone()),
        (_, _, Some(file), _) => Proof::CountFile(file.clone()),
        _ if args.renamed => Proof::Renamed,
        (.., Some(_)) => Proof::Tombstones,
        _ => {
            let text = "nothing would show that the listing is whole";
            let hint = "add --end-mark, --count-line, --count-file or --renamed; or --tombstones, \
                        and only records that say so are removed";
            return Err(Failure::usage(text).hint(hint));
        }
    })
}

fn set_state(call: &Call<'_>, name: &MirrorName, state: MirrorState) -> Result<Reply, Failure> {
    let mirror = find(call, name)?;
    let mirror = call.app.directory.set_mirror_state(call.actor, &mirror, state)?;
    let text = match state {
        MirrorState::Active => format!("{} runs {}", mirror.name, show::schedule(&mirror)),
        MirrorState::Paused => format!("{} runs only when asked", mirror.name),
    };
    Ok(Reply::new(show::document(&mirror), text))
}
