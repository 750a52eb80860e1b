//! Protection: nothing is done to an object that the target keeps from synchronizations.

use model::{Code, Reason, WaitFor};

use crate::{Decision, Facts, Record, Rules};

/// The decision, unless it would touch a protected object. The person waits for the object then: that
/// its protection ends is a change that the wait is told of.
///
/// The source hears of protection only for the person's own account, the one that carries the home
/// identity. Of another that would be taken over it hears that it cannot be.
pub(crate) fn check(decision: Decision, record: &Record, rules: &Rules, facts: &Facts) -> Decision {
    let target = match &decision {
        Decision::Change(change) | Decision::ChangeAndFail(change, ..) => change.target,
        Decision::Nothing | Decision::Skip(_) | Decision::Fail(..) => None,
    };
    let live = target.and_then(|id| facts.live.get(&id));
    let Some(live) = live.filter(|live| facts.protected.contains(&live.id)) else {
        return decision;
    };
    let is_own =
        live.home.is_some_and(|home| (home.tenant, home.object) == (rules.source.id, record.id));
    let reason = if is_own {
        let sentence = format!("the target protects {} from synchronizations", live.label());
        Reason::new(Code::PROTECTED, sentence)
    } else {
        let sentence = format!("the target does not let {} be taken over", live.label());
        Reason::new(Code::TARGET_REFUSED, sentence)
    };
    Decision::Fail(reason, WaitFor::Object { id: live.id })
}
