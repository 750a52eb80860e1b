//! Explain: why somebody is or is not in the target, in sentences, clause by clause.

use model::{Action, Kind, Object, ScopeMode, Timestamp};

use crate::{
    Change, Decision, Evaluated, Record, Rules,
    scope::{Asked, Scoped, next_change},
};

/// The sentences, in the order of the line. `linked` is the target's object that the person is
/// linked to, `groups` the names of the assigned groups that the person is a member of, and `now` the
/// present instant.
pub fn explain(
    rules: &Rules,
    record: &Record,
    evaluated: &Evaluated<'_>,
    linked: Option<&Object>,
    groups: &[String],
    now: Timestamp,
) -> Vec<String> {
    let noun = rules.noun();
    let mut sentences = vec![presence(record, linked)];
    if let Some(person) = record.object.as_ref().filter(|person| person.deleted.is_none()) {
        sentences.push(assignment(rules, record, groups));
        let asked = Asked { person, record, now };
        for (index, group) in rules.filter.explain(asked).into_iter().enumerate() {
            for result in group {
                let filter = if index == 0 {
                    "Scoping filter".to_owned()
                } else {
                    format!("Scoping filter, alternative {}", index + 1)
                };
                sentences.push(format!("{filter}: {result}."));
            }
        }
        for result in rules.filter.explain_condition(asked) {
            sentences.push(format!("Condition: {result}."));
        }
        if let Some(next) = next_change(rules, record, now) {
            sentences.push(format!("The answer may change by itself at {next}."));
        }
    }
    match &evaluated.scoped {
        Scoped::In(_) => sentences.push(format!("So the {noun} is in scope.")),
        Scoped::Out(reason) => {
            sentences.push(format!("So the {noun} is out of scope: {}.", reason.code));
        }
        Scoped::Open(reason) => sentences
            .push(format!("So nobody knows whether the {noun} is in scope: {}.", reason.code)),
    }
    if let Some(by) = &evaluated.matched_by {
        sentences.push(format!("The target's object is known by {by}."));
    }
    sentences.push(outcome(&evaluated.decision, noun));
    sentences
}

fn presence(record: &Record, linked: Option<&Object>) -> String {
    let name = record.label();
    match linked {
        Some(object) if object.deleted.is_none() => {
            format!("{name} is in the target as {}.", object.label())
        }
        Some(object) => {
            format!("{name} was in the target as {}, which is deleted now.", object.label())
        }
        None => format!("{name} is not in the target."),
    }
}

fn assignment(rules: &Rules, record: &Record, groups: &[String]) -> String {
    match (rules.scope, record.assignment.direct, groups) {
        (ScopeMode::All, ..) if rules.kind == Kind::Group => {
            "The job takes all groups; no assignment is needed.".to_owned()
        }
        (ScopeMode::Assigned, direct, _) if rules.kind == Kind::Group => match direct {
            true => "The group is assigned to the job.".to_owned(),
            false => "The job takes assigned groups, and the group is not assigned.".to_owned(),
        },
        (ScopeMode::All, _, _) => "The job takes everybody; no assignment is needed.".to_owned(),
        (ScopeMode::Assigned, false, []) => {
            "The job takes assigned people, and neither the person nor a group with the person as a \
             direct member is assigned."
                .to_owned()
        }
        (ScopeMode::Assigned, true, []) => "The person is assigned to the job.".to_owned(),
        (ScopeMode::Assigned, direct, groups) => {
            let also = if direct { "The person is assigned to the job, and is" } else { "The person is" };
            format!("{also} a direct member of the assigned {}.", groups.join(", "))
        }
    }
}

fn outcome(decision: &Decision, noun: &str) -> String {
    match decision {
        Decision::Nothing => "The target holds what it should; nothing is to be done.".to_owned(),
        Decision::Skip(reason) => format!("Nothing is done: {reason}."),
        Decision::Fail(reason, _) => format!("It cannot go on: {reason}. {}", reason.code.remedy()),
        Decision::ChangeAndFail(change, reason, _) if change.action == Action::Disable => format!(
            "The next cycle will disable the {noun} in the target, and no more: {reason}. {}",
            reason.code.remedy()
        ),
        Decision::ChangeAndFail(change, reason, _) => {
            format!(
                "{} Something falls away: {reason}. {}",
                told(change, noun),
                reason.code.remedy()
            )
        }
        Decision::Change(change) => told(change, noun),
    }
}

fn told(change: &Change, noun: &str) -> String {
    let what = match change.action {
        Action::Create => format!("create the {noun} in the target"),
        Action::Adopt if noun == "group" => "take over the existing group".to_owned(),
        Action::Adopt => "take over the existing external user".to_owned(),
        Action::Update => format!("update the {noun} in the target"),
        Action::Restore => format!("restore the {noun} in the target"),
        Action::Disable => format!("disable the {noun} in the target"),
        Action::Remove => format!("remove the {noun} from the target"),
        Action::Unlink => "forget the link, since the target no longer has the object".to_owned(),
        Action::Fail => "record the failure".to_owned(),
        Action::AddMember => format!("make the {noun} a member of the group"),
        Action::RemoveMember => format!("take the {noun} out of the group"),
    };
    let names: Vec<&str> = change.modifications.iter().map(|one| one.name.as_str()).collect();
    if names.is_empty() {
        format!("The next cycle will {what}.")
    } else {
        format!("The next cycle will {what} ({}).", names.join(", "))
    }
}
