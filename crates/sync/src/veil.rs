//! What a reader may see of what the line decided, wherever it is shown: plans, the log, one person on
//! demand. The journal keeps everything, since it is the way back.

use access::Permission;
use model::{Actor, Code, Entry, Job, Kind, Modification, Name, Reason, Value};

/// What stands in place of a value that a mapping hides (`Redact`, expressions.md 5).
pub(crate) const REDACTED: &str = "[Redact]";
/// What stands in place of a value that is the target's alone.
const OF_THE_TARGET: &str = "[target]";

/// Covers what a reader may not see: values that a mapping hides, and, for readers who have no rights
/// in the target, what a user held there who was nobody's before (DESIGN.md, "a preview shows the
/// source only what is the source's").
#[derive(Clone, Debug)]
pub(crate) struct Veil {
    redacted: Vec<Name>,
    redacted_of_groups: Vec<Name>,
    sees_target: bool,
}

impl Veil {
    /// The veil before the eyes of an actor.
    pub(crate) fn of(actor: &Actor, job: &Job) -> Self {
        Self {
            redacted: engine::hidden_targets(&job.mappings),
            redacted_of_groups: engine::hidden_targets(&job.groups.mappings),
            sees_target: access::check(actor, Permission::ReadUsers, job.target).is_ok(),
        }
    }

    /// The same where a draft is tried: what either of the two hides is hidden.
    pub(crate) fn over(actor: &Actor, job: &Job, draft: &Job) -> Self {
        let mut both = job.clone();
        both.mappings.extend(draft.mappings.iter().cloned());
        both.groups.mappings.extend(draft.groups.mappings.iter().cloned());
        Self::of(actor, &both)
    }

    /// The entry as it may be shown.
    pub(crate) fn cover(&self, mut entry: Entry) -> Entry {
        let is_claimed = self.covers_target(entry.reason.as_ref());
        let redacted = self.redacted(entry.kind);
        for Modification { name, old, new } in &mut entry.modifications {
            if redacted.contains(name) {
                replace(old, REDACTED);
                replace(new, REDACTED);
            } else if is_claimed {
                replace(old, OF_THE_TARGET);
            }
        }
        entry
    }

    /// A value of the target as text, given why the change is made.
    pub(crate) fn show_held(
        &self,
        kind: Kind,
        (name, value): (&Name, &Value),
        why: Option<&Reason>,
    ) -> String {
        match self.covers_target(why) && !self.redacted(kind).contains(name) {
            true => OF_THE_TARGET.to_owned(),
            false => self.show(kind, name, value),
        }
    }

    fn redacted(&self, kind: Kind) -> &[Name] {
        match kind {
            Kind::User => &self.redacted,
            Kind::Group => &self.redacted_of_groups,
        }
    }

    /// A value of the source as text.
    pub(crate) fn show(&self, kind: Kind, name: &Name, value: &Value) -> String {
        if self.redacted(kind).contains(name) { REDACTED.to_owned() } else { value.to_string() }
    }

    fn covers_target(&self, why: Option<&Reason>) -> bool {
        !self.sees_target && why.is_some_and(|reason| reason.code == Code::GUEST_CLAIMED)
    }
}

fn replace(value: &mut Option<Value>, text: &str) {
    if let Some(value) = value {
        *value = Value::text(text);
    }
}
