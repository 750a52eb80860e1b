//! `syncline escrow`.

use model::{Job, Kind, ObjectId, Waiting};
use serde_json::json;

use super::{Call, jobs, table};
use crate::{
    args::{EscrowArgs, EscrowCommand},
    failure::Failure,
    output::{Output, Reply, Watch},
};

/// How many `list` shows.
const SHOWN: usize = 1_000;

pub fn run(call: &Call<'_>, args: EscrowArgs, output: &mut dyn Output) -> Result<Reply, Failure> {
    let directory = &call.app.directory;
    let job = directory.find_job(call.actor, &args.job)?;
    match args.command {
        EscrowCommand::List => {
            let waiting = call.app.sync.list_escrow(call.actor, &job, None, SHOWN)?;
            let ids: Vec<ObjectId> = waiting.iter().map(|one| one.source).collect();
            let found = directory.store().get(job.source, &ids)?;
            let names: Vec<String> = found
                .iter()
                .zip(&ids)
                .map(|(object, id)| object.as_ref().map_or(id.to_string(), |one| one.label()))
                .collect();
            let rows = waiting.iter().zip(&names).map(|(one, name)| {
                vec![
                    name.clone(),
                    one.reason.code.to_string(),
                    one.attempts.to_string(),
                    next_attempt(one),
                    one.reason.sentence.clone(),
                ]
            });
            let text = table(&["person", "code", "attempts", "next attempt", "reason"], rows);
            let named = waiting.iter().zip(&names).map(|(one, name)| {
                let mut one = json!(one);
                one["name"] = json!(name);
                one
            });
            let named: Vec<_> = named.collect();
            Ok(Reply::new(json!({ "waiting": named }), text))
        }
        EscrowCommand::Retry { users } => {
            let people = find(call, &job, &users)?;
            let watch = Watch::new("retry", output);
            let run = call.app.sync.retry_escrow(call.actor, &job, &people, &watch)?;
            Ok(jobs::of_run(&run))
        }
        EscrowCommand::GiveUp { users } => {
            let people = find(call, &job, &users)?;
            let count = call.app.sync.give_up_escrow(call.actor, &job, &people)?;
            let text = format!("{count} are not tried again by themselves");
            Ok(Reply::new(json!({ "givenUp": people }), text))
        }
    }
}

fn find(call: &Call<'_>, job: &Job, users: &[String]) -> Result<Vec<ObjectId>, Failure> {
    let directory = &call.app.directory;
    let find = |name: &String| {
        let find = |kind| directory.find(call.actor, job.source, kind, name);
        match find(Kind::User) {
            Err(directory::Error::NotFound { .. }) => find(Kind::Group),
            found => found,
        }
    };
    Ok(users.iter().map(|name| Ok(find(name)?.id)).collect::<Result<_, directory::Error>>()?)
}

fn next_attempt(waiting: &Waiting) -> String {
    match waiting.given_up {
        Some(at) => format!("none; given up at {at}"),
        None => waiting.due.to_string(),
    }
}
