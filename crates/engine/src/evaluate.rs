//! The middle of the line for one person: match, diff, and what follows from both for somebody who
//! is in scope, left it, came back, or is gone (cross-tenant-sync.md 5.2 and Appendix B).

use std::borrow::Cow;

use model::{
    Action, Code, Key, LinkState, Modification, Name, Object, ObjectId, Reason, Value, WaitFor,
};

use crate::{
    Choice, Desired, Difference, Facts, Match, Record, Rules, decide_match,
    diff::compare,
    matching::blocked,
    protection,
    scope::{Scoped, gone},
};

/// What is to be done about one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The target is as it should be.
    Nothing,
    /// The person is left out; that is as it should be.
    Skip(Reason),
    /// The person should move and cannot, and what has to happen first.
    Fail(Reason, WaitFor),
    /// The target has to change.
    Change(Change),
    /// The target has to change, and something about the person cannot go on: an attribute that the
    /// target refuses falls away and the others flow; and whoever may not sign in at home is disabled
    /// although an address is wrong.
    ChangeAndFail(Change, Reason, WaitFor),
}

/// A change that has no id yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What is done.
    pub action: Action,
    /// The object; none for a creation.
    pub target: Option<ObjectId>,
    /// The version of the object that was read; 0 for a creation.
    pub version: u64,
    /// What changes.
    pub modifications: Vec<Modification>,
    /// What the plan still has to choose among, so that no two people of it get the same.
    pub choices: Vec<Choice>,
    /// Why, where it is more than that a value changed.
    pub reason: Option<Reason>,
}

/// A person with everything that was decided on the way, for the pages and sentences that show it.
#[derive(Debug)]
pub struct Evaluated<'r> {
    /// Whether the person is in scope.
    pub scoped: Scoped<'r>,
    /// What the target should hold; none for somebody out of scope.
    pub desired: Option<Result<Desired<'r>, Reason>>,
    /// How the object of the target was found: `link`, or what matched.
    pub matched_by: Option<Cow<'static, str>>,
    /// What is to be done.
    pub decision: Decision,
}

/// Decides about one person whom `scope::decide` and `map` have seen, given the facts.
pub fn evaluate<'r>(
    rules: &Rules,
    record: &'r Record,
    scoped: Scoped<'r>,
    desired: Option<Result<Desired<'r>, Reason>>,
    facts: &Facts,
) -> Evaluated<'r> {
    let (matched_by, decision) = match (&scoped, &desired) {
        (Scoped::Out(reason), _) => leave(rules, record, reason, facts),
        (Scoped::Open(reason), _) => (None, Decision::Fail(reason.clone(), WaitFor::Time)),
        (Scoped::In(_), Some(Ok(desired))) => stay(rules, desired, facts),
        (Scoped::In(_), Some(Err(reason))) if reason.code == Code::MAPPING_DROPPED => {
            (None, Decision::Skip(reason.clone()))
        }
        (Scoped::In(_), Some(Err(reason))) => (None, Decision::Fail(reason.clone(), WaitFor::Time)),
        (Scoped::In(_), None) => unreachable_without_map(),
    };
    let decision = match decision {
        Decision::Fail(reason, wait) => match disable_only(rules, record, facts) {
            Some(change) => Decision::ChangeAndFail(change, reason, wait),
            None => Decision::Fail(reason, wait),
        },
        decision => decision,
    };
    let decision = protection::check(decision, record, rules, facts);
    Evaluated { scoped, desired, matched_by, decision }
}

/// Everybody in scope has been mapped; a caller that left the step out fails the person, not the run.
fn unreachable_without_map() -> Decided {
    let reason = Reason::new(Code::MAPPING_FAILED, "the person was not mapped");
    (None, Decision::Fail(reason, WaitFor::Time))
}

/// The change that disables somebody in the target who is disabled at home, and nothing else.
fn disable_only(rules: &Rules, record: &Record, facts: &Facts) -> Option<Change> {
    let person = record.object.as_ref().filter(|person| !person.is_enabled())?;
    let live = facts.find_linked(person.id).filter(|live| live.deleted.is_none())?;
    if !live.is_enabled() || !rules.actions.update || !rules.follows_enabled() {
        return None;
    }
    Some(Change {
        action: Action::Disable,
        target: Some(live.id),
        version: live.version,
        modifications: vec![Modification {
            name: Name::ACCOUNT_ENABLED,
            old: live.attributes.get(&Name::ACCOUNT_ENABLED).cloned(),
            new: Some(Value::Boolean(false)),
        }],
        choices: Vec::new(),
        reason: None,
    })
}

type Decided = (Option<Cow<'static, str>>, Decision);

/// Somebody who is not meant to be in the target, or no longer.
fn leave(rules: &Rules, record: &Record, reason: &Reason, facts: &Facts) -> Decided {
    let Some(link) = facts.find_link(record.id) else {
        return (None, Decision::Skip(reason.clone()));
    };
    let Some(live) = facts.live.get(&link.target) else {
        let missing = Some(missing());
        let decision = change(Action::Unlink, link.target, 0, Difference::default(), missing);
        return (by_link(), decision);
    };
    if live.deleted.is_some() || link.state == LinkState::Removed {
        return (by_link(), Decision::Skip(reason.clone()));
    }
    if !rules.actions.delete {
        let sentence = format!("{}, and the job is set not to remove anybody", reason.sentence);
        return (by_link(), Decision::Skip(Reason::new(Code::DELETE_OFF, sentence)));
    }
    let mut reason = reason.clone();
    if reason.code == Code::GONE_FROM_SOURCE {
        // Only the target still tells what it was.
        reason.sentence = gone(live.kind.noun());
    }
    let nothing = Difference::default();
    (by_link(), change(Action::Remove, live.id, live.version, nothing, Some(reason)))
}

/// Somebody who is meant to be in the target.
fn stay(rules: &Rules, desired: &Desired<'_>, facts: &Facts) -> Decided {
    if let Some(reason) = check_address(rules, desired) {
        return (None, Decision::Fail(reason, WaitFor::Domains));
    }
    match decide_match(rules, desired, facts) {
        Match::Linked(live) => (by_link(), linked(rules, desired, live, facts)),
        Match::Found(live, by) => {
            let decision = match facts.was_forgotten(desired.home.object, live.id) {
                true => recognized(rules, desired, live, &by, facts),
                false => found(rules, desired, live, &by, facts),
            };
            (Some(by.into()), decision)
        }
        Match::New => (None, new(rules, desired, facts)),
        Match::Disputed(reason, wait) => {
            let decision = inactive(desired).unwrap_or(Decision::Fail(reason, wait));
            (None, decision)
        }
    }
}

fn linked(rules: &Rules, desired: &Desired<'_>, live: &Object, facts: &Facts) -> Decision {
    if live.deleted.is_none() {
        return update(rules, desired, live, facts);
    }
    if !facts.was_removed_by_us(desired.home.object) {
        return Decision::Skip(Reason::new(
            Code::DELETED_IN_TARGET,
            format!("{} was deleted in the target by somebody else", live.label()),
        ));
    }
    if let Some(decision) =
        inactive(desired).or_else(|| off(rules.actions.create, Code::CREATE_OFF))
    {
        return decision;
    }
    if let Some(decision) = address_taken(rules, desired, live, facts) {
        return decision;
    }
    let why = format!("the {} is in scope again", rules.noun());
    modified(rules, desired, live, facts, |difference| {
        change(
            Action::Restore,
            live.id,
            live.version,
            difference,
            Some(Reason::new(Code::BACK_IN_SCOPE, why)),
        )
    })
}

/// An external user whose home identity or invitation says that it is this person.
fn found(rules: &Rules, desired: &Desired<'_>, live: &Object, by: &str, facts: &Facts) -> Decision {
    if let Some(decision) =
        inactive(desired).or_else(|| off(rules.actions.update, Code::UPDATE_OFF))
    {
        return decision;
    }
    if live.deleted.is_some() {
        return Decision::Skip(Reason::new(
            Code::DELETED_IN_TARGET,
            format!("{} lies among the deleted users of the target", shown(live, desired)),
        ));
    }
    if let Some(decision) = address_taken(rules, desired, live, facts) {
        return decision;
    }
    modified(rules, desired, live, facts, |difference| {
        change(Action::Adopt, live.id, live.version, difference, matched(live, by, desired))
    })
}

/// Somebody whose link was forgotten and who turned out to be the same: an update like any other,
/// which makes the link again. What must be counted as a disable still is one.
fn recognized(
    rules: &Rules,
    desired: &Desired<'_>,
    live: &Object,
    by: &str,
    facts: &Facts,
) -> Decision {
    if live.deleted.is_some() {
        return linked(rules, desired, live, facts);
    }
    match update(rules, desired, live, facts) {
        Decision::Change(change) if change.action == Action::Update => {
            let reason = matched(live, by, desired);
            Decision::Change(Change { action: Action::Adopt, reason, ..change })
        }
        Decision::ChangeAndFail(change, why, wait) if change.action == Action::Update => {
            let reason = matched(live, by, desired);
            let change = Change { action: Action::Adopt, reason, ..change };
            Decision::ChangeAndFail(change, why, wait)
        }
        Decision::Nothing => {
            let nothing = Difference::default();
            change(Action::Adopt, live.id, live.version, nothing, matched(live, by, desired))
        }
        decision => decision,
    }
}

/// Why an object is taken over. One that is nobody's yet has a code of its own, since what it holds
/// is the target's alone.
fn matched(live: &Object, by: &str, desired: &Desired<'_>) -> Option<Reason> {
    let code = if live.home.is_some() { Code::MATCHED } else { Code::GUEST_CLAIMED };
    Some(Reason::new(code, format!("{} was found by {by}", shown(live, desired))))
}

/// What to call an object where the source reads it: by name only who carries the home identity.
fn shown(live: &Object, desired: &Desired<'_>) -> String {
    match live.home {
        Some(home) if home == desired.home => live.label(),
        _ => "an external user who is nobody's yet".to_owned(),
    }
}

fn new(rules: &Rules, desired: &Desired<'_>, facts: &Facts) -> Decision {
    if let Some(decision) =
        inactive(desired).or_else(|| off(rules.actions.create, Code::CREATE_OFF))
    {
        return decision;
    }
    match compare(rules, desired, None, facts) {
        Ok(Difference { modifications, choices, refused }) => {
            let (action, target, version, reason) = (Action::Create, None, 0, None);
            let change = Change { action, target, version, modifications, choices, reason };
            warn(Decision::Change(change), refused)
        }
        Err((reason, wait)) => Decision::Fail(reason, wait),
    }
}

fn update(rules: &Rules, desired: &Desired<'_>, live: &Object, facts: &Facts) -> Decision {
    let removed = facts.was_removed_by_us(desired.home.object);
    let mut difference = match compare(rules, desired, Some(live), facts) {
        Ok(difference) => difference,
        Err((reason, wait)) => return Decision::Fail(reason, wait),
    };
    let refused = std::mem::take(&mut difference.refused);
    warn(update_by(rules, desired, live, facts, (difference, removed)), refused)
}

fn update_by(
    rules: &Rules,
    desired: &Desired<'_>,
    live: &Object,
    facts: &Facts,
    (difference, removed): (Difference, bool),
) -> Decision {
    if removed {
        // Somebody in the target restored what this job had removed: it is the person's again.
        let reason = Reason::new(Code::MATCHED, format!("{} was restored", live.label()));
        return change(Action::Adopt, live.id, live.version, difference, Some(reason));
    }
    if difference.modifications.is_empty() {
        return Decision::Nothing;
    }
    if let Some(decision) = off(rules.actions.update, Code::UPDATE_OFF) {
        return decision;
    }
    if let Some(decision) = address_taken(rules, desired, live, facts) {
        return decision;
    }
    let disables = difference.modifications.iter().any(|modification| {
        modification.name == Name::ACCOUNT_ENABLED
            && modification.new == Some(Value::Boolean(false))
            && live.is_enabled()
    });
    let action = if disables { Action::Disable } else { Action::Update };
    change(action, live.id, live.version, difference, None)
}

fn modified(
    rules: &Rules,
    desired: &Desired<'_>,
    live: &Object,
    facts: &Facts,
    make: impl FnOnce(Difference) -> Decision,
) -> Decision {
    match compare(rules, desired, Some(live), facts) {
        Ok(mut difference) => {
            let refused = std::mem::take(&mut difference.refused);
            warn(make(difference), refused)
        }
        Err((reason, wait)) => Decision::Fail(reason, wait),
    }
}

/// What is done although some values fell away: the person waits for those in escrow.
fn warn(decision: Decision, refused: Vec<Reason>) -> Decision {
    let mut sentences = refused.iter().map(|reason| reason.sentence.as_str());
    let Some(first) = sentences.next() else { return decision };
    let sentence = sentences.fold(first.to_owned(), |all, one| format!("{all}; {one}"));
    let reason = Reason::new(Code::VALUE_REFUSED, sentence);
    match decision {
        Decision::Change(change) => Decision::ChangeAndFail(change, reason, WaitFor::Time),
        Decision::Nothing => Decision::Fail(reason, WaitFor::Time),
        decision => decision,
    }
}

/// The address that the person should get, when another object of the target holds it.
fn address_taken(
    rules: &Rules,
    desired: &Desired<'_>,
    live: &Object,
    facts: &Facts,
) -> Option<Decision> {
    let key = Key::address(desired.address(rules)?);
    let holder = facts.find_other_holder(&key, Some(live.id))?;
    match blocked(key, holder) {
        Match::Disputed(reason, wait) => Some(Decision::Fail(reason, wait)),
        _ => None,
    }
}

/// Nobody who cannot sign in at home is made or brought back (cross-tenant-sync.md 5.2).
fn inactive(desired: &Desired<'_>) -> Option<Decision> {
    (!desired.person.is_enabled()).then(|| {
        Decision::Skip(Reason::new(
            Code::DISABLED_AT_START,
            "the person cannot sign in at home and is not in the target yet",
        ))
    })
}

fn off(on: bool, code: Code) -> Option<Decision> {
    (!on).then(|| Decision::Skip(Reason::new(code, "the job is set not to do that")))
}

/// Addresses flow only from verified domains of the source (cross-tenant-sync.md 5.3 point 5).
fn check_address(rules: &Rules, desired: &Desired<'_>) -> Option<Reason> {
    if !rules.maps_mail {
        return None;
    }
    let address = desired.person.text(&Name::MAIL)?;
    (!rules.source.owns_address(address)).then(|| {
        Reason::new(
            Code::MAIL_DOMAIN,
            format!("the address {address} lies in no verified domain of {}", rules.source.name),
        )
    })
}

fn missing() -> Reason {
    Reason::new(Code::TARGET_MISSING, "the target no longer has the linked object")
}

fn change(
    action: Action,
    target: ObjectId,
    version: u64,
    difference: Difference,
    reason: Option<Reason>,
) -> Decision {
    let Difference { modifications, choices, .. } = difference;
    Decision::Change(Change {
        action,
        target: Some(target),
        version,
        modifications,
        choices,
        reason,
    })
}

fn by_link() -> Option<Cow<'static, str>> {
    Some(Cow::Borrowed("link"))
}
