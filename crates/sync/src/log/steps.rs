//! The steps of the line, told from an entry when somebody reads it: what must have happened for the
//! entry to be what it is.

use std::collections::BTreeMap;

use model::{Action, Code, Entry};
use serde::Serialize;

use super::{LogStatus, entry::graph_status};

/// One step, told.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogStep {
    /// Its name, in the form of Graph's samples: `EntryExportAdd`.
    pub name: String,
    /// `import`, `scoping`, `matching`, `processing`, `referenceResolution` or `export`.
    pub provisioning_step_type: &'static str,
    /// How it went.
    pub status: &'static str,
    /// A sentence about it.
    pub description: String,
    /// More about it, by name.
    pub details: BTreeMap<String, String>,
}

/// What is known about the people of one entry.
struct Story<'a> {
    entry: &'a Entry,
    /// The kind of change, as it ends the names of steps.
    kind: &'static str,
    /// The step in which the person came to a stop.
    failed: Option<&'static str>,
}

/// The steps of an entry, up to the one in which it came to a stop.
pub(super) fn steps(entry: &Entry) -> Vec<LogStep> {
    let story = Story { entry, kind: kind(entry.action), failed: failed_step(entry) };
    let told = [
        Some(story.import()),
        Some(story.scoping()),
        Some(story.matching()),
        story.processing(),
        story.references(),
        Some(story.export()),
    ];
    let mut steps = Vec::new();
    for step in told.into_iter().flatten() {
        let is_last = story.failed == Some(step.provisioning_step_type);
        steps.push(step);
        if is_last {
            break;
        }
    }
    steps
}

fn kind(action: Action) -> &'static str {
    match action {
        Action::Create => "Add",
        Action::Adopt
        | Action::Update
        | Action::Restore
        | Action::AddMember
        | Action::RemoveMember => "Update",
        Action::Disable => "Disable",
        Action::Remove => "Delete",
        Action::Unlink | Action::Fail => "Skip",
    }
}

/// Where somebody who could not go on came to a stop. What was refused came as far as the target.
fn failed_step(entry: &Entry) -> Option<&'static str> {
    let code = entry.reason.as_ref()?.code;
    if LogStatus::of(entry.state) != LogStatus::Failure {
        return None;
    }
    if entry.action != Action::Fail {
        return Some("export");
    }
    Some(match code {
        Code::MAPPING_FAILED | Code::NO_UNIQUE_VALUE | Code::VALUE_REFUSED | Code::MAIL_DOMAIN => {
            "processing"
        }
        Code::TARGET_MOVED | Code::TARGET_MISSING | Code::TARGET_REFUSED => "export",
        _ => "matching",
    })
}

impl Story<'_> {
    fn step(&self, step_type: &'static str, name: &str, description: String) -> LogStep {
        let (mut status, mut details) = ("success", BTreeMap::new());
        let mut description = description;
        if self.failed == Some(step_type)
            && let Some(reason) = &self.entry.reason
        {
            status = "failure";
            description = reason.sentence.clone();
            details.insert("ErrorCode".to_owned(), reason.code.to_string());
            details.insert("RecommendedAction".to_owned(), reason.code.remedy().to_owned());
        }
        LogStep {
            name: name.to_owned(),
            provisioning_step_type: step_type,
            status,
            description,
            details,
        }
    }

    fn code(&self) -> Option<Code> {
        self.entry.reason.as_ref().map(|reason| reason.code)
    }

    fn import(&self) -> LogStep {
        let name = &self.entry.name;
        let (change, text) = match self.code() {
            Some(Code::DELETED_IN_SOURCE) => ("Delete", "is deleted in the source"),
            Some(Code::GONE_FROM_SOURCE) => ("Delete", "is gone from the source"),
            _ if self.entry.action == Action::Create => ("Add", "was read from the source"),
            _ => ("Update", "was read from the source"),
        };
        self.step("import", &format!("EntryImport{change}"), format!("{name} {text}"))
    }

    /// What scoping came to is known from what is done: somebody who is removed for one reason
    /// passed, as far as the entry tells, all other questions.
    fn scoping(&self) -> LogStep {
        let (name, code) = (&self.entry.name, self.code());
        let is_out = self.entry.action == Action::Remove;
        let is_open = code == Some(Code::FILTER_FAILED);
        let text = match &self.entry.reason {
            Some(reason) if is_open => {
                format!("nobody knows whether {name} is in scope: {}", reason.sentence)
            }
            Some(reason) if is_out => format!("{name} is out of scope: {}", reason.sentence),
            _ if is_out => format!("{name} is out of scope"),
            _ => format!("{name} is in scope"),
        };
        let mut step = self.step("scoping", "EntrySynchronizationScoping", text);
        let questions = [
            (
                "Active in the source system",
                [Code::DELETED_IN_SOURCE, Code::GONE_FROM_SOURCE, Code::EXTERNAL_USER].as_slice(),
            ),
            ("Assigned to the application", &[Code::NOT_ASSIGNED]),
            ("Scoping filter evaluation passed", &[Code::FILTERED_OUT]),
        ];
        let cause = code.filter(|code| is_out && questions.iter().any(|one| one.1.contains(code)));
        for (question, codes) in questions {
            // Why somebody was held may have taken the place of why the person is out.
            if is_out && cause.is_none() || is_open && codes.contains(&Code::FILTERED_OUT) {
                continue;
            }
            let passed = cause.is_none_or(|code| !codes.contains(&code));
            // Of who fails one question the others are not known.
            if passed && cause.is_some() {
                continue;
            }
            let answer = if passed { "True" } else { "False" };
            step.details.insert(question.to_owned(), answer.to_owned());
        }
        step
    }

    fn matching(&self) -> LogStep {
        let (target, noun) = (self.entry.target, self.entry.kind.noun());
        let text = match self.entry.action {
            Action::Create => format!("nobody in the target stands for the {noun}"),
            Action::Adopt => format!("{target} in the target is this {noun} and is taken over"),
            Action::Restore => format!("{target} stood for the {noun} and was removed"),
            Action::Unlink => format!("{target} stood for the {noun} and is gone"),
            Action::Fail if target.0.is_nil() => {
                format!("the {noun} was looked for in the target")
            }
            _ => format!("{target} stands for the {noun}"),
        };
        let mut step = self.step("matching", &format!("EntrySynchronization{}", self.kind), text);
        if !target.0.is_nil() && self.entry.action != Action::Create {
            step.details.insert("TargetId".to_owned(), target.to_string());
        }
        step
    }

    fn processing(&self) -> Option<LogStep> {
        let count = self.entry.modifications.len();
        let name = format!("EntrySynchronization{}", self.kind);
        if count == 0 && self.failed != Some("processing") {
            return None;
        }
        let values =
            if count == 1 { "1 attribute".to_owned() } else { format!("{count} attributes") };
        let mut step = self.step("processing", &name, format!("{values} of the target to write"));
        if count > 0 {
            let names: Vec<&str> =
                self.entry.modifications.iter().map(|one| one.name.as_str()).collect();
            step.details.insert("Attributes".to_owned(), names.join(", "));
        }
        Some(step)
    }

    fn references(&self) -> Option<LogStep> {
        let one = self.entry.modifications.iter().find(|one| one.name.is_manager())?;
        let text = match &one.new {
            Some(manager) => format!("{manager} stands for the manager in the target"),
            None => "nobody in the target stands for the manager any more".to_owned(),
        };
        Some(self.step("referenceResolution", "EntryReferenceResolution", text))
    }

    fn export(&self) -> LogStep {
        let status = LogStatus::of(self.entry.state);
        let (name, action) = (&self.entry.name, self.entry.action.as_str());
        let reason = self.entry.reason.as_ref().map(|reason| reason.sentence.as_str());
        let text = match (status, reason) {
            (LogStatus::Success, _) => format!("{action} of {name} was done in the target"),
            (LogStatus::Pending, _) => format!("{action} of {name} is under way"),
            (LogStatus::Held, Some(reason)) => {
                format!("{action} of {name} waits for approval: {reason}")
            }
            (LogStatus::Held, None) => format!("{action} of {name} waits for approval"),
            (LogStatus::Failure | LogStatus::Skipped, Some(reason)) => {
                format!("{action} of {name} was not done: {reason}")
            }
            (LogStatus::Failure | LogStatus::Skipped, None) => {
                format!("{action} of {name} was not done")
            }
        };
        let mut step = self.step("export", &format!("EntryExport{}", self.kind), text);
        step.status = graph_status(status);
        step
    }
}
