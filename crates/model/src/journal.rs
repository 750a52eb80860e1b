//! What the journal holds: for every decided change one entry, which is plan, log, before-image and
//! held removal at once (DESIGN.md, The journal), and beside it links, waiting records and runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    ChangeId, JobId, Key, Kind, Name, ObjectId, QuarantineReason, Reason, RunId, StoreId,
    Timestamp, Value, Versions,
};

/// What is done to one object of the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// An external user is made.
    Create = 1,
    /// An existing external user is taken over and updated.
    Adopt = 2,
    /// Attributes change.
    Update = 3,
    /// A removed user comes back, with the same id.
    Restore = 4,
    /// Sign-in is switched off; other attributes may change with it.
    Disable = 5,
    /// The user goes to the deleted objects.
    Remove = 6,
    /// The link is dropped because the target no longer has the object.
    Unlink = 7,
    /// Nothing was done, and the reason is new.
    Fail = 8,
    /// Somebody joins a group.
    AddMember = 9,
    /// Somebody leaves a group.
    RemoveMember = 10,
}

impl Action {
    /// All actions, in the order in which they are applied.
    pub const ALL: [Self; 10] = [
        Self::Create,
        Self::Adopt,
        Self::Update,
        Self::Restore,
        Self::Disable,
        Self::Remove,
        Self::Unlink,
        Self::Fail,
        Self::AddMember,
        Self::RemoveMember,
    ];

    /// The action behind a stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|action| *action as i64 == number)
    }

    /// Whether the brake counts it (DESIGN.md: disables count with deletes).
    pub fn is_removal(self) -> bool {
        matches!(self, Self::Disable | Self::Remove)
    }

    /// Whether it waits for the end of the read, when the brakes know how many there are.
    pub fn waits(self) -> bool {
        self.is_removal() || self == Self::RemoveMember
    }

    /// Whether it is about an edge between a group and a member, and about no object.
    pub fn is_membership(self) -> bool {
        matches!(self, Self::AddMember | Self::RemoveMember)
    }

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Adopt => "adopt",
            Self::Update => "update",
            Self::Restore => "restore",
            Self::Disable => "disable",
            Self::Remove => "remove",
            Self::Unlink => "unlink",
            Self::Fail => "fail",
            Self::AddMember => "add-member",
            Self::RemoveMember => "remove-member",
        }
    }
}

/// One attribute of the target, before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Modification {
    /// The target attribute.
    pub name: Name,
    /// What it held when it was read: the before-image and the precondition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<Value>,
    /// What it is to hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<Value>,
}

/// Where an entry stands. The numbers are stored; they never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EntryState {
    /// Part of a saved plan.
    Planned = 1,
    /// Committed before the write; what became of it is not recorded yet.
    Open = 2,
    /// Done.
    Done = 3,
    /// The target or a precondition refused it; nothing was written.
    Refused = 4,
    /// Waits for approval.
    Held = 5,
    /// Was not needed any more, or a run broke off before it was applied.
    Cancelled = 6,
    /// Somebody rejected it.
    Rejected = 7,
    /// A removal that waits for the end of the read, when the brake knows the total.
    Staged = 8,
}

impl EntryState {
    /// All states.
    pub const ALL: [Self; 8] = [
        Self::Planned,
        Self::Open,
        Self::Done,
        Self::Refused,
        Self::Held,
        Self::Cancelled,
        Self::Rejected,
        Self::Staged,
    ];

    /// Whether nothing more becomes of an entry in this state.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Done | Self::Refused | Self::Cancelled | Self::Rejected)
    }

    /// The state behind a stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|state| *state as i64 == number)
    }
}

/// One decided change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Its id; ids are made in order.
    pub id: ChangeId,
    /// The run that decided it.
    pub run: RunId,
    /// When it was decided.
    pub at: Timestamp,
    /// What is done.
    pub action: Action,
    /// Where it stands.
    pub state: EntryState,
    /// Whether a user or a group is meant; a group where a member joins or leaves it.
    #[serde(default = "user", skip_serializing_if = "is_user")]
    pub kind: Kind,
    /// The person, or the group, in the source.
    pub source: ObjectId,
    /// Who joins the group or leaves it, in the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<ObjectId>,
    /// What the person was called when it was decided.
    pub name: String,
    /// The object in the target; made beforehand for a creation.
    pub target: ObjectId,
    /// The version of the target's object when it was read: a shortcut for comparing old values.
    pub version: u64,
    /// What changes, with the values before.
    pub modifications: Vec<Modification>,
    /// Why, where it is more than that a value changed; or why it was refused or held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// What an entry is about: a person or a group of the source, or a group and a member of it.
pub type Whom = (ObjectId, Option<ObjectId>);

impl Entry {
    /// What it is about.
    pub fn whom(&self) -> Whom {
        (self.source, self.member)
    }
}

fn user() -> Kind {
    Kind::User
}

fn is_user(kind: &Kind) -> bool {
    *kind == Kind::User
}

/// What a commit into the target leaves there about the synchronization that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// The job.
    pub job: JobId,
    /// The run.
    pub run: RunId,
    /// The journal entry.
    pub change: ChangeId,
}

/// Whether the linked object is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LinkState {
    /// The target's object stands for the person.
    Active = 1,
    /// This job removed the target's object; it is restored when the person comes back.
    Removed = 2,
    /// The target's object stood for the person until the links were forgotten: whoever is in scope
    /// is matched again, and whoever is not leaves the target as before.
    Forgotten = 3,
}

/// A person of the source and the object that stands for that person in the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    /// The person in the source.
    pub source: ObjectId,
    /// The object in the target.
    pub target: ObjectId,
    /// Whether it is in use.
    pub state: LinkState,
}

/// What a record waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "on")]
pub enum WaitFor {
    /// The next attempt only.
    Time,
    /// A unique value that another object of the target holds.
    Key {
        /// The value.
        key: Key,
        /// Who holds it.
        holder: ObjectId,
    },
    /// An object of the target.
    Object {
        /// Which.
        id: ObjectId,
    },
    /// A setting of the source tenant: its verified domains.
    Domains,
    /// Nothing went wrong: an instant at which the answer of the job's condition turns.
    Moment,
    /// Nothing went wrong: somebody in the target deleted the person's object, and may bring it back.
    Return {
        /// Which.
        id: ObjectId,
    },
}

impl WaitFor {
    /// Whether a change of something in the target brings the person here.
    pub fn is_in_target(&self) -> bool {
        matches!(self, Self::Key { .. } | Self::Object { .. } | Self::Return { .. })
    }

    /// Whether the person could not go on, as opposed to somebody who is only looked at again.
    pub fn is_escrow(&self) -> bool {
        !matches!(self, Self::Moment | Self::Return { .. })
    }
}

/// Why the target did not do a change, and what has to happen first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refusal {
    /// Why.
    pub reason: Reason,
    /// What it waits for.
    pub wait: WaitFor,
}

/// A record in escrow: it could not go on, and why, and when it is tried again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Waiting {
    /// The person in the source.
    pub source: ObjectId,
    /// What it waits for.
    pub wait: WaitFor,
    /// Why it could not go on.
    pub reason: Reason,
    /// How often it was tried.
    pub attempts: u32,
    /// Since when.
    pub since: Timestamp,
    /// When it is tried again at the latest; [`Timestamp::FAR`] where it was given up.
    pub due: Timestamp,
    /// When it was given up: since then it is not tried again by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_up: Option<Timestamp>,
}

/// What began a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RunKind {
    /// A cycle.
    Cycle,
    /// A plan that was saved.
    Plan,
    /// The application of a saved plan.
    Apply,
    /// One person, on demand.
    OnDemand,
    /// Held removals that were approved.
    Approval,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RunState {
    /// It is under way, or its process died.
    Running,
    /// It came to its end.
    Done,
    /// It came to its end, and changes wait for approval: its own, or for a cycle any of the job's.
    Held,
    /// It stopped before its end.
    Stopped,
}

/// A run, with what it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunSummary {
    /// Its id; ids are made in order.
    pub id: RunId,
    /// What began it.
    pub kind: RunKind,
    /// How it stands.
    pub state: RunState,
    /// When it began.
    pub began: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// How many records were read.
    pub read: u64,
    /// How many changes were done, by action.
    pub done: BTreeMap<String, u64>,
    /// How many records were left out, refused or held, by code.
    pub reasons: BTreeMap<String, u64>,
    /// How many changes of the job wait for approval when it ends, of earlier runs too.
    #[serde(default)]
    pub held: u64,
    /// Why it stopped.
    pub stopped: Option<Reason>,
    /// Why the job is in quarantine after it, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quarantine: Option<QuarantineReason>,
    /// What is kept of the plan that it saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Box<PlanNote>>,
    /// The saved plan that it applied, or was to apply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applies: Option<RunId>,
}

/// What is kept of a saved plan besides its changes, which are entries of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanNote {
    /// The store that it was made in.
    pub store: StoreId,
    /// What its decisions rest on.
    pub versions: Versions,
    /// Whether everybody was looked at, and not only whom the next cycle would look at.
    pub everybody: bool,
    /// How many changes it has, by action.
    pub changes: BTreeMap<String, u64>,
    /// What waited for approval already, by action. It is not among the changes.
    pub held: BTreeMap<String, u64>,
    /// For each code for which people cannot go on, what the first of them is called, and why.
    pub examples: Vec<(String, Reason)>,
    /// SHA-256 over its changes as its file has them.
    pub digest: String,
    /// All of its entries come behind the run's own id and before this one.
    pub end: ChangeId,
    /// Whether somebody dropped it.
    #[serde(default)]
    pub dropped: bool,
}

impl RunSummary {
    /// A run that begins.
    pub fn begin(id: RunId, kind: RunKind, began: Timestamp) -> Self {
        Self {
            id,
            kind,
            state: RunState::Running,
            began,
            ended: None,
            read: 0,
            done: BTreeMap::new(),
            reasons: BTreeMap::new(),
            held: 0,
            stopped: None,
            quarantine: None,
            plan: None,
            applies: None,
        }
    }

    /// One more change done.
    pub fn count_done(&mut self, action: Action) {
        *self.done.entry(action.as_str().to_owned()).or_default() += 1;
    }

    /// One more record left out, refused or held.
    pub fn count_reason(&mut self, reason: &Reason) {
        *self.reasons.entry(reason.code.as_str().to_owned()).or_default() += 1;
    }

    /// How many changes were done in all.
    pub fn changed(&self) -> u64 {
        self.done.values().sum()
    }
}
