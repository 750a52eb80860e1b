//! Edges: what binds two objects, or an object and a job or mirror.

use serde::{Deserialize, Serialize};

use crate::{JobId, MirrorId, ObjectId};

/// What the edge says. The numbers are stored; they never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EdgeKind {
    /// A group has a member.
    Member = 1,
    /// A user has a manager; at most one.
    Manager = 2,
    /// A job has a user or group assigned to it.
    Assignment = 3,
    /// A mirror brought a user or group in.
    Origin = 4,
    /// A group has an owner.
    Owner = 5,
    /// A user has a sponsor, who answers for their being here.
    Sponsor = 6,
}

impl EdgeKind {
    /// The kind behind a stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        match number {
            1 => Some(Self::Member),
            2 => Some(Self::Manager),
            3 => Some(Self::Assignment),
            4 => Some(Self::Origin),
            5 => Some(Self::Owner),
            6 => Some(Self::Sponsor),
            _ => None,
        }
    }
}

/// One edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Edge {
    /// What it says.
    pub kind: EdgeKind,
    /// The group, the user, the job, or the mirror.
    pub from: ObjectId,
    /// The member, the owner, the manager, the sponsor, the assigned, or what was brought in.
    pub to: ObjectId,
}

impl Edge {
    /// The group has this member.
    pub fn member(group: ObjectId, member: ObjectId) -> Self {
        Self { kind: EdgeKind::Member, from: group, to: member }
    }

    /// The group has this owner.
    pub fn owner(group: ObjectId, owner: ObjectId) -> Self {
        Self { kind: EdgeKind::Owner, from: group, to: owner }
    }

    /// The user has this manager.
    pub fn manager(user: ObjectId, manager: ObjectId) -> Self {
        Self { kind: EdgeKind::Manager, from: user, to: manager }
    }

    /// The job has this user or group assigned to it.
    pub fn assignment(job: JobId, principal: ObjectId) -> Self {
        Self { kind: EdgeKind::Assignment, from: ObjectId(job.0), to: principal }
    }

    /// The mirror brought this user or group in.
    pub fn origin(mirror: MirrorId, object: ObjectId) -> Self {
        Self { kind: EdgeKind::Origin, from: ObjectId(mirror.0), to: object }
    }
}
