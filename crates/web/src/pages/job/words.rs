//! What things of runs and logs are called, and in which colour.

use std::collections::BTreeMap;

use model::{Action, Code, RunKind, RunState, RunSummary};
use sync::{LogStatus, PlanState};

use crate::form::coded;

/// A state in a word and a colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Badge {
    /// ok, warn, bad, info or idle.
    pub kind: &'static str,
    /// The word.
    pub word: String,
}

impl Badge {
    /// A state.
    pub fn new(kind: &'static str, word: String) -> Self {
        Self { kind, word }
    }
}

/// A number with what it counts, and where more of it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// What it counts.
    pub word: String,
    /// More about it.
    pub hint: String,
    /// The key of it, as it stands in addresses.
    pub key: String,
    /// How many.
    pub count: u64,
}

/// What is done.
pub fn action(action: Action) -> String {
    match action {
        Action::Create => text!("word-create"),
        Action::Adopt => text!("word-adopt"),
        Action::Update => text!("word-update"),
        Action::Restore => text!("word-restore"),
        Action::Disable => text!("word-disable"),
        Action::Remove => text!("word-remove"),
        Action::Unlink => text!("word-unlink"),
        Action::Fail => text!("word-fail"),
        Action::AddMember => text!("word-add-member"),
        Action::RemoveMember => text!("word-remove-member"),
    }
}

/// The action behind the word that programs read.
pub fn find_action(word: &str) -> Option<Action> {
    Action::ALL.into_iter().find(|action| action.as_str() == word)
}

/// The code behind its text.
pub fn find_code(text: &str) -> Option<Code> {
    Code::ALL.iter().map(|(code, ..)| *code).find(|code| code.as_str() == text)
}

/// What a code means, in general.
pub fn meaning(code: Code) -> &'static str {
    Code::ALL.iter().find(|entry| entry.0 == code).map_or("", |entry| entry.2)
}

/// Counts by action, in the order in which they are applied.
pub fn actions(counts: &BTreeMap<String, u64>) -> Vec<Count> {
    let known = Action::ALL.into_iter().filter_map(|one| Some((one, *counts.get(one.as_str())?)));
    let count = |(one, count): (Action, u64)| Count {
        word: action(one),
        hint: String::new(),
        key: one.as_str().to_owned(),
        count,
    };
    known.map(count).collect()
}

/// Counts by code, the largest first.
pub fn codes(counts: &BTreeMap<String, u64>) -> Vec<Count> {
    let count = |(text, count): (&String, &u64)| Count {
        word: text.clone(),
        hint: find_code(text).map_or_else(String::new, |code| meaning(code).to_owned()),
        key: coded(text),
        count: *count,
    };
    let mut all: Vec<Count> = counts.iter().map(count).collect();
    all.sort_by_key(|one| std::cmp::Reverse(one.count));
    all
}

/// Counts as one list: `3 created, 2 updated`.
pub fn list(counts: &[Count]) -> String {
    let each = |one: &Count| text!("word-counted", count = one.count, word = one.word.as_str());
    counts.iter().map(each).collect::<Vec<_>>().join(", ")
}

/// How an entry went.
pub fn status(status: LogStatus) -> Badge {
    match status {
        LogStatus::Success => Badge::new("ok", text!("word-success")),
        LogStatus::Failure => Badge::new("bad", text!("word-failure")),
        LogStatus::Skipped => Badge::new("idle", text!("word-skipped")),
        LogStatus::Held => Badge::new("warn", text!("word-held")),
        LogStatus::Pending => Badge::new("info", text!("word-pending")),
    }
}

/// All of them, as they are asked for.
pub const STATUSES: [LogStatus; 5] = [
    LogStatus::Success,
    LogStatus::Failure,
    LogStatus::Skipped,
    LogStatus::Held,
    LogStatus::Pending,
];

/// What began a run.
pub fn run_kind(kind: RunKind) -> String {
    match kind {
        RunKind::Cycle => text!("word-cycle"),
        RunKind::Plan => text!("word-plan"),
        RunKind::Apply => text!("word-apply"),
        RunKind::OnDemand => text!("word-on-demand"),
        RunKind::Approval => text!("word-approval"),
    }
}

/// How a run stands.
pub fn run_state(state: RunState) -> Badge {
    match state {
        RunState::Running => Badge::new("info", text!("word-running")),
        RunState::Done => Badge::new("ok", text!("word-done")),
        RunState::Held => Badge::new("warn", text!("word-waits")),
        RunState::Stopped => Badge::new("bad", text!("word-stopped")),
    }
}

/// Where a saved plan stands.
pub fn plan_state(state: PlanState) -> Badge {
    match state {
        PlanState::Making => Badge::new("info", text!("word-making")),
        PlanState::Stopped => Badge::new("idle", text!("word-stopped")),
        PlanState::Ready => Badge::new("ok", text!("word-ready")),
        PlanState::Stale => Badge::new("warn", text!("word-stale")),
        PlanState::Refused => Badge::new("bad", text!("word-refused")),
        PlanState::Applied => Badge::new("idle", text!("word-applied")),
        PlanState::Dropped => Badge::new("idle", text!("word-dropped")),
    }
}

/// How long something lasts, as exactly as anybody cares.
pub fn lasting(seconds: u64) -> String {
    match seconds {
        0..120 => text!("word-seconds", count = seconds),
        120..7_200 => text!("word-minutes", count = seconds / 60),
        7_200..172_800 => text!("word-hours", count = seconds / 3_600),
        _ => text!("word-days", count = seconds / 86_400),
    }
}

/// How long a run took; nothing while it is under way.
pub fn took(run: &RunSummary) -> String {
    let Some(ended) = run.ended else { return String::new() };
    let milliseconds = u64::try_from(ended.0 - run.began.0).unwrap_or_default();
    match milliseconds {
        0..10_000 => text!("word-milliseconds", count = milliseconds),
        _ => lasting(milliseconds / 1_000),
    }
}

/// A run in one sentence, for whoever asked for it.
pub fn told(run: &RunSummary) -> String {
    let done = actions(&run.done);
    let mut sentence = match done.is_empty() {
        true => text!("word-told-nothing", read = run.read),
        false => text!("word-told", read = run.read, done = list(&done)),
    };
    if run.held > 0 {
        sentence.push(' ');
        sentence.push_str(&text!("word-told-held", count = run.held));
    }
    if let Some(reason) = &run.stopped {
        sentence.push(' ');
        sentence.push_str(&text!("word-told-stopped", reason = reason.sentence.as_str()));
    }
    sentence
}

/// Where in the center something can be done about a code, below the configuration.
pub fn place_of(code: Code) -> Option<(&'static str, String)> {
    let place = match code {
        Code::MAPPING_FAILED
        | Code::MAPPING_DROPPED
        | Code::NO_UNIQUE_VALUE
        | Code::VALUE_REFUSED
        | Code::MAPPING_TEST_FAILED
        | Code::CONFIGURATION_INVALID => ("/mappings", text!("nav-mappings")),
        Code::NOT_ASSIGNED | Code::FILTERED_OUT | Code::FILTER_FAILED | Code::DATE_AHEAD => {
            ("/scope", text!("nav-scope"))
        }
        Code::CREATE_OFF | Code::UPDATE_OFF | Code::DELETE_OFF | Code::NESTED_GROUP => {
            ("/settings", text!("nav-settings"))
        }
        Code::TARGET_NOT_CHOSEN => ("/settings", text!("nav-settings")),
        Code::REMOVAL_BRAKE
        | Code::PARTING_BRAKE
        | Code::CREATE_BRAKE
        | Code::UPDATE_BRAKE
        | Code::CLEARING_BRAKE => ("/held", text!("nav-held")),
        Code::GIVEN_UP => ("/escrow", text!("nav-escrow")),
        Code::PLAN_MOVED => ("/plan", text!("nav-plan")),
        _ => return None,
    };
    Some(place)
}
