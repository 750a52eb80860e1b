//! Match: which object of the target is the person, if any (cross-tenant-sync.md Appendix A 4). It
//! never guesses among several, on either side, and never takes an internal user. Sentences go to the
//! source, so they name nobody of the target who is not the source's.

use model::{Code, Key, Kind, Name, Object, ObjectId, Reason, WaitFor};

use crate::{Desired, Facts, Rules, map::claims_on};

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match<'f> {
    /// Nothing stands for the person yet.
    New,
    /// The link's object.
    Linked(&'f Object),
    /// An object that is the person beyond doubt and has no link yet, and how it was known.
    Found(&'f Object, String),
    /// Somebody has to decide or to make room first.
    Disputed(Reason, WaitFor),
}

/// Matches in order: the link, the home identity, a pending invitation to the same address, the
/// mappings that match, in their order.
pub fn decide_match<'f>(rules: &Rules, desired: &Desired<'_>, facts: &'f Facts) -> Match<'f> {
    if let Some(object) = facts.find_known(desired.home.object) {
        return Match::Linked(object);
    }
    if let Some(object) = facts.find_other_holder(&Key::home(desired.home), None) {
        return claim(object, "the home identity".to_owned(), desired, facts);
    }
    let key = desired.address(rules).map(Key::address);
    let holder = key.as_ref().and_then(|key| facts.find_other_holder(key, None));
    let may_be_invited = rules.kind == Kind::User;
    let invited = holder.filter(|holder| may_be_invited && is_unclaimed(holder));
    if let Some(holder) = invited.filter(|holder| holder.is_pending()) {
        let by = "a pending invitation to the same address".to_owned();
        return claim_alone(rules, holder, by, desired, facts);
    }
    for (attribute, text) in desired.matchers(rules) {
        match decide_by(rules, attribute, text, desired, facts) {
            Match::New => {}
            decided => return decided,
        }
    }
    match (key, holder) {
        (Some(key), Some(holder)) => blocked(key, holder),
        _ => Match::New,
    }
}

/// Whether an external user is nobody's yet.
pub(crate) fn is_unclaimed(object: &Object) -> bool {
    object.kind == Kind::User && object.is_external() && object.home.is_none()
}

/// Matches by one mapping: the one external user who is nobody's yet and holds the value. Internal
/// users, and people of other homes, are never meant. The value is to name one person of the source
/// as well (provisioning-engine.md 2.1): where it names another too, nobody gets the object.
fn decide_by<'f>(
    rules: &Rules,
    attribute: &Name,
    text: &str,
    desired: &Desired<'_>,
    facts: &'f Facts,
) -> Match<'f> {
    let holders = || {
        let holders = facts.find_value(attribute, text).filter_map(|id| facts.live.get(&id));
        holders.filter(|object| object.deleted.is_none())
    };
    let is_anothers = |object: &&Object| {
        let home = object.home.filter(|home| home.tenant == desired.home.tenant);
        home.is_some_and(|home| home.object != desired.home.object)
    };
    if let Some(object) = holders().find(is_anothers) {
        let label = object.label();
        let sentence = format!("{attribute} '{text}' is held by {label}, who is somebody else");
        return duplicate(sentence, object.id);
    }
    let mut candidates = holders().filter(|object| is_unclaimed(object));
    match (candidates.next(), candidates.next()) {
        (None, _) => Match::New,
        (Some(object), None) => {
            claim_alone(rules, object, format!("{attribute} '{text}'"), desired, facts)
        }
        (Some(_), Some(_)) => {
            let sentence =
                format!("several external users of the target hold {attribute} '{text}'");
            Match::Disputed(Reason::new(Code::DISPUTED_MATCH, sentence), WaitFor::Time)
        }
    }
}

/// The object, unless somebody else of the source may be matched with it too, by whatever value.
fn claim_alone<'f>(
    rules: &Rules,
    object: &'f Object,
    by: String,
    desired: &Desired<'_>,
    facts: &'f Facts,
) -> Match<'f> {
    let rival = claims_on(rules, object).find_map(|claim| {
        let (id, label) = facts.find_rival(claim.target, claim.text, desired.home.object)?;
        let (attribute, text) = (claim.target, claim.text);
        Some((
            *id,
            format!("{label} of the source matches the same external user by {attribute} '{text}'"),
        ))
    });
    match rival {
        Some((id, sentence)) => duplicate(sentence, id),
        None => claim(object, by, desired, facts),
    }
}

/// Two people of the source are told apart by nothing; the person waits for the other one.
fn duplicate(sentence: String, other: ObjectId) -> Match<'static> {
    Match::Disputed(Reason::new(Code::DUPLICATE_SOURCE, sentence), WaitFor::Object { id: other })
}

/// Why a key that another object holds stops the person, and what the person waits for.
pub(crate) fn blocked(key: Key, holder: &Object) -> Match<'static> {
    let external = holder.kind == Kind::User && holder.is_external();
    let what = match holder.kind {
        Kind::Group => "a group",
        Kind::User if external => "an external user",
        Kind::User => "an internal user",
    };
    let code = if external { Code::KEY_TAKEN } else { Code::AMBIGUOUS_USER };
    let sentence = format!("the {key} belongs to {what} of the target");
    Match::Disputed(Reason::new(code, sentence), WaitFor::Key { key, holder: holder.id })
}

fn claim<'f>(object: &'f Object, by: String, desired: &Desired<'_>, facts: &Facts) -> Match<'f> {
    match facts.linked_to.get(&object.id) {
        Some(person) if *person != desired.home.object => Match::Disputed(
            Reason::new(
                Code::ALREADY_LINKED,
                format!("{} matches by {by} but is linked to {person}", object.label()),
            ),
            WaitFor::Object { id: object.id },
        ),
        _ => Match::Found(object, by),
    }
}
