//! Mirrors: a listing that another system replaces now and then, and the users or groups of a tenant
//! that follow it. What was taken in, and what is held, is kept beside the configuration.

use serde::{Deserialize, Serialize};

use crate::{Brake, Kind, MirrorId, Reason, Schedule, TenantId, Timestamp};

/// What shows that a listing is whole, so that whoever it lacks is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Proof {
    /// Its last line is this one.
    EndMark(String),
    /// Its first or last line is this text with the number of records behind it.
    CountLine(String),
    /// A file beside it holds the number of records.
    CountFile(String),
    /// It was renamed into place: another file than the one before, and nobody writes it any more.
    Renamed,
    /// Nothing: only records that say so themselves are removed.
    Tombstones,
}

/// Whether a mirror runs by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MirrorState {
    /// As its schedule says.
    #[default]
    Active,
    /// Only when asked.
    Paused,
}

/// A mirror of one tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mirror {
    /// Its id.
    pub id: MirrorId,
    /// Its name, unique in the tenant.
    pub name: String,
    /// The tenant that it fills.
    pub tenant: TenantId,
    /// Users or groups.
    pub kind: Kind,
    /// The path of the listing.
    pub file: String,
    /// The listing's form, where its name does not tell it.
    pub format: Option<String>,
    /// Which column means which attribute: `FROM=TO`.
    pub columns: Vec<String>,
    /// The column that says who somebody is, whatever becomes of names and addresses.
    pub anchor: Option<String>,
    /// The column in which a yes means that the record is gone.
    pub tombstone: Option<String>,
    /// What shows that the listing is whole.
    pub proof: Proof,
    /// How many removals, and how many people with emptied attributes, one listing may bring.
    pub brake: Brake,
    /// A listing is held when so many percent of the one before are missing; 0 never.
    pub smaller_percent: u64,
    /// When it runs by itself; "on change" means that the file is watched.
    pub schedule: Schedule,
    /// Whether it runs by itself.
    pub state: MirrorState,
    /// When it was made.
    pub created: Timestamp,
    /// The number of the change that wrote it last.
    #[serde(skip)]
    pub version: u64,
}

impl Mirror {
    /// The usual limit, that of the line as well: 10 %, but 10 always and 500 at most.
    pub const BRAKE: Brake = Brake { at_least: 10, percent: 10, at_most: 500 };
    /// The usual share of a listing that is not suddenly missing.
    pub const SMALLER_PERCENT: u64 = 50;

    /// Whether a listing of so many records is far smaller than one of `before`. Five people more or
    /// less are no sign of anything.
    pub fn is_far_smaller(&self, records: u64, before: u64) -> bool {
        let missing = before.saturating_sub(records);
        self.smaller_percent > 0 && missing >= 5 && missing * 100 >= before * self.smaller_percent
    }
}

/// Which listing a source holds: cheap to ask, and what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceMark {
    /// For a file: device, inode, size and time of change.
    pub identity: String,
    /// A digest of the content.
    pub digest: String,
}

/// A listing that was taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Taken {
    /// Which.
    pub mark: SourceMark,
    /// How many records it held.
    pub records: u64,
    /// The version of the configuration that read it.
    pub configuration: u64,
    /// When.
    pub at: Timestamp,
}

/// A listing that waits for somebody to decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Held {
    /// Which; an empty digest where it could not be read.
    pub mark: SourceMark,
    /// Why.
    pub reasons: Vec<Reason>,
    /// Since when.
    pub since: Timestamp,
}

/// What a run came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MirrorCounts {
    /// Records that were read.
    pub read: u64,
    /// New objects.
    pub created: u64,
    /// Changed objects.
    pub updated: u64,
    /// Objects brought back.
    pub restored: u64,
    /// Objects that held all of it already.
    pub unchanged: u64,
    /// Objects of whom an attribute was emptied; they count among the updated ones too.
    pub cleared: u64,
    /// Objects removed.
    pub removed: u64,
    /// Objects that the listing lacks, and that stay because a line may have meant them, or because
    /// the listing is held.
    pub kept: u64,
    /// Lines that were not taken.
    pub rejected: u64,
    /// Managers set or taken away.
    pub managers: u64,
    /// Members added to groups.
    pub members_added: u64,
    /// Members taken out of groups.
    pub members_removed: u64,
    /// References that lead to nobody.
    pub unresolved: u64,
}

impl MirrorCounts {
    /// How many writes that makes.
    pub fn changed(&self) -> u64 {
        self.created
            + self.updated
            + self.restored
            + self.removed
            + self.managers
            + self.members_added
            + self.members_removed
    }
}

/// A line that was not taken, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RejectedLine {
    /// The line, from 1.
    pub line: u64,
    /// The character of that line, from 1.
    pub column: u64,
    /// The machine code.
    pub code: String,
    /// What is wrong.
    pub message: String,
}

/// One run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MirrorRun {
    /// When it began.
    pub began: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// What it came to.
    pub counts: MirrorCounts,
    /// Why it was held or broke off; empty when it came to its end.
    pub reasons: Vec<Reason>,
    /// The first lines that were not taken.
    pub rejected: Vec<RejectedLine>,
}

/// How many were removed, and how many lost a value, without anybody having been asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Lately {
    /// When.
    pub at: Timestamp,
    /// How many were removed.
    pub removed: u64,
    /// How many lost a value.
    pub cleared: u64,
}

/// That a mirror cannot run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Failing {
    /// Why.
    pub reason: Reason,
    /// Since when.
    pub since: Timestamp,
}

/// How far a mirror has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MirrorProgress {
    /// The last listing that was taken in whole.
    pub taken: Option<Taken>,
    /// The listing that waits.
    pub held: Option<Held>,
    /// The digest of a listing that somebody approved.
    pub approved: Option<String>,
    /// The digest of a listing that somebody rejected.
    pub rejected: Option<String>,
    /// The last run.
    pub last: Option<MirrorRun>,
    /// Why it cannot run, where it cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failing: Option<Failing>,
    /// What was done within the last day, by the run.
    pub lately: Vec<Lately>,
    /// The number of the change that wrote this.
    #[serde(skip)]
    pub version: u64,
}

impl MirrorProgress {
    /// The window within which removals are counted together: a file may change every minute.
    const WINDOW_HOURS: i64 = 24;

    /// What was done within the window that ends now, by the run.
    fn within(&self, now: Timestamp) -> impl Iterator<Item = &Lately> {
        let since = now.plus_seconds(-Self::WINDOW_HOURS * 3_600);
        self.lately.iter().filter(move |one| one.at > since)
    }

    /// What was done within the window that ends now, in all.
    pub fn count_lately(&self, now: Timestamp) -> Lately {
        self.within(now).fold(Lately { at: now, ..Lately::default() }, |sum, one| Lately {
            at: now,
            removed: sum.removed + one.removed,
            cleared: sum.cleared + one.cleared,
        })
    }

    /// What was done within the window, with one more run.
    pub fn with_lately(&self, run: Lately) -> Vec<Lately> {
        let has_done = run.removed + run.cleared > 0;
        self.within(run.at).copied().chain(has_done.then_some(run)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_people_less_are_no_sign_and_half_of_them_are() {
        let mirror = Mirror {
            id: MirrorId::NIL,
            name: "hr".to_owned(),
            tenant: TenantId::NIL,
            kind: Kind::User,
            file: "people.csv".to_owned(),
            format: None,
            columns: Vec::new(),
            anchor: None,
            tombstone: None,
            proof: Proof::Renamed,
            brake: Mirror::BRAKE,
            smaller_percent: Mirror::SMALLER_PERCENT,
            schedule: Schedule::OnChange,
            state: MirrorState::Active,
            created: Timestamp(0),
            version: 0,
        };
        let far = |records, before| mirror.is_far_smaller(records, before);
        assert_eq!([far(4, 8), far(5, 10), far(6, 10), far(0, 4)], [false, true, false, false]);
        let never = Mirror { smaller_percent: 0, ..mirror };
        assert!(!never.is_far_smaller(0, 1_000));
    }
}
