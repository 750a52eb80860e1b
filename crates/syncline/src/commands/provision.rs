//! `syncline provision` and `syncline explain`.

use model::{Job, Kind, ObjectId};
use sync::Provisioned;

use super::{Call, table};
use crate::{
    args::ProvisionArgs,
    failure::Failure,
    output::{Output, Reply, Watch},
};

pub fn provision(
    call: &Call<'_>,
    args: &ProvisionArgs,
    output: &mut dyn Output,
) -> Result<Reply, Failure> {
    let (job, person) = find(call, args)?;
    let sync = &call.app.sync;
    let shown = if args.dry_run {
        sync.preview(call.actor, &job, person)?
    } else {
        sync.provision(call.actor, &job, person, &Watch::new("provision", output))?
    };
    let text = describe(&shown, args.dry_run);
    let failed = shown.action == "fail";
    let held = shown.run.as_ref().is_some_and(|run| run.state == model::RunState::Held);
    let exit = if held { 3 } else { u8::from(failed) };
    Ok(Reply::new(&shown, text).exit(exit))
}

pub fn explain(call: &Call<'_>, args: &ProvisionArgs) -> Result<Reply, Failure> {
    let (job, person) = find(call, args)?;
    let explained = call.app.sync.explain(call.actor, &job, person)?;
    Ok(Reply::new(&explained, explained.sentences.join("\n")))
}

fn find(call: &Call<'_>, args: &ProvisionArgs) -> Result<(Job, ObjectId), Failure> {
    let directory = &call.app.directory;
    let job = directory.find_job(call.actor, &args.job)?;
    // Somebody who is gone for good has an id still, in the links and in the log.
    let find = |kind| directory.find(call.actor, job.source, kind, &args.user);
    let id = match args.user.parse() {
        Ok(id) => id,
        Err(_) => match find(Kind::User) {
            // What nobody is called may be a group's name; if it is not, a person was meant.
            Err(error @ directory::Error::NotFound { .. }) => match find(Kind::Group) {
                Err(directory::Error::NotFound { .. }) => return Err(error.into()),
                group => group?.id,
            },
            person => person?.id,
        },
    };
    Ok((job, id))
}

fn describe(shown: &Provisioned, dry_run: bool) -> String {
    let mut text = format!("{} ({})\n", shown.name, shown.id);
    for (index, step) in shown.steps.iter().enumerate() {
        text.push_str(&format!("\n{}. {} ({})\n", index + 1, step.name, step.status));
        for detail in &step.details {
            text.push_str(&format!("   {detail}\n"));
        }
    }
    if !shown.attributes.is_empty() {
        let rows = shown.attributes.iter().map(|row| {
            let value = |value: &Option<String>| value.clone().unwrap_or_default();
            let sign = if row.changes { "*" } else { "" };
            vec![
                sign.to_owned(),
                row.target.clone(),
                value(&row.source_value),
                row.expression.clone(),
                value(&row.old),
                value(&row.new),
            ]
        });
        text.push('\n');
        text.push_str(&table(&["", "target", "source value", "expression", "old", "new"], rows));
    }
    text.push_str(if dry_run { "\nNothing was written.\n" } else { "" });
    if let Some(run) = &shown.run {
        text.push_str(&format!("\n{}\n", super::describe::run(run)));
    }
    text
}
