//! The changes of a plan in groups that somebody can read: by what is done, and where attributes
//! change by which of them, else by why. Taken in change by change, so that a plan of a million is told
//! as far as it was read.

use std::collections::BTreeMap;

use model::{Action, Code, Entry, Name};
use serde::Serialize;

/// So many names are kept of a group.
const EXAMPLES: usize = 3;
/// So many groups are told apart; what comes later and is none of them is counted together.
const MOST: usize = 200;

/// Changes of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanGroup {
    /// What is done.
    pub action: Action,
    /// Why, where the changes have a reason.
    pub code: Option<Code>,
    /// Which attributes change, where that tells them apart.
    pub attributes: Vec<Name>,
    /// How many there are.
    pub count: u64,
    /// The names of the first of them.
    pub examples: Vec<String>,
}

/// A plan in groups.
#[derive(Clone, Debug, Default)]
pub struct PlanGroups {
    groups: BTreeMap<(Action, Option<Code>, Vec<Name>), PlanGroup>,
    /// How many changes are in no group of their own.
    pub others: u64,
    /// How many changes were taken in.
    pub seen: u64,
}

impl PlanGroups {
    /// Takes a change in.
    pub fn add(&mut self, entry: &Entry) {
        self.seen += 1;
        let attributes = attributes_of(entry);
        let code = entry.reason.as_ref().map(|reason| reason.code);
        let key = (entry.action, code, attributes);
        if !self.groups.contains_key(&key) && self.groups.len() >= MOST {
            self.others += 1;
            return;
        }
        let group = self.groups.entry(key).or_insert_with_key(|(action, code, attributes)| {
            let attributes = attributes.clone();
            PlanGroup { action: *action, code: *code, attributes, count: 0, examples: Vec::new() }
        });
        group.count += 1;
        if group.examples.len() < EXAMPLES {
            group.examples.push(entry.name.clone());
        }
    }

    /// The groups in the order in which changes are applied, the largest of each action first.
    pub fn list(&self) -> Vec<&PlanGroup> {
        let mut groups: Vec<&PlanGroup> = self.groups.values().collect();
        groups.sort_by_key(|group| (group.action, std::cmp::Reverse(group.count)));
        groups
    }
}

/// The attributes that tell changes of this kind apart: whoever comes or goes does so with all of them.
pub(crate) fn attributes_of(entry: &Entry) -> Vec<Name> {
    if !matches!(entry.action, Action::Update | Action::Adopt | Action::Restore) {
        return Vec::new();
    }
    let mut names: Vec<Name> = entry.modifications.iter().map(|one| one.name.clone()).collect();
    names.sort_unstable();
    names.dedup();
    names
}
