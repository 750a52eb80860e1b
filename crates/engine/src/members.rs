//! Members of groups: whether somebody joins or leaves the group that stands for one of the source. A
//! membership is decided by itself, never as part of a list, so that a group of any size costs what
//! changes in it; members whom the job did not bring are the target's own and stay.

use model::{Action, Code, Kind, Modification, Name, Nested, Object, Reason, Value};

use crate::Facts;

/// A group of the source and somebody who is, was or may be a member of it.
#[derive(Clone, Copy, Debug)]
pub struct Membership<'r> {
    /// The group, if the source has it and it is not deleted.
    pub group: Option<&'r Object>,
    /// The member, if the source has it and it is not deleted.
    pub member: Option<&'r Object>,
    /// The ids of both.
    pub ids: (model::ObjectId, model::ObjectId),
    /// Whether the member is one in the source: directly, or through groups where those are
    /// flattened.
    pub is_member: bool,
}

/// What is to be done about a membership.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemberDecision {
    /// The target is as it should be, or one of the two is not there.
    Nothing,
    /// The member is left out; that is as it should be.
    Skip(Reason),
    /// The target's object joins the target's group, or leaves it.
    Change {
        /// Which.
        action: Action,
        /// The target's group.
        group: model::ObjectId,
        /// The edge, as the journal has it.
        modification: Modification,
        /// Why, for somebody who leaves.
        reason: Option<Reason>,
    },
}

/// Decides about one membership. `is_held` says whether the target's group has the target's object as
/// a member now.
pub fn decide_member(
    nested: Nested,
    membership: &Membership<'_>,
    facts: &Facts,
    is_held: bool,
) -> MemberDecision {
    let (group, member) = membership.ids;
    if membership.group.is_none() {
        // The group itself leaves, and keeps its members until it comes back.
        return MemberDecision::Nothing;
    }
    let Some(there) = facts.find_standing(group).map(|object| object.id) else {
        return MemberDecision::Nothing;
    };
    // Whoever lies among the deleted objects keeps the place, and is looked at when restored.
    let Some(object) = facts.find_standing(member) else {
        return MemberDecision::Nothing;
    };
    let is_group = object.kind == Kind::Group;
    let wanted = membership.is_member;
    // Where they are flattened nothing is left out: their members are members.
    if wanted && is_group && nested == Nested::Ignore && !is_held {
        let sentence = "a group is a member, and groups within groups are left out";
        return MemberDecision::Skip(Reason::new(Code::NESTED_GROUP, sentence));
    }
    let wanted = wanted && (!is_group || nested == Nested::Keep);
    let id = Some(Value::text(object.id.to_string()));
    let (action, old, new, reason) = match (wanted, is_held) {
        (true, false) if membership.member.is_some() => (Action::AddMember, None, id, None),
        (false, true) => {
            let reason = Reason::new(Code::MEMBER_LEFT, "no member of the group at home");
            (Action::RemoveMember, id, None, Some(reason))
        }
        _ => return MemberDecision::Nothing,
    };
    let modification = Modification { name: Name::members(), old, new };
    MemberDecision::Change { action, group: there, modification, reason }
}
