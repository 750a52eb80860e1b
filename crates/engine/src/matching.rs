//! Match: which object of the target is the person, if any (cross-tenant-sync.md Appendix A 4). It
//! never guesses among several, and never takes an internal user.

use model::{Code, Key, Kind, Object, Reason, WaitFor};

use crate::{Desired, Facts, Rules};

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match<'f> {
    /// Nothing stands for the person yet.
    New,
    /// The link's object.
    Linked(&'f Object),
    /// An object that is the person beyond doubt and has no link yet, and how it was known.
    Found(&'f Object, &'static str),
    /// Somebody has to decide or to make room first.
    Disputed(Reason, WaitFor),
}

/// Matches in order: the link, the home identity, a pending invitation to the same address.
pub fn decide_match<'f>(rules: &Rules, desired: &Desired<'_>, facts: &'f Facts) -> Match<'f> {
    if let Some(object) = facts.find_linked(desired.home.object) {
        return Match::Linked(object);
    }
    if let Some(object) = facts.find_other_holder(&Key::home(desired.home), None) {
        return claim(object, "the home identity", desired, facts);
    }
    let Some(address) = desired.address(rules) else { return Match::New };
    let key = Key::address(address);
    let Some(holder) = facts.find_other_holder(&key, None) else { return Match::New };
    if holder.kind == Kind::User
        && holder.is_external()
        && holder.home.is_none()
        && holder.is_pending()
    {
        return claim(holder, "a pending invitation to the same address", desired, facts);
    }
    blocked(key, holder)
}

/// Why a key that another object holds stops the person, and what the person waits for.
pub(crate) fn blocked(key: Key, holder: &Object) -> Match<'static> {
    let external = holder.kind == Kind::User && holder.is_external();
    let what = match holder.kind {
        Kind::Group => "group",
        Kind::User if external => "external user",
        Kind::User => "internal user",
    };
    let code = if external { Code::KEY_TAKEN } else { Code::AMBIGUOUS_USER };
    let sentence = format!("the {key} belongs to the {what} {} of the target", holder.label());
    Match::Disputed(Reason::new(code, sentence), WaitFor::Key { key, holder: holder.id })
}

fn claim<'f>(
    object: &'f Object,
    by: &'static str,
    desired: &Desired<'_>,
    facts: &Facts,
) -> Match<'f> {
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
