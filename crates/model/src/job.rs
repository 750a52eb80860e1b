//! Jobs: a configuration (what the source decided) and its progress (how far the engine has come).

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use crate::{
    Brake, ChangeId, Condition, Filter, JobId, Mapping, MappingTest, Quarantine, QuarantineRules,
    Recent, Schedule, TenantId, Timestamp, Watermark,
};

/// Whether scope comes from assignment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ScopeMode {
    /// People assigned to the job, directly or as direct members of an assigned group.
    #[default]
    Assigned,
    /// Everybody whose home is the source tenant.
    All,
}

/// Whether the job runs by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum JobState {
    /// Runs when something changes and when asked.
    Active,
    /// Runs only when asked.
    #[default]
    Paused,
    /// Runs only when asked, because it was in quarantine for too long. Starting it ends that.
    Disabled,
}

/// How far a configuration has been made: an interface makes it step by step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Stage {
    /// People can be assigned to it; nothing says yet that it synchronizes.
    Application,
    /// It synchronizes, and was never started.
    Made,
    /// It was started once.
    #[default]
    Started,
}

impl Stage {
    fn is_started(&self) -> bool {
        *self == Self::Started
    }
}

/// What the job may do in the target (provisioning-engine.md 5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Actions {
    /// Create people.
    pub create: bool,
    /// Update, enable and disable people.
    pub update: bool,
    /// Remove people.
    pub delete: bool,
}

impl Default for Actions {
    fn default() -> Self {
        Self { create: true, update: true, delete: true }
    }
}

/// The brakes: how many removals and disables, and how many changes of other kinds, may happen within
/// the window before the rest is held (DESIGN.md, Brakes).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// So many are always allowed.
    pub removals_at_least: u64,
    /// This part of the linked people, in percent, is allowed, between the other two numbers.
    pub removals_percent: u64,
    /// More than this is never allowed without approval.
    pub removals_at_most: u64,
    /// How many people may be made or brought back; none for no limit.
    #[serde(default)]
    pub creates: Option<Brake>,
    /// How many people may be changed or taken over; none for no limit.
    #[serde(default)]
    pub updates: Option<Brake>,
    /// Of how many people an attribute may be emptied: a source that lost a column must not empty
    /// the target.
    #[serde(default = "usual_clears")]
    pub clears: Option<Brake>,
    /// How many members may leave groups; held all together, as removals are.
    #[serde(default = "usual_partings")]
    pub partings: Option<Brake>,
    /// How far back changes count, in hours.
    pub window_hours: u64,
    /// Days after which a held change that nobody decided about is rejected; 0 for never.
    #[serde(default = "usual_hold_days")]
    pub hold_days: u64,
}

fn usual_hold_days() -> u64 {
    7
}

fn usual_partings() -> Option<Brake> {
    Some(Brake { at_least: 10, percent: 10, at_most: 500 })
}

fn usual_clears() -> Option<Brake> {
    Some(Brake { at_least: 10, percent: 10, at_most: 500 })
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            removals_at_least: 10,
            removals_percent: 10,
            removals_at_most: 500,
            creates: None,
            updates: None,
            clears: usual_clears(),
            partings: usual_partings(),
            window_hours: 24,
            hold_days: usual_hold_days(),
        }
    }
}

impl Limits {
    /// The longest window, in hours: a year.
    pub const MOST_HOURS: u64 = 24 * 366;

    /// The brake for removals and disables.
    pub fn removals(&self) -> Brake {
        Brake {
            at_least: self.removals_at_least,
            percent: self.removals_percent,
            at_most: self.removals_at_most,
        }
    }

    /// What makes these limits unusable, if anything: which of them, and why.
    pub fn find_fault(&self) -> Option<(&'static str, &'static str)> {
        let brakes = [
            ("removals", Some(self.removals())),
            ("creates", self.creates),
            ("updates", self.updates),
            ("clears", self.clears),
            ("partings", self.partings),
        ];
        for (name, brake) in brakes {
            if let Some(fault) = brake.and_then(|brake| brake.find_fault()) {
                return Some((name, fault));
            }
        }
        if !(1..=Self::MOST_HOURS).contains(&self.window_hours) {
            return Some((
                "window-hours",
                "the window is shorter than an hour or longer than a year",
            ));
        }
        if self.hold_days > Retries::MOST_DAYS as u64 {
            return Some(("hold-days", "held changes would wait for more than ten years"));
        }
        None
    }

    /// How many removals the window allows with so many linked people.
    pub fn removals_allowed(&self, linked: u64) -> u64 {
        self.removals().allowed(linked)
    }

    /// When a change that was decided at an instant is rejected if nobody decides about it.
    pub fn hold_ends(&self, decided: Timestamp) -> Option<Timestamp> {
        let days = i64::try_from(self.hold_days).unwrap_or(i64::MAX).min(Retries::MOST_DAYS);
        (days > 0).then(|| decided.plus_days(days))
    }
}

/// What becomes of groups that are members of groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Nested {
    /// They are no members in the target.
    #[default]
    Ignore,
    /// Their members are members of the outer group in the target.
    Flatten,
    /// They are members in the target where they go along themselves.
    Keep,
}

/// Whether groups of the source become groups of the target, with those of their members who are in
/// the target (cross-tenant-sync.md 6), which of them, and with what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Groups {
    /// Whether they do.
    pub enabled: bool,
    /// What becomes of groups within groups.
    pub nested: Nested,
    /// Whether an assigned group chooses the members of groups within it too, and not only its
    /// direct ones (cross-tenant-sync.md L20). It holds whether groups go along or not.
    pub nested_assignment: bool,
    /// Which of the groups that assignment chose: by attribute.
    #[serde(skip_serializing_if = "is_empty")]
    pub filter: Filter,
    /// Which of them: by what the published filters cannot say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
    /// What flows.
    pub mappings: Vec<Mapping>,
    /// What may be done with groups, where the job may do it at all.
    pub actions: Actions,
}

fn is_empty(filter: &Filter) -> bool {
    filter.groups.is_empty()
}

impl Default for Groups {
    fn default() -> Self {
        Self {
            enabled: false,
            nested: Nested::default(),
            nested_assignment: false,
            filter: Filter::default(),
            condition: None,
            mappings: Mapping::group_defaults(),
            actions: Actions::default(),
        }
    }
}

impl Groups {
    /// Whether nothing was chosen.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the part that a published schema holds is the usual one.
    pub fn is_plain(&self) -> bool {
        let Self { nested, nested_assignment, .. } = *self;
        *self == Self { nested, nested_assignment, ..Self::default() }
    }
}

/// When people who could not go on are tried again (provisioning-engine.md 6.1; DESIGN.md, Failures).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Retries {
    /// Seconds until the first new attempt after what mends itself; each later wait is twice as long.
    pub transient_seconds: i64,
    /// The longest of these waits, in seconds.
    pub transient_at_most: i64,
    /// Hours until each new attempt after what only people can mend; the last one repeats.
    pub lasting_hours: Vec<i64>,
    /// Days after which an attempt that fails is the last one.
    pub give_up_days: i64,
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            transient_seconds: 5,
            transient_at_most: 3_600,
            lasting_hours: vec![6, 12, 24],
            give_up_days: 28,
        }
    }
}

impl Retries {
    /// The longest time that can be given, in days.
    pub const MOST_DAYS: i64 = 3_660;

    /// Whether these are the usual times.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Seconds until the attempt after the one with this number, counted from 1.
    pub fn wait_seconds(&self, attempts: u32, is_transient: bool) -> i64 {
        let attempts = attempts.max(1);
        if is_transient {
            let doubled = self.transient_seconds.saturating_mul(1 << (attempts - 1).min(20));
            return doubled.min(self.transient_at_most);
        }
        let index = (attempts as usize - 1).min(self.lasting_hours.len().saturating_sub(1));
        self.lasting_hours.get(index).copied().unwrap_or(24).saturating_mul(3_600)
    }

    /// What makes these times unusable, if anything.
    pub fn find_fault(&self) -> Option<&'static str> {
        let most = Self::MOST_DAYS;
        let hours_fit = self.lasting_hours.iter().all(|hours| (1..=most * 24).contains(hours));
        if self.lasting_hours.is_empty() || !hours_fit {
            return Some("the hours between attempts are missing, below 1 or beyond ten years");
        }
        let seconds = 1..=most * 86_400;
        if !seconds.contains(&self.transient_seconds) || !seconds.contains(&self.transient_at_most)
        {
            return Some("the seconds between attempts are below 1 or beyond ten years");
        }
        if self.transient_at_most < self.transient_seconds {
            return Some("the longest wait is shorter than the first");
        }
        if !(1..=most).contains(&self.give_up_days) {
            return Some("the days until giving up are below 1 or beyond ten years");
        }
        None
    }
}

/// A secret of a job, as text in hexadecimal. It is kept with the configuration and not shown.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seed(pub String);

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(…)")
    }
}

/// A configuration: one direction between two tenants, owned by the source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// Its name, unique in the source tenant.
    pub name: String,
    /// The tenant that pushes.
    pub source: TenantId,
    /// The tenant that receives; the id of nothing as long as none was chosen. Whoever needs one
    /// asks [`Job::chosen_target`].
    pub target: TenantId,
    /// How far it has been made.
    #[serde(default, skip_serializing_if = "Stage::is_started")]
    pub stage: Stage,
    /// Whether it runs by itself.
    pub state: JobState,
    /// When it runs by itself.
    #[serde(default, skip_serializing_if = "Schedule::is_on_change")]
    pub schedule: Schedule,
    /// When people who could not go on are tried again.
    #[serde(default, skip_serializing_if = "Retries::is_default")]
    pub retries: Retries,
    /// When it goes into quarantine, and how it is tried there.
    #[serde(default, skip_serializing_if = "QuarantineRules::is_default")]
    pub quarantine: QuarantineRules,
    /// Whom the source chose: by assignment, or all.
    pub scope: ScopeMode,
    /// Whom the source chose: by attribute.
    pub filter: Filter,
    /// Whom the source chose: by what the published filters cannot say; Syncline's own addition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
    /// What flows.
    pub mappings: Vec<Mapping>,
    /// What the mappings must give for people who are made up; run before anything is planned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<MappingTest>,
    /// Whether groups go along, and how.
    #[serde(default, skip_serializing_if = "Groups::is_default")]
    pub groups: Groups,
    /// What may be done.
    pub actions: Actions,
    /// What needs approval.
    pub limits: Limits,
    /// What random values of the mapping language are made from; secret, and never changed, so that
    /// a person gets the same value at every evaluation.
    #[serde(default)]
    pub seed: Seed,
    /// What was set about it from outside and has no other place, by Graph's names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, String>,
    /// When it was made.
    pub created: Timestamp,
    /// Raised whenever scope, filter, mappings or actions change.
    pub version: u64,
}

/// A part of a configuration that is looked at and changed by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum JobPart {
    /// Whom it takes: scope, filter and condition.
    Scope,
    /// What flows of people.
    Mappings,
    /// The mapping tests.
    Tests,
    /// Whether groups go along, and how.
    Groups,
    /// What may be done.
    Actions,
    /// What needs approval.
    Limits,
    /// Whether and when it runs by itself, and when it tries again what could not go on.
    Running,
    /// What it is called, its target, and what else was set about it.
    Facts,
}

impl JobPart {
    /// All parts.
    pub const ALL: [Self; 8] = [
        Self::Scope,
        Self::Mappings,
        Self::Tests,
        Self::Groups,
        Self::Actions,
        Self::Limits,
        Self::Running,
        Self::Facts,
    ];
}

impl Job {
    /// Stands for a part as it is: whoever changes it names what was seen, and nobody's change in
    /// between is lost.
    pub fn digest_of(&self, part: JobPart) -> String {
        let number = match part {
            JobPart::Scope => number(&(&self.scope, &self.filter, &self.condition)),
            JobPart::Mappings => number(&self.mappings),
            JobPart::Tests => number(&self.tests),
            JobPart::Groups => number(&self.groups),
            JobPart::Actions => number(&self.actions),
            JobPart::Limits => number(&self.limits),
            JobPart::Running => {
                number(&(&self.state, &self.schedule, &self.retries, &self.quarantine))
            }
            JobPart::Facts => number(&(&self.name, &self.target, &self.stage, &self.settings)),
        };
        format!("{number:016x}")
    }

    /// A paused configuration for assigned people, with the default mappings and no filter.
    pub fn new(
        id: JobId,
        name: &str,
        (source, target): (TenantId, TenantId),
        at: Timestamp,
    ) -> Self {
        Self {
            id,
            name: name.to_owned(),
            source,
            target,
            stage: Stage::Made,
            state: JobState::default(),
            schedule: Schedule::default(),
            retries: Retries::default(),
            quarantine: QuarantineRules::default(),
            scope: ScopeMode::default(),
            filter: Filter::default(),
            condition: None,
            mappings: Mapping::defaults(),
            tests: Vec::new(),
            groups: Groups::default(),
            actions: Actions::default(),
            limits: Limits::default(),
            seed: Seed::default(),
            settings: BTreeMap::new(),
            created: at,
            version: 0,
        }
    }

    /// The tenant that receives, once it was chosen. Until then the configuration can be looked at
    /// and changed, and cannot run.
    pub fn chosen_target(&self) -> Option<TenantId> {
        (self.target != TenantId::NIL).then_some(self.target)
    }

    /// A number that stands for everything in the configuration that a decision about a person
    /// rests on, and a decision about a group as well. Starting, pausing, renaming and other limits
    /// leave it as it is, and nobody has to be looked at again for them.
    pub fn decision_version(&self) -> u64 {
        number(&(
            &self.scope,
            &self.filter,
            &self.condition,
            &self.mappings,
            &self.actions,
            self.groups.nested_assignment,
        ))
    }

    /// The same for everything that only decisions about groups and their members rest on; never 0.
    pub fn group_version(&self) -> u64 {
        let Groups { nested, filter, condition, mappings, actions, .. } = &self.groups;
        number(&(nested, filter, condition, mappings, actions)).max(1)
    }

    /// The mappings of people and those of groups.
    pub fn all_mappings(&self) -> Vec<Mapping> {
        self.mappings.iter().chain(&self.groups.mappings).cloned().collect()
    }
}

/// A number for a part of a configuration.
fn number(parts: &impl Serialize) -> u64 {
    let text = serde_json::to_string(parts).expect("a configuration has a JSON text");
    // FNV-1a: the same in every build, which the standard hasher does not promise.
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The versions of everything that a decision rests on besides the record itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Versions {
    /// The job's configuration: [`Job::decision_version`].
    pub job: u64,
    /// The source tenant's facts: its verified domains.
    pub source: u64,
    /// The target tenant's facts: its initial domain.
    pub target: u64,
    /// The target's extension definitions.
    pub extensions: u64,
    /// What decisions about groups rest on besides: [`Job::group_version`]; 0 where they do not go
    /// along, or were not looked at by rules that hold.
    #[serde(default)]
    pub groups: u64,
}

impl Versions {
    /// What is left of evaluated decisions once the first object is looked at by the versions `now`:
    /// from then on what was evaluated stands for nobody, even if those versions do not stay. Where
    /// they differ about groups alone, people are as they were.
    #[must_use]
    pub fn under(self, now: Self) -> Self {
        match self {
            same if same == now => same,
            people if (Self { groups: now.groups, ..people }) == now => {
                Self { groups: 0, ..people }
            }
            _ => Self::default(),
        }
    }

    /// Whether people are as these versions want them, and only groups are to be looked at.
    pub fn lack_only_groups(self, now: Self) -> bool {
        self != now && self == Self { groups: 0, ..now }
    }
}

/// A walk over all people that is under way: the first cycle, or one after a configuration change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sweep {
    /// The versions that it brings everybody to.
    pub versions: Versions,
    /// The feed's head before it began; changes after it are replayed when it ends.
    pub noted: Watermark,
    /// The last row of the source that was evaluated; 0 before the first.
    pub row: u64,
    /// Whether the feed could not tell who is gone, so that the links have to be walked as well.
    pub links_too: bool,
}

/// How far a job has come. Written in one transaction with what it tells about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Progress {
    /// The last change of the source that was evaluated; none before the first cycle ended.
    pub watermark: Option<Watermark>,
    /// The last entry of the journal whose consequences for references were seen to: whose manager
    /// came to the target, or left it, is looked at again.
    pub followed: Option<ChangeId>,
    /// The last change of the target that was looked at for people who wait for something there.
    pub target_mark: Option<Watermark>,
    /// What the evaluated decisions rest on.
    pub evaluated: Versions,
    /// The walk under way.
    pub sweep: Option<Sweep>,
    /// People and groups linked and not removed.
    pub linked: u64,
    /// How many of them are groups.
    pub linked_groups: u64,
    /// What was done lately, for the brakes.
    pub recent: Recent,
    /// Since when and why the job is in quarantine, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quarantine: Option<Quarantine>,
}

impl Progress {
    /// People linked and not removed.
    pub fn linked_people(&self) -> u64 {
        self.linked.saturating_sub(self.linked_groups)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_by_doubling_or_by_the_list() {
        let retries = Retries::default();
        let transient: Vec<i64> =
            [1, 2, 3, 10, 11, 4_000_000].map(|one| retries.wait_seconds(one, true)).into();
        assert_eq!(transient, [5, 10, 20, 2_560, 3_600, 3_600]);
        let hours: Vec<i64> =
            [0, 1, 2, 3, 4, 99].map(|one| retries.wait_seconds(one, false) / 3_600).into();
        assert_eq!(hours, [6, 6, 12, 24, 24, 24]);
    }

    #[test]
    fn other_rules_for_groups_leave_people_as_they_are() {
        let now = Versions { job: 1, source: 2, target: 3, extensions: 4, groups: 5 };
        assert_eq!(now.under(now), now);
        let before = Versions { groups: 9, ..now };
        assert_eq!(before.under(now), Versions { groups: 0, ..now });
        assert!(before.under(now).lack_only_groups(now));
        let off = Versions { groups: 0, ..now };
        assert_eq!(before.under(off), off);
        assert!(!before.under(off).lack_only_groups(off));
        assert_eq!(Versions { job: 7, ..before }.under(now), Versions::default());
        assert!(!Versions::default().lack_only_groups(now));
    }

    #[test]
    fn times_out_of_their_range_are_refused() {
        let usual = Retries::default();
        assert_eq!(usual.find_fault(), None);
        for wrong in [
            Retries { lasting_hours: Vec::new(), ..usual.clone() },
            Retries { lasting_hours: vec![6, 0], ..usual.clone() },
            Retries { transient_seconds: 0, ..usual.clone() },
            Retries { transient_at_most: i64::MAX, ..usual.clone() },
            Retries { give_up_days: 0, ..usual.clone() },
        ] {
            assert!(wrong.find_fault().is_some(), "{wrong:?}");
        }
    }
}
